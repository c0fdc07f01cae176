//! Where a strategy leaves its orders and its reasons.

use market::ExitReason;

use crate::broker::options::WaitingEntry;
use crate::order::Order;
use crate::setup::{Outcome, Setup};
use crate::structure::{CloseOrder, StructureOrder};

/// What a strategy asked for at one decision: the broker takes it when the decision is over.
///
/// Setups, orders and withdrawals lie apart, because most decisions log a setup and give no order, and
/// a setup is a fraction of an order's size.
#[derive(Debug, Default)]
pub struct Desk {
    pub(crate) setups: Vec<Setup>,
    /// Numbered; each with the setup it came from, by its place in `setups`.
    pub(crate) orders: Vec<Left>,
    pub(crate) withdrawals: Vec<u32>,
    pub(crate) tightenings: Vec<Tighten>,
    pub(crate) structures: Vec<WaitingEntry>,
    pub(crate) closings: Vec<CloseOrder>,
    pub(crate) next_order_id: u32,
}

/// An order as it was left.
#[derive(Debug)]
pub(crate) struct Left {
    /// Counted from 1 within a replay.
    pub(crate) order_id: u32,
    /// The setup it came from, by its place among this decision's.
    pub(crate) setup: Option<u32>,
    pub(crate) order: Order,
}

/// A position's protective stop, to be brought nearer.
#[derive(Debug)]
pub(crate) struct Tighten {
    pub(crate) symbol: usize,
    /// Where to, dollars.
    pub(crate) stop: f64,
}

impl Desk {
    /// Leaves an order; returns its number. Refusals are found in the ledger, with their reason.
    #[inline]
    pub fn submit(&mut self, order: Order) -> u32 {
        self.leave(order, None)
    }

    /// Leaves an entry and logs the setup it came from as entered. If the order is refused or withdrawn,
    /// the log says so.
    #[inline]
    pub fn enter(&mut self, setup: Setup, order: Order) -> u32 {
        let order_id = self.leave(order, Some(self.setups.len() as u32));
        self.setups.push(Setup {
            outcome: Outcome::Entered,
            order_id: Some(order_id),
            ..setup
        });
        order_id
    }

    /// Leaves an order for a structure and logs the setup it came from as entered. If it is refused or not filled at the next
    /// close, the log says so. Returns the number the structure will have.
    pub fn enter_structure(&mut self, setup: Setup, order: StructureOrder) -> u32 {
        let order_id = self.next_order_id;
        self.next_order_id += 1;
        self.structures.push(WaitingEntry {
            order_id,
            order,
            setup: Some(self.setups.len() as u32),
        });
        self.setups.push(Setup {
            outcome: Outcome::Entered,
            order_id: Some(order_id),
            ..setup
        });
        order_id
    }

    /// Closes a structure, shares and all, at the next close at which all of its legs have a price.
    pub fn close_structure(&mut self, structure_id: u32, reason: ExitReason) {
        self.closings.push(CloseOrder {
            structure_id,
            legs: None,
            reason,
        });
    }

    /// Closes some legs of a structure, by their places.
    pub fn close_legs(&mut self, structure_id: u32, legs: Vec<usize>, reason: ExitReason) {
        self.closings.push(CloseOrder {
            structure_id,
            legs: Some(legs),
            reason,
        });
    }

    /// True without an order, a setup or a withdrawal.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.setups.is_empty()
            && self.orders.is_empty()
            && self.withdrawals.is_empty()
            && self.tightenings.is_empty()
            && !self.has_structures()
    }

    /// True if a structure is to be opened or closed.
    #[inline]
    pub(crate) fn has_structures(&self) -> bool {
        !self.structures.is_empty() || !self.closings.is_empty()
    }

    /// Logs a setup that led to no order.
    #[inline]
    pub fn log(&mut self, setup: Setup) {
        self.setups.push(setup);
    }

    /// Brings the protective stop of the open position to `stop` dollars, which acts from the next bar on; an exit there has
    /// the reason [`Protect`](ExitReason::Protect). A stop never moves away: one that lies nearer already stays, and a
    /// position without a stop gets none. What is no price asks nothing.
    pub fn tighten(&mut self, symbol: usize, stop: f64) {
        if stop.is_finite() {
            self.tightenings.push(Tighten { symbol, stop });
        }
    }

    /// Withdraws a working order, also one left at this very decision; one already filled or gone stays
    /// so.
    pub fn withdraw(&mut self, order_id: u32) {
        self.withdrawals.push(order_id);
    }

    #[inline]
    fn leave(&mut self, order: Order, setup: Option<u32>) -> u32 {
        let order_id = self.next_order_id;
        self.next_order_id += 1;
        self.orders.push(Left {
            order_id,
            setup,
            order,
        });
        order_id
    }
}
