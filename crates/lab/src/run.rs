//! A plan in its regimes, in parallel.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{Account, Feed, Intrabar, Ledger, Pace, Window, replay};
use market::{Date, ExitReason, Origin, Snapshot, Time};
use rayon::prelude::*;
use serde::Serialize;
use stats::{EquityPath, Figures};
use strategies::{Plan, Prepared, Rules};
use tape::Tape;

use crate::diagnosis;
use crate::error::Error;
use crate::funnel::Funnel;
use crate::load::{Loaded, load, window};
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::verdict::{Standing, Verdict};

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions<'a> {
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop at the next regime.
    pub stop: &'a AtomicBool,
}

/// What is known about the tape a run used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TapeFacts {
    /// Where it is.
    pub name: String,
    /// Real or simulated.
    #[serde(flatten)]
    pub origin: Origin,
    /// Fingerprint of the data used.
    pub fingerprint: String,
    /// First session of the instrument's bars.
    pub first: Option<Date>,
    /// Last session read.
    pub last: Option<Date>,
}

/// A run: a plan in all its regimes, and the verdict.
#[derive(Clone, Debug)]
pub struct Run {
    /// The resolved plan.
    pub scenario: Scenario,
    /// The tape.
    pub tape: TapeFacts,
    /// The entry checklist, triggers first.
    pub criteria: Vec<String>,
    /// How many of the criteria are triggers.
    pub triggers: usize,
    /// The regimes in the order asked for.
    pub regimes: Vec<RegimeRun>,
    /// The verdict over all of them.
    pub verdict: Verdict,
    /// What the result should be read with.
    pub warnings: Vec<String>,
}

/// Equity at a session's close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquityPoint {
    /// The session.
    pub date: Date,
    /// Its close.
    pub time: Time,
    /// Equity, dollars.
    pub equity_usd: f64,
    /// Cash, dollars.
    pub cash_usd: f64,
    /// Loss from the running peak (start equity included), a fraction.
    pub drawdown: f64,
}

/// What the order of events inside ambiguous bars could change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// Trades of the headline run whose result rests on an assumption.
    pub ambiguous_trades: usize,
    /// A complete replay with the stop first.
    pub pessimistic: Edge,
    /// A complete replay with the target first.
    pub optimistic: Edge,
}

/// One end of a [`Band`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Edge {
    /// Net profit, dollars.
    pub net_profit_usd: f64,
    /// Largest drawdown at session closes, a fraction.
    pub max_drawdown: f64,
}

/// Exits for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ExitCount {
    /// How many.
    pub trades: usize,
    /// Their net result, dollars.
    pub pnl_usd: f64,
}

/// A plan in one regime.
#[derive(Clone, Debug)]
pub struct RegimeRun {
    /// The window.
    pub regime: Regime,
    /// Everything that happened.
    pub ledger: Ledger,
    /// Equity at every session close of the window.
    pub equity: Vec<EquityPoint>,
    /// The figures.
    pub figures: Figures,
    /// Share of the window's sessions in which a position was held.
    pub exposure: Option<f64>,
    /// Exits by reason.
    pub exits: BTreeMap<ExitReason, ExitCount>,
    /// Setups and what became of them.
    pub funnel: Funnel,
    /// What ambiguous bars could change.
    pub band: Band,
    /// The instrument's own return from the close before the window to its end, a fraction.
    pub instrument_return: Option<f64>,
    /// Whether the plan held.
    pub standing: Standing,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// Runs `scenario` in `regimes` on `tape`.
///
/// Every regime starts with a fresh account and decides and fills inside its window only; columns are
/// computed once from the tape's first bar and shared. The result is the same on any number of threads.
///
/// # Errors
/// What [`load`] refuses, and [`Error::Interrupted`].
pub fn run(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    options: RunOptions<'_>,
) -> Result<Run, Error> {
    let threads = if options.threads == 0 {
        available_threads()
    } else {
        options.threads
    };
    let loaded = load(scenario, regimes, tape, threads)?;
    let stage = Stage::build(scenario, &loaded)?;
    let one = |regime: &Regime| {
        if options.stop.load(Ordering::Relaxed) {
            Err(Error::Interrupted)
        } else {
            stage.regime(regime)
        }
    };
    let regimes: Result<Vec<RegimeRun>, Error> = if threads == 1 || regimes.len() == 1 {
        regimes.iter().map(one).collect()
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.min(regimes.len()))
            .build();
        match pool {
            Ok(pool) => pool.install(|| regimes.par_iter().map(one).collect()),
            // No threads to be had: the same work on this one.
            Err(_) => regimes.iter().map(one).collect(),
        }
    };
    let regimes = regimes?;
    let standings: Vec<Standing> = regimes.iter().map(|r| r.standing).collect();
    Ok(Run {
        scenario: scenario.clone(),
        tape: facts(scenario, tape, &loaded),
        criteria: stage.criteria,
        triggers: stage.prepared.checklist.triggers(),
        regimes,
        verdict: Verdict::over(&standings),
        warnings: loaded.warnings,
    })
}

fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn facts(scenario: &Scenario, tape: &Tape, loaded: &Loaded) -> TapeFacts {
    let span = loaded.snapshot.span_of(&scenario.instrument.symbol);
    TapeFacts {
        name: tape.name(),
        origin: loaded.snapshot.origin.clone(),
        fingerprint: loaded.fingerprint.clone(),
        first: span.map(|s| s.0),
        last: span.map(|s| s.1),
    }
}

/// Everything the regimes share: rules, columns, account.
pub(crate) struct Stage<'a> {
    scenario: &'a Scenario,
    snapshot: &'a Snapshot,
    rules: Rules,
    prepared: Prepared,
    account: Account,
    criteria: Vec<String>,
    bars: &'a market::Bars,
}

impl<'a> Stage<'a> {
    fn build(scenario: &'a Scenario, loaded: &'a Loaded) -> Result<Self, Error> {
        let bars = loaded.bars(scenario)?;
        let rules = scenario.rules();
        let prepared = rules.prepare(bars, &loaded.snapshot);
        let criteria = prepared
            .checklist
            .criteria()
            .iter()
            .map(|c| c.name.clone())
            .collect();
        let account = account(scenario, bars, &loaded.snapshot);
        Ok(Self {
            scenario,
            snapshot: &loaded.snapshot,
            rules,
            prepared,
            account,
            criteria,
            bars,
        })
    }

    fn regime(&self, regime: &Regime) -> Result<RegimeRun, Error> {
        let feed = feed(self.scenario, self.bars, self.snapshot, &self.prepared)?;
        let window = window(&feed, regime)?;
        let replay_with = |intrabar: Intrabar| {
            let mut account = self.account.clone();
            account.fills.intrabar = intrabar;
            replay(
                &feed,
                &account,
                window,
                &mut Plan::new(&self.rules, &self.prepared, 0),
                Pace::Jump,
            )
        };
        let ledger = replay_with(self.account.fills.intrabar);
        let band = self.band(&feed, &ledger, window, replay_with);
        Ok(self.describe(regime, &feed, window, ledger, band))
    }

    /// Two more complete replays, unless no bar of this one was ambiguous: then they are the same.
    fn band(
        &self,
        feed: &Feed<'_>,
        ledger: &Ledger,
        window: Window,
        replay_with: impl Fn(Intrabar) -> Ledger,
    ) -> Band {
        let ambiguous_trades = ledger.trades.iter().filter(|t| t.ambiguous).count();
        let edge = |ledger: &Ledger| Edge {
            net_profit_usd: ledger.end_equity_usd - ledger.start_equity_usd,
            max_drawdown: equity_path(feed, window, ledger)
                .iter()
                .map(|p| p.drawdown)
                .fold(0.0, f64::max),
        };
        if ambiguous_trades == 0 {
            let same = edge(ledger);
            return Band {
                ambiguous_trades,
                pessimistic: same,
                optimistic: same,
            };
        }
        Band {
            ambiguous_trades,
            pessimistic: edge(&replay_with(Intrabar::Pessimistic)),
            optimistic: edge(&replay_with(Intrabar::Optimistic)),
        }
    }

    fn describe(
        &self,
        regime: &Regime,
        feed: &Feed<'_>,
        window: Window,
        ledger: Ledger,
        band: Band,
    ) -> RegimeRun {
        let equity = equity_path(feed, window, &ledger);
        let closes: Vec<f64> = equity.iter().map(|point| point.equity_usd).collect();
        let path = EquityPath {
            start_equity: ledger.start_equity_usd,
            closes: &closes,
        };
        let figures = Figures::of(&path, &ledger.trades);
        let mut exits: BTreeMap<ExitReason, ExitCount> = BTreeMap::new();
        for trade in &ledger.trades {
            let count = exits.entry(trade.exit_reason).or_default();
            count.trades += 1;
            count.pnl_usd += trade.pnl_usd;
        }
        let ordinals = feed.session(window.first) as usize..=feed.session(window.last) as usize;
        let exposure = feed
            .sessions()
            .as_slice()
            .get(ordinals)
            .and_then(|s| stats::exposure(&ledger.trades, s));
        let closes = self.bars.close();
        let instrument_return = window
            .first
            .checked_sub(1)
            .map(|before| closes[window.last] / closes[before] - 1.0);
        let standing = standing(self.scenario, &figures);
        let mut described = RegimeRun {
            regime: regime.clone(),
            exposure,
            funnel: Funnel::of(&ledger.setups, &self.criteria),
            ledger,
            equity,
            figures,
            exits,
            band,
            instrument_return,
            standing,
            reasons: Vec::new(),
        };
        described.reasons = diagnosis::reasons(&described, self.scenario);
        described
    }
}

/// Whether the plan held: enough trades, positive net expectancy, drawdown within the limit.
fn standing(scenario: &Scenario, figures: &Figures) -> Standing {
    if figures.trades.trades < scenario.verdict.min_trades as usize {
        return Standing::Inconclusive;
    }
    let earns = figures
        .trades
        .expectancy_usd
        .is_some_and(|expectancy| expectancy > 0.0);
    let bears = figures
        .max_drawdown
        .is_some_and(|drawdown| drawdown <= scenario.verdict.max_drawdown);
    if earns && bears {
        Standing::Holds
    } else {
        Standing::Fails
    }
}

pub(crate) fn account(scenario: &Scenario, bars: &market::Bars, snapshot: &Snapshot) -> Account {
    let cash_rate = scenario.account.cash_rate.as_ref().map(|name| {
        let basis = indicators::SplitBasis::default();
        let clock = strategies::Clock {
            bars,
            snapshot,
            basis: &basis,
        };
        let percent = strategies::filters::last_level(&clock, name);
        indicators::Column::new(percent.values().iter().map(|p| p / 100.0).collect())
    });
    Account {
        equity_usd: scenario.account.equity_usd,
        max_leverage: scenario.account.max_leverage,
        costs: scenario.costs,
        fills: scenario.fills,
        cash_rate,
    }
}

pub(crate) fn feed<'a>(
    scenario: &Scenario,
    bars: &'a market::Bars,
    snapshot: &'a Snapshot,
    prepared: &'a Prepared,
) -> Result<Feed<'a>, Error> {
    let symbol = &scenario.instrument.symbol;
    let feed = Feed::single(bars, &snapshot.sessions).map_err(|e| {
        Error::fit(
            e.to_string(),
            "this tape cannot be traded on; import it again",
        )
    })?;
    Ok(feed.with_atr(0, &prepared.atr).with_actions(
        0,
        snapshot.dividends_of(symbol).unwrap_or(&[]),
        snapshot.splits_of(symbol),
    ))
}

/// Equity at every session close of the window, from the marks at which it changed.
fn equity_path(feed: &Feed<'_>, window: Window, ledger: &Ledger) -> Vec<EquityPoint> {
    let (mut marks, start) = (ledger.marks.iter().peekable(), ledger.start_equity_usd);
    let (mut equity_usd, mut cash_usd, mut peak) = (start, start, start);
    let mut points = Vec::new();
    for ordinal in feed.session(window.first)..=feed.session(window.last) {
        while let Some(mark) = marks.next_if(|mark| mark.session <= ordinal) {
            (equity_usd, cash_usd) = (mark.equity_usd, mark.cash_usd);
        }
        let Some(session) = feed.sessions().get(ordinal as usize) else {
            continue;
        };
        peak = peak.max(equity_usd);
        let drawdown = (peak - equity_usd) / peak;
        points.push(EquityPoint {
            date: session.date,
            time: session.close,
            equity_usd,
            cash_usd,
            drawdown,
        });
    }
    points
}
