"""What the work shows about what is still open: observed ties, forecasts, warnings."""
