//! Plans written in rules: the same trades as the built-in edge, faults underlined in the file, data found by the rules.

#![allow(clippy::print_stderr)] // a skipped test has to say so

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use lab::{InputError, Override, Regime, Regimes, Run, RunOptions, Scenario, run};
use tape::{ImportOptions, Tape};

const BUILT_IN: &str = include_str!("../../../scenarios/mean-reversion.toml");
const WRITTEN: &str = include_str!("../../../scenarios/mean-reversion-rules.toml");

fn parse(text: &str, set: &[&str]) -> Result<Scenario, InputError> {
    let overrides: Vec<Override> = set.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides)
}

fn ran(scenario: &Scenario, tape: &Tape, regimes: &[Regime]) -> Run {
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(scenario, regimes, tape, options).unwrap_or_else(|e| panic!("{e}"))
}

fn regimes(names: &[&str]) -> Vec<Regime> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    Regimes::shipped().unwrap().pick(&names).unwrap()
}

/// Every trade, fill and setup of both, field by field and so byte by byte.
fn same_ledgers(written: &Run, built_in: &Run) -> usize {
    let mut trades = 0;
    for (written, built_in) in written.regimes.iter().zip(&built_in.regimes) {
        assert_eq!(written.ledger, built_in.ledger, "{}", written.regime.name);
        trades += written.ledger.trades.len();
    }
    trades
}

#[test]
fn mean_reversion_in_rules_makes_the_same_trades() {
    let tape = Tape::embedded();
    let windows = regimes(&["q4-2018", "covid-2020", "tightening-2022"]);
    for set in [
        vec![],
        vec!["let.days=2", "let.drop=0.01", "exit.target_atr=3"],
        vec!["let.days=4", "let.drop=0.0"],
    ] {
        let built_in: Vec<String> = set
            .iter()
            .map(|set| {
                set.replace("let.days", "entry.declines")
                    .replace("let.drop", "entry.min_decline")
            })
            .collect();
        let built_in: Vec<&str> = built_in.iter().map(String::as_str).collect();
        let written = ran(&parse(WRITTEN, &set).unwrap(), &tape, &windows);
        let built_in = ran(&parse(BUILT_IN, &built_in).unwrap(), &tape, &windows);
        assert!(same_ledgers(&written, &built_in) >= 5, "{set:?}");
    }
}

#[test]
fn on_the_real_tape_too() {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let place = named.unwrap_or(beside);
    if !place.join("daily/IWM.csv").is_file() {
        eprintln!(
            "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let never = AtomicBool::new(false);
    let files = ["daily", "calendar", "breadth", "vol"].map(|name| place.join(name));
    let options = ImportOptions::default();
    tape.import(&files, &options, &mut |_| {}, &never).unwrap();
    let windows = regimes(&["q4-2018", "covid-2020", "tightening-2022", "svb-2023"]);
    let written = ran(&parse(WRITTEN, &[]).unwrap(), &tape, &windows);
    let built_in = ran(&parse(BUILT_IN, &[]).unwrap(), &tape, &windows);
    assert!(same_ledgers(&written, &built_in) >= 15);

    // Series, events and other symbols of the real tape, in one rule.
    let rich = format!(
        "{HEAD}[entry]\nwhen = [\"RVX > 20 and breadth50 < 60\", \"not near('fomc', 1, 0)\", \"HYG.close / LQD.close < sma(HYG.close / LQD.close, 50) or roc(2) < 0\"]\n{TAIL}"
    );
    let rich = ran(&parse(&rich, &[]).unwrap(), &tape, &windows);
    let trades: usize = rich.regimes.iter().map(|r| r.ledger.trades.len()).sum();
    assert!(trades >= 10, "{trades}");
    // A series the tape lacks is named with those it has.
    let absent =
        format!("{HEAD}[entry]\nwhen = [\"RVXX > 20\", \"close > 1\", \"open > 1\"]\n{TAIL}");
    let scenario = parse(&absent, &[]).unwrap();
    let error = lab::load(&scenario, &windows, &tape, 1).unwrap_err();
    assert!(error.to_string().contains("has no series RVXX"), "{error}");
}

const HEAD: &str =
    "name = \"mine\"\nstrategy = \"rules\"\n[instrument]\nsymbol = \"IWM\"\ninterval = \"1d\"\n";
const TAIL: &str = "[exit]\nstop_atr = 1.5\ntarget_atr = 2.0\n";

/// A plan of these tables between the head and the exits.
fn plan(middle: &str) -> String {
    format!("{HEAD}{middle}\n{TAIL}")
}

/// Line and column, message and help, and the underlined text.
fn fault(text: &str, set: &[&str]) -> (String, String) {
    let error = parse(text, set)
        .map(|_| panic!("taken:\n{text}"))
        .unwrap_err();
    let under = error
        .excerpt
        .as_ref()
        .and_then(|excerpt| excerpt.text.get(excerpt.span.clone()))
        .unwrap_or("")
        .to_owned();
    let help = error.help.clone().unwrap_or_default();
    (format!("{error} / {help}"), under)
}

#[test]
fn a_fault_is_underlined_in_the_file() {
    let (message, under) = fault(
        &plan("[entry]\nwhen = [\"close > open\", \"clsoe < 3\", \"open > 1\"]"),
        &[],
    );
    assert_eq!(under, "clsoe");
    assert!(
        message.starts_with("plan.toml:7:26: `entry.when`: nothing is called `clsoe`"),
        "{message}"
    );
    assert!(message.ends_with("did you mean `close`?"), "{message}");

    let multi =
        "[entry]\nwhen = \"\"\"\n  close > open   # up\n  and ema(0) > 3\n  and open > 1\"\"\"";
    let (message, under) = fault(&plan(multi), &[]);
    assert_eq!(under, "0");
    assert!(message.starts_with("plan.toml:9:11:"), "{message}");

    let named =
        "[let]\ndeep = 'roc(3) < close'\n[entry]\nwhen = \"deep and close > 1 and open > 1\"";
    let (message, under) = fault(&plan(named), &[]);
    assert_eq!(under, "roc(3) < close");
    assert!(
        message.starts_with("plan.toml:7:9: `let.deep`:"),
        "{message}"
    );

    let filter =
        "[entry]\nwhen = \"close > open and low > 1\"\n[filters.bank]\nrule = \"KRE.chnge > 0\"";
    let (message, under) = fault(&plan(filter), &[]);
    assert_eq!(under, "chnge");
    assert!(message.contains("`filters.bank.rule`"), "{message}");

    let unused = "[let]\nx = \"1 +\"\n[entry]\nwhen = \"close > open and low > 1 and high > 1\"";
    assert!(
        fault(&plan(unused), &[]).0.contains("`let.x`"),
        "an unused name is read too"
    );
    let taken = "[let]\nclose = 3\n[entry]\nwhen = \"close > open and low > 1 and high > 1\"";
    assert!(fault(&plan(taken), &[]).0.contains("means something"));
    let switch = "[let]\nx = true\n[entry]\nwhen = \"close > open and low > 1 and high > 1\"";
    assert!(
        fault(&plan(switch), &[])
            .0
            .contains("a number, or an expression in quotes")
    );
}

#[test]
fn a_fault_from_the_command_line_names_the_flag() {
    let good = plan("[let]\nx = 3\n[entry]\nwhen = \"close > x and low > 1 and high > 1\"");
    let (message, under) = fault(&good, &["let.x=\"emma(21)\""]);
    assert!(message.starts_with("--set let.x="), "{message}");
    assert_eq!(under, "");
    parse(&good, &["let.x=4"]).unwrap();
    parse(&good, &["let.x=ema(21)"]).unwrap();
}

#[test]
fn what_the_tape_lacks_is_underlined_with_what_was_meant() {
    let windows = regimes(&["q4-2018"]);
    for (rule, under, help) in [
        ("RVXX < 30", "RVXX", "did you mean RVX?"),
        ("KRE > 40", "KRE", "write KRE.close"),
        ("KREE.change > 0", "KREE", "did you mean KRE?"),
        ("RVX.close > 30", "RVX", "RVX is a series"),
        ("near('payrolls', 1, 0)", "'payrolls'", "nfp"),
    ] {
        let text = plan(&format!(
            "[entry]\nwhen = [\"close > open\", \"low > 1\", \"{rule}\"]"
        ));
        let scenario = parse(&text, &[]).unwrap();
        let lab::Error::Input(error) =
            lab::load(&scenario, &windows, &Tape::embedded(), 1).unwrap_err()
        else {
            panic!("{rule}: not placed")
        };
        let excerpt = error.excerpt.clone().unwrap();
        assert_eq!(&excerpt.text[excerpt.span.clone()], under, "{error}");
        assert!(error.help.unwrap().contains(help), "{rule}");
    }
    // Inside a named quantity, too.
    let text =
        plan("[let]\ncalm = \"VIX3 < 30\"\n[entry]\nwhen = \"calm and close > open and low > 1\"");
    let scenario = parse(&text, &[]).unwrap();
    let error = lab::load(&scenario, &windows, &Tape::embedded(), 1).unwrap_err();
    assert!(error.to_string().starts_with("plan.toml:7:9:"), "{error}");
}

#[test]
fn names_that_vary_nothing_are_pointed_out() {
    let text = plan(
        "[let]\ndrop = 0.01\nidle = 3\n[entry]\nwhen = \"roc(3) < -drop and low > 1 and high > 1\"",
    );
    let (message, _) = fault(&text, &["let.dorp=0.03"]);
    assert!(
        message.contains("names nothing `let.dorp`") && message.contains("`let.drop`"),
        "{message}"
    );
    let dated =
        plan("[let]\na = 2020-01-01\n[entry]\nwhen = \"close > a and low > 1 and high > 1\"");
    assert!(fault(&dated, &[]).0.contains("a rule has no dates"));
    let scenario = parse(&text, &["let.drop=0.02"]).unwrap();
    let run = ran(&scenario, &Tape::embedded(), &regimes(&["q4-2018"]));
    assert!(
        run.warnings
            .iter()
            .any(|w| w == "let.idle is used by no rule"),
        "{:?}",
        run.warnings
    );
}

#[test]
fn what_contradicts_itself_is_refused() {
    for (middle, words) in [
        ("[entry]\nwhen = []", "`entry.when` is empty"),
        ("[entry]\nside = \"long\"", "`entry.when` is missing"),
        ("[entry]\nwhen = 3", "a condition in quotes"),
        ("[entry]\nwhen = \"close > open\"", "at least 3"),
        (
            "[entry]\nwhen = \"close > open and low > 1\"\n[filters.x]\nrule = \"open > 1\"\nsymbol = \"KRE\"",
            "other keys beside it",
        ),
        (
            "[entry]\nwhen = \"time > 10:00 and close > 1 and low > 1\"",
            "no meaning on daily bars",
        ),
    ] {
        let (message, _) = fault(&plan(middle), &[]);
        assert!(message.contains(words), "{middle}: {message}");
    }
}

#[test]
fn the_warm_up_of_a_plan_is_that_of_its_longest_rule() {
    let scenario = parse(
        &plan("[entry]\nwhen = \"close > sma(200)[5] and low > 1 and roc(3) < 0\""),
        &[],
    )
    .unwrap();
    let warm_up = scenario.rules().warm_up(scenario.instrument.interval);
    assert_eq!(warm_up.bars, 204);
    let early = [Regime::unnamed(
        "2016-09-01".parse().unwrap(),
        "2016-12-30".parse().unwrap(),
    )];
    let error = lab::load(&scenario, &early, &Tape::embedded(), 1).unwrap_err();
    assert!(error.to_string().contains("needs 204 bars"), "{error}");
}

#[test]
fn rules_that_say_nothing_are_pointed_out() {
    let windows = regimes(&["q4-2018"]);
    let said = |when: &str| {
        let text = plan(&format!("[entry]\nwhen = [{when}]"));
        ran(&parse(&text, &[]).unwrap(), &Tape::embedded(), &windows)
            .warnings
            .join("\n")
    };
    let always = said("\"close > 1\", \"close < open\", \"falling(close, 2)\"");
    assert!(
        always.contains("`close > 1` holds on every bar"),
        "{always}"
    );
    let never = said("\"close > 1_000_000\", \"close < open\", \"falling(close, 2)\"");
    assert!(never.contains("holds on no bar"), "{never}");
    let zero = said("\"gap / (close / close - 1) > 0\", \"close < open\", \"falling(close, 2)\"");
    assert!(zero.contains("divides by zero on 63 of 63 bars"), "{zero}");
    let fine = said("\"close < open\", \"falling(close, 2)\", \"KRE.change > -1.5%\"");
    assert!(
        !fine.contains("every bar") && !fine.contains("no bar"),
        "{fine}"
    );
}

#[test]
fn an_exit_rule_leaves_at_the_next_open() {
    let text = plan("[entry]\nwhen = \"falling(close, 2) and low > 1 and high > 1\"")
        + "when = \"close > close[1]\"\n";
    let scenario = parse(&text, &[]).unwrap();
    let windows = regimes(&["covid-2020", "tightening-2022"]);
    let tape = Tape::embedded();
    let loaded = lab::load(&scenario, &windows, &tape, 1).unwrap();
    let bars = loaded.bars(&scenario).unwrap();
    let mut left = 0;
    for regime in ran(&scenario, &tape, &windows).regimes {
        for trade in &regime.ledger.trades {
            let row = |time| bars.start().partition_point(|start| *start <= time) - 1;
            let (entered, out) = (row(trade.entry_time), row(trade.exit_time));
            let up = |row: usize| bars.close()[row] > bars.close()[row - 1];
            // Never held over a close that is up: the next open is the way out, or something came sooner.
            assert!(
                (entered..out.saturating_sub(1)).all(|row| !up(row)),
                "{trade:?}"
            );
            if trade.exit_reason == market::ExitReason::Signal {
                assert!(up(out - 1), "{trade:?}");
                left += 1;
            }
        }
    }
    assert!(left >= 10, "{left}");
}
