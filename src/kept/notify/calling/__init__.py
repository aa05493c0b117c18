"""Calling servers of others by HTTP, safely: no way into the network that Kept runs in, and no call that takes long."""
