//! A session against the reading that stood before its open.

use market::{Date, Origin};
use serde::Serialize;
use signals::{Layer, Reading, State};
use tape::Tape;

use super::desk::SignalDesk;
use super::lacking::notes_at;
use super::lesson::lesson;
use super::warning::{Sign, Watch, signs};
use crate::error::Error;

/// What a session did. Dollars are the session's own share basis, returns fractions, dividends not added.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SessionDid {
    /// Its open.
    pub open_usd: f64,
    /// Its high.
    pub high_usd: f64,
    /// Its low.
    pub low_usd: f64,
    /// Its close.
    pub close_usd: f64,
    /// The close before.
    pub previous_close_usd: f64,
    /// Open against the close before.
    pub gap: f64,
    /// Close against open.
    pub open_to_close: f64,
    /// Close against the close before: the way the session went is its sign.
    pub close_to_close: f64,
    /// High less low in the ATR that stood before the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_atr: Option<f64>,
    /// Close less the close before in that ATR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub move_atr: Option<f64>,
    /// What was paid to holders from the close before, dollars: the price falls by as much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dividend_usd: Option<f64>,
}

impl SessionDid {
    /// The way it went.
    pub fn way(&self) -> State {
        if self.close_to_close > 0.0 {
            State::Bullish
        } else if self.close_to_close < 0.0 {
            State::Bearish
        } else {
            State::Neutral
        }
    }
}

/// Whether a state said what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// The session went its way.
    Right,
    /// It went the other way.
    Wrong,
    /// It took no side, or the session ended where it began.
    Aside,
    /// It was unknown.
    Unknown,
}

impl Call {
    /// A state against the way a session went.
    pub fn of(state: Option<State>, way: State) -> Self {
        match (state, way) {
            (None, _) => Call::Unknown,
            (Some(State::Neutral), _) | (_, State::Neutral) => Call::Aside,
            (Some(state), way) if state == way => Call::Right,
            _ => Call::Wrong,
        }
    }

    /// `right`, `wrong`, `aside`, `unknown`.
    pub const fn word(self) -> &'static str {
        match self {
            Call::Right => "right",
            Call::Wrong => "wrong",
            Call::Aside => "aside",
            Call::Unknown => "unknown",
        }
    }
}

/// A layer and whether it called the session.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LayerCall {
    /// Which.
    pub layer: Layer,
    /// What it said before the open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Whether that came.
    pub call: Call,
}

/// A session after the fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Debrief {
    /// What the profile is called.
    pub name: String,
    /// The symbol.
    pub symbol: String,
    /// The tape.
    pub tape: String,
    /// Real or simulated.
    pub origin: Origin,
    /// The session.
    pub on: Date,
    /// The session at whose close the reading was taken.
    pub before: Date,
    /// The reading as it stood before the open.
    pub reading: Reading,
    /// What the session did.
    pub did: SessionDid,
    /// Whether the composite called it.
    pub composite: Call,
    /// Whether each layer did.
    pub layers: Vec<LayerCall>,
    /// What pointed the way the session went, the first first; empty of a session that ended where it began.
    pub signs: Vec<Sign>,
    /// One line to remember.
    pub lesson: String,
    /// What was missing.
    pub notes: Vec<String>,
}

impl Debrief {
    /// The layers of a call.
    pub fn layers_that(&self, call: Call) -> Vec<Layer> {
        let of_call = self.layers.iter().filter(|layer| layer.call == call);
        of_call.map(|layer| layer.layer).collect()
    }
}

/// The last session that `desk` read, against the reading of the session before; the finest bars of that session come
/// from `tape`.
///
/// # Errors
/// [`Error::Fit`] for the tape's first session; [`Error::Tape`] for bars within the session that no replay may use.
pub fn debrief(desk: &SignalDesk, tape: &Tape) -> Result<Debrief, Error> {
    let row = desk.last_row().unwrap_or_default();
    let symbol = &desk.profile.profile.symbol;
    let found = row.checked_sub(1).and_then(|before| {
        let (on, on_before) = (*desk.dates.get(row)?, *desk.dates.get(before)?);
        Some((
            desk.columns.at(before)?,
            did(desk, row)?,
            on,
            on_before,
            before,
        ))
    });
    let Some((reading, did, on, on_before, before)) = found else {
        let on = desk.dates.get(row).map(Date::to_string).unwrap_or_default();
        return Err(Error::fit(
            format!("{on} is the tape's first session of {symbol}: nothing stood before its open"),
            "choose a later one",
        ));
    };
    let (way, scale) = (did.way(), scale(desk, row));
    let mut notes = notes_at(&desk.feeds, on_before, before);
    let watch = Watch::open(desk, tape, on, &mut notes)?;
    let layer = |&layer: &Layer| LayerCall {
        layer,
        state: reading.state(layer),
        call: Call::of(reading.state(layer), way),
    };
    notes.extend(desk.notes.iter().cloned());
    let mut debrief = Debrief {
        name: desk.profile.name.clone(),
        symbol: symbol.clone(),
        tape: desk.tape.clone(),
        origin: desk.origin.clone(),
        on,
        before: on_before,
        composite: Call::of(reading.composite.state, way),
        layers: Layer::ALL.iter().map(layer).collect(),
        signs: signs(&reading, &did, scale, &watch),
        lesson: String::new(),
        reading,
        did,
        notes,
    };
    debrief.lesson = lesson(&debrief);
    Ok(debrief)
}

/// Dollars of the row before in dollars of this one: 1 but across a split.
fn scale(desk: &SignalDesk, row: usize) -> f64 {
    let basis = &desk.basis;
    basis.factor(row.saturating_sub(1)) / basis.factor(row)
}

/// What the session of a row did; `None` of the first.
pub(super) fn did(desk: &SignalDesk, row: usize) -> Option<SessionDid> {
    let bars = desk.bars()?;
    let before = row.checked_sub(1)?;
    let scale = scale(desk, row);
    let (open_usd, high_usd) = (*bars.open().get(row)?, *bars.high().get(row)?);
    let (low_usd, close_usd) = (*bars.low().get(row)?, *bars.close().get(row)?);
    let previous_close_usd = bars.close().get(before)? * scale;
    let standing = desk
        .columns
        .number(signals::Number::AtrFraction)
        .get(before);
    let atr = standing
        .map(|fraction| fraction * previous_close_usd)
        .filter(|atr| *atr > 0.0);
    let on = *desk.dates.get(row)?;
    let since = *desk.dates.get(before)?;
    let paid = desk
        .snapshot
        .dividends_of(&bars.symbol)
        .unwrap_or_default()
        .iter();
    let paid: f64 = paid
        .filter(|dividend| since < dividend.ex_date && dividend.ex_date <= on)
        .map(|dividend| dividend.amount_usd)
        .sum();
    Some(SessionDid {
        gap: open_usd / previous_close_usd - 1.0,
        open_to_close: close_usd / open_usd - 1.0,
        close_to_close: close_usd / previous_close_usd - 1.0,
        range_atr: atr.map(|atr| (high_usd - low_usd) / atr),
        move_atr: atr.map(|atr| (close_usd - previous_close_usd) / atr),
        dividend_usd: (paid > 0.0).then_some(paid),
        open_usd,
        high_usd,
        low_usd,
        close_usd,
        previous_close_usd,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_right_wrong_aside_or_unknown() {
        use State::{Bearish, Bullish, Neutral};
        assert_eq!(Call::of(Some(Bullish), Bullish), Call::Right);
        assert_eq!(Call::of(Some(Bullish), Bearish), Call::Wrong);
        assert_eq!(Call::of(Some(Neutral), Bearish), Call::Aside);
        assert_eq!(Call::of(Some(Bearish), Neutral), Call::Aside);
        assert_eq!(Call::of(None, Bearish), Call::Unknown);
    }
}
