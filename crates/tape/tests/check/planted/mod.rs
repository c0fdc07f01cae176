//! Defects of every kind, planted at hundreds of random places in clean bars: how many are found, and what else.

#![allow(clippy::print_stdout)] // the table is what this test is for

mod dated;
mod invariants;
mod keyed;
mod sources;
mod suspects;

use std::collections::BTreeSet;

use market::Time;
use tape::check::{CheckReport, Kind, Severity};

use crate::support::*;

/// What was planted: the kind to be found, and where.
pub(crate) type Place = (Kind, String);

/// One kind's outcome over all its tapes.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) planted: usize,
    pub(crate) found: usize,
    /// Defects of the kind where none was planted.
    pub(crate) wrong: usize,
    /// Defects of other kinds that no place explains, warnings and worse.
    pub(crate) beside: usize,
}

impl Score {
    pub(crate) fn recall(&self) -> f64 {
        self.found as f64 / self.planted as f64
    }

    pub(crate) fn precision(&self) -> f64 {
        self.found as f64 / (self.found + self.wrong).max(1) as f64
    }

    pub(crate) fn count(&mut self, kind: Kind, places: &[Place], report: &CheckReport) {
        // Volumes of the simulated five-minute bars leap by habit.
        let least = match kind {
            Kind::WildVolume => Severity::Note,
            _ => Severity::Warning.max(kind.severity()),
        };
        self.count_to(least, kind, places, report);
    }

    /// Counts findings of the kind down to a severity.
    pub(crate) fn count_to(
        &mut self,
        least: Severity,
        kind: Kind,
        places: &[Place],
        report: &CheckReport,
    ) {
        let planted: BTreeSet<String> = places.iter().map(|p| p.1.clone()).collect();
        let found: BTreeSet<String> = report
            .defects
            .iter()
            .filter(|d| d.kind == kind && d.severity <= least)
            .map(|d| d.when.to_string())
            .collect();
        self.planted += planted.len();
        self.found += planted.intersection(&found).count();
        self.wrong += found.difference(&planted).count();
        self.beside += report
            .defects
            .iter()
            .filter(|d| d.kind != kind && d.severity <= Severity::Warning)
            .filter(|d| !planted.contains(&d.when.to_string()))
            .count();
    }
}

/// Rows far enough from each other that one defect is not the other's surroundings.
pub(crate) fn places(dice: &mut Dice, rows: usize, apart: usize, count: usize) -> Vec<usize> {
    let mut slots: Vec<usize> = (4..rows / apart - 2).collect();
    for at in (1..slots.len()).rev() {
        slots.swap(at, dice.below(at + 1));
    }
    let mut chosen: Vec<usize> = slots
        .into_iter()
        .take(count)
        .map(|slot| slot * apart + dice.below(apart / 2))
        .collect();
    chosen.sort_unstable();
    chosen
}

pub(crate) fn daily_place(row: &Row) -> String {
    Time(row.0).exchange_date().unwrap().to_string()
}

pub(crate) fn fine_place(row: &Row) -> String {
    Time(row.0).to_string()
}

pub(crate) fn temp() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs `plant` on the clean rows of several markets and scores what a check finds.
pub(crate) fn fine(kind: Kind, plant: &dyn Fn(&mut Dice, &mut Vec<Row>) -> Vec<String>) -> Score {
    let mut score = Score::default();
    for seed in 1..=4 {
        let (mut rows, _) = market(seed, 130);
        let mut dice = Dice(seed * 7919);
        let planted: Vec<Place> = plant(&mut dice, &mut rows)
            .into_iter()
            .map(|at| (kind, at))
            .collect();
        let root = temp();
        write(root.path(), "TST", "5m", &rows);
        score.count(kind, &planted, &check(root.path()));
    }
    score
}

/// The same on the daily bars of the simulated market that ships, three symbols of two seeds.
pub(crate) fn daily(kind: Kind, plant: &dyn Fn(&mut Dice, &mut Vec<Row>) -> Vec<String>) -> Score {
    daily_of(11..=12, kind, plant)
}

pub(crate) fn daily_of(
    seeds: std::ops::RangeInclusive<u64>,
    kind: Kind,
    plant: &dyn Fn(&mut Dice, &mut Vec<Row>) -> Vec<String>,
) -> Score {
    let mut score = Score::default();
    for seed in seeds {
        for (symbol, _, raw) in tape::synth::synthesise(seed).bars {
            let mut rows: Vec<Row> = (0..raw.start.len())
                .map(|i| {
                    let values = [
                        raw.open[i],
                        raw.high[i],
                        raw.low[i],
                        raw.close[i],
                        raw.volume[i],
                    ];
                    (raw.start[i].micros(), values)
                })
                .collect();
            let mut dice = Dice(seed * 104_729 + raw.start.len() as u64 + symbol.len() as u64);
            let planted: Vec<Place> = plant(&mut dice, &mut rows)
                .into_iter()
                .map(|at| (kind, at))
                .collect();
            let root = temp();
            write(root.path(), &symbol, "1d", &rows);
            score.count(kind, &planted, &check(root.path()));
        }
    }
    score
}

/// Changes the bars at random rows; each place is its bar's.
pub(crate) fn at_rows(
    apart: usize,
    count: usize,
    name: &'static dyn Fn(&Row) -> String,
    change: &'static dyn Fn(&mut Dice, &mut Vec<Row>, usize),
) -> impl Fn(&mut Dice, &mut Vec<Row>) -> Vec<String> {
    move |dice, rows| {
        let mut found = Vec::new();
        // From behind, so that what is inserted or removed does not shift the places in front.
        for at in places(dice, rows.len(), apart, count).into_iter().rev() {
            found.push(name(&rows[at]));
            change(dice, rows, at);
        }
        found
    }
}

pub(crate) fn line(name: &str, score: &Score, recall: f64, precision: f64) {
    println!(
        "| {name} | {} | {:.3} | {:.3} | {} |",
        score.planted,
        score.recall(),
        score.precision(),
        score.beside
    );
    assert!(
        score.planted >= 200,
        "{name}: only {} planted",
        score.planted
    );
    assert!(
        score.recall() >= recall,
        "{name}: recall {}",
        score.recall()
    );
    assert!(
        score.precision() >= precision,
        "{name}: precision {}",
        score.precision()
    );
}

pub(crate) fn chrono_monday() -> chrono::Weekday {
    chrono::Weekday::Mon
}

pub(crate) fn chrono_days(days: u64) -> chrono::Days {
    chrono::Days::new(days)
}
