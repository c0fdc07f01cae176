//! The signal analyzer on a tape: what `signal` and `debrief` say.
//!
//! [`NamedProfile`] says what to read, [`SignalDesk`] reads it, as of a date, and computes the columns once. A
//! [`SignalSheet`] is one session's reading, a [`SignalHistory`] a range of them, a [`Debrief`] a reading against the
//! session that followed it, a [`Scoreboard`] many of those.

mod ahead;
mod board;
mod debrief;
mod desk;
mod history;
mod lacking;
mod lesson;
mod profile;
mod sheet;
mod traded;
mod warning;

pub use ahead::{AHEAD_SESSIONS, Coming, Season};
pub use board::{BoardRow, Says, Scoreboard, scoreboard};
pub use debrief::{Call, Debrief, LayerCall, SessionDid, debrief};
pub use desk::{AsOf, DeskOptions, SignalDesk};
pub use history::SignalHistory;
pub use profile::NamedProfile;
pub use sheet::SignalSheet;
pub use warning::{Beside, Sign, SignOf, When};

/// The words of the analyzer: doors show them without importing it.
pub use signals::{
    BreadthReading, BreadthSource, Change, Columns, CompositeReading, ContextReading, Flag, Flip,
    FlipAt, Layer, MomentumReading, Number, Profile, Reading, RelativeStrengthReading, Rotation,
    RotationReading, Side, Size, State, TrendReading,
};
