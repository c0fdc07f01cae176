//! What pointed the way a session went, and when: the first of these is its first warning.

use market::{Date, Interval, Time};
use serde::Serialize;
use signals::{Flip, FlipAt, Layer, Reading, Rotation, Side, State};
use tape::Tape;

use super::debrief::SessionDid;
use super::desk::SignalDesk;
use super::traded::{Traded, traded};
use crate::error::Error;

/// An open beyond this from the close before is a gap, a fraction (the books' 0.8 %).
const GAP: f64 = 0.008;
/// Regional banks, whose fall marks days to stay out.
const BANKS: &str = "KRE";
/// That fall, a fraction.
const BANKS_FALL: f64 = 0.015;

/// What was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignOf {
    /// The open beyond 0.8 % from the close before.
    Gap,
    /// The price at which a layer turns.
    Flip {
        /// Which.
        layer: Layer,
        /// What to.
        to: State,
    },
    /// The price at which rotation turns.
    Rotation {
        /// What to.
        to: Rotation,
    },
    /// One ATR from the close before.
    Atr,
    /// Regional banks 1.5 % below their close before.
    Banks,
}

/// When it was reached, as well as the tape can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// At the open.
    Open(Time),
    /// By the end of this bar within the session.
    By(Time),
    /// Some time: only the daily bar's extreme says so.
    SomeTime,
    /// At the close.
    Close(Time),
}

/// What the benchmark did until a sign that compares with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Beside {
    /// The benchmark.
    pub symbol: String,
    /// From its close before to that time, a fraction.
    pub change: f64,
}

/// Something that pointed the way the session went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sign {
    /// What.
    pub of: SignOf,
    /// Whose price.
    pub symbol: String,
    /// The level, dollars.
    pub level_usd: f64,
    /// The price at which it was met: the open if that lay beyond, else the level.
    pub price_usd: f64,
    /// When.
    pub when: When,
    /// The bars that tell.
    pub bars: Interval,
    /// The benchmark's part in the level, of relative strength and rotation.
    pub benchmark: Option<Beside>,
}

/// What is watched through a session.
pub(super) struct Watch {
    own: Option<Traded>,
    banks: Option<Traded>,
    benchmark: Option<Traded>,
}

impl Watch {
    /// Reads the finest bars of the session, and the banks'. What is missing is noted.
    pub(super) fn open(
        desk: &SignalDesk,
        tape: &Tape,
        on: Date,
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let symbol = &desk.profile.profile.symbol;
        let own = traded(tape, symbol, on)?;
        if own.as_ref().is_some_and(|own| own.within.is_none()) {
            notes.push(format!(
                "the tape has no bars of {symbol} within the session: what the daily bar does not time is said to be of it"
            ));
        }
        let banks = if symbol == BANKS {
            None
        } else {
            traded(tape, BANKS, on)?
        };
        if banks.is_none() && symbol != BANKS {
            notes.push(format!(
                "the tape has no {BANKS} that session: regional banks were not watched"
            ));
        }
        let name = &desk.profile.profile.benchmark;
        let benchmark = traded(tape, name, on)?;
        notes.extend(match &benchmark {
            None => Some(format!(
                "the tape has no {name} that session: relative strength and rotation were not watched"
            )),
            Some(other) if other.within.is_none() => Some(format!(
                "the tape has no bars of {name} within the session: relative strength and rotation were watched at the open and the close only"
            )),
            Some(_) => None,
        });
        Ok(Self {
            own,
            banks,
            benchmark,
        })
    }
}

impl Traded {
    fn sign(&self, of: SignOf, level: f64, down: bool) -> Option<Sign> {
        let (when, price_usd, bars) = self.reached(level, down)?;
        Some(Sign {
            of,
            symbol: self.symbol.clone(),
            level_usd: level,
            price_usd,
            when,
            bars,
            benchmark: None,
        })
    }

    /// A sign whose level moves with the benchmark.
    fn sign_against(&self, of: SignOf, level: f64, down: bool, other: &Traded) -> Option<Sign> {
        let met = self.reached_against(level, down, other)?;
        Some(Sign {
            of,
            symbol: self.symbol.clone(),
            level_usd: met.level,
            price_usd: met.price,
            when: met.when,
            bars: met.bars,
            benchmark: Some(Beside {
                symbol: other.symbol.clone(),
                change: met.change,
            }),
        })
    }
}

/// Everything that pointed the way the session went, in order of time; at one time the level nearer to the close before
/// comes first, since the price came by it first. `scale` takes the reading's dollars to the session's.
pub(super) fn signs(reading: &Reading, did: &SessionDid, scale: f64, watch: &Watch) -> Vec<Sign> {
    let (Some(own), way) = (&watch.own, did.way()) else {
        return Vec::new();
    };
    if way == State::Neutral {
        return Vec::new();
    }
    let down = way == State::Bearish;
    let sign = if down { -1.0 } else { 1.0 };
    let close = own.previous_close;
    let mut found: Vec<Sign> = Vec::new();
    let gapped = own.sign(SignOf::Gap, close * (1.0 + sign * GAP), down);
    found.extend(gapped.filter(|gap| matches!(gap.when, When::Open(_))));
    for (of, level) in levels(reading, down) {
        let level = level * scale;
        // A level that the close before had already passed says nothing of the session.
        let ahead = if down { level < close } else { level > close };
        let met = match (of, &watch.benchmark) {
            (SignOf::Flip { layer, .. }, _) if layer != Layer::RelativeStrength => {
                own.sign(of, level, down)
            }
            // Both compare with the benchmark, which moves too.
            (_, Some(other)) => own.sign_against(of, level, down, other),
            (_, None) => None,
        };
        found.extend(met.filter(|_| ahead));
    }
    if let Some(atr) = reading.trend.atr_usd {
        found.extend(own.sign(SignOf::Atr, close + sign * atr * scale, down));
    }
    found.sort_by(|a, b| {
        let far = |sign: &Sign| (sign.level_usd - close).abs();
        a.when.cmp(&b.when).then(far(a).total_cmp(&far(b)))
    });
    if let Some(banks) = watch.banks.as_ref().filter(|_| down) {
        let fell = banks.sign(
            SignOf::Banks,
            banks.previous_close * (1.0 - BANKS_FALL),
            true,
        );
        found.extend(fell);
        // Stable: at one time the symbol's own signs come first.
        found.sort_by_key(|sign| sign.when);
    }
    found
}

/// The prices at which something turns the way the session went, dollars of the reading.
fn levels(reading: &Reading, down: bool) -> Vec<(SignOf, f64)> {
    let flips: [(Layer, Option<&Flip>); 3] = [
        (Layer::Trend, reading.trend.flip.as_ref()),
        (Layer::Momentum, reading.momentum.flip.as_ref()),
        (
            Layer::RelativeStrength,
            reading.relative_strength.flip.as_ref(),
        ),
    ];
    let side = if down { Side::Below } else { Side::Above };
    let mut found: Vec<(SignOf, f64)> = Vec::new();
    for (layer, flip) in flips {
        // A layer may turn against the price (a rise can mark rates that are below 0): that is no sign of rising.
        let worse = |flip: &&Flip| {
            let now = reading.state(layer);
            now.is_some_and(|now| if down { flip.to < now } else { flip.to > now })
        };
        let Some(flip) = flip.filter(|flip| flip.side == side).filter(worse) else {
            continue;
        };
        if let FlipAt::Price(price) = flip.at {
            found.push((SignOf::Flip { layer, to: flip.to }, price));
        }
    }
    let (to, at) = if down {
        (Rotation::Flight, reading.rotation.flight_below_usd)
    } else {
        (Rotation::Leadership, reading.rotation.leadership_above_usd)
    };
    if reading.rotation.state != Some(to) {
        found.extend(at.map(|price| (SignOf::Rotation { to }, price)));
    }
    found
}
