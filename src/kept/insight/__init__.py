"""What the past says: the map so far."""
