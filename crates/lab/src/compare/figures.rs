//! The figures of both, and intervals of their difference.

use serde::Serialize;
use stats::SparseReturns;
use stats::resample::{
    Difference, EndedTrade, PairedDifferences, PairedRun, paired_block_length, paired_differences,
};

use super::CompareOptions;
use crate::record::RegimeRecord;

/// Of computations in another order; no figure is told so finely.
const ROUNDING: f64 = 1e-9;

/// The figures over some sessions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Span {
    /// Sessions.
    pub sessions: usize,
    /// Mean block of the draws, sessions; `None` if nothing could be drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_block_sessions: Option<f64>,
    /// Figure by figure.
    pub figures: Vec<FigureDifference>,
}

/// A figure of both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureDifference {
    /// Its name, as in run.json.
    pub figure: &'static str,
    /// In A.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<f64>,
    /// In B.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<f64>,
    /// `B − A`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<f64>,
    /// Lower end of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// True if the interval leaves out 0.
    pub beyond_chance: bool,
}

/// What both made of some sessions.
pub(super) struct Course {
    sessions: usize,
    returns: Option<[SparseReturns<'static>; 2]>,
    trades: [Vec<EndedTrade>; 2],
    held_sessions: f64,
}

impl Course {
    /// Of a regime of both, with the equities they began with.
    pub(super) fn of(start_usd: [f64; 2], a: &RegimeRecord, b: &RegimeRecord) -> Self {
        let (first, second) = (returns(start_usd[0], a), returns(start_usd[1], b));
        let returns = first.zip(second).map(|(a, b)| [a, b]);
        Self {
            sessions: a.equity.len(),
            returns,
            trades: [ended(a), ended(b)],
            held_sessions: held_sessions(a).max(held_sessions(b)),
        }
    }

    /// One after the other.
    pub(super) fn joined(courses: &[Course]) -> Self {
        let side = |n: usize| {
            let all: Option<Vec<SparseReturns<'_>>> = courses
                .iter()
                .map(|course| course.returns.as_ref().map(|both| both[n].clone()))
                .collect();
            all.map(|windows| SparseReturns::joined(&windows))
        };
        let trades = |n: usize| {
            let mut before = 0;
            let mut all = Vec::new();
            for course in courses {
                all.extend(course.trades[n].iter().map(|trade| EndedTrade {
                    session: trade.session + before,
                    ..*trade
                }));
                before += course.sessions as u32;
            }
            all
        };
        Self {
            sessions: courses.iter().map(|course| course.sessions).sum(),
            returns: side(0).zip(side(1)).map(|(a, b)| [a, b]),
            trades: [trades(0), trades(1)],
            held_sessions: courses.iter().map(|c| c.held_sessions).fold(0.0, f64::max),
        }
    }

    pub(super) fn span(&self, options: CompareOptions) -> Span {
        let drawn = self.returns.as_ref().and_then(|[a, b]| {
            let block = paired_block_length(a, b, self.held_sessions);
            // No block is longer than what it is drawn from.
            let block = block.min(self.sessions.max(1) as f64);
            let run = |returns, n: usize| PairedRun {
                returns,
                trades: self.trades[n].as_slice(),
            };
            let said =
                paired_differences(run(a, 0), run(b, 1), block, options.resamples, options.seed);
            said.map(|said| (block, said))
        });
        Span {
            sessions: self.sessions,
            mean_block_sessions: drawn.as_ref().map(|(block, _)| *block),
            figures: drawn
                .map(|(_, said)| list(&said, self.trades.iter().all(|t| !t.is_empty())))
                .unwrap_or_default(),
        }
    }
}

/// An account that rests is below or above every other in each draw; that is no finding, so both must have traded.
fn list(said: &PairedDifferences, both_traded: bool) -> Vec<FigureDifference> {
    let one = |figure: &'static str, of: Difference| FigureDifference {
        figure,
        a: of.a,
        b: of.b,
        difference: of.difference,
        low: of.interval.map(|interval| interval.low),
        high: of.interval.map(|interval| interval.high),
        beyond_chance: both_traded
            && of
                .interval
                .is_some_and(|i| i.low > ROUNDING || i.high < -ROUNDING),
    };
    vec![
        one("net_return", said.net_return),
        one("max_drawdown", said.max_drawdown),
        one("sharpe", said.sharpe),
        one("sortino", said.sortino),
        one("win_rate", said.win_rate),
        one("expectancy_usd", said.expectancy_usd),
        one("expectancy_r", said.expectancy_r),
    ]
}

/// Session returns; `None` after a ruin.
fn returns(start_usd: f64, regime: &RegimeRecord) -> Option<SparseReturns<'static>> {
    let mut before = start_usd;
    let mut all = Vec::with_capacity(regime.equity.len());
    for point in &regime.equity {
        if before <= 0.0 {
            return None;
        }
        all.push(point.equity_usd / before - 1.0);
        before = point.equity_usd;
    }
    SparseReturns::of_dense(&all).ok()
}

/// Trades by the sessions they ended in.
fn ended(regime: &RegimeRecord) -> Vec<EndedTrade> {
    let session = |time| regime.equity.partition_point(|point| point.time < time);
    let ended = regime.trades.iter().map(|trade| EndedTrade {
        session: session(trade.exit_time) as u32,
        pnl_usd: trade.pnl_usd,
        r_multiple: trade.r_multiple,
    });
    ended.collect()
}

/// Mean time a trade is held, its first session included.
fn held_sessions(regime: &RegimeRecord) -> f64 {
    let all: f64 = regime
        .trades
        .iter()
        .map(|t| f64::from(t.sessions_held) + 1.0)
        .sum();
    if regime.trades.is_empty() {
        0.0
    } else {
        all / regime.trades.len() as f64
    }
}
