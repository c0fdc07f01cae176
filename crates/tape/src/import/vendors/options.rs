//! Option quotes: chains within the session and end-of-day tables.

use chrono::Timelike;
use market::{Date, Quote, Right, Time, calendar};

use crate::error::TapeError;
use crate::import::header::{Column, Header};
use crate::import::rows::Csv;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::stamp::Stamps;
use crate::import::vendors::columns;

const CHAIN: [&str; 8] = [
    "snapshot_utc",
    "underlying",
    "expiration",
    "type",
    "strike",
    "bid",
    "ask",
    "last",
];
const CHAIN_MORE: [&str; 9] = [
    "spot_quoted",
    "spot_parity",
    "volume",
    "open_interest",
    "iv_vendor",
    "last_trade_utc",
    "bid_size",
    "ask_size",
    "delta",
];
const EOD: [&str; 7] = [
    "underlying",
    "quotedate",
    "type",
    "expiration",
    "strike",
    "bid",
    "ask",
];
const EOD_MORE: [&str; 14] = [
    "underlying_last",
    "exchange",
    "optionroot",
    "optionext",
    "last",
    "volume",
    "openinterest",
    "impliedvol",
    "delta",
    "gamma",
    "theta",
    "vega",
    "optionalias",
    "dte",
];
pub(crate) fn claims_chain(header: &Header) -> bool {
    header.is(&CHAIN, &CHAIN_MORE)
}

pub(crate) fn claims_eod(header: &Header) -> bool {
    header.is(&EOD, &EOD_MORE)
}

/// Columns that a quote's figures come from; a figure without a column is not known.
pub(super) struct Figures {
    numbers: [Option<Column>; 7],
    counts: [Option<Column>; 4],
}

impl Figures {
    /// bid, ask, last, iv, delta, spot, `spot_parity`; then bid size, ask size, volume, open interest.
    pub(super) fn find(csv: &Csv<'_>, numbers: [&str; 7], counts: [&str; 4]) -> Figures {
        let find = |name: &str| csv.header().find(name);
        Figures {
            numbers: numbers.map(find),
            counts: counts.map(find),
        }
    }

    pub(super) fn fill(&self, csv: &Csv<'_>, quote: &mut Quote) -> Result<(), TapeError> {
        for (column, cell) in self.numbers.iter().zip([
            &mut quote.bid,
            &mut quote.ask,
            &mut quote.last,
            &mut quote.iv,
            &mut quote.delta,
            &mut quote.spot,
            &mut quote.spot_parity,
        ]) {
            *cell = column
                .map(|column| csv.maybe_number(column))
                .transpose()?
                .flatten();
        }
        for (column, cell) in self.counts.iter().zip([
            &mut quote.bid_size,
            &mut quote.ask_size,
            &mut quote.volume,
            &mut quote.open_interest,
        ]) {
            *cell = column
                .map(|column| count(csv, column))
                .transpose()?
                .flatten();
        }
        Ok(())
    }
}

/// Contracts: `12` or `12.0`; `None` where the cell says nothing.
fn count(csv: &Csv<'_>, column: Column) -> Result<Option<i64>, TapeError> {
    const MOST: f64 = 9e15;
    match csv.maybe_number(column)? {
        None => Ok(None),
        Some(n) if n.fract() == 0.0 && (0.0..MOST).contains(&n) => Ok(Some(n as i64)),
        Some(_) => Err(csv.unlike(column, "a whole number of 0 or more")),
    }
}

pub(super) fn right(csv: &Csv<'_>, column: Column) -> Result<Right, TapeError> {
    match csv.cell(column) {
        word if word.eq_ignore_ascii_case(b"call") || word.eq_ignore_ascii_case(b"c") => {
            Ok(Right::Call)
        }
        word if word.eq_ignore_ascii_case(b"put") || word.eq_ignore_ascii_case(b"p") => {
            Ok(Right::Put)
        }
        _ => Err(csv.unlike(column, "call or put")),
    }
}

/// What is odd about quotes and is kept: the report says how many.
#[derive(Default)]
pub(super) struct Oddities {
    crossed: u64,
    no_bid: u64,
    zero_bid: u64,
}

impl Oddities {
    pub(super) fn see(&mut self, quote: &Quote) {
        self.crossed += u64::from(quote.is_crossed());
        self.no_bid += u64::from(quote.bid.is_none() || quote.ask.is_none());
        self.zero_bid += u64::from(quote.bid == Some(0.0));
    }

    pub(super) fn note(&self, sink: &mut Sink<'_>) {
        let Oddities {
            crossed,
            no_bid,
            zero_bid,
        } = self;
        if crossed + no_bid + zero_bid > 0 {
            sink.note(format!(
                "kept as quoted: {crossed} with the bid above the ask, {zero_bid} with a bid of 0, {no_bid} without a bid or an ask"
            ));
        }
    }
}

fn underlying(csv: &Csv<'_>, column: Column) -> Result<String, TapeError> {
    let name = csv.text(column)?.trim_start_matches('^').to_uppercase();
    if name.is_empty() {
        return Err(csv.unlike(column, "the underlying's symbol"));
    }
    Ok(name)
}

/// Where a table of quotes keeps what every quote has.
struct Rows {
    name: Column,
    kind: Column,
    expiration: Column,
    strike: Column,
    figures: Figures,
}

impl Rows {
    /// Takes the row, quoted at `at`.
    fn take(
        &self,
        csv: &mut Csv<'_>,
        at: Time,
        odd: &mut Oddities,
        sink: &mut Sink<'_>,
    ) -> Result<(), TapeError> {
        let end = csv.date(self.expiration)?;
        let mut quote = Quote::blank(at, end, csv.number(self.strike)?, right(csv, self.kind)?);
        self.figures.fill(csv, &mut quote)?;
        odd.see(&quote);
        csv.place(sink.quote(&underlying(csv, self.name)?, quote))
    }
}

/// A chain as of an instant within the session, whose offset stands in the stamp.
pub(crate) fn chain(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let [time, name, expiration, kind, strike] = columns(
        &csv,
        ["snapshot_utc", "underlying", "expiration", "type", "strike"],
    )?;
    let figures = Figures::find(
        &csv,
        [
            "bid",
            "ask",
            "last",
            "iv_vendor",
            "delta",
            "spot_quoted",
            "spot_parity",
        ],
        ["bid_size", "ask_size", "volume", "open_interest"],
    );
    // The column's name is the zone, where a stamp has no offset.
    let mut stamps = Stamps::new(Some(chrono_tz::UTC));
    let rows = Rows {
        name,
        kind,
        expiration,
        strike,
        figures,
    };
    let mut odd = Oddities::default();
    while csv.next()? {
        csv.key(time);
        let stamp = stamps.read(csv.text(time)?);
        let at = stamp.map_err(|fault| csv.unlike(time, &fault.to_string()))?;
        rows.take(&mut csv, at, &mut odd, sink)?;
    }
    odd.note(sink);
    sink.zone("UTC");
    Ok(csv.rows())
}

/// A table of closing quotes: known at the close of the session of its date.
pub(crate) fn eod(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let [name, date, kind, expiration, strike] = columns(
        &csv,
        ["underlying", "quotedate", "type", "expiration", "strike"],
    )?;
    let figures = Figures::find(
        &csv,
        [
            "bid",
            "ask",
            "last",
            "impliedvol",
            "delta",
            "underlying_last",
            "spot_parity",
        ],
        ["bid_size", "ask_size", "volume", "openinterest"],
    );
    let rows = Rows {
        name,
        kind,
        expiration,
        strike,
        figures,
    };
    let mut odd = Oddities::default();
    while csv.next()? {
        let day = csv.date(date)?;
        let at = close_of(day).ok_or_else(|| csv.unlike(date, "a day with a session"))?;
        rows.take(&mut csv, at, &mut odd, sink)?;
    }
    odd.note(sink);
    sink.note("dates without an hour: taken as known at the session's close");
    sink.zone("America/New_York");
    Ok(csv.rows())
}

/// The scheduled close of the session on a date.
pub(super) fn close_of(date: Date) -> Option<Time> {
    let close = calendar::close_time(date)?;
    Time::from_exchange(date, close.hour(), close.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_days_close_at_one() {
        let day = |d| Date::from_ymd_opt(2025, 11, d).unwrap();
        assert_eq!(close_of(day(28)), Time::from_exchange(day(28), 13, 0));
        assert_eq!(close_of(day(27)), None);
    }
}
