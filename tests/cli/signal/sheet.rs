//! `signal`: the table by hand, the document, ranges.

use super::*;

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

/// Only what `signal --out` wrote may go: another file of the same name stays as it is, other tables of ours too.
#[test]
fn a_file_of_something_else_is_left_alone() {
    fn write(name: &str) -> Vec<&str> {
        let range = ["--from", "2019-01-05", "--to", "2019-01-13"];
        [&["signal"], &SHORT[..], &range, &["--out", name]].concat()
    }
    let folder = folder();
    make(folder.path(), &contents(8));
    let at = |name: &str| folder.path().join(name);
    says(folder.path(), &write("s.parquet"));
    let first = std::fs::read(at("s.parquet")).unwrap();
    std::fs::write(at("notes.txt"), "mine").unwrap();
    let args = [
        "study",
        "kre-days",
        "--resamples",
        "500",
        "--out",
        "results",
    ];
    says(folder.path(), &args);
    std::fs::copy(at("results/claims.parquet"), at("claims.parquet")).unwrap();
    for name in ["notes.txt", "claims.parquet"] {
        let before = std::fs::read(at(name)).unwrap();
        let words = [name, "an earlier result", "name another file"];
        refuses(folder.path(), &write(name), &words);
        assert_eq!(std::fs::read(at(name)).unwrap(), before, "{name}");
    }
    std::fs::create_dir(at("folder")).unwrap();
    refuses(folder.path(), &write("folder"), &["not a regular file"]);
    says(folder.path(), &write("s.parquet"));
    assert_eq!(std::fs::read(at("s.parquet")).unwrap(), first);
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
