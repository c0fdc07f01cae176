//! What a regime's options say beside its figures: causes, what leaving at once would have cost, where the model is least
//! to be trusted.

use ::options::Chains;
use ::options::quotes::Tally;
use engine::{Attribution, Ledger, Window};
use indicators::Column;
use market::{Bars, Date, FillRule, Snapshot};
use serde::{Deserialize, Serialize};

use super::quoted::QuoteSource;
use super::readout::known;
use super::rules::OptionRules;

/// Options in one regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionsTold {
    /// What moved the closed structures, summed; the parts add up to their net result.
    #[serde(flatten)]
    pub attribution: Causes,
    /// Fills of option legs priced by a model.
    pub model_fills: usize,
    /// Fills of option legs at real quotes.
    pub quoted_fills: usize,
    /// Sessions at whose close what was held was marked by a model.
    pub model_marks: usize,
    /// Sessions at whose close it was marked by a real chain.
    pub quoted_marks: usize,
    /// The real chains at the window's closes; `None` if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chains: Option<ChainsTold>,
    /// Structures of which a leg that had been sold was assigned.
    pub assigned: usize,
    /// Structures of which a leg that had been bought was exercised; it may be one of those assigned as well.
    pub exercised: usize,
    /// Structures that expired within a quarter of a percent of a strike that was sold.
    pub pinned: usize,
    /// Structures that lost more than they could at expiry: by assignment, gaps, dividends.
    pub beyond_max_loss: usize,
    /// The worst of them: loss ÷ most loss at expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_loss_multiple: Option<f64>,
    /// Largest drawdown at session closes had every structure been closed there at any price, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_drawdown_liquidation: Option<f64>,
    /// The most that this would have cost against the mark at mid, dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liquidation_cost_usd: Option<f64>,
    /// Marks of legs that had no price and kept their last.
    pub stale_marks: u32,
    /// Closes at which an ordered closing could not fill.
    pub unfilled_closings: u32,
    /// Sessions with a structure held on which the index jumped most, largest first: there the model is least to be trusted.
    pub jumps: Vec<Jump>,
}

/// The real chains at the closes of a window: how many, and what of their rows could be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainsTold {
    /// Closes of the window.
    pub closes: usize,
    /// Those that see a chain.
    pub quoted_closes: usize,
    /// Rows of these chains, by what they are.
    #[serde(flatten)]
    pub rows: Tally,
}

impl ChainsTold {
    fn of(windows: &[Window], chains: &dyn Chains) -> Option<Self> {
        let mut told = Self::default();
        for slot in windows.iter().flat_map(|window| window.first..=window.last) {
            told.closes += 1;
            if let Some(met) = chains.met(slot) {
                told.quoted_closes += 1;
                told.rows = told.rows.and(met);
            }
        }
        (told.quoted_closes > 0).then_some(told)
    }
}

/// The slots at whose close something was held.
fn held<'a>(ledger: &'a Ledger, bars: &'a Bars) -> impl Iterator<Item = usize> + 'a {
    let slot = |&(session, _): &(u32, f64)| {
        let after = bars.session().partition_point(|&s| s <= session);
        after.checked_sub(1)
    };
    ledger.liquidations.iter().filter_map(slot)
}

/// Whether anything in a replay may have been priced by a model: it was held, opened or closed at a close without a chain.
pub(crate) fn is_modelled(
    ledger: &Ledger,
    rules: &OptionRules,
    bars: &Bars,
    chains: &dyn Chains,
) -> bool {
    if rules.quotes == QuoteSource::Quoted {
        return false;
    }
    let at = |time| bars.end().binary_search(&time).ok();
    let trades = ledger.trades.iter();
    let traded = trades.flat_map(|trade| [at(trade.entry_time), at(trade.exit_time)]);
    held(ledger, bars)
        .chain(traded.flatten())
        .any(|slot| chains.met(slot).is_none())
}

/// [`Attribution`], for JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(clippy::struct_field_names)] // All of them are dollars.
pub struct Causes {
    /// The underlying's moves, first order, and those of assigned shares.
    pub delta_usd: f64,
    /// The underlying's moves, second order.
    pub gamma_usd: f64,
    /// Changes of implied volatility.
    pub vega_usd: f64,
    /// Time that passed.
    pub theta_usd: f64,
    /// Spread crossed, slippage, commissions and fees.
    pub costs_usd: f64,
    /// Dividends of assigned shares.
    pub dividends_usd: f64,
    /// What is left.
    pub other_usd: f64,
}

impl From<Attribution> for Causes {
    fn from(of: Attribution) -> Self {
        Self {
            delta_usd: of.delta_usd,
            gamma_usd: of.gamma_usd,
            vega_usd: of.vega_usd,
            theta_usd: of.theta_usd,
            costs_usd: of.costs_usd,
            dividends_usd: of.dividends_usd,
            other_usd: of.other_usd,
        }
    }
}

/// A session on which the index jumped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Jump {
    /// The session.
    pub date: Date,
    /// The index at the close before, points.
    pub before: f64,
    /// The index at its close, points.
    pub after: f64,
    /// What the account's equity did on it, dollars.
    pub change_usd: f64,
}

/// What a plan that trades options sees.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) bars: &'a Bars,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) chains: &'a dyn Chains,
}

/// A change of the index by this share of itself, either way, is a jump.
const JUMP: f64 = 0.10;
/// Jumps that are told.
const MOST_JUMPS: usize = 3;

impl OptionsTold {
    pub(crate) fn of(
        ledger: &Ledger,
        rules: &OptionRules,
        on: &Seen<'_>,
        windows: &[Window],
    ) -> Self {
        let Seen {
            bars,
            snapshot,
            chains,
        } = *on;
        let marks = held(ledger, bars).count();
        let quoted_marks = held(ledger, bars)
            .filter(|&slot| chains.met(slot).is_some())
            .count();
        let mut attribution = Attribution::default();
        for closed in &ledger.structures {
            attribution.add(&closed.structure.attribution);
        }
        let structures = || ledger.structures.iter().map(|closed| &closed.structure);
        let losses = ledger.structures.iter().filter_map(|closed| {
            let most = closed.structure.max_loss_usd.filter(|most| *most > 0.0)?;
            let pnl = ledger.trades.get(closed.trade_id as usize - 1)?.pnl_usd;
            Some(-pnl / most)
        });
        let beyond: Vec<f64> = losses.filter(|multiple| *multiple > 1.0).collect();
        let fills = |rule| {
            ledger
                .leg_fills
                .iter()
                .filter(|fill| fill.rule == rule)
                .count()
        };
        Self {
            attribution: attribution.into(),
            model_fills: fills(FillRule::Model),
            quoted_fills: fills(FillRule::Quote),
            model_marks: if rules.quotes == QuoteSource::Quoted {
                0
            } else {
                marks - quoted_marks
            },
            quoted_marks,
            chains: ChainsTold::of(windows, chains),
            assigned: structures().filter(|s| s.was_assigned).count(),
            exercised: structures().filter(|s| s.was_exercised).count(),
            pinned: structures().filter(|s| s.was_pinned).count(),
            beyond_max_loss: beyond.len(),
            worst_loss_multiple: beyond.into_iter().max_by(f64::total_cmp),
            max_drawdown_liquidation: drawdown_at_liquidation(ledger),
            liquidation_cost_usd: dearest_liquidation(ledger),
            stale_marks: ledger.counts.stale_marks,
            unfilled_closings: ledger.counts.unfilled_closings,
            jumps: jumps(ledger, &known(&rules.index, bars, snapshot), bars, snapshot),
        }
    }
}

/// Drawdown of the account's worth with structures at liquidation where some are held, at the marks elsewhere.
fn drawdown_at_liquidation(ledger: &Ledger) -> Option<f64> {
    let first = ledger.liquidations.first()?;
    let mut worth: std::collections::BTreeMap<u32, f64> = ledger
        .marks
        .iter()
        .map(|mark| (mark.session, mark.equity_usd))
        .collect();
    worth.extend(ledger.liquidations.iter().copied());
    debug_assert!(worth.contains_key(&first.0));
    let (mut peak, mut most) = (ledger.start_equity_usd, 0.0_f64);
    for equity in worth.into_values() {
        peak = peak.max(equity);
        most = most.max((peak - equity) / peak);
    }
    Some(most)
}

fn dearest_liquidation(ledger: &Ledger) -> Option<f64> {
    let mut marks = ledger.marks.iter().peekable();
    let mut equity_usd = ledger.start_equity_usd;
    let costs = ledger.liquidations.iter().map(|&(session, worth)| {
        while let Some(mark) = marks.next_if(|mark| mark.session <= session) {
            equity_usd = mark.equity_usd;
        }
        equity_usd - worth
    });
    costs.max_by(f64::total_cmp)
}

fn jumps(ledger: &Ledger, index: &Column, bars: &Bars, snapshot: &Snapshot) -> Vec<Jump> {
    let held = ledger.liquidations.iter().map(|(session, _)| *session);
    let mut equity_usd = ledger.start_equity_usd;
    let mut marks = ledger.marks.iter().peekable();
    let mut jumps = Vec::new();
    for session in held {
        while let Some(mark) = marks.next_if(|mark| mark.session < session) {
            equity_usd = mark.equity_usd;
        }
        let now = marks.peek().filter(|mark| mark.session == session);
        let slot = bars.session().partition_point(|&s| s < session);
        let values = slot.checked_sub(1).and_then(|before| {
            let date = snapshot.sessions.get(session as usize)?.date;
            Some((index.get(before)?, index.get(slot)?, date))
        });
        if let Some((before, after, date)) = values
            && (after / before - 1.0).abs() >= JUMP
        {
            jumps.push(Jump {
                date,
                before,
                after,
                change_usd: now.map_or(0.0, |mark| mark.equity_usd - equity_usd),
            });
        }
    }
    let size = |jump: &Jump| (jump.after / jump.before - 1.0).abs();
    jumps.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.date.cmp(&b.date)));
    jumps.truncate(MOST_JUMPS);
    jumps
}
