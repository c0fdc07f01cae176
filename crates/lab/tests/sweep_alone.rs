//! A combination of a sweep is the plan that `--set` makes, and its row what a run of that plan says: to the bit.

use std::sync::atomic::AtomicBool;

use lab::sweep::space::{Axes, Axis, Point, Sampling, Space};
use lab::sweep::{FIGURES, Figure, Request, SearchOn, Setup, Worker, Written};
use lab::{Regime, Regimes, RunOptions, run};
use tape::Tape;

const VARIED: [&str; 12] = [
    "entry.declines=1..4",
    "entry.min_decline=0.005..0.03",
    "entry.cooldown_sessions=0..3",
    "exit.stop=atr,prior-session,nearer,farther",
    "exit.stop_atr=0.5..3",
    "exit.target_atr=0.5..4",
    "exit.time_stop_sessions=1..6",
    "exit.max_sessions=2..12",
    "risk.risk_per_trade=log:0.001..0.2",
    "risk.atr_sessions=5..30",
    "costs.slippage_bps=0..10",
    "filters.kre.min_change=-0.03..0.0",
];

fn space(varied: &[&str], samples: u32) -> Space {
    let axes: Vec<Axis> = varied.iter().map(|axis| axis.parse().unwrap()).collect();
    let sampling = Sampling::Random { samples, seed: 7 };
    Space::new(Axes::new(axes).unwrap(), sampling).unwrap()
}

fn setup(
    name: &str,
    text: &str,
    varied: &[&str],
    samples: u32,
    on: SearchOn,
    tape: &Tape,
) -> Setup {
    let known = Regimes::shipped().unwrap();
    let regimes = ["q4-2018", "covid-2020", "tightening-2022"].map(str::to_owned);
    let request = Request {
        written: Written {
            source: name.to_owned(),
            text: text.to_owned(),
            set: Vec::new(),
        },
        space: space(varied, samples),
        sampler: format!("random {samples} seed 7"),
        block: lab::sweep::BLOCK,
        constraints: Vec::new(),
        on,
        regimes: known.pick(&regimes).unwrap(),
        tape,
        version: "test",
    };
    Setup::new(request, 1).unwrap()
}

/// How many of the combinations make a plan, all of them held to a run of that plan alone.
fn compared(setup: &Setup, tape: &Tape, every: usize) -> usize {
    let sweep = setup.sweep().unwrap();
    let combinations: Vec<Vec<Point>> = (0..sweep.combinations())
        .map(|index| setup.space.combination(index))
        .collect();
    let windows = &setup.manifest.windows;
    let mut plans = 0;
    let each = |at: usize, row: Result<&[f64], String>| {
        if at.is_multiple_of(every) {
            plans += usize::from(alone(setup, tape, windows, &combinations[at], row));
        }
        Ok::<(), ()>(())
    };
    sweep
        .bench
        .replay(&combinations, &mut Worker::default(), each)
        .unwrap();
    plans
}

/// Runs a combination alone and compares; true if it is a plan.
fn alone(
    setup: &Setup,
    tape: &Tape,
    windows: &[Regime],
    points: &[Point],
    row: Result<&[f64], String>,
) -> bool {
    let sweep = setup.sweep().unwrap();
    let values = sweep.bench.values(points);
    let plan = match (sweep.bench.plan(&values), row) {
        (Err(error), Err(refusal)) => {
            assert!(error.to_string().ends_with(&refusal) || error.to_string() == refusal);
            return false;
        }
        (Ok(plan), Ok(row)) => (plan, row),
        (plan, row) => panic!("{values:?}: {plan:?} alone, {row:?} in the sweep"),
    };
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    let run = run(&plan.0, windows, tape, options).unwrap();
    let protect = market::ExitReason::Protect;
    let figure = |row: &[f64], name: &str| row[Figure::named(name).unwrap().place()];
    for (regime, row) in run.regimes.iter().zip(plan.1.chunks(FIGURES.len())) {
        let figures = &regime.figures;
        let pairs = [
            ("net_return", figures.net_return),
            ("max_drawdown", figures.max_drawdown),
            ("max_drawdown_bar", Some(regime.ledger.max_drawdown_bar)),
            ("trades", Some(figures.trades.trades as f64)),
            ("win_rate", figures.trades.win_rate),
            ("expectancy_usd", figures.trades.expectancy_usd),
            ("expectancy_r", figures.trades.expectancy_r),
            ("profit_factor", figures.trades.profit_factor),
            (
                "median_holding_sessions",
                figures.trades.median_holding_sessions,
            ),
            ("sharpe", figures.sharpe),
            ("sortino", figures.sortino),
            ("calmar", figures.calmar),
            ("skewness", figures.skewness),
            ("value_at_risk_5pct", figures.value_at_risk_5pct),
            ("exposure", regime.exposure),
            ("end_equity_usd", Some(regime.ledger.end_equity_usd)),
            ("setups", Some(regime.funnel.setups as f64)),
            ("entered", Some(regime.funnel.entered as f64)),
            (
                "vetoed",
                Some(regime.funnel.vetoed.values().sum::<usize>() as f64),
            ),
            ("busy", Some(regime.funnel.busy as f64)),
            (
                "protected",
                Some(regime.protected.map_or(0.0, |p| p.trades as f64)),
            ),
            (
                "exits_protect",
                Some(regime.exits.get(&protect).map_or(0.0, |e| e.trades as f64)),
            ),
        ];
        for (name, alone) in pairs {
            let swept = figure(row, name);
            let alone = alone.unwrap_or(f64::NAN);
            assert_eq!(
                swept.to_bits(),
                alone.to_bits(),
                "{name}: {swept} swept, {alone} alone, {values:?}"
            );
        }
    }
    true
}

#[test]
fn combinations_over_the_regimes_are_runs_of_their_plans() {
    let tape = Tape::embedded();
    let text = include_str!("../../../scenarios/mean-reversion.toml");
    let setup = setup(
        "mean-reversion",
        text,
        &VARIED,
        3000,
        SearchOn::Regimes,
        &tape,
    );
    // Some draws contradict themselves: a stop that needs no multiple, a time stop after the longest holding.
    let plans = compared(&setup, &tape, 1);
    assert!((300..2900).contains(&plans), "{plans}");
}

#[test]
fn combinations_over_history_are_runs_of_their_plans() {
    let tape = Tape::embedded();
    let text = include_str!("../../../scenarios/mean-reversion.toml");
    let setup = setup(
        "mean-reversion",
        text,
        &VARIED,
        600,
        SearchOn::History,
        &tape,
    );
    assert_eq!(setup.manifest.windows[0].spans().len(), 4);
    let plans = compared(&setup, &tape, 3);
    assert!(plans > 20, "{plans}");
}

#[test]
fn combinations_of_a_plan_in_rules_are_runs_of_their_plans() {
    let tape = Tape::embedded();
    let text = include_str!("../../../scenarios/mean-reversion-rules.toml");
    let lets: Vec<&str> = text.lines().filter(|line| line.contains("[let]")).collect();
    assert_eq!(lets.len(), 1, "the shipped plan names its numbers");
    let varied = [
        "let.drop=0.01..0.04",
        "exit.stop_atr=1..3",
        "exit.max_sessions=3..9",
    ];
    let setup = setup("rules", text, &varied, 200, SearchOn::Regimes, &tape);
    assert!(compared(&setup, &tape, 1) > 100);
}

#[test]
fn combinations_of_protected_plans_are_runs_of_their_plans() {
    let tape = Tape::embedded();
    let shipped = include_str!("../../../scenarios/mean-reversion.toml");
    let while_weak = "\n[protect]\nwhen = \"SPY.change < fall\"\n[let]\nfall = 0.0\n";
    let plan = |numbers: &str| {
        let own = format!("[protect]\n{numbers}\n");
        format!("{shipped}{}", while_weak.replace("[protect]\n", &own))
    };
    let around = [
        "exit.stop_atr=1..3",
        "risk.atr_sessions=10..20",
        "let.fall=-0.01..0.005",
    ];
    for (numbers, varied) in [
        ("action = \"tighten\"", "protect.stop_atr=0.05..2"),
        ("action = \"reduce\"", "protect.reduce_to=0.05..0.95"),
        // Leaving has no number: every combination that leaves contradicts itself, here as there.
        ("stop_atr = 0.3", "protect.action=tighten,leave"),
    ] {
        let varied = [&[varied][..], &around].concat();
        let setup = setup(
            "protected",
            &plan(numbers),
            &varied,
            120,
            SearchOn::Regimes,
            &tape,
        );
        let plans = compared(&setup, &tape, 1);
        assert!(plans > 30, "{numbers}: {plans}");
    }
}
