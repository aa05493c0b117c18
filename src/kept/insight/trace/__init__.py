"""Where it went wrong: the excess of a chain's end over the expected, shared out over its links. See docs/trace.md.

`chain`, `sharing`, `noise` and `tracing` know nothing of where a chain comes from; `record`, `usual` and `cases` make
one of a case of a work log. Times are seconds; moments are seconds on any one clock (since 1970 for logs).
"""
