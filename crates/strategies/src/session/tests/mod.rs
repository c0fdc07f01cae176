//! Hours of a made week: Monday 2020-11-23 to Monday 2020-11-30, Thursday closed, Friday until 13:00.

mod opening_range;
mod volume;

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
fn an_official_open_that_comes_late_is_not_known_before() {
    let own = bars(HOUR, &hours(23, 100.0, 1.0, false));
    let noon = bars(Interval::Day, &[flat(23, 1200, 99.0, 1.0)]);
    let open = on(&own, Some(&noon), &[], |clock| seen(&clock.session_open()));
    assert_eq!(open, [Some(100.0); 7]);
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
