//! Layers by hand, by a second route, cut short, and on the real tape.

mod by_hand;
mod joins;
mod market;
mod naive;
mod profile_page;
mod properties;
mod real_tape;
