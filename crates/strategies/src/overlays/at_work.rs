//! Overlays on a plan's clock: where each applies, what they come to, and the triggers judged by it.

use std::collections::BTreeMap;

use engine::setup::Overlaid;
use indicators::{Column, Mask};

use super::{Effect, MOST_SIZE, OverlayRule, Overlays, Phase, changes};
use crate::checklist::Criterion;
use crate::clock::Clock;
use crate::filters::Phases;
use crate::rules::Judged;

/// The overlays of a plan on its clock: computed once, looked up at setups.
#[derive(Clone, Debug, Default)]
pub struct OverlaysAtWork {
    each: Vec<AtWork>,
    /// The product of all sizes; `None` if no overlay changes any.
    size: Option<Column>,
}

/// The rules and quantities of overlays, judged, by their names.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    /// Where those with a rule apply.
    pub rules: &'a BTreeMap<String, Judged>,
    /// What those with a quantity multiply the size by.
    pub sizes: &'a BTreeMap<String, Column>,
}

/// One overlay.
#[derive(Clone, Debug)]
struct AtWork {
    phases: Phases,
    active: Effect,
    after: Effect,
    unknown: Effect,
    /// What multiplies the size on each row, instead of the effects' sizes.
    size_by: Option<Column>,
}

impl AtWork {
    fn of(name: &str, rule: &OverlayRule, judgement: Judgement<'_>, clock: &Clock<'_>) -> Self {
        let (judged, size_by) = (judgement.rules.get(name), judgement.sizes.get(name));
        let none = || Mask::filled(clock.len(), false);
        let phases = match (rule.event_window(), judged, size_by) {
            (Some(window), ..) => window.phases(clock),
            (None, None, Some(sizes)) => Phases {
                before: Mask::of(sizes.values(), |size| size >= 0.0 && changes(&[size])),
                after: none(),
                unknown: Mask::of(sizes.values(), f64::is_nan),
            },
            (None, Some(judged), _) => Phases {
                before: judged.truth.held.clone(),
                after: none(),
                unknown: judged.truth.unknown(),
            },
            // Neither: its reader refuses such an overlay.
            (None, None, None) => Phases {
                before: none(),
                after: none(),
                unknown: Mask::filled(clock.len(), true),
            },
        };
        Self {
            phases,
            active: rule.effect(Phase::Active),
            after: rule.effect(Phase::After),
            unknown: rule.effect(Phase::Unknown),
            size_by: size_by.cloned(),
        }
    }

    /// Where it does what.
    fn parts(&self) -> [(&Mask, Effect); 3] {
        [
            (&self.phases.before, self.active),
            (&self.phases.after, self.after),
            (&self.phases.unknown, self.unknown),
        ]
    }

    /// The rows of each threshold other than 1.
    fn thresholds(&self) -> Vec<(f64, Mask)> {
        let mut all: Vec<(f64, Mask)> = Vec::new();
        for (rows, effect) in self.parts() {
            let by = effect.threshold;
            if !changes(&[by]) {
                continue;
            }
            match all
                .iter_mut()
                .find(|(known, _)| known.to_bits() == by.to_bits())
            {
                Some((_, known)) => *known = known.or(rows),
                None => all.push((by, rows.clone())),
            }
        }
        all
    }
}

impl OverlaysAtWork {
    /// `overlays` on a clock.
    pub fn of(overlays: &Overlays, judgement: Judgement<'_>, clock: &Clock<'_>) -> Self {
        let one = |(name, rule): (&String, &OverlayRule)| AtWork::of(name, rule, judgement, clock);
        let each: Vec<AtWork> = overlays.iter().map(one).collect();
        let size = sizes(&each, clock.len());
        Self { each, size }
    }

    /// What they do on row `i`, for the log.
    pub fn at(&self, i: usize) -> Overlaid {
        let bits = |rows: fn(&Phases) -> &Mask| {
            let overlays = self.each.iter().enumerate();
            overlays.fold(0, |bits, (n, overlay)| {
                bits | (u8::from(rows(&overlay.phases).get(i)) << n)
            })
        };
        Overlaid {
            active: bits(|phases| &phases.before),
            after: bits(|phases| &phases.after),
            unknown: bits(|phases| &phases.unknown),
            size_scale: self
                .size
                .as_ref()
                .and_then(|size| size.get(i))
                .unwrap_or(1.0),
        }
    }

    /// What the quantity of overlay `n` multiplies the size by on row `i`; `None` for an overlay without one.
    pub fn quantity(&self, n: usize, i: usize) -> Option<f64> {
        let by = self.each.get(n)?.size_by.as_ref()?;
        Some(multiplier(by.values()[i]))
    }

    /// The ways in which thresholds are changed anywhere, each with its rows, which no other has; a multiplier for each
    /// overlay, in the order of their names.
    pub fn thresholds(&self, len: usize) -> Vec<(Vec<f64>, Mask)> {
        let mut all = vec![(Vec::new(), Mask::filled(len, true))];
        for overlay in &self.each {
            let own = overlay.thresholds();
            let mut next = Vec::new();
            for (begun, rows) in all {
                let with = |by: f64| begun.iter().copied().chain([by]).collect::<Vec<f64>>();
                let mut rest = rows.clone();
                for (by, its) in &own {
                    next.push((with(*by), rows.and(its)));
                    rest = rest.and(&its.not());
                }
                next.push((with(1.0), rest));
            }
            next.retain(|(_, rows)| rows.any());
            all = next;
        }
        all.retain(|(multipliers, _)| changes(multipliers));
        all
    }

    /// The triggers, on each row by its own thresholds; `judge` gives those that some multipliers change, with their places,
    /// for all rows.
    pub fn choose(
        &self,
        unchanged: &[Criterion],
        judge: impl Fn(&[f64]) -> Vec<(usize, Criterion)>,
    ) -> Vec<Criterion> {
        let mut chosen = unchanged.to_vec();
        let len = chosen.first().map_or(0, |criterion| criterion.held.len());
        for (multipliers, rows) in self.thresholds(len) {
            let others = rows.not();
            for (place, judged) in judge(&multipliers) {
                let Some(criterion) = chosen.get_mut(place) else {
                    continue;
                };
                let by_row = |ours: &Mask, theirs: &Mask| ours.and(&others).or(&theirs.and(&rows));
                criterion.held = by_row(&criterion.held, &judged.held);
                criterion.unknown = by_row(&criterion.unknown, &judged.unknown);
            }
        }
        chosen
    }
}

/// What a quantity does to a size: at most twice it, as a fixed size may. Unknown or below 0 it is 0: nothing says that a trade
/// is wanted.
fn multiplier(quantity: f64) -> f64 {
    if quantity > 0.0 {
        quantity.min(MOST_SIZE)
    } else {
        0.0
    }
}

fn sizes(each: &[AtWork], len: usize) -> Option<Column> {
    let parts = || each.iter().flat_map(AtWork::parts);
    let quantities = || each.iter().filter_map(|overlay| overlay.size_by.as_ref());
    let constant = !parts().any(|(rows, effect)| changes(&[effect.size]) && rows.any());
    if constant && quantities().next().is_none() {
        return None;
    }
    let mut sizes = vec![1.0; len];
    for quantity in quantities() {
        for (size, by) in sizes.iter_mut().zip(quantity.values()) {
            *size *= multiplier(*by);
        }
    }
    for (rows, effect) in parts() {
        for row in rows.ones() {
            sizes[row] *= effect.size;
        }
    }
    Some(Column::new(sizes))
}
