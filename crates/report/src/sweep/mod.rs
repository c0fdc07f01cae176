//! Results of sweeps: written block by block, joined, read again, shown.

mod error;
mod folder;
mod ledger;
mod merge;
mod rank;
mod results;
mod rows;

pub use error::SweepError;
pub use folder::{Folder, RESULTS, Shard};
pub use ledger::{Ledger, TRIALS, Trials, name_of};
pub use merge::merge;
pub use rank::{Best, Ranked, Ranking, RankingError, Shown};
pub use results::Results;

/// The name of what is said of a sweep.
pub const REPORT: &str = "sweep.json";
