//! Drawdowns: how far, from when to when.

use crate::path::{EquityPath, SparsePath};

/// A stretch below the running peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawdown {
    /// Index of the last close at the peak; `None` if the peak is the start equity.
    pub peak: Option<usize>,
    /// Index of the (first) lowest close.
    pub trough: usize,
    /// Index of the first close back at the peak or above it; `None` while it lasts.
    pub recovery: Option<usize>,
    /// Dollars at the peak.
    pub peak_equity: f64,
    /// Dollars at the trough.
    pub trough_equity: f64,
    /// `1 − trough ÷ peak`: 0.2 is a loss of a fifth. Above 1 if the account went below nothing.
    pub depth: f64,
    /// Closes from the peak to the recovery, or to the last close while it lasts. The start equity
    /// counts as the close before the first.
    pub duration_closes: usize,
}

/// Every drawdown of the path, in order of time; none of a path that is not above 0 at its start or not finite.
pub fn drawdowns(path: &EquityPath<'_>) -> Vec<Drawdown> {
    let mut all = Vec::new();
    each(&path.sparse(&path.moved()), |drawdown| all.push(drawdown));
    all
}

/// The deepest drawdown as a share of its peak, of equals the first; `None` if there is none.
pub fn deepest(path: &EquityPath<'_>) -> Option<Drawdown> {
    deepest_of(&path.sparse(&path.moved()))
}

/// The `count` deepest drawdowns, deepest first; of equals the earlier first.
pub fn worst_drawdowns(path: &EquityPath<'_>, count: usize) -> Vec<Drawdown> {
    let mut all = drawdowns(path);
    // Stable: equals stay in order of time.
    all.sort_by(|a, b| b.depth.total_cmp(&a.depth));
    all.truncate(count);
    all
}

/// At each close the loss from the running peak (start equity included), a fraction, 0 or more; none of a path that is not above 0
/// at its start or not finite.
pub fn underwater(path: &EquityPath<'_>) -> Vec<f64> {
    let finite = path.closes.iter().all(|close| close.is_finite());
    if !(path.start_equity > 0.0 && path.start_equity.is_finite() && finite) {
        return Vec::new();
    }
    let mut peak = path.start_equity;
    let below = path.closes.iter().map(|&close| {
        peak = peak.max(close);
        (peak - close) / peak
    });
    below.collect()
}

/// Depth of the deepest drawdown, 0 if equity never fell; `None` if the path has no close or is not usable.
pub fn max_drawdown(path: &EquityPath<'_>) -> Option<f64> {
    let moved = path.moved();
    let path = path.sparse(&moved);
    depth_of(&path, deepest_of(&path).as_ref())
}

/// See [`deepest`].
pub(crate) fn deepest_of(path: &SparsePath<'_>) -> Option<Drawdown> {
    let mut deepest: Option<Drawdown> = None;
    each(path, |drawdown| {
        if deepest.is_none_or(|deepest| drawdown.depth > deepest.depth) {
            deepest = Some(drawdown);
        }
    });
    deepest
}

/// See [`max_drawdown`].
pub(crate) fn depth_of(path: &SparsePath<'_>, deepest: Option<&Drawdown>) -> Option<f64> {
    if path.sessions == 0 || !path.is_usable() {
        return None;
    }
    crate::defined(deepest.map_or(0.0, |drawdown| drawdown.depth))
}

/// A stretch below the peak while it lasts.
#[derive(Clone, Copy)]
struct Below {
    peak: Option<usize>,
    trough: usize,
    trough_equity: f64,
}

/// Calls `found` with every drawdown, in order of time.
fn each(path: &SparsePath<'_>, mut found: impl FnMut(Drawdown)) {
    if !path.is_usable() {
        return;
    }
    let mut peak_equity = path.start_equity;
    let mut open: Option<Below> = None;
    let mut end = |below: Below, peak_equity: f64, recovery: Option<usize>| {
        let after = recovery.map_or(path.sessions, |close| close + 1);
        found(Drawdown {
            peak: below.peak,
            trough: below.trough,
            recovery,
            peak_equity,
            trough_equity: below.trough_equity,
            depth: 1.0 - below.trough_equity / peak_equity,
            duration_closes: after.saturating_sub(below.peak.map_or(0, |close| close + 1)),
        });
    };
    for &(close, equity) in path.moved {
        let close = close as usize;
        if equity >= peak_equity {
            if let Some(below) = open.take() {
                end(below, peak_equity, Some(close));
            }
            peak_equity = equity;
            continue;
        }
        let below = open.get_or_insert(Below {
            // Until the close before, equity stayed at its peak.
            peak: close.checked_sub(1),
            trough: close,
            trough_equity: equity,
        });
        if equity < below.trough_equity {
            (below.trough, below.trough_equity) = (close, equity);
        }
    }
    if let Some(below) = open {
        end(below, peak_equity, None);
    }
}

#[cfg(test)]
mod tests {
    use super::{Drawdown, deepest, drawdowns, max_drawdown, underwater, worst_drawdowns};
    use crate::path::EquityPath;
    use proptest::prelude::*;

    #[test]
    fn a_recovery_in_four_periods() {
        // LEAN's case: 100 90 95 90 100, the peak being the start.
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[90.0, 95.0, 90.0, 100.0],
        };
        let expected = Drawdown {
            peak: None,
            trough: 0,
            recovery: Some(3),
            peak_equity: 100.0,
            trough_equity: 90.0,
            depth: 1.0 - 90.0 / 100.0,
            duration_closes: 4,
        };
        assert_eq!(drawdowns(&path), [expected]);
        // The same with the peak as a close of its own.
        let later = EquityPath {
            start_equity: 50.0,
            closes: &[100.0, 90.0, 95.0, 90.0, 100.0],
        };
        let shifted = Drawdown {
            peak: Some(0),
            trough: 1,
            recovery: Some(4),
            ..expected
        };
        assert_eq!(drawdowns(&later), [shifted]);
    }

    #[test]
    fn two_stretches_with_their_depths_and_durations() {
        // backtesting.py's case: depths 0 1 7 0 4 0 0 below a level peak last 3 and 2 and reach 7 and 4.
        let depths = [0.0, 1.0, 7.0, 0.0, 4.0, 0.0, 0.0];
        let closes = depths.map(|depth| 100.0 - depth);
        let all = drawdowns(&EquityPath {
            start_equity: 100.0,
            closes: &closes,
        });
        let told: Vec<_> = all
            .iter()
            .map(|d| (d.duration_closes, d.peak_equity - d.trough_equity))
            .collect();
        assert_eq!(told, [(3, 7.0), (2, 4.0)]);
        assert_eq!(all[1].peak, Some(3));
    }

    #[test]
    fn the_worst_come_first_and_equals_in_order() {
        // Depths: 10 of 100, 25 of 100, 10 of 100 again.
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[90.0, 100.0, 75.0, 100.0, 90.0],
        };
        let troughs = |count| {
            let worst = worst_drawdowns(&path, count);
            worst.iter().map(|d| d.trough).collect::<Vec<_>>()
        };
        assert_eq!(troughs(5), [2, 0, 4]);
        assert_eq!(troughs(2), [2, 0]);
    }

    #[test]
    fn under_water_is_what_the_peak_lost() {
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[90.0, 200.0, 50.0, 200.0],
        };
        assert_eq!(underwater(&path), [0.1, 0.0, 0.75, 0.0]);
        let broke = EquityPath {
            start_equity: 0.0,
            ..path
        };
        assert!(underwater(&broke).is_empty());
    }

    #[test]
    fn one_that_lasts_has_no_recovery() {
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[120.0, 60.0, 90.0],
        };
        let lasting = deepest(&path).unwrap();
        assert_eq!(
            (lasting.peak, lasting.trough, lasting.recovery),
            (Some(0), 1, None)
        );
        assert_eq!((lasting.depth, lasting.duration_closes), (0.5, 2));
    }

    #[test]
    fn the_deepest_is_measured_in_shares_not_dollars() {
        // 100 → 80 is a fifth; 200 → 170 is more dollars and a smaller share. Equal shares: the first.
        let closes = [80.0, 200.0, 170.0, 200.0, 160.0];
        let deepest = deepest(&EquityPath {
            start_equity: 100.0,
            closes: &closes,
        })
        .unwrap();
        assert_eq!((deepest.trough, deepest.peak), (0, None));
    }

    #[test]
    fn a_loss_on_the_first_day_counts() {
        // A reading that starts at the first close would say that nothing was lost.
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: 100.0,
                closes: &[75.0]
            }),
            Some(0.25)
        );
    }

    #[test]
    fn none_is_not_nothing() {
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: 0.0,
                closes: &[1.0]
            }),
            None
        );
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: 100.0,
                closes: &[]
            }),
            None
        );
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: 100.0,
                closes: &[100.0, 101.0]
            }),
            Some(0.0)
        );
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: f64::NAN,
                closes: &[1.0]
            }),
            None
        );
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: 1.0,
                closes: &[f64::NAN]
            }),
            None
        );
        assert_eq!(
            max_drawdown(&EquityPath {
                start_equity: 100.0,
                closes: &[-50.0]
            }),
            Some(1.5)
        );
    }

    fn closes() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(1.0..1000.0_f64, 1..60)
    }

    proptest! {
        #[test]
        fn the_deepest_is_the_worst_of_all_pairs(start in 1.0..1000.0_f64, closes in closes()) {
            let path = EquityPath { start_equity: start, closes: &closes };
            let mut points = vec![start];
            points.extend(&closes);
            let mut worst = 0.0_f64;
            for i in 0..points.len() {
                for j in i..points.len() {
                    worst = worst.max(1.0 - points[j] / points[i]);
                }
            }
            let depth = max_drawdown(&path).unwrap();
            prop_assert_eq!(depth, worst);
            let deepest_now = underwater(&path).into_iter().fold(0.0, f64::max);
            prop_assert!((deepest_now - depth).abs() < 1e-12);
            prop_assert!((0.0..1.0).contains(&depth));
        }

        #[test]
        fn each_is_whole_and_they_do_not_overlap(start in 1.0..1000.0_f64, closes in closes()) {
            let path = EquityPath { start_equity: start, closes: &closes };
            let all = drawdowns(&path);
            let mut free = 0;
            for drawdown in &all {
                let from = drawdown.peak.map_or(0, |i| i + 1);
                let to = drawdown.recovery.unwrap_or(closes.len());
                prop_assert!(from >= free && from <= drawdown.trough && drawdown.trough < to);
                prop_assert!(closes[from..to].iter().all(|&c| c < drawdown.peak_equity && c >= drawdown.trough_equity));
                prop_assert!(drawdown.recovery.is_none_or(|i| closes[i] >= drawdown.peak_equity));
                free = to;
            }
            let below = all.iter().map(|d| d.recovery.unwrap_or(closes.len()) - d.peak.map_or(0, |i| i + 1)).sum::<usize>();
            let mut peak = start;
            let counted = closes.iter().filter(|&&c| { peak = peak.max(c); c < peak }).count();
            prop_assert_eq!(below, counted, "every close below its running peak is in one drawdown");
        }

        #[test]
        fn the_size_of_the_account_does_not_matter(start in 1.0..1000.0_f64, closes in closes(), power in -8_i32..8) {
            // Powers of two scale without rounding, so even the bits agree.
            let scale = 2.0_f64.powi(power);
            let scaled: Vec<f64> = closes.iter().map(|c| c * scale).collect();
            prop_assert_eq!(
                max_drawdown(&EquityPath { start_equity: start, closes: &closes }),
                max_drawdown(&EquityPath { start_equity: start * scale, closes: &scaled })
            );
        }
    }
}
