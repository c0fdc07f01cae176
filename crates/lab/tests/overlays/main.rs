//! Filters on the calendar, overlays and protection in a plan: by hand on made-up bars, the errors a person meets, and what
//! is said of them.

mod by_hand;
mod faults;
mod made;
mod protect;
mod protect_faults;
mod protect_told;
