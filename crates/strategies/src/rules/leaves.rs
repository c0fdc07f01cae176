//! Values that are given: bars, the session, the calendar.

use indicators::{Column, Mask};
use language::{EventWord, Field, Leaf, Program};
use market::Bars;

use super::rows::{Of, Rows};
use super::truth::Truth;
use super::values::Stored;
use crate::calendar::Dated;
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
        Leaf::TimeOfDay => Stored::numbers(clock.time_of_day()),
        Leaf::Weekday => Stored::numbers(clock.by_date(|session| f64::from(session.weekday()))),
        Leaf::Month => Stored::numbers(clock.by_date(|session| f64::from(session.month()))),
        Leaf::HalfDay => Stored::truth(half_days(clock)),
        Leaf::Event(word, place) => {
            let kind = &program.events()[usize::from(place)];
            Stored::numbers(events(word, kind, clock))
        }
        // The evaluation keeps the layers and has answered before.
        Leaf::Signal(_) => Stored::numbers(vec![f64::NAN; clock.len()]),
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

fn half_days(clock: &Clock<'_>) -> Truth {
    let flags = clock.by_date(|session| f64::from(u8::from(session.is_half_day())));
    Truth::known(Mask::of(&flags, |flag| flag == 1.0))
}

/// Sessions to or from the nearest event of a kind; [`Dated`] says what is known of them when.
fn events(word: EventWord, kind: &str, clock: &Clock<'_>) -> Vec<f64> {
    let Some(dated) = Dated::of(kind, clock.snapshot) else {
        return vec![f64::NAN; clock.len()];
    };
    clock.by_instant(|session, now| {
        let sessions = match word {
            EventWord::Until => dated.until(session),
            EventWord::Since => dated.since(session, now),
        };
        sessions.map_or(f64::NAN, f64::from)
    })
}
