//! Hand-drawn bar tables, a strategy that follows a script, and the books held to account.

use engine::setup::{Outcome, Overlaid, Setup};
use engine::{
    Account, Costs, Desk, Feed, Ledger, Order, OrderKind, Pace, Portfolio, Strategy, View, Window,
    replay_watched,
};
use indicators::Column;
use market::{
    Bars, Date, Dividend, ExitReason, Fill, FillRule, Interval, RawBars, SessionTable, Side, Split,
    Time,
};

/// What a script does at the end of a slot.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Submit(Order),
    Enter(Order),
    Withdraw(u32),
    /// A symbol's stop, to this price.
    Tighten(usize, f64),
}

impl From<Order> for Ask {
    fn from(order: Order) -> Self {
        Ask::Submit(order)
    }
}

/// Leaves given orders at given slots and sleeps in between.
pub(crate) struct Script(pub(crate) Vec<(usize, Ask)>);

impl Strategy for Script {
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
        let slot = view.slot();
        for (_, ask) in self.0.iter().filter(|(at, _)| *at == slot) {
            match ask.clone() {
                Ask::Submit(order) => {
                    desk.submit(order);
                }
                Ask::Enter(order) => {
                    desk.enter(setup(slot, view.now(), &order), order);
                }
                Ask::Withdraw(order_id) => desk.withdraw(order_id),
                Ask::Tighten(symbol, stop) => desk.tighten(symbol, stop),
            }
        }
    }

    fn next_wake(&self, _: &View<'_>, from: usize) -> Option<usize> {
        self.0
            .iter()
            .map(|(at, _)| *at)
            .filter(|&at| at >= from)
            .min()
    }
}

fn setup(slot: usize, time: Time, order: &Order) -> Setup {
    Setup {
        slot,
        time,
        symbol: order.symbol,
        side: order.side,
        held: 1,
        unknown: 0,
        outcome: Outcome::Entered,
        order_id: None,
        overlaid: Overlaid::default(),
    }
}

/// A small market: bars of one or more symbols, actions, an account.
pub(crate) struct Table {
    pub(crate) sessions: SessionTable,
    pub(crate) bars: Vec<Bars>,
    /// Finer bars of the first symbol.
    pub(crate) finer: Vec<Bars>,
    pub(crate) dividends: Vec<Vec<Dividend>>,
    pub(crate) splits: Vec<Vec<Split>>,
    pub(crate) atr: Option<Column>,
    pub(crate) account: Account,
    pub(crate) window: Option<(usize, usize)>,
}

/// The n-th weekday from Monday 2020-06-01 on, from 0. June 2020 has no holiday.
pub(crate) fn day(n: usize) -> Date {
    Date::from_ymd_opt(2020, 6, (1 + n + n / 5 * 2) as u32).unwrap()
}

pub(crate) fn at(date: Date, hour: u32, minute: u32) -> Time {
    Time::from_exchange(date, hour, minute).unwrap()
}

/// Open and close of the n-th day.
pub(crate) fn opening(n: usize) -> Time {
    at(day(n), 9, 30)
}

pub(crate) fn closing(n: usize) -> Time {
    at(day(n), 16, 0)
}

fn prices(text: &str) -> [f64; 4] {
    let row: Vec<f64> = text
        .split_whitespace()
        .map(|t| t.parse().unwrap())
        .collect();
    row.try_into().expect("open high low close")
}

/// Rows of `open high low close`; `-` is a bar that is missing.
pub(crate) fn raw(rows: &[&str], start: impl Fn(usize) -> Time) -> RawBars {
    let mut raw = RawBars::default();
    for (n, row) in rows.iter().enumerate().filter(|(_, row)| **row != "-") {
        let [open, high, low, close] = prices(row);
        raw.start.push(start(n));
        raw.open.push(open);
        raw.high.push(high);
        raw.low.push(low);
        raw.close.push(close);
    }
    raw
}

impl Table {
    /// Daily bars of one symbol from Monday 2020-06-01 on, without costs.
    pub(crate) fn daily(rows: &[&str]) -> Self {
        Self::symbols(&[rows])
    }

    /// Daily bars of several symbols, called A, B, C.
    pub(crate) fn symbols(symbols: &[&[&str]]) -> Self {
        let tables = symbols.iter().map(|rows| raw(rows, opening)).collect();
        Self::new(
            tables,
            Interval::Day,
            SessionTable::covering(day(0), day(0)),
        )
    }

    pub(crate) fn new(tables: Vec<RawBars>, interval: Interval, sessions: SessionTable) -> Self {
        let count = tables.len();
        let bars = tables.into_iter().zip(["A", "B", "C"]);
        let bars = bars.map(|(raw, name)| Bars::new(name, interval, raw, &sessions).unwrap());
        Self {
            bars: bars.collect(),
            finer: Vec::new(),
            sessions,
            dividends: vec![Vec::new(); count],
            splits: vec![Vec::new(); count],
            atr: None,
            account: Account {
                costs: Costs::NONE,
                ..Account::default()
            },
            window: None,
        }
    }

    /// Changes the account.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Account)) -> Self {
        change(&mut self.account);
        self
    }

    pub(crate) fn dividend(mut self, symbol: usize, ex_day: usize, amount_usd: f64) -> Self {
        let ex_date = day(ex_day);
        self.dividends[symbol].push(Dividend {
            ex_date,
            amount_usd,
        });
        self
    }

    pub(crate) fn split(mut self, symbol: usize, ex_day: usize, ratio: f64) -> Self {
        let ex_date = day(ex_day);
        self.splits[symbol].push(Split { ex_date, ratio });
        self
    }

    /// ATR of the first symbol, one value a slot.
    pub(crate) fn atr(mut self, values: &[f64]) -> Self {
        self.atr = Some(Column::new(values.to_vec()));
        self
    }

    pub(crate) fn window(mut self, first: usize, last: usize) -> Self {
        self.window = Some((first, last));
        self
    }

    pub(crate) fn feed(&self) -> Feed<'_> {
        let symbols: Vec<&Bars> = self.bars.iter().collect();
        let feed = Feed::new(&symbols, &self.sessions).unwrap();
        let mut feed = feed.with_finer(0, &self.finer).unwrap();
        for symbol in 0..symbols.len() {
            feed = feed.with_actions(symbol, &self.dividends[symbol], &self.splits[symbol]);
        }
        match &self.atr {
            Some(atr) => feed.with_atr(0, atr),
            None => feed,
        }
    }

    /// Replays a script, jumping and visiting; holds the books to account after every event.
    pub(crate) fn run<A: Into<Ask> + Clone>(&self, script: &[(usize, A)]) -> Ledger {
        let script: Vec<(usize, Ask)> =
            script.iter().map(|(n, a)| (*n, a.clone().into())).collect();
        let ledger = self.paced(&script, Pace::Jump);
        assert_eq!(ledger, self.paced(&script, Pace::Visit), "jumping shows");
        ledger
    }

    fn paced(&self, script: &[(usize, Ask)], pace: Pace) -> Ledger {
        let feed = self.feed();
        let window = match self.window {
            Some((first, last)) => Window { first, last },
            None => Window::whole(&feed).unwrap(),
        };
        let start = self.account.equity_usd;
        let watch = |event, books: &Portfolio| {
            let gap = money_gap(start, books);
            assert!(
                gap < 1e-9,
                "{event:?}: the books are off by {gap} of their sum"
            );
        };
        let mut script = Script(script.to_vec());
        let ledger = replay_watched(&feed, &self.account, window, &mut script, pace, watch);
        assert_adds_up(&ledger);
        ledger
    }
}

/// Start cash + closed P&L + open P&L + interest against cash + positions, relative, at any price.
pub(crate) fn money_gap(start_usd: f64, books: &Portfolio) -> f64 {
    let closed: f64 = books.trades().iter().map(|t| t.pnl_usd).sum();
    let mut gap: f64 = 0.0;
    for price in [0.0, 1.0, 137.25] {
        let open: f64 = books.positions().map(|p| p.net_result(price)).sum();
        let value: f64 = books.positions().map(|p| p.value(price)).sum();
        let gross: f64 = books
            .positions()
            .map(|p| p.entered_usd + p.value(price).abs())
            .sum();
        let (left, right) = (
            start_usd + closed + open + books.interest_usd(),
            books.cash_usd() + value,
        );
        gap = gap.max((left - right).abs() / (left.abs() + right.abs() + gross).max(1.0));
    }
    gap
}

/// At the end: equity = start + Σ trades + interest.
pub(crate) fn assert_adds_up(ledger: &Ledger) {
    let traded: f64 = ledger.trades.iter().map(|t| t.pnl_usd).sum();
    let sum = ledger.start_equity_usd + traded + ledger.interest_usd;
    let scale: f64 = ledger
        .fills
        .iter()
        .map(|f| f.price * f.quantity as f64)
        .sum();
    let gap = (sum - ledger.end_equity_usd).abs();
    assert!(
        gap <= 1e-9 * (scale + sum.abs()),
        "{sum} is not {}",
        ledger.end_equity_usd
    );
}

/// (slot, side, shares, price, rule) of every fill.
pub(crate) fn fills(ledger: &Ledger) -> Vec<(usize, Side, u64, f64, FillRule)> {
    let row = |f: &Fill| (f.slot, f.side, f.quantity, f.price, f.rule);
    ledger.fills.iter().map(row).collect()
}

/// (price, rule, reason) of every exit fill.
pub(crate) fn exits(ledger: &Ledger) -> Vec<(f64, FillRule, ExitReason)> {
    let row = |f: &Fill| Some((f.price, f.rule, f.exit_reason?));
    ledger.fills.iter().filter_map(row).collect()
}

pub(crate) fn buy(shares: u64) -> Order {
    Order::market(0, Side::Buy, shares)
}

pub(crate) fn sell(shares: u64) -> Order {
    Order::market(0, Side::Sell, shares)
}

pub(crate) const fn limit(limit: f64) -> OrderKind {
    OrderKind::Limit { limit }
}

pub(crate) const fn stop(stop: f64) -> OrderKind {
    OrderKind::Stop { stop }
}

pub(crate) const fn stop_limit(stop: f64, limit: f64) -> OrderKind {
    OrderKind::StopLimit { stop, limit }
}

/// Prices mirrored at 100: what a short sees where a long sees the original.
pub(crate) fn mirrored(rows: &[&str]) -> Vec<String> {
    let mirror = |row: &&str| {
        if *row == "-" {
            return (*row).to_owned();
        }
        let [open, high, low, close] = prices(row).map(|p| 200.0 - p);
        format!("{open} {low} {high} {close}")
    };
    rows.iter().map(mirror).collect()
}
