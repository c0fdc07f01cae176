//! A log as it was read: what was traded, what is open, what was left out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use market::Side;
use serde::Serialize;

use crate::clock;
use crate::error::JournalError;
use crate::execution::{Effect, Execution};
use crate::format::Format;
use crate::formats::{self, Reading};
use crate::map::ColumnMap;
use crate::round_trip::{OpenPosition, RoundTrip, round_trips};
use crate::sheet;

/// How to read a log.
#[derive(Clone, Debug)]
pub struct ReadOptions<'a> {
    /// The symbol that matters; all others are counted and left out.
    pub symbol: &'a str,
    /// Whose log it is; known by its header if absent.
    pub format: Option<Format>,
    /// Which column is which; makes the format [`Format::Map`].
    pub map: Option<&'a ColumnMap>,
    /// The form of times, in strftime's letters; known forms are tried if absent.
    pub time_format: Option<&'a str>,
    /// The IANA zone of its times; the format's own if absent.
    pub zone: Option<&'a str>,
}

/// What was not used, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Trades of other symbols.
    pub other_symbols: BTreeMap<String, usize>,
    /// Trades of options and other things that are no shares.
    pub not_shares: usize,
    /// Orders that were cancelled, rejected or never filled.
    pub undone: usize,
    /// Executions that stand in the log twice.
    pub duplicates: usize,
    /// Parts of rows already counted: fills beneath their order, lots beneath their fill.
    pub details: usize,
    /// Dividends, transfers, interest, splits and whatever else is no trade.
    pub no_trades: usize,
    /// Totals and subtotals.
    pub totals: usize,
    /// Sales of shares bought before the log begins (or the reverse).
    pub unopened: usize,
}

/// A log of one symbol.
#[derive(Clone, Debug)]
pub struct Log {
    /// Whose it is.
    pub format: Format,
    /// The zone its times were read in.
    pub zone: String,
    /// True if the user named that zone, or the times say it themselves.
    pub zone_known: bool,
    /// True if every trade has times of day.
    pub exact: bool,
    /// Executions in order of time.
    pub executions: Vec<Execution>,
    /// Closed trades, flat to flat, in order of their entries.
    pub trips: Vec<RoundTrip>,
    /// What is not closed at the log's end.
    pub open: Option<OpenPosition>,
    /// What was left out.
    pub left_out: LeftOut,
    /// What it should be read with, in sentences.
    pub notes: Vec<String>,
}

/// Reads a log.
///
/// # Errors
/// With the line and the column: what is no number, no time or no side; a header nobody knows; a zone that is none; one
/// execution with two meanings.
pub fn read(bytes: &[u8], options: &ReadOptions<'_>) -> Result<Log, JournalError> {
    let rows = sheet::rows(bytes)?;
    let format = match (options.format, options.map) {
        (None | Some(Format::Map), Some(_)) => Format::Map,
        (Some(format), None) => format,
        (Some(format), Some(_)) => {
            return Err(JournalError::whole(
                format!(
                    "--map and --log-format {} contradict each other",
                    format.word()
                ),
                "give one of them",
            ));
        }
        (None, None) => Format::of(&rows)?,
    };
    let zone = match options.zone {
        Some(name) => named_zone(name)?,
        None => format.zone(),
    };
    let reading = Reading {
        symbol: options.symbol,
        zone,
        time_format: options.time_format,
        map: options.map,
    };
    let mut taken = formats::take(format, &rows, &reading)?;
    drop_duplicates(&mut taken.executions, &mut taken.left_out)?;
    into_order(&mut taken.executions, format == Format::Schwab);
    let offsets = taken.offsets_in_cells;
    let exact = taken.executions.iter().all(|e| e.exact) && taken.trips.iter().all(|t| t.exact);
    let sold_before = sold_before(&mut taken.executions);
    let made = round_trips(&taken.executions);
    taken.left_out.unopened += made.unopened;
    let mut trips = taken.trips;
    trips.extend(made.trips);
    trips.sort_by_key(|trip| (trip.entry_time, trip.line));
    for (number, trip) in trips.iter_mut().enumerate() {
        trip.number = number + 1;
    }
    let mut notes = taken.notes;
    if sold_before > 0 {
        notes.push(format!(
            "sales before the log's first purchase: {sold_before}; read as sales of shares bought before the log, by its words or because it then ends flat"
        ));
    }
    if made.netted > 0 {
        notes.push(format!(
            "{} orders to open the other side while a position was on were netted against it: an account cannot be long and short at once",
            made.netted
        ));
    }
    let zone_known = options.zone.is_some() || offsets || !format.zone_is_a_guess();
    notes.extend(about_time(format, zone, zone_known, exact, &taken.locals));
    Ok(Log {
        format,
        zone: zone.name().to_owned(),
        zone_known,
        exact,
        executions: taken.executions,
        trips,
        open: made.open,
        left_out: taken.left_out,
        notes,
    })
}

fn named_zone(name: &str) -> Result<Tz, JournalError> {
    name.parse().map_err(|_| {
        JournalError::whole(
            format!(
                "--timezone {}: no zone of that name",
                crate::error::shown(name)
            ),
            "write an IANA name: America/New_York, America/Chicago, Europe/London, UTC",
        )
    })
}

/// What a reader should know of the log's times.
fn about_time(
    format: Format,
    zone: Tz,
    zone_known: bool,
    exact: bool,
    locals: &[NaiveDateTime],
) -> Vec<String> {
    let mut notes = Vec::new();
    if !exact {
        notes.push("the log gives dates without times of day: entries and exits are compared by session, late and early within a session cannot be told apart, and the order of trades on one day is the file's".to_owned());
    } else if !zone_known {
        notes.push(format!(
            "a log of {} does not say its time zone: read as {}; --timezone names another",
            format.title(),
            zone.name()
        ));
    }
    let outside = locals
        .iter()
        .filter(|local| !clock::instant(**local, zone).is_some_and(clock::in_session))
        .count();
    if outside > 0 {
        let guess = clock::fitting_zone(locals).filter(|found| *found != zone);
        let hint = guess.map_or_else(
            || {
                "trades outside regular hours are compared with the session of their date"
                    .to_owned()
            },
            |found| {
                format!(
                    "read as {0} all of them lie inside: --timezone {0}",
                    found.name()
                )
            },
        );
        notes.push(format!(
            "{outside} of {} times lie outside every session's hours (09:30 to 16:00 New York) when read as {}: {hint}",
            locals.len(),
            zone.name()
        ));
    }
    notes
}

/// One execution twice is dropped; one name for two executions is refused.
fn drop_duplicates(
    executions: &mut Vec<Execution>,
    left_out: &mut LeftOut,
) -> Result<(), JournalError> {
    let mut seen: BTreeMap<String, Execution> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for execution in executions.iter() {
        let Some(id) = execution.id.clone() else {
            continue;
        };
        let Some(first) = seen.get(&id) else {
            seen.insert(id, execution.clone());
            continue;
        };
        let equal = (first.time, first.side) == (execution.time, execution.side)
            && first.quantity == execution.quantity
            && first.price == execution.price;
        if !equal {
            return Err(JournalError::at(
                execution.line,
                format!(
                    "execution {} stands on line {} too, with another time, side, quantity or price",
                    crate::error::shown(&id),
                    first.line
                ),
                "export the log again; if the column is the order's and not the execution's, leave it out of --map",
            ));
        }
        twice.insert(execution.line);
    }
    left_out.duplicates += twice.len();
    executions.retain(|execution| !twice.contains(&execution.line));
    Ok(())
}

/// Marks the plain sales in front of the first purchase as closing, where the log has words of its own for shorts, or ends flat
/// without these sales and not with them: read as a short, one share sold from before the log would turn all that follows upside down.
fn sold_before(executions: &mut [Execution]) -> usize {
    let plain = |e: &&Execution| e.side == Side::Sell && e.effect == Effect::Unsaid;
    let leading = executions.iter().take_while(plain).count();
    if leading == 0 {
        return 0;
    }
    let net = |executions: &[Execution]| {
        let signed = executions.iter().map(|e| e.side.sign() * e.quantity);
        signed.sum::<f64>().abs()
    };
    let shorts = |e: &Execution| {
        matches!(
            (e.side, e.effect),
            (Side::Sell, Effect::Open) | (Side::Buy, Effect::Close)
        )
    };
    let flat = |shares: f64| shares < 1e-6;
    let before = executions.iter().any(shorts)
        || (flat(net(&executions[leading..])) && !flat(net(executions)));
    if !before || leading == executions.len() {
        return 0;
    }
    for execution in &mut executions[..leading] {
        execution.effect = Effect::Close;
    }
    leading
}

/// By time; what has the same time keeps the file's order, turned round where the file begins with the newest, or has one
/// time only and its broker's habit is to.
fn into_order(executions: &mut [Execution], habit: bool) {
    let newest_first = executions
        .first()
        .zip(executions.last())
        .is_some_and(|(first, last)| first.time > last.time || (habit && first.time == last.time));
    if newest_first {
        executions.reverse();
    }
    executions.sort_by_key(|execution| execution.time);
}
