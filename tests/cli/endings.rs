//! Readers that go away, disks that are full, terminals with and without colour, help.

use std::fs;
use std::process::Command;

use crate::support::*;

const BINARY: &str = env!("CARGO_BIN_EXE_stormproof");

#[test]
fn a_reader_that_goes_away_has_had_what_it_wanted() {
    let here = folder();
    for args in [
        &["run", "mean-reversion"][..],
        &["completions", "bash"],
        &["tape", "list"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(BINARY)
            .args(args)
            .current_dir(here.path())
            .stdout(writer)
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stderr), "");
    }
    // A gate is still a gate.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let gate = [
        "run",
        "mean-reversion",
        "--set",
        "entry.min_decline=0.5",
        "--gate",
        "rework",
    ];
    let status = Command::new(BINARY)
        .args(gate)
        .stdout(writer)
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output() {
    let here = folder();
    for args in [
        &["run", "mean-reversion"][..],
        &["run", "mean-reversion", "--format", "json"],
        &["--help"],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = Command::new(BINARY)
            .args(args)
            .current_dir(here.path())
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains("cannot write to standard output"));
    }
}

/// A limit on file sizes meets the same paths as a full disk, without a disk to fill.
#[cfg(unix)]
#[test]
fn results_that_do_not_fit_leave_the_old_ones() {
    let here = folder();
    says(here.path(), &["run", "mean-reversion", "--out", "results"]);
    let before = bytes_of(&here.path().join("results"));
    // Blocks of 512 or 1024 bytes; run.json alone is larger than four of either.
    let limited =
        "trap '' XFSZ; ulimit -f 4; exec \"$0\" run mean-reversion-prior-low --quiet --out results";
    let output = Command::new("sh")
        .args(["-c", limited, BINARY])
        .current_dir(here.path())
        .output()
        .unwrap();
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("nothing was changed there"), "{message}");
    assert_eq!(bytes_of(&here.path().join("results")), before);
    assert_eq!(names(here.path()), ["results"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_results() {
    let here = folder();
    // A disk of our own in a mount namespace of our own, gone with the shell.
    let on_disk = |script: &str| {
        let script =
            format!("mkdir -p disk && mount -t tmpfs -o size=24k none disk && cd disk && {script}");
        Command::new("unshare")
            .args(["--mount", "sh", "-c", &script, BINARY])
            .current_dir(here.path())
            .output()
    };
    if !on_disk("true").is_ok_and(|output| output.status.success()) {
        skipped("no disk can be mounted here (it takes root and `unshare`)");
        return;
    }
    let output =
        on_disk("\"$0\" run mean-reversion --out results --quiet; echo \"code $?\"; ls -A")
            .unwrap();
    assert_eq!(
        text(&output.stdout),
        "code 2\n",
        "nothing but the code: no file is left"
    );
    let message = text(&output.stderr);
    assert!(message.contains("No space left on device"), "{message}");
    let output =
        on_disk("\"$0\" tape synth --seed 1 --tape tape; echo \"code $?\"; find . -type f")
            .unwrap();
    assert_eq!(
        text(&output.stdout),
        "code 2\n",
        "no file of a tape is left"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written() {
    let here = folder();
    refuses(
        here.path(),
        &["run", "mean-reversion", "--out", "/proc/results"],
        &["/proc"],
    );
    refuses(
        here.path(),
        &["tape", "synth", "--seed", "1", "--tape", "/proc/tape"],
        &["/proc"],
    );
}

/// `script` gives the program a terminal of its own.
#[cfg(target_os = "linux")]
#[test]
fn colour_is_for_terminals_that_want_it() {
    let here = folder();
    let on_terminal = |environment: &[(&str, &str)]| {
        let run = format!("'{BINARY}' run mean-reversion");
        Command::new("script")
            .args(["-qec", &run, "/dev/null"])
            .current_dir(here.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env("TERM", "xterm")
            .envs(environment.iter().copied())
            .stdin(std::process::Stdio::null())
            .output()
    };
    let Ok(plain) = on_terminal(&[]) else {
        skipped("no `script` to make a terminal with");
        return;
    };
    let painted = |bytes: &[u8]| text(bytes).contains("\u{1b}[");
    assert!(painted(&plain.stdout), "{}", text(&plain.stdout));
    assert!(!painted(&on_terminal(&[("NO_COLOR", "1")]).unwrap().stdout));
    assert!(!painted(&on_terminal(&[("TERM", "dumb")]).unwrap().stdout));
    // An empty NO_COLOR is none.
    assert!(painted(&on_terminal(&[("NO_COLOR", "")]).unwrap().stdout));
}

/// What is left of a text without its colour codes.
fn stripped(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').unwrap().1)
}

/// Colours add nothing and change nothing: every report is the same to the byte without them, and only people's tables have any.
#[test]
fn reports_are_the_same_with_and_without_colour() {
    let here = folder();
    let vary = ["--vary", "exit.target_atr=1..2:0.5"];
    let claim = "three-day-declines";
    let walk = [
        "walk-forward",
        "mean-reversion",
        "--train",
        "504",
        "--test",
        "252",
    ];
    let reports: [Vec<&str>; 11] = [
        vec!["run", "mean-reversion"],
        vec!["run", "iron-condor"],
        [
            &["sweep", "mean-reversion", "--out", "s", "--yes"][..],
            &vary,
        ]
        .concat(),
        vec!["sweep", "show", "s"],
        [&walk[..], &vary].concat(),
        vec![
            "montecarlo",
            "mean-reversion",
            "--resamples",
            "200",
            "--replays",
            "5",
        ],
        vec!["study", claim, "--resamples", "500"],
        vec!["signal", "--on", "2022-06-16"],
        vec!["debrief", "--from", "2020-02-18", "--to", "2020-06-30"],
        vec!["plan", "mean-reversion"],
        vec!["compare", "mean-reversion", "mean-reversion-prior-low"],
    ];
    for report in reports {
        let asked = |when: &str| says(here.path(), &[&report[..], &["--color", when]].concat());
        let (plain, colours) = (asked("never"), asked("always"));
        assert!(!plain.contains('\u{1b}'), "{report:?}");
        assert!(
            colours.contains("\u{1b}[1;30;43mSIMULATED"),
            "{report:?} {colours}"
        );
        assert_eq!(stripped(&colours), plain, "{report:?}");
        assert!(
            plain.lines().all(|line| line.chars().count() <= 80),
            "{report:?} {plain}"
        );
    }
    // Amounts and words, where there are some.
    let run = says(here.path(), &["run", "mean-reversion", "--color=always"]);
    for painted in [
        "\u{1b}[31m−$996\u{1b}[0m",
        "\u{1b}[32m+0.54%\u{1b}[0m",
        "\u{1b}[31mfails\u{1b}[0m",
    ] {
        assert!(run.contains(painted), "{run}");
    }
}

#[test]
fn pipes_documents_and_files_have_no_colours_unless_they_are_asked_for() {
    let here = folder();
    let run = |environment: &[(&str, &str)], args: &[&str]| {
        let output = stormproof(here.path())
            .args(["run", "mean-reversion", "--quiet"])
            .args(args)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success());
        text(&output.stdout)
    };
    let painted = |text: &str| text.contains('\u{1b}');
    assert!(!painted(&run(&[], &[])));
    assert!(painted(&run(&[("CLICOLOR_FORCE", "1")], &[])));
    assert!(!painted(&run(
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
        &[]
    )));
    assert!(painted(&run(&[("NO_COLOR", "1")], &["--color", "always"])));
    assert!(!painted(&run(
        &[("CLICOLOR_FORCE", "1")],
        &["--color", "never"]
    )));
    let document = run(
        &[],
        &["--format", "json", "--color", "always", "--out", "results"],
    );
    assert_eq!(document, run(&[], &["--format", "json"]));
    let written = std::fs::read_to_string(here.path().join("results/run.json")).unwrap();
    assert!(!painted(&written) && !painted(&document));
    let message = text(&ends(here.path(), &["run", "none.toml", "--color", "always"], 2).stderr);
    assert!(painted(&message), "{message}");
    ends(
        here.path(),
        &["run", "mean-reversion", "--color", "perhaps"],
        2,
    );
}

#[test]
fn help_has_examples_and_the_version_is_one() {
    let here = folder();
    let commands: [&[&str]; 8] = [
        &[],
        &["run"],
        &["audit"],
        &["completions"],
        &["tape"],
        &["tape", "import"],
        &["tape", "list"],
        &["tape", "synth"],
    ];
    for command in commands {
        let help = says(here.path(), &[command, &["--help"]].concat());
        assert!(help.contains("Usage: stormproof"), "{help}");
        assert!(
            command == ["tape"] || help.contains("Examples:\n  stormproof"),
            "{help}"
        );
    }
    let version = says(here.path(), &["--version"]);
    assert_eq!(
        version,
        format!("stormproof {}\n", env!("CARGO_PKG_VERSION"))
    );
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            says(here.path(), &["completions", shell]).contains("mean-reversion") || shell != "zsh"
        );
    }
}

/// An audit at every session of the same seven years, `windows` times over.
#[cfg(target_os = "linux")]
#[test]
fn progress_is_for_long_work_on_terminals() {
    use std::fmt::Write as _;
    let audit = |quiet: &str, windows: usize| {
        let here = folder();
        fs::write(here.path().join("plan.toml"), plan_with("", "")).unwrap();
        let (mut regimes, mut names) = (String::new(), Vec::new());
        for n in 0..windows {
            writeln!(regimes, "[w{n}]\nfrom = 2017-01-03\nto = 2023-12-29").unwrap();
            names.push(format!("w{n}"));
        }
        fs::write(here.path().join("regimes.toml"), regimes).unwrap();
        let cuts = if windows > 1 { 100_000 } else { 2 };
        let run = format!(
            "'{BINARY}' audit plan.toml -j 1 --cuts {cuts} --regimes {} {quiet}",
            names.join(",")
        );
        let begun = std::time::Instant::now();
        let output = Command::new("script")
            .args(["-qec", &run, "/dev/null"])
            .current_dir(here.path())
            .env("TERM", "xterm")
            .stdin(std::process::Stdio::null())
            .output()
            .ok()?;
        assert!(output.status.success(), "{}", text(&output.stdout));
        let shown = text(&output.stdout).contains("auditing");
        Some((shown, begun.elapsed().as_secs_f64()))
    };
    let mut windows = 8;
    // Long on any machine: twice as much until it is.
    let shown = loop {
        let Some((shown, seconds)) = audit("", windows) else {
            skipped("no `script` to make a terminal with");
            return;
        };
        if seconds > 1.6 {
            break shown;
        }
        windows *= 2;
    };
    assert!(shown, "after a second there is a sign of life");
    let (shown, seconds) = audit("--quiet", windows).unwrap();
    assert!(!shown, "quiet, in {seconds} s");
    let (shown, seconds) = audit("", 1).unwrap();
    assert!(
        !shown || seconds > 1.0,
        "short work says nothing, in {seconds} s"
    );
}
