"""The meeting pack: one page for ten minutes of a team: three figures, one question, what we owe next."""
