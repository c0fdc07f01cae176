//! `debrief`: a session against its reading, by hand, and the scoreboard.

use super::*;

/// 2019-01-10 opens at 104 (the close before, 107, lies outside its bar), reaches 102, closes at 103: −3.7 %. One ATR below 107
/// is 103.875; relative strength turned at 108.53, above the close before, so it says nothing; trend at 106.
#[test]
fn a_debrief_names_what_had_it_and_what_warned_first() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let on = ["--on", "2019-01-10"];
    let told = document(folder.path(), "debrief", &on);
    assert_eq!(told["before"], "2019-01-09");
    assert_eq!(told["composite_was"], "wrong");
    let calls: Vec<&str> = told["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["call"].as_str().unwrap())
        .collect();
    assert_eq!(calls, ["wrong", "aside", "wrong", "wrong"]);
    let session = &told["session"];
    assert!((session["close_to_close"].as_f64().unwrap() - (103.0 / 107.0 - 1.0)).abs() < 1e-12);
    assert!((session["open_to_close"].as_f64().unwrap() - (103.0 / 104.0 - 1.0)).abs() < 1e-12);
    assert!((session["range_atr"].as_f64().unwrap() - 2.0 / 3.125).abs() < 1e-12);
    let levels: Vec<(String, f64)> = told["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| {
            (
                w["timed_by"].as_str().unwrap().to_owned(),
                w["level_usd"].as_f64().unwrap(),
            )
        })
        .collect();
    // In order: rotation to flight at 106.36, the gap at 106.144, trend at 106, all beyond at the open; then one ATR, untimed.
    let expected = [
        ("open", 106.358_8),
        ("open", 106.144),
        ("open", 106.0),
        ("daily", 103.875),
    ];
    assert_eq!(levels.len(), expected.len(), "{levels:?}");
    for ((by, level), (wanted_by, wanted)) in levels.iter().zip(expected) {
        assert!(
            by == wanted_by && (level - wanted).abs() < 1e-4,
            "{levels:?}"
        );
    }
    assert_eq!(told["first_warning"]["by_new_york"], "09:30");
    assert_eq!(told["first_warning"]["price_usd"], 104.0);
    let said = says(folder.path(), &[&["debrief"], &SHORT[..], &on].concat());
    assert!(
        said.lines().all(|line| line.chars().count() <= 80),
        "{said}"
    );
    assert!(
        said.contains("REMEMBER  Bullish before the open, but it fell 3.7 %"),
        "{said}"
    );
    assert!(said.contains("regional banks were not watched"), "{said}");
}

/// The reading of a debrief is the one that stood before the open, whatever the session then did.
#[test]
fn a_debrief_reads_what_signal_said_the_session_before() {
    let folder = folder();
    make(folder.path(), &contents(8));
    for pair in DATES[2..].windows(2) {
        let said = document(folder.path(), "signal", &["--on", pair[0]]);
        let told = document(folder.path(), "debrief", &["--on", pair[1]]);
        assert_eq!(told["before"], pair[0]);
        assert_eq!(said["next_session"], pair[1]);
        assert_eq!(told["composite"], said["composite"], "{}", pair[1]);
        assert_eq!(told["size"], said["size"], "{}", pair[1]);
    }
}

#[test]
fn bars_within_the_session_time_the_warning() {
    let folder = folder();
    let mut contents = contents(8);
    let at =
        |minute: u32| Time::from_exchange(day("2019-01-10"), 9 + minute / 60, minute % 60).unwrap();
    let fine = RawBars {
        start: vec![at(30), at(35)],
        open: vec![104.0, 103.95],
        high: vec![104.0, 104.0],
        low: vec![103.9, 102.0],
        close: vec![103.95, 103.0],
        volume: vec![1.0, 1.0],
    };
    contents
        .bars
        .push(("IWM".to_owned(), Interval::Minutes(5), fine));
    make(folder.path(), &contents);
    let told = document(folder.path(), "debrief", &["--on", "2019-01-10"]);
    let atr = &told["warnings"][3];
    assert_eq!(
        (&atr["what"], &atr["timed_by"]),
        (&"atr".into(), &"bar".into())
    );
    assert_eq!(
        (&atr["by_new_york"], &atr["bars"]),
        (&"09:40".into(), &"5m".into())
    );
    assert_eq!(atr["price_usd"], 103.875);
}

/// Seven sessions have one before them; closes go 0, 0, +, +, −, −, +: three rose, two fell.
#[test]
fn a_scoreboard_counts_what_went_its_way() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let range = ["--from", "2019-01-02", "--to", "2019-01-11"];
    let told = document(folder.path(), "debrief", &range);
    assert_eq!(
        (&told["sessions"], &told["first"]),
        (&7.into(), &"2019-01-03".into())
    );
    assert!((told["rose"].as_f64().unwrap() - 3.0 / 7.0).abs() < 1e-12);
    assert!((told["fell"].as_f64().unwrap() - 2.0 / 7.0).abs() < 1e-12);
    let rows = told["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 15);
    // Trend is bullish at the closes of 01-07, 01-08, 01-09, which rose, fell, fell.
    let trend = rows
        .iter()
        .find(|r| r["layer"] == "trend" && r["state"] == "bullish")
        .unwrap();
    assert_eq!((&trend["sessions"], &trend["went"]), (&3.into(), &1.into()));
    let mean = (108.0 / 104.0 + 107.0 / 108.0 + 103.0 / 107.0) / 3.0 - 1.0;
    assert!((trend["mean_close_to_close"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert_eq!(trend["says"], "too-few");
    let said = says(folder.path(), &[&["debrief"], &SHORT[..], &range].concat());
    assert!(
        said.lines().all(|line| line.chars().count() <= 80),
        "{said}"
    );
    assert!(said.contains("Too few sessions to say anything."), "{said}");
}
