use super::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn table() -> SessionTable {
    SessionTable::covering(date("2020-01-02"), date("2020-12-31"))
}

fn announced(on: &str) -> Event {
    Event {
        date: date(on),
        time_et_minutes: Some(14 * 60),
        label: "made up".to_owned(),
        scheduled: true,
        basis: None,
    }
}

fn by_surprise(on: &str, time_et_minutes: Option<u32>) -> Event {
    Event {
        time_et_minutes,
        scheduled: false,
        ..announced(on)
    }
}

fn dated(events: &[Event]) -> Dated {
    Dated::from_events(events, &table())
}

/// What is near at the close of a day.
fn at_close(dated: &Dated, on: &str, before: u32, after: u32) -> Near {
    let table = table();
    let ordinal = table.on(date(on)).unwrap();
    let close = table.get(ordinal).unwrap().close;
    dated.near(ordinal as u32, close, before, after)
}

#[test]
fn a_window_has_both_its_ends() {
    // Wednesday 2020-02-05, two sessions before it (Monday, Tuesday) and one after.
    let dated = dated(&[
        announced("2020-01-08"),
        announced("2020-02-05"),
        announced("2020-03-04"),
    ]);
    let seen: Vec<Near> = ["01-31", "02-03", "02-04", "02-05", "02-06", "02-07"]
        .iter()
        .map(|day| at_close(&dated, &format!("2020-{day}"), 2, 1))
        .collect();
    let (clear, before, after) = (Near::Clear, Near::Before, Near::After);
    assert_eq!(seen, [clear, before, before, before, after, clear]);
    // Without sessions around it the day itself is left.
    assert_eq!(at_close(&dated, "2020-02-04", 0, 0), Near::Clear);
    assert_eq!(at_close(&dated, "2020-02-05", 0, 0), Near::Before);
    assert_eq!(at_close(&dated, "2020-02-06", 0, 0), Near::Clear);
}

#[test]
fn between_two_events_the_one_to_come_weighs_more() {
    // Wednesday the 5th and Friday the 7th: Thursday is one after the one and one before the other.
    let dated = dated(&[
        announced("2020-01-08"),
        announced("2020-02-05"),
        announced("2020-02-07"),
        announced("2020-03-04"),
    ]);
    assert_eq!(at_close(&dated, "2020-02-06", 1, 2), Near::Before);
    assert_eq!(at_close(&dated, "2020-02-06", 0, 2), Near::After);
    assert_eq!(at_close(&dated, "2020-02-11", 1, 2), Near::After);
    assert_eq!(at_close(&dated, "2020-02-12", 1, 2), Near::Clear);
}

#[test]
fn an_event_on_a_day_without_a_session_belongs_to_the_next() {
    // Saturday the 15th; Monday the 17th is Washington's Birthday, so Tuesday.
    let dated = dated(&[
        announced("2020-01-08"),
        announced("2020-02-15"),
        announced("2020-03-04"),
    ]);
    assert_eq!(at_close(&dated, "2020-02-14", 0, 0), Near::Clear);
    assert_eq!(at_close(&dated, "2020-02-14", 1, 0), Near::Before);
    assert_eq!(at_close(&dated, "2020-02-18", 0, 0), Near::Before);
    assert_eq!(at_close(&dated, "2020-02-19", 0, 1), Near::After);
}

#[test]
fn what_nobody_announced_is_known_once_it_has_happened() {
    let around = [announced("2020-01-08"), announced("2020-04-01")];
    let with = |event: Event| dated(&[&around[..], &[event]].concat());
    let ordinal = table().on(date("2020-02-12")).unwrap() as u32;
    let at = |h, m| Time::from_exchange(date("2020-02-12"), h, m).unwrap();

    let at_eleven = with(by_surprise("2020-02-12", Some(11 * 60)));
    assert_eq!(at_close(&at_eleven, "2020-02-11", 3, 1), Near::Clear);
    assert_eq!(at_eleven.near(ordinal, at(10, 55), 3, 1), Near::Clear);
    assert_eq!(at_eleven.near(ordinal, at(11, 0), 3, 1), Near::Before);
    assert_eq!(at_close(&at_eleven, "2020-02-13", 3, 1), Near::After);

    // Without an hour it may have come after the close.
    let some_time = with(by_surprise("2020-02-12", None));
    assert_eq!(at_close(&some_time, "2020-02-12", 3, 1), Near::Clear);
    assert_eq!(at_close(&some_time, "2020-02-13", 3, 1), Near::After);
    // On a Sunday at 17:00: by Monday's open it is known, and Monday is its session.
    let sunday = with(by_surprise("2020-03-15", Some(17 * 60)));
    assert_eq!(at_close(&sunday, "2020-03-13", 3, 1), Near::Clear);
    assert_eq!(at_close(&sunday, "2020-03-16", 3, 1), Near::Before);
}

#[test]
fn beyond_its_record_nothing_is_known() {
    let dated = dated(&[
        announced("2020-02-05"),
        announced("2020-03-04"),
        by_surprise("2020-03-10", Some(600)),
    ]);
    assert_eq!(at_close(&dated, "2020-02-03", 1, 1), Near::Unknown);
    assert_eq!(at_close(&dated, "2020-02-04", 1, 1), Near::Before);
    assert_eq!(at_close(&dated, "2020-02-20", 1, 1), Near::Clear);
    assert_eq!(at_close(&dated, "2020-03-05", 1, 1), Near::After);
    // Nobody has said when the next one is, and a surprise does not say it either.
    assert_eq!(at_close(&dated, "2020-03-06", 1, 1), Near::Unknown);
    assert_eq!(at_close(&dated, "2020-03-10", 1, 1), Near::Before);
    assert_eq!(at_close(&dated, "2020-03-12", 1, 1), Near::Unknown);
    assert_eq!(
        at_close(&Dated::default(), "2020-03-12", 1, 1),
        Near::Unknown
    );
}

#[test]
fn a_record_that_is_longer_than_the_calendar_covers_all_of_it() {
    let dated = dated(&[
        announced("2019-12-11"),
        announced("2020-02-05"),
        announced("2035-01-10"),
    ]);
    // The table ends with the year after the last: 2021.
    assert!(dated.records(0) && dated.records(u32::MAX));
    assert_eq!(dated.span(), Some((date("2019-12-11"), date("2035-01-10"))));
    assert_eq!(at_close(&dated, "2020-01-02", 0, 3), Near::Clear);
    assert_eq!(at_close(&dated, "2020-12-31", 3, 0), Near::Clear);
    assert_eq!(dated.until(400), None);
}

#[test]
fn earnings_come_with_the_second_full_week_and_stay_five() {
    let snapshot = Snapshot {
        sessions: SessionTable::covering(date("2023-01-03"), date("2024-12-31")),
        ..Snapshot::default()
    };
    let dated = Dated::of(EARNINGS, &snapshot).unwrap();
    let on = |day: &str, before, after| {
        let table = &snapshot.sessions;
        let ordinal = table.on(date(day)).unwrap();
        dated.near(
            ordinal as u32,
            table.get(ordinal).unwrap().close,
            before,
            after,
        )
    };
    // January 2024 begins with a Monday: its first full week is the 1st to the 7th, the second starts on the 8th and
    // the fifth after that ends with Friday, February 9th.
    assert_eq!(on("2024-01-05", 0, 0), Near::Clear);
    assert_eq!(on("2024-01-05", 1, 0), Near::Before);
    assert_eq!(on("2024-01-08", 0, 0), Near::Before);
    assert_eq!(on("2024-02-09", 0, 0), Near::Before);
    assert_eq!(on("2024-02-12", 0, 0), Near::Clear);
    assert_eq!(on("2024-02-12", 0, 1), Near::After);
    // October 2023 begins with a Sunday: Mondays are the 2nd and the 9th; five weeks end with November 10th.
    assert_eq!(on("2023-10-06", 0, 0), Near::Clear);
    assert_eq!(on("2023-10-09", 0, 0), Near::Before);
    assert_eq!(on("2023-11-10", 0, 0), Near::Before);
    assert_eq!(on("2023-11-13", 0, 0), Near::Clear);
}
