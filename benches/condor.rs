//! Iron condors: the three-regime run as a whole process, and combinations of a sweep over the three regimes.
//!
//! `cargo bench --bench condor`. Needs real series of RVX, VIX and rates: the market data named by `STORMPROOF_REAL_TAPE`, or
//! `../shared/tape`; without them it says so and measures nothing.

#![allow(missing_docs, reason = "criterion_group makes public functions")]
#![allow(
    clippy::print_stderr,
    reason = "a bench that measures nothing says why"
)]

#[path = "sweep/grid.rs"]
mod grid;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lab::sweep::{Bench, Worker};
use lab::{Loaded, Regime, Regimes, Scenario};
use tape::Tape;

use grid::Grid;

const PLAN: &str = include_str!("../scenarios/iron-condor.toml");

/// 630 plans: what a dial changes costs a replay, not a column.
const VARY: [&str; 3] = [
    "structure.delta=0.10..0.30:0.01",
    "exit.target_premium=0.3..0.8:0.1",
    "exit.stop_premium=1..3:0.5",
];

/// The market data as a tape of its own in `folder`; `None` where there are none.
fn imported(folder: &Path) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/tape");
    let raw = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(beside, PathBuf::from);
    if !raw.is_dir() {
        return None;
    }
    let tape = folder.join("tape");
    let status = Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args(["tape", "import", "--quiet", "--tape"])
        .args([&tape, &raw])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success()).then_some(tape)
}

fn condor(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(tape) = imported(folder.path()) else {
        eprintln!("condor: no market data; set STORMPROOF_REAL_TAPE");
        return;
    };
    criterion.bench_function("condor/three regimes, whole process", |b| {
        b.iter(|| {
            let status = Command::new(env!("CARGO_BIN_EXE_stormproof"))
                .args(["run", "iron-condor", "--tape"])
                .arg(&tape)
                .stdout(Stdio::null())
                .status();
            assert!(status.is_ok_and(|status| status.success()));
        });
    });
    let base = Scenario::parse("bench", PLAN, &[]).expect("a plan");
    let regimes: Vec<Regime> = Regimes::shipped()
        .and_then(|shipped| shipped.pick(&base.regimes).map_err(|_| unreachable!()))
        .expect("the three");
    let tape = Tape::open(&tape).expect("the tape");
    let loaded = lab::load(&base, &regimes, &tape, 1).expect("fit data");
    sweep(criterion, &base, &regimes, &loaded);
}

fn sweep(criterion: &mut Criterion, base: &Scenario, regimes: &[Regime], loaded: &Loaded) {
    let grid = Grid::new(PLAN, &VARY);
    let axes = grid.space.axes().as_slice();
    let bench = Bench::new(&grid.written, axes, base, regimes, loaded).expect("a bench");
    let mut group = criterion.benchmark_group("condor");
    group.throughput(Throughput::Elements(grid.combinations.len() as u64));
    group.sample_size(10);
    group.bench_function("sweep over the three regimes, one thread", |b| {
        let mut worker = Worker::default();
        b.iter(|| {
            let replayed = bench.replay(&grid.combinations, &mut worker, |_, row| {
                black_box(&row);
                Ok::<(), std::convert::Infallible>(())
            });
            assert!(replayed.is_ok());
        });
    });
    group.finish();
}

criterion_group!(benches, condor);
criterion_main!(benches);
