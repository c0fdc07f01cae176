//! What the instrument did in a window, session by session: what a chart is drawn from, and what holding it would have come to.

use indicators::SplitBasis;
use market::{Bars, Date, Dividend, SessionTable};

use engine::Window;

/// The instrument in one session of a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InstrumentSession {
    /// The session.
    pub date: Date,
    /// First price, dollars, raw as orders filled at it.
    pub open: f64,
    /// Highest price, dollars.
    pub high: f64,
    /// Lowest price, dollars.
    pub low: f64,
    /// Last price, dollars.
    pub close: f64,
    /// What the start equity would be worth at this close, had it been put into the instrument at the close before the
    /// window: its shares and the dividends they paid, in cash that earns nothing, without costs. Between the stretches
    /// of history nothing is held. `None` if the tape begins with the window.
    pub holding_usd: Option<f64>,
}

/// The instrument a window is of.
pub(crate) struct Instrument<'a> {
    pub(crate) bars: &'a Bars,
    pub(crate) sessions: &'a SessionTable,
    pub(crate) basis: &'a SplitBasis,
    pub(crate) dividends: &'a [Dividend],
}

impl Instrument<'_> {
    /// Its sessions in `windows` (of rows of its bars), and `start_usd` held in it.
    pub(crate) fn over(&self, windows: &[Window], start_usd: f64) -> Vec<InstrumentSession> {
        let mut held = Some(start_usd);
        let mut rows = Vec::new();
        for window in windows {
            held = self.stretch(window, held, &mut rows);
        }
        rows
    }

    /// One window into `rows`; what `start_usd` has become at its end.
    fn stretch(
        &self,
        window: &Window,
        start_usd: Option<f64>,
        rows: &mut Vec<InstrumentSession>,
    ) -> Option<f64> {
        let before = window.first.checked_sub(1);
        let shares = start_usd
            .zip(before)
            .map(|(usd, row)| usd / self.constant_basis(row));
        let mut last_date = before.and_then(|row| self.date(row));
        let (mut cash_usd, mut holding_usd) = (0.0, None);
        let mut row = window.first;
        while row <= window.last {
            let end = self.end_of_session(row, window.last);
            if let Some(date) = self.date(row) {
                let paid = self.paid_per_share(last_date, date, row);
                cash_usd += shares.map_or(0.0, |shares| shares * paid);
                holding_usd = shares.map(|shares| shares * self.constant_basis(end) + cash_usd);
                rows.push(self.session(date, row, end, holding_usd));
                last_date = Some(date);
            }
            row = end + 1;
        }
        holding_usd
    }

    fn session(
        &self,
        date: Date,
        first: usize,
        last: usize,
        holding_usd: Option<f64>,
    ) -> InstrumentSession {
        let (high, low) = (
            &self.bars.high()[first..=last],
            &self.bars.low()[first..=last],
        );
        InstrumentSession {
            date,
            open: self.bars.open()[first],
            high: high.iter().copied().fold(f64::MIN, f64::max),
            low: low.iter().copied().fold(f64::MAX, f64::min),
            close: self.bars.close()[last],
            holding_usd,
        }
    }

    fn end_of_session(&self, row: usize, last: usize) -> usize {
        let ordinals = &self.bars.session()[row..=last];
        row + ordinals.partition_point(|&ordinal| ordinal == ordinals[0]) - 1
    }

    fn date(&self, row: usize) -> Option<Date> {
        let ordinal = *self.bars.session().get(row)? as usize;
        self.sessions.get(ordinal).map(|session| session.date)
    }

    /// The close of a row in dollars of the tape's first day, so that a split is no loss.
    fn constant_basis(&self, row: usize) -> f64 {
        self.bars.close()[row] * self.basis.factor(row)
    }

    /// Dividends with an ex-date after `last` and up to `date`, on the same basis.
    fn paid_per_share(&self, last: Option<Date>, date: Date, row: usize) -> f64 {
        let due = self
            .dividends
            .iter()
            .filter(|paid| last.is_some_and(|last| last < paid.ex_date) && paid.ex_date <= date);
        due.map(|paid| paid.amount_usd * self.basis.factor(row))
            .sum()
    }
}
