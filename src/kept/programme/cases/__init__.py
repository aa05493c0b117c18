"""Case studies from what happened here, good and bad: names are roles, and both sides approve. docs/cases.md."""
