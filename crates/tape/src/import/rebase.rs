//! From the shares a file counts in to those of the tape.

use market::{Date, Split};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::merge::Merge;

/// A close this many times another one, or as small a part of it, is of another share count. No vendor's close is off by
/// so much, and splits are at least three for two.
const FAR: f64 = 1.4;

/// How rows of one symbol are converted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rebase {
    /// What the rows are in once converted.
    basis: Basis,
    /// True if the file has the other one.
    converts: bool,
    /// Every split known, dates ascending.
    splits: Vec<Split>,
    /// The tape's closes by session, where a difference of basis may hide splits that nobody told.
    closes: Vec<(Date, f64)>,
}

impl Rebase {
    /// For a file that counts `symbol` in `basis` and tells of splits itself; the tape's basis wins over the file's.
    pub(crate) fn new(
        symbol: &str,
        basis: Basis,
        told: &[Split],
        merge: Option<&Merge<'_>>,
    ) -> Result<Rebase, TapeError> {
        let Some(merge) = merge else {
            return Ok(Rebase::alone(basis));
        };
        let Some(held) = merge.basis_of(symbol) else {
            return Ok(Rebase::alone(basis));
        };
        let mut splits = merge.splits_of(symbol)?;
        splits.extend_from_slice(told);
        splits.sort_by_key(|s| s.ex_date);
        splits.dedup_by_key(|s| s.ex_date);
        let mut rebase = Rebase {
            basis: held,
            converts: held != basis,
            splits,
            closes: Vec::new(),
        };
        if rebase.converts
            && let Some(reference) = merge.reference(symbol)?
        {
            let dates = reference.daily.start.iter().map(|t| t.exchange_date());
            let closes = dates.zip(reference.daily.close);
            rebase.closes = closes.filter_map(|(d, c)| Some((d?, c))).collect();
        }
        Ok(rebase)
    }

    fn alone(basis: Basis) -> Rebase {
        Rebase {
            basis,
            ..Rebase::default()
        }
    }

    /// The basis of converted rows.
    pub(crate) fn basis(&self) -> Basis {
        self.basis
    }

    /// False if rows stay as they are.
    pub(crate) fn converts(&self) -> bool {
        self.converts
    }

    /// A price or an amount of dollars a share, of a date.
    pub(crate) fn price(&self, date: Date, usd: f64) -> f64 {
        usd / self.shares(date)
    }

    /// A bar of a date: its prices and its volume.
    pub(crate) fn bar(&self, date: Date, [open, high, low, close, volume]: [f64; 5]) -> [f64; 5] {
        let shares = self.shares(date);
        if shares == 1.0 {
            return [open, high, low, close, volume];
        }
        let price = |usd: f64| usd / shares;
        [
            price(open),
            price(high),
            price(low),
            price(close),
            volume * shares,
        ]
    }

    /// The tape's close of a session, if what this file has for it is of another share count even when converted.
    pub(crate) fn contradicted(&self, date: Date, close: f64) -> Option<f64> {
        let at = self.closes.binary_search_by_key(&date, |&(d, _)| d).ok()?;
        let &(_, held) = self.closes.get(at)?;
        let ratio = self.price(date, close) / held;
        (!(1.0 / FAR..FAR).contains(&ratio)).then_some(held)
    }

    /// Shares of the tape for each of the file, at a date: a file as traded has fewer and dearer ones before a split.
    fn shares(&self, date: Date) -> f64 {
        if !self.converts {
            return 1.0;
        }
        let since = shares_since(&self.splits, date);
        match self.basis {
            Basis::Applied => since,
            Basis::Raw => 1.0 / since,
        }
    }
}

/// What one share of a date has become by today: the product of the ratios of all splits after it.
fn shares_since(splits: &[Split], date: Date) -> f64 {
    let later = splits.iter().filter(|s| s.ex_date > date);
    later.map(|s| s.ratio).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Two for one on the 9th of June 2005, three for one on the 1st of July.
    fn splits() -> Vec<Split> {
        let split = |date, ratio| Split {
            ex_date: day(date),
            ratio,
        };
        vec![split("2005-06-09", 2.0), split("2005-07-01", 3.0)]
    }

    fn rebase(basis: Basis) -> Rebase {
        Rebase {
            basis,
            converts: true,
            splits: splits(),
            closes: vec![(day("2005-06-08"), 20.0)],
        }
    }

    #[test]
    fn raw_rows_before_a_split_become_cheaper_and_more() {
        let to = rebase(Basis::Applied);
        // Six shares of today for each one before the 9th, three until July, then one; the ex-date trades on the new basis.
        for (date, price, volume) in [
            ("2005-06-08", 20.0, 600.0),
            ("2005-06-09", 40.0, 300.0),
            ("2005-06-30", 40.0, 300.0),
            ("2005-07-01", 120.0, 100.0),
        ] {
            let bar = to.bar(day(date), [120.0, 120.0, 120.0, 120.0, 100.0]);
            assert_eq!(bar, [price, price, price, price, volume], "{date}");
            assert_eq!(to.price(day(date), 120.0), price);
        }
    }

    #[test]
    fn there_and_back_is_where_it_was() {
        let (there, back) = (rebase(Basis::Applied), rebase(Basis::Raw));
        let bar = [120.0, 132.0, 108.0, 114.0, 700.0];
        for date in ["2005-06-08", "2005-06-09", "2005-07-01"] {
            assert_eq!(back.bar(day(date), there.bar(day(date), bar)), bar);
        }
    }

    #[test]
    fn a_close_of_another_share_count_is_told() {
        let to = rebase(Basis::Applied);
        assert_eq!(to.contradicted(day("2005-06-08"), 121.0), None);
        assert_eq!(to.contradicted(day("2005-06-08"), 20.0), Some(20.0));
        assert_eq!(to.contradicted(day("2005-06-10"), 20.0), None);
        let same = Rebase {
            converts: false,
            ..rebase(Basis::Applied)
        };
        assert_eq!(same.price(day("2005-06-08"), 120.0), 120.0);
    }
}
