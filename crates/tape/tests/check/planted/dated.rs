//! Series and records.

use market::{Date, SessionTable};
use tape::check::Kind;

use super::*;

#[test]
fn series_that_lack_repeat_or_rest_are_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let sessions = SessionTable::covering(day("2015-01-02"), day("2022-12-30"));
    let (mut gap, mut stale, mut closed) = (Score::default(), Score::default(), Score::default());
    let (mut leap, mut below) = (Score::default(), Score::default());
    for seed in 1..=20 {
        let mut dice = Dice(seed);
        let mut level = 0.0;
        let clean: Vec<(i32, f64)> = sessions
            .as_slice()
            .iter()
            .map(|session| {
                level = 0.98 * level + 0.05 * dice.normal();
                (days_since_1970(session.date), cents(20.0 * f64::exp(level)))
            })
            .collect();
        let chosen = places(&mut dice, clean.len(), 20, 40);
        let named = |days: i32| (Date::default() + chrono_days(days as u64)).to_string();
        let write_and_check = |rows: &[(i32, f64)]| {
            let root = temp();
            write_dated(root.path(), "series", "TST", rows);
            check(root.path())
        };
        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().rev() {
            planted.push((Kind::SeriesGap, named(rows.remove(at).0)));
        }
        gap.count(Kind::SeriesGap, &planted, &write_and_check(&rows));

        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().step_by(4) {
            for more in 1..6 {
                rows[at + more].1 = rows[at].1;
            }
            planted.push((Kind::SeriesStale, named(rows[at].0)));
        }
        stale.count(Kind::SeriesStale, &planted, &write_and_check(&rows));

        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().rev() {
            let date = Date::default() + chrono_days(rows[at].0 as u64);
            let sunday = date.week(chrono_monday()).last_day();
            let days = days_since_1970(sunday);
            let place = rows.partition_point(|r| r.0 < days);
            rows.insert(place, (days, rows[at].1 + 0.5));
            planted.push((Kind::ClosedDay, named(days)));
        }
        closed.count(Kind::ClosedDay, &planted, &write_and_check(&rows));

        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().step_by(2) {
            rows[at].1 = cents(rows[at].1 * [0.4, 0.5, 2.0, 100.0][dice.below(4)]);
            planted.push((Kind::Outlier, named(rows[at].0)));
        }
        leap.count(Kind::Outlier, &planted, &write_and_check(&rows));

        let mut rows = clean;
        let mut planted = Vec::new();
        for &at in chosen.iter().step_by(2) {
            rows[at].1 = [0.0, -15.2, -rows[at].1][dice.below(3)];
            planted.push((Kind::Outlier, named(rows[at].0)));
        }
        below.count(Kind::Outlier, &planted, &write_and_check(&rows));
    }
    line("series-gap", &gap, 1.0, 1.0);
    // Quoted in cents, a value now and then begins a run one day early.
    line("series-stale", &stale, 0.95, 0.95);
    line("closed-day", &closed, 1.0, 1.0);
    line("outlier, series", &leap, 0.95, 0.95);
    line("outlier, series at or below 0", &below, 1.0, 1.0);
}
