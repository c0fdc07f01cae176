//! Figures of the series beside RVX and breadth: the large caps' implied volatility, rates, credit.

use crate::figures::{changes, correlation, deviation, lagged, mean};
use crate::market_days::Days;

/// RVX below this is calm, from this on stress.
const CALM: f64 = 18.0;
const STRESS: f64 = 50.0;
/// Closes of a rank.
const RANK_SESSIONS: usize = 252;

/// Every figure with its name; `spy` are SPY's returns.
pub(crate) fn of(days: &Days, spy: &[f64]) -> Vec<(&'static str, f64)> {
    let [vix, nine, three] = ["VIX", "VIX9D", "VIX3M"].map(|name| days.other(name));
    let [large, short, long] = [(&days.rvx[..], vix), (nine, vix), (three, vix)].map(ratio);
    let by = |ratio: &[f64], held: fn(f64) -> bool| {
        let rows = ratio.iter().zip(&days.rvx);
        mean(
            &rows
                .filter(|r| held(*r.1))
                .map(|r| *r.0)
                .collect::<Vec<_>>(),
        )
    };
    let (calm, stress) = (|rvx| rvx < CALM, |rvx| rvx >= STRESS);
    let moves = |x: &[f64]| changes(&logs(x));
    let [bills, two, ten, spread] =
        ["DGS3MO", "DGS2", "DGS10", "BAMLH0A0HYM2"].map(|name| days.other(name));
    let inverted = two.iter().zip(ten).filter(|(two, ten)| ten < two).count();
    vec![
        ("RVX ÷ VIX, mean", mean(&large)),
        ("RVX ÷ VIX with RVX below 18", by(&large, calm)),
        ("RVX ÷ VIX with RVX from 50", by(&large, stress)),
        ("RVX ÷ VIX, deviation of ln", deviation(&logs(&large))),
        (
            "RVX ÷ VIX, autocorrelation of ln, lag 20",
            lagged(&logs(&large), &logs(&large), 20),
        ),
        (
            "VIX standard deviation of ln change",
            deviation(&moves(vix)),
        ),
        (
            "VIX/SPY correlation of changes",
            correlation(&moves(vix), spy),
        ),
        (
            "VIX/RVX correlation of changes",
            correlation(&moves(vix), &moves(&days.rvx)),
        ),
        ("VIX9D ÷ VIX, mean", mean(&short)),
        ("VIX9D ÷ VIX with RVX below 18", by(&short, calm)),
        ("VIX9D ÷ VIX with RVX from 50", by(&short, stress)),
        ("VIX9D ÷ VIX, deviation of ln", deviation(&logs(&short))),
        (
            "VIX9D ÷ VIX, autocorrelation of ln, lag 1",
            lagged(&logs(&short), &logs(&short), 1),
        ),
        ("VIX3M ÷ VIX, mean", mean(&long)),
        ("VIX3M ÷ VIX with RVX below 18", by(&long, calm)),
        ("VIX3M ÷ VIX with RVX from 50", by(&long, stress)),
        ("VIX3M ÷ VIX, deviation of ln", deviation(&logs(&long))),
        (
            "VIX3M ÷ VIX, autocorrelation of ln, lag 1",
            lagged(&logs(&long), &logs(&long), 1),
        ),
        (
            "VIX9D ÷ VIX and VIX3M ÷ VIX, correlation of ln",
            correlation(&logs(&short), &logs(&long)),
        ),
        (
            "sessions with ten-day rank below 20, %",
            low_rank(days, &short),
        ),
        (
            "DGS3MO standard deviation of change",
            deviation(&changes(bills)),
        ),
        (
            "DGS2 standard deviation of change",
            deviation(&changes(two)),
        ),
        (
            "DGS10 standard deviation of change",
            deviation(&changes(ten)),
        ),
        (
            "DGS2/DGS10 correlation of changes",
            correlation(&changes(two), &changes(ten)),
        ),
        (
            "sessions with DGS10 below DGS2, %",
            inverted as f64 / two.len() as f64 * 100.0,
        ),
        ("high-yield spread, mean", mean(spread)),
        (
            "high-yield spread, largest",
            spread.iter().copied().fold(0.0, f64::max),
        ),
        (
            "high-yield spread, smallest",
            spread.iter().copied().fold(f64::MAX, f64::min),
        ),
        (
            "high-yield spread, deviation of ln change",
            deviation(&moves(spread)),
        ),
        (
            "high-yield spread/RVX correlation of changes",
            correlation(&moves(spread), &moves(&days.rvx)),
        ),
    ]
}

fn ratio((above, below): (&[f64], &[f64])) -> Vec<f64> {
    above.iter().zip(below).map(|(a, b)| a / b).collect()
}

fn logs(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v.ln()).collect()
}

/// How often the shipped condor's trigger holds: RVX × VIX9D ÷ VIX low in its year.
fn low_rank(days: &Days, short: &[f64]) -> f64 {
    let level: Vec<f64> = days.rvx.iter().zip(short).map(|(r, s)| r * s).collect();
    let ranks = level.windows(RANK_SESSIONS).map(|window| {
        let low = window.iter().copied().fold(f64::MAX, f64::min);
        let high = window.iter().copied().fold(f64::MIN, f64::max);
        (window[RANK_SESSIONS - 1] - low) / (high - low)
    });
    let ranks: Vec<f64> = ranks.collect();
    ranks.iter().filter(|rank| **rank < 0.2).count() as f64 / ranks.len() as f64 * 100.0
}
