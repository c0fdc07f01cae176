//! Orders, and the protection an entry brings along.

use market::{ExitReason, Side, Time};

/// How an order is priced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OrderKind {
    /// At the next bar's open of the symbol.
    Market,
    /// At the close of the bar that ends at this instant; it must be later than the decision, so
    /// that nothing of that bar is known. If that bar never comes, at the next open.
    MarketOnClose {
        /// End of the named bar.
        close: Time,
    },
    /// At the limit or better.
    Limit {
        /// Worst price, dollars.
        limit: f64,
    },
    /// At market once the stop is reached.
    Stop {
        /// Trigger price, dollars.
        stop: f64,
    },
    /// A limit order once the stop is reached.
    StopLimit {
        /// Trigger price, dollars.
        stop: f64,
        /// Worst price, dollars.
        limit: f64,
    },
}

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Purpose {
    /// To open or add to a position (or turn it round).
    Entry(Bracket),
    /// To close what is open: never more than that, and withdrawn once flat.
    Exit(ExitReason),
    /// To close some of what is open and keep the rest; withdrawn once flat.
    Reduce {
        /// Shares that stay; a split scales them, rounded down, to one at least.
        keeps: u64,
        /// Why.
        reason: ExitReason,
    },
}

/// An order.
///
/// Exits of one position cancel each other: a position has one stop and one target at most from its
/// bracket (OCO), and whatever closes it withdraws the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// Index of the symbol among the traded ones.
    pub symbol: usize,
    /// Buy or sell. Exits take their side from the position.
    pub side: Side,
    /// Shares. Exits use at most the position's.
    pub quantity: u64,
    /// How it is priced.
    pub kind: OrderKind,
    /// What it is for.
    pub purpose: Purpose,
    /// ATR at the decision, dollars: for slippage by ATR and for the trade's record.
    pub atr: Option<f64>,
    /// Withdrawn before the first bar that starts at or after this instant.
    pub expires: Option<Time>,
}

/// Protection that comes alive with the entry's fill, and within the entry bar too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bracket {
    /// The protective stop.
    pub stop: Option<StopPlan>,
    /// Profit target: dollars from the entry fill.
    pub target_distance_usd: Option<f64>,
    /// Closes at the close of the trade's n-th session, the entry session being the first.
    pub max_sessions: Option<u32>,
    /// Closes at the close of the entry's own session, reason `time-of-day`: a plan that is out by a time of day leaves
    /// to it the sessions that close before.
    pub ends_with_session: bool,
    /// Cancels the entry if the open is already beyond the stop. This knows the open before it
    /// trades at it, and reports say so.
    pub cancel_if_gapped: bool,
}

/// Which of two stops counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopChoice {
    /// The one nearer to the entry.
    Nearer,
    /// The one farther from the entry.
    Farther,
}

/// Where the protective stop goes, and how it moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StopPlan {
    /// Dollars from the entry fill.
    pub distance_usd: Option<f64>,
    /// A price fixed at the decision.
    pub level: Option<f64>,
    /// Which counts when both are given.
    pub choice: StopChoice,
    /// Chandelier: the best price since entry less (for longs) this many current ATR.
    pub trail_atr: Option<f64>,
    /// Moves to the entry price once the best price is this many dollars in favour.
    pub break_even_usd: Option<f64>,
}

impl StopPlan {
    /// A stop this many dollars from the entry fill.
    pub const fn distance(distance_usd: f64) -> Self {
        Self {
            distance_usd: Some(distance_usd),
            level: None,
            choice: StopChoice::Nearer,
            trail_atr: None,
            break_even_usd: None,
        }
    }

    /// A stop at a price.
    pub const fn level(level: f64) -> Self {
        Self {
            distance_usd: None,
            level: Some(level),
            choice: StopChoice::Nearer,
            trail_atr: None,
            break_even_usd: None,
        }
    }

    /// The stop's price for an entry filled at `entry`; `None` if the plan names neither.
    pub fn price(&self, side: Side, entry: f64) -> Option<f64> {
        let by_distance = self
            .distance_usd
            .map(|distance| entry - side.sign() * distance);
        match (by_distance, self.level) {
            (Some(a), Some(b)) => {
                // For a long the higher stop is the nearer one; for a short the lower.
                let higher_wins = (side == Side::Buy) == (self.choice == StopChoice::Nearer);
                Some(if higher_wins { a.max(b) } else { a.min(b) })
            }
            (one, other) => one.or(other),
        }
    }
}

impl Bracket {
    /// A stop and nothing else.
    pub const fn stop_only(stop: StopPlan) -> Self {
        Self {
            stop: Some(stop),
            target_distance_usd: None,
            max_sessions: None,
            ends_with_session: false,
            cancel_if_gapped: false,
        }
    }

    /// Adds a target, dollars from the entry fill.
    #[must_use]
    pub const fn with_target(mut self, distance_usd: f64) -> Self {
        self.target_distance_usd = Some(distance_usd);
        self
    }
}

impl Order {
    /// An entry of the given kind, without protection.
    pub const fn entry(symbol: usize, side: Side, quantity: u64, kind: OrderKind) -> Self {
        let bracket = Bracket {
            stop: None,
            target_distance_usd: None,
            max_sessions: None,
            ends_with_session: false,
            cancel_if_gapped: false,
        };
        Self {
            symbol,
            side,
            quantity,
            kind,
            purpose: Purpose::Entry(bracket),
            atr: None,
            expires: None,
        }
    }

    /// An entry at the next open.
    pub const fn market(symbol: usize, side: Side, quantity: u64) -> Self {
        Self::entry(symbol, side, quantity, OrderKind::Market)
    }

    /// Closes the whole position at the next open.
    pub const fn exit(symbol: usize, reason: ExitReason) -> Self {
        Self {
            symbol,
            side: Side::Sell,
            quantity: u64::MAX,
            kind: OrderKind::Market,
            purpose: Purpose::Exit(reason),
            atr: None,
            expires: None,
        }
    }

    /// Closes all but `keeps` shares of the position at the next open; nothing if it has no more by then.
    pub const fn reduce(symbol: usize, keeps: u64, reason: ExitReason) -> Self {
        Self {
            purpose: Purpose::Reduce { keeps, reason },
            ..Self::exit(symbol, reason)
        }
    }

    /// The same order, priced another way.
    #[must_use]
    pub const fn priced(mut self, kind: OrderKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same order for fewer shares.
    #[must_use]
    pub const fn shares(mut self, quantity: u64) -> Self {
        self.quantity = quantity;
        self
    }

    /// Adds protection to an entry; an exit stays as it is.
    #[must_use]
    pub const fn with_bracket(mut self, bracket: Bracket) -> Self {
        if let Purpose::Entry(_) = self.purpose {
            self.purpose = Purpose::Entry(bracket);
        }
        self
    }

    /// Notes the ATR at the decision.
    #[must_use]
    pub const fn with_atr(mut self, atr: f64) -> Self {
        self.atr = Some(atr);
        self
    }

    /// Withdraws the order before the first bar that starts at or after `time`.
    #[must_use]
    pub const fn good_until(mut self, time: Time) -> Self {
        self.expires = Some(time);
        self
    }

    /// True for orders that wait in the book for a price.
    pub const fn rests(&self) -> bool {
        matches!(
            self.kind,
            OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::StopLimit { .. }
        )
    }

    /// True for entries.
    pub const fn is_entry(&self) -> bool {
        matches!(self.purpose, Purpose::Entry(_))
    }

    /// True if a price it names is no positive number.
    pub(crate) fn has_no_price(&self) -> bool {
        let unusable = |price: f64| !price.is_finite() || price <= 0.0;
        match self.kind {
            OrderKind::Market | OrderKind::MarketOnClose { .. } => false,
            OrderKind::Limit { limit: price } | OrderKind::Stop { stop: price } => unusable(price),
            OrderKind::StopLimit { stop, limit } => unusable(stop) || unusable(limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_and_the_farther_stop_mirror_for_shorts() {
        let both = |choice| StopPlan {
            level: Some(97.0),
            choice,
            ..StopPlan::distance(2.0)
        };
        // Long at 100: 98 by distance, 97 by level.
        assert_eq!(both(StopChoice::Nearer).price(Side::Buy, 100.0), Some(98.0));
        assert_eq!(
            both(StopChoice::Farther).price(Side::Buy, 100.0),
            Some(97.0)
        );
        let short = |choice| StopPlan {
            level: Some(103.0),
            choice,
            ..StopPlan::distance(2.0)
        };
        // Short at 100: 102 by distance, 103 by level.
        assert_eq!(
            short(StopChoice::Nearer).price(Side::Sell, 100.0),
            Some(102.0)
        );
        assert_eq!(
            short(StopChoice::Farther).price(Side::Sell, 100.0),
            Some(103.0)
        );
    }
}
