//! How much the underlying moved: realised volatility, and what implied volatility asks above it.
//!
//! Columns have one value a session, NaN where there is none. Volatilities are points (20 is 20 % a year), by 252 sessions.

use std::f64::consts::LN_2;

/// Sessions of a year.
const YEAR_SESSIONS: f64 = 252.0;

/// Close-to-close volatility over the last `n` returns, points: 100·√(252 ÷ n · Σ ln(cᵢ ÷ cᵢ₋₁)²).
///
/// The mean is taken to be none, as variance swaps do: over a month it cannot be told from none, and the premium compares
/// with a strip that pays the squares. Closes are raw, split-adjusted; a dividend counts as a move. First value at row n.
pub fn close_to_close(closes: &[f64], n: usize) -> Vec<f64> {
    let squares: Vec<f64> = (0..closes.len())
        .map(|i| {
            let before = i.checked_sub(1).map_or(f64::NAN, |before| closes[before]);
            (closes[i] / before).ln().powi(2)
        })
        .collect();
    root_mean(&squares, n, 1.0)
}

/// Parkinson's volatility (1980) over the last `n` sessions' ranges, points: 100·√(252 ÷ (4n·ln 2) · Σ ln(high ÷ low)²). It sees
/// what happened within sessions, and nothing of the gaps between them. First value at row n − 1.
pub fn parkinson(highs: &[f64], lows: &[f64], n: usize) -> Vec<f64> {
    let squares: Vec<f64> = highs
        .iter()
        .zip(lows)
        .map(|(high, low)| (high / low).ln().powi(2))
        .collect();
    root_mean(&squares, n, 4.0 * LN_2)
}

/// Implied less realised, points, row by row.
pub fn premium(implied: &[f64], realised: &[f64]) -> Vec<f64> {
    implied.iter().zip(realised).map(|(i, r)| i - r).collect()
}

/// 100·√(252 × the mean of the last n squares ÷ `over`); NaN unless all n are numbers.
fn root_mean(squares: &[f64], n: usize, over: f64) -> Vec<f64> {
    (1..=squares.len())
        .map(|end| match end.checked_sub(n) {
            Some(start) if n > 0 => {
                let sum: f64 = squares[start..end].iter().sum();
                let points = 100.0 * (YEAR_SESSIONS * sum / (n as f64 * over)).sqrt();
                if points.is_finite() { points } else { f64::NAN }
            }
            _ => f64::NAN,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_close_by_hand() {
        // Returns ln 1.01 and −ln 1.01: 100·√(252·(ln 1.01)²) = 100·15.8745·0.00995033 = 15.7957.
        let points = close_to_close(&[100.0, 101.0, 100.0], 2);
        assert!(points[0].is_nan() && points[1].is_nan());
        assert!((points[2] - 100.0 * 252.0_f64.sqrt() * 1.01_f64.ln()).abs() < 1e-12);
        assert!((points[2] - 15.7957).abs() < 5e-5);
    }

    #[test]
    fn parkinson_by_hand() {
        // ln(102/100) = 0.0198026 every session: 100·√(252/(4·0.693147))·0.0198026 = 100·9.53362·0.0198026 = 18.8791.
        let points = parkinson(&[102.0; 3], &[100.0; 3], 2);
        assert!(points[0].is_nan());
        assert!((points[2] - 18.8791).abs() < 5e-4, "{}", points[2]);
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let closes = [100.0, f64::NAN, 100.0, 101.0, 102.0];
        let points = close_to_close(&closes, 2);
        assert!(points[..4].iter().all(|p| p.is_nan()));
        assert!(points[4].is_finite());
        assert!(close_to_close(&closes, 0).iter().all(|p| p.is_nan()));
        assert!(close_to_close(&[0.0, 1.0, 1.0], 1)[1].is_nan());
        let premium = premium(&[20.0, f64::NAN], &[15.0, 15.0]);
        assert_eq!(premium[0], 5.0);
        assert!(premium[1].is_nan());
    }
}
