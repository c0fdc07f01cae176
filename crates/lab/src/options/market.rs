//! From the tape's series to option chains on a plan's clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicators::SplitBasis;
use market::{Bars, Date, Snapshot};
use options::Chains;
use options::quotes::{
    Assumed, MixedChains, ModelChains, ModelInputs, Moment, QuotedChains, WidthLaw,
};
use options::volatility::{Level, Readings, Skew, SkewParameters};
use strategies::{Clock, Edge, filters};
use tape::{Tape, Want};

use super::quoted::QuoteSource;
use super::rules::{OptionRules, RATIO_SERIES};
use crate::error::Error;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// The chains made so far from one snapshot on one clock, the tape's and the model's: those with the same rules are shared, and with them every price
/// once it is computed.
#[derive(Debug, Default)]
pub struct Markets {
    made: Mutex<Vec<(OptionRules, Made)>>,
    skews: Mutex<Vec<(f64, Skew)>>,
    /// By the series of the rate, on which alone they depend: what a model assumes changes nothing in them.
    quoted: Mutex<Vec<(String, Arc<QuotedChains>)>>,
}

/// Chains, once whoever asked first has made them; others who want the same wait.
type Made = Arc<Mutex<Option<Arc<dyn Chains>>>>;

impl Markets {
    /// The chains by `rules` on the clock of `bars`.
    ///
    /// # Errors
    /// As [`chains`].
    pub fn get(
        &self,
        rules: &OptionRules,
        bars: &Bars,
        snapshot: &Snapshot,
    ) -> Result<Arc<dyn Chains>, Error> {
        let place = self.place(rules);
        let mut made = locked(&place);
        if let Some(made) = &*made {
            return Ok(Arc::clone(made));
        }
        let fresh = self.fresh(rules, bars, snapshot)?;
        *made = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    fn fresh(
        &self,
        rules: &OptionRules,
        bars: &Bars,
        snapshot: &Snapshot,
    ) -> Result<Arc<dyn Chains>, Error> {
        let model = || with_skew(rules, self.skew(rules.skew_scale)?, bars, snapshot);
        let has_any = !snapshot.chains_of(&bars.symbol).is_empty();
        Ok(match rules.quotes {
            QuoteSource::Quoted => self.quoted(rules, bars, snapshot),
            QuoteSource::Mixed if has_any => Arc::new(MixedChains::new(
                self.quoted(rules, bars, snapshot),
                model()?,
            )),
            QuoteSource::Mixed | QuoteSource::Model => Arc::new(model()?),
        })
    }

    fn quoted(&self, rules: &OptionRules, bars: &Bars, snapshot: &Snapshot) -> Arc<QuotedChains> {
        let mut quoted = locked(&self.quoted);
        if let Some((_, chains)) = quoted.iter().find(|(rate, _)| *rate == rules.rate) {
            return Arc::clone(chains);
        }
        let moments = moments(rules, bars, snapshot);
        let dividends = snapshot.dividends_of(&bars.symbol).unwrap_or(&[]).to_vec();
        let chains = snapshot.chains_of(&bars.symbol);
        let fresh = Arc::new(QuotedChains::of(&moments, chains, dividends));
        quoted.push((rules.rate.clone(), Arc::clone(&fresh)));
        fresh
    }

    fn place(&self, rules: &OptionRules) -> Made {
        let mut made = locked(&self.made);
        if let Some((_, place)) = made.iter().find(|(known, _)| known == rules) {
            return Arc::clone(place);
        }
        let place = Made::default();
        made.push((rules.clone(), Arc::clone(&place)));
        place
    }

    /// The shipped skew times `scale`: checking it takes longer than all else of a chain.
    fn skew(&self, scale: f64) -> Result<Skew, Error> {
        let mut skews = locked(&self.skews);
        if let Some((_, skew)) = skews.iter().find(|(known, _)| *known == scale) {
            return Ok(skew.clone());
        }
        let fresh = skew(scale)?;
        skews.push((scale, fresh.clone()));
        Ok(fresh)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is in these is whole: it goes in finished.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shipped skew times `scale`.
fn skew(scale: f64) -> Result<Skew, Error> {
    Skew::new(SkewParameters::SPY)
        .and_then(|skew| skew.scaled(scale))
        .map_err(|error| unfit(&error))
}

fn unfit(error: &impl std::error::Error) -> Error {
    Error::fit(error.to_string(), "choose values nearer to 1 in [options]")
}

/// Model chains on the clock of `bars`: at each close the surface of the index as of then, the last known rate, and the
/// dividends last year makes expect. A close without an index no older than one session has no prices.
///
/// # Errors
/// [`Error::Fit`] for a skew or widths out of their ranges.
pub fn chains(rules: &OptionRules, bars: &Bars, snapshot: &Snapshot) -> Result<ModelChains, Error> {
    with_skew(rules, skew(rules.skew_scale)?, bars, snapshot)
}

fn with_skew(
    rules: &OptionRules,
    skew: Skew,
    bars: &Bars,
    snapshot: &Snapshot,
) -> Result<ModelChains, Error> {
    let law = WidthLaw {
        assumed: Assumed {
            multiplier: rules.width_multiplier,
            stress_power: rules.width_stress_power,
            ..Assumed::default()
        },
        ..WidthLaw::default()
    };
    let dividends = snapshot.dividends_of(&bars.symbol).unwrap_or(&[]).to_vec();
    let inputs = ModelInputs {
        moments: moments(rules, bars, snapshot),
        dividends,
        skew,
        law,
    };
    ModelChains::new(inputs).map_err(|error| unfit(&error))
}

/// What is known at each close of the clock.
fn moments(rules: &OptionRules, bars: &Bars, snapshot: &Snapshot) -> Vec<Moment> {
    let basis = SplitBasis::default();
    let clock = Clock {
        bars,
        snapshot,
        basis: &basis,
    };
    let known = |series: &str| filters::last_level(&clock, series);
    let (index, rate) = (known(&rules.index), known(&rules.rate));
    let ratios = RATIO_SERIES.map(|series| rules.term.then(|| known(series)));
    let moment = |slot: usize| {
        let [vix, vix9d, vix3m] = ratios.each_ref().map(|ratio| ratio.as_ref()?.get(slot));
        let readings = Readings {
            index: index.get(slot),
            vix,
            vix9d,
            vix3m,
        };
        let level = Level::new(&readings).and_then(|level| level.scaled(rules.level_scale));
        let session = snapshot.sessions.get(bars.session()[slot] as usize)?;
        Some(Moment {
            at: bars.end()[slot],
            date: session.date,
            spot: Some(bars.close()[slot]),
            rate: rate.get(slot).map(continuous),
            level: level.ok(),
        })
    };
    (0..bars.len()).filter_map(moment).collect()
}

/// Closes of the windows at which the model has no prices, and for want of what; `None` if it always has them.
pub(crate) fn unpriced(
    rules: &OptionRules,
    regimes: &[Regime],
    bars: &Bars,
    snapshot: &Snapshot,
) -> Option<String> {
    let moments = moments(rules, bars, snapshot);
    let sessions = &snapshot.sessions;
    let windows = regimes
        .iter()
        .map(|r| bars.rows_between(r.from, r.to, sessions));
    let (mut closes, mut level, mut rate) = (0, 0, 0);
    for moment in windows.flat_map(|rows| moments.get(rows).unwrap_or(&[])) {
        closes += 1;
        level += usize::from(moment.level.is_none());
        rate += usize::from(moment.rate.is_none());
    }
    (level + rate > 0).then(|| {
        format!(
            "the options' model has no prices at some of the {closes} closes in the windows: {} has no usable value at {level}, {} none at {rate}; nothing is opened or closed there, and marks stand still",
            rules.index, rules.rate
        )
    })
}

/// A Treasury yield in percent, compounded twice a year, as a continuous rate: 2 × ln(1 + y ÷ 2).
pub(super) fn continuous(percent: f64) -> f64 {
    2.0 * (percent / 200.0).ln_1p()
}

/// The first date on which a plan's volatility has a rank, and every series that its prices are made from has begun; `None`
/// for a plan that needs none.
///
/// # Errors
/// What reading the tape meets.
pub(crate) fn ready_from(plan: &Scenario, tape: &Tape) -> Result<Option<Date>, Error> {
    let series = crate::needs::of_options(plan);
    if series.is_empty() {
        return Ok(None);
    }
    let want = Want {
        series,
        ..Want::default()
    };
    let read = tape.read(&want, 1);
    let snapshot = read.map_err(|error| crate::absent::explain(error, plan, tape))?;
    let begun = snapshot
        .series
        .iter()
        .filter_map(|series| series.date.first());
    let begun = begun.max().copied();
    let ranked = match &plan.entry.edge {
        Edge::IronCondor(edge) => edge.published(&snapshot).and_then(|published| {
            let last = (edge.rank_sessions as usize).checked_sub(1)?;
            published.date.get(last).copied()
        }),
        Edge::MeanReversion(_) | Edge::GapMomentum(_) | Edge::Rules(_) => None,
    };
    Ok(begun.max(ranked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yield_of_five_percent_is_a_continuous_rate_a_little_under_it() {
        // (1 + 0.05 ÷ 2)² = 1.050625; its logarithm is 0.049385.
        assert!((continuous(5.0) - 0.049_385_2).abs() < 1e-7);
        assert_eq!(continuous(0.0), 0.0);
    }
}
