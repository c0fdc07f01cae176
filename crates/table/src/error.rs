//! What can be wrong with a table.

use std::io;

use crate::kind::Kind;

/// Why a table could not be read or written.
///
/// `name` is the path of the file, or the name given with bytes in memory. Rows count from 0.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The operating system refused.
    #[error("cannot {doing} {name}: {source}{}", remedy(source))]
    Io {
        /// The file.
        name: String,
        /// What was tried: `open`, `read`, `write`, …
        doing: &'static str,
        /// Its reason.
        source: io::Error,
    },
    /// The file is no Parquet file, or its footer is damaged.
    #[error(
        "{name} is not a readable Parquet file ({detail}); it may be truncated: make or fetch it again"
    )]
    NotParquet {
        /// The file.
        name: String,
        /// What the decoder met.
        detail: String,
    },
    /// The footer is sound, but a column's data are not.
    #[error(
        "{name}: column `{column}`, row group {group} cannot be decoded ({detail}); the file is damaged: make or fetch it again"
    )]
    Damaged {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// The row group, from 0.
        group: usize,
        /// What the decoder met.
        detail: String,
    },
    /// A column is compressed in a way this program was not built for.
    #[error(
        "{name}: column `{column}` is compressed with {codec}, which is not read here; write it again with zstd, snappy or lz4"
    )]
    Codec {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// The compression.
        codec: String,
    },
    /// The whole footer is encrypted.
    #[error(
        "{name} is an encrypted Parquet file, which is not read here; write it again without encryption"
    )]
    Encrypted {
        /// The file.
        name: String,
    },
    /// A row group that is not there was asked for.
    #[error("{name} has {found} row groups; row group {group} was asked for")]
    NoSuchGroup {
        /// The file.
        name: String,
        /// The row group asked for.
        group: usize,
        /// How many there are.
        found: usize,
    },
    /// A column is absent.
    #[error("{name} has no column `{column}`; it has {}", list(has))]
    NoSuchColumn {
        /// The file.
        name: String,
        /// The column asked for.
        column: String,
        /// The columns it has.
        has: Vec<String>,
    },
    /// A column holds something else.
    #[error("{name}: column `{column}` holds {found}; expected {expected}")]
    WrongType {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// What it was to hold.
        expected: &'static str,
        /// What it holds.
        found: Kind,
    },
    /// A missing value where every row needs one.
    #[error(
        "{name}: column `{column}` has no value in row {row} (row group {group}); every row needs one"
    )]
    Null {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// The row group, from 0.
        group: usize,
        /// The row.
        row: u64,
    },
    /// A value that cannot be represented exactly.
    #[error("{name}: column `{column}`, row {row} holds {found}; expected {expected}")]
    Inexact {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// The row.
        row: u64,
        /// The value.
        found: String,
        /// What would do.
        expected: &'static str,
    },
    /// Columns of different lengths were to be written.
    #[error("{name}: column `{column}` has {found} rows, the first column has {expected}")]
    Length {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// Its rows.
        found: usize,
        /// The first column's rows.
        expected: usize,
    },
    /// A piece of a table does not have the columns of the first piece, or names one twice.
    #[error("{name}: found columns {found}; expected {expected}")]
    Shape {
        /// The file.
        name: String,
        /// The columns of this piece.
        found: String,
        /// The columns expected.
        expected: String,
    },
    /// The encoder refused.
    #[error("cannot write {name}: {detail}")]
    Encode {
        /// The file.
        name: String,
        /// Its reason.
        detail: String,
    },
}

impl TableError {
    pub(crate) fn io(name: &str, doing: &'static str) -> impl FnOnce(io::Error) -> TableError {
        let name = name.to_owned();
        move |source| TableError::Io {
            name,
            doing,
            source,
        }
    }
}

/// What to do about a refusal of the system, where that is not plain from its reason.
fn remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space and do it again"
        }
        _ => "",
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
