//! The surface: against the real tape (which is not part of the project), and what must hold of any.

#![allow(
    clippy::print_stderr,
    reason = "a skipped test says so and why; figures are for the docs"
)]

mod chains;
mod history;
mod levels;
mod properties;
mod spx;
mod synthetic;
mod tape;
