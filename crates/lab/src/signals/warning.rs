//! What pointed the way a session went, and when: the first of these is its first warning.

use market::{Bars, Date, Fields, Interval, Snapshot, Time};
use serde::Serialize;
use signals::{Flip, FlipAt, Layer, Reading, Rotation, Side, State};
use tape::{BarWant, Tape, Want};

use super::debrief::SessionDid;
use super::desk::SignalDesk;
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
}

/// A symbol's session: the daily bar, and the finest bars within it that the tape has.
struct Traded {
    symbol: String,
    previous_close: f64,
    open: f64,
    high: f64,
    low: f64,
    opened_at: Time,
    within: Option<Bars>,
}

/// What is watched through a session.
pub(super) struct Watch {
    own: Option<Traded>,
    banks: Option<Traded>,
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
        Ok(Self { own, banks })
    }
}

/// Fourteen days hold two sessions however the holidays fall.
const DAYS_BACK: u64 = 14;

fn traded(tape: &Tape, symbol: &str, on: Date) -> Result<Option<Traded>, Error> {
    let intervals = tape.intervals_of(symbol)?;
    if !intervals.contains(&Interval::Day) {
        return Ok(None);
    }
    let from = on.checked_sub_days(chrono::Days::new(DAYS_BACK));
    let days = read(tape, symbol, Interval::Day, from, on)?;
    let Some(bars) = days.bars_of(symbol, Interval::Day) else {
        return Ok(None);
    };
    let (Some(before), Some(today)) = (bars.len().checked_sub(2), bars.len().checked_sub(1)) else {
        return Ok(None);
    };
    let session = bars
        .session()
        .get(today)
        .and_then(|&o| days.sessions.get(o as usize));
    let Some(session) = session.filter(|session| session.date == on) else {
        return Ok(None);
    };
    let basis = indicators::SplitBasis::of_bars(bars, &days.sessions, days.splits_of(symbol));
    let scale = basis.factor(before) / basis.factor(today);
    let mut within = None;
    for &interval in intervals.iter().filter(|&&i| i != Interval::Day) {
        let fine = read(tape, symbol, interval, Some(on), on)?;
        let bars = fine.bars.into_iter().next().filter(|bars| !bars.is_empty());
        if bars.is_some() {
            within = bars;
            break;
        }
    }
    Ok(Some(Traded {
        symbol: symbol.to_owned(),
        previous_close: bars.close()[before] * scale,
        open: bars.open()[today],
        high: bars.high()[today],
        low: bars.low()[today],
        opened_at: session.open,
        within,
    }))
}

fn read(
    tape: &Tape,
    symbol: &str,
    interval: Interval,
    from: Option<Date>,
    to: Date,
) -> Result<Snapshot, Error> {
    let want = Want {
        bars: vec![BarWant {
            symbol: symbol.to_owned(),
            interval,
            fields: Fields::OHLC,
            from,
            to: Some(to),
        }],
        splits: vec![symbol.to_owned()],
        ..Want::default()
    };
    Ok(tape.read(&want, 1)?)
}

impl Traded {
    /// When the price first stood at `level` or beyond, on the side that `down` says, and at what price.
    ///
    /// The open is the exchange's, of the daily bar; the bars within the session may be one venue's, and miss its
    /// extremes.
    fn reached(&self, level: f64, down: bool) -> Option<(When, f64, Interval)> {
        let beyond = |price: f64| if down { price <= level } else { price >= level };
        if beyond(self.open) {
            return Some((When::Open(self.opened_at), self.open, Interval::Day));
        }
        if let Some(bars) = &self.within {
            let extremes = if down { bars.low() } else { bars.high() };
            if let Some(at) = extremes.iter().position(|&price| beyond(price)) {
                let open = bars.open()[at];
                let price = if beyond(open) { open } else { level };
                return Some((When::By(bars.end()[at]), price, bars.interval));
            }
        }
        let extreme = if down { self.low } else { self.high };
        beyond(extreme).then_some((When::SomeTime, level, Interval::Day))
    }

    fn sign(&self, of: SignOf, level: f64, down: bool) -> Option<Sign> {
        let (when, price_usd, bars) = self.reached(level, down)?;
        Some(Sign {
            of,
            symbol: self.symbol.clone(),
            level_usd: level,
            price_usd,
            when,
            bars,
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
        found.extend(own.sign(of, level, down).filter(|_| ahead));
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
        // A bearish layer may turn neutral on a fall (its volume mark is lost): that is no sign of falling.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> Time {
        let date = Date::from_ymd_opt(2022, 6, 16).unwrap();
        Time::from_exchange(date, 9 + minute / 60, minute % 60).unwrap()
    }

    /// 100 before; opens at 99.5, falls to 97 in the second five minutes.
    fn traded(fine: bool) -> Traded {
        let within = fine.then(|| {
            let raw = market::RawBars {
                start: vec![at(30), at(35), at(40)],
                open: vec![99.6, 98.9, 97.2],
                high: vec![99.8, 99.0, 97.5],
                low: vec![99.0, 97.0, 97.1],
                close: vec![99.1, 97.2, 97.4],
                volume: vec![1.0; 3],
            };
            let date = at(30).exchange_date().unwrap();
            let table = market::SessionTable::covering(date, date);
            Bars::new("IWM", Interval::Minutes(5), raw, &table).unwrap()
        });
        Traded {
            symbol: "IWM".to_owned(),
            previous_close: 100.0,
            open: 99.5,
            high: 99.9,
            low: 96.5,
            opened_at: at(30),
            within,
        }
    }

    #[test]
    fn a_level_is_met_at_the_open_in_a_bar_or_some_time() {
        let fine = traded(true);
        let five = Interval::Minutes(5);
        // The open of the day, 99.5, is beyond 99.7: at 09:30, at 99.5.
        assert_eq!(
            fine.reached(99.7, true),
            Some((When::Open(at(30)), 99.5, Interval::Day))
        );
        // The first bar's low is 99.0.
        assert_eq!(
            fine.reached(99.2, true),
            Some((When::By(at(35)), 99.2, five))
        );
        // The second bar opens at 98.9, beyond 98.95 already.
        assert_eq!(
            fine.reached(98.95, true),
            Some((When::By(at(40)), 98.9, five))
        );
        // Only the daily bar has 96.5.
        assert_eq!(
            fine.reached(96.6, true),
            Some((When::SomeTime, 96.6, Interval::Day))
        );
        assert_eq!(fine.reached(96.4, true), None);
        let coarse = traded(false);
        assert_eq!(
            coarse.reached(99.2, true),
            Some((When::SomeTime, 99.2, Interval::Day))
        );
        assert_eq!(
            coarse.reached(99.85, false),
            Some((When::SomeTime, 99.85, Interval::Day))
        );
        assert_eq!(coarse.reached(100.0, false), None);
    }

    #[test]
    fn the_open_comes_before_any_bar_and_some_time_last() {
        assert!(When::Open(at(30)) < When::By(at(30)) && When::By(at(400)) < When::SomeTime);
    }
}
