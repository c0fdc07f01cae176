//! How many independent trials the trials are worth.

use crate::lanes::{LANES, Lanes, dots};
use crate::returns::{Moments, SparseReturns};

/// Two estimates of the number of independent trials. Neighbours in a grid trade almost alike: a thousand of them are
/// not a thousand tries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectiveTrials {
    /// Trials that have variance, of which this was measured.
    pub trials: usize,
    /// Mean correlation over all pairs.
    pub average_correlation: f64,
    /// `ρ̄ + (1 − ρ̄) N`, within 1 and N (Bailey and López de Prado 2014, *The Deflated Sharpe Ratio*).
    pub by_average_correlation: f64,
    /// `(Σλ)² ÷ Σλ² = N² ÷ Σ ρᵢⱼ²`, the participation ratio of the eigenvalues of the correlations (Bell and Dean 1970,
    /// and since in many fields), within 1 and N. Sampling error alone gives every pair ρ² of about 1 ÷ sessions, so
    /// this is never more than about sessions, and errs downwards.
    pub by_eigenvalues: f64,
}

impl EffectiveTrials {
    /// The larger of the two: the reading that flatters a plan least.
    pub fn larger(&self) -> f64 {
        self.by_average_correlation.max(self.by_eigenvalues)
    }

    /// The larger of the two for `trials` trials of which these are a sample: as the share of independent ones, which
    /// can only be too many, since more neighbours bring less and less that is new.
    pub fn scaled_to(&self, trials: usize) -> f64 {
        (self.larger() * trials as f64 / self.trials as f64).max(1.0)
    }
}

/// Both estimates, of trials over one window; trials without variance are left out. `None` of fewer than two that
/// have it, or if windows differ in length.
///
/// Costs N² ÷ 2 × the sessions that moved: 2,000 trials of 500 take under a second. Memory N, beside the trials.
pub fn effective_trials(trials: &[SparseReturns<'_>]) -> Option<EffectiveTrials> {
    let sessions = trials.first()?.sessions();
    if trials.iter().any(|trial| trial.sessions() != sessions) {
        return None;
    }
    let moving: Vec<(&SparseReturns<'_>, Moments)> = trials
        .iter()
        .filter_map(|trial| Some((trial, trial.moments()?)))
        .collect();
    let count = moving.len();
    if count < 2 {
        return None;
    }
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut dense: Vec<Lanes> = vec![[0.0; LANES]; sessions];
    for (chunk, group) in moving.chunks(LANES).enumerate() {
        lay_out(group, &mut dense);
        let first = chunk * LANES;
        for (other, (trial, theirs)) in moving.iter().enumerate().skip(first + 1) {
            let products = dots(trial.moved(), &dense);
            for (lane, (_, ours)) in group
                .iter()
                .enumerate()
                .take_while(|(l, _)| first + l < other)
            {
                let n = sessions as f64;
                let covariance = (products[lane] - n * ours.mean * theirs.mean) / (n - 1.0);
                let correlation =
                    (covariance / (ours.deviation * theirs.deviation)).clamp(-1.0, 1.0);
                sum += correlation;
                squares += correlation * correlation;
            }
        }
    }
    let n = count as f64;
    let average = sum / (n * (n - 1.0) / 2.0);
    Some(EffectiveTrials {
        trials: count,
        average_correlation: average,
        by_average_correlation: (average + (1.0 - average) * n).clamp(1.0, n),
        by_eigenvalues: (n * n / (n + 2.0 * squares)).clamp(1.0, n),
    })
}

/// Up to eight trials side by side, every session.
fn lay_out(group: &[(&SparseReturns<'_>, Moments)], dense: &mut [Lanes]) {
    dense.fill([0.0; LANES]);
    for (lane, (trial, _)) in group.iter().enumerate() {
        for &(session, fraction) in trial.moved() {
            dense[session as usize][lane] = fraction;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::effective_trials;
    use crate::dice::{Dice, Purpose};
    use crate::returns::SparseReturns;
    use proptest::prelude::*;

    fn sparse(dense: &[Vec<f64>]) -> Vec<SparseReturns<'static>> {
        dense
            .iter()
            .map(|d| SparseReturns::of_dense(d).unwrap())
            .collect()
    }

    #[test]
    fn copies_are_one_and_strangers_are_many() {
        let one = vec![0.01, -0.02, 0.0, 0.03];
        let same = effective_trials(&sparse(&vec![one.clone(); 11])).unwrap();
        assert!((same.by_average_correlation - 1.0).abs() < 1e-9, "{same:?}");
        assert!((same.by_eigenvalues - 1.0).abs() < 1e-9 && same.larger() < 1.001);
        // Rows of a Hadamard matrix are uncorrelated exactly.
        let rows = [[1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]];
        let rows: Vec<Vec<f64>> = rows
            .iter()
            .map(|r| r.iter().map(|&x| f64::from(x)).collect())
            .collect();
        let apart = effective_trials(&sparse(&rows)).unwrap();
        assert!(
            (apart.by_average_correlation - 3.0).abs() < 1e-12,
            "{apart:?}"
        );
        assert!((apart.by_eigenvalues - 3.0).abs() < 1e-12);
        assert!((apart.scaled_to(30) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn two_by_hand() {
        // 1 0 −1 and 1 −1 0, means 0: product 1, squares 2 and 2, correlation ½. ½ + ½·2 = 1.5; 4 ÷ (2 + 2·¼) = 1.6.
        let two = effective_trials(&sparse(&[vec![1.0, 0.0, -1.0], vec![1.0, -1.0, 0.0]])).unwrap();
        assert!((two.average_correlation - 0.5).abs() < 1e-12);
        assert!((two.by_average_correlation - 1.5).abs() < 1e-12);
        assert!((two.by_eigenvalues - 1.6).abs() < 1e-12 && two.larger() == two.by_eigenvalues);
    }

    #[test]
    fn groups_of_the_same_idea() {
        // Five ideas, each in eight near copies: between 5 and 40, and by eigenvalues near 5.
        let mut dice = Dice::new(1, Purpose::Noise, 0);
        let mut trials = Vec::new();
        for _ in 0..5 {
            let idea: Vec<f64> = (0..1000).map(|_| dice.normal()).collect();
            for _ in 0..8 {
                trials.push(idea.iter().map(|x| x + 0.1 * dice.normal()).collect());
            }
        }
        let found = effective_trials(&sparse(&trials)).unwrap();
        assert!((4.5..5.5).contains(&found.by_eigenvalues), "{found:?}");
        // ρ̄ is about 5·28 of 780 pairs: 0.18 + 0.82 × 40 = 33.
        assert!(
            (31.0..35.0).contains(&found.by_average_correlation),
            "{found:?}"
        );
    }

    #[test]
    fn what_has_no_correlation() {
        assert_eq!(effective_trials(&[]), None);
        assert_eq!(
            effective_trials(&sparse(&[vec![0.0, 0.1], vec![0.0, 0.0]])),
            None
        );
        assert_eq!(
            effective_trials(&sparse(&[vec![0.0, 0.1], vec![0.0, 0.2, 0.1]])),
            None
        );
    }

    proptest! {
        #[test]
        fn between_one_and_all(trials in proptest::collection::vec(proptest::collection::vec(prop_oneof![Just(0.0), -1.0..1.0_f64], 12), 2..20)) {
            if let Some(found) = effective_trials(&sparse(&trials)) {
                let n = found.trials as f64;
                prop_assert!((1.0..=n).contains(&found.by_average_correlation) && (1.0..=n).contains(&found.by_eigenvalues));
            }
        }
    }
}
