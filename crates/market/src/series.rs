//! Dated numbers that are not bars: volatility indices, rates, breadth.

use serde::{Deserialize, Serialize};

use crate::time::Date;

/// When the value of a date becomes known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// At the close of the session on its date.
    #[default]
    Close,
    /// Only during the session after (FRED publishes a day late): at that session's open.
    NextSession,
}

/// A named series of one number a date, dates strictly ascending, values finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name on the tape: `RVX`, `breadth50`, `DFF`.
    pub name: String,
    /// The dates the values belong to.
    pub date: Vec<Date>,
    /// The values, in the unit of the source (index points, percent).
    pub value: Vec<f64>,
    /// When a value becomes known.
    pub known: Known,
}
