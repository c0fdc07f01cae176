//! Chains without quotes: every listed option valued on the day's surface, with a modelled width around it. MODEL.

use std::fmt;

use market::{Date, Dividend, Time, calendar};

use crate::chains::{Chains, LegQuote, NoQuote};
use crate::contract::Contract;
use crate::volatility::{Level, Skew};

use super::listing::{self, Strikes};
use super::page::{Market, Page};
use super::table::Table;
use super::width::{WidthError, WidthLaw};

/// What is known at the close of one slot of a plan's clock. What is not known, or too old, is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The slot's close.
    pub at: Time,
    /// Its New York date.
    pub date: Date,
    /// The underlying's close, dollars.
    pub spot: Option<f64>,
    /// Continuously compounded interest, a fraction a year.
    pub rate: Option<f64>,
    /// The level of volatility by tenor.
    pub level: Option<Level>,
}

/// What a model chain is made from.
#[derive(Clone, Debug)]
pub struct ModelInputs {
    /// One a slot, in order of time.
    pub moments: Vec<Moment>,
    /// The underlying's dividends on record. Of those ahead of a slot none is looked at for its values.
    pub dividends: Vec<Dividend>,
    /// How volatility lies over strikes.
    pub skew: Skew,
    /// How wide quotes are.
    pub law: WidthLaw,
}

/// Why a model chain cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// Slots out of order.
    #[error(
        "slot {slot} ends at {found}, expected later than {before}, where the slot before it ends"
    )]
    Unordered {
        /// Its place.
        slot: usize,
        /// Its end.
        found: Time,
        /// The end of the one before.
        before: Time,
    },
    /// A width law that makes no quotes.
    #[error(transparent)]
    Width(#[from] WidthError),
}

/// Bytes of values kept unless told otherwise.
pub const DEFAULT_MEMORY_BYTES: usize = 256 << 20;

/// Every option that would have been listed, slot by slot, priced when first asked for and remembered.
///
/// Values are functions of slot and contract alone, so they do not depend on who asks first or on how many threads do.
/// Whoever shares one chain over a sweep computes each value once; past the memory it may use, values are computed again.
pub struct ModelChains {
    inputs: ModelInputs,
    /// The last slot of each session, ascending: strikes are listed overnight, after closes.
    closes: Vec<usize>,
    table: Table,
}

impl fmt::Debug for ModelChains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelChains")
            .field("slots", &self.inputs.moments.len())
            .field("law", &self.inputs.law)
            .finish_non_exhaustive()
    }
}

impl ModelChains {
    /// Chains over the moments; nothing is valued yet.
    ///
    /// # Errors
    /// [`ModelError`]: moments out of order, a width law that makes no quotes.
    pub fn new(inputs: ModelInputs) -> Result<ModelChains, ModelError> {
        ModelChains::with_memory(inputs, DEFAULT_MEMORY_BYTES)
    }

    /// The same, keeping at most about `memory_bytes` of values.
    ///
    /// # Errors
    /// As for [`ModelChains::new`].
    pub fn with_memory(
        mut inputs: ModelInputs,
        memory_bytes: usize,
    ) -> Result<ModelChains, ModelError> {
        inputs.law.check()?;
        inputs.dividends.sort_by_key(|one| one.ex_date);
        for (slot, pair) in inputs.moments.windows(2).enumerate() {
            if pair[1].at <= pair[0].at || pair[1].date < pair[0].date {
                return Err(ModelError::Unordered {
                    slot: slot + 1,
                    found: pair[1].at,
                    before: pair[0].at,
                });
            }
        }
        let moments = &inputs.moments;
        let last = |&slot: &usize| {
            let next = moments.get(slot + 1);
            next.is_none_or(|next| next.date != moments[slot].date)
        };
        let closes = (0..moments.len()).filter(last).collect();
        let table = Table::new(moments.len(), memory_bytes);
        Ok(ModelChains {
            inputs,
            closes,
            table,
        })
    }

    /// What it was made from.
    pub const fn inputs(&self) -> &ModelInputs {
        &self.inputs
    }

    /// The quote of an option by the model whether or not its rules list it: of any strike, on any session.
    ///
    /// # Errors
    /// Why there is no price.
    pub fn quote_unlisted(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote> {
        let moment = self.inputs.moments.get(slot).ok_or(NoQuote::NoUnderlying)?;
        if contract.expiry < moment.date {
            return Err(NoQuote::Expired);
        }
        let closes_at = close_of(contract.expiry).ok_or(NoQuote::NotListed)?;
        let market = self.market(moment, contract.expiry, closes_at)?;
        market.quote(contract.strike, contract.right, &self.inputs.law)
    }

    /// The page of one expiry; what cannot be priced is said on the page.
    fn page(&self, slot: usize, expiry: Date) -> Result<&Page, NoQuote> {
        let moment = self.inputs.moments.get(slot).ok_or(NoQuote::NoUnderlying)?;
        if expiry < moment.date {
            return Err(NoQuote::Expired);
        }
        let listed = || {
            let all = listing::expiries(moment.date);
            all.into_iter().map(|one| one.date).collect()
        };
        self.table
            .page(slot, expiry, listed, || self.write(slot, moment, expiry))
            .ok_or(NoQuote::NotListed)
    }

    fn write(&self, slot: usize, moment: &Moment, expiry: Date) -> Page {
        let closes_at = close_of(expiry);
        let strikes = closes_at.map_or(Strikes::NONE, |at| self.strikes_of(slot, expiry, at));
        let market = closes_at
            .ok_or(NoQuote::NotListed)
            .and_then(|at| self.market(moment, expiry, at));
        Page::new(market, strikes, self.inputs.law)
    }

    fn market(&self, moment: &Moment, expiry: Date, closes_at: Time) -> Result<Market, NoQuote> {
        let spot = moment.spot.ok_or(NoQuote::NoUnderlying)?;
        let level = moment.level.as_ref().ok_or(NoQuote::NoVolatility)?;
        let rate = moment.rate.ok_or(NoQuote::NoRate)?;
        let expected = super::dividends::expected(&self.inputs.dividends, moment.date, expiry);
        let ahead = expected.iter().filter_map(|one| {
            let at = Time::from_exchange(one.ex_date, 9, 30)?;
            Some(crate::value::Dividend {
                years: years_between(moment.at, at),
                dollars: one.amount_usd,
            })
        });
        let years = years_between(moment.at, closes_at);
        Market::new(spot, rate, years, ahead.collect(), level, &self.inputs.skew)
    }

    /// Strikes listed by the closes of the sessions before the slot's, since the expiry was; by the slot's own price where
    /// there is none before it.
    fn strikes_of(&self, slot: usize, expiry: Date, closes_at: Time) -> Strikes {
        let Some(listed) = listing::expiry_on(expiry).map(|one| one.listed) else {
            return Strikes::NONE;
        };
        let moments = &self.inputs.moments;
        let date = moments[slot].date;
        let date_at = |&close: &usize| moments[close].date;
        let from = self.closes.partition_point(|close| date_at(close) < listed);
        let until = self.closes.partition_point(|close| date_at(close) < date);
        // The close before the first day of listing is what that day's strikes are chosen by.
        let before = self.closes.get(from.saturating_sub(1)..until);
        let widen = |strikes: Strikes, slot: usize| {
            let moment = &moments[slot];
            let volatility = moment
                .level
                .as_ref()
                .map_or(0.0, |level| level.volatility(30.0));
            let years = years_between(moment.at, closes_at);
            strikes.widened(moment.spot.unwrap_or(0.0), volatility, years)
        };
        let past = before.unwrap_or_default().iter().copied();
        let strikes = past.fold(Strikes::NONE, widen);
        match strikes.span() {
            Some(_) => strikes,
            None => widen(Strikes::NONE, slot),
        }
    }
}

impl Chains for ModelChains {
    fn expiries(&self, slot: usize) -> Vec<Date> {
        let moment = self.inputs.moments.get(slot);
        let all = moment.map(|moment| listing::expiries(moment.date));
        let all = all.unwrap_or_default().into_iter();
        all.map(|one| one.date).collect()
    }

    fn strikes(&self, slot: usize, expiry: Date) -> Vec<f64> {
        self.page(slot, expiry)
            .map_or_else(|_| Vec::new(), |page| page.strikes().all())
    }

    fn quote(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote> {
        let page = self.page(slot, contract.expiry)?;
        page.quote(contract, &self.table.purse)
    }

    fn next_dividend(&self, slot: usize) -> Option<f64> {
        let today = self.inputs.moments.get(slot)?.date;
        next_ex(&self.inputs.dividends, today)
    }
}

/// The dividend on record whose ex-date is the session after `today`'s. A fund declares on the eve at the latest, so whoever
/// exercises that evening knows it; a plan that decides at the close does not ask.
pub(crate) fn next_ex(record: &[Dividend], today: Date) -> Option<f64> {
    let next = record.get(record.partition_point(|one| one.ex_date <= today))?;
    let mut between = today
        .succ_opt()?
        .iter_days()
        .take_while(|day| *day < next.ex_date);
    // A gap of more than a long weekend is not the next session, however many holidays are in it.
    let near = (next.ex_date - today).num_days() <= 7;
    (near && !between.any(calendar::is_session)).then_some(next.amount_usd)
}

/// When options that expire on `date` cease: the session's close.
pub(crate) fn close_of(date: Date) -> Option<Time> {
    use chrono::Timelike as _;
    let close = calendar::close_time(date)?;
    Time::from_exchange(date, close.hour(), close.minute())
}

/// Years of 365 days, 0 if `to` is not later.
pub(crate) fn years_between(from: Time, to: Time) -> f64 {
    const YEAR_MICROS: f64 = 365.0 * 86_400e6;
    (to.micros().saturating_sub(from.micros()).max(0)) as f64 / YEAR_MICROS
}

#[cfg(test)]
mod tests;
