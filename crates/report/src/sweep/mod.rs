//! Results of sweeps: written block by block, joined, read again, shown.

mod error;
mod folder;
mod heatmap;
mod ledger;
mod merge;
mod rank;
mod results;
mod rows;
mod summary;
mod terminal;

pub use error::SweepError;
pub use folder::{Folder, RESULTS, Shard};
pub use heatmap::heatmap;
pub(crate) use heatmap::{axis, cells};
pub use ledger::{Ledger, TRIALS, Trials, name_of};
pub use merge::merge;
pub use rank::{Best, Ranked, Ranking, RankingError, Shown};
pub use results::Results;
pub use summary::{Finalist, Summary};
pub use terminal::sweep_text;
pub(crate) use terminal::trust_told;

/// The name of what is said of a sweep.
pub const REPORT: &str = "sweep.json";
