//! A run put into its document.

use market::Origin;
use stats::{Figures, TradeFigures};

use super::document::{
    AccountFigures, BesideDocument, Criterion, Document, Fall, FiguresDocument, FunnelDocument,
    HeldCriterion, Interval, Judgement, PooledDocument, RegimeDocument, SCHEMA, TradesDocument,
};
use crate::funnel::Funnel;
use crate::options::Beside;
use crate::outcome::RegimeRun;
use crate::run::Run;
use crate::verdict::Standing;

impl Document {
    /// The document of a run.
    ///
    /// # Errors
    /// A plan that cannot be put into JSON: a defect of ours.
    pub fn of(run: &Run) -> Result<Self, serde_json::Error> {
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
            stormproof: env!("CARGO_PKG_VERSION").to_owned(),
            simulated: run.tape.origin != Origin::Real,
            model: run.tape.model,
            plan: run.scenario.name.clone(),
            verdict: Judgement {
                verdict: run.verdict,
                meaning: run.verdict.meaning().to_owned(),
                regimes_holding: count(Standing::Holds),
                regimes_failing: count(Standing::Fails),
                regimes_inconclusive: count(Standing::Inconclusive),
            },
            warnings: run.warnings.clone(),
            tape: run.tape.clone(),
            criteria: run
                .criteria
                .iter()
                .enumerate()
                .map(|(n, name)| Criterion {
                    name: name.clone(),
                    kind: kind(n).to_owned(),
                })
                .collect(),
            regimes: run
                .regimes
                .iter()
                .map(|regime| RegimeDocument::of(regime, !run.scenario.overlays.is_empty()))
                .collect(),
            beside: run.beside.as_ref().map(BesideDocument::of),
            conditions_fingerprint: run.conditions_fingerprint.clone(),
            scenario: without_nulls(serde_json::to_value(&run.scenario)?),
        })
    }
}

impl RegimeDocument {
    fn of(run: &RegimeRun, overlays: bool) -> Self {
        let exits = run
            .exits
            .iter()
            .map(|(reason, count)| (reason.as_str().to_owned(), *count));
        Self {
            name: run.regime.name.clone(),
            from: run.regime.from,
            to: run.regime.to,
            storm: run.regime.storm.clone(),
            standing: run.standing,
            reasons: run.reasons.clone(),
            figures: FiguresDocument {
                sessions: run.figures.sessions,
                short_sample: run.figures.short_sample,
                start_equity_usd: run.ledger.start_equity_usd,
                end_equity_usd: run.ledger.end_equity_usd,
                interest_usd: run.ledger.interest_usd,
                account: AccountFigures::of(run, &run.figures),
                trades: TradesDocument::of(&run.figures.trades),
            },
            exits: exits.collect(),
            protected: run.protected,
            funnel: FunnelDocument::of(&run.funnel, overlays),
            band: run.band,
            options: run.options.clone(),
            conditions: run.conditions.clone(),
        }
    }
}

impl BesideDocument {
    fn of(beside: &Beside) -> Self {
        Self {
            sensitivity: beside.sensitivity.clone(),
            pooled: beside.pooled.as_ref().map(|pooled| PooledDocument {
                from: pooled.regime.from,
                to: pooled.regime.to,
                standing: pooled.standing,
                net_return: pooled.figures.net_return,
                max_drawdown: pooled.figures.max_drawdown,
                trades: TradesDocument::of(&pooled.figures.trades),
                held_into: pooled.storms.clone(),
            }),
        }
    }
}

impl AccountFigures {
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

impl TradesDocument {
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

impl FunnelDocument {
    fn of(funnel: &Funnel, overlays: bool) -> Self {
        let held = funnel.held.iter().map(|(criterion, setups)| HeldCriterion {
            criterion: criterion.clone(),
            setups: *setups,
        });
        Self {
            setups: funnel.setups,
            entered: funnel.entered,
            vetoed: funnel.vetoed.clone(),
            vetoed_unknown: funnel.vetoed_unknown,
            busy: funnel.busy,
            cooling_down: funnel.cooling_down,
            rejected: funnel.rejected.clone(),
            overlays: overlays.then(|| funnel.overlaid.clone()),
            held: held.collect(),
        }
    }
}

/// What a plan leaves out is absent here too, as it is in its file.
pub fn without_nulls(value: serde_json::Value) -> serde_json::Value {
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
