//! The first look over a file of bars: each symbol's survey, and what it says of the zone of the stamps.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::error::TapeError;
use crate::import::sink::Refusal;
use crate::import::source::{Medium, Source};
use crate::import::survey::{Stamped, Survey};
use crate::import::vendors::stream::{Need, Row, Shape, each_bar};

/// Zones that bars of New York are written in by mistake or by another clock.
const ZONES: [Tz; 6] = [
    chrono_tz::America::New_York,
    chrono_tz::UTC,
    chrono_tz::America::Chicago,
    chrono_tz::America::Los_Angeles,
    chrono_tz::Europe::London,
    chrono_tz::Europe::Berlin,
];

/// What there is to know of a file before its bars are taken.
pub(super) struct Surveys {
    pub(super) by_symbol: BTreeMap<String, Survey>,
    /// Symbols that the file spells in another way too, with that.
    pub(super) spelled: BTreeMap<String, String>,
}

impl Surveys {
    /// `has_daily` says of which symbols there are daily bars already, so that closes of others need not be kept.
    pub(super) fn of(
        source: &Source<'_>,
        shape: &Shape,
        zone: Option<Tz>,
        stamped: Stamped,
        own: &str,
        has_daily: &dyn Fn(&str) -> bool,
    ) -> Result<Surveys, TapeError> {
        let mut surveys = Surveys {
            by_symbol: BTreeMap::new(),
            spelled: BTreeMap::new(),
        };
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let (mut before, mut folded) = (String::new(), String::new());
        each_bar(source, shape, zone, Need::Close, &mut |row: Row<'_>| {
            let symbol = row.symbol.unwrap_or(own);
            if before != symbol || first.is_empty() {
                before.clear();
                before.push_str(symbol);
                fold(symbol, &mut folded);
                let spelling = first.entry(folded.clone());
                let spelling = spelling.or_insert_with(|| symbol.to_owned());
                if spelling != symbol {
                    let other = if *symbol == folded {
                        spelling.as_str()
                    } else {
                        symbol
                    };
                    surveys.spelled.insert(folded.clone(), other.to_owned());
                }
            }
            if let Some(survey) = surveys.by_symbol.get_mut(&folded) {
                survey.see(row.stamp, row.bar[3]);
            } else {
                let mut survey = Survey::new(stamped).with_closes(has_daily(&folded));
                survey.see(row.stamp, row.bar[3]);
                surveys.by_symbol.insert(folded.clone(), survey);
            }
            Ok(())
        })?;
        Ok(surveys)
    }
}

/// A symbol as tapes spell it; most rows have that of the row before.
pub(super) fn fold(symbol: &str, folded: &mut String) {
    if symbol != folded {
        folded.clear();
        folded.extend(symbol.chars().flat_map(char::to_uppercase));
    }
}

/// Refuses a zone in which most sessions lack their first or last hour while bars lie outside of them, if there is
/// another in which nearly all sessions are whole: the caller named the wrong one.
pub(super) fn in_its_zone(
    source: &Source<'_>,
    shape: &Shape,
    stamped: Stamped,
    own: &str,
    surveys: &BTreeMap<String, Survey>,
) -> Result<(), TapeError> {
    let Some(said) = source.options.zone else {
        return Ok(());
    };
    let (whole, all) = whole_sessions(surveys);
    if 2 * whole >= all || !surveys.values().any(Survey::extended) {
        return Ok(());
    }
    for zone in ZONES.into_iter().filter(|zone| *zone != said) {
        // In some zone a stamp may be of an hour that its clocks never showed.
        let Ok(other) = Surveys::of(source, shape, Some(zone), stamped, own, &|_| false) else {
            continue;
        };
        let (better, of) = whole_sessions(&other.by_symbol);
        if 10 * better >= 9 * of {
            return Err(TapeError::NotTapeData {
                file: source.name(),
                reason: format!(
                    "in the zone {said} {} of {all} sessions lack their first or last hour while bars lie outside of them, in {zone} {better} of {of} are whole: say --zone {zone}",
                    all - whole
                ),
            });
        }
    }
    Ok(())
}

fn whole_sessions(surveys: &BTreeMap<String, Survey>) -> (usize, usize) {
    let each = surveys.values().map(Survey::whole_sessions);
    each.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// What the report says of the zone: the stamps' own offsets, if the first one has one.
pub(super) fn told_zone(
    source: &Source<'_>,
    shape: &Shape,
    zone: Option<Tz>,
) -> Result<String, TapeError> {
    if source.medium()? == Medium::Parquet && zone.is_none() {
        return Ok("UTC".to_owned());
    }
    let Some(zone) = zone else {
        return Ok("offset in each stamp".to_owned());
    };
    let own = each_bar(source, shape, None, Need::Close, &mut |_| Err(first_row()));
    Ok(match own {
        // A stamp that names no offset fails before the row is reached.
        Err(TapeError::Nothing { .. }) | Ok(_) => "offset in each stamp".to_owned(),
        Err(_) => zone.name().to_owned(),
    })
}

fn first_row() -> Refusal {
    Refusal::Tape(TapeError::Nothing {
        path: String::new(),
        reason: String::new(),
    })
}
