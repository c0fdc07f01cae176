//! The same as JSON documents. docs/signals.md describes them; what is unknown is absent.

use std::collections::BTreeMap;

use lab::signals::{
    Debrief, Flag, Layer, Number, Profile, Rotation, Scoreboard, Sign, SignalHistory, SignalSheet,
    Size, When,
};
use market::{Date, Origin};
use serde::Serialize;
use serde_json::Value;

use crate::document::SCHEMA;
use crate::error::ReportError;

#[derive(Serialize)]
struct Head<'a> {
    schema: u32,
    stormproof: &'static str,
    simulated: bool,
    tape: &'a str,
    profile: &'a str,
    symbol: &'a str,
}

fn head<'a>(origin: &Origin, tape: &'a str, profile: &'a str, symbol: &'a str) -> Head<'a> {
    Head {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        simulated: *origin != Origin::Real,
        tape,
        profile,
        symbol,
    }
}

fn text(document: &impl Serialize) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}

/// Without what is unknown: a key that is absent, not one that is null.
fn known(value: &impl Serialize) -> Result<Value, ReportError> {
    fn prune(value: Value) -> Value {
        match value {
            Value::Object(map) => {
                let kept = map.into_iter().filter(|(_, value)| !value.is_null());
                Value::Object(kept.map(|(key, value)| (key, prune(value))).collect())
            }
            Value::Array(list) => Value::Array(list.into_iter().map(prune).collect()),
            other => other,
        }
    }
    Ok(prune(serde_json::to_value(value)?))
}

#[derive(Serialize)]
struct Sized {
    size: &'static str,
    why: &'static str,
    scale: f64,
}

impl Sized {
    fn of(size: Size, scale: f64) -> Self {
        Self {
            size: size.word(),
            why: size.why(),
            scale,
        }
    }
}

/// One session's reading, ending with a newline.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn signal_json(sheet: &SignalSheet) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        benchmark: &'a str,
        on: Date,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_session: Option<Date>,
        #[serde(skip_serializing_if = "Option::is_none")]
        previous_session: Option<Date>,
        #[serde(skip_serializing_if = "Option::is_none")]
        close_usd: Option<f64>,
        composite: Value,
        size: Sized,
        trend: Value,
        momentum: Value,
        breadth: Value,
        relative_strength: Value,
        rotation: Value,
        flags: BTreeMap<&'static str, bool>,
        context: Value,
        ahead: &'a [lab::signals::Coming],
        #[serde(skip_serializing_if = "Option::is_none")]
        earnings_season: Option<lab::signals::Season>,
        changes: Value,
        notes: &'a [String],
        thresholds: &'a Profile,
    }
    let reading = &sheet.reading;
    let flags = Flag::ALL.iter();
    text(&Document {
        head: head(
            &sheet.origin,
            &sheet.tape,
            &sheet.name,
            &sheet.profile.symbol,
        ),
        benchmark: &sheet.profile.benchmark,
        on: sheet.on,
        next_session: sheet.next,
        previous_session: sheet.previous,
        close_usd: reading.close_usd,
        composite: known(&reading.composite)?,
        size: Sized::of(reading.size, reading.size_scale),
        trend: known(&reading.trend)?,
        momentum: known(&reading.momentum)?,
        breadth: known(&reading.breadth)?,
        relative_strength: known(&reading.relative_strength)?,
        rotation: known(&reading.rotation)?,
        flags: flags
            .filter_map(|&f| Some((f.word(), reading.flag(f)?)))
            .collect(),
        context: known(&reading.context)?,
        ahead: &sheet.ahead,
        earnings_season: sheet.season,
        changes: known(&sheet.changes)?,
        notes: &sheet.notes,
        thresholds: &sheet.profile,
    })
}

/// A range of sessions, ending with a newline: states and numbers of each.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn history_json(history: &SignalHistory) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        sessions: Vec<Session>,
        notes: &'a [String],
        thresholds: &'a Profile,
    }
    #[derive(Serialize)]
    struct Session {
        on: Date,
        #[serde(skip_serializing_if = "Option::is_none")]
        composite: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sum: Option<i8>,
        layers: BTreeMap<&'static str, &'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rotation: Option<&'static str>,
        size: Sized,
        flags: BTreeMap<&'static str, bool>,
        numbers: BTreeMap<&'static str, f64>,
    }
    let columns = &history.columns;
    let session = |row: usize| {
        let size = *columns.size().get(row)?;
        let state = |&layer: &Layer| Some((layer.word(), columns.state(layer)[row]?.word()));
        let flag = |&flag: &Flag| Some((flag.word(), columns.flag(flag)[row]?));
        let number = |&number: &Number| Some((number.word(), columns.number(number).get(row)?));
        Some(Session {
            on: *history.dates.get(row)?,
            composite: columns.composite()[row].map(lab::signals::State::word),
            sum: columns.sum(row),
            layers: Layer::ALL.iter().filter_map(state).collect(),
            rotation: columns.rotation()[row].map(Rotation::word),
            size: Sized::of(size, size.scale(&history.profile().size)),
            flags: Flag::ALL.iter().filter_map(flag).collect(),
            numbers: Number::ALL.iter().filter_map(number).collect(),
        })
    };
    let symbol = &history.profile().symbol;
    text(&Document {
        head: head(&history.origin, &history.tape, &history.name, symbol),
        sessions: history.rows.clone().filter_map(session).collect(),
        notes: &history.notes,
        thresholds: history.profile(),
    })
}

/// A session against its reading, ending with a newline.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn debrief_json(debrief: &Debrief) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        on: Date,
        before: Date,
        session: lab::signals::SessionDid,
        composite: Value,
        composite_was: &'static str,
        size: Sized,
        layers: &'a [lab::signals::LayerCall],
        #[serde(skip_serializing_if = "Option::is_none")]
        first_warning: Option<Warning<'a>>,
        warnings: Vec<Warning<'a>>,
        lesson: &'a str,
        notes: &'a [String],
    }
    let reading = &debrief.reading;
    let warnings = || debrief.signs.iter().map(warning);
    text(&Document {
        head: head(
            &debrief.origin,
            &debrief.tape,
            &debrief.name,
            &debrief.symbol,
        ),
        on: debrief.on,
        before: debrief.before,
        session: debrief.did,
        composite: known(&reading.composite)?,
        composite_was: debrief.composite.word(),
        size: Sized::of(reading.size, reading.size_scale),
        layers: &debrief.layers,
        first_warning: warnings().next(),
        warnings: warnings().collect(),
        lesson: &debrief.lesson,
        notes: &debrief.notes,
    })
}

#[derive(Serialize)]
struct Warning<'a> {
    what: lab::signals::SignOf,
    symbol: &'a str,
    level_usd: f64,
    price_usd: f64,
    /// `open`, `bar`, `close`, `daily`: what tells the time.
    timed_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_new_york: Option<String>,
    bars: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    benchmark: Option<&'a lab::signals::Beside>,
}

fn warning(sign: &Sign) -> Warning<'_> {
    let (timed_by, time) = match sign.when {
        When::Open(time) => ("open", Some(time)),
        When::By(time) => ("bar", Some(time)),
        When::SomeTime => ("daily", None),
        When::Close(time) => ("close", Some(time)),
    };
    let local = time.and_then(market::Time::exchange);
    Warning {
        what: sign.of,
        symbol: &sign.symbol,
        level_usd: sign.level_usd,
        price_usd: sign.price_usd,
        timed_by,
        by_new_york: local.map(|local| local.format("%H:%M").to_string()),
        bars: sign.bars.to_string(),
        benchmark: sign.benchmark.as_ref(),
    }
}

/// A scoreboard, ending with a newline.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn scoreboard_json(board: &Scoreboard) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        first: Date,
        last: Date,
        sessions: usize,
        rose: f64,
        fell: f64,
        mean_close_to_close: f64,
        mean_open_to_close: f64,
        rows: &'a [lab::signals::BoardRow],
        notes: &'a [String],
    }
    text(&Document {
        head: head(&board.origin, &board.tape, &board.name, &board.symbol),
        first: board.first,
        last: board.last,
        sessions: board.sessions,
        rose: board.rose,
        fell: board.fell,
        mean_close_to_close: board.mean_close_to_close,
        mean_open_to_close: board.mean_open_to_close,
        rows: &board.rows,
        notes: &board.notes,
    })
}
