//! A symbol's session as the tape has it: the daily bar, and the finest bars within.

use market::{Bars, Date, Fields, Interval, Snapshot, Time};
use tape::{BarWant, Tape, Want};

use super::warning::When;
use crate::error::Error;

/// A symbol's session: the daily bar, and the finest bars within it that the tape has.
pub(super) struct Traded {
    pub(super) symbol: String,
    pub(super) previous_close: f64,
    pub(super) open: f64,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) close: f64,
    pub(super) opened_at: Time,
    pub(super) closed_at: Time,
    pub(super) within: Option<Bars>,
}

/// Fourteen days hold two sessions however the holidays fall.
const DAYS_BACK: u64 = 14;

pub(super) fn traded(tape: &Tape, symbol: &str, on: Date) -> Result<Option<Traded>, Error> {
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
        close: bars.close()[today],
        opened_at: session.open,
        closed_at: session.close,
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
    pub(super) fn reached(&self, level: f64, down: bool) -> Option<(When, f64, Interval)> {
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

    /// When the price first stood beyond `level` as it moves with `other`, what the level and the price then were, and
    /// the other's change since its close before: `level` times one plus that change.
    ///
    /// Two prices can be compared where both are known of one moment: at the open, at the end of a bar that both have,
    /// at the close.
    pub(super) fn reached_against(
        &self,
        level: f64,
        down: bool,
        other: &Traded,
    ) -> Option<Against> {
        let open = (When::Open(self.opened_at), self.open, other.open);
        let close = (When::Close(self.closed_at), self.close, other.close);
        let within = self.within.iter().zip(&other.within);
        let within = within.flat_map(|(own, other)| both(own, other));
        let own_bars = self
            .within
            .as_ref()
            .map_or(Interval::Day, |bars| bars.interval);
        let moments = std::iter::once(open).chain(within).chain([close]);
        moments.into_iter().find_map(|(when, price, others)| {
            let change = others / other.previous_close - 1.0;
            let level = level * (1.0 + change);
            let beyond = if down { price < level } else { price > level };
            let bars = if matches!(when, When::By(_)) {
                own_bars
            } else {
                Interval::Day
            };
            beyond.then_some(Against {
                when,
                level,
                price,
                change,
                bars,
            })
        })
    }
}

/// Where two prices met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Against {
    pub(super) when: When,
    pub(super) level: f64,
    pub(super) price: f64,
    /// The other's, a fraction.
    pub(super) change: f64,
    pub(super) bars: Interval,
}

/// The closes of bars that end together, whatever their lengths.
fn both(own: &Bars, other: &Bars) -> Vec<(When, f64, f64)> {
    let ends = own.end().iter().zip(own.close());
    ends.filter_map(|(&end, &close)| {
        let at = other.end().binary_search(&end).ok()?;
        Some((When::By(end), close, *other.close().get(at)?))
    })
    .collect()
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
            close: 97.4,
            opened_at: at(30),
            closed_at: at(420),
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
    fn the_open_comes_before_any_bar_and_the_close_after_all() {
        assert!(When::Open(at(30)) < When::By(at(30)) && When::By(at(400)) < When::SomeTime);
        assert!(When::SomeTime < When::Close(at(420)));
    }

    /// The other opens at 198 after 200 and has one bar, which ends with the symbol's second.
    #[test]
    fn a_level_against_another_moves_with_it() {
        let mut other = traded(false);
        (other.previous_close, other.open, other.close) = (200.0, 198.0, 199.0);
        let date = at(30).exchange_date().unwrap();
        let raw = market::RawBars {
            start: vec![at(35)],
            open: vec![198.0],
            high: vec![198.0],
            low: vec![196.0],
            close: vec![197.0],
            volume: vec![1.0],
        };
        let table = market::SessionTable::covering(date, date);
        let bars = Bars::new("SPY", Interval::Minutes(5), raw, &table).unwrap();
        // A level of 99.9 is 99.9 × 198/200 = 98.901 at the open, and 99.5 lies above it: taken as unchanged it was met.
        // At the close it is 99.9 × 199/200 = 99.4005, with the symbol at 97.4.
        let own = traded(true);
        let met = own.reached_against(99.9, true, &other).unwrap();
        assert_eq!((met.when, met.price), (When::Close(at(420)), 97.4));
        assert!((met.level - 99.4005).abs() < 1e-9);
        // With a bar of both that ends at 09:40: 99.9 × 197/200 = 98.4015, the symbol at 97.2.
        other.within = Some(bars);
        let met = own.reached_against(99.9, true, &other).unwrap();
        assert_eq!((met.when, met.price), (When::By(at(40)), 97.2));
        assert!((met.level - 98.4015).abs() < 1e-9 && (met.change + 0.015).abs() < 1e-12);
        // 101 × 0.99 = 99.99: at the open, where the symbol fell short of the other's half.
        let met = own.reached_against(101.0, true, &other).unwrap();
        assert_eq!((met.when, met.price), (When::Open(at(30)), 99.5));
        // 90 × 0.995 = 89.55 was never met.
        assert_eq!(own.reached_against(90.0, true, &other), None);
    }
}
