"""The calls: each a few lines, as the rooms behind the door do the work."""
