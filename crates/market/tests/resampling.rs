//! Coarser bars from finer ones: by hand, and for any bars.

use market::{
    Bars, Date, Interval, RawBars, ResampleError, SessionTable, Time, resample, resample_known,
    sessions_cut_short,
};
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).unwrap()
}

fn at(date: Date, hour: u32, minute: u32) -> Time {
    Time::from_exchange(date, hour, minute).unwrap()
}

const DAY: Interval = Interval::Day;
const HOUR: Interval = Interval::Minutes(60);

/// One bar a (start, open, high, low, close, volume).
fn bars(interval: u16, rows: &[(Time, [f64; 5])]) -> (Bars, SessionTable) {
    let mut raw = RawBars::default();
    for &(start, [open, high, low, close, volume]) in rows {
        raw.start.push(start);
        raw.open.push(open);
        raw.high.push(high);
        raw.low.push(low);
        raw.close.push(close);
        raw.volume.push(volume);
    }
    let first = rows[0].0.exchange_date().unwrap();
    let last = rows[rows.len() - 1].0.exchange_date().unwrap();
    let sessions = SessionTable::covering(first, last);
    let bars = Bars::new("IWM", Interval::Minutes(interval), raw, &sessions).unwrap();
    (bars, sessions)
}

fn rows(bars: &Bars) -> Vec<(String, String, [f64; 5])> {
    let hour = |t: Time| t.exchange().unwrap().format("%d %H:%M").to_string();
    (0..bars.len())
        .map(|i| {
            let prices = [
                bars.open()[i],
                bars.high()[i],
                bars.low()[i],
                bars.close()[i],
                bars.volume()[i],
            ];
            (hour(bars.start()[i]), hour(bars.end()[i]), prices)
        })
        .collect()
}

fn row(start: &str, end: &str, prices: [f64; 5]) -> (String, String, [f64; 5]) {
    (start.to_owned(), end.to_owned(), prices)
}

#[test]
fn the_last_hour_of_a_session_is_short_and_none_reaches_into_the_next() {
    let (mon, tue) = (day(2020, 6, 1), day(2020, 6, 2));
    let (fine, sessions) = bars(
        30,
        &[
            (at(mon, 14, 30), [10.0, 12.0, 9.0, 11.0, 100.0]),
            (at(mon, 15, 0), [11.0, 11.5, 8.0, 8.5, 50.0]),
            (at(mon, 15, 30), [8.5, 9.5, 8.4, 9.0, 70.0]),
            (at(tue, 9, 30), [20.0, 21.0, 19.0, 20.5, 10.0]),
            (at(tue, 10, 0), [20.5, 22.0, 20.0, 21.0, 5.0]),
        ],
    );
    let hours = resample(&fine, HOUR, &sessions).unwrap();
    assert_eq!(
        rows(&hours),
        [
            // High 12, low 8 of the two; 100 + 50 shares.
            row("01 14:30", "01 15:30", [10.0, 12.0, 8.0, 8.5, 150.0]),
            row("01 15:30", "01 16:00", [8.5, 9.5, 8.4, 9.0, 70.0]),
            row("02 09:30", "02 10:30", [20.0, 22.0, 19.0, 21.0, 15.0]),
        ]
    );
    // Tuesday is not over at 10:30: only Monday is a day. 100 + 50 + 70 shares.
    let days = resample(&fine, DAY, &sessions).unwrap();
    let monday = row("01 09:30", "01 16:00", [10.0, 12.0, 8.0, 9.0, 220.0]);
    assert_eq!(rows(&days), [monday]);
}

#[test]
fn a_half_day_ends_at_one_and_clocks_that_change_move_nothing() {
    // Friday 2020-11-27 closes at 13:00; clocks went back on Sunday 2020-11-01.
    let half = day(2020, 11, 27);
    let (fine, sessions) = bars(
        5,
        &[
            (at(day(2020, 10, 30), 15, 55), [1.0, 1.0, 1.0, 1.0, 1.0]),
            (at(day(2020, 11, 2), 9, 30), [2.0, 2.0, 2.0, 2.0, 2.0]),
            (at(half, 12, 25), [3.0, 3.0, 3.0, 3.0, 3.0]),
            (at(half, 12, 30), [4.0, 4.0, 4.0, 4.0, 4.0]),
            (at(half, 12, 55), [5.0, 5.0, 5.0, 5.0, 5.0]),
        ],
    );
    let hours = resample(&fine, HOUR, &sessions).unwrap();
    assert_eq!(
        rows(&hours),
        [
            row("30 15:30", "30 16:00", [1.0; 5]),
            row("02 09:30", "02 10:30", [2.0; 5]),
            row("27 11:30", "27 12:30", [3.0; 5]),
            row("27 12:30", "27 13:00", [4.0, 5.0, 4.0, 5.0, 9.0]),
        ]
    );
    let days = resample(&fine, DAY, &sessions).unwrap();
    assert_eq!(days.end()[2], at(half, 13, 0));
    // The second session has nothing after 09:35.
    assert_eq!(sessions_cut_short(&fine, &sessions), 1);
}

#[test]
fn what_does_not_divide_or_lies_across_a_boundary_is_refused() {
    let mon = day(2020, 6, 1);
    let (twenty, sessions) = bars(20, &[(at(mon, 9, 30), [1.0; 5])]);
    for to in [
        Interval::Minutes(30),
        Interval::Minutes(10),
        Interval::Minutes(1),
    ] {
        let error = resample(&twenty, to, &sessions).unwrap_err();
        assert!(
            matches!(error, ResampleError::Interval { .. }),
            "{to}: {error}"
        );
    }
    assert_eq!(resample(&twenty, HOUR, &sessions).unwrap().len(), 0);
    let (late, sessions) = bars(5, &[(at(mon, 9, 43), [1.0; 5])]);
    let error = resample(&late, Interval::Minutes(15), &sessions).unwrap_err();
    assert_eq!(
        error.to_string(),
        "IWM bar 0: 2020-06-01 09:43 to 2020-06-01 09:48 lies across 2020-06-01 09:45, where a 15m bar ends; bars must start at whole intervals from the session's open"
    );
    // Within the hour it is no matter.
    assert_eq!(
        resample_known(&late, HOUR, &sessions, Time::MAX)
            .unwrap()
            .len(),
        1
    );
}

/// Minute bars of a few sessions with holes; a half day and both changes of clocks are among the dates.
fn minutes() -> impl Strategy<Value = (Bars, SessionTable)> {
    let dates = prop_oneof![
        Just([day(2020, 11, 25), day(2020, 11, 27), day(2020, 11, 30)]),
        Just([day(2020, 10, 30), day(2020, 11, 2), day(2020, 11, 3)]),
        Just([day(2020, 3, 6), day(2020, 3, 9), day(2020, 3, 10)]),
    ];
    let bar = (
        prop::bool::weighted(0.8),
        -20_i32..20,
        0_i32..15,
        0_i32..15,
        0_u16..500,
    );
    (dates, prop::collection::vec(bar, 3 * 390)).prop_map(|(dates, steps)| {
        let sessions = SessionTable::covering(dates[0], dates[2]);
        let mut raw = RawBars::default();
        for (n, &(traded, body, up, down, volume)) in steps.iter().enumerate() {
            let session = sessions
                .get(sessions.on(dates[n / 390]).unwrap())
                .copied()
                .unwrap();
            let start = session.open.plus_minutes((n % 390) as i64);
            if !traded || start >= session.close {
                continue;
            }
            let open = 100.0 + f64::from(body) * 0.5;
            let close = open + f64::from(body) * 0.1;
            raw.start.push(start);
            raw.open.push(open);
            raw.high.push(open.max(close) + f64::from(up) * 0.1);
            raw.low.push(open.min(close) - f64::from(down) * 0.1);
            raw.close.push(close);
            raw.volume.push(f64::from(volume));
        }
        let bars = Bars::new("A", Interval::Minutes(1), raw, &sessions).unwrap();
        (bars, sessions)
    })
}

fn extremes(bars: &Bars) -> (f64, f64, f64) {
    (
        bars.high().iter().copied().fold(f64::MIN, f64::max),
        bars.low().iter().copied().fold(f64::MAX, f64::min),
        bars.volume().iter().sum(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn in_two_steps_as_in_one((fine, sessions) in minutes()) {
        // All known, so that the last bucket is not a matter of where the bars end.
        let to = |bars: &Bars, minutes| resample_known(bars, Interval::Minutes(minutes), &sessions, Time::MAX).unwrap();
        let five = to(&fine, 5);
        prop_assert_eq!(to(&five, 30), to(&fine, 30));
        prop_assert_eq!(to(&to(&five, 15), 60), to(&fine, 60));
        let days = |bars: &Bars| resample_known(bars, DAY, &sessions, Time::MAX).unwrap();
        prop_assert_eq!(days(&five), days(&fine));
    }

    #[test]
    fn nothing_is_lost_and_nothing_made((fine, sessions) in minutes()) {
        for to in [Interval::Minutes(5), Interval::Minutes(12), HOUR, DAY] {
            let coarse = resample_known(&fine, to, &sessions, Time::MAX).unwrap();
            prop_assert_eq!(extremes(&coarse), extremes(&fine));
            // By a search of its own: each coarse bar against the fine ones between its start and end.
            for i in 0..coarse.len() {
                let inside: Vec<usize> = (0..fine.len())
                    .filter(|&j| fine.start()[j] >= coarse.start()[i] && fine.start()[j] < coarse.end()[i])
                    .collect();
                let (first, last) = (inside[0], inside[inside.len() - 1]);
                prop_assert_eq!(coarse.open()[i], fine.open()[first]);
                prop_assert_eq!(coarse.close()[i], fine.close()[last]);
                prop_assert!(inside.iter().all(|&j| fine.high()[j] <= coarse.high()[i]));
                prop_assert!(inside.iter().any(|&j| fine.low()[j] == coarse.low()[i]));
            }
        }
    }

    #[test]
    fn truncated_bars_give_truncated_bars((fine, sessions) in minutes(), cut in 0_usize..1170) {
        let cut = fine.end()[cut.min(fine.len() - 1)];
        let head = Bars::new("A", Interval::Minutes(1), fine.known_at(cut), &sessions).unwrap();
        for to in [Interval::Minutes(5), Interval::Minutes(30), HOUR, DAY] {
            let whole = resample_known(&fine, to, &sessions, Time::MAX).unwrap();
            let early = resample(&head, to, &sessions).unwrap();
            prop_assert_eq!(early.raw(), &whole.known_at(cut));
        }
    }
}
