//! What happened: fills, setups, refusals, as rows or as counts.

use std::marker::PhantomData;

use market::{Fill, Time};

use crate::record::{Counts, Record};
use crate::setup::{Outcome, RejectReason, Rejection, Setup};
use crate::structure::{Ask, Asked, ClosedStructure, LegFill, Structure};

use super::book::Resting;

/// The record a replay leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Journal<R> {
    pub(crate) fills: Vec<Fill>,
    pub(crate) setups: Vec<Setup>,
    pub(crate) rejections: Vec<Rejection>,
    pub(crate) counts: Counts,
    pub(crate) asked: Vec<Asked>,
    pub(crate) leg_fills: Vec<LegFill>,
    pub(crate) structures: Vec<ClosedStructure>,
    pub(crate) liquidations: Vec<(u32, f64)>,
    /// The session of the last exit, by symbol.
    pub(crate) last_exits: Vec<Option<u32>>,
    record: PhantomData<R>,
}

impl<R: Record> Journal<R> {
    /// An empty record for so many symbols, in the memory of the last one.
    pub(crate) fn reset(&mut self, symbols: usize) {
        self.fills.clear();
        self.setups.clear();
        self.rejections.clear();
        self.counts = Counts::default();
        self.asked.clear();
        self.leg_fills.clear();
        self.structures.clear();
        self.liquidations.clear();
        self.last_exits.clear();
        self.last_exits.resize(symbols, None);
    }

    #[inline]
    pub(super) fn fill(&mut self, fill: &Fill) {
        self.counts.fills += 1;
        if fill.exit_reason.is_some() {
            self.last_exits[fill.symbol] = Some(fill.session);
        }
        if R::ROWS {
            self.fills.push(*fill);
        }
    }

    /// Moves setups into the log; returns the row of the first.
    #[inline]
    pub(super) fn log(&mut self, setups: &mut Vec<Setup>) -> u32 {
        let first_row = self.counts.setups;
        for setup in &*setups {
            self.counts.setup(setup.outcome);
        }
        if R::ROWS {
            self.setups.append(setups);
        } else {
            setups.clear();
        }
        first_row
    }

    /// Notes what a strategy asked for of structures or stops.
    pub(super) fn asks(&mut self, time: Time, what: impl FnOnce() -> Ask) {
        if R::ROWS {
            self.asked.push(Asked { time, what: what() });
        }
    }

    /// Notes what happened to a leg.
    pub(super) fn leg(&mut self, fill: LegFill) {
        self.counts.fills += 1;
        if R::ROWS {
            self.leg_fills.push(fill);
        }
    }

    /// Notes what the account would be worth if all structures were closed at any price; a session's last bar counts.
    pub(crate) fn liquidation(&mut self, session: u32, equity_usd: f64) {
        match self.liquidations.last_mut() {
            Some(last) if last.0 == session => last.1 = equity_usd,
            _ => self.liquidations.push((session, equity_usd)),
        }
    }

    /// Notes a structure of which nothing is left.
    pub(super) fn closed_structure(&mut self, structure: Structure, trade_id: u32, session: u32) {
        self.last_exits[structure.symbol] = Some(session);
        if R::ROWS {
            let closed = ClosedStructure {
                trade_id,
                structure,
            };
            self.structures.push(closed);
        }
    }

    /// Notes a refusal; the setup behind the order learns of it.
    pub(super) fn reject(&mut self, order: &Resting, time: Time, reason: RejectReason) {
        self.refuse(order.order_id, order.setup, time, reason);
    }

    /// The same of any order.
    pub(super) fn refuse(
        &mut self,
        order_id: u32,
        setup: Option<u32>,
        time: Time,
        reason: RejectReason,
    ) {
        self.counts.rejections += 1;
        if setup.is_some() {
            self.counts.rejected_after_all(reason);
        }
        if !R::ROWS {
            return;
        }
        self.rejections.push(Rejection {
            order_id,
            time,
            reason,
        });
        if let Some(setup) = setup.and_then(|row| self.setups.get_mut(row as usize)) {
            setup.outcome = Outcome::Rejected(reason);
        }
    }
}
