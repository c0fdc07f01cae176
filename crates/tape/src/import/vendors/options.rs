//! Option quotes: chains within the session, Yahoo's chain, and end-of-day tables.

use chrono::{Days, Timelike};
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
const YAHOO: [&str; 11] = [
    "contractSymbol",
    "lastTradeDate",
    "strike",
    "lastPrice",
    "bid",
    "ask",
    "volume",
    "openInterest",
    "impliedVolatility",
    "optionType",
    "expirationDate",
];
const YAHOO_MORE: [&str; 9] = [
    "change",
    "percentChange",
    "inTheMoney",
    "contractSize",
    "currency",
    "days_to_expire",
    "time_to_expire_years",
    "underlyingPrice",
    "moneyness",
];

pub(crate) fn claims_chain(header: &Header) -> bool {
    header.is(&CHAIN, &CHAIN_MORE)
}

pub(crate) fn claims_eod(header: &Header) -> bool {
    header.is(&EOD, &EOD_MORE)
}

pub(crate) fn claims_yahoo(header: &Header) -> bool {
    header.is(&YAHOO, &YAHOO_MORE)
}

/// Columns that a quote's figures come from; a figure without a column is not known.
struct Figures {
    numbers: [Option<Column>; 7],
    counts: [Option<Column>; 4],
}

impl Figures {
    /// bid, ask, last, iv, delta, spot, `spot_parity`; then bid size, ask size, volume, open interest.
    fn find(csv: &Csv<'_>, numbers: [&str; 7], counts: [&str; 4]) -> Figures {
        let find = |name: &str| csv.header().find(name);
        Figures {
            numbers: numbers.map(find),
            counts: counts.map(find),
        }
    }

    fn fill(&self, csv: &Csv<'_>, quote: &mut Quote) -> Result<(), TapeError> {
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

fn right(csv: &Csv<'_>, column: Column) -> Result<Right, TapeError> {
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
struct Oddities {
    crossed: u64,
    no_bid: u64,
    zero_bid: u64,
}

impl Oddities {
    fn see(&mut self, quote: &Quote) {
        self.crossed += u64::from(quote.is_crossed());
        self.no_bid += u64::from(quote.bid.is_none() || quote.ask.is_none());
        self.zero_bid += u64::from(quote.bid == Some(0.0));
    }

    fn note(&self, sink: &mut Sink<'_>) {
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
    let mut odd = Oddities::default();
    while csv.next()? {
        csv.key(time);
        let stamp = stamps.read(csv.text(time)?);
        let at = stamp.map_err(|fault| csv.unlike(time, &fault.to_string()))?;
        let day = csv.date(expiration)?;
        let mut quote = Quote::blank(at, day, csv.number(strike)?, right(&csv, kind)?);
        figures.fill(&csv, &mut quote)?;
        odd.see(&quote);
        csv.place(sink.quote(&underlying(&csv, name)?, quote))?;
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
    let mut odd = Oddities::default();
    while csv.next()? {
        let day = csv.date(date)?;
        let at = close_of(day).ok_or_else(|| csv.unlike(date, "a day with a session"))?;
        let end = csv.date(expiration)?;
        let mut quote = Quote::blank(at, end, csv.number(strike)?, right(&csv, kind)?);
        figures.fill(&csv, &mut quote)?;
        odd.see(&quote);
        csv.place(sink.quote(&underlying(&csv, name)?, quote))?;
    }
    odd.note(sink);
    sink.note("dates without an hour: taken as known at the session's close");
    sink.zone("America/New_York");
    Ok(csv.rows())
}

/// The scheduled close of the session on a date.
fn close_of(date: Date) -> Option<Time> {
    let close = calendar::close_time(date)?;
    Time::from_exchange(date, close.hour(), close.minute())
}

/// Yahoo's chain says neither when it was taken nor of what; both follow from its rows.
pub(crate) fn yahoo(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let at = match source.options.as_of {
        Some(at) => at,
        None => snapshot(source, sink)?,
    };
    let mut csv = source.csv()?;
    let [contract, strike, kind, expiration] = columns(
        &csv,
        ["contractSymbol", "strike", "optionType", "expirationDate"],
    )?;
    let figures = Figures::find(
        &csv,
        [
            "bid",
            "ask",
            "lastPrice",
            "impliedVolatility",
            "delta",
            "underlyingPrice",
            "spot_parity",
        ],
        ["bid_size", "ask_size", "volume", "openInterest"],
    );
    let mut odd = Oddities::default();
    while csv.next()? {
        let quoted = (
            csv.date(expiration)?,
            csv.number(strike)?,
            right(&csv, kind)?,
        );
        let parsed = osi(csv.text(contract)?);
        let Some((root, _)) = parsed.filter(|(_, named)| *named == quoted) else {
            let (day, strike, right) = quoted;
            let expected = format!("a contract symbol of the row's own {day} {strike} {right}");
            return Err(csv.unlike(contract, &expected));
        };
        let root = root.to_uppercase();
        let mut quote = Quote::blank(at, quoted.0, quoted.1, quoted.2);
        figures.fill(&csv, &mut quote)?;
        odd.see(&quote);
        csv.place(sink.quote(&root, quote))?;
    }
    odd.note(sink);
    sink.zone("America/New_York");
    Ok(csv.rows())
}

/// `SPY260211C00500000`: root, year, month, day, right, strike in thousandths of a dollar.
fn osi(symbol: &str) -> Option<(&str, (Date, f64, Right))> {
    let (root, rest) = symbol.split_at_checked(symbol.len().checked_sub(15)?)?;
    let digits = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())?
    };
    let (year, month, day) = (
        digits(rest.get(..2)?)?,
        digits(rest.get(2..4)?)?,
        digits(rest.get(4..6)?)?,
    );
    let right = match rest.get(6..7)? {
        "C" => Right::Call,
        "P" => Right::Put,
        _ => return None,
    };
    let strike = f64::from(digits(rest.get(7..)?)?) / 1000.0;
    let date = Date::from_ymd_opt(2000 + year.cast_signed(), month, day)?;
    (!root.is_empty()).then_some((root, (date, strike, right)))
}

/// The close of the day on which the chain was taken: the latest reading of an unknown hour, and so the one that flatters
/// least. The day is the expiration less the days to it. Whole days are counted down: seen at noon, what expires at
/// the day's end is −1 days away and what expires tomorrow is 0, so a count below 0 says that every one is a day short.
fn snapshot(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<Time, TapeError> {
    let mut csv = source.csv()?;
    let [expiration, traded] = columns(&csv, ["expirationDate", "lastTradeDate"])?;
    let Some(left) = csv.header().find("days_to_expire") else {
        return Err(csv.wrong(
            None,
            "no column days_to_expire",
            "the snapshot's time, given with --as-of",
        ));
    };
    let (mut day, mut short, mut latest) = (None, false, Time::MIN);
    let mut stamps = Stamps::new(Some(chrono_tz::UTC));
    while csv.next()? {
        let days = csv.number(left)?;
        if days.fract() != 0.0 || !(-1.0..=20_000.0).contains(&days) {
            return Err(csv.unlike(left, "whole days to expire, −1 or more"));
        }
        short |= days < 0.0;
        // One more than the count, which is never negative.
        let before = csv
            .date(expiration)?
            .checked_sub_days(Days::new((days + 1.0) as u64));
        if before.is_none() || day.is_some_and(|day| Some(day) != before) {
            let expected = "one day on which all rows were taken; give its time with --as-of";
            return Err(csv.unlike(left, expected));
        }
        day = before;
        if !csv.cell(traded).is_empty() {
            let stamp = stamps.read(csv.text(traded)?);
            latest = latest.max(stamp.map_err(|fault| csv.unlike(traded, &fault.to_string()))?);
        }
    }
    let day = if short {
        day
    } else {
        day.and_then(|day| day.succ_opt())
    };
    let Some((day, close)) = day.and_then(|day| Some((day, close_of(day)?))) else {
        let found = day.map_or("no day".to_owned(), |day| {
            format!("{day}, a day without a session")
        });
        return Err(csv.wrong(
            Some(left),
            &found,
            "the day of a session; give the snapshot's time with --as-of",
        ));
    };
    // Index options trade on for a quarter of an hour.
    if latest > close.plus_minutes(15) {
        let found = format!("a trade at {latest}, after the close of {day}");
        return Err(csv.wrong(
            Some(traded),
            &found,
            "trades before the snapshot; give its time with --as-of",
        ));
    }
    sink.note(format!(
        "the file does not say when it was taken: {day} follows from the days to expire, its last trade is of {latest}; \
         taken as known at the close, {close} (--as-of says otherwise)"
    ));
    Ok(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_symbols_by_hand() {
        let day = Date::from_ymd_opt(2026, 2, 11).unwrap();
        assert_eq!(
            osi("SPY260211C00500000"),
            Some(("SPY", (day, 500.0, Right::Call)))
        );
        assert_eq!(
            osi("IWM260211P00207500"),
            Some(("IWM", (day, 207.5, Right::Put)))
        );
        for wrong in [
            "",
            "260211C00500000",
            "SPY261311C00500000",
            "SPY260211X00500000",
            "SPY2602\u{e9}1C0050000",
            "SPY260211C+0500000",
        ] {
            assert_eq!(osi(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn half_days_close_at_one() {
        let day = |d| Date::from_ymd_opt(2025, 11, d).unwrap();
        assert_eq!(close_of(day(28)), Time::from_exchange(day(28), 13, 0));
        assert_eq!(close_of(day(27)), None);
    }
}
