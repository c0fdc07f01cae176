//! What at entry separates winners from losers, asked of many conditions at once.

use journal::RoundTrip;
use stats::contrast::holm;
use stats::{Dice, Purpose};

use super::ground::{Ground, Placed};
use super::looks_rules::Written;
use super::result::{Look, Looks};
use crate::conditions::{MarketConditions, UNKNOWN};

/// Fewer trades cannot be told apart by many conditions.
const LEAST_TRADES: usize = 12;
/// A state with fewer trades in it, or outside it, is not asked.
const LEAST_SIDE: usize = 4;
pub(super) const WEEKDAYS: [&str; 5] = ["monday", "tuesday", "wednesday", "thursday", "friday"];

/// One state of one condition, and which trades were entered in it.
struct Asked {
    condition: String,
    state: String,
    inside: Vec<usize>,
    rule: Option<String>,
}

/// Asks every condition of every trade once.
pub(super) fn looks(
    trades: &[Placed<&RoundTrip>],
    ground: &Ground<'_>,
    market: Option<&MarketConditions>,
    draws: u64,
    seed: u64,
) -> Looks {
    let won = trades.iter().filter(|t| t.trade.pnl_usd > 0.0).count();
    let nothing = |absent: &str| Looks {
        trades: trades.len(),
        won,
        rows: Vec::new(),
        absent: Some(absent.to_owned()),
    };
    if trades.len() < LEAST_TRADES {
        return nothing(
            "fewer than 12 closed trades: nothing can be told apart by so many conditions",
        );
    }
    let asked = asked(trades, ground, market);
    if asked.is_empty() {
        return nothing("every trade was entered under the same conditions");
    }
    let returns: Vec<f64> = trades
        .iter()
        .map(|t| t.trade.pnl_usd / (t.trade.entry_price * t.trade.quantity))
        .collect();
    let p = p_values(&asked, &returns, draws, seed);
    let corrected = holm(&p.iter().map(|p| Some(*p)).collect::<Vec<_>>());
    let mut rows: Vec<Look> = asked
        .into_iter()
        .zip(p.into_iter().zip(corrected))
        .map(|(asked, (p, corrected))| row(asked, trades, &returns, p, corrected.unwrap_or(1.0)))
        .collect();
    // Draws at random have a least p-value, and several may have it: the greater effect first.
    let effect = |look: &Look| (look.mean_return - look.mean_return_else).abs();
    rows.sort_by(|a, b| a.p.total_cmp(&b.p).then(effect(b).total_cmp(&effect(a))));
    Looks {
        trades: trades.len(),
        won,
        rows,
        absent: None,
    }
}

fn row(
    asked: Asked,
    trades: &[Placed<&RoundTrip>],
    returns: &[f64],
    p: f64,
    p_corrected: f64,
) -> Look {
    let count = asked.inside.len();
    let sum: f64 = asked.inside.iter().map(|&i| returns[i]).sum();
    let total: f64 = returns.iter().sum();
    Look {
        condition: asked.condition,
        state: asked.state,
        trades: count,
        won: asked
            .inside
            .iter()
            .filter(|&&i| trades[i].trade.pnl_usd > 0.0)
            .count(),
        mean_return: sum / count as f64,
        mean_return_else: (total - sum) / (returns.len() - count) as f64,
        p,
        p_corrected,
        rule: asked.rule,
    }
}

/// Two-sided, from the same rearrangements of the returns for every condition.
fn p_values(asked: &[Asked], returns: &[f64], draws: u64, seed: u64) -> Vec<f64> {
    let total: f64 = returns.iter().sum();
    let difference = |inside: &[usize], values: &[f64]| {
        let sum: f64 = inside.iter().map(|&i| values[i]).sum();
        let n = inside.len() as f64;
        (sum / n - (total - sum) / (values.len() as f64 - n)).abs()
    };
    let seen: Vec<f64> = asked
        .iter()
        .map(|a| difference(&a.inside, returns))
        .collect();
    let mut as_much = vec![1_u64; asked.len()];
    let mut shuffled = returns.to_vec();
    for k in 0..draws {
        Dice::new(seed, Purpose::Labels, k).shuffle(&mut shuffled);
        for (n, one) in asked.iter().enumerate() {
            as_much[n] += u64::from(difference(&one.inside, &shuffled) >= seen[n] * (1.0 - 1e-9));
        }
    }
    as_much
        .into_iter()
        .map(|n| n as f64 / (draws + 1) as f64)
        .collect()
}

/// Every state that enough trades are inside and outside of; a condition of two states is asked once.
fn asked(
    trades: &[Placed<&RoundTrip>],
    ground: &Ground<'_>,
    market: Option<&MarketConditions>,
) -> Vec<Asked> {
    let mut columns: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let written = Written::of(trades, ground);
    let column =
        |of: &dyn Fn(&Placed<&RoundTrip>) -> String| trades.iter().map(|t| vec![of(t)]).collect();
    columns.push((
        "side".to_owned(),
        column(&|t| t.side.direction().to_owned()),
    ));
    columns.push(("weekday".to_owned(), column(&|t| weekday(ground, t))));
    columns.push(("hour".to_owned(), column(&|t| hour(ground, t))));
    columns.push((
        "ATR ÷ close".to_owned(),
        terciles(trades, &|t| atr_share(ground, t)),
    ));
    columns.push((
        "opening gap".to_owned(),
        terciles(trades, &|t| gap(ground, t)),
    ));
    for (n, name) in ground.stage.criteria.iter().enumerate() {
        let states = column(&|t| criterion(ground, t, n));
        columns.push((name.clone(), states));
    }
    if let Some(market) = market {
        let at: Vec<Vec<(&'static str, Vec<String>)>> = trades
            .iter()
            .map(|t| decided(ground, t).map_or_else(Vec::new, |time| market.at(time)))
            .collect();
        let names: Vec<&'static str> = at
            .iter()
            .max_by_key(|one| one.len())
            .map_or_else(Vec::new, |one| one.iter().map(|(name, _)| *name).collect());
        for (n, name) in names.into_iter().enumerate() {
            let states = at.iter().map(|one| {
                one.get(n)
                    .map_or_else(|| vec![UNKNOWN.to_owned()], |(_, s)| s.clone())
            });
            columns.push((name.to_owned(), states.collect()));
        }
    }
    columns
        .into_iter()
        .flat_map(|(condition, states)| of_condition(&condition, &states))
        .map(|asked| Asked {
            rule: written.rule(&asked.condition, &asked.state),
            ..asked
        })
        .collect()
}

fn of_condition(condition: &str, states: &[Vec<String>]) -> Vec<Asked> {
    let mut names: Vec<&String> = states.iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    let mut found: Vec<Asked> = Vec::new();
    for name in names.into_iter().filter(|name| name.as_str() != UNKNOWN) {
        let inside: Vec<usize> = (0..states.len())
            .filter(|&i| states[i].contains(name))
            .collect();
        let outside = states.len() - inside.len();
        // Of two states one says what the other does.
        let mirrored = found.iter().any(|before| {
            before.inside.len() == outside && before.inside.iter().all(|i| !inside.contains(i))
        });
        if inside.len() >= LEAST_SIDE && outside >= LEAST_SIDE && !mirrored {
            found.push(Asked {
                condition: condition.to_owned(),
                state: name.clone(),
                inside,
                rule: None,
            });
        }
    }
    found
}

/// When an entry was decided at the latest: at the end of the bar before it.
fn decided(ground: &Ground<'_>, trade: &Placed<&RoundTrip>) -> Option<market::Time> {
    let bar = trade.entry.bar.checked_sub(1)?;
    ground.stage.bars().end().get(bar).copied()
}

fn weekday(ground: &Ground<'_>, trade: &Placed<&RoundTrip>) -> String {
    let session = ground.stage.calendar().get(trade.entry.session as usize);
    let day = session.and_then(|s| WEEKDAYS.get((s.weekday() as usize).checked_sub(1)?));
    (*day.unwrap_or(&UNKNOWN)).to_owned()
}

fn hour(ground: &Ground<'_>, trade: &Placed<&RoundTrip>) -> String {
    let session = ground.stage.calendar().get(trade.entry.session as usize);
    let word = match session {
        Some(session) if trade.entry.exact => {
            if trade.entry.time < session.open.plus_minutes(60) {
                "first"
            } else if trade.entry.time >= session.close.plus_minutes(-60) {
                "last"
            } else {
                "between"
            }
        }
        _ => UNKNOWN,
    };
    word.to_owned()
}

fn criterion(ground: &Ground<'_>, trade: &Placed<&RoundTrip>, n: usize) -> String {
    let Some(bar) = trade.entry.bar.checked_sub(1) else {
        return UNKNOWN.to_owned();
    };
    let state = ground.stage.state(bar);
    let word = if state.unknown & (1 << n) != 0 {
        UNKNOWN
    } else if state.held & (1 << n) != 0 {
        "held"
    } else {
        "not held"
    };
    word.to_owned()
}

pub(super) fn atr_share(ground: &Ground<'_>, trade: &Placed<&RoundTrip>) -> Option<f64> {
    let bar = trade.entry.bar.checked_sub(1)?;
    let close = ground.stage.bars().close().get(bar)?;
    Some(ground.stage.atr(bar)? / close)
}

/// The open of the entry's session against the close before it.
pub(super) fn gap(ground: &Ground<'_>, trade: &Placed<&RoundTrip>) -> Option<f64> {
    let bars = ground.stage.bars();
    let first = bars.session().partition_point(|s| *s < trade.entry.session);
    let before = bars.close().get(first.checked_sub(1)?)?;
    Some(bars.open().get(first)? / before - 1.0)
}

/// Where the middle third begins and ends.
pub(super) fn cuts(values: &[Option<f64>]) -> Option<(f64, f64)> {
    let mut known: Vec<f64> = values.iter().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    let cut = |share: usize| known.get(known.len() * share / 3).copied();
    cut(1).zip(cut(2))
}

/// Which third of the log's own trades a number lies in.
fn terciles(
    trades: &[Placed<&RoundTrip>],
    of: &dyn Fn(&Placed<&RoundTrip>) -> Option<f64>,
) -> Vec<Vec<String>> {
    let values: Vec<Option<f64>> = trades.iter().map(of).collect();
    let cuts = cuts(&values);
    let word = |value: &Option<f64>| match (value, cuts) {
        (Some(value), Some((low, high))) => {
            if *value < low {
                "lowest third"
            } else if *value < high {
                "middle third"
            } else {
                "highest third"
            }
        }
        _ => UNKNOWN,
    };
    values
        .iter()
        .map(|value| vec![word(value).to_owned()])
        .collect()
}
