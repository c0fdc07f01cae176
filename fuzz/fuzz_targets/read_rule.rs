//! Any text as a rule, on both kinds of clock: a fault inside the text, or a condition that is judged on every bar,
//! never a panic.
//!
//! Lines that begin with `let NAME = ` name expressions; the rest is the rule.

#![no_main]

use std::sync::LazyLock;

use indicators::SplitBasis;
use language::{Clock as Decides, Words};
use libfuzzer_sys::fuzz_target;
use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot};
use strategies::Clock;
use strategies::rules::Evaluation;

const MINUTES: u16 = 30;

fn snapshot(interval: Interval) -> Snapshot {
    let date = |day| Date::from_ymd_opt(2020, 1, day).expect("a date");
    let sessions = SessionTable::covering(date(1), date(31));
    let mut raw = RawBars::default();
    for session in sessions.as_slice().iter().take(20) {
        for bar in 0..if interval == Interval::Day { 1 } else { 5 } {
            let price = 100.0 + (raw.start.len() * 7 % 11) as f64;
            raw.start
                .push(session.open.plus_minutes(i64::from(MINUTES) * bar));
            raw.open.push(price);
            raw.high.push(price + 1.0);
            raw.low.push(price - 1.0);
            raw.close.push(price + 0.5);
            raw.volume.push(1000.0);
        }
    }
    let bars = Bars::new("IWM", interval, raw, &sessions).expect("valid bars");
    Snapshot {
        bars: vec![bars],
        sessions,
        ..Snapshot::default()
    }
}

static DAYS: LazyLock<Snapshot> = LazyLock::new(|| snapshot(Interval::Day));
static WITHIN: LazyLock<Snapshot> = LazyLock::new(|| snapshot(Interval::Minutes(MINUTES)));

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for (decides, snapshot) in [
        (Decides::Daily, &*DAYS),
        (Decides::Minutes(MINUTES), &*WITHIN),
    ] {
        let mut words = Words::new(decides);
        let mut rule = String::new();
        for line in text.split_inclusive('\n') {
            match line
                .strip_prefix("let ")
                .and_then(|rest| rest.split_once('='))
            {
                Some((name, value)) => {
                    let _ = words.text(name.trim(), value);
                }
                None => rule.push_str(line),
            }
        }
        let read = match words.condition(&rule) {
            Ok(read) => read,
            Err(fault) => {
                assert!(fault.within.is_some() || rule.get(fault.span).is_some());
                continue;
            }
        };
        let _ = words
            .compared(&rule)
            .expect("what is a condition compares something or nothing");
        let basis = SplitBasis::default();
        let clock = Clock {
            bars: &snapshot.bars[0],
            snapshot,
            basis: &basis,
        };
        let profile = strategies::Written::default().signals;
        let judged = Evaluation::new(words.program(), clock, &[read], &profile).judge(read);
        assert_eq!(judged.truth.held.len(), clock.len());
        assert!(!judged.truth.held.and(&judged.truth.failed).any());
    }
});
