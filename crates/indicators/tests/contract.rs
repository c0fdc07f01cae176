//! What every indicator owes its callers, whatever it computes.

use indicators::{
    Atr, Column, Ema, Highest, Indicator, Lowest, Prices, Rank, Recipe, Roc, Rsi, Sma, SplitBasis,
    StdDev, TrueRange, Unit,
};
use market::{Date, Split};
use proptest::prelude::*;

/// Every recipe with a length. A new one must be added here; the match makes the compiler ask for it.
fn with_length(n: usize) -> Vec<Recipe> {
    let all = vec![
        TrueRange.into(),
        Atr { n }.into(),
        Ema { n }.into(),
        Sma { n }.into(),
        Roc { n }.into(),
        Rsi { n }.into(),
        StdDev { n }.into(),
        Highest { n }.into(),
        Lowest { n }.into(),
        Rank { n }.into(),
    ];
    for recipe in &all {
        match recipe {
            Recipe::TrueRange(_)
            | Recipe::Atr(_)
            | Recipe::Ema(_)
            | Recipe::Sma(_)
            | Recipe::Roc(_)
            | Recipe::Rsi(_)
            | Recipe::StdDev(_)
            | Recipe::Highest(_)
            | Recipe::Lowest(_)
            | Recipe::Rank(_) => {}
        }
    }
    all
}

/// Highs, lows and closes of bars whose closes always move, so that every figure is defined once warm.
#[derive(Clone, Debug)]
struct Bars {
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
}

impl Bars {
    fn prices(&self, rows: usize) -> Prices<'_> {
        Prices {
            high: &self.high[..rows],
            low: &self.low[..rows],
            close: &self.close[..rows],
        }
    }
}

fn bars(len: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Bars> {
    let step = (
        prop_oneof![-0.05..-0.0001_f64, 0.0001..0.05_f64],
        0.0..0.03_f64,
        0.0..0.03_f64,
    );
    proptest::collection::vec(step, len).prop_map(|steps| {
        let mut bars = Bars {
            high: Vec::new(),
            low: Vec::new(),
            close: Vec::new(),
        };
        let mut close = 100.0;
        for (change, above, below) in steps {
            close *= 1.0 + change;
            bars.close.push(close);
            bars.high.push(close * (1.0 + above));
            bars.low.push(close * (1.0 - below));
        }
        bars
    })
}

fn bits(column: &Column) -> Vec<Option<u64>> {
    (0..column.len())
        .map(|i| column.get(i).map(f64::to_bits))
        .collect()
}

/// The definition of the recursive ones as the books write it, one row after the other.
fn recursion(values: &[f64], first: usize, n: usize, weight: f64) -> Vec<Option<f64>> {
    let mut out = vec![None; values.len()];
    let mut y = 0.0;
    for i in (first + n - 1)..values.len() {
        y = if i == first + n - 1 {
            values[first..=i].iter().sum::<f64>() / n as f64
        } else {
            weight * values[i] + (1.0 - weight) * y
        };
        out[i] = Some(y);
    }
    out
}

fn close_to(column: &Column, expected: &[Option<f64>]) -> Result<(), TestCaseError> {
    prop_assert_eq!(column.len(), expected.len());
    for (i, want) in expected.iter().enumerate() {
        match (column.get(i), *want) {
            (Some(have), Some(want)) => {
                prop_assert!(
                    (have - want).abs() <= 1e-12 * want.abs(),
                    "row {}: {} for {}",
                    i,
                    have,
                    want
                );
            }
            (have, want) => prop_assert_eq!(have, want, "row {}", i),
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn values_begin_at_the_warm_up_and_never_stop(bars in bars(0..120), n in 1_usize..40) {
        let rows = bars.close.len();
        for recipe in with_length(n) {
            let column = recipe.compute(bars.prices(rows));
            prop_assert_eq!(column.len(), rows, "{}", recipe);
            for i in 0..rows {
                prop_assert_eq!(column.get(i).is_some(), i >= recipe.warm_up(), "{} row {}", recipe, i);
            }
        }
    }

    #[test]
    fn a_cut_input_gives_the_cut_output_bit_for_bit(bars in bars(1..120), n in 1_usize..40, cut in 0.0..1.0_f64) {
        let rows = bars.close.len();
        let cut = (cut * rows as f64) as usize;
        for recipe in with_length(n) {
            let whole = recipe.compute(bars.prices(rows));
            let head = recipe.compute(bars.prices(cut));
            prop_assert_eq!(&bits(&whole)[..cut], &bits(&head)[..], "{} cut at {}", recipe, cut);
        }
    }

    #[test]
    fn a_poisoned_future_changes_nothing_before_it(bars in bars(2..120), n in 1_usize..40, at in 0.0..1.0_f64) {
        let rows = bars.close.len();
        let at = (at * rows as f64) as usize;
        let mut poisoned = bars.clone();
        for i in at..rows {
            let poison = if i % 2 == 0 { f64::NAN } else { 1e300 };
            (poisoned.high[i], poisoned.low[i], poisoned.close[i]) = (poison, poison, poison);
        }
        for recipe in with_length(n) {
            let clean = recipe.compute(bars.prices(rows));
            let dirty = recipe.compute(poisoned.prices(rows));
            prop_assert_eq!(&bits(&clean)[..at], &bits(&dirty)[..at], "{} poisoned at {}", recipe, at);
        }
    }

    #[test]
    fn recursions_match_their_definition(bars in bars(0..200), n in 1_usize..30) {
        let rows = bars.close.len();
        let close = &bars.close[..];
        let ema = Ema { n }.of(close);
        close_to(&ema, &recursion(close, 0, n, 2.0 / (n as f64 + 1.0)))?;
        let ranges: Vec<f64> = (0..rows).map(|i| match i {
            0 => 0.0,
            _ => (bars.high[i] - bars.low[i])
                .max((bars.high[i] - close[i - 1]).abs())
                .max((bars.low[i] - close[i - 1]).abs()),
        }).collect();
        let atr = Atr { n }.compute(bars.prices(rows));
        close_to(&atr, &recursion(&ranges, 1, n, 1.0 / n as f64))?;
    }

    #[test]
    fn figures_stay_in_their_range(bars in bars(0..120), n in 2_usize..30) {
        let rows = bars.close.len();
        for recipe in with_length(n).into_iter().filter(|r| r.unit() == Unit::Hundred) {
            let column = recipe.compute(bars.prices(rows));
            for value in (0..rows).filter_map(|i| column.get(i)) {
                prop_assert!((0.0..=100.0).contains(&value), "{}: {}", recipe, value);
            }
        }
        let (high, low) = (Highest { n }.of(&bars.close), Lowest { n }.of(&bars.close));
        let mean = Sma { n }.of(&bars.close);
        for i in 0..rows {
            if let (Some(high), Some(low), Some(mean)) = (high.get(i), low.get(i), mean.get(i)) {
                prop_assert!(low <= mean && mean <= high, "row {}: {} {} {}", i, low, mean, high);
            }
        }
    }

    #[test]
    fn a_split_changes_no_figure_but_its_dollars(bars in bars(2..120), n in 1_usize..20, at in 0.0..1.0_f64) {
        // The same market, quoted four for one from some row on. A power of two keeps it exact.
        let rows = bars.close.len();
        let at = (at * rows as f64) as usize;
        let quote = |column: &[f64]| -> Vec<f64> {
            column.iter().enumerate().map(|(i, v)| if i < at { *v } else { v / 4.0 }).collect()
        };
        let quoted = Bars { high: quote(&bars.high), low: quote(&bars.low), close: quote(&bars.close) };
        let first = Date::from_ymd_opt(2020, 1, 1).unwrap();
        let day = |i: usize| first + chrono::Days::new(i as u64);
        let basis = SplitBasis::new((0..rows).map(day), &[Split { ex_date: day(at), ratio: 4.0 }]);
        for recipe in with_length(n) {
            let plain = recipe.compute(bars.prices(rows));
            let split = basis.compute(&recipe, quoted.prices(rows));
            for i in 0..rows {
                let scale = if recipe.unit() == Unit::Input && i >= at { 4.0 } else { 1.0 };
                prop_assert_eq!(split.get(i), plain.get(i).map(|v| v / scale), "{} row {}", recipe, i);
            }
        }
    }

    #[test]
    fn arbitrary_numbers_never_panic(
        high in proptest::collection::vec(any::<f64>(), 0..80),
        low in proptest::collection::vec(any::<f64>(), 0..80),
        close in proptest::collection::vec(any::<f64>(), 0..80),
        n in 0_usize..90,
    ) {
        let rows = high.len().min(low.len()).min(close.len());
        for recipe in with_length(n) {
            let column = recipe.compute(Prices { high: &high, low: &low, close: &close });
            prop_assert!(column.len() == rows || column.len() == close.len(), "{}", recipe);
            prop_assert!((0..column.len()).filter_map(|i| column.get(i)).all(f64::is_finite));
        }
    }
}

#[test]
fn empty_and_too_short_inputs_have_no_value() {
    for n in [0, 1, 14, 1 << 40, usize::MAX] {
        for recipe in with_length(n) {
            assert!(recipe.of(&[]).is_empty(), "{recipe}");
            let rows = recipe.warm_up().min(20);
            let close: Vec<f64> = (0..rows).map(|i| 100.0 + (i % 3) as f64).collect();
            assert_eq!(
                recipe.of(&close).first_valid(),
                None,
                "{recipe} of {rows} rows"
            );
        }
    }
}

#[test]
fn a_length_of_nothing_is_never_warm() {
    for recipe in with_length(0).into_iter().skip(1) {
        assert_eq!(recipe.warm_up(), usize::MAX, "{recipe}");
        assert_eq!(
            recipe.of(&[1.0, 2.0, 3.0, 2.0]),
            Column::unknown(4),
            "{recipe}"
        );
    }
}

#[test]
fn recipes_are_keys() {
    let mut cache = std::collections::HashMap::new();
    for recipe in with_length(14)
        .into_iter()
        .chain(with_length(21))
        .chain(with_length(14))
    {
        cache.insert(recipe, recipe.to_string());
    }
    // Nine with a length, twice, and the true range once.
    assert_eq!(cache.len(), 19);
    assert_eq!(cache[&Atr { n: 14 }.into()], "atr(14)");
}
