//! The working orders of one symbol, and the search for the bar that next concerns them.

use market::{Side, Time};

use crate::feed::Feed;
use crate::order::{Order, OrderKind, Purpose};
use crate::track::Track;

use super::moving::MovingStop;
use super::pricing::{Bar, LimitRule, inside};

/// An accepted order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Working {
    /// Counted from 1 within a replay.
    pub order_id: u32,
    /// The order.
    pub order: Order,
    /// The setup it came from, by its place in the decision log.
    pub setup: Option<u32>,
    /// The entry whose protection it is: once one order of a bracket fills, the others go (OCO).
    pub bracket_of: Option<u32>,
    /// How a protective stop moves.
    pub moving: Option<MovingStop>,
}

/// The working orders of one symbol.
#[derive(Debug, Default)]
pub struct Book {
    working: Vec<Working>,
    kinds: Kinds,
    search: Search,
}

/// What kinds of orders are there, so that a bar asks only for those.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Independent facts.
struct Kinds {
    entries: bool,
    exits: bool,
    expiring: bool,
    moving: bool,
    stop_limits: bool,
}

/// How far the bars have been searched for a trigger since the orders last changed.
#[derive(Clone, Copy, Debug, Default)]
struct Search {
    through: usize,
    found: Option<usize>,
}

impl Book {
    /// Forgets everything but its memory.
    pub(super) fn clear(&mut self) {
        self.working.clear();
        self.changed();
    }

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
    #[inline]
    pub fn has_entry(&self) -> bool {
        self.kinds.entries
    }

    /// True if an exit waits.
    #[inline]
    pub(super) fn has_exit(&self) -> bool {
        self.kinds.exits
    }

    /// True if an order may expire.
    #[inline]
    pub(super) fn may_expire(&self) -> bool {
        self.kinds.expiring
    }

    /// Notes that the orders are others than before.
    fn changed(&mut self) {
        self.search = Search::default();
        self.kinds = Kinds::default();
        for working in &self.working {
            let entry = working.order.is_entry();
            self.kinds.entries |= entry;
            self.kinds.exits |= !entry;
            self.kinds.expiring |= working.order.expires.is_some();
            self.kinds.moving |= working.moving.is_some();
            self.kinds.stop_limits |= matches!(working.order.kind, OrderKind::StopLimit { .. });
        }
    }

    pub(super) fn push(&mut self, working: &Working) {
        self.working.push(*working);
        self.changed();
    }

    /// Takes out the order at this place.
    pub(super) fn take(&mut self, index: usize) -> Working {
        let working = self.working.remove(index);
        self.changed();
        working
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
            self.changed();
        }
    }

    /// Lets `change` alter the orders in place.
    pub(super) fn change(&mut self, mut change: impl FnMut(&mut Working)) {
        self.working.iter_mut().for_each(&mut change);
        self.changed();
    }

    /// Moves the protective stops at the end of the bar at `row`; they act from the next bar on.
    /// `atr` is the current ATR.
    #[inline]
    pub(super) fn move_stops(&mut self, row: usize, bar: &Bar, atr: Option<f64>) {
        if !self.kinds.moving {
            return;
        }
        self.change(|working| {
            let (Some(moving), OrderKind::Stop { stop }) =
                (&mut working.moving, &mut working.order.kind)
            else {
                return;
            };
            let held = working.order.side.opposite();
            let (moved, reason) = moving.after_bar(held, *stop, row, bar, atr);
            *stop = moved;
            if let Some(reason) = reason {
                working.order.purpose = Purpose::Exit(reason);
            }
        });
    }

    /// Turns the stop-limits that the bar has triggered into limits.
    #[inline]
    pub(super) fn arm_stop_limits(&mut self, bar: &Bar) {
        let limit = |w: &Working| match w.order.kind {
            OrderKind::StopLimit { stop, limit } => {
                let trigger = OrderKind::Stop { stop };
                inside(trigger, w.order.side, bar, LimitRule::TOUCH).map(|_| limit)
            }
            _ => None,
        };
        if !self.kinds.stop_limits || self.working.iter().all(|w| limit(w).is_none()) {
            return;
        }
        self.change(|w| {
            if let Some(limit) = limit(w) {
                w.order.kind = OrderKind::Limit { limit };
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

/// True for orders due at the next open: market orders, and those on a close that never came.
pub(super) fn due_at_open(order: &Order, start: Time) -> bool {
    match order.kind {
        OrderKind::Market => true,
        OrderKind::MarketOnClose { close } => close <= start,
        OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => false,
    }
}
