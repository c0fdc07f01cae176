//! From shocks to opens and closes that meet the turning points.
//!
//! Two steps, so that the days near a turning point look like any other day:
//! 1. *Choosing.* Of [`super::volatility::CANDIDATES`] paths drawn without knowledge of the next
//!    turning point, the one that comes nearest by itself is kept. That is drawing from the market's
//!    own law under the condition that it arrives (rejection sampling, stopped early), fat tails and
//!    all: a crash becomes a few terrible days among rebounds, not thirteen equal falls.
//! 2. *Pinning.* What still misses is spread over the stretch in proportion to each day's variance,
//!    which is the Brownian bridge for a volatility that changes with time.

use super::grid::{Grid, Stretch};
use super::random::Dice;
use super::shocks::{Parts, Shock};
use super::symbols::{BANK_STRESS, BankStress, Symbol};
use super::volatility::{CANDIDATES, Lead, day_shock};

/// Rounds of pinning. Dividends make the path not quite additive in logarithms; each round leaves
/// about a thousandth of the miss before it.
const PINNING_ROUNDS: usize = 6;

/// One symbol's path, in dollars, not rounded.
pub(super) struct Trail {
    pub(super) open: Vec<f64>,
    pub(super) close: Vec<f64>,
    /// Standard deviation of ln price from open to close, this day's Student scale included.
    pub(super) spread: Vec<f64>,
}

/// Log moves of one symbol before pinning, with each day's variance.
struct Moves {
    parts: Vec<Parts>,
    variance: Vec<f64>,
    spread: Vec<f64>,
}

/// IWM's trail: its shocks were chosen together with RVX.
pub(super) fn leader(grid: &Grid, lead: &Lead, symbol: &Symbol, dividends: &[f64]) -> Trail {
    let mut moves = Moves::with_capacity(grid.len());
    for (index, shock) in lead.shocks.iter().enumerate() {
        moves.push(symbol, sigma(symbol, grid, lead, index), shock);
    }
    pin(grid, symbol, &moves, dividends)
}

/// The trail of a symbol that follows IWM.
pub(super) fn follower(
    grid: &Grid,
    lead: &Lead,
    symbol: &Symbol,
    dividends: &[f64],
    mut dice: Dice,
) -> Trail {
    let mut moves = Moves::with_capacity(grid.len());
    let first = own_news(lead, None, 0, &mut dice);
    moves.push_followed(
        symbol,
        sigma(symbol, grid, lead, 0),
        &lead.shocks[0],
        None,
        first,
    );
    for stretch in &grid.stretches {
        let stress = stress_of(symbol, stretch);
        let news = best_news(grid, lead, symbol, stretch, stress, &mut dice);
        for (index, news) in (stretch.from + 1..).zip(news) {
            let sigma = sigma(symbol, grid, lead, index);
            moves.push_followed(symbol, sigma, &lead.shocks[index], stress, news);
        }
    }
    pin(grid, symbol, &moves, dividends)
}

impl Moves {
    fn with_capacity(days: usize) -> Moves {
        Moves {
            parts: Vec::with_capacity(days),
            variance: Vec::with_capacity(days),
            spread: Vec::with_capacity(days),
        }
    }

    fn push(&mut self, symbol: &Symbol, sigma: f64, shock: &Shock) {
        let sigmas = symbol.division.sigmas(sigma);
        self.parts.push(shock.size.map2(sigmas, |size, s| size * s));
        self.variance.push(sigma * sigma);
        self.spread.push(sigmas.open_hours * shock.scale.open_hours);
    }

    fn push_followed(
        &mut self,
        symbol: &Symbol,
        sigma: f64,
        leader: &Shock,
        stress: Option<&BankStress>,
        news: Parts,
    ) {
        let shock = Shock::follow(leader, symbol.correlation, news);
        self.push(symbol, sigma, &shock);
        let (Some(stress), Some(variance), Some(spread)) =
            (stress, self.variance.last_mut(), self.spread.last_mut())
        else {
            return;
        };
        // Own news is wilder than the symbol's usual self: the day's variance and range with it.
        let common = symbol.correlation.open_hours * symbol.correlation.open_hours;
        let wilder = common + (1.0 - common) * stress.own_volatility * stress.own_volatility;
        *variance *= wilder;
        *spread *= wilder.sqrt();
    }
}

/// A symbol's daily standard deviation, from RVX at the close before.
fn sigma(symbol: &Symbol, grid: &Grid, lead: &Lead, index: usize) -> f64 {
    symbol.sigma(lead.rvx[index.saturating_sub(1)], grid.activity[index])
}

fn stress_of(symbol: &Symbol, stretch: &Stretch) -> Option<&'static BankStress> {
    BANK_STRESS
        .iter()
        .filter(|_| symbol.name == "KRE")
        .find(|s| s.after <= stretch.start.date && stretch.end.date <= s.to)
}

/// A follower's own news of one day: two standard normals, times the stress it is under. In bank
/// stress part of it is what IWM will only feel the session after.
fn own_news(lead: &Lead, stress: Option<&BankStress>, index: usize, dice: &mut Dice) -> Parts {
    let fresh = Parts {
        gap: dice.normal(),
        open_hours: dice.normal(),
    };
    let Some(stress) = stress else { return fresh };
    let tomorrow = lead.shocks.get(index + 1).map_or(0.0, day_shock);
    let own = (1.0 - stress.lead * stress.lead).sqrt();
    let mixed = |news: f64| stress.own_volatility * (own * news + stress.lead * tomorrow);
    Parts {
        gap: mixed(fresh.gap),
        open_hours: mixed(fresh.open_hours),
    }
}

/// The news of a stretch that, of many drawn, brings the symbol nearest to its turning point.
fn best_news(
    grid: &Grid,
    lead: &Lead,
    symbol: &Symbol,
    stretch: &Stretch,
    stress: Option<&BankStress>,
    dice: &mut Dice,
) -> Vec<Parts> {
    let wanted = libm::log((symbol.close)(&stretch.end) / (symbol.close)(&stretch.start));
    let days = stretch.from + 1..=stretch.to;
    let sigmas: Vec<Parts> = days
        .clone()
        .map(|index| symbol.division.sigmas(sigma(symbol, grid, lead, index)))
        .collect();
    let mut best: Option<(f64, Vec<Parts>)> = None;
    for _ in 0..CANDIDATES {
        let news: Vec<Parts> = days
            .clone()
            .map(|index| own_news(lead, stress, index, dice))
            .collect();
        let sum: f64 = days
            .clone()
            .zip(news.iter().zip(&sigmas))
            .map(|(index, (&news, &sigmas))| {
                let shock = Shock::follow(&lead.shocks[index], symbol.correlation, news);
                shock.size.map2(sigmas, |size, sigma| size * sigma).sum()
            })
            .sum();
        let miss = (sum - wanted).abs();
        if best.as_ref().is_none_or(|(least, _)| miss < *least) {
            best = Some((miss, news));
        }
    }
    best.map(|(_, news)| news).unwrap_or_default()
}

/// Lays the moves end to end so that every turning point is met.
fn pin(grid: &Grid, symbol: &Symbol, moves: &Moves, dividends: &[f64]) -> Trail {
    let mut trail = Trail {
        open: Vec::with_capacity(grid.len()),
        close: Vec::with_capacity(grid.len()),
        spread: moves.spread.clone(),
    };
    // The first session has no close before it; it opens where its own move to its close began.
    if let (Some(stretch), Some(parts)) = (grid.stretches.first(), moves.parts.first()) {
        let close = (symbol.close)(&stretch.start);
        trail.open.push(close * libm::exp(-parts.open_hours));
        trail.close.push(close);
    }
    for stretch in &grid.stretches {
        let target = (symbol.close)(&stretch.end);
        let mut shift = 0.0;
        let mut prices = lay(symbol, stretch, moves, dividends, shift);
        for _ in 0..PINNING_ROUNDS {
            let Some(&(_, last)) = prices.last() else {
                break;
            };
            shift += libm::log(target / last);
            prices = lay(symbol, stretch, moves, dividends, shift);
        }
        if let Some(last) = prices.last_mut() {
            last.1 = target;
        }
        trail.open.extend(prices.iter().map(|p| p.0));
        trail.close.extend(prices.iter().map(|p| p.1));
    }
    trail
}

/// Opens and closes of one stretch with `shift` added to its log return, spread by variance. An
/// ex-dividend open is lower by the dividend.
fn lay(
    symbol: &Symbol,
    stretch: &Stretch,
    moves: &Moves,
    dividends: &[f64],
    shift: f64,
) -> Vec<(f64, f64)> {
    let days = stretch.from + 1..=stretch.to;
    let variance: f64 = moves.variance[days.clone()].iter().sum();
    let mut price = (symbol.close)(&stretch.start);
    days.map(|index| {
        let pull = symbol.division.of(shift * moves.variance[index] / variance);
        let parts = moves.parts[index].map2(pull, |a, b| a + b);
        let open = price * libm::exp(parts.gap) - dividends[index];
        price = open * libm::exp(parts.open_hours);
        (open, price)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::symbols::IWM;
    use super::*;

    /// A market in which nothing happens, but for a dividend of 1.00 three sessions in.
    fn still(grid: &Grid) -> (Moves, Vec<f64>) {
        let mut dividends = vec![0.0; grid.len()];
        dividends[grid.stretches[0].from + 3] = 1.0;
        let moves = Moves {
            parts: vec![Parts::default(); grid.len()],
            variance: vec![1.0; grid.len()],
            spread: vec![0.01; grid.len()],
        };
        (moves, dividends)
    }

    #[test]
    fn an_ex_dividend_open_is_lower_by_the_dividend() {
        let grid = Grid::new();
        let (moves, dividends) = still(&grid);
        let stretch = grid.stretches[0];
        let prices = lay(&IWM, &stretch, &moves, &dividends, 0.0);
        assert_eq!(prices[1], (115.39, 115.39));
        assert_eq!(prices[2], (115.39 - 1.0, 115.39 - 1.0));
        assert_eq!(prices[3], prices[2]);
    }

    #[test]
    fn pinning_pays_for_the_dividend_and_meets_every_point() {
        let grid = Grid::new();
        let (moves, dividends) = still(&grid);
        let trail = pin(&grid, &IWM, &moves, &dividends);
        assert_eq!(trail.close.len(), grid.len());
        for stretch in &grid.stretches {
            assert_eq!(trail.close[stretch.to], stretch.end.iwm);
            // The last close is the point itself; what the rounds of pinning left must not show as a
            // jump before it. Without moves every session but the ex-date has the same log return.
            let step = |i: usize| (trail.close[i] / trail.close[i - 1]).ln();
            if stretch.len() > 4 {
                let apart = step(stretch.to) - step(stretch.to - 1);
                assert!(apart.abs() < 1e-12, "{apart}");
            }
        }
    }

    #[test]
    fn the_pull_towards_a_point_goes_with_variance_and_divides_into_night_and_day() {
        let grid = Grid::new();
        let (mut moves, _) = still(&grid);
        let stretch = grid.stretches[0];
        // One session has all the variance, so it makes the whole move: 37 % of it overnight.
        moves.variance = vec![0.0; grid.len()];
        moves.variance[stretch.from + 2] = 4.0;
        let none = vec![0.0; grid.len()];
        let prices = lay(&IWM, &stretch, &moves, &none, 0.10);
        assert_eq!(prices[0], (115.39, 115.39));
        assert!((prices[1].0 - 115.39 * 0.037_f64.exp()).abs() < 1e-9);
        assert!((prices[1].1 - 115.39 * 0.10_f64.exp()).abs() < 1e-9);
        assert_eq!(prices[2].0, prices[1].1);
    }
}
