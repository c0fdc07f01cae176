//! Protective stops that move by themselves: chandelier and break-even. One that a strategy tightens is moved by
//! `Book::tighten`; both go one way only, and act from the next bar on.

use market::{ExitReason, Fill, FillRule, Side};

use crate::order::StopPlan;

use super::pricing::Bar;

/// How a protective stop moves in favour of its position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovingStop {
    /// Distance from the best price, in current ATR.
    pub trail_atr: Option<f64>,
    /// Dollars in favour at which the stop goes to the entry price; `None` once it has.
    pub break_even_usd: Option<f64>,
    /// Entry fill, dollars a share.
    pub entry_price: f64,
    /// Best price since the entry, dollars; lowered with the stop by a dividend.
    pub best_price: f64,
    /// The first bar that counts as a whole.
    pub from_row: usize,
}

impl MovingStop {
    /// The movement `plan` asks for, if any, of the stop of an entry filled in `bar` at `row`.
    pub(super) fn of(plan: &StopPlan, fill: &Fill, row: usize, bar: &Bar) -> Option<Self> {
        if plan.trail_atr.is_none() && plan.break_even_usd.is_none() {
            return None;
        }
        // Of an entry bar only what surely came after the fill counts.
        let (best_price, from_row) = match fill.rule {
            FillRule::Open | FillRule::Gap | FillRule::Improved => (fill.price, row),
            FillRule::Close => (fill.price, row + 1),
            FillRule::Trigger => (favourable(fill.side, bar), row + 1),
            FillRule::Touch
            | FillRule::Finer
            | FillRule::Quote
            | FillRule::Model
            | FillRule::Expiry => (bar.close, row + 1),
        };
        Some(Self {
            trail_atr: plan.trail_atr,
            break_even_usd: plan.break_even_usd,
            entry_price: fill.price,
            best_price: better_of(fill.side, fill.price, best_price),
            from_row,
        })
    }

    /// Takes in the bar at `row`; returns the stop for the next one: the best of the old one, the
    /// entry price (break-even) and the chandelier, with the reason an exit there would have. It never
    /// moves against the position.
    pub(super) fn after_bar(
        &mut self,
        held: Side,
        stop: f64,
        row: usize,
        bar: &Bar,
        atr: Option<f64>,
    ) -> (f64, Option<ExitReason>) {
        if row >= self.from_row {
            self.best_price = better_of(held, self.best_price, favourable(held, bar));
        }
        let sign = held.sign();
        let mut moved = (stop, None);
        let favour = sign * (self.best_price - self.entry_price);
        if self.break_even_usd.is_some_and(|needed| favour >= needed) {
            // Once only: a dividend that lowers the stop later must not be undone by the next bar.
            self.break_even_usd = None;
            if nearer(held, self.entry_price, moved.0) {
                moved = (self.entry_price, Some(ExitReason::BreakEven));
            }
        }
        if let (Some(multiple), Some(atr)) = (self.trail_atr, atr) {
            let chandelier = self.best_price - sign * multiple * atr;
            if nearer(held, chandelier, moved.0) {
                moved = (chandelier, Some(ExitReason::TrailingStop));
            }
        }
        moved
    }

    /// A dividend lowers the stop of a long, and so the price it hangs from.
    pub(super) fn lower(&mut self, amount_usd: f64) {
        self.best_price -= amount_usd;
    }

    /// Puts all prices on a new share basis.
    pub(super) fn split(&mut self, ratio: f64) {
        self.entry_price /= ratio;
        self.best_price /= ratio;
        self.break_even_usd = self.break_even_usd.map(|d| d / ratio);
    }
}

/// True if a stop at `stop` protects more of a position than one at `placed`.
pub(super) fn nearer(held: Side, stop: f64, placed: f64) -> bool {
    held.sign() * stop > held.sign() * placed
}

const fn favourable(held: Side, bar: &Bar) -> f64 {
    match held {
        Side::Buy => bar.high,
        Side::Sell => bar.low,
    }
}

fn better_of(held: Side, a: f64, b: f64) -> f64 {
    match held {
        Side::Buy => a.max(b),
        Side::Sell => a.min(b),
    }
}
