//! Results of sweeps: written block by block, joined, read again, shown.

mod error;
mod folder;
mod merge;
mod results;
mod rows;

pub use error::SweepError;
pub use folder::{Folder, RESULTS, Shard};
pub use merge::merge;
pub use results::Results;

/// The name of what is said of a sweep.
pub const REPORT: &str = "sweep.json";
