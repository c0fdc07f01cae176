//! What might have happened: the same sessions or trades, drawn again.

pub mod block_length;
pub mod course;
pub mod interval;
pub mod paired;
pub mod paths;
pub mod stationary;
pub mod trades;

pub use block_length::{BlockLength, automatic_block_length};
pub use course::{Course, drawn_again, reordered};
pub use interval::{Interval, bca, percentile};
pub use paired::{
    Difference, EndedTrade, PairedDifferences, PairedRun, paired_block_length, paired_differences,
};
pub use paths::{PathFigures, PathIntervals, ResampledPaths};
pub use stationary::StationaryBootstrap;
pub use trades::{TradeIntervals, trade_intervals};
