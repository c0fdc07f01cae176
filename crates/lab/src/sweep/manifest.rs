//! What a sweep is of: enough to know its results from any other's, and to go on with them.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::regimes::Regime;
use crate::run::TapeFacts;

/// Everything that decides the rows of a sweep. Two sweeps with equal manifests have equal rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form.
    pub schema: u32,
    /// Version of the program: another one's figures may differ.
    pub stormproof: String,
    /// The plan.
    pub plan: PlanFacts,
    /// The tape.
    pub tape: TapeFacts,
    /// The axes, as `--vary` has them, in order.
    pub vary: Vec<String>,
    /// How combinations are chosen: `grid`, `random 1000 seed 1`.
    pub sampler: String,
    /// The constraints, as `--where` has them.
    pub constraints: Vec<String>,
    /// Where combinations are searched: `history`, `regimes`, `split 0.7`.
    pub on: String,
    /// The windows, a row each for a combination. The objective is judged on the first `searched` of them.
    pub windows: Vec<Regime>,
    /// How many of the windows combinations are chosen by.
    pub searched: usize,
    /// The regimes that gate what is found.
    pub gates: Vec<Regime>,
    /// How many combinations there are, constraints not yet applied.
    pub combinations: u64,
    /// Combinations in a block of work, which is a row group of the file.
    pub block: u64,
}

/// A plan, as far as trials of it are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFacts {
    /// Its name.
    pub name: String,
    /// Its edge.
    pub strategy: String,
    /// What it trades.
    pub symbol: String,
    /// Its clock.
    pub interval: String,
    /// 128 bits over all its settings but those that are varied.
    pub fingerprint: String,
}

impl Manifest {
    /// The version of this form.
    pub const SCHEMA: u32 = 1;

    /// What differs from `other` first, in words; `None` if their rows are of one kind.
    pub fn differs(&self, other: &Manifest) -> Option<String> {
        let told = |what: &str, ours: &str, theirs: &str| {
            (ours != theirs).then(|| format!("{what} is {theirs}, not {ours}"))
        };
        let list = |items: &[String]| {
            if items.is_empty() {
                "none".to_owned()
            } else {
                items.join(" ")
            }
        };
        let windows = |manifest: &Manifest| {
            let titles = manifest.windows.iter().map(Regime::title);
            titles.collect::<Vec<_>>().join(", ")
        };
        told("the program", &self.stormproof, &other.stormproof)
            .or_else(|| told("the plan", &self.plan.name, &other.plan.name))
            .or_else(|| told("the edge", &self.plan.strategy, &other.plan.strategy))
            .or_else(|| told("the symbol", &self.plan.symbol, &other.plan.symbol))
            .or_else(|| told("the clock", &self.plan.interval, &other.plan.interval))
            .or_else(|| {
                told(
                    "the tape's data",
                    &self.tape.fingerprint,
                    &other.tape.fingerprint,
                )
            })
            .or_else(|| told("what is varied", &list(&self.vary), &list(&other.vary)))
            .or_else(|| told("the sampler", &self.sampler, &other.sampler))
            .or_else(|| {
                told(
                    "what is required",
                    &list(&self.constraints),
                    &list(&other.constraints),
                )
            })
            .or_else(|| told("the search", &self.on, &other.on))
            .or_else(|| told("the windows", &windows(self), &windows(other)))
            .or_else(|| {
                let (ours, theirs) = (&self.plan.fingerprint, &other.plan.fingerprint);
                (ours != theirs).then(|| "some other setting of the plan differs".to_owned())
            })
            .or_else(|| (self.rows() != other.rows()).then(|| "its facts differ".to_owned()))
    }

    /// What decides the rows: not where the tape lies.
    fn rows(&self) -> Self {
        let mut rows = self.clone();
        rows.tape.name.clear();
        rows
    }

    /// Eight hexadecimal digits that tell sweeps apart: good enough for a folder's name.
    pub fn digest(&self) -> String {
        let told = serde_json::to_string(&self.rows()).unwrap_or_default();
        format!("{:08x}", xxh3_64(told.as_bytes()) >> 32)
    }
}
