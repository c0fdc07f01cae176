//! What `intrabar = "finer"` does with a bar that leaves the order of events open: asks the finer bars inside it,
//! and where they cannot tell, takes the pessimistic way and notes why.

use market::{Fill, FillRule, Time, Unsettled};

use crate::order::OrderKind;
use crate::portfolio::Portfolio;
use crate::position::Position;
use crate::record::Record;

use super::book::Entry;
use super::finer::{Event, Inside, Level};
use super::pricing::{Quote, inside};
use super::{Broker, Place};

/// A fill by the rules of a finer bar.
pub(super) const fn stamped(fill: Fill, time: Time) -> Fill {
    Fill {
        time,
        rule: FillRule::Finer,
        at_session_open: false,
        ..fill
    }
}

impl<'a, R: Record> Broker<'a, R> {
    /// Takes the stop or the target of a position that reached both, whichever the finer bars say came first.
    /// Leaves both where they cannot tell.
    pub(super) fn exit_by_finer(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        stop: usize,
        target: usize,
    ) {
        let told =
            self.inside(at)
                .first_of(&at.span(), self.level(at, stop), self.level(at, target));
        match told {
            Ok(event) => {
                let index = if event.is_stop { stop } else { target };
                self.execute_event(portfolio, at, index, event);
            }
            Err(why) => note(portfolio.position_mut(at.symbol), why),
        }
    }

    /// Fills an entry triggered inside a bar, where the finer bars put it, and lets its protection act on those after
    /// it; by the rules of an entry bar where they cannot tell.
    pub(super) fn enter_by_finer(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        entry: &Entry,
        quote: Quote,
    ) {
        let entry_id = entry.resting.order_id;
        let order = Level {
            kind: entry.resting.kind,
            side: entry.resting.side,
        };
        let entered = match self.inside(at).entry(&at.span(), order) {
            Ok(entered) => entered,
            Err(why) => {
                if self.execute_entry(portfolio, at, entry, quote, None) {
                    let open = self.leaves_open(at, entry_id, quote);
                    if let Some(held) = portfolio.position_mut(at.symbol).filter(|_| open) {
                        held.ambiguous = true;
                        note(Some(held), why);
                    }
                    self.protect_inside(portfolio, at, entry_id, quote);
                }
                return;
            }
        };
        if !self.execute_entry(portfolio, at, entry, entered.quote, Some(entered.time)) {
            return;
        }
        let open = self.leaves_open(at, entry_id, entered.quote);
        let Some(held) = portfolio.position_mut(at.symbol) else {
            return;
        };
        held.ambiguous |= open;
        let [stop, target] = self.bracket(at, entry_id);
        let level = |index: Option<usize>| index.map(|index| self.level(at, index));
        let (stop_level, target_level) = (level(stop), level(target));
        let after =
            self.inside(at)
                .after_entry(&at.span(), &entered, held.side, stop_level, target_level);
        let chosen = after.exit.and_then(|event| {
            let index = if event.is_stop { stop } else { target };
            Some((index?, event))
        });
        if let Some((index, event)) = chosen {
            self.execute_event(portfolio, at, index, event);
        } else {
            held.range.price(after.seen.low);
            held.range.price(after.seen.high);
        }
    }

    /// Fills an exit as a finer bar has it.
    fn execute_event(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        index: usize,
        event: Event,
    ) {
        let exit = self.books[at.symbol].take_exit(index);
        let Some(held) = portfolio.position_mut(at.symbol) else {
            return;
        };
        let (side, quantity) = (held.side.opposite(), exit.shares(held.quantity));
        if quantity == 0 {
            return;
        }
        if !event.certain {
            note(Some(held), Unsettled::Ambiguous);
        }
        let bars = at.track.bars;
        held.range.bars_before(at.row, bars.high(), bars.low());
        for price in [event.seen.low, event.seen.high, event.quote.price] {
            held.range.price(price);
        }
        let opened_row = at.track.ended(held.opened.slot).saturating_sub(1);
        let bars_held = at.row.saturating_sub(opened_row) as u32 + 1;
        let fill = Fill {
            exit_reason: Some(exit.reason),
            ..stamped(
                self.ticket(at, &exit.resting, side, quantity, event.quote),
                event.time,
            )
        };
        self.book_exit(portfolio, at, &exit, fill, bars_held);
    }

    /// True if the plan's own bar does not tell what became of an entry inside it: its target lies in the bar, or its
    /// stop does and may have been reached before the entry. (A limit is always reached before its stop.)
    fn leaves_open(&self, at: Place<'a>, entry_id: u32, entry: Quote) -> bool {
        let limits = self.limit_rule();
        let [stop, target] = self.bracket(at, entry_id).map(|index| {
            index.is_some_and(|index| {
                let level = self.level(at, index);
                inside(level.kind, level.side, &at.bar, limits).is_some()
            })
        });
        target || (stop && entry.rule != FillRule::Touch)
    }

    /// Where the stop and the target of an entry stand in the book.
    fn bracket(&self, at: Place<'a>, entry_id: u32) -> [Option<usize>; 2] {
        let exits = self.books[at.symbol].exits();
        let find = |of_kind: fn(OrderKind) -> bool| {
            exits
                .iter()
                .position(|w| w.bracket_of == Some(entry_id) && of_kind(w.resting.kind))
        };
        [
            find(|kind| matches!(kind, OrderKind::Stop { .. })),
            find(|kind| matches!(kind, OrderKind::Limit { .. })),
        ]
    }

    fn level(&self, at: Place<'a>, index: usize) -> Level {
        let order = &self.books[at.symbol].exits()[index].resting;
        Level {
            kind: order.kind,
            side: order.side,
        }
    }

    fn inside(&self, at: Place<'a>) -> Inside<'a> {
        Inside {
            levels: &at.track.finer,
            limits: self.limit_rule(),
        }
    }
}

/// Notes why a position's bar was not settled, unless more is known already.
fn note(held: Option<&mut Position>, why: Unsettled) {
    if let Some(held) = held {
        held.unsettled = held.unsettled.max(Some(why));
    }
}
