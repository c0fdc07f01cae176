//! `stormproof report`, and `--report` of run, sweep and walk-forward.

use std::fs;
use std::path::Path;

use crate::support::*;

const QUICK: [&str; 5] = ["--quiet", "--from", "2018-01-02", "--to", "2018-12-31"];

fn run(cwd: &Path, args: &[&str]) {
    says(
        cwd,
        &[&["run", "mean-reversion"], &QUICK[..], args].concat(),
    );
}

fn page(cwd: &Path, file: &str) -> String {
    fs::read_to_string(cwd.join(file)).unwrap()
}

fn without_library(page: &str) -> String {
    let library = include_str!("../../crates/report/vendor/echarts/echarts.min.js");
    page.replace(library, "")
}

#[test]
fn a_run_and_its_folder_make_the_same_page_on_any_number_of_threads() {
    let here = folder();
    run(
        here.path(),
        &["--out", "one", "--report", "one.html", "-j", "1"],
    );
    run(
        here.path(),
        &["--out", "many", "--report", "many.html", "-j", "3"],
    );
    says(
        here.path(),
        &["report", "one", "--out", "again.html", "--quiet"],
    );
    let one = page(here.path(), "one.html");
    assert_eq!(one, page(here.path(), "many.html"));
    assert_eq!(one, page(here.path(), "again.html"));
    assert_eq!(one, says(here.path(), &["report", "one", "--out", "-"]));
    // Marks, and nothing fetched.
    assert!(
        one.contains("<strong>SIMULATED</strong>") && one.contains("default-src &#39;none&#39;")
    );
    for word in ["<link", "<img", "<iframe", " src=", "@import", "url("] {
        let own = without_library(&one);
        assert!(!own.contains(word), "{word}");
    }
}

#[test]
fn the_default_file_is_named_and_only_pages_are_replaced() {
    let here = folder();
    run(here.path(), &["--out", "results"]);
    let said = ends(here.path(), &["report", "results"], 0);
    assert_eq!(text(&said.stderr), "report: report.html\n");
    says(here.path(), &["report", "results", "--quiet"]);
    fs::write(here.path().join("plan.toml"), "name = \"mine\"\n").unwrap();
    let words = [
        "plan.toml exists and is no report of ours",
        "name another file",
    ];
    refuses(
        here.path(),
        &["report", "results", "--out", "plan.toml"],
        &words,
    );
    // Before the run, not after it.
    refuses(
        here.path(),
        &["run", "mean-reversion", "--report", "plan.toml"],
        &words,
    );
    assert_eq!(page(here.path(), "plan.toml"), "name = \"mine\"\n");
    refuses(
        here.path(),
        &["report", "results", "--out", "results"],
        &["results is not a regular file"],
    );
}

#[test]
fn several_runs_stand_side_by_side() {
    let here = folder();
    run(here.path(), &["--out", "a"]);
    run(here.path(), &["--out", "b", "--set", "exit.target_atr=3"]);
    says(here.path(), &["report", "a", "b", "--out", "both.html"]);
    let both = page(here.path(), "both.html");
    for word in [
        "id=\"side-by-side\"",
        "id=\"regime-1\"",
        "id=\"regime-1-2\"",
        "<h1>a and b</h1>",
        "2 runs of mean-reversion",
        // Its key, and what each has.
        "<h3>Settings that differ</h3>",
        "<th scope=\"row\">exit.target_atr</th><td class=\"word\">2.0</td><td class=\"word\">3.0</td>",
        "exit.target_atr = 3.0",
    ] {
        assert!(both.contains(word), "{word}");
    }
}

#[test]
fn sweeps_and_walks_forward_have_pages_too() {
    let here = folder();
    let vary = [
        "--vary",
        "exit.target_atr=1..3:1",
        "--vary",
        "entry.declines=2,3",
        "--quiet",
    ];
    let sweep = [
        "sweep",
        "mean-reversion",
        "--out",
        "s",
        "--report",
        "s.html",
    ];
    says(here.path(), &[&sweep[..], &vary].concat());
    says(here.path(), &["report", "s", "--out", "s2.html"]);
    let swept = page(here.path(), "s.html");
    assert_eq!(swept, page(here.path(), "s2.html"));
    for word in [
        "exit.target_atr × entry.declines",
        "id=\"parallel\"",
        "overfitting (PBO)",
        "<strong>SIMULATED</strong>",
    ] {
        assert!(swept.contains(word), "{word}");
    }
    let forward = [
        "walk-forward",
        "mean-reversion",
        "--folds",
        "4",
        "--out",
        "w",
        "--report",
        "w.html",
    ];
    says(here.path(), &[&forward[..], &vary].concat());
    says(here.path(), &["report", "w", "--out", "w2.html"]);
    let walked = page(here.path(), "w.html");
    assert_eq!(walked, page(here.path(), "w2.html"));
    for word in [
        "id=\"stitched\"",
        "Every choice, fold by fold",
        "efficiency",
    ] {
        assert!(walked.contains(word), "{word}");
    }
    refuses(
        here.path(),
        &["report", "s", "w"],
        &[
            "s is a sweep",
            "several folders make one page only where all are of runs",
        ],
    );
}

#[test]
fn what_holds_no_results_is_named() {
    let here = folder();
    let at = |args: &[&str], words: &[&str]| refuses(here.path(), args, words);
    at(
        &["report", "nowhere"],
        &["nowhere: there is no such folder", "--out"],
    );
    fs::write(here.path().join("file"), "x").unwrap();
    at(&["report", "file"], &["file: that is a file"]);
    fs::create_dir(here.path().join("empty")).unwrap();
    at(
        &["report", "empty"],
        &["empty: it holds no run.json, no walk-forward.json, no results.parquet"],
    );
    assert_eq!(
        fs::metadata(here.path().join("report.html"))
            .err()
            .map(|e| e.kind()),
        Some(std::io::ErrorKind::NotFound)
    );
}

#[test]
fn other_versions_and_damage_are_not_guessed_at() {
    let here = folder();
    run(here.path(), &["--out", "r"]);
    let document = here.path().join("r/run.json");
    let whole = fs::read_to_string(&document).unwrap();
    fs::write(&document, whole.replace("\"schema\": 1", "\"schema\": 7")).unwrap();
    refuses(
        here.path(),
        &["report", "r"],
        &["schema 7", "run the plan again"],
    );
    fs::write(&document, &whole[..whole.len() / 2]).unwrap();
    refuses(here.path(), &["report", "r"], &["run.json cannot be read"]);
    fs::write(&document, &whole).unwrap();
    fs::write(here.path().join("r/trades.parquet"), "PAR1").unwrap();
    refuses(here.path(), &["report", "r"], &["trades.parquet"]);
    let vary = [
        "--vary",
        "exit.target_atr=1..3:1",
        "--folds",
        "4",
        "--quiet",
        "--out",
        "w",
    ];
    says(
        here.path(),
        &[&["walk-forward", "mean-reversion"], &vary[..]].concat(),
    );
    let document = here.path().join("w/walk-forward.json");
    let whole = fs::read_to_string(&document).unwrap();
    fs::write(&document, whole.replace("\"schema\": 1", "\"schema\": 7")).unwrap();
    refuses(
        here.path(),
        &["report", "w"],
        &["walk-forward.json is of form 7; this version reads form 1"],
    );
    fs::write(&document, whole.replace("\"folds\"", "\"fold\"")).unwrap();
    refuses(
        here.path(),
        &["report", "w"],
        &["walk-forward.json cannot be read: missing field `folds`"],
    );
}

#[test]
fn names_stay_text() {
    let here = folder();
    let plan = plan_with(
        "name = \"mean-reversion\"",
        "name = \"</script><img src=x onerror=alert(1)>\"",
    );
    fs::write(here.path().join("hostile.toml"), plan).unwrap();
    says(
        here.path(),
        &["run", "hostile.toml", "--quiet", "--report", "h.html"],
    );
    let hostile = page(here.path(), "h.html");
    assert!(hostile.contains("<h1>&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</h1>"));
    // The library has such words in its own strings.
    assert!(!without_library(&hostile).contains("<img"));
}

#[test]
fn a_page_needs_a_file_of_its_own() {
    let here = folder();
    refuses(
        here.path(),
        &["run", "mean-reversion", "--report", "-"],
        &["standard output has the table", "name a file"],
    );
    run(here.path(), &["--out", "r"]);
    refuses(
        here.path(),
        &["report", "r", "--out", "r/report.html"],
        &[
            "r/report.html lies in r, a folder of results",
            "beside the folder",
        ],
    );
}
