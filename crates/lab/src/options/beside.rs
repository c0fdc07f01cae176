//! What stands beside the verdict of a plan that trades options: other assumptions, its whole history, what it held when
//! the storms came.

use engine::Feed;
use market::Trade;
use serde::Serialize;
use stats::Figures;

use super::sensitivity::{ASSUMPTIONS, Assumption, Variant, VariantRegime};
use crate::error::Error;
use crate::load::{Loaded, slots};
use crate::measure::Measure;
use crate::options::Markets;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::{account, feed, standing, with_chains};
use crate::verdict::{Standing, Verdict};

/// What stands beside the verdict.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The plan under other assumptions, the regimes in the order of the run.
    pub sensitivity: Vec<Variant>,
    /// The plan over all of the tape; `None` if the tape has no more than the regimes, or cannot be replayed whole.
    pub pooled: Option<Pooled>,
}

/// The plan over all of the tape that it can be replayed on, regimes included, with one account.
#[derive(Clone, Debug)]
pub struct Pooled {
    /// The window.
    pub regime: Regime,
    /// Its figures.
    pub figures: Figures,
    /// Whether it held, by the scenario's own bounds.
    pub standing: Standing,
    /// What it held when each regime began.
    pub storms: Vec<IntoStorm>,
}

/// Structures opened before a storm and held into it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IntoStorm {
    /// The regime.
    pub name: String,
    /// Trades open at its beginning.
    pub trades: usize,
    /// What they made in all, dollars.
    pub pnl_usd: f64,
}

/// Works it out over what was loaded for `regimes` and, if there is one, the `pooled` window.
pub(crate) fn beside(
    scenario: &Scenario,
    regimes: &[Regime],
    pooled: Option<&Regime>,
    loaded: &Loaded,
) -> Result<Beside, Error> {
    let ground = Ground {
        scenario,
        loaded,
        markets: Markets::default(),
    };
    let gating: Vec<&Regime> = regimes
        .iter()
        .filter(|regime| regime.name != Regime::HISTORY)
        .collect();
    let variant = |assumption: &Assumption| ground.variant(assumption, &gating);
    Ok(Beside {
        sensitivity: ASSUMPTIONS.iter().map(variant).collect::<Result<_, _>>()?,
        pooled: match pooled {
            Some(window) => Some(ground.pooled(window, &gating)?),
            None => None,
        },
    })
}

/// What all replays share.
struct Ground<'a> {
    scenario: &'a Scenario,
    loaded: &'a Loaded,
    markets: Markets,
}

impl Ground<'_> {
    /// Replays a plan in some windows; `each` sees them one by one.
    fn replay(
        &self,
        scenario: &Scenario,
        windows: &[&Regime],
        mut each: impl FnMut(&Regime, &Feed<'_>, &[Trade], &Figures),
    ) -> Result<(), Error> {
        let (bars, snapshot) = (self.loaded.bars(scenario)?, &self.loaded.snapshot);
        let rules = scenario.rules();
        let prepared = rules.prepare(bars, snapshot);
        let prepared = with_chains(prepared, scenario, bars, snapshot, &self.markets)?;
        let account = account(scenario, bars, snapshot);
        let feed = feed(scenario, bars, snapshot, &prepared)?;
        let mut measure = Measure::default();
        for window in windows {
            let slots = slots(window, &feed)?;
            let said = measure.replay(&feed, &account, &slots, &rules, &prepared);
            each(window, &feed, &said.ledger.trades, said.figures);
        }
        Ok(())
    }

    fn variant(&self, assumption: &Assumption, regimes: &[&Regime]) -> Result<Variant, Error> {
        let changed = assumption.of(self.scenario);
        let mut told = Vec::with_capacity(regimes.len());
        self.replay(&changed, regimes, |regime, _, _, figures| {
            told.push(VariantRegime {
                name: regime.name.clone(),
                net_return: figures.net_return,
                max_drawdown: figures.max_drawdown,
                trades: figures.trades.trades,
                standing: standing(&changed, figures),
            });
        })?;
        let standings: Vec<Standing> = told.iter().map(|regime| regime.standing).collect();
        Ok(Variant {
            name: assumption.name.to_owned(),
            verdict: if standings.is_empty() {
                Verdict::Inconclusive
            } else {
                Verdict::over(&standings)
            },
            regimes: told,
        })
    }

    fn pooled(&self, window: &Regime, regimes: &[&Regime]) -> Result<Pooled, Error> {
        let mut pooled = None;
        self.replay(self.scenario, &[window], |window, feed, trades, figures| {
            pooled = Some(Pooled {
                regime: window.clone(),
                figures: figures.clone(),
                standing: standing(self.scenario, figures),
                storms: regimes
                    .iter()
                    .map(|regime| into_storm(regime, feed, trades))
                    .collect(),
            });
        })?;
        pooled.ok_or_else(|| Error::fit("no window to pool", "choose a longer tape"))
    }
}

/// Of `trades`, those that were open when `regime` began.
fn into_storm(regime: &Regime, feed: &Feed<'_>, trades: &[Trade]) -> IntoStorm {
    let sessions = feed.sessions();
    let begins = sessions
        .get(sessions.on_or_after(regime.from))
        .map(|session| session.open);
    let held = trades
        .iter()
        .filter(|trade| begins.is_some_and(|at| trade.entry_time < at && trade.exit_time >= at));
    let mut into = IntoStorm {
        name: regime.name.clone(),
        trades: 0,
        pnl_usd: 0.0,
    };
    for trade in held {
        into.trades += 1;
        into.pnl_usd += trade.pnl_usd;
    }
    into
}

/// The window over all of the tape that the plan can be replayed on, if it is more than the regimes.
///
/// # Errors
/// What listing the tape meets.
pub(crate) fn pooled_window(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &tape::Tape,
) -> Result<Option<Regime>, Error> {
    let whole = match crate::history::history([scenario], &[], tape) {
        Ok(whole) => whole,
        Err(Error::Tape(error)) => return Err(error.into()),
        // A tape of the regimes alone leaves nothing to pool.
        Err(_) => return Ok(None),
    };
    let more = regimes.iter().all(|regime| {
        regime.name != Regime::HISTORY && (regime.from, regime.to) != (whole.from, whole.to)
    });
    Ok(more.then(|| Regime::named("pooled", whole.from, whole.to)))
}
