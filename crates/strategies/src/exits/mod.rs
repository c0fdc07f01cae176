//! How a trade ends.

mod time_of_day;
mod time_stop;

use engine::{Bracket, StopChoice, StopPlan};
use market::{Side, TimeOfDay};
use serde::{Deserialize, Serialize};

pub use time_of_day::due;
pub use time_stop::TimeStop;

/// Where the protective stop goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopKind {
    /// `stop_atr` × ATR from the entry fill.
    #[default]
    Atr,
    /// Beyond the last complete session's low (for shorts its high) by `stop_buffer_atr` × ATR.
    PriorSession,
    /// The nearer of both.
    Nearer,
    /// The farther of both.
    Farther,
}

impl StopKind {
    /// True if `stop_atr` says where it goes.
    pub const fn uses_atr(self) -> bool {
        matches!(self, StopKind::Atr | StopKind::Nearer | StopKind::Farther)
    }

    /// True if the last session's range says where it goes.
    pub const fn uses_level(self) -> bool {
        matches!(
            self,
            StopKind::PriorSession | StopKind::Nearer | StopKind::Farther
        )
    }
}

/// The exits of a plan. Multiples of ATR are of the ATR at the decision, except for trailing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExitRules {
    /// Where the protective stop goes.
    pub stop: StopKind,
    /// Distance of an ATR stop from the entry fill, in ATR.
    pub stop_atr: Option<f64>,
    /// How far beyond the last session's low a level stop goes, in ATR; 0 if absent.
    pub stop_buffer_atr: Option<f64>,
    /// Distance of the target from the entry fill, in ATR; no target if absent.
    pub target_atr: Option<f64>,
    /// Chandelier: the stop follows the best price at this many current ATR.
    pub trail_atr: Option<f64>,
    /// The stop goes to the entry price once the trade is this many ATR in favour.
    pub break_even_atr: Option<f64>,
    /// The session at whose close progress is judged, the entry session being the 1st.
    pub time_stop_sessions: Option<u32>,
    /// The favourable excursion, in ATR, that the time stop asks for.
    pub time_stop_min_mfe_atr: Option<f64>,
    /// Out at the close of this session of the trade, whatever happens.
    pub max_sessions: Option<u32>,
    /// Out by this time of day, New York: no trade outlives its entry's session. See [`due`].
    pub time: Option<TimeOfDay>,
    /// A condition in the rule language: once it holds at a bar's end, out at the next open (structures: at the next close).
    pub when: Option<String>,
    /// Structures: out once the profit is this multiple of the premium received (paid), at mid.
    pub target_premium: Option<f64>,
    /// Structures: out once the loss is this multiple of the premium received (paid), at mid.
    pub stop_premium: Option<f64>,
    /// Structures: out once no more calendar days than this are left to expiry.
    pub days_to_expiry: Option<u32>,
    /// Structures: out once a bar has reached a strike that was sold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub short_strike: bool,
    /// Structures: out once the underlying has closed this many ATR from where it was at entry, either way.
    pub move_atr: Option<f64>,
}

/// The protection of one entry, and the distance its size is measured by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Protection {
    /// Orders that come alive with the fill.
    pub bracket: Bracket,
    /// Stop distance at the decision, dollars; negative if the level lies on the wrong side.
    pub stop_distance_usd: f64,
}

impl ExitRules {
    /// The protection of an entry decided at `close` with `atr` dollars of ATR.
    ///
    /// `session_extreme` is the last complete session's low for longs, its high for shorts; `None`
    /// (unknown) refuses a stop that needs it.
    pub fn protect(
        &self,
        side: Side,
        close: f64,
        atr: f64,
        session_extreme: Option<f64>,
    ) -> Option<Protection> {
        let distance_usd = self
            .stop
            .uses_atr()
            .then(|| self.stop_atr.map(|multiple| multiple * atr))
            .flatten();
        let level = if self.stop.uses_level() {
            Some(session_extreme? - side.sign() * self.stop_buffer_atr.unwrap_or(0.0) * atr)
        } else {
            None
        };
        let plan = StopPlan {
            distance_usd,
            level,
            choice: if self.stop == StopKind::Farther {
                StopChoice::Farther
            } else {
                StopChoice::Nearer
            },
            trail_atr: self.trail_atr,
            break_even_usd: self.break_even_atr.map(|multiple| multiple * atr),
        };
        // Judged from the decision's close: the fill is not known yet.
        let stop_distance_usd = side.sign() * (close - plan.price(side, close)?);
        let bracket = Bracket {
            stop: Some(plan),
            target_distance_usd: self.target_atr.map(|multiple| multiple * atr),
            max_sessions: self.max_sessions,
            ends_with_session: self.time.is_some(),
            cancel_if_gapped: false,
        };
        Some(Protection {
            bracket,
            stop_distance_usd,
        })
    }

    /// The time stop, if the plan has one.
    pub fn time_stop(&self) -> Option<TimeStop> {
        Some(TimeStop {
            sessions: self.time_stop_sessions?,
            min_mfe_atr: self.time_stop_min_mfe_atr?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(stop: StopKind) -> ExitRules {
        ExitRules {
            stop,
            stop_atr: Some(1.5),
            stop_buffer_atr: Some(0.1),
            ..ExitRules::default()
        }
    }

    fn distance(stop: StopKind, side: Side, extreme: Option<f64>) -> Option<f64> {
        rules(stop)
            .protect(side, 100.0, 2.0, extreme)
            .map(|p| (p.stop_distance_usd * 1e9).round() / 1e9)
    }

    #[test]
    fn the_distance_of_each_stop_is_judged_from_the_close() {
        // ATR: 1.5 × 2 = 3. Level: 98.5 − 0.1 × 2 = 98.3, so 1.7.
        assert_eq!(distance(StopKind::Atr, Side::Buy, None), Some(3.0));
        assert_eq!(
            distance(StopKind::PriorSession, Side::Buy, Some(98.5)),
            Some(1.7)
        );
        assert_eq!(distance(StopKind::Nearer, Side::Buy, Some(98.5)), Some(1.7));
        assert_eq!(
            distance(StopKind::Farther, Side::Buy, Some(98.5)),
            Some(3.0)
        );
        // Short: high 101.5 + 0.2 = 101.7.
        assert_eq!(
            distance(StopKind::PriorSession, Side::Sell, Some(101.5)),
            Some(1.7)
        );
        assert_eq!(
            distance(StopKind::Farther, Side::Sell, Some(101.5)),
            Some(3.0)
        );
    }

    #[test]
    fn a_level_already_passed_is_a_negative_distance_and_an_unknown_one_is_none() {
        assert_eq!(
            distance(StopKind::PriorSession, Side::Buy, Some(101.0)),
            Some(-0.8)
        );
        assert_eq!(distance(StopKind::PriorSession, Side::Buy, None), None);
    }
}
