//! Month by month, each against what so many trades of the baseline may look like.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use market::{Date, Trade};
use stats::sequential::{Expected, Outcome, Range, expected};

use super::edge::{DRAWS, Held, SEED};
use super::found::{Limit, Month, TradesTold};
use super::made::exit_date;

/// Months of a review: earlier ones stand in earlier reviews.
const MONTHS: usize = 12;
const LEVEL: f64 = 0.99;

type YearMonth = (i32, u32);

fn month_of(date: Date) -> YearMonth {
    (date.year(), date.month())
}

/// The last months of the monitored trades, those without a trade included, from the first that holds no trade of the baseline.
pub(super) fn told(held: &Held<'_>, baseline_to: Date, as_of: Date) -> Vec<Month> {
    let last_of_baseline = month_of(baseline_to);
    let mut limits: BTreeMap<usize, Expected> = BTreeMap::new();
    let mut month = month_of(as_of);
    let mut told = Vec::new();
    while told.len() < MONTHS && month > last_of_baseline {
        let of_month = |trade: &&Trade| exit_date(trade).map(month_of) == Some(month);
        let trades: Vec<Trade> = held.monitored.iter().filter(of_month).cloned().collect();
        let limits = limits.entry(trades.len()).or_insert_with(|| {
            let baseline = held.limits.map_or(&[][..], |_| held.scores);
            expected(baseline, trades.len(), LEVEL, DRAWS, SEED)
        });
        let outcomes: Vec<Outcome> = trades.iter().map(|t| held.unit.outcome(t)).collect();
        told.push(one(month, &trades, &outcomes, limits));
        month = match month {
            (year, 1) => (year - 1, 12),
            (year, month) => (year, month - 1),
        };
    }
    told.reverse();
    told
}

fn one(
    (year, month): YearMonth,
    trades: &[Trade],
    outcomes: &[Outcome],
    limits: &Expected,
) -> Month {
    let told = TradesTold::of(trades);
    let mean = |of: &dyn Fn(f64) -> bool| {
        let scores: Vec<f64> = outcomes
            .iter()
            .filter_map(|o| o.score)
            .filter(|&s| of(s))
            .collect();
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        mean.is_finite().then_some(mean)
    };
    let score = mean(&|_| true);
    let payoff = mean(&|s| s > 0.0)
        .zip(mean(&|s| s < 0.0))
        .map(|(gain, loss)| gain / -loss);
    let run = Some(told.longest_losing_run as f64).filter(|_| !trades.is_empty());
    let figures: [(&str, Option<f64>, Option<Range>, bool); 4] = [
        ("win_rate", told.win_rate, limits.win_rate, true),
        ("expectancy", score, limits.expectancy, true),
        ("payoff", payoff, limits.payoff, true),
        ("longest_losing_run", run, limits.longest_losing_run, false),
    ];
    let outside = figures.iter().filter(|(_, value, range, more_is_better)| {
        value.zip(*range).is_some_and(|(value, range)| {
            if *more_is_better {
                value < range.low
            } else {
                value > range.high
            }
        })
    });
    Month {
        month: format!("{year}-{month:02}"),
        outside: outside.map(|(name, ..)| (*name).to_owned()).collect(),
        limits: figures
            .iter()
            .filter_map(|(name, _, range, _)| {
                let Range { low, high } = (*range)?;
                Some(((*name).to_owned(), Limit { low, high }))
            })
            .collect(),
        trades: told,
        score,
    }
}
