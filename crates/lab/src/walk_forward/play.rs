//! One combination through a window, with whatever equity came before: the out-of-sample path.

use engine::{Full, Pace, Replayer};
use market::{Date, Trade};
use stats::{EquityPath, Figures};
use strategies::Plan;

use super::figured::Figured;
use crate::error::Error;
use crate::load::{Loaded, slots};
use crate::outcome::equity_path;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage;

/// A path of equity at session closes, and its closed trades.
#[derive(Clone, Debug, Default)]
pub(super) struct Played {
    pub(super) dates: Vec<Date>,
    pub(super) closes: Vec<f64>,
    pub(super) trades: Vec<Trade>,
}

impl Played {
    /// Its figures, from `start_equity` dollars.
    pub(super) fn figures(&self, start_equity: f64) -> Figures {
        let path = EquityPath {
            start_equity,
            closes: &self.closes,
        };
        Figures::of(&path, &self.trades)
    }

    /// The few figures that are shown of it.
    pub(super) fn figured(&self, start_equity: f64) -> Figured {
        Figured::of(&self.figures(start_equity), start_equity, &self.closes)
    }

    /// Equity at the end.
    pub(super) fn end(&self, start_equity: f64) -> f64 {
        self.closes.last().copied().unwrap_or(start_equity)
    }

    /// What comes after it.
    pub(super) fn append(&mut self, mut next: Played) {
        self.dates.append(&mut next.dates);
        self.closes.append(&mut next.closes);
        self.trades.append(&mut next.trades);
    }

    /// Nothing done on these dates.
    pub(super) fn idle(dates: &[Date], equity: f64) -> Self {
        Self {
            dates: dates.to_vec(),
            closes: vec![equity; dates.len()],
            trades: Vec::new(),
        }
    }
}

/// Replays `scenario` through the spans of `regime`, one after the other with one account of `equity` dollars.
pub(super) fn play(
    scenario: &Scenario,
    loaded: &Loaded,
    regime: &Regime,
    equity: f64,
) -> Result<Played, Error> {
    let bars = loaded.bars(scenario)?;
    let rules = scenario.rules();
    let prepared = stage::prepare(scenario, bars, &loaded.snapshot)?;
    let feed = stage::feed(scenario, bars, &loaded.snapshot, &prepared)?;
    let mut account = stage::account(scenario, bars, &loaded.snapshot);
    account.equity_usd = equity;
    let windows = slots(regime, &feed)?;
    let mut plan = Plan::new(&rules, &prepared, 0);
    let mut replayer = Replayer::<Full>::new();
    replayer.replay_spans(&feed, &account, &windows, &mut plan, Pace::Jump);
    let ledger = replayer.into_ledger();
    let points = equity_path(&feed, &windows, &ledger);
    Ok(Played {
        dates: points.iter().map(|point| point.date).collect(),
        closes: points.iter().map(|point| point.equity_usd).collect(),
        trades: ledger.trades,
    })
}
