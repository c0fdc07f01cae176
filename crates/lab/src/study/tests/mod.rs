//! Claims on bars that can be worked out by hand.

mod faults;
mod settled;

use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot};

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
            text: include_str!("../../../../../scenarios/mean-reversion.toml").to_owned(),
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
