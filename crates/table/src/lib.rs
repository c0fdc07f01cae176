//! Typed columns to and from Parquet files; the one place that knows Parquet.
//!
//! A [`Table`] is a list of named columns with facts (key-value metadata) about them; it is written whole with
//! [`Table::write_atomic`], or piece by piece with a [`Writer`]. A [`Reader`] opens a file or bytes in memory, knows
//! its footer, and decodes chosen columns of chosen row groups straight into vectors, on as many threads as it is
//! told. The same columns and options always give the same bytes.
//!
//! ```
//! use table::{Column, Dest, Options, Reader, Table};
//!
//! let bytes = Table::new()
//!     .column("start", Column::time_micros(vec![0, 60_000_000]))
//!     .column("close", Column::number(vec![10.5, 10.25]))
//!     .fact("origin", "real")
//!     .to_bytes(&Options::default())?;
//!
//! let reader = Reader::from_bytes("bars.parquet", bytes.into())?;
//! let mut close = Vec::new();
//! reader.read_all(&mut [("close", Dest::Number(&mut close))], 1)?;
//! assert_eq!(close, [10.5, 10.25]);
//! assert_eq!(reader.fact("origin"), Some("real"));
//! # Ok::<(), table::TableError>(())
//! ```

mod atomic;
mod column;
mod decode;
mod error;
mod kind;
mod pages;
mod plain;
mod read;
mod runs;
mod scan;
mod source;
mod splice;
mod write;

pub use atomic::{AtomicFile, StagedFile};
pub use column::Column;
pub use error::TableError;
pub use kind::Kind;
pub use read::{Counts, Reader};
pub use runs::TextRun;
pub use scan::Dest;
pub use source::Ranged;
pub use write::{Compression, Layout, Options, Table, Writer};
