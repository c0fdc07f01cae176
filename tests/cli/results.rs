//! The files under `--out`.

use std::fs;

use crate::support::*;

const TRADES: &str = "regime trade_id symbol strategy side quantity entry_time entry_price exit_time exit_price \
    exit_reason gross_pnl commission slippage pnl return r_multiple mae mfe atr_at_entry stop_price target_price \
    sessions_held bars_held ambiguous dividends financing entry_rule exit_rule unsettled protected";
const EQUITY: &str = "regime date time equity cash drawdown";
const SESSIONS: &str = "regime date open high low close holding";
const FILLS: &str = "regime order_id symbol side quantity price slippage_per_share commission time rule exit_reason";
const DECISIONS: [&str; 11] = [
    "regime",
    "time",
    "symbol",
    "side",
    "outcome",
    "reason",
    "order_id",
    "size_scale",
    "3 lower closes",
    "decline beyond 2.5%",
    "KRE change ≥ -1.5%",
];

fn columns(reader: &table::Reader) -> Vec<&str> {
    reader
        .columns()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect()
}

#[test]
fn the_columns_are_those_of_the_page() {
    let here = folder();
    says(here.path(), &["run", "mean-reversion", "--out", "results"]);
    let results = here.path().join("results");
    assert_eq!(names(&results), FILES);
    let split = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    assert_eq!(columns(&open(&results, "trades.parquet")), split(TRADES));
    assert_eq!(columns(&open(&results, "equity.parquet")), split(EQUITY));
    assert_eq!(
        columns(&open(&results, "sessions.parquet")),
        split(SESSIONS)
    );
    assert_eq!(columns(&open(&results, "fills.parquet")), split(FILLS));
    assert_eq!(columns(&open(&results, "decisions.parquet")), DECISIONS);
    for file in FILES.iter().filter(|f| f.ends_with("parquet")) {
        let reader = open(&results, file);
        assert_eq!(reader.fact("origin"), Some("simulated"));
        assert_eq!(reader.fact("seed"), Some("2018"));
        assert_eq!(reader.fact("plan"), Some("mean-reversion"));
    }
}

#[test]
fn the_files_add_up_to_the_document() {
    let here = folder();
    let document = json(here.path(), &["mean-reversion", "--out", "results"]);
    let results = here.path().join("results");
    let (trades, equity) = (
        open(&results, "trades.parquet"),
        open(&results, "equity.parquet"),
    );
    let (fills, decisions) = (
        open(&results, "fills.parquet"),
        open(&results, "decisions.parquet"),
    );
    let of = |regimes: &[String], name: &str| -> Vec<usize> {
        (0..regimes.len()).filter(|&i| regimes[i] == name).collect()
    };
    for regime in document["regimes"].as_array().unwrap() {
        let name = regime["name"].as_str().unwrap();
        let figures = &regime["figures"];
        let rows = of(&texts(&trades, "regime"), name);
        assert_eq!(figures["trades"], rows.len());
        // Start equity and every trade's net result make end equity.
        let pnl: f64 = rows.iter().map(|&i| numbers(&trades, "pnl")[i]).sum();
        let (start, end) = (
            figures["start_equity_usd"].as_f64().unwrap(),
            figures["end_equity_usd"].as_f64().unwrap(),
        );
        assert!(
            (start + pnl - end).abs() < 1e-6,
            "{name}: {start} + {pnl} is not {end}"
        );
        let closes = of(&texts(&equity, "regime"), name);
        assert_eq!(figures["sessions"], closes.len());
        assert!((numbers(&equity, "equity")[*closes.last().unwrap()] - end).abs() < 1e-6);
        // The deepest row of the path is the drawdown.
        let deepest = closes
            .iter()
            .map(|&i| numbers(&equity, "drawdown")[i])
            .fold(0.0, f64::max);
        assert!((deepest - figures["max_drawdown"].as_f64().unwrap()).abs() < 1e-12);
        // One entry and one exit fill a trade.
        assert_eq!(of(&texts(&fills, "regime"), name).len(), 2 * rows.len());
        let setups = of(&texts(&decisions, "regime"), name);
        assert_eq!(regime["funnel"]["setups"], setups.len());
        let outcomes = texts(&decisions, "outcome");
        let entered = setups.iter().filter(|&&i| outcomes[i] == "entered").count();
        assert_eq!(regime["funnel"]["entered"], entered);
    }
}

#[test]
fn every_decision_says_which_overlay_applied() {
    let here = folder();
    let sets = [
        "overlays.season.event=earnings",
        "overlays.season.sessions_after=3",
        "overlays.season.size=0.5",
        "overlays.season.size_after=0.8",
    ];
    let mut args = vec!["mean-reversion", "--out", "results"];
    args.extend(sets.iter().flat_map(|set| ["--set", set]));
    let document = json(here.path(), &args);
    let decisions = open(&here.path().join("results"), "decisions.parquet");
    let (outcome, state, scale) = (
        texts(&decisions, "outcome"),
        texts(&decisions, "overlay season"),
        numbers(&decisions, "size_scale"),
    );
    let mut scaled = 0;
    for i in 0..state.len() {
        let expected = match state[i].as_str() {
            "active" => 0.5,
            "after" => 0.8,
            "off" => 1.0,
            other => panic!("{other} of a kind that is always known"),
        };
        assert!(
            (scale[i] - expected).abs() < 1e-12,
            "{} {}",
            state[i],
            scale[i]
        );
        scaled += u64::from(outcome[i] == "entered" && state[i] != "off");
    }
    let counted = |n: usize| {
        let overlays = &document["regimes"][n]["funnel"]["overlays"];
        overlays["scaled"]["season"].as_u64().unwrap_or(0)
    };
    assert_eq!((0..3).map(counted).sum::<u64>(), scaled);
    assert!(scaled > 0 && state.iter().any(|state| state == "off"));
    assert_eq!(document["scenario"]["overlays"]["season"]["size"], 0.5);
}

#[test]
fn every_decision_says_why() {
    let here = folder();
    says(here.path(), &["run", "mean-reversion", "--out", "results"]);
    let decisions = open(&here.path().join("results"), "decisions.parquet");
    let (outcome, reason) = (
        texts(&decisions, "outcome"),
        maybe_texts(&decisions, "reason"),
    );
    let (kre, orders) = (
        texts(&decisions, "KRE change ≥ -1.5%"),
        maybe_numbers(&decisions, "order_id"),
    );
    let mut vetoed = 0;
    for i in 0..outcome.len() {
        match outcome[i].as_str() {
            "entered" => assert_eq!(
                (kre[i].as_str(), &reason[i], orders[i].is_some()),
                ("held", &None, true)
            ),
            "vetoed" => {
                vetoed += 1;
                assert_eq!((kre[i].as_str(), orders[i]), ("not held", None));
                assert_eq!(reason[i].as_deref(), Some("KRE change ≥ -1.5%"));
            }
            "busy" => assert_eq!(reason[i], None),
            other => panic!("{other} in a plan without rejections"),
        }
    }
    assert!(vetoed > 0);
}

#[test]
fn undefined_cells_are_null_and_prices_have_no_gaps() {
    let here = folder();
    says(here.path(), &["run", "mean-reversion", "--out", "results"]);
    let results = here.path().join("results");
    let fills = open(&results, "fills.parquet");
    // Entries have no exit reason; exits do.
    let (rules, reasons) = (texts(&fills, "rule"), maybe_texts(&fills, "exit_reason"));
    assert!(
        reasons.iter().step_by(2).all(Option::is_none),
        "entries come first"
    );
    assert!(reasons.iter().skip(1).step_by(2).all(Option::is_some));
    assert!(
        rules.iter().step_by(2).all(|rule| rule == "open"),
        "market entries fill at the open"
    );
    let trades = open(&results, "trades.parquet");
    assert!(
        maybe_numbers(&trades, "r_multiple")
            .iter()
            .all(Option::is_some)
    );
    for column in ["entry_price", "exit_price", "pnl", "mae", "mfe", "return"] {
        assert!(
            numbers(&trades, column).iter().all(|v| v.is_finite()),
            "{column}"
        );
    }
    let (entry, exit) = (times(&trades, "entry_time"), times(&trades, "exit_time"));
    assert!(entry.iter().zip(&exit).all(|(entry, exit)| entry <= exit));
}

#[test]
fn earlier_results_are_replaced_whole() {
    let here = folder();
    let out = ["--out", "results"];
    says(
        here.path(),
        &[&["run", "mean-reversion"], &out[..]].concat(),
    );
    let first = bytes_of(&here.path().join("results"));
    says(
        here.path(),
        &[&["run", "mean-reversion-prior-low"], &out[..]].concat(),
    );
    assert_ne!(first, bytes_of(&here.path().join("results")));
    says(
        here.path(),
        &[&["run", "mean-reversion"], &out[..]].concat(),
    );
    assert_eq!(first, bytes_of(&here.path().join("results")));
    assert_eq!(
        names(here.path()),
        ["results"],
        "nothing else is left beside it"
    );
}

#[test]
fn folders_are_made_and_links_kept() {
    let here = folder();
    says(here.path(), &["run", "mean-reversion", "--out", "a/b/c"]);
    bytes_of(&here.path().join("a/b/c"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(here.path().join("a/b/c"), here.path().join("link")).unwrap();
        says(
            here.path(),
            &["run", "mean-reversion-prior-low", "--out", "link"],
        );
        assert!(here.path().join("link").is_symlink());
        let document = fs::read_to_string(here.path().join("a/b/c/run.json")).unwrap();
        assert!(document.contains("\"plan\": \"mean-reversion-prior-low\""));
    }
}

#[test]
fn what_is_not_ours_is_never_replaced() {
    let here = folder();
    let results = here.path().join("results");
    says(here.path(), &["run", "mean-reversion", "--out", "results"]);
    let before = bytes_of(&results);
    fs::write(results.join("notes.txt"), "mine").unwrap();
    refuses(
        here.path(),
        &["run", "mean-reversion-prior-low", "--out", "results"],
        &["results holds notes.txt", "name another folder"],
    );
    fs::remove_file(results.join("notes.txt")).unwrap();
    assert_eq!(bytes_of(&results), before);
    fs::write(here.path().join("file"), "mine").unwrap();
    refuses(
        here.path(),
        &["run", "mean-reversion", "--out", "file"],
        &["it is a file"],
    );
    refuses(
        here.path(),
        &["run", "mean-reversion", "--out", "file/results"],
        &["file"],
    );
    refuses(
        here.path(),
        &["run", "mean-reversion", "--out", "."],
        &["not a name of its own"],
    );
    assert_eq!(
        fs::read_to_string(here.path().join("file")).unwrap(),
        "mine"
    );
}

/// Names alone prove nothing about who wrote a file.
#[test]
fn what_others_wrote_under_our_names_stays() {
    let here = folder();
    let out = here.path().join("theirs");
    fs::create_dir_all(out.join("run.json")).unwrap();
    fs::write(out.join("run.json/data"), "mine").unwrap();
    let args = ["run", "mean-reversion", "--out", "theirs"];
    refuses(here.path(), &args, &["run.json, not a regular file"]);
    assert_eq!(fs::read(out.join("run.json/data")).unwrap(), b"mine");
    fs::remove_dir_all(out.join("run.json")).unwrap();
    fs::write(out.join("run.json"), "{\"run\": 1}").unwrap();
    fs::write(out.join("trades.parquet"), "mine").unwrap();
    refuses(here.path(), &args, &["no run.json that stormproof wrote"]);
    assert_eq!(names(&out), ["run.json", "trades.parquet"]);
    refuses(
        here.path(),
        &["run", "mean-reversion", "--out", "theirs/run.json/x"],
        &["a part of its path is a file", "name a folder"],
    );
}
