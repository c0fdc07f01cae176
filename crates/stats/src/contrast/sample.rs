//! What is compared with what.

use crate::mean;

/// Events and controls on a timeline of `rows` rows, each with its outcome.
///
/// Rows ascend within either list and lie below `rows`; a row may be in both (with outcomes of two symbols) and, where trades
/// overlap, twice in one. An event without an outcome is in neither.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Rows of the timeline.
    pub rows: usize,
    /// Row and outcome of each event.
    pub events: Vec<(u32, f64)>,
    /// Row and outcome of each control.
    pub controls: Vec<(u32, f64)>,
}

/// What is said of the outcomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// Mean after events − mean of controls; no effect is 0.
    Difference,
    /// Mean after events ÷ mean of controls; no effect is 1.
    Ratio,
    /// Mean after events alone, against a stated number.
    Mean {
        /// What it would be without an effect.
        than: f64,
    },
}

/// Why a sample has no effect that could be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// No event has an outcome.
    #[error("no event has an outcome")]
    NoEvents,
    /// No control has one.
    #[error("no control has an outcome")]
    NoControls,
    /// A ratio of means of which either may be positive or negative.
    #[error("a ratio of means says nothing of outcomes of both signs")]
    BothSigns,
    /// A ratio to, or of, a mean of zero.
    #[error("a ratio needs means that are not zero")]
    ZeroMean,
    /// All outcomes are equal, or nearly every draw lacks one side: no error can be estimated.
    #[error("the outcomes do not vary enough for an interval")]
    NoVariation,
}

impl Effect {
    /// The effect of nothing.
    pub const fn none(self) -> f64 {
        match self {
            Effect::Difference => 0.0,
            Effect::Ratio => 1.0,
            Effect::Mean { than } => than,
        }
    }

    /// Of two means; `None` where it is not defined.
    pub fn of(self, event: f64, control: f64) -> Option<f64> {
        let effect = match self {
            Effect::Difference => event - control,
            Effect::Ratio => event / control,
            Effect::Mean { .. } => event,
        };
        crate::defined(effect)
    }

    /// True if controls are looked at.
    pub const fn compares(self) -> bool {
        !matches!(self, Effect::Mean { .. })
    }
}

impl Sample {
    /// Mean outcome after events; `None` without any.
    pub fn event_mean(&self) -> Option<f64> {
        mean(self.events.iter().map(|event| event.1))
    }

    /// Mean outcome of controls; `None` without any.
    pub fn control_mean(&self) -> Option<f64> {
        mean(self.controls.iter().map(|control| control.1))
    }

    /// How many of `rows` (ascending) can be picked, from the first on, so that the outcomes of no two share a row: each at least
    /// `horizon` rows after the one before.
    pub fn apart(list: &[(u32, f64)], horizon: u32) -> usize {
        let mut next = 0;
        let mut count = 0;
        for &(row, _) in list {
            if row >= next {
                count += 1;
                next = row.saturating_add(horizon.max(1));
            }
        }
        count
    }

    /// Why `effect` is not defined on it, if so.
    pub(super) fn undefined(&self, effect: Effect) -> Option<Undefined> {
        if self.events.is_empty() {
            return Some(Undefined::NoEvents);
        }
        if effect.compares() && self.controls.is_empty() {
            return Some(Undefined::NoControls);
        }
        if effect == Effect::Ratio {
            let values = || self.events.iter().chain(&self.controls).map(|one| one.1);
            if values().any(|v| v > 0.0) && values().any(|v| v < 0.0) {
                return Some(Undefined::BothSigns);
            }
            if self.event_mean() == Some(0.0) || self.control_mean() == Some(0.0) {
                return Some(Undefined::ZeroMean);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, Sample, Undefined};

    fn list(rows: &[u32]) -> Vec<(u32, f64)> {
        rows.iter().map(|&row| (row, 1.0)).collect()
    }

    #[test]
    fn overlapping_outcomes_count_once() {
        // Horizon 5: 2 reaches to 7, so 3 and 6 overlap it and 7 does not; 7 reaches to 12, so 12 is free again.
        let events = list(&[2, 3, 6, 7, 11, 12]);
        assert_eq!(Sample::apart(&events, 5), 3);
        assert_eq!(Sample::apart(&events, 1), 6);
        assert_eq!(
            Sample::apart(&events, 0),
            6,
            "a horizon of nothing is one row"
        );
        assert_eq!(Sample::apart(&list(&[0, u32::MAX]), u32::MAX), 2);
        assert_eq!(Sample::apart(&[], 5), 0);
    }

    #[test]
    fn ratios_want_one_sign() {
        let sample = |events: &[f64], controls: &[f64]| Sample {
            rows: 10,
            events: events.iter().map(|&v| (0, v)).collect(),
            controls: controls.iter().map(|&v| (1, v)).collect(),
        };
        let why = |events, controls| sample(events, controls).undefined(Effect::Ratio);
        assert_eq!(why(&[1.0, 0.0], &[2.0]), None);
        assert_eq!(why(&[-1.0], &[-2.0]), None, "drawdowns have a ratio");
        assert_eq!(why(&[1.0], &[-2.0]), Some(Undefined::BothSigns));
        assert_eq!(why(&[1.0], &[0.0]), Some(Undefined::ZeroMean));
        assert_eq!(why(&[0.0], &[1.0]), Some(Undefined::ZeroMean));
        assert_eq!(why(&[], &[1.0]), Some(Undefined::NoEvents));
        assert_eq!(why(&[1.0], &[]), Some(Undefined::NoControls));
        let alone = sample(&[1.0, -1.0], &[]);
        assert_eq!(alone.undefined(Effect::Mean { than: 0.0 }), None);
        assert_eq!(
            alone.undefined(Effect::Difference),
            Some(Undefined::NoControls)
        );
    }
}
