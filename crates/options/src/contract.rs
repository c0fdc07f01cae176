//! What is traded: one listed option.

use std::fmt;

use market::{Date, Right};

/// Shares that one contract delivers.
pub const SHARES_A_CONTRACT: f64 = 100.0;

/// A listed option of the plan's underlying. American, settled in shares, last traded on the day it expires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contract {
    /// The day it expires, at the session's close.
    pub expiry: Date,
    /// Dollars a share.
    pub strike: f64,
    /// Call or put.
    pub right: Right,
}

impl Contract {
    /// What exercising yields with the underlying at `spot`, dollars a share, at least 0.
    pub fn intrinsic(&self, spot: f64) -> f64 {
        match self.right {
            Right::Call => (spot - self.strike).max(0.0),
            Right::Put => (self.strike - spot).max(0.0),
        }
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.expiry, self.strike, self.right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intrinsic_is_what_exercise_yields_and_never_negative() {
        let expiry = Date::from_ymd_opt(2022, 6, 17).unwrap();
        let of = |right| Contract {
            expiry,
            strike: 170.0,
            right,
        };
        assert_eq!(of(Right::Call).intrinsic(172.5), 2.5);
        assert_eq!(of(Right::Put).intrinsic(172.5), 0.0);
        assert_eq!(of(Right::Put).intrinsic(163.9), 170.0 - 163.9);
        assert_eq!(of(Right::Call).to_string(), "2022-06-17 170 call");
    }
}
