//! What a model quotes around.

use market::Right;

use crate::value::{Dividends, Terms, ValueError, Valued, european_with};

pub(crate) fn worth(
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
) -> Result<Valued, ValueError> {
    european_with(terms, dividends, right)
}
