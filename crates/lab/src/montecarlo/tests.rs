//! On made prices: random ones, and such as reward the plan's entry.

use std::sync::atomic::AtomicBool;

use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot, Time};
use stats::{Dice, Purpose};

use super::describe::{Parts, window};
use super::drawn::Draws;
use super::ground::Ground;
use super::options::MonteCarloOptions;
use super::result::Method;
use crate::load::Loaded;
use crate::regimes::Regime;
use crate::scenario::Scenario;

const PLAN: &str = include_str!("../../../../scenarios/mean-reversion.toml");

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Three years of a random walk with 1.5 % a day; the session after three lower closes of more than 2.5 % in all drifts
/// up by `edge`.
fn market(seed: u64, edge: f64) -> Snapshot {
    let sessions = SessionTable::covering(day("2017-01-03"), day("2019-12-31"));
    let mut dice = Dice::new(seed, Purpose::Sample, 0);
    let mut raw = RawBars::default();
    let mut close: f64 = 100.0;
    for session in sessions.as_slice() {
        let reward = match raw.close[..] {
            [.., a, b, c, d] if b < a && c < b && d < c && d / a - 1.0 < -0.025 => edge,
            _ => 0.0,
        };
        let open = close * (0.003 * dice.normal()).exp();
        let end = open * (reward + 0.015 * dice.normal()).exp();
        let (above, below) = (dice.normal().abs(), dice.normal().abs());
        raw.start.push(session.open);
        raw.open.push(open);
        raw.high.push(open.max(end) * (1.0 + 0.004 * above));
        raw.low.push(open.min(end) * (1.0 - 0.004 * below));
        raw.close.push(end);
        raw.volume.push(1e6);
        close = end;
    }
    let still = |start: Vec<Time>| RawBars {
        open: vec![50.0; start.len()],
        high: vec![50.0; start.len()],
        low: vec![50.0; start.len()],
        close: vec![50.0; start.len()],
        volume: vec![1e6; start.len()],
        start,
    };
    let banks = still(raw.start.clone());
    let bars = [("IWM", raw), ("KRE", banks)]
        .map(|(symbol, raw)| Bars::new(symbol, Interval::Day, raw, &sessions).unwrap());
    Snapshot {
        bars: bars.to_vec(),
        sessions,
        ..Snapshot::default()
    }
}

/// p of the plan among entries at random on one market.
fn p_value(seed: u64, edge: f64) -> f64 {
    let loaded = Loaded {
        snapshot: market(seed, edge),
        fingerprint: String::new(),
        warnings: Vec::new(),
        resampled: Vec::new(),
    };
    let scenario = Scenario::parse("plan", PLAN, &[]).unwrap();
    let regimes = [Regime::unnamed(day("2017-03-01"), day("2019-12-31"))];
    let stop = AtomicBool::new(false);
    let options = MonteCarloOptions {
        resamples: 1,
        replays: 19,
        seed,
        ruin: 0.2,
        noise_atr: 0.0,
        block_sessions: None,
        threads: 1,
        stop: &stop,
        progress: &|_, _| (),
    };
    let ground = Ground::of(&scenario, &loaded.snapshot).unwrap();
    let windows = ground.windows(&regimes).unwrap();
    let walked = [ground.as_planned(windows[0]).unwrap()];
    let draws = Draws::new(&options, &loaded, 1);
    let random = draws.random_entries(&ground, &windows, &walked).unwrap();
    let parts = Parts {
        regimes: &regimes,
        walked: &walked,
        variants: &[],
        random: &random,
        noise: &[],
    };
    let described = window(&draws, &parts, 0).unwrap();
    let among = described
        .drawn
        .iter()
        .find(|d| d.method == Method::RandomEntries);
    among
        .unwrap()
        .spread
        .as_ref()
        .unwrap()
        .random
        .unwrap()
        .p_value
}

#[test]
fn on_random_prices_the_plan_is_one_draw_among_others_and_a_planted_edge_is_found() {
    // 120 markets at 10 % (at most one of 19 as good): 12 expected if draws on one market varied as much as plans on many;
    // they vary a tenth less, having the market's own drift in common, which makes 14 or 15. Standard deviation 3.6.
    let found = |edge: f64| {
        let found = |&seed: &u64| p_value(seed, edge) <= 0.1;
        (1000..1120_u64).filter(found).count()
    };
    let (noise, planted) = (found(0.0), found(0.02));
    assert!((4..=25).contains(&noise), "{noise} of 120");
    assert!(planted > 100, "{planted} of 120");
}
