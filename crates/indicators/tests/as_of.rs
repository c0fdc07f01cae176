//! As-of alignment of real calendars: bars of several intervals with holes, half days, weeks in which clocks change.

use indicators::{Age, AsOf, SplitBasis};
use market::{Bars, Date, Interval, RawBars, SessionTable, Split, Time};
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).unwrap()
}

const INTERVALS: [Interval; 5] = [
    Interval::Minutes(5),
    Interval::Minutes(15),
    Interval::Minutes(30),
    Interval::Minutes(60),
    Interval::Day,
];

/// A week with a half day, and weeks around both changes of clocks.
fn weeks() -> impl Strategy<Value = (Date, Date)> {
    prop_oneof![
        Just((day(2020, 11, 23), day(2020, 12, 1))),
        Just((day(2020, 10, 29), day(2020, 11, 4))),
        Just((day(2020, 3, 5), day(2020, 3, 11))),
        Just((day(2024, 7, 1), day(2024, 7, 8))),
    ]
}

/// Bars at `interval` of all sessions of a week, some left out, with closes that tell them apart.
fn bars(week: (Date, Date), interval: Interval, present: &[bool], sessions: &SessionTable) -> Bars {
    let mut raw = RawBars::default();
    let mut present = present.iter().cycle();
    let all = sessions.as_slice().iter();
    for session in all.filter(|s| s.date >= week.0 && s.date <= week.1) {
        let mut start = session.open;
        while start < session.close {
            if present.next() == Some(&true) {
                raw.start.push(start);
                raw.close.push(100.0 + raw.start.len() as f64);
            }
            start = match interval {
                Interval::Day => session.close,
                Interval::Minutes(minutes) => start.plus_minutes(i64::from(minutes)),
            };
        }
    }
    Bars::new("A", interval, raw, sessions).unwrap()
}

/// For each instant, the close of the session before its own.
fn since(clock: &Bars, sessions: &SessionTable) -> Vec<Time> {
    let before = |&own: &u32| own.checked_sub(1).and_then(|s| sessions.get(s as usize));
    let close = |own: &u32| before(own).map_or(Time::MIN, |session| session.close);
    clock.session().iter().map(close).collect()
}

type World = ((Date, Date), usize, usize, Vec<bool>, Vec<bool>, bool);

fn worlds() -> impl Strategy<Value = World> {
    let holes = || prop::collection::vec(prop::bool::weighted(0.7), 1..40);
    (
        weeks(),
        0..INTERVALS.len(),
        0..INTERVALS.len(),
        holes(),
        holes(),
        any::<bool>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_join_is_its_naive_definition_and_sees_nothing_later((week, source, clock, a, b, aged) in worlds()) {
        let sessions = SessionTable::covering(week.0, week.1);
        let source = bars(week, INTERVALS[source], &a, &sessions);
        let clock = bars(week, INTERVALS[clock], &b, &sessions);
        let oldest = since(&clock, &sessions);
        let age = if aged { Age::Since(&oldest) } else { Age::Any };
        let join = AsOf::join(source.end(), clock.end(), age);
        let seen = join.column(source.close());
        for (i, &now) in clock.end().iter().enumerate() {
            // The latest of all bars that have ended by now, wherever it stands, unless it is too old.
            let known = (0..source.len()).filter(|&row| source.end()[row] <= now);
            let last = known.max_by_key(|&row| source.end()[row]);
            let fresh = last.filter(|&row| !aged || source.end()[row] >= oldest[i]);
            prop_assert_eq!(seen.get(i), fresh.map(|row| source.close()[row]), "at {}", now);
            // Later values, and times at which later ones become known, are others: the same is seen.
            let later = |row: usize| source.end()[row] > now;
            let values: Vec<f64> = (0..source.len())
                .map(|row| if later(row) { -1.0 } else { source.close()[row] })
                .collect();
            let times: Vec<Time> = (0..source.len())
                .map(|row| if later(row) { Time::MAX } else { source.end()[row] })
                .collect();
            prop_assert_eq!(AsOf::join(&times, clock.end(), age).column(&values).get(i), seen.get(i));
        }
    }

    /// The same of a whole chain: daily closes over a split, joined within the session, in the instant's own dollars.
    #[test]
    fn figures_of_days_within_the_session_see_nothing_later((week, _, clock, a, b, _) in worlds(), at in 0_usize..4) {
        let sessions = SessionTable::covering(week.0, week.1);
        let clock = bars(week, INTERVALS[clock], &b, &sessions);
        let days = bars(week, Interval::Day, &a, &sessions);
        let ex_date = sessions.get(sessions.on_or_after(week.0) + at).unwrap().date;
        let splits = [Split { ex_date, ratio: 4.0 }];
        let chain = |closes: &[f64], splits: &[Split]| {
            let own = SplitBasis::of_bars(&clock, &sessions, splits);
            let constant = SplitBasis::of_bars(&days, &sessions, splits);
            let oldest = since(&clock, &sessions);
            let join = AsOf::join(days.end(), clock.end(), Age::Since(&oldest));
            own.to_own_dollars(join.column(&constant.prices(closes)))
        };
        let whole = chain(days.close(), &splits);
        for (i, &now) in clock.end().iter().enumerate() {
            let today = now.exchange_date().unwrap();
            let poisoned: Vec<f64> = (0..days.len())
                .map(|row| if days.end()[row] > now { 7.0 } else { days.close()[row] })
                .collect();
            let known: Vec<Split> = splits.iter().copied().filter(|s| s.ex_date <= today).collect();
            prop_assert_eq!(chain(&poisoned, &known).get(i), whole.get(i), "at {}", now);
        }
    }
}
