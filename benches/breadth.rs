//! Breadth of 2,000 symbols over 1,500 sessions, generated here, from Parquet: shares above the 20, 50 and 200-session
//! averages, moves, and new highs and lows; then the counting alone.
//!
//! `STORMPROOF_KEEP_BENCH_TAPE=target/breadth cargo bench --bench breadth` leaves the tape for
//! `time stormproof tape breadth --tape target/breadth --universe bench`, which is the whole process.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use indicators::{Breadth, Member};
use lab::BreadthOptions;
use market::{Date, Origin, SessionTable};
use tape::{Close, ClosePrices, Contents, Panel, Tape};

const SYMBOLS: usize = 2_000;
const SESSIONS: usize = 1_500;

/// Random walks with a common part, in tenths of a cent; one symbol in ten is listed later.
fn panel() -> Panel {
    let mut state = 1_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let day = |y, m, d| Date::from_ymd_opt(y, m, d).expect("a date");
    let table = SessionTable::covering(day(2018, 1, 2), day(2024, 1, 2));
    let dates: Vec<Date> = table
        .as_slice()
        .iter()
        .map(|s| s.date)
        .take(SESSIONS)
        .collect();
    let market: Vec<f64> = dates.iter().map(|_| next() * 0.02).collect();
    let symbols = (0..SYMBOLS).map(|i| {
        let first = if i % 10 == 0 { i % SESSIONS } else { 0 };
        let mut price = 5.0 + (i % 200) as f64;
        let closes = dates
            .iter()
            .zip(&market)
            .skip(first)
            .map(|(&date, market)| {
                price = (price * (1.0 + market + next() * 0.05)).max(0.5);
                Close {
                    date,
                    close: (price * 1000.0).round() / 1000.0,
                }
            });
        (format!("S{i:04}"), closes.collect())
    });
    Panel {
        universe: "bench".to_owned(),
        prices: ClosePrices::Adjusted,
        symbols: symbols.collect(),
    }
}

fn breadth() -> Breadth {
    Breadth {
        averages: vec![20, 50, 200],
        extremes: Some(252),
        min_members: 20,
    }
}

fn counting(c: &mut Criterion) {
    let panel = panel();
    let contents = Contents {
        origin: Origin::Simulated { seed: 1 },
        constituents: vec![panel.clone()],
        ..Contents::default()
    };
    let folder = tempfile::tempdir().expect("a folder for the tape");
    let kept = std::env::var_os("STORMPROOF_KEEP_BENCH_TAPE");
    let path = kept.map_or_else(|| folder.path().to_owned(), Into::into);
    let tape = Tape::open_or_new(&path).expect("a folder");
    tape.merge(&contents, "bench", 0)
        .expect("room for the tape");
    let closes: u64 = panel
        .symbols
        .iter()
        .map(|(_, closes)| closes.len() as u64)
        .sum();

    let mut group = c.benchmark_group("breadth");
    group
        .throughput(Throughput::Elements(closes))
        .sample_size(20);
    let stop = AtomicBool::new(false);
    for threads in [1, 2] {
        let options = BreadthOptions {
            threads,
            stop: &stop,
        };
        group.bench_function(BenchmarkId::new("from_parquet", threads), |b| {
            b.iter(|| {
                let counted = lab::universe_breadth(&tape, "bench", &breadth(), options);
                black_box(counted.expect("the tape was just written"))
            });
        });
    }
    let rows: Vec<u32> = (0..SESSIONS as u32).collect();
    let columns: Vec<Vec<f64>> = panel
        .symbols
        .iter()
        .map(|(_, closes)| closes.iter().map(|c| c.close).collect())
        .collect();
    group.bench_function("counting_alone", |b| {
        b.iter(|| {
            let mut tally = breadth().tally(SESSIONS);
            for close in &columns {
                let rows = &rows[SESSIONS - close.len()..];
                tally.add(Member {
                    rows,
                    close,
                    belongs: None,
                });
            }
            black_box(tally.figures())
        });
    });
    group.finish();
}

criterion_group!(benches, counting);
criterion_main!(benches);
