//! Option structures at the broker: which of them is asked when.
//!
//! At a close: marks, then closings, then entries, each order whole or not at all; at a session's last close also expiry and
//! early assignment. At the open after an assignment the shares it left are sold.

use market::{Date, ExitReason, FillRule, Right};
use options::{Contract, LegQuote, NoQuote, SHARES_A_CONTRACT};

use crate::account::Account;
use crate::feed::OptionTrack;
use crate::portfolio::Portfolio;
use crate::record::Record;
use crate::setup::RejectReason;
use crate::structure::event::{Instant, LegEvent};
use crate::structure::held::premium_usd;
use crate::structure::payoff::{LossAtExpiry, loss_at_expiry, margin_usd};
use crate::structure::{Ask, CloseOrder, HeldLeg, Structure, StructureOrder};
use crate::track::Action;

use super::Broker;

/// The orders for structures that wait for the next close.
#[derive(Debug, Default)]
pub(crate) struct OptionBook {
    pub(crate) entries: Vec<WaitingEntry>,
    pub(crate) closings: Vec<CloseOrder>,
}

/// A structure that waits to be opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WaitingEntry {
    pub(crate) order_id: u32,
    pub(crate) order: StructureOrder,
    /// The setup it came from, by its place in the decision log.
    pub(crate) setup: Option<u32>,
}

impl OptionBook {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.closings.is_empty()
    }
}

impl<R: Record> Broker<'_, R> {
    /// Takes an entry a strategy asked for at the end of `slot`; refuses what could never fill.
    pub(super) fn submit_structure(&mut self, waiting: WaitingEntry, slot: usize) {
        let time = self.feed.end(slot);
        if let Some(reason) = refusal(&waiting.order, self.feed.options()) {
            self.journal
                .refuse(waiting.order_id, waiting.setup, time, reason);
            return;
        }
        let ask = || Ask::Open(waiting.order_id, waiting.order.clone());
        self.journal.asks(time, ask);
        self.options.entries.push(waiting);
    }

    /// The instant of the close of `slot`; `None` if the underlying has no bar there.
    fn option_instant(&self, track: OptionTrack<'_>, slot: usize) -> Option<Instant> {
        let underlying = &self.feed.tracks()[track.symbol];
        let row = underlying.row(slot)?;
        Some(Instant {
            time: self.feed.end(slot),
            slot,
            session: self.feed.session(slot),
            spot_usd: underlying.bars.close()[row],
        })
    }

    /// Dividends and splits of structures, and the sale of assigned shares, at the open of `slot`.
    pub(super) fn options_at_open(&mut self, portfolio: &mut Portfolio, slot: usize) {
        let Some(options) = self.feed.options() else {
            return;
        };
        if portfolio.structures.is_empty() {
            return;
        }
        let track = &self.feed.tracks()[options.symbol];
        for action in track.actions_at(slot) {
            portfolio.each_structure(|structure| match *action {
                Action::Dividend { amount_usd, .. } => structure.dividend(amount_usd),
                Action::Split { ratio, .. } => structure.split(ratio),
            });
        }
        let Some(row) = track.row(slot) else { return };
        let at = Instant {
            time: self.feed.start(slot),
            slot,
            session: self.feed.session(slot),
            spot_usd: track.bars.open()[row],
        };
        let (costs, journal) = (&self.account.costs, &mut self.journal);
        portfolio.each_structure(|structure| {
            if structure.assigned_shares != 0.0 {
                journal.leg(structure.close_shares(costs, &at, FillRule::Open));
            }
        });
        self.close_out(portfolio, at.session);
    }

    /// Marks, fills and settles at the close of `slot`.
    ///
    /// On the window's last slot nothing is opened: it would be closed at the same prices.
    pub(crate) fn options_at_close(
        &mut self,
        portfolio: &mut Portfolio,
        slot: usize,
        is_last: bool,
    ) {
        let Some(options) = self.feed.options() else {
            return;
        };
        if portfolio.structures.is_empty() && self.options.is_empty() {
            return;
        }
        let Some(at) = self.option_instant(options, slot) else {
            return;
        };
        let counts = &mut self.journal.counts;
        portfolio.each_structure(|structure| {
            counts.stale_marks +=
                structure.mark(&at, |contract| options.chains.quote(slot, contract).ok());
        });
        self.fill_closings(portfolio, options, &at);
        self.fill_structure_entries(portfolio, options, &at, is_last);
        if self.feed.ends_session(slot) {
            self.expire_and_assign(portfolio, options, &at);
        }
        self.close_out(portfolio, at.session);
    }

    /// Closes what was ordered closed, if all of its legs have a price; else it waits for the next close.
    fn fill_closings(&mut self, portfolio: &mut Portfolio, options: OptionTrack<'_>, at: &Instant) {
        for order in std::mem::take(&mut self.options.closings) {
            let Some(held) = portfolio.structure(order.structure_id) else {
                continue;
            };
            let places = wanted(&order, held);
            let priced = |&place: &usize| {
                let contract = &held.legs[place].contract;
                options.chains.quote(at.slot, contract).is_ok()
            };
            if !places.iter().all(priced) {
                self.journal.counts.unfilled_closings += 1;
                self.options.closings.push(order);
                continue;
            }
            let (costs, journal) = (&self.account.options, &mut self.journal);
            portfolio.change_structure(order.structure_id, |structure| {
                structure.leaving = Some(order.reason);
                for &place in &places {
                    journal.leg(structure.close_leg(place, places.len(), costs, at));
                }
            });
        }
    }

    /// Opens what was ordered, whole or not at all: never later than the close after the decision.
    fn fill_structure_entries(
        &mut self,
        portfolio: &mut Portfolio,
        options: OptionTrack<'_>,
        at: &Instant,
        is_last: bool,
    ) {
        for waiting in std::mem::take(&mut self.options.entries) {
            let opened = if is_last {
                Err(RejectReason::WindowEnd)
            } else {
                self.open_structure(portfolio, options, at, &waiting)
            };
            if let Err(reason) = opened {
                self.journal
                    .refuse(waiting.order_id, waiting.setup, at.time, reason);
            }
        }
    }

    fn open_structure(
        &mut self,
        portfolio: &mut Portfolio,
        options: OptionTrack<'_>,
        at: &Instant,
        waiting: &WaitingEntry,
    ) -> Result<(), RejectReason> {
        let order = &waiting.order;
        let quotes = order
            .legs
            .iter()
            .map(|leg| options.chains.quote(at.slot, &leg.contract))
            .collect::<Result<Vec<LegQuote>, NoQuote>>()
            .map_err(|_| RejectReason::NotQuoted)?;
        let costs = &self.account.options;
        let premium = premium_usd(&order.legs, &quotes, costs);
        if order.least_premium_usd.is_some_and(|least| premium < least) {
            return Err(RejectReason::PremiumTooSmall);
        }
        let size = Size::of(order, premium, at.spot_usd, self.account);
        let power = portfolio.power_at_close(self.account.max_leverage, self.feed, at.slot);
        let quantity = size.payable(order, power);
        if quantity == 0 {
            return Err(RejectReason::BuyingPower);
        }
        let id = waiting.order_id;
        let (mut structure, fills) =
            Structure::open(id, order.symbol, quantity, &order.legs, &quotes, costs, at);
        for fill in fills {
            self.journal.leg(fill);
        }
        structure.max_loss_usd = size.max_loss_usd.map(|loss| loss * f64::from(quantity));
        structure.margin_usd = size.margin_usd * f64::from(quantity);
        structure.atr = order.atr;
        portfolio.take_structure(structure);
        Ok(())
    }

    /// At a session's last close: expiry, then the assignments that a holder would not wait with.
    fn expire_and_assign(
        &mut self,
        portfolio: &mut Portfolio,
        options: OptionTrack<'_>,
        at: &Instant,
    ) {
        let (today, next) = self.feed.session_and_next(at.slot);
        let expires = |expiry: Date| expiry <= today || next.is_some_and(|next| next > expiry);
        let (costs, journal) = (&self.account.options, &mut self.journal);
        let closings = &mut self.options.closings;
        let mut left_shares = Vec::new();
        portfolio.each_structure(|structure| {
            let (mut torn, mut over, mut left_by) = (false, false, None);
            for place in 0..structure.legs.len() {
                let leg = structure.legs[place];
                if !leg.is_open() {
                    continue;
                }
                let expired = expires(leg.contract.expiry);
                let early = !expired && leg.shares < 0.0 && is_assigned_early(&leg, options, at);
                if expired || early {
                    let fill = structure.settle_leg(place, costs, at);
                    // One leg that was assigned is what the trade is called by.
                    left_by = match fill.event {
                        LegEvent::Assigned => Some(ExitReason::Assigned),
                        LegEvent::Exercised => left_by.or(Some(ExitReason::Exercised)),
                        _ => left_by,
                    };
                    journal.leg(fill);
                }
                torn |= early;
                over |= expired;
            }
            if structure.assigned_shares != 0.0 {
                structure.leaving = left_by.or(structure.leaving);
                if over {
                    left_shares.push(structure.structure_id);
                }
            }
            if torn && structure.legs.iter().any(HeldLeg::is_open) {
                // What an assignment has torn apart is not what was planned: the rest goes with the shares.
                closings.push(CloseOrder {
                    structure_id: structure.structure_id,
                    legs: None,
                    reason: ExitReason::Assigned,
                });
            }
        });
        self.shed_shares(portfolio, &left_shares, at);
    }

    /// Makes trades of the structures of which nothing is left.
    fn close_out(&mut self, portfolio: &mut Portfolio, session: u32) {
        while let Some((structure, trade_id)) = portfolio.close_flat_structure() {
            self.journal.closed_structure(structure, trade_id, session);
        }
    }

    /// Closes every structure at the last close of the window, and withdraws what still waits. A leg without a price there
    /// goes at the quote it was last marked at.
    pub(super) fn finish_options(&mut self, portfolio: &mut Portfolio, slot: usize) {
        let Some(options) = self.feed.options() else {
            return;
        };
        let time = self.feed.end(slot);
        for waiting in std::mem::take(&mut self.options.entries) {
            let (id, reason) = (waiting.order_id, RejectReason::WindowEnd);
            self.journal.refuse(id, waiting.setup, time, reason);
        }
        self.options.closings.clear();
        let underlying = &self.feed.tracks()[options.symbol];
        let Some(spot_usd) = underlying.last_close(slot) else {
            return;
        };
        let session = self.feed.session(slot);
        let at = Instant {
            time,
            slot,
            session,
            spot_usd,
        };
        let (account, journal) = (self.account, &mut self.journal);
        portfolio.each_structure(|structure| {
            structure.leaving = Some(ExitReason::WindowEnd);
            let open: Vec<usize> = structure.open_legs().collect();
            for &place in &open {
                journal.leg(structure.close_leg(place, open.len(), &account.options, &at));
            }
            if structure.assigned_shares != 0.0 {
                journal.leg(structure.close_shares(&account.costs, &at, FillRule::Close));
            }
        });
        self.close_out(portfolio, session);
    }
}

/// The places of the legs that an order closes.
fn wanted(order: &CloseOrder, structure: &Structure) -> Vec<usize> {
    let named = |place: &usize| match &order.legs {
        Some(places) => places.contains(place),
        None => true,
    };
    structure.open_legs().filter(named).collect()
}

/// What one structure may lose and binds, by the prices it would fill at.
#[allow(clippy::struct_field_names)] // All of them are dollars.
struct Size {
    /// Dollars, commissions both ways included; `None` if there is no most.
    max_loss_usd: Option<f64>,
    /// Dollars.
    margin_usd: f64,
    /// Dollars that opening costs (a debit and its commission) beyond the premium received.
    debit_usd: f64,
}

impl Size {
    fn of(order: &StructureOrder, premium: f64, spot_usd: f64, account: &Account) -> Self {
        let contracts: f64 = order
            .legs
            .iter()
            .map(|leg| f64::from(leg.ratio.abs()))
            .sum();
        let commission_usd = account.options.commission_usd(contracts);
        let max_loss_usd = match loss_at_expiry(&order.legs) {
            LossAtExpiry::Bounded(loss) => {
                Some((loss - premium) * SHARES_A_CONTRACT + 2.0 * commission_usd)
            }
            LossAtExpiry::Unbounded => None,
        };
        Self {
            max_loss_usd,
            margin_usd: margin_usd(&order.legs, spot_usd),
            debit_usd: commission_usd - premium * SHARES_A_CONTRACT,
        }
    }

    /// The most structures, at most as many as ordered, that the account can bear.
    fn payable(&self, order: &StructureOrder, power_usd: f64) -> u32 {
        let mut quantity = f64::from(order.quantity);
        // A credit is not spent twice: it pays for part of the margin it is received with.
        let bound_usd = (self.margin_usd + self.debit_usd).max(0.0);
        if bound_usd > 0.0 {
            quantity = quantity.min((power_usd / bound_usd).floor());
        }
        quantity.max(0.0) as u32
    }
}

/// Why an order for a structure can never fill.
fn refusal(order: &StructureOrder, options: Option<OptionTrack<'_>>) -> Option<RejectReason> {
    let Some(options) = options else {
        return Some(RejectReason::NotQuoted);
    };
    let first = order.legs.first().map(|leg| leg.contract.expiry);
    if order.symbol != options.symbol {
        return Some(RejectReason::UnknownSymbol);
    }
    if order.quantity == 0 || order.legs.iter().any(|leg| leg.ratio == 0) {
        return Some(RejectReason::ZeroSize);
    }
    let Some(first) = first else {
        return Some(RejectReason::ZeroSize);
    };
    if order.legs.iter().any(|leg| leg.contract.expiry != first) {
        return Some(RejectReason::SeveralExpiries);
    }
    let unusable = |contract: &Contract| !contract.strike.is_finite() || contract.strike <= 0.0;
    order
        .legs
        .iter()
        .any(|leg| unusable(&leg.contract))
        .then_some(RejectReason::BadPrice)
}

/// True if a holder would exercise at this session's end rather than hold.
///
/// A call, in the money, the evening before an ex-date: when the dividend is more than the time value given up. A put: when
/// no time value is left to give up (under a cent), so that waiting only costs interest on the strike.
fn is_assigned_early(leg: &HeldLeg, options: OptionTrack<'_>, at: &Instant) -> bool {
    const NO_TIME_VALUE_USD: f64 = 0.01;
    let contract = &leg.contract;
    // A chain taken before the close is held against the underlying as it then was: what came after is no time value.
    let spot_usd = options.chains.spot(at.slot).unwrap_or(at.spot_usd);
    let intrinsic = contract.intrinsic(spot_usd);
    if intrinsic <= 0.0 || contract.intrinsic(at.spot_usd) <= 0.0 {
        return false;
    }
    let fresh = options.chains.quote(at.slot, contract).ok();
    let time_value = fresh.unwrap_or(leg.quote).mid - intrinsic;
    match contract.right {
        Right::Call => {
            let dividend = options.chains.next_dividend(at.slot);
            dividend.is_some_and(|dividend| time_value < dividend)
        }
        // Of a put without a quote nobody can say that its time value is gone.
        Right::Put => fresh.is_some() && time_value < NO_TIME_VALUE_USD,
    }
}
