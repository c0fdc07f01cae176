//! What cannot be swept, and what is said of it.

use super::{LARGE, SMALL, with};
use crate::support::*;

#[test]
fn ranges_paths_and_constraints() {
    let here = folder();
    let cases: [(&[&str], &[&str]); 27] = [
        (&["--samples=9"], &["a grid tries every combination"]),
        (&["--in-sample=0.5"], &["only --on split"]),
        (&["--on=split", "--in-sample=1"], &["above 0 and below 1"]),
        (
            &[
                "--vary=exit.target_atr=1..4:0.00001",
                "--vary=exit.stop_atr=1..3:0.00001",
                "--vary=risk.risk_per_trade=0.001..0.01:0.0001",
            ],
            &["can be kept count of", "--sampler sobol"],
        ),
        (&["--regimes=history"], &["searched without being named"]),
        (
            &["--vary=exit.target_atr=4..1:0.5"],
            &["--vary exit.target_atr=4..1:0.5"],
        ),
        (&["--vary=exit.target_atr=1..3:0"], &["step"]),
        (
            &["--vary=exit.target_atr=1..3:0.7"],
            &["do not end at 3", "1..2.4:0.7"],
        ),
        (&["--vary=exit.target_atr="], &["exit.target_atr="]),
        (&["--vary=exit.target_atr"], &["exit.target_atr"]),
        (
            &["--vary=exit.target_atr=1.5..3"],
            &["needs steps", "--sampler sobol"],
        ),
        (&["--vary=exit.target_atr=1,1"], &["1"]),
        (&["--vary=exit.target_atr=nan..3:1"], &["nan"]),
        (
            &["--vary=exit.targt_atr=1..3:1"],
            &["--vary exit.targt_atr", "did you mean `target_atr`"],
        ),
        (&["--vary=instrument.symbol=IWM,SPY"], &["cannot be varied"]),
        (&["--vary=name=1..3"], &["cannot be varied"]),
        (
            &["--vary=filters.kre.symbol=1..3"],
            &["is no number", "KRE"],
        ),
        (&["--vary=entry.declines=2.5,3.5"], &["entry.declines"]),
        (&["--vary=exit.max_sessions=1..2"], &["time_stop_sessions"]),
        (
            &["--where=exit.target_atr > 100"],
            &["no combination meets"],
        ),
        (&["--where=exit.target_atr >"], &["--where"]),
        (&["--where=target_atr > 2"], &["exit.target_atr"]),
        (&["--require=sharpe"], &["--require"]),
        (&["--objective=luck"], &["no such figure"]),
        (&["--shard=0/3"], &["--shard 0/3"]),
        (&["--shard=1/2", "--sampler=bayes"], &["cannot be cut"]),
        (&["--budget=soon"], &["--budget soon"]),
    ];
    for (more, words) in cases {
        refuses(here.path(), &with(&SMALL, more), words);
    }
    // Nothing was begun.
    assert!(names(here.path()).is_empty(), "{:?}", names(here.path()));
    let none = ends(here.path(), &["sweep", "mean-reversion"], 2);
    assert!(
        text(&none.stderr).contains("--vary"),
        "{}",
        text(&none.stderr)
    );
}

#[test]
fn a_grid_too_large_to_finish_is_estimated_first() {
    let here = folder();
    let endless = [
        "--vary=exit.target_atr=1..4:0.0001",
        "--vary=exit.stop_atr=1..3:0.0001",
        "--vary=risk.risk_per_trade=0.001..0.01:0.0001",
    ];
    let message = refuses(
        here.path(),
        &with(&LARGE, &endless),
        &["combinations would take about", "--yes", "--budget"],
    );
    assert!(
        message.contains("years") || message.contains("days"),
        "{message}"
    );
    // With a budget it begins, and says how far it came.
    let output = ends(
        here.path(),
        &with(&LARGE, &[&endless[..], &["--budget=1s"]].concat()),
        0,
    );
    let note = text(&output.stderr);
    assert!(
        note.contains("stopped by --budget with") && note.contains("the same command goes on"),
        "{note}"
    );
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn constraints_rule_combinations_out() {
    let here = folder();
    let told = super::document(
        here.path(),
        &with(
            &SMALL,
            &[
                "--vary=exit.stop=atr",
                "--where=exit.target_atr > exit.stop_atr",
            ],
        ),
    );
    // Targets 2, 2.5 and 3 of five lie beyond the stop of 1.5, times three.
    assert_eq!(
        (told["replayed"].as_u64(), told["ruled_out"].as_u64()),
        (Some(9), Some(6))
    );
}
