//! The shipped plans replayed over CSV rows by the plainest loop there is, from the words of the plan: not the
//! engine's code, nor its way of going about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A daily row.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) date: String,
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    dividend: f64,
}

pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |i: usize| cells[i].parse::<f64>().unwrap();
            Row {
                date: cells[0].to_owned(),
                open: number(1),
                high: number(2),
                low: number(3),
                close: number(4),
                dividend: number(7),
            }
        })
        .collect()
}

/// Where the stop goes: the only difference between the two plans.
#[derive(Clone, Copy)]
pub(crate) enum Stop {
    Atr,
    PriorLow,
}

#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) quantity: f64,
    pub(crate) entry: (String, f64),
    pub(crate) exit: (String, f64),
    pub(crate) reason: &'static str,
    pub(crate) pnl: f64,
    pub(crate) sessions_held: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Replayed {
    pub(crate) trades: Vec<Closed>,
    pub(crate) setups: usize,
    pub(crate) vetoed: usize,
    pub(crate) entered: usize,
}

struct Held {
    quantity: f64,
    day: usize,
    price: f64,
    stop: f64,
    target: f64,
    atr: f64,
    best: f64,
    dividends: f64,
    leaves: bool,
}

const BP: f64 = 0.0001;

fn commission(quantity: f64) -> f64 {
    (0.005 * quantity).max(1.0)
}

/// Wilder's ATR of 14, `None` before index 14.
fn atr(rows: &[Row]) -> Vec<Option<f64>> {
    let range = |i: usize| {
        let before = rows[i - 1].close;
        (rows[i].high.max(before)) - (rows[i].low.min(before))
    };
    let mut out = vec![None; rows.len()];
    let mut value = (1..=14).map(range).sum::<f64>() / 14.0;
    out[14] = Some(value);
    for (i, slot) in out.iter_mut().enumerate().skip(15) {
        value = (value * 13.0 + range(i)) / 14.0;
        *slot = Some(value);
    }
    out
}

pub(crate) fn replay(iwm: &[Row], kre: &[Row], (from, to): (&str, &str), kind: Stop) -> Replayed {
    let kre: BTreeMap<&str, f64> = kre
        .windows(2)
        .map(|w| (w[1].date.as_str(), w[1].close / w[0].close - 1.0))
        .collect();
    let atr = atr(iwm);
    let inside: Vec<usize> = (0..iwm.len())
        .filter(|&i| iwm[i].date.as_str() >= from && iwm[i].date.as_str() <= to)
        .collect();
    let last = *inside.last().unwrap();
    let mut done = Replayed::default();
    let mut cash = 100_000.0;
    let mut held: Option<Held> = None;
    // Decided at the close before: shares wanted, stop level if it is one, ATR.
    let mut ordered: Option<(f64, Option<f64>, f64)> = None;
    for &i in &inside {
        let row = &iwm[i];
        if let Some(held) = &mut held {
            held.dividends += row.dividend * held.quantity;
            held.stop -= row.dividend;
        }
        if let Some((wanted, level, atr)) = ordered.take() {
            let price = row.open * (1.0 + BP);
            let mut quantity = wanted;
            while quantity * price + commission(quantity) > cash {
                quantity -= 1.0;
            }
            held = Some(Held {
                quantity,
                day: i,
                price,
                stop: level.unwrap_or(price - 1.5 * atr),
                target: price + 2.0 * atr,
                atr,
                best: price,
                dividends: 0.0,
                leaves: false,
            });
        }
        let exit = held.as_mut().and_then(|held| exit(held, row, i, i == last));
        if let (Some((price, reason, at_open)), Some(out)) = (exit, &held) {
            let costs = 2.0 * commission(out.quantity);
            let pnl = (price - out.price) * out.quantity + out.dividends - costs;
            cash += pnl;
            done.trades.push(Closed {
                quantity: out.quantity,
                entry: (iwm[out.day].date.clone(), out.price),
                exit: (row.date.clone(), price),
                reason,
                pnl,
                sessions_held: (i - out.day) as i64 + i64::from(!at_open),
            });
            held = None;
        }
        let fell = (0..3).all(|k| iwm[i - k].close < iwm[i - k - 1].close);
        if fell && row.close / iwm[i - 3].close - 1.0 < -0.025 {
            done.setups += 1;
            // Closed only because the window ends: at the decision the position was still open.
            let busy = held.is_some()
                || done
                    .trades
                    .last()
                    .is_some_and(|t| t.reason == "window-end" && t.exit.0 == row.date);
            if busy {
                continue;
            }
            if kre[row.date.as_str()] < -0.015 {
                done.vetoed += 1;
            } else if i != last {
                done.entered += 1;
                let atr = atr[i].unwrap();
                let level = row.low - 0.1 * atr;
                let (distance, level) = match kind {
                    Stop::Atr => (1.5 * atr, None),
                    Stop::PriorLow => ((row.close - level).max(0.25 * atr), Some(level)),
                };
                let wanted = (cash * 0.005 / distance).min(cash / row.close).floor();
                ordered = Some((wanted, level, atr));
            }
        }
    }
    done
}

/// Price, reason, and whether at the open.
fn exit(held: &mut Held, row: &Row, i: usize, last: bool) -> Option<(f64, &'static str, bool)> {
    let sold = |price: f64| price * (1.0 - BP);
    if held.leaves {
        return Some((sold(row.open), "time-stop", true));
    }
    if row.open <= held.stop {
        return Some((sold(row.open), "stop", true));
    }
    if row.open >= held.target && i > held.day {
        return Some((row.open, "target", true));
    }
    if row.low <= held.stop {
        return Some((sold(held.stop), "stop", false));
    }
    if row.high >= held.target {
        return Some((held.target, "target", false));
    }
    let session = i - held.day + 1;
    if session == 10 {
        return Some((sold(row.close), "max-sessions", false));
    }
    if last {
        return Some((sold(row.close), "window-end", false));
    }
    held.best = held.best.max(row.high);
    held.leaves = session == 3 && held.best - held.price < held.atr;
    None
}
