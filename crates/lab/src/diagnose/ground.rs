//! The ground a log is judged on: bars, sessions, and where on them an instant lies.

use market::{FillRule, Side, Time, Trade};

use crate::stage::Stage;

/// Sessions between two entries of one side that may still be meant as the same trade.
pub(super) const TOLERANCE_SESSIONS: usize = 3;

/// Where a logged trade or the plan's lies on the plan's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The bar.
    pub(super) bar: usize,
    /// Ordinal of its session.
    pub(super) session: u32,
    /// The instant.
    pub(super) time: Time,
    /// False if only the date is known.
    pub(super) exact: bool,
}

impl Place {
    /// The same moment of the plan's clock, as far as both are known: the same bar (or instant), or without times of day the same
    /// session.
    pub(super) fn meets(self, other: Place) -> bool {
        if self.exact && other.exact {
            self.bar == other.bar || self.time == other.time
        } else {
            self.session == other.session
        }
    }

    pub(super) fn is_after(self, other: Place) -> bool {
        !self.meets(other) && (self.bar, self.time) > (other.bar, other.time)
    }
}

/// The bars and sessions of a stage.
pub(super) struct Ground<'a> {
    pub(super) stage: &'a Stage<'a>,
}

impl Ground<'_> {
    /// Where an instant of a log lies. Before its session's first bar: in that one; after its last: in that; on a day without
    /// bars: in the last before.
    pub(super) fn of_log(&self, time: Time, exact: bool) -> Option<Place> {
        let bars = self.stage.bars();
        let date = time.exchange_date()?;
        let rows = bars.rows_between(date, date, self.stage.calendar());
        let bar = if rows.is_empty() {
            bars.start()
                .partition_point(|start| *start <= time)
                .checked_sub(1)?
        } else if exact {
            let begun = bars.start()[rows.clone()].partition_point(|start| *start <= time);
            rows.start + begun.saturating_sub(1)
        } else {
            rows.start
        };
        Some(Place {
            bar,
            session: bars.session()[bar],
            time,
            exact,
        })
    }

    /// Where a fill of the plan lies: at the start of a bar if its rule is of opens, else at the end of one.
    pub(super) fn of_plan(&self, time: Time, rule: FillRule) -> Option<Place> {
        let bars = self.stage.bars();
        let bar = match rule {
            FillRule::Open | FillRule::Gap | FillRule::Improved => bars
                .start()
                .partition_point(|start| *start <= time)
                .checked_sub(1)?,
            _ => bars
                .end()
                .partition_point(|end| *end < time)
                .min(bars.len().checked_sub(1)?),
        };
        Some(Place {
            bar,
            session: bars.session()[bar],
            time,
            exact: true,
        })
    }
}

/// A fill this far outside its session's range was made elsewhere: in other prices, another zone, another symbol.
const BEYOND: f64 = 0.01;

impl Ground<'_> {
    /// A warning if logged prices lie outside what the tape says was traded in their sessions.
    pub(super) fn prices_elsewhere(
        &self,
        logged: &[Placed<&journal::RoundTrip>],
    ) -> Option<String> {
        let bars = self.stage.bars();
        let outside = |place: Place, price: f64| {
            let first = bars.session().partition_point(|s| *s < place.session);
            let after = bars.session().partition_point(|s| *s <= place.session);
            let low = bars.low()[first..after]
                .iter()
                .copied()
                .fold(f64::INFINITY, f64::min);
            let high = bars.high()[first..after]
                .iter()
                .copied()
                .fold(0.0, f64::max);
            price < low * (1.0 - BEYOND) || price > high * (1.0 + BEYOND)
        };
        // Averages of trades that were added to or reduced lie between sessions.
        let single = |trade: &Placed<&journal::RoundTrip>| {
            trade.trade.entries == 1 && trade.trade.exits == 1
        };
        let wrong = logged.iter().filter(|t| {
            single(t)
                && (outside(t.entry, t.trade.entry_price) || outside(t.exit, t.trade.exit_price))
        });
        let wrong: Vec<u64> = wrong.map(|t| t.trade.line).collect();
        let first = wrong.first()?;
        Some(format!(
            "{} of {} trades were filled more than 1 % outside the tape's range of their session (the first on line {first}): other dates or another zone, adjusted prices, or a tape that is not the market traded",
            wrong.len(),
            logged.len()
        ))
    }
}

/// A trade with both its places.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) trade: T,
    pub(super) side: Side,
    pub(super) entry: Place,
    pub(super) exit: Place,
}

impl<T> Placed<T> {
    /// True if both are held at some bar (or in some session, where no times are known).
    pub(super) fn overlaps<U>(&self, other: &Placed<U>) -> bool {
        let exact = self.entry.exact && self.exit.exact && other.entry.exact && other.exit.exact;
        if exact {
            self.entry.bar <= other.exit.bar && other.entry.bar <= self.exit.bar
        } else {
            self.entry.session <= other.exit.session && other.entry.session <= self.exit.session
        }
    }
}

impl<'a> Ground<'a> {
    pub(super) fn logged(
        &self,
        trip: &'a journal::RoundTrip,
    ) -> Option<Placed<&'a journal::RoundTrip>> {
        Some(Placed {
            trade: trip,
            side: trip.side,
            entry: self.of_log(trip.entry_time, trip.exact)?,
            exit: self.of_log(trip.exit_time, trip.exact)?,
        })
    }

    pub(super) fn planned<'t>(&self, trade: &'t Trade) -> Option<Placed<&'t Trade>> {
        Some(Placed {
            trade,
            side: trade.side,
            entry: self.of_plan(trade.entry_time, trade.entry_rule)?,
            exit: self.of_plan(trade.exit_time, trade.exit_rule)?,
        })
    }
}
