//! Typed columns to and from Parquet files; the one place that knows Parquet.
