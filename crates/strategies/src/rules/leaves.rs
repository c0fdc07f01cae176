//! Values that are given: bars, the session, the calendar.

use indicators::{Column, Mask};
use language::{EventWord, Field, Leaf, Program};
use market::{Bars, Event, Session, Time};

use super::rows::{Of, Rows};
use super::truth::Truth;
use super::values::Stored;
use crate::clock::Clock;
use crate::filters::session_change;
use crate::session::SessionField;

/// A leaf on the rows of its scope.
pub(super) fn leaf<'a>(
    leaf: Leaf,
    rows: &Rows<'a>,
    program: &Program,
    clock: &Clock<'a>,
) -> Stored<'a> {
    let column = |column: Column| Stored::numbers(column.into_values());
    match leaf {
        Leaf::Bar(field) => match rows.of {
            Of::Bars(bars) => bar(field, bars),
            Of::Series(_) | Of::Nothing => Stored::numbers(vec![f64::NAN; rows.len()]),
        },
        Leaf::Published => match rows.of {
            Of::Series(series) => Stored::lent(&series.value),
            Of::Bars(_) | Of::Nothing => Stored::numbers(vec![f64::NAN; rows.len()]),
        },
        Leaf::Session(Field::Open) => column(clock.session_open()),
        Leaf::Session(Field::High) => column(clock.session_high()),
        Leaf::Session(Field::Low) => column(clock.session_low()),
        Leaf::Session(Field::Close) => bar(Field::Close, clock.bars),
        Leaf::Session(Field::Volume) => column(clock.session_volume()),
        Leaf::PrevSession(field) => column(clock.previous_session(session_field(field))),
        Leaf::Gap => column(clock.gap()),
        Leaf::Change => column(own_change(clock)),
        Leaf::ChangeOf(place) => column(session_change(
            clock,
            &program.symbols()[usize::from(place)],
        )),
        Leaf::MinutesSinceOpen => column(clock.minutes_since_open()),
        Leaf::MinutesToClose => column(clock.minutes_to_close()),
        Leaf::OpeningHigh(minutes) => column(clock.opening_range(u32::from(minutes)).0),
        Leaf::OpeningLow(minutes) => column(clock.opening_range(u32::from(minutes)).1),
        Leaf::RelativeVolume(sessions) => column(clock.relative_volume(u32::from(sessions))),
        Leaf::TimeOfDay => Stored::numbers(time_of_day(clock)),
        Leaf::Weekday => Stored::numbers(by_date(clock, |session| f64::from(session.weekday()))),
        Leaf::Month => Stored::numbers(by_date(clock, |session| f64::from(session.month()))),
        Leaf::HalfDay => Stored::truth(half_days(clock)),
        Leaf::Event(word, place) => {
            let kind = &program.events()[usize::from(place)];
            Stored::numbers(events(word, kind, clock))
        }
    }
}

fn bar(field: Field, bars: &Bars) -> Stored<'_> {
    let values = match field {
        Field::Open => bars.open(),
        Field::High => bars.high(),
        Field::Low => bars.low(),
        Field::Close => bars.close(),
        Field::Volume => bars.volume(),
    };
    if values.len() == bars.len() {
        Stored::lent(values)
    } else {
        // A column that was not read: unknown, which the data needs of a plan rule out.
        Stored::numbers(vec![f64::NAN; bars.len()])
    }
}

const fn session_field(field: Field) -> SessionField {
    match field {
        Field::Open => SessionField::Open,
        Field::High => SessionField::High,
        Field::Low => SessionField::Low,
        Field::Close => SessionField::Close,
        Field::Volume => SessionField::Volume,
    }
}

/// The clock's own close against the close of the session before.
fn own_change(clock: &Clock<'_>) -> Column {
    let before = clock.previous_close();
    let pairs = clock.bars.close().iter().zip(before.values());
    Column::new(pairs.map(|(close, before)| close / before - 1.0).collect())
}

/// A figure of each row's session, computed once a session.
fn by_date(clock: &Clock<'_>, figure: impl Fn(&Session) -> f64) -> Vec<f64> {
    let mut last = (u32::MAX, f64::NAN);
    let of_row = |&ordinal: &u32| {
        if last.0 != ordinal {
            let session = clock.snapshot.sessions.get(ordinal as usize);
            last = (ordinal, session.map_or(f64::NAN, &figure));
        }
        last.1
    };
    clock.bars.session().iter().map(of_row).collect()
}

/// New York never changes its clocks while the exchange is open, so the time is that of the open and what has passed.
fn time_of_day(clock: &Clock<'_>) -> Vec<f64> {
    let opens = by_date(clock, |session| session.opens_at_minute() as f64);
    let since = clock.minutes_since_open();
    let pairs = opens.iter().zip(since.values());
    pairs.map(|(open, since)| open + since).collect()
}

fn half_days(clock: &Clock<'_>) -> Truth {
    let flags = by_date(clock, |session| f64::from(u8::from(session.is_half_day())));
    Truth::known(Mask::of(&flags, |flag| flag == 1.0))
}

/// Sessions to or from the nearest event of a kind.
///
/// The calendar of scheduled events is published beforehand, so the next one is known. One that nobody had announced
/// counts from the moment it happened, and if its hour is not on record from the next session on.
fn events(word: EventWord, kind: &str, clock: &Clock<'_>) -> Vec<f64> {
    let Some(events) = clock.snapshot.events_of(kind) else {
        return vec![f64::NAN; clock.len()];
    };
    let table = &clock.snapshot.sessions;
    let placed = |event: &Event| {
        let ordinal = table.on_or_after(event.date);
        table.get(ordinal).map(|_| ordinal as u32)
    };
    match word {
        EventWord::Until => {
            let scheduled: Vec<u32> = events
                .iter()
                .filter(|event| event.scheduled)
                .filter_map(placed)
                .collect();
            let next = |&now: &u32| {
                let at = scheduled.partition_point(|&event| event < now);
                scheduled
                    .get(at)
                    .map_or(f64::NAN, |&event| f64::from(event - now))
            };
            clock.bars.session().iter().map(next).collect()
        }
        EventWord::Since => {
            let mut known: Vec<(Time, u32)> = events
                .iter()
                .filter_map(|event| Some((known_at(event, clock)?, placed(event)?)))
                .collect();
            known.sort_unstable();
            let last = |(&end, &now): (&Time, &u32)| {
                let before = known.partition_point(|(at, _)| *at <= end);
                let latest = known[..before].iter().map(|(_, event)| *event).max();
                latest.map_or(f64::NAN, |event| f64::from(now.saturating_sub(event)))
            };
            clock
                .bars
                .end()
                .iter()
                .zip(clock.bars.session())
                .map(last)
                .collect()
        }
    }
}

/// From when on an event is counted as past or present.
fn known_at(event: &Event, clock: &Clock<'_>) -> Option<Time> {
    let session = clock
        .snapshot
        .sessions
        .get(clock.snapshot.sessions.on_or_after(event.date))?;
    if event.scheduled {
        return Some(session.open);
    }
    Some(event.at().unwrap_or(session.close.plus_minutes(1)))
}
