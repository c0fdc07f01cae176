//! What past regimes said of a plan.

use market::{Date, Origin};
use serde::Serialize;
use tape::Tape;

use crate::error::Error;
use crate::outcome::RegimeRun;
use crate::plan::PlanOptions;
use crate::regimes::Regime;
use crate::run::{RunOptions, run};
use crate::scenario::Scenario;
use crate::verdict::{Standing, Verdict};

/// The plan's run, in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Past {
    /// The verdict; absent where the plan could not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What the verdict means, or why there is none.
    pub meaning: String,
    /// The regimes in the order asked for.
    pub regimes: Vec<PastRegime>,
    /// Real or simulated prices.
    #[serde(flatten)]
    pub origin: Origin,
    /// What the run warned of.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// One regime. Figures that are not defined are absent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PastRegime {
    /// Its name.
    pub name: String,
    /// First date.
    pub from: Date,
    /// Last date.
    pub to: Date,
    /// Whether the plan held.
    pub standing: Standing,
    /// Trades.
    pub trades: usize,
    /// Winning trades ÷ trades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub win_rate: Option<f64>,
    /// Mean net result of a trade, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_usd: Option<f64>,
    /// The same in R.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_r: Option<f64>,
    /// Net return, a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_return: Option<f64>,
    /// Largest drawdown at session closes, a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_drawdown: Option<f64>,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// Runs the plan. Regimes that do not fit the tape are told, not refused.
pub(super) fn past(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    options: PlanOptions<'_>,
) -> Result<Past, Error> {
    let how = RunOptions {
        threads: options.threads,
        stop: options.stop,
    };
    match run(scenario, regimes, tape, how) {
        Ok(run) => Ok(Past {
            verdict: Some(run.verdict),
            meaning: run.verdict.meaning().to_owned(),
            regimes: run.regimes.iter().map(of).collect(),
            origin: run.tape.origin,
            warnings: run.warnings,
        }),
        Err(Error::Fit { message, .. }) => Ok(Past {
            verdict: None,
            meaning: format!("not run: {message}"),
            regimes: Vec::new(),
            origin: Origin::Real,
            warnings: Vec::new(),
        }),
        Err(error) => Err(error),
    }
}

fn of(run: &RegimeRun) -> PastRegime {
    let trades = &run.figures.trades;
    PastRegime {
        name: run.regime.name.clone(),
        from: run.regime.from,
        to: run.regime.to,
        standing: run.standing,
        trades: trades.trades,
        win_rate: trades.win_rate,
        expectancy_usd: trades.expectancy_usd,
        expectancy_r: trades.expectancy_r,
        net_return: run.figures.net_return,
        max_drawdown: run.figures.max_drawdown,
        reasons: run.reasons.clone(),
    }
}
