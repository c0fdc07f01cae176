//! CSV to merged Parquet: made-up bars within the session, read, judged, spooled, woven and brought to the disk.
//!
//! `cargo bench --bench csv_import`. One thread does all of it; criterion's throughput is bytes of CSV a second.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

#[allow(dead_code, reason = "an example has a main of its own")]
#[path = "../crates/tape/examples/make_csv.rs"]
mod make_csv;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use tape::{ImportOptions, Tape};

const BYTES: u64 = 40_000_000;

fn import(criterion: &mut Criterion) {
    let Ok(folder) = tempfile::tempdir() else {
        return;
    };
    let stop = AtomicBool::new(false);
    let mut group = criterion.benchmark_group("csv_import");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for minutes in [5, 1] {
        let mut text = Vec::new();
        assert!(make_csv::bars(&mut text, minutes, BYTES).is_ok());
        let file: PathBuf = folder.path().join(format!("TST_{minutes}m.csv"));
        assert!(fs::write(&file, &text).is_ok());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{minutes}-minute bars onto a new tape"), |b| {
            b.iter(|| {
                let root = folder.path().join("tape");
                let tape = Tape::open_or_new(&root);
                let options = ImportOptions {
                    symbol: Some("TST".to_owned()),
                    ..ImportOptions::default()
                };
                let report = tape.and_then(|tape| {
                    tape.import(std::slice::from_ref(&file), &options, &mut |_| {}, &stop)
                });
                assert!(report.is_ok_and(|r| r.files.iter().all(|f| f.rows > 0)));
                fs::remove_dir_all(root)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, import);
criterion_main!(benches);
