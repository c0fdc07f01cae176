//! A plan over windows, and everything that is said of it: what runs, sweeps and walks forward share.

use engine::{Account, Feed, Ledger, Outcome, Pace, Window, replay};
use stats::{EquityPath, Figures};
use strategies::{Plan, Prepared, Rules};

use crate::outcome::equity_path;

/// What became of setups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) setups: usize,
    pub(crate) entered: usize,
    pub(crate) vetoed: usize,
    pub(crate) busy: usize,
    pub(crate) cooling_down: usize,
    pub(crate) rejected: usize,
}

/// Replays plans one after the other and keeps what it needs for that.
#[derive(Default)]
pub(crate) struct Measure {
    ledger: Option<Ledger>,
    figures: Figures,
}

/// What a replay says.
pub(crate) struct Said<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) figures: &'a Figures,
    pub(crate) exposure: Option<f64>,
    pub(crate) counts: Counts,
}

impl Measure {
    /// Replays a plan through `windows`, one after the other with one account.
    pub(crate) fn replay(
        &mut self,
        feed: &Feed<'_>,
        account: &Account,
        windows: &[Window],
        rules: &Rules,
        prepared: &Prepared,
    ) -> Said<'_> {
        let mut plan = Plan::new(rules, prepared, 0);
        let ledger = replay(feed, account, windows[0], &mut plan, Pace::Jump);
        let equity = equity_path(feed, windows[0], &ledger);
        let closes: Vec<f64> = equity.iter().map(|p| p.equity_usd).collect();
        let path = EquityPath {
            start_equity: ledger.start_equity_usd,
            closes: &closes,
        };
        self.figures = Figures::of(&path, &ledger.trades);
        let first = feed.session(windows[0].first) as usize;
        let last = feed.session(windows[0].last) as usize;
        let sessions = &feed.sessions().as_slice()[first..=last];
        let exposure = stats::exposure(&ledger.trades, sessions);
        let counts = counts(&ledger);
        Said {
            ledger: self.ledger.insert(ledger),
            figures: &self.figures,
            exposure,
            counts,
        }
    }
}

fn counts(ledger: &Ledger) -> Counts {
    let mut counts = Counts::default();
    for setup in &ledger.setups {
        counts.setups += 1;
        match setup.outcome {
            Outcome::Entered => counts.entered += 1,
            Outcome::Vetoed { .. } => counts.vetoed += 1,
            Outcome::Busy => counts.busy += 1,
            Outcome::CoolingDown => counts.cooling_down += 1,
            Outcome::Rejected(_) => counts.rejected += 1,
        }
    }
    counts
}
