use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;

fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).unwrap()
}

fn year_days(year: i32) -> impl Iterator<Item = Date> {
    day(year, 1, 1)
        .iter_days()
        .take_while(move |d| d.year() == year)
}

/// The real tape, or a printed reason why the test did not run.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real_tape() -> Option<PathBuf> {
    let path = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape"),
        PathBuf::from,
    );
    if path.is_dir() {
        return Some(path);
    }
    eprintln!(
        "skipped: no real tape (set STORMPROOF_REAL_TAPE; {} is not there)",
        path.display()
    );
    None
}

#[test]
fn holidays_and_the_days_that_stand_in_for_them() {
    let closed = [
        (day(1990, 2, 19), "Washington's Birthday"),
        (day(1998, 1, 19), "Martin Luther King Jr. Day"),
        // Easter Sunday: 1991-03-31, 2000-04-23, 2008-03-23 (the earliest of the century so far).
        (day(1991, 3, 29), "Good Friday"),
        (day(2000, 4, 21), "Good Friday"),
        (day(2008, 3, 21), "Good Friday"),
        (day(2038, 4, 23), "Good Friday"),
        (day(2017, 1, 2), "New Year's Day"),
        (day(2021, 5, 31), "Memorial Day"),
        (day(2022, 6, 20), "Juneteenth"),
        (day(2027, 6, 18), "Juneteenth"),
        (day(2020, 7, 3), "Independence Day"),
        (day(2021, 7, 5), "Independence Day"),
        (day(2015, 9, 7), "Labor Day"),
        (day(2018, 11, 22), "Thanksgiving Day"),
        (day(2021, 12, 24), "Christmas Day"),
        (day(2022, 12, 26), "Christmas Day"),
    ];
    for (date, name) in closed {
        assert_eq!(why_closed(date), Some(Closure::Holiday(name)), "{date}");
        assert_eq!(close_time(date), None, "{date}");
        assert!(!half_day(date), "{date}");
    }
}

#[test]
fn days_that_trade_although_a_neighbouring_rule_would_close_them() {
    for date in [
        day(1997, 1, 20),  // Martin Luther King Jr. Day was first kept in 1998
        day(2021, 6, 18),  // Juneteenth in 2022
        day(1999, 12, 31), // New Year's Day on a Saturday is not kept
        day(2010, 12, 31),
        day(2021, 12, 31),
        day(2001, 9, 10),
        day(2001, 9, 17),
        day(2012, 10, 31),
        day(2000, 11, 7), // Election Day closed for the last time in 1980
    ] {
        assert_eq!(why_closed(date), None, "{date}");
    }
}

#[test]
fn special_closings_say_why() {
    let september = (11..=14).map(|d| day(2001, 9, d));
    for date in september {
        assert_eq!(
            why_closed(date).unwrap().to_string(),
            "attacks of September 11"
        );
    }
    assert_eq!(
        why_closed(day(2018, 12, 5)).unwrap().to_string(),
        "day of mourning for President Bush"
    );
    assert_eq!(why_closed(day(2020, 2, 29)), Some(Closure::Weekend));
    assert_eq!(why_closed(day(1989, 7, 3)), Some(Closure::UnknownYear));
    assert_eq!(
        why_closed(day(2101, 1, 3)).unwrap().to_string(),
        "outside the years the calendar knows, 1990 to 2100"
    );
    // Every row of the list is a weekday that no holiday rule closes already.
    for (year, month, d, reason) in SPECIAL {
        assert_eq!(
            why_closed(day(year, month, d)),
            Some(Closure::Special(reason))
        );
    }
}

#[test]
fn half_days_follow_the_rules_of_their_time() {
    let close = |y, m, d| close_time(day(y, m, d)).unwrap().to_string();
    // Independence Day on a Thursday: the Friday after it until 2012, the Wednesday before it since.
    assert_eq!(close(2002, 7, 5), "13:00:00");
    assert_eq!(close(2002, 7, 3), "16:00:00");
    assert_eq!(close(1996, 7, 5), "13:00:00");
    assert_eq!(close(2013, 7, 3), "13:00:00");
    assert_eq!(close(2013, 7, 5), "16:00:00");
    assert_eq!(close(2019, 7, 3), "13:00:00");
    // On a Wednesday it is the Tuesday before, on a Monday there is nothing to shorten.
    assert_eq!(close(2012, 7, 3), "13:00:00");
    assert_eq!(close(2022, 7, 1), "16:00:00");
    assert_eq!(close(2020, 7, 2), "16:00:00");
    assert_eq!(close(1991, 7, 5), "16:00:00");
    // The day after Thanksgiving.
    assert_eq!(close(1991, 11, 29), "16:00:00");
    assert_eq!(close(1992, 11, 27), "14:00:00");
    assert_eq!(close(1993, 11, 26), "13:00:00");
    assert_eq!(close(2024, 11, 29), "13:00:00");
    assert_eq!(close(2024, 11, 22), "16:00:00");
    // Christmas Eve and the two announced days after Christmas.
    assert_eq!(close(1990, 12, 24), "14:00:00");
    assert_eq!(close(1996, 12, 24), "13:00:00");
    assert_eq!(close(1997, 12, 26), "13:00:00");
    assert_eq!(close(2003, 12, 26), "13:00:00");
    assert_eq!(close(2008, 12, 26), "16:00:00");
    assert_eq!(close(1999, 12, 31), "16:00:00");
}

#[test]
fn clocks_change_between_sessions() {
    let table = sessions_of_years(day(2006, 1, 1), day(2006, 12, 31));
    let hour = |y, m, d| {
        let session = table.iter().find(|s| s.date == day(y, m, d)).unwrap();
        (session.open.micros() / 60_000_000) % 1440
    };
    // 09:30 New York is 14:30Z in winter, 13:30Z in summer. The rule changed in 2007: from the
    // first Sunday of April and the last of October to the second of March and the first of November.
    assert_eq!(hour(2006, 3, 31), 14 * 60 + 30);
    assert_eq!(hour(2006, 4, 3), 13 * 60 + 30);
    assert_eq!(hour(2006, 10, 30), 14 * 60 + 30);
    assert_eq!(hour(2007, 3, 9), 14 * 60 + 30);
    assert_eq!(hour(2007, 3, 12), 13 * 60 + 30);
    assert_eq!(hour(2007, 11, 2), 13 * 60 + 30);
    assert_eq!(hour(2007, 11, 5), 14 * 60 + 30);
}

#[test]
fn every_instant_of_the_table_is_what_a_new_york_clock_shows() {
    let table = sessions_of_years(day(1990, 1, 1), day(2099, 1, 1));
    assert!(table.windows(2).all(|w| w[0].close < w[1].open));
    for session in &table {
        let open = Time::from_exchange(session.date, 9, 30).unwrap();
        assert_eq!(session.open, open, "{}", session.date);
        let close = session.close.exchange().unwrap();
        assert_eq!(close.date(), session.date);
        assert_eq!(Some(close.time()), close_time(session.date));
    }
}

#[test]
fn the_table_holds_the_sessions_of_its_years_and_nothing_else() {
    let table = sessions_of_years(day(2019, 6, 1), day(2020, 2, 1));
    let dates: Vec<Date> = table.iter().map(|s| s.date).collect();
    let wanted: Vec<Date> = (2019..=2021)
        .flat_map(year_days)
        .filter(|&d| is_session(d))
        .collect();
    assert_eq!(dates, wanted);
    // The exchange counts 252, 253 and 252 sessions in 2019, 2020 and 2021.
    assert_eq!(wanted.len(), 252 + 253 + 252);
}

#[test]
fn nonsense_years_make_a_small_table() {
    assert!(sessions_of_years(Date::MIN, day(1980, 1, 1)).is_empty());
    assert!(sessions_of_years(day(2200, 1, 1), Date::MAX).is_empty());
    assert!(sessions_of_years(day(2020, 1, 1), day(2010, 1, 1)).is_empty());
    let all = sessions_of_years(Date::MIN, Date::MAX);
    assert_eq!(all.first().unwrap().date, day(1990, 1, 2));
    assert_eq!(all.last().unwrap().date, day(2100, 12, 31));
}

#[test]
fn equal_to_the_published_sessions_on_every_day_2016_to_2026() {
    let Some(tape) = real_tape() else { return };
    let text = std::fs::read_to_string(tape.join("calendar/nyse_sessions.csv")).unwrap();
    let published: BTreeMap<Date, &str> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            let date = cells.next().unwrap().parse().unwrap();
            (date, cells.nth(1).unwrap())
        })
        .collect();
    let mut checked = 0;
    for date in (2016..=2026).flat_map(year_days) {
        let ours = close_time(date).map(|t| t.format("%H:%M").to_string());
        let theirs = published.get(&date).map(|&s| s.to_owned());
        assert_eq!(ours, theirs, "{date}: {:?}", why_closed(date));
        checked += usize::from(theirs.is_some());
    }
    assert_eq!(checked, published.len());
}

#[test]
fn equal_to_the_dates_of_the_daily_tape_since_2005() {
    let Some(tape) = real_tape() else { return };
    let text = std::fs::read_to_string(tape.join("daily/IWM.csv")).unwrap();
    let traded: Vec<Date> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap().parse().unwrap())
        .collect();
    let (first, last) = (traded[0], *traded.last().unwrap());
    let ours: Vec<Date> = sessions_of_years(first, last)
        .iter()
        .map(|s| s.date)
        .filter(|d| (first..=last).contains(d))
        .collect();
    assert_eq!(ours.len(), traded.len());
    assert_eq!(ours, traded);
}
