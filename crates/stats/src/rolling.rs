//! Figures over a window that moves along.

use crate::ratios::sharpe;

/// The annual Sharpe ratio of the last `sessions` returns, at each of them: `None` until there are so many, and where the returns of
/// a window do not vary (see [`sharpe`]). A window of fewer than two has none.
///
/// Three months (63 sessions) of daily returns are a picture of change, not an estimate: its standard error is near 2.
pub fn rolling_sharpe(returns: &[f64], sessions: usize) -> Vec<Option<f64>> {
    (1..=returns.len())
        .map(|end| sharpe(&returns[end.checked_sub(sessions)?..end]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_the_ratio_of_its_own_window() {
        let returns = [0.01, 0.03, -0.02, 0.0, 0.0, 0.0];
        let rolled = rolling_sharpe(&returns, 3);
        assert_eq!(rolled.len(), 6);
        assert_eq!(rolled[..2], [None, None]);
        // 0.01, 0.03, −0.02: mean 0.02 ÷ 3, squares about it 0.0012 6̅, over 2 its root; times √252.
        let mean = 0.02 / 3.0;
        let squares: f64 = [0.01, 0.03, -0.02]
            .map(|x: f64| (x - mean).powi(2))
            .iter()
            .sum();
        let expected = mean / (squares / 2.0).sqrt() * 252.0_f64.sqrt();
        assert!((rolled[2].unwrap() - expected).abs() < 1e-12);
        // −0.02, 0, 0 loses; three times 0 has no ratio.
        assert!(rolled[4].unwrap() < 0.0);
        assert_eq!(rolled[5], None);
    }

    #[test]
    fn short_lists_and_windows_have_none() {
        assert_eq!(rolling_sharpe(&[0.1, 0.2], 3), [None, None]);
        assert_eq!(rolling_sharpe(&[0.1, 0.2], 1), [None, None]);
        assert_eq!(rolling_sharpe(&[0.1, 0.2], 0), [None, None]);
        assert_eq!(rolling_sharpe(&[], 63), []);
    }
}
