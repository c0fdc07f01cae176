//! Prefix replay: proof that no decision saw the future.
//!
//! For many cuts t the *raw* tape is truncated at t, and, separately, everything after t is poisoned
//! with other (valid) values; every column is computed anew, the plan is replayed, and its decisions
//! up to t must be what they were on the whole tape; so must the orders for structures, and what happened to
//! their legs at prices from chains made anew. Decisions *at* t count too: a peek of one bar shows there and nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};

use engine::{Ask, Asked, Ledger, LegFill, Outcome, Pace, RejectReason, Setup, Window, replay};
use market::{Bars, ExitReason, Fill, FillRule, Snapshot, Time};
use rayon::prelude::*;
use serde::Serialize;
use strategies::{Plan, Prepared, Rules};

use crate::cut::{poisoned, truncated};
use crate::error::Error;
use crate::load::{Loaded, window};
use crate::options::Markets;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::{account, feed, with_chains};
use crate::threads::on_threads;

/// How the future was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Cut off.
    Truncated,
    /// Replaced by other values.
    Poisoned,
}

impl Mode {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Truncated => "truncated",
            Mode::Poisoned => "poisoned",
        }
    }
}

/// A decision or fill that changed when the future did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// The regime.
    pub regime: String,
    /// The cut.
    pub cut: String,
    /// How the future was taken away.
    pub mode: Mode,
    /// What differs.
    pub what: String,
}

/// The result of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Replays made.
    pub replays: usize,
    /// Setups and fills compared.
    pub compared: usize,
    /// What changed; empty is what is wanted.
    pub mismatches: Vec<Mismatch>,
}

/// How columns are made from raw data: the real thing, or a test's cheat.
pub type Prepare = dyn Fn(&Rules, &Bars, &Snapshot) -> Prepared + Sync;

/// How to audit.
#[derive(Clone, Copy, Debug)]
pub struct AuditOptions<'a> {
    /// Cuts a regime, evenly spread, at most one a bar.
    pub cuts: usize,
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop at the next replay.
    pub stop: &'a AtomicBool,
}

/// Audits a plan.
///
/// # Errors
/// [`Error::Interrupted`], or data that cannot be replayed at all.
pub fn audit(
    scenario: &Scenario,
    regimes: &[Regime],
    loaded: &Loaded,
    options: AuditOptions<'_>,
) -> Result<Audit, Error> {
    audit_with(
        scenario,
        regimes,
        loaded,
        options,
        &|rules, bars, snapshot| rules.prepare(bars, snapshot),
    )
}

/// The same with columns made by `prepare`.
///
/// # Errors
/// As [`audit`].
pub fn audit_with(
    scenario: &Scenario,
    regimes: &[Regime],
    loaded: &Loaded,
    options: AuditOptions<'_>,
    prepare: &Prepare,
) -> Result<Audit, Error> {
    on_threads(options.threads, || {
        audit_here(scenario, regimes, loaded, options, prepare)
    })
}

fn audit_here(
    scenario: &Scenario,
    regimes: &[Regime],
    loaded: &Loaded,
    options: AuditOptions<'_>,
    prepare: &Prepare,
) -> Result<Audit, Error> {
    let mut audit = Audit::default();
    let spans: Vec<Regime> = regimes.iter().flat_map(Regime::spans).collect();
    for regime in &spans {
        let (whole, ends) = replay_on(scenario, regime, &loaded.snapshot, prepare)?;
        let tasks: Vec<(Time, Mode)> = spread(&ends, options.cuts)
            .into_iter()
            .flat_map(|cut| [(cut, Mode::Truncated), (cut, Mode::Poisoned)])
            .collect();
        let results: Result<Vec<(usize, Option<Mismatch>)>, Error> = tasks
            .into_par_iter()
            .map(|(cut, mode)| {
                if options.stop.load(Ordering::Relaxed) {
                    return Err(Error::Interrupted);
                }
                let other = match mode {
                    Mode::Truncated => truncated(loaded, cut)?,
                    Mode::Poisoned => poisoned(loaded, cut)?,
                };
                let (replayed, _) = replay_on(scenario, regime, &other, prepare)?;
                let known = match mode {
                    Mode::Truncated => Known::truncated(&whole, &ends, cut),
                    Mode::Poisoned => Known {
                        decided: cut,
                        settled_before: cut,
                        fills: FillsUntil::Opens(next_start(&loaded.snapshot, scenario, cut)),
                    },
                };
                let (compared, what) = difference(&whole, &replayed, known);
                let name = || regime.name.clone();
                Ok((
                    compared,
                    what.map(|what| Mismatch {
                        regime: name(),
                        cut: cut.to_string(),
                        mode,
                        what,
                    }),
                ))
            })
            .collect();
        for (compared, mismatch) in results? {
            audit.replays += 1;
            audit.compared += compared;
            audit.mismatches.extend(mismatch);
        }
    }
    Ok(audit)
}

/// Up to `cuts` of the instants, evenly spread, the last one (the whole window) left out.
fn spread(ends: &[Time], cuts: usize) -> Vec<Time> {
    let inner = &ends[..ends.len().saturating_sub(1)];
    let cuts = cuts.min(inner.len());
    (0..cuts).map(|i| inner[i * inner.len() / cuts]).collect()
}

fn replay_on(
    scenario: &Scenario,
    regime: &Regime,
    snapshot: &Snapshot,
    prepare: &Prepare,
) -> Result<(Ledger, Vec<Time>), Error> {
    let symbol = &scenario.instrument.symbol;
    let bars = snapshot.bars_of(symbol, scenario.instrument.interval);
    let bars = bars.ok_or_else(|| {
        Error::fit(
            format!("no bars of {symbol} to audit"),
            "choose a window inside the tape",
        )
    })?;
    let rules = scenario.rules();
    let prepared = prepare(&rules, bars, snapshot);
    let prepared = with_chains(prepared, scenario, bars, snapshot, &Markets::default())?;
    let account = account(scenario, bars, snapshot);
    let feed = feed(scenario, bars, snapshot, &prepared)?;
    let Window { first, last } = window(&feed, regime)?;
    let ledger = replay(
        &feed,
        &account,
        Window { first, last },
        &mut Plan::new(&rules, &prepared, 0),
        Pace::Jump,
    );
    Ok((ledger, feed.ends()[first..=last].to_vec()))
}

/// Up to where fills can be compared.
#[derive(Clone, Copy)]
enum FillsUntil {
    /// Up to what ends at an instant; bars that start then are gone.
    Ends(Time),
    /// Up to the opens at an instant.
    Opens(Time),
}

impl FillsUntil {
    fn has(self, fill: &Fill) -> bool {
        let at_open = matches!(
            fill.rule,
            FillRule::Open | FillRule::Gap | FillRule::Improved
        );
        match self {
            FillsUntil::Ends(cut) => fill.time < cut || (fill.time == cut && !at_open),
            FillsUntil::Opens(start) => fill.time <= start,
        }
    }

    /// The same of legs. A window that ends closes what is held at its last close, for no reason of the plan's.
    fn has_leg(self, fill: &LegFill) -> bool {
        match self {
            FillsUntil::Ends(cut) => fill.time < cut,
            FillsUntil::Opens(start) => fill.time <= start,
        }
    }
}

/// What can be compared at a cut.
#[derive(Clone, Copy)]
struct Known {
    /// Decisions up to this, itself included.
    decided: Time,
    /// What became of decisions before this.
    settled_before: Time,
    fills: FillsUntil,
}

impl Known {
    /// At the last close of a window nothing is opened. A structure ordered at the close before would have been opened at
    /// the cut, and what is decided there would have known it: then the cut's own decisions are left to the poisoned tape.
    fn truncated(whole: &Ledger, ends: &[Time], cut: Time) -> Self {
        let place = ends.partition_point(|&end| end < cut);
        let before = place.checked_sub(1).map_or(cut, |before| ends[before]);
        let opens = |asked: &Asked| asked.time == before && matches!(asked.what, Ask::Open(..));
        let due = whole.asked.iter().any(opens);
        Self {
            decided: if due { before } else { cut },
            settled_before: if due { before } else { cut },
            fills: FillsUntil::Ends(cut),
        }
    }
}

/// What of the decisions and fills known at the cut differs, and how many were compared.
///
/// A decision at the cut itself counts: it may use all that was known then and nothing more. What became
/// of its order is left out, because that is the future's. Fills are compared beyond the cut where the
/// next open was left as it was: the size of an order shows in its fill. Orders for structures fill at the next close, which is
/// another; they are compared as they were given, with legs, size and bounds.
fn difference(whole: &Ledger, other: &Ledger, known: Known) -> (usize, Option<String>) {
    let decisions = |ledger: &Ledger| -> Vec<Setup> {
        let setups = ledger.setups.iter();
        let decided = setups.filter(|setup| setup.time <= known.decided);
        decided
            .map(|setup| {
                if setup.time < known.settled_before {
                    *setup
                } else {
                    undecided(*setup)
                }
            })
            .collect()
    };
    // A truncated replay closes its position at the cut; that is the audit's doing, not the plan's.
    let fills = |ledger: &Ledger| -> Vec<Fill> {
        let fills = ledger.fills.iter().filter(|fill| known.fills.has(fill));
        fills
            .copied()
            .filter(|fill| fill.exit_reason != Some(ExitReason::WindowEnd))
            .collect()
    };
    let asked = |ledger: &Ledger| -> Vec<Asked> {
        let asked = ledger.asked.iter();
        asked
            .filter(|asked| asked.time <= known.decided)
            .cloned()
            .collect()
    };
    let legs = |ledger: &Ledger| -> Vec<LegFill> {
        let fills = ledger.leg_fills.iter();
        fills
            .filter(|fill| known.fills.has_leg(fill))
            .copied()
            .collect()
    };
    let parts = [
        compared(&decisions(whole), &decisions(other), |setup| {
            format!("setup at {}: {:?}", setup.time, setup.outcome)
        }),
        compared(&fills(whole), &fills(other), |fill| {
            let (quantity, price) = (fill.quantity, fill.price);
            format!("fill at {}: {quantity} at {price:.4}", fill.time)
        }),
        compared(&asked(whole), &asked(other), |asked| {
            format!("order at {}: {:?}", asked.time, asked.what)
        }),
        compared(&legs(whole), &legs(other), leg_words),
    ];
    let count = parts.iter().map(|(count, _)| count).sum();
    (count, parts.into_iter().find_map(|(_, what)| what))
}

fn leg_words(fill: &LegFill) -> String {
    let what = fill.contract.map_or("shares".to_owned(), |c| c.to_string());
    let (event, shares, price) = (fill.event.as_str(), fill.shares, fill.price);
    format!(
        "leg fill at {}: {what} {event}, {shares} at {price:.4}",
        fill.time
    )
}

/// The setup as it stood when the order was given.
fn undecided(setup: Setup) -> Setup {
    let outcome = match setup.outcome {
        // Judged at the bar itself; no order was ever given.
        skipped @ Outcome::Rejected(RejectReason::BarsMissing) => skipped,
        Outcome::Rejected(_) | Outcome::Entered => Outcome::Entered,
        other @ (Outcome::Vetoed { .. } | Outcome::Busy | Outcome::CoolingDown) => other,
    };
    Setup { outcome, ..setup }
}

/// How many there are, and the first that differs.
fn compared<T: PartialEq>(
    whole: &[T],
    other: &[T],
    show: impl Fn(&T) -> String,
) -> (usize, Option<String>) {
    let rows = whole.len().max(other.len());
    let at = (0..rows).find(|&row| whole.get(row) != other.get(row));
    let what = at.map(|at| {
        let side = |items: &[T]| items.get(at).map_or_else(|| "nothing".to_owned(), &show);
        format!(
            "with the future: {}; without it: {}",
            side(whole),
            side(other)
        )
    });
    (whole.len(), what)
}

/// When the instrument's next bar starts after `cut`.
fn next_start(snapshot: &Snapshot, scenario: &Scenario, cut: Time) -> Time {
    let instrument = &scenario.instrument;
    let bars = snapshot.bars_of(&instrument.symbol, instrument.interval);
    let next = bars.and_then(|bars| {
        bars.start()
            .get(bars.end().partition_point(|&end| end <= cut))
    });
    next.copied().unwrap_or(cut)
}
