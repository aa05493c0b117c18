"""Goals: a figure, a date, an owner; measured by itself, with a plain verdict. docs/goals.md says what each means."""
