//! VIX, VIX9D and VIX3M: the large caps' implied volatility, from RVX and SPY's own moves.
//!
//! Each is a ratio in logarithms that reverts to its usual level: RVX ÷ VIX, VIX9D ÷ VIX, VIX3M ÷ VIX. When SPY falls
//! VIX gains on RVX, and a rise of VIX moves the short end more than the long one: in a panic RVX comes nearer to VIX
//! and the curve turns over. None is pinned: only RVX has turning points.

use super::grid::Grid;
use super::random::{Dice, Stream};
use super::symbols::SPY;

/// RVX ÷ VIX on an ordinary day, as a logarithm (1.26).
const RATIO: f64 = 0.23;
/// Share of the ratio's distance from it that is left a session later.
const RATIO_PERSISTENCE: f64 = 0.96;
/// What each unit of ln RVX below its usual level takes from the ratio: VIX finds its floor first.
const RATIO_CALM: f64 = 0.15;
const USUAL_RVX: f64 = 24.0;
/// What a standard deviation that SPY rises by adds to the ratio.
const RATIO_MOVE: f64 = 0.02;
/// Standard deviation of the ratio's own news.
const RATIO_NEWS: f64 = 0.025;

/// A point of the term structure beside the 30 days of VIX: ln(its index ÷ VIX) is
/// `level + slope · ln(VIX ÷ 18) + stretch · ln(VIX ÷ its own average) + a wander`.
struct Tenor {
    stream: Stream,
    level: f64,
    slope: f64,
    stretch: f64,
    /// Sessions of the exponential average of ln VIX.
    average_sessions: f64,
    /// Share of the wander that is left a session later, and its daily standard deviation.
    persistence: f64,
    news: f64,
}

/// VIX on an ordinary day.
const USUAL_VIX: f64 = 18.0;

const NINE_DAYS: Tenor = Tenor {
    stream: Stream::Vix9d,
    level: -0.07,
    slope: 0.10,
    stretch: 0.45,
    average_sessions: 10.0,
    persistence: 0.85,
    news: 0.045,
};

const THREE_MONTHS: Tenor = Tenor {
    stream: Stream::Vix3m,
    level: 0.12,
    slope: -0.08,
    stretch: -0.25,
    average_sessions: 60.0,
    persistence: 0.96,
    news: 0.013,
};

/// Half the degrees of freedom of all news here.
const HALF_FREEDOM: u32 = 3;

/// The three indices at each close, points, not rounded.
pub(super) struct Implied {
    pub(super) vix: Vec<f64>,
    pub(super) nine_days: Vec<f64>,
    pub(super) three_months: Vec<f64>,
}

/// Draws the three indices around RVX; `spy` are closes.
pub(super) fn of(grid: &Grid, rvx: &[f64], spy: &[f64], seed: u64) -> Implied {
    let mut dice = Dice::new(seed, Stream::Vix);
    let mut distance = 0.0;
    let vix: Vec<f64> = (0..rvx.len())
        .map(|index| {
            if let Some(before) = index.checked_sub(1) {
                let sigma = SPY.sigma(rvx[before], grid.activity[index]);
                // A dividend counts as a fall; it is half a standard deviation at most.
                let moved = libm::log(spy[index] / spy[before]) / sigma;
                distance = RATIO_PERSISTENCE * distance
                    + RATIO_MOVE * moved
                    + RATIO_NEWS * news(&mut dice);
            }
            let calm = RATIO_CALM * libm::log(rvx[index] / USUAL_RVX).min(0.0);
            rvx[index] * libm::exp(-(RATIO + calm + distance))
        })
        .collect();
    Implied {
        nine_days: NINE_DAYS.beside(&vix, seed),
        three_months: THREE_MONTHS.beside(&vix, seed),
        vix,
    }
}

impl Tenor {
    fn beside(&self, vix: &[f64], seed: u64) -> Vec<f64> {
        let mut dice = Dice::new(seed, self.stream);
        let share = 2.0 / (self.average_sessions + 1.0);
        let mut average: Option<f64> = None;
        let mut wander = 0.0;
        vix.iter()
            .map(|&vix| {
                let now = libm::log(vix);
                let usual = average.map_or(now, |before| before + share * (now - before));
                average = Some(usual);
                wander = self.persistence * wander + self.news * news(&mut dice);
                let level = self.level + self.slope * (now - libm::log(USUAL_VIX));
                vix * libm::exp(level + self.stretch * (now - usual) + wander)
            })
            .collect()
    }
}

fn news(dice: &mut Dice) -> f64 {
    dice.student_scale(HALF_FREEDOM) * dice.normal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_days_rise_and_three_months_lag_when_vix_jumps() {
        // Without news: 18 for long, then 36. ln 2 = 0.693147.
        let vix = [vec![18.0; 50], vec![36.0]].concat();
        let still = |tenor: Tenor| Tenor { news: 0.0, ..tenor }.beside(&vix, 1);
        let (short, long) = (still(NINE_DAYS), still(THREE_MONTHS));
        assert!((short[49] - 18.0 * (-0.07_f64).exp()).abs() < 1e-9);
        assert!((long[49] - 18.0 * 0.12_f64.exp()).abs() < 1e-9);
        // The average of ten sessions takes 2/11 of the jump, that of sixty 2/61:
        // −0.07 + 0.10 · 0.693147 + 0.45 · 0.693147 · 9/11 = 0.254520,
        // 0.12 − 0.08 · 0.693147 − 0.25 · 0.693147 · 59/61 = −0.103057.
        assert!(((short[50] / 36.0).ln() - 0.254_520).abs() < 2e-6);
        assert!(((long[50] / 36.0).ln() + 0.103_057).abs() < 2e-6);
    }

    #[test]
    fn vix_is_there_for_every_close_and_begins_at_the_usual_ratio() {
        let grid = Grid::new();
        let flat = vec![24.0; grid.len()];
        let made = of(&grid, &flat, &flat, 3);
        assert_eq!(made.vix.len(), grid.len());
        assert!((made.vix[0] - 24.0 * (-0.23_f64).exp()).abs() < 1e-12);
        // Nothing moves but the ratio's own news: 0.025 ÷ √(1 − 0.96²) = 0.089.
        let spread = made
            .vix
            .iter()
            .map(|v| (v / made.vix[0]).ln().powi(2))
            .sum::<f64>();
        let deviation = (spread / grid.len() as f64).sqrt();
        assert!((0.05..0.13).contains(&deviation), "{deviation}");
        // Half of the usual: 0.15 · ln 2 less of a ratio. Twice of it: the same.
        let of = |rvx: f64| of(&grid, &vec![rvx; grid.len()], &flat, 3).vix[0];
        let less = (of(12.0) / 12.0 / (made.vix[0] / 24.0)).ln();
        assert!((less - 0.103_972).abs() < 1e-6, "{less}");
        assert!((of(48.0) - 2.0 * made.vix[0]).abs() < 1e-9);
    }
}
