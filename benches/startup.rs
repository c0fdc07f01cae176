//! Start to verdict: the whole process, from `exec` to the last byte of its report.
//!
//! `cargo bench --bench startup`.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

fn start_to_verdict(criterion: &mut Criterion) {
    let run = |flags: &[&str]| {
        let status = Command::new(env!("CARGO_BIN_EXE_stormproof"))
            .args(["run", "mean-reversion"])
            .args(flags)
            .stdout(Stdio::null())
            .status();
        assert!(status.is_ok_and(|status| status.success()));
    };
    criterion.bench_function("startup/three regimes, embedded tape", |b| {
        b.iter(|| run(&[]));
    });
    criterion.bench_function("startup/the same on one thread", |b| {
        b.iter(|| run(&["-j", "1"]));
    });
}

criterion_group!(benches, start_to_verdict);
criterion_main!(benches);
