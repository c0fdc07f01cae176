//! American values: European where a bound says so, else a lattice fine enough.

use market::Right;

use super::bounds::premium_at_most;
use super::dividends::Dividends;
use super::european::{Valued, european, european_with};
use super::lattice::{Lattice, Mark};
use super::terms::{Terms, ValueError};

/// The value to within `tolerance` dollars, and how it moves.
///
/// European where early exercise provably adds no more than the tolerance ([`premium_at_most`]), else the
/// [`Lattice::within`] it. A tolerance of 0 takes the European value only where the two are the same.
///
/// # Errors
/// If the dividends are worth the spot or more.
pub fn american(
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
    tolerance: f64,
) -> Result<Valued, ValueError> {
    match route(terms, dividends, right, tolerance)? {
        Route::European(_) => {
            let mut valued = european_with(terms, dividends, right)?;
            valued.value = valued.value.max(terms.intrinsic(right));
            Ok(valued)
        }
        Route::Lattice(lattice) => lattice.value(terms, dividends, right),
    }
}

/// Value and delta as by [`american`], in half the time where it takes the lattice.
///
/// # Errors
/// If the dividends are worth the spot or more.
pub fn american_mark(
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
    tolerance: f64,
) -> Result<Mark, ValueError> {
    match route(terms, dividends, right, tolerance)? {
        Route::European(stripped) => {
            let valued = european(&stripped, right);
            Ok(Mark {
                value: valued.value.max(terms.intrinsic(right)),
                delta: valued.greeks.delta,
            })
        }
        Route::Lattice(lattice) => lattice.mark(terms, dividends, right),
    }
}

/// The cheapest way that is near enough.
enum Route {
    /// Early exercise adds nothing that matters; the terms are those less dividends.
    European(Terms),
    /// As fine as it needs to be.
    Lattice(Lattice),
}

fn route(
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
    tolerance: f64,
) -> Result<Route, ValueError> {
    let stripped = dividends.strip(terms)?;
    let most = premium_at_most(&stripped, dividends, right);
    if most <= tolerance {
        return Ok(Route::European(stripped));
    }
    let at_ex_dates = sees_dividends(terms, dividends, right);
    Ok(Route::Lattice(Lattice::within(
        tolerance,
        most,
        at_ex_dates,
    )))
}

/// Whether this is a call with dividends ahead.
fn sees_dividends(terms: &Terms, dividends: Dividends<'_>, right: Right) -> bool {
    right == Right::Call && !dividends.within(terms.inputs().years).is_empty()
}
