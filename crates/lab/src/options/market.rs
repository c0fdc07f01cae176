//! From the tape's series to option chains on a plan's clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicators::SplitBasis;
use market::{Bars, Date, Snapshot};
use options::Chains;
use options::quotes::{
    Assumed, MixedChains, ModelChains, ModelInputs, Moment, QuotedChains, WidthLaw,
};
use options::volatility::{Skew, SkewParameters};
use strategies::{Clock, Edge};
use tape::{Tape, Want};

use super::quoted::QuoteSource;
use super::readout::Readout;
use super::rules::{LevelSource, OptionRules};
use crate::error::Error;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// The chains made so far from one snapshot on one clock, the tape's and the model's: those with the same rules are shared, and with them every price
/// once it is computed.
#[derive(Debug, Default)]
pub struct Markets {
    made: Mutex<Vec<(OptionRules, Made)>>,
    skews: Mutex<Vec<(f64, Skew)>>,
    /// What was read off the series: assumptions differ in what they make of it.
    readouts: Mutex<Vec<Arc<Readout>>>,
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
        let readout = self.readout(rules, bars, snapshot);
        let quoted = || self.quoted(rules, &readout, bars, snapshot);
        let model = |skew| {
            let moments = readout.levelled(rules, &quoted());
            modelled(rules, skew, moments, bars, snapshot)
        };
        let has_any = !snapshot.chains_of(&bars.symbol).is_empty();
        Ok(match rules.quotes {
            QuoteSource::Quoted => quoted(),
            QuoteSource::Mixed if has_any => {
                let model = model(self.skew(rules.skew_scale)?)?;
                Arc::new(MixedChains::new(quoted(), model))
            }
            QuoteSource::Mixed | QuoteSource::Model => {
                Arc::new(model(self.skew(rules.skew_scale)?)?)
            }
        })
    }

    fn readout(&self, rules: &OptionRules, bars: &Bars, snapshot: &Snapshot) -> Arc<Readout> {
        let mut readouts = locked(&self.readouts);
        if let Some(readout) = readouts.iter().find(|one| one.is_of(rules)) {
            return Arc::clone(readout);
        }
        let fresh = Arc::new(Readout::new(rules, bars, snapshot));
        readouts.push(Arc::clone(&fresh));
        fresh
    }

    fn quoted(
        &self,
        rules: &OptionRules,
        readout: &Readout,
        bars: &Bars,
        snapshot: &Snapshot,
    ) -> Arc<QuotedChains> {
        let mut quoted = locked(&self.quoted);
        if let Some((_, chains)) = quoted.iter().find(|(rate, _)| *rate == rules.rate) {
            return Arc::clone(chains);
        }
        let fresh = Arc::new(quoted_on(readout, bars, snapshot));
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

/// Model chains on the clock of `bars`: at each close the surface of the index (or of the tape's chains) as of then, the last
/// known rate, and the dividends last year makes expect. A close without a level no older than one session has no prices.
///
/// # Errors
/// [`Error::Fit`] for a skew or widths out of their ranges.
pub fn chains(rules: &OptionRules, bars: &Bars, snapshot: &Snapshot) -> Result<ModelChains, Error> {
    let readout = Readout::new(rules, bars, snapshot);
    let moments = readout.levelled(rules, &quoted_on(&readout, bars, snapshot));
    modelled(rules, skew(rules.skew_scale)?, moments, bars, snapshot)
}

fn quoted_on(readout: &Readout, bars: &Bars, snapshot: &Snapshot) -> QuotedChains {
    let dividends = snapshot.dividends_of(&bars.symbol).unwrap_or(&[]).to_vec();
    let chains = snapshot.chains_of(&bars.symbol);
    QuotedChains::of(readout.bare(), chains, dividends)
}

fn modelled(
    rules: &OptionRules,
    skew: Skew,
    moments: Vec<Moment>,
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
        moments,
        dividends,
        skew,
        law,
    };
    ModelChains::new(inputs).map_err(|error| unfit(&error))
}

/// Closes of the windows at which the model has no prices, and for want of what; `None` if it always has them.
pub(crate) fn unpriced(
    rules: &OptionRules,
    regimes: &[Regime],
    bars: &Bars,
    snapshot: &Snapshot,
) -> Option<String> {
    let readout = Readout::new(rules, bars, snapshot);
    let sessions = &snapshot.sessions;
    let windows = regimes
        .iter()
        .map(|r| bars.rows_between(r.from, r.to, sessions));
    let (mut closes, mut level, mut rate) = (0, 0, 0);
    let by_quotes = rules.level == LevelSource::Quotes;
    // What the chains leave to the model, if they level it; of an index every close, chains or not.
    let quoted = by_quotes.then(|| quoted_on(&readout, bars, snapshot));
    for slot in windows.flatten() {
        let Some(moment) = readout.bare().get(slot) else {
            continue;
        };
        closes += 1;
        rate += usize::from(moment.rate.is_none());
        level += usize::from(match &quoted {
            Some(quoted) => !quoted.sees(slot) && !readout.has_chain_before(slot, quoted),
            None => rules.quotes != QuoteSource::Quoted && !readout.has_index(slot, rules),
        });
    }
    let what = if by_quotes {
        "options.level = \"quotes\", and neither they nor the sessions before have a chain to level it by".to_owned()
    } else {
        format!("{} has no usable value", rules.index)
    };
    (level + rate > 0).then(|| {
        format!(
            "the options' model has no prices at some of the {closes} closes in the windows: {what} at {level}, {} none at {rate}; nothing is opened or closed there, and marks stand still",
            rules.rate
        )
    })
}

/// At how many closes of the windows a plan that waits for a rank of implied volatility has none, in a sentence; `None` if at none.
pub(crate) fn unranked(
    scenario: &Scenario,
    regimes: &[Regime],
    bars: &Bars,
    snapshot: &Snapshot,
) -> Option<String> {
    let Edge::IronCondor(edge) = &scenario.entry.edge else {
        return None;
    };
    let basis = SplitBasis::default();
    let clock = Clock {
        bars,
        snapshot,
        basis: &basis,
    };
    let ranks = edge.rank(&clock);
    let windows = regimes
        .iter()
        .map(|regime| bars.rows_between(regime.from, regime.to, &snapshot.sessions));
    let (mut closes, mut unknown) = (0, 0);
    for row in windows.flatten() {
        closes += 1;
        unknown += usize::from(ranks.get(row).is_none());
    }
    (unknown > 0).then(|| {
        format!(
            "the IV rank is unknown at {unknown} of the {closes} closes in the windows: {} {} no value there, or too few before it; nothing is entered on those",
            edge.series().join(", "),
            if edge.series().len() == 1 { "has" } else { "have" }
        )
    })
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
