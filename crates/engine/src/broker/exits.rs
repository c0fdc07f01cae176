//! Exits: which is next, and what its fill does to the position.
//!
//! Their order is fixed by the spec: a due market exit, then the gap rules, then what the bar touches,
//! then the close.

use market::{ExitReason, Fill, FillRule, Side};

use crate::account::Intrabar;
use crate::order::{Order, OrderKind};
use crate::portfolio::Portfolio;
use crate::position::{Position, Terms};
use crate::record::Record;

use super::book::{Exit, Resting, due_at_open};
use super::intrabar::adverse_first;
use super::pricing::{Quote, at_open, inside};
use super::ticket::at_the_start;
use super::{Broker, Place};

impl<'a, R: Record> Broker<'a, R> {
    /// Market exits due at this open.
    pub(super) fn fill_due_exits(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let start = at.track.bars.start()[at.row];
        self.fill_exits(portfolio, at, |w| {
            due_at_open(w.resting.kind, start).then(|| Quote::new(at.bar.open, FillRule::Open))
        });
    }

    /// Stops and limits that the open has passed.
    pub(super) fn fill_gapped_exits(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        self.fill_exits(portfolio, at, |w| {
            at_open(w.resting.kind, w.resting.side, at.bar.open)
        });
    }

    /// Stops and targets of a position that was open when the bar began to trade. Of several stops
    /// (or limits) the one nearest to the open is reached first.
    pub(super) fn fill_exits_inside(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        if !self.books[at.symbol].has_exit() {
            return;
        }
        let Some(held) = portfolio.position_mut(at.symbol) else {
            return;
        };
        let mut reached = self.reached(at);
        if let [Some((stop, _)), Some((target, _))] = reached {
            held.ambiguous = true;
            if self.account.fills.intrabar == Intrabar::Finer {
                self.exit_by_finer(portfolio, at, stop, target);
                reached = self.reached(at);
            }
        }
        let Some(held) = portfolio.position(at.symbol) else {
            return;
        };
        let stop_first = adverse_first(self.account.fills.intrabar, held.side, &at.bar);
        loop {
            let [stop, target] = reached;
            let next = if stop_first {
                stop.or(target)
            } else {
                target.or(stop)
            };
            let Some((index, quote)) = next else { return };
            let exit = self.books[at.symbol].take_exit(index);
            self.execute_exit(portfolio, at, &exit, quote);
            reached = self.reached(at);
        }
    }

    /// The stop and the target that the bar reaches: of several the one nearest to the open, of equals the older.
    fn reached(&self, at: Place<'a>) -> [Option<(usize, Quote)>; 2] {
        let limits = self.limit_rule();
        let away = |quote: &Quote| (quote.price - at.bar.open).abs();
        let [mut stop, mut target] = [None, None];
        for (index, exit) in self.books[at.symbol].exits().iter().enumerate() {
            let Resting { kind, side, .. } = exit.resting;
            let Some(quote) = inside(kind, side, &at.bar, limits) else {
                continue;
            };
            let nearest: &mut Option<(usize, Quote)> = match kind {
                OrderKind::Limit { .. } => &mut target,
                _ => &mut stop,
            };
            if nearest.is_none_or(|(_, other)| away(&quote).total_cmp(&away(&other)).is_lt()) {
                *nearest = Some((index, quote));
            }
        }
        [stop, target]
    }

    /// Exits on this bar's close.
    pub(super) fn fill_exits_on_close(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let end = at.track.bars.end()[at.row];
        self.fill_exits(portfolio, at, |w| {
            matches!(w.resting.kind, OrderKind::MarketOnClose { close } if close == end)
                .then(|| Quote::new(at.bar.close, FillRule::Close))
        });
    }

    /// Fills the exits of one symbol that have a price, oldest first.
    #[inline]
    fn fill_exits(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        quoted: impl Fn(&Exit) -> Option<Quote>,
    ) {
        while self.books[at.symbol].has_exit() {
            let Some((index, quote)) = self.first_exit(at, &quoted) else {
                return;
            };
            let exit = self.books[at.symbol].take_exit(index);
            self.execute_exit(portfolio, at, &exit, quote);
        }
    }

    /// Closes a position outside the book, at its symbol's last close by the end of `slot`; `worst`
    /// bounds slippage.
    pub(super) fn close_at_last_close(
        &mut self,
        portfolio: &mut Portfolio,
        symbol: usize,
        slot: usize,
        reason: ExitReason,
        worst: Option<f64>,
    ) {
        let track = &self.feed.tracks()[symbol];
        let (Some(held), Some(row)) =
            (portfolio.position(symbol), track.ended(slot).checked_sub(1))
        else {
            return;
        };
        let at = Place::new(symbol, track, slot, row);
        let order = Order {
            atr: held.atr,
            ..Order::exit(symbol, reason)
        };
        let exit = Exit {
            resting: Resting::new(self.take_order_id(), None, &order),
            reason,
            keeps: 0,
            bracket_of: None,
            moving: None,
        };
        let quote = Quote {
            worst,
            ..Quote::new(at.bar.close, FillRule::Close)
        };
        self.execute_exit(portfolio, at, &exit, quote);
    }

    /// Fills an exit, taken from the book, for at most what is open. The rest of its bracket is withdrawn (OCO); once flat,
    /// so are all exits.
    pub(super) fn execute_exit(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        exit: &Exit,
        quote: Quote,
    ) {
        let Some(held) = portfolio.position_mut(at.symbol) else {
            return;
        };
        let (side, quantity) = (held.side.opposite(), exit.shares(held.quantity));
        if quantity == 0 {
            // To be reduced to more than is left.
            return;
        }
        let bars_held = self.count_to_exit(held, at, quote);
        let fill = Fill {
            exit_reason: Some(exit.reason),
            ..self.ticket(at, &exit.resting, side, quantity, quote)
        };
        self.book_exit(portfolio, at, exit, fill, bars_held);
    }

    /// Books the fill of an exit; the rest of its bracket goes with it.
    pub(super) fn book_exit(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        exit: &Exit,
        fill: Fill,
        bars_held: u32,
    ) {
        let terms = Terms {
            reason: fill.exit_reason,
            row: at.row,
            bars_held,
            ..Terms::default()
        };
        self.settle(portfolio, fill, terms);
        if let Some(entry) = exit.bracket_of {
            self.books[at.symbol].drop_exits(|other| other.bracket_of == Some(entry));
        }
    }

    /// Books a fill. Exits belong to one position: where it ended or turned round, they go with it.
    pub(super) fn settle(&mut self, portfolio: &mut Portfolio, fill: Fill, terms: Terms) {
        let closed = portfolio.take(&fill, terms);
        self.journal.fill(&fill);
        if closed {
            self.books[fill.symbol].clear_exits();
        }
    }

    /// Counts the prices of the exit bar that came before the exit, as far as is known or assumed;
    /// returns the bars held by then.
    pub(super) fn count_to_exit(&self, held: &mut Position, at: Place<'a>, quote: Quote) -> u32 {
        let policy = self.account.fills.intrabar;
        count_exit_bar(held, at, quote, adverse_first(policy, held.side, &at.bar));
        let opened_row = at.track.ended(held.opened.slot).saturating_sub(1);
        at.row.saturating_sub(opened_row) as u32 + u32::from(!at_the_start(quote.rule))
    }
}

fn count_exit_bar(held: &mut Position, at: Place<'_>, quote: Quote, adverse_first: bool) {
    let bars = at.track.bars;
    let (adverse, favourable) = match held.side {
        Side::Buy => (at.bar.low, at.bar.high),
        Side::Sell => (at.bar.high, at.bar.low),
    };
    // Entered inside this very bar: its open came before the trade, its extremes perhaps too.
    let entered_inside = held.range.next_row > at.row;
    held.range.bars_before(at.row, bars.high(), bars.low());
    held.range.price(quote.price);
    if entered_inside {
        if quote.rule == FillRule::Touch {
            // The stop would have counted anywhere in the bar, so the adverse extreme does.
            held.range.price(adverse);
        }
        return;
    }
    held.range.price(at.bar.open);
    match quote.rule {
        FillRule::Trigger if !adverse_first => held.range.price(favourable),
        FillRule::Touch if adverse_first => held.range.price(adverse),
        FillRule::Open
        | FillRule::Gap
        | FillRule::Improved
        | FillRule::Trigger
        | FillRule::Touch
        | FillRule::Finer
        | FillRule::Quote
        | FillRule::Model
        | FillRule::Expiry => {}
        FillRule::Close => {
            held.range.price(adverse);
            held.range.price(favourable);
        }
    }
}
