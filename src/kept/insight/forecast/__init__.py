"""When something is likely to be ready: the odds of each date, from what the past says of work like it."""
