//! `intrabar = "finer"` from the tape to the report's figures.

use std::sync::atomic::AtomicBool;

use ::market::{Bars, FillRule};
use lab::{Run, RunOptions, load, run};

use crate::market::{DAY, FIVE, HOUR, coarser, date, loaded, plan, regimes, sessions, tape_of};
use crate::{audited, iwm, kre};

const TIGHT: [&str; 4] = [
    "entry.declines=1",
    "exit.stop_atr=0.15",
    "exit.target_atr=0.15",
    "fills.intrabar=finer",
];

fn ran(interval: &str, sets: &[&str], bars: &[Bars]) -> Run {
    let (_folder, tape) = tape_of(bars);
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(&plan(interval, sets), &regimes(), &tape, options).unwrap()
}

/// Hours and days of both symbols, and five minutes of IWM.
fn bars() -> Vec<Bars> {
    let (iwm, kre) = (iwm(), kre());
    let all = [&iwm, &kre].map(|fine| [coarser(fine, HOUR), coarser(fine, DAY)]);
    all.into_iter().flatten().chain([iwm]).collect()
}

#[test]
fn ambiguous_trades_are_settled_and_counted() {
    for interval in ["1h", "1d"] {
        let run = ran(interval, &TIGHT, &bars());
        assert!(
            run.warnings.iter().all(|w| !w.contains("finer")),
            "{:?}",
            run.warnings
        );
        for regime in &run.regimes {
            let trades = &regime.ledger.trades;
            let counted = regime.band.settled.unwrap();
            let settled: Vec<_> = trades
                .iter()
                .filter(|t| t.ambiguous && t.unsettled.is_none())
                .collect();
            assert!(
                counted.settled > 0 && counted.settled == settled.len(),
                "{counted:?}"
            );
            // Bars made from the five-minute ones neither lack any nor contradict them.
            assert_eq!(
                (counted.absent, counted.incomplete, counted.contradiction),
                (0, 0, 0)
            );
            assert_eq!(
                counted.settled + counted.ambiguous,
                regime.band.ambiguous_trades
            );
            for trade in settled {
                assert_eq!(trade.exit_rule, FillRule::Finer);
            }
            let (low, high) = (regime.band.pessimistic, regime.band.optimistic);
            assert!(low.net_profit_usd < high.net_profit_usd);
        }
    }
}

#[test]
fn an_audit_takes_finer_bars_away_too() {
    let scenario = plan("1h", &TIGHT);
    let loaded = loaded(&scenario, &bars());
    assert!(loaded.snapshot.bars_of("IWM", FIVE).is_some());
    let audit = audited(&scenario, &loaded);
    assert_eq!(audit.mismatches, []);
    assert!(audit.compared > 1000, "{audit:?}");
}

#[test]
fn finer_bars_are_read_only_when_asked_and_only_around_the_windows() {
    let read = |sets: &[&str]| {
        let loaded = loaded(&plan("1h", sets), &bars());
        let fine = loaded.snapshot.bars_of("IWM", FIVE)?;
        loaded
            .snapshot
            .sessions
            .get(fine.session()[0] as usize)
            .map(|s| s.date)
    };
    assert_eq!(read(&[]), None);
    assert_eq!(read(&["fills.intrabar=finer"]), Some(date("2020-10-19")));
}

#[test]
fn without_any_finer_bar_the_plan_is_refused_and_with_too_few_it_is_warned() {
    let all = bars();
    let without: Vec<Bars> = all.iter().filter(|b| b.interval != FIVE).cloned().collect();
    let (_folder, tape) = tape_of(&without);
    let error = load(&plan("1h", &TIGHT), &regimes(), &tape, 1).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no bars of IWM finer than 1h in any window"),
        "{error}"
    );
    // Only up to 2020-11-20: the first window, of 20 sessions, has them, the second, of 5 in November and 22 in December, has none.
    let fine = all.iter().find(|b| b.interval == FIVE).unwrap();
    let cut = ::market::Time::from_exchange(date("2020-11-20"), 16, 0).unwrap();
    let head = Bars::new("IWM", FIVE, fine.known_at(cut), &sessions()).unwrap();
    let some: Vec<Bars> = without.into_iter().chain([head]).collect();
    let run = ran("1h", &TIGHT, &some);
    let warned = |w: &String| w.contains("finer than 1h in 27 of 47 sessions of the windows");
    assert!(run.warnings.iter().any(warned), "{:?}", run.warnings);
    let [clocks, half_days] = [0, 1].map(|i| run.regimes[i].band.settled.unwrap());
    assert!(clocks.settled > 0 && clocks.absent == 0);
    assert!(half_days.settled == 0 && half_days.absent > 0);
}
