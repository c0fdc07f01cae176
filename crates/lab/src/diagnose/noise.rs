//! Whether the differences are more than noise.

use market::{Date, Trade};
use stats::permutation::{relabelled, sign_flips};
use stats::resample::{StationaryBootstrap, percentile};

use super::result::{Baseline, Execution, Shift};

/// The plan's trades before the log and their dates, or why there are none to speak of.
pub(super) type Before = Result<(Date, Date, Vec<Trade>), String>;

/// Fewer differing trades cannot reach a p-value of 0.025 by signs: 2⁻⁶ is 0.016.
const LEAST_DIFFERING: usize = 6;
/// Fewer trades of the plan in the span, or before it, say nothing of a shift.
const LEAST_IN_SPAN: usize = 6;
const LEAST_BEFORE: usize = 20;
/// Trades drawn together, so that what one owes to the last is kept.
const BLOCK_TRADES: f64 = 3.0;
/// What is sure but smaller, in stakes a differing trade, is no error.
const LEAST_STAKE: f64 = 0.05;
/// What is staked where no stop says it, of the cost.
const STAKE_WITHOUT_STOP: f64 = 0.02;
/// Less than half a cent is rounding.
const HALF_A_CENT: f64 = 0.005;

/// What a trade puts at risk, dollars: to its stop, or a fiftieth of its cost.
pub(super) fn stake_usd(entry_price: f64, quantity: f64, stop: Option<f64>) -> f64 {
    let each = stop.map_or(STAKE_WITHOUT_STOP * entry_price, |stop| {
        (entry_price - stop).abs()
    });
    each * quantity
}

/// Everything that is not the plan: `usd` in all, from what each trade differs by in what the verdict is about, and from what is
/// staked on a trade on average.
pub(super) fn execution(
    usd: f64,
    differences: &[f64],
    mean_stake_usd: f64,
    draws: u64,
    seed: u64,
) -> Execution {
    let differing: Vec<f64> = differences
        .iter()
        .copied()
        .filter(|usd| usd.abs() >= HALF_A_CENT)
        .collect();
    let tails = sign_flips(&differing, draws, seed).filter(|_| differing.len() >= LEAST_DIFFERING);
    let absent = match differing.len() {
        0 => Some("no trade differs from the plan's beyond fees and slippage".to_owned()),
        n if n < LEAST_DIFFERING => Some(format!(
            "trades that differ: {n}; {LEAST_DIFFERING} are needed to tell them from chance"
        )),
        _ => None,
    };
    Execution {
        usd,
        judged_usd: differences.iter().sum(),
        least_usd: LEAST_STAKE * mean_stake_usd * differing.len() as f64,
        differing: differing.len(),
        p_worse: tails.map(|t| t.p_below),
        p_better: tails.map(|t| t.p_above),
        p_corrected: None,
        absent,
    }
}

/// What a trade made in units of what was staked on it.
struct Scored {
    unit: &'static str,
    before: Vec<f64>,
    span: Vec<f64>,
    /// Dollars that one unit is, of each trade of the span.
    stakes: Vec<f64>,
}

/// In R where every trade has one, else in return on cost.
fn scored(before: &[Trade], span: &[&Trade]) -> Scored {
    let in_r = before
        .iter()
        .chain(span.iter().copied())
        .all(|t| t.r_multiple.is_some() && t.stop_price.is_some());
    let value = |trade: &Trade| match (in_r, trade.r_multiple) {
        (true, Some(r)) => r,
        _ => trade.return_fraction,
    };
    let cost = |trade: &Trade| trade.entry_price * trade.quantity as f64;
    let stake = |trade: &Trade| match (in_r, trade.stop_price) {
        (true, Some(stop)) => (trade.entry_price - stop).abs() * trade.quantity as f64,
        _ => cost(trade),
    };
    Scored {
        unit: if in_r { "R" } else { "return" },
        before: before.iter().map(value).collect(),
        span: span.iter().map(|t| value(t)).collect(),
        stakes: span.iter().map(|t| stake(t)).collect(),
    }
}

/// The plan in the span against the plan before it; `before` may say why there is none.
pub(super) fn shift(before: &Before, span: &[&Trade], draws: u64, seed: u64) -> Shift {
    let nothing = |absent: String| Shift {
        baseline: None,
        expectancy: None,
        expected_usd: None,
        expected_95_usd: None,
        usd: None,
        p_worse: None,
        p_better: None,
        p_corrected: None,
        absent: Some(absent),
    };
    let (from, to, before) = match before {
        Ok(before) => before,
        Err(absent) => return nothing(absent.clone()),
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    if before.is_empty() {
        return nothing(format!(
            "the plan made no trade on the tape before the log ({from} to {to})"
        ));
    }
    let scored = scored(before, span);
    let expectancy = mean(&scored.before);
    let baseline = Baseline {
        from: *from,
        to: *to,
        trades: before.len(),
        expectancy,
        unit: scored.unit,
    };
    if span.is_empty() {
        return Shift {
            baseline: Some(baseline),
            ..nothing("the plan made no trade in the span".to_owned())
        };
    }
    let expected = expectancy * scored.stakes.iter().sum::<f64>();
    let actual: f64 = span.iter().map(|trade| trade.pnl_usd).sum();
    let enough = span.len() >= LEAST_IN_SPAN && before.len() >= LEAST_BEFORE;
    let tails = relabelled(&scored.span, &scored.before, draws, seed).filter(|_| enough);
    let absent = (!enough).then(|| {
        format!(
            "trades of the plan: {} in the span, {} before it; {LEAST_IN_SPAN} and {LEAST_BEFORE} are needed to tell a shift from chance",
            span.len(),
            before.len()
        )
    });
    Shift {
        expectancy: Some(mean(&scored.span)),
        expected_usd: Some(expected),
        expected_95_usd: enough
            .then(|| expected_interval(&scored, draws, seed))
            .flatten(),
        usd: Some(actual - expected),
        p_worse: tails.map(|t| t.p_below),
        p_better: tails.map(|t| t.p_above),
        p_corrected: None,
        baseline: Some(baseline),
        absent,
    }
}

/// What as many trades of the baseline, drawn in blocks, make on the span's stakes.
fn expected_interval(scored: &Scored, draws: u64, seed: u64) -> Option<(f64, f64)> {
    let bootstrap = StationaryBootstrap::new(scored.before.len(), BLOCK_TRADES, seed)?;
    let count = scored.before.len();
    let drawn = |k: u64| {
        // As many blocks as the span has trades to fill; a second draw where the baseline is the shorter.
        let more = (0..).flat_map(|again: u64| bootstrap.blocks(k + again * draws));
        let rows = more
            .flat_map(|block| (0..block.sessions).map(move |step| (block.start + step) % count));
        let made = rows
            .zip(&scored.stakes)
            .map(|(row, stake)| scored.before[row] * stake);
        Some(made.sum::<f64>())
    };
    let sums: Vec<Option<f64>> = (0..draws).map(drawn).collect();
    percentile(&sums, 0.95).map(|interval| (interval.low, interval.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_that_are_all_losses_are_no_noise() {
        let each = [-10.0, -5.0, 0.0, -7.0, -8.0, -9.0, -4.0];
        let told = execution(-45.0, &each, 100.0, 9999, 1);
        assert_eq!(
            (told.usd, told.judged_usd, told.differing),
            (-45.0, -43.0, 6)
        );
        // A twentieth of 100 for each of six.
        assert!((told.least_usd - 30.0).abs() < 1e-9 && told.is_material());
        // One of 2⁶ signs is as low: 0.016.
        assert!((told.p_worse.unwrap() - 1.0 / 64.0).abs() < 0.005);
        let few = execution(-10.0, &[-10.0, 0.001], 0.0, 9999, 1);
        assert_eq!((few.differing, few.p_worse), (1, None));
        assert!(few.absent.unwrap().contains("differ: 1;"));
    }
}
