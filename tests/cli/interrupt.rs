//! Ctrl-C, SIGTERM and SIGKILL.
#![cfg(unix)]

use std::fs;
#[cfg(target_os = "linux")]
use std::io::Write as _;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::Child;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::*;

/// A run that stands still before its first bar: its note about the embedded tape does not fit into a pipe that
/// nobody reads. Returned as soon as its handler is in place, with the pipe's reading end.
#[cfg(target_os = "linux")]
fn held(cwd: &Path) -> (Child, std::io::PipeReader) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    // A pipe's capacity, pipe(7).
    writer.write_all(&vec![b'.'; PIPE_BYTES]).unwrap();
    let arguments = "run mean-reversion --format json --out results";
    let child = Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args(arguments.split(' '))
        .current_dir(cwd)
        .stdout(Stdio::piped())
        .stderr(writer)
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !catches_interrupts(child.id()) {
        assert!(begun.elapsed().as_secs() < 60, "no handler");
        sleep(Duration::from_millis(1));
    }
    (child, reader)
}

#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 65_536;

/// `SigCgt` is a mask in hexadecimal; signal 15 is bit 14.
#[cfg(target_os = "linux")]
fn catches_interrupts(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    u64::from_str_radix(mask.unwrap().trim(), 16).unwrap() & (1 << 14) != 0
}

#[cfg(target_os = "linux")]
fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    // The handler is a thread of its own; it needs a moment.
    sleep(Duration::from_millis(300));
}

#[cfg(target_os = "linux")]
#[test]
fn the_first_signal_ends_the_work_and_leaves_the_old_results() {
    use std::io::Read as _;
    for name in ["INT", "TERM"] {
        let here = folder();
        says(
            here.path(),
            &["run", "mean-reversion-prior-low", "--out", "results"],
        );
        let before = bytes_of(&here.path().join("results"));
        let (mut child, mut reader) = held(here.path());
        signal(&child, name);
        assert!(child.try_wait().unwrap().is_none(), "held by its note");
        let mut notes = String::new();
        reader.read_to_string(&mut notes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{name}: {notes}");
        assert_eq!(text(&output.stdout), "");
        let last = notes.lines().last();
        assert_eq!(last, Some("interrupted; nothing was written"));
        assert_eq!(names(here.path()), ["results"]);
        assert_eq!(bytes_of(&here.path().join("results")), before);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_second_signal_ends_at_once() {
    let here = folder();
    let (mut child, _reader) = held(here.path());
    signal(&child, "INT");
    assert!(child.try_wait().unwrap().is_none(), "held by its note");
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(here.path()), [""; 0]);
}

/// Not even a kill at any moment leaves half of anything under the results' name.
#[test]
fn a_kill_at_any_moment_leaves_whole_results() {
    let here = folder();
    let run = |plan: &str| {
        Command::new(env!("CARGO_BIN_EXE_stormproof"))
            .args(["run", plan, "--out", "results", "--quiet"])
            .current_dir(here.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let begun = Instant::now();
    assert!(run("mean-reversion").wait().unwrap().success());
    let usual = begun.elapsed();
    let ours = bytes_of(&here.path().join("results"));
    assert!(run("mean-reversion-prior-low").wait().unwrap().success());
    let theirs = bytes_of(&here.path().join("results"));
    for step in 0..40 {
        let mut child = run(["mean-reversion", "mean-reversion-prior-low"][step % 2]);
        sleep(usual * step as u32 / 32);
        // It may be done already, which is fine too.
        let _ = child.kill();
        child.wait().unwrap();
        let found = bytes_of(&here.path().join("results"));
        assert!(found == ours || found == theirs, "step {step}");
    }
    for name in names(here.path()).iter().filter(|name| *name != "results") {
        assert!(
            name.starts_with(".stormproof-")
                && Path::new(name).extension().is_some_and(|e| e == "tmp"),
            "{name}"
        );
        fs::remove_dir_all(here.path().join(name)).unwrap();
    }
}

/// A hundred thousand combinations in sixteen windows take longer than anybody waits; the first signal ends them.
#[cfg(target_os = "linux")]
#[test]
fn walking_forward_stops_at_once_and_writes_nothing() {
    let here = folder();
    let arguments = "walk-forward mean-reversion --vary exit.target_atr=0.01..1000:0.01 --folds 8 --out results";
    let mut child = Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args(arguments.split(' '))
        .current_dir(here.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !catches_interrupts(child.id()) {
        assert!(begun.elapsed().as_secs() < 60, "no handler");
        sleep(Duration::from_millis(1));
    }
    sleep(Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none(), "still at work");
    let asked = Instant::now();
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert!(asked.elapsed().as_secs() < 20);
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(text(&output.stderr), "interrupted; nothing was written\n");
    assert_eq!(names(here.path()), [""; 0]);
}
