//! Events by rule: decisions of the central bank, inflation, payrolls, the purchasing managers, and the index's own day.
//!
//! Nothing is drawn: the dates are the same on every seed. The kinds, labels and hours are those that an import of the
//! real calendars gives; the dates come near the real ones and are not them, and each says so in its basis.

use chrono::{Datelike as _, Weekday};
use market::{Date, Event, calendar};

/// First and last month. Beyond both ends of the market, so that the session nearest to an event is known in all of it,
/// the twenty sessions before or after that a plan may ask for included.
const FROM: (i32, u32) = (2016, 1);
const TO: (i32, u32) = (2024, 6);

/// Which Wednesday of which month the central bank decides on.
const DECISIONS: [(u32, Nth); 8] = [
    (1, Nth::Last),
    (3, Nth::Of(3)),
    (5, Nth::Of(1)),
    (6, Nth::Of(3)),
    (7, Nth::Last),
    (9, Nth::Of(3)),
    (11, Nth::Of(1)),
    (12, Nth::Of(2)),
];

/// Prices are published on the first session from this day of the month on.
const CPI_FROM_DAY: u32 = 12;

#[derive(Clone, Copy)]
enum Nth {
    Of(u32),
    Last,
}

/// Every kind with its events, ascending.
pub(super) fn events() -> Vec<(String, Vec<Event>)> {
    let made = |kind: &str, of_month: fn(Month) -> Vec<Event>| {
        (kind.to_owned(), months().flat_map(of_month).collect())
    };
    vec![
        made("fomc", fomc),
        made("cpi", cpi),
        made("nfp", nfp),
        made("ism", ism),
        made("reconstitution", reconstitution),
    ]
}

/// The dates on which the central bank decides, ascending.
pub(super) fn decisions() -> Vec<Date> {
    months().filter_map(decision).collect()
}

#[derive(Clone, Copy)]
struct Month {
    year: i32,
    month: u32,
}

fn months() -> impl Iterator<Item = Month> {
    let number = |(year, month): (i32, u32)| year * 12 + month as i32 - 1;
    (number(FROM)..=number(TO)).map(|number| Month {
        year: number.div_euclid(12),
        month: number.rem_euclid(12) as u32 + 1,
    })
}

impl Month {
    fn day(self, day: u32) -> Option<Date> {
        Date::from_ymd_opt(self.year, self.month, day)
    }

    /// The days of the month, from one of them on.
    fn days_from(self, day: u32) -> impl Iterator<Item = Date> {
        (day..=31).map_while(move |day| self.day(day))
    }

    fn sessions_from(self, day: u32) -> impl Iterator<Item = Date> {
        self.days_from(day).filter(|d| calendar::is_session(*d))
    }

    fn weekday(self, weekday: Weekday, nth: Nth) -> Option<Date> {
        let mut days = self.days_from(1).filter(|d| d.weekday() == weekday);
        match nth {
            Nth::Of(n) => days.nth(n as usize - 1),
            Nth::Last => days.last(),
        }
    }
}

/// The session of a date, or the one after it.
fn session_from(date: Date) -> Option<Date> {
    date.iter_days().take(10).find(|d| calendar::is_session(*d))
}

fn event(date: Date, minutes: Option<u32>, label: impl Into<String>, rule: &str) -> Event {
    Event {
        date,
        time_et_minutes: minutes,
        label: label.into(),
        scheduled: true,
        basis: Some(format!("simulated, by rule: {rule}")),
    }
}

fn decision(month: Month) -> Option<Date> {
    let (_, nth) = DECISIONS.iter().find(|(of, _)| *of == month.month)?;
    session_from(month.weekday(Weekday::Wed, *nth)?)
}

fn fomc(month: Month) -> Vec<Event> {
    const RULE: &str = "eight Wednesdays a year, or the session after";
    let made = |date| event(date, Some(14 * 60), "FOMC decision", RULE);
    decision(month).map(made).into_iter().collect()
}

fn cpi(month: Month) -> Vec<Event> {
    const RULE: &str = "first session from the 12th of the month on";
    let before = month.day(1).and_then(|first| first.pred_opt());
    let date = month.sessions_from(CPI_FROM_DAY).next();
    let made = date.zip(before).map(|(date, before)| {
        let label = format!("CPI for {}", before.format("%Y-%m"));
        event(date, Some(8 * 60 + 30), label, RULE)
    });
    made.into_iter().collect()
}

fn nfp(month: Month) -> Vec<Event> {
    const RULE: &str = "first Friday of the month that is a session";
    let mut fridays = month
        .sessions_from(1)
        .filter(|d| d.weekday() == Weekday::Fri);
    let made = |date| event(date, Some(8 * 60 + 30), "nfp release", RULE);
    fridays.next().map(made).into_iter().collect()
}

fn ism(month: Month) -> Vec<Event> {
    const RULE: &str = "1st/3rd session of the month";
    let labels = ["ISM Manufacturing PMI", "ISM Services PMI"];
    let dates = month.sessions_from(1).step_by(2);
    let made = dates
        .zip(labels)
        .map(|(date, label)| event(date, Some(10 * 60), label, RULE));
    made.collect()
}

fn reconstitution(month: Month) -> Vec<Event> {
    const RULE: &str = "fourth Friday of June";
    let friday = month.weekday(Weekday::Fri, Nth::Of(4));
    let made = friday.filter(|_| month.month == 6).and_then(session_from);
    made.map(|date| event(date, None, "annual (June)", RULE))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(kind: &str, year: i32) -> Vec<String> {
        let events = events();
        let of_kind = &events.iter().find(|e| e.0 == kind).unwrap().1;
        let in_year = of_kind.iter().filter(|e| e.date.year() == year);
        in_year
            .map(|e| e.date.format("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn the_rules_by_a_paper_calendar_of_2020() {
        // Wednesdays: January 29 the last, March 18 the third, May 6 the first, June 17 the third, July 29 the last,
        // September 16 the third, November 4 the first, December 9 the second.
        assert_eq!(
            dates("fomc", 2020),
            [
                "01-29", "03-18", "05-06", "06-17", "07-29", "09-16", "11-04", "12-09"
            ]
        );
        // January 12 is a Sunday, April 12 Easter, July 12 a Sunday, September 12 a Saturday, December 12 a Saturday.
        let cpi = dates("cpi", 2020);
        assert_eq!(cpi.len(), 12);
        assert_eq!(
            (&*cpi[0], &*cpi[3], &*cpi[8], &*cpi[11]),
            ("01-13", "04-13", "09-14", "12-14")
        );
        // Friday July 3 is kept for Independence Day: a week later.
        let nfp = dates("nfp", 2020);
        assert_eq!((nfp.len(), &*nfp[0], &*nfp[6]), (12, "01-03", "07-10"));
        // New Year is closed: sessions 2, 3, 6 of January.
        assert_eq!(
            dates("ism", 2020)[..4],
            ["01-02", "01-06", "02-03", "02-05"]
        );
        assert_eq!(dates("ism", 2020).len(), 24);
        assert_eq!(dates("reconstitution", 2020), ["06-26"]);
    }

    #[test]
    fn every_event_is_a_session_and_says_that_it_is_simulated() {
        for (kind, events) in events() {
            assert!(events.windows(2).all(|e| e[0].date < e[1].date), "{kind}");
            for event in events {
                assert!(calendar::is_session(event.date), "{kind} {}", event.date);
                assert!(event.scheduled);
                assert!(event.basis.unwrap().starts_with("simulated, by rule: "));
            }
        }
    }
}
