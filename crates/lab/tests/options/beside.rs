//! What stands beside a verdict: assumptions that are changed must change something.

use std::sync::atomic::AtomicBool;

use lab::{RunOptions, run};

use crate::made::{CONDOR, contents, plan, regimes, sets, tape_of};

#[test]
fn every_assumption_changes_what_it_says() {
    let (_folder, tape) = tape_of(&contents(1));
    // Entered at every chance, so that every price counts.
    let scenario = plan(
        CONDOR,
        &sets(&[
            "entry.max_iv_rank=100",
            "structure.min_premium=0",
            "structure.max_open=5",
            "risk.risk_per_trade=0.01",
        ]),
    );
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 2,
        stop: &stop,
    };
    let told = run(&scenario, &regimes(), &tape, options).unwrap();
    let beside = told.beside.unwrap();
    let planned: Vec<_> = told.regimes.iter().map(|r| r.figures.net_return).collect();
    assert!(told.regimes.iter().any(|r| r.figures.trades.trades > 0));
    for variant in &beside.sensitivity {
        let returns: Vec<_> = variant.regimes.iter().map(|r| r.net_return).collect();
        // Half of the spread is what the plan says already.
        let same = variant.name == "spread crossed 0.5";
        assert_eq!(returns == planned, same, "{}", variant.name);
    }
    let crossed = |name: &str| {
        let variant = beside.sensitivity.iter().find(|one| one.name == name);
        let regimes = variant.unwrap().regimes.iter();
        regimes.filter_map(|r| r.net_return).sum::<f64>()
    };
    assert!(crossed("spread crossed 0.25") > crossed("spread crossed 1.0"));
}

#[test]
fn an_assumption_that_could_change_nothing_has_no_row() {
    use lab::options::ASSUMPTIONS;
    let rows = |more: &[&str]| -> Vec<&str> {
        let scenario = plan(CONDOR, &sets(more));
        let applies = ASSUMPTIONS.iter().filter(|one| one.applies_to(&scenario));
        applies.map(|one| one.name).collect()
    };
    assert_eq!(rows(&[]).len(), ASSUMPTIONS.len());
    // Quotes know no model: only what is paid of the spread is left.
    let quoted = rows(&["options.quotes=\"quoted\""]);
    assert!(
        quoted.iter().all(|name| name.starts_with("spread")),
        "{quoted:?}"
    );
    assert_eq!(quoted.len(), 3);
    assert!(!rows(&["options.term=false"]).contains(&"IV: index at all tenors"));
    assert!(
        !rows(&["options.skew_scale=0"])
            .iter()
            .any(|name| name.starts_with("skew"))
    );
}
