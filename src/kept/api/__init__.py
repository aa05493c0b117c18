"""The door for other programs."""
