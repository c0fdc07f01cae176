//! The rank of implied volatility, by hand.

use indicators::SplitBasis;
use market::{Bars, Interval, Known, RawBars, Series, SessionTable, Snapshot};
use strategies::{Clock, IronCondor};

use crate::listed::day;

/// The first sessions of June 2022, one close each.
fn snapshot(series: Vec<Series>, count: usize) -> Snapshot {
    let sessions = SessionTable::covering(day(1), day(30));
    let june = &sessions.as_slice()[sessions.on_or_after(day(1))..];
    let start = june.iter().map(|session| session.open);
    let raw = RawBars {
        start: start.take(count).collect(),
        open: vec![100.0; count],
        high: vec![101.0; count],
        low: vec![99.0; count],
        close: vec![100.0; count],
        volume: vec![1.0; count],
    };
    let bars = vec![Bars::new("IWM", Interval::Day, raw, &sessions).unwrap()];
    Snapshot {
        sessions,
        bars,
        series,
        ..Snapshot::default()
    }
}

/// Values by session of June 2022; `None` where none was published.
fn series(name: &str, values: &[Option<f64>]) -> Series {
    let sessions = SessionTable::covering(day(1), day(30));
    let june = &sessions.as_slice()[sessions.on_or_after(day(1))..];
    let dated = june.iter().zip(values);
    let published = dated.filter_map(|(session, value)| Some((session.date, (*value)?)));
    let (date, value) = published.unzip();
    Series {
        name: name.to_owned(),
        date,
        value,
        known: Known::Close,
    }
}

fn ranks(edge: &IronCondor, snapshot: &Snapshot) -> Vec<Option<f64>> {
    let clock = Clock {
        bars: &snapshot.bars[0],
        snapshot,
        basis: &SplitBasis::default(),
    };
    let column = edge.rank(&clock);
    (0..clock.len()).map(|slot| column.get(slot)).collect()
}

/// The index itself within its last `sessions` closes.
fn own(sessions: u32) -> IronCondor {
    IronCondor {
        iv_tenor_days: 30.0,
        rank_sessions: sessions,
        ..IronCondor::default()
    }
}

fn all(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

#[test]
fn the_rank_of_the_index_within_its_last_sessions() {
    let rvx = series("RVX", &all(&[20.0, 30.0, 25.0, 22.0, 28.0, 28.0]));
    let found = ranks(&own(4), &snapshot(vec![rvx], 6));
    // 20, 30, 25, 22: (22 − 20) ÷ 10. 30, 25, 22, 28: (28 − 22) ÷ 8. 25, 22, 28, 28: (28 − 22) ÷ 6.
    assert_eq!(found[..3], [None, None, None]);
    for (found, by_hand) in found[3..].iter().zip([20.0, 75.0, 100.0]) {
        assert!(
            (found.unwrap() - by_hand).abs() < 1e-12,
            "{found:?} {by_hand}"
        );
    }
}

#[test]
fn a_window_without_a_range_has_no_rank() {
    let flat = series("RVX", &all(&[20.0, 20.0, 20.0, 21.0]));
    let found = ranks(&own(3), &snapshot(vec![flat], 4));
    assert_eq!(found, [None, None, None, Some(100.0)]);
}

#[test]
fn the_rank_of_the_ten_day_volatility_is_another_one() {
    // The index stands still; VIX9D ÷ VIX goes 1.0, 0.8, 0.9: the ten-day volatility has a range, the index none.
    let edge = |tenor| IronCondor {
        iv_tenor_days: tenor,
        rank_sessions: 3,
        ..IronCondor::default()
    };
    let snapshot = snapshot(
        vec![
            series("RVX", &all(&[25.0, 25.0, 25.0])),
            series("VIX", &all(&[20.0, 20.0, 20.0])),
            series("VIX9D", &all(&[20.0, 16.0, 18.0])),
        ],
        3,
    );
    assert_eq!(ranks(&edge(30.0), &snapshot), [None, None, None]);
    let published = edge(10.0).published(&snapshot).unwrap();
    // RVX × VIX9D ÷ VIX: 25, 20, 22.5, not moved by a day along the curve.
    for (found, by_hand) in published.value.iter().zip([25.0, 20.0, 22.5]) {
        assert!((found - by_hand).abs() < 1e-5, "{found} {by_hand}");
    }
    let rank = ranks(&edge(10.0), &snapshot)[2].unwrap();
    // (22.5 − 20) ÷ (25 − 20).
    assert!((rank - 50.0).abs() < 1e-9, "{rank}");
}

#[test]
fn a_tenor_without_its_ratio_is_unknown() {
    let rvx = || series("RVX", &all(&[25.0, 24.0, 26.0]));
    let edge = IronCondor {
        rank_sessions: 2,
        ..IronCondor::default()
    };
    assert_eq!(ranks(&edge, &snapshot(vec![rvx()], 3)), [None, None, None]);
    // Without any index there is no rank at all.
    assert_eq!(ranks(&own(2), &snapshot(Vec::new(), 3)), [None, None, None]);
    assert!(own(2).published(&snapshot(Vec::new(), 3)).is_none());
}

#[test]
fn a_close_that_was_not_published_counts_for_nothing_and_is_carried_one_session() {
    let gap = [Some(20.0), Some(30.0), None, None, Some(25.0), Some(22.0)];
    let found = ranks(&own(2), &snapshot(vec![series("RVX", &gap)], 6));
    // Session 2 knows a value one session old; at session 3 it is two old and none. Session 4 ranks 25 against 30, 5 against 25.
    let expected = [None, Some(100.0), Some(100.0), None, Some(0.0), Some(0.0)];
    assert_eq!(found, expected);
}

#[test]
fn a_series_that_appears_a_session_late_ranks_a_session_late() {
    let late = Series {
        known: Known::NextSession,
        ..series("RVX", &all(&[20.0, 30.0, 25.0]))
    };
    let found = ranks(&own(2), &snapshot(vec![late], 4));
    assert_eq!(found[..2], [None, None]);
    assert_eq!(found[2..], [Some(100.0), Some(0.0)]);
}
