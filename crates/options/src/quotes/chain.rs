//! Real chains on a plan's clock.

use market::{Date, Dividend, Quote, Time};

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
#[derive(Debug)]
pub struct QuotedChains {
    dates: Vec<Date>,
    snapshots: Vec<Snapshot>,
    /// For each slot the place of its snapshot.
    seen: Vec<Option<usize>>,
    dividends: Vec<Dividend>,
}

impl QuotedChains {
    /// Puts the rows in order and joins them to the clock. Snapshots no slot sees are dropped.
    pub fn new(inputs: QuotedInputs) -> QuotedChains {
        let QuotedInputs {
            moments,
            mut quotes,
            mut dividends,
        } = inputs;
        dividends.sort_by_key(|one| one.ex_date);
        quotes.sort_by_key(|quote| quote.time);
        let groups: Vec<&[Quote]> = quotes.chunk_by(|a, b| a.time == b.time).collect();
        let mut snapshots: Vec<Snapshot> = Vec::new();
        let mut seen = Vec::with_capacity(moments.len());
        let mut last: Option<(usize, usize)> = None;
        for moment in &moments {
            let Some(group) = as_of(&groups, moment) else {
                seen.push(None);
                continue;
            };
            // Slots of one session may see one snapshot: it is made with what was known at the first of them.
            let place = if let Some((_, place)) = last.filter(|(its, _)| *its == group) {
                place
            } else {
                let rows = groups[group].to_vec();
                let time = rows.first().map_or(moment.at, |row| row.time);
                let made = Snapshot::new(time, rows, moment.rate, &dividends, moment.spot);
                snapshots.push(made);
                snapshots.len() - 1
            };
            last = Some((group, place));
            seen.push(Some(place));
        }
        QuotedChains {
            dates: moments.iter().map(|moment| moment.date).collect(),
            snapshots,
            seen,
            dividends,
        }
    }

    /// The chain a slot sees.
    pub fn snapshot(&self, slot: usize) -> Option<&Snapshot> {
        self.snapshots.get((*self.seen.get(slot)?)?)
    }

    /// Every chain that some slot sees, by time.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// What was met in all of them.
    pub fn tally(&self) -> Tally {
        let each = self.snapshots.iter().map(Snapshot::tally);
        each.fold(Tally::default(), Tally::and)
    }
}

/// The last group at or before the moment and of its date.
fn as_of(groups: &[&[Quote]], moment: &Moment) -> Option<usize> {
    let time = |group: &&[Quote]| group.first().map_or(Time::MAX, |row| row.time);
    let last = groups
        .partition_point(|group| time(group) <= moment.at)
        .checked_sub(1)?;
    let date = time(groups.get(last)?).exchange_date()?;
    (date == moment.date).then_some(last)
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
}

#[cfg(test)]
mod tests;
