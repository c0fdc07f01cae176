//! Tests of the space as a whole.

mod conditions;
mod ranges;
mod search;
