//! The high and the low of a session between a given open and close.

use super::random::Dice;

/// Legs a session is divided into. In each the extreme of a Brownian bridge is drawn exactly; only
/// a leg that holds both the day's high and its low would tie the two together, and eight make that
/// rare.
pub(super) const LEGS: usize = 8;

/// Standard normals that shape the path within a session.
pub(super) type Shape = [f64; LEGS];

pub(super) fn shape(dice: &mut Dice) -> Shape {
    std::array::from_fn(|_| dice.normal())
}

/// A path that goes with `leader` by `correlation`.
pub(super) fn follow(leader: &Shape, correlation: f64, dice: &mut Dice) -> Shape {
    let own = (1.0 - correlation * correlation).sqrt();
    leader.map(|step| correlation * step + own * dice.normal())
}

/// High and low of a Brownian path from `open` to `close` whose standard deviation of ln price
/// over the session is `spread`.
///
/// The maximum of a bridge from a to b with variance v is `(a + b + √((b − a)² − 2 v ln U)) ÷ 2`, U
/// uniform; so its range obeys Parkinson's `E[ln(high ÷ low)²] = 4 ln 2 σ²` with the day's own σ.
pub(super) fn extremes(
    open: f64,
    close: f64,
    spread: f64,
    shape: &Shape,
    dice: &mut Dice,
) -> (f64, f64) {
    let legs = LEGS as f64;
    let total: f64 = shape.iter().sum();
    let net = libm::log(close / open);
    let variance = spread * spread / legs;
    let (mut walked, mut at, mut high, mut low) = (0.0, 0.0, 0.0_f64, 0.0_f64);
    for (leg, step) in shape.iter().enumerate() {
        walked += step;
        let done = (leg + 1) as f64 / legs;
        let next = net * done + variance.sqrt() * (walked - total * done);
        let reach = |u: f64| ((next - at) * (next - at) - 2.0 * variance * libm::log(u)).sqrt();
        high = high.max((at + next + reach(dice.uniform())) / 2.0);
        low = low.min((at + next - reach(dice.uniform())) / 2.0);
        at = next;
    }
    (open * libm::exp(high), open * libm::exp(low))
}

#[cfg(test)]
mod tests {
    use super::super::random::Stream;
    use super::*;

    #[test]
    fn extremes_enclose_open_and_close() {
        let mut dice = Dice::new(3, Stream::Path);
        for _ in 0..2_000 {
            let close = 100.0 * libm::exp(0.02 * dice.normal());
            let shape = shape(&mut dice);
            let (high, low) = extremes(100.0, close, 0.01, &shape, &mut dice);
            assert!(high >= close.max(100.0) - 1e-9 && low <= close.min(100.0) + 1e-9);
        }
    }

    #[test]
    fn ranges_obey_parkinson() {
        // For an unconditioned path E[ln(high/low)²] = 4 ln 2 σ² = 2.7726 σ². Its standard deviation
        // is about 2.0 σ², so 20,000 draws settle the mean to ± 0.014; five of those allowed, and
        // 0.05 for the legs that hold both extremes.
        let (mut dice, n, sigma) = (Dice::new(4, Stream::Path), 20_000, 0.01);
        let mean = (0..n)
            .map(|_| {
                let close = 100.0 * libm::exp(sigma * dice.normal());
                let shape = shape(&mut dice);
                let (high, low) = extremes(100.0, close, sigma, &shape, &mut dice);
                let range = libm::log(high / low) / sigma;
                range * range
            })
            .sum::<f64>()
            / f64::from(n);
        assert!((mean - 2.7726).abs() < 0.12, "{mean}");
    }
}
