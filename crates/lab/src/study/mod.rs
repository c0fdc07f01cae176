//! Rules of thumb as declared claims, tested on a tape.
//!
//! A [`Claim`] is a TOML file: an event, an outcome some bars later, a control, and what is expected of the two. [`study`] reads
//! what each needs, finds events and outcomes with the rule language, lets `stats::contrast` draw the timeline again in blocks,
//! corrects the p-values for the number of claims, and judges. docs/study.md says it in plain words.

mod bars;
mod claim;
mod faults;
mod form;
mod found;
mod run;
mod size;
mod trades;
mod tried;
mod verdict;

#[cfg(test)]
mod tests;

pub use claim::{Claim, ClaimSource, OfTrades, Population};
pub use found::Happening;
pub use run::{Figures, Judged, Study, StudyOptions, study};
pub use size::{Direction, Expect, Measure, Size};
pub use verdict::{ClaimVerdict, Why};

/// What is compared, and why that may not be defined: doors read them without importing the statistics.
pub use stats::contrast::{Effect, Undefined};
