//! The one loop.

use std::mem::take;

use market::{Fill, Trade};

use crate::account::Account;
use crate::broker::{Broker, Journal, book::Book};
use crate::clock::{Clock, Event, Pace};
use crate::curve::Mark;
use crate::desk::Desk;
use crate::feed::{Feed, Window};
use crate::portfolio::Portfolio;
use crate::record::{Counts, Full, Record};
use crate::setup::{Rejection, Setup};
use crate::strategy::{Strategy, View};
use crate::structure::{Asked, ClosedStructure, LegFill};

/// What a replay leaves behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The first and the last slot replayed.
    pub window: (usize, usize),
    /// Equity at the start, dollars.
    pub start_equity_usd: f64,
    /// Closed trades, in order of their exits.
    pub trades: Vec<Trade>,
    /// All fills, in order; none if they were only counted.
    pub fills: Vec<Fill>,
    /// The decision log: one row a setup; none if they were only counted.
    pub setups: Vec<Setup>,
    /// Orders that did not fill, with the reason; none if they were only counted.
    pub rejections: Vec<Rejection>,
    /// What was asked for of structures and not refused at once, and of stops, in order, whatever became of it; none if rows are
    /// only counted.
    pub asked: Vec<Asked>,
    /// What happened to the legs of structures, in order; none if they were only counted.
    pub leg_fills: Vec<LegFill>,
    /// The structures behind trades, in the order of their trades; none if they were only counted.
    pub structures: Vec<ClosedStructure>,
    /// What the account would have been worth at session closes had every structure been closed at any price, by session
    /// ordinal; only while structures are held, and none if rows are only counted.
    pub liquidations: Vec<(u32, f64)>,
    /// How many of these there were, and what became of the setups.
    pub counts: Counts,
    /// Equity at the session closes at which it changed; constant in between.
    pub marks: Vec<Mark>,
    /// Largest loss from a running peak at bar closes, as a fraction.
    pub max_drawdown_bar: f64,
    /// Interest earned on cash, dollars.
    pub interest_usd: f64,
    /// Equity at the end, all positions closed, dollars.
    pub end_equity_usd: f64,
}

/// Replays `strategy` over a window with a fresh account.
pub fn replay<S: Strategy>(
    feed: &Feed<'_>,
    account: &Account,
    window: Window,
    strategy: &mut S,
    pace: Pace,
) -> Ledger {
    replay_watched(feed, account, window, strategy, pace, |_, _| {})
}

/// The same, showing the portfolio to `watch` after every event: for tests that hold the books to
/// account by a route of their own.
pub fn replay_watched<S: Strategy>(
    feed: &Feed<'_>,
    account: &Account,
    window: Window,
    strategy: &mut S,
    pace: Pace,
    watch: impl FnMut(Event, &Portfolio),
) -> Ledger {
    let mut replayer = Replayer::<Full>::default();
    replayer.run(feed, account, &[window], strategy, pace, watch);
    replayer.ledger
}

/// Replays one strategy after another in the same memory: once it has seen the largest of them, it allocates nothing.
///
/// What it writes down is `R`'s affair: [`Full`] keeps every row, [`Counted`](crate::Counted) only how many there were.
/// Each replay starts with a fresh account and gives the ledger that [`replay()`] gives, to the bit (but for the rows).
#[derive(Debug, Default)]
pub struct Replayer<R = Full> {
    portfolio: Portfolio,
    books: Vec<Book>,
    journal: Journal<R>,
    desk: Desk,
    ledger: Ledger,
}

impl<R: Record + Default> Replayer<R> {
    /// One that has replayed nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replays `strategy` over a window with a fresh account. The ledger lasts until the next replay.
    pub fn replay<S: Strategy>(
        &mut self,
        feed: &Feed<'_>,
        account: &Account,
        window: Window,
        strategy: &mut S,
        pace: Pace,
    ) -> &Ledger {
        self.replay_spans(feed, account, &[window], strategy, pace)
    }

    /// The same over several windows, oldest first, with one account that goes from one to the next: each ends as a
    /// window does, all positions closed, and nothing is decided, filled or earned between them.
    pub fn replay_spans<S: Strategy>(
        &mut self,
        feed: &Feed<'_>,
        account: &Account,
        windows: &[Window],
        strategy: &mut S,
        pace: Pace,
    ) -> &Ledger {
        self.run(feed, account, windows, strategy, pace, |_, _| {});
        &self.ledger
    }

    /// The last replay's ledger, for good.
    pub fn into_ledger(self) -> Ledger {
        self.ledger
    }

    fn run<S: Strategy>(
        &mut self,
        feed: &Feed<'_>,
        account: &Account,
        windows: &[Window],
        strategy: &mut S,
        pace: Pace,
        mut watch: impl FnMut(Event, &Portfolio),
    ) {
        let (mut broker, mut portfolio) = self.begin(feed, account);
        let desk = &mut self.desk;
        let accrues = account.cash_rate.is_some() || account.costs.borrow_rate.is_some();
        for &window in windows {
            let first = first_wake(feed, account, &portfolio, &broker, strategy, window, pace);
            let mut clock = Clock::new(window, first);
            // Whether orders, corporate actions or accruals may act in the slot the clock stands at.
            let mut acts = true;
            while let Some(event) = clock.next() {
                match event {
                    Event::Starts(_) | Event::Ends(_) if !acts => {}
                    Event::Starts(slot) => {
                        if accrues && slot > window.first && feed.begins_session(slot) {
                            portfolio.accrue(account, feed, slot);
                        }
                        broker.fill_at_open(&mut portfolio, slot);
                    }
                    Event::Ends(slot) => {
                        broker.fill_inside_and_at_close(&mut portfolio, slot);
                        if feed.options().is_some() {
                            broker.options_at_close(&mut portfolio, slot, slot == window.last);
                        }
                        portfolio.mark(feed, slot);
                        if R::ROWS && !portfolio.structures.is_empty() {
                            broker
                                .journal
                                .liquidation(feed.session(slot), portfolio.liquidation_usd());
                        }
                    }
                    Event::Decide(slot) => {
                        desk.next_order_id = broker.next_order_id();
                        let now = view(feed, account, &portfolio, &broker, slot);
                        strategy.decide(&now, desk);
                        broker.accept(desk, &mut portfolio, slot);
                        if pace == Pace::Jump && slot < window.last {
                            let rest = (slot + 1, window.last);
                            let next;
                            (next, acts) =
                                next_wake(feed, account, &portfolio, &mut broker, strategy, rest);
                            if !R::ROWS && next > slot + 1 {
                                let now = view(feed, account, &portfolio, &broker, slot);
                                let busy = strategy.busy_setups(&now, slot + 1..next);
                                broker.journal.counts.busy_setups(busy);
                            }
                            portfolio.carry(feed, slot + 1, next + usize::from(!acts));
                            clock.wake_at(next);
                        }
                    }
                    Event::Finish(slot) => {
                        broker.finish(&mut portfolio, slot);
                        portfolio.mark(feed, slot);
                    }
                }
                watch(event, &portfolio);
            }
        }
        self.end(windows, account, broker, portfolio);
    }

    /// A fresh broker and a fresh account, in the memory of the last ones.
    fn begin<'a>(
        &mut self,
        feed: &'a Feed<'a>,
        account: &'a Account,
    ) -> (Broker<'a, R>, Portfolio) {
        let Ledger {
            trades,
            fills,
            setups,
            rejections,
            marks,
            asked,
            leg_fills,
            structures,
            liquidations,
            ..
        } = &mut self.ledger;
        let mut journal = take(&mut self.journal);
        (journal.fills, journal.setups, journal.rejections) =
            (take(fills), take(setups), take(rejections));
        journal.asked = take(asked);
        (journal.leg_fills, journal.structures, journal.liquidations) =
            (take(leg_fills), take(structures), take(liquidations));
        let mut portfolio = take(&mut self.portfolio);
        portfolio.reset(account, feed, take(trades), take(marks));
        (
            Broker::new(account, feed, take(&mut self.books), journal),
            portfolio,
        )
    }

    /// Closes the books, and keeps their memory.
    fn end(
        &mut self,
        windows: &[Window],
        account: &Account,
        broker: Broker<'_, R>,
        mut portfolio: Portfolio,
    ) {
        let (books, mut journal) = broker.into_parts();
        let closed = portfolio.finish();
        self.ledger = Ledger {
            window: (
                windows.first().map_or(0, |window| window.first),
                windows.last().map_or(0, |window| window.last),
            ),
            start_equity_usd: account.equity_usd,
            trades: closed.trades,
            fills: take(&mut journal.fills),
            setups: take(&mut journal.setups),
            rejections: take(&mut journal.rejections),
            asked: take(&mut journal.asked),
            leg_fills: take(&mut journal.leg_fills),
            structures: take(&mut journal.structures),
            liquidations: take(&mut journal.liquidations),
            counts: journal.counts.clone(),
            marks: closed.marks,
            max_drawdown_bar: closed.max_drawdown_bar,
            interest_usd: closed.interest_usd,
            end_equity_usd: closed.end_cash_usd,
        };
        (self.books, self.journal, self.portfolio) = (books, journal, portfolio);
    }
}

/// What is known at the end of `slot`.
#[inline]
fn view<'a, R: Record>(
    feed: &'a Feed<'a>,
    account: &'a Account,
    portfolio: &'a Portfolio,
    broker: &'a Broker<'_, R>,
    slot: usize,
) -> View<'a> {
    View {
        feed,
        portfolio,
        books: &broker.books,
        last_exits: &broker.journal.last_exits,
        slot,
        max_leverage: account.max_leverage,
        option_costs: &account.options,
        waiting_structures: broker.options.entries.len(),
        keeps_rows: R::ROWS,
    }
}

/// The first slot of `window` at which the clock stops.
fn first_wake<S: Strategy, R: Record>(
    feed: &Feed<'_>,
    account: &Account,
    portfolio: &Portfolio,
    broker: &Broker<'_, R>,
    strategy: &S,
    window: Window,
    pace: Pace,
) -> usize {
    // Interest runs from the first session on, so its books open there.
    if pace == Pace::Visit || account.cash_rate.is_some() {
        return window.first;
    }
    let view = view(feed, account, portfolio, broker, window.first);
    let wake = strategy.next_wake(&view, window.first);
    wake.unwrap_or(window.last)
}

/// The least slot at or after `from` at which strategy, orders, a corporate action or an accrual
/// have something to do; at the latest the window's last. With it, whether any but the strategy has.
#[inline]
fn next_wake<S: Strategy, R: Record>(
    feed: &Feed<'_>,
    account: &Account,
    portfolio: &Portfolio,
    broker: &mut Broker<'_, R>,
    strategy: &S,
    (from, last): (usize, usize),
) -> (usize, bool) {
    if broker.is_due(portfolio, from) {
        return (from, true);
    }
    let asked = strategy
        .next_wake(&view(feed, account, portfolio, broker, from - 1), from)
        .map_or(last, |slot| slot.clamp(from, last));
    let (limit, accrues) = match portfolio.next_accrual(account, feed, from) {
        Some(slot) if slot <= asked => (slot, true),
        _ => (asked, false),
    };
    match broker
        .next_wake(portfolio, from, limit)
        .filter(|&slot| slot <= limit)
    {
        Some(slot) => (slot, true),
        None => (limit, accrues),
    }
}
