//! Overlays: around events, or while a rule holds, a plan trades smaller and asks for more, or afterwards for less.
//!
//! An overlay never forbids an entry; that is what [filters](crate::filters) are for. It multiplies the result of sizing, and
//! the threshold of the edge, by which the triggers are judged anew where it applies. Several multiply. One whose size is a
//! quantity ([`size_by`](OverlayRule::size_by)) applies on every bar; where the quantity is 0 the plan stands aside.

mod at_work;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::filters::EventWindow;

pub use at_work::{Judgement, OverlaysAtWork};

/// The overlays of a plan, by name.
pub type Overlays = BTreeMap<String, OverlayRule>;

/// More overlays than the decision log has bits.
pub const MAX_OVERLAYS: usize = 8;

/// What an overlay may multiply a size by, at most.
pub const MOST_SIZE: f64 = 2.0;

/// More overlays that change thresholds than anybody could tell the effects of apart.
pub const MAX_THRESHOLDS: usize = 4;

/// One overlay: when it applies, and what it does.
///
/// It applies from `sessions_before` sessions before an event to `sessions_after` sessions after it, the event's own
/// included; or while `when` holds. `size` and `threshold` hold all that time, unless `size_after` and `threshold_after`
/// take their places in the sessions after the event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OverlayRule {
    /// Kinds of events around which it applies; `earnings` needs no tape.
    #[serde(alias = "event", deserialize_with = "crate::one_or_many::kinds")]
    pub events: Option<Vec<String>>,
    /// Sessions before an event, beside its own; 0 if absent.
    pub sessions_before: Option<u32>,
    /// Sessions after it; 0 if absent.
    pub sessions_after: Option<u32>,
    /// A condition in the rule language: it applies while this holds.
    pub when: Option<String>,
    /// What the number of shares is multiplied by; 1 if absent.
    pub size: Option<f64>,
    /// The same in the sessions after the event.
    pub size_after: Option<f64>,
    /// A quantity in the rule language that the size is multiplied by on every bar, instead of `size`: `signal.size`. From 0 to
    /// [`MOST_SIZE`]; where it is unknown it counts as 0, for nobody can tell that a trade is wanted.
    pub size_by: Option<String>,
    /// What the edge's threshold is multiplied by: above 1 asks for more. 1 if absent.
    pub threshold: Option<f64>,
    /// The same in the sessions after the event.
    pub threshold_after: Option<f64>,
    /// Of a plan written in rules, the named numbers that are its thresholds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lets: Vec<String>,
}

/// How an overlay applies on a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before an event or in it, or its rule holds.
    Active,
    /// After an event.
    After,
    /// Nobody can tell.
    Unknown,
}

/// What an overlay does on a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Multiplies the number of shares.
    pub size: f64,
    /// Multiplies the threshold.
    pub threshold: f64,
}

impl OverlayRule {
    /// The sessions around events in which it applies, if it has any.
    pub fn event_window(&self) -> Option<EventWindow<'_>> {
        Some(EventWindow {
            events: self.events.as_ref()?,
            sessions_before: self.sessions_before.unwrap_or(0),
            sessions_after: self.sessions_after.unwrap_or(0),
        })
    }

    /// What it does in `phase`. Where nobody can tell whether it applies its cautious half does: what makes an entry smaller
    /// or rarer, in whichever phase, and nothing that makes it larger or more frequent.
    pub fn effect(&self, phase: Phase) -> Effect {
        let active = Effect {
            size: self.size.unwrap_or(1.0),
            threshold: self.threshold.unwrap_or(1.0),
        };
        let after = Effect {
            size: self.size_after.unwrap_or(active.size),
            threshold: self.threshold_after.unwrap_or(active.threshold),
        };
        match phase {
            Phase::Active => active,
            Phase::After => after,
            Phase::Unknown => Effect {
                size: active.size.min(after.size).min(1.0),
                threshold: active.threshold.max(after.threshold).max(1.0),
            },
        }
    }

    /// True if it changes thresholds.
    pub const fn moves_thresholds(&self) -> bool {
        self.threshold.is_some() || self.threshold_after.is_some()
    }

    /// Every number it may multiply a threshold by, 1 first.
    fn thresholds(&self) -> Vec<f64> {
        let mut all = vec![1.0];
        for phase in [Phase::Active, Phase::After, Phase::Unknown] {
            let threshold = self.effect(phase).threshold;
            if !all.contains(&threshold) {
                all.push(threshold);
            }
        }
        all
    }
}

/// Every way in which overlays may change thresholds together: a multiplier for each overlay, in the order of their
/// names. The way that changes nothing is left out.
pub fn combinations(overlays: &Overlays) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = vec![Vec::new()];
    for overlay in overlays.values() {
        let thresholds = overlay.thresholds();
        let longer = |begun: &Vec<f64>| {
            let one = |&threshold: &f64| begun.iter().copied().chain([threshold]).collect();
            thresholds.iter().map(one).collect::<Vec<Vec<f64>>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.retain(|multipliers| changes(multipliers));
    all
}

/// True unless every multiplier is 1.
fn changes(multipliers: &[f64]) -> bool {
    multipliers
        .iter()
        .any(|by| by.to_bits() != 1.0_f64.to_bits())
}

#[cfg(test)]
mod tests;
