//! Yahoo's chain of option quotes, which says neither when it was taken nor of what: both follow from its rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use market::{Date, Quote, Right, Time};

use crate::error::TapeError;
use crate::import::header::{Column, Header};
use crate::import::rows::Csv;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::stamp::Stamps;
use crate::import::vendors::columns;
use crate::import::vendors::options::{Figures, Oddities, close_of, right};
use crate::sheet::same;

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

pub(crate) fn claims(header: &Header) -> bool {
    header.is(&YAHOO, &YAHOO_MORE)
}

/// Trades in so many minutes before the last one that tell a chain which somebody was always trading in.
const BUSY_MINUTES: i64 = 10;
const BUSY_TRADES: usize = 60;

/// A chain is one the tape has already if at least this share of the contracts both have, in percent, is quoted alike.
const ALIKE_PERCENT: usize = 95;

/// What a contract is, its strike by its bits.
type Contract = (Date, u64, Right);

/// Bid and ask by contract.
type Quoted = BTreeMap<Contract, [Option<f64>; 2]>;

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let at = match source.options.as_of {
        Some(at) => at,
        None => Trades::see(source)?.snapshot(sink),
    };
    let kept_already = twins(source, sink, at)?;
    let mut csv = source.csv()?;
    let places = Places::find(&csv)?;
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
    let mut stamps = Stamps::new(Some(chrono_tz::UTC));
    let mut odd = Oddities::default();
    while csv.next()? {
        if let Some(traded) = places.traded(&csv, &mut stamps)?.filter(|&t| t > at) {
            let expected = format!(
                "trades no later than {at}, when the chain is said to have been taken (--as-of); this one is of {traded}"
            );
            return Err(csv.unlike(places.traded, &expected));
        }
        let (root, (expiration, strike, right)) = places.contract(&mut csv)?;
        if kept_already.contains(&root) {
            continue;
        }
        let mut quote = Quote::blank(at, expiration, strike, right);
        figures.fill(&csv, &mut quote)?;
        odd.see(&quote);
        csv.place(sink.quote(&root, quote))?;
    }
    odd.note(sink);
    sink.zone("America/New_York");
    Ok(csv.rows())
}

/// The columns of a row that say which contract it is and when it was last traded.
struct Places {
    contract: Column,
    strike: Column,
    kind: Column,
    expiration: Column,
    traded: Column,
}

impl Places {
    fn find(csv: &Csv<'_>) -> Result<Places, TapeError> {
        let [contract, strike, kind, expiration, traded] = columns(
            csv,
            [
                "contractSymbol",
                "strike",
                "optionType",
                "expirationDate",
                "lastTradeDate",
            ],
        )?;
        Ok(Places {
            contract,
            strike,
            kind,
            expiration,
            traded,
        })
    }

    /// The root, as tapes spell it, and the contract, which the contract's symbol must tell too.
    fn contract(&self, csv: &mut Csv<'_>) -> Result<(String, (Date, f64, Right)), TapeError> {
        let quoted = (
            csv.date(self.expiration)?,
            csv.number(self.strike)?,
            right(csv, self.kind)?,
        );
        let parsed = osi(csv.text(self.contract)?);
        if let Some((root, _)) = parsed.filter(|(_, named)| *named == quoted) {
            return Ok((root.to_uppercase(), quoted));
        }
        let (day, strike, right) = quoted;
        let expected = format!("a contract symbol of the row's own {day} {strike} {right}");
        Err(csv.unlike(self.contract, &expected))
    }

    fn traded(&self, csv: &Csv<'_>, stamps: &mut Stamps) -> Result<Option<Time>, TapeError> {
        if csv.cell(self.traded).is_empty() {
            return Ok(None);
        }
        let stamp = stamps.read(csv.text(self.traded)?);
        let stamp = stamp.map_err(|fault| csv.unlike(self.traded, &fault.to_string()))?;
        Ok(Some(stamp))
    }
}

/// The roots whose quotes the tape, or a file read before, has of the same day and of another time, with the same bids
/// and asks: one chain, whose time is known there. Where the caller says the time, both are kept and it is said.
fn twins(
    source: &Source<'_>,
    sink: &mut Sink<'_>,
    at: Time,
) -> Result<BTreeSet<String>, TapeError> {
    let mut csv = source.csv()?;
    let places = Places::find(&csv)?;
    let [bid, ask] = columns(&csv, ["bid", "ask"])?;
    let mut roots: BTreeMap<String, Quoted> = BTreeMap::new();
    while csv.next()? {
        let (root, (expiration, strike, right)) = places.contract(&mut csv)?;
        let quote = [csv.maybe_number(bid)?, csv.maybe_number(ask)?];
        let contract = (expiration, strike.to_bits(), right);
        roots.entry(root).or_default().insert(contract, quote);
    }
    let mut kept_already = BTreeSet::new();
    for (root, ours) in roots {
        let mut by_time: BTreeMap<Time, Quoted> = BTreeMap::new();
        for q in sink.quotes_beside(&root, at)? {
            let contract = (q.expiration, q.strike.to_bits(), q.right);
            let chain = by_time.entry(q.time).or_default();
            chain.insert(contract, [q.bid, q.ask]);
        }
        // At the same time they are the same rows, which a merge compares.
        if by_time.contains_key(&at) {
            continue;
        }
        let twin = by_time
            .iter()
            .find_map(|(&time, theirs)| Some((time, alike(&ours, theirs)?)));
        let Some((time, (equal, shared))) = twin else {
            continue;
        };
        let same = format!(
            "{root}: bid and ask of {equal} of {shared} contracts are those of the chain of {time}"
        );
        if source.options.as_of.is_some() {
            sink.note(format!(
                "{same}: one of the two times is wrong (kept at {at}, as --as-of says)"
            ));
        } else {
            sink.note(format!(
                "{same}: the same chain, which is not kept a second time"
            ));
            kept_already.insert(root);
        }
    }
    Ok(kept_already)
}

/// Contracts quoted alike and contracts in both, if that makes the two one chain.
fn alike(ours: &Quoted, theirs: &Quoted) -> Option<(usize, usize)> {
    let one = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    let both = ours
        .iter()
        .filter_map(|(contract, ours)| Some((ours, theirs.get(contract)?)));
    let (mut equal, mut shared) = (0, 0);
    for (ours, theirs) in both {
        shared += 1;
        equal += usize::from(one(ours[0], theirs[0]) && one(ours[1], theirs[1]));
    }
    let enough = 2 * shared >= ours.len() && 100 * equal >= ALIKE_PERCENT * shared;
    (shared > 0 && enough).then_some((equal, shared))
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

/// What the rows tell of the time at which they were taken.
struct Trades {
    day: Date,
    close: Time,
    latest: Time,
    /// Contracts last traded in the minutes up to the latest trade.
    recent: usize,
}

impl Trades {
    /// The day is the expiration less the days to it. Whole days are counted down: seen at noon, what expires at the
    /// day's end is −1 days away and what expires tomorrow is 0, so a count below 0 says that every one is a day short.
    fn see(source: &Source<'_>) -> Result<Trades, TapeError> {
        let mut csv = source.csv()?;
        let places = Places::find(&csv)?;
        let Some(left) = csv.header().find("days_to_expire") else {
            return Err(csv.wrong(
                None,
                "no column days_to_expire",
                "the snapshot's time, given with --as-of",
            ));
        };
        let (mut day, mut short, mut trades) = (None, false, Vec::new());
        let mut stamps = Stamps::new(Some(chrono_tz::UTC));
        while csv.next()? {
            let days = csv.number(left)?;
            if days.fract() != 0.0 || !(-1.0..=20_000.0).contains(&days) {
                return Err(csv.unlike(left, "whole days to expire, −1 or more"));
            }
            short |= days < 0.0;
            // One more than the count, which is never negative.
            let before = csv
                .date(places.expiration)?
                .checked_sub_days(Days::new((days + 1.0) as u64));
            if before.is_none() || day.is_some_and(|day| Some(day) != before) {
                let expected = "one day on which all rows were taken; give its time with --as-of";
                return Err(csv.unlike(left, expected));
            }
            day = before;
            trades.extend(places.traded(&csv, &mut stamps)?);
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
        let latest = trades.iter().copied().max().unwrap_or(Time::MIN);
        // Index options trade on for a quarter of an hour.
        if latest > close.plus_minutes(15) {
            let found = format!("a trade at {latest}, after the close of {day}");
            return Err(csv.wrong(
                Some(places.traded),
                &found,
                "trades before the snapshot; give its time with --as-of",
            ));
        }
        let since = Time(latest.micros().saturating_sub(BUSY_MINUTES * MINUTE));
        Ok(Trades {
            day,
            close,
            latest,
            recent: trades.iter().filter(|&&t| t > since).count(),
        })
    }

    /// When the quotes can be taken as known, never before they were. Where somebody trades every few seconds, the last
    /// trade tells it to the minute; elsewhere the last trade may be hours old, and only the close is late enough.
    fn snapshot(&self, sink: &mut Sink<'_>) -> Time {
        let minute = self.latest.micros().saturating_add(MINUTE - 1) / MINUTE * MINUTE;
        let today = self.latest.exchange_date() == Some(self.day);
        let busy = today && self.recent >= BUSY_TRADES;
        let (at, why) = if busy {
            (Time(minute), "the next whole minute")
        } else {
            let late = Time(minute).max(self.close);
            (late, "the close, as too little was traded to tell")
        };
        let latest = if self.latest == Time::MIN {
            "without trades".to_owned()
        } else {
            format!("last trade {}", self.latest)
        };
        sink.note(format!(
            "the file does not say when it was taken: {} follows from the days to expire, {latest}; \
             taken as known at {at}, {why} (--as-of says otherwise)",
            self.day
        ));
        at
    }
}

const MINUTE: i64 = 60_000_000;

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
}
