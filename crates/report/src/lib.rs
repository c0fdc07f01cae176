//! Terminal tables, JSON and Parquet results.
