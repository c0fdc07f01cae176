//! The working orders of one symbol, and the search for the bar that next concerns them.

use market::{ExitReason, Side, Time};

use crate::feed::{Feed, Track};
use crate::order::{Order, OrderKind, Purpose, StopPlan};

/// An accepted order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Working {
    /// Counted from 1 within a replay.
    pub order_id: u32,
    /// The order.
    pub order: Order,
    /// The setup it came from, by its place in the decision log.
    pub setup: Option<u32>,
    /// How a protective stop moves.
    pub moving: Option<MovingStop>,
}

/// A protective stop that may move in favour of the position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovingStop {
    /// Distance from the best price, in current ATR.
    pub trail_atr: Option<f64>,
    /// Dollars in favour at which the stop goes to the entry price.
    pub break_even_usd: Option<f64>,
    /// Entry fill, dollars a share.
    pub entry_price: f64,
}

impl MovingStop {
    pub(super) fn of(plan: &StopPlan, entry_price: f64) -> Option<Self> {
        (plan.trail_atr.is_some() || plan.break_even_usd.is_some()).then_some(Self {
            trail_atr: plan.trail_atr,
            break_even_usd: plan.break_even_usd,
            entry_price,
        })
    }

    /// The stop for the next bar: the best of the old one, the chandelier below `best_price` (the best
    /// since entry) and the entry price, with the reason an exit there would have. It never moves
    /// against the position.
    fn moved(
        &self,
        held: Side,
        stop: f64,
        best_price: f64,
        atr: Option<f64>,
    ) -> (f64, Option<ExitReason>) {
        let sign = held.sign();
        let better = |candidate: f64, than: f64| sign * candidate > sign * than;
        let mut moved = (stop, None);
        let favour = sign * (best_price - self.entry_price);
        if self.break_even_usd.is_some_and(|needed| favour >= needed)
            && better(self.entry_price, moved.0)
        {
            moved = (self.entry_price, Some(ExitReason::BreakEven));
        }
        if let (Some(multiple), Some(atr)) = (self.trail_atr, atr) {
            let chandelier = best_price - sign * multiple * atr;
            if better(chandelier, moved.0) {
                moved = (chandelier, Some(ExitReason::TrailingStop));
            }
        }
        moved
    }
}

/// The working orders of one symbol.
#[derive(Debug, Default)]
pub struct Book {
    working: Vec<Working>,
    search: Search,
}

/// How far the bars have been searched for a trigger since the orders last changed.
#[derive(Clone, Copy, Debug, Default)]
struct Search {
    through: usize,
    found: Option<usize>,
}

impl Book {
    /// The orders, oldest first.
    pub fn orders(&self) -> &[Working] {
        &self.working
    }

    /// True without an order.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.working.is_empty()
    }

    /// True if an entry waits.
    pub fn has_entry(&self) -> bool {
        self.working.iter().any(|w| w.order.is_entry())
    }

    pub(super) fn push(&mut self, working: Working) {
        self.working.push(working);
        self.search = Search::default();
    }

    pub(super) fn remove(&mut self, order_id: u32) {
        self.working.retain(|w| w.order_id != order_id);
        self.search = Search::default();
    }

    /// Takes out the orders for which `gone` holds, in order.
    pub(super) fn take_if(
        &mut self,
        gone: impl Fn(&Working) -> bool,
        mut each: impl FnMut(Working),
    ) {
        let before = self.working.len();
        self.working.retain(|working| {
            let goes = gone(working);
            if goes {
                each(*working);
            }
            !goes
        });
        if self.working.len() != before {
            self.search = Search::default();
        }
    }

    /// Lets `change` alter the orders in place.
    pub(super) fn change(&mut self, mut change: impl FnMut(&mut Working)) {
        self.working.iter_mut().for_each(&mut change);
        self.search = Search::default();
    }

    /// True if a protective stop may move.
    pub(super) fn has_moving(&self) -> bool {
        self.working.iter().any(|w| w.moving.is_some())
    }

    /// Moves the protective stops at the end of a bar; they act from the next bar on. `best_price` is
    /// the best price since entry, `atr` the current ATR.
    pub(super) fn move_stops(&mut self, best_price: f64, atr: Option<f64>) {
        self.change(|working| {
            let (Some(moving), OrderKind::Stop { stop }) = (working.moving, working.order.kind)
            else {
                return;
            };
            let held = working.order.side.opposite();
            let (stop, reason) = moving.moved(held, stop, best_price, atr);
            working.order.kind = OrderKind::Stop { stop };
            if let Some(reason) = reason {
                working.order.purpose = Purpose::Exit(reason);
            }
        });
    }

    /// The first slot in `from..=limit` at which one of the orders may act; `None` if none can.
    ///
    /// A slot too many is harmless (nothing fills there), a slot too few would be a wrong result.
    pub(super) fn next_wake(
        &mut self,
        feed: &Feed<'_>,
        track: &Track<'_>,
        from: usize,
        limit: usize,
    ) -> Option<usize> {
        let mut wake: Option<usize> = None;
        let mut sooner = |slot: usize| wake = Some(wake.map_or(slot, |w| w.min(slot)));
        for working in &self.working {
            match working.order.kind {
                OrderKind::Market => sooner(next_bar(track, from)),
                OrderKind::MarketOnClose { close } => sooner(feed.slot_ending_at(close).max(from)),
                OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => {}
            }
            if let Some(expires) = working.order.expires {
                sooner(feed.slot_starting_at(expires).max(from));
            }
            if working.moving.is_some() {
                sooner(next_bar(track, from));
            }
        }
        let limit = wake.map_or(limit, |w| w.min(limit));
        self.next_trigger(track, from, limit).or(wake)
    }

    /// The first slot in `from..=limit` whose bar reaches the price of a resting order. What has been
    /// searched once is not searched again until the orders change.
    fn next_trigger(&mut self, track: &Track<'_>, from: usize, limit: usize) -> Option<usize> {
        if let Some(found) = self.search.found.filter(|&slot| slot >= from) {
            return (found <= limit).then_some(found);
        }
        let levels = Levels::of(&self.working)?;
        let first = track.ended(from) - usize::from(track.row(from).is_some());
        let first = first.max(self.search.through);
        let after = track.ended(limit);
        if first >= after {
            return None;
        }
        let found = levels.first_reached(
            &track.bars.high()[first..after],
            &track.bars.low()[first..after],
        );
        self.search = Search {
            through: found.map_or(after, |i| first + i),
            found: found.map(|i| track.slot(first + i)),
        };
        self.search.found
    }
}

/// The slot of the symbol's next bar at or after `from`.
fn next_bar(track: &Track<'_>, from: usize) -> usize {
    match track.row(from) {
        Some(_) => from,
        None => track.slot(track.ended(from)),
    }
}

/// The prices at which some resting order may act: below and above.
struct Levels {
    /// Reached by a low at or under it: sell stops, buy limits.
    below: f64,
    /// Reached by a high at or over it: buy stops, sell limits.
    above: f64,
}

impl Levels {
    fn of(working: &[Working]) -> Option<Self> {
        let mut levels = Levels {
            below: f64::NEG_INFINITY,
            above: f64::INFINITY,
        };
        for Working { order, .. } in working {
            match (order.kind, order.side) {
                (OrderKind::Stop { stop } | OrderKind::StopLimit { stop, .. }, Side::Sell) => {
                    levels.below = levels.below.max(stop);
                }
                (OrderKind::Stop { stop } | OrderKind::StopLimit { stop, .. }, Side::Buy) => {
                    levels.above = levels.above.min(stop);
                }
                (OrderKind::Limit { limit }, Side::Sell) => levels.above = levels.above.min(limit),
                (OrderKind::Limit { limit }, Side::Buy) => levels.below = levels.below.max(limit),
                (OrderKind::Market | OrderKind::MarketOnClose { .. }, _) => {}
            }
        }
        (levels.below.is_finite() || levels.above.is_finite()).then_some(levels)
    }

    /// The first bar that reaches a level. Sixteen bars are tested together, without a branch each.
    fn first_reached(&self, highs: &[f64], lows: &[f64]) -> Option<usize> {
        const LANES: usize = 16;
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

/// True for orders due at the next open: market orders, and those on a close that never came.
pub(super) fn due_at_open(order: &Order, start: Time) -> bool {
    match order.kind {
        OrderKind::Market => true,
        OrderKind::MarketOnClose { close } => close <= start,
        OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => false,
    }
}
