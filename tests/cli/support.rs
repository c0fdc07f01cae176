//! What the tests share.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use table::{Dest, Reader};

/// The binary, in a folder where nothing lies about, without the caller's taste in colours.
pub(crate) fn stormproof(cwd: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stormproof"));
    command
        .current_dir(cwd)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("TERM");
    command
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// The shipped plan's text, with a change made that must apply.
pub(crate) fn plan_with(from: &str, to: &str) -> String {
    let text = fs::read_to_string(scenarios().join("mean-reversion.toml")).unwrap();
    assert!(text.contains(from), "the shipped plan has no `{from}`");
    text.replacen(from, to, 1)
}

/// Runs, and holds the exit code to `code`.
pub(crate) fn ends(cwd: &Path, args: &[&str], code: i32) -> Output {
    let output = stormproof(cwd).args(args).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{args:?}\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}

/// Standard output of a command that succeeds.
pub(crate) fn says(cwd: &Path, args: &[&str]) -> String {
    text(&ends(cwd, args, 0).stdout)
}

/// The JSON document of a run that succeeds.
pub(crate) fn json(cwd: &Path, args: &[&str]) -> Value {
    let args = [&["run"], args, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

/// The command is refused with exit code 2, one message that holds all of `words`, and nothing on standard output.
pub(crate) fn refuses(cwd: &Path, args: &[&str], words: &[&str]) -> String {
    let output = ends(cwd, args, 2);
    let message = text(&output.stderr);
    assert_eq!(text(&output.stdout), "", "{args:?}");
    assert_eq!(message.matches('×').count(), 1, "one message: {message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    for never in ["panicked", "RUST_BACKTRACE", "defect"] {
        assert!(!message.contains(never), "{message}");
    }
    message
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The files of a folder of results, by name, sorted.
pub(crate) const FILES: [&str; 6] = [
    "decisions.parquet",
    "equity.parquet",
    "fills.parquet",
    "run.json",
    "sessions.parquet",
    "trades.parquet",
];

pub(crate) fn bytes_of(folder: &Path) -> Vec<Vec<u8>> {
    assert_eq!(names(folder), FILES);
    FILES
        .iter()
        .map(|file| fs::read(folder.join(file)).unwrap())
        .collect()
}

pub(crate) fn open(folder: &Path, file: &str) -> Reader {
    Reader::open(&folder.join(file)).unwrap()
}

pub(crate) fn numbers(reader: &Reader, column: &str) -> Vec<f64> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, Dest::Number(&mut values))], 1)
        .unwrap();
    values
}

pub(crate) fn maybe_numbers(reader: &Reader, column: &str) -> Vec<Option<f64>> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, Dest::MaybeNumber(&mut values))], 1)
        .unwrap();
    values
}

pub(crate) fn integers(reader: &Reader, column: &str) -> Vec<i64> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, Dest::Integer(&mut values))], 1)
        .unwrap();
    values
}

pub(crate) fn times(reader: &Reader, column: &str) -> Vec<i64> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, Dest::TimeMicros(&mut values))], 1)
        .unwrap();
    values
}

pub(crate) fn texts(reader: &Reader, column: &str) -> Vec<String> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, Dest::Text(&mut values))], 1)
        .unwrap();
    values
}

pub(crate) fn maybe_texts(reader: &Reader, column: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    reader
        .read_all(&mut [(column, Dest::MaybeText(&mut values))], 1)
        .unwrap();
    values
}

/// A simulated tape in a folder of its own, with the prices of the embedded one.
pub(crate) fn synth(cwd: &Path) -> PathBuf {
    says(cwd, &["tape", "synth", "--seed", "2018", "--tape", "tape"]);
    cwd.join("tape")
}

/// Says that a test could not do its work here, and why: silence would look like success.
#[allow(clippy::print_stderr, reason = "the test harness shows it")]
pub(crate) fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
