//! Parquet and vendor files to and from validated columns.
