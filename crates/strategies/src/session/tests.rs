//! Hours of a made week: Monday 2020-11-23 to Monday 2020-11-30, Thursday closed, Friday until 13:00.

use indicators::{Column, SplitBasis};
use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot, Split, Time};

use super::SessionField;
use crate::clock::Clock;

fn day(d: u32) -> Date {
    Date::from_ymd_opt(2020, 11, d).unwrap()
}

fn table() -> SessionTable {
    SessionTable::covering(day(23), day(30))
}

/// (day, hour and minute, open, high, low, close, volume)
type Row = (u32, u32, [f64; 4], f64);

fn bars(interval: Interval, rows: &[Row]) -> Bars {
    let price = |k: usize| rows.iter().map(|row| row.2[k]).collect();
    let raw = RawBars {
        start: rows
            .iter()
            .map(|row| Time::from_exchange(day(row.0), row.1 / 100, row.1 % 100).unwrap())
            .collect(),
        open: price(0),
        high: price(1),
        low: price(2),
        close: price(3),
        volume: rows.iter().map(|row| row.3).collect(),
    };
    Bars::new("IWM", interval, raw, &table()).unwrap()
}

const HOUR: Interval = Interval::Minutes(60);
const HALF: Interval = Interval::Minutes(30);

/// A flat bar with a volume.
fn flat(d: u32, at: u32, price: f64, volume: f64) -> Row {
    (d, at, [price; 4], volume)
}

/// Runs `see` on a clock of `own` with `days` and `splits` beside it.
fn on<T>(own: &Bars, days: Option<&Bars>, splits: &[Split], see: impl Fn(&Clock<'_>) -> T) -> T {
    let snapshot = Snapshot {
        sessions: table(),
        bars: days.into_iter().cloned().collect(),
        splits: vec![("IWM".to_owned(), splits.to_vec())],
        ..Snapshot::default()
    };
    let basis = SplitBasis::of_bars(own, &snapshot.sessions, splits);
    see(&Clock {
        bars: own,
        snapshot: &snapshot,
        basis: &basis,
    })
}

fn seen(column: &Column) -> Vec<Option<f64>> {
    (0..column.len()).map(|i| column.get(i)).collect()
}

/// All columns of a clock, by name.
fn all(clock: &Clock<'_>) -> Vec<(&'static str, Column)> {
    let (high, low) = clock.opening_range(60);
    vec![
        ("session_open", clock.session_open()),
        ("previous_close", clock.previous_close()),
        ("gap", clock.gap()),
        ("session_high", clock.session_high()),
        ("session_low", clock.session_low()),
        ("session_volume", clock.session_volume()),
        ("previous high", clock.previous_session(SessionField::High)),
        (
            "previous volume",
            clock.previous_session(SessionField::Volume),
        ),
        ("minutes_since_open", clock.minutes_since_open()),
        ("minutes_to_close", clock.minutes_to_close()),
        ("opening high", high),
        ("opening low", low),
        ("relative_volume", clock.relative_volume(2)),
    ]
}

#[test]
fn the_open_and_the_close_before_are_official_where_there_are_days() {
    // Monday's last hour is missing; Tuesday's first too.
    let own = bars(
        HOUR,
        &[
            flat(23, 930, 100.0, 1.0),
            flat(24, 1030, 103.0, 1.0),
            flat(24, 1530, 104.0, 1.0),
            flat(25, 930, 105.0, 1.0),
        ],
    );
    let days = bars(
        Interval::Day,
        &[
            (23, 930, [99.5, 101.5, 99.0, 101.0], 1.0),
            (24, 930, [102.0, 104.5, 102.0, 104.2], 1.0),
            (25, 930, [105.1, 106.0, 105.0, 105.5], 1.0),
        ],
    );
    let columns = |days: Option<&Bars>| {
        on(&own, days, &[], |clock| {
            [clock.session_open(), clock.previous_close(), clock.gap()].map(|c| seen(&c))
        })
    };
    let (mon, tue, wed) = (Some(99.5), Some(102.0), Some(105.1));
    let [open, before, gap] = columns(Some(&days));
    assert_eq!(open, [mon, tue, tue, wed]);
    assert_eq!(before, [None, Some(101.0), Some(101.0), Some(104.2)]);
    assert_eq!(
        gap[1..],
        [102.0 / 101.0, 102.0 / 101.0, 105.1 / 104.2].map(|r| Some(r - 1.0))
    );
    // Without days only what surely is the first or the last print counts.
    let [open, before, gap] = columns(None);
    assert_eq!(open, [Some(100.0), None, None, Some(105.0)]);
    assert_eq!(before, [None, None, None, Some(104.0)]);
    assert_eq!(gap, [None, None, None, Some(105.0 / 104.0 - 1.0)]);
}

#[test]
fn days_made_of_finer_bars_are_not_official() {
    let own = bars(
        HOUR,
        &[flat(23, 930, 100.0, 1.0), flat(24, 1030, 103.0, 1.0)],
    );
    let days = bars(
        Interval::Day,
        &[flat(23, 930, 100.0, 1.0), flat(24, 930, 103.0, 1.0)],
    );
    let snapshot = Snapshot {
        sessions: table(),
        bars: vec![days],
        made: vec![("IWM".to_owned(), Interval::Day)],
        ..Snapshot::default()
    };
    let basis = SplitBasis::default();
    let clock = Clock {
        bars: &own,
        snapshot: &snapshot,
        basis: &basis,
    };
    assert_eq!(seen(&clock.session_open()), [Some(100.0), None]);
    assert_eq!(seen(&clock.previous_close()), [None, None]);
}

#[test]
fn a_missing_session_leaves_the_next_without_a_close_before() {
    let own = bars(
        HOUR,
        &[
            flat(23, 930, 100.0, 1.0),
            flat(25, 930, 101.0, 1.0),
            flat(27, 930, 102.0, 1.0),
        ],
    );
    let days = bars(
        Interval::Day,
        &[flat(23, 930, 100.0, 1.0), flat(25, 930, 101.0, 1.0)],
    );
    let before = on(&own, Some(&days), &[], |clock| {
        seen(&clock.previous_close())
    });
    // Tuesday is missing. Friday follows Wednesday: Thursday was Thanksgiving.
    assert_eq!(before, [None, None, Some(101.0)]);
}

#[test]
fn figures_so_far_take_in_their_own_bar_and_start_anew_each_session() {
    let own = bars(
        HOUR,
        &[
            (23, 930, [100.0, 102.0, 99.0, 101.0], 10.0),
            (23, 1030, [101.0, 101.5, 98.0, 100.0], 5.0),
            (24, 930, [90.0, 91.0, 89.0, 90.0], 7.0),
        ],
    );
    on(&own, None, &[], |clock| {
        assert_eq!(seen(&clock.session_high()), [102.0, 102.0, 91.0].map(Some));
        assert_eq!(seen(&clock.session_low()), [99.0, 98.0, 89.0].map(Some));
        assert_eq!(seen(&clock.session_volume()), [10.0, 15.0, 7.0].map(Some));
    });
}

/// Every hour of a session, all prices flat, volumes counting up from `volume`.
fn hours(d: u32, price: f64, volume: f64, half_day: bool) -> Vec<Row> {
    let starts = [930, 1030, 1130, 1230, 1330, 1430, 1530];
    let starts = &starts[..if half_day { 4 } else { 7 }];
    let row = |(k, &at): (usize, &u32)| flat(d, at, price + k as f64, volume + k as f64);
    starts.iter().enumerate().map(row).collect()
}

#[test]
fn the_session_before_is_told_by_its_own_bars_only_as_far_as_they_are_there() {
    // Monday whole: 100 to 106, volumes 10 to 16, in all 91. Tuesday lacks 11:30. Wednesday its first hour.
    let mut rows = hours(23, 100.0, 10.0, false);
    rows.extend(
        hours(24, 200.0, 1.0, false)
            .into_iter()
            .filter(|r| r.1 != 1130),
    );
    rows.extend(
        hours(25, 300.0, 1.0, false)
            .into_iter()
            .filter(|r| r.1 != 930),
    );
    rows.push(flat(27, 930, 400.0, 1.0));
    let own = bars(HOUR, &rows);
    let first_of = |d: u32| rows.iter().position(|row| row.0 == d).unwrap();
    let told = |d: u32, days: Option<&Bars>| {
        use SessionField::{Close, High, Low, Open, Volume};
        on(&own, days, &[], |clock| {
            [Open, High, Low, Close, Volume]
                .map(|field| clock.previous_session(field).get(first_of(d)))
        })
    };
    assert_eq!(told(24, None), [100.0, 106.0, 100.0, 106.0, 91.0].map(Some));
    let tuesday = [Some(200.0), None, None, Some(206.0), None];
    assert_eq!(told(25, None), tuesday);
    assert_eq!(told(27, None), [None, None, None, Some(306.0), None]);
    // Days tell prices; their volume is another count.
    let days = bars(
        Interval::Day,
        &[
            (23, 930, [99.0, 107.0, 98.0, 105.0], 5000.0),
            (24, 930, [199.0, 207.0, 198.0, 205.0], 5000.0),
        ],
    );
    let official = [Some(199.0), Some(207.0), Some(198.0), Some(205.0), None];
    assert_eq!(told(25, Some(&days)), official);
    assert_eq!(told(24, Some(&days))[4], Some(91.0));
}

#[test]
fn minutes_are_counted_from_the_open_and_to_the_close_of_a_half_day_too() {
    let mut rows = hours(25, 100.0, 1.0, false);
    rows.extend(hours(27, 100.0, 1.0, true));
    let own = bars(HOUR, &rows);
    on(&own, None, &[], |clock| {
        let since = seen(&clock.minutes_since_open());
        let to = seen(&clock.minutes_to_close());
        // The last bar of each is cut off by the close: 15:30 to 16:00, and 12:30 to 13:00.
        let whole = [60.0, 120.0, 180.0, 240.0, 300.0, 360.0, 390.0];
        assert_eq!(since[..7], whole.map(Some));
        assert_eq!(since[7..], [60.0, 120.0, 180.0, 210.0].map(Some));
        assert_eq!(to[..7], whole.map(|m| Some(390.0 - m)));
        assert_eq!(to[7..], [150.0, 90.0, 30.0, 0.0].map(Some));
    });
}

#[test]
fn the_opening_range_is_known_when_it_is_over_and_only_if_all_of_it_is_there() {
    let half_hours = |d: u32, skip: u32| {
        let starts = [930, 1000, 1030, 1100];
        let row = move |(k, at): (usize, u32)| {
            let (p, k) = (f64::from(d), k as f64);
            (d, at, [p, p + k, p - k, p], 1.0)
        };
        starts
            .into_iter()
            .enumerate()
            .map(row)
            .filter(move |row| row.1 != skip)
    };
    // Tuesday lacks 10:00, Wednesday 9:30, Friday 10:30.
    let rows: Vec<Row> = [(23, 0), (24, 1000), (25, 930), (27, 1030)]
        .into_iter()
        .flat_map(|(d, skip)| half_hours(d, skip))
        .collect();
    let own = bars(HALF, &rows);
    on(&own, None, &[], |clock| {
        let (high, low) = clock.opening_range(60);
        let none = [None; 3];
        // Of 9:30 (p ± 0) and 10:00 (p ± 1); known at 10:30.
        assert_eq!(seen(&high)[..4], [None, Some(24.0), Some(24.0), Some(24.0)]);
        assert_eq!(seen(&low)[..4], [None, Some(22.0), Some(22.0), Some(22.0)]);
        assert_eq!(
            (&seen(&high)[4..7], &seen(&low)[7..10]),
            (&none[..], &none[..])
        );
        assert_eq!(seen(&high)[10..], [None, Some(28.0), Some(28.0)]);
        // One bar long: known at its own end.
        assert_eq!(clock.opening_range(30).0.get(0), Some(23.0));
        // No multiple, nothing, longer than a session.
        for minutes in [45, 0, 420, u32::MAX / 30 * 30] {
            assert_eq!(seen(&clock.opening_range(minutes).0), vec![None; 13]);
        }
    });
    // A half day is 210 minutes long: its range of 210 is over at its close, one of 240 never.
    let own = bars(HALF, &{
        let starts = [930, 1000, 1030, 1100, 1130, 1200, 1230];
        starts.map(|at| flat(27, at, 5.0, 1.0))
    });
    on(&own, None, &[], |clock| {
        assert_eq!(clock.opening_range(210).1.get(6), Some(5.0));
        assert_eq!(clock.opening_range(240).1.get(6), None);
    });
}

#[test]
fn relative_volume_compares_the_same_elapsed_time_of_sessions_that_have_it_whole() {
    // Volumes by hour, Monday 10 11 12 …, Tuesday 20 21 …, Wednesday 30 31 … without 11:30, Friday (a half day) 40 to 43.
    let mut rows = hours(23, 100.0, 10.0, false);
    rows.extend(hours(24, 100.0, 20.0, false));
    rows.extend(
        hours(25, 100.0, 30.0, false)
            .into_iter()
            .filter(|r| r.1 != 1130),
    );
    rows.extend(hours(27, 100.0, 40.0, true));
    rows.extend(hours(30, 100.0, 50.0, false));
    let own = bars(HOUR, &rows);
    let relative = |sessions: u32| {
        on(&own, None, &[], |clock| {
            seen(&clock.relative_volume(sessions))
        })
    };
    let of_two = relative(2);
    // Tuesday: one of two sessions is half of them, and enough. 20 ÷ 10; 41 ÷ 21.
    assert_eq!(of_two[7..9], [Some(2.0), Some(41.0 / 21.0)]);
    // Wednesday: 30 ÷ ((10 + 20) ÷ 2); 61 ÷ ((21 + 41) ÷ 2); then a bar is missing, and nothing is known.
    assert_eq!(
        of_two[14..20],
        [Some(2.0), Some(61.0 / 31.0), None, None, None, None]
    );
    // Friday until 11:30: Tuesday and Wednesday; at 12:30 Wednesday has no whole sum: 123 ÷ 63.
    assert_eq!(
        of_two[20..23],
        [Some(40.0 / 25.0), Some(81.0 / 51.0), Some(123.0 / 63.0)]
    );
    // Its last bar is half an hour: no bar of Tuesday ends there.
    assert_eq!(of_two[23], None);
    // Monday the 30th: with Wednesday and Friday until 11:30, 50 ÷ 35 and 101 ÷ 71; at 12:30 with Friday alone, 153 ÷ 123; at
    // 13:30 with neither, for Friday's fourth bar ended at 13:00.
    assert_eq!(
        of_two[24..28],
        [
            Some(50.0 / 35.0),
            Some(101.0 / 71.0),
            Some(153.0 / 123.0),
            None
        ]
    );
    // Of four: at 13:30 there are Monday (46) and Tuesday (86), half of them; 206 ÷ 66.
    assert_eq!(relative(4)[27], Some(206.0 / 66.0));
    // Of five (one of them off the tape): two are fewer than half.
    assert_eq!(relative(5)[27], None);
}

#[test]
fn nothing_to_compare_with_is_unknown() {
    let quiet = bars(HOUR, &[flat(23, 930, 1.0, 0.0), flat(24, 930, 1.0, 5.0)]);
    on(&quiet, None, &[], |clock| {
        assert_eq!(seen(&clock.relative_volume(1)), [None, None]);
        assert_eq!(seen(&clock.relative_volume(0)), [None, None]);
    });
    let mut raw = quiet.into_raw();
    raw.volume.clear();
    let without = Bars::new("IWM", HOUR, raw, &table()).unwrap();
    on(&without, None, &[], |clock| {
        assert_eq!(seen(&clock.relative_volume(1)), [None, None]);
        assert_eq!(seen(&clock.session_volume()), [None, None]);
        let before = clock.previous_session(SessionField::Volume);
        assert_eq!(seen(&before), [None, None]);
    });
}

#[test]
fn a_split_changes_neither_the_gap_nor_the_relative_volume() {
    // Two for one on Tuesday: 104 becomes 52, and 10 shares are 20.
    let splits = [Split {
        ex_date: day(24),
        ratio: 2.0,
    }];
    let mut rows = hours(23, 98.0, 10.0, false);
    rows.push(flat(24, 930, 53.0, 30.0));
    let own = bars(HOUR, &rows);
    on(&own, None, &splits, |clock| {
        assert_eq!(clock.previous_close().get(7), Some(52.0));
        assert_eq!(clock.gap().get(7), Some(53.0 / 52.0 - 1.0));
        // 30 ÷ 20, and yesterday's 91 were 182 of today's.
        assert_eq!(clock.relative_volume(1).get(7), Some(1.5));
        let before = clock.previous_session(SessionField::Volume);
        assert_eq!(before.get(7), Some(182.0));
    });
    let days = bars(Interval::Day, &[flat(23, 930, 105.0, 1.0)]);
    on(&own, Some(&days), &splits, |clock| {
        assert_eq!(clock.previous_close().get(7), Some(52.5));
    });
}

#[test]
fn on_a_daily_clock_a_session_is_its_one_bar() {
    // Tuesday is missing.
    let own = bars(
        Interval::Day,
        &[
            (23, 930, [100.0, 102.0, 99.0, 101.0], 10.0),
            (25, 930, [103.0, 104.0, 102.0, 103.5], 30.0),
            (27, 930, [104.0, 105.0, 103.0, 104.5], 45.0),
        ],
    );
    on(&own, Some(&own), &[], |clock| {
        assert_eq!(seen(&clock.session_open()), [100.0, 103.0, 104.0].map(Some));
        assert_eq!(seen(&clock.session_high()), [102.0, 104.0, 105.0].map(Some));
        assert_eq!(seen(&clock.previous_close()), [None, None, Some(103.5)]);
        assert_eq!(clock.gap().get(2), Some(104.0 / 103.5 - 1.0));
        let volume = clock.previous_session(SessionField::Volume);
        assert_eq!(seen(&volume), [None, None, Some(30.0)]);
        let minutes = clock.minutes_since_open();
        assert_eq!(seen(&minutes), [390.0, 390.0, 210.0].map(Some));
        // Friday's half day against Wednesday and a missing Tuesday: 45 ÷ 30.
        let relative = clock.relative_volume(2);
        assert_eq!(seen(&relative), [None, Some(3.0), Some(1.5)]);
        assert_eq!(seen(&clock.opening_range(60).0), [None; 3]);
    });
}

/// What of the days is known at an instant: those that are over, and the open of the one that is running.
fn days_known_at(days: &Bars, cut: Time) -> Bars {
    let mut raw = days.known_at(cut);
    let row = raw.start.len();
    if let Some(&start) = days.start().get(row).filter(|&&start| start < cut) {
        let open = days.open()[row];
        raw.start.push(start);
        for column in [&mut raw.open, &mut raw.high, &mut raw.low, &mut raw.close] {
            column.push(open);
        }
        raw.volume.push(0.0);
    }
    Bars::new("IWM", Interval::Day, raw, &table()).unwrap()
}

#[test]
fn what_is_cut_off_changes_nothing_before_it() {
    let mut rows = hours(23, 100.0, 10.0, false);
    rows.extend(
        hours(24, 103.0, 9.0, false)
            .into_iter()
            .filter(|r| r.1 != 1230),
    );
    rows.extend(
        hours(25, 99.0, 14.0, false)
            .into_iter()
            .filter(|r| r.1 != 930),
    );
    rows.extend(hours(27, 101.0, 3.0, true));
    rows.extend(hours(30, 104.0, 20.0, false));
    let own = bars(HOUR, &rows);
    let official = bars(
        Interval::Day,
        &[23, 24, 27, 30].map(|d| (d, 930, [f64::from(d), 40.0, 20.0, 30.0], 1.0)),
    );
    let bits = |column: &Column, until: usize| -> Vec<u64> {
        column.values()[..until]
            .iter()
            .map(|v| v.to_bits())
            .collect()
    };
    for days in [None, Some(&official)] {
        let whole = on(&own, days, &[], all);
        for until in 1..own.len() {
            let cut = own.end()[until - 1];
            let known = Bars::new("IWM", HOUR, own.known_at(cut), &table()).unwrap();
            let days = days.map(|days| days_known_at(days, cut));
            let truncated = on(&known, days.as_ref(), &[], all);
            for ((name, whole), (_, other)) in whole.iter().zip(&truncated) {
                assert_eq!(bits(whole, until), bits(other, until), "{name} at {cut}");
            }
        }
    }
}
