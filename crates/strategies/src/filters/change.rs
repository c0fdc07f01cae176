//! A symbol's change on the session so far.

use indicators::{Age, AsOf, Column, SplitBasis};

use crate::clock::Clock;

/// Last known price ÷ the previous session's close − 1, at each instant of the clock.
///
/// The last price must be of the instant's own session and the close of the session right before;
/// where either is missing the change is unknown. Prices are raw, on one share basis.
pub(super) fn session_change(clock: &Clock<'_>, symbol: &str) -> Column {
    let Some(bars) = clock.snapshot.bars_of(symbol) else {
        return Column::unknown(clock.len());
    };
    let basis = SplitBasis::of_bars(
        bars,
        &clock.snapshot.sessions,
        clock.snapshot.splits_of(symbol),
    );
    let closes = basis.prices(bars.close());
    let sessions = bars.session();
    // The last close of an earlier session, for each bar of the symbol.
    let mut previous = None;
    let change: Vec<f64> = (0..bars.len())
        .map(|i| {
            if i > 0 && sessions[i] != sessions[i - 1] {
                previous = (sessions[i - 1] + 1 == sessions[i]).then(|| closes[i - 1]);
            }
            previous.map_or(f64::NAN, |before| closes[i] / before - 1.0)
        })
        .collect();
    // Known after the close of the session before: of this very session.
    let oldest: Vec<_> = clock
        .closes_before(1)
        .iter()
        .map(|close| market::Time(close.micros().saturating_add(1)))
        .collect();
    AsOf::join(bars.end(), clock.bars.end(), Age::Since(&oldest)).column(&change)
}

#[cfg(test)]
mod tests {
    use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot, Time};

    use super::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2020, 6, d).unwrap()
    }

    fn daily(symbol: &str, days: &[u32], close: &[f64], sessions: &SessionTable) -> Bars {
        let raw = RawBars {
            start: days
                .iter()
                .map(|&d| Time::from_exchange(day(d), 9, 30).unwrap())
                .collect(),
            open: close.to_vec(),
            high: close.to_vec(),
            low: close.to_vec(),
            close: close.to_vec(),
            volume: Vec::new(),
        };
        Bars::new(symbol, Interval::Day, raw, sessions).unwrap()
    }

    #[test]
    fn the_change_needs_todays_price_and_the_session_before() {
        let sessions = SessionTable::covering(day(1), day(5));
        // KRE lacks Wednesday the 3rd.
        let kre = daily("KRE", &[1, 2, 4, 5], &[40.0, 39.0, 42.0, 41.37], &sessions);
        let iwm = daily("IWM", &[1, 2, 3, 4, 5], &[1.0; 5], &sessions);
        let snapshot = Snapshot {
            sessions,
            bars: vec![iwm, kre],
            ..Snapshot::default()
        };
        let basis = SplitBasis::default();
        let clock = Clock {
            bars: &snapshot.bars[0],
            snapshot: &snapshot,
            basis: &basis,
        };
        let change = session_change(&clock, "KRE");
        assert_eq!(change.get(0), None); // no close before
        assert_eq!(change.get(1), Some(39.0 / 40.0 - 1.0));
        assert_eq!(change.get(2), None); // no price today: not Tuesday's change again
        assert_eq!(change.get(3), None); // no close of the session before: not Tuesday's
        assert_eq!(change.get(4), Some(41.37 / 42.0 - 1.0));
    }
}
