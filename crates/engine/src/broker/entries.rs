//! Entries: which is next, what it may take, and the protection that comes alive with it.

use market::{ExitReason, Fill, FillRule, Side, Time};

use crate::account::Intrabar;
use crate::order::OrderKind;
use crate::portfolio::Portfolio;
use crate::position::Terms;
use crate::record::Record;
use crate::setup::RejectReason;

use super::book::{Entry, Exit, Resting, due_at_open};
use super::moving::MovingStop;
use super::pricing::{Bar, Quote, at_open, inside, reaches_limit, reaches_stop};
use super::replayed::stamped;
use super::ticket::at_the_start;
use super::{Broker, Place};

impl<'a, R: Record> Broker<'a, R> {
    /// Entries at this open, market orders and those the open has passed alike, oldest first.
    pub(super) fn fill_entries_at_open(&mut self, portfolio: &mut Portfolio, slot: usize) {
        let quoted = |at: &Place<'a>, order: &Resting| {
            if due_at_open(order.kind, at.track.bars.start()[at.row]) {
                return Some(Quote::new(at.bar.open, FillRule::Open));
            }
            at_open(order.kind, order.side, at.bar.open)
        };
        while let Some((at, index, quote)) = self.oldest(slot, quoted) {
            let entry = self.books[at.symbol].take_entry(index);
            self.execute_entry(portfolio, at, &entry, quote, None);
        }
    }

    /// Entries triggered inside the bars, and what their protection does in the rest of them.
    pub(super) fn fill_entries_inside(&mut self, portfolio: &mut Portfolio, slot: usize) {
        let limits = self.limit_rule();
        let quoted =
            |at: &Place<'a>, order: &Resting| inside(order.kind, order.side, &at.bar, limits);
        while let Some((at, index, quote)) = self.oldest(slot, quoted) {
            let entry = self.books[at.symbol].take_entry(index);
            if self.account.fills.intrabar == Intrabar::Finer {
                self.enter_by_finer(portfolio, at, &entry, quote);
            } else if self.execute_entry(portfolio, at, &entry, quote, None) {
                self.protect_inside(portfolio, at, entry.resting.order_id, quote);
            }
        }
    }

    /// Entries on the bars' close; true if there were any.
    pub(super) fn fill_entries_on_close(&mut self, portfolio: &mut Portfolio, slot: usize) -> bool {
        let quoted = |at: &Place<'a>, order: &Resting| {
            let end = at.track.bars.end()[at.row];
            matches!(order.kind, OrderKind::MarketOnClose { close } if close == end)
                .then(|| Quote::new(at.bar.close, FillRule::Close))
        };
        let mut any = false;
        while let Some((at, index, quote)) = self.oldest(slot, quoted) {
            let entry = self.books[at.symbol].take_entry(index);
            any |= self.execute_entry(portfolio, at, &entry, quote, None);
        }
        any
    }

    /// The oldest entry of any symbol for which `quoted` has a price in `slot`: its place in its book.
    #[inline]
    fn oldest(
        &self,
        slot: usize,
        quoted: impl Fn(&Place<'a>, &Resting) -> Option<Quote>,
    ) -> Option<(Place<'a>, usize, Quote)> {
        let mut oldest: Option<(Place<'a>, usize, u32, Quote)> = None;
        for (symbol, track) in self.feed.tracks().iter().enumerate() {
            if !self.books[symbol].has_entry() {
                continue;
            }
            let Some(row) = track.row(slot) else { continue };
            let at = Place::new(symbol, track, slot, row);
            let mut waiting = self.books[symbol].entries().iter().enumerate();
            let first = waiting.find_map(|(index, Entry { resting, .. })| {
                Some((index, resting.order_id, quoted(&at, resting)?))
            });
            if let Some((index, order_id, quote)) = first
                && oldest.is_none_or(|(_, _, other, _)| order_id < other)
            {
                oldest = Some((at, index, order_id, quote));
            }
        }
        oldest.map(|(at, index, _, quote)| (at, index, quote))
    }

    /// Fills an entry, taken from the book, or rejects it; true if it filled. Its protection is alive at once: an entry
    /// already beyond its stop at a bar's open (or close) is out again at that same price.
    /// An entry found on finer bars is stamped with `finer`, its time there.
    pub(super) fn execute_entry(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        entry: &Entry,
        quote: Quote,
        finer: Option<Time>,
    ) -> bool {
        let Entry {
            resting: order,
            bracket,
        } = entry;
        let side = order.side;
        let mut fill = self.ticket(at, order, side, order.quantity, quote);
        if let Some(time) = finer {
            fill = stamped(fill, time);
        }
        let stop_price = bracket.stop.and_then(|plan| plan.price(side, fill.price));
        let beyond =
            stop_price.is_some_and(|stop| reaches_stop(side.opposite(), quote.price, stop));
        if let Some(reason) =
            self.objection(portfolio, &mut fill, beyond && bracket.cancel_if_gapped)
        {
            self.journal.reject(order, fill.time, reason);
            return false;
        }
        let target_price = bracket
            .target_distance_usd
            .map(|distance| fill.price + side.sign() * distance);
        let bars_held = match portfolio.position_mut(at.symbol) {
            Some(held) if held.side != side => self.count_to_exit(held, at, quote),
            _ => 0,
        };
        let terms = Terms {
            stop_price,
            target_price,
            atr: order.atr,
            row: at.row,
            bars_held,
            ..Terms::default()
        };
        self.settle(portfolio, fill, terms);
        let Some(held) = portfolio.position(at.symbol).filter(|h| h.side == side) else {
            // It only took from an opposite position: nothing to protect.
            return true;
        };
        let shares = fill.quantity.min(held.quantity);
        self.protect(at, entry, &fill, shares);
        if at_the_start(fill.rule) {
            if self.books[at.symbol].may_exit_at_open(at.bar.open) {
                self.fill_gapped_exits(portfolio, at);
            }
        } else if quote.rule == FillRule::Close && beyond {
            self.stop_out_at_close(portfolio, at, order.order_id);
        }
        true
    }

    /// Trims a fill to what can be paid for; the reason why it cannot be at all, if so.
    fn objection(
        &self,
        portfolio: &Portfolio,
        fill: &mut Fill,
        cancelled: bool,
    ) -> Option<RejectReason> {
        if cancelled {
            return Some(RejectReason::GappedBeyondStop);
        }
        if fill.quantity == 0 {
            // A reverse split since the order was given.
            return Some(RejectReason::ZeroSize);
        }
        if fill.price <= 0.0 {
            // Slippage ate the whole price.
            return Some(RejectReason::BadPrice);
        }
        fill.quantity = self.affordable(portfolio, fill);
        fill.commission_usd = self.account.costs.commission_usd(fill.quantity, fill.price);
        (fill.quantity == 0).then_some(RejectReason::BuyingPower)
    }

    /// Puts the entry's protection into the book.
    fn protect(&mut self, at: Place<'a>, entry: &Entry, fill: &Fill, shares: u64) {
        let (bracket, side) = (&entry.bracket, fill.side.opposite());
        let mut add = |kind, reason, moving| {
            let resting = Resting {
                order_id: self.next_order_id,
                setup: None,
                side,
                quantity: shares,
                kind,
                atr: entry.resting.atr,
                expires: None,
            };
            self.next_order_id += 1;
            self.books[at.symbol].push_exit(Exit {
                resting,
                reason,
                keeps: 0,
                bracket_of: Some(entry.resting.order_id),
                moving,
            });
        };
        if let Some(plan) = bracket.stop
            && let Some(stop) = plan.price(fill.side, fill.price)
        {
            let moving = MovingStop::of(&plan, fill, at.row, &at.bar);
            add(OrderKind::Stop { stop }, ExitReason::Stop, moving);
        }
        if let Some(distance) = bracket.target_distance_usd {
            let limit = fill.price + fill.side.sign() * distance;
            add(OrderKind::Limit { limit }, ExitReason::Target, None);
        }
        let own = bracket.ends_with_session.then_some(1);
        let lasts = [
            (bracket.max_sessions, ExitReason::MaxSessions),
            (own, ExitReason::TimeOfDay),
        ];
        for (sessions, reason) in lasts {
            let last = sessions.and_then(|n| {
                let ordinal = fill.session as usize + n.max(1) as usize - 1;
                self.feed.sessions().get(ordinal)
            });
            if let Some(session) = last {
                let close = session.close;
                add(OrderKind::MarketOnClose { close }, reason, None);
            }
        }
    }

    fn stop_out_at_close(&mut self, portfolio: &mut Portfolio, at: Place<'a>, entry: u32) {
        let stop = self.first_exit(at, |w| {
            let is_stop = matches!(w.resting.kind, OrderKind::Stop { .. });
            (is_stop && w.bracket_of == Some(entry))
                .then(|| Quote::new(at.bar.close, FillRule::Close))
        });
        if let Some((index, quote)) = stop {
            let exit = self.books[at.symbol].take_exit(index);
            self.execute_exit(portfolio, at, &exit, quote);
        }
    }

    /// The rest of the bar after an entry inside it: its stop counts if touched anywhere in that bar,
    /// its target only if the close is beyond it. With both, only an optimist takes the target, and the
    /// trade is ambiguous.
    pub(super) fn protect_inside(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        entry_id: u32,
        entry: Quote,
    ) {
        let (stop, target) = (
            self.stop_inside(at, entry_id, entry.price),
            self.target_at_close(at, entry_id),
        );
        let Some(held) = portfolio.position_mut(at.symbol) else {
            return;
        };
        let both = stop.is_some() && target.is_some();
        held.ambiguous |= both;
        let optimistic = both && self.account.fills.intrabar == Intrabar::Optimistic;
        let exit = if optimistic { target } else { stop.or(target) };
        match exit {
            Some((index, quote)) => {
                let exit = self.books[at.symbol].take_exit(index);
                self.execute_exit(portfolio, at, &exit, quote);
            }
            None => {
                for price in certain_prices(held.side, entry.rule, &at.bar) {
                    held.range.price(price);
                }
            }
        }
    }

    fn stop_inside(&self, at: Place<'a>, entry_id: u32, entry: f64) -> Option<(usize, Quote)> {
        let limits = self.limit_rule();
        self.first_exit(at, |w| match w.resting.kind {
            OrderKind::Stop { stop } if w.bracket_of == Some(entry_id) => {
                let quote = inside(w.resting.kind, w.resting.side, &at.bar, limits)?;
                // Entered beyond the stop already: out where it came in, not at the better stop.
                let beyond = reaches_stop(w.resting.side, entry, stop);
                let price = if beyond { entry } else { quote.price };
                Some(Quote { price, ..quote })
            }
            _ => None,
        })
    }

    fn target_at_close(&self, at: Place<'a>, entry_id: u32) -> Option<(usize, Quote)> {
        let limits = self.limit_rule();
        self.first_exit(at, |w| match w.resting.kind {
            OrderKind::Limit { limit }
                if w.bracket_of == Some(entry_id)
                    && reaches_limit(w.resting.side, at.bar.close, limit) =>
            {
                inside(w.resting.kind, w.resting.side, &at.bar, limits)
            }
            _ => None,
        })
    }
}

/// The prices of an entry bar that count after an entry inside it. After a buy stop the bar's high did
/// come later, after a limit only the close is certain; the adverse extreme counts in full, which
/// flatters least.
const fn certain_prices(held: Side, rule: FillRule, bar: &Bar) -> [f64; 2] {
    let (adverse, favourable) = match held {
        Side::Buy => (bar.low, bar.high),
        Side::Sell => (bar.high, bar.low),
    };
    match rule {
        FillRule::Trigger => [adverse, favourable],
        FillRule::Open
        | FillRule::Gap
        | FillRule::Touch
        | FillRule::Improved
        | FillRule::Close
        | FillRule::Finer
        | FillRule::Quote
        | FillRule::Model
        | FillRule::Expiry => [adverse, bar.close],
    }
}
