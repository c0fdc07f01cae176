//! Corporate actions.

use crate::time::Date;

/// A cash dividend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dividend {
    /// Whoever held the share at the close before this date is paid.
    pub ex_date: Date,
    /// Dollars a share, positive.
    pub amount_usd: f64,
}

/// A share split, effective before the open of its date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// The first date that trades on the new basis.
    pub ex_date: Date,
    /// New shares for each old one, positive: 2 for a two-for-one split, 0.1 for a one-for-ten.
    pub ratio: f64,
}
