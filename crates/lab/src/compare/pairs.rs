//! Which trades both have, which only one, and what each kind comes to in dollars.

use market::{Date, Time, Trade};
use serde::Serialize;

use super::why::{Why, why};
use crate::record::{Criterion, Record, RegimeRecord};

/// One of the two in a regime.
#[derive(Clone, Copy)]
pub(super) struct Half<'a> {
    pub(super) criteria: &'a [Criterion],
    pub(super) rows: &'a RegimeRecord,
}

impl<'a> Half<'a> {
    pub(super) fn of(record: &'a Record, regime: usize) -> Self {
        Self {
            criteria: &record.document.criteria,
            rows: &record.regimes[regime],
        }
    }
}

/// The trades of a regime, one by one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pairing {
    /// Trades that are the same in both, to the cent and the minute.
    pub same_trades: usize,
    /// Trades of both that began together, or overlap, and differ.
    pub changed: Vec<Pair>,
    /// Trades of A without one in B, and why.
    pub only_in_a: Vec<OneSided>,
    /// Trades of B without one in A, and why.
    pub only_in_b: Vec<OneSided>,
    /// From A's net result to B's.
    pub bridge: Bridge,
}

/// From A's net result to B's, in dollars: `a + changed − only_in_a + only_in_b = b`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bridge {
    /// Net result of A's trades.
    pub a_usd: f64,
    /// What B made more of trades that both have.
    pub changed_usd: f64,
    /// What A's trades made that B lacks.
    pub only_in_a_usd: f64,
    /// What B's trades made that A lacks.
    pub only_in_b_usd: f64,
    /// Net result of B's trades.
    pub b_usd: f64,
}

/// A trade of both that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// Its number in A.
    pub trade_a: u32,
    /// Its number in B.
    pub trade_b: u32,
    /// New York date of its entry in A.
    pub entry_date: Option<Date>,
    /// What differs, in words: `exit target, was stop`.
    pub differs: Vec<String>,
    /// Net result in A, dollars.
    pub pnl_a_usd: f64,
    /// Net result in B, dollars.
    pub pnl_b_usd: f64,
}

/// A trade of one run alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OneSided {
    /// Its number.
    pub trade: u32,
    /// New York date of its entry.
    pub entry_date: Option<Date>,
    /// Its net result, dollars.
    pub pnl_usd: f64,
    /// Why the other has none.
    #[serde(flatten)]
    pub why: Why,
}

impl Pairing {
    /// True if every trade is the same in both.
    pub fn is_same(&self) -> bool {
        self.changed.is_empty() && self.only_in_a.is_empty() && self.only_in_b.is_empty()
    }
}

/// Pairs the trades of a regime: first those of one side that begin together, then those that overlap, the nearest entries first.
pub(super) fn pair(a: Half<'_>, b: Half<'_>) -> Pairing {
    let partner = partners(&a.rows.trades, &b.rows.trades);
    let mut taken = vec![false; b.rows.trades.len()];
    let (mut same_trades, mut changed, mut only_in_a) = (0, Vec::new(), Vec::new());
    // Less than a cent a trade, kept so that the bridge adds up.
    let mut rounding_usd = 0.0;
    for (trade, partner) in a.rows.trades.iter().zip(&partner) {
        let Some(n) = *partner else {
            only_in_a.push(one_sided(trade, a, b));
            continue;
        };
        taken[n] = true;
        let other = &b.rows.trades[n];
        let differs = differs(trade, other);
        if differs.is_empty() {
            rounding_usd += other.pnl_usd - trade.pnl_usd;
            same_trades += 1;
        } else {
            changed.push(Pair {
                trade_a: trade.trade_id,
                trade_b: other.trade_id,
                entry_date: trade.entry_time.exchange_date(),
                differs,
                pnl_a_usd: trade.pnl_usd,
                pnl_b_usd: other.pnl_usd,
            });
        }
    }
    let alone = b
        .rows
        .trades
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| !**taken);
    let only_in_b: Vec<OneSided> = alone.map(|(trade, _)| one_sided(trade, b, a)).collect();
    let total = |half: Half<'_>| half.rows.trades.iter().map(|t| t.pnl_usd).sum();
    let bridge = Bridge {
        a_usd: total(a),
        changed_usd: changed
            .iter()
            .map(|p: &Pair| p.pnl_b_usd - p.pnl_a_usd)
            .sum::<f64>()
            + rounding_usd,
        only_in_a_usd: only_in_a.iter().map(|t: &OneSided| t.pnl_usd).sum(),
        only_in_b_usd: only_in_b.iter().map(|t| t.pnl_usd).sum(),
        b_usd: total(b),
    };
    Pairing {
        same_trades,
        changed,
        only_in_a,
        only_in_b,
        bridge,
    }
}

/// For each trade of A its partner in B. Ties go to the earlier trade, so that the order of work decides nothing.
fn partners(a: &[Trade], b: &[Trade]) -> Vec<Option<usize>> {
    let mut of_a: Vec<Option<usize>> = vec![None; a.len()];
    let mut taken = vec![false; b.len()];
    let mut candidates = Vec::new();
    for (m, one) in a.iter().enumerate() {
        // Both are in order of time, but overlaps are few: no index is worth keeping.
        for (n, other) in b.iter().enumerate() {
            let together = one.side == other.side
                && one.entry_time <= other.exit_time
                && other.entry_time <= one.exit_time;
            if together {
                candidates.push((apart(one.entry_time, other.entry_time), m, n));
            }
        }
    }
    candidates.sort_unstable();
    for (_, m, n) in candidates {
        if of_a[m].is_none() && !taken[n] {
            of_a[m] = Some(n);
            taken[n] = true;
        }
    }
    of_a
}

fn apart(one: Time, other: Time) -> u64 {
    one.micros().abs_diff(other.micros())
}

/// Half of the last digit that is printed of a price and of dollars: less is the rounding of two computations.
const LEAST_PRICE: f64 = 5e-5;
const LEAST_USD: f64 = 5e-3;

/// What tells two trades apart, B's first.
fn differs(a: &Trade, b: &Trade) -> Vec<String> {
    let mut differs = Vec::new();
    if a.entry_time != b.entry_time {
        differs.push(format!("entry {}, was {}", b.entry_time, a.entry_time));
    }
    if (a.entry_price - b.entry_price).abs() >= LEAST_PRICE {
        differs.push(format!(
            "entry price {:.4}, was {:.4}",
            b.entry_price, a.entry_price
        ));
    }
    if a.quantity != b.quantity {
        differs.push(format!("quantity {}, was {}", b.quantity, a.quantity));
    }
    if a.exit_reason != b.exit_reason {
        let (now, was) = (b.exit_reason.as_str(), a.exit_reason.as_str());
        differs.push(format!("exit {now}, was {was}"));
    }
    if a.exit_time != b.exit_time {
        differs.push(format!("left {}, was {}", b.exit_time, a.exit_time));
    }
    if (a.exit_price - b.exit_price).abs() >= LEAST_PRICE {
        differs.push(format!(
            "exit price {:.4}, was {:.4}",
            b.exit_price, a.exit_price
        ));
    }
    // Costs, dividends and financing are all that is left.
    if differs.is_empty() && (a.pnl_usd - b.pnl_usd).abs() >= LEAST_USD {
        differs.push(format!("costs: net {:.2}, was {:.2}", b.pnl_usd, a.pnl_usd));
    }
    differs
}

fn one_sided(trade: &Trade, own: Half<'_>, other: Half<'_>) -> OneSided {
    OneSided {
        trade: trade.trade_id,
        entry_date: trade.entry_time.exchange_date(),
        pnl_usd: trade.pnl_usd,
        why: why(trade, own, other),
    }
}
