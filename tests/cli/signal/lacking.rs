//! What a tape or a profile lacks, and dates that are none.

use super::*;

#[test]
fn a_layer_without_data_is_unknown_and_the_composite_says_what_it_rests_on() {
    let folder = folder();
    let mut contents = contents(8);
    contents.bars.truncate(1);
    contents.series = vec![series("breadth50", &BREADTH[..4])];
    make(folder.path(), &contents);
    let said = signal(folder.path(), &["--on", "2019-01-09"]);
    // As one line: where it breaks is not the matter here.
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("sum +1, resting on 2 of 4 layers: trend +, momentum 0;"),
        "{said}"
    );
    assert!(
        said.contains("unknown: breadth, relative strength"),
        "{said}"
    );
    assert!(
        said.contains("breadth50 has no value for 2019-01-09, its last by then is of 2019-01-07:"),
        "{said}"
    );
    assert!(
        said.contains("not on the tape, and so unknown: SPY (relative strength, rotation)"),
        "{said}"
    );
    assert!(said.contains("breadth unknown no reading"), "{said}");
}

/// Thirty symbols of which symbol i stands at 10 + i on every session but the last, then 9 + 2 i: those with i > 1 rise above their
/// average. Symbols 3, 6, 9 … have no close on the last session but one: a hole is no fall.
#[test]
fn breadth_is_counted_from_constituents_with_holes() {
    let folder = folder();
    let sessions: Vec<Date> = day("2018-10-01")
        .iter_days()
        .filter(|date| market::calendar::is_session(*date))
        .take_while(|date| *date <= day("2019-01-11"))
        .collect();
    let last = sessions.len() - 1;
    let symbol = |i: usize| {
        let close = |k: usize| {
            if k == last {
                9.0 + 2.0 * i as f64
            } else {
                10.0 + i as f64
            }
        };
        let rows = (0..sessions.len()).filter(|k| !i.is_multiple_of(3) || *k != last - 1);
        let closes = rows.map(|k| Close {
            date: sessions[k],
            close: close(k),
        });
        (format!("S{i:02}"), closes.collect())
    };
    let mut contents = contents(8);
    contents.constituents = vec![Panel {
        universe: "made".to_owned(),
        prices: ClosePrices::Adjusted,
        symbols: (0..30).map(symbol).collect(),
    }];
    make(folder.path(), &contents);
    let profile = PROFILE.replace("[breadth]", "[breadth]\nsource = { universe = \"made\" }");
    std::fs::write(folder.path().join("short.toml"), profile).unwrap();
    let told = document(folder.path(), "signal", &["--on", "2019-01-11"]);
    // 28 of 30.
    let pct = told["breadth"]["pct"].as_f64().unwrap();
    assert!((pct - 2800.0 / 30.0).abs() < 1e-9, "{pct}");
    let said = signal(folder.path(), &["--on", "2019-01-11"]);
    assert!(
        said.contains("counted from the 30 symbols of the universe made"),
        "{said}"
    );
    let one = says(
        folder.path(),
        &[&["signal"], &SHORT[..], &["-j", "1"]].concat(),
    );
    let four = says(
        folder.path(),
        &[&["signal"], &SHORT[..], &["-j", "4"]].concat(),
    );
    assert_eq!(one, four);
    let profile = PROFILE.replace("[breadth]", "[breadth]\nsource = { universe = \"mode\" }");
    std::fs::write(folder.path().join("short.toml"), profile).unwrap();
    refuses(
        folder.path(),
        &[&["signal"], &SHORT[..]].concat(),
        &["mode", "made"],
    );
}

#[test]
fn dates_that_are_none_are_refused() {
    let folder = folder();
    make(folder.path(), &contents(8));
    for command in ["signal", "debrief"] {
        let refused = |args: &[&str], words: &[&str]| {
            refuses(
                folder.path(),
                &[&[command], &SHORT[..], args].concat(),
                words,
            );
        };
        // A Sunday, and a holiday; both name their neighbours.
        refused(
            &["--on", "2019-01-06"],
            &["no session", "2019-01-04", "2019-01-07"],
        );
        refused(
            &["--on", "2019-01-21"],
            &["no session", "2019-01-18", "2019-01-22"],
        );
        refused(
            &["--on", "2019-01-14"],
            &["outside the tape", "2019-01-02 to 2019-01-11"],
        );
        refused(
            &["--on", "2018-12-31"],
            &["outside the tape", "2019-01-02 to 2019-01-11"],
        );
        refused(&["--on", "tomorrow"], &["--on tomorrow", "2020-03-09"]);
        refused(
            &["--from", "2019-01-09", "--to", "2019-01-04"],
            &["is after --to", "swap"],
        );
        refused(
            &["--from", "2019-02-09", "--to", "2019-03-04"],
            &["no session of the tape"],
        );
    }
    // Wrong usage is clap's to say, with the same exit code.
    let both = [
        "signal",
        "--on",
        "2019-01-09",
        "--from",
        "2019-01-09",
        "--to",
        "2019-01-10",
    ];
    ends(folder.path(), &both, 2);
    ends(folder.path(), &["signal", "--from", "2019-01-09"], 2);
    ends(folder.path(), &["signal", "--out", "x.parquet"], 2);
    refuses(
        folder.path(),
        &["debrief", "--tape", "tape", "--on", "2019-01-02"],
        &["first session"],
    );
}

#[test]
fn a_bar_that_the_tape_lacks_is_named_with_its_neighbours() {
    let folder = folder();
    let mut contents = contents(8);
    for (_, _, bars) in &mut contents.bars {
        for column in [
            &mut bars.open,
            &mut bars.high,
            &mut bars.low,
            &mut bars.close,
            &mut bars.volume,
        ] {
            column.remove(5);
        }
        bars.start.remove(5);
    }
    make(folder.path(), &contents);
    let on = [&["signal"], &SHORT[..], &["--on", "2019-01-09"]].concat();
    refuses(
        folder.path(),
        &on,
        &["lacks the session 2019-01-09", "2019-01-08", "2019-01-10"],
    );
}

#[test]
fn what_a_tape_or_a_profile_lacks_is_said() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let with = |profile: &str, words: &[&str]| {
        let args = ["signal", "--tape", "tape", "--profile", profile];
        refuses(folder.path(), &args, words)
    };
    with(
        "iwn",
        &["no profile is called `iwn`", "did you mean `iwm`?"],
    );
    with("qqq", &["1d bars of QQQ"]);
    std::fs::write(
        folder.path().join("bad.toml"),
        "[trend]\nfast_session = 3\n",
    )
    .unwrap();
    with(
        "bad.toml",
        &[
            "bad.toml:2:1",
            "unknown key `trend.fast_session`",
            "did you mean `fast_sessions`?",
        ],
    );
    std::fs::write(
        folder.path().join("bad.toml"),
        "[breadth]\nbullish_pct = 130\n",
    )
    .unwrap();
    with(
        "bad.toml",
        &[
            "bad.toml:2:1",
            "`breadth.bullish_pct` is 130; expected 0 to 100",
        ],
    );
    std::fs::write(folder.path().join("bad.toml"), "symbol = \"IWN\"\n").unwrap();
    with("bad.toml", &["1d bars of IWN", "did you mean"]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    refuses(
        folder.path(),
        &["signal", "--tape", "empty"],
        &["empty", "1d bars of IWM"],
    );
    refuses(
        folder.path(),
        &["debrief", "--tape", "nowhere"],
        &["nowhere"],
    );
}

#[test]
fn a_profile_that_cannot_be_read_says_what_was_expected() {
    let folder = folder();
    make(folder.path(), &contents(8));
    for (text, words) in [
        ("", &["is empty", "start from a shipped profile: iwm"][..]),
        (
            "[relative_strength]\nlookback_sessions = -1\n",
            &["bad.toml:2:1", "expected a whole number, 0 or more"],
        ),
        (
            "[breadth]\nsource = { series = \"a\", universe = \"b\" }\n",
            &["`breadth.source`", "expected one of its keys alone"],
        ),
        (
            "[breadth]\nsource = {}\n",
            &["`breadth.source`", "expected one of its keys, found none"],
        ),
        (
            "[size]\nleadership_scale = 0\n",
            &["`size.half_scale` is 0.5", "Change one of the two"],
        ),
    ] {
        std::fs::write(folder.path().join("bad.toml"), text).unwrap();
        let args = ["signal", "--tape", "tape", "--profile", "bad.toml"];
        refuses(folder.path(), &args, words);
    }
    std::fs::write(folder.path().join("empty.toml"), "").unwrap();
    let shipped = &["is empty", "start from a shipped claim", "docs/study.md"];
    refuses(folder.path(), &["study", "empty.toml"], shipped);
}
