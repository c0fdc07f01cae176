//! Where a strategy leaves its orders and its reasons.

use crate::broker::book::Working;
use crate::order::Order;
use crate::setup::{Outcome, Setup};

/// What a strategy asked for at one decision: the broker takes it when the decision is over.
///
/// Setups, orders and withdrawals lie apart, because most decisions log a setup and give no order, and
/// a setup is a fraction of an order's size.
#[derive(Debug, Default)]
pub struct Desk {
    pub(crate) setups: Vec<Setup>,
    /// Numbered; each with the setup it came from, by its place in `setups`.
    pub(crate) orders: Vec<Working>,
    pub(crate) withdrawals: Vec<u32>,
    pub(crate) next_order_id: u32,
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

    /// Logs a setup that led to no order.
    #[inline]
    pub fn log(&mut self, setup: Setup) {
        self.setups.push(setup);
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
        self.orders.push(Working {
            order_id,
            order,
            setup,
            bracket_of: None,
            moving: None,
        });
        order_id
    }
}
