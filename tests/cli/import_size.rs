//! `stormproof tape import` of a file far larger than the memory it may take.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use market::{Date, Time, calendar};

use crate::support::*;

/// One-minute bars from 1990 on; the rows and the file's bytes.
fn minutes(path: &Path, rows: usize) {
    let mut out = BufWriter::new(fs::File::create(path).unwrap());
    out.write_all(b"timestamp,open,high,low,close,volume\n")
        .unwrap();
    let mut left = rows;
    let mut date = Date::from_ymd_opt(1990, 1, 2).unwrap();
    while left > 0 {
        if calendar::is_session(date) && !calendar::half_day(date) {
            let open = Time::from_exchange(date, 9, 30).unwrap().micros() / 60_000_000;
            for minute in open..open + 390.min(left as i64) {
                let (hour, minute) = (minute / 60 % 24, minute % 60);
                writeln!(
                    out,
                    "{date}T{hour:02}:{minute:02}:00Z,100.5,101.25,99.75,100.5,1000"
                )
                .unwrap();
            }
            left -= left.min(390);
        }
        date = date.succ_opt().unwrap();
    }
    out.flush().unwrap();
}

/// Imports, and gives the most memory the process ever held, in KiB.
fn peak_kib(here: &Path, file: &str) -> u64 {
    peak_of(import(here, file))
}

fn peak_of(mut child: Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let code = loop {
        // The mark only rises: the last one read is within a moment of the whole truth.
        if let Ok(text) = fs::read_to_string(&status)
            && let Some(line) = text.lines().find_map(|l| l.strip_prefix("VmHWM:"))
        {
            let kib = line.trim().trim_end_matches("kB").trim().parse().unwrap();
            peak = peak.max(kib);
        }
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        sleep(Duration::from_millis(2));
    };
    assert!(code.success());
    peak
}

fn import(here: &Path, file: &str) -> Child {
    import_as(here, file, &["--symbol", "TST"])
}

fn import_as(here: &Path, file: &str, more: &[&str]) -> Child {
    let tape = file.trim_end_matches(".csv");
    Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args(["tape", "import", file, "--tape", tape])
        .args(more)
        .current_dir(here)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Ten times the rows, 144 MB of bars, in the same memory; the second run merges them with what the tape holds.
#[test]
fn memory_stays_flat_with_the_size_of_the_file() {
    let here = folder();
    minutes(&here.path().join("some.csv"), 300_000);
    minutes(&here.path().join("many.csv"), 3_000_000);
    let some = peak_kib(here.path(), "some.csv");
    let many = peak_kib(here.path(), "many.csv");
    let again = peak_kib(here.path(), "many.csv");
    // The spool and the last price of each session of a file: 7,700 sessions are some 500 KiB.
    assert!(
        many < some + 8 * 1024,
        "{some} KiB for a tenth of the rows, {many} KiB for all"
    );
    assert!(
        again < some + 16 * 1024,
        "{some} KiB for a tenth of the rows, {again} KiB against an old file"
    );
}

/// 1.2 million bars of 20 symbols, one symbol after the other: what one needed is free for the next.
#[test]
fn memory_does_not_grow_with_the_symbols_of_a_file() {
    let here = folder();
    let one = here.path().join("one.csv");
    minutes(&one, 60_000);
    let rows = fs::read_to_string(&one).unwrap();
    let (header, rows) = rows.split_once('\n').unwrap();
    let mut out = BufWriter::new(fs::File::create(here.path().join("all.csv")).unwrap());
    writeln!(out, "symbol,{header}").unwrap();
    for symbol in 0..20 {
        for row in rows.lines() {
            writeln!(out, "SYM{symbol},{row}").unwrap();
        }
    }
    out.flush().unwrap();
    drop(out);
    let peak = peak_of(import_as(here.path(), "all.csv", &[]));
    assert!(peak < 40 * 1024, "{peak} KiB");
    let tape = tape::Tape::open(here.path().join("all")).unwrap();
    let bars: Vec<u64> = tape.catalog().unwrap().iter().map(|e| e.rows).collect();
    assert_eq!(bars, [60_000; 20]);
}

/// Closes of many symbols, a row a date, every seventh cell empty.
fn panel(path: &Path, symbols: usize, dates: usize) {
    let mut out = BufWriter::new(fs::File::create(path).unwrap());
    out.write_all(b"date").unwrap();
    for symbol in 0..symbols {
        // Not in their order.
        write!(out, ",S{:05}", symbol * 7919 % symbols).unwrap();
    }
    let sessions = Date::from_ymd_opt(2005, 1, 3).unwrap().iter_days();
    for (row, date) in sessions
        .filter(|d| calendar::is_session(*d))
        .take(dates)
        .enumerate()
    {
        write!(out, "\n{date}").unwrap();
        for symbol in 0..symbols {
            match (row + symbol) % 7 {
                0 => out.write_all(b",").unwrap(),
                step => write!(out, ",{}.{step}75", 10 + symbol % 90).unwrap(),
            }
        }
    }
    out.flush().unwrap();
}

/// 12.5 million closes, 88 MB: five times the real panel. In memory they would be 190 MiB.
#[test]
fn a_panel_larger_than_the_memory_it_may_take_comes_in() {
    let here = folder();
    panel(&here.path().join("wide.csv"), 5_000, 2_500);
    let new = peak_kib(here.path(), "wide.csv");
    let again = peak_kib(here.path(), "wide.csv");
    assert!(new < 40 * 1024, "{new} KiB");
    assert!(again < 40 * 1024, "{again} KiB against an old file");
    let tape = tape::Tape::open(here.path().join("wide")).unwrap();
    let universe = tape.universe("TST").unwrap();
    assert_eq!(universe.rows(), (0..2_500).map(held).sum::<u64>());
    let (mut buffer, mut symbols) = (tape::ClosesBuffer::default(), 0);
    for part in 0..universe.parts() {
        let each = |closes: tape::Closes<'_>| {
            // Symbol 7919 k mod 5000 stands in column k; its first close is not in the row where the cell is empty.
            let name: usize = closes.symbol.trim_start_matches('S').parse().unwrap();
            assert_eq!(name, symbols, "all of them, in order");
            let column = (0..5_000).find(|k| k * 7919 % 5_000 == name).unwrap();
            let expected = (0..2_500usize).filter(|row| (row + column) % 7 > 0);
            let close = |row| 10.0 + (column % 90) as f64 + (row + column) as f64 % 7.0 / 10.0;
            let expected: Vec<f64> = expected.map(|row| close(row) + 0.075).collect();
            assert!(
                closes.close.len() == expected.len()
                    && (closes.close.iter().zip(&expected)).all(|(a, b)| (a - b).abs() < 1e-9),
                "{name}"
            );
            symbols += 1;
        };
        universe.read(part, &mut buffer, each).unwrap();
    }
    assert_eq!(symbols, 5_000);
}

/// Cells of a row that are not empty.
fn held(row: usize) -> u64 {
    (0..5_000)
        .filter(|symbol| !(row + symbol).is_multiple_of(7))
        .count() as u64
}

/// Interrupted in the middle of a file, nothing was done.
#[test]
fn an_interrupted_import_leaves_no_tape() {
    let here = folder();
    minutes(&here.path().join("many.csv"), 3_000_000);
    let child = import(here.path(), "many.csv");
    let lock = here.path().join("many/.lock");
    while !lock.exists() {
        sleep(Duration::from_millis(1));
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(names(here.path()), ["many.csv"]);
}
