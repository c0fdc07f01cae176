//! `stormproof study` on the embedded tape, and on the real one.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::*;

const QUICK: [&str; 2] = ["--resamples", "500"];

fn study(cwd: &Path, args: &[&str]) -> Value {
    let args = [&["study"], args, &QUICK, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

fn claims(study: &Value) -> &Vec<Value> {
    study["claims"].as_array().unwrap()
}

/// A claim that everybody can check: days on which the close is higher come with a higher close.
const CERTAIN: &str = r#"
name = "certain"
claim = "What rose twice has risen."
[event]
when = "close > close[1]"
every_bar = true
[outcome]
value = "close[1] / close[2] - 1"
horizon_bars = 1
[expect]
direction = "above"
"#;

#[test]
fn every_shipped_claim_is_told_on_the_embedded_tape() {
    let here = folder();
    let text = says(here.path(), &[&["study"], &QUICK[..]].concat());
    assert!(text.contains("SIMULATED: these prices were made"));
    assert!(text.ends_with("no evidence about the claims.\n"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let study = study(here.path(), &[]);
    assert_eq!(study["simulated"], true);
    assert_eq!((claims(&study).len(), &study["family"]), (19, &19.into()));
    let shipped = fs::read_dir(scenarios().join("studies")).unwrap();
    let mut files: Vec<String> = shipped
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    files.sort();
    let mut names: Vec<&str> = claims(&study)
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, files);
    for claim in claims(&study) {
        let verdict = claim["verdict"].as_str().unwrap();
        let tested = claim["figures"]["p"].is_f64();
        assert_eq!(
            tested,
            verdict == "supported" || verdict == "not-supported",
            "{claim}"
        );
        assert!(claim["why"].as_str().unwrap().len() > 10);
        assert!(text.contains(claim["name"].as_str().unwrap()));
        if verdict == "unknown" {
            assert!(claim["why"].as_str().unwrap().contains("has no"), "{claim}");
        }
    }
}

#[test]
fn a_claim_of_ones_own_and_what_is_said_of_it() {
    let here = folder();
    fs::write(here.path().join("certain.toml"), CERTAIN).unwrap();
    let own = study(here.path(), &["certain.toml"]);
    assert_eq!(own["family"], 1);
    let claim = &claims(&own)[0];
    assert_eq!(claim["verdict"], "supported");
    let (events, controls) = (
        &claim["figures"]["event_mean"],
        &claim["figures"]["control_mean"],
    );
    assert!(events.as_f64().unwrap() > 0.0 && controls.as_f64().unwrap() <= 0.0);
    // Beside a shipped one it is corrected for all of those too, and the shipped one's figures are its own.
    let both = study(here.path(), &["kre-days", "certain.toml"]);
    assert_eq!((claims(&both).len(), &both["family"]), (2, &20.into()));
    let alone = study(here.path(), &["kre-days"]);
    assert_eq!(
        claims(&alone)[0]["figures"]["p"],
        claims(&both)[0]["figures"]["p"]
    );
    assert_eq!(
        claims(&alone)[0]["figures"]["low"],
        claims(&both)[0]["figures"]["low"]
    );
}

#[test]
fn results_are_files_and_the_same_on_any_threads() {
    let here = folder();
    let run = |out: &str, threads: &str| {
        let args = [
            "study",
            "three-day-declines",
            "slow-trades",
            "--out",
            out,
            "--threads",
            threads,
            "--to",
            "2022-12-30",
        ];
        says(here.path(), &[&args, &QUICK[..]].concat())
    };
    assert_eq!(run("one", "1"), run("two", "2"));
    let files = ["claims.parquet", "events.parquet", "study.json"];
    for file in files {
        let read = |out: &str| fs::read(here.path().join(out).join(file)).unwrap();
        assert_eq!(read("one"), read("two"), "{file}");
    }
    assert_eq!(names(&here.path().join("one")), files);
    let document: Value =
        serde_json::from_slice(&fs::read(here.path().join("one/study.json")).unwrap()).unwrap();
    let told: u64 = claims(&document)
        .iter()
        .map(|c| c["figures"]["events"].as_u64().unwrap())
        .sum();
    let outcomes = numbers(&open(&here.path().join("one"), "events.parquet"), "outcome");
    assert_eq!(outcomes.len() as u64, told);
    let effects = maybe_numbers(&open(&here.path().join("one"), "claims.parquet"), "effect");
    assert_eq!(
        effects[0],
        claims(&document)[0]["figures"]["effect"].as_f64()
    );
    // Earlier results may go, other things may not.
    run("one", "1");
    fs::create_dir(here.path().join("mine")).unwrap();
    fs::write(here.path().join("mine/notes.txt"), "").unwrap();
    refuses(
        here.path(),
        &["study", "kre-days", "--out", "mine"],
        &["notes.txt"],
    );
}

/// A name that the tape has nothing of: a slip in one's own file, a gap of the tape in a shipped one.
#[test]
fn a_misspelt_symbol_of_ones_own_is_an_error_at_its_place() {
    let here = folder();
    let with = |from: &str, to: &str| {
        assert!(CERTAIN.contains(from));
        fs::write(here.path().join("own.toml"), CERTAIN.replacen(from, to, 1)).unwrap();
    };
    let refused = |words: &[&str]| {
        refuses(
            here.path(),
            &[&["study", "own.toml"], &QUICK[..]].concat(),
            words,
        );
    };
    with("close > close[1]", "KRX.change > 0");
    refused(&["own.toml:5:9", "no symbol KRX", "did you mean KRE?"]);
    with("\"close > close[1]\"", "'series(\"breadth51\") > 0'");
    refused(&[
        "own.toml:5:16",
        "no series breadth51",
        "did you mean breadth50?",
    ]);
    with("[event]", "symbol = \"IWN\"\n[event]");
    refused(&["own.toml:4:1", "no symbol IWN", "did you mean IWM?"]);
    // Nothing like it: what there is.
    with("close > close[1]", "ZZZZ.change > 0");
    refused(&["no symbol ZZZZ", "it has IWM"]);
    // The embedded tape has no HYG; shipped claims name it, and are unknown beside the others.
    let shipped = study(here.path(), &["kre-days"]);
    assert_eq!(shipped["family"], 19);
}

#[test]
fn what_is_wrong_ends_with_two() {
    let here = folder();
    let file = |name: &str, text: &str| fs::write(here.path().join(name), text).unwrap();
    file("certain.toml", CERTAIN);
    file(
        "wrong.toml",
        &CERTAIN.replace("close > close[1]", "close / close[1]"),
    );
    file("key.toml", &CERTAIN.replace("horizon_bars", "horizon_bar"));
    file(
        "clash.toml",
        &CERTAIN.replace("\"certain\"", "\"kre-days\""),
    );
    file(
        "plan.toml",
        &CERTAIN.replace(
            "[event]\n",
            "[trades]\nscenario = \"no-plan.toml\"\n[event]\n",
        ),
    );
    let cases: [(&[&str], &[&str]); 10] = [
        (&["wrong.toml"], &["wrong.toml:5:9", "condition"]),
        (
            &["key.toml"],
            &["key.toml:9:1", "did you mean `horizon_bars`"],
        ),
        (&["plan.toml"], &["plan.toml:5:1", "there is no plan"]),
        (
            &["clash.toml", "three-day-declines"],
            &["two claims are called kre-days"],
        ),
        (
            &["certain.toml", "certain.toml"],
            &["two claims are called certain"],
        ),
        (&["kre-days", "kre-days"], &["named twice"]),
        (
            &["kre-day"],
            &["no claim kre-day", "did you mean kre-days?"],
        ),
        (&["absent.toml"], &["there is no claim absent.toml"]),
        (&["certain.toml", "--resamples", "0"], &["0 resamples"]),
        (
            &["certain.toml", "--from", "2020"],
            &["--from 2020", "date"],
        ),
    ];
    for (args, words) in cases {
        refuses(here.path(), &[&["study"], args].concat(), words);
    }
    refuses(
        here.path(),
        &[
            "study",
            "certain.toml",
            "--from",
            "2020-01-02",
            "--to",
            "2019-01-02",
        ],
        &["is after"],
    );
}

/// Each shipped claim gives a figure or says what is unknown, on real data. Nothing of it is kept or printed.
#[test]
fn every_shipped_claim_is_told_on_the_real_tape() {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(std::path::PathBuf::from);
    let files =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tape"));
    if !files.join("daily/IWM.csv").is_file() {
        skipped(
            "no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape",
        );
        return;
    }
    let here = folder();
    let parts = [
        "daily",
        "vol",
        "rates",
        "breadth/R2000_pct_above_ma.csv",
        "calendar",
    ];
    let parts: Vec<String> = parts
        .iter()
        .map(|part| files.join(part).display().to_string())
        .collect();
    let mut args = vec!["tape", "import"];
    args.extend(parts.iter().map(String::as_str));
    args.extend(["--tape", "tape"]);
    says(here.path(), &args);
    let study = study(here.path(), &["--tape", "tape", "--from", "2013-01-01"]);
    assert_eq!(study["simulated"], false);
    for claim in claims(&study) {
        let name = claim["name"].as_str().unwrap();
        let (figures, why) = (&claim["figures"], claim["why"].as_str().unwrap());
        // No bars within the session were imported.
        if name == "gap-continuation" {
            assert_eq!(claim["verdict"], "unknown", "{why}");
            continue;
        }
        assert!(figures["effect"].is_f64(), "{name}: {why}");
        assert!(
            figures["events"].as_u64().unwrap() >= 30,
            "{name}: {figures}"
        );
        assert!(
            figures["low"].as_f64() < figures["effect"].as_f64(),
            "{name}"
        );
        let from = figures["from"].as_str().unwrap();
        assert!(from >= "2013-01-01", "{name}: {from}");
        assert_eq!(claim["model"], name == "calm-condors", "{name}");
    }
    let notes = |name: &str| {
        let found = claims(&study)
            .iter()
            .find(|claim| claim["name"] == name)
            .unwrap();
        found["notes"].to_string()
    };
    assert!(notes("ism-gdp-days").contains("no events of the kind gdp"));
}
