//! From setups to trades: what became of every setup, and which filter said no.

use std::collections::BTreeMap;

use engine::{Outcome, RejectReason, Setup};
use serde::Serialize;

/// Counts of setups by outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
        part(self.entered, "entered".to_owned());
        self.vetoed
            .iter()
            .for_each(|(filter, &count)| part(count, format!("vetoed by {filter}")));
        part(self.busy, "while busy".to_owned());
        part(self.cooling_down, "cooling down".to_owned());
        self.rejected
            .iter()
            .for_each(|(reason, &count)| part(count, format!("rejected ({reason})")));
        let plural = if self.setups == 1 { "setup" } else { "setups" };
        if parts.is_empty() {
            format!("no {plural}")
        } else {
            format!("{} {plural}: {}", self.setups, parts.join(", "))
        }
    }
}
