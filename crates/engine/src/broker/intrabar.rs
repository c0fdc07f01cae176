//! What is assumed about the order of events inside a bar.

use market::Side;

use crate::account::Intrabar;

use super::pricing::Bar;

/// True if the bar's adverse extreme (the low, for a long) is taken to come before the favourable one.
///
/// *Path* goes from the open to the nearer extreme first; a tie is pessimistic.
pub fn adverse_first(policy: Intrabar, position: Side, bar: &Bar) -> bool {
    match policy {
        // Where finer bars have nothing to say.
        Intrabar::Pessimistic | Intrabar::Finer => true,
        Intrabar::Optimistic => false,
        Intrabar::Path => {
            let (down, up) = (bar.open - bar.low, bar.high - bar.open);
            match position {
                Side::Buy => down <= up,
                Side::Sell => up <= down,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn bar(open: f64, high: f64, low: f64) -> Bar {
        Bar {
            open,
            high,
            low,
            close: open,
        }
    }

    #[test]
    fn the_path_goes_to_the_nearer_extreme_first() {
        // Low 1 away, high 3 away: down first, adverse for a long, favourable for a short.
        let down_first = bar(100.0, 103.0, 99.0);
        assert!(adverse_first(Intrabar::Path, Side::Buy, &down_first));
        assert!(!adverse_first(Intrabar::Path, Side::Sell, &down_first));
        let up_first = bar(100.0, 101.0, 97.0);
        assert!(!adverse_first(Intrabar::Path, Side::Buy, &up_first));
        assert!(adverse_first(Intrabar::Path, Side::Sell, &up_first));
    }

    #[test]
    fn a_tie_on_the_path_is_pessimistic_for_both_sides() {
        let tie = bar(100.0, 102.0, 98.0);
        assert!(adverse_first(Intrabar::Path, Side::Buy, &tie));
        assert!(adverse_first(Intrabar::Path, Side::Sell, &tie));
    }
}
