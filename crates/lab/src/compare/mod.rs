//! Two runs side by side: which trades are in one and not in the other and why, and what of their figures' difference may be chance.
//!
//! Everything is read from [`Record`]s: runs just made and results kept compare alike. Regimes are compared where both runs have them
//! over the same dates. `A` comes first everywhere; a difference is `B − A`.

mod differing;
mod figures;
mod pairs;
mod why;

use market::Date;
use serde::Serialize;

pub use differing::{Changed, differing};
pub use figures::{FigureDifference, Span};
pub use pairs::{Bridge, OneSided, Pair, Pairing};
pub use why::Why;

use crate::error::Error;
use crate::record::{Document, Record};
use crate::verdict::{Standing, Verdict};

/// How differences are drawn again.
#[derive(Clone, Copy, Debug)]
pub struct CompareOptions {
    /// Draws; at least [`LEAST_RESAMPLES`](Self::LEAST_RESAMPLES).
    pub resamples: u64,
    /// Seed of all draws.
    pub seed: u64,
}

impl CompareOptions {
    /// Fewer leave the ends of a 95 % interval to a handful of draws.
    pub const LEAST_RESAMPLES: u64 = 200;
    /// More add no digit that is printed.
    pub const MOST_RESAMPLES: u64 = 1_000_000;
}

/// Two runs side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The first.
    pub a: Side,
    /// The second.
    pub b: Side,
    /// The keys of their plans that differ.
    pub plan: Vec<Changed>,
    /// Regimes that both have over the same dates.
    pub regimes: Vec<RegimeComparison>,
    /// All of these, as one course; `None` of one regime alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<Span>,
    /// How many draws each interval rests on.
    pub resamples: u64,
    /// Their seed.
    pub seed: u64,
    /// What the comparison should be read with.
    pub warnings: Vec<String>,
}

/// What is known of one of the two.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// Its plan.
    pub plan: String,
    /// The version that ran it.
    pub stormproof: String,
    /// Its tape.
    pub tape: crate::run::TapeFacts,
    /// Its verdict.
    pub verdict: Verdict,
}

/// A regime of both.
#[derive(Clone, Debug, Serialize)]
pub struct RegimeComparison {
    /// Its name.
    pub name: String,
    /// First date.
    pub from: Date,
    /// Last date.
    pub to: Date,
    /// Whether A held.
    pub standing_a: Standing,
    /// Whether B held.
    pub standing_b: Standing,
    /// Figures, and what of their difference may be chance.
    #[serde(flatten)]
    pub span: Span,
    /// Trades, one by one.
    #[serde(flatten)]
    pub pairing: Pairing,
}

impl Comparison {
    /// True if nothing tells the two apart: the same trades in every regime.
    pub fn same_trades(&self) -> bool {
        self.regimes.iter().all(|regime| regime.pairing.is_same())
    }
}

/// Puts two runs side by side.
///
/// # Errors
/// [`Error::Fit`] if they trade different instruments, have no regime in common, or the options are out of range.
pub fn compare(a: &Record, b: &Record, options: CompareOptions) -> Result<Comparison, Error> {
    check(options)?;
    one_instrument(&a.document, &b.document)?;
    let common = common(a, b);
    if common.is_empty() {
        return Err(no_common_regime(&a.document, &b.document));
    }
    let courses: Vec<figures::Course> = common
        .iter()
        .map(|&(m, n)| {
            let start =
                |record: &Record, n: usize| record.document.regimes[n].figures.start_equity_usd;
            figures::Course::of([start(a, m), start(b, n)], &a.regimes[m], &b.regimes[n])
        })
        .collect();
    let regimes = common.iter().zip(&courses).map(|(&(m, n), course)| {
        let (said_a, said_b) = (&a.document.regimes[m], &b.document.regimes[n]);
        RegimeComparison {
            name: said_a.name.clone(),
            from: said_a.from,
            to: said_a.to,
            standing_a: said_a.standing,
            standing_b: said_b.standing,
            span: course.span(options),
            pairing: pairs::pair(pairs::Half::of(a, m), pairs::Half::of(b, n)),
        }
    });
    Ok(Comparison {
        a: Side::of(&a.document),
        b: Side::of(&b.document),
        plan: differing(&a.document.scenario, &b.document.scenario),
        regimes: regimes.collect(),
        together: (courses.len() > 1).then(|| figures::Course::joined(&courses).span(options)),
        resamples: options.resamples,
        seed: options.seed,
        warnings: warnings(a, b, &common),
    })
}

impl Side {
    fn of(document: &Document) -> Self {
        Self {
            plan: document.plan.clone(),
            stormproof: document.stormproof.clone(),
            tape: document.tape.clone(),
            verdict: document.verdict.verdict,
        }
    }
}

fn check(options: CompareOptions) -> Result<(), Error> {
    let range = CompareOptions::LEAST_RESAMPLES..=CompareOptions::MOST_RESAMPLES;
    if range.contains(&options.resamples) {
        return Ok(());
    }
    Err(Error::Fit {
        message: format!(
            "{} resamples; expected {} to {}",
            options.resamples,
            range.start(),
            range.end()
        ),
        help: "a 95 % interval needs some thousands: --resamples 2000".to_owned(),
    })
}

fn symbol(document: &Document) -> &str {
    let instrument = &document.scenario["instrument"]["symbol"];
    instrument.as_str().unwrap_or("another instrument")
}

fn one_instrument(a: &Document, b: &Document) -> Result<(), Error> {
    if symbol(a) == symbol(b) {
        return Ok(());
    }
    Err(Error::Fit {
        message: format!(
            "A trades {} and B {}; expected one instrument",
            symbol(a),
            symbol(b)
        ),
        help: "trades of two instruments have no pairs; look at both with `stormproof report A B`"
            .to_owned(),
    })
}

/// The places of regimes that both have, by name and dates.
fn common(a: &Record, b: &Record) -> Vec<(usize, usize)> {
    let same = |m: usize| {
        let one = &a.document.regimes[m];
        let found =
            b.document.regimes.iter().position(|other| {
                (&one.name, one.from, one.to) == (&other.name, other.from, other.to)
            });
        // Of history the stretches depend on the plan's regimes; the sessions tell whether they are the same.
        let found = found.filter(|&n| dates(a, m).eq(dates(b, n)));
        found.map(|n| (m, n))
    };
    (0..a.regimes.len()).filter_map(same).collect()
}

fn dates(record: &Record, regime: usize) -> impl Iterator<Item = Date> {
    record.regimes[regime].equity.iter().map(|point| point.date)
}

fn no_common_regime(a: &Document, b: &Document) -> Error {
    let list = |document: &Document| {
        let windows = document.regimes.iter();
        let words = windows.map(|r| format!("{} ({} to {})", r.name, r.from, r.to));
        words.collect::<Vec<_>>().join(", ")
    };
    Error::Fit {
        message: format!(
            "the two have no regime over the same sessions: A has {}; B has {}",
            list(a),
            list(b)
        ),
        help: "run both in the same windows: --regimes, or --from and --to".to_owned(),
    }
}

fn warnings(a: &Record, b: &Record, common: &[(usize, usize)]) -> Vec<String> {
    let mut warnings = Vec::new();
    let left_out =
        |document: &Document, places: Vec<usize>, which: &str, warnings: &mut Vec<String>| {
            for (n, regime) in document.regimes.iter().enumerate() {
                if !places.contains(&n) {
                    warnings.push(format!(
                        "{} ({} to {}) is in {which} alone, or over other sessions: left out",
                        regime.name, regime.from, regime.to
                    ));
                }
            }
        };
    left_out(
        &a.document,
        common.iter().map(|c| c.0).collect(),
        "A",
        &mut warnings,
    );
    left_out(
        &b.document,
        common.iter().map(|c| c.1).collect(),
        "B",
        &mut warnings,
    );
    let (one, other) = (&a.document, &b.document);
    if one.tape.fingerprint != other.tape.fingerprint {
        warnings.push(
            "the two were run on different data (a longer tape, revised prices, or columns that only one plan reads): \
             a difference may come from there"
                .to_owned(),
        );
    }
    if one.simulated != other.simulated {
        warnings.push("one was run on SIMULATED prices and the other on real ones".to_owned());
    }
    if one.stormproof != other.stormproof {
        warnings.push(format!(
            "the two were run by stormproof {} and {}",
            one.stormproof, other.stormproof
        ));
    }
    warnings
}
