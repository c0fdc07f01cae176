//! How much of the time money was in the market.

use market::{Session, Time, Trade};

/// Sessions in which a position was held ÷ all sessions; `None` without sessions.
///
/// A session counts if a position was held at some moment between its open and its close: bought at its open
/// counts, bought at its close or sold at its open does not. Out after an hour counts whole, which flatters least.
/// `sessions` ascend, trades come in order of their exits, as ledgers have them; they may overlap.
pub fn exposure(trades: &[Trade], sessions: &[Session]) -> Option<f64> {
    if sessions.is_empty() {
        return None;
    }
    Some(sessions_held(trades, sessions) as f64 / sessions.len() as f64)
}

/// Sessions in which a position was held: the count behind [`exposure`].
pub fn sessions_held(trades: &[Trade], sessions: &[Session]) -> usize {
    // From the last exit backwards, whatever was held later and reaches into a trade covers all of its end: only what lies
    // before the earliest start so far is new.
    let (mut held, mut free, mut after) = (0, sessions.len(), sessions.len());
    let apart = apart(sessions);
    for trade in trades.iter().rev() {
        after = last_before(sessions, after, trade.exit_time, apart);
        let first = first_after(sessions, after, trade);
        held += after.min(free).saturating_sub(first);
        free = free.min(first);
    }
    held
}

/// Microseconds from one open to the next, on average; without two sessions it does not matter.
fn apart(sessions: &[Session]) -> f64 {
    match sessions {
        [first, .., last] => {
            let span = last.open.micros().saturating_sub(first.open.micros());
            span as f64 / (sessions.len() - 1) as f64
        }
        _ => 1.0,
    }
}

/// One past the last of the first `below` sessions that opens before `time`: sought from where it would be if sessions
/// came `apart` microseconds after each other, which is seldom far off.
fn last_before(sessions: &[Session], below: usize, time: Time, apart: f64) -> usize {
    let Some(latest) = below.checked_sub(1) else {
        return 0;
    };
    let since = sessions[latest].open.micros().saturating_sub(time.micros());
    let mut after = below - ((since as f64 / apart) as usize).min(below);
    // Early of a session that opens before, then late of one that does not.
    while after < below && sessions[after].open < time {
        after += 1;
    }
    while after > 0 && sessions[after - 1].open >= time {
        after -= 1;
    }
    after
}

/// The first session that closes after a trade's entry, sought from where its sessions held would put it.
fn first_after(sessions: &[Session], after: usize, trade: &Trade) -> usize {
    let mut first = after.saturating_sub(trade.sessions_held as usize);
    while first > 0 && sessions[first - 1].close > trade.entry_time {
        first -= 1;
    }
    while first < after && sessions[first].close <= trade.entry_time {
        first += 1;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::exposure;
    use crate::sample::trade;
    use market::{Date, Session, Time, Trade};
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn as_many_as_ticking_off_every_session(mut spans in proptest::collection::vec((-100_i64..1200, 0_i64..400, 0_u32..9), 0..12)) {
            spans.sort_by_key(|(from, long, _)| from + long);
            let guessed = |&(from, long, sessions_held): &(i64, i64, u32)| Trade { sessions_held, ..held(from, from + long) };
            let trades: Vec<Trade> = spans.iter().map(guessed).collect();
            let in_it = |session: &&Session| {
                trades.iter().any(|t| t.entry_time < session.close && t.exit_time > session.open)
            };
            let ticked = sessions().iter().filter(in_it).count();
            prop_assert_eq!(exposure(&trades, &sessions()), Some(ticked as f64 / 10.0));
        }
    }
}
