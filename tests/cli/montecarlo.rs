//! `stormproof montecarlo` on the embedded tape, and on the real one.

use std::path::Path;

use serde_json::Value;

use crate::support::*;

const QUICK: [&str; 6] = ["--resamples", "400", "--replays", "40", "--threads", "2"];

fn carlo(cwd: &Path, args: &[&str]) -> Value {
    let args = [&["montecarlo"], args, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

fn of<'a>(window: &'a Value, method: &str) -> &'a Value {
    let drawn = window["drawn"].as_array().unwrap();
    drawn.iter().find(|d| d["method"] == method).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

const METHODS: [&str; 5] = ["trades", "order", "days", "random-entries", "price-noise"];

#[test]
fn it_starts_from_what_the_run_says() {
    let here = folder();
    let run = json(here.path(), &["mean-reversion"]);
    let carlo = carlo(here.path(), &[&["mean-reversion"][..], &QUICK].concat());
    assert_eq!(carlo["simulated"], true);
    let windows = carlo["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 3);
    let mut growth = 1.0;
    for (window, regime) in windows.iter().zip(run["regimes"].as_array().unwrap()) {
        let (ours, theirs) = (&window["as_run"], &regime["figures"]);
        for key in ["net_return", "max_drawdown"] {
            let (a, b) = (number(&ours[key]), number(&theirs[key]));
            assert!((a - b).abs() < 1e-12, "{key}: {a}, not {b}");
        }
        assert_eq!(ours["trades"], theirs["trades"]);
        assert_eq!(window["sessions"], theirs["sessions"]);
        growth *= 1.0 + number(&ours["net_return"]);
        for method in METHODS {
            let drawn = of(window, method);
            for figure in ["net_return", "max_drawdown"] {
                let at = ["p1", "p5", "p25", "p50", "p75", "p95", "p99"]
                    .map(|p| number(&drawn[figure][p]));
                assert!(at.is_sorted(), "{method} {figure}: {at:?}");
            }
            assert!((0.0..=1.0).contains(&number(&drawn["ruin_probability"])));
        }
        // Another order is another way to the same end.
        let order = &of(window, "order")["net_return"];
        assert!((number(&order["p1"]) - number(&ours["net_return"])).abs() < 1e-9);
        assert!((number(&order["p99"]) - number(&ours["net_return"])).abs() < 1e-9);
    }
    let pooled = &carlo["pooled"];
    assert!((number(&pooled["as_run"]["net_return"]) - (growth - 1.0)).abs() < 1e-12);
    assert_eq!(pooled["sessions"], 408);
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let here = folder();
    let of = |threads: &str, seed: &str| {
        let args = "montecarlo mean-reversion --resamples 300 --replays 30 --format json";
        let args = args
            .split(' ')
            .chain(["--threads", threads, "--seed", seed]);
        says(here.path(), &args.collect::<Vec<_>>())
    };
    let one = of("1", "1");
    for threads in ["2", "3", "7"] {
        assert!(of(threads, "1") == one, "{threads} threads");
    }
    assert!(of("1", "2") != one, "another seed");
}

#[test]
fn without_noise_every_price_replay_is_the_run() {
    let here = folder();
    let args = [
        "mean-reversion",
        "--noise-atr",
        "0",
        "--replays",
        "3",
        "--resamples",
        "3",
    ];
    let carlo = carlo(here.path(), &args);
    for window in carlo["windows"].as_array().unwrap() {
        let (run, noise) = (&window["as_run"], of(window, "price-noise"));
        for figure in ["net_return", "max_drawdown"] {
            assert_eq!(noise[figure]["p1"], run[figure]);
            assert_eq!(noise[figure]["p99"], run[figure]);
        }
        assert_eq!(noise["mean_trades"], run["trades"].as_f64().unwrap());
    }
}

#[test]
fn dearer_trading_is_the_run_with_dearer_costs() {
    let here = folder();
    let double = [
        "mean-reversion",
        "--set",
        "costs.commission_per_share_usd=0.01",
        "--set",
        "costs.commission_min_usd=2.0",
        "--set",
        "costs.slippage_bps=2.0",
    ];
    let run = json(here.path(), &double);
    let carlo = carlo(here.path(), &[&["mean-reversion"][..], &QUICK].concat());
    let regimes = run["regimes"].as_array().unwrap();
    for (window, regime) in carlo["windows"].as_array().unwrap().iter().zip(regimes) {
        let variants = window["variants"].as_array().unwrap();
        assert_eq!(variants[1]["what"], "costs × 2");
        let (ours, theirs) = (&variants[1]["net_return"], &regime["figures"]["net_return"]);
        assert!((number(ours) - number(theirs)).abs() < 1e-12);
        let dearest = number(&variants[2]["net_return"]);
        assert!(dearest < number(ours) && number(ours) < number(&window["as_run"]["net_return"]));
    }
}

#[test]
fn ruin_is_what_the_level_says() {
    let here = folder();
    let at = |ruin: &str| {
        let args = [&["mean-reversion", "--ruin", ruin][..], &QUICK].concat();
        let carlo = carlo(here.path(), &args);
        number(&of(&carlo["pooled"], "trades")["ruin_probability"])
    };
    let (slight, some, great) = (at("0.0001"), at("0.02"), at("0.2"));
    assert!(
        slight > 0.8 && (0.1..0.8).contains(&some) && great == 0.0,
        "{slight} {some} {great}"
    );
}

#[test]
fn the_table_is_narrow_and_says_it_all() {
    let here = folder();
    let output = ends(
        here.path(),
        &[&["montecarlo", "mean-reversion"][..], &QUICK].concat(),
        0,
    );
    let table = text(&output.stdout);
    assert_eq!(text(&output.stderr), "");
    for line in table.lines() {
        assert!(
            line.chars().count() <= 80 && line == line.trim_end(),
            "{line}"
        );
    }
    let wanted = [
        "as it ran",
        "entry a bar later",
        "costs × 2",
        "costs × 3",
        "trades drawn again",
        "trades in another order",
        "days drawn in blocks",
        "entries at random",
        "prices with noise",
        "random entries did as well",
        "all of them, one after another",
        "ruin: 20.00%",
        "seed 1",
    ];
    for wanted in wanted {
        assert!(table.contains(wanted), "{wanted} is missing:\n{table}");
    }
    assert!(table.matches("SIMULATED").count() >= 2);
    assert!(!table.contains("NaN") && !table.contains("inf"));
}

#[test]
fn a_window_of_ones_own_is_not_pooled() {
    let here = folder();
    let args = [
        "mean-reversion",
        "--from",
        "2019-01-02",
        "--to",
        "2019-12-31",
    ];
    let carlo = carlo(here.path(), &[&args[..], &QUICK].concat());
    assert_eq!(carlo["windows"].as_array().unwrap().len(), 1);
    assert!(carlo.get("pooled").is_none());
}

#[test]
fn without_trades_there_is_nothing_to_draw_from_and_one_is_too_few() {
    let here = folder();
    let never = [
        "mean-reversion",
        "--set",
        "entry.min_decline=0.9",
        "--regimes",
        "q4-2018",
    ];
    let nothing = carlo(here.path(), &[&never[..], &QUICK].concat());
    let window = &nothing["windows"][0];
    assert_eq!(window["as_run"]["trades"], 0);
    for method in ["trades", "order", "days"] {
        let drawn = of(window, method);
        assert_eq!(drawn["absent"], "no trades");
        assert!(drawn.get("net_return").is_none() && drawn.get("ruin_probability").is_none());
    }
    assert_eq!(of(window, "random-entries")["absent"], "no trades");
    let table = says(here.path(), &[&["montecarlo"], &never[..], &QUICK].concat());
    assert!(
        table.contains("– no trades") && !table.contains("NaN"),
        "{table}"
    );
    // The shipped plan's first entry of the window, and no other.
    let decisions = [
        "run",
        "mean-reversion",
        "--regimes",
        "q4-2018",
        "--out",
        "results",
    ];
    says(here.path(), &decisions);
    let trades = open(&here.path().join("results"), "trades.parquet");
    let until = times(&trades, "exit_time")[0];
    let date = chrono_date(until);
    let one = ["mean-reversion", "--from", "2018-10-01", "--to", &date];
    let alone = carlo(here.path(), &[&one[..], &QUICK].concat());
    let window = &alone["windows"][0];
    assert_eq!(window["as_run"]["trades"], 1, "{window}");
    assert_eq!(
        of(window, "trades")["absent"],
        "one trade: drawn again it is the same"
    );
    assert!(of(window, "days").get("absent").is_none());
}

/// The UTC date of an instant in microseconds.
fn chrono_date(micros: i64) -> String {
    market::Time(micros).exchange_date().unwrap().to_string()
}

#[test]
fn wrong_numbers_are_refused_by_name() {
    let here = folder();
    let cases: [(&[&str], &[&str]); 9] = [
        (&["--resamples", "0"], &["resamples", "0", "1 to"]),
        (&["--resamples", "10000001"], &["resamples", "10000001"]),
        (&["--replays", "0"], &["replays", "0", "1 to"]),
        (&["--ruin", "0"], &["ruin", "above 0"]),
        (&["--ruin", "1.01"], &["ruin", "1.01", "1 at most"]),
        (&["--ruin", "NaN"], &["ruin", "NaN"]),
        (&["--noise-atr=-0.1"], &["noise", "-0.1", "0 to 1"]),
        (&["--block", "0.5"], &["block", "0.5", "1 or more"]),
        (&["--block", "inf"], &["block", "inf"]),
    ];
    for (args, words) in cases {
        let args = [&["montecarlo", "mean-reversion"], args].concat();
        refuses(here.path(), &args, words);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_it_with_nothing_printed() {
    use std::process::{Command, Stdio};
    let here = folder();
    let child = Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args([
            "montecarlo",
            "mean-reversion",
            "--replays",
            "9000000",
            "--quiet",
        ])
        .current_dir(here.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nine million replays take minutes: it is still at work, with its handler in place.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(text(&output.stderr), "interrupted; nothing was written\n");
}
