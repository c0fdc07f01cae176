//! The one JSON document of a run: `run.json` and `--format json` are the same bytes.
//!
//! docs/run-json.md describes it for its readers. Keys are added without notice; a key that changes its
//! meaning or goes away raises [`SCHEMA`].

use std::collections::BTreeMap;

use lab::options::{Beside, IntoStorm, OptionsTold, Variant};
use lab::{Band, ByCondition, ExitCount, Protected};
use lab::{Funnel, OverlayCounts, RegimeRun, Run, Standing, TapeFacts, Verdict};
use market::{Date, Origin};
use serde::Serialize;
use stats::{Figures, TradeFigures};

use crate::error::ReportError;

/// Version of the document's meaning.
pub const SCHEMA: u32 = 1;

/// The document as text, ending with a newline. The same run gives the same bytes.
///
/// Numbers are the shortest that read back the same; a figure that is not defined is absent.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn json(run: &Run) -> Result<String, ReportError> {
    let document = Document::of(run)?;
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    stormproof: &'static str,
    simulated: bool,
    /// True if option prices come from a model.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    model: bool,
    plan: &'a str,
    verdict: Judgement,
    warnings: &'a [String],
    tape: &'a TapeFacts,
    criteria: Vec<Criterion<'a>>,
    regimes: Vec<Window<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<BesideVerdict<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditions_fingerprint: Option<&'a str>,
    scenario: serde_json::Value,
}

#[derive(Serialize)]
struct Judgement {
    verdict: Verdict,
    meaning: &'static str,
    regimes_holding: usize,
    regimes_failing: usize,
    regimes_inconclusive: usize,
}

#[derive(Serialize)]
struct Criterion<'a> {
    name: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct Window<'a> {
    name: &'a str,
    from: Date,
    to: Date,
    storm: &'a str,
    standing: Standing,
    reasons: &'a [String],
    figures: Everything,
    exits: BTreeMap<&'static str, ExitCount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protected: Option<Protected>,
    funnel: Counts<'a>,
    band: Band,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<&'a OptionsTold>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    conditions: &'a [ByCondition],
}

/// What stands beside the verdict of a plan that trades options.
#[derive(Serialize)]
struct BesideVerdict<'a> {
    sensitivity: &'a [Variant],
    #[serde(skip_serializing_if = "Option::is_none")]
    pooled: Option<WholeHistory<'a>>,
}

#[derive(Serialize)]
struct WholeHistory<'a> {
    from: Date,
    to: Date,
    standing: Standing,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_return: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_drawdown: Option<f64>,
    #[serde(flatten)]
    trades: OfTrades,
    held_into: &'a [IntoStorm],
}

#[derive(Serialize)]
struct Everything {
    sessions: usize,
    short_sample: bool,
    start_equity_usd: f64,
    end_equity_usd: f64,
    interest_usd: f64,
    #[serde(flatten)]
    account: Account,
    #[serde(flatten)]
    trades: OfTrades,
}

#[derive(Serialize)]
struct Account {
    #[serde(skip_serializing_if = "Option::is_none")]
    net_return: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instrument_return: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_drawdown: Option<f64>,
    max_drawdown_bar: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    deepest_drawdown: Option<Fall>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exposure: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volatility: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sharpe: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sortino: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annualised_return: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calmar: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skewness: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excess_kurtosis: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_at_risk_5pct: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional_value_at_risk_5pct: Option<f64>,
}

/// Without a peak date the peak is the start equity; without a recovery date the window ended first.
#[derive(Serialize)]
struct Fall {
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trough_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_date: Option<Date>,
    peak_equity_usd: f64,
    trough_equity_usd: f64,
    duration_sessions: usize,
}

#[derive(Serialize)]
struct OfTrades {
    trades: usize,
    wins: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    win_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    win_rate_95: Option<Interval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_holding_sessions: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    median_holding_sessions: Option<f64>,
    net_pnl_usd: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expectancy_usd: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expectancy_r: Option<f64>,
    trades_with_r: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    profit_factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_gain_usd: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_loss_usd: Option<f64>,
    longest_losing_run: usize,
    ambiguous_trades: usize,
}

#[derive(Serialize)]
struct Interval {
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Counts<'a> {
    setups: usize,
    entered: usize,
    vetoed: &'a BTreeMap<String, usize>,
    vetoed_unknown: usize,
    busy: usize,
    cooling_down: usize,
    rejected: &'a BTreeMap<String, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overlays: Option<&'a OverlayCounts>,
    held: Vec<Held<'a>>,
}

#[derive(Serialize)]
struct Held<'a> {
    criterion: &'a str,
    setups: usize,
}

impl<'a> Document<'a> {
    fn of(run: &'a Run) -> Result<Self, ReportError> {
        let kind = |n| {
            if n < run.triggers {
                "trigger"
            } else {
                "filter"
            }
        };
        let count = |standing| {
            run.regimes
                .iter()
                .filter(|r| r.standing == standing)
                .count()
        };
        Ok(Self {
            schema: SCHEMA,
            stormproof: env!("CARGO_PKG_VERSION"),
            simulated: run.tape.origin != Origin::Real,
            model: run.tape.model,
            plan: &run.scenario.name,
            verdict: Judgement {
                verdict: run.verdict,
                meaning: run.verdict.meaning(),
                regimes_holding: count(Standing::Holds),
                regimes_failing: count(Standing::Fails),
                regimes_inconclusive: count(Standing::Inconclusive),
            },
            warnings: &run.warnings,
            tape: &run.tape,
            criteria: run
                .criteria
                .iter()
                .enumerate()
                .map(|(n, name)| Criterion {
                    name,
                    kind: kind(n),
                })
                .collect(),
            regimes: run
                .regimes
                .iter()
                .map(|regime| Window::of(regime, !run.scenario.overlays.is_empty()))
                .collect(),
            beside: run.beside.as_ref().map(BesideVerdict::of),
            conditions_fingerprint: run.conditions_fingerprint.as_deref(),
            scenario: without_nulls(serde_json::to_value(&run.scenario)?),
        })
    }
}

impl<'a> Window<'a> {
    fn of(run: &'a RegimeRun, overlays: bool) -> Self {
        let exits = run
            .exits
            .iter()
            .map(|(reason, count)| (reason.as_str(), *count));
        Self {
            name: &run.regime.name,
            from: run.regime.from,
            to: run.regime.to,
            storm: &run.regime.storm,
            standing: run.standing,
            reasons: &run.reasons,
            figures: Everything {
                sessions: run.figures.sessions,
                short_sample: run.figures.short_sample,
                start_equity_usd: run.ledger.start_equity_usd,
                end_equity_usd: run.ledger.end_equity_usd,
                interest_usd: run.ledger.interest_usd,
                account: Account::of(run, &run.figures),
                trades: OfTrades::of(&run.figures.trades),
            },
            exits: exits.collect(),
            protected: run.protected,
            funnel: Counts::of(&run.funnel, overlays),
            band: run.band,
            options: run.options.as_ref(),
            conditions: &run.conditions,
        }
    }
}

impl<'a> BesideVerdict<'a> {
    fn of(beside: &'a Beside) -> Self {
        Self {
            sensitivity: &beside.sensitivity,
            pooled: beside.pooled.as_ref().map(|pooled| WholeHistory {
                from: pooled.regime.from,
                to: pooled.regime.to,
                standing: pooled.standing,
                net_return: pooled.figures.net_return,
                max_drawdown: pooled.figures.max_drawdown,
                trades: OfTrades::of(&pooled.figures.trades),
                held_into: &pooled.storms,
            }),
        }
    }
}

impl Account {
    fn of(run: &RegimeRun, figures: &Figures) -> Self {
        Self {
            net_return: figures.net_return,
            instrument_return: run.instrument_return,
            max_drawdown: figures.max_drawdown,
            max_drawdown_bar: run.ledger.max_drawdown_bar,
            deepest_drawdown: Fall::of(run),
            exposure: run.exposure,
            volatility: figures.volatility,
            sharpe: figures.sharpe,
            sortino: figures.sortino,
            annualised_return: figures.annualised_return,
            calmar: figures.calmar,
            skewness: figures.skewness,
            excess_kurtosis: figures.excess_kurtosis,
            value_at_risk_5pct: figures.value_at_risk_5pct,
            conditional_value_at_risk_5pct: figures.conditional_value_at_risk_5pct,
        }
    }
}

impl Fall {
    fn of(run: &RegimeRun) -> Option<Self> {
        let deepest = run.figures.deepest_drawdown?;
        let date = |i: usize| run.equity.get(i).map(|point| point.date);
        Some(Self {
            peak_date: deepest.peak.and_then(date),
            trough_date: date(deepest.trough),
            recovery_date: deepest.recovery.and_then(date),
            peak_equity_usd: deepest.peak_equity,
            trough_equity_usd: deepest.trough_equity,
            duration_sessions: deepest.duration_closes,
        })
    }
}

impl OfTrades {
    fn of(trades: &TradeFigures) -> Self {
        Self {
            trades: trades.trades,
            wins: trades.wins,
            win_rate: trades.win_rate,
            win_rate_95: trades.win_rate_95.map(|interval| Interval {
                low: interval.low,
                high: interval.high,
            }),
            average_holding_sessions: trades.average_holding_sessions,
            median_holding_sessions: trades.median_holding_sessions,
            net_pnl_usd: trades.net_pnl_usd,
            expectancy_usd: trades.expectancy_usd,
            expectancy_r: trades.expectancy_r,
            trades_with_r: trades.trades_with_r,
            profit_factor: trades.profit_factor,
            average_gain_usd: trades.average_gain_usd,
            average_loss_usd: trades.average_loss_usd,
            longest_losing_run: trades.longest_losing_run,
            ambiguous_trades: trades.ambiguous,
        }
    }
}

impl<'a> Counts<'a> {
    fn of(funnel: &'a Funnel, overlays: bool) -> Self {
        let held = funnel.held.iter().map(|(criterion, setups)| Held {
            criterion,
            setups: *setups,
        });
        Self {
            setups: funnel.setups,
            entered: funnel.entered,
            vetoed: &funnel.vetoed,
            vetoed_unknown: funnel.vetoed_unknown,
            busy: funnel.busy,
            cooling_down: funnel.cooling_down,
            rejected: &funnel.rejected,
            overlays: overlays.then_some(&funnel.overlaid),
            held: held.collect(),
        }
    }
}

/// What a plan leaves out is absent here too, as it is in its file.
pub(crate) fn without_nulls(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key, without_nulls(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}
