//! The broker: takes orders, fills them from bars, keeps a journal.
//!
//! This file says who is asked when. What decides a fill is elsewhere:
//! * [`pricing`]: the raw price of a resting order and the rule behind it (a stop's is there);
//! * [`intrabar`]: whether a bar's stop or its target comes first; `finer`, `replayed`: what finer bars say to that;
//! * `exits`, `entries`: which order of a kind is next, and what its fill entails;
//! * `ticket`: slippage, commission and time stamp; `power`: how many shares can be paid for;
//! * `actions`: dividends and splits; [`moving`]: trailing and break-even stops;
//! * `options`: structures of options, from their orders to expiry and assignment;
//! * [`book`]: the working orders, and the search for the next bar that concerns them.

mod actions;
pub mod book;
mod entries;
mod exits;
mod finer;
pub mod intrabar;
mod journal;
pub mod moving;
pub(crate) mod options;
mod power;
pub mod pricing;
mod refusal;
mod replayed;
mod shed;
mod ticket;
mod wants;

use market::ExitReason;

use crate::account::Account;
use crate::desk::{Desk, Left, Tighten};
use crate::feed::Feed;
use crate::order::Purpose;
use crate::portfolio::Portfolio;
use crate::record::Record;
use crate::setup::RejectReason;
use crate::structure::Ask;
use crate::track::{Action, Track};

use book::{Book, Entry, Exit, Resting};
use finer::Span;
pub(crate) use journal::Journal;
use options::OptionBook;
use pricing::{Bar, LimitRule, Quote};

/// Holds the working orders and fills them.
#[derive(Debug)]
pub(crate) struct Broker<'a, R> {
    account: &'a Account,
    feed: &'a Feed<'a>,
    pub(crate) books: Vec<Book>,
    pub(crate) journal: Journal<R>,
    pub(crate) options: OptionBook,
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

impl<'a> Place<'a> {
    fn new(symbol: usize, track: &'a Track<'a>, slot: usize, row: usize) -> Self {
        let bar = Bar::of(track.bars, row);
        Self {
            symbol,
            track,
            slot,
            row,
            bar,
        }
    }

    /// The bar and when it was.
    fn span(&self) -> Span {
        let bars = self.track.bars;
        Span {
            start: bars.start()[self.row],
            end: bars.end()[self.row],
            bar: self.bar,
        }
    }
}

impl<'a, R: Record> Broker<'a, R> {
    /// A broker without orders, in the memory of an earlier one.
    pub(crate) fn new(
        account: &'a Account,
        feed: &'a Feed<'a>,
        mut books: Vec<Book>,
        mut journal: Journal<R>,
    ) -> Self {
        books.resize_with(feed.tracks().len(), Book::default);
        books.iter_mut().for_each(Book::clear);
        journal.reset(books.len());
        Self {
            account,
            feed,
            books,
            journal,
            options: OptionBook::default(),
            next_order_id: 1,
        }
    }

    /// The number the next order will get.
    pub(crate) fn next_order_id(&self) -> u32 {
        self.next_order_id
    }

    /// Its memory, for the next one.
    pub(crate) fn into_parts(self) -> (Vec<Book>, Journal<R>) {
        (self.books, self.journal)
    }

    /// Takes what a strategy asked for at the end of `slot`.
    #[inline]
    pub(crate) fn accept(&mut self, desk: &mut Desk, portfolio: &mut Portfolio, slot: usize) {
        if desk.is_empty() {
            return;
        }
        let first_row = self.journal.log(&mut desk.setups);
        for left in &desk.orders {
            self.submit(left, first_row, portfolio, slot);
        }
        desk.orders.clear();
        for Tighten { symbol, stop } in desk.tightenings.drain(..) {
            let time = self.feed.end(slot);
            self.journal.asks(time, || Ask::Tighten { symbol, stop });
            self.tighten(portfolio, symbol, stop);
        }
        if desk.has_structures() {
            for mut waiting in desk.structures.drain(..) {
                waiting.setup = waiting.setup.map(|place| first_row + place);
                self.submit_structure(waiting, slot);
            }
            let time = self.feed.end(slot);
            for order in &desk.closings {
                self.journal.asks(time, || Ask::Close(order.clone()));
            }
            self.options.closings.append(&mut desk.closings);
        }
        self.next_order_id = desk.next_order_id;
        for order_id in desk.withdrawals.drain(..) {
            let time = self.feed.end(slot);
            let Self { books, journal, .. } = self;
            for order in books
                .iter_mut()
                .filter_map(|book| book.take_numbered(order_id))
            {
                journal.reject(&order, time, RejectReason::Withdrawn);
            }
        }
    }

    #[inline]
    fn submit(&mut self, left: &Left, first_row: u32, portfolio: &Portfolio, slot: usize) {
        let order = &left.order;
        let setup = left.setup.map(|place| first_row + place);
        let mut resting = Resting::new(left.order_id, setup, order);
        if let Some(reason) = refusal::refusal(order, self.books.len(), portfolio) {
            let time = self.feed.end(slot);
            return self.journal.reject(&resting, time, reason);
        }
        let book = &mut self.books[order.symbol];
        let (reason, keeps) = match order.purpose {
            Purpose::Entry(bracket) => return book.push_entry(Entry { resting, bracket }),
            Purpose::Exit(reason) => (reason, 0),
            Purpose::Reduce { keeps, reason } => (reason, keeps),
        };
        if let Some(held) = portfolio.position(order.symbol) {
            resting.side = held.side.opposite();
            // An exit's slippage is measured by the ATR its trade was decided with.
            resting.atr = resting.atr.or(held.atr);
        }
        book.push_exit(Exit {
            resting,
            reason,
            keeps,
            bracket_of: None,
            moving: None,
        });
    }

    /// Brings a position's protective stops nearer; they act from the next bar on, as all that moves does.
    fn tighten(&mut self, portfolio: &mut Portfolio, symbol: usize, stop: f64) {
        let Some(book) = self.books.get_mut(symbol) else {
            return;
        };
        if book.tighten(stop)
            && let Some(held) = portfolio.position_mut(symbol)
        {
            held.protected = true;
        }
    }

    fn take_order_id(&mut self) -> u32 {
        let order_id = self.next_order_id;
        self.next_order_id += 1;
        order_id
    }

    /// True if something is to be done in `slot`, whatever its prices: no search need look for the next one.
    #[inline]
    pub(crate) fn is_due(&self, portfolio: &Portfolio, slot: usize) -> bool {
        if !portfolio.structures.is_empty() || !self.options.is_empty() {
            // Marked at every close, and filled at the next.
            return true;
        }
        let mut books = self.books.iter().zip(self.feed.tracks());
        books.any(|(book, track)| book.acts_on_any_bar() && track.row(slot).is_some())
    }

    /// The first slot in `from..=limit` at which an order or a corporate action may act, unless one
    /// [is due](Self::is_due) at `from`.
    #[inline]
    pub(crate) fn next_wake(
        &mut self,
        portfolio: &Portfolio,
        from: usize,
        limit: usize,
    ) -> Option<usize> {
        let mut wake: Option<usize> = None;
        let mut sooner = |slot: Option<usize>| {
            if let Some(slot) = slot {
                wake = Some(wake.map_or(slot, |wake| wake.min(slot)));
            }
        };
        for (symbol, book) in self.books.iter_mut().enumerate() {
            let track = &self.feed.tracks()[symbol];
            let held = portfolio.position(symbol).is_some();
            if held || !book.is_empty() {
                let action = book.action_from(&track.actions, from);
                sooner(track.actions.get(action).map(Action::slot));
                sooner(book.next_wake(self.feed, track, from, limit));
            }
        }
        wake
    }

    /// Corporate actions, expiries and fills at the open of `slot`.
    ///
    /// Of all symbols, due market exits come first, then exits the open has passed, then entries,
    /// oldest order first: what an exit frees can be used at the same open.
    pub(crate) fn fill_at_open(&mut self, portfolio: &mut Portfolio, slot: usize) {
        for symbol in 0..self.books.len() {
            if self.books[symbol].is_empty() && portfolio.position(symbol).is_none() {
                continue;
            }
            self.act(portfolio, symbol, slot);
            if self.books[symbol].may_expire() {
                self.expire(symbol, slot);
            }
        }
        self.options_at_open(portfolio, slot);
        self.each_exit_place(slot, |broker, at| {
            if broker.books[at.symbol].may_exit_at_open(at.bar.open) {
                broker.fill_due_exits(portfolio, at);
                broker.fill_gapped_exits(portfolio, at);
            }
        });
        if self.has_entry() {
            self.fill_entries_at_open(portfolio, slot);
        }
    }

    /// Fills inside the bars of `slot`, then at their close; moves protective stops for the next bar.
    ///
    /// Exits of all symbols come before entries, as at the open.
    pub(crate) fn fill_inside_and_at_close(&mut self, portfolio: &mut Portfolio, slot: usize) {
        self.each_exit_place(slot, |broker, at| {
            if broker.books[at.symbol].may_exit_inside(&at.bar) {
                broker.fill_exits_inside(portfolio, at);
            }
        });
        if self.has_entry() {
            self.fill_entries_inside(portfolio, slot);
        }
        let end = self.feed.end(slot);
        if self.books.iter().any(|book| book.may_act_at_close(end)) {
            self.act_at_close(portfolio, slot);
        }
        if self.books.iter().any(Book::has_moving) {
            self.each_place(slot, |broker, at| {
                broker.books[at.symbol].move_stops(at.row, &at.bar, at.track.atr_at(at.slot));
            });
        }
    }

    /// Orders on the close of the bars of `slot`, and stop-limits that the bars have triggered.
    fn act_at_close(&mut self, portfolio: &mut Portfolio, slot: usize) {
        self.each_place(slot, |broker, at| {
            broker.arm_stop_limits(at);
            broker.fill_exits_on_close(portfolio, at);
        });
        if self.fill_entries_on_close(portfolio, slot) {
            // Bought at the close of a session that is also the trade's last.
            self.each_place(slot, |broker, at| broker.fill_exits_on_close(portfolio, at));
        }
    }

    /// Closes everything at the last close of the window; withdraws what still waits.
    pub(crate) fn finish(&mut self, portfolio: &mut Portfolio, slot: usize) {
        let time = self.feed.end(slot);
        for symbol in 0..self.books.len() {
            while self.books[symbol].has_entry() {
                let entry = self.books[symbol].take_entry(0);
                self.journal
                    .reject(&entry.resting, time, RejectReason::WindowEnd);
            }
            self.close_at_last_close(portfolio, symbol, slot, ExitReason::WindowEnd, None);
        }
        self.finish_options(portfolio, slot);
    }

    /// True if an entry of any symbol waits.
    #[inline]
    fn has_entry(&self) -> bool {
        self.books.iter().any(Book::has_entry)
    }

    /// Runs `work` for each symbol that has orders and a bar in `slot`.
    #[inline]
    fn each_place(&mut self, slot: usize, work: impl FnMut(&mut Self, Place<'a>)) {
        self.each_place_of(slot, |book| !book.is_empty(), work);
    }

    /// Runs `work` for each symbol that has exits and a bar in `slot`.
    #[inline]
    fn each_exit_place(&mut self, slot: usize, work: impl FnMut(&mut Self, Place<'a>)) {
        self.each_place_of(slot, Book::has_exit, work);
    }

    #[inline]
    fn each_place_of(
        &mut self,
        slot: usize,
        concerned: impl Fn(&Book) -> bool,
        mut work: impl FnMut(&mut Self, Place<'a>),
    ) {
        let feed = self.feed;
        for (symbol, track) in feed.tracks().iter().enumerate() {
            if !concerned(&self.books[symbol]) {
                continue;
            }
            if let Some(row) = track.row(slot) {
                work(self, Place::new(symbol, track, slot, row));
            }
        }
    }

    /// The oldest exit of one symbol for which `quoted` has a price: its place in the book.
    #[inline]
    fn first_exit(
        &self,
        at: Place<'a>,
        quoted: impl Fn(&Exit) -> Option<Quote>,
    ) -> Option<(usize, Quote)> {
        let mut exits = self.books[at.symbol].exits().iter().enumerate();
        exits.find_map(|(index, exit)| Some((index, quoted(exit)?)))
    }

    fn expire(&mut self, symbol: usize, slot: usize) {
        let start = self.feed.start(slot);
        let Self { books, journal, .. } = self;
        while let Some(order) = books[symbol].take_expired(start) {
            journal.reject(&order, start, RejectReason::Expired);
        }
    }

    /// A stop-limit that was triggered but not filled is a limit order from now on.
    fn arm_stop_limits(&mut self, at: Place<'a>) {
        self.books[at.symbol].arm_stop_limits(&at.bar);
    }

    const fn limit_rule(&self) -> LimitRule {
        LimitRule {
            fill: self.account.fills.limit_fill,
            tick_usd: self.account.fills.tick_usd,
        }
    }
}
