//! What all replays on one set of prices share.

use engine::{Account, Counted, Feed, Full, Ledger, Outcome, Pace, Record, Replayer, Window};
use market::{Bars, Snapshot};
use stats::SparseReturns;
use stats::resample::Course;
use strategies::{Plan, Prepared, Rules};

use crate::error::Error;
use crate::load::window;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::{account, feed, prepare};

/// Rules, columns and account on one set of prices.
pub(super) struct Ground<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) snapshot: &'a Snapshot,
    pub(super) bars: &'a Bars,
    pub(super) prepared: Prepared,
    pub(super) account: Account,
    rules: Rules,
}

impl<'a> Ground<'a> {
    pub(super) fn of(scenario: &'a Scenario, snapshot: &'a Snapshot) -> Result<Self, Error> {
        let instrument = &scenario.instrument;
        let bars = snapshot
            .bars_of(&instrument.symbol, instrument.interval)
            .ok_or_else(|| {
                Error::fit(
                    format!("no {} bars of {}", instrument.interval, instrument.symbol),
                    "choose a window inside the tape",
                )
            })?;
        let rules = scenario.rules();
        Ok(Self {
            scenario,
            snapshot,
            bars,
            prepared: prepare(scenario, bars, snapshot)?,
            account: account(scenario, bars, snapshot),
            rules,
        })
    }

    pub(super) fn feed(&self) -> Result<Feed<'_>, Error> {
        feed(self.scenario, self.bars, self.snapshot, &self.prepared)
    }

    pub(super) fn windows(&self, regimes: &[Regime]) -> Result<Vec<Window>, Error> {
        let feed = self.feed()?;
        regimes.iter().map(|regime| window(&feed, regime)).collect()
    }

    /// The plan as it is.
    pub(super) fn as_planned(&self, window: Window) -> Result<Walked, Error> {
        let feed = self.feed()?;
        let mut replayer = Replayer::<Full>::new();
        let ledger = self.replay(&mut replayer, &feed, &self.account, window, &self.prepared);
        Ok(Walked::of(&feed, window, ledger))
    }

    /// One replay, with an account and a checklist of the caller's, of which only the way is kept.
    pub(super) fn pass(
        &self,
        replayer: &mut Replayer<Counted>,
        feed: &Feed<'_>,
        account: &Account,
        window: Window,
        prepared: &Prepared,
    ) -> Passed {
        Passed::of(self.replay(replayer, feed, account, window, prepared))
    }

    fn replay<'r, R: Record + Default>(
        &self,
        replayer: &'r mut Replayer<R>,
        feed: &Feed<'_>,
        account: &Account,
        window: Window,
        prepared: &Prepared,
    ) -> &'r Ledger {
        let mut plan = Plan::new(&self.rules, prepared, 0);
        replayer.replay(feed, account, window, &mut plan, Pace::Jump)
    }
}

/// What one replay of one window comes to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Passed {
    /// Equity at session closes.
    pub(super) course: Course,
    /// Closed trades.
    pub(super) trades: usize,
}

impl Passed {
    fn of(ledger: &Ledger) -> Self {
        Self {
            course: Course::of(returns(ledger).map(|(_, fraction)| fraction)),
            trades: ledger.trades.len(),
        }
    }

    /// Windows one after another.
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            course: self.course.then(next.course),
            trades: self.trades + next.trades,
        }
    }
}

/// The sessions at which equity moved, with their returns; none after it was gone.
fn returns(ledger: &Ledger) -> impl Iterator<Item = (u32, f64)> + '_ {
    let mut equity = ledger.start_equity_usd;
    ledger.marks.iter().map_while(move |mark| {
        let fraction = (equity > 0.0).then(|| mark.equity_usd / equity - 1.0);
        equity = mark.equity_usd;
        Some((mark.session, fraction?))
    })
}

/// What the plan as it is leaves of one window.
#[derive(Clone, Debug)]
pub(super) struct Walked {
    /// Sessions of the window.
    pub(super) sessions: usize,
    /// Returns of the sessions that moved.
    pub(super) moved: Vec<(u32, f64)>,
    /// Each trade's net profit ÷ the equity that the trades before it had left.
    pub(super) fractions: Vec<f64>,
    /// Slots at whose end an entry was ordered.
    pub(super) entered: Vec<usize>,
    /// What it came to.
    pub(super) passed: Passed,
}

impl Walked {
    fn of(feed: &Feed<'_>, window: Window, ledger: &Ledger) -> Self {
        let first = feed.session(window.first);
        let moved = returns(ledger).filter(|&(_, fraction)| fraction != 0.0);
        let entered = ledger
            .setups
            .iter()
            .filter(|setup| setup.outcome == Outcome::Entered)
            .map(|setup| setup.slot);
        Self {
            sessions: (feed.session(window.last) - first) as usize + 1,
            moved: moved.map(|(session, r)| (session - first, r)).collect(),
            fractions: fractions(ledger),
            entered: entered.collect(),
            passed: Passed::of(ledger),
        }
    }

    /// The session returns of windows, one after another.
    pub(super) fn returns<'w>(
        windows: impl IntoIterator<Item = &'w Self>,
    ) -> Option<SparseReturns<'static>> {
        let (mut sessions, mut moved) = (0_usize, Vec::new());
        for walked in windows {
            let after = sessions as u32;
            moved.extend(walked.moved.iter().map(|&(at, r)| (after + at, r)));
            sessions += walked.sessions;
        }
        SparseReturns::new(sessions, moved).ok()
    }
}

fn fractions(ledger: &Ledger) -> Vec<f64> {
    let mut left = ledger.start_equity_usd;
    let mut fractions = Vec::with_capacity(ledger.trades.len());
    for trade in &ledger.trades {
        if left <= 0.0 {
            break;
        }
        fractions.push(trade.pnl_usd / left);
        left += trade.pnl_usd;
    }
    fractions
}
