//! When an edge that alarmed is called gone.

/// Fewer trades since the change than this do not make an edge gone.
const LEAST_TRADES: usize = 10;

/// True if the trades since a change made nothing or lost (`mean`), and their interval's upper end, `high`, lies below the baseline's
/// mean, so that they are not the old edge on a bad stretch. All in one unit.
///
/// An interval that reaches zero is no proof of anything: half an edge has one too. The stretch was picked as the worst by the
/// chart, so its mean is too low on average; `docs/review.md` says how often that misleads.
pub fn gone(trades: usize, mean: f64, high: f64, baseline_mean: f64) -> bool {
    trades >= LEAST_TRADES && mean <= 0.0 && high < baseline_mean
}

#[cfg(test)]
mod tests {
    use super::gone;

    #[test]
    fn half_an_edge_is_not_gone() {
        assert!(gone(10, -0.1, 0.2, 0.3));
        // Above nothing, though the interval reaches it.
        assert!(!gone(30, 0.17, 0.25, 0.3));
        // It may be the old edge still.
        assert!(!gone(30, -0.1, 0.35, 0.3));
        assert!(!gone(9, -0.1, 0.2, 0.3));
        assert!(!gone(30, f64::NAN, 0.2, 0.3));
    }
}
