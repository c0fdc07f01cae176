//! What is left of a result once the number of tries is counted.
//!
//! A sweep picks the best of many trials, and the best of many is good by luck alone. `docs/overfitting.md` says in
//! plain words what each figure here means and where it lies.

pub mod cscv;
pub mod effective;
pub mod expected_max;
pub mod plateau;
pub mod sharpe_tests;
pub mod spa;

pub use cscv::{Cscv, CscvError, Overfitting, Split};
pub use effective::{EffectiveTrials, effective_trials};
pub use expected_max::{expected_max_exact, expected_max_normal};
pub use plateau::{Plateau, grid_neighbours, plateau};
pub use sharpe_tests::{
    SharpeSample, TrialsSpread, deflated_sharpe, minimum_track_record, probabilistic_sharpe,
    trials_spread,
};
pub use spa::{Benchmark, Choices, SpaError, SpaPValues, SpaTally, SpaTest};
