//! Coarser bars from finer ones.

use crate::bars::{BarDefect, Bars, RawBars};
use crate::interval::Interval;
use crate::session::Session;
use crate::session_table::SessionTable;
use crate::time::Time;

/// Why finer bars do not make the coarser ones.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ResampleError {
    /// The one interval is no multiple of the other.
    #[error(
        "{symbol}: {from} bars make no {to} bars; expected an interval that whole {from} bars fill, or 1d"
    )]
    Interval {
        /// Symbol.
        symbol: String,
        /// The interval there is.
        from: Interval,
        /// The interval asked for.
        to: Interval,
    },
    /// A bar that lies in two buckets: how it is shared between them nobody knows.
    #[error(
        "{symbol} bar {row}: {start} to {end} lies across {boundary}, where a {to} bar ends; bars must start at whole intervals from the session's open"
    )]
    Straddles {
        /// Symbol.
        symbol: String,
        /// Row, from 0.
        row: usize,
        /// Start of the finer bar.
        start: Time,
        /// Its end.
        end: Time,
        /// The end of the coarser bar it begins in.
        boundary: Time,
        /// The interval asked for.
        to: Interval,
    },
    /// The bars were made with another table of sessions.
    #[error(transparent)]
    Bars(#[from] BarDefect),
}

/// Bars of `to` from the finer `bars`: open of the first, highest high, lowest low, close of the last, sum of
/// the volumes of each bucket.
///
/// Buckets are counted from each session's own open, so neither a half day nor a change of clocks moves them, and
/// none reaches into another session: the last one of a session ends at its close, however short it is then
/// (15:30 to 16:00 for `1h`). A bucket without a bar gives none. `sessions` is the table `bars` were made with;
/// columns that were not loaded stay empty.
///
/// The last bucket counts only if the bars reach its end: of a session that is still running the running bucket
/// is not known. Truncated input gives truncated output.
///
/// # Errors
/// [`ResampleError`].
pub fn resample(bars: &Bars, to: Interval, sessions: &SessionTable) -> Result<Bars, ResampleError> {
    let known = bars.end().last().copied().unwrap_or(Time::MIN);
    resample_known(bars, to, sessions, known)
}

/// The same where all bars up to `known` are there: only buckets that end by then are given.
///
/// # Errors
/// As [`resample`].
pub fn resample_known(
    bars: &Bars,
    to: Interval,
    sessions: &SessionTable,
    known: Time,
) -> Result<Bars, ResampleError> {
    if !bars.interval.divides(to) {
        return Err(ResampleError::Interval {
            symbol: bars.symbol.clone(),
            from: bars.interval,
            to,
        });
    }
    let mut coarse = RawBars::default();
    for row in 0..bars.len() {
        let (start, end) = (bars.start()[row], bars.end()[row]);
        let session = sessions
            .get(bars.session()[row] as usize)
            .filter(|session| session.open <= start && start < session.close)
            .ok_or_else(|| BarDefect::OutsideSession {
                symbol: bars.symbol.clone(),
                row,
                found: start,
            })?;
        let (first, boundary) = bucket(session, start, to);
        if end > boundary {
            return Err(ResampleError::Straddles {
                symbol: bars.symbol.clone(),
                row,
                start,
                end,
                boundary,
                to,
            });
        }
        if boundary > known {
            break;
        }
        add(&mut coarse, first, bars.raw(), row);
    }
    Ok(Bars::new(&bars.symbol, to, coarse, sessions)?)
}

/// How many sessions of intraday `bars` end before their close: bars resampled from them do not tell all of the
/// session.
pub fn sessions_cut_short(bars: &Bars, sessions: &SessionTable) -> usize {
    let last_of_session = |row: &usize| bars.session().get(row + 1) != bars.session().get(*row);
    (0..bars.len())
        .filter(last_of_session)
        .filter(|&row| {
            let session = sessions.get(bars.session()[row] as usize);
            session.is_some_and(|session| bars.end()[row] < session.close)
        })
        .count()
}

/// Start and end of the bucket in which a bar that starts at `start` lies.
fn bucket(session: &Session, start: Time, to: Interval) -> (Time, Time) {
    match to {
        Interval::Day => (session.open, session.close),
        Interval::Minutes(minutes) => {
            let minutes = i64::from(minutes);
            let width_micros = Time(0).plus_minutes(minutes).micros();
            let nth = (start.micros() - session.open.micros()) / width_micros;
            let first = session.open.plus_minutes(nth * minutes);
            (first, first.plus_minutes(minutes).min(session.close))
        }
    }
}

/// Takes a finer bar into the bucket that starts at `first`, the last one or a new one.
fn add(coarse: &mut RawBars, first: Time, fine: &RawBars, row: usize) {
    let begins = coarse.start.last() != Some(&first);
    if begins {
        coarse.start.push(first);
    }
    let fold = |into: &mut Vec<f64>, from: &[f64], both: fn(f64, f64) -> f64| {
        // A column that was not loaded has no row.
        let Some(&value) = from.get(row) else { return };
        match into.last_mut() {
            Some(last) if !begins => *last = both(*last, value),
            _ => into.push(value),
        }
    };
    fold(&mut coarse.open, &fine.open, |open, _| open);
    fold(&mut coarse.high, &fine.high, f64::max);
    fold(&mut coarse.low, &fine.low, f64::min);
    fold(&mut coarse.close, &fine.close, |_, close| close);
    fold(&mut coarse.volume, &fine.volume, |sum, more| sum + more);
}
