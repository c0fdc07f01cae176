//! Quotes, events and closes of a universe.

use std::path::Path;

use market::{Date, SessionTable, Time};
use table::{Column, Options, Table};
use tape::check::Kind;

use super::*;

/// A quote: minutes since the open, days to expiration, strike, bid, ask.
type Quote = (i64, i64, f64, f64, f64);

const QUOTED: &str = "2024-01-03";

fn quote_time(quote: &Quote) -> Time {
    Time::from_exchange(day(QUOTED), 9, 30)
        .unwrap()
        .plus_minutes(quote.0)
}

fn write_quotes(root: &Path, rows: &[Quote]) {
    let first = days_since_1970(day(QUOTED));
    let time: Vec<i64> = rows.iter().map(|r| quote_time(r).micros()).collect();
    let expiration: Vec<i32> = rows.iter().map(|r| first + r.1 as i32).collect();
    let strike: Vec<f64> = rows.iter().map(|r| r.2).collect();
    let of = |value: fn(&Quote) -> f64| -> Vec<Option<f64>> {
        rows.iter().map(|r| Some(value(r))).collect()
    };
    let mut table = Table::new()
        .column("time", Column::time_micros(time))
        .column("expiration", Column::date_days(expiration))
        .column("strike", Column::number(strike))
        .column("right", Column::text(rows.iter().map(|_| "put")))
        .column("bid", Column::maybe_number(of(|r| r.3)))
        .column("ask", Column::maybe_number(of(|r| r.4)));
    for name in ["last", "iv", "delta", "spot", "spot_parity"] {
        table = table.column(name, Column::maybe_number(vec![None; rows.len()]));
    }
    for name in ["bid_size", "ask_size", "volume", "open_interest"] {
        table = table.column(name, Column::maybe_integer(vec![None; rows.len()]));
    }
    let path = format!("quotes/underlying=TST/date={QUOTED}/quotes.parquet");
    table
        .write_atomic(&root.join(path), &Options::default())
        .unwrap();
}

/// One quote a minute, so that each has a place of its own.
fn quotes(kind: Kind, change: fn(&mut Dice, &mut Vec<Quote>, usize) -> usize) -> Score {
    let mut score = Score::default();
    for seed in 1..=8 {
        let mut dice = Dice(seed);
        let mut rows: Vec<Quote> = (0..380)
            .map(|minute| {
                let bid = cents(1.0 + 3.0 * dice.unit());
                (minute, 30, 400.0, bid, bid + 0.05)
            })
            .collect();
        let mut planted = Vec::new();
        for at in places(&mut dice, rows.len(), 10, 30).into_iter().rev() {
            let at = change(&mut dice, &mut rows, at);
            planted.push((kind, quote_time(&rows[at]).to_string()));
        }
        let root = temp();
        write_quotes(root.path(), &rows);
        score.count(kind, &planted, &check(root.path()));
    }
    score
}

#[test]
fn quotes_that_nobody_can_have_made_are_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let crossed = quotes(Kind::CrossedQuote, |dice, rows, at| {
        rows[at].3 = rows[at].4 + 0.01 + dice.unit();
        at
    });
    line("crossed-quote", &crossed, 1.0, 1.0);
    let expired = quotes(Kind::ExpiredQuote, |dice, rows, at| {
        rows[at].1 = -1 - dice.below(40) as i64;
        at
    });
    line("expired-quote", &expired, 1.0, 1.0);
    let below = quotes(Kind::BadPrice, |dice, rows, at| {
        let row = &mut rows[at];
        *[&mut row.2, &mut row.3, &mut row.4][dice.below(3)] *= -1.0;
        at
    });
    line("bad-price, quotes", &below, 1.0, 1.0);
    let none = quotes(Kind::MissingValue, |dice, rows, at| {
        rows[at].3 = [f64::NAN, f64::INFINITY][dice.below(2)];
        at
    });
    line("missing-value, quotes", &none, 1.0, 1.0);
    let twice = quotes(Kind::Duplicate, |_, rows, at| {
        let again = rows[at];
        rows.insert(at + 1, again);
        at
    });
    line("duplicate, quotes", &twice, 1.0, 1.0);
    let order = quotes(Kind::Order, |_, rows, at| {
        let early = rows.remove(at);
        rows.insert(at + 1, early);
        at + 1
    });
    line("order, quotes", &order, 1.0, 1.0);
}

fn write_events(root: &Path, days: &[i32]) {
    let none: Vec<Option<i64>> = vec![None; days.len()];
    Table::new()
        .column("date", Column::date_days(days.to_vec()))
        .column("time_et_minutes", Column::maybe_integer(none))
        .column("label", Column::text(days.iter().map(|_| "decision")))
        .column("scheduled", Column::flag(vec![true; days.len()]))
        .column("basis", Column::maybe_text(vec![None::<&str>; days.len()]))
        .write_atomic(
            &root.join("events/kind=made/events.parquet"),
            &Options::default(),
        )
        .unwrap();
}

fn named(days: i32) -> String {
    (Date::default() + chrono_days(days as u64)).to_string()
}

fn sessions() -> Vec<i32> {
    let table = SessionTable::covering(day("2015-01-02"), day("2019-12-31"));
    let dates = table.as_slice().iter();
    dates.map(|s| days_since_1970(s.date)).collect()
}

fn events(kind: Kind, change: fn(&mut Vec<i32>, usize) -> i32) -> Score {
    let mut score = Score::default();
    for seed in 1..=6 {
        let mut days: Vec<i32> = sessions().into_iter().step_by(5).collect();
        let mut planted = Vec::new();
        let at = places(&mut Dice(seed), days.len(), 5, 40);
        for at in at.into_iter().rev() {
            planted.push((kind, named(change(&mut days, at))));
        }
        let root = temp();
        write_events(root.path(), &days);
        score.count(kind, &planted, &check(root.path()));
    }
    score
}

#[test]
fn events_twice_out_of_order_and_on_closed_days_are_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let twice = events(Kind::Duplicate, |days, at| {
        days.insert(at, days[at]);
        days[at]
    });
    line("duplicate, events", &twice, 1.0, 1.0);
    let order = events(Kind::Order, |days, at| {
        days.swap(at, at + 1);
        days[at + 1]
    });
    line("order, events", &order, 1.0, 1.0);
    let closed = events(Kind::ClosedDay, |days, at| {
        let date = Date::default() + chrono_days(days[at] as u64);
        days[at] = days_since_1970(date.week(chrono_monday()).last_day());
        days[at]
    });
    line("closed-day, events", &closed, 1.0, 1.0);
}

fn write_closes(root: &Path, rows: &[(i32, f64)]) {
    Table::new()
        .column("symbol", Column::text(rows.iter().map(|_| "AAA")))
        .column(
            "date",
            Column::date_days(rows.iter().map(|r| r.0).collect::<Vec<_>>()),
        )
        .column(
            "close",
            Column::number(rows.iter().map(|r| r.1).collect::<Vec<_>>()),
        )
        .write_atomic(
            &root.join("constituents/universe=made/closes.parquet"),
            &Options::default(),
        )
        .unwrap();
}

fn closes(kind: Kind, change: fn(&mut Dice, &mut Vec<(i32, f64)>, usize)) -> Score {
    let mut score = Score::default();
    for seed in 1..=6 {
        let mut dice = Dice(seed);
        let mut price = 40.0;
        let mut rows: Vec<(i32, f64)> = Vec::new();
        for days in sessions() {
            price *= 1.0 + 0.03 * dice.normal();
            rows.push((days, cents(price)));
        }
        let mut planted = Vec::new();
        for at in places(&mut dice, rows.len(), 20, 40).into_iter().rev() {
            planted.push((kind, named(rows[at].0)));
            change(&mut dice, &mut rows, at);
        }
        let root = temp();
        write_closes(root.path(), &rows);
        score.count(kind, &planted, &check(root.path()));
    }
    score
}

#[test]
fn closes_of_a_universe_that_are_none_twice_or_taken_back_are_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let none = closes(Kind::BadPrice, |dice, rows, at| {
        rows[at].1 *= [0.0, -1.0][dice.below(2)];
    });
    line("bad-price, closes", &none, 1.0, 1.0);
    let lack = closes(Kind::MissingValue, |_, rows, at| rows[at].1 = f64::NAN);
    line("missing-value, closes", &lack, 1.0, 1.0);
    let twice = closes(Kind::Duplicate, |_, rows, at| rows.insert(at, rows[at]));
    line("duplicate, closes", &twice, 1.0, 1.0);
    let order = closes(Kind::Order, |_, rows, at| rows.swap(at, at + 1));
    line("order, closes", &order, 1.0, 1.0);
    let split = closes(Kind::Outlier, |dice, rows, at| {
        rows[at].1 *= [0.5, 0.25, 2.0, 4.0, 10.0][dice.below(5)];
    });
    line("outlier, closes", &split, 0.95, 1.0);
}
