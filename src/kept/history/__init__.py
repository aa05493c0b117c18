"""The past as event logs: read them, keep them as Parquet, query them on DuckDB or Spark."""
