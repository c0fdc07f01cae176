//! Every column of the analyzer over twenty-one years of daily bars.
//!
//! `cargo bench -p signals --bench layers`.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use market::{Bars, Date, Interval, Known, RawBars, Series, SessionTable, Snapshot};
use signals::{Columns, Inputs, Profile};

/// Sessions from January 2005 to May 2026.
const SESSIONS: usize = 5366;

/// A walk from a linear congruence.
struct Walk(u64);

impl Walk {
    /// From −0.5 to 0.5.
    fn step(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    }

    fn values(&mut self, from: f64, step: f64) -> Vec<f64> {
        let mut value = from;
        let next = |_| {
            value = (value * (1.0 + self.step() * step)).clamp(from / 4.0, from * 4.0);
            value
        };
        (0..SESSIONS).map(next).collect()
    }

    fn bars(&mut self, symbol: &str, sessions: &SessionTable) -> Bars {
        let close = self.values(100.0, 0.03);
        let raw = RawBars {
            start: sessions.as_slice()[..SESSIONS]
                .iter()
                .map(|s| s.open)
                .collect(),
            open: close.clone(),
            high: close
                .iter()
                .map(|c| c * (1.005 + 0.01 * self.step()))
                .collect(),
            low: close
                .iter()
                .map(|c| c * (0.98 + 0.01 * self.step()))
                .collect(),
            close,
            volume: self.values(3e7, 0.5),
        };
        Bars::new(symbol, Interval::Day, raw, sessions).expect("a walk is valid")
    }
}

fn snapshot() -> Snapshot {
    let day = |year| Date::from_ymd_opt(year, 1, 3).expect("a date");
    let sessions = SessionTable::covering(day(2005), day(2026));
    let mut walk = Walk(42);
    let dates: Vec<Date> = sessions.as_slice()[..SESSIONS]
        .iter()
        .map(|s| s.date)
        .collect();
    let names = [
        "breadth50",
        "DGS2",
        "DGS10",
        "BAMLH0A0HYM2",
        "RVX",
        "VIX",
        "VIX9D",
        "VIX3M",
    ];
    let series = names.map(|name| Series {
        name: name.to_owned(),
        date: dates.clone(),
        value: walk.values(24.0, 0.1),
        known: if name.starts_with("DGS") {
            Known::NextSession
        } else {
            Known::Close
        },
    });
    Snapshot {
        bars: vec![walk.bars("IWM", &sessions), walk.bars("SPY", &sessions)],
        series: series.to_vec(),
        sessions,
        ..Snapshot::default()
    }
}

fn layers(criterion: &mut Criterion) {
    let (profile, snapshot) = (Profile::default(), snapshot());
    let inputs = Inputs::of_snapshot(&profile, &snapshot).expect("daily bars");
    let columns = Columns::compute(&profile, &inputs);
    let mut group = criterion.benchmark_group("signals");
    group.bench_function("columns", |bench| {
        bench.iter(|| Columns::compute(black_box(&profile), black_box(&inputs)));
    });
    group.bench_function("joins and columns", |bench| {
        bench.iter(|| {
            let inputs = Inputs::of_snapshot(black_box(&profile), black_box(&snapshot))?;
            Some(Columns::compute(&profile, &inputs))
        });
    });
    group.bench_function("one reading", |bench| {
        bench.iter(|| columns.at(black_box(SESSIONS - 1)));
    });
    group.finish();
}

criterion_group!(benches, layers);
criterion_main!(benches);
