//! The closed list of what can be wrong with a tape.

use std::fmt;

/// How much a defect weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Refuses a run that would use it.
    Error,
    /// Shown with the result of a run that uses it.
    Warning,
    /// Worth knowing, and often no fault at all.
    Note,
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of defect. Its word is stable: programs may rely on it. Thresholds and their reasons: docs/check.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A file that cannot be read.
    Unreadable,
    /// A row that lies before the one in front of it.
    Order,
    /// A second row of the same time.
    Duplicate,
    /// NaN, infinite or null.
    MissingValue,
    /// A price that is none, or a record's value that must be above 0.
    BadPrice,
    /// A volume below 0.
    NegativeVolume,
    /// A high below its low.
    HighBelowLow,
    /// A bar that starts before the one in front of it has ended.
    Overlap,
    /// A bar outside the regular hours of a session.
    OutsideHours,
    /// A bar on a day without a session.
    ExtraSession,
    /// A session inside the bars' span without a bar.
    MissingSession,
    /// An open or close outside low to high.
    PrintOutsideRange,
    /// One price far from everything around it, by a factor.
    WildPrice,
    /// Much fewer bars than the session's hours hold.
    ShortSession,
    /// Missing bars between two bars of a session.
    SessionGap,
    /// The same bar again and again, with volume.
    StaleRun,
    /// A move far beyond the usual that is taken back at once: by the next bar, by the bar itself after its open, or by the
    /// next value of a series; or a wick far beyond the usual.
    Outlier,
    /// A volume far from those around it.
    WildVolume,
    /// A lasting jump near k:1 or 1:k without a split on record, or a split on record without its jump.
    SplitJump,
    /// A high or low at the previous close of a gap day, far outside the rest of the bar.
    PreviousClosePrint,
    /// An open equal to the previous close that is also the bar's extreme.
    PreviousCloseOpen,
    /// A daily bar and the session's finer bars do not agree.
    IntradayDisagrees,
    /// Another tape has another value.
    Differs,
    /// Another tape has a row this one lacks.
    OnlyThere,
    /// This tape has a row another one lacks.
    OnlyHere,
    /// A large dividend without the overnight drop it should make.
    DividendWithoutDrop,
    /// Prices that look as if dividends had been taken out of them.
    AdjustedPrices,
    /// Two intervals of a symbol on different share bases.
    MixedBasis,
    /// A bid above its ask.
    CrossedQuote,
    /// A quote of an option that has expired.
    ExpiredQuote,
    /// A session inside a series' span without a value.
    SeriesGap,
    /// A series that repeats one value.
    SeriesStale,
    /// A value of a series, or a record, on a day without a session.
    ClosedDay,
}

impl Kind {
    /// Every kind, in the order of docs/check.md.
    pub const ALL: [Kind; 33] = [
        Kind::Unreadable,
        Kind::Order,
        Kind::Duplicate,
        Kind::MissingValue,
        Kind::BadPrice,
        Kind::NegativeVolume,
        Kind::HighBelowLow,
        Kind::Overlap,
        Kind::OutsideHours,
        Kind::ExtraSession,
        Kind::MissingSession,
        Kind::PrintOutsideRange,
        Kind::WildPrice,
        Kind::ShortSession,
        Kind::SessionGap,
        Kind::StaleRun,
        Kind::Outlier,
        Kind::WildVolume,
        Kind::SplitJump,
        Kind::PreviousClosePrint,
        Kind::PreviousCloseOpen,
        Kind::IntradayDisagrees,
        Kind::Differs,
        Kind::OnlyThere,
        Kind::OnlyHere,
        Kind::DividendWithoutDrop,
        Kind::AdjustedPrices,
        Kind::MixedBasis,
        Kind::CrossedQuote,
        Kind::ExpiredQuote,
        Kind::SeriesGap,
        Kind::SeriesStale,
        Kind::ClosedDay,
    ];

    /// The stable word in reports and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Unreadable => "unreadable",
            Kind::Order => "order",
            Kind::Duplicate => "duplicate",
            Kind::MissingValue => "missing-value",
            Kind::BadPrice => "bad-price",
            Kind::NegativeVolume => "negative-volume",
            Kind::HighBelowLow => "high-below-low",
            Kind::Overlap => "overlap",
            Kind::OutsideHours => "outside-hours",
            Kind::ExtraSession => "extra-session",
            Kind::MissingSession => "missing-session",
            Kind::PrintOutsideRange => "print-outside-range",
            Kind::WildPrice => "wild-price",
            Kind::ShortSession => "short-session",
            Kind::SessionGap => "session-gap",
            Kind::StaleRun => "stale-run",
            Kind::Outlier => "outlier",
            Kind::WildVolume => "wild-volume",
            Kind::SplitJump => "split-jump",
            Kind::PreviousClosePrint => "previous-close-print",
            Kind::PreviousCloseOpen => "previous-close-open",
            Kind::IntradayDisagrees => "intraday-disagrees",
            Kind::Differs => "differs",
            Kind::OnlyThere => "only-there",
            Kind::OnlyHere => "only-here",
            Kind::DividendWithoutDrop => "dividend-without-drop",
            Kind::AdjustedPrices => "adjusted-prices",
            Kind::MixedBasis => "mixed-basis",
            Kind::CrossedQuote => "crossed-quote",
            Kind::ExpiredQuote => "expired-quote",
            Kind::SeriesGap => "series-gap",
            Kind::SeriesStale => "series-stale",
            Kind::ClosedDay => "closed-day",
        }
    }

    /// The severity of a defect of this kind, unless the evidence is so thin that it is only a note.
    pub const fn severity(self) -> Severity {
        match self {
            Kind::Unreadable
            | Kind::Order
            | Kind::Duplicate
            | Kind::MissingValue
            | Kind::BadPrice
            | Kind::NegativeVolume
            | Kind::HighBelowLow
            | Kind::Overlap
            | Kind::OutsideHours
            | Kind::ExtraSession
            | Kind::MissingSession
            | Kind::ExpiredQuote => Severity::Error,
            Kind::PrintOutsideRange
            | Kind::WildPrice
            | Kind::ShortSession
            | Kind::SessionGap
            | Kind::StaleRun
            | Kind::Outlier
            | Kind::WildVolume
            | Kind::SplitJump
            | Kind::PreviousClosePrint
            | Kind::PreviousCloseOpen
            | Kind::IntradayDisagrees
            | Kind::Differs
            | Kind::DividendWithoutDrop
            | Kind::AdjustedPrices
            | Kind::MixedBasis
            | Kind::CrossedQuote
            | Kind::SeriesGap
            | Kind::SeriesStale => Severity::Warning,
            Kind::OnlyThere | Kind::OnlyHere | Kind::ClosedDay => Severity::Note,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
