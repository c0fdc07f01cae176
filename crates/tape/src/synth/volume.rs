//! Shares traded: more on days of wide range, with a memory of their own.

use super::random::Dice;
use super::symbols::Symbol;

/// Growth of ln volume for each unit of ln range.
const RANGE_POWER: f64 = 0.55;
/// Share of volume's own news that is left a session later, and its daily standard deviation.
const NEWS_PERSISTENCE: f64 = 0.6;
const NEWS_DAILY: f64 = 0.27;
/// Smallest ln(high ÷ low) that counts, so that a bar of one price has a volume too.
const LEAST_RANGE: f64 = 1e-3;
/// A half day trades this share of a full one.
const HALF_DAY: f64 = 0.5;

/// Draws one symbol's volumes, day after day.
pub(super) struct Volume {
    news: f64,
}

impl Volume {
    pub(super) fn new() -> Volume {
        Volume { news: 0.0 }
    }

    /// The next session's volume, in whole hundreds of shares.
    pub(super) fn next(
        &mut self,
        symbol: &Symbol,
        high: f64,
        low: f64,
        half_day: bool,
        dice: &mut Dice,
    ) -> f64 {
        self.news = NEWS_PERSISTENCE * self.news + NEWS_DAILY * dice.normal();
        let range = libm::log(high / low).max(LEAST_RANGE) / symbol.usual_range;
        let hours = if half_day { HALF_DAY } else { 1.0 };
        let shares = symbol.usual_volume * libm::pow(range, RANGE_POWER) * libm::exp(self.news);
        (shares * hours / 100.0).round() * 100.0
    }
}
