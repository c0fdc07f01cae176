//! Tapes that lack what a plan with options needs.

use lab::{Error, Regime, load};
use tape::Contents;

use crate::made::{CONDOR, contents, date, plan, regimes, sets, tape_of};

fn refusal(contents: &Contents, overrides: &[&str], regimes: &[Regime]) -> String {
    let (_folder, tape) = tape_of(contents);
    let error: Error = load(&plan(CONDOR, &sets(overrides)), regimes, &tape, 1).unwrap_err();
    error.to_string()
}

#[test]
fn an_index_that_is_absent_is_named() {
    for name in ["RVX", "VIX", "VIX9D", "VIX3M", "DGS3MO"] {
        let mut without = contents(1);
        without.series.retain(|series| series.name != name);
        let said = refusal(&without, &[], &regimes());
        assert!(said.contains(&format!("no series {name}: ")), "{said}");
    }
    let mut bare = contents(1);
    bare.series.retain(|series| series.name == "RVX");
    let said = refusal(&bare, &[], &regimes());
    assert!(
        said.contains("no series VIX, VIX9D, VIX3M, DGS3MO: "),
        "{said}"
    );
    // Flat in tenor it needs a rate alone.
    let flat = ["options.term=false", "entry.iv_tenor_days=30"];
    let said = refusal(&bare, &flat, &regimes());
    assert!(said.contains("no series DGS3MO: "), "{said}");
}

#[test]
fn a_series_too_short_for_its_rank_is_counted() {
    let window = [Regime::named(
        "early",
        date("2017-06-30"),
        date("2017-12-29"),
    )];
    // From 2016-07-01 to 2017-06-30, both included, are 252 sessions: one too few for 253.
    let said = refusal(&contents(1), &["entry.rank_sessions=253"], &window);
    let counts = "needs 253 published closes of RVX at 10 days by 2017-06-30; the tape has 252 (1 missing: its record begins on 2016-07-01)";
    assert!(said.contains(counts), "{said}");
    let (_folder, tape) = tape_of(&contents(1));
    // A checkup says beforehand what is needed, and of a tape that is too short what is missing.
    let checked =
        |sets_of: &[&str]| lab::check(&plan(CONDOR, &sets(sets_of)), &window, &tape).unwrap();
    let checkup = checked(&[]);
    let needs: Vec<(&str, usize, usize)> = checkup
        .warm_up
        .iter()
        .map(|need| (need.what.as_str(), need.bars, need.published_closes))
        .collect();
    let hand = [
        ("ATR of 14 sessions", 14, 0),
        ("IV rank of RVX at 10 days", 0, 252),
        ("all", 14, 252),
    ];
    assert_eq!(needs, hand);
    assert_eq!(checkup.obstacle, None);
    let checkup = checked(&["entry.rank_sessions=300"]);
    assert_eq!(checkup.warm_up.last().unwrap().published_closes, 300);
    let obstacle = checkup.obstacle.unwrap().message;
    assert!(
        obstacle.contains("the tape has 252 (48 missing"),
        "{obstacle}"
    );
    assert!(load(&plan(CONDOR, &[]), &window, &tape, 1).is_ok());
}

#[test]
fn a_ratio_that_begins_late_shortens_the_rank() {
    let mut late = contents(1);
    for series in late
        .series
        .iter_mut()
        .filter(|series| series.name == "VIX9D")
    {
        let from = series.date.partition_point(|day| *day < date("2018-06-01"));
        series.date.drain(..from);
        series.value.drain(..from);
    }
    let said = refusal(&late, &[], &regimes());
    // June 21, July 21, August 23, September 19, and the first of October: 85.
    assert!(said.contains("the tape has 85"), "{said}");
    // The index's own rank needs no ratio.
    let (_folder, tape) = tape_of(&late);
    let own = plan(CONDOR, &sets(&["entry.iv_tenor_days=30"]));
    assert!(load(&own, &regimes(), &tape, 1).is_ok());
}
