//! The iron condor's trigger: implied volatility is calm by its own standards.

use indicators::{Age, AsOf, Column, Mask};
use market::{Date, Series, Snapshot};
use options::volatility::Readings;
use options::volatility::history::constant_maturity;
use options::volatility::rank::iv_rank;
use options::volatility::term::INDEX_DAYS;
use serde::{Deserialize, Serialize};

use crate::checklist::Criterion;
use crate::clock::Clock;
use crate::filters::series_known_at;

/// The trigger of the iron-condor edge: the rank of an implied volatility below a bound.
///
/// Rank = (now − low) ÷ (high − low) × 100 over the last `rank_sessions` published closes, today's included; without so many,
/// or where they are all the same, it is unknown. Two readings of "10-day IV rank" are offered: the rank of a 10-day volatility
/// within a year (`iv_tenor_days = 10`, `rank_sessions = 252`, the default), and the rank of the index within its last ten
/// sessions (`iv_tenor_days = 30`, `rank_sessions = 10`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IronCondor {
    /// The rank must be below this, 0 to 100.
    pub max_iv_rank: f64,
    /// Tenor of the volatility that is ranked, calendar days. 30 is the index itself; other tenors are the model's.
    pub iv_tenor_days: f64,
    /// Published closes that the rank is taken over.
    pub rank_sessions: u32,
    /// The series of the volatility index.
    pub iv_index: String,
}

impl Default for IronCondor {
    fn default() -> Self {
        Self {
            max_iv_rank: 20.0,
            iv_tenor_days: 10.0,
            rank_sessions: 252,
            iv_index: "RVX".to_owned(),
        }
    }
}

/// Names of the indices whose ratios give other tenors than 30 days.
pub const RATIO_SERIES: [&str; 3] = ["VIX", "VIX9D", "VIX3M"];

impl IronCondor {
    /// How many triggers there are.
    pub const TRIGGERS: usize = 1;

    /// The series its trigger reads.
    pub fn series(&self) -> Vec<String> {
        let mut series = vec![self.iv_index.clone()];
        if self.iv_tenor_days != INDEX_DAYS {
            series.extend(RATIO_SERIES.map(str::to_owned));
        }
        series
    }

    /// The implied volatility that is ranked, points, by the dates on which all it is made of was published; `None` if the
    /// snapshot lacks the index.
    pub fn published(&self, snapshot: &Snapshot) -> Option<Series> {
        let index = snapshot.series_of(&self.iv_index)?;
        let mut tenor = Series {
            name: format!("{} at {} days", self.iv_index, self.iv_tenor_days),
            known: index.known,
            ..Series::default()
        };
        let ratios = RATIO_SERIES.map(|name| snapshot.series_of(name));
        for (&date, &value) in index.date.iter().zip(&index.value) {
            let [vix, vix9d, vix3m] = ratios.map(|series| on(series?, date));
            let readings = Readings {
                index: Some(value),
                vix,
                vix9d,
                vix3m,
            };
            let [points] = constant_maturity(&[readings], self.iv_tenor_days)[..] else {
                continue;
            };
            if !points.is_nan() {
                tenor.date.push(date);
                tenor.value.push(points);
            }
        }
        Some(tenor)
    }

    /// The rank on every instant of the clock, 0 to 100.
    pub fn rank(&self, clock: &Clock<'_>) -> Column {
        let Some(published) = self.published(clock.snapshot) else {
            return Column::unknown(clock.len());
        };
        let ranks = iv_rank(&published.value, self.rank_sessions as usize);
        // Of a value older than one session there is no rank.
        let (known_at, oldest) = series_known_at(clock, &published);
        AsOf::join(&known_at, clock.bars.end(), Age::Since(&oldest)).column(&ranks)
    }

    /// The trigger on every bar of the clock.
    pub fn triggers(&self, clock: &Clock<'_>) -> Vec<Criterion> {
        let rank = self.rank(clock);
        let bound = self.max_iv_rank;
        vec![Criterion {
            name: format!(
                "IV rank({} days, {}) below {bound}",
                self.iv_tenor_days, self.rank_sessions
            ),
            held: Mask::of(rank.values(), |rank| rank < bound),
            unknown: Mask::of(rank.values(), f64::is_nan),
        }]
    }
}

fn on(series: &Series, date: Date) -> Option<f64> {
    let row = series.date.binary_search(&date).ok()?;
    Some(series.value[row])
}
