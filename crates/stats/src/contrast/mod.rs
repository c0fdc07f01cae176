//! Whether outcomes after events differ from outcomes elsewhere: an effect, its interval and the chance of it, by a bootstrap
//! of blocks of the timeline.
//!
//! [`Sample`] says on which rows of a timeline events and controls lie and what came of each; [`Effect`] what is
//! compared; [`Blocks`] draws the timeline again in blocks; [`Tested`] is what comes of it; [`holm`] corrects for the number
//! of claims. `docs/study.md` says the same in plain words.

mod blocks;
mod holm;
mod sample;
mod tested;

pub use blocks::{Blocks, Draw, Scratch};
pub use holm::holm;
pub use sample::{Effect, Sample, Undefined};
pub use tested::Tested;
