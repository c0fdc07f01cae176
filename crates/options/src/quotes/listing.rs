//! The expiries and strikes IWM lists, by rule, as of a date.
//!
//! No list of what was listed is at hand; these rules are those of the exchanges (Cboe's pages on Weeklys and LEAPS, the
//! monthly cycle), simplified towards *fewer* expiries and strikes than there were:
//!
//! - Monthlies expire on the third Friday: the nearest three months, March, June, September and December of the next
//!   twelve, January of the next twenty-eight (LEAPS).
//! - Weeklies expire on every other Friday since June 2010 (Cboe extended them to funds in May 2010). Each is listed from
//!   a Thursday on: eight days ahead at first, up to five in a row, six weeks ahead, since July 2012. Expiries on other
//!   weekdays (2021 and later) and at the ends of quarters are left out.
//! - A Friday without a session moves the expiry to the session before it.
//! - Strikes are whole dollars near the money and multiples of five farther out. How far is [`Strikes::widened`]'s affair;
//!   a strike once listed stays until it expires.

use chrono::{Datelike as _, Days, Months, Weekday};
use market::{Date, calendar};

/// Which cycle an expiry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    /// A Friday that is not the third of its month.
    Weekly,
    /// The third Friday.
    Monthly,
}

/// An expiry, and since when it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The last session it trades.
    pub date: Date,
    /// Which cycle it belongs to.
    pub cycle: Cycle,
    /// The first day it is listed; not always a session.
    pub listed: Date,
}

/// Months ahead of which monthlies are listed: the nearest, those of the quarterly cycle, January.
const NEAREST_MONTHS: u32 = 3;
const QUARTERLY_MONTHS: u32 = 12;
const JANUARY_MONTHS: u32 = 28;
/// Days from a weekly's Thursday of listing to its Friday, now and before July 2012.
const WEEKLY_DAYS: u64 = 43;
const EARLY_WEEKLY_DAYS: u64 = 8;

/// The expiries listed on `on`, ascending; one that expires on `on` is among them.
pub fn expiries(on: Date) -> Vec<Expiry> {
    // Thursday's expiry that stands for a Friday is found by that Friday.
    let to_friday = (Weekday::Fri.days_since(on.weekday())).into();
    let fridays = (to_friday..=WEEKLY_DAYS).step_by(7);
    let weeklies = fridays.filter_map(|days| weekly(on.checked_add_days(Days::new(days))?));
    let this_month = on.with_day(1);
    let months = (0..=JANUARY_MONTHS)
        .filter_map(|ahead| Some((ahead, this_month?.checked_add_months(Months::new(ahead))?)))
        .filter(|(ahead, first)| *ahead <= months_ahead(first.month()))
        .map(|(_, first)| first);
    let monthlies = months.filter_map(monthly);
    let listed = |expiry: &Expiry| expiry.listed <= on && on <= expiry.date;
    let mut all: Vec<Expiry> = weeklies.chain(monthlies).filter(listed).collect();
    all.sort_unstable_by_key(|expiry| expiry.date);
    all
}

/// The expiry on exactly this date, listed or not yet; `None` if none is ever listed there.
pub fn expiry_on(date: Date) -> Option<Expiry> {
    if !calendar::is_session(date) {
        return None;
    }
    let fridays = (0..7).filter_map(|days| date.checked_add_days(Days::new(days)));
    let friday = fridays.into_iter().find(|d| d.weekday() == Weekday::Fri)?;
    let expiry = if is_third(friday) {
        monthly(friday.with_day(1)?)
    } else {
        weekly(friday)
    };
    expiry.filter(|expiry| expiry.date == date)
}

/// The weekly of a Friday; `None` for other days, third Fridays and before weeklies began.
fn weekly(friday: Date) -> Option<Expiry> {
    let (begun, five) = (
        Date::from_ymd_opt(2010, 6, 1)?,
        Date::from_ymd_opt(2012, 7, 1)?,
    );
    if friday.weekday() != Weekday::Fri || is_third(friday) {
        return None;
    }
    let early = friday.checked_sub_days(Days::new(EARLY_WEEKLY_DAYS))?;
    let late = friday.checked_sub_days(Days::new(WEEKLY_DAYS))?;
    // Those of the change-over are listed on the day of the change.
    let listed = if early < five { early } else { late.max(five) };
    (listed >= begun).then_some(())?;
    Some(Expiry {
        date: session_until(friday)?,
        cycle: Cycle::Weekly,
        listed,
    })
}

/// Months before its own in which a month's expiry is listed.
const fn months_ahead(month: u32) -> u32 {
    match month {
        1 => JANUARY_MONTHS,
        3 | 6 | 9 | 12 => QUARTERLY_MONTHS,
        _ => NEAREST_MONTHS,
    }
}

/// The monthly of the month that begins on `first`.
fn monthly(first: Date) -> Option<Expiry> {
    let ahead = months_ahead(first.month());
    // It enters when the month that was listed in its place has expired.
    let before = third_friday(first.checked_sub_months(Months::new(ahead))?)?;
    Some(Expiry {
        date: session_until(third_friday(first)?)?,
        cycle: Cycle::Monthly,
        listed: before.succ_opt()?,
    })
}

fn third_friday(first: Date) -> Option<Date> {
    Date::from_weekday_of_month_opt(first.year(), first.month(), Weekday::Fri, 3)
}

fn is_third(friday: Date) -> bool {
    (15..=21).contains(&friday.day())
}

/// The last session on or before `date`; no run of closed days is longer than a week since 1990.
fn session_until(date: Date) -> Option<Date> {
    let back = (0..=7).filter_map(|days| date.checked_sub_days(Days::new(days)));
    back.into_iter().find(|&day| calendar::is_session(day))
}

/// The strikes of one expiry: whole dollars in an inner range, multiples of five in an outer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strikes {
    inner: (u32, u32),
    outer: (u32, u32),
}

/// Dollars between strikes of the outer range.
const OUTER_STEP: u32 = 5;
/// Reach of the ranges in log price: at least, and standard deviations until expiry.
const INNER_REACH: (f64, f64) = (0.20, 3.0);
const OUTER_REACH: (f64, f64) = (0.40, 5.0);
/// No range reaches farther: a third of the price to three times it.
const FARTHEST: f64 = 1.1;
/// Dearer underlyings than this have no strikes here.
const DEAREST_USD: f64 = 1e6;

impl Strikes {
    /// None.
    pub const NONE: Strikes = Strikes {
        inner: (u32::MAX, 0),
        outer: (u32::MAX, 0),
    };

    /// These, and those an exchange adds after a close at `spot` dollars with `years` to go: the inner range reaches 20 % or
    /// three standard deviations either way, the outer one 40 % or five, whichever is more (in log price, `volatility` a
    /// year; 0 where none is known). Strikes only come: what one close listed the next cannot take away.
    #[must_use]
    pub fn widened(self, spot: f64, volatility: f64, years: f64) -> Strikes {
        if !(spot > 0.0 && spot < DEAREST_USD) {
            return self;
        }
        let deviation = volatility.max(0.0) * years.max(0.0).sqrt();
        let range = |(least, deviations): (f64, f64), (low, high): (u32, u32)| {
            let reach = (deviations * deviation).max(least).min(FARTHEST);
            let below = (spot * (-reach).exp()).ceil().max(1.0) as u32;
            let above = (spot * reach.exp()).floor() as u32;
            (low.min(below), high.max(above))
        };
        Strikes {
            inner: range(INNER_REACH, self.inner),
            outer: range(OUTER_REACH, self.outer),
        }
    }

    /// The place of a strike among whole dollars, if it is listed.
    pub fn dollars(&self, strike: f64) -> Option<u32> {
        let whole = strike as u32;
        let within = |(low, high): (u32, u32)| (low..=high).contains(&whole);
        let listed = within(self.inner) || (within(self.outer) && whole.is_multiple_of(OUTER_STEP));
        (f64::from(whole) == strike && listed).then_some(whole)
    }

    /// The lowest and the highest, dollars; `None` if there are none.
    pub fn span(&self) -> Option<(u32, u32)> {
        let (low, high) = (
            self.inner.0.min(self.outer.0),
            self.inner.1.max(self.outer.1),
        );
        (low <= high).then_some((low, high))
    }

    /// Every strike, ascending, dollars.
    pub fn all(&self) -> Vec<f64> {
        let Some((low, high)) = self.span() else {
            return Vec::new();
        };
        let each = (low..=high).map(f64::from);
        each.filter(|&k| self.dollars(k).is_some()).collect()
    }
}

#[cfg(test)]
mod tests;
