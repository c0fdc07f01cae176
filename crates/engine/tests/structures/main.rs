//! Structures of options over hand-drawn bars and quotes, with the arithmetic beside them, and properties over random ones.

mod by_hand;
mod properties;
mod table;
