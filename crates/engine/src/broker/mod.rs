//! The broker: takes orders, fills them from bars, keeps a journal.
//!
//! Prices come from [`pricing`], the order of events inside a bar from [`intrabar`], the search for
//! the next bar that matters from [`book`]; this file says who is asked when.

pub mod book;
pub mod intrabar;
mod journal;
pub mod pricing;

use market::{ExitReason, Fill, FillRule, Side};

use crate::account::Account;
use crate::feed::{Action, Feed, Track};
use crate::order::{Bracket, Order, OrderKind, Purpose};
use crate::portfolio::Portfolio;
use crate::position::{Position, Terms};
use crate::setup::{RejectReason, Setup};
use crate::strategy::Request;

use book::{Book, MovingStop, Working, due_at_open};
use intrabar::adverse_first;
pub(crate) use journal::Journal;
use pricing::{Bar, LimitRule, Quote, at_open, inside, reaches_stop};

/// Holds the working orders and fills them.
#[derive(Debug)]
pub struct Broker<'a> {
    account: &'a Account,
    feed: &'a Feed<'a>,
    books: Vec<Book>,
    journal: Journal,
    next_order_id: u32,
}

/// One symbol's bar in the slot being worked on.
#[derive(Clone, Copy)]
struct Place<'a> {
    symbol: usize,
    track: &'a Track<'a>,
    slot: usize,
    row: usize,
    bar: Bar,
}

impl<'a> Broker<'a> {
    pub(crate) fn new(account: &'a Account, feed: &'a Feed<'a>) -> Self {
        let books = feed.tracks().iter().map(|_| Book::default()).collect();
        Self {
            account,
            feed,
            books,
            journal: Journal::default(),
            next_order_id: 1,
        }
    }

    /// The working orders of a symbol, oldest first.
    pub fn orders(&self, symbol: usize) -> &[Working] {
        self.books.get(symbol).map_or(&[], Book::orders)
    }

    /// True if an entry in this symbol waits to be filled.
    pub fn has_entry(&self, symbol: usize) -> bool {
        self.books.get(symbol).is_some_and(Book::has_entry)
    }

    /// Fills so far.
    pub fn fills(&self) -> &[Fill] {
        self.journal.fills()
    }

    /// The number the next order will get.
    pub(crate) fn next_order_id(&self) -> u32 {
        self.next_order_id
    }

    pub(crate) fn into_journal(self) -> Journal {
        self.journal
    }

    /// Takes what a strategy asked for at the end of `slot`.
    pub(crate) fn accept(
        &mut self,
        requests: &mut Vec<Request>,
        portfolio: &Portfolio,
        slot: usize,
    ) {
        for request in requests.drain(..) {
            match request {
                Request::Submit(order) => {
                    self.submit(order, None, portfolio, slot);
                }
                Request::Log(setup) => {
                    self.journal.setup(setup);
                }
                Request::Enter(setup, order) => {
                    let row = self.journal.setup(Setup {
                        order_id: Some(self.next_order_id),
                        ..setup
                    });
                    self.submit(order, Some(row), portfolio, slot);
                }
                Request::Withdraw(order_id) => {
                    self.books.iter_mut().for_each(|book| book.remove(order_id))
                }
            }
        }
    }

    fn submit(&mut self, order: Order, setup: Option<u32>, portfolio: &Portfolio, slot: usize) {
        let order_id = self.next_order_id;
        self.next_order_id += 1;
        let mut working = Working {
            order_id,
            order,
            setup,
            moving: None,
        };
        let time = self.feed.end(slot);
        if let Some(reason) = refusal(&order, self.books.len(), portfolio) {
            return self.journal.reject(&working, time, reason);
        }
        if let (Purpose::Exit(_), Some(held)) = (order.purpose, portfolio.position(order.symbol)) {
            working.order.side = held.side.opposite();
        }
        self.books[order.symbol].push(working);
    }

    /// The first slot in `from..=limit` at which an order or a corporate action may act.
    #[inline]
    pub(crate) fn next_wake(
        &mut self,
        portfolio: &Portfolio,
        from: usize,
        limit: usize,
    ) -> Option<usize> {
        let mut wake = None;
        for (symbol, book) in self.books.iter_mut().enumerate() {
            let track = &self.feed.tracks()[symbol];
            let held = portfolio.position(symbol).is_some();
            if held || !book.is_empty() {
                let action = track.next_action(from);
                let order = book.next_wake(self.feed, track, from, limit);
                wake = [wake, action, order].into_iter().flatten().min();
            }
        }
        wake
    }

    /// Corporate actions, expiries and fills at the open of `slot`.
    ///
    /// Due market exits come first, then the gap rules of resting orders, then market entries: what an
    /// exit frees can be used at the same open.
    pub(crate) fn fill_at_open(&mut self, portfolio: &mut Portfolio, slot: usize) {
        for symbol in 0..self.books.len() {
            self.act(portfolio, symbol, slot);
            if !self.books[symbol].is_empty() {
                self.expire(symbol, slot);
            }
        }
        self.each_place(slot, |broker, at| {
            broker.fill_due(portfolio, at, false);
            broker.fill_gapped(portfolio, at);
        });
        self.each_place(slot, |broker, at| broker.fill_due(portfolio, at, true));
    }

    /// Fills inside the bars of `slot`, then at their close; moves protective stops for the next bar.
    pub(crate) fn fill_inside_and_at_close(&mut self, portfolio: &mut Portfolio, slot: usize) {
        self.each_place(slot, |broker, at| {
            broker.fill_exits_inside(portfolio, at);
            broker.fill_entries_inside(portfolio, at);
        });
        self.each_place(slot, |broker, at| {
            broker.fill_on_close(portfolio, at, false);
            broker.fill_on_close(portfolio, at, true);
            broker.move_stops(portfolio, at);
        });
    }

    /// Closes everything at the last close of the window; withdraws what still waits.
    pub(crate) fn finish(&mut self, portfolio: &mut Portfolio, slot: usize) {
        for symbol in 0..self.books.len() {
            let time = self.feed.end(slot);
            let Self { books, journal, .. } = self;
            books[symbol].take_if(
                |w| w.order.is_entry(),
                |w| journal.reject(&w, time, RejectReason::WindowEnd),
            );
            let track = &self.feed.tracks()[symbol];
            if portfolio.position(symbol).is_none() {
                continue;
            }
            if let Some(row) = track.ended(slot).checked_sub(1) {
                let at = Place {
                    symbol,
                    track,
                    slot,
                    row,
                    bar: bar_at(track, row),
                };
                let quote = Quote {
                    price: at.bar.close,
                    rule: FillRule::Close,
                    worst: None,
                };
                let exit = self.own_exit(symbol, ExitReason::WindowEnd);
                self.execute_exit(portfolio, at, &exit, quote);
            }
        }
    }

    /// Runs `work` for each symbol that has orders and a bar in `slot`.
    #[inline]
    fn each_place(&mut self, slot: usize, mut work: impl FnMut(&mut Self, Place<'a>)) {
        let feed = self.feed;
        for (symbol, track) in feed.tracks().iter().enumerate() {
            if self.books[symbol].is_empty() {
                continue;
            }
            if let Some(row) = track.row(slot) {
                work(
                    self,
                    Place {
                        symbol,
                        track,
                        slot,
                        row,
                        bar: bar_at(track, row),
                    },
                );
            }
        }
    }

    /// Dividends and splits: pays the holder, moves the resting orders.
    fn act(&mut self, portfolio: &mut Portfolio, symbol: usize, slot: usize) {
        let feed = self.feed;
        for &action in feed.tracks()[symbol].actions_at(slot) {
            if let Action::Split { ratio, .. } = action {
                self.pay_out_lost_fraction(portfolio, symbol, slot, ratio);
            }
            portfolio.act(action, symbol, feed);
            self.books[symbol].change(|working| adjust(working, action));
        }
    }

    /// A reverse split that leaves less than one share ends the position in cash at the prior close.
    fn pay_out_lost_fraction(
        &mut self,
        portfolio: &mut Portfolio,
        symbol: usize,
        slot: usize,
        ratio: f64,
    ) {
        let lost = portfolio
            .position(symbol)
            .is_some_and(|p| p.quantity as f64 * ratio < 1.0 - 1e-9);
        let track = &self.feed.tracks()[symbol];
        let (Some(before), true) = (slot.checked_sub(1), lost) else {
            return;
        };
        if let Some(row) = track.ended(before).checked_sub(1) {
            let at = Place {
                symbol,
                track,
                slot: before,
                row,
                bar: bar_at(track, row),
            };
            let quote = Quote {
                price: at.bar.close,
                rule: FillRule::Close,
                worst: Some(at.bar.close),
            };
            let exit = self.own_exit(symbol, ExitReason::CashInLieu);
            self.execute_exit(portfolio, at, &exit, quote);
        }
    }

    /// An exit of the broker's own, outside the book.
    fn own_exit(&mut self, symbol: usize, reason: ExitReason) -> Working {
        let order_id = self.next_order_id;
        self.next_order_id += 1;
        Working {
            order_id,
            order: Order::exit(symbol, reason),
            setup: None,
            moving: None,
        }
    }

    fn expire(&mut self, symbol: usize, slot: usize) {
        let start = self.feed.start(slot);
        let Self { books, journal, .. } = self;
        books[symbol].take_if(
            |w| w.order.expires.is_some_and(|at| at <= start),
            |w| journal.reject(&w, start, RejectReason::Expired),
        );
    }

    /// Market orders due at this open: exits, or entries.
    fn fill_due(&mut self, portfolio: &mut Portfolio, at: Place<'a>, entries: bool) {
        let quote = Quote {
            price: at.bar.open,
            rule: FillRule::Open,
            worst: None,
        };
        let start = self.feed.start(at.slot);
        while let Some(working) = self.first(at.symbol, |w| {
            due_at_open(&w.order, start) && w.order.is_entry() == entries
        }) {
            self.execute(portfolio, at, &working, quote);
        }
    }

    /// Resting orders that the open has passed.
    fn fill_gapped(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        while let Some(working) = self.first(at.symbol, |w| {
            at_open(w.order.kind, w.order.side, at.bar.open).is_some()
        }) {
            let Some(quote) = at_open(working.order.kind, working.order.side, at.bar.open) else {
                return;
            };
            self.execute(portfolio, at, &working, quote);
        }
    }

    /// Stops and targets of a position that was open when the bar began to trade.
    fn fill_exits_inside(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let limits = self.limit_rule();
        let reached = |w: &Working| {
            !w.order.is_entry() && inside(w.order.kind, w.order.side, &at.bar, limits).is_some()
        };
        let is_stop = |w: &Working| !matches!(w.order.kind, OrderKind::Limit { .. });
        let stop = self.first(at.symbol, |w| reached(w) && is_stop(w));
        let target = self.first(at.symbol, |w| reached(w) && !is_stop(w));
        if let (Some(_), Some(_), Some(held)) = (stop, target, portfolio.position_mut(at.symbol)) {
            held.ambiguous = true;
        }
        let stop_first = portfolio
            .position(at.symbol)
            .is_none_or(|held| adverse_first(self.account.fills.intrabar, held.side, &at.bar));
        for stops in [stop_first, !stop_first] {
            while let Some(working) = self.first(at.symbol, |w| reached(w) && is_stop(w) == stops) {
                let Some(quote) = inside(working.order.kind, working.order.side, &at.bar, limits)
                else {
                    break;
                };
                self.execute(portfolio, at, &working, quote);
            }
        }
    }

    /// Entries triggered inside the bar, and what their protection does in the rest of it.
    fn fill_entries_inside(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let limits = self.limit_rule();
        let reached = |w: &Working| {
            w.order.is_entry() && inside(w.order.kind, w.order.side, &at.bar, limits).is_some()
        };
        while let Some(working) = self.first(at.symbol, reached) {
            let Some(quote) = inside(working.order.kind, working.order.side, &at.bar, limits)
            else {
                break;
            };
            self.execute(portfolio, at, &working, quote);
            self.protect_inside_entry(portfolio, at, quote);
        }
        self.arm_stop_limits(at);
    }

    /// An entry inside a bar: its stop counts if touched anywhere in that bar, its target only if the
    /// close is beyond it. With both, the policy decides and the trade is ambiguous.
    fn protect_inside_entry(&mut self, portfolio: &mut Portfolio, at: Place<'a>, entry: Quote) {
        let limits = self.limit_rule();
        let Some(held) = portfolio.position(at.symbol) else {
            return;
        };
        let (side, newly) = (held.side, held.opened.slot == at.slot);
        let stop = self.first(at.symbol, |w| {
            w.order.rests()
                && !w.order.is_entry()
                && !matches!(w.order.kind, OrderKind::Limit { .. })
                && inside(w.order.kind, w.order.side, &at.bar, limits).is_some()
        });
        let target = self.first(at.symbol, |w| match w.order.kind {
            OrderKind::Limit { limit } => {
                !w.order.is_entry() && pricing::reaches_limit(w.order.side, at.bar.close, limit)
            }
            _ => false,
        });
        if let (Some(_), Some(_), Some(held)) = (stop, target, portfolio.position_mut(at.symbol)) {
            held.ambiguous = true;
        }
        let optimistic = self.account.fills.intrabar == crate::account::Intrabar::Optimistic;
        let exit = match (stop, target) {
            (Some(_), Some(target)) if optimistic => Some(target),
            (Some(stop), _) => Some(stop),
            (None, target) => target,
        };
        match exit {
            Some(working) => {
                let Some(mut quote) =
                    inside(working.order.kind, working.order.side, &at.bar, limits)
                else {
                    return;
                };
                if let OrderKind::Stop { stop } = working.order.kind
                    && reaches_stop(working.order.side, entry.price, stop)
                {
                    // Entered beyond the stop already: out where it came in, not at the better stop.
                    quote.price = entry.price;
                }
                self.execute(portfolio, at, &working, quote);
            }
            None if newly => {
                count_inside_entry(portfolio.position_mut(at.symbol), side, entry.rule, &at.bar)
            }
            None => {}
        }
    }

    /// Orders on this bar's close: exits, or entries.
    fn fill_on_close(&mut self, portfolio: &mut Portfolio, at: Place<'a>, entries: bool) {
        let end = at.track.bars.end()[at.row];
        let quote = Quote {
            price: at.bar.close,
            rule: FillRule::Close,
            worst: None,
        };
        while let Some(working) = self.first(at.symbol, |w| {
            w.order.is_entry() == entries
                && matches!(w.order.kind, OrderKind::MarketOnClose { close } if close == end)
        }) {
            self.execute(portfolio, at, &working, quote);
        }
    }

    /// A stop-limit that was triggered but not filled is a limit order from now on.
    fn arm_stop_limits(&mut self, at: Place<'a>) {
        let armed = |w: &Working| {
            matches!(w.order.kind, OrderKind::StopLimit { stop, .. }
                if inside(OrderKind::Stop { stop }, w.order.side, &at.bar, LimitRule::TOUCH).is_some())
        };
        if self.books[at.symbol].orders().iter().any(armed) {
            self.books[at.symbol].change(|w| {
                if let (true, OrderKind::StopLimit { limit, .. }) = (armed(w), w.order.kind) {
                    w.order.kind = OrderKind::Limit { limit };
                }
            });
        }
    }

    fn move_stops(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let book = &mut self.books[at.symbol];
        let Some(held) = portfolio
            .position_mut(at.symbol)
            .filter(|_| book.has_moving())
        else {
            return;
        };
        held.range
            .bars_before(at.row + 1, at.track.bars.high(), at.track.bars.low());
        let best_price = match held.side {
            Side::Buy => held.range.high,
            Side::Sell => held.range.low,
        };
        book.move_stops(best_price, at.track.atr_at(at.slot));
    }

    fn first(&self, symbol: usize, wanted: impl Fn(&Working) -> bool) -> Option<Working> {
        self.books[symbol]
            .orders()
            .iter()
            .find(|w| wanted(w))
            .copied()
    }

    const fn limit_rule(&self) -> LimitRule {
        LimitRule {
            fill: self.account.fills.limit_fill,
            tick_usd: self.account.fills.tick_usd,
        }
    }

    /// Fills an order taken from the book.
    fn execute(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        working: &Working,
        quote: Quote,
    ) {
        self.books[at.symbol].remove(working.order_id);
        match working.order.purpose {
            Purpose::Entry(bracket) => self.execute_entry(portfolio, at, working, quote, &bracket),
            Purpose::Exit(_) => self.execute_exit(portfolio, at, working, quote),
        }
    }

    fn execute_entry(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        working: &Working,
        quote: Quote,
        bracket: &Bracket,
    ) {
        let side = working.order.side;
        let mut fill = self.fill(at, working, side, working.order.quantity, quote);
        let stop_price = bracket.stop.and_then(|plan| plan.price(side, fill.price));
        let beyond =
            stop_price.is_some_and(|stop| reaches_stop(side.opposite(), quote.price, stop));
        if beyond && bracket.cancel_if_gapped {
            return self
                .journal
                .reject(working, fill.time, RejectReason::GappedBeyondStop);
        }
        fill.quantity = self.affordable(portfolio, &fill);
        if fill.quantity == 0 {
            return self
                .journal
                .reject(working, fill.time, RejectReason::BuyingPower);
        }
        fill.commission_usd = self.account.costs.commission_usd(fill.quantity, fill.price);
        let target_price = bracket
            .target_distance_usd
            .map(|distance| fill.price + side.sign() * distance);
        let terms = Terms {
            stop_price,
            target_price,
            atr: working.order.atr,
            row: at.row,
            ..Terms::default()
        };
        self.book(portfolio, fill, terms);
        self.protect(at, working, &fill, bracket, (stop_price, target_price));
        if at_the_start(quote.rule) {
            self.fill_gapped_protection(portfolio, at);
        } else if quote.rule == FillRule::Close && beyond {
            self.stop_out_at_close(portfolio, at);
        }
    }

    /// Already beyond the stop at the entry's own open: out at that open, both costs paid.
    fn fill_gapped_protection(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let gapped = |w: &Working| {
            !w.order.is_entry() && at_open(w.order.kind, w.order.side, at.bar.open).is_some()
        };
        while let Some(working) = self.first(at.symbol, gapped) {
            let Some(quote) = at_open(working.order.kind, working.order.side, at.bar.open) else {
                return;
            };
            self.execute(portfolio, at, &working, quote);
        }
    }

    fn stop_out_at_close(&mut self, portfolio: &mut Portfolio, at: Place<'a>) {
        let quote = Quote {
            price: at.bar.close,
            rule: FillRule::Close,
            worst: None,
        };
        if let Some(working) = self.first(at.symbol, |w| {
            !w.order.is_entry() && matches!(w.order.kind, OrderKind::Stop { .. })
        }) {
            self.execute(portfolio, at, &working, quote);
        }
    }

    /// Puts the entry's protection into the book.
    fn protect(
        &mut self,
        at: Place<'a>,
        entry: &Working,
        fill: &Fill,
        bracket: &Bracket,
        (stop_price, target_price): (Option<f64>, Option<f64>),
    ) {
        let side = fill.side.opposite();
        let mut add = |kind, reason, moving| {
            let order = Order {
                side,
                kind,
                atr: entry.order.atr,
                ..Order::exit(at.symbol, reason)
            };
            let working = Working {
                order_id: self.next_order_id,
                order: order.shares(fill.quantity),
                setup: None,
                moving,
            };
            self.next_order_id += 1;
            self.books[at.symbol].push(working);
        };
        if let (Some(stop), Some(plan)) = (stop_price, bracket.stop) {
            add(
                OrderKind::Stop { stop },
                ExitReason::Stop,
                MovingStop::of(&plan, fill.price),
            );
        }
        if let Some(limit) = target_price {
            add(OrderKind::Limit { limit }, ExitReason::Target, None);
        }
        let last = bracket.max_sessions.and_then(|n| {
            let ordinal = (fill.session + n.max(1) - 1) as usize;
            self.feed.sessions().get(ordinal)
        });
        if let Some(session) = last {
            add(
                OrderKind::MarketOnClose {
                    close: session.close,
                },
                ExitReason::MaxSessions,
                None,
            );
        }
    }

    /// Closes at most what is open; once flat, withdraws the position's other exits.
    fn execute_exit(
        &mut self,
        portfolio: &mut Portfolio,
        at: Place<'a>,
        working: &Working,
        quote: Quote,
    ) {
        let intrabar = self.account.fills.intrabar;
        let Some(held) = portfolio.position_mut(at.symbol) else {
            return;
        };
        let side = held.side.opposite();
        let quantity = working.order.quantity.min(held.quantity);
        let closes = quantity == held.quantity;
        count_exit_bar(held, at, quote, adverse_first(intrabar, held.side, &at.bar));
        let opened_row = at.track.ended(held.opened.slot).saturating_sub(1);
        let bars_held =
            (at.row - opened_row.min(at.row)) as u32 + u32::from(!at_the_start(quote.rule));
        let mut fill = self.fill(at, working, side, quantity, quote);
        let Purpose::Exit(reason) = working.order.purpose else {
            return;
        };
        fill.exit_reason = Some(reason);
        let terms = Terms {
            reason: Some(reason),
            row: at.row,
            bars_held,
            ..Terms::default()
        };
        self.book(portfolio, fill, terms);
        if closes {
            self.books[at.symbol].take_if(|w| !w.order.is_entry(), |_| {});
        }
    }

    fn book(&mut self, portfolio: &mut Portfolio, fill: Fill, terms: Terms) {
        portfolio.take(fill, terms);
        self.journal.fill(fill);
    }

    /// A fill at a quote: slippage is adverse on market and stop fills, none on limits.
    fn fill(
        &self,
        at: Place<'a>,
        working: &Working,
        side: Side,
        quantity: u64,
        quote: Quote,
    ) -> Fill {
        let costs = &self.account.costs;
        let atr = working.order.atr.or_else(|| {
            at.slot
                .checked_sub(1)
                .and_then(|before| at.track.atr_at(before))
        });
        let slippage = match quote.rule {
            FillRule::Touch | FillRule::Improved => 0.0,
            FillRule::Open | FillRule::Gap | FillRule::Trigger | FillRule::Close => {
                costs.slippage_usd(quote.price, atr)
            }
        };
        let mut price = (quote.price + side.sign() * slippage).max(0.0);
        if let Some(worst) = quote.worst {
            price = match side {
                Side::Buy => price.min(worst),
                Side::Sell => price.max(worst),
            };
        }
        let early = at_the_start(quote.rule);
        let bars = at.track.bars;
        Fill {
            order_id: working.order_id,
            symbol: at.symbol,
            side,
            quantity,
            price,
            slippage_per_share: side.sign() * (price - quote.price),
            commission_usd: costs.commission_usd(quantity, price),
            time: if early {
                bars.start()[at.row]
            } else {
                bars.end()[at.row]
            },
            slot: at.slot,
            session: bars.session()[at.row],
            at_session_open: early && self.feed.opens_session(at.slot),
            rule: quote.rule,
            exit_reason: None,
        }
    }

    /// The shares of an entry that can be paid for, commission included.
    fn affordable(&self, portfolio: &Portfolio, fill: &Fill) -> u64 {
        let costs = &self.account.costs;
        let mut power = portfolio.buying_power_usd(self.account.max_leverage, self.feed, fill.slot);
        let opposite = portfolio
            .position(fill.symbol)
            .filter(|held| held.side != fill.side);
        let freed = opposite.map_or(0, |held| held.quantity);
        // Closing the opposite position takes no buying power and gives its own back.
        power += freed as f64 * fill.price;
        let wanted = fill.quantity.saturating_sub(freed);
        let cost =
            |shares: u64| shares as f64 * fill.price + costs.commission_usd(shares, fill.price);
        let mut shares = wanted.min((power / fill.price) as u64);
        while shares > 0 && cost(shares) > power {
            shares -= (((cost(shares) - power) / fill.price).ceil() as u64).clamp(1, shares);
        }
        shares + freed.min(fill.quantity)
    }
}

/// True for fills at a bar's first print.
const fn at_the_start(rule: FillRule) -> bool {
    match rule {
        FillRule::Open | FillRule::Gap | FillRule::Improved => true,
        FillRule::Trigger | FillRule::Touch | FillRule::Close => false,
    }
}

fn refusal(order: &Order, symbols: usize, portfolio: &Portfolio) -> Option<RejectReason> {
    if order.symbol >= symbols {
        return Some(RejectReason::UnknownSymbol);
    }
    if order.quantity == 0 {
        return Some(RejectReason::ZeroSize);
    }
    let unusable = |price: &f64| !price.is_finite() || *price <= 0.0;
    if order.prices().iter().flatten().any(unusable) {
        return Some(RejectReason::BadPrice);
    }
    match order.purpose {
        Purpose::Exit(_) => portfolio
            .position(order.symbol)
            .is_none()
            .then_some(RejectReason::NothingToClose),
        Purpose::Entry(bracket) => {
            let plan = bracket.stop;
            let distances = [
                plan.and_then(|p| p.distance_usd),
                bracket.target_distance_usd,
                plan.and_then(|p| p.level),
            ];
            distances
                .iter()
                .flatten()
                .any(|d| !d.is_finite())
                .then_some(RejectReason::BadPrice)
        }
    }
}

/// Moves a resting order with a corporate action: a dividend lowers sell stops and buy limits, not
/// sell limits nor buy stops (FINRA 5330); a split scales all prices and shares.
fn adjust(working: &mut Working, action: Action) {
    let order = &mut working.order;
    match action {
        Action::Dividend { amount_usd, .. } => match (&mut order.kind, order.side) {
            (OrderKind::Stop { stop }, Side::Sell) => *stop -= amount_usd,
            (OrderKind::Limit { limit }, Side::Buy) => *limit -= amount_usd,
            (OrderKind::StopLimit { stop, limit }, Side::Sell) => {
                *stop -= amount_usd;
                *limit -= amount_usd;
            }
            _ => {}
        },
        Action::Split { ratio, .. } => {
            match &mut order.kind {
                OrderKind::Limit { limit } => *limit /= ratio,
                OrderKind::Stop { stop } => *stop /= ratio,
                OrderKind::StopLimit { stop, limit } => {
                    *stop /= ratio;
                    *limit /= ratio;
                }
                OrderKind::Market | OrderKind::MarketOnClose { .. } => {}
            }
            if order.quantity != u64::MAX {
                order.quantity = (order.quantity as f64 * ratio + 1e-9) as u64;
            }
            order.atr = order.atr.map(|atr| atr / ratio);
            if let Purpose::Entry(bracket) = &mut order.purpose {
                bracket.target_distance_usd = bracket.target_distance_usd.map(|d| d / ratio);
                if let Some(plan) = &mut bracket.stop {
                    plan.distance_usd = plan.distance_usd.map(|d| d / ratio);
                    plan.level = plan.level.map(|p| p / ratio);
                    plan.break_even_usd = plan.break_even_usd.map(|d| d / ratio);
                }
            }
            if let Some(moving) = &mut working.moving {
                moving.entry_price /= ratio;
                moving.break_even_usd = moving.break_even_usd.map(|d| d / ratio);
            }
        }
    }
}

/// Counts the prices of the exit bar that came before the exit, as far as is known or assumed.
fn count_exit_bar(held: &mut Position, at: Place<'_>, quote: Quote, adverse_first: bool) {
    let bars = at.track.bars;
    // Entered inside this very bar: its open came before the trade, its extremes perhaps too.
    let entered_inside = held.range.next_row > at.row;
    held.range.bars_before(at.row, bars.high(), bars.low());
    held.range.price(quote.price);
    if entered_inside {
        return;
    }
    held.range.price(at.bar.open);
    let (adverse, favourable) = match held.side {
        Side::Buy => (at.bar.low, at.bar.high),
        Side::Sell => (at.bar.high, at.bar.low),
    };
    match quote.rule {
        FillRule::Open | FillRule::Gap | FillRule::Improved => {}
        FillRule::Trigger if adverse_first => {}
        FillRule::Trigger => held.range.price(favourable),
        FillRule::Touch if adverse_first => held.range.price(adverse),
        FillRule::Touch => {}
        FillRule::Close => {
            held.range.price(adverse);
            held.range.price(favourable);
        }
    }
}

/// Counts the entry bar of an entry inside it. After a buy stop the bar's high did come later, after
/// a limit only the close is certain; the adverse extreme counts in full, which flatters least.
fn count_inside_entry(held: Option<&mut Position>, side: Side, rule: FillRule, bar: &Bar) {
    let Some(held) = held else { return };
    let (adverse, favourable) = match side {
        Side::Buy => (bar.low, bar.high),
        Side::Sell => (bar.high, bar.low),
    };
    held.range.price(adverse);
    held.range.price(if rule == FillRule::Trigger {
        favourable
    } else {
        bar.close
    });
}

fn bar_at(track: &Track<'_>, row: usize) -> Bar {
    let bars = track.bars;
    Bar {
        open: bars.open()[row],
        high: bars.high()[row],
        low: bars.low()[row],
        close: bars.close()[row],
    }
}
