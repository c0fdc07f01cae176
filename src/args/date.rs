//! Dates on the command line.

use std::str::FromStr;

use crate::door::Failure;

/// The date that `text` of `option` names.
pub(crate) fn date<D: FromStr>(option: &str, text: &str) -> Result<D, Failure> {
    text.parse().map_err(|_| {
        Failure::input(
            format!("{option} {text}: expected a date like 2020-03-09"),
            "write year, month and day with hyphens",
        )
    })
}
