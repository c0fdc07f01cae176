//! Claims on bars that can be worked out by hand, and on the embedded tape.

use std::sync::atomic::AtomicBool;

use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot};
use tape::Tape;

use super::bars::{Ground, gather};
use super::found::Found;
use super::*;
use crate::error::{Error, InputError};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn parse(text: &str) -> Result<Claim, InputError> {
    Claim::parse("claim.toml", text, &|name| {
        (name == "mean-reversion").then(|| ClaimSource {
            source: name.to_owned(),
            text: include_str!("../../../../scenarios/mean-reversion.toml").to_owned(),
        })
    })
}

/// A rise on the day, and what the next two days bring.
const RISES: &str = r#"
name = "rises"
claim = "Rises go on."
[event]
when = "close > close[1]"
[outcome]
value = "close / close[2] - 1"
horizon_bars = 2
[expect]
direction = "above"
"#;

fn with(from: &str, to: &str) -> String {
    assert!(RISES.contains(from), "the claim has no `{from}`");
    RISES.replacen(from, to, 1)
}

fn snapshot(interval: Interval, closes: &[f64]) -> Snapshot {
    let sessions = SessionTable::covering(day("2019-01-02"), day("2019-12-31"));
    let starts = sessions.as_slice().iter().flat_map(|session| {
        let bars = match interval {
            Interval::Day => 1,
            Interval::Minutes(minutes) => 390 / i64::from(minutes),
        };
        (0..bars).map(move |n| match interval {
            Interval::Day => session.open,
            Interval::Minutes(minutes) => {
                let at = 570 + n * i64::from(minutes);
                market::Time::from_exchange(session.date, (at / 60) as u32, (at % 60) as u32)
                    .unwrap()
            }
        })
    });
    let raw = RawBars {
        start: starts.take(closes.len()).collect(),
        open: closes.to_vec(),
        high: closes.to_vec(),
        low: closes.to_vec(),
        close: closes.to_vec(),
        volume: vec![1e6; closes.len()],
    };
    Snapshot {
        bars: vec![Bars::new("IWM", interval, raw, &sessions).unwrap()],
        sessions,
        ..Snapshot::default()
    }
}

const CLOSES: [f64; 12] = [
    10.0, 11.0, 12.0, 11.0, 10.0, 12.0, 13.0, 12.0, 11.0, 13.0, 14.0, 15.0,
];

fn found(claim: &Claim, closes: &[f64], horizon: u32) -> Result<Found, Error> {
    let ground = Ground {
        claim,
        rules: &claim.rules,
        snapshot: snapshot(claim.interval, closes),
        fingerprint: String::new(),
        notes: Vec::new(),
    };
    gather(&ground, horizon, (None, None))
}

fn close_to(have: Option<f64>, want: f64) {
    let have = have.unwrap();
    assert!((have - want).abs() < 1e-12, "{have}, not {want}");
}

#[test]
fn twelve_bars_by_hand() {
    // Rises: 1, 2, 5, 6, 9, 10, 11. Runs begin at 5 and 9; that of 1 may have begun before, since nothing is known of bar 0.
    // 5: 12/12 − 1 = 0; 9: 15/13 − 1 = 2/13. Mean 1/13.
    // Falls, each a control: 3: 12/11 − 1 = 1/11; 4: 13/10 − 1 = 3/10; 7: 13/12 − 1 = 1/12; 8: 14/11 − 1 = 3/11.
    let claim = parse(RISES).unwrap();
    let found = found(&claim, &CLOSES, 2).unwrap();
    let rows = |list: &[(u32, f64)]| list.iter().map(|one| one.0).collect::<Vec<_>>();
    // Rows count from bar 3, the first with an outcome.
    assert_eq!(rows(&found.sample.events), [2, 6]);
    assert_eq!(rows(&found.sample.controls), [0, 1, 4, 5]);
    assert_eq!(found.sample.rows, 7);
    close_to(found.sample.event_mean(), 1.0 / 13.0);
    close_to(
        found.sample.control_mean(),
        (1.0 / 11.0 + 0.3 + 1.0 / 12.0 + 3.0 / 11.0) / 4.0,
    );
    // The fourth session of 2019 and the tenth.
    assert_eq!(found.span, Some((day("2019-01-07"), day("2019-01-15"))));
    assert_eq!(found.notes, ["the event is unknown on 1 of 12 bars"]);
    assert!(!found.same);
}

#[test]
fn every_bar_and_a_rate_by_hand() {
    // 1, 2, 5, 6, 9 have an outcome, 10 and 11 not. Two bars later lower than on the bar: 12 → 10 (2) and 13 → 11 (6); 11 → 11 (1), 12
    // → 12 (5) and 13 → 15 (9) are not. 2 of 5.
    let text = with("[outcome]", "every_bar = true\n[outcome]").replace(
        "value = \"close / close[2] - 1\"",
        "holds = \"close < close[2]\"",
    );
    let claim = parse(&text).unwrap();
    assert_eq!(claim.measure, Measure::Rate);
    let found = found(&claim, &CLOSES, 2).unwrap();
    assert_eq!(found.sample.events.len(), 5);
    close_to(found.sample.event_mean(), 0.4);
    // 3: 11 → 12, 4: 10 → 13, 7: 12 → 13, 8: 11 → 14.
    close_to(found.sample.control_mean(), 0.0);
    assert!(found.notes[1].starts_with("2 events have no outcome"));
    // Outcomes of 1 and 2 overlap, and of 5 and 6.
    let apart = stats::contrast::Sample::apart(&found.sample.events, 2);
    assert_eq!(apart, 3);
}

#[test]
fn no_outcome_crosses_the_end_of_a_session() {
    let text = with("[event]", "interval = \"30m\"\n[event]")
        .replace("[outcome]", "every_bar = true\n[outcome]");
    let claim = parse(&text).unwrap();
    let closes: Vec<f64> = (1..=26).map(f64::from).collect();
    let found = found(&claim, &closes, 2).unwrap();
    // Two sessions of 13 bars, all rises but the first bar (nothing to compare with); the last two of each have no outcome.
    assert_eq!(found.sample.events.len(), 26 - 1 - 4);
    assert!(found.notes[1].starts_with("4 events have no outcome"));
}

#[test]
fn outcomes_of_another_kind_for_the_control() {
    let text = format!(
        "{RISES}[control]\nwhen = \"close > close[1]\"\nvalue = \"close / close[1] - 1\"\n"
    );
    let claim = parse(&text).unwrap();
    let found = found(&claim, &CLOSES, 2).unwrap();
    // The same bars, the last day's change: 13/… of bar 7 to 12: 12/13 − 1; of bar 11: 15/14 − 1.
    close_to(
        found.sample.control_mean(),
        f64::midpoint(12.0 / 13.0 - 1.0, 15.0 / 14.0 - 1.0),
    );
    assert!(!found.same);
    // Written another way the control is the event all the same.
    let text = format!("{RISES}[control]\nwhen = \"close[1] < close\"\n");
    let claim = parse(&text).unwrap();
    assert!(self::found(&claim, &CLOSES, 2).unwrap().same);
}

#[test]
fn a_horizon_longer_than_the_bars() {
    let claim = parse(RISES).unwrap();
    assert!(found(&claim, &CLOSES, 11).is_ok());
    let Err(Error::Fit { message, .. }) = found(&claim, &CLOSES, 12) else {
        panic!("an outcome was found beyond the bars");
    };
    assert_eq!(
        message,
        "the horizon is 12 bars, and the dates asked for hold 12 bars of IWM"
    );
}

/// Where a text is refused, and with which words.
type Refused = (String, (u32, u32), &'static str);

fn refused(cases: impl IntoIterator<Item = Refused>) {
    for (text, place, words) in cases {
        let error = parse(&text).expect_err(&text);
        let message = &error.message;
        assert!(
            message.contains(words),
            "`{words}` is not in: {message}\n{text}"
        );
        assert_eq!(error.position, Some(place), "{message}\n{text}");
    }
}

/// The claim with a line more under its direction.
fn expecting(line: &str) -> String {
    format!("{RISES}{line}\n")
}

fn control(text: &str) -> String {
    format!("{RISES}[control]\n{text}\n")
}

#[test]
fn faults_of_rules_and_of_what_is_expected_are_told_at_their_place() {
    let rise = "\"close > close[1]\"";
    let mean = with("[event]", "effect = \"mean\"\n[event]");
    refused([
        (with(rise, "\"close / close[1]\""), (5, 9), "condition"),
        (with(rise, "\"clse > close[1]\""), (5, 9), "clse"),
        (with("when", "wen"), (5, 1), "unknown key `event.wen`"),
        (mean, (10, 2), "`expect.than` is missing"),
        (expecting("than = 1.0"), (11, 1), "goes with effect"),
        (expecting("about = -0.1"), (11, 1), "other side of 0"),
        (expecting("between = [0.2, 0.1]"), (11, 1), "smaller first"),
        (
            expecting("about = 0.1\nat_least = 0.1"),
            (11, 1),
            "two sizes",
        ),
        (with("\"above\"", "\"up\""), (10, 1), "one of: above, below"),
        (with("\"rises\"", "\"Rises!\""), (2, 1), "small letters"),
        (with("Rises go on.", " "), (3, 1), "`claim` is empty"),
        (with("[event]", "min_events = 0\n[event]"), (4, 1), "is 0"),
        ("name = ".to_owned(), (1, 8), ""),
    ]);
    let none = parse(&with(&format!("[event]\nwhen = {rise}\n"), "")).unwrap_err();
    assert!(none.message.contains("`event` is missing"), "{none}");
}

#[test]
fn faults_of_outcomes_controls_and_trades_are_told_at_their_place() {
    let value = "value = \"close / close[2] - 1\"\n";
    let horizon = "horizon_bars = 2";
    let also = |more: &str| with(horizon, &format!("{horizon}\n{more}"));
    let trades = "[trades]\nscenario = \"mean-reversion\"\n";
    let of_trades = with(&format!("{value}{horizon}"), "of_trade = \"lost\"") + trades;
    let own_clock = of_trades.replacen("[event]", "symbol = \"SPY\"\n[event]", 1);
    let gdp = "[event.without]\ngdp = \"close > open\"\n[outcome]";
    refused([
        (
            with("/ close[2] - 1", "> close[2]"),
            (7, 10),
            "not a number",
        ),
        (with(horizon, "horizon_bars = 0"), (8, 1), "is 0"),
        (with(horizon, "horizon_bars = -1"), (8, 1), "whole number"),
        (with(horizon, ""), (6, 2), "horizon_bars` is missing"),
        (with(value, ""), (6, 2), "neither `value` nor `holds`"),
        (also("holds = \"close > open\""), (9, 1), "both `value`"),
        (also("of_trade = \"lost\""), (9, 1), "needs a plan"),
        (with("[outcome]", gdp), (7, 1), "do not look at"),
        (
            control("when = \"close > close[1]\""),
            (12, 1),
            "event itself",
        ),
        (control("every_bar = true"), (12, 1), "with `control.when`"),
        (control("holds = \"close > open\""), (11, 2), "two kinds"),
        (format!("{RISES}{trades}"), (7, 1), "is for claims on bars"),
        (own_clock, (4, 1), "the plan's own"),
        (
            format!("{RISES}[trades]\nscenario = \"x\"\n"),
            (12, 1),
            "no plan \"x\"",
        ),
    ]);
}

fn settle(claims: &[Claim], change: impl FnOnce(&mut StudyOptions<'_>)) -> Result<Study, Error> {
    static STOP: AtomicBool = AtomicBool::new(false);
    let mut options = StudyOptions {
        from: None,
        to: None,
        resamples: 300,
        seed: 1,
        threads: 1,
        stop: &STOP,
    };
    change(&mut options);
    study(claims, &Tape::embedded(), &options)
}

fn one(text: &str) -> Judged {
    let study = settle(&[parse(text).unwrap()], |_| ()).unwrap();
    study.claims.into_iter().next().unwrap()
}

#[test]
fn what_cannot_be_tested_says_why() {
    let never = one(&with("close > close[1]", "close < 0.01"));
    assert_eq!(
        (never.verdict, &never.why),
        (ClaimVerdict::TooFew, &Why::FewEvents)
    );
    assert_eq!(never.figures.unwrap().events, 0);
    let always = one(&with("close > close[1]", "close > 0.01")
        .replace("[outcome]", "every_bar = true\n[outcome]"));
    assert_eq!(
        (always.verdict, &always.why),
        (ClaimVerdict::TooFew, &Why::FewControls)
    );
    let empty = one(&format!("{RISES}[control]\nwhen = \"close < 0.01\"\n"));
    assert_eq!(
        (empty.verdict, &empty.why),
        (ClaimVerdict::TooFew, &Why::FewControls)
    );
    let same = one(&format!("{RISES}[control]\nwhen = \"close[1] < close\"\n"));
    assert_eq!(
        (same.verdict, &same.why),
        (ClaimVerdict::Unknown, &Why::SameBars)
    );
    let signs = one(&with("[event]", "effect = \"ratio\"\n[event]"));
    assert_eq!(signs.why, Why::Undefined(Undefined::BothSigns));
    assert_eq!(signs.figures.unwrap().effect, None, "no ratio is shown");
    let zero = with("[event]", "effect = \"ratio\"\n[event]")
        .replace("close / close[2] - 1", "close - close");
    assert_eq!(one(&zero).why, Why::Undefined(Undefined::ZeroMean));
    let long = one(&with("horizon_bars = 2", "horizon_bars = 9999"));
    assert!(
        matches!(&long.why, Why::Lacks(why) if why.contains("the horizon is 9999 bars")),
        "{:?}",
        long.why
    );
    let lacks = one(&with(
        "close > close[1]",
        "GOLD.close > 1 and near(\\\"cpi\\\", 0, 0)",
    ));
    assert_eq!(lacks.verdict, ClaimVerdict::Unknown);
    assert!(
        matches!(&lacks.why, Why::Lacks(why) if why.contains("no events of the kind cpi")),
        "{:?}",
        lacks.why
    );
    let series = one(&with("close > close[1]", "MOVE > 100 and GOLD.close > 1"));
    let Why::Lacks(why) = series.why else {
        panic!("{:?}", series.why)
    };
    assert_eq!(why, "the tape embedded has no bars of GOLD, no series MOVE");
}

#[test]
fn requests_that_make_no_sense() {
    let claim = || parse(RISES).unwrap();
    let refused = |claims: &[Claim], change: fn(&mut StudyOptions<'_>)| match settle(claims, change)
    {
        Err(Error::Fit { message, .. }) => message,
        other => panic!("{other:?}"),
    };
    assert!(refused(&[], |_| ()).contains("no claim"));
    assert!(refused(&[claim(), claim()], |_| ()).contains("two claims are called rises"));
    assert!(refused(&[claim()], |o| o.resamples = 0).starts_with("0 resamples"));
    assert!(refused(&[claim()], |o| o.resamples = 2_000_000).contains("1 to 1,000,000"));
    let upside_down = |o: &mut StudyOptions<'_>| {
        o.from = Some(day("2020-01-02"));
        o.to = Some(day("2019-01-02"));
    };
    assert!(refused(&[claim()], upside_down).contains("is after"));
    let early = settle(&[claim()], |o| o.to = Some(day("1990-01-02"))).unwrap();
    assert_eq!(early.claims[0].verdict, ClaimVerdict::Unknown);
    let few = settle(&[claim()], |o| o.resamples = 5).unwrap();
    assert!(
        few.warnings[0].contains("cannot support any"),
        "{:?}",
        few.warnings
    );
}

#[test]
fn neither_threads_nor_company_change_what_is_said() {
    let falls = with("name = \"rises\"", "name = \"falls\"")
        .replace("close > close[1]", "close < close[1]");
    let (rises, falls) = (parse(RISES).unwrap(), parse(&falls).unwrap());
    let alone = settle(std::slice::from_ref(&rises), |_| ()).unwrap();
    let both = settle(&[falls, rises.clone()], |o| o.threads = 3).unwrap();
    let plain = |judged: &Judged| Figures {
        p_corrected: None,
        ..judged.figures.clone().unwrap()
    };
    assert_eq!(plain(&alone.claims[0]), plain(&both.claims[1]));
    let p = alone.claims[0].figures.as_ref().unwrap();
    assert_eq!(p.p, p.p_corrected, "a claim alone needs no correction");
    let other = settle(&[rises], |o| o.seed = 2).unwrap();
    assert_ne!(plain(&alone.claims[0]).low, plain(&other.claims[0]).low);
    assert_eq!(
        plain(&alone.claims[0]).effect,
        plain(&other.claims[0]).effect
    );
}

#[test]
fn trades_are_sorted_by_what_was_so_at_their_decision() {
    // The plan enters after three lower closes, so at the decision the last close is lower: all trades are events, none a control.
    let text = |when: &str, rest: &str| {
        format!(
            "name = \"t\"\nclaim = \"c\"\neffect = \"mean\"\nmin_events = 5\n[trades]\nscenario = \"mean-reversion\"\n{rest}[event]\nwhen = \"{when}\"\n[outcome]\nof_trade = \"lost\"\n[expect]\ndirection = \"above\"\nthan = 0.1\n"
        )
    };
    let falling = one(&text("falling(close, 3) and roc(3) < -2.5%", ""));
    let all = falling.figures.unwrap();
    assert!(all.events > 10, "{all:?}");
    let rising = one(&text("close > close[1]", ""));
    assert_eq!(rising.figures.unwrap().events, 0);
    // A bar later some have risen and some not; trades that were over by then are told.
    let later = one(&text("close > close[1]", "after_bars = 1\n"));
    let not = one(&text("close <= close[1]", "after_bars = 1\n"));
    let (later_count, not_count) = (later.figures.unwrap().events, not.figures.unwrap().events);
    assert!(later_count > 0 && not_count > 0 && later_count + not_count <= all.events);
    let told = later
        .notes
        .iter()
        .find_map(|note| note.strip_suffix(" trades were over before the event could be judged"));
    let over: usize = told.map_or(0, |note| note.split(' ').next().unwrap().parse().unwrap());
    assert_eq!(later_count + not_count + over, all.events);
    assert!(
        falling
            .happenings
            .windows(2)
            .all(|pair| pair[0].time < pair[1].time)
    );
}
