//! Readings, debriefs and scoreboards, for people and for programs.

mod board;
mod debrief;
mod document;
mod frames;
mod history;
mod sheet;
mod words;

pub use board::scoreboard;
pub use debrief::debrief;
pub use document::{debrief_json, history_json, scoreboard_json, signal_json};
pub use frames::{check_signal_target, write_signal_history};
pub use history::signal_history;
pub use sheet::signal;
