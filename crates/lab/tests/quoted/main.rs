//! Plans on real option chains: a made tape worked by hand, and chains that were quoted.

#![allow(clippy::print_stderr)] // a skipped test has to say so

mod by_hand;
mod level;
mod made;
mod real;
