//! What the orders of a book together may act on.

use market::{Side, Time};

use crate::order::OrderKind;

use super::book::{Exit, Resting};

/// What the orders together may act on, so that a bar asks only what can be.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // Independent facts.
pub(super) struct Wants {
    pub(super) expiring: bool,
    pub(super) moving: bool,
    pub(super) stop_limits: bool,
    /// Market orders.
    pub(super) open: bool,
    /// The earliest close that an order names.
    pub(super) close: Option<Time>,
    /// Reached by a price at or under it: sell stops, buy limits.
    pub(super) below: f64,
    /// Reached by a price at or over it: buy stops, sell limits.
    pub(super) above: f64,
}

impl Default for Wants {
    fn default() -> Self {
        Self {
            expiring: false,
            moving: false,
            stop_limits: false,
            open: false,
            close: None,
            below: f64::NEG_INFINITY,
            above: f64::INFINITY,
        }
    }
}

impl Wants {
    #[inline]
    pub(super) fn add(&mut self, order: &Resting) {
        self.expiring |= order.expires.is_some();
        let (price, below) = match (order.kind, order.side) {
            (OrderKind::Market, _) => {
                self.open = true;
                return;
            }
            (OrderKind::MarketOnClose { close }, _) => {
                self.close = Some(self.close.map_or(close, |earliest| earliest.min(close)));
                return;
            }
            (OrderKind::Stop { stop }, side) => (stop, side == Side::Sell),
            (OrderKind::StopLimit { stop, .. }, side) => {
                self.stop_limits = true;
                (stop, side == Side::Sell)
            }
            (OrderKind::Limit { limit }, side) => (limit, side == Side::Buy),
        };
        if below {
            self.below = self.below.max(price);
        } else {
            self.above = self.above.min(price);
        }
    }

    #[inline]
    pub(super) fn add_exit(&mut self, exit: &Exit) {
        self.moving |= exit.moving.is_some();
        self.add(&exit.resting);
    }

    /// True if an order rests at a price.
    #[inline]
    pub(super) fn rest(&self) -> bool {
        self.below.is_finite() || self.above.is_finite()
    }

    /// The first bar that reaches a level. Sixteen bars are tested together, without a branch each.
    pub(super) fn first_reached(&self, highs: &[f64], lows: &[f64]) -> Option<usize> {
        const LANES: usize = 16;
        #[allow(clippy::needless_bitwise_bool)] // Lazy operators would branch, and not vectorise.
        let reached = |high: f64, low: f64| (low <= self.below) | (high >= self.above);
        let chunks = highs.chunks(LANES).zip(lows.chunks(LANES));
        for (chunk, (high, low)) in chunks.enumerate() {
            let any = high
                .iter()
                .zip(low)
                .fold(false, |any, (&h, &l)| any | reached(h, l));
            if any {
                let within = high.iter().zip(low).position(|(&h, &l)| reached(h, l))?;
                return Some(chunk * LANES + within);
            }
        }
        None
    }
}
