//! The shipped gap-momentum plan once more, in plain loops over days and minutes: no columns, no clock, no engine.
//!
//! It knows the plan's numbers by heart, so a test that changes the plan must not ask it.

use std::collections::BTreeMap;

/// A bar of `length` minutes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub(crate) open: f64,
    pub(crate) high: f64,
    pub(crate) low: f64,
    pub(crate) close: f64,
    pub(crate) volume: f64,
    pub(crate) length: i64,
}

/// Bars of one symbol: days in order, and by day the bars by the minute after 9:30 at which they start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbol {
    pub(crate) days: BTreeMap<String, Bar>,
    pub(crate) within: BTreeMap<String, BTreeMap<i64, Bar>>,
}

/// A row of the decision log: the day, the minute, and what came of it.
pub(crate) type Row = (String, i64, &'static str);

/// A trade: day, minutes of entry and exit, prices, shares, reason, net result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traded {
    pub(crate) day: String,
    pub(crate) entry: (i64, f64),
    pub(crate) exit: (i64, f64),
    pub(crate) shares: f64,
    pub(crate) reason: &'static str,
    pub(crate) pnl: f64,
}

const BAR: i64 = 5;
const RANGE: i64 = 15;
const WINDOW: i64 = 45;
/// 15:30.
const OUT: i64 = 360;

/// What the plan does from `from` to `to`, with 100,000 dollars.
pub(crate) fn trade(iwm: &Symbol, kre: &Symbol, from: &str, to: &str) -> (Vec<Row>, Vec<Traded>) {
    let dates: Vec<&String> = iwm.days.keys().collect();
    let atr = wilder(iwm);
    let (mut rows, mut trades) = (Vec::new(), Vec::<Traded>::new());
    let mut equity = 100_000.0;
    for n in 1..dates.len() {
        let (day, before) = (dates[n], dates[n - 1]);
        if day.as_str() < from || day.as_str() > to {
            continue;
        }
        if iwm.days[day].open / iwm.days[before].close - 1.0 <= 0.008 {
            continue;
        }
        let today = &iwm.within[day];
        let past = &dates[n.saturating_sub(20)..n];
        let mut last: Option<Traded> = None;
        let mut told = false;
        let ends = (1..).map(|k| k * BAR).take_while(|end| *end < WINDOW);
        for end in ends.filter(|end| *end > RANGE) {
            if !today.contains_key(&(end - BAR)) {
                continue;
            }
            let volume = volume_by(today, end);
            let others: Vec<f64> = past
                .iter()
                .filter_map(|date| volume_by(iwm.within.get(*date)?, end))
                .collect();
            let (Some(volume), true) = (volume, others.len() >= 10) else {
                if !told && !rows.iter().any(|row: &Row| row.0 == *day) {
                    rows.push((day.clone(), end, "bars missing"));
                }
                told = true;
                continue;
            };
            let usual = others.iter().sum::<f64>() / others.len() as f64;
            let range = [0, BAR, 2 * BAR].map(|start| today[&start].high);
            let high = range.into_iter().fold(0.0, f64::max);
            let close = today[&(end - BAR)].close;
            if volume / usual <= 1.0 || close <= high {
                continue;
            }
            let outcome = match &last {
                Some(trade) if trade.exit.0 >= end => "busy",
                Some(_) => "cooling down",
                None => match change(kre, day, before, end) {
                    None => "vetoed",
                    Some(change) if change < -0.015 => "vetoed",
                    Some(_) => {
                        let (outcome, traded) = enter(day, today, end, atr[before], equity);
                        last = traded;
                        outcome
                    }
                },
            };
            rows.push((day.clone(), end, outcome));
        }
        // What could have decided and is not there shows at the first bar behind the window.
        let deciding = (0..WINDOW - BAR).step_by(BAR as usize);
        let lacking = deciding.clone().any(|start| !today.contains_key(&start));
        let behind = today.keys().find(|start| **start + BAR >= WINDOW);
        if let (true, false, Some(start)) = (lacking, rows.iter().any(|row| row.0 == *day), behind)
        {
            rows.push((day.clone(), start + BAR, "bars missing"));
        }
        if let Some(trade) = last {
            equity += trade.pnl;
            trades.push(trade);
        }
    }
    (rows, trades)
}

/// Volume from the open to `end`, if every bar is there.
fn volume_by(day: &BTreeMap<i64, Bar>, end: i64) -> Option<f64> {
    let mut sum = 0.0;
    for start in (0..end).step_by(BAR as usize) {
        sum += day.get(&start)?.volume;
    }
    Some(sum)
}

/// KRE's last known price at minute `now` against the close before.
fn change(kre: &Symbol, day: &str, before: &str, now: i64) -> Option<f64> {
    let mut price = kre.days.get(day).map(|bar| bar.open);
    for (start, bar) in kre.within.get(day).into_iter().flatten() {
        if *start < now {
            price = Some(bar.open);
        }
        if start + bar.length <= now {
            price = Some(bar.close);
        }
    }
    Some(price? / kre.days.get(before)?.close - 1.0)
}

/// The order of minute `now`, and the trade it becomes.
fn enter(
    day: &str,
    today: &BTreeMap<i64, Bar>,
    now: i64,
    atr: f64,
    equity: f64,
) -> (&'static str, Option<Traded>) {
    let close = today[&(now - BAR)].close;
    let shares = (equity * 0.005 / (0.5 * atr)).min(equity / close).floor();
    let Some((&start, bar)) = today.range(now..WINDOW).next() else {
        return ("expired", None);
    };
    let fill = bar.open * 1.0001;
    assert!(
        shares * fill < 0.98 * equity,
        "the plain loop trims no order"
    );
    let (minute, price, reason) = leave(today, start, fill - 0.5 * atr, fill + atr);
    let commission = 2.0 * (0.005 * shares).max(1.0);
    let traded = Traded {
        day: day.to_owned(),
        entry: (start, fill),
        exit: (minute, price),
        shares,
        reason,
        pnl: shares * (price - fill) - commission,
    };
    ("entered", Some(traded))
}

/// When, at what price and why a position bought at minute `from` is sold. A bar's stop and target are told at its end.
fn leave(
    today: &BTreeMap<i64, Bar>,
    from: i64,
    stop: f64,
    target: f64,
) -> (i64, f64, &'static str) {
    const COST: f64 = 0.9999;
    let close = *today.keys().next_back().unwrap() + BAR;
    let mut due = false;
    for (&start, bar) in today.range(from..) {
        if due {
            return (start, bar.open * COST, "time-of-day");
        }
        if bar.open <= stop {
            return (start, bar.open * COST, "stop");
        }
        if bar.open >= target {
            return (start, bar.open, "target");
        }
        if bar.low <= stop {
            return (start + BAR, stop * COST, "stop");
        }
        if bar.high >= target {
            return (start + BAR, target, "target");
        }
        if start + BAR == close {
            return (close, bar.close * COST, "time-of-day");
        }
        due = start + BAR >= OUT;
    }
    unreachable!("the last bar returns")
}

/// ATR(14) of every day.
fn wilder(symbol: &Symbol) -> BTreeMap<String, f64> {
    let (mut out, mut ranges, mut atr) = (BTreeMap::new(), Vec::new(), 0.0);
    let mut before: Option<f64> = None;
    for (date, bar) in &symbol.days {
        if let Some(close) = before {
            let range = (bar.high - bar.low)
                .max((bar.high - close).abs())
                .max((bar.low - close).abs());
            ranges.push(range);
            if ranges.len() == 14 {
                atr = ranges.iter().sum::<f64>() / 14.0;
            } else if ranges.len() > 14 {
                atr = (atr * 13.0 + range) / 14.0;
            }
            if ranges.len() >= 14 {
                out.insert(date.clone(), atr);
            }
        }
        before = Some(bar.close);
    }
    out
}
