//! How high implied volatility stands, by its own past and against what was realised: what a condor's entry looks at.

use market::{Date, Fields, Interval, Origin};
use options::volatility::history::{
    constant_maturity, constant_maturity_at_the_money, on_sessions, readings,
};
use options::volatility::rank::{iv_percentile, iv_rank};
use options::volatility::realised::{close_to_close, premium};
use options::volatility::{Skew, SkewParameters};
use serde::Serialize;
use tape::{BarWant, Sort, Tape, Want};

use super::rules::RATIO_SERIES;
use crate::error::Error;

/// What to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct VolatilityQuestion {
    /// The underlying.
    pub symbol: String,
    /// First session asked for.
    pub from: Date,
    /// Last session asked for.
    pub to: Date,
    /// The series of its 30-day volatility index, points.
    pub index: String,
    /// Published closes that ranks and percentiles are taken over.
    pub rank_sessions: u32,
    /// Sessions of the realised volatility.
    pub realised_sessions: u32,
}

/// Volatility, session by session.
#[derive(Clone, Debug)]
pub struct VolatilitySheet {
    /// What was asked.
    pub asked: VolatilityQuestion,
    /// Where the tape comes from.
    pub origin: Origin,
    /// The sessions, oldest first.
    pub rows: Vec<VolatilityRow>,
}

/// One session's close. Volatilities are points (20 is 20 % a year); what is not known is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VolatilityRow {
    /// The session.
    pub date: Date,
    /// The 30-day index, a strip.
    pub index: Option<f64>,
    /// Ten days' strip volatility, by the ratio of the large caps' indices: a model's.
    pub ten_days: Option<f64>,
    /// Thirty days' volatility at the money, what the skew leaves of the strip: a model's.
    pub at_the_money: Option<f64>,
    /// Rank of the ten days' volatility.
    pub rank: Option<f64>,
    /// Its percentile.
    pub percentile: Option<f64>,
    /// Rank of the index within its last ten closes: the other reading of "10-day IV rank".
    pub rank_of_ten_sessions: Option<f64>,
    /// Realised volatility, close to close.
    pub realised: Option<f64>,
    /// Index less realised.
    pub premium: Option<f64>,
}

/// Sessions of the other reading of "10-day IV rank".
const TEN: usize = 10;

/// Volatility on the sessions asked for.
///
/// # Errors
/// [`Error::Tape`] for bars or the index if the tape lacks them; [`Error::Fit`] without a session between the dates.
pub fn volatility_sheet(tape: &Tape, asked: &VolatilityQuestion) -> Result<VolatilitySheet, Error> {
    let read = tape.read(&want(tape, asked)?, 1)?;
    let nothing = || {
        Error::fit(
            format!(
                "the tape has no daily bar of {} from {} to {}",
                asked.symbol, asked.from, asked.to
            ),
            "`stormproof tape list` shows what it holds; ask for a session inside it",
        )
    };
    let bars = read
        .bars_of(&asked.symbol, Interval::Day)
        .ok_or_else(nothing)?;
    let date = |session: &u32| read.sessions.get(*session as usize).map(|s| s.date);
    let dates: Vec<Date> = bars.session().iter().filter_map(date).collect();
    // As of its own session only: a rank on a stale value would be yesterday's.
    let column = |name: &str| match read.series_of(name) {
        Some(series) => on_sessions(series, &dates, 0),
        None => vec![None; dates.len()],
    };
    let [vix, vix9d, vix3m] = RATIO_SERIES.map(column);
    let index = column(&asked.index);
    let levels = readings(&index, &vix, &vix9d, &vix3m);
    let skew = Skew::new(SkewParameters::SPY)
        .map_err(|error| Error::fit(error.to_string(), "the shipped skew is unfit: report this"))?;
    let splits = read.splits_of(&asked.symbol);
    let basis = indicators::SplitBasis::of_bars(bars, &read.sessions, splits);
    let ten_days = constant_maturity(&levels, TEN as f64);
    let points: Vec<f64> = index.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
    let realised = close_to_close(
        &basis.prices(bars.close()),
        asked.realised_sessions as usize,
    );
    let columns = [
        constant_maturity_at_the_money(&levels, 30.0, &skew),
        iv_rank(&ten_days, asked.rank_sessions as usize),
        iv_percentile(&ten_days, asked.rank_sessions as usize),
        iv_rank(&points, TEN),
        premium(&points, &realised),
    ];
    let [at_the_money, rank, percentile, of_ten, premium] = columns;
    let known = |column: &[f64], i: usize| column.get(i).copied().filter(|v| !v.is_nan());
    let inside = |i: &usize| (asked.from..=asked.to).contains(&dates[*i]);
    let rows: Vec<VolatilityRow> = (0..dates.len())
        .filter(inside)
        .map(|i| VolatilityRow {
            date: dates[i],
            index: index[i],
            ten_days: known(&ten_days, i),
            at_the_money: known(&at_the_money, i),
            rank: known(&rank, i),
            percentile: known(&percentile, i),
            rank_of_ten_sessions: known(&of_ten, i),
            realised: known(&realised, i),
            premium: known(&premium, i),
        })
        .collect();
    if rows.is_empty() {
        return Err(nothing());
    }
    Ok(VolatilitySheet {
        asked: asked.clone(),
        origin: read.origin,
        rows,
    })
}

/// The bars up to the last session, the index, and those of the ratios that the tape has.
fn want(tape: &Tape, asked: &VolatilityQuestion) -> Result<Want, Error> {
    let catalog = tape.catalog()?;
    let held = |name: &&str| {
        let is = |entry: &tape::Entry| {
            entry.sort == Sort::Series && entry.name.as_deref() == Some(*name)
        };
        catalog.iter().any(is)
    };
    let ratios = RATIO_SERIES.iter().copied().filter(held);
    let mut series = vec![asked.index.clone()];
    series.extend(
        ratios
            .filter(|name| *name != asked.index)
            .map(str::to_owned),
    );
    Ok(Want {
        bars: vec![BarWant::daily(&asked.symbol, Fields::CLOSE, Some(asked.to))],
        series,
        splits: vec![asked.symbol.clone()],
        ..Want::default()
    })
}
