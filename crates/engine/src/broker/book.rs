//! The working orders of one symbol, and the search for the bar that next concerns them.

use market::{ExitReason, Side, Time};

use crate::feed::Feed;
use crate::order::{Bracket, Order, OrderKind};
use crate::track::{Action, Track};

use super::moving::{MovingStop, nearer};
use super::pricing::{Bar, LimitRule, inside};
use super::wants::Wants;

/// What every accepted order has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resting {
    /// Counted from 1 within a replay.
    pub order_id: u32,
    /// The setup it came from, by its place in the decision log.
    pub setup: Option<u32>,
    /// Buy or sell.
    pub side: Side,
    /// Shares. Exits use at most the position's.
    pub quantity: u64,
    /// How it is priced.
    pub kind: OrderKind,
    /// ATR at the decision, dollars.
    pub atr: Option<f64>,
    /// Withdrawn before the first bar that starts at or after this instant.
    pub expires: Option<Time>,
}

impl Resting {
    /// An order that got a number.
    #[inline]
    pub const fn new(order_id: u32, setup: Option<u32>, order: &Order) -> Self {
        Self {
            order_id,
            setup,
            side: order.side,
            quantity: order.quantity,
            kind: order.kind,
            atr: order.atr,
            expires: order.expires,
        }
    }

    fn has_expired(&self, start: Time) -> bool {
        self.expires.is_some_and(|at| at <= start)
    }
}

/// An accepted entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// The order.
    pub resting: Resting,
    /// The protection it brings along.
    pub bracket: Bracket,
}

/// An accepted exit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exit {
    /// The order.
    pub resting: Resting,
    /// Why it leaves.
    pub reason: ExitReason,
    /// Shares that it leaves in any case.
    pub keeps: u64,
    /// The entry whose protection it is: once one order of a bracket fills, the others go (OCO).
    pub bracket_of: Option<u32>,
    /// How a protective stop moves.
    pub moving: Option<MovingStop>,
}

impl Exit {
    /// How many of the shares `held` it takes.
    #[inline]
    pub(super) fn shares(&self, held: u64) -> u64 {
        self.resting.quantity.min(held.saturating_sub(self.keeps))
    }
}

/// The working orders of one symbol, each kind oldest first.
#[derive(Debug, Default)]
pub struct Book {
    entries: Vec<Entry>,
    exits: Vec<Exit>,
    wants: Wants,
    search: Search,
    /// The symbol's first corporate action that has not been passed yet.
    action: usize,
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
        self.entries.clear();
        self.exits.clear();
        self.changed();
        self.action = 0;
    }

    /// The entries, oldest first.
    #[inline]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The exits, oldest first.
    #[inline]
    pub fn exits(&self) -> &[Exit] {
        &self.exits
    }

    /// True without an order.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.exits.is_empty()
    }

    /// True if an entry waits.
    #[inline]
    pub fn has_entry(&self) -> bool {
        !self.entries.is_empty()
    }

    /// True if an exit waits.
    #[inline]
    pub(super) fn has_exit(&self) -> bool {
        !self.exits.is_empty()
    }

    /// True if an exit waits and some order may fill at an open at this price.
    #[inline]
    pub(super) fn may_exit_at_open(&self, open: f64) -> bool {
        let wants = &self.wants;
        // An order on a close that never came is due as well.
        let due = wants.open || wants.close.is_some();
        self.has_exit() && (due || open <= wants.below || open >= wants.above)
    }

    /// True if an exit waits and some order rests at a price that the bar reaches.
    #[inline]
    pub(super) fn may_exit_inside(&self, bar: &Bar) -> bool {
        let wants = &self.wants;
        self.has_exit() && (bar.low <= wants.below || bar.high >= wants.above)
    }

    /// True if the end of a bar at this instant may fill an exit or turn an order into another.
    #[inline]
    pub(super) fn may_act_at_close(&self, end: Time) -> bool {
        self.wants.stop_limits || self.wants.close.is_some_and(|close| close <= end)
    }

    /// True if an order may expire.
    #[inline]
    pub(super) fn may_expire(&self) -> bool {
        self.wants.expiring
    }

    /// True if a protective stop moves with the bars.
    #[inline]
    pub(super) fn has_moving(&self) -> bool {
        self.wants.moving
    }

    /// True if the next bar concerns an order, whatever its prices.
    #[inline]
    pub(super) fn acts_on_any_bar(&self) -> bool {
        self.wants.open || self.wants.moving
    }

    /// The place among the symbol's actions of the first at or after `slot`; asked for ever later slots.
    #[inline]
    pub(super) fn action_from(&mut self, actions: &[Action], slot: usize) -> usize {
        while actions
            .get(self.action)
            .is_some_and(|action| action.slot() < slot)
        {
            self.action += 1;
        }
        self.action
    }

    /// Notes that the orders are others than before.
    #[inline]
    fn changed(&mut self) {
        self.search = Search::default();
        self.wants = Wants::default();
        for entry in &self.entries {
            self.wants.add(&entry.resting);
        }
        for exit in &self.exits {
            self.wants.add_exit(exit);
        }
    }

    #[inline]
    pub(super) fn push_entry(&mut self, entry: Entry) {
        self.search = Search::default();
        self.wants.add(&entry.resting);
        self.entries.push(entry);
    }

    #[inline]
    pub(super) fn push_exit(&mut self, exit: Exit) {
        self.search = Search::default();
        self.wants.add_exit(&exit);
        self.exits.push(exit);
    }

    /// Takes out the entry at this place.
    #[inline]
    pub(super) fn take_entry(&mut self, index: usize) -> Entry {
        let entry = taken(&mut self.entries, index);
        self.changed();
        entry
    }

    /// Takes out the exit at this place.
    #[inline]
    pub(super) fn take_exit(&mut self, index: usize) -> Exit {
        let exit = taken(&mut self.exits, index);
        self.changed();
        exit
    }

    /// Takes out the order of this number, if it is here.
    pub(super) fn take_numbered(&mut self, order_id: u32) -> Option<Resting> {
        let is_it = |order: &Resting| order.order_id == order_id;
        if let Some(index) = self.entries.iter().position(|e| is_it(&e.resting)) {
            return Some(self.take_entry(index).resting);
        }
        let index = self.exits.iter().position(|e| is_it(&e.resting))?;
        Some(self.take_exit(index).resting)
    }

    /// Takes out the oldest order that is to go before a bar that starts at `start`.
    pub(super) fn take_expired(&mut self, start: Time) -> Option<Resting> {
        let expired = self.orders().filter(|order| order.has_expired(start));
        let oldest = expired.map(|order| order.order_id).min()?;
        self.take_numbered(oldest)
    }

    /// What entries and exits have in common.
    fn orders(&self) -> impl Iterator<Item = &Resting> {
        let entries = self.entries.iter().map(|entry| &entry.resting);
        entries.chain(self.exits.iter().map(|exit| &exit.resting))
    }

    /// Takes out the exits for which `gone` holds.
    #[inline]
    pub(super) fn drop_exits(&mut self, gone: impl Fn(&Exit) -> bool) {
        let before = self.exits.len();
        if before == 0 {
            return;
        }
        self.exits.retain(|exit| !gone(exit));
        if self.exits.len() != before {
            self.changed();
        }
    }

    /// Takes out all exits.
    #[inline]
    pub(super) fn clear_exits(&mut self) {
        if self.has_exit() {
            self.exits.clear();
            self.changed();
        }
    }

    /// Lets `entry` and `exit` alter the orders in place.
    pub(super) fn change(&mut self, entry: impl FnMut(&mut Entry), exit: impl FnMut(&mut Exit)) {
        self.entries.iter_mut().for_each(entry);
        self.exits.iter_mut().for_each(exit);
        self.changed();
    }

    /// Moves the protective stops at the end of the bar at `row`; they act from the next bar on.
    /// `atr` is the current ATR.
    #[inline]
    pub(super) fn move_stops(&mut self, row: usize, bar: &Bar, atr: Option<f64>) {
        if !self.wants.moving {
            return;
        }
        for exit in &mut self.exits {
            let (Some(moving), OrderKind::Stop { stop }) =
                (&mut exit.moving, &mut exit.resting.kind)
            else {
                continue;
            };
            let held = exit.resting.side.opposite();
            let (moved, reason) = moving.after_bar(held, *stop, row, bar, atr);
            *stop = moved;
            exit.reason = reason.unwrap_or(exit.reason);
        }
        self.changed();
    }

    /// Brings the protective stops to `stop` where that is nearer; true if one moved.
    pub(super) fn tighten(&mut self, stop: f64) -> bool {
        let mut any = false;
        for exit in &mut self.exits {
            let (Some(_), OrderKind::Stop { stop: placed }) =
                (exit.bracket_of, &mut exit.resting.kind)
            else {
                continue;
            };
            if nearer(exit.resting.side.opposite(), stop, *placed) {
                *placed = stop;
                exit.reason = ExitReason::Protect;
                any = true;
            }
        }
        if any {
            self.changed();
        }
        any
    }

    /// Turns the stop-limits that the bar has triggered into limits.
    #[inline]
    pub(super) fn arm_stop_limits(&mut self, bar: &Bar) {
        if !self.wants.stop_limits {
            return;
        }
        let arm = |order: &mut Resting| {
            if let OrderKind::StopLimit { stop, limit } = order.kind {
                let trigger = OrderKind::Stop { stop };
                if inside(trigger, order.side, bar, LimitRule::TOUCH).is_some() {
                    order.kind = OrderKind::Limit { limit };
                }
            }
        };
        self.change(
            |entry| arm(&mut entry.resting),
            |exit| arm(&mut exit.resting),
        );
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
        let wants = &self.wants;
        let mut wake: Option<usize> = None;
        let mut sooner = |slot: usize| wake = Some(wake.map_or(slot, |w| w.min(slot)));
        if wants.open || wants.moving {
            sooner(next_bar(track, from));
        }
        if let Some(close) = wants.close {
            sooner(feed.slot_ending_near(from, close).max(from));
        }
        if wants.expiring {
            for expires in self.orders().filter_map(|order| order.expires) {
                sooner(feed.slot_starting_at(expires).max(from));
            }
        }
        if wake == Some(from) {
            return wake;
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
        if !self.wants.rest() {
            return None;
        }
        let first = track.ended(from) - usize::from(track.row(from).is_some());
        let first = first.max(self.search.through);
        let after = track.ended(limit);
        if first >= after {
            return None;
        }
        let found = self.wants.first_reached(
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

/// Takes out what is at this place. The last, which most are, is not moved by way of the others.
#[inline]
fn taken<T: Copy>(orders: &mut Vec<T>, index: usize) -> T {
    let order = orders[index];
    if index + 1 < orders.len() {
        orders.copy_within(index + 1.., index);
    }
    orders.truncate(orders.len() - 1);
    order
}

/// The slot of the symbol's next bar at or after `from`.
fn next_bar(track: &Track<'_>, from: usize) -> usize {
    match track.row(from) {
        Some(_) => from,
        None => track.slot(track.ended(from)),
    }
}

/// True for orders due at the next open: market orders, and those on a close that never came.
pub(super) fn due_at_open(kind: OrderKind, start: Time) -> bool {
    match kind {
        OrderKind::Market => true,
        OrderKind::MarketOnClose { close } => close <= start,
        OrderKind::Limit { .. } | OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => false,
    }
}
