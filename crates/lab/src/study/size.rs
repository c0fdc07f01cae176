//! What a claim expects.

use serde::Serialize;

/// Which way the effect is said to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Above no effect.
    Above,
    /// Below it.
    Below,
}

/// How large the effect is said to be, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
    /// From one to the other.
    Between(f64, f64),
    /// About this.
    About(f64),
}

/// What is expected of the effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expect {
    /// Which way it goes.
    pub direction: Direction,
    /// How far, if the claim says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

/// What an outcome is, for those who print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// A fraction of 1: a return, a range over a price.
    Fraction,
    /// A condition: its mean is how often it held.
    Rate,
    /// Any other number.
    Number,
}

impl Size {
    /// The least and the greatest effect that would bear it out.
    pub fn range(self) -> (f64, f64) {
        match self {
            Size::AtLeast(least) => (least, f64::INFINITY),
            Size::AtMost(most) => (f64::NEG_INFINITY, most),
            Size::Between(least, most) => (least, most),
            Size::About(size) => (size, size),
        }
    }

    /// True if an interval leaves it possible: it holds at least one effect of that size.
    pub fn is_possible(self, low: f64, high: f64) -> bool {
        let (least, most) = self.range();
        low <= most && least <= high
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn an_interval_excludes_what_lies_wholly_outside() {
        let possible = |size: Size| size.is_possible(1.1, 1.6);
        assert!(
            possible(Size::About(1.1)) && possible(Size::About(1.6)) && !possible(Size::About(2.1))
        );
        assert!(possible(Size::AtLeast(1.6)) && !possible(Size::AtLeast(1.61)));
        assert!(possible(Size::AtMost(1.1)) && !possible(Size::AtMost(1.0)));
        assert!(possible(Size::Between(1.5, 2.0)) && !possible(Size::Between(1.7, 2.0)));
        assert!(possible(Size::Between(1.2, 1.3)), "inside it");
    }
}
