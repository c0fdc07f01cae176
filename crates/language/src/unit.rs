//! What a value is: a condition, or a number of some unit.

use std::fmt;

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A bare number, which goes with every unit: `30`.
    Plain,
    /// Dollars a share.
    Price,
    /// Shares.
    Shares,
    /// Dollars: a price times shares.
    Dollars,
    /// A fraction of 1: 0.02 is two per cent.
    Fraction,
    /// A scale from 0 to 100.
    Hundred,
    /// A count: of bars, of sessions.
    Count,
    /// Minutes.
    Minutes,
    /// A time of day in New York.
    Time,
    /// A series in whatever unit it is published in.
    Level,
    /// Bearish, neutral or bullish: −1, 0, 1.
    State,
    /// Flight, parity or leadership: −1, 0, 1.
    Rotation,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A condition: it holds, it does not, or it is unknown.
    Truth,
    /// A number, or unknown.
    Number(Unit),
}

impl Unit {
    /// What a person calls a value of it.
    pub const fn noun(self) -> &'static str {
        match self {
            Unit::Plain => "a bare number",
            Unit::Price => "a price (dollars a share)",
            Unit::Shares => "a number of shares",
            Unit::Dollars => "an amount of dollars",
            Unit::Fraction => "a fraction (0.02 is 2 %)",
            Unit::Hundred => "a figure from 0 to 100",
            Unit::Count => "a count",
            Unit::Minutes => "minutes",
            Unit::Time => "a time of day",
            Unit::Level => "a series in its own unit",
            Unit::State => "a state (bearish, neutral, bullish)",
            Unit::Rotation => "a rotation (flight, parity, leadership)",
        }
    }

    /// True for states, which are compared and chosen between, and never calculated with.
    pub const fn is_state(self) -> bool {
        matches!(self, Unit::State | Unit::Rotation)
    }

    /// The unit of `self + other`, `self - other`, and of what the two may be compared in; `None` if they do not go
    /// together.
    pub fn with(self, other: Unit) -> Option<Unit> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (a, b) if a.is_state() || b.is_state() => None,
            (Unit::Plain, Unit::Time) | (Unit::Time, Unit::Plain) => None,
            (Unit::Plain, unit) | (unit, Unit::Plain) => Some(unit),
            _ => None,
        }
    }

    /// The unit of `self * other`.
    pub fn times(self, other: Unit) -> Option<Unit> {
        match (self, other) {
            (a, b) if a.is_state() || b.is_state() => None,
            (Unit::Time, _) | (_, Unit::Time) => None,
            (Unit::Plain | Unit::Fraction | Unit::Count, unit)
            | (unit, Unit::Plain | Unit::Fraction | Unit::Count) => {
                Some(if unit == Unit::Plain { self } else { unit })
            }
            (Unit::Price, Unit::Shares) | (Unit::Shares, Unit::Price) => Some(Unit::Dollars),
            (Unit::Level, Unit::Level) => Some(Unit::Level),
            _ => None,
        }
    }

    /// The unit of `self / other`.
    pub fn over(self, other: Unit) -> Option<Unit> {
        match (self, other) {
            (a, b) if a.is_state() || b.is_state() => None,
            (Unit::Time, _) | (_, Unit::Time) => None,
            (Unit::Plain, Unit::Plain) => Some(Unit::Plain),
            // Series are published in many units: what comes of two of them is anybody's guess.
            (Unit::Level, Unit::Level) => Some(Unit::Level),
            (a, b) if a == b => Some(Unit::Fraction),
            (unit, Unit::Plain | Unit::Fraction | Unit::Count) => Some(unit),
            (Unit::Dollars, Unit::Price) => Some(Unit::Shares),
            (Unit::Dollars, Unit::Shares) => Some(Unit::Price),
            _ => None,
        }
    }
}

impl Kind {
    /// What a person calls a value of it.
    pub const fn noun(self) -> &'static str {
        match self {
            Kind::Truth => "a condition",
            Kind::Number(unit) => unit.noun(),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Plain => "number",
            Unit::Price => "$/share",
            Unit::Shares => "shares",
            Unit::Dollars => "$",
            Unit::Fraction => "fraction",
            Unit::Hundred => "0..100",
            Unit::Count => "count",
            Unit::Minutes => "minutes",
            Unit::Time => "time",
            Unit::Level => "own unit",
            Unit::State => "state",
            Unit::Rotation => "rotation",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn a_bare_number_goes_with_all_but_a_time() {
        use Unit::{Fraction, Level, Plain, Price, Shares, Time};
        assert_eq!(Price.with(Plain), Some(Price));
        assert_eq!(Plain.with(Time), None);
        assert_eq!(Price.with(Fraction), None);
        assert_eq!(Level.with(Level), Some(Level));
        assert_eq!(Price.times(Shares), Some(Unit::Dollars));
        assert_eq!(Price.times(Price), None);
        assert_eq!(Price.over(Price), Some(Fraction));
        assert_eq!(Price.over(Shares), None);
        assert_eq!(Plain.times(Plain), Some(Plain));
        assert_eq!(Fraction.times(Plain), Some(Fraction));
        assert_eq!(Plain.times(Fraction), Some(Fraction));
        assert_eq!(Plain.over(Price), None);
    }
}
