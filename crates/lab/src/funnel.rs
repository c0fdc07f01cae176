//! From setups to trades: what became of every setup, and which filter said no.

use std::collections::BTreeMap;

use engine::{Outcome, Overlaid, RejectReason, Setup};
use serde::{Deserialize, Serialize};
use strategies::Overlays;
use strategies::overlays::Phase;

/// Counts of setups by outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// Bars on which all triggers held.
    pub setups: usize,
    /// Setups that led to an entry.
    pub entered: usize,
    /// Setups a filter forbade, by the first filter that failed.
    pub vetoed: BTreeMap<String, usize>,
    /// Of the vetoes, those where the filter could not be judged.
    pub vetoed_unknown: usize,
    /// Setups while a position or an entry was open.
    pub busy: usize,
    /// Setups too soon after an exit.
    pub cooling_down: usize,
    /// Setups whose order was refused or withdrawn, by reason.
    pub rejected: BTreeMap<String, usize>,
    /// For every criterion, the setups on which it held.
    pub held: Vec<(String, usize)>,
    /// What overlays did.
    pub overlaid: OverlayCounts,
}

/// What overlays did to the setups of a window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlayCounts {
    /// Entries whose size an overlay changed, by overlay.
    pub scaled: BTreeMap<String, usize>,
    /// Entries that met a threshold which an overlay had raised, by overlay.
    pub tightened: BTreeMap<String, usize>,
    /// Entries judged by a threshold which an overlay had lowered, by overlay.
    pub widened: BTreeMap<String, usize>,
    /// Bars that are no setups for raised thresholds alone.
    pub tightened_out: usize,
}

impl OverlayCounts {
    /// Counts the entries among `setups` of a plan with these overlays.
    pub fn of(setups: &[Setup], overlays: &Overlays) -> Self {
        let mut counts = Self::default();
        let entered = setups.iter().filter(|s| s.outcome == Outcome::Entered);
        for setup in entered {
            for (n, (name, overlay)) in overlays.iter().enumerate() {
                let Some(phase) = phase(setup.overlaid, n) else {
                    continue;
                };
                let effect = overlay.effect(phase);
                let count = |of: &mut BTreeMap<String, usize>, when: bool| {
                    if when {
                        *of.entry(name.clone()).or_default() += 1;
                    }
                };
                // A quantity that was other than 1, or unknown.
                let by_quantity = overlay.size_by.is_some();
                count(
                    &mut counts.scaled,
                    by_quantity || (effect.size - 1.0).abs() > 0.0,
                );
                count(&mut counts.tightened, effect.threshold > 1.0);
                count(&mut counts.widened, effect.threshold < 1.0);
            }
        }
        counts
    }

    /// `word` with what overlays did to those it counts: `entered (1 scaled by fomc)`.
    fn under(&self, word: &str) -> String {
        let words = [
            ("scaled by", &self.scaled),
            ("tightened by", &self.tightened),
            ("widened by", &self.widened),
        ];
        let each = words.into_iter().flat_map(|(word, overlays)| {
            let overlays = overlays.iter();
            overlays.map(move |(name, count)| format!("{count} {word} {name}"))
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() {
            word.to_owned()
        } else {
            format!("{word} ({})", each.join(", "))
        }
    }
}

/// How overlay `n` applied; `None` if it did not.
pub fn phase(overlaid: Overlaid, n: usize) -> Option<Phase> {
    let bit = |bits: u8| u32::from(bits) & 1_u32.checked_shl(n as u32).unwrap_or(0) != 0;
    if bit(overlaid.active) {
        Some(Phase::Active)
    } else if bit(overlaid.after) {
        Some(Phase::After)
    } else if bit(overlaid.unknown) {
        Some(Phase::Unknown)
    } else {
        None
    }
}

impl Funnel {
    /// Counts `setups`, whose criteria are called `criteria`.
    pub fn of(setups: &[Setup], criteria: &[String]) -> Self {
        let name = |n: u8| {
            criteria
                .get(n as usize)
                .map_or("?", String::as_str)
                .to_owned()
        };
        let mut funnel = Funnel {
            setups: setups.len(),
            ..Funnel::default()
        };
        for setup in setups {
            match setup.outcome {
                Outcome::Entered => funnel.entered += 1,
                Outcome::Vetoed { criterion } => {
                    *funnel.vetoed.entry(name(criterion)).or_default() += 1;
                    funnel.vetoed_unknown += usize::from(setup.unknown & (1 << criterion) != 0);
                }
                Outcome::Busy => funnel.busy += 1,
                Outcome::CoolingDown => funnel.cooling_down += 1,
                Outcome::Rejected(reason) => {
                    *funnel
                        .rejected
                        .entry(RejectReason::as_str(reason).to_owned())
                        .or_default() += 1;
                }
            }
        }
        let held = |n: usize| setups.iter().filter(|s| s.held & (1 << n) != 0).count();
        funnel.held = criteria
            .iter()
            .enumerate()
            .map(|(n, criterion)| (criterion.clone(), held(n)))
            .collect();
        funnel
    }

    /// The funnel in a sentence: `7 setups: 2 entered, 5 vetoed by KRE change ≥ -1.5%`.
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        let mut part = |count: usize, words: String| {
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        };
        part(self.entered, self.overlaid.under("entered"));
        self.vetoed
            .iter()
            .for_each(|(filter, &count)| part(count, format!("vetoed by {filter}")));
        part(self.busy, "while busy".to_owned());
        part(self.cooling_down, "cooling down".to_owned());
        self.rejected
            .iter()
            .for_each(|(reason, &count)| part(count, format!("rejected ({reason})")));
        let out = self.overlaid.tightened_out;
        part(out, "more kept out by tightened thresholds".to_owned());
        let plural = if self.setups == 1 { "setup" } else { "setups" };
        if parts.is_empty() {
            format!("no {plural}")
        } else {
            format!("{} {plural}: {}", self.setups, parts.join(", "))
        }
    }
}
