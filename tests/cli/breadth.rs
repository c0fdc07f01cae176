//! `tape breadth` through the built binary.

use serde_json::Value;

use crate::support::{ends, folder, refuses, says};

const PANEL: &str = "date,AAA,BBB\n2020-03-05,1,4\n2020-03-06,2,3\n2020-03-09,3,2\n2020-03-10,4,\n";

#[test]
fn the_embedded_bars_are_counted_and_marked_simulated() {
    let folder = folder();
    let args = [
        "tape",
        "breadth",
        "--from-bars",
        "all",
        "--min-members",
        "3",
        "--against",
        "breadth50",
    ];
    let text = says(folder.path(), &args);
    assert!(text.contains("SIMULATED"), "{text}");
    assert!(text.contains("members that are gone are missing"), "{text}");
    let found: Value = serde_json::from_str(&says(
        folder.path(),
        &[&args[..], &["--format", "json"]].concat(),
    ))
    .unwrap();
    assert_eq!(found["origin"]["origin"], "simulated");
    assert_eq!(
        (&found["symbols"], &found["point_in_time"]),
        (&3.into(), &false.into())
    );
    let last = found["rows"].as_array().unwrap().last().unwrap();
    assert_eq!(last["above50"]["members"], 3);
    let correlation = found["against"][0]["correlation"].as_f64().unwrap();
    assert!((-1.0..=1.0).contains(&correlation));
}

#[test]
fn a_panel_is_imported_counted_and_stored_and_again_without_a_change() {
    let folder = folder();
    std::fs::write(folder.path().join("two_adjclose_panel.csv"), PANEL).unwrap();
    ends(
        folder.path(),
        &[
            "tape",
            "import",
            "two_adjclose_panel.csv",
            "--tape",
            "t",
            "--quiet",
        ],
        0,
    );
    let count = [
        "tape",
        "breadth",
        "--tape",
        "t",
        "--universe",
        "two",
        "--ma",
        "2",
        "--extremes",
        "0",
        "--min-members",
        "1",
        "--write",
    ];
    let text = says(folder.path(), &count);
    // On the last session AAA alone has a close: 4, above the mean of 3 and 4.
    assert!(text.contains("2020-03-10       1    100.00"), "{text}");
    assert!(text.contains("series two_above2: 3 added"), "{text}");
    let again = says(folder.path(), &count);
    assert!(
        again.contains("series two_above2: 0 added, 3 equal, 0 changed (file as it was)"),
        "{again}"
    );
    let listed = says(folder.path(), &["tape", "list", "--tape", "t"]);
    assert!(
        listed.contains("constituents") && listed.contains("two_ad_line"),
        "{listed}"
    );
}

#[test]
fn what_is_not_there_is_said_in_one_message() {
    let folder = folder();
    std::fs::write(folder.path().join("two_adjclose_panel.csv"), PANEL).unwrap();
    ends(
        folder.path(),
        &[
            "tape",
            "import",
            "two_adjclose_panel.csv",
            "--tape",
            "t",
            "--quiet",
        ],
        0,
    );
    let of = |more: &[&'static str]| [&["tape", "breadth", "--tape", "t"], more].concat();
    refuses(
        folder.path(),
        &of(&["--universe", "tow"]),
        &["closes of the universe tow", "did you mean two?"],
    );
    refuses(
        folder.path(),
        &of(&["--universe", "two", "--against", "breadth50=x"]),
        &["no figure breadth50", "above50"],
    );
    refuses(
        folder.path(),
        &of(&["--universe", "two", "--against", "x50"]),
        &["has no series x50"],
    );
    refuses(
        folder.path(),
        &of(&["--from-bars", "IWM"]),
        &["has no 1d bars of IWM"],
    );
}
