//! Dated records: series, dividends, splits. Small files, read whole.

use chrono::Datelike;
use market::{Date, Dividend, Origin, Series, Split};
use table::{Dest, Reader};

use crate::error::TapeError;
use crate::facts::Facts;
use crate::layout::{Item, Sort};
use crate::read::{count, open_item};
use crate::tape::{ReadStats, Tape};

/// Days of 1970-01-01 in chrono's count from the common era.
const EPOCH_DAYS: i32 = 719_163;

pub(crate) fn date_of(days: i32) -> Option<Date> {
    Date::from_num_days_from_ce_opt(days.checked_add(EPOCH_DAYS)?)
}

pub(crate) fn days_of(date: Date) -> i32 {
    date.num_days_from_ce() - EPOCH_DAYS
}

/// What the value of a record must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Finite,
    Positive,
}

impl Rule {
    pub(crate) fn broken_by(self, value: f64) -> Option<&'static str> {
        match self {
            Rule::Finite if !value.is_finite() => Some("a finite number"),
            Rule::Positive if !(value.is_finite() && value > 0.0) => {
                Some("a finite number above 0")
            }
            Rule::Finite | Rule::Positive => None,
        }
    }
}

/// The columns of a sort of records.
pub(crate) fn columns(sort: Sort) -> (&'static str, &'static str, Rule) {
    match sort {
        Sort::Dividends => ("ex_date", "amount_usd", Rule::Positive),
        Sort::Splits => ("ex_date", "ratio", Rule::Positive),
        Sort::Series
        | Sort::Bars
        | Sort::Extended
        | Sort::Constituents
        | Sort::Members
        | Sort::Quotes
        | Sort::Events => ("date", "value", Rule::Finite),
    }
}

pub(crate) fn series(
    tape: &Tape,
    name: &str,
    stats: &mut ReadStats,
) -> Result<Option<(Series, Origin)>, TapeError> {
    let read = read(tape, &Item::other(Sort::Series, name), stats)?;
    Ok(read.map(|(date, value, facts)| {
        let series = Series {
            name: name.to_owned(),
            date,
            value,
            known: facts.known,
        };
        (series, facts.origin)
    }))
}

pub(crate) fn dividends(
    tape: &Tape,
    symbol: &str,
    stats: &mut ReadStats,
) -> Result<Option<(Vec<Dividend>, Facts)>, TapeError> {
    let read = read(tape, &Item::other(Sort::Dividends, symbol), stats)?;
    let record = |(ex_date, amount_usd)| Dividend {
        ex_date,
        amount_usd,
    };
    Ok(read.map(|(dates, values, facts)| {
        let rows = dates.into_iter().zip(values).map(record);
        (rows.collect(), facts)
    }))
}

pub(crate) fn splits(
    tape: &Tape,
    symbol: &str,
    stats: &mut ReadStats,
) -> Result<Option<(Vec<Split>, Origin)>, TapeError> {
    let read = read(tape, &Item::other(Sort::Splits, symbol), stats)?;
    let record = |(ex_date, ratio)| Split { ex_date, ratio };
    Ok(read.map(|(dates, values, facts)| {
        let rows = dates.into_iter().zip(values).map(record);
        (rows.collect(), facts.origin)
    }))
}

type Rows = (Vec<Date>, Vec<f64>, Facts);

fn read(tape: &Tape, item: &Item, stats: &mut ReadStats) -> Result<Option<Rows>, TapeError> {
    let Some(reader) = open_item(tape, item)? else {
        return Ok(None);
    };
    let (date_column, value_column, rule) = columns(item.sort);
    let (mut days, mut values) = (Vec::new(), Vec::new());
    let mut wanted = [
        (date_column, Dest::DateDays(&mut days)),
        (value_column, Dest::Number(&mut values)),
    ];
    reader.read_all(&mut wanted, 1)?;
    count(&reader, reader.groups(), stats);
    let dates = check(&reader, &days, &values, rule)?;
    Ok(Some((dates, values, Facts::of(&reader)?)))
}

fn check(
    reader: &Reader,
    days: &[i32],
    values: &[f64],
    rule: Rule,
) -> Result<Vec<Date>, TapeError> {
    let mut dates: Vec<Date> = Vec::with_capacity(days.len());
    for (row, (&day, &value)) in days.iter().zip(values).enumerate() {
        let wrong = |found: String, expected| TapeError::Record {
            path: reader.name().to_owned(),
            row,
            date: date_of(day).map_or_else(|| format!("day {day}"), |d| d.to_string()),
            found,
            expected,
        };
        let date = date_of(day)
            .ok_or_else(|| wrong(format!("day {day} since 1970"), "a date of this calendar"))?;
        if dates.last().is_some_and(|&before| before >= date) {
            let expected = "dates sorted and without duplicates";
            return Err(wrong(
                "a date not after the one before it".to_owned(),
                expected,
            ));
        }
        if let Some(expected) = rule.broken_by(value) {
            return Err(wrong(format!("the value {value}"), expected));
        }
        dates.push(date);
    }
    Ok(dates)
}
