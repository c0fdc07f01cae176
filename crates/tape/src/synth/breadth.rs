//! How many members are above their 50-day average: what IWM's own distance from its average
//! implies, in units of volatility, plus news, pinned to the turning points.
//!
//! Works in logits, so that the figure stays inside 0 … 100 however far IWM falls.

use super::grid::{Grid, Stretch};
use super::random::{Dice, Stream};

/// Sessions of the average.
const AVERAGE_SESSIONS: usize = 50;
/// Logit of breadth with IWM at its average.
const LEVEL: f64 = -0.26;
/// Logit for each unit of distance ÷ annual volatility; both fitted to the real series.
const SLOPE: f64 = 4.5;
/// Share of the news that is left a session later, and its daily standard deviation (logits).
const NEWS_PERSISTENCE: f64 = 0.9;
const NEWS_DAILY: f64 = 0.08;

/// Breadth in percent at each close, two decimals. Until 50 sessions exist the average is that of
/// the sessions there are.
pub(super) fn of(grid: &Grid, close: &[f64], rvx: &[f64], seed: u64) -> Vec<f64> {
    let mut dice = Dice::new(seed, Stream::Breadth);
    let mut news = 0.0;
    let free: Vec<f64> = (0..close.len())
        .map(|index| {
            news = NEWS_PERSISTENCE * news + NEWS_DAILY * dice.normal();
            let window = &close[(index + 1).saturating_sub(AVERAGE_SESSIONS)..=index];
            let average = window.iter().sum::<f64>() / window.len() as f64;
            let distance = (close[index] / average - 1.0) / (rvx[index] / 100.0);
            LEVEL + SLOPE * distance + news
        })
        .collect();
    let mut breadth: Vec<f64> = grid
        .stretches
        .iter()
        .take(1)
        .map(|s| s.start.breadth)
        .collect();
    for stretch in &grid.stretches {
        breadth.extend(pinned(stretch, &free));
    }
    breadth
}

/// The stretch's values, its misses at both ends taken back linearly between them.
fn pinned(stretch: &Stretch, free: &[f64]) -> impl Iterator<Item = f64> {
    let miss_start = free[stretch.from] - logit(stretch.start.breadth);
    let miss_end = free[stretch.to] - logit(stretch.end.breadth);
    (stretch.from + 1..=stretch.to).map(move |index| {
        let share = (index - stretch.from) as f64 / stretch.len() as f64;
        let value = free[index] - miss_start - (miss_end - miss_start) * share;
        let percent = 100.0 / (1.0 + libm::exp(-value));
        (percent * 100.0).round() / 100.0
    })
}

fn logit(percent: f64) -> f64 {
    libm::log(percent / (100.0 - percent))
}
