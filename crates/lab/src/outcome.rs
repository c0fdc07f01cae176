//! How a plan fared in one regime: what happened, in figures, and what could have been otherwise.

use std::collections::BTreeMap;

use engine::{Feed, Ledger, Window};
use market::{Date, ExitReason, Time, Trade, Unsettled};
use serde::{Deserialize, Serialize};
use stats::Figures;

use crate::conditions::ByCondition;
use crate::funnel::Funnel;
use crate::options::OptionsTold;
use crate::protected::Protected;
use crate::record::InstrumentSession;
use crate::regimes::Regime;
use crate::verdict::Standing;

/// A plan in one regime.
#[derive(Clone, Debug)]
pub struct RegimeRun {
    /// The window.
    pub regime: Regime,
    /// Everything that happened.
    pub ledger: Ledger,
    /// Equity at every session close of the window.
    pub equity: Vec<EquityPoint>,
    /// The figures.
    pub figures: Figures,
    /// Share of the window's sessions in which a position was held.
    pub exposure: Option<f64>,
    /// Exits by reason.
    pub exits: BTreeMap<ExitReason, ExitCount>,
    /// What protection did; `None` of a plan without.
    pub protected: Option<Protected>,
    /// Setups and what became of them.
    pub funnel: Funnel,
    /// What ambiguous bars could change.
    pub band: Band,
    /// What the instrument did, session by session.
    pub sessions: Vec<InstrumentSession>,
    /// The instrument's own return from the close before the window to its end, a fraction.
    pub instrument_return: Option<f64>,
    /// Whether the plan held.
    pub standing: Standing,
    /// What its options say; `None` of a plan that trades shares.
    pub options: Option<OptionsTold>,
    /// Its trades by what the market was like when they were decided; none if that was not read.
    pub conditions: Vec<ByCondition>,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// Equity at a session's close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquityPoint {
    /// The session.
    pub date: Date,
    /// Its close.
    pub time: Time,
    /// Equity, dollars.
    pub equity_usd: f64,
    /// Cash, dollars.
    pub cash_usd: f64,
    /// Loss from the running peak (start equity included), a fraction.
    pub drawdown: f64,
}

/// What the order of events inside ambiguous bars could change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Trades of the headline run whose result rests on an assumption.
    pub ambiguous_trades: usize,
    /// What finer bars made of those; `None` if the plan asks none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
    /// A complete replay with the stop first.
    pub pessimistic: BandEnd,
    /// A complete replay with the target first.
    pub optimistic: BandEnd,
}

/// What finer bars made of ambiguous trades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// They told what came first.
    pub settled: usize,
    /// There were none.
    pub absent: usize,
    /// They had a gap.
    pub incomplete: usize,
    /// They did not reach a price that the plan's own bar reached.
    pub contradiction: usize,
    /// The finest of them was ambiguous itself.
    pub ambiguous: usize,
}

impl Settled {
    pub(crate) fn of(trades: &[Trade]) -> Self {
        let mut settled = Self::default();
        for trade in trades.iter().filter(|trade| trade.ambiguous) {
            let count = match trade.unsettled {
                None => &mut settled.settled,
                Some(Unsettled::Absent) => &mut settled.absent,
                Some(Unsettled::Incomplete) => &mut settled.incomplete,
                Some(Unsettled::Contradiction) => &mut settled.contradiction,
                Some(Unsettled::Ambiguous) => &mut settled.ambiguous,
            };
            *count += 1;
        }
        settled
    }
}

/// One end of a [`Band`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BandEnd {
    /// Net profit, dollars.
    pub net_profit_usd: f64,
    /// Largest drawdown at session closes, a fraction.
    pub max_drawdown: f64,
}

/// Exits for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExitCount {
    /// How many.
    pub trades: usize,
    /// Their net result, dollars.
    pub pnl_usd: f64,
}

/// Exits by reason.
pub(crate) fn exits(trades: &[Trade]) -> BTreeMap<ExitReason, ExitCount> {
    let mut exits: BTreeMap<ExitReason, ExitCount> = BTreeMap::new();
    for trade in trades {
        let count = exits.entry(trade.exit_reason).or_default();
        count.trades += 1;
        count.pnl_usd += trade.pnl_usd;
    }
    exits
}

/// Equity at every session close of the windows, from the marks at which it changed.
pub(crate) fn equity_path(
    feed: &Feed<'_>,
    windows: &[Window],
    ledger: &Ledger,
) -> Vec<EquityPoint> {
    let (mut marks, start) = (ledger.marks.iter().peekable(), ledger.start_equity_usd);
    let (mut equity_usd, mut cash_usd, mut peak) = (start, start, start);
    let mut points = Vec::new();
    let ordinals = windows
        .iter()
        .flat_map(|window| feed.session(window.first)..=feed.session(window.last));
    for ordinal in ordinals {
        while let Some(mark) = marks.next_if(|mark| mark.session <= ordinal) {
            (equity_usd, cash_usd) = (mark.equity_usd, mark.cash_usd);
        }
        let Some(session) = feed.sessions().get(ordinal as usize) else {
            continue;
        };
        peak = peak.max(equity_usd);
        let drawdown = (peak - equity_usd) / peak;
        points.push(EquityPoint {
            date: session.date,
            time: session.close,
            equity_usd,
            cash_usd,
            drawdown,
        });
    }
    points
}
