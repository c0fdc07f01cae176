//! LEAN's files: bars in zip archives without a header, prices in hundredths of a cent, and factor files.

use market::{Date, Dividend, Split, calendar};

/// What prices are multiplied by in LEAN's archives.
pub(crate) const PRICE_SCALE: f64 = 10_000.0;

/// A line of a factor file: the last session before a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FactorRow {
    /// The last session these factors hold for.
    pub(crate) date: Date,
    /// What dividends paid later multiply its prices by.
    pub(crate) price: f64,
    /// What splits made later multiply its prices by.
    pub(crate) split: f64,
    /// Its close in dollars, raw.
    pub(crate) reference_usd: f64,
}

/// Why factors are none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum FactorFault {
    /// Not a price factor from 0 to 1, nor a positive split factor, nor a positive reference.
    #[error(
        "a price factor above 0 and up to 1, a split factor above 0, a reference price of 0 or more"
    )]
    Value,
    /// A date not after the one before it.
    #[error("dates in ascending order")]
    Order,
    /// A price factor that falls with time, as if a dividend had been negative.
    #[error("price factors that rise with time")]
    Falling,
    /// A dividend to be worked out from no price.
    #[error("a reference price where the price factor changes")]
    NoReference,
    /// The calendar has no session after the date.
    #[error("a date the exchange calendar knows, up to 2100")]
    Calendar,
}

/// Two factors this close are one factor printed twice: they have seven decimals.
const SAME: f64 = 1e-7;

/// A dividend from factors of seven decimals is good to about this many dollars.
const DIVIDEND_DECIMALS: f64 = 1e4;

/// The corporate actions between the lines of a factor file; the place of the faulty line with an error.
///
/// The step from one line to the next happens on the session after the first of them:
/// - dividend = reference × (1 − price factor ÷ next price factor), on the share basis of that day, rounded to a
///   hundredth of a cent, which is what seven decimals are good for;
/// - split ratio = next split factor ÷ split factor (0.5 → 1 is two for one).
///
/// Source: the description of factor files in LEAN's repository, `Data/equity/usa/factor_files`.
pub(crate) fn actions(
    rows: &[FactorRow],
) -> Result<(Vec<Dividend>, Vec<Split>), (usize, FactorFault)> {
    let (mut dividends, mut splits) = (Vec::new(), Vec::new());
    if let Some(first) = rows.first() {
        usable(first).map_err(|fault| (0, fault))?;
    }
    for (at, pair) in rows.windows(2).enumerate() {
        let [row, next] = pair else { continue };
        usable(next).map_err(|fault| (at + 1, fault))?;
        if next.date <= row.date {
            return Err((at + 1, FactorFault::Order));
        }
        let paid = 1.0 - row.price / next.price;
        let split = next.split / row.split;
        if paid.abs() <= SAME && (split - 1.0).abs() <= SAME {
            continue;
        }
        let ex_date = session_after(row.date).ok_or((at, FactorFault::Calendar))?;
        if paid < -SAME {
            return Err((at + 1, FactorFault::Falling));
        }
        if paid > SAME {
            if row.reference_usd <= 0.0 {
                return Err((at, FactorFault::NoReference));
            }
            let amount_usd =
                (row.reference_usd * paid * DIVIDEND_DECIMALS).round() / DIVIDEND_DECIMALS;
            if amount_usd > 0.0 {
                dividends.push(Dividend {
                    ex_date,
                    amount_usd,
                });
            }
        }
        if (split - 1.0).abs() > SAME {
            splits.push(Split {
                ex_date,
                ratio: split,
            });
        }
    }
    Ok((dividends, splits))
}

fn usable(row: &FactorRow) -> Result<(), FactorFault> {
    let fine = row.price > 0.0
        && row.price <= 1.0
        && row.split > 0.0
        && row.split.is_finite()
        && row.reference_usd >= 0.0
        && row.reference_usd.is_finite();
    if fine {
        Ok(())
    } else {
        Err(FactorFault::Value)
    }
}

/// The first session after a date. Exchanges have never been closed for a month.
fn session_after(date: Date) -> Option<Date> {
    date.iter_days()
        .skip(1)
        .take(31)
        .find(|&d| calendar::is_session(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn row(date: &str, price: f64, split: f64, reference_usd: f64) -> FactorRow {
        FactorRow {
            date: day(date),
            price,
            split,
            reference_usd,
        }
    }

    /// Made up: listed 2019-01-02; 1 $ paid with ex-date 2019-06-21 from a close of 100 $ (0.99); a split of two for one
    /// effective on Monday 2019-07-01; 0.5 $ with ex-date 2019-09-23 from a close of 50 $ (0.99).
    fn rows() -> Vec<FactorRow> {
        vec![
            row("2019-01-02", 0.9801, 0.5, 1.0),
            row("2019-06-20", 0.9801, 0.5, 100.0),
            row("2019-06-28", 0.99, 0.5, 104.0),
            row("2019-09-20", 0.99, 1.0, 50.0),
            row("2050-12-31", 1.0, 1.0, 0.0),
        ]
    }

    #[test]
    fn steps_between_lines_are_dividends_and_splits_of_the_next_session() {
        let (dividends, splits) = actions(&rows()).unwrap();
        let paid = |date, amount_usd| Dividend {
            ex_date: day(date),
            amount_usd,
        };
        // 100 × (1 − 0.9801 ÷ 0.99) = 1; 50 × (1 − 0.99 ÷ 1) = 0.5. The 20th of September 2019 was a Friday.
        assert_eq!(
            dividends,
            [paid("2019-06-21", 1.0), paid("2019-09-23", 0.5)]
        );
        let split = Split {
            ex_date: day("2019-07-01"),
            ratio: 2.0,
        };
        assert_eq!(splits, [split]);
    }

    #[test]
    fn wrong_factors_name_their_line() {
        let broken = |change: fn(&mut Vec<FactorRow>)| {
            let mut rows = rows();
            change(&mut rows);
            actions(&rows).unwrap_err()
        };
        assert_eq!(broken(|r| r[2].price = 0.0), (2, FactorFault::Value));
        assert_eq!(broken(|r| r[0].split = f64::NAN), (0, FactorFault::Value));
        assert_eq!(broken(|r| r[2].price = 0.97), (2, FactorFault::Falling));
        assert_eq!(
            broken(|r| r[1].reference_usd = 0.0),
            (1, FactorFault::NoReference)
        );
        assert_eq!(broken(|r| r.swap(1, 2)), (2, FactorFault::Order));
    }

    #[test]
    fn a_file_of_one_line_tells_of_nothing() {
        assert_eq!(actions(&rows()[4..]), Ok((vec![], vec![])));
        assert_eq!(actions(&[]), Ok((vec![], vec![])));
    }
}
