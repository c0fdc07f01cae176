//! `[protect]`: what a run and a sheet say of it, on the embedded tape.

use std::sync::atomic::AtomicBool;

use lab::plan::PlanOptions;
use lab::{Protected, Regimes, RunOptions, run};
use market::{Date, ExitReason::Protect, Fields};
use signals::{Columns, Inputs, Profile, State};
use tape::{BarWant, Tape, Want};

use crate::made::{date, parse};

const SHIPPED: &str = include_str!("../../../../scenarios/mean-reversion.toml");

fn ran(text: &str) -> lab::Run {
    let names = ["q4-2018", "covid-2020", "tightening-2022"].map(str::to_owned);
    let windows = Regimes::shipped().unwrap().pick(&names).unwrap();
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(&parse(text, &[]), &windows, &Tape::embedded(), options).unwrap()
}

/// Of a run over the embedded tape: every regime's.
fn told(text: &str) -> Vec<(Protected, Vec<String>, usize)> {
    let each = ran(text).regimes.into_iter();
    each.map(|r| (r.protected.unwrap(), r.reasons, r.ledger.trades.len()))
        .collect()
}

#[test]
fn a_run_counts_the_trades_it_protected_and_says_so() {
    // SPY is named by the protection alone: it is read for it.
    for (keys, exits) in [
        ("action = \"leave\"", true),
        ("action = \"reduce\"\nreduce_to = 0.5", false),
        ("action = \"tighten\"\nstop_atr = 0.2", true),
    ] {
        let text = format!("{SHIPPED}\n[protect]\nwhen = \"SPY.change < 0\"\n{keys}\n");
        let mut protected = 0;
        for regime in ran(&text).regimes {
            let told = regime.protected.unwrap();
            let trades = regime.ledger.trades.iter().filter(|t| t.protected);
            assert_eq!(told.trades, trades.clone().count());
            assert!((told.pnl_usd - trades.map(|t| t.pnl_usd).sum::<f64>()).abs() < 1e-6);
            assert!(told.bars > 0 && told.bars < told.all_bars && told.unknown_bars == 0);
            let by_reason = regime.exits.get(&Protect).map_or(0, |count| count.trades);
            assert!(
                by_reason <= told.trades && (exits || by_reason == 0),
                "{keys}"
            );
            let sentence = format!("acted on {} of {}", told.trades, regime.ledger.trades.len());
            let said = regime
                .reasons
                .iter()
                .any(|reason| reason.contains(&sentence));
            assert!(said || told.trades == 0, "{:?}", regime.reasons);
            protected += told.trades;
        }
        assert!(protected >= 3, "{keys}: {protected}");
    }
    assert!(ran(SHIPPED).regimes.iter().all(|r| r.protected.is_none()));
}

#[test]
fn a_rule_that_never_holds_and_one_that_is_unknown_are_told() {
    let text = format!("{SHIPPED}\n[protect]\nwhen = \"close < 1\"\naction = \"leave\"\n");
    for (protected, reasons, _) in told(&text) {
        assert_eq!((protected.trades, protected.bars), (0, 0));
        let said = format!(
            "acted on no trade: its rule held on 0 of {} bars",
            protected.all_bars
        );
        assert!(
            reasons.iter().any(|reason| reason.contains(&said)),
            "{reasons:?}"
        );
    }
    let run = ran(&text);
    let warned = |words: &str| run.warnings.iter().any(|w| w.contains(words));
    assert!(
        warned("protect.when: `close < 1` holds on no bar"),
        "{:?}",
        run.warnings
    );
    // Divided by zero it is unknown, on every bar.
    let text = format!(
        "{SHIPPED}\n[protect]\nwhen = \"close / (close - close) > 0\"\naction = \"leave\"\n"
    );
    for (protected, reasons, _) in told(&text) {
        assert_eq!(
            (protected.trades, protected.unknown_bars),
            (0, protected.all_bars)
        );
        let said = "its rule was unknown, and nothing was protected";
        assert!(
            reasons.iter().any(|reason| reason.contains(said)),
            "{reasons:?}"
        );
    }
}

#[test]
fn the_sheet_says_what_protects_and_whether_it_does_today() {
    let stop = AtomicBool::new(false);
    for (keys, words) in [
        (
            "action = \"leave\"",
            "Protect: once SPY.change < 0 at a bar's end, out at the next open.",
        ),
        (
            "action = \"reduce\"\nreduce_to = 0.29",
            "down to 29 % of the shares entered (rounded down, one at least) at the next open; once a trade.",
        ),
        (
            "action = \"tighten\"\nstop_atr = 0.2",
            "the stop comes to 0.2 ATR below that bar's close, never farther than it was",
        ),
    ] {
        let text = format!("{SHIPPED}\n[protect]\nwhen = \"SPY.change < 0\"\n{keys}\n");
        let scenario = parse(&text, &[]);
        let options = PlanOptions {
            on: Some(date("2020-02-24")),
            equity_usd: None,
            threads: 1,
            stop: &stop,
        };
        let sheet = lab::plan::plan(&scenario, &[], &Tape::embedded(), options).unwrap();
        assert!(
            sheet.exits.iter().any(|line| line.contains(words)),
            "{:?}",
            sheet.exits
        );
        let morning = &sheet.review.morning;
        assert!(
            morning.iter().any(|line| line.contains("protect rule")),
            "{morning:?}"
        );
        let rule = sheet.day.protect_rule.unwrap();
        assert_eq!(
            (rule.name.as_str(), rule.kind),
            ("SPY.change < 0", "protect")
        );
        assert_eq!(rule.readings.len(), 1);
        let change = rule.readings[0].value.unwrap();
        assert_eq!(rule.state == lab::plan::Held::Holds, change < 0.0);
    }
}

/// Every session of the embedded tape and whether its composite is bearish, of columns made from all of it.
fn composites() -> Vec<(Date, bool)> {
    let want = Want {
        bars: ["IWM", "SPY"]
            .map(|symbol| BarWant::daily(symbol, Fields::ALL, None))
            .to_vec(),
        series: vec!["breadth50".to_owned()],
        ..Want::default()
    };
    let snapshot = Tape::embedded().read(&want, 1).unwrap();
    let profile = Profile::default();
    let inputs = Inputs::of_snapshot(&profile, &snapshot).unwrap();
    let columns = Columns::compute(&profile, &inputs);
    let rows = inputs.bars.end().iter().zip(columns.composite());
    rows.map(|(end, state)| (end.exchange_date().unwrap(), *state == Some(State::Bearish)))
        .collect()
}

#[test]
fn words_of_the_signal_layers_protect_by_what_each_close_knew() {
    let composites = composites();
    let text = format!(
        "{SHIPPED}\n[protect]\nwhen = \"signal.composite == bearish\"\naction = \"leave\"\n"
    );
    let mut left = 0;
    for regime in ran(&text).regimes {
        let window = regime.regime.from..=regime.regime.to;
        let bearish = composites.iter().filter(|(d, b)| *b && window.contains(d));
        let told = regime.protected.unwrap();
        assert_eq!((told.bars, told.unknown_bars), (bearish.count(), 0));
        for trade in &regime.ledger.trades {
            let [bought, sold] =
                [trade.entry_time, trade.exit_time].map(|t| t.exchange_date().unwrap());
            // What the closes since the entry, and before the day of the exit, said.
            let held = composites
                .iter()
                .filter(|(d, _)| (bought..sold).contains(d));
            let mut said: Vec<bool> = held.map(|(_, bearish)| *bearish).collect();
            if trade.exit_reason == Protect {
                assert_eq!(said.pop(), Some(true), "out at the next open");
                left += 1;
            }
            assert!(!said.contains(&true), "{bought} to {sold}: out too late");
        }
    }
    assert!(left > 0, "no trade was left");
}
