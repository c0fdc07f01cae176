//! A trading session.

use crate::time::{Date, Time};

/// One NYSE session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The New York date.
    pub date: Date,
    /// 09:30 New York.
    pub open: Time,
    /// 16:00 New York, 13:00 on half days.
    pub close: Time,
}
