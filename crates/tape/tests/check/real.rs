//! The check on the real tape: what it finds of the defects that are known, and what else it says. Its rows may not be
//! committed; the dates and figures here are those published with it.

#![allow(clippy::print_stdout)] // the figures of docs/check.md

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tape::check::{CheckReport, Defect, Kind, Repair, Severity};

use crate::real_tape::*;
use crate::support::*;

/// Rows of a CSV file as cells, without its header.
fn rows(file: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

/// A symbol, a date and a field.
type Spot = (String, String, String);

fn spot(defect: &Defect) -> Spot {
    let field = defect.field.unwrap_or_default().to_owned();
    (defect.subject.name.clone(), defect.when.to_string(), field)
}

fn spots(rows: &[Vec<String>]) -> BTreeSet<Spot> {
    rows.iter()
        .map(|r| (r[0].clone(), r[1].clone(), r[2].clone()))
        .collect()
}

fn of(report: &CheckReport, name: &str, interval: &str) -> Vec<Defect> {
    let this = |d: &&Defect| {
        d.subject.name == name
            && d.subject.interval.map(|i| i.to_string()).as_deref() == Some(interval)
    };
    report.defects.iter().filter(this).cloned().collect()
}

#[test]
fn known_missing_and_short_sessions_are_found_and_hardly_others() {
    let Some(real) = real() else { return };
    let root = tape(&real);
    let report = check(root.path());
    let dates = |defects: &[Defect], kind: Kind| -> Vec<String> {
        let these = defects
            .iter()
            .filter(|d| d.kind == kind && d.severity < Severity::Note);
        these.map(|d| d.when.to_string()).collect()
    };
    // The tape's README: 2025-03-10 absent and three sessions short in IWM's five-minute bars.
    let iwm = of(&report, "IWM", "5m");
    assert_eq!(dates(&iwm, Kind::MissingSession), ["2025-03-10"]);
    assert_eq!(dates(&iwm, Kind::ShortSession).len(), 3);
    // SPY's first hour is missing on 55 days.
    let spy = of(&report, "SPY", "5m");
    assert_eq!(dates(&spy, Kind::MissingSession), Vec::<String>::new());
    let short = dates(&spy, Kind::ShortSession);
    assert_eq!(short.len(), 55);
    let first_hour = |d: &&Defect| d.evidence.contains("the first at 10:30");
    assert_eq!(spy.iter().filter(first_hour).count(), 55);
    println!("sessions: 1 of 1 missing, 58 of 58 short, none besides");
    // RVX lacks five sessions.
    let rvx = report.defects.iter().filter(|d| d.subject.name == "RVX");
    let gaps: Vec<String> = rvx
        .filter(|d| d.kind == Kind::SeriesGap)
        .map(|d| d.when.to_string())
        .collect();
    let known = [
        "2018-05-01",
        "2018-12-03",
        "2019-02-20",
        "2019-07-05",
        "2020-10-16",
    ];
    assert_eq!(gaps, known);
    // Daily bars: no session is missing, no bar breaks an invariant.
    let daily = |d: &&Defect| d.subject.interval == Some(market::Interval::Day);
    let errors = report
        .defects
        .iter()
        .filter(daily)
        .filter(|d| d.severity == Severity::Error);
    assert_eq!(errors.count(), 0);
    for symbol in ["IWM", "SPY", "QQQ", "KRE", "XBI", "HYG", "LQD"] {
        let wrong: Vec<Defect> = of(&report, symbol, "1d")
            .into_iter()
            .filter(|d| {
                matches!(
                    d.kind,
                    Kind::AdjustedPrices | Kind::MixedBasis | Kind::SplitJump | Kind::StaleRun
                )
            })
            .collect();
        assert_eq!(wrong, [], "{symbol}");
    }
    for kind in Kind::ALL {
        for severity in Severity::ALL {
            let these: Vec<&Defect> = report
                .defects
                .iter()
                .filter(|d| d.kind == kind && d.severity == severity)
                .collect();
            if !these.is_empty() {
                let items: BTreeSet<String> = these.iter().map(|d| d.subject.to_string()).collect();
                println!(
                    "{severity} {kind}: {} in {}",
                    these.len(),
                    items.into_iter().collect::<Vec<_>>().join(", ")
                );
            }
        }
    }
}

#[test]
fn known_prints_at_the_previous_close_are_found() {
    let Some(real) = real() else { return };
    let root = tape(&real);
    let report = check(root.path());
    let listed = rows(&real.join("daily/HL_SUSPECTS.csv"));
    let known = spots(&listed);
    assert_eq!(known.len(), 72);
    let extremes = |d: &&Defect| {
        matches!(d.kind, Kind::PreviousClosePrint | Kind::IntradayDisagrees)
            && matches!(d.field, Some("high" | "low"))
            && matches!(d.subject.name.as_str(), "IWM" | "SPY")
    };
    let found: Vec<&Defect> = report.defects.iter().filter(extremes).collect();
    let settled: BTreeSet<Spot> = found.iter().filter(|d| d.firm).map(|d| spot(d)).collect();
    let warned: BTreeSet<Spot> = found
        .iter()
        .filter(|d| d.severity == Severity::Warning)
        .map(|d| spot(d))
        .collect();
    let noted: BTreeSet<Spot> = found.iter().map(|d| spot(d)).collect();
    // Where whole sessions of five-minute bars are there to decide.
    let witnessed: BTreeSet<Spot> = known
        .iter()
        .filter(|s| {
            (s.0 == "IWM" && s.1.as_str() > "2020-07-27")
                || (s.0 == "SPY" && ("2018-01-02".."2020-12-31").contains(&s.1.as_str()))
        })
        .cloned()
        .collect();
    let short: BTreeSet<String> = of(&report, "SPY", "5m")
        .iter()
        .filter(|d| d.kind == Kind::ShortSession)
        .map(|d| d.when.to_string())
        .collect();
    let witnessed: BTreeSet<Spot> = witnessed
        .into_iter()
        .filter(|s| s.0 != "SPY" || !short.contains(&s.1))
        .collect();
    let hit = settled.intersection(&witnessed).count();
    println!(
        "with whole sessions of 5m bars: {hit} of {} known found, {} settled in all",
        witnessed.len(),
        settled.len()
    );
    for defect in found.iter().filter(|d| d.firm && !known.contains(&spot(d))) {
        println!(
            "  settled, not listed: {} {} {:?}: {}",
            defect.subject, defect.when, defect.field, defect.evidence
        );
    }
    for spot in witnessed.difference(&settled) {
        println!("  missed: {spot:?}");
    }
    // The values they suggest are those of the list.
    let mut off = 0;
    for defect in found.iter().filter(|d| d.firm) {
        let row = listed
            .iter()
            .find(|r| (r[0].clone(), r[1].clone(), r[2].clone()) == spot(defect));
        if let (Some(row), Repair::Value(value)) = (row, defect.repair) {
            let wanted: f64 = row[4].parse().unwrap();
            off += usize::from((value / wanted - 1.0).abs() > 0.001);
        }
    }
    println!("  suggested values more than 0.1 % from the list's: {off}");
    let unseen: BTreeSet<Spot> = known.difference(&witnessed).cloned().collect();
    let span = |s: &&Spot| s.1.as_str() >= "2018";
    let tell = |name: &str, all: &BTreeSet<Spot>| {
        let alone: BTreeSet<Spot> = all.difference(&settled).cloned().collect();
        println!(
            "{name}: {} of 72 known found; of {} without whole finer sessions {}; {} flagged since 2018, {} of them known",
            all.intersection(&known).count(),
            unseen.len(),
            alone.intersection(&unseen).count(),
            all.iter().filter(span).count(),
            all.iter()
                .filter(span)
                .filter(|s| known.contains(*s))
                .count(),
        );
    };
    tell("warnings", &warned);
    tell("warnings and notes", &noted);
    // What was reached when docs/check.md was written.
    assert_eq!((hit, witnessed.len()), (41, 41));
    assert!(settled.len() <= 66);
    assert!(warned.intersection(&known).count() >= 56);
    assert!(noted.intersection(&known).count() >= 67);
    assert!(warned.iter().filter(span).count() <= 97);
    assert!(noted.iter().filter(span).count() <= 192);
    assert_eq!(off, 0);
}

#[test]
fn known_wrong_opens_are_found_in_the_vendors_own_file() {
    let Some(real) = real() else { return };
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    import(root.path(), &[real.join("vendor/yahoo_IWM_1d.csv")]);
    import(other.path(), &[real.join("daily/IWM.csv")]);
    let repairs: Vec<Vec<String>> = rows(&real.join("daily/REPAIRS.csv"))
        .into_iter()
        .filter(|r| r[0] == "IWM")
        .collect();
    let known = spots(&repairs);
    assert_eq!(known.len(), 16);

    let report = check_against(root.path(), Some(other.path()));
    let differs: Vec<&Defect> = of_kind(&report, Kind::Differs);
    let found: BTreeSet<Spot> = differs.iter().map(|d| spot(d)).collect();
    let hit = found.intersection(&known).count();
    println!("--against: {hit} of 16 found, {} flagged", found.len());
    assert_eq!((hit, found.len()), (16, 16));
    // Each suggests the value that both other vendors have.
    for defect in differs {
        let row = repairs
            .iter()
            .find(|r| r[1] == defect.when.to_string() && Some(r[2].as_str()) == defect.field);
        let wanted: f64 = row.unwrap()[4].parse().unwrap();
        assert_eq!(defect.repair, Repair::Value(wanted), "{}", defect.when);
    }

    // By itself: the days whose open is the close before and the bar's extreme.
    let alone = check(root.path());
    let opens: BTreeSet<String> = of_kind(&alone, Kind::PreviousCloseOpen)
        .iter()
        .map(|d| d.when.to_string())
        .collect();
    let days: BTreeSet<String> = known.iter().map(|s| s.1.clone()).collect();
    let hit = opens.intersection(&days).count();
    println!(
        "by itself: {hit} of {} days found, {} flagged",
        days.len(),
        opens.len()
    );
    assert_eq!((hit, opens.len(), days.len()), (5, 5, 11));
}
