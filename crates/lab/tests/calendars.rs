//! Filters on the calendar and overlays on whole tapes: the embedded one, and the real one where it is.

#![allow(clippy::print_stderr)] // a skipped test has to say so

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use lab::{
    AuditOptions, Outcome, Override, Regime, Regimes, Run, RunOptions, Scenario, audit, load, run,
};
use tape::synth::SHIPPED_SEED;
use tape::{Contents, ImportOptions, Tape};

const BUILT_IN: &str = include_str!("../../../scenarios/mean-reversion.toml");
const WRITTEN: &str = include_str!("../../../scenarios/mean-reversion-rules.toml");
const GAP: &str = include_str!("../../../scenarios/gap-momentum.toml");

fn parse(text: &str, set: &[&str]) -> Scenario {
    let overrides: Vec<Override> = set.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides).unwrap_or_else(|e| panic!("{e}"))
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

const SEASONS: &str = "\n[overlays.season]\nevent = \"earnings\"\nsessions_before = 2\nsessions_after = 5\nsize = 0.5\nsize_after = 1.5\nthreshold = 1.6\nthreshold_after = 0.4\n[overlays.wild]\nwhen = \"RVX > 30\"\nthreshold = 1.3\nsize = 0.8\n";

#[test]
fn overlays_do_the_same_to_a_plan_in_rules() {
    let tape = Tape::embedded();
    let windows = regimes(&["q4-2018", "covid-2020", "tightening-2022"]);
    let lets = SEASONS.replace("size = ", "lets = [\"drop\"]\nsize = ");
    let built_in = ran(
        &parse(&format!("{BUILT_IN}{SEASONS}"), &[]),
        &tape,
        &windows,
    );
    let written = ran(&parse(&format!("{WRITTEN}{lets}"), &[]), &tape, &windows);
    let plain = ran(&parse(BUILT_IN, &[]), &tape, &windows);
    let (mut scaled, mut widened, mut kept_out) = (0, 0, 0);
    for ((written, built_in), plain) in written
        .regimes
        .iter()
        .zip(&built_in.regimes)
        .zip(&plain.regimes)
    {
        assert_eq!(written.ledger, built_in.ledger, "{}", written.regime.name);
        assert_eq!(written.funnel.overlaid, built_in.funnel.overlaid);
        assert_ne!(built_in.ledger, plain.ledger);
        let counts = &built_in.funnel.overlaid;
        scaled += counts.scaled.values().sum::<usize>();
        widened += counts.widened.values().sum::<usize>();
        kept_out += counts.tightened_out;
        for setup in &plain.ledger.setups {
            assert_eq!(setup.overlaid, lab::Overlaid::default());
        }
    }
    // All that an overlay can do is seen in these windows.
    assert!(
        scaled >= 3 && widened >= 1 && kept_out >= 3,
        "{scaled} {widened} {kept_out}"
    );
    let sentence: String = built_in
        .regimes
        .iter()
        .map(|r| r.funnel.sentence())
        .collect();
    assert!(
        sentence.contains("scaled by season")
            && sentence.contains("kept out by tightened thresholds"),
        "{sentence}"
    );
}

#[test]
fn an_overlay_that_always_applies_is_another_threshold() {
    let tape = Tape::embedded();
    let always =
        |plan: &str| format!("{plan}\n[overlays.x]\nwhen = \"close > 0\"\nthreshold = 1.5\n");
    for (plan, windows, set, doubled) in [
        (
            BUILT_IN,
            ["q4-2018", "covid-2020"],
            "entry.min_decline=0.02",
            "entry.min_decline=0.03",
        ),
        (
            GAP,
            ["covid-2020", "tightening-2022"],
            "entry.min_gap=0.004",
            "entry.min_gap=0.006",
        ),
    ] {
        let windows = regimes(&windows);
        let overlaid = ran(&parse(&always(plan), &[set]), &tape, &windows);
        let doubled = ran(&parse(plan, &[doubled]), &tape, &windows);
        let plain = ran(&parse(plan, &[set]), &tape, &windows);
        let ledgers = overlaid
            .regimes
            .iter()
            .zip(&doubled.regimes)
            .zip(&plain.regimes);
        for ((overlaid, doubled), plain) in ledgers {
            assert_eq!(overlaid.ledger.trades, doubled.ledger.trades);
            assert_eq!(overlaid.ledger.setups.len(), doubled.ledger.setups.len());
            assert_ne!(
                overlaid.ledger.setups.len(),
                plain.ledger.setups.len(),
                "it decides something"
            );
        }
    }
}

#[test]
fn a_tape_without_events_says_which_kinds_it_has() {
    let scenario = parse(
        &format!("{BUILT_IN}\n[filters.fomc]\nevent = \"fomc\"\n"),
        &[],
    );
    let folder = tempfile::tempdir().unwrap();
    let bare = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let contents = Contents {
        events: Vec::new(),
        ..tape::synth::synthesise(SHIPPED_SEED)
    };
    bare.merge(&contents, "test", 0).unwrap();
    let error = load(&scenario, &regimes(&["q4-2018"]), &bare, 1).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("`filters.fomc` looks at events of the kind fomc")
            && message.contains("no events of any kind"),
        "{message}"
    );
    let gdp = parse(
        &format!("{BUILT_IN}\n[filters.gdp]\nevent = \"gdp\"\n"),
        &[],
    );
    let error = load(&gdp, &regimes(&["q4-2018"]), &Tape::embedded(), 1).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("these kinds: cpi, fomc, ism, nfp, reconstitution"),
        "{message}"
    );
    let near = parse(
        &format!("{BUILT_IN}\n[overlays.o]\nevent = \"earning\"\nsize = 0.5\n"),
        &[],
    );
    match load(&near, &regimes(&["q4-2018"]), &Tape::embedded(), 1) {
        Err(lab::Error::Fit { help, .. }) => {
            assert!(help.starts_with("did you mean \"earnings\"?"), "{help}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rule_knows_the_earnings_seasons_too() {
    let tape = Tape::embedded();
    let windows = regimes(&["q4-2018", "covid-2020", "tightening-2022"]);
    let filter = |keys: &str| format!("{BUILT_IN}\n[filters.season]\n{keys}\n");
    let by_event = filter("event = \"earnings\"\nsessions_before = 2\nsessions_after = 3");
    let by_rule = filter("rule = \"not near('earnings', 2, 3)\"");
    let by_event = ran(&parse(&by_event, &[]), &tape, &windows);
    let by_rule = ran(&parse(&by_rule, &[]), &tape, &windows);
    assert!(by_event.regimes.iter().any(|r| {
        r.funnel
            .vetoed
            .contains_key("clear of earnings (2 before, 3 after)")
    }));
    for (event, rule) in by_event.regimes.iter().zip(&by_rule.regimes) {
        assert_eq!(event.ledger, rule.ledger);
    }
}

#[test]
fn the_embedded_calendars_are_known_in_every_window_to_the_tapes_end() {
    let tape = Tape::embedded();
    let mut windows = regimes(&["q4-2018", "covid-2020", "tightening-2022"]);
    windows.push(Regime::unnamed(
        "2023-09-01".parse().unwrap(),
        "2023-12-29".parse().unwrap(),
    ));
    for kind in ["fomc", "cpi", "nfp", "ism", "reconstitution"] {
        let filter = |keys: &str| format!("{BUILT_IN}\n[filters.x]\n{keys}\n");
        let by_event = filter(&format!(
            "event = \"{kind}\"\nsessions_before = 2\nsessions_after = 1"
        ));
        let by_rule = filter(&format!("rule = \"not near('{kind}', 2, 1)\""));
        let set = ["entry.min_decline=0.005", "entry.declines=2"];
        let by_event = ran(&parse(&by_event, &set), &tape, &windows);
        let by_rule = ran(&parse(&by_rule, &set), &tape, &windows);
        assert_eq!(by_event.warnings, Vec::<String>::new(), "{kind}");
        for (event, rule) in by_event.regimes.iter().zip(&by_rule.regimes) {
            assert_eq!(event.ledger, rule.ledger, "{kind}");
        }
        let name = format!("clear of {kind} (2 before, 1 after)");
        let vetoed = by_event.regimes.iter();
        let vetoed: usize = vetoed.filter_map(|r| r.funnel.vetoed.get(&name)).sum();
        assert!(vetoed > 0, "{kind}");
    }
}

#[test]
fn no_entry_is_decided_in_blackout_hours() {
    let tape = Tape::embedded();
    let windows = regimes(&["tightening-2022"]);
    let scenario = parse(
        &format!("{GAP}\n[filters.rush]\nblackout = [\"09:50-10:00\", \"10:05-10:10\"]\n"),
        &[],
    );
    let run = ran(&scenario, &tape, &windows);
    let name = "outside 09:50-10:00, 10:05-10:10";
    let criterion = run.criteria.iter().position(|c| c == name).unwrap() as u8;
    let (mut vetoed, mut entered) = (0, 0);
    for setup in &run.regimes[0].ledger.setups {
        let time = setup.time.to_string();
        let minute = &time[time.len() - 5..];
        let inside = ("09:50".."10:00").contains(&minute) || ("10:05".."10:10").contains(&minute);
        assert_eq!(setup.held & (1 << criterion) == 0, inside, "{time}");
        match setup.outcome {
            Outcome::Vetoed { criterion: by } if by == criterion => vetoed += 1,
            Outcome::Entered => {
                assert!(!inside, "{time}");
                entered += 1;
            }
            _ => {}
        }
    }
    assert!(
        vetoed > 0 && entered > 0,
        "{vetoed} vetoed, {entered} entered"
    );
    assert_eq!(run.regimes[0].funnel.vetoed[name], vetoed);
}

/// The real tape's days, rates, volatility and calendars; `None`, and a word, where it is absent.
fn real(folder: &Path) -> Option<Tape> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let place = named.unwrap_or(beside);
    if !place.join("daily/IWM.csv").is_file() {
        eprintln!(
            "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
        );
        return None;
    }
    let tape = Tape::open_or_new(folder.join("tape")).unwrap();
    let files = ["daily", "calendar", "rates", "vol"].map(|name| place.join(name));
    let (options, never) = (ImportOptions::default(), AtomicBool::new(false));
    tape.import(&files, &options, &mut |_| {}, &never).unwrap();
    Some(tape)
}

#[test]
fn on_the_real_tape_events_and_other_markets_veto_and_scale() {
    let folder = tempfile::tempdir().unwrap();
    let Some(tape) = real(folder.path()) else {
        return;
    };
    let windows = regimes(&["q4-2018", "covid-2020", "tightening-2022"]);
    let fomc = format!(
        "{BUILT_IN}\n[filters.fomc]\nevent = \"fomc\"\nsessions_before = 2\nsessions_after = 1\n"
    );
    let run = ran(&parse(&fomc, &[]), &tape, &windows);
    let name = "clear of fomc (2 before, 1 after)";
    let of_fomc = |run: &Run| {
        run.regimes
            .iter()
            .filter_map(|r| r.funnel.vetoed.get(name))
            .sum::<usize>()
    };
    assert!(of_fomc(&run) > 0);
    assert!(
        run.warnings.iter().all(|w| !w.contains("fomc")),
        "{:?}",
        run.warnings
    );
    // Every veto lies where the tape's own calendar has a decision: two sessions before to one after.
    let scenario = parse(&fomc, &[]);
    let loaded = load(&scenario, &windows, &tape, 1).unwrap();
    let decisions = loaded.snapshot.events_of("fomc").unwrap();
    let sessions = &loaded.snapshot.sessions;
    let criterion = run.criteria.iter().position(|c| c == name).unwrap();
    for setup in run.regimes.iter().flat_map(|r| &r.ledger.setups) {
        let own = sessions.on(setup.time.exchange_date().unwrap()).unwrap();
        let near = decisions.iter().any(|event| {
            let its = sessions.on_or_after(event.date);
            let before = if event.scheduled { 2 } else { 0 };
            (own..=own + before).contains(&its) || own.checked_sub(1) == Some(its)
        });
        assert_eq!(setup.held & (1 << criterion) == 0, near, "{}", setup.time);
    }

    // Ratios, spreads and other symbols, each a filter by a rule; and every kind of event at once.
    let rich = format!(
        "{BUILT_IN}\n[filters.credit]\nrule = \"HYG.close / LQD.close >= sma(HYG.close / LQD.close, 50)\"\n[filters.curve]\nrule = \"DGS10 - DGS2 > 0\"\n[filters.biotech]\nrule = \"XBI.change > -1.5%\"\n[overlays.macro]\nevents = [\"fomc\", \"cpi\", \"nfp\", \"ism\", \"reconstitution\", \"earnings\"]\nsessions_before = 1\nsessions_after = 1\nsize = 0.5\nthreshold = 1.2\nthreshold_after = 0.8\n"
    );
    let scenario = parse(&rich, &["entry.min_decline=0.01"]);
    let run = ran(&scenario, &tape, &windows);
    let total =
        |of: fn(&lab::Funnel) -> usize| run.regimes.iter().map(|r| of(&r.funnel)).sum::<usize>();
    assert!(
        total(|f| f.overlaid.scaled.values().sum()) > 0,
        "nothing scaled"
    );
    assert!(total(|f| f.vetoed.len()) > 0, "nothing vetoed");
    let vetoed: Vec<&String> = run
        .regimes
        .iter()
        .flat_map(|r| r.funnel.vetoed.keys())
        .collect();
    assert!(vetoed.iter().any(|name| name.contains("HYG")), "{vetoed:?}");

    let loaded = load(&scenario, &windows, &tape, 1).unwrap();
    let options = AuditOptions {
        cuts: 40,
        threads: 0,
        stop: &AtomicBool::new(false),
    };
    let found = audit(&scenario, &windows, &loaded, options).unwrap();
    assert_eq!(found.mismatches, []);
    assert!(found.compared > 500, "{found:?}");

    // What the tape lacks is named with what it has.
    let gdp = parse(
        &format!("{BUILT_IN}\n[filters.gdp]\nevent = \"gdp\"\n"),
        &[],
    );
    let message = load(&gdp, &windows, &tape, 1).unwrap_err().to_string();
    assert!(
        message.contains("gdp") && message.contains("fomc") && message.contains("reconstitution"),
        "{message}"
    );
    // Before its first event nothing is on record.
    let early = [Regime::unnamed(
        "2012-01-03".parse().unwrap(),
        "2012-06-29".parse().unwrap(),
    )];
    let warned = ran(&parse(&fomc, &[]), &tape, &early);
    assert!(
        warned
            .warnings
            .iter()
            .any(|w| w.starts_with("filter fomc: the fomc events of the tape are on record from")),
        "{:?}",
        warned.warnings
    );
    assert_eq!(warned.regimes[0].funnel.entered, 0);
}
