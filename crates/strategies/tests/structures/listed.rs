//! A hand-made chain: what is not in it is not listed, what has no delta is not quoted.

use std::collections::BTreeMap;

use market::{Date, Right};
use options::{Chains, Contract, Greeks, LegQuote, NoQuote, Source};

pub(crate) fn day(d: u32) -> Date {
    Date::from_ymd_opt(2022, 6, d).unwrap()
}

pub(crate) fn contract(expiry: Date, strike: f64, right: Right) -> Contract {
    Contract {
        expiry,
        strike,
        right,
    }
}

/// A quote of mid ± 5 cents with this delta.
pub(crate) fn quote(mid: f64, delta: f64) -> LegQuote {
    LegQuote {
        bid: mid - 0.05,
        ask: mid + 0.05,
        mid,
        volatility: Some(0.25),
        greeks: Greeks {
            delta,
            ..Greeks::default()
        },
        source: Source::Model,
    }
}

/// Listed strikes by expiry, quotes by option (of every slot) or by slot and option.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) strikes: BTreeMap<Date, Vec<f64>>,
    pub(crate) quotes: BTreeMap<String, LegQuote>,
    pub(crate) at: BTreeMap<(usize, String), LegQuote>,
}

impl Table {
    /// One expiry with put and call deltas by strike; a delta of `None` is listed without a price.
    pub(crate) fn of(expiry: Date, rows: &[(f64, Option<f64>, Option<f64>)]) -> Self {
        let mut table = Self::default();
        table.add(expiry, rows);
        table
    }

    pub(crate) fn add(&mut self, expiry: Date, rows: &[(f64, Option<f64>, Option<f64>)]) {
        let strikes = rows.iter().map(|row| row.0).collect();
        self.strikes.insert(expiry, strikes);
        for &(strike, put, call) in rows {
            for (right, delta) in [(Right::Put, put), (Right::Call, call)] {
                // 10 dollars a delta of 1: the nearer to the money, the dearer.
                let priced = delta.map(|delta: f64| quote(10.0 * delta.abs(), delta));
                let key = contract(expiry, strike, right).to_string();
                self.quotes.extend(priced.map(|quote| (key, quote)));
            }
        }
    }

    pub(crate) fn set(&mut self, slot: usize, contract: &Contract, mid: f64) {
        let row = (slot, contract.to_string());
        self.at.insert(row, quote(mid, 0.0));
    }
}

impl Chains for Table {
    fn expiries(&self, _: usize) -> Vec<Date> {
        self.strikes.keys().copied().collect()
    }

    fn strikes(&self, _: usize, expiry: Date) -> Vec<f64> {
        self.strikes.get(&expiry).cloned().unwrap_or_default()
    }

    fn quote(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote> {
        let key = contract.to_string();
        let of_slot = self.at.get(&(slot, key.clone()));
        let quote = of_slot.or_else(|| self.quotes.get(&key));
        quote.copied().ok_or(NoQuote::NotListed)
    }

    fn next_dividend(&self, _: usize) -> Option<f64> {
        None
    }
}
