//! `options` through the built binary.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{folder, refuses, says, synth};

fn document(cwd: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&says(cwd, &[args, &["--format", "json"]].concat())).unwrap()
}

fn narrow(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert_eq!(line.trim_end(), line, "nothing after the last word");
    }
}

const PUT: [&str; 12] = [
    "options", "value", "--spot", "200", "--strike", "190", "--days", "37", "--rate", "0",
    "--right", "put",
];

#[test]
fn a_put_by_hand_and_back_to_its_volatility() {
    let folder = folder();
    // σ√T = 0.25·√(37/365) = 0.0795966, d₁ = 0.6842141: 190·N(−0.6046175) − 200·N(−0.6842141) = 2.432153; without
    // interest nobody exercises a put early.
    let found = document(
        folder.path(),
        &[&PUT[..], &["--volatility", "0.25"]].concat(),
    );
    for side in ["american", "european"] {
        assert!(
            (found[side]["value"].as_f64().unwrap() - 2.432_153).abs() < 1e-4,
            "{found}"
        );
        assert!(
            (found[side]["delta"].as_f64().unwrap() + 0.246_920).abs() < 1e-4,
            "{found}"
        );
    }
    let back = document(
        folder.path(),
        &[&PUT[..], &["--price", "2.432153"]].concat(),
    );
    assert!(
        (back["volatility"].as_f64().unwrap() - 0.25).abs() < 1e-5,
        "{back}"
    );
    let text = says(
        folder.path(),
        &[&PUT[..], &["--price", "2.432153"]].concat(),
    );
    narrow(&text);
    assert!(
        text.contains("implied by 2.432153") && text.contains("25.00%"),
        "{text}"
    );
}

#[test]
fn a_dividend_by_date_is_one_by_days() {
    let folder = folder();
    let call = [
        "options",
        "value",
        "--spot",
        "200",
        "--strike",
        "195",
        "--days",
        "60",
        "--rate",
        "0.04",
        "--volatility",
        "0.22",
        "--right",
        "call",
    ];
    let by_days = document(
        folder.path(),
        &[&call[..], &["--dividend", "21:0.86"]].concat(),
    );
    let by_date = document(
        folder.path(),
        &[
            &call[..],
            &["--on", "2022-09-05", "--dividend", "2022-09-26:0.86"],
        ]
        .concat(),
    );
    let none = document(folder.path(), &call);
    assert_eq!(by_days, by_date);
    assert!(by_days["european"]["value"].as_f64() < none["european"]["value"].as_f64());
}

#[test]
fn figures_that_cannot_be_are_refused() {
    let folder = folder();
    let with = |more: &[&'static str], words: &[&str]| {
        refuses(folder.path(), &[&PUT[..], more].concat(), words);
    };
    with(
        &["--volatility", "-0.2"],
        &["volatility is -0.2", "above 0"],
    );
    with(&["--volatility", "0"], &["volatility is 0"]);
    with(&["--volatility", "nan"], &["volatility is NaN"]);
    with(&["--price", "400"], &["400"]);
    with(
        &["--volatility", "0.2", "--dividend", "5"],
        &["--dividend 5", "21:0.86"],
    );
    with(
        &["--volatility", "0.2", "--dividend", "2022-09-26:0.86"],
        &["add --on DATE"],
    );
    with(
        &["--volatility", "0.2", "--dividend", "5:-1"],
        &["dividend is -1"],
    );
    // What is past is in the spot, and what is meant in per cent is said to be.
    with(
        &["--volatility", "0.2", "--dividend=-5:0.86"],
        &["--dividend -5:0.86", "goes ex -5 days", "leave out"],
    );
    with(
        &[
            "--volatility",
            "0.2",
            "--on",
            "2024-02-01",
            "--dividend",
            "2024-01-05:0.86",
        ],
        &["goes ex -27 days"],
    );
    with(
        &["--volatility", "0.2", "--dividend=-5:2024-01-05"],
        &["--dividend -5:2024-01-05", "21:0.86"],
    );
    with(
        &["--volatility", "25"],
        &["--volatility 25", "2500 % a year", "for 25 % write 0.25"],
    );
    let expired = [
        &PUT[..6],
        &["--days", "-3"],
        &PUT[8..],
        &["--volatility", "0.2"],
    ]
    .concat();
    refuses(folder.path(), &expired, &["expires in -3 days"]);
}

const CHAIN: [&str; 7] = [
    "options",
    "chain",
    "--on",
    "2020-03-16",
    "--rate",
    "0.002",
    "--all",
];

#[test]
fn a_model_chain_says_so_and_holds_its_values() {
    let folder = folder();
    let text = says(folder.path(), &CHAIN);
    narrow(&text);
    assert!(
        text.contains("SIMULATED") && text.contains("MODEL"),
        "{text}"
    );
    // 30 days after March 16 is April 15; the nearest listed is the third Friday, April 17.
    assert!(text.contains("expiring 2020-04-17 (32 days)"), "{text}");
    assert!(
        text.contains("2020-04-09"),
        "Good Friday's weekly expires on Thursday: {text}"
    );
    let found = document(folder.path(), &CHAIN);
    assert_eq!(
        (&found["source"], &found["days"]),
        (&"model".into(), &32.into())
    );
    let strikes = found["strikes"].as_array().unwrap();
    assert!(strikes.len() > 40, "{}", strikes.len());
    let mut before = f64::INFINITY;
    for row in strikes {
        let of = |side: &str, what: &str| row[side][what].as_f64().unwrap();
        for side in ["call", "put"] {
            assert!(
                of(side, "bid") <= of(side, "mid") && of(side, "mid") <= of(side, "ask"),
                "{row}"
            );
        }
        assert!(
            of("call", "mid") <= before,
            "calls get cheaper with the strike: {row}"
        );
        before = of("call", "mid");
    }
    let wider = document(
        folder.path(),
        &[&CHAIN[..], &["--width-multiplier", "4"]].concat(),
    );
    let width = |found: &Value| {
        let row = &found["strikes"][strikes.len() / 2]["put"];
        row["ask"].as_f64().unwrap() - row["bid"].as_f64().unwrap()
    };
    assert!(width(&wider) > width(&found));
}

#[test]
fn the_embedded_tape_has_a_rate_and_a_term_structure() {
    let folder = folder();
    let chain = ["options", "chain", "--on", "2020-03-16"];
    let found = document(folder.path(), &chain);
    let given = document(folder.path(), &[&chain[..], &["--rate", "0.002"]].concat());
    let rate = found["rate"].as_f64().unwrap();
    // Bills fall from 1.5 % on February 19 to 0.1 % on March 18.
    assert!((0.0..0.01).contains(&rate), "{found}");
    assert_eq!(given["rate"].as_f64(), Some(0.002));
    assert_eq!(found["spot"], given["spot"]);
    let volatility = ["options", "volatility"];
    let dates = ["--from", "2018-11-26", "--to", "2018-12-04"];
    let text = says(folder.path(), &[&volatility[..], &dates].concat());
    narrow(&text);
    assert!(
        text.contains("SIMULATED") && text.contains("MODEL"),
        "{text}"
    );
    let sheet = document(folder.path(), &[&volatility[..], &dates].concat());
    let rows = sheet["sessions"].as_array().unwrap();
    assert_eq!(rows.len(), 7, "{sheet}");
    for row in rows {
        let rank = row["rank"].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&rank), "{row}");
    }
}

#[test]
fn chains_that_cannot_be_shown_are_refused() {
    let folder = folder();
    let on = |date: &'static str, more: &[&'static str], words: &[&str]| {
        let args = [&["options", "chain", "--on", date], more].concat();
        refuses(folder.path(), &args, words);
    };
    let tape = synth(folder.path());
    std::fs::remove_dir_all(tape.join("series/name=DGS3MO")).unwrap();
    on("2020-03-16", &["--tape", "tape"], &["DGS3MO"]);
    let rate = ["--rate", "0.002"];
    on(
        "2020-03-15",
        &rate,
        &["no daily bar of IWM on 2020-03-15", "weekend"],
    );
    on("yesterday", &rate, &["--on yesterday", "2020-03-09"]);
    on(
        "2020-03-16",
        &["--rate", "0.002", "--expiry", "2020-04-18"],
        &["not an expiry", "2020-04-17"],
    );
    on(
        "2020-03-16",
        &["--rate", "0.002", "--index", "RVY"],
        &["RVY"],
    );
    on(
        "2020-03-16",
        &["--rate", "0.002", "--width-multiplier", "0"],
        &["multiplier = 0", "0.001"],
    );
    on(
        "2020-03-16",
        &["--rate", "0.002", "--skew-scale", "9"],
        &["--skew-scale 9", "0 (no skew) to 1.35"],
    );
    on(
        "2020-03-16",
        &["--rate", "0.002", "--skew-scale=-1"],
        &["--skew-scale -1", "0 (no skew) to 1.35"],
    );
    for level in ["--level-scale=0", "--level-scale=-1", "--level-scale=nan"] {
        let found = level.replace('=', " ").replace("nan", "NaN");
        on(
            "2020-03-16",
            &["--rate", "0.002", level],
            &[&found, "above 0 to 5"],
        );
    }
    on(
        "2020-03-16",
        &["--rate", "7"],
        &["interest rate of 7", "0.04"],
    );
    on(
        "2020-03-16",
        &["--rate", "0.002", "--level", "quotes"],
        &["no option quotes of IWM", "level = \"index\""],
    );
}

#[test]
fn a_tape_without_chains_has_nothing_to_fit() {
    let folder = folder();
    let series = "observation_date,DGS3MO\n2020-03-02,1.13\n2020-03-03,0.95\n";
    std::fs::write(folder.path().join("DGS3MO.csv"), series).unwrap();
    says(
        folder.path(),
        &["tape", "import", "DGS3MO.csv", "--tape", "mine"],
    );
    refuses(
        folder.path(),
        &["options", "fit", "--tape", "mine"],
        &["no option quotes of SPY", "of none"],
    );
    refuses(
        folder.path(),
        &["options", "fit", "--tape", "nowhere"],
        &["nowhere"],
    );
}

/// The folder of the real tape, or a word on why there is none.
#[allow(clippy::print_stderr)]
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tape");
    let files = named.unwrap_or(beside);
    if !files.join("options").is_dir() {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE, or lay it at ../shared/tape)");
        return None;
    }
    Some(files)
}

#[test]
fn what_ships_is_what_the_real_chains_give() {
    let Some(files) = real() else { return };
    let folder = folder();
    let path = |name: &str| files.join(name).to_str().unwrap().to_owned();
    let (spy, chains) = (path("daily/SPY.csv"), path("options"));
    let (rate, ex) = (path("rates/DGS3MO.csv"), path("calendar/SPY_dividends.csv"));
    says(
        folder.path(),
        &[
            "tape", "import", &spy, &chains, &rate, &ex, "--tape", "mine",
        ],
    );
    let fit = ["options", "fit", "--tape", "mine", "--out", "fitted.toml"];
    let found = document(folder.path(), &fit);
    // As docs/chains.md has them: three figures of five numbers, by hand out of the code.
    for (name, shipped) in [
        ("floor", 1.31e-5),
        ("share", 2.86e-3),
        ("inside", 4.86e-4),
        ("deep", 4.52e-3),
        ("onset", 0.238),
    ] {
        let fitted = found["widths"]["parameters"][name].as_f64().unwrap();
        assert!(
            (fitted / shipped - 1.0).abs() < 0.005,
            "{name}: {fitted}, shipped {shipped}"
        );
    }
    assert!(found["widths"]["error"].as_f64().unwrap() < 0.35);
    let toml = std::fs::read_to_string(folder.path().join("fitted.toml")).unwrap();
    let toml: toml::Table = toml.parse().unwrap();
    assert!(
        toml["widths"]["share"].as_float().unwrap() > 0.0
            && toml["skew"]["put_slope"].as_float().unwrap() > 0.0
    );
    narrow(&says(folder.path(), &fit));
    // A session with a real chain shows it, unless the model is asked for.
    let chain = [
        "options",
        "chain",
        "--tape",
        "mine",
        "--symbol",
        "SPY",
        "--on",
        "2026-02-12",
    ];
    let text = says(folder.path(), &chain);
    narrow(&text);
    assert!(text.contains("quoted") && !text.contains("MODEL"), "{text}");
    // Without an index the model is levelled by the chain itself: 17.48 over 30 days (docs/volatility.md).
    let by_quotes = [&chain[..], &["--model", "--level", "quotes"]].concat();
    let text = says(folder.path(), &by_quotes);
    narrow(&text);
    assert!(
        text.contains("MODEL") && text.contains("30-day strip of the quotes"),
        "{text}"
    );
    let level = document(folder.path(), &by_quotes)["quoted_level"].clone();
    assert!((level.as_f64().unwrap() - 0.1748).abs() < 1e-4, "{level}");
}
