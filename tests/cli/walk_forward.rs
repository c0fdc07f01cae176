//! `stormproof walk-forward`, held against single runs.

use std::path::Path;

use serde_json::Value;

use crate::support::*;

const GRID: [&str; 4] = [
    "--vary",
    "exit.target_atr=1..3:1",
    "--vary",
    "entry.declines=2,3",
];
/// A window of one's own has no holes.
const WINDOW: [&str; 4] = ["--from", "2017-01-03", "--to", "2023-12-29"];

fn forward(cwd: &Path, args: &[&str]) -> Value {
    let all = [
        &["walk-forward", "mean-reversion"],
        &GRID[..],
        args,
        &["--format", "json", "--quiet"],
    ];
    serde_json::from_str(&says(cwd, &all.concat())).unwrap()
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value
        .pointer(path)
        .unwrap_or_else(|| panic!("no {path} in {value}"))
}

/// The figures of the plan with a fold's parameters, run alone between two dates.
fn alone(cwd: &Path, parameters: &Value, from: &Value, to: &Value) -> Value {
    let set = parameters.as_object().unwrap().iter();
    let set: Vec<String> = set
        .flat_map(|(path, value)| ["--set".to_owned(), format!("{path}={value}")])
        .collect();
    let dates = [
        "--from",
        from.as_str().unwrap(),
        "--to",
        to.as_str().unwrap(),
    ];
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    let run = json(
        cwd,
        &[&["mean-reversion", "--quiet"], &dates[..], &set].concat(),
    );
    at(&run, "/regimes/0/figures").clone()
}

/// Of every fold, by single runs of all six combinations: the choice has the best Sharpe of training, its figures are
/// those of a run alone, and its share of the others is right.
#[test]
fn every_choice_is_the_best_of_its_past_and_is_traded_after_it() {
    let here = folder();
    let said = forward(here.path(), &[&WINDOW[..], &["--folds", "4"]].concat());
    let folds = at(&said, "/folds").as_array().unwrap();
    assert_eq!(folds.len(), 4);
    for fold in folds {
        let grid = [1, 2, 3]
            .iter()
            .flat_map(|target| [2, 3].map(|declines| (*target, declines)));
        let (mut best, mut out) = ((f64::NEG_INFINITY, Value::Null), Vec::new());
        for (target, declines) in grid {
            let parameters =
                serde_json::json!({ "entry.declines": declines, "exit.target_atr": target });
            let trained = alone(
                here.path(),
                &parameters,
                at(fold, "/train_from"),
                at(fold, "/train_to"),
            );
            let tested = alone(
                here.path(),
                &parameters,
                at(fold, "/test_from"),
                at(fold, "/test_to"),
            );
            let sharpe = trained
                .get("sharpe")
                .and_then(Value::as_f64)
                .unwrap_or(f64::NEG_INFINITY);
            if sharpe > best.0 {
                best = (sharpe, parameters.clone());
            }
            out.push((parameters, tested));
        }
        assert_eq!(at(fold, "/chosen/parameters"), &best.1);
        assert_eq!(
            at(fold, "/chosen/in_sample/objective"),
            &Value::from(best.0)
        );
        let of = |figures: &Value| {
            figures
                .get("sharpe")
                .and_then(Value::as_f64)
                .unwrap_or(f64::NEG_INFINITY)
        };
        let own = &out
            .iter()
            .find(|(parameters, _)| *parameters == best.1)
            .unwrap()
            .1;
        assert_eq!(
            at(fold, "/chosen/out_of_sample/net_return"),
            at(own, "/net_return")
        );
        assert_eq!(at(fold, "/chosen/out_of_sample/trades"), at(own, "/trades"));
        let others = out.iter().filter(|(parameters, _)| *parameters != best.1);
        let beaten: f64 = others
            .map(|(_, other)| match of(own).total_cmp(&of(other)) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            })
            .sum();
        assert_eq!(at(fold, "/chosen/beaten"), &Value::from(beaten / 5.0));
    }
}

/// The purge is the plan's `max_sessions`, 10: that many sessions and the embargo lie between training and test.
#[test]
fn training_ends_before_its_test_by_purge_and_embargo() {
    let here = folder();
    let said = forward(
        here.path(),
        &[
            &WINDOW[..],
            &["--embargo", "3", "--train", "500", "--test", "250"],
        ]
        .concat(),
    );
    assert_eq!(at(&said, "/purge_sessions"), 10);
    let fold = at(&said, "/folds/1");
    let (last, first) = (at(fold, "/train_to"), at(fold, "/test_from"));
    // Sessions from the one to the other, both included, by a run between them: 13 in between.
    let between = alone(here.path(), &serde_json::json!({}), last, first);
    assert_eq!(at(&between, "/sessions"), 15);
}

/// What comes after a fold changes nothing in it: a shorter history has the same first folds.
#[test]
fn no_fold_sees_what_comes_after_it() {
    let here = folder();
    let lengths = ["--train", "400", "--test", "200", "--anchored"];
    let whole = forward(here.path(), &[&WINDOW[..], &lengths].concat());
    let cut = [
        &["--from", "2017-01-03", "--to", "2021-06-30"],
        &lengths[..],
    ]
    .concat();
    let cut = forward(here.path(), &cut);
    let folds = |said: &Value| at(said, "/folds").as_array().unwrap().clone();
    let (whole, cut) = (folds(&whole), folds(&cut));
    assert!(cut.len() >= 3 && cut.len() < whole.len());
    // The last of the shorter one ends where it ends.
    assert_eq!(cut[..cut.len() - 1], whole[..cut.len() - 1]);
}

#[test]
fn threads_change_nothing_and_files_say_what_is_printed() {
    let here = folder();
    let common = ["walk-forward", "mean-reversion"];
    let common = [&common[..], &GRID, &["--folds", "5", "--quiet"]].concat();
    let one = says(
        here.path(),
        &[&common[..], &["-j", "1", "--out", "one"]].concat(),
    );
    let two = says(
        here.path(),
        &[&common[..], &["-j", "2", "--out", "two"]].concat(),
    );
    assert_eq!(one, two);
    let files = ["equity.parquet", "folds.parquet", "walk-forward.json"];
    for file in files {
        let bytes = |name: &str| std::fs::read(here.path().join(name).join(file)).unwrap();
        assert_eq!(bytes("one"), bytes("two"), "{file}");
    }
    assert_eq!(names(&here.path().join("one")), files);
    let printed = says(
        here.path(),
        &[&common[..], &["--format", "json", "--out", "one"]].concat(),
    );
    assert_eq!(
        std::fs::read_to_string(here.path().join("one/walk-forward.json")).unwrap(),
        printed
    );
    let said: Value = serde_json::from_str(&printed).unwrap();
    let one = here.path().join("one");
    let (equity, folds) = (open(&one, "equity.parquet"), open(&one, "folds.parquet"));
    let (of_fold, closes) = (integers(&equity, "fold"), numbers(&equity, "equity"));
    let ends = numbers(&folds, "end_equity_usd");
    // The account is carried: the last close of a fold is where the next begins, in the file and in the document.
    for (n, end) in ends.iter().enumerate() {
        let last = of_fold
            .iter()
            .rposition(|fold| *fold == n as i64 + 1)
            .unwrap();
        assert_eq!(closes[last], *end);
        assert_eq!(
            at(&said, &format!("/folds/{n}/end_equity_usd")),
            &Value::from(*end)
        );
    }
    let net = closes[closes.len() - 1] / 100_000.0 - 1.0;
    assert_eq!(at(&said, "/out_of_sample/net_return"), &Value::from(net));
    let declines = integers_of(&said, "entry.declines");
    assert_eq!(maybe_integers(&folds, "entry.declines"), declines);
}

fn integers_of(said: &Value, path: &str) -> Vec<i64> {
    let folds = at(said, "/folds").as_array().unwrap().iter();
    folds
        .map(|fold| at(fold, "/chosen/parameters")[path].as_i64().unwrap())
        .collect()
}

fn maybe_integers(reader: &table::Reader, column: &str) -> Vec<i64> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, table::Dest::MaybeInteger(&mut values))], 1)
        .unwrap();
    values.into_iter().map(Option::unwrap).collect()
}

#[test]
fn the_table_is_narrow_and_says_what_matters() {
    let here = folder();
    let vary = [
        "--vary",
        "exit.stop_atr=0.5..3:0.5",
        "--vary",
        "risk.risk_per_trade=0.001..0.01",
        "--vary",
        "exit.stop=atr,nearer",
    ];
    let long = [
        "--sampler",
        "sobol",
        "--samples",
        "16",
        "--where",
        "exit.target_atr > exit.stop_atr",
        "--require",
        "trades >= 2",
    ];
    let args = [
        &["walk-forward", "mean-reversion", "--folds", "3"],
        &GRID[..],
        &vary,
        &long,
    ]
    .concat();
    let combined = ["walk-forward", "mean-reversion", "--combinatorial", "5,2"];
    for args in [args, [&combined[..], &GRID].concat()] {
        let table = says(here.path(), &args);
        for line in table.lines() {
            assert!(line.chars().count() <= 80, "{line}");
            assert_eq!(line, line.trim_end(), "no trailing blanks");
        }
        for wanted in ["SIMULATED", "purge 10", "beat", "max drawdown"] {
            assert!(table.contains(wanted), "{wanted} is missing:\n{table}");
        }
        for never in ["NaN", "inf ", "None"] {
            assert!(!table.contains(never), "{never}:\n{table}");
        }
    }
}

/// The published case: five groups, two tested, are ten splits and four paths; every choice is the best of its
/// training, and the groups that are tested are not in it.
#[test]
fn combinatorial_folds_make_ten_splits_and_four_paths() {
    let here = folder();
    let said = forward(
        here.path(),
        &[&WINDOW[..], &["--combinatorial", "5,2"]].concat(),
    );
    assert_eq!(at(&said, "/splits").as_array().unwrap().len(), 10);
    assert_eq!(at(&said, "/paths").as_array().unwrap().len(), 4);
    // Groups 4 and 5 tested: training is one stretch, from the first session to 10 before group 4.
    let split = at(&said, "/splits/9");
    assert_eq!(at(split, "/tested"), &serde_json::json!([3, 4]));
    let tested = alone(
        here.path(),
        at(split, "/chosen/parameters"),
        at(&said, "/groups/3/0"),
        at(&said, "/groups/4/1"),
    );
    assert_eq!(
        at(split, "/chosen/out_of_sample/net_return"),
        at(&tested, "/net_return")
    );
}

#[test]
fn what_cannot_be_walked_is_refused() {
    let here = folder();
    let refused = |args: &[&str], words: &[&str]| {
        refuses(
            here.path(),
            &[&["walk-forward", "mean-reversion"], &GRID[..], args].concat(),
            words,
        );
    };
    refused(
        &["--train", "5000"],
        &["history has 1465 sessions", "shorten --train"],
    );
    refused(
        &["--train", "10", "--test", "10"],
        &["purge and embargo take 10 sessions", "--purge"],
    );
    refused(
        &["--purge", "700", "--embargo", "60"],
        &["take 760 sessions of a training window of 756"],
    );
    refused(
        &["--folds", "2000"],
        &["--folds 2000 of a history of 1465 sessions"],
    );
    refused(
        &["--sampler", "bayes"],
        &["other combinations in every fold", "--sampler sobol"],
    );
    refused(&["--folds", "0"], &["--folds 0"]);
    refused(&["--test", "0"], &["at least one session"]);
    refused(
        &["--require", "trades >= 5000"],
        &[
            "none of 6 combinations meets --require trades >= 5000",
            "require less",
        ],
    );
    refused(&["--require", "trade >= 5"], &["did you mean `trades`?"]);
    refused(&["--objective", "sharp"], &["did you mean `sharpe`?"]);
    refused(
        &["--objective", "exposure"],
        &["neither more nor less of `exposure` is better"],
    );
    refused(
        &["--where", "exit.target_atr > 9"],
        &["no combination meets --where exit.target_atr > 9"],
    );
    refused(
        &["--combinatorial", "5"],
        &["--combinatorial 5: expected two whole numbers"],
    );
    refused(&["--combinatorial", "5,5"], &["at least one is tested"]);
    refused(&["--combinatorial", "30,15"], &["155117520 splits"]);
    refused(
        &["--from", "2023-01-03", "--to", "2023-01-31"],
        &["history has 20 sessions"],
    );
    refused(
        &["--vary", "exit.stop_atr=1..1000000"],
        &["replays, more than", "wider steps"],
    );
    let one = [
        "walk-forward",
        "mean-reversion",
        "--vary",
        "exit.stop_atr=1..2:0.3",
    ];
    refuses(here.path(), &one, &["do not end at 2", "1..1.9:0.3 or"]);
    std::fs::write(here.path().join("taken"), "mine").unwrap();
    refused(&["--out", "taken"], &["it is a file"]);
}

#[test]
fn usage_that_contradicts_itself_is_refused() {
    let here = folder();
    for args in [
        &["--anchored", "--rolling"][..],
        &["--folds", "3", "--train", "100"],
        &["--combinatorial", "5,2", "--folds", "3"],
        &["--combinatorial", "5,2", "--out", "x"],
    ] {
        ends(
            here.path(),
            &[&["walk-forward", "mean-reversion"], &GRID[..], args].concat(),
            2,
        );
    }
    ends(here.path(), &["walk-forward", "mean-reversion"], 2);
}

/// Eight made markets without an edge: what is chosen earns in training, for it was chosen there, and less than a quarter
/// of that in the tests; its rank among the others is chance's (0.5; 60 folds of overlapping training leave ± 0.15).
#[test]
fn on_random_prices_the_past_promises_and_the_test_does_not_keep() {
    let here = folder();
    let (mut trained, mut tested, mut beaten) = (Vec::new(), Vec::new(), Vec::new());
    for seed in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        says(
            here.path(),
            &["tape", "synth", "--seed", seed, "--tape", seed],
        );
        let vary = [
            "--vary",
            "exit.stop_atr=1..3:1",
            "--train",
            "504",
            "--test",
            "126",
        ];
        let said = forward(here.path(), &[&["--tape", seed][..], &vary].concat());
        for fold in at(&said, "/folds").as_array().unwrap() {
            let number = |path| fold.pointer(path).and_then(Value::as_f64);
            trained.extend(number("/chosen/in_sample/net_return"));
            tested.extend(number("/chosen/out_of_sample/net_return"));
            beaten.extend(number("/chosen/beaten"));
        }
    }
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    assert!(trained.len() >= 55, "{}", trained.len());
    assert!(mean(&trained) > 0.01, "{}", mean(&trained));
    assert!(
        mean(&tested) < mean(&trained) / 4.0,
        "{} {}",
        mean(&tested),
        mean(&trained)
    );
    assert!((mean(&beaten) - 0.5).abs() < 0.15, "{}", mean(&beaten));
}
