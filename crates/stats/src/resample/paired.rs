//! Two runs over the same sessions, drawn again together: what of their difference may be chance.

use super::block_length::automatic_block_length;
use super::interval::{Interval, percentile};
use super::paths::{PathFigures, ResampledPaths};
use super::stationary::StationaryBootstrap;
use crate::defined;
use crate::returns::SparseReturns;

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// A trade, by the session it ended in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EndedTrade {
    /// The session, from 0.
    pub session: u32,
    /// Net result, dollars.
    pub pnl_usd: f64,
    /// Its R-multiple, if it has one.
    pub r_multiple: Option<f64>,
}

/// One of the two: what each session made of its account, and its trades.
#[derive(Clone, Copy, Debug)]
pub struct PairedRun<'a> {
    /// Session returns, fractions.
    pub returns: &'a SparseReturns<'a>,
    /// Trades; those of a session are drawn with it.
    pub trades: &'a [EndedTrade],
}

/// A figure of both, and how far the second lies above the first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Difference {
    /// Of the first.
    pub a: Option<f64>,
    /// Of the second.
    pub b: Option<f64>,
    /// `b − a`.
    pub difference: Option<f64>,
    /// 95 % percentile interval of the difference; `None` if it is not defined in more draws than a tail holds.
    pub interval: Option<Interval>,
}

/// Figures of two runs and of their difference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairedDifferences {
    /// End ÷ start − 1.
    pub net_return: Difference,
    /// At session closes, a fraction. A resampled drawdown is apt to be shallower: blocks end long declines early.
    pub max_drawdown: Difference,
    /// Annual, over 0.
    pub sharpe: Difference,
    /// Annual, over 0.
    pub sortino: Difference,
    /// Share of trades with a net profit above 0.
    pub win_rate: Difference,
    /// Mean net result a trade, dollars.
    pub expectancy_usd: Difference,
    /// Mean R-multiple, of the trades that have one.
    pub expectancy_r: Difference,
}

/// The figures of one draw of one run.
type Drawn = [Option<f64>; 7];

/// A mean block for two runs, in sessions: the longest of the automatic lengths of each and of their difference, and no shorter than
/// `least_sessions` (the time their trades are held, whose returns belong together).
pub fn paired_block_length(
    a: &SparseReturns<'_>,
    b: &SparseReturns<'_>,
    least_sessions: f64,
) -> f64 {
    let mut change = vec![0.0; a.sessions().max(b.sessions())];
    for &(session, fraction) in b.moved() {
        change[session as usize] += fraction;
    }
    for &(session, fraction) in a.moved() {
        change[session as usize] -= fraction;
    }
    let change = SparseReturns::of_dense(&change).ok();
    let of = |returns: Option<&SparseReturns<'_>>| {
        let length = returns.and_then(automatic_block_length);
        length.map_or(1.0, |length| length.stationary_sessions)
    };
    of(Some(a))
        .max(of(Some(b)))
        .max(of(change.as_ref()))
        .max(least_sessions)
        .max(1.0)
}

/// Draws blocks of sessions (Politis and Romano 1994), the same for both, and gives each figure's difference with its interval.
///
/// Drawing the same sessions for both takes out what the market did to both alike: only what tells them apart is left. The sessions in
/// which trades ended bring these trades. `None` if the two have different sessions, none, or a mean block below 1.
pub fn paired_differences(
    a: PairedRun<'_>,
    b: PairedRun<'_>,
    mean_block_sessions: f64,
    resamples: u64,
    seed: u64,
) -> Option<PairedDifferences> {
    let sessions = a.returns.sessions();
    if sessions != b.returns.sessions() {
        return None;
    }
    let bootstrap = StationaryBootstrap::new(sessions, mean_block_sessions, seed)?;
    // Of one seed and one block length, draw k has the same blocks in both.
    let paths_a = ResampledPaths::new(a.returns, mean_block_sessions, seed)?;
    let paths_b = ResampledPaths::new(b.returns, mean_block_sessions, seed)?;
    let once = vec![1; sessions];
    let point_a = figures(paths_a.point(), a.trades, &once);
    let point_b = figures(paths_b.point(), b.trades, &once);
    let mut drawn: [Vec<Option<f64>>; 7] = Default::default();
    for k in 0..resamples {
        let counts = bootstrap.counts(k);
        let first = figures(paths_a.draw(k), a.trades, &counts);
        let second = figures(paths_b.draw(k), b.trades, &counts);
        for (column, (first, second)) in drawn.iter_mut().zip(first.into_iter().zip(second)) {
            column.push(first.zip(second).map(|(first, second)| second - first));
        }
    }
    let difference = |n: usize| Difference {
        a: point_a[n],
        b: point_b[n],
        difference: point_a[n].zip(point_b[n]).map(|(a, b)| b - a),
        interval: percentile(&drawn[n], LEVEL),
    };
    Some(PairedDifferences {
        net_return: difference(0),
        max_drawdown: difference(1),
        sharpe: difference(2),
        sortino: difference(3),
        win_rate: difference(4),
        expectancy_usd: difference(5),
        expectancy_r: difference(6),
    })
}

/// Figures of a path and of the trades of its sessions, each as often as its session was drawn.
fn figures(path: PathFigures, trades: &[EndedTrade], counts: &[u32]) -> Drawn {
    let (mut all, mut wins, mut pnl) = (0.0, 0.0, 0.0);
    let (mut with_r, mut sum_r) = (0.0, 0.0);
    for trade in trades {
        let times = f64::from(counts.get(trade.session as usize).copied().unwrap_or(0));
        all += times;
        wins += if trade.pnl_usd > 0.0 { times } else { 0.0 };
        pnl += times * trade.pnl_usd;
        if let Some(r) = trade.r_multiple {
            with_r += times;
            sum_r += times * r;
        }
    }
    [
        path.net_return,
        path.max_drawdown,
        path.sharpe,
        path.sortino,
        defined(wins / all),
        defined(pnl / all),
        defined(sum_r / with_r),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sparse(returns: &[f64]) -> SparseReturns<'static> {
        SparseReturns::of_dense(returns).unwrap()
    }

    fn trade(session: u32, pnl_usd: f64, r: f64) -> EndedTrade {
        EndedTrade {
            session,
            pnl_usd,
            r_multiple: Some(r),
        }
    }

    /// Sixty sessions that go up and down by no rule.
    fn market() -> Vec<f64> {
        let noise = |n: i32| f64::from((n * n * 37 + 5 * n) % 101 - 50) / 5_000.0;
        (0..60).map(noise).collect()
    }

    /// A trade every third session, twenty in all: +10, −5, +10 …
    fn twenty() -> Vec<EndedTrade> {
        let one = |n: u32| {
            let pnl_usd = if n.is_multiple_of(2) { 10.0 } else { -5.0 };
            trade(3 * n, pnl_usd, pnl_usd / 10.0)
        };
        (0..20).map(one).collect()
    }

    #[test]
    fn a_run_differs_from_itself_by_nothing() {
        let returns = sparse(&market());
        let trades = twenty();
        let run = PairedRun {
            returns: &returns,
            trades: &trades,
        };
        let said = paired_differences(run, run, 5.0, 500, 1).unwrap();
        let nothing = Interval {
            low: 0.0,
            high: 0.0,
        };
        for one in [
            said.net_return,
            said.max_drawdown,
            said.sharpe,
            said.expectancy_usd,
        ] {
            assert_eq!((one.difference, one.interval), (Some(0.0), Some(nothing)));
        }
    }

    /// Both have the market's noise; the second gains 0.0001 a session more. Alone each net return's interval is wide; the mean
    /// difference is 0.0001 in every draw, so that the interval of the paired difference is narrow and above 0.
    #[test]
    fn what_both_share_does_not_widen_the_difference() {
        let (a, b) = (
            market(),
            market().iter().map(|r| r + 1e-4).collect::<Vec<_>>(),
        );
        let (a, b) = (sparse(&a), sparse(&b));
        let run = |returns| PairedRun {
            returns,
            trades: &[],
        };
        let said = paired_differences(run(&a), run(&b), 5.0, 2_000, 1).unwrap();
        let interval = said.net_return.interval.unwrap();
        // 60 sessions of a ten-thousandth, 0.006, times what the market of a draw has become: 0.8 to 1.2.
        assert!(
            interval.low > 0.0048 && interval.high < 0.0072,
            "{interval:?}"
        );
        assert_eq!(said.win_rate.difference, None);
        let alone = ResampledPaths::new(&a, 5.0, 1).unwrap();
        let spread: Vec<_> = (0..2_000).map(|k| alone.draw(k).net_return).collect();
        let wide = percentile(&spread, 0.95).unwrap();
        assert!(wide.high - wide.low > 10.0 * (interval.high - interval.low));
    }

    /// The nineteenth trade loses 10 instead of gaining them: win rates 10/20 and 9/20, means 50/20 and 30/20.
    #[test]
    fn trades_are_counted_with_their_sessions() {
        let returns = sparse(&market());
        let (first, mut second) = (twenty(), twenty());
        second[18] = trade(54, -10.0, -1.0);
        let run = |trades| PairedRun {
            returns: &returns,
            trades,
        };
        let said = paired_differences(run(&first), run(&second), 5.0, 2_000, 1).unwrap();
        let close = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-12;
        assert!(close(said.win_rate.difference, -0.05));
        assert!(close(said.expectancy_usd.difference, -1.0));
        assert!(close(said.expectancy_r.difference, -0.1));
        // The trade that tells them apart is not in every draw, and never helps the second.
        let interval = said.expectancy_usd.interval.unwrap();
        assert!(interval.low < -1.0 && interval.high == 0.0, "{interval:?}");
    }

    /// Of three trades in sixty sessions many draws have none: then there is no interval to give.
    #[test]
    fn too_few_trades_have_no_interval() {
        let returns = sparse(&market());
        let run = PairedRun {
            returns: &returns,
            trades: &twenty()[..2],
        };
        let said = paired_differences(run, run, 5.0, 500, 1).unwrap();
        assert_eq!(said.win_rate.difference, Some(0.0));
        assert_eq!(said.win_rate.interval, None);
    }

    #[test]
    fn other_sessions_are_no_pair() {
        let (a, b) = (sparse(&market()), sparse(&market()[1..]));
        let run = |returns| PairedRun {
            returns,
            trades: &[],
        };
        assert_eq!(paired_differences(run(&a), run(&b), 5.0, 10, 1), None);
    }

    #[test]
    fn blocks_are_no_shorter_than_trades_are_held() {
        let a = sparse(&market());
        let own = paired_block_length(&a, &a, 0.0);
        assert!((1.0..12.0).contains(&own), "{own}");
        assert_eq!(paired_block_length(&a, &a, 12.0), 12.0);
    }
}
