//! A small market with options: bars, a table of quotes, a script of orders.

use std::collections::BTreeMap;

use engine::setup::{Outcome, Overlaid, Setup};
use engine::{
    Account, Costs, Desk, Event, Feed, Ledger, Leg, OptionCosts, Pace, Portfolio, Strategy,
    StructureOrder, View, Window, replay_watched,
};
use market::{
    Bars, Date, Dividend, ExitReason, Interval, RawBars, Right, SessionTable, Side, Split, Time,
};
use options::{Chains, Contract, Greeks, LegQuote, NoQuote, Source};

/// What a script does at the end of a slot.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Open(StructureOrder),
    Close(u32),
    CloseLegs(u32, Vec<usize>),
}

/// Leaves given orders at given slots and sleeps in between.
#[derive(Clone, Debug)]
pub(crate) struct Script(pub(crate) Vec<(usize, Ask)>);

impl Strategy for Script {
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
        let slot = view.slot();
        for (_, ask) in self.0.iter().filter(|(at, _)| *at == slot) {
            match ask.clone() {
                Ask::Open(order) => {
                    desk.enter_structure(setup(slot, view.now()), order);
                }
                Ask::Close(id) => desk.close_structure(id, ExitReason::Signal),
                Ask::CloseLegs(id, legs) => desk.close_legs(id, legs, ExitReason::Signal),
            }
        }
    }

    fn next_wake(&self, _: &View<'_>, from: usize) -> Option<usize> {
        let later = self.0.iter().map(|(at, _)| *at).filter(|&at| at >= from);
        later.min()
    }
}

fn setup(slot: usize, time: Time) -> Setup {
    Setup {
        slot,
        time,
        symbol: 0,
        side: Side::Sell,
        held: 1,
        unknown: 0,
        outcome: Outcome::Entered,
        order_id: None,
        overlaid: Overlaid::default(),
    }
}

/// Quotes by slot and option; what is not in it has no price.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    pub(crate) by_option: BTreeMap<(usize, String), LegQuote>,
    /// A dividend expected in the session after a slot, dollars.
    pub(crate) dividends: BTreeMap<usize, f64>,
}

impl Chains for Quotes {
    fn expiries(&self, _: usize) -> Vec<Date> {
        Vec::new()
    }

    fn strikes(&self, _: usize, _: Date) -> Vec<f64> {
        Vec::new()
    }

    fn quote(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote> {
        let key = (slot, contract.to_string());
        self.by_option.get(&key).copied().ok_or(NoQuote::NotListed)
    }

    fn next_dividend(&self, slot: usize) -> Option<f64> {
        self.dividends.get(&slot).copied()
    }
}

impl Quotes {
    /// Quotes one option at the close of a slot: bid and ask, marked half way.
    pub(crate) fn with(mut self, slot: usize, contract: Contract, bid: f64, ask: f64) -> Self {
        let quote = LegQuote {
            bid,
            ask,
            mid: f64::midpoint(bid, ask),
            volatility: Some(0.2),
            greeks: Greeks {
                delta: 0.3,
                gamma: 0.02,
                vega: 10.0,
                theta: -5.0,
            },
            source: Source::Quote,
        };
        self.by_option.insert((slot, contract.to_string()), quote);
        self
    }
}

/// The n-th weekday from Monday 2020-06-01 on, from 0. June 2020 has no holiday.
pub(crate) fn day(n: usize) -> Date {
    Date::from_ymd_opt(2020, 6, (1 + n + n / 5 * 2) as u32).unwrap()
}

pub(crate) fn option(expiry: usize, strike: f64, right: Right) -> Contract {
    Contract {
        expiry: day(expiry),
        strike,
        right,
    }
}

pub(crate) fn leg(contract: Contract, ratio: i32) -> Leg {
    Leg { contract, ratio }
}

pub(crate) fn order(legs: Vec<Leg>, quantity: u32) -> StructureOrder {
    StructureOrder {
        symbol: 0,
        legs,
        quantity,
        least_premium_usd: None,
        atr: None,
    }
}

/// Daily bars from Monday 2020-06-01 on, as (open, close).
pub(crate) struct Table {
    pub(crate) sessions: SessionTable,
    pub(crate) bars: Bars,
    pub(crate) quotes: Quotes,
    pub(crate) dividends: Vec<Dividend>,
    pub(crate) splits: Vec<Split>,
    pub(crate) account: Account,
}

impl Table {
    pub(crate) fn new(rows: &[(f64, f64)], quotes: Quotes) -> Self {
        let sessions = SessionTable::covering(day(0), day(rows.len()));
        let raw = RawBars {
            start: (0..rows.len())
                .map(|n| Time::from_exchange(day(n), 9, 30).unwrap())
                .collect(),
            open: rows.iter().map(|row| row.0).collect(),
            high: rows.iter().map(|row| row.0.max(row.1)).collect(),
            low: rows.iter().map(|row| row.0.min(row.1)).collect(),
            close: rows.iter().map(|row| row.1).collect(),
            volume: Vec::new(),
        };
        let account = Account {
            costs: Costs::NONE,
            // The far side is paid in full, so that prices are read off the table.
            options: OptionCosts {
                spread_crossed: 1.0,
                ..OptionCosts::default()
            },
            ..Account::default()
        };
        Self {
            bars: Bars::new("IWM", Interval::Day, raw, &sessions).unwrap(),
            sessions,
            quotes,
            dividends: Vec::new(),
            splits: Vec::new(),
            account,
        }
    }

    pub(crate) fn watched(
        &self,
        script: &Script,
        pace: Pace,
        watch: impl FnMut(Event, &Portfolio),
    ) -> Ledger {
        let feed = Feed::single(&self.bars, &self.sessions)
            .unwrap()
            .with_actions(0, &self.dividends, &self.splits)
            .with_options(0, &self.quotes);
        let window = Window::whole(&feed).unwrap();
        let mut script = script.clone();
        replay_watched(&feed, &self.account, window, &mut script, pace, watch)
    }

    /// Replays a script, jumping; visiting every bar must give the same.
    pub(crate) fn run(&self, asks: &[(usize, Ask)]) -> Ledger {
        let script = Script(asks.to_vec());
        let ledger = self.watched(&script, Pace::Jump, |_, _| {});
        let visited = self.watched(&script, Pace::Visit, |_, _| {});
        assert_eq!(ledger, visited, "jumping and visiting differ");
        ledger
    }
}
