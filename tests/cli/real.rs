//! The real tape: where it is not, these tests say so and pass. Nothing of it is kept or printed.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use market::Date;

use crate::replay::{Stop, replay, rows};
use crate::support::*;

const REGIMES: [(&str, &str, &str); 3] = [
    ("q4-2018", "2018-10-01", "2018-12-31"),
    ("covid-2020", "2020-02-18", "2020-06-30"),
    ("tightening-2022", "2022-01-03", "2022-12-30"),
];

/// The vendors' files, and a tape made of them once.
pub(crate) struct Real {
    files: PathBuf,
    pub(crate) tape: PathBuf,
    _keep: tempfile::TempDir,
}

pub(crate) fn real() -> Option<&'static Real> {
    static REAL: OnceLock<Option<Real>> = OnceLock::new();
    let real = REAL.get_or_init(|| {
        let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
        let files =
            named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tape"));
        if !files.join("daily/IWM.csv").is_file() {
            return None;
        }
        let keep = folder();
        let daily = files.join("daily");
        let vol = files.join("vol");
        says(
            keep.path(),
            &[
                "tape",
                "import",
                daily.to_str()?,
                vol.to_str()?,
                "--tape",
                "tape",
            ],
        );
        Some(Real {
            tape: keep.path().join("tape"),
            files,
            _keep: keep,
        })
    });
    if real.is_none() {
        skipped(
            "no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape",
        );
    }
    real.as_ref()
}

fn day(date: &str) -> i64 {
    let epoch = Date::default();
    date.parse::<Date>()
        .unwrap()
        .signed_duration_since(epoch)
        .num_days()
}

#[test]
fn every_trade_is_what_the_bars_say() {
    let Some(real) = real() else { return };
    let (iwm, kre) = (
        rows(&real.files.join("daily/IWM.csv")),
        rows(&real.files.join("daily/KRE.csv")),
    );
    for (plan, stop) in [
        ("mean-reversion", Stop::Atr),
        ("mean-reversion-prior-low", Stop::PriorLow),
    ] {
        let here = folder();
        let document = json(
            here.path(),
            &[
                plan,
                "--tape",
                real.tape.to_str().unwrap(),
                "--out",
                "results",
            ],
        );
        let trades = open(&here.path().join("results"), "trades.parquet");
        let regime = texts(&trades, "regime");
        let (quantity, held) = (
            integers(&trades, "quantity"),
            integers(&trades, "sessions_held"),
        );
        let (entry_time, exit_time) = (times(&trades, "entry_time"), times(&trades, "exit_time"));
        let (entry, exit) = (
            numbers(&trades, "entry_price"),
            numbers(&trades, "exit_price"),
        );
        let (pnl, reason) = (numbers(&trades, "pnl"), texts(&trades, "exit_reason"));
        // Exchange hours lie within one UTC day.
        let on = |micros: i64| micros.div_euclid(86_400_000_000);
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0);
        let mut row = 0;
        for (n, (name, from, to)) in REGIMES.into_iter().enumerate() {
            let mine = replay(&iwm, &kre, (from, to), stop);
            let funnel = &document["regimes"][n]["funnel"];
            assert_eq!(funnel["setups"], mine.setups, "{plan} {name}");
            let vetoed: u64 = funnel["vetoed"]
                .as_object()
                .unwrap()
                .values()
                .map(|v| v.as_u64().unwrap())
                .sum();
            assert_eq!(vetoed, mine.vetoed as u64, "{plan} {name}");
            assert_eq!(funnel["entered"], mine.entered, "{plan} {name}");
            for trade in &mine.trades {
                let what = format!("{plan} {name} {trade:?}");
                assert_eq!(regime[row], name, "{what}");
                assert_eq!(quantity[row] as f64, trade.quantity, "{what}");
                assert_eq!(on(entry_time[row]), day(&trade.entry.0), "{what}");
                assert_eq!(on(exit_time[row]), day(&trade.exit.0), "{what}");
                assert!(close(entry[row], trade.entry.1), "{what}: {}", entry[row]);
                assert!(close(exit[row], trade.exit.1), "{what}: {}", exit[row]);
                assert_eq!(reason[row], trade.reason, "{what}");
                assert!((pnl[row] - trade.pnl).abs() < 1e-6, "{what}: {}", pnl[row]);
                assert_eq!(held[row], trade.sessions_held, "{what}");
                row += 1;
            }
            assert_eq!(
                document["regimes"][n]["figures"]["trades"],
                mine.trades.len(),
                "{plan} {name}"
            );
        }
        assert_eq!(row, regime.len(), "{plan}: no trade more");
        assert!(row > 0, "{plan} traded");
        assert_eq!(document["simulated"], false);
    }
}

/// The row of the shipped settings among the others of a sweep says what a plain loop over the vendor's rows says.
#[test]
fn a_row_of_a_sweep_is_what_the_bars_say() {
    let Some(real) = real() else { return };
    let (iwm, kre) = (
        rows(&real.files.join("daily/IWM.csv")),
        rows(&real.files.join("daily/KRE.csv")),
    );
    let here = folder();
    let told: serde_json::Value = serde_json::from_str(&says(
        here.path(),
        &[
            "sweep",
            "mean-reversion",
            "--tape",
            real.tape.to_str().unwrap(),
            "--on=regimes",
            "--vary=exit.target_atr=1.5,2,2.5",
            "--vary=entry.min_decline=0.02,0.025",
            "--objective=net_return",
            "--top=6",
            "--format=json",
            "--quiet",
        ],
    ))
    .unwrap();
    let best = told["best"].as_array().unwrap();
    let shipped = serde_json::json!(["exit.target_atr=2", "entry.min_decline=0.025"]);
    let row = best
        .iter()
        .find(|row| row["parameters"] == shipped)
        .unwrap();
    for (n, (name, from, to)) in REGIMES.into_iter().enumerate() {
        let mine = replay(&iwm, &kre, (from, to), Stop::Atr);
        let window = &row["windows"][n];
        assert_eq!(window["window"], name);
        assert_eq!(window["trades"], mine.trades.len(), "{name}");
        assert_eq!(window["setups"], mine.setups, "{name}");
        assert_eq!(window["vetoed"], mine.vetoed, "{name}");
        let profit: f64 = mine.trades.iter().map(|trade| trade.pnl).sum();
        let swept = window["net_profit_usd"].as_f64().unwrap();
        assert!(
            (swept - profit).abs() < 1e-6,
            "{name}: {swept}, by hand {profit}"
        );
        let wins = mine.trades.iter().filter(|trade| trade.pnl > 0.0).count();
        assert_eq!(window["wins"], wins, "{name}");
    }
    assert_eq!(told["sweep"]["tape"]["origin"], "real");
}

#[test]
fn in_covid_regional_banks_forbade_every_setup_and_nothing_is_claimed() {
    let Some(real) = real() else { return };
    let here = folder();
    let tape = real.tape.to_str().unwrap();
    let document = json(
        here.path(),
        &["mean-reversion", "--tape", tape, "--regimes", "covid-2020"],
    );
    let regime = &document["regimes"][0];
    assert_eq!(regime["standing"], "inconclusive");
    assert_eq!(document["verdict"]["verdict"], "inconclusive");
    let vetoed = regime["funnel"]["vetoed"]["KRE change ≥ -1.5%"]
        .as_u64()
        .unwrap();
    assert!(vetoed > 0, "{}", regime["funnel"]);
    let table = says(
        here.path(),
        &[
            "run",
            "mean-reversion",
            "--tape",
            tape,
            "--regimes",
            "covid-2020",
        ],
    );
    assert!(
        table.contains(&format!("{vetoed} vetoed by KRE change")),
        "{table}"
    );
    assert!(table.contains("verdict: inconclusive"), "{table}");
    assert!(
        !table.contains("SIMULATED"),
        "real prices carry no such mark"
    );
}

#[test]
fn audits_find_nothing_in_real_bars_either() {
    let Some(real) = real() else { return };
    let here = folder();
    let said = says(
        here.path(),
        &[
            "audit",
            "mean-reversion-prior-low",
            "--tape",
            real.tape.to_str().unwrap(),
            "--cuts",
            "10",
        ],
    );
    assert!(said.ends_with(", 0 differed\n"), "{said}");
}

#[test]
fn other_courses_start_from_the_trades_that_were() {
    let Some(real) = real() else { return };
    let here = folder();
    let tape = real.tape.to_str().unwrap();
    let plan = ["mean-reversion", "--tape", tape];
    let run = json(here.path(), &[&plan[..], &["--out", "results"]].concat());
    let carlo = |threads| {
        let few = "--resamples 200 --replays 20 --format json --threads";
        let few: Vec<&str> = few.split(' ').chain([threads]).collect();
        says(
            here.path(),
            &[&["montecarlo"], &plan[..], &few[..]].concat(),
        )
    };
    let one = carlo("1");
    assert!(one == carlo("2"), "the same on two threads");
    let carlo: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert_eq!(carlo["simulated"], false);
    let trades = open(&here.path().join("results"), "trades.parquet");
    let (regime, pnl) = (texts(&trades, "regime"), numbers(&trades, "pnl"));
    let windows = carlo["windows"].as_array().unwrap();
    for (window, figures) in windows.iter().zip(run["regimes"].as_array().unwrap()) {
        let name = window["name"].as_str().unwrap();
        let mine = regime.iter().zip(&pnl).filter(|(r, _)| *r == name);
        // 100,000 dollars and what each trade made of what the ones before had left.
        let end = mine.fold(100_000.0, |equity, (_, pnl)| equity + pnl);
        let order = &window["drawn"][1];
        assert_eq!(order["method"], "order");
        if window["as_run"]["trades"].as_u64().unwrap() > 1 {
            let median = order["net_return"]["p50"].as_f64().unwrap();
            assert!((median - (end / 100_000.0 - 1.0)).abs() < 1e-9, "{name}");
        } else {
            assert!(order.get("net_return").is_none(), "{name}");
        }
        let depth = |value: &serde_json::Value| value["max_drawdown"].as_f64().unwrap();
        let (ours, theirs) = (depth(&window["as_run"]), depth(&figures["figures"]));
        assert!((ours - theirs).abs() < 1e-12, "{name}");
    }
}

/// Twenty years of real prices: the account is carried from fold to fold, and each fold is what a run of its choice
/// alone makes of the equity it begins with.
#[test]
fn walking_forward_over_real_history_is_what_single_runs_are() {
    let Some(real) = real() else { return };
    let here = folder();
    let tape = real.tape.to_str().unwrap();
    let asked = "--vary exit.target_atr=1..3:1 --vary entry.declines=2,3 --train 1008 --test 252 --from 2006-01-03 --to 2025-12-31 --format json --quiet --out forward";
    let mut arguments = vec!["walk-forward", "mean-reversion", "--tape", tape];
    arguments.extend(asked.split(' '));
    let said: serde_json::Value = serde_json::from_str(&says(here.path(), &arguments)).unwrap();
    let folds = said["folds"].as_array().unwrap();
    // From Parquet: a JSON reader may be off by the last bit.
    let forward = here.path().join("forward");
    let ends = numbers(&open(&forward, "folds.parquet"), "end_equity_usd");
    assert_eq!((folds.len(), ends.len()), (16, 16));
    let mut equity = 100_000.0;
    for (fold, end) in folds.iter().zip(&ends) {
        let chosen = &fold["chosen"]["parameters"];
        let target = format!("exit.target_atr={}", chosen["exit.target_atr"]);
        let declines = format!("entry.declines={}", chosen["entry.declines"]);
        let start = format!("account.equity_usd={equity:?}");
        let date = |key: &str| fold[key].as_str().unwrap();
        let window = [
            "--tape",
            tape,
            "--from",
            date("test_from"),
            "--to",
            date("test_to"),
        ];
        let set = ["--set", &target, "--set", &declines, "--set", &start];
        let run = ["run", "mean-reversion", "--out", "run", "--quiet"];
        says(here.path(), &[&run[..], &window, &set].concat());
        let closes = numbers(&open(&here.path().join("run"), "equity.parquet"), "equity");
        assert_eq!(closes.last(), Some(end), "{}", date("test_from"));
        equity = *end;
    }
    let closes = numbers(&open(&forward, "equity.parquet"), "equity");
    assert_eq!(closes.last(), Some(&equity));
}

#[test]
fn every_quarter_is_reviewed_in_one_call() {
    let Some(real) = real() else { return };
    let here = folder();
    let args = [
        "review",
        "mean-reversion",
        "--tape",
        real.tape.to_str().unwrap(),
        "--from",
        "2018Q1",
        "--to",
        "2026Q1",
    ];
    let text = says(here.path(), &args);
    assert!(text.contains("the edge over 33 reviews"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80));
    let json = says(here.path(), &[&args[..], &["--format", "json"]].concat());
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let timeline = document["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), 33);
    assert_eq!(
        document["written"].as_array().unwrap().len(),
        0,
        "all were kept by the first call"
    );
    // Trades are only ever added, and every history is split into baseline and since.
    let monitored = |row: &serde_json::Value| row["trades"].as_u64().unwrap();
    assert!(
        timeline
            .windows(2)
            .all(|two| monitored(&two[0]) <= monitored(&two[1]))
    );
    assert!(monitored(&timeline[32]) > 30);
    for one in document["reviews"].as_array().unwrap() {
        let review = &one["review"];
        let count = |of: &str| review[of]["trades"].as_u64().unwrap();
        assert_eq!(count("history"), count("baseline") + count("monitored"));
        assert_eq!(review["simulated"], false);
        let revised = &review["changes"]["revised"];
        assert!(revised.is_null() || revised == false, "{revised}");
    }
}
