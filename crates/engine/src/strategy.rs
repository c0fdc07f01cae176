//! What a strategy implements, what it sees, and what it may ask for.

use std::ops::Range;

use indicators::Column;
use market::{Date, Session, Time};
use options::{Chains, Contract, LegQuote, NoQuote};

use crate::broker::book::Book;
use crate::desk::Desk;
use crate::feed::Feed;
use crate::portfolio::Portfolio;
use crate::position::Position;
use crate::structure::{OptionCosts, Structure};

/// A trading strategy: see the crate's front page for one that compiles.
///
/// # The contract
/// [`decide`](Self::decide) is called at the end of bars, after fills and marks, and sees nothing
/// later. The engine may call it at more slots than [`next_wake`](Self::next_wake) asked for (a fill
/// happened, or every slot is visited); at those it must do nothing that it would not have done had
/// it been asked at its own slots only.
pub trait Strategy {
    /// Acts on what is known now.
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk);

    /// The first slot at or after `from` at which the strategy wants to decide; `None` for never, as
    /// things stand. Asked again after each decision. The default is every slot.
    fn next_wake(&self, view: &View<'_>, from: usize) -> Option<usize> {
        let _ = view;
        Some(from)
    }

    /// How many setups lie in `slots`, at which the strategy asked for no decision because all of them would only be logged
    /// as [busy](crate::Outcome::Busy). Asked only where setups are [counted](View::keeps_rows) and not kept.
    fn busy_setups(&self, view: &View<'_>, slots: Range<usize>) -> u32 {
        let _ = (view, slots);
        0
    }
}

/// Everything known at the end of a slot, and nothing after it: the type has no later.
#[derive(Debug)]
pub struct View<'a> {
    pub(crate) feed: &'a Feed<'a>,
    pub(crate) portfolio: &'a Portfolio,
    pub(crate) books: &'a [Book],
    /// The session of the last exit, by symbol.
    pub(crate) last_exits: &'a [Option<u32>],
    pub(crate) slot: usize,
    pub(crate) max_leverage: f64,
    pub(crate) option_costs: &'a OptionCosts,
    /// Structures that wait to be opened.
    pub(crate) waiting_structures: usize,
    pub(crate) keeps_rows: bool,
}

impl<'a> View<'a> {
    /// The slot that just ended.
    #[inline]
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// The instant: the end of the slot.
    #[inline]
    pub fn now(&self) -> Time {
        self.feed.end(self.slot)
    }

    /// The session ordinal of the slot.
    #[inline]
    pub fn session(&self) -> u32 {
        self.feed.session(self.slot)
    }

    /// A session by its ordinal; the calendar is known in advance.
    pub fn session_at(&self, ordinal: u32) -> Option<&Session> {
        self.feed.sessions().get(ordinal as usize)
    }

    /// The index of a traded symbol.
    pub fn symbol(&self, symbol: &str) -> Option<usize> {
        self.feed.symbol(symbol)
    }

    /// Opens of all bars that have ended, dollars.
    pub fn opens(&self, symbol: usize) -> &'a [f64] {
        self.known(symbol, market::Bars::open)
    }

    /// Highs of all bars that have ended, dollars.
    pub fn highs(&self, symbol: usize) -> &'a [f64] {
        self.known(symbol, market::Bars::high)
    }

    /// Lows of all bars that have ended, dollars.
    pub fn lows(&self, symbol: usize) -> &'a [f64] {
        self.known(symbol, market::Bars::low)
    }

    /// Closes of all bars that have ended, dollars.
    pub fn closes(&self, symbol: usize) -> &'a [f64] {
        self.known(symbol, market::Bars::close)
    }

    /// Volumes of all bars that have ended; empty if they were not loaded.
    pub fn volumes(&self, symbol: usize) -> &'a [f64] {
        self.known(symbol, market::Bars::volume)
    }

    fn known(&self, symbol: usize, column: impl Fn(&market::Bars) -> &[f64]) -> &'a [f64] {
        let Some(track) = self.feed.tracks().get(symbol) else {
            return &[];
        };
        let column = column(track.bars);
        &column[..track.ended(self.slot).min(column.len())]
    }

    /// A column's value now; `None` before it is warm or where it is unknown.
    #[inline]
    pub fn value(&self, column: &Column) -> Option<f64> {
        column.get(self.slot)
    }

    /// The open position in a symbol.
    #[inline]
    pub fn position(&self, symbol: usize) -> Option<&'a Position> {
        self.portfolio.position(symbol)
    }

    /// False if of setups nothing is read but their outcomes, which are counted: a strategy need not look up the rest of a
    /// row, nor wake for one it would only log as busy.
    #[inline]
    pub fn keeps_rows(&self) -> bool {
        self.keeps_rows
    }

    /// True while a position is open or an entry waits to be filled.
    #[inline]
    pub fn is_busy(&self, symbol: usize) -> bool {
        self.position(symbol).is_some() || self.books.get(symbol).is_some_and(Book::has_entry)
    }

    /// Maximum favourable excursion of the open position so far, dollars a share, at least 0.
    pub fn favourable_usd(&self, symbol: usize) -> Option<f64> {
        let position = self.position(symbol)?;
        let track = self.feed.tracks().get(symbol)?;
        let mut range = position.range;
        range.bars_before(track.ended(self.slot), track.bars.high(), track.bars.low());
        Some(position.excursions(range).1)
    }

    /// The session ordinal of the last exit in a symbol.
    pub fn last_exit_session(&self, symbol: usize) -> Option<u32> {
        self.last_exits.get(symbol).copied().flatten()
    }

    /// The structures held.
    pub fn structures(&self) -> &'a [Structure] {
        &self.portfolio.structures
    }

    /// How many structures wait to be opened.
    pub fn waiting_structures(&self) -> usize {
        self.waiting_structures
    }

    /// The options listed now; `None` if the feed has none.
    pub fn listed(&self) -> Option<Listed<'a>> {
        let chains = self.feed.options()?.chains;
        let slot = self.slot;
        Some(Listed { chains, slot })
    }

    /// What trading options costs.
    pub fn option_costs(&self) -> &'a OptionCosts {
        self.option_costs
    }

    /// Equity at this slot's closes, dollars.
    pub fn equity_usd(&self) -> f64 {
        self.portfolio.equity_usd()
    }

    /// Dollars that a new position may take, at this slot's closes.
    pub fn buying_power_usd(&self) -> f64 {
        self.portfolio
            .power_at_close(self.max_leverage, self.feed, self.slot)
    }

    /// The first slot that ends at or after `time`: when to wake for an instant the calendar names.
    pub fn slot_ending_at(&self, time: Time) -> usize {
        self.feed.slot_ending_near(self.slot, time)
    }
}

/// The chains a strategy may ask at one slot, and no other.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub(crate) chains: &'a dyn Chains,
    pub(crate) slot: usize,
}

impl<'a> Listed<'a> {
    /// What `chains` list at the close of `slot`: for those who work an entry out without a replay.
    pub fn at(chains: &'a dyn Chains, slot: usize) -> Self {
        Self { chains, slot }
    }

    /// The expiries listed now, ascending.
    pub fn expiries(&self) -> Vec<Date> {
        self.chains.expiries(self.slot)
    }

    /// The strikes of one expiry listed now, ascending, dollars.
    pub fn strikes(&self, expiry: Date) -> Vec<f64> {
        self.chains.strikes(self.slot, expiry)
    }

    /// What an option is quoted at now.
    ///
    /// # Errors
    /// Why there is no price.
    pub fn quote(&self, contract: &Contract) -> Result<LegQuote, NoQuote> {
        self.chains.quote(self.slot, contract)
    }
}
