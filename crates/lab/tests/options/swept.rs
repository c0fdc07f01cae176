//! A combination of a sweep of condors is the plan that `--set` makes, to the bit.

use std::sync::atomic::AtomicBool;

use lab::sweep::space::{Axes, Axis, Sampling, Space};
use lab::sweep::{FIGURES, Figure, Request, SearchOn, Setup, Worker, Written};
use lab::{RunOptions, run};
use tape::Tape;

use crate::made::{CONDOR, contents, regimes, sets, tape_of};

const VARIED: [&str; 12] = [
    "structure.delta=0.05..0.4",
    "structure.wing_width_usd=1..8",
    "structure.days_to_expiry=15..60",
    "structure.max_open=1..3",
    "exit.target_premium=0.2..0.9",
    "exit.move_atr=1..4",
    "exit.days_to_expiry=0..14",
    "option_costs.spread_crossed=0..1",
    "options.skew_scale=0.5..1.1",
    "options.term=true,false",
    "entry.max_iv_rank=20..90",
    "risk.risk_per_trade=0.005..0.1",
];

fn setup(tape: &Tape, samples: u32, on: SearchOn) -> Setup {
    let axes: Vec<Axis> = VARIED.iter().map(|axis| axis.parse().unwrap()).collect();
    let sampling = Sampling::Random { samples, seed: 7 };
    let request = Request {
        written: Written {
            source: "iron-condor".to_owned(),
            text: CONDOR.to_owned(),
            set: sets(&["structure.min_premium=0.1"])
                .iter()
                .map(|set| set.parse().unwrap())
                .collect(),
        },
        space: Space::new(Axes::new(axes).unwrap(), sampling).unwrap(),
        sampler: "random seed 7".to_owned(),
        block: lab::sweep::BLOCK,
        constraints: Vec::new(),
        on,
        regimes: regimes(),
        tape,
        version: "test",
    };
    Setup::new(request, 1).unwrap()
}

/// Holds every combination to a run of its plan alone; returns how many trades there were.
fn compared(setup: &Setup, tape: &Tape) -> usize {
    let sweep = setup.sweep().unwrap();
    let combinations: Vec<_> = (0..sweep.combinations())
        .map(|index| setup.space.combination(index))
        .collect();
    let mut swept: Vec<Vec<f64>> = vec![Vec::new(); combinations.len()];
    let each = |at: usize, row: Result<&[f64], String>| {
        swept[at] = row.unwrap().to_vec();
        Ok::<(), ()>(())
    };
    sweep
        .bench
        .replay(&combinations, &mut Worker::default(), each)
        .unwrap();
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    let mut trades = 0;
    for (points, row) in combinations.iter().zip(&swept) {
        let values = sweep.bench.values(points);
        let plan = sweep.bench.plan(&values).unwrap();
        let alone = run(&plan, &setup.manifest.windows, tape, options).unwrap();
        for (regime, row) in alone.regimes.iter().zip(row.chunks(FIGURES.len())) {
            let figures = &regime.figures;
            trades += figures.trades.trades;
            let pairs = [
                ("net_return", figures.net_return),
                ("max_drawdown", figures.max_drawdown),
                ("max_drawdown_bar", Some(regime.ledger.max_drawdown_bar)),
                ("trades", Some(figures.trades.trades as f64)),
                ("expectancy_usd", figures.trades.expectancy_usd),
                ("expectancy_r", figures.trades.expectancy_r),
                (
                    "median_holding_sessions",
                    figures.trades.median_holding_sessions,
                ),
                ("sharpe", figures.sharpe),
                ("exposure", regime.exposure),
                ("end_equity_usd", Some(regime.ledger.end_equity_usd)),
                ("setups", Some(regime.funnel.setups as f64)),
                ("entered", Some(regime.funnel.entered as f64)),
                ("busy", Some(regime.funnel.busy as f64)),
            ];
            for (name, alone) in pairs {
                let swept = row[Figure::named(name).unwrap().place()];
                let alone = alone.unwrap_or(f64::NAN);
                assert_eq!(
                    swept.to_bits(),
                    alone.to_bits(),
                    "{name}: {swept} swept, {alone} alone, {values:?}"
                );
            }
        }
    }
    trades
}

#[test]
fn combinations_of_condors_are_runs_of_their_plans() {
    let (_folder, tape) = tape_of(&contents(1));
    let trades = compared(&setup(&tape, 60, SearchOn::Regimes), &tape);
    assert!(trades > 300, "{trades}");
}

#[test]
fn combinations_of_condors_over_history_are_runs_of_their_plans() {
    let (_folder, tape) = tape_of(&contents(2));
    let trades = compared(&setup(&tape, 8, SearchOn::History), &tape);
    assert!(trades > 50, "{trades}");
}
