"""The queries of `kept.insight.queries` as SQL, one file for each query and engine (see `kept.insight.compile`)."""
