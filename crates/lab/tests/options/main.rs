//! Plans that trade options, on a made market: jumping and counting change nothing, nothing sees the future, and what is
//! wrong with a plan or a tape is said.

mod audited;
mod beside;
mod carlo;
mod made;
mod mistakes;
mod properties;
mod sheet;
mod swept;
mod tapes;
mod volatility;
