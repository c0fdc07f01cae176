//! A simulated market with what option prices are made of, and plans for it.

use std::sync::LazyLock;

use engine::{Account, Feed};
use lab::options::chains;
use lab::{Loaded, Override, Regime, Regimes, Scenario};
use market::{Bars, Date, Event, Interval, Known, Series, SessionTable, Snapshot};
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

/// A number between 0 and 1 that jumps from row to row.
fn scrambled(row: usize, stream: u64) -> f64 {
    let bits = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03);
    (bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1_u32 << 24)
}

/// The simulated market of a seed with VIX, VIX9D, VIX3M around its RVX, a rate, and meetings every seventh week.
pub(crate) fn contents(seed: u64) -> Contents {
    let mut contents = tape::synth::synthesise(seed);
    // The synthesised ones would do; these were here first, and the cases are chosen by them.
    let ours = ["VIX", "VIX9D", "VIX3M", "DGS3MO"];
    contents
        .series
        .retain(|series| !ours.contains(&series.name.as_str()));
    let rvx = contents.series.iter().find(|series| series.name == "RVX");
    let rvx = rvx.unwrap().clone();
    let from = |name: &str, low: f64, high: f64, stream: u64| {
        let ratio = |row| low + (high - low) * scrambled(row, stream);
        let value = rvx.value.iter().enumerate();
        Series {
            name: name.to_owned(),
            value: value.map(|(row, rvx)| rvx * ratio(row)).collect(),
            ..rvx.clone()
        }
    };
    let made = [
        from("VIX", 0.78, 0.82, 1),
        from("VIX9D", 0.70, 0.86, 2),
        from("VIX3M", 0.82, 0.88, 3),
    ];
    let rate = Series {
        name: "DGS3MO".to_owned(),
        value: (0..rvx.value.len())
            .map(|row| 1.0 + 2.0 * scrambled(row / 20, 4))
            .collect(),
        date: rvx.date.clone(),
        known: Known::NextSession,
    };
    contents.series.extend(made);
    contents.series.push(rate);
    let meetings = date("2016-08-03").iter_days().step_by(49);
    let meeting = |date: Date| Event {
        date,
        time_et_minutes: Some(14 * 60),
        label: "FOMC decision".to_owned(),
        scheduled: true,
        basis: None,
    };
    let dated = meetings.take_while(|day| *day < date("2023-12-29"));
    contents.events = vec![("fomc".to_owned(), dated.map(meeting).collect())];
    contents
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
