//! What the regimes of a run share: rules, columns, account. Built once, replayed many times.

use engine::{Account, Feed, FeedError, Full, Intrabar, Ledger, Pace, Replayer, Window};
use indicators::{Column, SplitBasis};
use market::{Bars, SessionTable, Snapshot};
use stats::Figures;
use strategies::{Clock, Plan, Prepared, Rules, filters};

use crate::appraisal::Appraiser;
use crate::checkup::CriterionCount;
use crate::coverage;
use crate::diagnosis;
use crate::error::Error;
use crate::funnel::{Funnel, OverlayCounts};
use crate::load::{Loaded, slots};
use crate::measure::{Measure, Said};
use crate::options::{Markets, OptionsTold, Seen, is_modelled};
use crate::outcome::{Band, BandEnd, RegimeRun, Settled, equity_path, exits};
use crate::protected::Protected;
use crate::record::{Instrument, InstrumentSession};
use crate::regimes::Regime;
use crate::rule_warnings;
use crate::scenario::Scenario;
use crate::verdict::Standing;

/// Everything the regimes share: rules, columns, account.
pub(crate) struct Stage<'a> {
    scenario: &'a Scenario,
    snapshot: &'a Snapshot,
    rules: Rules,
    prepared: Prepared,
    markets: Markets,
    account: Account,
    pub(crate) criteria: Vec<String>,
    pub(crate) triggers: usize,
    bars: &'a Bars,
    basis: SplitBasis,
}

impl<'a> Stage<'a> {
    pub(crate) fn build(scenario: &'a Scenario, loaded: &'a Loaded) -> Result<Self, Error> {
        let bars = loaded.bars(scenario)?;
        let rules = scenario.rules();
        let markets = Markets::default();
        let prepared = rules.prepare(bars, &loaded.snapshot);
        let prepared = with_chains(prepared, scenario, bars, &loaded.snapshot, &markets)?;
        let criteria = prepared
            .checklist
            .criteria()
            .iter()
            .map(|c| c.name.clone())
            .collect();
        let account = account(scenario, bars, &loaded.snapshot);
        let sessions = &loaded.snapshot.sessions;
        let splits = loaded.snapshot.splits_of(&scenario.instrument.symbol);
        Ok(Self {
            scenario,
            snapshot: &loaded.snapshot,
            rules,
            triggers: prepared.checklist.triggers(),
            prepared,
            markets,
            account,
            criteria,
            bars,
            basis: SplitBasis::of_bars(bars, sessions, splits),
        })
    }

    /// The instrument's bars: the plan's clock.
    pub(crate) fn bars(&self) -> &Bars {
        self.bars
    }

    /// The exchange's sessions over them.
    pub(crate) fn calendar(&self) -> &SessionTable {
        &self.snapshot.sessions
    }

    /// Every criterion's state on a bar.
    pub(crate) fn state(&self, bar: usize) -> strategies::checklist::State {
        self.prepared.checklist.state(bar)
    }

    /// ATR at a bar's end, dollars.
    pub(crate) fn atr(&self, bar: usize) -> Option<f64> {
        self.prepared.atr.get(bar)
    }

    /// Sessions of that ATR.
    pub(crate) fn atr_sessions(&self) -> u32 {
        self.scenario.risk.atr_sessions
    }

    /// What a person should know of the plan's rules in `regimes`.
    pub(crate) fn rule_warnings(&self, regimes: &[Regime]) -> Vec<String> {
        let rows = rule_warnings::rows(regimes, self.bars, &self.snapshot.sessions);
        rule_warnings::rule_warnings(&self.rules.written, &self.prepared.judged, &rows)
    }

    /// The checklist over the bars of `regimes`.
    pub(crate) fn criterion_counts(&self, regimes: &[Regime]) -> Vec<CriterionCount> {
        let windows = rule_warnings::rows(regimes, self.bars, &self.snapshot.sessions);
        let count = |mask| rule_warnings::count(mask, &windows);
        let criteria = self.prepared.checklist.criteria().iter().enumerate();
        let counted = criteria.map(|(n, criterion)| CriterionCount {
            name: criterion.name.clone(),
            kind: if n < self.triggers {
                "trigger"
            } else {
                "filter"
            },
            holds: count(&criterion.held),
            unknown: count(&criterion.unknown),
            bars: windows.iter().map(std::ops::Range::len).sum(),
        });
        counted.collect()
    }

    /// The plan's clock and its ATR on it.
    pub(crate) fn clock_and_atr(&self) -> (&Bars, &Column) {
        (self.bars, &self.prepared.atr)
    }

    pub(crate) fn regime(&self, regime: &Regime) -> Result<RegimeRun, Error> {
        let feed = feed(self.scenario, self.bars, self.snapshot, &self.prepared)?;
        let windows = slots(regime, &feed)?;
        let replay_with = |intrabar: Intrabar| {
            let mut account = self.account.clone();
            account.fills.intrabar = intrabar;
            let mut plan = Plan::new(&self.rules, &self.prepared, 0);
            let mut replayer = Replayer::<Full>::new();
            replayer.replay_spans(&feed, &account, &windows, &mut plan, Pace::Jump);
            replayer.into_ledger()
        };
        let policy = self.account.fills.intrabar;
        let ledger = replay_with(policy);
        let band = band(policy, &feed, &ledger, &windows, replay_with);
        Ok(self.describe(regime, &feed, &windows, ledger, band))
    }

    /// Replays the plan as `changed` has its options priced and paid, in some windows, without keeping rows; `each` sees one
    /// after the other. All else is the plan's: columns are not computed anew. True if a model priced anything in it.
    pub(crate) fn replay_options(
        &self,
        changed: &Scenario,
        windows: &[&Regime],
        mut each: impl FnMut(&Regime, &Feed<'_>, Said<'_>),
    ) -> Result<bool, Error> {
        let (bars, snapshot) = (self.bars, self.snapshot);
        // Without the plan's own chains, so that those of `changed` take their place.
        let prepared = Prepared {
            chains: None,
            ..self.prepared.clone()
        };
        let prepared = with_chains(prepared, changed, bars, snapshot, &self.markets)?;
        let mut account = self.account.clone();
        account.options = changed.option_costs.unwrap_or_default();
        let feed = feed(changed, bars, snapshot, &prepared)?;
        let priced_by = changed.options.as_ref().zip(prepared.chains.as_deref());
        let mut modelled = false;
        let mut measure = Measure::default();
        for window in windows {
            let slots = slots(window, &feed)?;
            let said = measure.replay(&feed, &account, &slots, &self.rules, &prepared);
            modelled |= priced_by
                .is_some_and(|(rules, chains)| is_modelled(said.ledger, rules, bars, chains));
            each(window, &feed, said);
        }
        Ok(modelled)
    }

    fn sessions(&self, windows: &[Window]) -> Vec<InstrumentSession> {
        let symbol = &self.scenario.instrument.symbol;
        let instrument = Instrument {
            bars: self.bars,
            sessions: &self.snapshot.sessions,
            basis: &self.basis,
            dividends: self.snapshot.dividends_of(symbol).unwrap_or_default(),
        };
        instrument.over(windows, self.account.equity_usd)
    }

    fn funnel(&self, windows: &[Window], ledger: &Ledger) -> Funnel {
        let mut funnel = Funnel::of(&ledger.setups, &self.criteria);
        funnel.overlaid = OverlayCounts::of(&ledger.setups, &self.rules.overlays);
        let out = self.prepared.tightened_out.as_ref();
        funnel.overlaid.tightened_out = out.map_or(0, |out| {
            let bars = windows.iter().flat_map(|window| window.first..=window.last);
            bars.filter(|&bar| out.get(bar)).count()
        });
        funnel
    }

    fn describe(
        &self,
        regime: &Regime,
        feed: &Feed<'_>,
        windows: &[Window],
        ledger: Ledger,
        band: Band,
    ) -> RegimeRun {
        let equity = equity_path(feed, windows, &ledger);
        let mut appraiser = Appraiser::default();
        let appraisal = appraiser.appraise(feed, windows, &ledger);
        let (figures, exposure) = (appraisal.figures.clone(), appraisal.exposure);
        let closes = self.basis.prices(self.bars.close());
        let held = |window: &Window| {
            let before = window.first.checked_sub(1)?;
            Some(closes[window.last] / closes[before])
        };
        // Of history, held in its stretches only.
        let growth: Option<f64> = windows.iter().map(held).product();
        let instrument_return = growth.map(|growth| growth - 1.0);
        let standing = standing(self.scenario, &figures);
        let traded = self.scenario.structure.is_some();
        let rules = self.scenario.options.as_ref().filter(|_| traded);
        let options = rules.zip(self.prepared.chains.as_deref());
        let options = options.map(|(rules, chains)| {
            let seen = Seen {
                bars: self.bars,
                snapshot: self.snapshot,
                chains,
            };
            OptionsTold::of(&ledger, rules, &seen, windows)
        });
        let rule = self.prepared.judged.protect.as_ref();
        let protected = rule.map(|rule| Protected::of(rule, windows, &ledger.trades));
        let mut described = RegimeRun {
            regime: regime.clone(),
            exposure,
            funnel: self.funnel(windows, &ledger),
            exits: exits(&ledger.trades),
            protected,
            ledger,
            equity,
            figures,
            band,
            instrument_return,
            sessions: self.sessions(windows),
            standing,
            options,
            conditions: Vec::new(),
            reasons: Vec::new(),
        };
        described.reasons = diagnosis::reasons(&described, self.scenario);
        described
    }
}

/// Two more complete replays, unless no bar of this one was ambiguous: then they are the same.
fn band(
    policy: Intrabar,
    feed: &Feed<'_>,
    ledger: &Ledger,
    windows: &[Window],
    replay_with: impl Fn(Intrabar) -> Ledger,
) -> Band {
    let ambiguous_trades = ledger.trades.iter().filter(|t| t.ambiguous).count();
    let settled = (policy == Intrabar::Finer).then(|| Settled::of(&ledger.trades));
    let end = |ledger: &Ledger| BandEnd {
        net_profit_usd: ledger.end_equity_usd - ledger.start_equity_usd,
        max_drawdown: equity_path(feed, windows, ledger)
            .iter()
            .map(|p| p.drawdown)
            .fold(0.0, f64::max),
    };
    if ambiguous_trades == 0 {
        let same = end(ledger);
        return Band {
            ambiguous_trades,
            settled,
            pessimistic: same,
            optimistic: same,
        };
    }
    Band {
        ambiguous_trades,
        settled,
        pessimistic: end(&replay_with(Intrabar::Pessimistic)),
        optimistic: end(&replay_with(Intrabar::Optimistic)),
    }
}

/// Whether the plan held: enough trades, positive net expectancy, drawdown within the limit.
pub(crate) fn standing(scenario: &Scenario, figures: &Figures) -> Standing {
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

/// A plan's columns on the clock of `bars`, and the option chains it trades on.
///
/// # Errors
/// As [`Markets::get`].
pub(crate) fn prepare(
    scenario: &Scenario,
    bars: &Bars,
    snapshot: &Snapshot,
) -> Result<Prepared, Error> {
    let prepared = scenario.rules().prepare(bars, snapshot);
    with_chains(prepared, scenario, bars, snapshot, &Markets::default())
}

/// Columns with the option chains that the plan trades on, if it does and they are not among them yet; chains by the same
/// rules are shared by way of `markets`.
pub(crate) fn with_chains(
    mut prepared: Prepared,
    scenario: &Scenario,
    bars: &Bars,
    snapshot: &Snapshot,
    markets: &Markets,
) -> Result<Prepared, Error> {
    let traded = scenario.structure.is_some() && prepared.chains.is_none();
    if let Some(rules) = scenario.options.as_ref().filter(|_| traded) {
        prepared.chains = Some(markets.get(rules, bars, snapshot)?);
    }
    Ok(prepared)
}

/// A fresh account on the plan's clock.
pub(crate) fn account(scenario: &Scenario, bars: &Bars, snapshot: &Snapshot) -> Account {
    let cash_rate = scenario.account.cash_rate.as_ref().map(|name| {
        let basis = SplitBasis::default();
        let clock = Clock {
            bars,
            snapshot,
            basis: &basis,
        };
        let percent = filters::last_level(&clock, name);
        Column::new(percent.values().iter().map(|p| p / 100.0).collect())
    });
    Account {
        equity_usd: scenario.account.equity_usd,
        max_leverage: scenario.account.max_leverage,
        costs: scenario.costs,
        fills: scenario.fills,
        options: scenario.option_costs.unwrap_or_default(),
        cash_rate,
    }
}

#[allow(clippy::needless_pass_by_value)] // What map_err hands over.
pub(crate) fn unfit(error: FeedError) -> Error {
    Error::fit(
        error.to_string(),
        "this tape cannot be traded on; import it again",
    )
}

/// The instrument's bars with its ATR and corporate actions.
pub(crate) fn feed<'a>(
    scenario: &Scenario,
    bars: &'a Bars,
    snapshot: &'a Snapshot,
    prepared: &'a Prepared,
) -> Result<Feed<'a>, Error> {
    let symbol = &scenario.instrument.symbol;
    let mut feed = Feed::single(bars, &snapshot.sessions).map_err(unfit)?;
    if scenario.fills.intrabar == Intrabar::Finer {
        let finer = coverage::finer_of(snapshot, &bars.symbol, bars.interval);
        feed = feed.with_finer(0, finer).map_err(unfit)?;
    }
    if let Some(chains) = &prepared.chains {
        feed = feed.with_options(0, chains.as_ref());
    }
    Ok(feed.with_atr(0, &prepared.atr).with_actions(
        0,
        snapshot.dividends_of(symbol).unwrap_or(&[]),
        snapshot.splits_of(symbol),
    ))
}
