//! What sets the three symbols apart: measured on real daily bars, July 2016 to December 2023, and
//! rounded (docs/simulated.md has the figures).

use market::Date;

use super::shocks::{Division, Parts};
use super::turning::TurningPoint;

/// One symbol's character.
pub(super) struct Symbol {
    pub(super) name: &'static str,
    pub(super) close: fn(&TurningPoint) -> f64,
    /// Realised volatility ÷ the implied volatility of small caps (RVX) one session before, with RVX
    /// at [`USUAL_RVX`].
    pub(super) realised_to_implied: f64,
    /// Power with which that ratio grows with RVX: RVX overstates calm and understates panic, for
    /// large caps more so.
    pub(super) elasticity: f64,
    pub(super) division: Division,
    /// Correlation with IWM, by part of the day.
    pub(super) correlation: Parts,
    /// Dividends a year ÷ price.
    pub(super) dividend_yield: f64,
    /// Sessions from the third Friday of March, June, September and December to the ex-date.
    pub(super) ex_date_lag: usize,
    /// Shares a day when the range is `usual_range`.
    pub(super) usual_volume: f64,
    /// High ÷ low − 1 on a usual day.
    pub(super) usual_range: f64,
}

/// RVX on an ordinary day.
const USUAL_RVX: f64 = 24.0;
/// Sessions a year, in the exchange's convention.
const YEAR_SESSIONS: f64 = 252.0;

impl Symbol {
    /// Standard deviation of a session's ln return after a close of RVX at `rvx`, for a session of
    /// this activity (1 for a full day).
    pub(super) fn sigma(&self, rvx: f64, activity: f64) -> f64 {
        let implied = rvx / 100.0 / YEAR_SESSIONS.sqrt();
        let ratio = self.realised_to_implied * libm::pow(rvx / USUAL_RVX, self.elasticity);
        implied * ratio * activity
    }
}

/// IWM, which the others follow.
pub(super) const IWM: Symbol = Symbol {
    name: "IWM",
    close: |point| point.iwm,
    realised_to_implied: 0.81,
    elasticity: 0.25,
    division: Division { gap_share: 0.37 },
    correlation: Parts {
        gap: 1.0,
        open_hours: 1.0,
    },
    dividend_yield: 0.012,
    ex_date_lag: 4,
    usual_volume: 24.0e6,
    usual_range: 0.014,
};

/// SPY: narrower, and all but the same news.
pub(super) const SPY: Symbol = Symbol {
    name: "SPY",
    close: |point| point.spy,
    realised_to_implied: 0.60,
    elasticity: 0.5,
    division: Division { gap_share: 0.42 },
    correlation: Parts {
        gap: 0.93,
        open_hours: 0.85,
    },
    dividend_yield: 0.017,
    ex_date_lag: 0,
    usual_volume: 74.0e6,
    usual_range: 0.009,
};

/// KRE: wider, with troubles of its own.
pub(super) const KRE: Symbol = Symbol {
    name: "KRE",
    close: |point| point.kre,
    realised_to_implied: 1.12,
    elasticity: 0.15,
    division: Division { gap_share: 0.36 },
    correlation: Parts {
        gap: 0.88,
        open_hours: 0.76,
    },
    dividend_yield: 0.024,
    ex_date_lag: 1,
    usual_volume: 7.5e6,
    usual_range: 0.019,
};

/// A time in which regional banks are the news.
pub(super) struct BankStress {
    /// The first session after this date …
    pub(super) after: Date,
    /// … to this date: both turning points.
    pub(super) to: Date,
    /// KRE's own volatility ÷ its usual one.
    pub(super) own_volatility: f64,
    /// Correlation of KRE's own news with IWM's *next* session: what banks fear today, small caps
    /// pay for tomorrow.
    pub(super) lead: f64,
}

/// Early 2020 and spring 2023.
pub(super) const BANK_STRESS: [BankStress; 2] = [
    BankStress {
        after: date(2020, 2, 19),
        to: date(2020, 3, 23),
        own_volatility: 1.5,
        lead: 0.7,
    },
    BankStress {
        after: date(2023, 3, 8),
        to: date(2023, 5, 4),
        own_volatility: 2.5,
        lead: 0.7,
    },
];

const fn date(year: i32, month: u32, day: u32) -> Date {
    match Date::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("a bank stress date does not exist"),
    }
}
