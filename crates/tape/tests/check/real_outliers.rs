//! Wrong opens and values of series that leap, on the real tape: all that is flagged, each looked at.

#![allow(clippy::print_stdout)] // the figures of docs/check.md

use tape::check::{Defect, Kind};

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
    let leaps: Vec<&Defect> = of_kind(&report, Kind::Outlier);
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
