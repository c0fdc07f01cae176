//! A run as it is kept: the document, and the rows that pictures, comparisons and reviews are made of.
//!
//! [`Record::of`] takes them from a run that was just made; `report` reads the same from a folder of results. Both are
//! equal (a test), so whoever shows or compares runs asks for records and need not know where they come from.

mod document;
mod of_run;
mod sessions;
mod setups;

pub use document::{
    AccountFigures, BesideDocument, Criterion, Document, Fall, FiguresDocument, FunnelDocument,
    HeldCriterion, Interval, Judgement, PooledDocument, RegimeDocument, SCHEMA, TradesDocument,
};
pub use of_run::without_nulls;
pub(crate) use sessions::Instrument;
pub use sessions::InstrumentSession;
pub use setups::{CriterionState, SetupOutcome, SetupRow};

use market::Trade;

use crate::outcome::{EquityPoint, RegimeRun};
use crate::run::Run;

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The document.
    pub document: Document,
    /// The rows of each regime, in the order of the document's.
    pub regimes: Vec<RegimeRecord>,
}

/// The rows of one regime.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegimeRecord {
    /// Closed trades, in order of their exits.
    pub trades: Vec<Trade>,
    /// Equity at every session's close.
    pub equity: Vec<EquityPoint>,
    /// Setups and what became of them.
    pub setups: Vec<SetupRow>,
    /// What the instrument did.
    pub sessions: Vec<InstrumentSession>,
}

impl Record {
    /// The record of a run.
    ///
    /// # Errors
    /// As [`Document::of`].
    pub fn of(run: &Run) -> Result<Self, serde_json::Error> {
        let rows = |regime: &RegimeRun| {
            let setups = regime.ledger.setups.iter();
            RegimeRecord {
                trades: regime.ledger.trades.clone(),
                equity: regime.equity.clone(),
                setups: setups
                    .map(|setup| SetupRow::of(setup, &run.criteria))
                    .collect(),
                sessions: regime.sessions.clone(),
            }
        };
        Ok(Self {
            document: Document::of(run)?,
            regimes: run.regimes.iter().map(rows).collect(),
        })
    }

    /// Every regime: what the document says of it, and its rows.
    pub fn each(&self) -> impl Iterator<Item = (&RegimeDocument, &RegimeRecord)> {
        self.document.regimes.iter().zip(&self.regimes)
    }
}
