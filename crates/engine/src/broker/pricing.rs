//! At what price a resting order fills, and by which rule.
//!
//! Gap rules come before touch rules: [`at_open`] is asked first, [`inside`] only if it said no.
//! Prices here are raw; slippage is added by the broker to stop fills, never to limit fills.

use market::{Bars, FillRule, Side};

use crate::account::LimitFill;
use crate::order::OrderKind;

/// One bar's prices, dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

impl Bar {
    /// The prices of one row.
    pub(super) fn of(bars: &Bars, row: usize) -> Self {
        Self {
            open: bars.open()[row],
            high: bars.high()[row],
            low: bars.low()[row],
            close: bars.close()[row],
        }
    }
}

/// A raw price and the rule that set it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Dollars a share before slippage.
    pub price: f64,
    /// The rule.
    pub rule: FillRule,
    /// The worst price slippage may push it to: a stop-limit's limit.
    pub worst: Option<f64>,
}

impl Quote {
    /// A price that slippage may push anywhere.
    pub const fn new(price: f64, rule: FillRule) -> Self {
        Self {
            price,
            rule,
            worst: None,
        }
    }
}

/// True if `price` is at or beyond `stop` for a stop order of this side: a sell stop is reached from
/// above, a buy stop from below.
#[inline]
pub fn reaches_stop(side: Side, price: f64, stop: f64) -> bool {
    match side {
        Side::Sell => price <= stop,
        Side::Buy => price >= stop,
    }
}

/// True if `price` is at or beyond `limit` in the order's favour.
#[inline]
pub fn reaches_limit(side: Side, price: f64, limit: f64) -> bool {
    match side {
        Side::Sell => price >= limit,
        Side::Buy => price <= limit,
    }
}

/// The extreme of a bar at which a stop of this side triggers: the low for sells.
#[inline]
const fn stop_extreme(side: Side, bar: &Bar) -> f64 {
    match side {
        Side::Sell => bar.low,
        Side::Buy => bar.high,
    }
}

/// The extreme of a bar at which a limit of this side fills: the high for sells.
#[inline]
const fn limit_extreme(side: Side, bar: &Bar) -> f64 {
    match side {
        Side::Sell => bar.high,
        Side::Buy => bar.low,
    }
}

/// Fill of a resting order at a bar's open.
///
/// A stop the open has passed fills there (*gap*); a limit the open has passed fills there
/// (*improved*). A stop-limit passed by the open is a limit order from then on.
pub fn at_open(kind: OrderKind, side: Side, open: f64) -> Option<Quote> {
    match kind {
        OrderKind::Stop { stop } => {
            reaches_stop(side, open, stop).then_some(Quote::new(open, FillRule::Gap))
        }
        OrderKind::Limit { limit } => {
            reaches_limit(side, open, limit).then_some(Quote::new(open, FillRule::Improved))
        }
        OrderKind::StopLimit { stop, limit } => {
            (reaches_stop(side, open, stop) && reaches_limit(side, open, limit)).then_some(Quote {
                price: open,
                rule: FillRule::Gap,
                worst: Some(limit),
            })
        }
        OrderKind::Market | OrderKind::MarketOnClose { .. } => None,
    }
}

/// Fill of a resting order inside a bar whose open did not fill it.
///
/// A stop fills at its price when an extreme reaches it (*trigger*), a limit at its price (*touch*).
pub fn inside(kind: OrderKind, side: Side, bar: &Bar, limits: LimitRule) -> Option<Quote> {
    match kind {
        OrderKind::Stop { stop } => reaches_stop(side, stop_extreme(side, bar), stop)
            .then_some(Quote::new(stop, FillRule::Trigger)),
        OrderKind::Limit { limit } => limits
            .touched(side, bar, limit)
            .then_some(Quote::new(limit, FillRule::Touch)),
        OrderKind::StopLimit { stop, limit } => stop_limit_inside(stop, limit, side, bar, limits),
        OrderKind::Market | OrderKind::MarketOnClose { .. } => None,
    }
}

fn stop_limit_inside(
    stop: f64,
    limit: f64,
    side: Side,
    bar: &Bar,
    limits: LimitRule,
) -> Option<Quote> {
    if reaches_stop(side, bar.open, stop) {
        // Triggered by the open, which lay beyond the limit: the rest of the bar may come back to it.
        return limits
            .touched(side, bar, limit)
            .then_some(Quote::new(limit, FillRule::Touch));
    }
    if !reaches_stop(side, stop_extreme(side, bar), stop) {
        return None;
    }
    if reaches_limit(side, stop, limit) {
        return Some(Quote {
            price: stop,
            rule: FillRule::Trigger,
            worst: Some(limit),
        });
    }
    // A limit better than the stop: whether it was reached after the trigger shows only in the close.
    limits
        .passed(side, bar.close, limit)
        .then_some(Quote::new(limit, FillRule::Touch))
}

/// When a limit inside a bar counts as filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitRule {
    /// Touch or through.
    pub fill: LimitFill,
    /// The least price step, dollars.
    pub tick_usd: f64,
}

impl LimitRule {
    /// True if the bar fills a limit: it touched the price or, where that is asked, passed it by a tick.
    pub fn touched(self, side: Side, bar: &Bar, limit: f64) -> bool {
        self.passed(side, limit_extreme(side, bar), limit)
    }

    /// True if trading at `price` fills a limit.
    fn passed(self, side: Side, price: f64, limit: f64) -> bool {
        let margin = match self.fill {
            LimitFill::Touch => 0.0,
            // Half a billionth of a dollar short of the tick: 100.00 + 0.01 is not quite 100.01.
            LimitFill::Through => self.tick_usd - 5e-10,
        };
        reaches_limit(side, price, limit + side.opposite().sign() * margin)
    }

    /// A touch is enough.
    pub const TOUCH: LimitRule = LimitRule {
        fill: LimitFill::Touch,
        tick_usd: 0.0,
    };
}
