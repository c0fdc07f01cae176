//! Wrong opens and values of series that leap, on the real tape: all that is flagged, each looked at.

#![allow(clippy::print_stdout)] // the figures of docs/check.md

use std::collections::BTreeMap;

use tape::check::{Defect, Kind, Severity};

use crate::real_tape::*;
use crate::support::*;

fn spot(defect: &Defect) -> String {
    format!("{} {}", defect.subject, defect.when)
}

#[test]
fn wrong_opens_are_flagged_and_opens_of_crashes_are_not() {
    let Some(real) = real() else { return };
    let root = tape(&real);
    let report = check(root.path());
    let opens: Vec<&Defect> = of_kind(&report, Kind::Outlier)
        .into_iter()
        .filter(|d| d.field == Some("open"))
        .collect();
    for defect in &opens {
        println!("{}: {}", spot(defect), defect.evidence);
    }
    // All three print a round number as the open, and the bar's low or high, 2.8 to 6.3 % from both closes. The opens of
    // 2010-05-06, 2015-08-24 and of February and March 2020 are none of them.
    let found: Vec<String> = opens.iter().map(|d| spot(d)).collect();
    let expected = [
        "1d bars of HYG 2007-11-05",
        "1d bars of LQD 2006-07-03",
        "1d bars of LQD 2006-10-02",
    ];
    assert_eq!(found, expected);
}

#[test]
fn values_that_leap_are_flagged_and_volatility_is_not() {
    let Some(real) = real() else { return };
    let root = tempfile::tempdir().unwrap();
    import(
        root.path(),
        &[real.join("vol"), real.join("rates"), real.join("breadth")],
    );
    let report = check(root.path());
    let leaps: Vec<&Defect> = of_kind(&report, Kind::Outlier)
        .into_iter()
        .filter(|d| d.subject.sort == "series")
        .collect();
    for defect in &leaps {
        println!("{}: {:?}: {}", spot(defect), defect.found, defect.evidence);
    }
    // Of VVIX its first month (three values) and two days on which it halves and doubles within two sessions; of the market
    // breadth days on which a vendor counted a handful of stocks, or of shares. No day of 2018-02, 2020-03 or 2024-08.
    let found: Vec<String> = leaps.iter().map(|d| spot(d)).collect();
    let expected = [
        "series VVIX 2006-03-15",
        "series VVIX 2006-03-16",
        "series VVIX 2006-03-17",
        "series VVIX 2006-08-16",
        "series VVIX 2006-11-13",
        "series nasdaq_advancing 2019-03-14",
        "series nasdaq_advancing_volume 2011-03-10",
        "series nasdaq_advancing_volume 2019-03-14",
        "series nasdaq_declining 2019-03-14",
        "series nasdaq_declining_volume 2011-03-10",
        "series nyse_advancing 2019-03-14",
        "series nyse_advancing_volume 2019-03-14",
    ];
    assert_eq!(found, expected);
}

#[test]
fn volumes_that_stand_out_are_few() {
    let Some(real) = real() else { return };
    let root = tape(&real);
    let report = check(root.path());
    let all = of_kind(&report, Kind::WildVolume);
    let (warned, noted): (Vec<&Defect>, Vec<&Defect>) = all
        .into_iter()
        .partition(|d| d.severity == Severity::Warning);
    for defect in &warned {
        println!("{}: {}", spot(defect), defect.evidence);
    }
    println!("and {} notes", noted.len());
    // A hundredth of the usual, on days on which nothing else traded so little: IWM's daily bars.
    let iwm = warned.iter().filter(|d| d.evidence.starts_with("0.00"));
    let iwm: Vec<String> = iwm.map(|d| spot(d)).collect();
    let expected = [
        "1d bars of IWM 2008-03-25",
        "1d bars of IWM 2008-03-28",
        "1d bars of IWM 2008-04-04",
        "1d bars of IWM 2008-04-22",
        "1d bars of IWM 2008-04-24",
        "1d bars of IWM 2008-07-03",
        "1d bars of IWM 2019-07-30",
    ];
    assert_eq!(iwm, expected);
    assert!(warned.len() <= 31 && noted.len() <= 24);
}

#[test]
fn quotes_events_and_closes_are_judged_and_hardly_blamed() {
    let Some(real) = real() else { return };
    let root = tempfile::tempdir().unwrap();
    import(
        root.path(),
        &[
            real.join("breadth"),
            real.join("calendar"),
            real.join("options"),
        ],
    );
    let report = check(root.path());
    let keyed = |sort: &str| ["constituents", "members", "quotes", "events"].contains(&sort);
    for item in report.items.iter().filter(|i| keyed(i.subject.sort)) {
        println!("{}: {} rows", item.subject, item.rows);
    }
    let mut counts: BTreeMap<(&str, Kind), usize> = BTreeMap::new();
    for defect in report.defects.iter().filter(|d| keyed(d.subject.sort)) {
        println!("{} {}: {}", defect.kind, spot(defect), defect.evidence);
        *counts
            .entry((defect.subject.sort, defect.kind))
            .or_default() += 1;
    }
    // Of 2.8 million closes five that double or halve for a day; of 27,500 quotes two that are crossed by a few cents; of 620
    // events five on days without a session, which is when they were.
    let expected = [
        (("constituents", Kind::Outlier), 5),
        (("events", Kind::ClosedDay), 5),
        (("quotes", Kind::CrossedQuote), 2),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn five_minutes_of_one_venue_are_those_of_another_vendors_single_minutes() {
    let Some(real) = real() else { return };
    let root = tempfile::tempdir().unwrap();
    import(root.path(), &[real.join("daily"), real.join("intraday")]);
    let report = check(root.path());
    let apart: Vec<&Defect> = of_kind(&report, Kind::IntradayDisagrees)
        .into_iter()
        .filter(|d| d.subject.interval != Some(market::Interval::Day))
        .collect();
    for defect in &apart {
        println!("{} {:?}: {}", spot(defect), defect.field, defect.evidence);
    }
    // None of the sessions both have: two sources of one price, one of them a single venue.
    println!(
        "{} five-minute bars apart from the single minutes",
        apart.len()
    );
    assert!(apart.is_empty());
}
