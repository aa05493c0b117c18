"""Credits: everyone who made it happen, those who never met the customer too. docs/credits.md says what is told.

`chain` walks back from what was thanked for, as far as somebody may know of it; `doing` says what each contributed;
`lately` gathers what was received; `thanked` tells whom to tell.
"""
