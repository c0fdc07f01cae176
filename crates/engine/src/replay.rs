//! The one loop.

use market::{Fill, Trade};

use crate::account::Account;
use crate::broker::Broker;
use crate::clock::{Clock, Event, Pace};
use crate::curve::Mark;
use crate::desk::Desk;
use crate::feed::{Feed, Window};
use crate::portfolio::Portfolio;
use crate::setup::{Rejection, Setup};
use crate::strategy::{Strategy, View};

/// What a replay leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// The slots replayed.
    pub window: (usize, usize),
    /// Equity at the start, dollars.
    pub start_equity_usd: f64,
    /// Closed trades, in order of their exits.
    pub trades: Vec<Trade>,
    /// All fills, in order.
    pub fills: Vec<Fill>,
    /// The decision log: one row a setup.
    pub setups: Vec<Setup>,
    /// Orders that did not fill, with the reason.
    pub rejections: Vec<Rejection>,
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
    mut watch: impl FnMut(Event, &Portfolio),
) -> Ledger {
    let mut broker = Broker::new(account, feed);
    let mut portfolio = Portfolio::new(account, feed);
    let mut desk = Desk::default();
    let view = View {
        feed,
        portfolio: &portfolio,
        broker: &broker,
        slot: window.first,
        max_leverage: account.max_leverage,
    };
    let first_wake = match pace {
        Pace::Visit => window.first,
        // Interest runs from the first session on, so its books open there.
        Pace::Jump if account.cash_rate.is_some() => window.first,
        Pace::Jump => strategy
            .next_wake(&view, window.first)
            .unwrap_or(window.last),
    };
    let mut clock = Clock::new(window, first_wake);
    while let Some(event) = clock.next() {
        match event {
            Event::Starts(slot) => {
                if slot > window.first && feed.begins_session(slot) {
                    portfolio.accrue(account, feed, slot);
                }
                broker.fill_at_open(&mut portfolio, slot);
            }
            Event::Ends(slot) => {
                broker.fill_inside_and_at_close(&mut portfolio, slot);
                portfolio.mark(feed, slot);
            }
            Event::Decide(slot) => {
                desk.next_order_id = broker.next_order_id();
                let view = View {
                    feed,
                    portfolio: &portfolio,
                    broker: &broker,
                    slot,
                    max_leverage: account.max_leverage,
                };
                strategy.decide(&view, &mut desk);
                broker.accept(&mut desk, &portfolio, slot);
                if pace == Pace::Jump && slot < window.last {
                    let next = next_wake(
                        feed,
                        account,
                        &portfolio,
                        &mut broker,
                        strategy,
                        slot + 1,
                        window.last,
                    );
                    portfolio.carry(feed, slot + 1, next);
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
    ledger(window, account, broker, portfolio)
}

/// The least slot at or after `from` at which strategy, orders, a corporate action or an accrual
/// have something to do; at the latest the window's last.
#[inline]
fn next_wake<S: Strategy>(
    feed: &Feed<'_>,
    account: &Account,
    portfolio: &Portfolio,
    broker: &mut Broker<'_>,
    strategy: &S,
    from: usize,
    last: usize,
) -> usize {
    let view = View {
        feed,
        portfolio,
        broker,
        slot: from - 1,
        max_leverage: account.max_leverage,
    };
    let asked = strategy
        .next_wake(&view, from)
        .map_or(last, |slot| slot.clamp(from, last));
    let limit = match portfolio.next_accrual(account, feed, from) {
        Some(slot) => asked.min(slot),
        None => asked,
    };
    broker
        .next_wake(portfolio, from, limit)
        .map_or(limit, |slot| slot.min(limit))
}

fn ledger(window: Window, account: &Account, broker: Broker<'_>, portfolio: Portfolio) -> Ledger {
    let (fills, setups, rejections) = broker.into_journal().into_parts();
    let books = portfolio.finish();
    Ledger {
        window: (window.first, window.last),
        start_equity_usd: account.equity_usd,
        trades: books.trades,
        fills,
        setups,
        rejections,
        marks: books.marks,
        max_drawdown_bar: books.max_drawdown_bar,
        interest_usd: books.interest_usd,
        end_equity_usd: books.end_cash_usd,
    }
}
