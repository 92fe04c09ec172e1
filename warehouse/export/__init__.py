"""The marts as files: CSV, Parquet, DuckDB."""
