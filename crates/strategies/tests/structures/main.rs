//! Structures by hand: which listed options a plan picks, when it leaves them, and the rank it waits for.

mod leaving;
mod listed;
mod rank;
mod recipe;
mod size;
