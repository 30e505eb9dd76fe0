"""Classifies an archive of any number of scans, and writes a row for each to Parquet files."""
