//! Whether the tape's bars cover a regime: its whole window, every session of it, and the warm-up before.

use std::ops::Range;

use engine::Intrabar;
use market::{Bars, Date, Interval, Snapshot};
use strategies::Edge;
use tape::Tape;

use crate::error::Error;
use crate::needs::is_finer;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// Refuses a window outside the bars, with a missing session, or without enough bars before it.
pub(crate) fn check(
    scenario: &Scenario,
    regime: &Regime,
    bars: &Bars,
    snapshot: &Snapshot,
) -> Result<(), Error> {
    let symbol = &scenario.instrument.symbol;
    let sessions = &snapshot.sessions;
    let Some((first, last)) = snapshot.span_of(symbol, bars.interval) else {
        return Err(outside(symbol, regime, None));
    };
    let wanted = ordinals(regime, snapshot);
    let (Some(opening), Some(closing)) = (
        sessions.get(wanted.start),
        wanted
            .end
            .checked_sub(1)
            .and_then(|ordinal| sessions.get(ordinal)),
    ) else {
        return Err(outside(symbol, regime, Some((first, last))));
    };
    if wanted.is_empty() {
        return Err(closed(regime));
    }
    if opening.date < first || closing.date > last {
        return Err(outside(symbol, regime, Some((first, last))));
    }
    let rows = bars.rows_between(regime.from, regime.to, sessions);
    complete(
        symbol,
        regime,
        snapshot,
        &bars.session()[rows.clone()],
        wanted,
    )?;
    if scenario.entry.edge.needs_volume() {
        traded(regime, bars, rows.clone())?;
    }
    warm(scenario, regime, bars, rows.start)?;
    ranked(scenario, regime, opening.date, snapshot)?;
    match snapshot.bars_of(symbol, Interval::Day) {
        Some(days) if bars.interval != Interval::Day => {
            let before = days.rows_between(regime.from, regime.to, sessions).start;
            warm_by_sessions(scenario, regime, before)
        }
        _ => Ok(()),
    }
}

/// Refuses a window before whose second session the plan's volatility has no rank yet.
fn ranked(
    scenario: &Scenario,
    regime: &Regime,
    opening: Date,
    snapshot: &Snapshot,
) -> Result<(), Error> {
    let Edge::IronCondor(edge) = &scenario.entry.edge else {
        return Ok(());
    };
    let published = edge.published(snapshot).unwrap_or_default();
    let found = published.date.partition_point(|&date| date <= opening);
    let needed = edge.rank_sessions as usize;
    if found >= needed {
        return Ok(());
    }
    let begins = published
        .date
        .first()
        .map(|date| format!(": its record begins on {date}"));
    Err(Error::fit(
        format!(
            "{}: the IV rank needs {needed} published closes of {} by {opening}; the tape has {found} ({} missing{})",
            regime.title(),
            published.name,
            needed - found,
            begins.unwrap_or_default()
        ),
        "import more of the index and of VIX9D and VIX, choose a later window, or lower entry.rank_sessions",
    ))
}

/// Sessions of the windows in which none of `bars` has one, and how many sessions there are.
pub(crate) fn gaps(bars: &[&Bars], regimes: &[Regime], snapshot: &Snapshot) -> (usize, usize) {
    let holds =
        |ordinal: usize, bars: &&Bars| bars.session().binary_search(&(ordinal as u32)).is_ok();
    regimes.iter().fold((0, 0), |(missing, all), regime| {
        let wanted = ordinals(regime, snapshot);
        let count = wanted.len();
        let lacking = wanted.filter(|&ordinal| !bars.iter().any(|bars| holds(ordinal, bars)));
        (missing + lacking.count(), all + count)
    })
}

/// A warning where a plan asks finer bars and the windows lack some.
///
/// # Errors
/// [`Error::Fit`] if no window has any.
pub(crate) fn finer(
    scenario: &Scenario,
    regimes: &[Regime],
    snapshot: &Snapshot,
) -> Result<Option<String>, Error> {
    if scenario.fills.intrabar != Intrabar::Finer {
        return Ok(None);
    }
    let (symbol, interval) = (&scenario.instrument.symbol, scenario.instrument.interval);
    let finer: Vec<&Bars> = finer_of(snapshot, symbol, interval).collect();
    let (missing, of) = gaps(&finer, regimes, snapshot);
    if missing < of {
        let warning = format!(
            "intrabar = \"finer\": the tape has no bars of {symbol} finer than {interval} in {missing} of {of} sessions of the windows; there the stop is taken to come first"
        );
        return Ok((missing > 0).then_some(warning));
    }
    Err(Error::fit(
        format!(
            "`fills.intrabar` is \"finer\", but the tape has no bars of {symbol} finer than {interval} in any window"
        ),
        "import finer bars (`stormproof tape list` shows what there is), or set intrabar = \"pessimistic\"",
    ))
}

/// The bars of a symbol that lie inside those of the clock.
pub(crate) fn finer_of<'a>(
    snapshot: &'a Snapshot,
    symbol: &'a str,
    clock: Interval,
) -> impl Iterator<Item = &'a Bars> {
    let inside = move |bars: &&Bars| is_finer(bars.interval, clock);
    snapshot.intervals_of(symbol).filter(inside)
}

/// A warning where a plan within the session lacks daily bars inside its windows: without the ATR of the session
/// before it trades nothing.
pub(crate) fn days_missing(
    scenario: &Scenario,
    regimes: &[Regime],
    snapshot: &Snapshot,
) -> Option<String> {
    if scenario.instrument.interval == Interval::Day {
        return None;
    }
    let symbol = &scenario.instrument.symbol;
    let days = snapshot.bars_of(symbol, Interval::Day)?;
    let (missing, of) = gaps(&[days], regimes, snapshot);
    (missing > 0).then(|| {
        format!("{symbol} lacks the daily bars of {missing} of {of} sessions in the windows: the session after each has no ATR, and no entry")
    })
}

/// The sessions of a window, by ordinal.
pub(crate) fn ordinals(regime: &Regime, snapshot: &Snapshot) -> Range<usize> {
    let sessions = &snapshot.sessions;
    let after = regime
        .to
        .succ_opt()
        .map_or(0, |day| sessions.on_or_after(day));
    sessions.on_or_after(regime.from)..after
}

fn outside(symbol: &str, regime: &Regime, span: Option<(Date, Date)>) -> Error {
    // Bars are read up to the last window: the other end of what was read is not that of the tape.
    let held = match span {
        Some((first, _)) if regime.from < first => {
            format!("the {symbol} bars of the tape begin on {first}")
        }
        Some((_, last)) => format!("the {symbol} bars of the tape end on {last}"),
        None => format!("the tape holds no bar of {symbol} by then"),
    };
    Error::fit(
        format!("{} lies outside the tape: {held}", regime.title()),
        "choose regimes inside the tape (--regimes), a window of your own (--from, --to), or another tape (--tape)",
    )
}

/// Why a window without a session has none, where one closure says it all.
fn closed(regime: &Regime) -> Error {
    let why = market::calendar::why_closed(regime.from)
        .filter(|_| regime.from == regime.to)
        .map(|closure| format!(" ({closure})"))
        .unwrap_or_default();
    Error::fit(
        format!("{} holds no trading session{why}", regime.title()),
        "widen the window",
    )
}

/// The error for regimes that end before the instrument's first bar; `None` if the tape cannot tell.
pub(crate) fn nothing_by_then(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
) -> Option<Error> {
    let instrument = &scenario.instrument;
    let entries = tape.catalog().ok()?;
    let held = entries.iter().find(|entry| {
        entry.name.as_ref() == Some(&instrument.symbol)
            && entry.interval == Some(instrument.interval)
    })?;
    Some(outside(
        &instrument.symbol,
        regimes.first()?,
        Some((held.first?, held.last?)),
    ))
}

/// A warning where sessions are missing before the windows: recursive columns ran across the gap.
pub(crate) fn gaps_before(
    scenario: &Scenario,
    regimes: &[Regime],
    snapshot: &Snapshot,
) -> Option<String> {
    let symbol = &scenario.instrument.symbol;
    // The ATR is that of days, whatever the plan's clock.
    let bars = snapshot.bars_of(symbol, Interval::Day)?;
    let first = *bars.session().first()? as usize;
    let last_start = regimes.iter().map(|regime| regime.from).max()?;
    let before = snapshot
        .sessions
        .on_or_after(last_start)
        .saturating_sub(first);
    let present = bars
        .rows_between(Date::MIN, last_start.pred_opt()?, &snapshot.sessions)
        .len();
    let missing = before.checked_sub(present).filter(|&missing| missing > 0)?;
    Some(format!(
        "{symbol} lacks {missing} sessions before the last window: its ATR was computed across the gaps"
    ))
}

/// A session of the traded symbol that is missing inside a window refuses the run.
fn complete(
    symbol: &str,
    regime: &Regime,
    snapshot: &Snapshot,
    present: &[u32],
    wanted: std::ops::Range<usize>,
) -> Result<(), Error> {
    let missing: Vec<String> = wanted
        .filter(|&ordinal| present.binary_search(&(ordinal as u32)).is_err())
        .filter_map(|ordinal| {
            snapshot
                .sessions
                .get(ordinal)
                .map(|session| session.date.to_string())
        })
        .collect();
    let Some(first) = missing.first() else {
        return Ok(());
    };
    Err(Error::fit(
        format!(
            "{symbol} has no bar for {} of the sessions of {}: {first}{}",
            missing.len(),
            regime.title(),
            if missing.len() > 1 {
                format!(" to {}", missing[missing.len() - 1])
            } else {
                String::new()
            }
        ),
        if regime.name == Regime::HISTORY {
            "a traded symbol must be complete: import the missing sessions, or choose windows: --from and --to, or a sweep's --on regimes"
        } else {
            "a traded symbol must be complete inside a window: import the missing sessions, or choose another window"
        },
    ))
}

/// Refuses bars without any volume where the edge needs it: a tape keeps 0 for volumes nobody gave it.
fn traded(regime: &Regime, bars: &Bars, rows: Range<usize>) -> Result<(), Error> {
    let volumes = bars.volume().get(rows).unwrap_or(&[]);
    if volumes.iter().any(|&volume| volume > 0.0) {
        return Ok(());
    }
    let (symbol, interval) = (&bars.symbol, bars.interval);
    Err(Error::fit(
        format!(
            "the plan compares volumes, but the {interval} bars of {symbol} have none in {}",
            regime.title()
        ),
        "import bars with their volume, or choose another plan",
    ))
}

fn warm(scenario: &Scenario, regime: &Regime, bars: &Bars, before: usize) -> Result<(), Error> {
    let needed = scenario.rules().warm_up(bars.interval);
    let what = if bars.interval == Interval::Day {
        "bars"
    } else {
        "bars within the session"
    };
    enough(scenario, regime, what, needed.bars, before)?;
    let sessions = bars.session()[..before].chunk_by(|a, b| a == b).count();
    let what = format!("sessions of {} bars", bars.interval);
    enough(scenario, regime, &what, needed.own_sessions, sessions)
}

fn warm_by_sessions(scenario: &Scenario, regime: &Regime, before: usize) -> Result<(), Error> {
    let needed = scenario
        .rules()
        .warm_up(scenario.instrument.interval)
        .sessions;
    enough(scenario, regime, "daily bars", needed, before)
}

fn enough(
    scenario: &Scenario,
    regime: &Regime,
    what: &str,
    needed: usize,
    before: usize,
) -> Result<(), Error> {
    if before >= needed {
        return Ok(());
    }
    let symbol = &scenario.instrument.symbol;
    Err(Error::fit(
        format!(
            "{} starts on {}: the plan needs {needed} {what} of {symbol} before that to warm up, the tape has {before} ({} missing)",
            regime.title(),
            regime.from,
            needed - before
        ),
        "import earlier bars, or start the window later",
    ))
}
