//! `sweep`, `sweep show`, `sweep merge`.

mod bad_input;
mod endings;
mod shown;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::*;

/// Five blocks of combinations, a second or two of work on one thread.
pub(crate) const LARGE: [&str; 10] = [
    "sweep",
    "mean-reversion",
    "--from=2018-10-01",
    "--to=2018-12-31",
    "--vary=exit.target_atr=1..4:0.05",
    "--vary=exit.stop_atr=0.5..3:0.05",
    "--vary=risk.risk_per_trade=0.001..0.01:0.001",
    "--quiet",
    "--top=1",
    "--out=s/done",
];

pub(crate) const SMALL: [&str; 8] = [
    "sweep",
    "mean-reversion",
    "--vary=exit.target_atr=1..3:0.5",
    "--vary=entry.declines=2..4",
    "--vary=exit.stop=atr,prior-session",
    "--quiet",
    "--top=3",
    "--out=s/done",
];

pub(crate) fn results(cwd: &Path) -> Vec<u8> {
    fs::read(cwd.join("s/done/results.parquet")).unwrap()
}

/// `args` with more, or instead of those that begin alike.
pub(crate) fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let name = |arg: &str| arg.split('=').take(2).collect::<Vec<_>>().join("=");
    let key = |arg: &str| {
        if arg.starts_with("--vary") {
            name(arg)
        } else {
            arg.split('=').next().unwrap_or(arg).to_owned()
        }
    };
    let kept = args
        .iter()
        .filter(|arg| !more.iter().any(|one| key(one) == key(arg)));
    kept.chain(more).copied().collect()
}

pub(crate) fn document(cwd: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&says(cwd, &with(args, &["--format=json"]))).unwrap()
}

#[test]
fn a_sweep_ranks_gates_and_judges() {
    let here = folder();
    // A stop at the prior session's low takes no multiple of ATR: half of the combinations are no plans.
    let told = document(here.path(), &SMALL);
    assert_eq!(told["replayed"], 15);
    assert_eq!(told["refused"], 15);
    let refusal = told["refusal"].as_str().unwrap();
    assert!(
        refusal.contains("`exit.stop_atr` has no effect"),
        "{refusal}"
    );
    let best = told["best"].as_array().unwrap();
    assert_eq!(best.len(), 3);
    let scores: Vec<f64> = best
        .iter()
        .map(|b| b["scores"][0].as_f64().unwrap())
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert_eq!(best[0]["windows"][0]["window"], "history");
    assert_eq!(best[0]["gate"]["regimes"].as_array().unwrap().len(), 3);
    let trust = &told["trust"];
    assert_eq!(
        (&trust["trials"], &trust["trials_ever"]),
        (&15.into(), &15.into())
    );
    assert!(
        trust["sentence"]
            .as_str()
            .unwrap()
            .contains("15 combinations")
    );
    assert_eq!(told["sweep"]["tape"]["origin"], "simulated");
    let text = says(here.path(), &SMALL);
    assert!(text.contains("SIMULATED"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(text.contains("--set exit.stop=atr"), "{text}");
    let kept = fs::read_to_string(here.path().join("s/done/sweep.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), told);
}

#[test]
fn a_combination_alone_says_what_the_sweep_said() {
    let here = folder();
    let told = document(here.path(), &SMALL);
    let best = &told["best"][0];
    let mut args = vec![
        "run",
        "mean-reversion",
        "--regimes=history",
        "--format=json",
        "--quiet",
    ];
    for parameter in best["parameters"].as_array().unwrap() {
        args.extend(["--set", parameter.as_str().unwrap()]);
    }
    let alone: Value = serde_json::from_str(&says(here.path(), &args)).unwrap();
    let regime = &alone["regimes"][0];
    // Where a plan was found does not say that it holds.
    assert_eq!(alone["verdict"]["verdict"], "inconclusive");
    let swept = &best["windows"][0];
    for (figure, place) in [
        ("net_return", &regime["figures"]["net_return"]),
        ("sharpe", &regime["figures"]["sharpe"]),
        ("max_drawdown", &regime["figures"]["max_drawdown"]),
    ] {
        assert!(!place.is_null(), "{figure}: {regime}");
        assert_eq!(&swept[figure], place, "{figure}");
    }
}

#[test]
fn the_same_bytes_on_one_thread_or_two_and_when_asked_again() {
    let here = folder();
    let first = says(here.path(), &with(&LARGE, &["-j1"]));
    let bytes = results(here.path());
    // Asked again nothing is replayed: the results are there.
    assert_eq!(says(here.path(), &with(&LARGE, &["-j2"])), first);
    fs::remove_dir_all(here.path().join("s")).unwrap();
    assert_eq!(says(here.path(), &with(&LARGE, &["-j2"])), first);
    assert!(results(here.path()) == bytes);
}

#[test]
fn trials_add_up_over_sweeps_and_are_counted_once() {
    let here = folder();
    let ever = |args: &[&str]| {
        document(here.path(), args)["trust"]["trials_ever"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(ever(&SMALL), 15);
    // The same again, wider: 1 to 4 holds 7 targets, of which 5 were tried, times 3.
    let wider = with(
        &SMALL,
        &["--vary=exit.target_atr=1..4:0.5", "--out=s/wider"],
    );
    assert_eq!(ever(&wider), 21);
    assert_eq!(ever(&SMALL), 21);
    assert_eq!(names(&here.path().join("s")), ["done", "trials", "wider"]);
    // Another plan has trials of its own.
    let other = with(&SMALL, &["--set=name=other", "--out=s/other"]);
    assert_eq!(ever(&other), 15);
}

#[test]
fn shards_make_the_whole() {
    let here = folder();
    says(here.path(), &LARGE);
    let whole = results(here.path());
    for (shard, out) in [
        ("--shard=1/3", "--out=s/a"),
        ("--shard=2/3", "--out=s/b"),
        ("--shard=3/3", "--out=s/c"),
    ] {
        assert_eq!(says(here.path(), &with(&LARGE, &[shard, out])), "");
    }
    says(
        here.path(),
        &["sweep", "merge", "s/c", "s/a", "s/b", "--out", "s/merged"],
    );
    let merged = fs::read(here.path().join("s/merged/results.parquet")).unwrap();
    assert!(
        merged == whole,
        "shards in any order make the file of one machine"
    );
    refuses(
        here.path(),
        &["sweep", "merge", "s/a", "s/b", "--out", "s/x"],
        &["shards are missing: 3/3"],
    );
    refuses(
        here.path(),
        &["sweep", "merge", "s/a", "s/b", "s/a", "--out", "s/x"],
        &["are both shard 1"],
    );
    refuses(
        here.path(),
        &["sweep", "merge", "s/done", "--out", "s/x"],
        &["is no shard"],
    );
    refuses(
        here.path(),
        &["sweep", "merge", "s/a", "s/b", "s/c", "--out", "s/merged"],
        &["exists already"],
    );
}

#[test]
fn more_shards_than_blocks_make_the_whole_too() {
    let here = folder();
    says(here.path(), &SMALL);
    let whole = results(here.path());
    for (shard, out) in [
        ("--shard=1/3", "--out=s/a"),
        ("--shard=2/3", "--out=s/b"),
        ("--shard=3/3", "--out=s/c"),
    ] {
        says(here.path(), &with(&SMALL, &[shard, out]));
    }
    says(
        here.path(),
        &["sweep", "merge", "s/a", "s/b", "s/c", "--out", "s/merged"],
    );
    let merged = fs::read(here.path().join("s/merged/results.parquet")).unwrap();
    assert!(merged == whole);
}

#[test]
fn looking_through_windows_is_trying() {
    let here = folder();
    let ever = |more: &[&str]| {
        let told = document(here.path(), &with(&SMALL, more));
        (
            told["trust"]["trials_ever"].as_u64().unwrap(),
            told["trust"]["deflated_sharpe"].as_f64(),
        )
    };
    let (first, deflated) = ever(&[]);
    assert_eq!(first, 15);
    assert_eq!(
        ever(&["--on=regimes", "--regimes=covid-2020", "--out=s/r"]).0,
        30
    );
    assert_eq!(
        ever(&["--from=2018-10-01", "--to=2018-12-31", "--out=s/w"]).0,
        45
    );
    assert_eq!(ever(&["--regimes=q4-2018", "--out=s/h"]).0, 60);
    // More trials deflate more; ratios of other windows do not enter the spread.
    let (now, after) = ever(&[]);
    assert_eq!(now, 60);
    let (before, after) = (deflated.unwrap(), after.unwrap());
    assert!(
        after < before && after > before / 4.0,
        "{before} became {after}"
    );
}

#[test]
fn the_command_for_the_best_alone_reproduces_it() {
    let here = folder();
    let cases: [&[&str]; 5] = [
        &["--set=exit.stop_atr=1"],
        &["--on=split"],
        &["--on=regimes", "--regimes=q4-2018,covid-2020"],
        &["--regimes=q4-2018", "--vary=risk.atr_sessions=5,14,60"],
        &["--from=2019-01-02", "--to=2020-12-31"],
    ];
    for (n, more) in cases.into_iter().enumerate() {
        let out = format!("--out=s/{n}");
        let told = document(
            here.path(),
            &with(&SMALL, &[more, &[&out, "--objective=net_return"]].concat()),
        );
        let best = &told["best"][0];
        let mut line = told["alone"].as_str().unwrap().to_owned();
        for parameter in best["parameters"].as_array().unwrap() {
            line = format!("{line} --set {}", parameter.as_str().unwrap());
        }
        let words = line.replace("stormproof", env!("CARGO_BIN_EXE_stormproof"));
        let shell = std::process::Command::new("sh")
            .args(["-c", &format!("{words} --format json --quiet")])
            .current_dir(here.path())
            .output()
            .unwrap();
        assert!(shell.status.success(), "{line}: {}", text(&shell.stderr));
        let alone: Value = serde_json::from_slice(&shell.stdout).unwrap();
        let searched = told["sweep"]["searched"].as_u64().unwrap() as usize;
        for window in 0..searched {
            let (swept, ran) = (
                &best["windows"][window],
                &alone["regimes"][window]["figures"],
            );
            for figure in ["net_return", "max_drawdown", "sharpe"] {
                assert_eq!(
                    swept.get(figure),
                    ran.get(figure),
                    "{figure} of window {window}: {line}"
                );
            }
        }
    }
}

#[test]
fn samplers_draw_as_many_as_asked_and_a_search_goes_on() {
    let here = folder();
    let continuous = [
        "--vary=exit.target_atr=1..3",
        "--vary=entry.min_decline=0.01..0.04",
        "--samples=130",
    ];
    for sampler in [
        "--sampler=sobol",
        "--sampler=latin",
        "--sampler=random",
        "--sampler=bayes",
    ] {
        let out = format!("--out=s/{}", sampler.trim_start_matches("--sampler="));
        let args = with(
            &SMALL,
            &[&continuous[..], &["--vary=exit.stop=atr", sampler, &out]].concat(),
        );
        let told = document(here.path(), &args);
        assert_eq!(told["replayed"], 130, "{sampler}");
        assert_eq!(document(here.path(), &args), told, "{sampler}, asked again");
    }
}

#[test]
fn several_objectives_make_a_front() {
    let here = folder();
    let told = document(
        here.path(),
        &with(&SMALL, &["--objective=net_return,max_drawdown", "--top=10"]),
    );
    let scores: Vec<(f64, f64)> = told["best"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| {
            (
                b["scores"][0].as_f64().unwrap(),
                b["scores"][1].as_f64().unwrap(),
            )
        })
        .collect();
    assert!(!scores.is_empty());
    for a in &scores {
        for b in &scores {
            assert!(
                !(a.0 >= b.0 && a.1 >= b.1 && (a.0 > b.0 || a.1 > b.1)),
                "{a:?} beats {b:?}"
            );
        }
    }
}

#[test]
fn in_sample_and_out_of_sample_are_windows_of_history() {
    let here = folder();
    let told = document(
        here.path(),
        &with(&SMALL, &["--on=split", "--in-sample=0.6"]),
    );
    let windows = told["sweep"]["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 2);
    assert_eq!(
        (windows[0]["name"].as_str(), windows[1]["name"].as_str()),
        (Some("in-sample"), Some("out-of-sample"))
    );
    assert!(windows[0]["to"].as_str() < windows[1]["from"].as_str());
    assert!(told["trust"]["out_of_sample"]["sharpe_in"].is_number());
    // Ranked by the first alone.
    let best = &told["best"][0];
    assert_eq!(best["scores"][0], best["windows"][0]["sharpe"]);
}
