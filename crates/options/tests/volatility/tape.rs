//! Reading the real tape's files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use market::{Date, Quote, Right, Time};

/// A file of the real tape as text, or `None` with a printed word.
pub(crate) fn file(name: &str) -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(beside, PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE to one that has {name})");
        return None;
    }
    Some(std::fs::read_to_string(path).expect("the tape is readable"))
}

/// Rows as fields, by the names of their columns.
pub(crate) fn rows<'t, const N: usize>(
    csv: &'t str,
    names: [&str; N],
) -> impl Iterator<Item = [&'t str; N]> {
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at = names.map(|name| {
        let found = header.iter().position(|field| *field == name);
        found.unwrap_or_else(|| panic!("a column {name}"))
    });
    lines.map(move |line| {
        let fields: Vec<&str> = line.split(',').collect();
        at.map(|i| fields[i])
    })
}

/// A date of a file.
pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The SPY snapshots.
pub(crate) const SNAPSHOTS: [&str; 3] = [
    "options/SPY_chain_2026-02-11_1620Z.csv",
    "options/SPY_chain_2026-02-12_1510Z.csv",
    "options/SPY_chain_2026-02-13_1551Z.csv",
];

/// The quotes of a SPY snapshot.
pub(crate) fn snapshot(name: &str) -> Option<Vec<Quote>> {
    let csv = file(name)?;
    let columns = ["snapshot_utc", "expiration", "type", "strike", "bid", "ask"];
    let quotes = rows(&csv, columns).map(|[time, expiration, right, strike, bid, ask]| {
        let (day, clock) = time.trim_end_matches('Z').split_once('T').expect("a time");
        let midnight = date(day).and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        let seconds: i64 = clock.split(':').fold(0, |sum, part| {
            sum * 60 + part.parse::<i64>().expect("digits")
        });
        let right = if right == "call" {
            Right::Call
        } else {
            Right::Put
        };
        let time = Time((midnight.timestamp() + seconds) * 1_000_000);
        Quote {
            bid: bid.parse().ok(),
            ask: ask.parse().ok(),
            ..Quote::blank(
                time,
                date(expiration),
                strike.parse().expect("a strike"),
                right,
            )
        }
    });
    Some(quotes.collect())
}

/// The closes of a volatility index, points, by date.
pub(crate) fn closes(index: &str) -> Option<BTreeMap<Date, f64>> {
    let csv = file(&format!("vol/{index}.csv"))?;
    let closes = rows(&csv, ["date", "close"]);
    Some(
        closes
            .map(|[on, close]| (date(on), close.parse().expect("a close")))
            .collect(),
    )
}
