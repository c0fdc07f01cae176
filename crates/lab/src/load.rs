//! From a scenario to the data it needs, read and found fit.

use chrono::Days;
use engine::Window;
use market::{Bars, Fields, Interval, Snapshot};
use tape::{BarWant, Tape, Want};

use crate::coverage;
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
    let bars = instrument_bars(&snapshot, scenario)
        .map_err(|error| coverage::nothing_by_then(scenario, regimes, tape).unwrap_or(error))?;
    for regime in regimes {
        coverage::check(scenario, regime, bars, &snapshot)?;
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
    warnings.extend(suspects(snapshot));
    warnings.extend(coverage::gaps_before(scenario, regimes, snapshot));
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

/// Bars whose open or close lies outside their own range: used as they are, but said.
fn suspects(snapshot: &Snapshot) -> impl Iterator<Item = String> + '_ {
    snapshot.bars.iter().filter_map(|bars| {
        let (count, row) = bars.suspect_prints()?;
        let first = bars.start().get(row)?;
        Some(format!(
            "{}: {count} bars have an open or close outside their own range, the first at {first}",
            bars.symbol
        ))
    })
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
            format!("{} holds no bar", regime.title()),
            "choose a window inside the tape",
        )
    })
}
