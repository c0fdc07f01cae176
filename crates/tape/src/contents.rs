//! What goes onto a tape: the one form that importers and the synthesiser produce and the writer takes.

use market::{Dividend, Interval, Origin, RawBars, Series, Split};

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
}
