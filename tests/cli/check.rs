//! `stormproof tape check`.

use std::fs;

use serde_json::Value;

use crate::support::*;

/// Two sessions with one missing between them, and an open outside its bar.
const CSV: &str = "date,open,high,low,close,volume,adj_close,dividend\n\
    2024-01-02,10.0,11.0,9.5,10.5,1000,10.5,0.0\n\
    2024-01-04,12.5,10.75,10.0,10.25,2000,10.25,0.0\n";

fn import(here: &std::path::Path, tape: &str, text: &str) {
    fs::write(here.join("TST.csv"), text).unwrap();
    says(here, &["tape", "import", "TST.csv", "--tape", tape]);
}

#[test]
fn the_table_comes_first_then_the_defects_and_an_error_is_an_exit_code() {
    let here = folder();
    import(here.path(), "mine", CSV);
    let output = ends(here.path(), &["tape", "check", "--tape", "mine"], 3);
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert!(
        said.lines().all(|line| line.chars().count() <= 80),
        "{said}"
    );
    let counts = said
        .lines()
        .find(|l| l.starts_with("1d bars of TST"))
        .unwrap();
    let numbers: Vec<&str> = counts.split_whitespace().skip(4).collect();
    assert_eq!(numbers, ["2", "1", "1", "0"], "{said}");
    let missing = said
        .find("error: missing-session: 1d bars of TST, 2024-01-03")
        .unwrap();
    let print = "warning: print-outside-range: 1d bars of TST, 2024-01-04, open 12.5";
    assert!(said.find(print).unwrap() > missing, "{said}");
    assert!(told.contains("1 defects at error level"), "{told}");
    // Before the missing session, and at error level, there is nothing.
    let early = ["tape", "check", "--tape", "mine", "--to", "2024-01-02"];
    assert!(says(here.path(), &early).contains("1 items, 1 without a finding"));
    let errors = ["tape", "check", "--tape", "mine", "--severity", "error"];
    let said = text(&ends(here.path(), &errors, 3).stdout);
    assert!(
        !said.contains("print-outside-range:") && said.contains("1 less severe"),
        "{said}"
    );
}

#[test]
fn the_document_holds_every_defect() {
    let here = folder();
    import(here.path(), "mine", CSV);
    let output = ends(
        here.path(),
        &["tape", "check", "--tape", "mine", "--json"],
        3,
    );
    let document: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(document["schema"], 1);
    assert_eq!(
        (&document["errors"], &document["warnings"]),
        (&1.into(), &1.into())
    );
    let defects = document["defects"].as_array().unwrap();
    assert_eq!(defects.len(), 2);
    assert_eq!(defects[0]["kind"], "missing-session");
    assert_eq!(defects[0]["when"], "2024-01-03");
    assert_eq!(defects[0].get("field"), None);
    assert_eq!(defects[1]["found"], 12.5);
    assert_eq!(
        (&defects[1]["repair"], &defects[1]["firm"]),
        (&"none".into(), &false.into())
    );
}

#[test]
fn two_tapes_are_compared_and_a_copy_is_mended() {
    let here = folder();
    import(here.path(), "mine", CSV);
    import(
        here.path(),
        "other",
        &CSV.replace("12.5,10.75", "10.5,10.75"),
    );
    let against = ["tape", "check", "--tape", "mine", "--against", "other"];
    let said = text(&ends(here.path(), &against, 3).stdout);
    assert!(
        said.contains("warning: differs: 1d bars of TST, 2024-01-04, open 12.5"),
        "{said}"
    );
    assert!(said.contains("perhaps: 10.5"), "{said}");
    // Nothing here is sure enough to be mended: the copy is the tape itself, with an empty log.
    let repair = ["tape", "check", "--tape", "mine", "--repair", "new"];
    let said = text(&ends(here.path(), &repair, 3).stdout);
    assert!(said.contains("mended 0 of them, 2 left"), "{said}");
    let path = "bars/interval=1d/symbol=TST/bars.parquet";
    let bytes = |tape: &str| fs::read(here.path().join(tape).join(path)).unwrap();
    assert_eq!(bytes("mine"), bytes("new"));
    refuses(here.path(), &repair, &["new is not empty"]);
}

#[test]
fn the_shipped_tape_has_no_error() {
    let here = folder();
    let said = says(here.path(), &["tape", "check"]);
    assert!(said.contains("tape: embedded"), "{said}");
    assert!(said.starts_with("SIMULATED: "), "{said}");
    let document = says(here.path(), &["tape", "check", "--json"]);
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["origin"], "simulated");
    assert!(document["seed"].is_u64());
    let dates = ["--from", "2024-01-03", "--to", "2024-01-02"];
    refuses(
        here.path(),
        &[&["tape", "check"], &dates[..]].concat(),
        &["--from 2024-01-03 is after --to 2024-01-02"],
    );
    refuses(
        here.path(),
        &["tape", "check", "--symbols", "IMW"],
        &["did you mean IWM?"],
    );
    refuses(
        here.path(),
        &["tape", "check", "--tape", "nowhere"],
        &["no tape at nowhere"],
    );
    let wrong = ends(here.path(), &["tape", "check", "--from", "01/02/2024"], 2);
    assert!(text(&wrong.stderr).contains("expected a date such as"));
}

#[test]
fn every_kind_shows_with_its_first_places() {
    let here = folder();
    // Five sessions are missing between the 2nd and the 10th: 3, 4, 5, 8, 9.
    import(
        here.path(),
        "mine",
        &CSV.replace("2024-01-04", "2024-01-10"),
    );
    let said = text(&ends(here.path(), &["tape", "check", "--tape", "mine"], 3).stdout);
    let head = "error: missing-session: 1d bars of TST: 5, first 2024-01-03\n";
    assert!(said.contains(head), "{said}");
    assert!(
        said.contains("    2024-01-05: ") && !said.contains("2024-01-08"),
        "{said}"
    );
    assert!(said.contains("    and 2 more\n"), "{said}");
    assert!(said.contains("warning: print-outside-range"), "{said}");
    assert!(
        said.lines().all(|line| line.chars().count() <= 80),
        "{said}"
    );
    let all = ["tape", "check", "--tape", "mine", "--all"];
    let said = text(&ends(here.path(), &all, 3).stdout);
    assert!(
        said.contains("error: missing-session: 1d bars of TST, 2024-01-09"),
        "{said}"
    );
}

#[test]
fn a_damaged_file_does_not_make_the_others_look_real() {
    let here = folder();
    let tape = synth(here.path());
    let first = tape.join("bars/interval=1d/symbol=IWM/bars.parquet");
    let bytes = fs::read(&first).unwrap();
    fs::write(&first, &bytes[..bytes.len() / 2]).unwrap();
    let said = text(&ends(here.path(), &["tape", "check", "--tape", "tape"], 3).stdout);
    assert!(
        said.starts_with("SIMULATED") && said.contains("unreadable"),
        "{said}"
    );
    let args = ["tape", "check", "--tape", "tape", "--json"];
    let document: Value = serde_json::from_str(&text(&ends(here.path(), &args, 3).stdout)).unwrap();
    assert_eq!(document["origin"], "simulated");
}

#[test]
fn what_makes_bars_says_that_they_are_simulated() {
    let here = folder();
    let synth = ["tape", "synth", "--seed", "2018", "--tape", "tape"];
    assert!(says(here.path(), &synth).starts_with("SIMULATED"));
    let fine = [
        "tape",
        "synth",
        "--seed",
        "3",
        "--from-daily",
        "IWM",
        "--interval",
        "30m",
        "--from",
        "2018-10-01",
        "--to",
        "2018-10-31",
        "--source",
        "tape",
        "--tape",
        "fine",
    ];
    assert!(says(here.path(), &fine).starts_with("SIMULATED"));
    let coarse = [
        "tape",
        "resample",
        "--tape",
        "fine",
        "--symbols",
        "IWM",
        "--from",
        "30m",
        "--to",
        "1h",
    ];
    assert!(says(here.path(), &coarse).starts_with("SIMULATED"));
}

#[test]
fn an_import_that_was_cut_off_is_told_to_readers() {
    let here = folder();
    let tape = synth(here.path());
    let words = "warning: an import into tape is running or was cut off";
    let list = ["tape", "list", "--tape", "tape"];
    assert!(!says(here.path(), &list).contains("cut off"));
    // What a kill leaves: the lock's file without the lock.
    fs::write(tape.join(".lock"), "").unwrap();
    let said = says(here.path(), &list);
    assert!(
        said.contains(words) && said.contains("run the same import again"),
        "{said}"
    );
    let check = ["tape", "check", "--tape", "tape"];
    assert!(says(here.path(), &check).contains(words));
    for command in ["list", "check"] {
        let flags: &[&str] = match command {
            "list" => &["--format", "json"],
            _ => &["--json"],
        };
        let args = [&["tape", command, "--tape", "tape"], flags].concat();
        let document: Value = serde_json::from_str(&says(here.path(), &args)).unwrap();
        assert!(document["unfinished"].as_str().unwrap().contains("cut off"));
    }
    let plan = scenarios().join("mean-reversion.toml");
    let plan = plan.to_str().unwrap();
    let document = json(here.path(), &[plan, "--tape", "tape"]);
    let warnings = document["warnings"].as_array().unwrap();
    let cut = warnings
        .iter()
        .filter(|w| w.as_str().unwrap().contains("cut off"));
    assert_eq!(cut.count(), 1);
    // The next merge that ends takes it away.
    says(
        here.path(),
        &["tape", "synth", "--seed", "2018", "--tape", "tape"],
    );
    assert!(!says(here.path(), &list).contains("cut off"));
}

#[test]
fn a_check_of_nothing_and_a_repair_in_place_are_refused() {
    let here = folder();
    import(here.path(), "mine", CSV);
    let check = |more: &[&str]| {
        let arguments: Vec<&str> = ["tape", "check", "--tape", "mine"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        text(&ends(here.path(), &arguments, 2).stderr)
    };
    let said = check(&["--from", "2206-01-01"]);
    assert!(
        said.contains("lie outside the tape: it holds 2024-01-02 to 2024-01-04"),
        "{said}"
    );
    let said = check(&["--from", "2024-01-04", "--to", "2024-01-02"]);
    assert!(said.contains("is after"), "{said}");
    let said = check(&["--repair", "mine/mended"]);
    assert!(
        said.contains("lies inside the tape that is checked"),
        "{said}"
    );
    assert!(!here.path().join("mine/mended").exists());
    fs::create_dir(here.path().join("empty")).unwrap();
    let said = text(&ends(here.path(), &["tape", "check", "--tape", "empty"], 2).stderr);
    assert!(said.contains("there is nothing on the tape"), "{said}");
}
