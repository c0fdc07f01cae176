//! Replays over hand-drawn bars: every fill rule and every exit, with the arithmetic beside it, and
//! properties over random ones.

mod account;
mod actions;
mod brackets;
mod edges;
mod finer;
mod inside;
mod intraday;
mod moving;
mod orders;
mod properties;
mod protect;
mod random;
mod spans;
mod symbols;
mod table;
