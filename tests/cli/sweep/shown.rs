//! Results looked at again.

use super::{SMALL, with};
use crate::support::*;

#[test]
fn results_are_ranked_anew_and_drawn() {
    let here = folder();
    says(here.path(), &SMALL);
    let show = |more: &[&str]| says(here.path(), &[&["sweep", "show", "s/done"], more].concat());
    let text = show(&[
        "--objective=profit_factor",
        "--require=trades >= 5",
        "--top=2",
    ]);
    assert!(text.contains("ranked by profit_factor"), "{text}");
    assert!(text.contains("met trades >= 5"), "{text}");
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("  1  ") || line.starts_with("  2  "))
            .count(),
        2
    );
    assert_eq!(
        show(&["--top=2"]),
        says(
            here.path(),
            &["sweep", "show", "s/done/results.parquet", "--top=2"]
        )
    );
    let map = show(&["--heatmap=entry.declines,exit.target_atr"]);
    // Three rows of five targets, each with its shade.
    let rows: Vec<&str> = map
        .lines()
        .filter(|line| line.starts_with(['2', '3', '4']))
        .collect();
    assert_eq!(rows.len(), 3, "{map}");
    assert!(
        rows.iter()
            .all(|row| row.matches(['░', '▒', '▓', '█']).count() == 5),
        "{map}"
    );
    assert!(map.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn what_cannot_be_shown_is_said() {
    let here = folder();
    says(here.path(), &SMALL);
    says(
        here.path(),
        &["run", "mean-reversion", "--out", "run", "--quiet"],
    );
    let cases: [(&[&str], &[&str]); 8] = [
        (
            &["s/done", "--objective=sharp"],
            &["no such figure", "did you mean `sharpe`"],
        ),
        (
            &["s/done", "--objective=trades"],
            &["neither better nor worse"],
        ),
        (&["s/done", "--require=trades > "], &["--require"]),
        (
            &["s/done", "--require=trade > 3"],
            &["did you mean `trades`"],
        ),
        (
            &["s/done", "--heatmap=entry.declines"],
            &["expected two parameters"],
        ),
        (
            &["s/done", "--heatmap=entry.declines,exit.stop_atr"],
            &["was not varied"],
        ),
        (&["run/trades.parquet"], &["holds no results of a sweep"]),
        (&["nothing"], &["nothing"]),
    ];
    for (args, words) in cases {
        refuses(here.path(), &[&["sweep", "show"], args].concat(), words);
    }
    let none = says(
        here.path(),
        &["sweep", "show", "s/done", "--require=trades > 1000000"],
    );
    assert!(
        none.contains("no combination met what was required"),
        "{none}"
    );
    // Another plan's results are not mistaken for these.
    let message = refuses(
        here.path(),
        &with(&SMALL, &["--vary=entry.declines=2..3"]),
        &["of another sweep"],
    );
    assert!(message.contains("entry.declines=2..4"), "{message}");
    refuses(
        here.path(),
        &with(&SMALL, &["--tape=elsewhere"]),
        &["elsewhere"],
    );
    let tape = synth(here.path());
    assert!(tape.exists());
    says(
        here.path(),
        &["tape", "synth", "--seed", "7", "--tape", "seven"],
    );
    refuses(
        here.path(),
        &with(&SMALL, &["--tape=seven"]),
        &["of another sweep", "the tape's data"],
    );
    refuses(
        here.path(),
        &with(&SMALL, &["--set=costs.slippage_bps=3"]),
        &["of another sweep", "other setting"],
    );
    refuses(
        here.path(),
        &with(&SMALL, &["--out=run"]),
        &["run holds", "expected a new folder"],
    );
}

/// Results that somebody changed: rows taken out, a manifest that cannot be.
#[test]
fn results_that_were_tampered_with_are_refused() {
    let here = folder();
    says(here.path(), &SMALL);
    let path = here.path().join("s/done/results.parquet");
    let reader = table::Reader::open(&path).unwrap();
    let manifest = reader.fact("sweep").unwrap().to_owned();
    let write = |manifest: &str, combinations: std::ops::Range<i64>| {
        let figures = lab::sweep::FIGURES.iter();
        let rows = combinations.clone().count();
        let shape = table::Table::new()
            .column(
                "combination",
                table::Column::integer(combinations.collect::<Vec<i64>>()),
            )
            .column("window", table::Column::text(vec!["history"; rows]));
        let table = figures.fold(shape, |table, figure| {
            table.column(figure.name, table::Column::number_or_nan(vec![0.0; rows]))
        });
        let name = here.path().join("changed.parquet");
        let table = table
            .fact("sweep", manifest)
            .fact("refused", "15")
            .fact("ruled_out", "0");
        table
            .write_atomic(&name, &table::Options::default())
            .unwrap();
    };
    let show = ["sweep", "show", "changed.parquet", "--objective=net_return"];
    write(&manifest, 0..15);
    says(here.path(), &show);
    write(&manifest, 0..14);
    refuses(here.path(), &show, &["it has 14 rows, its sweep made 15"]);
    let replaced = |from: &str, to: &str| {
        assert!(manifest.contains(from), "{from} in {manifest}");
        manifest.replace(from, to)
    };
    for (from, to) in [
        ("\"searched\":1", "\"searched\":0"),
        ("\"searched\":1", "\"searched\":99"),
        ("\"block\":8192", "\"block\":0"),
        (
            "\"combinations\":30",
            "\"combinations\":18446744073709551615",
        ),
        ("\"schema\":1", "\"schema\":2"),
    ] {
        write(&replaced(from, to), 0..15);
        refuses(here.path(), &show, &["holds no results of a sweep"]);
    }
}
