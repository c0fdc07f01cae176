//! One expiry at one slot: what its options share, and each option's quote once it was asked for.

use std::sync::OnceLock;

use market::Right;

use crate::chains::{Greeks, LegQuote, NoQuote, Source};
use crate::contract::Contract;
use crate::value::{Dividend, Dividends, Inputs, Terms};
use crate::volatility::{Level, Skew, Smile, Surface};

use super::listing::Strikes;
use super::table::Purse;
use super::width::{Setting, WidthLaw};
use super::worth::worth;

/// What the options of one expiry share at one instant.
#[derive(Clone, Debug)]
pub(crate) struct Market {
    spot: f64,
    forward: f64,
    rate: f64,
    years: f64,
    /// The 30-day index, a fraction: what stress is judged by.
    level: f64,
    smile: Smile,
    dividends: Vec<Dividend>,
}

impl Market {
    /// # Errors
    /// [`NoQuote::NoUnderlying`] for a spot, rate or dividends nothing can be valued with.
    pub(crate) fn new(
        spot: f64,
        rate: f64,
        years: f64,
        dividends: Vec<Dividend>,
        level: &Level,
        skew: &Skew,
    ) -> Result<Market, NoQuote> {
        let terms = Terms::new(Inputs {
            spot,
            strike: spot,
            years,
            rate,
            yield_rate: 0.0,
            volatility: 1.0,
        });
        let list = Dividends::new(&dividends);
        let stripped = terms.and_then(|terms| list?.strip(&terms));
        let stripped = stripped.map_err(|_| NoQuote::NoUnderlying)?;
        Ok(Market {
            spot,
            forward: stripped.inputs().spot * (rate * years).exp(),
            rate,
            years,
            level: level.volatility(30.0),
            smile: Surface::new(level.clone(), skew).smile(years),
            dividends,
        })
    }

    pub(crate) fn quote(
        &self,
        strike: f64,
        right: Right,
        law: &WidthLaw,
    ) -> Result<LegQuote, NoQuote> {
        let volatility = self.smile.volatility(strike, self.forward);
        let terms = Terms::new(Inputs {
            spot: self.spot,
            strike,
            years: self.years,
            rate: self.rate,
            yield_rate: 0.0,
            volatility,
        });
        let dividends = Dividends::new(&self.dividends);
        let valued = terms.and_then(|terms| worth(&terms, dividends?, right));
        let valued = valued.map_err(|_| NoQuote::NoVolatility)?;
        let sides = law.around(&Setting {
            spot: self.spot,
            strike,
            right,
            years: self.years,
            value: valued.value,
            delta: valued.greeks.delta,
            level: self.level,
        });
        // At the close it expires with, an option is its exercise value: no volatility is part of it.
        let alive = self.years > 0.0;
        let delta_alone = Greeks {
            delta: valued.greeks.delta,
            ..Greeks::default()
        };
        Ok(LegQuote {
            bid: sides.bid,
            ask: sides.ask,
            mid: valued.value,
            volatility: alive.then_some(volatility),
            greeks: if alive { valued.greeks } else { delta_alone },
            source: Source::Model,
        })
    }
}

/// Strikes whose quotes are kept together: a condor's legs and their neighbours.
const BLOCK: usize = 16;

type Cell = OnceLock<Result<LegQuote, NoQuote>>;
type Block = Box<[Cell; BLOCK]>;

/// The options of one expiry at one slot.
#[derive(Debug)]
pub(crate) struct Page {
    market: Result<Market, NoQuote>,
    strikes: Strikes,
    law: WidthLaw,
    /// Whole dollars of the first strike of the first block.
    low: u32,
    calls: Box<[OnceLock<Block>]>,
    puts: Box<[OnceLock<Block>]>,
}

impl Page {
    pub(crate) fn new(market: Result<Market, NoQuote>, strikes: Strikes, law: WidthLaw) -> Page {
        let (low, high) = strikes.span().unwrap_or((1, 0));
        let blocks = ((high + 1).saturating_sub(low) as usize).div_ceil(BLOCK);
        let empty = || (0..blocks).map(|_| OnceLock::new()).collect();
        Page {
            market,
            strikes,
            law,
            low,
            calls: empty(),
            puts: empty(),
        }
    }

    pub(crate) const fn strikes(&self) -> &Strikes {
        &self.strikes
    }

    /// Bytes it takes before anything is asked of it.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Page>() + 2 * self.calls.len() * size_of::<OnceLock<Block>>()
    }

    /// The quote, kept if the purse allows.
    pub(crate) fn quote(&self, contract: &Contract, purse: &Purse) -> Result<LegQuote, NoQuote> {
        let market = self.market.as_ref().map_err(|why| *why)?;
        let dollars = self.strikes.dollars(contract.strike);
        let place = (dollars.ok_or(NoQuote::NotListed)? - self.low) as usize;
        let make = || market.quote(contract.strike, contract.right, &self.law);
        let blocks = match contract.right {
            Right::Call => &self.calls,
            Right::Put => &self.puts,
        };
        let Some(block) = blocks.get(place / BLOCK) else {
            return make();
        };
        let block = match block.get() {
            Some(block) => block,
            None if purse.pay(BLOCK * size_of::<Cell>()) => {
                block.get_or_init(|| Box::new(std::array::from_fn(|_| Cell::new())))
            }
            None => return make(),
        };
        *block[place % BLOCK].get_or_init(make)
    }
}
