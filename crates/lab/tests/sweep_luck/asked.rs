//! A sweep and what is said of it, as the command does it.

use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

use lab::Regimes;
use lab::sweep::space::{Axes, Axis, Point, Sampling, Space};
use lab::sweep::{
    BATCH, BLOCK, Block, FIGURES, Figure, Keeper, Question, Request, Scores, SearchOn, Setup,
    Trust, Worker, Written, judge, learn,
};
use tape::Tape;

use crate::market::{Market, tape_of};

const PLAN: &str = include_str!("../../../../scenarios/mean-reversion.toml");

/// 54 combinations of the shipped plan, about its own.
const GRID: [&str; 4] = [
    "entry.declines=2,3",
    "entry.min_decline=0.015,0.02,0.025",
    "exit.stop_atr=1,1.5,2",
    "exit.target_atr=1.5,2,3",
];

/// What is searched, and how.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) on: SearchOn,
    pub(crate) vary: &'a [&'a str],
    /// Settings of the plan, as `--set` has them.
    pub(crate) set: &'a [&'a str],
    /// Samples of a search that learns, rather than a grid.
    pub(crate) learns: Option<u32>,
    /// Trials of this plan that were made before.
    pub(crate) earlier: u64,
    /// A combination to be judged, rather than that of the best Sharpe ratio.
    pub(crate) best: Option<u64>,
}

/// The shipped plan's grid on history, its costs as shipped.
pub(crate) const SHIPPED: Asked<'_> = Asked {
    on: SearchOn::History,
    vary: &GRID,
    set: &[],
    learns: None,
    earlier: 0,
    best: None,
};

/// The same without costs, which would hide how often luck passes.
pub(crate) const FREE: Asked<'_> = Asked {
    set: &[
        "costs.slippage_bps=0",
        "costs.commission_per_share_usd=0",
        "costs.commission_min_usd=0",
    ],
    ..SHIPPED
};

/// What is said of the best.
pub(crate) fn trust(market: Market, asked: &Asked<'_>) -> Trust {
    let (_folder, tape) = tape_of(market);
    let mut setup = setup(asked, market.seed, &tape);
    let sharpe = Figure::named("sharpe").unwrap();
    let scores = if asked.learns.is_some() {
        let mut keeper = Kept(sharpe, Vec::new());
        let stop = AtomicBool::new(false);
        let learned = learn(&mut setup, market.seed, &mut keeper, 1, &stop);
        assert!(learned.is_ok());
        keeper.1
    } else {
        replayed(&setup, sharpe)
    };
    let scored = scores.iter().filter_map(|&(n, score)| Some((n, score?)));
    let first = |a: (u64, f64), b: (u64, f64)| if b.1 > a.1 { b } else { a };
    let best = scored.clone().reduce(first).unwrap().0;
    let all: Vec<u64> = scores.iter().map(|&(n, _)| n).collect();
    let ever: Vec<f64> = scored.map(|(_, sharpe)| sharpe / 252_f64.sqrt()).collect();
    let question = Question {
        best: asked.best.unwrap_or(best),
        objective: sharpe,
        replayed: &all,
        replayed_count: all.len() as u64,
        ever: &ever,
        ever_count: all.len() as u64 + asked.earlier,
        seed: market.seed,
    };
    judge(&setup, &question, 1, &AtomicBool::new(false)).unwrap()
}

fn setup(asked: &Asked<'_>, seed: u64, tape: &Tape) -> Setup {
    let axes: Vec<Axis> = asked
        .vary
        .iter()
        .map(|axis| axis.parse().unwrap())
        .collect();
    let sampling = match asked.learns {
        Some(samples) => Sampling::Sobol { samples, seed },
        None => Sampling::Grid,
    };
    let regimes = ["q4-2018".to_owned()];
    let request = Request {
        written: Written {
            source: "plan".to_owned(),
            text: PLAN.to_owned(),
            set: asked.set.iter().map(|set| set.parse().unwrap()).collect(),
        },
        space: Space::new(Axes::new(axes).unwrap(), sampling).unwrap(),
        sampler: "test".to_owned(),
        block: if asked.learns.is_some() { BATCH } else { BLOCK },
        constraints: Vec::new(),
        on: asked.on,
        regimes: Regimes::shipped().unwrap().pick(&regimes).unwrap(),
        tape,
        version: "test",
    };
    Setup::new(request, 1).unwrap()
}

/// The objective of every combination of a grid.
fn replayed(setup: &Setup, objective: &Figure) -> Scores {
    let sweep = setup.sweep().unwrap();
    let all: Vec<Vec<Point>> = (0..sweep.combinations())
        .map(|index| setup.space.combination(index))
        .collect();
    let mut scores = Vec::new();
    let each = |at: usize, row: Result<&[f64], String>| {
        scores.push((at as u64, objective.score(row.unwrap(), 1)));
        Ok::<(), Infallible>(())
    };
    let mut worker = Worker::default();
    sweep.bench.replay(&all, &mut worker, each).unwrap();
    scores.sort_by_key(|&(index, _)| index);
    scores
}

/// The scores of a search that learns, in memory.
struct Kept(&'static Figure, Scores);

impl Keeper for Kept {
    type Error = Infallible;

    fn recorded(&mut self, _: u64) -> Result<Option<Scores>, Infallible> {
        Ok(None)
    }

    fn keep(&mut self, block: &Block) -> Result<(), Infallible> {
        let width = block.rows.len() / block.combinations.len();
        assert!(width.is_multiple_of(FIGURES.len()));
        let rows = block.rows.chunks(width);
        let scores = rows.map(|row| self.0.score(row, 1));
        self.1
            .extend(block.combinations.iter().copied().zip(scores));
        Ok(())
    }

    fn score(&self, rows: &[f64]) -> Option<f64> {
        self.0.score(rows, 1)
    }
}
