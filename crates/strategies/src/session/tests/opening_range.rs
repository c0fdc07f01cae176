//! The range of the first minutes.

use super::*;

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
