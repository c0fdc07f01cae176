//! The tape compiled into the program: every Parquet file under `data/`, listed by the build script.

include!(concat!(env!("OUT_DIR"), "/embedded_files.rs"));
