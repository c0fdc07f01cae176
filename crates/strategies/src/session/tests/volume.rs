//! Volume against other sessions.

use super::*;

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
