//! The equity path: marks at session closes, and the drawdown at bar closes.

use crate::feed::Feed;

/// The account's worth at a session's close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Ordinal of the session.
    pub session: u32,
    /// Cash, dollars.
    pub cash_usd: f64,
    /// Cash plus positions at their last closes, dollars.
    pub equity_usd: f64,
}

/// Builds the equity path bar by bar.
#[derive(Debug, Default)]
pub(crate) struct Curve {
    start_usd: f64,
    marks: Vec<Mark>,
    peak_usd: f64,
    max_drawdown_bar: f64,
}

impl Curve {
    /// A path that starts anew, its marks in the memory of `marks`.
    pub(crate) fn new(start_usd: f64, mut marks: Vec<Mark>) -> Self {
        marks.clear();
        Self {
            start_usd,
            marks,
            peak_usd: start_usd,
            max_drawdown_bar: 0.0,
        }
    }

    /// The equity at one bar's close.
    #[inline]
    pub(crate) fn bar(&mut self, mark: Mark) {
        self.see(mark.equity_usd);
        self.note(mark);
    }

    /// The equity over the slots `first..next` while a position is held and only prices change:
    /// what one call of [`bar`](Self::bar) a slot would record. Returns the last equity.
    #[inline]
    pub(crate) fn span(
        &mut self,
        feed: &Feed<'_>,
        (first, next): (usize, usize),
        cash_usd: f64,
        equity_at: impl Fn(usize) -> f64,
    ) -> f64 {
        let mut slot = first;
        let mut equity_usd = cash_usd;
        while slot < next {
            let session = feed.session(slot);
            let after = feed.session_ends_before(slot).min(next);
            for at in slot..after {
                equity_usd = equity_at(at);
                self.see(equity_usd);
            }
            self.note(Mark {
                session,
                cash_usd,
                equity_usd,
            });
            slot = after;
        }
        equity_usd
    }

    /// The same where every slot is a session and one position is held: equity is `cash_usd` + `shares` × close, `shares`
    /// being negative for a short.
    pub(crate) fn days(
        &mut self,
        sessions: &[u32],
        closes: &[f64],
        cash_usd: f64,
        shares: f64,
    ) -> f64 {
        let equity = |close: f64| cash_usd + shares * close;
        for &close in closes {
            self.see(equity(close));
        }
        let days = sessions.iter().zip(closes);
        self.marks.extend(days.map(|(&session, &close)| Mark {
            session,
            cash_usd,
            equity_usd: equity(close),
        }));
        closes.last().map_or(cash_usd, |&close| equity(close))
    }

    #[inline]
    fn see(&mut self, equity_usd: f64) {
        // No branch on which way prices went: it could not be foretold.
        self.peak_usd = if equity_usd > self.peak_usd {
            equity_usd
        } else {
            self.peak_usd
        };
        let lost_usd = self.peak_usd - equity_usd;
        if lost_usd > self.max_drawdown_bar * self.peak_usd {
            self.max_drawdown_bar = lost_usd / self.peak_usd;
        }
    }

    /// A later bar of the same session overwrites the earlier one's mark.
    #[inline]
    fn note(&mut self, mark: Mark) {
        match self.marks.last_mut() {
            Some(last) if last.session == mark.session => *last = mark,
            None if mark.equity_usd == self.start_usd && mark.cash_usd == self.start_usd => {}
            // Nothing to tell, unless the session's later bars have something.
            Some(last) if last.equity_usd == mark.equity_usd && last.cash_usd == mark.cash_usd => {}
            _ => self.marks.push(mark),
        }
    }

    /// The marks at which anything changed, and the largest drawdown at bar closes as a fraction of the
    /// running peak.
    pub(crate) fn finish(mut self) -> (Vec<Mark>, f64) {
        let start = (self.start_usd, self.start_usd);
        let worth = |mark: &Mark| (mark.cash_usd, mark.equity_usd);
        let starts_anew = self.marks.first().is_none_or(|mark| worth(mark) != start);
        let all_differ = |marks: &[Mark]| {
            marks
                .windows(2)
                .all(|pair| worth(&pair[0]) != worth(&pair[1]))
        };
        // How often the clock stopped while nothing changed must not show. Mostly it stopped at changes only.
        if !starts_anew || !all_differ(&self.marks) {
            let mut before = start;
            self.marks
                .retain(|mark| std::mem::replace(&mut before, worth(mark)) != worth(mark));
        }
        (self.marks, self.max_drawdown_bar)
    }
}
