//! `signal` and `debrief`: a table by hand, what is missing, what is refused.

use std::path::Path;

use market::{Date, Dividend, Event, Interval, Known, RawBars, Series, Time};
use serde_json::Value;
use tape::{Close, ClosePrices, Contents, Panel, Tape};

use crate::support::*;

const DATES: [&str; 8] = [
    "2019-01-02",
    "2019-01-03",
    "2019-01-04",
    "2019-01-07",
    "2019-01-08",
    "2019-01-09",
    "2019-01-10",
    "2019-01-11",
];
const IWM: [f64; 8] = [100.0, 100.0, 100.0, 104.0, 108.0, 107.0, 103.0, 103.5];
const SPY: [f64; 8] = [200.0, 200.0, 200.0, 202.0, 204.0, 205.0, 205.0, 206.0];
const BREADTH: [f64; 8] = [40.0, 45.0, 50.0, 56.0, 60.0, 58.0, 49.0, 47.0];
const VOLUME: [f64; 8] = [100.0, 100.0, 100.0, 100.0, 300.0, 100.0, 400.0, 100.0];

/// Lengths short enough for a table by hand.
const PROFILE: &str = "\
[trend]
fast_sessions = 1
slow_sessions = 3
atr_sessions = 2
converging_sessions = 1
[momentum]
short_sessions = 1
long_sessions = 2
range_sessions = 2
volume_sessions = 2
[breadth]
rising_sessions = 1
rally_sessions = 1
repair_low_sessions = 2
[relative_strength]
lookback_sessions = 2
[rotation]
sessions = 2
[context]
breakout_sessions = 2
change_sessions = 1
";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn opens(date: &str) -> Time {
    Time::from_exchange(day(date), 9, 30).unwrap()
}

/// Each bar opens at the close before and reaches one dollar beyond its close, and its open if that is farther.
fn bars(close: &[f64], volume: &[f64]) -> RawBars {
    let open: Vec<f64> = (0..close.len())
        .map(|i| close[i.saturating_sub(1)])
        .collect();
    RawBars {
        start: DATES[..close.len()].iter().map(|d| opens(d)).collect(),
        high: close.iter().map(|c| c + 1.0).collect(),
        low: close.iter().map(|c| c - 1.0).collect(),
        // Inside the bar, whatever the close before was.
        open: close
            .iter()
            .zip(open)
            .map(|(c, o)| o.clamp(c - 1.0, c + 1.0))
            .collect(),
        close: close.to_vec(),
        volume: volume.to_vec(),
    }
}

fn series(name: &str, values: &[f64]) -> Series {
    Series {
        name: name.to_owned(),
        date: DATES[..values.len()].iter().map(|d| day(d)).collect(),
        value: values.to_vec(),
        known: Known::Close,
    }
}

fn event(date: &str, label: &str, scheduled: bool) -> Event {
    Event {
        date: day(date),
        time_et_minutes: Some(510),
        label: label.to_owned(),
        scheduled,
        basis: None,
    }
}

/// The first `n` sessions, with the whole calendar: that is published beforehand.
fn contents(n: usize) -> Contents {
    let daily = |symbol: &str, close: &[f64]| {
        let bars = bars(&close[..n], &VOLUME[..n]);
        (symbol.to_owned(), Interval::Day, bars)
    };
    Contents {
        bars: vec![daily("IWM", &IWM), daily("SPY", &SPY)],
        series: vec![series("breadth50", &BREADTH[..n])],
        events: vec![(
            "cpi".to_owned(),
            vec![
                event("2018-12-12", "CPI for 2018-11", true),
                event("2019-01-10", "an emergency nobody announced", false),
                event("2019-01-11", "CPI for 2018-12", true),
                event("2019-02-13", "CPI for 2019-01", true),
            ],
        )],
        dividends: vec![(
            "IWM".to_owned(),
            vec![Dividend {
                ex_date: day("2019-01-14"),
                amount_usd: 0.5,
            }],
        )],
        ..Contents::default()
    }
}

fn make(cwd: &Path, contents: &Contents) {
    let tape = Tape::open_or_new(cwd.join("tape")).unwrap();
    tape.merge(contents, "test", 0).unwrap();
    std::fs::write(cwd.join("short.toml"), PROFILE).unwrap();
}

const SHORT: [&str; 4] = ["--tape", "tape", "--profile", "short.toml"];

fn signal(cwd: &Path, args: &[&str]) -> String {
    says(cwd, &[&["signal"], &SHORT[..], args].concat())
}

fn document(cwd: &Path, command: &str, args: &[&str]) -> Value {
    let args = [&[command], &SHORT[..], args, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

/// On 2019-01-09: EMA 1 is the close, 107. EMA 3 starts as the mean of three closes, 100, then halves its distance: 102, 105,
/// 106. True ranges 2, 2, 5, 5, 2: ATR 2 starts at 2, then (2+5)/2 = 3.5, (3.5+5)/2 = 4.25, (4.25+2)/2 = 3.125; 1 ÷ 3.125 = 0.32.
/// The next close p meets 106 + (p − 106)/2 at 106: 0.9 % below.
///
/// Momentum: 107/108 − 1 = −0.9 %, 107/104 − 1 = +2.9 %: they disagree. Of the last two only 2019-01-08 was loud (300 over 200), and
/// its 108 is not below 106 + (109 − 106)/3 = 107; it drops out, so no next close has a mark.
///
/// Breadth 58 after 60. Strength: +2.9 % less 205/202 − 1 = +1.5 % is 1.4 points; next IWM counts from 108 and SPY from 204:
/// 108 × 205/204 = 108.53 keeps it. Rotation: (107/205) ÷ (104/202) − 1 = +1.4 %; 108/204 × 205 = 108.53, times 1.02 and 0.98.
///
/// Range: a true range of 2 against the 4.25 before is 0.47; 3.125 (printed 3.12, ties go to even) / 107 = 2.92 %. SPY's true ranges are 2, 2, 3, 3, 2: 2, 2.5, 2.75, 2.375;
/// 2.375/205 = 1.16 %, 2.52 times.
const BY_HAND: &str = "\
IWM before the open of 2019-01-10: the close of 2019-01-09 was 107.00
tape tape, profile short.toml

COMPOSITE         BULLISH    sum +3: trend +, momentum 0, breadth +, relative
                             strength +
SIZE              FULL       1.00 of the usual size: parity, breadth confirms

trend             bullish    EMA 1 107.00, EMA 3 106.00: +0.32 ATR apart (ATR 2:
                             3.12). Turns bearish on a close below 106.00
                             (−0.9 %).
momentum          neutral    −0.9 % over 1 sessions, +2.9 % over 2; volume 0.50
                             × its average. No volume mark. No close within 25 %
                             turns it. Its volume taken as quiet.
breadth           bullish    58.0 % of members above their 50-day average,
                             60.0 % 1 readings ago; bullish from 55.0 %, bearish
                             below 50.0 %. Turns neutral below 55.0 %, now
                             58.0 %.
relative strength bullish    IWM +2.9 %, SPY +1.5 % over 2 sessions: +1.4
                             points. Turns bearish unless the next close is
                             above 108.53 (+1.4 %). SPY taken as unchanged.
rotation          parity     IWM ÷ SPY +1.4 % over 2 sessions; leadership above
                             +2.0 % (a close above 110.70), flight below −2.0 %
                             (below 106.36).
flags                        none

curve                        DGS10 less DGS2: – points, –
credit                       BAMLH0A0HYM2: – %, –
volatility                   RVX ÷ VIX –; VIX9D ÷ VIX – (above 1 fear is near);
                             VIX ÷ VIX3M – (above 1 inverted)
range                        true range 0.47 ATR, wide from 1.5; ATR ÷ close
                             2.92 % against SPY's 1.16 % (2.52 ×); breakout on a
                             next close above 109.00, the high of 2 sessions
short interest               –

AHEAD, the next 5 sessions
  - 2019-01-11 08:30: CPI for 2018-12 (in 2 sessions)
  - 2019-01-14: IWM ex-dividend (in 3 sessions)
  - earnings season begins in 3 sessions

CHANGED since the close of 2019-01-08
  - rotation leadership → parity
  - size full (leadership, breadth enough and rising) → full (parity, breadth
    confirms)
  - no longer: breadth rising
  - no longer: breakout
  - no (was unknown): squeeze: a breakout on high short interest

NOTES
  - not on the tape, and so unknown: DGS2 (curve slope), DGS10 (curve slope),
    BAMLH0A0HYM2 (credit spread), RVX (volatility ratio), VIX (volatility ratio
    and term), VIX9D (volatility term), VIX3M (volatility term), short_interest
    (short interest)
";

#[test]
fn the_table_is_the_one_by_hand() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let said = signal(folder.path(), &["--on", "2019-01-09"]);
    assert_eq!(said, BY_HAND);
    assert!(said.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_tape_cut_after_the_date_says_the_same() {
    let (whole, cut) = (folder(), folder());
    make(whole.path(), &contents(8));
    make(cut.path(), &contents(6));
    let on = ["--on", "2019-01-09"];
    assert_eq!(signal(whole.path(), &on), signal(cut.path(), &on));
    // The tape's last session is the default.
    assert_eq!(signal(cut.path(), &[]), signal(cut.path(), &on));
    let json = |cwd| document(cwd, "signal", &on);
    assert_eq!(json(whole.path()), json(cut.path()));
}

#[test]
fn the_document_has_the_numbers_and_leaves_out_what_is_unknown() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let told = document(folder.path(), "signal", &["--on", "2019-01-09"]);
    assert_eq!(told["simulated"], false);
    assert_eq!(told["next_session"], "2019-01-10");
    assert_eq!(told["composite"]["state"], "bullish");
    assert_eq!(told["composite"]["sum"], 3);
    assert_eq!(told["size"]["size"], "full");
    assert_eq!(told["trend"]["flip"]["to"], "bearish");
    assert!((told["trend"]["flip"]["at"]["price"].as_f64().unwrap() - 106.0).abs() < 1e-9);
    assert_eq!(told["breadth"]["flip"]["at"]["breadth"], 55.0);
    assert_eq!(told["flags"]["breakout"], false);
    assert_eq!(told["flags"]["squeeze"], false);
    assert_eq!(told["context"].get("slope_pct"), None);
    assert_eq!(told["earnings_season"]["begins_in_sessions"], 3);
    assert_eq!(told["ahead"][0]["time_new_york"], "08:30");
    assert_eq!(told["thresholds"]["breadth"]["bullish_pct"], 55.0);
}

#[test]
fn a_range_is_a_line_a_session_and_a_file_of_every_column() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let range = ["--from", "2019-01-05", "--to", "2019-01-13"];
    let said = signal(
        folder.path(),
        &[&range[..], &["--out", "s.parquet"]].concat(),
    );
    assert!(
        said.contains("2019-01-07 to 2019-01-11: 5 sessions"),
        "{said}"
    );
    let line = "2019-01-09  bullish    +3  +     0        +       +        parity      full";
    assert!(said.contains(line), "{said}");
    let file = open(folder.path(), "s.parquet");
    assert_eq!(
        maybe_texts(&file, "composite")[2].as_deref(),
        Some("bullish")
    );
    assert_eq!(
        texts_at(&file, "rotation"),
        ["leadership", "leadership", "parity", "flight", "flight"]
    );
    let atr = maybe_numbers(&file, "atr_usd")[2].unwrap();
    assert!((atr - 3.125).abs() < 1e-12, "{atr}");
    assert_eq!(maybe_numbers(&file, "slope_pct"), [None; 5]);
    assert_eq!(maybe_numbers(&file, "breadth_flip_at_pct")[2], Some(55.0));
    let told = document(folder.path(), "signal", &range);
    assert_eq!(told["sessions"].as_array().unwrap().len(), 5);
    assert_eq!(told["sessions"][2]["layers"]["momentum"], "neutral");
    assert_eq!(told["sessions"][2]["numbers"]["breadth_pct"], 58.0);
}

fn texts_at(file: &table::Reader, column: &str) -> Vec<String> {
    let read = maybe_texts(file, column).into_iter();
    read.map(Option::unwrap_or_default).collect()
}

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

/// A range is what a file is of; with one session nothing was written, and nothing said.
#[test]
fn a_file_of_one_session_is_refused_aloud() {
    let folder = folder();
    make(folder.path(), &contents(8));
    for on in [&["--on", "2019-01-10"][..], &[]] {
        let args = [&["signal"], &SHORT[..], on, &["--out", "x.parquet"]].concat();
        let said = text(&ends(folder.path(), &args, 2).stderr);
        assert!(said.contains("--from DATE --to DATE"), "{said}");
        assert!(!folder.path().join("x.parquet").exists());
    }
}

/// Nothing printed is wider than 80 columns, and no line ends with a blank.
#[test]
fn tables_of_ranges_are_80_wide_and_end_without_blanks() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let range = ["--from", "2019-01-02", "--to", "2019-01-10"];
    for command in ["signal", "debrief"] {
        let said = says(folder.path(), &[&[command], &SHORT[..], &range].concat());
        for line in said.lines() {
            assert!(line.chars().count() <= 80, "{line}");
            assert_eq!(line, line.trim_end());
        }
    }
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
fn a_plan_brings_its_profile_and_the_embedded_tape_says_what_it_is() {
    let folder = folder();
    make(folder.path(), &contents(8));
    let plan = format!("name = \"x\"\n{}", PROFILE.replace('[', "[signals."));
    std::fs::write(folder.path().join("plan.toml"), plan).unwrap();
    let args = [
        "signal",
        "--tape",
        "tape",
        "--scenario",
        "plan.toml",
        "--on",
        "2019-01-09",
    ];
    let said = says(folder.path(), &args);
    assert_eq!(said, BY_HAND.replace("short.toml", "plan.toml"));
    let output = ends(folder.path(), &["signal"], 0);
    assert!(text(&output.stdout).starts_with("SIMULATED"));
    assert!(text(&output.stderr).contains("no --tape was named"));
    let told: Value =
        serde_json::from_str(&says(folder.path(), &["debrief", "--format", "json"])).unwrap();
    assert_eq!(told["simulated"], true);
}
