//! Real chains, where the tape is at hand: what is read out of them, and what is fitted to them.

// A test that is skipped says so, and one that fits says how well.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;

use market::{Date, Quote, Right, Time};
use options::quotes::{Fitted, Snapshot, WidthFit, WidthSample};
use options::{Contract, NoQuote};

/// The folder of option files, or a word on why there is none.
fn folder() -> Option<PathBuf> {
    let tape = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = tape.unwrap_or(beside).join("options");
    if !folder.is_dir() {
        println!("skipped: no real tape (set STORMPROOF_REAL_TAPE, or lay it at ../shared/tape)");
        return None;
    }
    Some(folder)
}

const FILES: [&str; 3] = [
    "SPY_chain_2026-02-11_1620Z.csv",
    "SPY_chain_2026-02-12_1510Z.csv",
    "SPY_chain_2026-02-13_1551Z.csv",
];

/// `DGS3MO` of those days, continuous.
const RATE: f64 = 0.0365;

/// The rows of one file: instant, underlying, two spots (quoted, by parity), expiration, type, strike, bid, ask, ….
fn rows(file: &str) -> Option<Vec<Quote>> {
    let text = std::fs::read_to_string(folder()?.join(file)).unwrap();
    let quote = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let at = cells[0].trim_end_matches('Z');
        let utc = chrono::NaiveDateTime::parse_from_str(at, "%Y-%m-%dT%H:%M:%S").unwrap();
        let right = if cells[5] == "call" {
            Right::Call
        } else {
            Right::Put
        };
        let expiry: Date = cells[4].parse().unwrap();
        let time = Time(utc.and_utc().timestamp_micros());
        Quote {
            bid: cells[7].parse().ok(),
            ask: cells[8].parse().ok(),
            spot_parity: cells[3].parse().ok(),
            ..Quote::blank(time, expiry, cells[6].parse().unwrap(), right)
        }
    };
    Some(text.lines().skip(1).map(quote).collect())
}

fn snapshots() -> Option<Vec<Snapshot>> {
    let files = FILES.map(|file| {
        let rows = rows(file)?;
        Some(Snapshot::new(rows[0].time, rows, Some(RATE), &[], None))
    });
    files.into_iter().collect()
}

#[test]
fn every_row_of_the_real_chains_is_used_or_counted() {
    for file in FILES {
        let Some(rows) = rows(file) else { return };
        let count = rows.len();
        let tally = Snapshot::new(rows[0].time, rows, Some(RATE), &[], None).tally();
        println!("{file}: {tally:?}");
        assert_eq!(tally.quotes + tally.unusable(), count);
        assert!(tally.unusable() * 100 < count, "{tally:?}");
    }
}

#[test]
fn the_underlying_is_where_parity_puts_it() {
    for file in FILES {
        let Some(rows) = rows(file) else { return };
        let parity = rows[0].spot_parity.unwrap();
        let snapshot = Snapshot::new(rows[0].time, rows, Some(RATE), &[], None);
        let spot = snapshot.spot().unwrap();
        println!("{file}: {spot:.3}, {parity:.3} in the file");
        // Without the dividend of March in the record, expiries after it read low by it (1.8 of 690): the median is before it.
        assert!((spot / parity - 1.0).abs() < 5e-4, "{spot} {parity}");
    }
}

#[test]
fn nearly_every_option_out_of_the_money_has_a_volatility() {
    let Some(snapshots) = snapshots() else { return };
    for snapshot in snapshots {
        let (mut with, mut without) = (0, 0);
        let spot = snapshot.spot().unwrap();
        let expiries: Vec<Date> = snapshot.expiries().collect();
        for expiry in expiries {
            for strike in snapshot.strikes(expiry) {
                let right = if strike < spot {
                    Right::Put
                } else {
                    Right::Call
                };
                match snapshot.quote(&Contract {
                    expiry,
                    strike,
                    right,
                }) {
                    Ok(quote) if quote.volatility.is_some() => with += 1,
                    Ok(_) => without += 1,
                    Err(why) => assert!(
                        matches!(
                            why,
                            NoQuote::NotListed | NoQuote::OneSided | NoQuote::Crossed
                        ),
                        "{why:?}"
                    ),
                }
            }
        }
        println!(
            "{}: {with} with a volatility, {without} without",
            snapshot.time()
        );
        assert!(with > 3000 && without * 100 < with);
    }
}

#[test]
fn the_law_fits_the_real_widths() {
    let Some(snapshots) = snapshots() else { return };
    let samples: Vec<WidthSample> = snapshots.iter().flat_map(Snapshot::width_samples).collect();
    let fit = WidthFit::new(&samples).unwrap();
    println!(
        "{:?}\n{} quotes, mean error {:.3}",
        fit.fitted, fit.count, fit.error
    );
    for bucket in &fit.buckets {
        let ((from, to), (first, last)) = (bucket.delta, bucket.days);
        println!(
            "{first:>4}-{last:<4} {from:.2}-{to:.2} {:>5} {:>7.3} {:>7.3} {:>6.2}",
            bucket.count, bucket.quoted_usd, bucket.law_usd, bucket.error
        );
    }
    assert!(fit.count > 15_000);
    assert!(fit.error < 0.35, "{}", fit.error);
    // What ships is this, to three figures.
    let (found, ships) = (fit.fitted, Fitted::SPY_2026);
    for (found, ships) in [
        (found.floor, ships.floor),
        (found.share, ships.share),
        (found.inside, ships.inside),
        (found.deep, ships.deep),
        (found.onset, ships.onset),
    ] {
        assert!((found / ships - 1.0).abs() < 0.005, "{found} {ships}");
    }
}

#[test]
fn a_day_left_out_is_quoted_as_the_other_two_say() {
    let Some(snapshots) = snapshots() else { return };
    let days: Vec<Vec<WidthSample>> = snapshots.iter().map(Snapshot::width_samples).collect();
    for left_out in 0..3 {
        let others = (0..3).filter(|day| *day != left_out);
        let others: Vec<WidthSample> = others.flat_map(|day| days[day].clone()).collect();
        let fit = WidthFit::new(&others).unwrap();
        let error = fit.fitted.mean_error(&days[left_out]).unwrap();
        println!(
            "day {left_out} left out: {error:.3}, {:.3} on the others",
            fit.error
        );
        assert!(error < 0.45, "{error}");
    }
}
