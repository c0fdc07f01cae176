//! The last published value of a series.

use indicators::{Age, AsOf, Column};
use market::{Known, Series, Time};

use crate::clock::Clock;

/// The last value of `series` known at each instant of the clock.
///
/// A value may lag its normal publication by one session (a holiday of the source); older than that
/// it is no value.
pub fn last_level(clock: &Clock<'_>, series: &str) -> Column {
    let Some(series) = clock.snapshot.series_of(series) else {
        return Column::unknown(clock.len());
    };
    let (known_at, oldest) = series_known_at(clock, series);
    AsOf::join(&known_at, clock.bars.end(), Age::Since(&oldest)).column(&series.value)
}

/// When each value of a series becomes known, and for each instant of the clock how old one may be.
pub fn series_known_at(clock: &Clock<'_>, series: &Series) -> (Vec<Time>, Vec<Time>) {
    let table = &clock.snapshot.sessions;
    // A value dated on a day without a session (bond and index calendars differ) belongs to the next.
    let known_at: Vec<Time> = series
        .date
        .iter()
        .map(|&date| {
            let ordinal = table.on_or_after(date);
            match series.known {
                Known::Close => table.get(ordinal).map_or(Time::MAX, |s| s.close),
                Known::NextSession => {
                    let own = table.get(ordinal).is_some_and(|s| s.date == date);
                    table
                        .get(ordinal + usize::from(own))
                        .map_or(Time::MAX, |s| s.open)
                }
            }
        })
        .collect();
    let oldest = clock.closes_before(match series.known {
        Known::Close => 1,
        Known::NextSession => 2,
    });
    (known_at, oldest)
}
