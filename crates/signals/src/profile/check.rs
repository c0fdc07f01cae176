//! The range of each number of a profile.

use super::{BreadthSource, Profile};

/// A value of a profile that means nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{key} is {found}; expected {expected}. {remedy}")]
pub struct ProfileError {
    /// The dotted key, as in the file: `trend.fast_sessions`.
    pub key: &'static str,
    /// What the file says.
    pub found: String,
    /// What it may say.
    pub expected: String,
    /// What to do.
    pub remedy: &'static str,
}

/// Sessions in any window: ten years. Longer ones are slips.
const MOST_SESSIONS: usize = 2520;
const LENGTH: &str = "Lengths are counted in sessions; leave the key out for IWM's";
const LEVEL: &str = "Leave the key out for IWM's";

impl Profile {
    /// Says whether every number lies in its range and the thresholds are in order.
    ///
    /// # Errors
    /// The first [`ProfileError`], in the order of the tables.
    pub fn check(&self) -> Result<(), ProfileError> {
        self.check_names()?;
        self.check_lengths()?;
        self.check_levels()?;
        self.check_order()
    }

    fn check_names(&self) -> Result<(), ProfileError> {
        let context = &self.context;
        let source = match &self.breadth.source {
            BreadthSource::Series(name) => ("breadth.source.series", name),
            BreadthSource::Universe(name) => ("breadth.source.universe", name),
        };
        for (key, name) in [
            ("symbol", &self.symbol),
            ("benchmark", &self.benchmark),
            source,
            ("context.short_rate_series", &context.short_rate_series),
            ("context.long_rate_series", &context.long_rate_series),
            ("context.credit_series", &context.credit_series),
            ("context.volatility_series", &context.volatility_series),
            (
                "context.benchmark_volatility_series",
                &context.benchmark_volatility_series,
            ),
            (
                "context.near_volatility_series",
                &context.near_volatility_series,
            ),
            (
                "context.far_volatility_series",
                &context.far_volatility_series,
            ),
            (
                "context.short_interest_series",
                &context.short_interest_series,
            ),
        ] {
            if name.trim().is_empty() {
                return Err(ProfileError {
                    key,
                    found: format!("{name:?}"),
                    expected: "a name".to_owned(),
                    remedy: "A series the tape lacks is unknown: any name will do",
                });
            }
        }
        if self.symbol == self.benchmark {
            return Err(ProfileError {
                key: "benchmark",
                found: format!("{:?}", self.benchmark),
                expected: "another symbol than `symbol`".to_owned(),
                remedy: "Against itself a symbol never leads; SPY stands for the large caps",
            });
        }
        Ok(())
    }

    fn check_lengths(&self) -> Result<(), ProfileError> {
        let (trend, momentum, breadth) = (&self.trend, &self.momentum, &self.breadth);
        let context = &self.context;
        for (key, found) in [
            ("trend.fast_sessions", trend.fast_sessions),
            ("trend.slow_sessions", trend.slow_sessions),
            ("trend.atr_sessions", trend.atr_sessions),
            ("trend.separation_sessions", trend.separation_sessions),
            ("trend.converging_sessions", trend.converging_sessions),
            ("momentum.short_sessions", momentum.short_sessions),
            ("momentum.long_sessions", momentum.long_sessions),
            ("momentum.range_sessions", momentum.range_sessions),
            ("momentum.volume_sessions", momentum.volume_sessions),
            ("breadth.repair_low_sessions", breadth.repair_low_sessions),
            ("breadth.rising_sessions", breadth.rising_sessions),
            ("breadth.rally_sessions", breadth.rally_sessions),
            (
                "relative_strength.lookback_sessions",
                self.relative_strength.lookback_sessions,
            ),
            ("rotation.sessions", self.rotation.sessions),
            ("context.change_sessions", context.change_sessions),
            (
                "context.short_interest_readings",
                context.short_interest_readings,
            ),
            (
                "context.short_interest_sessions",
                context.short_interest_sessions,
            ),
            ("context.breakout_sessions", context.breakout_sessions),
        ] {
            // A rank needs two values.
            let least = 1 + usize::from(key == "context.short_interest_readings");
            if !(least..=MOST_SESSIONS).contains(&found) {
                return Err(ProfileError {
                    key,
                    found: found.to_string(),
                    expected: format!("{least} to {MOST_SESSIONS}"),
                    remedy: LENGTH,
                });
            }
        }
        Ok(())
    }

    fn check_levels(&self) -> Result<(), ProfileError> {
        let (breadth, size) = (&self.breadth, &self.size);
        let percent = 0.0..=100.0;
        for (key, found, range) in [
            (
                "trend.separation_atr",
                self.trend.separation_atr,
                0.0..=100.0,
            ),
            (
                "momentum.lower_fraction",
                self.momentum.lower_fraction,
                0.01..=0.99,
            ),
            ("breadth.bullish_pct", breadth.bullish_pct, percent.clone()),
            (
                "breadth.full_size_pct",
                breadth.full_size_pct,
                percent.clone(),
            ),
            ("breadth.repair_pct", breadth.repair_pct, percent.clone()),
            ("breadth.repair_atr", breadth.repair_atr, 0.0..=100.0),
            (
                "rotation.leadership_pct",
                self.rotation.leadership_pct,
                0.0..=100.0,
            ),
            (
                "rotation.flight_pct",
                self.rotation.flight_pct,
                -100.0..=0.0,
            ),
            (
                "composite.bullish_sum",
                f64::from(self.composite.bullish_sum),
                1.0..=4.0,
            ),
            (
                "composite.bearish_sum",
                f64::from(self.composite.bearish_sum),
                -4.0..=-1.0,
            ),
            ("size.leadership_scale", size.leadership_scale, 0.0..=4.0),
            ("size.half_scale", size.half_scale, 0.0..=1.0),
            (
                "context.wide_range_atr",
                self.context.wide_range_atr,
                0.0..=100.0,
            ),
            (
                "context.squeeze_rank_pct",
                self.context.squeeze_rank_pct,
                percent,
            ),
        ] {
            if !range.contains(&found) {
                return Err(ProfileError {
                    key,
                    found: found.to_string(),
                    expected: format!("{} to {}", range.start(), range.end()),
                    remedy: LEVEL,
                });
            }
        }
        Ok(())
    }

    fn check_order(&self) -> Result<(), ProfileError> {
        let (trend, momentum) = (&self.trend, &self.momentum);
        let (breadth, size) = (&self.breadth, &self.size);
        let swapped = "Change one of the two";
        let lengths = |key, a: usize, name: &str, b: usize| {
            (key, a as f64, format!("fewer than {name}, {b}"), a < b)
        };
        let levels =
            |key, a: f64, name: &str, b: f64| (key, a, format!("no more than {name}, {b}"), a <= b);
        for (key, found, expected, holds) in [
            lengths(
                "trend.fast_sessions",
                trend.fast_sessions,
                "trend.slow_sessions",
                trend.slow_sessions,
            ),
            lengths(
                "momentum.short_sessions",
                momentum.short_sessions,
                "momentum.long_sessions",
                momentum.long_sessions,
            ),
            levels(
                "breadth.full_size_pct",
                breadth.full_size_pct,
                "breadth.bullish_pct",
                breadth.bullish_pct,
            ),
            levels(
                "breadth.repair_pct",
                breadth.repair_pct,
                "breadth.full_size_pct",
                breadth.full_size_pct,
            ),
            levels(
                "size.half_scale",
                size.half_scale,
                "size.leadership_scale",
                size.leadership_scale,
            ),
        ] {
            if !holds {
                return Err(ProfileError {
                    key,
                    found: found.to_string(),
                    expected,
                    remedy: swapped,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Profile)) -> ProfileError {
        let mut profile = Profile::default();
        change(&mut profile);
        profile.check().unwrap_err()
    }

    #[test]
    fn the_default_is_in_order() {
        assert_eq!(Profile::default().check(), Ok(()));
    }

    #[test]
    fn what_means_nothing_is_named_by_its_key() {
        let key = |change: fn(&mut Profile)| refused(change).key;
        assert_eq!(key(|p| p.trend.atr_sessions = 0), "trend.atr_sessions");
        assert_eq!(
            key(|p| p.rotation.sessions = 1_000_000),
            "rotation.sessions"
        );
        assert_eq!(
            key(|p| p.breadth.repair_pct = f64::NAN),
            "breadth.repair_pct"
        );
        assert_eq!(key(|p| p.size.half_scale = 1.5), "size.half_scale");
        assert_eq!(key(|p| p.trend.fast_sessions = 63), "trend.fast_sessions");
        assert_eq!(
            key(|p| p.breadth.full_size_pct = 56.0),
            "breadth.full_size_pct"
        );
        assert_eq!(
            key(|p| p.composite.bearish_sum = 0),
            "composite.bearish_sum"
        );
        assert_eq!(key(|p| p.symbol.clear()), "symbol");
        assert_eq!(key(|p| p.benchmark = "IWM".to_owned()), "benchmark");
        assert_eq!(
            key(|p| p.context.short_interest_readings = 1),
            "context.short_interest_readings"
        );
    }

    #[test]
    fn a_refusal_says_what_was_found_and_what_may_be() {
        let error = refused(|p| p.breadth.bullish_pct = 130.0);
        assert_eq!(
            error.to_string(),
            "breadth.bullish_pct is 130; expected 0 to 100. Leave the key out for IWM's"
        );
    }
}
