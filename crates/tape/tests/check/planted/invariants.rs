//! What a row, a session or a file must hold.

use std::path::Path;

use market::{SessionTable, Time};
use tape::check::Kind;

use super::*;

#[test]
fn rows_that_break_an_invariant_are_all_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let order = at_rows(40, 60, &fine_place, &|_, rows, at| {
        let row = rows.remove(at);
        rows.insert(at + 7, row);
    });
    line("order", &fine(Kind::Order, &order), 1.0, 1.0);
    let duplicate = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        let mut again = rows[at];
        again.1[VOLUME] += (dice.below(2) * 100) as f64;
        rows.insert(at + 1, again);
    });
    line("duplicate", &fine(Kind::Duplicate, &duplicate), 1.0, 1.0);
    let missing = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        let field = dice.below(5);
        rows[at].1[field] = [f64::NAN, f64::INFINITY][dice.below(2)];
    });
    line(
        "missing-value",
        &fine(Kind::MissingValue, &missing),
        1.0,
        1.0,
    );
    let price = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        rows[at].1[dice.below(4)] = [0.0, -181.5, 1e9][dice.below(3)];
    });
    line("bad-price", &fine(Kind::BadPrice, &price), 1.0, 1.0);
    let volume = at_rows(40, 60, &fine_place, &|_, rows, at| {
        rows[at].1[VOLUME] *= -1.0;
    });
    line(
        "negative-volume",
        &fine(Kind::NegativeVolume, &volume),
        1.0,
        1.0,
    );
    let crossed = at_rows(12, 60, &daily_place, &|_, rows, at| {
        rows[at].1.swap(HIGH, LOW);
    });
    line(
        "high-below-low",
        &daily(Kind::HighBelowLow, &crossed),
        1.0,
        1.0,
    );
    let overlap = at_rows(
        40,
        60,
        &|row| Time(row.0).plus_minutes(2).to_string(),
        &|_, rows, at| {
            let mut again = rows[at];
            again.0 += 2 * 60_000_000;
            rows.insert(at + 1, again);
        },
    );
    line("overlap", &fine(Kind::Overlap, &overlap), 1.0, 1.0);
    let wild = at_rows(12, 60, &daily_place, &|dice, rows, at| {
        let field = dice.below(4);
        rows[at].1[field] *= [0.01, 0.1, 10.0, 100.0][dice.below(4)];
    });
    line("wild-price", &daily(Kind::WildPrice, &wild), 1.0, 1.0);
    let print = at_rows(12, 60, &daily_place, &|dice, rows, at| {
        let [_, high, low, ..] = rows[at].1;
        let field = [OPEN, CLOSE][dice.below(2)];
        rows[at].1[field] = [high + 0.05, low - 0.05][dice.below(2)];
    });
    line(
        "print-outside-range",
        &daily(Kind::PrintOutsideRange, &print),
        1.0,
        1.0,
    );
}

#[test]
fn sessions_and_bars_that_lack_or_should_not_be_there_are_all_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let session = at_rows(12, 60, &daily_place, &|_, rows, at| {
        rows.remove(at);
    });
    line(
        "missing-session",
        &daily(Kind::MissingSession, &session),
        1.0,
        1.0,
    );
    // The next Saturday after each place, at 09:30.
    let extra = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let mut found = Vec::new();
        for at in places(dice, rows.len(), 12, 60).into_iter().rev() {
            let start = Time(rows[at].0).exchange_date().unwrap();
            let saturday = start.week(chrono_monday()).last_day() - chrono_days(1);
            let time = Time::from_exchange(saturday, 9, 30).unwrap();
            let place = rows.partition_point(|r| r.0 < time.micros());
            rows.insert(place, (time.micros(), rows[at].1));
            found.push(saturday.to_string());
        }
        found
    };
    line(
        "extra-session",
        &daily(Kind::ExtraSession, &extra),
        1.0,
        1.0,
    );
    let outside = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let sessions = SessionTable::covering(day("2021-01-04"), day("2021-12-31"));
        let mut found = Vec::new();
        for at in places(dice, 130, 2, 50) {
            let after = sessions.as_slice()[at]
                .close
                .plus_minutes(5 * dice.below(12) as i64);
            let place = rows.partition_point(|r| r.0 < after.micros());
            rows.insert(place, (after.micros(), rows[place - 1].1));
            found.push(after.to_string());
        }
        found
    };
    line(
        "outside-hours",
        &fine(Kind::OutsideHours, &outside),
        1.0,
        1.0,
    );
    let short = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let sessions = SessionTable::covering(day("2021-01-04"), day("2021-12-31"));
        let mut found = Vec::new();
        for at in places(dice, 130, 2, 50) {
            let session = sessions.as_slice()[at];
            let from = session
                .open
                .plus_minutes(5 * dice.below(24) as i64)
                .micros();
            let to = from + 60 * 60_000_000;
            rows.retain(|r| !(from..to).contains(&r.0));
            found.push(session.date.to_string());
        }
        found
    };
    line("short-session", &fine(Kind::ShortSession, &short), 1.0, 1.0);
    let gap = at_rows(80, 60, &fine_place, &|dice, rows, at| {
        let more = dice.below(3);
        let last = rows[at].0 + 5 * 60_000_000 * more as i64;
        let first = rows[at].0;
        rows.retain(|r| !(first..=last).contains(&r.0));
    });
    line("session-gap", &fine(Kind::SessionGap, &gap), 0.99, 0.99);
}

#[test]
fn a_damaged_file_is_a_finding_and_the_others_are_still_checked() {
    let (fine, daily) = market(1, 40);
    let mut dice = Dice(5);
    let mut found = 0;
    for _ in 0..200 {
        let root = temp();
        write(root.path(), "TST", "1d", &daily);
        write(root.path(), "OTH", "5m", &fine);
        let path = root.path().join("bars/interval=1d/symbol=TST/bars.parquet");
        cut(&path, &mut dice);
        let report = check(root.path());
        let unreadable = of_kind(&report, Kind::Unreadable);
        found += usize::from(unreadable.len() == 1 && unreadable[0].subject.name == "TST");
        assert!(
            report
                .items
                .iter()
                .any(|i| i.subject.name == "OTH" && i.rows > 0)
        );
    }
    println!(
        "| unreadable | 200 | {:.3} | 1.000 | 0 |",
        f64::from(found as u32) / 200.0
    );
    assert_eq!(found, 200);
}

/// Cuts a file off at a random place.
fn cut(path: &Path, dice: &mut Dice) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..dice.below(bytes.len())]).unwrap();
}
