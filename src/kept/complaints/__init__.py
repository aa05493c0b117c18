"""What customers say beyond the promise itself: complaints, which are answered, and thanks."""
