//! Calendars: dated events of a kind, and the exchange's own sessions, which are held against those by rule.

use chrono::Timelike;
use market::{Date, Event, calendar};

use crate::error::TapeError;
use crate::import::header::{Column, Header};
use crate::import::rows::Csv;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::stamp::clock_micros;

const FOMC: [&str; 4] = [
    "meeting_start",
    "decision_date",
    "type",
    "statement_time_et",
];
const CPI: [&str; 3] = ["release_date", "reference_month", "time_et"];
const RELEASES: [&str; 2] = ["release_date", "time_et"];
const NAMED_RELEASES: [&str; 4] = ["release_date", "event", "time_et", "basis"];
const RECONSTITUTION: [&str; 3] = ["reconstitution_date", "kind", "note"];
const SESSIONS: [&str; 4] = ["date", "open_et", "close_et", "early_close"];
const HOLIDAYS: [&str; 2] = ["date", "weekday"];

pub(crate) fn claims(header: &Header) -> bool {
    [&FOMC[..], &CPI, &RELEASES, &NAMED_RELEASES, &RECONSTITUTION]
        .iter()
        .any(|columns| header.is(columns, &[]))
}

pub(crate) fn claims_exchange(header: &Header) -> bool {
    header.is(&SESSIONS, &[]) || header.is(&HOLIDAYS, &[])
}

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let is = |columns: &[&str]| csv.header().is(columns, &[]);
    let (fomc, cpi, named) = (is(&FOMC), is(&CPI), is(&NAMED_RELEASES));
    let kind = if fomc {
        "fomc".to_owned()
    } else if cpi {
        "cpi".to_owned()
    } else if is(&RECONSTITUTION) {
        "reconstitution".to_owned()
    } else {
        // A list of releases does not say of what; its file's name does: `nfp_releases.csv`.
        kind(source)?
    };
    let find = |name: &str| csv.header().find(name);
    let date = find("decision_date")
        .or(find("release_date"))
        .or(find("reconstitution_date"));
    let date = date.map_or_else(|| csv.column("release_date"), Ok)?;
    let time = find("statement_time_et").or(find("time_et"));
    let word = find("type")
        .or(find("reference_month"))
        .or(find("event"))
        .or(find("kind"));
    let basis = find("basis").or(find("note"));
    while csv.next()? {
        let day = csv.date(date)?;
        let word = word
            .map(|column| csv.text(column))
            .transpose()?
            .unwrap_or_default();
        let label = if fomc {
            "FOMC decision".to_owned()
        } else if cpi {
            format!("CPI for {word}")
        } else if named || !word.is_empty() {
            word.to_owned()
        } else {
            format!("{kind} release")
        };
        let basis = basis.map(|column| csv.text(column)).transpose()?;
        let event = Event {
            date: day,
            time_et_minutes: time
                .map(|column| minutes(&csv, column))
                .transpose()?
                .flatten(),
            label,
            scheduled: !(fomc && word == "unscheduled"),
            basis: basis.filter(|basis| !basis.is_empty()).map(str::to_owned),
        };
        csv.place(sink.event(&kind, event))?;
    }
    sink.zone("America/New_York");
    Ok(csv.rows())
}

fn kind(source: &Source<'_>) -> Result<String, TapeError> {
    if let Some(given) = &source.options.symbol {
        return Ok(given.clone());
    }
    let stem = source
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let kind = stem.split('_').next().unwrap_or_default();
    if kind.is_empty() || kind.starts_with("release") {
        return Err(TapeError::Unnamed {
            file: source.name(),
        });
    }
    Ok(kind.to_owned())
}

/// `08:30` as minutes; `None` for an empty cell.
fn minutes(csv: &Csv<'_>, column: Column) -> Result<Option<u32>, TapeError> {
    const MINUTE: i64 = 60_000_000;
    let text = csv.text(column)?;
    if text.is_empty() {
        return Ok(None);
    }
    let whole = clock_micros(text).filter(|micros| micros % MINUTE == 0);
    match whole.and_then(|micros| u32::try_from(micros / MINUTE).ok()) {
        Some(minutes) => Ok(Some(minutes)),
        None => Err(csv.unlike(column, "a time of day like 08:30")),
    }
}

/// Stores nothing: the exchange's calendar is a rule of the program. Says whether the file agrees with it.
pub(crate) fn exchange(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let sessions = csv.header().is(&SESSIONS, &[]);
    let date = csv.column("date")?;
    let hours = csv
        .header()
        .find("open_et")
        .zip(csv.header().find("close_et"));
    let mut listed: Vec<Date> = Vec::new();
    let (mut differences, mut first) = (0_u64, None);
    while csv.next()? {
        let day = csv.date(date)?;
        listed.push(day);
        let mut differs = calendar::is_session(day) != sessions;
        if let Some((open, close)) = hours {
            let rule = calendar::close_time(day).map(|time| time.hour() * 60 + time.minute());
            differs |= minutes(&csv, open)? != Some(9 * 60 + 30) || minutes(&csv, close)? != rule;
        }
        if differs {
            differences += 1;
            first.get_or_insert(day);
        }
    }
    listed.sort_unstable();
    // What the rule has and the file leaves out, within the file's span.
    let span = listed.first().copied().zip(listed.last().copied());
    let days = span
        .into_iter()
        .flat_map(|(from, to)| from.iter_days().take_while(move |d| *d <= to));
    let closed_weekday = |day: Date| {
        !matches!(
            calendar::why_closed(day),
            None | Some(calendar::Closure::Weekend)
        )
    };
    for day in days {
        let expected = if sessions {
            calendar::is_session(day)
        } else {
            closed_weekday(day)
        };
        if expected && listed.binary_search(&day).is_err() {
            differences += 1;
            first = Some(first.map_or(day, |first: Date| first.min(day)));
        }
    }
    sink.note(match first {
        None => "agrees with the built-in calendar; nothing is stored".to_owned(),
        Some(first) => format!("differs from the built-in calendar on {differences} days, first on {first}; nothing is stored"),
    });
    Ok(csv.rows())
}
