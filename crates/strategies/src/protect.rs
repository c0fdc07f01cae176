//! Protection of what is held: while a condition holds, an open position's stop is brought nearer, some of it is sold, or
//! all of it.
//!
//! The condition is judged at every bar's end of a trade, that of its entry bar the first, from what is known by then; what
//! it asks for acts from the next bar on. It is no filter: it says nothing of entries, and an entry decided while it holds
//! is protected once it is there. Where it is unknown it does not hold, as no rule does (spec 3): nothing is done, and the
//! plan gets no credit for a caution that nobody could have taken.

use market::Side;
use serde::{Deserialize, Serialize};

/// `[protect]` as it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProtectRules {
    /// A condition in the rule language: what is held is protected while this holds.
    pub when: String,
    /// What is done.
    pub action: Option<ProtectAction>,
    /// `tighten`: distance of the stop from the bar's close, in the decision's ATR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_atr: Option<f64>,
    /// `reduce`: the share of the entered quantity that stays, a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reduce_to: Option<f64>,
}

/// What protection does, by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProtectAction {
    /// The stop comes nearer, at every bar's end anew.
    Tighten,
    /// Some shares are sold (bought back, by shorts), once a trade.
    Reduce,
    /// All are.
    Leave,
}

impl ProtectAction {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            ProtectAction::Tighten => "tighten",
            ProtectAction::Reduce => "reduce",
            ProtectAction::Leave => "leave",
        }
    }
}

/// What protection does, with its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Protection {
    /// The stop goes to the close ∓ `stop_atr` × the decision's ATR, never away from the market.
    Tighten {
        /// In ATR.
        stop_atr: f64,
    },
    /// Down to a share of what was entered, at the next open.
    Reduce {
        /// A fraction between 0 and 1.
        reduce_to: f64,
    },
    /// Out at the next open.
    Leave,
}

impl ProtectRules {
    /// What is to be done; `None` of rules that were never checked: without an action, or without its number.
    pub fn protection(&self) -> Option<Protection> {
        Some(match self.action? {
            ProtectAction::Tighten => Protection::Tighten {
                stop_atr: self.stop_atr?,
            },
            ProtectAction::Reduce => Protection::Reduce {
                reduce_to: self.reduce_to?,
            },
            ProtectAction::Leave => Protection::Leave,
        })
    }
}

/// Where the stop of a position goes, dollars: `stop_atr` × `atr_usd` from the bar's close.
pub fn tightened_stop(held: Side, close: f64, stop_atr: f64, atr_usd: f64) -> f64 {
    close - held.sign() * stop_atr * atr_usd
}

/// The shares that stay of a position of `entered` (after a split perhaps a fraction): `reduce_to` of them, rounded down, one
/// at least. To reduce is not to leave.
pub fn kept_shares(entered: f64, reduce_to: f64) -> u64 {
    // Forgives the last bit: 0.29 × 100 is a hair under 29.
    ((entered * reduce_to + 1e-9) as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down_and_one_stays() {
        assert_eq!(kept_shares(227.0, 0.5), 113); // 113.5
        assert_eq!(kept_shares(100.0, 0.29), 29); // 28.999999999999996 as doubles
        assert_eq!(kept_shares(3.0, 0.3), 1); // 0.9
        assert_eq!(kept_shares(1.0, 0.99), 1);
        assert_eq!(kept_shares(7.5, 0.5), 3); // 5 shares, split three for two: 3.75
    }

    #[test]
    fn a_stop_lies_below_a_longs_close_and_above_a_shorts() {
        assert_eq!(tightened_stop(Side::Buy, 100.0, 0.5, 3.0), 98.5);
        assert_eq!(tightened_stop(Side::Sell, 100.0, 0.5, 3.0), 101.5);
    }

    #[test]
    fn an_action_without_its_number_does_nothing() {
        let rules = |action, stop_atr, reduce_to| ProtectRules {
            when: "close < 1".to_owned(),
            action,
            stop_atr,
            reduce_to,
        };
        assert_eq!(rules(None, Some(0.5), Some(0.5)).protection(), None);
        let tighten = Some(ProtectAction::Tighten);
        assert_eq!(rules(tighten, None, Some(0.5)).protection(), None);
        let half = Protection::Tighten { stop_atr: 0.5 };
        assert_eq!(rules(tighten, Some(0.5), None).protection(), Some(half));
        assert_eq!(
            rules(Some(ProtectAction::Reduce), Some(0.5), None).protection(),
            None
        );
        assert_eq!(
            rules(Some(ProtectAction::Leave), None, None).protection(),
            Some(Protection::Leave)
        );
    }
}
