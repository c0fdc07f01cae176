//! How closely symbols move together within a session.

use market::Bars;

/// Fewer common sessions tell nothing about a correlation.
const LEAST_SESSIONS: usize = 20;

/// Each symbol's correlation with the first, of ln(close ÷ open) over all sessions both have, in hundredths; 0 where
/// there is none to be told.
///
/// Real 5-minute returns of IWM and SPY are correlated as their moves from open to close are (docs/simulated.md).
pub(super) fn to_the_first(bars: &[Bars]) -> Vec<f64> {
    let Some(first) = bars.first() else {
        return Vec::new();
    };
    bars.iter()
        .map(|other| {
            let tie = correlation(&common_moves(first, other)).unwrap_or(0.0);
            (tie.clamp(-1.0, 1.0) * 100.0).round() / 100.0
        })
        .collect()
}

/// Moves from open to close of both, session by session.
fn common_moves(a: &Bars, b: &Bars) -> Vec<(f64, f64)> {
    let moved = |bars: &Bars, row: usize| libm::log(bars.close()[row] / bars.open()[row]);
    let (mut i, mut j) = (0, 0);
    let mut moves = Vec::new();
    while i < a.len() && j < b.len() {
        match a.session()[i].cmp(&b.session()[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                moves.push((moved(a, i), moved(b, j)));
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    moves
}

fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < LEAST_SESSIONS {
        return None;
    }
    let n = pairs.len() as f64;
    let (sum_x, sum_y) = pairs
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    let found = xy / (xx * yy).sqrt();
    found.is_finite().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_by_hand_and_where_there_is_none() {
        // Deviations −1, 0, 1 and −1, 1, 0, seven times over: products sum to 1, squares to 2 and 2; so ½.
        let pairs = [(1.0, 2.0), (2.0, 4.0), (3.0, 3.0)].repeat(7);
        assert!((correlation(&pairs).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(correlation(&pairs[..19]), None);
        assert_eq!(correlation(&[(1.0, 2.0)].repeat(30)), None);
    }
}
