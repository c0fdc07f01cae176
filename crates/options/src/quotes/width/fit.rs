//! Fitting the law to real quotes, and saying how well it fits.

use crate::quotes::simplex::least;

use super::{Fitted, Setting};

/// One real quote with what the law needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WidthSample {
    /// The option; its value is the middle of the quote.
    pub at: Setting,
    /// Ask less bid, dollars a share.
    pub width_usd: f64,
}

/// How well the law does on one kind of option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WidthBucket {
    /// Absolute delta, from and to below.
    pub delta: (f64, f64),
    /// Days to expiry, from and to, both included.
    pub days: (u32, u32),
    /// Quotes.
    pub count: usize,
    /// The median width quoted, dollars a share.
    pub quoted_usd: f64,
    /// The median of the law's, before ticks.
    pub law_usd: f64,
    /// The median of |ln(quoted ÷ law)|: 0.1 is a tenth of the width.
    pub error: f64,
}

/// A fitted law and its errors.
#[derive(Clone, Debug, PartialEq)]
pub struct WidthFit {
    /// The law.
    pub fitted: Fitted,
    /// Quotes it was fitted to.
    pub count: usize,
    /// The mean of |ln(quoted ÷ law)| over them.
    pub error: f64,
    /// The same by delta and days, those with any quote.
    pub buckets: Vec<WidthBucket>,
}

/// Edges of the table of errors.
const DELTAS: [f64; 8] = [0.0, 0.05, 0.1, 0.2, 0.35, 0.6, 0.9, 1.01];
const DAYS: [(u32, u32); 5] = [(1, 9), (10, 30), (31, 60), (61, 120), (121, 400)];
/// The fit looks at expiries the table shows.
const ROUNDS: usize = 600;
/// Fewer quotes than this say nothing about five numbers.
const FEWEST: usize = 100;

impl WidthFit {
    /// The law with the least mean |ln(quoted ÷ law)| over the quotes of 1 to 400 days with a width above 0; `None` if
    /// there are fewer than a hundred. The logarithm weighs a cent on a cheap option like a dollar on a dear one; the absolute
    /// value lets the few wild quotes be wild.
    pub fn new(samples: &[WidthSample]) -> Option<WidthFit> {
        let samples = used(samples);
        if samples.len() < FEWEST {
            return None;
        }
        let cost = |logs: &[f64; 5]| error(&of(logs), &samples);
        let mut logs = logs(&Fitted::SPY_2026);
        // A simplex may collapse before it is there: it is set up anew where it ended.
        for spread in [0.1, 0.05, 0.02] {
            logs = least(logs, spread, ROUNDS, cost);
        }
        let fitted = of(&logs);
        Some(WidthFit {
            fitted,
            count: samples.len(),
            error: error(&fitted, &samples),
            buckets: buckets(&fitted, &samples),
        })
    }
}

impl Fitted {
    /// The mean of |ln(quoted ÷ law)| over the quotes that are fitted to; `None` without one.
    pub fn mean_error(&self, samples: &[WidthSample]) -> Option<f64> {
        let used = used(samples);
        (!used.is_empty()).then(|| error(self, &used))
    }
}

/// Quotes of the expiries the table shows, with any width.
fn used(samples: &[WidthSample]) -> Vec<WidthSample> {
    let within = |s: &&WidthSample| (DAYS[0].0..=DAYS[4].1).contains(&days(s)) && s.width_usd > 0.0;
    samples.iter().filter(within).copied().collect()
}

fn days(sample: &WidthSample) -> u32 {
    (sample.at.years * 365.0).floor().max(0.0) as u32
}

/// The numbers are fitted as logarithms: none can turn negative, and all are of one size.
fn logs(law: &Fitted) -> [f64; 5] {
    [law.floor, law.share, law.inside, law.deep, law.onset].map(f64::ln)
}

fn of(logs: &[f64; 5]) -> Fitted {
    let [floor, share, inside, deep, onset] = logs.map(f64::exp);
    Fitted {
        floor,
        share,
        inside,
        deep,
        onset,
    }
}

fn miss(law: &Fitted, sample: &WidthSample) -> f64 {
    (sample.width_usd / law.base_usd(&sample.at)).ln().abs()
}

fn error(law: &Fitted, samples: &[WidthSample]) -> f64 {
    samples.iter().map(|s| miss(law, s)).sum::<f64>() / samples.len() as f64
}

fn buckets(law: &Fitted, samples: &[WidthSample]) -> Vec<WidthBucket> {
    let mut all = Vec::new();
    for span in DAYS {
        for delta in DELTAS.windows(2) {
            let (from, to) = (delta[0], delta[1]);
            let here: Vec<&WidthSample> = samples
                .iter()
                .filter(|s| (span.0..=span.1).contains(&days(s)))
                .filter(|s| (from..to).contains(&s.at.delta.abs()))
                .collect();
            if here.is_empty() {
                continue;
            }
            all.push(WidthBucket {
                delta: (from, to.min(1.0)),
                days: span,
                count: here.len(),
                quoted_usd: median(here.iter().map(|s| s.width_usd)),
                law_usd: median(here.iter().map(|s| law.base_usd(&s.at))),
                error: median(here.iter().map(|s| miss(law, s))),
            });
        }
    }
    all
}

/// The middle value, the upper one of two; of at least one value.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
