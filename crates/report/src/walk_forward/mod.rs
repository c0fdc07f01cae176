//! Walking forward, for people and for programs.

mod document;
mod files;
mod terminal;

pub use document::{combined_json, walk_forward_json};
pub use files::{WALK_FORWARD_FILES, check_walk_forward_target, write_walk_forward};
pub(crate) use terminal::conclusion;
pub use terminal::{combined, walk_forward};
