//! Executions: shares bought or sold at one price at one time.

use chrono::NaiveDateTime;
use market::{Side, Time};

/// What the log itself says an execution does to a position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// It opens or adds.
    Open,
    /// It reduces or closes.
    Close,
    /// The log does not say.
    #[default]
    Unsaid,
}

/// One execution of the symbol that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Line of the file it begins on, from 1.
    pub line: u64,
    /// When; of a log without times of day the session's open (or 09:30 New York of a day without one).
    pub time: Time,
    /// True if the log gives a time of day.
    pub exact: bool,
    /// What a clock in the log's zone showed.
    pub local: NaiveDateTime,
    /// Bought or sold.
    pub side: Side,
    /// Shares, above 0; brokers sell fractions too.
    pub quantity: f64,
    /// Dollars a share.
    pub price: f64,
    /// Commissions and fees, dollars; negative is a rebate.
    pub fees_usd: f64,
    /// What the log says it does.
    pub effect: Effect,
    /// The broker's own name for this execution.
    pub id: Option<String>,
}
