//! Opens, closes and ranges of the session and the one before.

use indicators::Column;
use market::{Bars, Interval};

use crate::clock::Clock;

use super::{Days, Run};

/// A figure of a whole session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionField {
    /// First price, dollars.
    Open,
    /// Highest price, dollars.
    High,
    /// Lowest price, dollars.
    Low,
    /// Last price, dollars.
    Close,
    /// Shares traded.
    Volume,
}

impl Clock<'_> {
    /// The session's first price: the official open, else the open of the first bar if that one starts with the session.
    pub fn session_open(&self) -> Column {
        let days = self.days();
        self.by_session(|runs, n| {
            let run = &runs[n];
            let official = days.as_ref().and_then(|days| opened(days, run, self.bars));
            official
                .or_else(|| own_open(run, self.bars))
                .unwrap_or(f64::NAN)
        })
    }

    /// The last price of the session right before: the official close, else that of its last bar if that one ends with
    /// the session. Unknown if that session is missing; in today's dollars on the morning of a split.
    pub fn previous_close(&self) -> Column {
        self.previous_session(SessionField::Close)
    }

    /// [`session_open`](Self::session_open) ÷ [`previous_close`](Self::previous_close) − 1, a fraction.
    pub fn gap(&self) -> Column {
        let (open, before) = (self.session_open(), self.previous_close());
        let pairs = open.values().iter().zip(before.values());
        Column::new(pairs.map(|(open, before)| open / before - 1.0).collect())
    }

    /// The highest price of the session's bars so far, this one included. (Of the bars there are: one that is missing shows
    /// in [`relative_volume`](Self::relative_volume) and [`opening_range`](Self::opening_range), not here.)
    pub fn session_high(&self) -> Column {
        self.so_far(self.bars.high(), f64::max)
    }

    /// The lowest price of the session's bars so far, this one included; of the bars there are.
    pub fn session_low(&self) -> Column {
        self.so_far(self.bars.low(), f64::min)
    }

    /// A figure of the session right before; unknown if that session is missing.
    ///
    /// Prices are official where they can be; else those of its own bars: the open if its first bar starts with the
    /// session, the close if its last ends with it, high and low if none is missing. The volume is always that of its own
    /// bars, none missing, so that it compares with [`session_volume`](Self::session_volume): a daily bar counts venues
    /// that intraday bars may not.
    pub fn previous_session(&self, field: SessionField) -> Column {
        let days = self.days();
        self.by_session(|runs, n| {
            let run = &runs[n];
            let Some(ordinal) = run.ordinal.checked_sub(1) else {
                return f64::NAN;
            };
            let own = n.checked_sub(1).map(|before| &runs[before]);
            let own = own.filter(|before| before.ordinal == ordinal);
            let now = self.basis.factor(run.rows.start);
            if field == SessionField::Volume {
                let volume = own.and_then(|before| whole_volume(before, self.bars));
                let then = own.map_or(1.0, |before| self.basis.factor(before.rows.start));
                return volume.map_or(f64::NAN, |shares| shares / then * now);
            }
            let official = days
                .as_ref()
                .and_then(|days| days.constant(ordinal, column(days.bars, field)));
            let own = || {
                let before = own?;
                Some(own_price(before, self.bars, field)? * self.basis.factor(before.rows.start))
            };
            official
                .or_else(own)
                .map_or(f64::NAN, |constant| constant / now)
        })
    }

    /// A running figure of the session.
    pub(super) fn so_far(&self, column: &[f64], both: fn(f64, f64) -> f64) -> Column {
        let mut running = f64::NAN;
        self.by_row(|run, row| {
            let value = column.get(row).copied().unwrap_or(f64::NAN);
            running = if row == run.rows.start {
                value
            } else {
                both(running, value)
            };
            running
        })
    }
}

fn column(bars: &Bars, field: SessionField) -> &[f64] {
    let raw = bars.raw();
    match field {
        SessionField::Open => raw.open.as_slice(),
        SessionField::High => raw.high.as_slice(),
        SessionField::Low => raw.low.as_slice(),
        SessionField::Close => raw.close.as_slice(),
        SessionField::Volume => raw.volume.as_slice(),
    }
}

/// The official open of a session, once its daily bar has started.
fn opened(days: &Days<'_>, run: &Run, bars: &Bars) -> Option<f64> {
    let row = days.row(run.ordinal)?;
    (days.bars.start()[row] < bars.end()[run.rows.start])
        .then(|| days.bars.open().get(row).copied())?
}

fn own_open(run: &Run, bars: &Bars) -> Option<f64> {
    let first = run.rows.start;
    let begins = bars.interval == Interval::Day || bars.start()[first] == run.session.open;
    begins.then(|| bars.open().get(first).copied())?
}

/// A price of a session from its own bars, if they tell it for certain.
fn own_price(run: &Run, bars: &Bars, field: SessionField) -> Option<f64> {
    let last = run.rows.end - 1;
    let of = |column: &[f64], both: fn(f64, f64) -> f64| {
        let whole = run.is_whole(bars).then(|| column.get(run.rows.clone()))??;
        whole.iter().copied().reduce(both)
    };
    match field {
        SessionField::Open => own_open(run, bars),
        SessionField::High => of(bars.high(), f64::max),
        SessionField::Low => of(bars.low(), f64::min),
        SessionField::Close => {
            let ends = bars.end()[last] == run.session.close;
            ends.then(|| bars.close().get(last).copied())?
        }
        SessionField::Volume => whole_volume(run, bars),
    }
}

fn whole_volume(run: &Run, bars: &Bars) -> Option<f64> {
    let whole = run.is_whole(bars);
    let shares = whole.then(|| bars.volume().get(run.rows.clone()))??;
    Some(shares.iter().sum())
}
