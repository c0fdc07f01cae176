//! Simulated bars within the session, made from a tape's daily bars.
//!
//! Each session meets its daily bar exactly: the first bar opens at the day's open, the last closes at its close, the
//! highest high and the lowest low are the day's, and the volumes add up to its volume. In between prices move by
//! chance on a U-shaped clock, and the symbols move together. A session is made of minutes, whatever the interval, so
//! the 5-minute bars of a seed are the 1-minute bars of that seed put together.
//!
//! What comes out is SIMULATED, also when the daily bars are real.

mod curve;
mod path;
mod shares;
mod ties;

use std::sync::atomic::{AtomicBool, Ordering};

use market::{Bars, Date, Fields, Interval, Origin, RawBars, Session, Snapshot};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::{Basis, Facts};
use crate::layout::{self, Sort};
use crate::read::holds;
use crate::tape::{BarWant, Tape, Want};

use super::random::{DayStream, Dice};
use curve::Clock;
use path::{Day, Minutes};

/// Which bars are to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Intraday {
    /// The symbols, each once. The first one leads: its path is its own, and the others' go with it as closely as
    /// their daily moves from open to close do.
    pub symbols: Vec<String>,
    /// From 1 minute to 1 hour.
    pub interval: Interval,
    /// The first session; `None` for the first daily bar.
    pub from: Option<Date>,
    /// The last session; `None` for the last daily bar.
    pub to: Option<Date>,
    /// Another seed gives other paths between the same daily prices.
    pub seed: u64,
}

/// What was made.
#[derive(Clone, Debug, PartialEq)]
pub struct IntradayMade {
    /// The bars, and with them what a plan needs to run on them: the symbols' daily bars, dividends and splits and
    /// every series and calendar of events of the source, all marked simulated.
    pub contents: Contents,
    /// What files are to name as their source: `tape synth from real daily bars`, or the seed of simulated ones.
    pub source: String,
}

/// Makes intraday bars from the daily bars of `tape`: the same daily bars and the same plan give the same bytes, on one
/// thread or on `threads`. A session's bars do not depend on `from` and `to`.
///
/// # Errors
/// [`TapeError::Synthesis`] for a plan that cannot be followed; as [`Tape::read`] for the daily bars;
/// [`TapeError::Interrupted`] once `stop` is set.
pub fn intraday(
    tape: &Tape,
    plan: &Intraday,
    threads: usize,
    stop: &AtomicBool,
) -> Result<IntradayMade, TapeError> {
    let minutes = minutes_of(plan)?;
    let want = Want {
        bars: plan
            .symbols
            .iter()
            .map(|symbol| BarWant::daily(symbol, Fields::ALL, None))
            .collect(),
        series: layout::names(&tape.store, Sort::Series)?,
        dividends: plan.symbols.clone(),
        splits: plan.symbols.clone(),
        events: tape.event_kinds()?,
    };
    let snapshot = tape.read(&want, threads)?;
    for bars in &snapshot.bars {
        check_volumes(bars)?;
    }
    let market = Market::new(&snapshot, plan);
    let made = market.symbols(minutes, threads, stop)?;
    if made.iter().all(|raw| raw.start.is_empty()) {
        return Err(wrong(
            "no daily bar lies between the dates given",
            "`stormproof tape list` shows what there is",
        ));
    }
    let intraday = plan.symbols.iter().zip(made);
    let daily = snapshot
        .bars
        .iter()
        .map(|bars| (bars.symbol.clone(), Interval::Day, bars.raw().clone()));
    Ok(IntradayMade {
        source: match snapshot.origin {
            Origin::Real => "tape synth from real daily bars".to_owned(),
            Origin::Simulated { seed } => {
                format!("tape synth from simulated daily bars of seed {seed}")
            }
        },
        contents: Contents {
            origin: Origin::Simulated { seed: plan.seed },
            bars: daily
                .chain(intraday.map(|(symbol, raw)| (symbol.clone(), plan.interval, raw)))
                .collect(),
            extended: Vec::new(),
            applied: applied(tape, &plan.symbols)?,
            series: snapshot.series,
            dividends: snapshot.dividends,
            splits: snapshot.splits,
            events: snapshot.events,
            ..Contents::default()
        },
    })
}

/// The symbols whose daily bars are counted in today's shares: what is made from them is, too.
fn applied(tape: &Tape, symbols: &[String]) -> Result<Vec<String>, TapeError> {
    let mut applied = Vec::new();
    for symbol in symbols {
        for file in layout::bar_files(&tape.store, symbol, Interval::Day)? {
            let reader = tape.store.open(&file.path)?;
            let its = file.symbol.is_some() || holds(&reader, symbol)?;
            if its && Facts::of(&reader)?.splits == Basis::Applied {
                applied.push(symbol.clone());
                break;
            }
        }
    }
    Ok(applied)
}

fn wrong(found: impl Into<String>, remedy: &'static str) -> TapeError {
    TapeError::Synthesis {
        found: found.into(),
        remedy,
    }
}

fn minutes_of(plan: &Intraday) -> Result<usize, TapeError> {
    let Interval::Minutes(minutes) = plan.interval else {
        return Err(wrong(
            "1d bars are what intraday bars are made from",
            "name an interval from 1m to 1h",
        ));
    };
    let mut names: Vec<&String> = plan.symbols.iter().collect();
    names.sort();
    if names.is_empty() {
        return Err(wrong(
            "no symbol is named",
            "name at least one that has daily bars",
        ));
    }
    if let Some((twice, _)) = names.iter().zip(names.iter().skip(1)).find(|(a, b)| a == b) {
        return Err(wrong(
            format!("{twice} is named twice"),
            "name each symbol once",
        ));
    }
    Ok(usize::from(minutes.max(1)))
}

/// Volumes that no sum of shares can meet exactly are refused.
fn check_volumes(bars: &Bars) -> Result<(), TapeError> {
    let most = shares::MOST_SHARES;
    match bars.volume().iter().position(|&volume| volume > most) {
        None => Ok(()),
        Some(row) => Err(wrong(
            format!(
                "the 1d bar of {} at {} has a volume of {} shares, more than 2^53",
                bars.symbol,
                bars.start()[row],
                bars.volume()[row]
            ),
            "repair it at its source and import it again",
        )),
    }
}

/// The daily bars and how the symbols hang together.
struct Market<'a> {
    snapshot: &'a Snapshot,
    seed: u64,
    /// Correlation of each symbol with the first.
    ties: Vec<f64>,
    /// The rows of each symbol on each session to be made.
    sessions: Vec<(Session, Vec<Option<usize>>)>,
}

impl<'a> Market<'a> {
    fn new(snapshot: &'a Snapshot, plan: &Intraday) -> Market<'a> {
        let sessions = snapshot.sessions.as_slice().iter().enumerate();
        let rows = |ordinal: usize| -> Vec<Option<usize>> {
            let on = |bars: &Bars| bars.session().binary_search(&(ordinal as u32)).ok();
            snapshot.bars.iter().map(on).collect()
        };
        let wanted = sessions
            .filter(|(_, s)| plan.from.is_none_or(|from| from <= s.date))
            .filter(|(_, s)| plan.to.is_none_or(|to| s.date <= to))
            .map(|(ordinal, session)| (*session, rows(ordinal)))
            .filter(|(_, rows)| rows.iter().any(Option::is_some))
            .collect();
        Market {
            seed: plan.seed,
            ties: ties::to_the_first(&snapshot.bars),
            snapshot,
            sessions: wanted,
        }
    }

    /// Bars of every symbol. Sessions are independent, so that any number of threads makes the same.
    fn symbols(
        &self,
        minutes: usize,
        threads: usize,
        stop: &AtomicBool,
    ) -> Result<Vec<RawBars>, TapeError> {
        let share = self.sessions.len().div_ceil(threads.max(1)).max(1);
        let parts: Vec<Vec<RawBars>> = std::thread::scope(|scope| {
            let workers: Vec<_> = self
                .sessions
                .chunks(share)
                .map(|part| scope.spawn(move || self.stretch(part, minutes, stop)))
                .collect();
            // A worker holds nothing that could panic; were it to, the panic goes on here.
            workers
                .into_iter()
                .map(|worker| {
                    worker
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        if stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        let mut all = vec![RawBars::default(); self.snapshot.bars.len()];
        for part in parts {
            for (all, more) in all.iter_mut().zip(part) {
                append(all, more);
            }
        }
        Ok(all)
    }

    fn stretch(
        &self,
        sessions: &[(Session, Vec<Option<usize>>)],
        minutes: usize,
        stop: &AtomicBool,
    ) -> Vec<RawBars> {
        let mut made = vec![RawBars::default(); self.snapshot.bars.len()];
        for (session, rows) in sessions {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            self.session(session, rows, minutes, &mut made);
        }
        made
    }

    /// One session of every symbol that has a daily bar on it.
    fn session(
        &self,
        session: &Session,
        rows: &[Option<usize>],
        minutes: usize,
        made: &mut [RawBars],
    ) {
        let length = (session.close.micros() - session.open.micros()) / 60_000_000;
        let length = usize::try_from(length).unwrap_or_default();
        let dice = |symbol: &str, stream| Dice::of_day(self.seed, symbol, session.date, stream);
        let clock = Clock::new(length, &mut dice("", DayStream::Activity));
        let mut lead: Option<Vec<f64>> = None;
        for (place, bars) in self.snapshot.bars.iter().enumerate() {
            let mut paths = dice(&bars.symbol, DayStream::Path);
            let tied = lead.as_deref().zip(self.ties.get(place).copied());
            let Some(row) = rows.get(place).copied().flatten() else {
                // The others are led also on a day that the leader lacks.
                if place == 0 {
                    let mut steps = vec![0.0; length];
                    paths.fill_normal(&mut steps);
                    lead = Some(steps);
                }
                continue;
            };
            let day = Day {
                open: bars.open()[row],
                high: bars.high()[row],
                low: bars.low()[row],
                close: bars.close()[row],
            };
            let steps = path::choose(&day, &clock.variance, tied, &mut paths);
            let prices = path::minutes(&day, &clock.variance, &steps, &mut paths);
            let mut chance = dice(&bars.symbol, DayStream::Volume);
            let weights = shares::weights(&clock, &steps, &mut chance);
            let volume = shares::divide(bars.volume()[row], &weights);
            put_together(session, &prices, &volume, minutes, &mut made[place]);
            lead.get_or_insert(steps);
        }
    }
}

/// Bars of `minutes` minutes from one-minute ones; the last may be shorter, as at the end of a half day in hours.
fn put_together(
    session: &Session,
    prices: &Minutes,
    volume: &[f64],
    minutes: usize,
    bars: &mut RawBars,
) {
    let mut first = 0;
    while first < volume.len() {
        let range = first..(first + minutes).min(volume.len());
        let extreme = |column: &[f64], pick: fn(f64, f64) -> f64| {
            column[range.clone()].iter().copied().reduce(pick)
        };
        bars.start.push(session.open.plus_minutes(first as i64));
        bars.open.extend(prices.open[range.clone()].first());
        bars.high.extend(extreme(&prices.high, f64::max));
        bars.low.extend(extreme(&prices.low, f64::min));
        bars.close.extend(prices.close[range.clone()].last());
        bars.volume.push(volume[range].iter().sum());
        first += minutes;
    }
}

fn append(all: &mut RawBars, more: RawBars) {
    all.start.extend(more.start);
    all.open.extend(more.open);
    all.high.extend(more.high);
    all.low.extend(more.low);
    all.close.extend(more.close);
    all.volume.extend(more.volume);
}
