//! The printed plan, the decision log and the trades of one run agree with each other on every date.

#![allow(clippy::print_stderr)] // a skipped test has to say so

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use lab::plan::{Answer, Decision, Held};
use lab::{
    Error, Outcome, Override, PlanDesk, PlanOptions, PlanSheet, Regime, RegimeRun, Regimes,
    RunOptions, Scenario, Setup, load, plan, run,
};
use market::{Date, Time, Trade};
use tape::{ImportOptions, Tape};

const MEAN_REVERSION: &str = include_str!("../../../scenarios/mean-reversion.toml");
const PRIOR_LOW: &str = include_str!("../../../scenarios/mean-reversion-prior-low.toml");
const RULES: &str = include_str!("../../../scenarios/mean-reversion-rules.toml");
const GAP_2022: &str = include_str!("../../../scenarios/gap-momentum-2022.toml");
const GAP: &str = include_str!("../../../scenarios/gap-momentum.toml");

fn parse(text: &str, set: &[&str]) -> Scenario {
    let overrides: Vec<Override> = set.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides).unwrap_or_else(|e| panic!("{e}"))
}

fn regimes(scenario: &Scenario) -> Vec<Regime> {
    Regimes::shipped().unwrap().pick(&scenario.regimes).unwrap()
}

/// What was compared, so that a test can demand that there was something.
#[derive(Default, Debug)]
struct Walked {
    sheets: usize,
    setups: usize,
    vetoes: usize,
    trades: usize,
    trimmed: usize,
}

/// Walks every bar of every window: the sheet's checklist against the log's row, its size and levels against the trade's.
fn walk(text: &str, set: &[&str]) -> Walked {
    walk_on(&Tape::embedded(), text, set)
}

fn walk_on(tape: &Tape, text: &str, set: &[&str]) -> Walked {
    let (scenario, never) = (parse(text, set), AtomicBool::new(false));
    let windows = regimes(&scenario);
    let options = RunOptions {
        threads: 1,
        stop: &never,
    };
    let run = run(&scenario, &windows, tape, options).unwrap();
    let loaded = load(&scenario, &windows, tape, 1).unwrap();
    let desk = PlanDesk::open(&scenario, &loaded).unwrap();
    let mut walked = Walked::default();
    for regime in &run.regimes {
        let by_slot: BTreeMap<usize, &Setup> = regime
            .ledger
            .setups
            .iter()
            .filter(|setup| setup.outcome != Outcome::Rejected(lab::RejectReason::BarsMissing))
            .map(|setup| (setup.slot, setup))
            .collect();
        let sessions = loaded.snapshot.sessions.as_slice().iter();
        let dates = sessions.map(|session| session.date);
        let inside = |date: &Date| *date >= regime.regime.from && *date <= regime.regime.to;
        for row in dates.filter(inside).flat_map(|date| desk.rows_on(date)) {
            let equity = equity_at(regime, desk.time_of(row).unwrap());
            agree(
                &desk,
                row,
                equity,
                regime,
                by_slot.get(&row).copied(),
                &mut walked,
            );
        }
        assert_eq!(
            regime.ledger.trades.len(),
            regime
                .ledger
                .setups
                .iter()
                .filter(|s| s.outcome == Outcome::Entered)
                .count(),
            "every entry became a trade that was looked at"
        );
    }
    walked
}

/// Equity of an account that is flat at `time`: what it began with, and the trades closed by then.
fn equity_at(regime: &RegimeRun, time: Time) -> f64 {
    let closed = regime.ledger.trades.iter().filter(|t| t.exit_time <= time);
    closed.fold(regime.ledger.start_equity_usd, |equity, trade| {
        equity + trade.pnl_usd
    })
}

fn agree(
    desk: &PlanDesk<'_>,
    row: usize,
    equity: f64,
    regime: &RegimeRun,
    logged: Option<&Setup>,
    walked: &mut Walked,
) {
    let sheet = desk.sheet(row, equity);
    let at = &sheet.decided_at;
    walked.sheets += 1;
    let is_setup = sheet.checklist[..sheet.triggers]
        .iter()
        .all(|line| line.state == Held::Holds);
    assert_eq!(is_setup, sheet.decision != Decision::NoSetup, "{at}");
    let Some(setup) = logged else {
        assert!(!is_setup, "{at}: the sheet has a setup that the log lacks");
        return;
    };
    assert!(is_setup, "{at}: the log has a setup that the sheet lacks");
    assert_eq!(setup.time.to_string(), *at);
    assert_eq!(sheet.setups.last().map(|s| &s.time), Some(at));
    walked.setups += 1;
    for (n, line) in sheet.checklist.iter().enumerate() {
        let bit = |bits: u32| bits & (1 << n) != 0;
        let logged = match (bit(setup.held), bit(setup.unknown)) {
            (true, _) => Held::Holds,
            (false, true) => Held::Unknown,
            (false, false) => Held::Fails,
        };
        assert_eq!(line.state, logged, "{at}: {}", line.name);
    }
    overlaid(&sheet, setup);
    match setup.outcome {
        Outcome::Vetoed { criterion } => {
            assert_eq!(sheet.decision, Decision::Vetoed, "{at}");
            let vetoing = &sheet.checklist[usize::from(criterion)].name;
            assert_eq!(sheet.vetoed_by.as_ref(), Some(vetoing), "{at}");
            let last = sheet.tree.iter().rfind(|step| step.reached).unwrap();
            assert!(last.question.contains(vetoing.as_str()) && last.answer != Answer::Yes);
            walked.vetoes += 1;
        }
        Outcome::Entered => {
            assert_eq!(sheet.decision, Decision::Enter, "{at}");
            assert!(sheet.tree.iter().all(|step| step.reached), "{at}");
            let entered = |trade: &&Trade| trade.entry_time >= setup.time;
            let trade = regime.ledger.trades.iter().find(entered).unwrap();
            traded(&sheet, trade, walked);
            walked.trades += 1;
        }
        // What the account was doing is not the sheet's to know: it speaks to one that is flat.
        Outcome::Busy | Outcome::CoolingDown => assert_ne!(sheet.decision, Decision::NoSetup),
        Outcome::Rejected(_) => {}
    }
}

/// The overlays of the sheet are those of the log's row.
fn overlaid(sheet: &lab::plan::DaySheet, setup: &Setup) {
    for (n, overlay) in sheet.overlays.iter().enumerate() {
        let logged = lab::phase(setup.overlaid, n);
        assert_eq!(logged.is_none(), overlay.phase == "off", "{}", overlay.name);
    }
    let scaled = sheet.size.map(|size| size.size_scale);
    assert_eq!(
        scaled,
        Some(setup.overlaid.size_scale),
        "{}",
        sheet.decided_at
    );
}

/// The trade has the sheet's shares, and its levels moved by as much as the fill differs from the close.
fn traded(sheet: &lab::plan::DaySheet, trade: &Trade, walked: &mut Walked) {
    let (at, size) = (&sheet.decided_at, sheet.size.unwrap());
    let levels = sheet.levels.unwrap();
    if trade.quantity != size.shares {
        // Trimmed at the fill, because the open costs more than the close did: not one share more could be paid for.
        let cost = |shares: u64| shares as f64 * trade.entry_price;
        assert!(
            trade.quantity < size.shares && cost(trade.quantity) <= size.buying_power_usd,
            "{at}"
        );
        // Commission included: 0.005 dollars a share.
        assert!(
            cost(trade.quantity + 1) * 1.0001 > size.buying_power_usd,
            "{at}: trimmed too far"
        );
        walked.trimmed += 1;
    }
    assert_eq!(trade.atr_at_entry, Some(size.atr_usd), "{at}");
    assert_eq!(
        Some(trade.entry_time.exchange_date().unwrap()),
        sheet.schedule.entry,
        "{at}"
    );
    let moved = trade.entry_price - levels.expected_fill_usd;
    let near = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-9);
    if let Some(target) = levels.target_usd {
        assert!(near(trade.target_price, target + moved), "{at}: target");
    }
    let stop = levels.stop_usd.unwrap();
    // A level stays where it is, a distance moves with the fill; the nearer of both is one of the two.
    assert!(
        near(trade.stop_price, stop + moved) || near(trade.stop_price, stop),
        "{at}: stop {:?}, sheet {stop} moved by {moved}",
        trade.stop_price
    );
    // The worked formula comes to the same shares.
    let worked = size.shares_by_risk.min(size.shares_by_power).floor();
    let worked = (worked * size.size_scale + 1e-9).min(size.shares_by_power);
    assert_eq!(worked.floor() as u64, size.shares, "{at}");
    assert_eq!(size.risk_usd, size.equity_usd * size.risk_per_trade);
}

#[test]
fn mean_reversion_says_what_it_does() {
    let walked = walk(MEAN_REVERSION, &[]);
    // Sessions of the windows, by the calendar: 63 + 94 + 251.
    assert_eq!(walked.sheets, 63 + 94 + 251);
    assert!(
        walked.setups >= 20 && walked.vetoes >= 3 && walked.trades >= 8,
        "{walked:?}"
    );
    // Two of three criteria, and a stop so close that buying power caps the size.
    let loose = walk(MEAN_REVERSION, &["entry.require=2", "exit.stop_atr=0.3"]);
    assert_eq!(loose.vetoes, 0);
    assert!(
        loose.trades >= walked.trades && loose.trimmed > 0,
        "{loose:?}"
    );
    assert_eq!(walked.trimmed, 0);
}

#[test]
fn so_do_level_stops_and_shorts() {
    let levels = walk(PRIOR_LOW, &[]);
    assert!(levels.trades >= 5, "{levels:?}");
    let short = [
        "entry.side=\"short\"",
        "costs.borrow_rate=0.01",
        "filters.kre.min_change=-1.0",
    ];
    let short = walk(MEAN_REVERSION, &short);
    assert!(short.trades >= 5, "{short:?}");
}

#[test]
fn so_does_a_plan_in_rules() {
    let walked = walk(RULES, &[]);
    assert!(
        walked.setups >= 20 && walked.vetoes >= 3 && walked.trades >= 8,
        "{walked:?}"
    );
}

#[test]
fn so_do_plans_with_overlays_and_events() {
    let falls = "overlays.falls={when=\"roc(10) < -5%\",size=0.5,threshold=1.6}";
    let season = "overlays.season={events=[\"earnings\"],size=0.25}";
    let built_in = walk(MEAN_REVERSION, &[falls, season]);
    assert!(built_in.trades >= 5, "{built_in:?}");
    // Fewer setups than without: the thresholds were moved, and the sheet knows.
    assert!(built_in.setups < walk(MEAN_REVERSION, &[]).setups);
    let named = "overlays.falls={when=\"roc(10) < -5%\",size=0.5,threshold=1.6,lets=[\"drop\"]}";
    let written = walk(RULES, &[named, season]);
    assert_eq!(
        (written.setups, written.trades),
        (built_in.setups, built_in.trades)
    );
    let aside = "filters.season={events=[\"earnings\"],sessions_before=1}";
    let aside = walk(MEAN_REVERSION, &[aside]);
    assert!(aside.vetoes > walk(MEAN_REVERSION, &[]).vetoes, "{aside:?}");
}

#[test]
fn a_moved_threshold_stands_beside_its_number() {
    let always = "overlays.tight={when=\"close > 0\",threshold=2}";
    let line = |set: &[&str]| {
        let sheet = sheet(MEAN_REVERSION, set, "2022-06-13", None).unwrap();
        let reading = sheet.day.checklist[1].readings[0].clone();
        (reading.bound.unwrap(), reading.value.unwrap())
    };
    let (plain, tight) = (line(&[]), line(&[always]));
    assert_eq!(
        (plain.0.as_str(), tight.0.as_str()),
        ("below -2.5%", "below -5%")
    );
    assert_eq!(plain.1, tight.1);
}

#[test]
fn so_does_gap_momentum_on_every_bar() {
    let walked = walk(GAP, &[]);
    assert!(walked.sheets > 30_000 && walked.trades >= 5, "{walked:?}");
    assert!(walked.setups > walked.trades, "{walked:?}");
}

#[test]
fn and_on_the_real_tape() {
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
    let files = [
        "daily",
        "calendar",
        "intraday/IWM_5min_2020-07_2026-07_IEX.csv",
        "intraday/KRE_1h_2020-01_2025-01_SIP.csv",
    ];
    let files = files.map(|name| place.join(name));
    let options = ImportOptions::default();
    tape.import(&files, &options, &mut |_| {}, &never).unwrap();
    for text in [MEAN_REVERSION, PRIOR_LOW, RULES] {
        let walked = walk_on(&tape, text, &[]);
        assert!(walked.trades >= 5 && walked.vetoes >= 1, "{walked:?}");
    }
    // Sessions that lack their first hours, late daily opens, half days.
    let gaps = walk_on(&tape, GAP_2022, &[]);
    assert!(gaps.sheets > 15_000 && gaps.trades >= 3, "{gaps:?}");
    let fomc = ["filters.fomc={events=[\"fomc\"],sessions_before=2}"];
    let fomc = walk_on(&tape, MEAN_REVERSION, &fomc);
    assert!(fomc.vetoes >= 1, "{fomc:?}");
    let options = PlanOptions {
        on: Some("2022-06-13".parse().unwrap()),
        equity_usd: None,
        threads: 1,
        stop: &never,
    };
    let set = ["filters.fomc={events=[\"fomc\"],sessions_before=2}"];
    let scenario = parse(MEAN_REVERSION, &set);
    let sheet = plan(&scenario, &regimes(&scenario), &tape, options).unwrap();
    // The next one lies ahead, and the review says so.
    let next = &sheet.events[0];
    assert!(next.kind == "fomc" && next.date > sheet.day.date && next.sessions >= 1);
    let date = next.date.to_string();
    assert!(sheet.review.morning.iter().any(|line| line.contains(&date)));
}

fn sheet(text: &str, set: &[&str], on: &str, equity: Option<f64>) -> Result<PlanSheet, Error> {
    let (scenario, never) = (parse(text, set), AtomicBool::new(false));
    let options = PlanOptions {
        on: Some(on.parse().unwrap()),
        equity_usd: equity,
        threads: 1,
        stop: &never,
    };
    plan(&scenario, &regimes(&scenario), &Tape::embedded(), options)
}

/// The numbers beside a criterion decide it: each reading against its bound gives the state, on every bar.
#[test]
fn the_numbers_beside_a_criterion_are_those_that_decide_it() {
    let tape = Tape::embedded();
    let (mean, gap) = (parse(MEAN_REVERSION, &[]), parse(GAP, &[]));
    let mut compared = 0;
    for scenario in [&mean, &gap] {
        let loaded = load(scenario, &regimes(scenario), &tape, 1).unwrap();
        let desk = PlanDesk::open(scenario, &loaded).unwrap();
        let window = &regimes(scenario)[1];
        let sessions = loaded.snapshot.sessions.as_slice().iter().map(|s| s.date);
        let inside = |date: &Date| *date >= window.from && *date <= window.to;
        for row in sessions.filter(inside).flat_map(|date| desk.rows_on(date)) {
            let sheet = desk.sheet(row, 1e5);
            for line in &sheet.checklist {
                let Some(expected) = by_its_numbers(line) else {
                    continue;
                };
                assert_eq!(line.state, expected, "{} {}", sheet.decided_at, line.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 20_000, "{compared}");
}

/// What the criterion must be, from its readings alone, written out anew.
fn by_its_numbers(line: &lab::plan::CheckLine) -> Option<Held> {
    let value = |n: usize| line.readings[n].value;
    let decide = |known: Option<bool>| match known {
        Some(true) => Held::Holds,
        Some(false) => Held::Fails,
        None => Held::Unknown,
    };
    Some(decide(match line.name.as_str() {
        "3 lower closes" => {
            let closes: Option<Vec<f64>> = (0..4).map(value).collect();
            closes.map(|c| c.windows(2).all(|pair| pair[1] < pair[0]))
        }
        "decline beyond 2.5%" => value(0).map(|change| change < -0.025),
        "KRE change ≥ -1.5%" => value(0).map(|change| change >= -0.015),
        "gap above 0.8%" => {
            let (open, close) = (value(0), value(1));
            assert_eq!(
                value(2),
                open.zip(close).map(|(open, close)| open / close - 1.0)
            );
            value(2).map(|gap| gap > 0.008)
        }
        "volume above 1 × its 20-session mean" => value(1).map(|relative| relative > 1.0),
        "fill within 45 minutes" => value(0).map(|minutes| minutes < 45.0),
        _ => return None,
    }))
}

#[test]
fn the_size_is_worked_through_by_hand() {
    // Whatever the ATR is: 25,000 × 0.5 % = 125 dollars over 1.5 ATR.
    let sheet = sheet(MEAN_REVERSION, &[], "2020-03-09", Some(25_000.0)).unwrap();
    let (size, levels) = (sheet.day.size.unwrap(), sheet.day.levels.unwrap());
    assert_eq!(size.risk_usd, 125.0);
    let distance = 1.5 * size.atr_usd;
    assert!((size.stop_distance_usd - distance).abs() < 1e-9);
    assert_eq!(size.shares, (125.0 / size.sized_by_usd).floor() as u64);
    assert!((levels.stop_usd.unwrap() - (levels.expected_fill_usd - distance)).abs() < 1e-9);
    assert!(
        (levels.target_usd.unwrap() - (levels.expected_fill_usd + 2.0 * size.atr_usd)).abs() < 1e-9
    );
}

#[test]
fn the_dates_are_the_calendars() {
    // Decided on Thursday 2022-12-29; Monday 2 January 2023 is a holiday. Entry on the 30th (the 1st session), 3 January is
    // the 2nd, the 4th the 3rd, the 5th its next open; the 10th session: 3, 4, 5, 6, 9, 10, 11, 12, 13 January are the 2nd to the 10th.
    let sheet = sheet(MEAN_REVERSION, &[], "2022-12-29", None).unwrap();
    let schedule = sheet.day.schedule;
    let date = |text: &str| Some(text.parse::<Date>().unwrap());
    assert_eq!(schedule.entry, date("2022-12-30"));
    assert_eq!(schedule.time_stop_judged, date("2023-01-04"));
    assert_eq!(schedule.time_stop_exit, date("2023-01-05"));
    assert_eq!(schedule.last_session, date("2023-01-13"));
    assert_eq!((schedule.out_by, schedule.entry_before), (None, None));
}

#[test]
fn dates_that_cannot_be_are_told_what_can() {
    let refused = |on: &str, text: &str| match sheet(text, &[], on, None) {
        Err(Error::Fit { message, help }) => format!("{message}; {help}"),
        other => panic!("{on}: {other:?}"),
    };
    let closed = refused("2022-07-04", MEAN_REVERSION);
    assert!(
        closed.contains("the one before is 2022-07-01, the next one is 2022-07-05"),
        "{closed}"
    );
    let beyond = refused("2024-01-02", MEAN_REVERSION);
    assert!(beyond.contains("2016-07-01 to 2023-12-29"), "{beyond}");
    // The tape begins on Friday 1 July 2016; 14 bars before: 1, 5, 6, 7, 8, 11 … 15, 18 … 21. So the 22nd is the first.
    let cold = refused("2016-07-21", MEAN_REVERSION);
    assert!(
        cold.contains("it needs 14 1d bars of IWM before, the tape has 13"),
        "{cold}"
    );
    assert!(
        cold.contains("the first date it can be judged on is 2016-07-22"),
        "{cold}"
    );
    assert!(sheet(MEAN_REVERSION, &[], "2016-07-22", None).is_ok());
    // Between two stretches of five-minute bars.
    let hole = refused("2019-06-03", GAP);
    assert!(hole.contains("no 5m bar of IWM on 2019-06-03"), "{hole}");
    let poor = match sheet(MEAN_REVERSION, &[], "2022-12-29", Some(-5.0)) {
        Err(Error::Fit { message, .. }) => message,
        other => panic!("{other:?}"),
    };
    assert!(poor.contains("an equity of -5 dollars"), "{poor}");
}

#[test]
fn regimes_the_tape_lacks_are_told_and_not_refused() {
    let set = ["regimes=[\"tariffs-2025\"]"];
    let sheet = sheet(MEAN_REVERSION, &set, "2022-12-29", None).unwrap();
    assert!(sheet.past.verdict.is_none() && sheet.past.meaning.contains("tariffs-2025"));
}

#[test]
fn a_checkup_reads_back_as_the_same_plan() {
    let exits = [
        "exit.trail_atr=3",
        "exit.stop=\"nearer\"",
        "exit.stop_buffer_atr=0.1",
    ];
    let cases: [(&str, &[&str]); 5] = [
        (MEAN_REVERSION, &exits),
        (PRIOR_LOW, &["entry.require=2", "account.cash_rate=\"DFF\""]),
        (
            RULES,
            &[
                "let.deep=\"roc(3) < -5%\"",
                "exit.when=\"deep or close > sma(5)\"",
            ],
        ),
        (
            RULES,
            &["entry.when=[\"close < ema(21) # a note\", \"roc(2) < 0 and weekday != 5\"]"],
        ),
        (GAP, &["fills.intrabar=\"finer\"", "exit.time=\"11:00\""]),
    ];
    for (text, set) in cases {
        let scenario = parse(text, set);
        let toml = lab::checkup::resolved(&scenario).unwrap();
        let again =
            Scenario::parse("resolved", &toml, &[]).unwrap_or_else(|e| panic!("{e}\n{toml}"));
        assert_eq!(again, scenario, "{toml}");
        assert_eq!(lab::checkup::resolved(&again).unwrap(), toml);
    }
}
