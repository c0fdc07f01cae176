//! Real chains where there are any, the model's elsewhere.

use std::sync::Arc;

use market::Date;

use crate::chains::{Chains, LegQuote, NoQuote};
use crate::contract::Contract;

use super::chain::QuotedChains;
use super::model::ModelChains;
use super::tally::Tally;

/// Slot by slot: the real chain if the slot sees one, with its holes; else the model's. A slot is never made of both, since a
/// spread of a quoted leg and a modelled one could not have been filled.
#[derive(Debug)]
pub struct MixedChains {
    quoted: Arc<QuotedChains>,
    model: ModelChains,
}

impl MixedChains {
    /// Both on the same clock.
    pub fn new(quoted: impl Into<Arc<QuotedChains>>, model: ModelChains) -> MixedChains {
        let quoted = quoted.into();
        MixedChains { quoted, model }
    }

    /// The real part.
    pub fn quoted(&self) -> &QuotedChains {
        &self.quoted
    }

    /// The modelled part.
    pub const fn model(&self) -> &ModelChains {
        &self.model
    }

    fn is_quoted(&self, slot: usize) -> bool {
        self.quoted.sees(slot)
    }
}

impl Chains for MixedChains {
    fn expiries(&self, slot: usize) -> Vec<Date> {
        if self.is_quoted(slot) {
            return self.quoted.expiries(slot);
        }
        self.model.expiries(slot)
    }

    fn strikes(&self, slot: usize, expiry: Date) -> Vec<f64> {
        if self.is_quoted(slot) {
            return self.quoted.strikes(slot, expiry);
        }
        self.model.strikes(slot, expiry)
    }

    fn quote(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote> {
        if self.is_quoted(slot) {
            return self.quoted.quote(slot, contract);
        }
        // What was bought from a real chain is listed, whatever the model's rules say: it must be marked until it is sold.
        match self.model.quote(slot, contract) {
            Err(NoQuote::NotListed) => self.model.quote_unlisted(slot, contract),
            answer => answer,
        }
    }

    fn next_dividend(&self, slot: usize) -> Option<f64> {
        self.model.next_dividend(slot)
    }

    fn spot(&self, slot: usize) -> Option<f64> {
        self.quoted.spot(slot)
    }

    fn met(&self, slot: usize) -> Option<Tally> {
        self.quoted.met(slot)
    }
}
