//! What a reading would have needed and did not get, and why.

use indicators::Column;
use market::{Date, Interval, Series, Snapshot};
use signals::{BreadthSource, Inputs, Profile, Published};

use crate::breadth::UniverseBreadth;

/// One source of a profile: what it is for, and what each row sees of it.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    name: String,
    serves: &'static str,
    held: Option<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    dates: Vec<Date>,
    seen: Column,
}

/// Every source of the profile, in the order in which a reader would miss them.
pub(super) fn feeds(
    profile: &Profile,
    inputs: &Inputs<'_>,
    snapshot: &Snapshot,
    counted: Option<&(Series, UniverseBreadth)>,
) -> Vec<Feed> {
    let context = &profile.context;
    let column = |published: &Option<Published>| published.as_ref().map(Published::column);
    let breadth = match &profile.breadth.source {
        BreadthSource::Series(name) | BreadthSource::Universe(name) => name,
    };
    let of_series = |name: &str| snapshot.series_of(name).map(|series| series.date.clone());
    let breadth_dates = counted.map(|(series, _)| series.date.clone());
    let benchmark_dates = || {
        let bars = snapshot.bars_of(&profile.benchmark, Interval::Day)?;
        let date = |&ordinal: &u32| snapshot.sessions.get(ordinal as usize).map(|s| s.date);
        Some(
            bars.session()
                .iter()
                .filter_map(date)
                .collect::<Vec<Date>>(),
        )
    };
    let feed = |name: &str, serves, dates: Option<Vec<Date>>, seen: Option<Column>| Feed {
        name: name.to_owned(),
        serves,
        held: dates.zip(seen).map(|(dates, seen)| Held { dates, seen }),
    };
    let benchmark = inputs.benchmark.as_ref().map(|b| b.close.clone());
    let mut feeds = vec![
        feed(
            breadth,
            "breadth",
            breadth_dates.or_else(|| of_series(breadth)),
            column(&inputs.breadth),
        ),
        feed(
            &profile.benchmark,
            "relative strength, rotation",
            benchmark_dates(),
            benchmark,
        ),
    ];
    for (name, serves, seen) in [
        (
            &context.short_rate_series,
            "curve slope",
            &inputs.short_rate_pct,
        ),
        (
            &context.long_rate_series,
            "curve slope",
            &inputs.long_rate_pct,
        ),
        (&context.credit_series, "credit spread", &inputs.credit_pct),
        (
            &context.volatility_series,
            "volatility ratio",
            &inputs.volatility,
        ),
        (
            &context.benchmark_volatility_series,
            "volatility ratio and term",
            &inputs.benchmark_volatility,
        ),
        (
            &context.near_volatility_series,
            "volatility term",
            &inputs.near_volatility,
        ),
        (
            &context.far_volatility_series,
            "volatility term",
            &inputs.far_volatility,
        ),
    ] {
        feeds.push(feed(name, serves, of_series(name), seen.clone()));
    }
    let name = &context.short_interest_series;
    feeds.push(feed(
        name,
        "short interest",
        of_series(name),
        column(&inputs.short_interest),
    ));
    feeds
}

/// What the row does not see: sources the tape lacks in one sentence, then one for each whose values are too old.
pub(super) fn notes_at(feeds: &[Feed], on: Date, row: usize) -> Vec<String> {
    let mut notes: Vec<String> = absent(feeds).into_iter().collect();
    notes.extend(feeds.iter().filter_map(|feed| feed.stale(on, row)));
    notes
}

/// The same of many rows: how many of them miss a source that the tape has.
pub(super) fn notes_of(feeds: &[Feed], rows: std::ops::Range<usize>) -> Vec<String> {
    let mut notes: Vec<String> = absent(feeds).into_iter().collect();
    for feed in feeds {
        let Some(held) = &feed.held else { continue };
        let missing = rows.clone().filter(|&i| held.seen.get(i).is_none()).count();
        if missing > 0 {
            notes.push(format!(
                "{} has no value on {missing} of {} sessions: {} unknown there",
                feed.name,
                rows.len(),
                feed.serves
            ));
        }
    }
    notes
}

fn absent(feeds: &[Feed]) -> Option<String> {
    let absent = feeds.iter().filter(|feed| feed.held.is_none());
    let absent: Vec<String> = absent
        .map(|feed| format!("{} ({})", feed.name, feed.serves))
        .collect();
    (!absent.is_empty()).then(|| format!("not on the tape, and so unknown: {}", absent.join(", ")))
}

impl Feed {
    /// Only what was known by then: whether values come later is nobody's business on that date.
    fn stale(&self, on: Date, row: usize) -> Option<String> {
        let held = self.held.as_ref()?;
        if held.seen.get(row).is_some() {
            return None;
        }
        let by_then = held.dates.partition_point(|&date| date <= on);
        let last = by_then.checked_sub(1).and_then(|i| held.dates.get(i));
        Some(match last {
            Some(last) => format!(
                "{} has no value for {on}, its last by then is of {last}: {} unknown",
                self.name, self.serves
            ),
            None => format!(
                "{} has no value by {on} yet: {} unknown",
                self.name, self.serves
            ),
        })
    }
}
