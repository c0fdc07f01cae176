//! How much of the time money was in the market.

use market::{Session, Trade};

/// Sessions in which a position was held ÷ all sessions; `None` without sessions.
///
/// A session counts if a position was held at some moment between its open and its close: bought at its open
/// counts, bought at its close or sold at its open does not. Out after an hour counts whole, which flatters least.
/// `sessions` ascend.
pub fn exposure(trades: &[Trade], sessions: &[Session]) -> Option<f64> {
    if sessions.is_empty() {
        return None;
    }
    let mut held = vec![false; sessions.len()];
    for trade in trades {
        let first = sessions.partition_point(|session| session.close <= trade.entry_time);
        let after = sessions.partition_point(|session| session.open < trade.exit_time);
        held.iter_mut()
            .take(after)
            .skip(first)
            .for_each(|held| *held = true);
    }
    Some(held.iter().filter(|&&held| held).count() as f64 / sessions.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::exposure;
    use crate::sample::trade;
    use market::{Date, Session, Time, Trade};

    /// Ten sessions, open from 100·k to 100·k + 50.
    fn sessions() -> Vec<Session> {
        let session = |k: i64| Session {
            date: Date::from_ymd_opt(2020, 1, 1 + k as u32).unwrap(),
            open: Time(100 * k),
            close: Time(100 * k + 50),
        };
        (0..10).map(session).collect()
    }

    fn held(from: i64, to: i64) -> Trade {
        Trade {
            entry_time: Time(from),
            exit_time: Time(to),
            ..trade(1.0, None, 0)
        }
    }

    #[test]
    fn a_session_counts_from_its_open_to_its_close() {
        let share = |trades: &[Trade]| exposure(trades, &sessions()).unwrap();
        // Bought at the open of session 2, sold at the open of 5: sessions 2, 3 and 4.
        assert_eq!(share(&[held(200, 500)]), 0.3);
        // Bought at the close of 2, sold at the close of 3: session 3 only.
        assert_eq!(share(&[held(250, 350)]), 0.1);
        // In and out within one session.
        assert_eq!(share(&[held(200, 220)]), 0.1);
        // Bought at an open and stopped out by the same print: never held.
        assert_eq!(share(&[held(200, 200)]), 0.0);
    }

    #[test]
    fn a_session_counts_once() {
        let trades = [held(200, 230), held(240, 320), held(310, 350)];
        assert_eq!(exposure(&trades, &sessions()), Some(0.2));
    }

    #[test]
    fn sessions_outside_the_window_do_not_count() {
        assert_eq!(exposure(&[held(-500, 120)], &sessions()), Some(0.2));
        assert_eq!(exposure(&[held(950, 2000)], &sessions()), Some(0.0));
        assert_eq!(exposure(&[], &sessions()), Some(0.0));
        assert_eq!(exposure(&[], &[]), None);
    }
}
