//! Rules at work: a program of the language on a plan's clock.
//!
//! [`Evaluation`] turns each node into a column or into two masks (where a condition holds, where it fails; where neither, it
//! is unknown). Indicators and windows are whole columns, computed once and shared; everything that looks at one row only is
//! done in one pass over blocks of rows.

mod block;
mod compile;
mod eval;
mod leaves;
mod rows;
mod truth;
mod values;
mod windows;
mod written;

pub use eval::{Evaluation, Judged};
pub use truth::Truth;
pub use written::{Compared, JudgedRules, Reads, Rule, SymbolReads, Variant, Written};
