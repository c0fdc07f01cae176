//! `stormproof review` on the embedded tape.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::*;

const KEPT: &str = "mean-reversion.reviews";

fn review(cwd: &Path, args: &[&str]) -> Value {
    let args = [&["review", "mean-reversion"], args, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

fn refused(cwd: &Path, args: &[&str], words: &[&str]) {
    refuses(cwd, &[&["review", "mean-reversion"], args].concat(), words);
}

fn written(document: &Value) -> usize {
    document["written"].as_array().unwrap().len()
}

#[test]
fn every_quarter_is_reviewed_once_and_kept() {
    let here = folder();
    let first = review(here.path(), &["--from", "2018Q4", "--to", "2020Q2"]);
    assert_eq!(
        (written(&first), names(&here.path().join(KEPT)).len()),
        (7, 7)
    );
    assert_eq!(first["simulated"], true);
    let dates: Vec<&str> = first["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["as_of"].as_str().unwrap())
        .collect();
    assert_eq!((dates[0], dates[6]), ("2018-12-31", "2020-06-30"));
    let last = &first["reviews"][6]["review"];
    assert_eq!(
        last["baseline"]["to"], "2018-12-31",
        "the first review froze it"
    );
    assert_eq!(last["regimes"][0]["name"], "q4-2018");
    assert_ne!(last["regimes"][0]["standing"], "not yet");
    assert_eq!(last["regimes"][2]["standing"], "not yet");
    assert!(last["regimes"][2]["figures"].is_null());
    assert_eq!(last["earlier"].as_array().unwrap().len(), 6);
    assert_eq!(last["changes"]["revised"], false);
    let bytes = |name: &String| fs::read(here.path().join(KEPT).join(name)).unwrap();
    let before: Vec<Vec<u8>> = names(&here.path().join(KEPT)).iter().map(bytes).collect();
    // Again, and one more.
    let again = review(here.path(), &["--quarter", "2018Q4..2020Q3", "-j", "1"]);
    assert_eq!(written(&again), 1);
    let after: Vec<Vec<u8>> = names(&here.path().join(KEPT)).iter().map(bytes).collect();
    assert_eq!(after[..7], before, "what is kept is never changed");
    // One at a time comes to the same files.
    let there = folder();
    for quarter in [
        "2018Q4", "2019Q1", "2019Q2", "2019Q3", "2019Q4", "2020Q1", "2020Q2", "2020Q3",
    ] {
        review(there.path(), &["--quarter", quarter]);
    }
    assert_eq!(
        names(&there.path().join(KEPT)),
        names(&here.path().join(KEPT))
    );
    let alone: Vec<Vec<u8>> = names(&there.path().join(KEPT))
        .iter()
        .map(|name| fs::read(there.path().join(KEPT).join(name)).unwrap())
        .collect();
    assert_eq!(alone, after);
}

#[test]
fn the_page_is_narrow_and_says_what_it_rests_on() {
    let here = folder();
    let text = says(
        here.path(),
        &["review", "mean-reversion", "--quarter", "2018Q4..2022Q4"],
    );
    assert!(text.contains("SIMULATED: these prices were made"));
    assert!(
        text.ends_with("SIMULATED prices: no evidence about the plan.\n"),
        "{text}"
    );
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for word in [
        "the edge over 17 reviews",
        "baseline",
        "sector weights: unknown",
        "changed since 2022-09-30",
        "17 of 17 reviews written",
        "tightening-2022",
        "756 sessions",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let changed = says(
        here.path(),
        &[
            "review",
            "mean-reversion",
            "--quarter",
            "2022Q4",
            "--set",
            "exit.target_atr=3.0",
        ],
    );
    assert!(
        changed.contains("parameter exit.target_atr: 2.0 → 3.0"),
        "{changed}"
    );
}

#[test]
fn a_gate_that_is_not_met_exits_with_three() {
    let here = folder();
    let args = [
        "review",
        "mean-reversion",
        "--quarter",
        "2018Q4",
        "--gate",
        "intact",
    ];
    let output = ends(here.path(), &args, 3);
    assert!(
        text(&output.stderr)
            .contains("gate not met: the edge is too few trades, intact was demanded"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(
        names(&here.path().join(KEPT)).len(),
        1,
        "the review is kept all the same"
    );
}

#[test]
fn dates_that_cannot_be_are_refused() {
    let here = folder();
    let span = "2016-07-22 to 2023-12-29";
    refused(
        here.path(),
        &["--as-of", "2015-01-01"],
        &["a review as of 2015-01-01 is older than the tape", span],
    );
    refused(
        here.path(),
        &["--as-of", "2024-06-28"],
        &["is beyond the tape", span],
    );
    refused(
        here.path(),
        &["--quarter", "2024Q1"],
        &["2024Q1 has not ended on this tape", span],
    );
    refused(
        here.path(),
        &["--quarter", "2022-3"],
        &["`2022-3` is no quarter", "2022Q3"],
    );
    refused(
        here.path(),
        &["--from", "2020Q1", "--to", "2019Q1"],
        &["2020Q1 is after 2019Q1"],
    );
    refused(
        here.path(),
        &["--as-of", "yesterday"],
        &["expected a date like 2020-03-09"],
    );
    refused(
        here.path(),
        &["--quarter", "2019Q1", "--baseline-to", "2020-01-02"],
        &["the baseline ends on 2020-01-02"],
    );
    refused(
        here.path(),
        &["--quarter", "2019Q1", "--baseline-to", "2010-01-04"],
        &["before the history begins"],
    );
    refused(
        here.path(),
        &["--since", "2030-01-02"],
        &["after the tape's last session"],
    );
    ends(
        here.path(),
        &[
            "review",
            "mean-reversion",
            "--quarter",
            "2019Q1",
            "--as-of",
            "2019-03-29",
        ],
        2,
    );
    assert!(names(here.path()).is_empty(), "nothing is left behind");
}

#[test]
fn damaged_reviews_stop_the_next_one() {
    let here = folder();
    review(here.path(), &["--quarter", "2018Q4..2019Q2"]);
    let kept = here.path().join(KEPT);
    let all = names(&kept);
    let file = kept.join(&all[1]);
    let whole = fs::read_to_string(&file).unwrap();
    let next = ["--quarter", "2019Q3"];
    fs::write(&file, whole.replacen("\"wins\": ", "\"wins\": 1", 1)).unwrap();
    refused(
        here.path(),
        &next,
        &["it was edited", &all[1], "--ignore-damaged"],
    );
    fs::write(
        &file,
        format!("<<<<<<< HEAD\n{whole}=======\n{whole}>>>>>>> other\n"),
    )
    .unwrap();
    refused(here.path(), &next, &["conflict markers", "take either"]);
    fs::write(&file, whole.replacen("\"schema\": 1", "\"schema\": 2", 1)).unwrap();
    refused(here.path(), &next, &["its schema is 2"]);
    fs::remove_file(&file).unwrap();
    refused(here.path(), &next, &["is missing", &all[1]]);
    assert_eq!(names(&kept).len(), 2, "nothing was added");
    let text = says(
        here.path(),
        &[
            "review",
            "mean-reversion",
            "--quarter",
            "2019Q3",
            "--ignore-damaged",
        ],
    );
    assert!(text.contains("warning: ignored:"), "{text}");
    // Restored, all is well again; a stranger in the folder is named and left.
    fs::write(&file, &whole).unwrap();
    fs::write(kept.join("notes.txt"), "mine").unwrap();
    let text = says(
        here.path(),
        &["review", "mean-reversion", "--quarter", "2019Q4"],
    );
    assert!(
        text.contains("notes.txt is no review: left alone"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(kept.join("notes.txt")).unwrap(), "mine");
}

#[test]
fn a_plan_that_was_renamed_says_so() {
    let here = folder();
    fs::write(
        here.path().join("plan.toml"),
        plan_with("name = \"mean-reversion\"", "name = \"old\""),
    )
    .unwrap();
    says(here.path(), &["review", "plan.toml", "--quarter", "2018Q4"]);
    assert_eq!(
        names(&here.path().join("plan.reviews")).len(),
        1,
        "beside the plan"
    );
    fs::write(
        here.path().join("plan.toml"),
        plan_with("name = \"mean-reversion\"", "name = \"new\""),
    )
    .unwrap();
    refuses(
        here.path(),
        &["review", "plan.toml", "--quarter", "2019Q1"],
        &[
            "is a review of the plan `old`",
            "called `new`",
            "--renamed-from",
        ],
    );
    says(
        here.path(),
        &[
            "review",
            "plan.toml",
            "--quarter",
            "2019Q1",
            "--renamed-from",
            "old",
        ],
    );
    says(here.path(), &["review", "plan.toml", "--quarter", "2019Q2"]);
    refuses(
        here.path(),
        &["review", "mean-reversion", "--reviews", "plan.reviews"],
        &["is a review of the plan"],
    );
}

#[test]
fn names_from_files_do_not_steer_the_terminal() {
    let here = folder();
    fs::write(
        here.path().join("plan.toml"),
        plan_with("hypothesis = \"\"\"\n", "hypothesis = \"\"\"\nWhy. "),
    )
    .unwrap();
    says(here.path(), &["review", "plan.toml", "--quarter", "2018Q4"]);
    let kept = here.path().join("plan.reviews");
    fs::write(kept.join("\u{1b}[31mred\u{202e}.txt"), "x").unwrap();
    let text = says(here.path(), &["review", "plan.toml", "--quarter", "2019Q1"]);
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text}"
    );
    assert!(text.contains("is no review: left alone"), "{text}");
}

#[test]
fn folders_that_cannot_be_are_refused_before_any_work() {
    let here = folder();
    fs::write(here.path().join("file"), "x").unwrap();
    refused(
        here.path(),
        &["--reviews", "file"],
        &["file cannot become a folder"],
    );
    refused(here.path(), &["--reviews", "file/below"], &["file/below"]);
    assert_eq!(names(here.path()), ["file"]);
}

#[test]
fn two_at_once_keep_the_same_files() {
    let here = folder();
    let args = [
        "review",
        "mean-reversion",
        "--quarter",
        "2018Q4..2020Q4",
        "--quiet",
    ];
    let program = env!("CARGO_BIN_EXE_stormproof");
    let both: Vec<std::process::Child> = (0..2)
        .map(|_| {
            std::process::Command::new(program)
                .current_dir(here.path())
                .args(args)
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in both {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(names(&here.path().join(KEPT)).len(), 9);
    assert_eq!(
        written(&review(here.path(), &["--quarter", "2018Q4..2020Q4"])),
        0
    );
}

#[test]
fn regimes_before_the_history_count_as_inconclusive() {
    let here = folder();
    let document = review(
        here.path(),
        &["--quarter", "2022Q4", "--since", "2019-06-03"],
    );
    let review = &document["reviews"][0]["review"];
    assert_eq!(review["regimes"][0]["standing"], "before the history");
    assert_ne!(review["verdict"], "paper-trade-strong");
    assert_eq!(review["baseline"]["since"], "2019-06-03");
    let page = says(
        here.path(),
        &[
            "review",
            "mean-reversion",
            "--quarter",
            "2022Q4",
            "--since",
            "2019-06-03",
        ],
    );
    let unwrapped = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains("counted as inconclusive"), "{page}");
}

#[test]
fn prices_of_another_origin_are_refused() {
    let here = folder();
    review(here.path(), &["--quarter", "2018Q4"]);
    let out = ["tape", "synth", "--seed", "7", "--tape", "other"];
    says(here.path(), &out);
    refused(
        here.path(),
        &["--tape", "other", "--quarter", "2019Q1"],
        &["SIMULATED prices of seed 7", "--reviews"],
    );
}

#[test]
fn a_lost_first_review_asks_for_the_baseline() {
    let here = folder();
    review(here.path(), &["--quarter", "2018Q4"]);
    let file = here
        .path()
        .join(KEPT)
        .join(&names(&here.path().join(KEPT))[0]);
    fs::write(&file, "{").unwrap();
    let next = ["--quarter", "2019Q1", "--ignore-damaged"];
    refused(
        here.path(),
        &next,
        &["every review of the folder is damaged", "--baseline-to"],
    );
    // In the damaged one's own place nothing can be written.
    let again = [
        "--quarter",
        "2018Q4",
        "--ignore-damaged",
        "--baseline-to",
        "2018-12-31",
    ];
    refused(
        here.path(),
        &again,
        &["stands where the review belongs", "take it away"],
    );
    let said = [&next[..], &["--baseline-to", "2018-12-31"]].concat();
    assert_eq!(written(&review(here.path(), &said)), 1);
}

#[test]
fn another_folder_of_the_same_plan_is_named() {
    let here = folder();
    fs::write(
        here.path().join("plan.toml"),
        plan_with("cooldown", "cooldown"),
    )
    .unwrap();
    says(here.path(), &["review", "plan.toml", "--quarter", "2018Q4"]);
    fs::rename(
        here.path().join("plan.toml"),
        here.path().join("moved.toml"),
    )
    .unwrap();
    let page = says(
        here.path(),
        &["review", "moved.toml", "--quarter", "2019Q1"],
    );
    assert!(
        page.contains("plan.reviews holds reviews of a plan called"),
        "{page}"
    );
}
