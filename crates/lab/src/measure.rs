//! A plan over windows, and what is said of it: what sweeps, walks forward and resampling do again and again.

use engine::{Account, Counted, Feed, Ledger, Pace, Replayer, Window};
use stats::{Figures, SparsePath};
use strategies::{Plan, Prepared, Rules};

use crate::appraisal::Appraiser;

/// Replays plans one after the other and keeps what it needs for that.
#[derive(Default)]
pub(crate) struct Measure {
    replayer: Replayer<Counted>,
    appraiser: Appraiser,
}

/// What a replay says.
pub(crate) struct Said<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) figures: &'a Figures,
    pub(crate) exposure: Option<f64>,
    pub(crate) path: SparsePath<'a>,
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
        let Self {
            replayer,
            appraiser,
        } = self;
        let ledger = replayer.replay_spans(feed, account, windows, &mut plan, Pace::Jump);
        let appraisal = appraiser.appraise(feed, windows, ledger);
        Said {
            ledger,
            figures: appraisal.figures,
            exposure: appraisal.exposure,
            path: appraisal.path,
        }
    }
}
