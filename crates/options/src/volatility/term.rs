//! The level of volatility by tenor, from volatility indices.
//!
//! | tenor | level | |
//! |---|---|---|
//! | 30 days | the index of the underlying (RVX for IWM) | its own 30-day strip |
//! | 9 days | index × VIX9D ÷ VIX | MODEL: the large caps' term structure |
//! | 93 days | index × VIX3M ÷ VIX | MODEL, likewise |
//!
//! Between them the strip's total variance (volatility² × time) is linear in time; beyond them volatility is flat. Where a
//! ratio is not known that end is flat from 30 days on, and says so.
//!
//! Where a real chain is at hand the level may be its own instead: the strip of each of its expiries ([`Level::of_strips`]).

use serde::{Deserialize, Serialize};

use super::knots::Knots;
use super::skew::YEAR_DAYS;
use super::strip;
use crate::chains::NoQuote;

/// Tenor of the near ratio (VIX9D), days.
pub const NEAR_DAYS: f64 = 9.0;
/// Tenor of the index, days.
pub const INDEX_DAYS: f64 = 30.0;
/// Tenor of the far ratio (VIX3M), days.
pub const FAR_DAYS: f64 = 93.0;

/// Least growth of total variance past 9 days and past 30 days, d ln W ÷ d ln T. Variance to come cannot be negative; and since
/// the skew grows with tenor, the money's share of the strip falls, by up to as much as this. The steepest real terms
/// (VIX9D ÷ VIX of 1.590 on 2018-02-05, VIX3M ÷ VIX of 0.744 on 2020-02-28) leave 0.137 and 0.34: no session of 2009–2026 is held.
pub(super) const LEAST_GROWTH: (f64, f64) = (0.135, 0.28);

/// Index values as of one instant, in points (20 is 20 % a year). What is not known, or older than one session, is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Readings {
    /// The underlying's own 30-day index.
    pub index: Option<f64>,
    /// The 30-day index of the ratios, VIX.
    pub vix: Option<f64>,
    /// Its 9-day sister, VIX9D.
    pub vix9d: Option<f64>,
    /// Its 93-day sister, VIX3M.
    pub vix3m: Option<f64>,
}

/// What was made of a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermSource {
    /// Taken as it is.
    Ratio,
    /// Not known: the 30-day level was used.
    Flat,
    /// Taken, but held to where variance still rises with time.
    Held,
    /// The strip of a real chain's own expiries.
    Strip,
}

/// Strip volatility by tenor at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Level(Form);

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Index(ByIndex),
    Strips(Knots),
}

/// Knots at 9, 30 and 93 days.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ByIndex {
    /// Fractions a year at 9, 30 and 93 days.
    near: f64,
    index: f64,
    far: f64,
    near_source: TermSource,
    far_source: TermSource,
}

/// A number that can be an index value.
fn known(points: Option<f64>) -> Option<f64> {
    points.filter(|p| p.is_finite() && *p > 0.0)
}

/// What total variance, linear in time, is multiplied by between two tenors if it grows by `least` at the first.
pub(super) fn growth(least: f64, from_days: f64, to_days: f64) -> f64 {
    1.0 + least * (to_days - from_days) / from_days
}

impl Level {
    /// From index values.
    ///
    /// # Errors
    /// [`NoQuote::NoVolatility`] if the underlying's own index has no positive value.
    pub fn new(readings: &Readings) -> Result<Level, NoQuote> {
        let index = known(readings.index).ok_or(NoQuote::NoVolatility)? / 100.0;
        let ratio = |sister| Some(known(sister)? / known(readings.vix)?);
        let mut level = ByIndex {
            near: index,
            index,
            far: index,
            near_source: TermSource::Flat,
            far_source: TermSource::Flat,
        };
        if let Some(ratio) = ratio(readings.vix9d) {
            let most =
                (INDEX_DAYS / NEAR_DAYS / growth(LEAST_GROWTH.0, NEAR_DAYS, INDEX_DAYS)).sqrt();
            level.near = index * ratio.min(most);
            level.near_source = TermSource::of(ratio <= most);
        }
        if let Some(ratio) = ratio(readings.vix3m) {
            let least =
                (INDEX_DAYS / FAR_DAYS * growth(LEAST_GROWTH.1, INDEX_DAYS, FAR_DAYS)).sqrt();
            level.far = index * ratio.max(least);
            level.far_source = TermSource::of(ratio >= least);
        }
        Ok(Level(Form::Index(level)))
    }

    /// From the strips of a real chain's expiries, in any order: each is met, total variance is linear in time between them and
    /// volatility flat beyond. Expiries within two days, and strips without variance, are left out.
    ///
    /// # Errors
    /// [`NoQuote::NoVolatility`] without a strip of 15 to 60 days: what lies farther from 30 days says little of them.
    pub fn of_strips(strips: &[strip::Term]) -> Result<Level, NoQuote> {
        Ok(Level(Form::Strips(Knots::new(strips)?)))
    }

    /// The same strip volatility (a fraction a year) at every tenor.
    ///
    /// # Errors
    /// [`NoQuote::NoVolatility`] unless it is positive and finite.
    pub fn flat(volatility: f64) -> Result<Level, NoQuote> {
        Level::new(&Readings {
            index: Some(volatility * 100.0),
            ..Readings::default()
        })
    }

    /// Every tenor times `share`: what a report varies to show how much hangs on the level.
    ///
    /// # Errors
    /// [`NoQuote::NoVolatility`] if that leaves no positive volatility.
    pub fn scaled(&self, share: f64) -> Result<Level, NoQuote> {
        let form = match &self.0 {
            Form::Index(of) => {
                let index = known(Some(of.index * share)).ok_or(NoQuote::NoVolatility)?;
                Form::Index(ByIndex {
                    near: of.near * share,
                    index,
                    far: of.far * share,
                    ..*of
                })
            }
            Form::Strips(knots) => Form::Strips(knots.scaled(share)?),
        };
        Ok(Level(form))
    }

    /// What the 9-day level rests on.
    pub const fn near_source(&self) -> TermSource {
        match &self.0 {
            Form::Index(of) => of.near_source,
            Form::Strips(knots) => knots.source(),
        }
    }

    /// What the 93-day level rests on.
    pub const fn far_source(&self) -> TermSource {
        match &self.0 {
            Form::Index(of) => of.far_source,
            Form::Strips(knots) => knots.source(),
        }
    }

    /// Total variance of the strip to a tenor: volatility² × years.
    pub fn total_variance(&self, years: f64) -> f64 {
        match &self.0 {
            Form::Index(of) => of.total_variance(years),
            Form::Strips(knots) => knots.total_variance(years),
        }
    }

    /// Strip volatility of a constant maturity, a fraction a year: what an index of that tenor would read, ÷ 100.
    pub fn volatility(&self, days: f64) -> f64 {
        let days = days.max(f64::MIN_POSITIVE);
        let years = days / YEAR_DAYS;
        (self.total_variance(years) / years).sqrt()
    }
}

impl ByIndex {
    fn total_variance(&self, years: f64) -> f64 {
        let days = years * YEAR_DAYS;
        let total = |volatility: f64, days: f64| volatility * volatility * days / YEAR_DAYS;
        let between = |low: f64, from: f64, high: f64, to: f64| {
            let (start, end) = (total(low, from), total(high, to));
            start + (end - start) * (days - from) / (to - from)
        };
        if days <= NEAR_DAYS {
            total(self.near, days)
        } else if days <= INDEX_DAYS {
            between(self.near, NEAR_DAYS, self.index, INDEX_DAYS)
        } else if days <= FAR_DAYS {
            between(self.index, INDEX_DAYS, self.far, FAR_DAYS)
        } else {
            total(self.far, days)
        }
    }
}

impl TermSource {
    const fn of(as_it_is: bool) -> TermSource {
        if as_it_is {
            TermSource::Ratio
        } else {
            TermSource::Held
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(index: f64, vix: f64, vix9d: f64, vix3m: f64) -> Readings {
        Readings {
            index: Some(index),
            vix: Some(vix),
            vix9d: Some(vix9d),
            vix3m: Some(vix3m),
        }
    }

    #[test]
    fn knots_and_what_lies_between_by_hand() {
        // Index 24, VIX 20, VIX9D 25, VIX3M 18: 9 days 24·25/20 = 30, 93 days 24·18/20 = 21.6.
        let level = Level::new(&readings(24.0, 20.0, 25.0, 18.0)).unwrap();
        for (days, points) in [
            (1.0, 30.0),
            (9.0, 30.0),
            (30.0, 24.0),
            (93.0, 21.6),
            (400.0, 21.6),
        ] {
            assert!(
                (100.0 * level.volatility(days) - points).abs() < 1e-12,
                "{days}"
            );
        }
        // At 10 days: (30²·9 + (24²·30 − 30²·9)/21) ÷ 10 = (8100 + 9180/21) ÷ 10 = 853.714…, √ = 29.2184.
        let ten = 100.0 * level.volatility(10.0);
        assert!((ten * ten - (8100.0 + 9180.0 / 21.0) / 10.0).abs() < 1e-9);
        assert!((ten - 29.2184).abs() < 5e-5);
        assert_eq!(level.near_source(), TermSource::Ratio);
    }

    #[test]
    fn what_is_missing_is_flat_and_said_and_no_index_is_no_level() {
        let level = Level::new(&Readings {
            vix9d: None,
            ..readings(24.0, 20.0, 0.0, 22.0)
        })
        .unwrap();
        assert_eq!(level.near_source(), TermSource::Flat);
        assert_eq!(level.far_source(), TermSource::Ratio);
        assert!((level.volatility(9.0) - 0.24).abs() < 1e-15);
        let no_vix = Readings {
            vix: None,
            ..readings(24.0, 0.0, 25.0, 18.0)
        };
        assert_eq!(Level::new(&no_vix).unwrap().near_source(), TermSource::Flat);
        for index in [
            None,
            Some(0.0),
            Some(-3.0),
            Some(f64::NAN),
            Some(f64::INFINITY),
        ] {
            let none = Readings {
                index,
                ..readings(0.0, 20.0, 25.0, 18.0)
            };
            assert_eq!(Level::new(&none), Err(NoQuote::NoVolatility));
        }
        assert_eq!(
            Level::flat(0.2).unwrap().scaled(-1.0),
            Err(NoQuote::NoVolatility)
        );
    }

    #[test]
    fn variance_that_would_fall_with_time_is_held_and_said() {
        // Near 60 against 30: 60²·9 = 32400 > 30²·30 = 27000. Far 10 against 30: 10²·93 = 9300 < 27000.
        let level = Level::new(&readings(30.0, 20.0, 40.0, 20.0 / 3.0)).unwrap();
        assert_eq!(level.near_source(), TermSource::Held);
        assert_eq!(level.far_source(), TermSource::Held);
        let total = |days: f64| level.total_variance(days / YEAR_DAYS);
        // 1 + 0.135·21/9 = 1.315 and 1 + 0.28·63/30 = 1.588.
        assert!((total(30.0) / total(9.0) - 1.315).abs() < 1e-12);
        assert!((total(93.0) / total(30.0) - 1.588).abs() < 1e-12);
        assert!((level.volatility(30.0) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn a_scaled_level_is_scaled_at_every_tenor() {
        let level = Level::new(&readings(24.0, 20.0, 25.0, 18.0)).unwrap();
        let higher = level.scaled(1.1).unwrap();
        for days in [2.0, 10.0, 50.0, 200.0] {
            assert!((higher.volatility(days) - 1.1 * level.volatility(days)).abs() < 1e-14);
        }
    }
}
