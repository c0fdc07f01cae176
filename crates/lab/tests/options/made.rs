//! A simulated market with what option prices are made of, and plans for it.

use std::sync::LazyLock;

use engine::{Account, Feed};
use lab::options::chains;
use lab::{Loaded, Override, Regime, Regimes, Scenario};
use market::{Bars, Date, Interval, SessionTable, Snapshot};
use strategies::Prepared;
use tape::{Contents, Tape};

pub(crate) const CONDOR: &str = include_str!("../../../../scenarios/iron-condor.toml");

/// A plan for shares that trades a structure instead: what kind, the tests say.
pub(crate) const DIRECTIONAL: &str = r#"
name = "declines in options"
strategy = "mean-reversion"
regimes = ["q4-2018", "covid-2020", "tightening-2022"]
[instrument]
symbol = "IWM"
interval = "1d"
[entry]
declines = 2
min_decline = 0.005
[structure]
kind = "credit-spread"
days_to_expiry = 20
delta = 0.3
wing_width_usd = 3
[exit]
max_sessions = 8
[filters.kre]
symbol = "KRE"
min_change = -0.05
"#;

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn plan(text: &str, sets: &[String]) -> Scenario {
    let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides).unwrap()
}

pub(crate) fn sets(sets: &[&str]) -> Vec<String> {
    sets.iter().map(|set| (*set).to_owned()).collect()
}

/// The simulated market of a seed, with everything that option prices are made of.
pub(crate) fn contents(seed: u64) -> Contents {
    tape::synth::synthesise(seed)
}

/// As a reader would give it.
pub(crate) fn snapshot(seed: u64) -> Snapshot {
    let contents = contents(seed);
    let sessions = SessionTable::covering(date("2016-07-01"), date("2023-12-29"));
    let bars = contents.bars.into_iter();
    let bars =
        bars.map(|(symbol, interval, raw)| Bars::new(&symbol, interval, raw, &sessions).unwrap());
    Snapshot {
        bars: bars.filter(|bars| bars.interval == Interval::Day).collect(),
        sessions,
        series: contents.series,
        dividends: contents.dividends,
        splits: contents.splits,
        origin: contents.origin,
        events: contents.events,
        ..Snapshot::default()
    }
}

pub(crate) static MARKETS: LazyLock<Vec<Snapshot>> =
    LazyLock::new(|| (1..4).map(snapshot).collect());

pub(crate) fn loaded(snapshot: Snapshot) -> Loaded {
    Loaded {
        snapshot,
        fingerprint: String::new(),
        warnings: Vec::new(),
        resampled: Vec::new(),
    }
}

/// A tape on disk with these contents.
pub(crate) fn tape_of(contents: &Contents) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    tape.merge(contents, "test", 0).unwrap();
    (folder, tape)
}

pub(crate) fn regimes() -> Vec<Regime> {
    let names = ["q4-2018", "covid-2020", "tightening-2022"].map(str::to_owned);
    Regimes::shipped().unwrap().pick(&names).unwrap()
}

pub(crate) fn bars(snapshot: &Snapshot) -> &Bars {
    snapshot.bars_of("IWM", Interval::Day).unwrap()
}

/// The plan's columns and its chains.
pub(crate) fn prepared(scenario: &Scenario, snapshot: &Snapshot) -> Prepared {
    let bars = bars(snapshot);
    let mut prepared = scenario.rules().prepare(bars, snapshot);
    let rules = scenario.options.clone().unwrap_or_default();
    prepared.chains = Some(std::sync::Arc::new(chains(&rules, bars, snapshot).unwrap()));
    prepared
}

pub(crate) fn feed<'a>(snapshot: &'a Snapshot, prepared: &'a Prepared) -> Feed<'a> {
    let chains = prepared.chains.as_deref().unwrap();
    Feed::single(bars(snapshot), &snapshot.sessions)
        .unwrap()
        .with_options(0, chains)
        .with_atr(0, &prepared.atr)
        .with_actions(
            0,
            snapshot.dividends_of("IWM").unwrap_or(&[]),
            snapshot.splits_of("IWM"),
        )
}

pub(crate) fn account(scenario: &Scenario) -> Account {
    Account {
        costs: scenario.costs,
        options: scenario.option_costs.unwrap_or_default(),
        ..Account::default()
    }
}
