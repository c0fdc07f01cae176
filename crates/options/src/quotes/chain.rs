//! Real chains on a plan's clock.

use std::sync::{Arc, OnceLock};

use market::{Chain, Date, Dividend, Offer, Quote};

use crate::chains::{Chains, LegQuote, NoQuote};
use crate::contract::Contract;

use super::model::{Moment, next_ex};
use super::snapshot::Snapshot;
use super::tally::Tally;

/// What real chains are made from.
#[derive(Clone, Debug, Default)]
pub struct QuotedInputs {
    /// One a slot, in order of time; their levels are not looked at.
    pub moments: Vec<Moment>,
    /// Rows of any number of instants, in any order.
    pub quotes: Vec<Quote>,
    /// The underlying's dividends on record.
    pub dividends: Vec<Dividend>,
}

/// The chains a tape has. A slot sees the last one quoted at or before its close on its own date: yesterday's is no quote.
///
/// A chain is put in order when a slot that sees it is first asked about.
#[derive(Debug)]
pub struct QuotedChains {
    dates: Vec<Date>,
    kept: Vec<Kept>,
    /// For each slot the place of its chain.
    seen: Vec<Option<usize>>,
    dividends: Vec<Dividend>,
}

/// A chain, and what was known at the first slot that sees it.
#[derive(Debug)]
struct Kept {
    chain: Arc<Chain>,
    moment: Moment,
    made: OnceLock<Snapshot>,
}

impl QuotedChains {
    /// Puts the rows in order and joins them to the clock. Chains no slot sees are dropped.
    pub fn new(inputs: QuotedInputs) -> QuotedChains {
        let mut quotes = inputs.quotes;
        quotes.sort_by_key(|quote| quote.time);
        let groups = quotes.chunk_by(|a, b| a.time == b.time);
        let chain = |rows: &[Quote]| {
            let time = rows.first()?.time;
            let offers = rows.iter().map(Offer::from).collect();
            Some(Arc::new(Chain { time, offers }))
        };
        let chains: Vec<Arc<Chain>> = groups.filter_map(chain).collect();
        QuotedChains::of(&inputs.moments, &chains, inputs.dividends)
    }

    /// The same of chains in order of time, one an instant: they are shared, not copied.
    pub fn of(
        moments: &[Moment],
        chains: &[Arc<Chain>],
        mut dividends: Vec<Dividend>,
    ) -> QuotedChains {
        dividends.sort_by_key(|one| one.ex_date);
        let mut kept: Vec<Kept> = Vec::new();
        let mut seen = Vec::with_capacity(moments.len());
        for moment in moments {
            let Some(chain) = as_of(chains, moment) else {
                seen.push(None);
                continue;
            };
            // Slots of one session may see one chain: it is valued with what was known at the first of them.
            if kept.last().is_none_or(|last| last.chain.time != chain.time) {
                kept.push(Kept {
                    chain: Arc::clone(chain),
                    moment: moment.clone(),
                    made: OnceLock::new(),
                });
            }
            seen.push(Some(kept.len() - 1));
        }
        QuotedChains {
            dates: moments.iter().map(|moment| moment.date).collect(),
            kept,
            seen,
            dividends,
        }
    }

    /// Whether a slot sees a chain.
    pub fn sees(&self, slot: usize) -> bool {
        self.seen.get(slot).is_some_and(Option::is_some)
    }

    /// The chain a slot sees.
    pub fn snapshot(&self, slot: usize) -> Option<&Snapshot> {
        let kept = self.kept.get((*self.seen.get(slot)?)?)?;
        Some(self.ordered(kept))
    }

    /// Every chain that some slot sees, by time.
    pub fn snapshots(&self) -> impl ExactSizeIterator<Item = &Snapshot> {
        self.kept.iter().map(|kept| self.ordered(kept))
    }

    fn ordered<'a>(&'a self, kept: &'a Kept) -> &'a Snapshot {
        kept.made.get_or_init(|| {
            let Kept { chain, moment, .. } = kept;
            let rows = chain.offers.iter().map(|offer| offer.at(chain.time));
            let rows = rows.collect();
            Snapshot::new(chain.time, rows, moment.rate, &self.dividends, moment.spot)
        })
    }

    /// What was met in all of them.
    pub fn tally(&self) -> Tally {
        self.snapshots()
            .map(Snapshot::tally)
            .fold(Tally::default(), Tally::and)
    }
}

/// The last chain at or before the moment, if it is of its date.
fn as_of<'a>(chains: &'a [Arc<Chain>], moment: &Moment) -> Option<&'a Arc<Chain>> {
    let after = chains.partition_point(|chain| chain.time <= moment.at);
    let last = chains.get(after.checked_sub(1)?)?;
    (last.time.exchange_date()? == moment.date).then_some(last)
}

impl Chains for QuotedChains {
    fn expiries(&self, slot: usize) -> Vec<Date> {
        let Some((snapshot, today)) = self.snapshot(slot).zip(self.dates.get(slot)) else {
            return Vec::new();
        };
        snapshot
            .expiries()
            .filter(|expiry| expiry >= today)
            .collect()
    }

    fn strikes(&self, slot: usize, expiry: Date) -> Vec<f64> {
        let snapshot = self.snapshot(slot);
        snapshot.map_or_else(Vec::new, |snapshot| snapshot.strikes(expiry))
    }

    fn quote(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote> {
        let today = self.dates.get(slot).ok_or(NoQuote::NoUnderlying)?;
        if contract.expiry < *today {
            return Err(NoQuote::Expired);
        }
        // A day without a chain lists nothing; plans that have a model to fall back on ask `MixedChains`.
        let snapshot = self.snapshot(slot).ok_or(NoQuote::NotListed)?;
        snapshot.quote(contract)
    }

    fn next_dividend(&self, slot: usize) -> Option<f64> {
        next_ex(&self.dividends, *self.dates.get(slot)?)
    }

    fn spot(&self, slot: usize) -> Option<f64> {
        self.snapshot(slot)?.spot()
    }

    fn met(&self, slot: usize) -> Option<Tally> {
        self.snapshot(slot).map(Snapshot::tally)
    }
}

#[cfg(test)]
mod tests;
