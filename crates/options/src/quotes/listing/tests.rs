use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn dates(on: &str, cycle: Cycle) -> Vec<String> {
    let all = expiries(day(on)).into_iter();
    all.filter(|e| e.cycle == cycle)
        .map(|e| e.date.to_string())
        .collect()
}

#[test]
fn the_listing_of_a_day() {
    // Wednesday 2022-02-02. Fridays ahead but for the third one (the 18th): 4, 11, 25 February, 4 and 11 March. The one of 18
    // March is a third Friday; the 25th, 51 days ahead, is listed from Thursday 10 February (43 days before it).
    assert_eq!(
        dates("2022-02-02", Cycle::Weekly),
        [
            "2022-02-04",
            "2022-02-11",
            "2022-02-25",
            "2022-03-04",
            "2022-03-11"
        ]
    );
    // February, March and April (Thursday: Good Friday is the third); June to December of the cycle, and of January 2023
    // and 2024 (24 months ahead).
    assert_eq!(
        dates("2022-02-02", Cycle::Monthly),
        [
            "2022-02-18",
            "2022-03-18",
            "2022-04-14",
            "2022-06-17",
            "2022-09-16",
            "2022-12-16",
            "2023-01-20",
            "2024-01-19"
        ]
    );
}

#[test]
fn a_weekly_enters_on_its_thursday() {
    let has = |on: &str| dates(on, Cycle::Weekly).contains(&"2022-03-25".to_owned());
    assert!(!has("2022-02-09"));
    assert!(has("2022-02-10"));
    assert!(has("2022-03-25"));
    assert!(!has("2022-03-28"));
}

#[test]
fn fridays_without_a_session_move_the_expiry_to_the_one_before() {
    for (friday, moved) in [
        ("2019-04-19", "2019-04-18"), // Good Friday, a third Friday
        ("2020-12-25", "2020-12-24"), // Christmas
        ("2021-01-01", "2020-12-31"), // New Year's Day, another year
        ("2026-06-19", "2026-06-18"), // Juneteenth, a third Friday
        ("2026-07-03", "2026-07-02"), // Independence Day kept
    ] {
        assert_eq!(expiry_on(day(friday)), None, "{friday}");
        let expiry = expiry_on(day(moved)).unwrap();
        assert_eq!(expiry.date, day(moved));
        assert!(expiries(day(moved)).contains(&expiry), "{moved}");
    }
    // Juneteenth was no holiday of the exchange before 2022: the third Friday of June 2020 traded.
    assert_eq!(expiry_on(day("2020-06-19")).unwrap().cycle, Cycle::Monthly);
    assert_eq!(
        expiry_on(day("2020-06-18")),
        None,
        "a Thursday before a session"
    );
}

#[test]
fn weeklies_began_in_2010_and_reached_six_weeks_in_2012() {
    assert_eq!(dates("2010-05-12", Cycle::Weekly), [""; 0]);
    assert_eq!(
        dates("2011-03-09", Cycle::Weekly),
        ["2011-03-11"],
        "the next alone"
    );
    assert_eq!(
        dates("2011-03-17", Cycle::Weekly),
        ["2011-03-25"],
        "from its Thursday on"
    );
    assert_eq!(dates("2012-08-01", Cycle::Weekly).len(), 5);
}

#[test]
fn strikes_of_one_close_by_hand() {
    // 170 dollars, volatility 0.25, 36.5 days: a deviation is 0.25·√0.1 = 0.0791. Inner reach max(0.20, 0.2372) = 0.2372:
    // 170·e^∓0.2372 = 134.1 … 215.5, so 135 to 215. Outer max(0.40, 0.3953) = 0.40: 113.95 … 253.6: 115 to 250 by fives.
    let strikes = Strikes::NONE.widened(170.0, 0.25, 0.1);
    let mut expected: Vec<f64> = (115..135).step_by(5).map(f64::from).collect();
    expected.extend((135..=215).map(f64::from));
    expected.extend((220..=250).step_by(5).map(f64::from));
    assert_eq!(strikes.all(), expected);
    assert_eq!(strikes.dollars(135.0), Some(135));
    assert_eq!(
        strikes.dollars(134.0),
        None,
        "no multiple of five, and outside the inner range"
    );
    assert_eq!(strikes.dollars(130.0), Some(130));
    assert_eq!(strikes.dollars(110.0), None);
    assert_eq!(strikes.dollars(170.5), None);
    assert_eq!(strikes.dollars(f64::NAN), None);
    assert_eq!(strikes.dollars(-1.0), None);
    assert_eq!(Strikes::NONE.all(), []);
}

proptest! {
    #[test]
    fn what_is_listed_stays_until_it_expires(days in 0_u64..7000, ahead in 1_u64..60) {
        let on = day("2009-01-02") + Days::new(days);
        let later = on + Days::new(ahead);
        let then = expiries(later);
        for expiry in expiries(on).into_iter().filter(|e| e.date >= later) {
            prop_assert!(then.contains(&expiry), "{expiry:?} listed on {on}, not on {later}");
        }
    }

    #[test]
    fn every_expiry_is_a_session_found_by_its_date(days in 0_u64..7000) {
        let on = day("2009-01-02") + Days::new(days);
        let all = expiries(on);
        prop_assert!(all.windows(2).all(|w| w[0].date < w[1].date));
        prop_assert!(all.len() >= 5);
        for expiry in all {
            prop_assert!(calendar::is_session(expiry.date));
            prop_assert_eq!(expiry_on(expiry.date), Some(expiry));
        }
    }

    #[test]
    fn strikes_only_come(
        closes in prop::collection::vec((20.0..400.0_f64, 0.05..1.2_f64, 0.0..1.0_f64), 1..8)
    ) {
        let mut strikes = Strikes::NONE;
        for (spot, volatility, years) in closes {
            let next = strikes.widened(spot, volatility, years);
            prop_assert!(strikes.all().iter().all(|&k| next.dollars(k).is_some()));
            let near = spot.round();
            prop_assert_eq!(next.dollars(near), Some(near as u32));
            let all = next.all();
            prop_assert!(all.windows(2).all(|w| w[0] < w[1]));
            prop_assert!(all.iter().all(|&k| next.dollars(k) == Some(k as u32)));
            strikes = next;
        }
    }
}
