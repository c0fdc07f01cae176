//! `Tape::check` and `Tape::repair`.

mod cases;
mod mending;
mod planted;
mod real;
mod support;
