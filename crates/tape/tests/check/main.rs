//! `Tape::check` and `Tape::repair`.

mod bases;
mod cases;
mod mending;
mod planted;
mod real;
mod real_outliers;
mod real_tape;
mod support;
