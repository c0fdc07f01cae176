//! Whether the tape's bars cover a regime: its whole window, every session of it, and the warm-up before.

use std::ops::Range;

use market::{Bars, Date, Snapshot};
use tape::Tape;

use crate::error::Error;
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
    let Some((first, last)) = snapshot.span_of(symbol) else {
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
    warm(scenario, regime, rows.start)
}

/// The sessions of a window, by ordinal.
fn ordinals(regime: &Regime, snapshot: &Snapshot) -> Range<usize> {
    let sessions = &snapshot.sessions;
    let after = regime
        .to
        .succ_opt()
        .map_or(0, |day| sessions.on_or_after(day));
    sessions.on_or_after(regime.from)..after
}

fn outside(symbol: &str, regime: &Regime, span: Option<(Date, Date)>) -> Error {
    let held = match span {
        Some((first, last)) => format!("the {symbol} bars of the tape are {first} to {last}"),
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
    let bars = snapshot.bars_of(symbol)?;
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
        "a traded symbol must be complete inside a window: import the missing sessions, or choose another window",
    ))
}

fn warm(scenario: &Scenario, regime: &Regime, before: usize) -> Result<(), Error> {
    let needed = scenario.rules().warm_up();
    if before >= needed {
        return Ok(());
    }
    let symbol = &scenario.instrument.symbol;
    Err(Error::fit(
        format!(
            "{} starts on {}: the plan needs {needed} bars of {symbol} before that to warm up, the tape has {before} ({} missing)",
            regime.title(),
            regime.from,
            needed - before
        ),
        "import earlier bars, or start the window later",
    ))
}
