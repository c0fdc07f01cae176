//! What a reader took from a tape for one purpose.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::actions::{Dividend, Split};
use crate::bars::Bars;
use crate::chain::Chain;
use crate::event::Event;
use crate::interval::Interval;
use crate::series::Series;
use crate::session_table::SessionTable;
use crate::time::Date;

/// Where data come from. Anything not real says so in every report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "origin")]
pub enum Origin {
    /// Prices that were traded.
    #[default]
    Real,
    /// Prices made by `tape synth`.
    Simulated {
        /// The seed they were made from.
        seed: u64,
    },
}

/// The part of a tape that was asked for: raw, validated, not yet aligned to any clock.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The exchange's sessions over the span of the bars.
    pub sessions: SessionTable,
    /// Bars by symbol and interval.
    pub bars: Vec<Bars>,
    /// Which of them were made from finer ones: their first and last prices are prints, not the exchange's open and close.
    pub made: Vec<(String, Interval)>,
    /// Series by name.
    pub series: Vec<Series>,
    /// Dividends by symbol, ex-dates ascending. A symbol the tape has no record for is absent.
    pub dividends: Vec<(String, Vec<Dividend>)>,
    /// Splits by symbol, dates ascending.
    pub splits: Vec<(String, Vec<Split>)>,
    /// Events by kind, by date.
    pub events: Vec<(String, Vec<Event>)>,
    /// Option chains by underlying, by time: those that someone sees. Shared, since copies of a snapshot are many.
    pub chains: Vec<(String, Vec<Arc<Chain>>)>,
    /// `Simulated` if any part is.
    pub origin: Origin,
}

impl Snapshot {
    /// The bars of `symbol` at `interval`.
    pub fn bars_of(&self, symbol: &str, interval: Interval) -> Option<&Bars> {
        self.intervals_of(symbol).find(|b| b.interval == interval)
    }

    /// The bars of `symbol` at every interval that was read.
    pub fn intervals_of(&self, symbol: &str) -> impl Iterator<Item = &Bars> {
        self.bars.iter().filter(move |b| b.symbol == symbol)
    }

    /// The daily bars of `symbol`, unless they were made from finer ones.
    pub fn official_days(&self, symbol: &str) -> Option<&Bars> {
        let made = |(of, interval): &(String, Interval)| of == symbol && *interval == Interval::Day;
        self.bars_of(symbol, Interval::Day)
            .filter(|_| !self.made.iter().any(made))
    }

    /// The series called `name`.
    pub fn series_of(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|s| s.name == name)
    }

    /// The dividends of `symbol`; `None` when the tape has no record of any.
    pub fn dividends_of(&self, symbol: &str) -> Option<&[Dividend]> {
        self.dividends
            .iter()
            .find(|(s, _)| s == symbol)
            .map(|(_, d)| d.as_slice())
    }

    /// The splits of `symbol`; none on record means none.
    pub fn splits_of(&self, symbol: &str) -> &[Split] {
        self.splits
            .iter()
            .find(|(s, _)| s == symbol)
            .map_or(&[], |(_, d)| d.as_slice())
    }

    /// The option chains of an underlying, by time; none read means none.
    pub fn chains_of(&self, underlying: &str) -> &[Arc<Chain>] {
        self.chains
            .iter()
            .find(|(s, _)| s == underlying)
            .map_or(&[], |(_, c)| c.as_slice())
    }

    /// The events of a kind; `None` when the tape has no record of any.
    pub fn events_of(&self, kind: &str) -> Option<&[Event]> {
        let mut kinds = self.events.iter();
        kinds.find(|(k, _)| k == kind).map(|(_, e)| e.as_slice())
    }

    /// The first and last session dates of the bars of `symbol` at `interval`.
    pub fn span_of(&self, symbol: &str, interval: Interval) -> Option<(Date, Date)> {
        let bars = self.bars_of(symbol, interval)?;
        let date = |i: usize| {
            self.sessions
                .get(bars.session()[i] as usize)
                .map(|s| s.date)
        };
        Some((date(0)?, date(bars.len().checked_sub(1)?)?))
    }
}
