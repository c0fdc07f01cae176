//! From a ledger to its figures: what runs and sweeps say of a window, by one definition.

use engine::{Feed, Ledger, Window};
use stats::{Figures, Reckoner, SparsePath};

/// Works out the figures of one ledger after another, in the same memory.
#[derive(Debug, Default)]
pub struct Appraiser {
    reckoner: Reckoner,
    moved: Vec<(u32, f64)>,
}

/// What is said of a ledger.
#[derive(Clone, Copy, Debug)]
pub struct Appraisal<'a> {
    /// The figures.
    pub figures: &'a Figures,
    /// Share of the sessions in which a position was held.
    pub exposure: Option<f64>,
    /// Session closes at which equity moved, by their place among the windows' sessions, with dollars.
    pub path: SparsePath<'a>,
}

impl Appraiser {
    /// The figures of `ledger`, replayed over `windows` of `feed`: ascending, without a session in common. Their sessions
    /// follow on each other as if nothing lay between.
    pub fn appraise(
        &mut self,
        feed: &Feed<'_>,
        windows: &[Window],
        ledger: &Ledger,
    ) -> Appraisal<'_> {
        self.moved.clear();
        let (mut marks, mut trades) = (ledger.marks.as_slice(), ledger.trades.as_slice());
        let (mut sessions, mut held) = (0, 0);
        for window in windows {
            let (first, last) = (feed.session(window.first), feed.session(window.last));
            let of_window = marks.partition_point(|mark| mark.session <= last);
            let (now, later) = marks.split_at(of_window);
            let place = |session: u32| sessions as u32 + session.saturating_sub(first);
            self.moved
                .extend(now.iter().map(|m| (place(m.session), m.equity_usd)));
            marks = later;
            let ordinals = first as usize..=last as usize;
            let own = feed.sessions().as_slice().get(ordinals).unwrap_or(&[]);
            let by = own.last().map(|session| session.close);
            let closed = trades.partition_point(|trade| by.is_some_and(|by| trade.exit_time <= by));
            let (now, later) = trades.split_at(closed);
            held += stats::sessions_held(now, own);
            trades = later;
            sessions += own.len();
        }
        let path = SparsePath {
            start_equity: ledger.start_equity_usd,
            sessions,
            moved: &self.moved,
        };
        Appraisal {
            figures: self.reckoner.figures(&path, &ledger.trades),
            exposure: (sessions > 0).then(|| held as f64 / sessions as f64),
            path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Appraiser;
    use crate::outcome::equity_path;
    use engine::{Feed, Ledger, Mark, Window};
    use market::{Bars, Date, Interval, RawBars, SessionTable};
    use stats::{EquityPath, Figures};

    fn mark(session: usize, equity_usd: f64) -> Mark {
        Mark {
            session: session as u32,
            cash_usd: equity_usd,
            equity_usd,
        }
    }

    #[test]
    fn marks_stand_at_their_sessions_and_windows_follow_on_each_other() {
        // Twelve sessions from 1 June 2020; the windows are the 2nd to the 5th of them and the 8th to the 10th.
        let day = |d| Date::from_ymd_opt(2020, 6, d).unwrap();
        let sessions = SessionTable::covering(day(1), day(30));
        let first = sessions.on_or_after(day(1));
        let rows = &sessions.as_slice()[first..first + 12];
        let price = vec![100.0; 12];
        let raw = RawBars {
            start: rows.iter().map(|s| s.open).collect(),
            open: price.clone(),
            high: price.clone(),
            low: price.clone(),
            close: price,
            volume: Vec::new(),
        };
        let bars = Bars::new("IWM", Interval::Day, raw, &sessions).unwrap();
        let feed = Feed::single(&bars, &sessions).unwrap();
        let windows = [Window { first: 1, last: 4 }, Window { first: 7, last: 9 }];
        let ledger = Ledger {
            start_equity_usd: 100.0,
            marks: vec![
                mark(first + 2, 90.0),
                mark(first + 4, 95.0),
                mark(first + 8, 110.0),
            ],
            ..Ledger::default()
        };
        let mut appraiser = Appraiser::default();
        let both = appraiser.appraise(&feed, &windows, &ledger);
        // Places among the seven sessions: 2nd → 1, 5th → 3, 9th → 4 + 1.
        assert_eq!(both.path.moved, [(1, 90.0), (3, 95.0), (5, 110.0)]);
        let closes = [100.0, 90.0, 90.0, 95.0, 95.0, 110.0, 110.0];
        let dense = EquityPath {
            start_equity: 100.0,
            closes: &closes,
        };
        assert_eq!(both.figures, &Figures::of(&dense, &[]));
        assert_eq!(both.exposure, Some(0.0));
        // One window: what the path that is shown says.
        let whole = Window { first: 0, last: 11 };
        let shown = equity_path(&feed, &[whole], &ledger);
        let closes: Vec<f64> = shown.iter().map(|point| point.equity_usd).collect();
        let dense = EquityPath {
            start_equity: 100.0,
            closes: &closes,
        };
        let one = appraiser.appraise(&feed, &[whole], &ledger);
        assert_eq!(one.figures, &Figures::of(&dense, &[]));
    }
}
