//! What stands beside the verdict of a plan that trades options: other assumptions, its whole history, what it held when
//! the storms came.

use engine::Feed;
use market::Trade;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stats::Figures;

use super::sensitivity::{ASSUMPTIONS, Assumption, Variant, VariantRegime};
use crate::error::Error;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::{Stage, standing};
use crate::verdict::{Standing, Verdict};

/// What stands beside the verdict.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The plan under other assumptions, the regimes in the order of the run.
    pub sensitivity: Vec<Variant>,
    /// The plan over all of the tape; `None` if the tape has no more than the regimes, or cannot be replayed whole.
    pub pooled: Option<Pooled>,
    /// True if a model priced anything in it.
    pub model: bool,
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntoStorm {
    /// The regime.
    pub name: String,
    /// Trades open at its beginning.
    pub trades: usize,
    /// What they made in all, dollars.
    pub pnl_usd: f64,
}

/// Works it out on the stage of a run in `regimes`, in parallel, and, if there is one, in the `pooled` window.
pub(crate) fn beside(
    scenario: &Scenario,
    regimes: &[Regime],
    pooled: Option<&Regime>,
    stage: &Stage<'_>,
) -> Result<Beside, Error> {
    let gating: Vec<&Regime> = regimes
        .iter()
        .filter(|regime| regime.name != Regime::HISTORY)
        .collect();
    let sensitivity = || {
        ASSUMPTIONS
            .par_iter()
            .filter(|assumption| assumption.applies_to(scenario))
            .map(|assumption| variant(scenario, assumption, &gating, stage))
            .collect::<Result<Vec<(Variant, bool)>, Error>>()
    };
    let over_all = || {
        pooled
            .map(|window| over_history(scenario, window, &gating, stage))
            .transpose()
    };
    let (sensitivity, pooled) = rayon::join(sensitivity, over_all);
    let (sensitivity, modelled): (Vec<Variant>, Vec<bool>) = sensitivity?.into_iter().unzip();
    let (pooled, pooled_modelled) = pooled?.unzip();
    Ok(Beside {
        sensitivity,
        pooled,
        model: pooled_modelled.unwrap_or(false) || modelled.contains(&true),
    })
}

fn variant(
    scenario: &Scenario,
    assumption: &Assumption,
    regimes: &[&Regime],
    stage: &Stage<'_>,
) -> Result<(Variant, bool), Error> {
    let changed = assumption.of(scenario);
    let mut told = Vec::with_capacity(regimes.len());
    let modelled = stage.replay_options(&changed, regimes, |regime, _, said| {
        told.push(VariantRegime {
            name: regime.name.clone(),
            net_return: said.figures.net_return,
            max_drawdown: said.figures.max_drawdown,
            trades: said.figures.trades.trades,
            standing: standing(&changed, said.figures),
        });
    })?;
    let standings: Vec<Standing> = told.iter().map(|regime| regime.standing).collect();
    let variant = Variant {
        name: assumption.name_in(scenario).to_owned(),
        verdict: if standings.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::over(&standings)
        },
        regimes: told,
    };
    Ok((variant, modelled))
}

fn over_history(
    scenario: &Scenario,
    window: &Regime,
    regimes: &[&Regime],
    stage: &Stage<'_>,
) -> Result<(Pooled, bool), Error> {
    let mut pooled = None;
    let modelled = stage.replay_options(scenario, &[window], |window, feed, said| {
        let storm = |regime: &&Regime| into_storm(regime, feed, &said.ledger.trades);
        pooled = Some(Pooled {
            regime: window.clone(),
            figures: said.figures.clone(),
            standing: standing(scenario, said.figures),
            storms: regimes.iter().map(storm).collect(),
        });
    })?;
    let pooled = pooled.ok_or_else(|| Error::fit("no window to pool", "choose a longer tape"))?;
    Ok((pooled, modelled))
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
