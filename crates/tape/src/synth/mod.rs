//! The simulated daily market that ships with the program.
//!
//! IWM, SPY and KRE with RVX, VIX and its two neighbours, breadth, rates, a credit spread, dividends and a calendar of
//! events, July 2016 to December 2023. It meets the real
//! market's [turning points](TURNING_POINTS) exactly at the close and moves between them by chance,
//! as small caps do; docs/simulated.md says how, and holds the figures beside the real market's.
//! Nothing in it is a traded price: whatever is computed from it is marked SIMULATED.

mod breadth;
mod bridge;
mod calendar;
mod candle;
mod credit;
mod dividends;
mod grid;
mod implied;
mod intraday;
mod random;
mod rates;
mod shocks;
mod symbols;
mod turning;
mod volatility;
mod volume;

use std::sync::atomic::AtomicBool;

use market::{Date, Interval, Known, Origin, RawBars, Series};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::tape::Tape;

use bridge::Trail;
use candle::Shape;
use grid::Grid;
use random::{Dice, Stream};
use symbols::{IWM, KRE, SPY, Symbol};
use volume::Volume;

pub use intraday::{Intraday, IntradayMade, intraday};
pub use turning::{TURNING_POINTS, TurningPoint};

/// The seed of the tape that ships: the first year of the first regime, fixed before any plan was
/// run on it. Another seed is another market; choosing one by what a plan earns on it would be
/// fitting the market to the plan.
pub const SHIPPED_SEED: u64 = 2018;

/// The windows of the shipped tape's 5-minute bars, each with sessions before it for averages to warm up in: the
/// regimes q4-2018, covid-2020 and tightening-2022, each 25 sessions early.
pub const SHIPPED_WINDOWS: [(Date, Date); 3] = [
    (date(2018, 8, 24), date(2018, 12, 31)),
    (date(2020, 1, 10), date(2020, 6, 30)),
    (date(2021, 11, 26), date(2022, 12, 30)),
];

const fn date(year: i32, month: u32, day: u32) -> Date {
    match Date::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("a window's date does not exist"),
    }
}

/// What the metadata of a simulated tape's files name as their source.
pub const SOURCE: &str = "tape synth";

/// Makes the simulated market of `seed`: the same seed gives the same bytes on every platform.
///
/// Prices are dollars in whole cents, volumes whole hundreds of shares, RVX and the VIX family index points and
/// breadth, rates and the credit spread percent with two decimals, dividends dollars a share.
pub fn synthesise(seed: u64) -> Contents {
    let grid = Grid::new();
    let lead = volatility::lead(&grid, seed);
    let paid = |symbol| dividends::by_session(&grid, symbol);
    let follower = |symbol, stream| {
        bridge::follower(&grid, &lead, symbol, &paid(symbol), Dice::new(seed, stream))
    };
    let trails = [
        (&IWM, bridge::leader(&grid, &lead, &IWM, &paid(&IWM))),
        (&SPY, follower(&SPY, Stream::Spy)),
        (&KRE, follower(&KRE, Stream::Kre)),
    ];
    let (iwm, spy) = (&trails[0].1.close, &trails[1].1.close);
    let name = |symbol: &Symbol| symbol.name.to_owned();
    Contents {
        extended: Vec::new(),
        applied: Vec::new(),
        origin: Origin::Simulated { seed },
        dividends: trails
            .iter()
            .map(|(symbol, _)| (name(symbol), dividends::of(&grid, symbol)))
            .collect(),
        bars: bars(&grid, &trails, seed)
            .into_iter()
            .zip(&trails)
            .map(|(raw, (symbol, _))| (name(symbol), Interval::Day, raw))
            .collect(),
        series: all_series(&grid, &lead.rvx, iwm, spy, seed),
        events: calendar::events(),
        ..Contents::default()
    }
}

/// Brings a tape to what ships with the program: the simulated market of [`SHIPPED_SEED`], and its
/// 5-minute bars in the [`SHIPPED_WINDOWS`]. Doing it again changes nothing.
///
/// # Errors
/// As [`Tape::merge`] and [`intraday()`].
pub fn ship(tape: &Tape) -> Result<(), TapeError> {
    tape.merge(&synthesise(SHIPPED_SEED), SOURCE, 0)?;
    for (from, to) in SHIPPED_WINDOWS {
        let plan = Intraday {
            symbols: [&IWM, &SPY, &KRE].map(|s| s.name.to_owned()).to_vec(),
            interval: Interval::Minutes(5),
            from: Some(from),
            to: Some(to),
            seed: SHIPPED_SEED,
        };
        let made = intraday(tape, &plan, 1, &AtomicBool::new(false))?;
        tape.merge(&made.contents, &made.source, 0)?;
    }
    Ok(())
}

/// Every series. Rates and the credit spread are known a session later, as an import of the real ones has them.
fn all_series(grid: &Grid, rvx: &[f64], iwm: &[f64], spy: &[f64], seed: u64) -> Vec<Series> {
    let (close, next) = (Known::Close, Known::NextSession);
    let implied = implied::of(grid, rvx, spy, seed);
    let rates = rates::of(grid, seed);
    let of = |name: &str, known: Known, value: &[f64]| Series {
        name: name.to_owned(),
        date: grid.sessions.iter().map(|s| s.date).collect(),
        value: value.iter().map(|&v| cents(v)).collect(),
        known,
    };
    vec![
        of("RVX", close, rvx),
        of("breadth50", close, &breadth::of(grid, iwm, rvx, seed)),
        of("VIX", close, &implied.vix),
        of("VIX9D", close, &implied.nine_days),
        of("VIX3M", close, &implied.three_months),
        of("DFF", next, &rates.overnight),
        of("DGS3MO", next, &rates.three_months),
        of("DGS2", next, &rates.two_years),
        of("DGS10", next, &rates.ten_years),
        of("BAMLH0A0HYM2", next, &credit::of(rvx, seed)),
    ]
}

/// Daily bars of every trail; the followers' paths within a session go with the first one's.
fn bars(grid: &Grid, trails: &[(&Symbol, Trail)], seed: u64) -> Vec<RawBars> {
    let mut paths = Dice::new(seed, Stream::Path);
    let mut volumes = Dice::new(seed, Stream::Volume);
    let shapes: Vec<Shape> = (0..grid.len()).map(|_| candle::shape(&mut paths)).collect();
    trails
        .iter()
        .map(|(symbol, trail)| symbol_bars(grid, symbol, trail, &shapes, &mut paths, &mut volumes))
        .collect()
}

fn symbol_bars(
    grid: &Grid,
    symbol: &Symbol,
    trail: &Trail,
    shapes: &[Shape],
    paths: &mut Dice,
    volumes: &mut Dice,
) -> RawBars {
    let mut raw = RawBars::default();
    let mut volume = Volume::new();
    for (index, session) in grid.sessions.iter().enumerate() {
        let (open, close) = (trail.open[index], trail.close[index]);
        let shape = candle::follow(&shapes[index], symbol.correlation.open_hours, paths);
        let (high, low) = candle::extremes(open, close, trail.spread[index], &shape, paths);
        let (open, close) = (price(open), price(close));
        let (high, low) = (
            price(high).max(open).max(close),
            price(low).min(open).min(close),
        );
        let half_day = grid.activity[index] < 1.0;
        raw.volume
            .push(volume.next(symbol, high, low, half_day, volumes));
        raw.start.push(session.open);
        raw.open.push(open);
        raw.high.push(high);
        raw.low.push(low);
        raw.close.push(close);
    }
    raw
}

/// Two decimals.
fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A price in whole cents, at least one.
fn price(value: f64) -> f64 {
    cents(value).max(0.01)
}
