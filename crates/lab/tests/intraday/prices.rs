//! Bars within the session that are not of the daily bars' prices.

use lab::load;
use market::Bars;

use crate::iwm;
use crate::market::{DAY, coarser, plan, regimes, sessions, tape_of};

/// The walk with prices times `factor`, but for its last `keep_last` sessions.
fn adjusted(fine: &Bars, factor: f64, keep_last: u32) -> Bars {
    let mut raw = fine.raw().clone();
    let last = *fine.session().last().unwrap();
    for (row, session) in fine.session().iter().enumerate() {
        if *session + keep_last <= last {
            for column in [&mut raw.open, &mut raw.high, &mut raw.low, &mut raw.close] {
                column[row] *= factor;
            }
        }
    }
    Bars::new("IWM", fine.interval, raw, &sessions()).unwrap()
}

fn warnings(fine: &Bars) -> Result<Vec<String>, String> {
    let daily = coarser(&iwm(), DAY);
    let kre = crate::kre();
    let (_folder, tape) = tape_of(&[fine.clone(), daily, coarser(&kre, DAY), kre]);
    let loaded = load(&plan("5m", &[]), &regimes(), &tape, 1);
    loaded.map(|l| l.warnings).map_err(|e| e.to_string())
}

#[test]
fn adjusted_bars_within_the_session_refuse_the_run() {
    let refusal = warnings(&adjusted(&iwm(), 0.98, 0)).unwrap_err();
    assert!(
        refusal.contains("IWM: its 5m bars end more than 0.5 % away from the daily close")
            && refusal.contains("not the same prices"),
        "{refusal}"
    );
}

#[test]
fn the_same_prices_pass_without_a_word_and_a_part_of_the_sessions_apart_is_told() {
    let about = |lines: &[String]| lines.iter().any(|l| l.contains("daily close"));
    assert!(!about(&warnings(&iwm()).unwrap()));
    // A last print of a thin venue, 0.4 % off, is no other price.
    assert!(!about(&warnings(&adjusted(&iwm(), 0.996, 0)).unwrap()));
    // The 40th session from the end, 2020-12-31, is 2020-11-04: apart are 2020-10-19 to 2020-11-03, twelve of the 20 + 27
    // sessions of the windows.
    let some = warnings(&adjusted(&iwm(), 0.98, 40)).unwrap();
    assert!(
        some.iter()
            .any(|line| line.ends_with("on 12 of 47 sessions")),
        "{some:?}"
    );
}
