//! Parquet into columns: four million one-minute bars, generated here, six columns, by the tape's own reader.
//!
//! `STORMPROOF_KEEP_BENCH_BARS=target/bars.parquet cargo bench --bench parquet` leaves the file for
//! `benches/pyarrow_read.py target/bars.parquet 2`, which reads it the same way with pyarrow.
//! Vectors are used again from one pass to the next, as pyarrow's memory pool does; `fresh` asks for new ones.

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use table::{Column, Compression, Dest, Layout, Options, Reader, Table};

const ROWS: usize = 4_000_000;

/// Prices in whole cents on a random walk, volumes whole: what compresses as real bars do.
fn bars() -> Table<'static> {
    let mut state = 1_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let cents = |price: f64| (price * 100.0).round() / 100.0;
    let mut columns: [Vec<f64>; 5] = std::array::from_fn(|_| Vec::with_capacity(ROWS));
    let mut price = 150.0_f64;
    for _ in 0..ROWS {
        let open = price;
        price = (price + (next() - 0.5) * 0.2).clamp(50.0, 300.0);
        let row = [
            cents(open),
            cents(open.max(price) + next() * 0.1),
            cents(open.min(price) - next() * 0.1),
            cents(price),
            (next() * 100_000.0).floor(),
        ];
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let minute = |i: usize| 1_500_000_000_000_000 + i as i64 * 60_000_000;
    let mut table = Table::new().column(
        "start",
        Column::time_micros((0..ROWS).map(minute).collect::<Vec<_>>()),
    );
    for (name, values) in ["open", "high", "low", "close", "volume"]
        .into_iter()
        .zip(columns)
    {
        table = table.column(name, Column::number(values));
    }
    table
}

/// The six columns of a file.
#[derive(Default)]
struct Columns {
    start: Vec<i64>,
    prices: [Vec<f64>; 5],
}

impl Columns {
    fn read(&mut self, path: &Path, threads: usize) -> usize {
        let reader = Reader::open(path).expect("the file was just written");
        let [open, high, low, close, volume] = &mut self.prices;
        let mut wanted = [
            ("start", Dest::TimeMicros(&mut self.start)),
            ("open", Dest::Number(open)),
            ("high", Dest::Number(high)),
            ("low", Dest::Number(low)),
            ("close", Dest::Number(close)),
            ("volume", Dest::Number(volume)),
        ];
        reader
            .read_all(&mut wanted, threads)
            .expect("the columns were just written");
        self.start.len()
    }
}

fn reading(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let table = bars();
    let mut group = c.benchmark_group("parquet_to_columns");
    group
        .throughput(Throughput::Elements(ROWS as u64))
        .sample_size(10);
    let layouts = [
        ("tape", Options::default()),
        (
            "zstd_dictionary",
            Options {
                compression: Compression::Zstd,
                layout: Layout::Dictionary,
                ..Options::default()
            },
        ),
    ];
    for (name, options) in layouts {
        let path = folder.path().join(name);
        table
            .write_atomic(&path, &options)
            .expect("room for the file");
        for threads in [1, 2] {
            let mut columns = Columns::default();
            group.bench_function(BenchmarkId::new(name, threads), |b| {
                b.iter(|| black_box(columns.read(&path, threads)));
            });
        }
    }
    let path = folder.path().join("tape");
    group.bench_function(BenchmarkId::new("tape_fresh", 2), |b| {
        b.iter(|| black_box(Columns::default().read(&path, 2)));
    });
    group.finish();
    if let Some(keep) = std::env::var_os("STORMPROOF_KEEP_BENCH_BARS") {
        table
            .write_atomic(Path::new(&keep), &Options::default())
            .expect("room for the file");
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
