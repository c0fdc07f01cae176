//! How long a losing run may be by chance.

/// The chance that `trades` trades, each lost with chance `1 − win_rate` whatever came before, hold a run of at least `run` losses.
///
/// Exact, by the recursion of de Moivre: with `q = 1 − p`, the chance `f` of no such run is 1 for n < m, `1 − qᵐ` for n = m, and
/// `f(n) = f(n−1) − p·qᵐ·f(n−m−1)` beyond. `None` if `win_rate` is no share.
pub fn chance_of_losing_run(run: usize, trades: usize, win_rate: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&win_rate) {
        return None;
    }
    if run == 0 {
        return Some(1.0);
    }
    if trades < run {
        return Some(0.0);
    }
    let all_lost = (1.0 - win_rate).powi(i32::try_from(run).unwrap_or(i32::MAX));
    let mut none = vec![1.0; run];
    none.push(1.0 - all_lost);
    for n in run + 1..=trades {
        let next = none[n - 1] - win_rate * all_lost * none[n - run - 1];
        none.push(next);
    }
    Some((1.0 - none[trades]).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::chance_of_losing_run;
    use proptest::prelude::*;

    #[test]
    fn three_tosses_of_a_coin() {
        // Of eight: LLW, WLL, LLL have two losses in a row.
        assert_eq!(chance_of_losing_run(2, 3, 0.5), Some(3.0 / 8.0));
        assert_eq!(chance_of_losing_run(3, 3, 0.5), Some(1.0 / 8.0));
        assert_eq!(chance_of_losing_run(4, 3, 0.5), Some(0.0));
        assert_eq!(chance_of_losing_run(0, 0, 0.5), Some(1.0));
        assert_eq!(chance_of_losing_run(2, 5, 1.0), Some(0.0));
        assert_eq!(chance_of_losing_run(2, 5, 0.0), Some(1.0));
        assert_eq!(chance_of_losing_run(2, 5, f64::NAN), None);
    }

    proptest! {
        #[test]
        fn it_is_the_sum_over_all_sequences(run in 1_usize..6, trades in 1_usize..12, win_rate in 0.0..1.0_f64) {
            let mut chance = 0.0;
            for losses in 0_u32..1 << trades {
                let (mut now, mut longest, mut weight) = (0, 0, 1.0);
                for trade in 0..trades {
                    let lost = losses >> trade & 1 == 1;
                    now = if lost { now + 1 } else { 0 };
                    longest = longest.max(now);
                    weight *= if lost { 1.0 - win_rate } else { win_rate };
                }
                if longest >= run {
                    chance += weight;
                }
            }
            let found = chance_of_losing_run(run, trades, win_rate).unwrap();
            prop_assert!((found - chance).abs() < 1e-12, "{} {}", found, chance);
        }
    }
}
