//! What is said of a finding.

use serde::{Deserialize, Serialize};

use super::Question;

/// Below this a finding is no longer put down to luck.
const SIGNIFICANT: f64 = 0.05;

/// The answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trust {
    /// Trials ever made of this plan on this tape, this sweep's among them.
    pub trials_ever: u64,
    /// Trials of this sweep.
    pub trials: u64,
    /// Of how many overfitting was judged: a seeded sample of them, the best always in it. Of a search that learns, the best
    /// and trials spread evenly, which may be more than it made.
    pub sampled: usize,
    /// How many independent trials those are worth by their average correlation, scaled to all.
    pub effective_by_correlation: Option<f64>,
    /// The same by the eigenvalues of their correlations.
    pub effective_by_eigenvalues: Option<f64>,
    /// Mean correlation between trials.
    pub average_correlation: Option<f64>,
    /// Annual Sharpe ratio of the best over all searched windows as one.
    pub sharpe: Option<f64>,
    /// Probability that its true ratio is above 0, had it been the only trial.
    pub probabilistic_sharpe: Option<f64>,
    /// Probability that it is above what the best of all trials ever made shows by luck.
    pub deflated_sharpe: Option<f64>,
    /// The same with the effective number of trials.
    pub deflated_sharpe_effective: Option<f64>,
    /// Sessions after which it would be beyond doubt (95 %), had it been the only trial.
    pub minimum_track_record_sessions: Option<f64>,
    /// Against doing nothing.
    pub against_cash: Option<PValues>,
    /// Against holding the instrument.
    pub against_holding: Option<PValues>,
    /// Cross-validation: is choosing better than drawing lots?
    pub overfitting: Option<CrossValidation>,
    /// How the neighbours of the best do.
    pub plateau: Option<Neighbours>,
    /// How the best does out of sample, where a sweep has windows for that.
    pub out_of_sample: Option<OutOfSample>,
    /// The probability that this is luck, by the test over all trials; the worst there is, if more than one is due.
    pub luck: Option<f64>,
    /// True if luck is an unlikely explanation.
    pub found: bool,
    /// All of it in a sentence.
    pub sentence: String,
}

/// How often the best of so many trials without an edge looks as good as the one that was ranked first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PValues {
    /// Hansen's, only trials better than the benchmark recentred: a bound from below.
    pub lower: f64,
    /// Hansen's, hopeless trials left out.
    pub consistent: f64,
    /// Hansen's, all trials: a bound from above.
    pub upper: f64,
    /// White's reality check.
    pub white: f64,
}

/// What cross-validation says.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CrossValidation {
    /// Blocks the sessions were cut into.
    pub blocks: usize,
    /// Share of splits in which the best of one half is no better than the median of the other.
    pub probability: f64,
    /// Mean of the logits of its rank.
    pub mean_logit: f64,
    /// Share of splits in which it lost money in the other half.
    pub loss_probability: f64,
    /// Slope of its ratio out of sample on that in sample.
    pub degradation_slope: Option<f64>,
    /// Its mean annual Sharpe ratio where it was chosen.
    pub mean_in_sample_sharpe: Option<f64>,
    /// And in the other half.
    pub mean_out_of_sample_sharpe: Option<f64>,
}

/// How the combinations one step away from the best do.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Neighbours {
    /// How many there are.
    pub neighbours: usize,
    /// Share of them that keep half of the best objective.
    pub score: f64,
    /// Mean of neighbour ÷ best.
    pub mean_ratio: Option<f64>,
    /// Least of neighbour ÷ best.
    pub least_ratio: Option<f64>,
}

/// From in sample to out of sample.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OutOfSample {
    /// Annual Sharpe ratio of the best in sample: of the first window.
    pub sharpe_in: Option<f64>,
    /// The same out of sample: of the first window that was not searched.
    pub sharpe_out: Option<f64>,
    /// Out of sample ÷ in sample, where the latter is above 0.
    pub kept: Option<f64>,
    /// Rank correlation (Spearman) over the sampled trials: 1 if what was better stays better, 0 if it tells nothing.
    pub rank_correlation: Option<f64>,
}

impl Trust {
    pub(super) fn blank(question: &Question<'_>, sampled: usize) -> Self {
        Self {
            trials_ever: question.ever_count,
            trials: question.replayed_count,
            sampled,
            effective_by_correlation: None,
            effective_by_eigenvalues: None,
            average_correlation: None,
            sharpe: None,
            probabilistic_sharpe: None,
            deflated_sharpe: None,
            deflated_sharpe_effective: None,
            minimum_track_record_sessions: None,
            against_cash: None,
            against_holding: None,
            overfitting: None,
            plateau: None,
            out_of_sample: None,
            luck: None,
            found: false,
            sentence: String::new(),
        }
    }

    /// The sentence, and whether there is a finding.
    pub(super) fn conclude(&mut self) {
        self.luck = self.against_cash.map(|p| p.consistent);
        self.found = self.luck.is_some_and(|luck| luck < SIGNIFICANT);
        self.sentence = match self.luck {
            None => {
                "Nothing was found: the best combination never moves, or moves without varying."
                    .to_owned()
            }
            Some(luck) if self.found => format!(
                "Found, with reservations: had none of the {} combinations any edge, the best of them would look this good in {}{} of 100 tries.",
                grouped(self.trials.max(self.trials_ever)),
                // Of earlier trials nothing is known but their number.
                if self.trials_ever > self.trials {
                    "at most "
                } else {
                    ""
                },
                percent(luck)
            ),
            Some(luck) => format!(
                "Nothing was found that luck does not explain: had none of the {} combinations any edge, the best of them would look this good in {}{} of 100 tries.",
                grouped(self.trials.max(self.trials_ever)),
                // Of earlier trials nothing is known but their number.
                if self.trials_ever > self.trials {
                    "at most "
                } else {
                    ""
                },
                percent(luck)
            ),
        };
        if let Some(cross) = self.overfitting.filter(|_| self.luck.is_some()) {
            let told = format!(
                " What was best in one half of the sessions was no better than the median in the other half in {} of 100 splits.",
                percent(cross.probability)
            );
            self.sentence.push_str(&told);
        }
    }
}

/// A share in hundredths, never rounded to nothing.
fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    if hundredths < 1.0 {
        "less than 1".to_owned()
    } else {
        format!("{hundredths:.0}")
    }
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
