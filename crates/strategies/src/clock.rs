//! The plan's decision clock, and what can be known on it.

use indicators::{Age, AsOf, Atr, Column, Prices, SplitBasis};
use market::{Bars, Interval, Snapshot, Time};

/// The bars whose ends are the instants at which a plan decides, and the rest of the snapshot around them.
///
/// Columns of an edge or a filter have one value for each of these instants, a causal function of
/// what was known by then.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    /// The instrument's bars.
    pub bars: &'a Bars,
    /// All that was read.
    pub snapshot: &'a Snapshot,
    /// The instrument's share basis.
    pub basis: &'a SplitBasis,
}

impl Clock<'_> {
    /// How many instants there are.
    pub fn len(&self) -> usize {
        self.bars.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }

    /// For each instant, the close of the session `sessions` before its own.
    pub fn closes_before(&self, sessions: u32) -> Vec<Time> {
        let table = &self.snapshot.sessions;
        let close = |ordinal: u32| table.get(ordinal as usize).map(|session| session.close);
        let before = |&own: &u32| {
            own.checked_sub(sessions)
                .and_then(close)
                .unwrap_or(Time::MIN)
        };
        self.bars.session().iter().map(before).collect()
    }

    /// ATR of `n` sessions, dollars of each instant's own share basis.
    ///
    /// On a daily clock it is that of the bars themselves. Within a session it is the daily ATR of the last
    /// complete session (the instant's own at its close), from the daily bars of the snapshot; without the daily
    /// bar of that very session it is unknown.
    pub fn session_atr(&self, n: usize) -> Column {
        let atr = Atr { n };
        if self.bars.interval == Interval::Day {
            return self.basis.compute(&atr, Prices::from(self.bars));
        }
        let symbol = &self.bars.symbol;
        let Some(daily) = self.snapshot.bars_of(symbol, Interval::Day) else {
            return Column::unknown(self.len());
        };
        let splits = self.snapshot.splits_of(symbol);
        let basis = SplitBasis::of_bars(daily, &self.snapshot.sessions, splits);
        let own = basis.compute(&atr, Prices::from(daily));
        // Over the constant basis, because on the morning of a split the last session is still on the old one.
        let constant = basis.prices(own.values());
        let oldest = self.closes_before(1);
        let join = AsOf::join(daily.end(), self.bars.end(), Age::Since(&oldest));
        self.basis.to_own_dollars(join.column(&constant))
    }

    /// For each instant, the low and the high of the last complete session: its own, if this bar ends it. Dollars
    /// of the instant's own share basis.
    pub fn prior_session_range(&self) -> (Column, Column) {
        let (bars, table) = (self.bars, &self.snapshot.sessions);
        let (low, high) = (
            self.basis.prices(bars.low()),
            self.basis.prices(bars.high()),
        );
        let (mut lows, mut highs) = (
            Vec::with_capacity(self.len()),
            Vec::with_capacity(self.len()),
        );
        let (mut complete, mut running) =
            ((f64::NAN, f64::NAN), (f64::INFINITY, f64::NEG_INFINITY));
        for i in 0..self.len() {
            if i > 0 && bars.session()[i] != bars.session()[i - 1] {
                complete = running;
                running = (f64::INFINITY, f64::NEG_INFINITY);
            }
            running = (running.0.min(low[i]), running.1.max(high[i]));
            let own = table
                .get(bars.session()[i] as usize)
                .is_some_and(|s| bars.end()[i] == s.close);
            let (least, greatest) = if own { running } else { complete };
            lows.push(least);
            highs.push(greatest);
        }
        let own_dollars = |values| self.basis.to_own_dollars(Column::new(values));
        (own_dollars(lows), own_dollars(highs))
    }
}

#[cfg(test)]
mod tests {
    use market::{Date, RawBars, SessionTable, Split};

    use super::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2020, 6, d).unwrap()
    }

    fn bars(interval: Interval, rows: &[(u32, u32, [f64; 3])], sessions: &SessionTable) -> Bars {
        let column = |of: fn(&[f64; 3]) -> f64| rows.iter().map(|row| of(&row.2)).collect();
        let raw = RawBars {
            start: rows
                .iter()
                .map(|row| Time::from_exchange(day(row.0), row.1 / 100, row.1 % 100).unwrap())
                .collect(),
            open: column(|p| p[2]),
            high: column(|p| p[0]),
            low: column(|p| p[1]),
            close: column(|p| p[2]),
            ..RawBars::default()
        };
        Bars::new("IWM", interval, raw, sessions).unwrap()
    }

    #[test]
    fn figures_of_the_session_before_a_split_are_in_new_dollars_on_its_morning() {
        let sessions = SessionTable::covering(day(1), day(5));
        // Two for one on Wednesday the 3rd. True ranges: Tuesday 104 - 98 = 6, so ATR(1) is 6, 3 in new dollars;
        // Wednesday 52 - 49 = 3.
        let days = [
            (1, 930, [101.0, 99.0, 100.0]),
            (2, 930, [104.0, 98.0, 100.0]),
            (3, 930, [52.0, 49.0, 50.0]),
        ];
        let hours = [
            (2, 930, [104.0, 99.0, 100.0]),
            (2, 1530, [101.0, 98.0, 100.0]),
            (3, 930, [52.0, 50.0, 50.0]),
            (3, 1530, [51.0, 49.0, 50.0]),
        ];
        let splits = [Split {
            ex_date: day(3),
            ratio: 2.0,
        }];
        let clock_bars = bars(Interval::Minutes(60), &hours, &sessions);
        let basis = SplitBasis::of_bars(&clock_bars, &sessions, &splits);
        let snapshot = Snapshot {
            bars: vec![bars(Interval::Day, &days, &sessions)],
            splits: vec![("IWM".to_owned(), splits.to_vec())],
            sessions,
            ..Snapshot::default()
        };
        let clock = Clock {
            bars: &clock_bars,
            snapshot: &snapshot,
            basis: &basis,
        };
        let atr = clock.session_atr(1);
        let seen: Vec<_> = (0..4).map(|i| atr.get(i)).collect();
        // Monday has no true range; Tuesday's and Wednesday's last hours see their own session's.
        assert_eq!(seen, [None, Some(6.0), Some(3.0), Some(3.0)]);
        let (low, high) = clock.prior_session_range();
        let seen: Vec<_> = (0..4).map(|i| (low.get(i), high.get(i))).collect();
        let (tuesday, wednesday) = ((Some(98.0), Some(104.0)), (Some(49.0), Some(52.0)));
        assert_eq!(
            seen,
            [(None, None), tuesday, (Some(49.0), Some(52.0)), wednesday]
        );
    }

    #[test]
    fn a_session_without_its_daily_bar_leaves_the_next_without_an_atr() {
        let sessions = SessionTable::covering(day(1), day(5));
        let flat = |d, at| (d, at, [101.0, 99.0, 100.0]);
        let days = [flat(1, 930), flat(2, 930), flat(4, 930)];
        let clock_bars = bars(
            Interval::Minutes(60),
            &[flat(3, 930), flat(4, 930), flat(5, 930)],
            &sessions,
        );
        let basis = SplitBasis::default();
        let snapshot = Snapshot {
            bars: vec![bars(Interval::Day, &days, &sessions)],
            sessions,
            ..Snapshot::default()
        };
        let clock = Clock {
            bars: &clock_bars,
            snapshot: &snapshot,
            basis: &basis,
        };
        let atr = clock.session_atr(1);
        assert_eq!(
            [atr.get(0), atr.get(1), atr.get(2)],
            [Some(2.0), None, Some(2.0)]
        );
    }
}
