//! Why positions are closed.

use serde::{Deserialize, Serialize};

/// Why a position was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExitReason {
    /// The protective stop, where it was first placed.
    Stop,
    /// The protective stop after it was trailed.
    TrailingStop,
    /// The protective stop after it was moved to the entry price.
    BreakEven,
    /// The profit target.
    Target,
    /// Too little progress by the agreed session.
    TimeStop,
    /// The longest holding period was over.
    MaxSessions,
    /// The time of day by which the plan is out.
    TimeOfDay,
    /// A rule of the strategy's own.
    Signal,
    /// The rule by which what is held is protected: left by it, or at the stop that it had brought nearer.
    Protect,
    /// The window ended with the position open.
    WindowEnd,
    /// A reverse split left less than one share: paid out in cash.
    CashInLieu,
    /// Too few days were left to expiry.
    DaysToExpiry,
    /// The underlying reached a strike that had been sold.
    ShortStrike,
    /// The underlying moved too many ATR from where it was at entry.
    AtrMove,
    /// Options expired, and nothing was left.
    Expiry,
    /// Options that had been sold were assigned, and the shares they left were sold.
    Assigned,
    /// Options that had been bought were exercised, none was assigned, and the shares they left were sold.
    Exercised,
}

impl ExitReason {
    /// Every reason, in order.
    pub const ALL: [ExitReason; 17] = [
        ExitReason::Stop,
        ExitReason::TrailingStop,
        ExitReason::BreakEven,
        ExitReason::Target,
        ExitReason::TimeStop,
        ExitReason::MaxSessions,
        ExitReason::TimeOfDay,
        ExitReason::Signal,
        ExitReason::Protect,
        ExitReason::WindowEnd,
        ExitReason::CashInLieu,
        ExitReason::DaysToExpiry,
        ExitReason::ShortStrike,
        ExitReason::AtrMove,
        ExitReason::Expiry,
        ExitReason::Assigned,
        ExitReason::Exercised,
    ];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            ExitReason::Stop => "stop",
            ExitReason::TrailingStop => "trailing-stop",
            ExitReason::BreakEven => "break-even",
            ExitReason::Target => "target",
            ExitReason::TimeStop => "time-stop",
            ExitReason::MaxSessions => "max-sessions",
            ExitReason::TimeOfDay => "time-of-day",
            ExitReason::Signal => "signal",
            ExitReason::Protect => "protect",
            ExitReason::WindowEnd => "window-end",
            ExitReason::CashInLieu => "cash-in-lieu",
            ExitReason::DaysToExpiry => "days-to-expiry",
            ExitReason::ShortStrike => "short-strike",
            ExitReason::AtrMove => "atr-move",
            ExitReason::Expiry => "expiry",
            ExitReason::Assigned => "assigned",
            ExitReason::Exercised => "exercised",
        }
    }
}
