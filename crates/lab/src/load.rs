//! From a scenario to the data it needs, read and found fit.

use chrono::Days;
use engine::Window;
use market::{Bars, Fields, Interval, Snapshot};
use tape::{BarWant, Tape, Want};

use crate::error::Error;
use crate::fingerprint::fingerprint;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// The data of a scenario, fit to run in its regimes.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What was read.
    pub snapshot: Snapshot,
    /// A fingerprint of it.
    pub fingerprint: String,
    /// What the result should be read with.
    pub warnings: Vec<String>,
}

impl Loaded {
    /// The instrument's bars.
    ///
    /// # Errors
    /// [`Error::Fit`] if they are not among what was read.
    pub fn bars(&self, scenario: &Scenario) -> Result<&Bars, Error> {
        instrument_bars(&self.snapshot, scenario)
    }
}

/// What to read: the instrument's prices from its first bar on (its ATR is recursive), of filter
/// symbols the closes around the windows, and the records and series that are named.
pub fn needs(scenario: &Scenario, regimes: &[Regime]) -> Want {
    let symbol = &scenario.instrument.symbol;
    let first = regimes.iter().map(|regime| regime.from).min();
    let last = regimes.iter().map(|regime| regime.to).max();
    let mut bars = vec![BarWant {
        symbol: symbol.clone(),
        interval: scenario.instrument.interval,
        fields: Fields::OHLC,
        from: None,
        to: last,
    }];
    let (mut series, mut splits) = (Vec::new(), vec![symbol.clone()]);
    for filter in scenario.filters.values() {
        match (&filter.symbol, &filter.series) {
            (Some(other), _) if bars.iter().all(|want| want.symbol != *other) => {
                // A change needs the session before; a fortnight holds one whatever the holidays.
                let from = first.and_then(|date| date.checked_sub_days(Days::new(14)));
                let (fields, interval) = (Fields::CLOSE, Interval::Day);
                bars.push(BarWant {
                    symbol: other.clone(),
                    interval,
                    fields,
                    from,
                    to: last,
                });
                splits.push(other.clone());
            }
            (None, Some(name)) if !series.contains(name) => series.push(name.clone()),
            _ => {}
        }
    }
    if let Some(name) = scenario
        .account
        .cash_rate
        .as_ref()
        .filter(|name| !series.contains(name))
    {
        series.push(name.clone());
    }
    Want {
        bars,
        series,
        dividends: vec![symbol.clone()],
        splits,
    }
}

/// Reads what `scenario` needs for `regimes` and checks that it is enough.
///
/// # Errors
/// What the tape cannot give or must not be used: an absent symbol or series, a broken file, a bar
/// that breaks an invariant, a window outside the tape or with a missing session, too few bars to
/// warm up.
pub fn load(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    threads: usize,
) -> Result<Loaded, Error> {
    let snapshot = tape.read(&needs(scenario, regimes), threads)?;
    for regime in regimes {
        covered(scenario, regime, &snapshot)?;
    }
    let warnings = warnings(scenario, regimes, &snapshot);
    Ok(Loaded {
        fingerprint: fingerprint(&snapshot),
        snapshot,
        warnings,
    })
}

fn instrument_bars<'a>(snapshot: &'a Snapshot, scenario: &Scenario) -> Result<&'a Bars, Error> {
    let symbol = &scenario.instrument.symbol;
    snapshot
        .bars_of(symbol)
        .filter(|bars| !bars.is_empty())
        .ok_or_else(|| {
            Error::fit(
                format!(
                    "the tape holds no {} bars of {symbol} up to the end of the regimes",
                    scenario.instrument.interval
                ),
                "`stormproof tape list` shows what it holds; import bars or choose later regimes",
            )
        })
}

/// The window of a regime on the instrument's clock, complete and warm.
fn covered(scenario: &Scenario, regime: &Regime, snapshot: &Snapshot) -> Result<(), Error> {
    let symbol = &scenario.instrument.symbol;
    let bars = instrument_bars(snapshot, scenario).map_err(|_| {
        Error::fit(
            format!(
                "regime {} is {} to {}, but up to then the tape holds no {} bars of {symbol}",
                regime.name, regime.from, regime.to, scenario.instrument.interval
            ),
            "`stormproof tape list` shows what it holds; choose a later window, or import earlier bars",
        )
    })?;
    let outside = |first, last| {
        Error::fit(
            format!(
                "regime {} is {} to {}, but the {symbol} bars of the tape are {first} to {last}",
                regime.name, regime.from, regime.to
            ),
            "choose regimes inside the tape (--regimes), a window of your own (--from, --to), or another tape (--tape)",
        )
    };
    let (first, last) = snapshot
        .span_of(symbol)
        .ok_or_else(|| outside(regime.from, regime.to))?;
    let sessions = &snapshot.sessions;
    let wanted = sessions.on_or_after(regime.from)
        ..regime
            .to
            .succ_opt()
            .map_or(0, |day| sessions.on_or_after(day));
    let (Some(opening), Some(closing)) = (
        sessions.get(wanted.start),
        wanted
            .end
            .checked_sub(1)
            .and_then(|ordinal| sessions.get(ordinal)),
    ) else {
        return Err(outside(first, last));
    };
    if wanted.is_empty() {
        return Err(Error::fit(
            format!(
                "regime {} ({} to {}) holds no trading session",
                regime.name, regime.from, regime.to
            ),
            "widen the window",
        ));
    }
    if opening.date < first || closing.date > last {
        return Err(outside(first, last));
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
            "{symbol} has no bar for {} of the sessions of regime {}: {first}{}",
            missing.len(),
            regime.name,
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
            "regime {} starts on {}: the plan needs {needed} bars of {symbol} before that to warm up, the tape has {before} ({} missing)",
            regime.name,
            regime.from,
            needed - before
        ),
        "import earlier bars, or start the window later",
    ))
}

fn warnings(scenario: &Scenario, regimes: &[Regime], snapshot: &Snapshot) -> Vec<String> {
    let mut warnings = Vec::new();
    let symbol = &scenario.instrument.symbol;
    if snapshot.dividends_of(symbol).is_none() {
        warnings.push(format!(
            "the tape has no dividend records of {symbol}: none are paid or charged"
        ));
    }
    if scenario.entry.rules.gapped_entry == strategies::edge::GappedEntry::Cancel {
        warnings.push(
            "gapped_entry = \"cancel\": entries are withdrawn when their open is beyond the stop, which knows the open before trading at it".to_owned(),
        );
    }
    for (name, filter) in &scenario.filters {
        let unknown = filter
            .symbol
            .as_ref()
            .map(|other| gaps(other, regimes, snapshot));
        if let Some((missing, of)) = unknown.filter(|(missing, _)| *missing > 0) {
            warnings.push(format!(
                "filter {name}: {} lacks {missing} of {of} sessions in the windows; there the filter is unknown and forbids entries",
                filter.subject()
            ));
        }
    }
    warnings
}

/// Sessions of the windows that a reference symbol lacks, and how many there are.
fn gaps(symbol: &str, regimes: &[Regime], snapshot: &Snapshot) -> (usize, usize) {
    let sessions = &snapshot.sessions;
    regimes.iter().fold((0, 0), |(missing, all), regime| {
        let wanted = regime
            .to
            .succ_opt()
            .map_or(0, |day| sessions.on_or_after(day))
            - sessions.on_or_after(regime.from);
        let present = snapshot.bars_of(symbol).map_or(0, |bars| {
            bars.rows_between(regime.from, regime.to, sessions).len()
        });
        (missing + wanted.saturating_sub(present), all + wanted)
    })
}

/// The slots of a regime.
pub(crate) fn window(feed: &engine::Feed<'_>, regime: &Regime) -> Result<Window, Error> {
    Window::between(feed, regime.from, regime.to).ok_or_else(|| {
        Error::fit(
            format!(
                "regime {} ({} to {}) holds no bar",
                regime.name, regime.from, regime.to
            ),
            "choose a window inside the tape",
        )
    })
}
