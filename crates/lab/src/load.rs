//! From a scenario to the data it needs, read and found fit.

use engine::Window;
use market::{Bars, Interval, Snapshot, sessions_cut_short};
use tape::Tape;

use crate::absent;
use crate::coverage;
use crate::error::Error;
use crate::events;
use crate::fingerprint::fingerprint;
use crate::needs::{self, Needs, Resampled, make, needs};
use crate::options;
use crate::regimes::Regime;
use crate::same_prices;
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
    /// Which of the bars were made from finer ones, because the tape lacks them.
    pub resampled: Vec<Resampled>,
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
    load_with(scenario, &[], regimes, tape, threads)
}

/// The same, and what `others` need besides: variations of the plan that name other symbols, series or events.
pub(crate) fn load_with(
    scenario: &Scenario,
    others: &[Scenario],
    regimes: &[Regime],
    tape: &Tape,
    threads: usize,
) -> Result<Loaded, Error> {
    let loaded = read_with(scenario, others, regimes, tape, threads)?;
    found_fit(loaded, scenario, regimes, tape)
}

/// Reads what `scenario` needs for `regimes` and for `more`; tells whether it is enough for `more` too, which nothing else is
/// said of.
///
/// # Errors
/// As [`load`], of `regimes`.
pub(crate) fn load_and(
    scenario: &Scenario,
    regimes: &[Regime],
    more: &Regime,
    tape: &Tape,
    threads: usize,
) -> Result<(Loaded, bool), Error> {
    let mut all = regimes.to_vec();
    all.push(more.clone());
    let loaded = read_with(scenario, &[], &all, tape, threads)?;
    let loaded = found_fit(loaded, scenario, regimes, tape)?;
    let bars = loaded.bars(scenario)?;
    let fit = coverage::check(scenario, more, bars, &loaded.snapshot).is_ok();
    Ok((loaded, fit))
}

/// What was read, if it is enough for `regimes`, with what should be said of it.
pub(crate) fn found_fit(
    mut loaded: Loaded,
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
) -> Result<Loaded, Error> {
    let spans: Vec<Regime> = regimes.iter().flat_map(Regime::spans).collect();
    let regimes = spans.as_slice();
    let snapshot = &loaded.snapshot;
    let bars = instrument_bars(snapshot, scenario)
        .map_err(|error| coverage::nothing_by_then(scenario, regimes, tape).unwrap_or(error))?;
    for regime in regimes {
        coverage::check(scenario, regime, bars, snapshot)?;
    }
    let unasked = coverage::finer(scenario, regimes, snapshot)?;
    let apart = same_prices::check(regimes, snapshot)?;
    let mut warnings = warnings(scenario, regimes, snapshot);
    warnings.extend(options::chains_told(scenario, regimes, snapshot)?);
    warnings.extend(apart);
    warnings.extend(unasked);
    warnings.extend(tape.unfinished());
    let made = loaded.resampled.iter().map(|one| made(one, snapshot));
    warnings.splice(0..0, made);
    loaded.warnings = warnings;
    Ok(loaded)
}

/// Reads what `scenario` needs for `regimes`; whether it is enough is for others to ask.
pub(crate) fn read(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    threads: usize,
) -> Result<Loaded, Error> {
    read_with(scenario, &[], regimes, tape, threads)
}

fn read_with(
    scenario: &Scenario,
    others: &[Scenario],
    regimes: &[Regime],
    tape: &Tape,
    threads: usize,
) -> Result<Loaded, Error> {
    let mut all = Needs::default();
    for scenario in std::iter::once(scenario).chain(others) {
        let needs = needs(scenario, regimes, tape).map_err(|error| match error {
            Error::Tape(error) => absent::explain(error, scenario, tape),
            other => absent::options_first(other, scenario, tape),
        })?;
        all = all.and(needs);
    }
    let Needs { want, resampled } = all;
    let mut snapshot = tape
        .read(&want, threads)
        .map_err(|error| absent::explain(error, scenario, tape))?;
    let all = std::iter::once(scenario).chain(others);
    options::read_chains(all, regimes, tape, &mut snapshot)?;
    let fingerprint = fingerprint(&snapshot);
    make(&mut snapshot, &resampled, None)?;
    Ok(Loaded {
        snapshot,
        fingerprint,
        warnings: Vec::new(),
        resampled,
    })
}

fn instrument_bars<'a>(snapshot: &'a Snapshot, scenario: &Scenario) -> Result<&'a Bars, Error> {
    let symbol = &scenario.instrument.symbol;
    snapshot
        .bars_of(symbol, scenario.instrument.interval)
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

/// Which layers the rules speak of that nothing on the tape tells.
fn unknown_layers(scenario: &Scenario, snapshot: &Snapshot) -> Vec<String> {
    if !scenario.written.reads().signals {
        return Vec::new();
    }
    let profile = &scenario.written.signals;
    let mut unknown = Vec::new();
    if snapshot
        .bars_of(&profile.benchmark, Interval::Day)
        .is_none()
    {
        unknown.push(format!(
            "the tape has no {}: the signal layer relative strength and the rotation are unknown",
            profile.benchmark
        ));
    }
    match needs::breadth_series(profile) {
        Some(name) if snapshot.series_of(&name).is_some() => {}
        Some(name) => unknown.push(format!(
            "the tape has no series {name}: the signal layer breadth is unknown"
        )),
        None => unknown.push(
            "rules read breadth from a series, not from a universe: the signal layer breadth is unknown. `stormproof tape breadth --universe NAME --write` makes the series".to_owned(),
        ),
    }
    unknown
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
    let traded = scenario
        .options
        .as_ref()
        .filter(|_| scenario.structure.is_some());
    if let (Some(rules), Ok(bars)) = (traded, instrument_bars(snapshot, scenario)) {
        warnings.extend(options::unpriced(rules, regimes, bars, snapshot));
    }
    if let Ok(bars) = instrument_bars(snapshot, scenario) {
        warnings.extend(options::unranked(scenario, regimes, bars, snapshot));
    }
    warnings.extend(unknown_layers(scenario, snapshot));
    warnings.extend(too_late(scenario));
    warnings.extend(suspects(snapshot));
    warnings.extend(coverage::gaps_before(scenario, regimes, snapshot));
    warnings.extend(coverage::days_missing(scenario, regimes, snapshot));
    warnings.extend(events::beyond_the_record(scenario, regimes, snapshot));
    for (name, filter) in &scenario.filters {
        let bars = filter.symbol.iter().flat_map(|s| snapshot.intervals_of(s));
        let unknown = filter
            .symbol
            .as_ref()
            .map(|_| coverage::gaps(&bars.collect::<Vec<_>>(), regimes, snapshot));
        if let Some((missing, of)) = unknown.filter(|(missing, _)| *missing > 0) {
            warnings.push(format!(
                "filter {name}: {} lacks {missing} of {of} sessions in the windows; there the filter is unknown and forbids entries",
                filter.subject()
            ));
        }
    }
    warnings
}

/// What a person should know of bars that were made.
fn made(one: &Resampled, snapshot: &Snapshot) -> String {
    let Resampled { symbol, from, to } = one;
    let fine = snapshot.bars_of(symbol, *from);
    let short = fine.map_or(0, |bars| sessions_cut_short(bars, &snapshot.sessions));
    let short = match short {
        0 => String::new(),
        n => format!("; {n} sessions of those end before their close"),
    };
    format!("the tape has no {to} bars of {symbol}: resampled from its {from} bars{short}")
}

/// A plan that leaves by the clock and may enter after that: such trades last a bar and pay both costs.
fn too_late(scenario: &Scenario) -> Option<String> {
    let time = scenario.exit.time?;
    let bounded = matches!(scenario.entry.edge, strategies::Edge::GapMomentum(_));
    let stands_aside = scenario.filters.values().any(|f| f.blackout.is_some());
    (!bounded && !stands_aside).then(|| {
        format!(
            "exit.time = \"{time}\", but entries may be decided after it and are left at the next open: add a filter with blackout = [\"{time}-16:00\"]"
        )
    })
}

/// Bars whose open or close lies outside their own range: used as they are, but said.
fn suspects(snapshot: &Snapshot) -> impl Iterator<Item = String> + '_ {
    snapshot.bars.iter().filter_map(|bars| {
        let (count, row) = bars.suspect_prints()?;
        let first = bars.start().get(row)?;
        Some(format!(
            "{}: {count} of its {} bars have an open or close outside their own range, the first at {first}",
            bars.symbol, bars.interval
        ))
    })
}

/// The slots of a regime without holes.
pub(crate) fn window(feed: &engine::Feed<'_>, regime: &Regime) -> Result<Window, Error> {
    Window::between(feed, regime.from, regime.to).ok_or_else(|| {
        Error::fit(
            format!("{} holds no bar", regime.title()),
            "choose a window inside the tape",
        )
    })
}

/// The slots of a regime, span by span.
pub(crate) fn slots(regime: &Regime, feed: &engine::Feed<'_>) -> Result<Vec<Window>, Error> {
    let spans = regime.spans();
    spans.iter().map(|span| window(feed, span)).collect()
}
