//! Which rows of a real chain are quotes, and how many are not.

use market::Quote;
use serde::{Deserialize, Serialize};

use crate::chains::NoQuote;
use crate::volatility::strip::Sides;

/// How many rows of chains could be used, and why the others could not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows with a bid (of nothing, maybe) and an ask not below it.
    pub quotes: usize,
    /// Of those, with a bid of nothing.
    pub zero_bids: usize,
    /// Rows without both sides, or with an ask of nothing.
    pub one_sided: usize,
    /// Rows with the bid above the ask.
    pub crossed: usize,
    /// Rows of options that had expired.
    pub expired: usize,
    /// Strikes that have a call and no put, or the reverse.
    pub holes: usize,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Tally) -> Tally {
        Tally {
            quotes: self.quotes + other.quotes,
            zero_bids: self.zero_bids + other.zero_bids,
            one_sided: self.one_sided + other.one_sided,
            crossed: self.crossed + other.crossed,
            expired: self.expired + other.expired,
            holes: self.holes + other.holes,
        }
    }

    /// Rows that could not be used.
    pub const fn unusable(&self) -> usize {
        self.one_sided + self.crossed + self.expired
    }

    pub(crate) fn note(&mut self, row: &Row) {
        match row {
            Ok(sides) => {
                self.quotes += 1;
                self.zero_bids += usize::from(sides.bid == 0.0);
            }
            Err(NoQuote::Crossed) => self.crossed += 1,
            Err(_) => self.one_sided += 1,
        }
    }
}

/// A row: what it quotes, or why it does not.
pub(crate) type Row = Result<Sides, NoQuote>;

/// A bid of nothing is a bid; an ask of nothing is none.
pub(crate) fn judged(quote: &Quote) -> Row {
    let good = |price: &f64| price.is_finite() && *price >= 0.0;
    let bid = quote.bid.filter(good);
    let ask = quote.ask.filter(|ask| good(ask) && *ask > 0.0);
    match bid.zip(ask) {
        None => Err(NoQuote::OneSided),
        Some((bid, ask)) if bid > ask => Err(NoQuote::Crossed),
        Some((bid, ask)) => Ok(Sides { bid, ask }),
    }
}
