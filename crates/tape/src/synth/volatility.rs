//! RVX and IWM's shocks, drawn together: implied volatility sets the size of tomorrow's move, and
//! today's move sets implied volatility.

use super::grid::{Grid, Stretch};
use super::random::{Dice, Stream};
use super::shocks::Shock;
use super::symbols::IWM;

/// Paths drawn for each stretch; the one that comes nearest to the next turning point by itself is
/// taken. See [`super::bridge`] for why.
pub(super) const CANDIDATES: usize = 256;

/// Share of RVX's distance from its bridge that is left a session later: half is gone in 10.
const PERSISTENCE: f64 = 0.93;
/// Fall of ln RVX for a shock of one standard deviation upwards.
const LEVERAGE: f64 = 0.042;
/// Extra rise of ln RVX for the square of a shock: what makes it *jump* in a fall.
const JUMP: f64 = 0.008;
/// Largest shock, in standard deviations, that RVX reacts to.
const LARGEST_SHOCK: f64 = 4.0;
/// Standard deviation of RVX's own news, in ln RVX.
const OWN_NEWS: f64 = 0.036;
/// Half the degrees of freedom of that news.
const OWN_HALF_FREEDOM: u32 = 3;
/// Share of yesterday's shock that the night gives back. Small caps reverse a little from one
/// session to the next; it also balances the drift that pinning adds on the way to a turning point.
const REVERSAL: f64 = 0.10;

/// What leads the market.
pub(super) struct Lead {
    /// IWM's shocks, one a session.
    pub(super) shocks: Vec<Shock>,
    /// RVX at each close, not rounded.
    pub(super) rvx: Vec<f64>,
}

/// IWM's shock of a whole day, variance 1.
pub(super) fn day_shock(shock: &Shock) -> f64 {
    let weights = IWM.division.sigmas(1.0);
    shock.size.map2(weights, |size, weight| size * weight).sum()
}

/// Draws RVX and IWM's shocks over the whole grid.
pub(super) fn lead(grid: &Grid, seed: u64) -> Lead {
    let mut dice = Dice::new(seed, Stream::Iwm);
    let mut shocks = vec![Shock::draw(&mut dice)];
    let mut rvx: Vec<f64> = grid.stretches.iter().take(1).map(|s| s.start.rvx).collect();
    for stretch in &grid.stretches {
        let best = best_candidate(grid, stretch, &mut dice);
        shocks.extend(best.shocks);
        rvx.extend(best.rvx);
    }
    Lead { shocks, rvx }
}

struct Candidate {
    shocks: Vec<Shock>,
    rvx: Vec<f64>,
    miss: f64,
}

fn best_candidate(grid: &Grid, stretch: &Stretch, dice: &mut Dice) -> Candidate {
    let weights = bridge_weights(stretch.len());
    let mut best = draw_candidate(grid, stretch, &weights, dice);
    for _ in 1..CANDIDATES {
        let next = draw_candidate(grid, stretch, &weights, dice);
        if next.miss < best.miss {
            best = next;
        }
    }
    best
}

fn draw_candidate(grid: &Grid, stretch: &Stretch, weights: &[f64], dice: &mut Dice) -> Candidate {
    let mut before = 0.0;
    let shocks: Vec<Shock> = weights
        .iter()
        .map(|_| {
            let mut shock = Shock::draw(dice);
            shock.size.gap -= REVERSAL * before;
            before = day_shock(&shock);
            shock
        })
        .collect();
    let news: Vec<f64> = shocks
        .iter()
        .map(|shock| rvx_news(day_shock(shock), dice))
        .collect();
    let rvx = rvx_path(stretch, &news, weights);
    let sigmas = std::iter::once(&stretch.start.rvx)
        .chain(&rvx)
        .zip(&grid.activity[stretch.from + 1..])
        .map(|(&rvx, &activity)| IWM.sigma(rvx, activity));
    let sum: f64 = sigmas
        .zip(&shocks)
        .map(|(sigma, shock)| sigma * day_shock(shock))
        .sum();
    let wanted = libm::log(stretch.end.iwm / stretch.start.iwm);
    Candidate {
        shocks,
        rvx,
        miss: (sum - wanted).abs(),
    }
}

/// The change of ln RVX that a day's shock and RVX's own news bring.
fn rvx_news(shock: f64, dice: &mut Dice) -> f64 {
    let felt = shock.clamp(-LARGEST_SHOCK, LARGEST_SHOCK);
    let own = dice.student_scale(OWN_HALF_FREEDOM) * dice.normal();
    JUMP * (felt * felt - 1.0) - LEVERAGE * felt + OWN_NEWS * own
}

/// How much of the final distance from the line each session takes back.
///
/// The distance y follows `y[t] = φ y[t−1] + news`. Given that it must be 0 after n sessions, the
/// expected y[t] is `y[t] − y[n] cov(y[t], y[n]) ÷ var(y[n])`, and
/// `cov(y[t], y[n]) = φ^(n−t) var(y[t])`, `var(y[t]) ∝ 1 − φ^(2t)`.
fn bridge_weights(sessions: usize) -> Vec<f64> {
    let mut power = 1.0;
    let powers: Vec<f64> = (0..=sessions)
        .map(|_| {
            let now = power;
            power *= PERSISTENCE;
            now
        })
        .collect();
    let variance = |t: usize| 1.0 - powers[t] * powers[t];
    (1..=sessions)
        .map(|t| powers[sessions - t] * variance(t) / variance(sessions))
        .collect()
}

fn rvx_path(stretch: &Stretch, news: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut distance = 0.0;
    let free: Vec<f64> = news
        .iter()
        .map(|shock| {
            distance = PERSISTENCE * distance + shock;
            distance
        })
        .collect();
    free.iter()
        .zip(weights)
        .zip(stretch.from + 1..)
        .map(|((free, weight), index)| {
            let line = stretch.line(stretch.start.rvx, stretch.end.rvx, index);
            line * libm::exp(free - weight * distance)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bridge_takes_everything_back_at_the_end_and_little_at_the_start() {
        let weights = bridge_weights(40);
        assert_eq!(weights.len(), 40);
        assert_eq!(weights[39], 1.0);
        // φ^39 (1 − φ²) ÷ (1 − φ^80) = 0.058998 × 0.1351 ÷ 0.996990 = 0.007995.
        assert!((weights[0] - 0.007_995).abs() < 2e-6, "{}", weights[0]);
        assert!(weights.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn rvx_meets_its_turning_points() {
        let grid = Grid::new();
        let lead = lead(&grid, 1);
        assert_eq!(lead.rvx.len(), grid.len());
        assert_eq!(lead.shocks.len(), grid.len());
        for stretch in &grid.stretches {
            assert!((lead.rvx[stretch.to] - stretch.end.rvx).abs() < 1e-9);
        }
    }
}
