//! What goes onto a tape: the one form that importers and the synthesiser produce and the writer takes.

use market::{Dividend, Event, Interval, Origin, Quote, RawBars, Series, Split};

use crate::closes::Panel;
use crate::members::MemberSpan;

/// Columns bound for a tape, not yet merged with what it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// Where the data come from; written into every file's metadata.
    pub origin: Origin,
    /// Bars by symbol and interval, raw prices.
    pub bars: Vec<(String, Interval, RawBars)>,
    /// Bars outside the regular session or across its open or close, by symbol and interval, raw prices.
    pub extended: Vec<(String, Interval, RawBars)>,
    /// Symbols whose bars and dividends are counted in today's shares, splits applied; the others' are as traded.
    pub applied: Vec<String>,
    /// Series by name.
    pub series: Vec<Series>,
    /// Dividends by symbol.
    pub dividends: Vec<(String, Vec<Dividend>)>,
    /// Splits by symbol.
    pub splits: Vec<(String, Vec<Split>)>,
    /// Closes of universes.
    pub constituents: Vec<Panel>,
    /// Memberships by universe, in any order.
    pub members: Vec<(String, Vec<MemberSpan>)>,
    /// Option quotes by underlying, in any order, of any dates.
    pub quotes: Vec<(String, Vec<Quote>)>,
    /// Events by kind, in any order.
    pub events: Vec<(String, Vec<Event>)>,
}
