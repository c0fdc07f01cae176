//! One market and one plan, as the engine runs it and as the plain loop does.

use engine::{Account, Counted, Feed, Ledger, Pace, Replayer, Window, replay};
use indicators::{Atr, Indicator as _, Prices};
use market::{Bars, Snapshot};
use strategies::{
    Edge, EntryRules, ExitRules, Filters, MeanReversion, Plan, Prepared, RiskRules, Rules,
};

use crate::plain::{self, PlainTrade, Rule};

const START_USD: f64 = 100_000.0;

/// Both sides with their columns.
pub(crate) struct Pair<'a> {
    snapshot: &'a Snapshot,
    bars: &'a Bars,
    rules: Rules,
    prepared: Prepared,
    account: Account,
    rule: Rule,
    atr: Vec<f64>,
    ends: Vec<bool>,
}

impl<'a> Pair<'a> {
    /// The shipped plan's shape: stop 1.5 ATR, target 2.5 ATR, time stop at the 3rd session's close.
    pub(crate) fn new(snapshot: &'a Snapshot, min_decline: f64) -> Self {
        let bars = &snapshot.bars[0];
        let account = Account {
            equity_usd: START_USD,
            ..Account::default()
        };
        let rule = Rule {
            declines: 3,
            min_decline,
            stop_atr: 1.5,
            target_atr: 2.5,
            time_stop_sessions: 3,
            min_mfe_atr: 1.0,
            atr_bars: 14,
            risk: 0.005,
            slippage: account.costs.slippage_bps * 1e-4,
            per_share: account.costs.commission_per_share_usd,
            minimum: account.costs.commission_min_usd,
        };
        let rules = rules(&rule);
        Self {
            snapshot,
            bars,
            prepared: prepared(&rules, bars, snapshot),
            rules,
            account,
            rule,
            atr: plain::atr(bars, rule.atr_bars),
            ends: plain::session_ends(bars, &snapshot.sessions),
        }
    }

    /// The account, the plan and its columns.
    pub(crate) fn parts(&self) -> (&Account, &Rules, &Prepared) {
        (&self.account, &self.rules, &self.prepared)
    }

    /// The engine, columns given.
    pub(crate) fn engine(&self) -> Ledger {
        self.replay(&self.prepared)
    }

    /// The engine, indicators and masks computed.
    pub(crate) fn engine_whole(&self) -> Ledger {
        self.replay(&prepared(&self.rules, self.bars, self.snapshot))
    }

    /// What the loop runs over.
    pub(crate) fn feed(&self) -> Feed<'a> {
        Feed::single(self.bars, &self.snapshot.sessions).expect("whole bars")
    }

    /// The engine as a sweep has it, columns and feed given: its memory kept, nothing but counts of what is not read.
    pub(crate) fn engine_reused<'l>(
        &self,
        feed: &Feed<'_>,
        replayer: &'l mut Replayer<Counted>,
    ) -> &'l Ledger {
        let window = Window::whole(feed).expect("bars");
        let mut plan = Plan::new(&self.rules, &self.prepared, 0);
        replayer.replay(feed, &self.account, window, &mut plan, Pace::Jump)
    }

    fn replay(&self, prepared: &Prepared) -> Ledger {
        let feed = self.feed();
        let window = Window::whole(&feed).expect("bars");
        let mut plan = Plan::new(&self.rules, prepared, 0);
        replay(&feed, &self.account, window, &mut plan, Pace::Jump)
    }

    /// The plain loop, ATR given.
    pub(crate) fn plain(&self) -> Vec<PlainTrade> {
        plain::run(self.bars, &self.atr, &self.ends, &self.rule, START_USD)
    }

    /// The plain loop, ATR computed.
    pub(crate) fn plain_whole(&self) -> Vec<PlainTrade> {
        let atr = plain::atr(self.bars, self.rule.atr_bars);
        plain::run(self.bars, &atr, &self.ends, &self.rule, START_USD)
    }

    /// The number of trades, once both sides have been found to make the same ones.
    ///
    /// # Panics
    /// If they do not.
    pub(crate) fn assert_same_trades(&self) -> usize {
        let (plain, ledger) = (self.plain(), self.engine());
        assert_eq!(plain.len(), ledger.trades.len(), "as many trades");
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
        for (ours, theirs) in ledger.trades.iter().zip(&plain) {
            assert!(
                ours.quantity == theirs.shares as u64
                    && close(ours.entry_price, theirs.entry)
                    && close(ours.exit_price, theirs.exit)
                    && (ours.pnl_usd - theirs.pnl).abs() <= 1e-6,
                "the engine traded {ours:?}, the plain loop {theirs:?}"
            );
        }
        plain.len()
    }
}

/// The plan's columns, with the ATR of these very bars also within the session: what the plain loop trades by.
fn prepared(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let atr = Atr {
        n: rules.risk.atr_sessions as usize,
    };
    Prepared {
        atr: atr.compute(Prices::from(bars)),
        ..rules.prepare(bars, snapshot)
    }
}

fn rules(rule: &Rule) -> Rules {
    Rules {
        structure: None,
        protect: None,
        edge: Edge::MeanReversion(MeanReversion {
            declines: rule.declines as u32,
            min_decline: rule.min_decline,
        }),
        entry: EntryRules::default(),
        exit: ExitRules {
            stop_atr: Some(rule.stop_atr),
            target_atr: Some(rule.target_atr),
            time_stop_sessions: Some(rule.time_stop_sessions),
            time_stop_min_mfe_atr: Some(rule.min_mfe_atr),
            ..ExitRules::default()
        },
        risk: RiskRules {
            risk_per_trade: rule.risk,
            atr_sessions: rule.atr_bars as u32,
            min_stop_atr: 0.25,
        },
        filters: Filters::new(),
        overlays: strategies::Overlays::new(),
        written: strategies::Written::default().into(),
    }
}
