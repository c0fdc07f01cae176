//! Sweeps that are stopped, killed, starved of disk, or meet another.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{LARGE, results, with};
use crate::support::*;

fn begun(cwd: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_stormproof"))
        .args(args)
        .current_dir(cwd)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until some block is done.
fn on_its_way(cwd: &Path, child: &mut Child, blocks: usize) -> bool {
    let since = Instant::now();
    let parts = cwd.join("s/done/parts");
    loop {
        let done = std::fs::read_dir(&parts).map_or(0, |entries| {
            let names = entries.flatten().map(|entry| entry.file_name());
            names
                .filter(|name| name.to_string_lossy().ends_with(".parquet"))
                .count()
        });
        if done >= blocks {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(since.elapsed().as_secs() < 120, "no block in two minutes");
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn killed_five_times_it_gives_the_file_of_an_unbroken_run() {
    let unbroken = folder();
    says(unbroken.path(), &with(&LARGE, &["-j1"]));
    let here = folder();
    let mut killed = 0;
    for (n, pause_ms) in [0, 40, 7, 110, 23].into_iter().enumerate() {
        let mut child = begun(here.path(), &with(&LARGE, &["-j1"]));
        // At other points each time: after so many blocks, and a while into the next.
        if on_its_way(here.path(), &mut child, n.min(3)) {
            sleep(Duration::from_millis(pause_ms));
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
    }
    assert!(killed >= 3, "killed {killed} times only");
    says(here.path(), &with(&LARGE, &["-j1"]));
    assert!(
        results(here.path()) == results(unbroken.path()),
        "not the same bytes"
    );
    assert_eq!(
        names(&here.path().join("s/done")),
        [".lock", "results.parquet", "sweep.json"]
    );
}

#[test]
fn an_interrupted_sweep_keeps_what_is_done() {
    let here = folder();
    let mut child = begun(here.path(), &with(&LARGE, &["-j1"]));
    if !on_its_way(here.path(), &mut child, 1) {
        skipped("the sweep was over before it could be interrupted");
        return;
    }
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    assert!(message.contains("what is done is kept"), "{message}");
    // Its trials were made, and count.
    assert_eq!(names(&here.path().join("s")), ["done", "trials"]);
    says(here.path(), &LARGE);
}

#[test]
fn two_sweeps_do_not_write_to_one_place() {
    let here = folder();
    let mut child = begun(here.path(), &with(&LARGE, &["-j1"]));
    if on_its_way(here.path(), &mut child, 1) {
        let second = ends(here.path(), &LARGE, 2);
        let message = text(&second.stderr);
        assert!(message.contains("another sweep is writing to"), "{message}");
    } else {
        skipped("the first sweep was over too soon");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // A lock goes with its process.
    says(here.path(), &LARGE);
}

#[test]
fn a_full_disk_in_the_middle_loses_nothing() {
    let here = folder();
    // A block of results is larger than 64 blocks of 1 KiB at most; the plan and the tape need no file.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let starved = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_stormproof")])
        .args(LARGE)
        .current_dir(here.path())
        .output()
        .unwrap();
    let message = text(&starved.stderr);
    assert_eq!(starved.status.code(), Some(2), "{message}");
    assert!(message.contains("make room"), "{message}");
    says(here.path(), &LARGE);
    let fresh = folder();
    says(fresh.path(), &LARGE);
    assert!(results(here.path()) == results(fresh.path()));
}

#[test]
fn a_block_that_was_damaged_is_done_again() {
    let here = folder();
    let mut child = begun(here.path(), &with(&LARGE, &["-j1"]));
    if !on_its_way(here.path(), &mut child, 2) {
        skipped("the sweep was over too soon");
        return;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // One bit, in the middle of the figures: the file still opens.
    let parts = here.path().join("s/done/parts");
    let first = names(&parts)
        .into_iter()
        .find(|name| name.ends_with(".parquet"));
    let first = parts.join(first.unwrap());
    let mut bytes = std::fs::read(&first).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&first, bytes).unwrap();
    refuses(
        here.path(),
        &["sweep", "show", "s/done"],
        &["not finished", "goes on"],
    );
    says(here.path(), &LARGE);
    let fresh = folder();
    says(fresh.path(), &LARGE);
    assert!(results(here.path()) == results(fresh.path()));
}
