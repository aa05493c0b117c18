"""Lessons: short texts with a quiz, in paths by what somebody does here. docs/lessons.md says how to write one."""
