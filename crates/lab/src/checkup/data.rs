//! What a plan reads of a tape, beside what the tape holds.

use market::{Date, Fields, Interval, Origin};
use serde::Serialize;
use tape::{Entry, Sort, Tape};

use crate::error::Error;
use crate::needs::Needs;

/// Something a plan reads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataNeed {
    /// `bars`, `series`, `events`, `dividends`, `splits`.
    pub kind: &'static str,
    /// The symbol, the series or the kind of event.
    pub name: String,
    /// Of bars, their interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Of bars, the columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<&'static str>,
    /// Coarser bars that are made of these, because the tape lacks them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<Interval>,
    /// True if the plan cannot do without. A tape may lack dividends and splits.
    pub required: bool,
    /// True if the tape has it.
    pub found: bool,
    /// First date the tape has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Date>,
    /// Last date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
}

/// Everything that is read, and the worst origin of what is there.
pub(super) fn found(needs: &Needs, tape: &Tape) -> Result<(Vec<DataNeed>, Origin), Error> {
    let catalog = tape.catalog()?;
    let want = &needs.want;
    let mut data = Vec::new();
    for bars in &want.bars {
        let made = needs.resampled.iter();
        let made = made.filter(|one| one.symbol == bars.symbol && one.from == bars.interval);
        data.push(DataNeed {
            interval: Some(bars.interval),
            columns: columns(bars.fields),
            makes: made.map(|one| one.to).collect(),
            ..need("bars", &bars.symbol)
        });
    }
    let others = [
        ("series", &want.series),
        ("events", &want.events),
        ("dividends", &want.dividends),
        ("splits", &want.splits),
    ];
    for (kind, names) in others {
        data.extend(names.iter().map(|name| need(kind, name)));
    }
    let mut origin = Origin::Real;
    for need in &mut data {
        let holding: Vec<&Entry> = catalog.iter().filter(|entry| is(entry, need)).collect();
        for entry in holding {
            need.found = true;
            need.first = earliest(need.first, entry.first);
            need.last = need.last.max(entry.last);
            if entry.origin != Origin::Real {
                origin = entry.origin.clone();
            }
        }
    }
    Ok((data, origin))
}

fn need(kind: &'static str, name: &str) -> DataNeed {
    DataNeed {
        kind,
        name: name.to_owned(),
        interval: None,
        columns: Vec::new(),
        makes: Vec::new(),
        required: !matches!(kind, "dividends" | "splits"),
        found: false,
        first: None,
        last: None,
    }
}

fn earliest(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    a.zip(b).map(|(a, b)| a.min(b)).or(a).or(b)
}

/// True for a file that holds what is needed; one of many symbols may.
fn is(entry: &Entry, need: &DataNeed) -> bool {
    let kind = match entry.sort {
        Sort::Bars => "bars",
        Sort::Series => "series",
        Sort::Events => "events",
        Sort::Dividends => "dividends",
        Sort::Splits => "splits",
        _ => return false,
    };
    let named = entry.name.as_ref().is_none_or(|name| *name == need.name);
    kind == need.kind && named && entry.interval == need.interval
}

fn columns(fields: Fields) -> Vec<&'static str> {
    let all = [
        (Fields::OPEN, "open"),
        (Fields::HIGH, "high"),
        (Fields::LOW, "low"),
        (Fields::CLOSE, "close"),
        (Fields::VOLUME, "volume"),
    ];
    let chosen = all.iter().filter(|(field, _)| fields.has(*field));
    chosen.map(|(_, name)| *name).collect()
}
