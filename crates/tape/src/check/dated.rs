//! Series and records: one number a date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use market::{Date, Known, SessionTable, calendar};
use table::Dest;

use super::defect::{Finder, Repair, When};
use super::kind::Kind;
use super::rows::numbers;
use super::spikes::{LEAST_LOG, spikes};
use crate::error::TapeError;
use crate::facts::Facts;
use crate::layout::{Item, Sort};
use crate::records::{self, date_of};
use crate::store::Store;

/// More sessions than this in a row without a value are one defect.
const HOLE_SESSIONS: usize = 20;

/// A series whose values are further apart than this many days, at the median, is not one of every session.
const DAILY_DAYS: i64 = 4;

/// A series with more than this share of its values on days without a session is kept by another calendar.
const OTHER_CALENDAR: f64 = 0.02;

/// A run of one value is stale if the series' own habit of repeating itself would make such a run less often than once
/// in this many series of its length, and at least of so many values.
const STALE_ODDS: f64 = 100.0;
const STALE_VALUES: usize = 4;

/// Series that repeat themselves more often than this go in steps, or are quoted in few of them.
const STEPS: f64 = 0.5;
const COARSE: f64 = 0.05;

/// The rows of a dated item, unjudged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dated {
    pub(crate) days: Vec<i32>,
    pub(crate) values: Vec<f64>,
    pub(crate) known: Known,
}

/// Reads an item; `None` if its file is not there.
pub(crate) fn read(store: &Store, sort: Sort, name: &str) -> Result<Option<Dated>, TapeError> {
    let path = Item::other(sort, name).path();
    if !store.has(&path) {
        return Ok(None);
    }
    let reader = store.open(&path)?;
    let (date, value, _) = records::columns(sort);
    let mut dated = Dated {
        known: Facts::of(&reader)?.known,
        ..Dated::default()
    };
    reader.read_all(&mut [(date, Dest::DateDays(&mut dated.days))], 1)?;
    dated.values = numbers(&reader, value)?;
    Ok(Some(dated))
}

/// What is wrong with the rows themselves; gives the sound ones, in order.
pub(crate) fn rows(dated: &Dated, sort: Sort, finder: &mut Finder) -> BTreeMap<Date, f64> {
    let (_, field, rule) = records::columns(sort);
    let mut sound = BTreeMap::new();
    let mut latest: Option<Date> = None;
    for (row, (&day, &value)) in dated.days.iter().zip(&dated.values).enumerate() {
        let Some(date) = date_of(day) else {
            let text = format!("day {day} since 1970 is no date of this calendar");
            finder
                .add(Kind::ClosedDay, When::Whole, text)
                .value(field, value)
                .at_row(row);
            continue;
        };
        let when = When::Day(date);
        if let Some(expected) = rule.broken_by(value) {
            let kind = if value.is_finite() {
                Kind::BadPrice
            } else {
                Kind::MissingValue
            };
            let text = format!("expected {expected}");
            let defect = finder.add(kind, when, text).value(field, value).at_row(row);
            // A date without a value is what a missing row says, too.
            if sort == Sort::Series && !value.is_finite() {
                defect.firmly(Repair::Drop);
            }
            continue;
        }
        match sound.get(&date) {
            Some(&held) if held == value => {
                let text = "the same row twice".to_owned();
                finder
                    .add(Kind::Duplicate, when, text)
                    .value(field, value)
                    .at_row(row)
                    .firmly(Repair::Drop);
            }
            Some(held) => {
                let text = format!("two values of one date: {held} and {value}");
                finder
                    .add(Kind::Duplicate, when, text)
                    .value(field, value)
                    .at_row(row);
            }
            None => {
                if let Some(before) = latest.filter(|&before| before > date) {
                    let text = format!("row {row} lies behind the row of {before}");
                    finder
                        .add(Kind::Order, when, text)
                        .value(field, value)
                        .at_row(row)
                        .firmly(Repair::Move);
                }
                sound.insert(date, value);
                latest = latest.max(Some(date));
            }
        }
    }
    sound
}

/// Sessions without a value, values on days without a session, values that stand still and values that leap.
pub(crate) fn series(values: &BTreeMap<Date, f64>, known: Known, finder: &mut Finder) {
    let (Some((&first, _)), Some((&last, _))) = (values.first_key_value(), values.last_key_value())
    else {
        return;
    };
    let dates: Vec<Date> = values.keys().copied().collect();
    let mut apart: Vec<i64> = dates.windows(2).map(|d| (d[1] - d[0]).num_days()).collect();
    apart.sort_unstable();
    if apart
        .get(apart.len() / 2)
        .is_some_and(|&days| days > DAILY_DAYS)
    {
        return;
    }
    closed_days(&dates, finder);
    let sessions = SessionTable::covering(first, last);
    let held: BTreeSet<Date> = values.keys().copied().collect();
    let mut hole: Vec<Date> = Vec::new();
    for session in sessions.as_slice() {
        if session.date < first || session.date > last {
            continue;
        }
        if held.contains(&session.date) {
            gap(&hole, finder);
            hole.clear();
        } else if !(known == Known::NextSession && bond_holiday(session.date)) {
            hole.push(session.date);
        }
    }
    stale(values, finder);
    for (date, value, text) in spikes(values, LEAST_LOG) {
        finder
            .add(Kind::Outlier, When::Day(date), text)
            .value("value", value);
    }
}

fn gap(hole: &[Date], finder: &mut Finder) {
    if hole.len() > HOLE_SESSIONS {
        let text = format!("{} sessions without a value", hole.len());
        finder.add(Kind::SeriesGap, When::Day(hole[0]), text);
        return;
    }
    for &date in hole {
        let text = "a session by the calendar, without a value".to_owned();
        finder.add(Kind::SeriesGap, When::Day(date), text);
    }
}

/// The days on which stocks trade and bonds rest: Columbus Day and Veterans Day. Rates have no value then.
fn bond_holiday(date: Date) -> bool {
    let monday = date.weekday() == chrono::Weekday::Mon;
    match (date.month(), date.day()) {
        (10, day) => monday && (8..=14).contains(&day),
        (11, 11) => true,
        (11, 12) => monday,
        _ => false,
    }
}

fn closed_days(dates: &[Date], finder: &mut Finder) {
    let closed: Vec<(Date, calendar::Closure)> = dates
        .iter()
        .filter_map(|&date| Some((date, calendar::why_closed(date)?)))
        .collect();
    if closed.len() as f64 > OTHER_CALENDAR * dates.len() as f64 {
        let text = format!(
            "{} of {} values are of days without a session: kept by another calendar",
            closed.len(),
            dates.len()
        );
        finder.add(Kind::ClosedDay, When::Whole, text);
        return;
    }
    for (date, closure) in closed {
        let text = format!("a value of a day without a session: {closure}");
        finder.add(Kind::ClosedDay, When::Day(date), text);
    }
}

fn stale(values: &BTreeMap<Date, f64>, finder: &mut Finder) {
    let rows: Vec<(&Date, &f64)> = values.iter().collect();
    let repeats = rows.windows(2).filter(|pair| pair[0].1 == pair[1].1);
    let share = repeats.count() as f64 / (rows.len().max(2) - 1) as f64;
    // A rate that somebody sets stands still by its nature.
    if share <= 0.0 || share > STEPS {
        return;
    }
    // A run of n values needs n − 1 repeats: expected share^(n−1) × rows times.
    let repeats = libm::log(1.0 / (STALE_ODDS * rows.len() as f64)) / libm::log(share);
    let least = STALE_VALUES.max(libm::ceil(repeats) as usize + 1);
    for run in rows.chunk_by(|a, b| a.1 == b.1) {
        if run.len() >= least {
            let text = format!(
                "{} values alike, {least} or more are not its habit",
                run.len()
            );
            let defect = finder
                .add(Kind::SeriesStale, When::Day(*run[0].0), text)
                .value("value", *run[0].1);
            // Quoted in few steps, it may stand still for a while by itself.
            if share > COARSE {
                defect.only_a_note();
            }
        }
    }
}

/// Records whose date is no session: nobody could trade ex.
pub(crate) fn off_sessions(values: &BTreeMap<Date, f64>, field: &'static str, finder: &mut Finder) {
    for (&date, &value) in values {
        if let Some(closure) = calendar::why_closed(date) {
            let text = format!("the ex-date is no session: {closure}");
            finder
                .add(Kind::ClosedDay, When::Day(date), text)
                .value(field, value);
        }
    }
}

/// Values that differ from another tape's, and dates that only one of them has.
pub(crate) fn against(here: &BTreeMap<Date, f64>, there: &Dated, sort: Sort, finder: &mut Finder) {
    let mut silent = Finder::new(sort.as_str(), "", None);
    let there = rows(there, sort, &mut silent);
    let field = records::columns(sort).1;
    for (&date, &mine) in here {
        match there.get(&date) {
            Some(&theirs) if (mine - theirs).abs() > same_within(mine, theirs, sort) => {
                let text = format!("the other tape has {theirs}");
                finder
                    .add(Kind::Differs, When::Day(date), text)
                    .value(field, mine)
                    .perhaps(Repair::Value(theirs));
            }
            None if inside(&there, date) => {
                let text = "the other tape has no such row".to_owned();
                finder.add(Kind::OnlyHere, When::Day(date), text);
            }
            Some(_) | None => {}
        }
    }
    for (&date, &theirs) in &there {
        if !here.contains_key(&date) && inside(here, date) {
            let text = format!("only the other tape has it: {theirs}");
            finder.add(Kind::OnlyThere, When::Day(date), text);
        }
    }
}

/// Two values this close are one value printed twice.
const SAME_VALUE: f64 = 1e-6;

/// Decimals that dividends are declared with at least; fewer are written where the last are 0.
const DIVIDEND_DECIMALS: usize = 3;

/// How far two words for one value may be apart. Vendors round dividends to as many decimals as they like: half a unit of
/// the last place of the shorter one is rounding.
fn same_within(mine: f64, theirs: f64, sort: Sort) -> f64 {
    let same = SAME_VALUE * mine.abs().max(theirs.abs());
    if sort != Sort::Dividends {
        return same;
    }
    let decimals = |value: f64| {
        value
            .to_string()
            .split_once('.')
            .map_or(0, |(_, d)| d.len())
    };
    let shorter = decimals(mine).min(decimals(theirs)).max(DIVIDEND_DECIMALS);
    0.5 * libm::pow(10.0, -(shorter as f64)) + same
}

fn inside(values: &BTreeMap<Date, f64>, date: Date) -> bool {
    let ends = values.first_key_value().zip(values.last_key_value());
    ends.is_some_and(|((first, _), (last, _))| (first..=last).contains(&&date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dividend_may_be_rounded_by_half_a_unit_of_its_last_place() {
        let within = |a: f64, b: f64| (a - b).abs() <= same_within(a, b, Sort::Dividends);
        assert!(within(0.543, 0.5434) && within(0.5434, 0.543) && !within(0.543, 0.5436));
        // 0.54 may be 0.540, and is no word for 0.543.
        assert!(within(0.54, 0.5404) && !within(0.54, 0.543));
        assert!(within(0.5434, 0.54344) && !within(0.5434, 0.5435));
        assert!(same_within(100.0, 100.0, Sort::Series) < 0.001);
    }

    #[test]
    fn bonds_rest_on_two_days_on_which_stocks_trade() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(bond_holiday(day("2024-10-14")) && bond_holiday(day("2024-11-11")));
        // 2018-11-11 was a Sunday: kept on the Monday.
        assert!(bond_holiday(day("2018-11-12")) && !bond_holiday(day("2024-11-12")));
        assert!(!bond_holiday(day("2024-10-15")) && !bond_holiday(day("2024-12-23")));
    }
}
