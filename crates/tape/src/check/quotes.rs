//! Option quotes: rows that no run may use, and quotes that nobody can have made.

use market::{Date, Quote};

use super::defect::{Finder, When};
use super::keyed::in_order;
use super::kind::Kind;
use crate::error::TapeError;
use crate::quotes;
use crate::store::Store;

/// Looks through every file of an underlying; gives the rows.
pub(crate) fn quotes(
    store: &Store,
    underlying: &str,
    finder: &mut Finder,
) -> Result<usize, TapeError> {
    let mut rows = 0;
    for path in store.parquet_below(&quotes::item(underlying).folder())? {
        let read = store.open(&path).and_then(|reader| quotes::rows(&reader));
        let all = match read {
            Ok(all) => all,
            Err(error) => {
                finder.add(Kind::Unreadable, When::Whole, error.to_string());
                continue;
            }
        };
        rows += all.len();
        let date = path.split('/').find_map(|part| part.strip_prefix("date="));
        let date = date.and_then(|date| date.parse().ok());
        in_order(&all, |quote| When::At(quote.time), finder);
        for (row, quote) in all.iter().enumerate() {
            one(quote, row, date, finder);
        }
    }
    Ok(rows)
}

fn one(quote: &Quote, row: usize, folder: Option<Date>, finder: &mut Finder) {
    let when = When::At(quote.time);
    let which = format!(
        "the {} of {} at {}",
        quote.right.as_str(),
        quote.expiration,
        quote.strike
    );
    let numbers = [
        ("strike", Some(quote.strike)),
        ("bid", quote.bid),
        ("ask", quote.ask),
        ("last", quote.last),
        ("iv", quote.iv),
        ("spot", quote.spot),
        ("spot_parity", quote.spot_parity),
    ];
    for (field, value) in numbers {
        let Some(value) = value else { continue };
        let (kind, must) = if !value.is_finite() {
            (Kind::MissingValue, "a number")
        } else if value < 0.0 || (field == "strike" && value == 0.0) {
            (Kind::BadPrice, "none below 0, and a strike above it")
        } else {
            continue;
        };
        let text = format!("{which}: expected {must}");
        finder.add(kind, when, text).value(field, value).at_row(row);
    }
    let quoted = quote.time.exchange_date();
    if quoted.is_none_or(|quoted| quote.expiration < quoted) {
        let text = format!("{which} is quoted after it expired");
        finder.add(Kind::ExpiredQuote, when, text).at_row(row);
    }
    if folder.is_some() && quoted != folder {
        let text = format!("{which} lies in the file of another date");
        finder.add(Kind::Order, when, text).at_row(row);
    }
    if let Some((bid, ask)) = quote.bid.zip(quote.ask)
        && bid > ask
    {
        let text = format!("{which}: bid {bid} is above ask {ask}");
        finder
            .add(Kind::CrossedQuote, when, text)
            .value("bid", bid)
            .at_row(row);
    }
}
