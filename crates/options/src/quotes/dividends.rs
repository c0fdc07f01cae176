//! The dividends expected at a date: last year's again, a year later.
//!
//! A tape has ex-dates and amounts, and not when they were announced; so nothing ahead of the date is taken from it. What is
//! expected is what was paid a year ago, 52 weeks later (the same weekday), in the same order: the record is counted, not
//! dated, so that a quarter paid two weeks early is not expected a second time. One that is due and has not come is
//! expected for the next session, for [`OVERDUE_DAYS`]; after that it is given up.

use chrono::Days;
use market::{Date, Dividend, calendar};

/// Days after which a dividend that has not come is no longer expected.
pub const OVERDUE_DAYS: i64 = 45;
/// A year that keeps the weekday.
const YEAR_DAYS: u64 = 364;
/// Gaps between ex-dates from which the payments a year are counted.
const GAPS: usize = 4;
/// A record that ended longer ago than this says nothing.
const STALE_DAYS: i64 = 400;
/// Years ahead.
const YEARS: usize = 3;

/// The dividends expected at the close of `on` with ex-dates after it and up to `until`, ascending by date, one a date.
///
/// `record` ascends; of it only what went ex by `on` is looked at. Fewer than a year of payments give no expectation.
pub fn expected(record: &[Dividend], on: Date, until: Date) -> Vec<Dividend> {
    let paid = &record[..record.partition_point(|one| one.ex_date <= on)];
    let Some(a_year) = payments_a_year(paid, on) else {
        return Vec::new();
    };
    let last_year = &paid[paid.len() - a_year..];
    let mut all: Vec<Dividend> = Vec::new();
    for year in 1..=YEARS {
        for one in last_year {
            let Some(due) = one
                .ex_date
                .checked_add_days(Days::new(YEAR_DAYS * year as u64))
            else {
                return all;
            };
            if (on - due).num_days() > OVERDUE_DAYS {
                continue;
            }
            let Some(ex_date) = session_from(due.max(on.succ_opt().unwrap_or(due))) else {
                return all;
            };
            if ex_date > until {
                return all;
            }
            match all.last_mut().filter(|last| last.ex_date >= ex_date) {
                Some(last) => last.amount_usd += one.amount_usd,
                None => all.push(Dividend {
                    ex_date,
                    amount_usd: one.amount_usd,
                }),
            }
        }
    }
    all
}

/// How many payments make a year of this record; `None` without a whole year of them, or if it ended long ago.
fn payments_a_year(paid: &[Dividend], on: Date) -> Option<usize> {
    let last = paid.last()?.ex_date;
    if (on - last).num_days() > STALE_DAYS {
        return None;
    }
    let back = GAPS.min(paid.len() - 1);
    let first = paid.get(paid.len() - 1 - back)?.ex_date;
    let days = (last - first).num_days();
    if back == 0 || days <= 0 {
        return None;
    }
    let a_year = (365.0 * back as f64 / days as f64).round().max(1.0) as usize;
    (a_year <= paid.len()).then_some(a_year)
}

/// The first session on or after `date`; no run of closed days is longer than a week since 1990.
fn session_from(date: Date) -> Option<Date> {
    let ahead = (0..=7).filter_map(|days| date.checked_add_days(Days::new(days)));
    ahead.into_iter().find(|&day| calendar::is_session(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn record(rows: &[(&str, f64)]) -> Vec<Dividend> {
        let row = |&(ex, amount_usd): &(&str, f64)| Dividend {
            ex_date: day(ex),
            amount_usd,
        };
        rows.iter().map(row).collect()
    }

    /// Quarterly, with a June that came two weeks earlier than the July before it.
    fn quarterly() -> Vec<Dividend> {
        record(&[
            ("2018-03-22", 0.30),
            ("2018-07-03", 0.50),
            ("2018-09-26", 0.40),
            ("2018-12-17", 0.45),
            ("2019-03-20", 0.35),
            ("2019-06-17", 0.55),
        ])
    }

    #[test]
    fn last_year_comes_again_52_weeks_later() {
        // On 2019-03-20 four were paid within the year: July 3 + 364 days = July 2, and so on.
        let ahead = expected(&quarterly(), day("2019-03-20"), day("2020-01-31"));
        let hand = record(&[
            ("2019-07-02", 0.50),
            ("2019-09-25", 0.40),
            ("2019-12-16", 0.45),
        ]);
        assert_eq!(ahead, hand);
        // The year after the next one is the same again, twice 364 days on.
        let far = expected(&quarterly(), day("2019-03-20"), day("2020-06-30"));
        assert_eq!(
            far[3..],
            record(&[("2020-03-18", 0.35), ("2020-06-30", 0.50)])
        );
    }

    #[test]
    fn a_quarter_that_came_early_is_not_expected_again() {
        let ahead = expected(&quarterly(), day("2019-06-17"), day("2019-09-30"));
        assert_eq!(ahead, record(&[("2019-09-25", 0.40)]));
        // The session before, nothing of June 17 is known.
        let before = expected(&quarterly(), day("2019-06-14"), day("2019-09-30"));
        assert_eq!(
            before,
            record(&[("2019-07-02", 0.50), ("2019-09-25", 0.40)])
        );
    }

    #[test]
    fn what_is_overdue_is_expected_for_the_next_session_and_then_given_up() {
        let late = &quarterly()[..5];
        // Due Tuesday 2019-07-02; on Friday the 5th it is expected for Monday.
        let ahead = expected(late, day("2019-07-05"), day("2019-08-30"));
        assert_eq!(ahead, record(&[("2019-07-08", 0.50)]));
        // 45 days after July 2 is August 16.
        assert_eq!(
            expected(late, day("2019-08-16"), day("2019-09-01")).len(),
            1
        );
        assert_eq!(expected(late, day("2019-08-17"), day("2019-09-01")), []);
        // A record that ended is no expectation.
        assert_eq!(expected(late, day("2020-06-01"), day("2021-09-01")), []);
    }

    #[test]
    fn less_than_a_year_of_payments_is_no_expectation() {
        assert_eq!(
            expected(&quarterly()[..3], day("2018-10-01"), day("2019-12-31")),
            []
        );
        assert_eq!(expected(&[], day("2018-10-01"), day("2019-12-31")), []);
        let hand = expected(&quarterly()[..4], day("2018-12-17"), day("2019-03-31"));
        assert_eq!(hand, record(&[("2019-03-21", 0.30)]));
    }

    #[test]
    fn nothing_after_the_date_changes_what_is_expected() {
        let all = quarterly();
        for on in ["2018-12-31", "2019-03-19", "2019-06-16"].map(day) {
            let known = all.partition_point(|one| one.ex_date <= on);
            let until = day("2020-12-31");
            assert_eq!(
                expected(&all, on, until),
                expected(&all[..known], on, until)
            );
        }
    }

    #[test]
    fn an_ex_date_on_a_holiday_moves_on() {
        // 2019-12-26 + 364 days is 2020-12-24, a session; 2018-12-26 + 364 = Christmas 2019, so the 26th.
        let yearly = record(&[("2017-12-27", 1.0), ("2018-12-26", 1.2)]);
        let ahead = expected(&yearly, day("2019-06-03"), day("2020-01-31"));
        assert_eq!(ahead, record(&[("2019-12-26", 1.2)]));
    }
}
