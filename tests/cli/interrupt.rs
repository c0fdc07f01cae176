//! Ctrl-C and SIGTERM. A named pipe holds the program in the middle of its work for as long as a test needs.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::*;

fn begin(cwd: &Path) -> Child {
    assert!(
        Command::new("mkfifo")
            .arg("plan.toml")
            .current_dir(cwd)
            .status()
            .unwrap()
            .success()
    );
    Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args(["run", "plan.toml", "--out", "results"])
        .current_dir(cwd)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    // The handler is a thread of its own; it needs a moment.
    sleep(Duration::from_millis(300));
}

#[test]
fn the_first_signal_ends_the_work_and_leaves_the_old_results() {
    for name in ["INT", "TERM"] {
        let here = folder();
        says(
            here.path(),
            &["run", "mean-reversion-prior-low", "--out", "results"],
        );
        let before = bytes_of(&here.path().join("results"));
        let child = begin(here.path());
        // Opening waits until the program reads: its handler is in place by then.
        let mut pipe = OpenOptions::new()
            .write(true)
            .open(here.path().join("plan.toml"))
            .unwrap();
        signal(&child, name);
        pipe.write_all(plan_with("", "").as_bytes()).unwrap();
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(130),
            "{name}: {}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), "");
        assert_eq!(text(&output.stderr), "interrupted; nothing was written\n");
        assert_eq!(names(here.path()), ["plan.toml", "results"]);
        assert_eq!(bytes_of(&here.path().join("results")), before);
    }
}

#[test]
fn the_second_signal_ends_at_once() {
    let here = folder();
    let mut child = begin(here.path());
    let _pipe = OpenOptions::new()
        .write(true)
        .open(here.path().join("plan.toml"))
        .unwrap();
    signal(&child, "INT");
    assert!(
        child.try_wait().unwrap().is_none(),
        "still waiting for its plan"
    );
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(here.path()), ["plan.toml"]);
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
