//! Many combinations of a plan's parameters, replayed.

mod cells;
mod combination;
mod dials;
mod figures;
mod gate;
mod intervals;
mod learn;
mod manifest;
mod run;
mod setup;
mod shape;
pub mod space;
mod trust;

pub use combination::{Bench, Refusal, Trial, Worker};
pub use figures::{Better, FIGURES, Figure};
pub use gate::{Gated, GatedRegime, gate};
pub use intervals::{Intervals, intervals};
pub use learn::{BATCH, Keeper, Learning, Scores, learn};
pub use manifest::{Manifest, PlanFacts};
pub use run::{BLOCK, Block, Stopped, Sweep};
pub use setup::{Request, SearchOn, Setup};
pub use shape::Written;
pub use trust::{
    CrossValidation, Neighbours, OutOfSample, PValues, Question, SAMPLE, Trust, judge,
};
