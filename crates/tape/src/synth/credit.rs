//! The high-yield spread, percent: it jumps a little with RVX and follows it slowly.

use super::random::{Dice, Stream};

/// ln of the spread (4.1 %) with RVX at its usual level; what a rise of ln RVX that lasts adds to it, and what its
/// square does: a crisis widens more than calm narrows.
const LEVEL: f64 = 1.40;
const SLOPE: f64 = 0.4;
const CURVE: f64 = 0.2;
const USUAL_RVX: f64 = 24.0;
/// Share of the distance from there that a session makes up.
const PULL: f64 = 0.05;
/// What a rise of ln RVX brings on the same session.
const LEVERAGE: f64 = 0.15;
/// Standard deviation of its own news, and half the degrees of freedom.
const NEWS: f64 = 0.018;
const HALF_FREEDOM: u32 = 3;

/// The spread at each close, percent, not rounded.
pub(super) fn of(rvx: &[f64], seed: u64) -> Vec<f64> {
    let mut dice = Dice::new(seed, Stream::Credit);
    let wanted = |rvx: f64| {
        let above = libm::log(rvx / USUAL_RVX);
        LEVEL + SLOPE * above + CURVE * above * above
    };
    let mut before: Option<(f64, f64)> = None;
    rvx.iter()
        .map(|&rvx| {
            let spread = before.map_or(wanted(rvx), |(spread, rvx_before)| {
                let news = dice.student_scale(HALF_FREEDOM) * dice.normal();
                let rise = libm::log(rvx / rvx_before);
                spread + PULL * (wanted(rvx) - spread) + LEVERAGE * rise + NEWS * news
            });
            before = Some((spread, rvx));
            libm::exp(spread)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubled_rvx_widens_the_spread_at_once_and_for_long() {
        let rvx = [vec![24.0; 1], vec![48.0; 2000]].concat();
        let (mut first, mut late) = (0.0, 0.0);
        for seed in 0..40 {
            let spread = of(&rvx, seed);
            assert!((spread[0] - 1.40_f64.exp()).abs() < 1e-12);
            first += spread[1].ln() / 40.0;
            late += spread[1000..].iter().map(|s| s.ln()).sum::<f64>() / 1001.0 / 40.0;
        }
        // ln 2 = 0.6931: 0.4 · 0.6931 + 0.2 · 0.4805 = 0.3733 in the end, 0.05 · 0.3733 + 0.15 · 0.6931 = 0.1226 at
        // once. Errors 0.003 both.
        assert!((first - 1.5226).abs() < 0.015, "{first}");
        assert!((late - 1.7733).abs() < 0.015, "{late}");
    }
}
