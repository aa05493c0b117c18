"""The style guide: every component on one page, with made-up words, so that it can be looked at and checked."""
