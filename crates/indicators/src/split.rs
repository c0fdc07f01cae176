//! One share basis across splits, from past splits only.

use std::borrow::Cow;

use market::{Bars, Date, SessionTable, Split};

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};

/// How many of today's shares one share of the tape's first day has become, bar by bar.
///
/// Raw prices fall by the ratio on a split's date, which is no loss; times the factor they are prices of
/// one constant basis, the first day's. The usual adjustment (divide the past by future splits) gives the same
/// shape but lets every past price know splits to come. Figures in dollars are then divided by
/// the factor of their own bar, and so are dollars as traded that day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SplitBasis {
    // Empty when no split falls on or before the last bar: then nothing is copied or multiplied.
    factor: Vec<f64>,
}

impl SplitBasis {
    /// The basis for bars on `dates` (ascending). `splits` in order of date, ratios positive.
    pub fn new(dates: impl IntoIterator<Item = Date>, splits: &[Split]) -> Self {
        let (mut factor, mut next) = (1.0, 0);
        let at = |date: Date| {
            while let Some(split) = splits.get(next).filter(|split| split.ex_date <= date) {
                factor *= split.ratio;
                next += 1;
            }
            factor
        };
        let factor: Vec<f64> = dates.into_iter().map(at).collect();
        if next == 0 {
            Self::default()
        } else {
            Self { factor }
        }
    }

    /// The basis for `bars`.
    pub fn of_bars(bars: &Bars, sessions: &SessionTable, splits: &[Split]) -> Self {
        if splits.is_empty() {
            return Self::default();
        }
        // Bars are made from the same table, so each has its session; a bar without one would keep
        // the factor of the one before.
        let mut last = Date::MIN;
        let dates = bars.session().iter().map(|&ordinal| {
            last = sessions
                .get(ordinal as usize)
                .map_or(last, |session| session.date);
            last
        });
        Self::new(dates, splits)
    }

    /// True if no split touches the bars: raw prices are on one basis already.
    pub const fn is_trivial(&self) -> bool {
        self.factor.is_empty()
    }

    /// The factor of row `i`, 1 before any split.
    pub fn factor(&self, i: usize) -> f64 {
        self.factor.get(i).copied().unwrap_or(1.0)
    }

    /// Raw prices (or dollars a share) on the constant basis.
    pub fn prices<'a>(&self, raw: &'a [f64]) -> Cow<'a, [f64]> {
        self.scale(raw, |price, factor| price * factor)
    }

    /// Raw share counts on the constant basis.
    pub fn shares<'a>(&self, raw: &'a [f64]) -> Cow<'a, [f64]> {
        self.scale(raw, |shares, factor| shares / factor)
    }

    /// A column of the constant basis in each bar's own dollars.
    #[must_use]
    pub fn to_own_dollars(&self, column: Column) -> Column {
        if self.is_trivial() {
            return column;
        }
        let values = column.into_values();
        Column::new(
            self.scale(&values, |value, factor| value / factor)
                .into_owned(),
        )
    }

    /// An indicator of raw prices as it is meant: computed on the constant basis, and given back in each
    /// bar's own dollars if it is measured in dollars.
    pub fn compute(&self, indicator: &dyn Indicator, raw: Prices<'_>) -> Column {
        if self.is_trivial() {
            return indicator.compute(raw);
        }
        let (high, low, close) = (
            self.prices(raw.high),
            self.prices(raw.low),
            self.prices(raw.close),
        );
        let column = indicator.compute(Prices {
            high: &high,
            low: &low,
            close: &close,
        });
        match indicator.unit() {
            Unit::Input => self.to_own_dollars(column),
            Unit::Fraction | Unit::Hundred => column,
        }
    }

    fn scale<'a>(&self, raw: &'a [f64], f: impl Fn(f64, f64) -> f64) -> Cow<'a, [f64]> {
        if self.is_trivial() {
            return Cow::Borrowed(raw);
        }
        Cow::Owned(
            raw.iter()
                .enumerate()
                .map(|(i, &v)| f(v, self.factor(i)))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::SplitBasis;
    use crate::column::Column;
    use crate::indicator::{Indicator, Prices};
    use crate::moving::Sma;
    use crate::range::Atr;
    use crate::roc::Roc;
    use market::{Date, Split};

    const NONE: f64 = f64::NAN;

    fn day(day: u32) -> Date {
        Date::from_ymd_opt(2024, 1, day).unwrap()
    }

    // Five days; two for one before the open of the 4th, and another one long after the last bar.
    fn basis(days: u32) -> SplitBasis {
        let splits = [
            Split {
                ex_date: day(4),
                ratio: 2.0,
            },
            Split {
                ex_date: day(30),
                ratio: 10.0,
            },
        ];
        SplitBasis::new((1..=days).map(day), &splits)
    }

    const HIGH: [f64; 5] = [102.0, 104.0, 106.0, 54.0, 55.0];
    const LOW: [f64; 5] = [98.0, 100.0, 102.0, 51.0, 53.0];
    const CLOSE: [f64; 5] = [100.0, 102.0, 104.0, 53.0, 54.0];

    #[test]
    fn prices_continue_through_a_split() {
        assert_eq!(
            basis(5).prices(&CLOSE)[..],
            [100.0, 102.0, 104.0, 106.0, 108.0]
        );
        assert_eq!(
            basis(5).shares(&[10.0, 10.0, 10.0, 30.0, 20.0])[..],
            [10.0, 10.0, 10.0, 15.0, 10.0]
        );
    }

    #[test]
    fn figures_in_dollars_are_the_dollars_of_their_day() {
        // Closes on one basis 100 102 104 106 108: means of two 101 103 105 107, the last two halved.
        let mean = basis(5).compute(&Sma { n: 2 }, Prices::single(&CLOSE));
        assert_eq!(mean, Column::new(vec![NONE, 101.0, 103.0, 52.5, 53.5]));
        // True ranges on one basis: 104−100 = 4, 106−102 = 4, 108−102 = 6 (previous close 104 inside),
        // 110−106 = 4. Means: (4+4)/2 = 4; 4+(6−4)/2 = 5; 5+(4−5)/2 = 4.5; halved from the split on.
        let bars = Prices {
            high: &HIGH,
            low: &LOW,
            close: &CLOSE,
        };
        let atr = basis(5).compute(&Atr { n: 2 }, bars);
        assert_eq!(atr, Column::new(vec![NONE, NONE, 4.0, 2.5, 2.25]));
        // Raw, the split would have been a range of 104 − 51 = 53 dollars.
        assert_eq!(
            Atr { n: 2 }.compute(bars).get(3),
            Some(4.0 + (53.0 - 4.0) / 2.0)
        );
    }

    #[test]
    fn fractions_are_left_alone() {
        // 106/104 − 1 over the split, on any basis.
        let roc = basis(5).compute(&Roc { n: 1 }, Prices::single(&CLOSE));
        assert_eq!(roc.get(3), Some(106.0 / 104.0 - 1.0));
    }

    #[test]
    fn no_bar_knows_a_later_split() {
        assert!(basis(3).is_trivial());
        let before = basis(3).compute(&Sma { n: 2 }, Prices::single(&CLOSE[..3]));
        let after = basis(5).compute(&Sma { n: 2 }, Prices::single(&CLOSE));
        assert!((0..3).all(|i| before.get(i) == after.get(i)));
    }
}
