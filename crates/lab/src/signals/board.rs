//! How often each layer had it, over a range of sessions.

use market::{Date, Origin};
use serde::Serialize;
use signals::{Layer, State};
use stats::wilson_95;
use tape::Tape;

use super::debrief::{SessionDid, did};
use super::desk::SignalDesk;
use super::lacking::notes_of;
use crate::error::Error;

/// Fewer sessions say nothing, whatever their share.
const FEW: usize = 30;

/// What a share of sessions says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// Fewer than 30 sessions.
    TooFew,
    /// The interval holds the share of all sessions that went that way: a coin with that bias does as well.
    CoinToss,
    /// The whole interval lies above that share.
    Better,
    /// The whole interval lies below it.
    Worse,
}

impl Says {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Says::TooFew => "too few",
            Says::CoinToss => "a coin toss",
            Says::Better => "better",
            Says::Worse => "worse",
        }
    }
}

/// A state of a layer, or of the composite, and the sessions that followed it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoardRow {
    /// The layer; absent of the composite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// Its state before the open.
    pub state: State,
    /// Sessions that followed it.
    pub sessions: usize,
    /// Those that went its way: up after bullish, down after bearish; after neutral, which has no way, those that rose.
    pub went: usize,
    /// Their share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Lower end of its 95 % interval (Wilson).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_low_95: Option<f64>,
    /// Upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_high_95: Option<f64>,
    /// The share of all sessions of the range that went this way.
    pub base_share: f64,
    /// Mean return from close to close, a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_close_to_close: Option<f64>,
    /// Mean return from open to close, a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_open_to_close: Option<f64>,
    /// What it says.
    pub says: Says,
}

/// Every layer over a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Scoreboard {
    /// What the profile is called.
    pub name: String,
    /// The symbol.
    pub symbol: String,
    /// The tape.
    pub tape: String,
    /// Real or simulated.
    pub origin: Origin,
    /// The first session judged.
    pub first: Date,
    /// The last.
    pub last: Date,
    /// Sessions judged: all of the range that have one before them.
    pub sessions: usize,
    /// The share of them that rose, close to close.
    pub rose: f64,
    /// The share that fell.
    pub fell: f64,
    /// Mean return of all, close to close, a fraction.
    pub mean_close_to_close: f64,
    /// Mean return of all, open to close, a fraction.
    pub mean_open_to_close: f64,
    /// The composite's rows, bullish, neutral, bearish; then the layers'.
    pub rows: Vec<BoardRow>,
    /// What was missing.
    pub notes: Vec<String>,
}

/// The range that `desk` was opened for, each session against the reading at the close before it.
///
/// # Errors
/// [`Error::Fit`] if no session of the tape lies in it, or only the tape's first.
pub fn scoreboard(desk: &SignalDesk, tape: &Tape) -> Result<Scoreboard, Error> {
    let asked = desk.rows(tape)?;
    // The tape's first session has nothing before it.
    let rows = asked.start.max(1)..asked.end;
    let judged: Vec<(usize, SessionDid)> = rows
        .clone()
        .filter_map(|row| Some((row - 1, did(desk, row)?)))
        .collect();
    let (Some(first), Some(last)) = (desk.dates.get(rows.start), desk.dates.get(asked.end - 1))
    else {
        return Err(only_the_first(desk));
    };
    if judged.is_empty() {
        return Err(only_the_first(desk));
    }
    let share = |way: State| {
        let went = judged.iter().filter(|(_, did)| did.way() == way).count();
        went as f64 / judged.len() as f64
    };
    let mean = |of: fn(&SessionDid) -> f64| {
        judged.iter().map(|(_, did)| of(did)).sum::<f64>() / judged.len() as f64
    };
    let (rose, fell) = (share(State::Bullish), share(State::Bearish));
    let columns = &desk.columns;
    let layers = Layer::ALL
        .iter()
        .map(|&layer| (Some(layer), columns.state(layer)));
    let sources = std::iter::once((None, columns.composite())).chain(layers);
    let board = sources.flat_map(|(layer, states)| {
        let judged = &judged;
        [State::Bullish, State::Neutral, State::Bearish].map(|state| {
            let after = |(before, _): &&(usize, SessionDid)| {
                states.get(*before).copied().flatten() == Some(state)
            };
            let after: Vec<SessionDid> = judged.iter().filter(after).map(|(_, did)| *did).collect();
            row(
                layer,
                state,
                &after,
                if state == State::Bearish { fell } else { rose },
            )
        })
    });
    let before = rows.start - 1..rows.end - 1;
    let mut notes = notes_of(&desk.feeds, before);
    notes.extend(desk.notes.iter().cloned());
    Ok(Scoreboard {
        name: desk.profile.name.clone(),
        symbol: desk.profile.profile.symbol.clone(),
        tape: desk.tape.clone(),
        origin: desk.origin.clone(),
        first: *first,
        last: *last,
        sessions: judged.len(),
        rose,
        fell,
        mean_close_to_close: mean(|did| did.close_to_close),
        mean_open_to_close: mean(|did| did.open_to_close),
        rows: board.collect(),
        notes,
    })
}

fn only_the_first(desk: &SignalDesk) -> Error {
    let symbol = &desk.profile.profile.symbol;
    Error::fit(
        format!(
            "the range holds only the tape's first session of {symbol}: nothing stood before its open"
        ),
        "choose a later one",
    )
}

fn row(layer: Option<Layer>, state: State, after: &[SessionDid], base_share: f64) -> BoardRow {
    let way = if state == State::Bearish {
        State::Bearish
    } else {
        State::Bullish
    };
    let (sessions, went) = (
        after.len(),
        after.iter().filter(|did| did.way() == way).count(),
    );
    let interval = wilson_95(went, sessions);
    let mean = |of: fn(&SessionDid) -> f64| {
        (sessions > 0).then(|| after.iter().map(of).sum::<f64>() / sessions as f64)
    };
    let says = match interval {
        Some(interval) if sessions >= FEW => {
            if interval.low > base_share {
                Says::Better
            } else if interval.high < base_share {
                Says::Worse
            } else {
                Says::CoinToss
            }
        }
        _ => Says::TooFew,
    };
    BoardRow {
        layer,
        state,
        sessions,
        went,
        share: (sessions > 0).then(|| went as f64 / sessions as f64),
        share_low_95: interval.map(|interval| interval.low),
        share_high_95: interval.map(|interval| interval.high),
        base_share,
        mean_close_to_close: mean(|did| did.close_to_close),
        mean_open_to_close: mean(|did| did.open_to_close),
        says,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn did(close_to_close: f64) -> SessionDid {
        SessionDid {
            open_usd: 100.0,
            high_usd: 101.0,
            low_usd: 99.0,
            close_usd: 100.0 * (1.0 + close_to_close),
            previous_close_usd: 100.0,
            gap: 0.0,
            open_to_close: close_to_close,
            close_to_close,
            range_atr: None,
            move_atr: None,
            dividend_usd: None,
        }
    }

    fn after(up: usize, down: usize) -> Vec<SessionDid> {
        let mut all = vec![did(0.01); up];
        all.extend(vec![did(-0.02); down]);
        all
    }

    #[test]
    fn shares_are_judged_against_what_any_session_does() {
        // 60 of 100: Wilson 0.502 to 0.691. Against 0.53 a coin does as well; against 0.45 it does not.
        let bullish = |base| row(None, State::Bullish, &after(60, 40), base);
        assert_eq!(bullish(0.53).says, Says::CoinToss);
        assert_eq!(bullish(0.45).says, Says::Better);
        assert_eq!(bullish(0.75).says, Says::Worse);
        let row = bullish(0.53);
        // (60 × 1 % − 40 × 2 %) ÷ 100 = −0.2 %.
        assert!((row.mean_close_to_close.unwrap() + 0.002).abs() < 1e-12);
        assert!(
            (row.share_low_95.unwrap() - 0.502_003).abs() < 1e-6,
            "{row:?}"
        );
        assert!(
            (row.share_high_95.unwrap() - 0.690_599).abs() < 1e-6,
            "{row:?}"
        );
    }

    #[test]
    fn after_bearish_the_falls_count_and_few_sessions_say_nothing() {
        let bearish = row(None, State::Bearish, &after(12, 17), 0.4);
        assert_eq!(
            (bearish.went, bearish.sessions, bearish.says),
            (17, 29, Says::TooFew)
        );
        let none = row(None, State::Bullish, &[], 0.5);
        assert_eq!((none.share, none.says), (None, Says::TooFew));
    }
}
