//! What a diagnosis says.

use journal::LeftOut;
use market::{Date, ExitReason, Side, Time};
use serde::Serialize;

use crate::run::TapeFacts;

/// A log held against the plan: where its dollars came from, and what to try next.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The plan's name.
    pub plan: String,
    /// What it trades.
    pub symbol: String,
    /// The tape it was replayed on.
    pub tape: TapeFacts,
    /// First and last session compared.
    pub span: (Date, Date),
    /// First and last session replayed: from a little earlier, so that the first decision lies inside, to a little later, so that
    /// the plan's last exit does.
    pub replayed: (Date, Date),
    /// What was read.
    pub log: LogFacts,
    /// Closed trades of the plan in the span, and their net result, dollars.
    pub plan_trades: usize,
    /// Dollars.
    pub plan_usd: f64,
    /// From the plan's result to the log's: the lines add up.
    pub bridge: Vec<BridgeLine>,
    /// Each logged trade.
    pub trades: Vec<Judged>,
    /// The plan's trades that were not taken.
    pub missed: Vec<Missed>,
    /// Everything that is not the plan.
    pub execution: Execution,
    /// The plan itself against what it was expected to do.
    pub shift: Shift,
    /// Which of the two it is.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub sentence: String,
    /// Rules behind the losing trades, the dearest first.
    pub broken: Vec<BrokenRule>,
    /// What at entry separates winners from losers.
    pub looks: Looks,
    /// The one thing to test next.
    pub next: Next,
    /// Resamples and their seed.
    pub draws: u64,
    /// Seed.
    pub seed: u64,
    /// What it should be read with.
    pub warnings: Vec<String>,
}

/// What was read of the log.
#[derive(Clone, Debug)]
pub struct LogFacts {
    /// Whose log it is.
    pub format: &'static str,
    /// The zone its times were read in.
    pub zone: String,
    /// True with times of day.
    pub exact: bool,
    /// Closed trades compared.
    pub trades: usize,
    /// Their net result, dollars.
    pub net_usd: f64,
    /// Closed trades outside the dates asked for.
    pub outside: usize,
    /// What is still open at its end.
    pub open: Option<journal::OpenPosition>,
    /// What was left out of it.
    pub left_out: LeftOut,
}

/// Where a difference comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// The plan's trades that were not taken.
    Missed,
    /// More shares than the plan's, or fewer.
    Size,
    /// Another price at the plan's own entry bar: slippage beyond the model.
    EntryPrice,
    /// An entry on another bar than the plan's.
    EntryTiming,
    /// Another price at the plan's own exit bar.
    ExitPrice,
    /// The plan had been stopped out; the trade was held on.
    StopIgnored,
    /// The plan had left by the clock; the trade was held on.
    HeldTooLong,
    /// The plan had taken its target; the trade was held on.
    TargetPassed,
    /// The plan had left by a rule; the trade was held on.
    ExitRuleIgnored,
    /// Out before the plan.
    LeftEarly,
    /// Commissions and fees against the model's.
    Costs,
    /// No setup: a trigger did not hold.
    NoSetup,
    /// Against the veto of a filter.
    AgainstVeto,
    /// While the plan held another trade.
    WhileBusy,
    /// Within the plan's pause after an exit.
    CoolingDown,
    /// On a setup whose order the plan could not have placed.
    Refused,
    /// Against the side of the plan's setup.
    OtherSide,
    /// A second trade on a setup, or one after the plan had left.
    Again,
    /// Dividends and borrow fees that the log does not hold.
    Unlogged,
}

impl Component {
    /// Every component, in the order of the bridge.
    pub const ALL: [Component; 19] = [
        Component::Missed,
        Component::Size,
        Component::EntryPrice,
        Component::EntryTiming,
        Component::ExitPrice,
        Component::StopIgnored,
        Component::HeldTooLong,
        Component::TargetPassed,
        Component::ExitRuleIgnored,
        Component::LeftEarly,
        Component::Costs,
        Component::NoSetup,
        Component::AgainstVeto,
        Component::WhileBusy,
        Component::CoolingDown,
        Component::Refused,
        Component::OtherSide,
        Component::Again,
        Component::Unlogged,
    ];

    /// The words used in every output.
    pub const fn words(self) -> &'static str {
        match self {
            Component::Missed => "plan's trades not taken",
            Component::Size => "size other than the plan's",
            Component::EntryPrice => "entry price beyond the model",
            Component::EntryTiming => "entry on another bar",
            Component::ExitPrice => "exit price beyond the model",
            Component::StopIgnored => "stop not honoured",
            Component::HeldTooLong => "held beyond the plan's time",
            Component::TargetPassed => "held beyond the target",
            Component::ExitRuleIgnored => "exit rule not followed",
            Component::LeftEarly => "left before the plan",
            Component::Costs => "commissions and fees",
            Component::NoSetup => "entered without a setup",
            Component::AgainstVeto => "entered against a veto",
            Component::WhileBusy => "entered while the plan was in",
            Component::CoolingDown => "entered while cooling down",
            Component::Refused => "entered where the plan could not",
            Component::OtherSide => "entered on the other side",
            Component::Again => "entered a setup again",
            Component::Unlogged => "dividends, borrow fees not logged",
        }
    }

    /// True of what is no execution: the log leaves it out, the account had it.
    pub const fn is_bookkeeping(self) -> bool {
        matches!(self, Component::Unlogged)
    }

    /// True of what a broker and a market make of an order, wherever the plan was kept.
    pub const fn is_trifling(self) -> bool {
        matches!(
            self,
            Component::Costs | Component::EntryPrice | Component::ExitPrice
        )
    }
}

/// A line of the bridge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BridgeLine {
    /// Where the difference comes from.
    pub component: Component,
    /// Trades that have it.
    pub trades: usize,
    /// Dollars.
    pub usd: f64,
}

/// The plan's trade beside a logged one.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Its number among the plan's.
    pub trade_id: u32,
    /// Shares.
    pub quantity: u64,
    /// Entry.
    pub entry_time: Time,
    /// Dollars a share.
    pub entry_price: f64,
    /// Exit.
    pub exit_time: Time,
    /// Dollars a share.
    pub exit_price: f64,
    /// Why it left.
    pub exit_reason: ExitReason,
    /// Net result, dollars.
    pub pnl_usd: f64,
    /// What the model's slippage cost both its fills, dollars; inside the prices.
    pub slippage_usd: f64,
}

/// A logged trade held against the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its number in the log, in order of entries.
    pub number: usize,
    /// Its line in the file.
    pub line: u64,
    /// Long or short.
    pub side: Side,
    /// Shares.
    pub quantity: f64,
    /// Entry.
    pub entry_time: Time,
    /// Dollars a share.
    pub entry_price: f64,
    /// Exit.
    pub exit_time: Time,
    /// Dollars a share.
    pub exit_price: f64,
    /// Net result, dollars.
    pub pnl_usd: f64,
    /// The plan's trade it was paired with.
    pub plan: Option<Planned>,
    /// What made it differ: with the plan's result they add up to its own.
    pub parts: Vec<(Component, f64)>,
    /// Rules it broke, in words, with the dollars of each.
    pub broke: Vec<(String, f64)>,
}

/// A trade of the plan that was not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    /// The trade.
    pub plan: Planned,
    /// Why, as far as the log tells.
    pub because: &'static str,
}

/// Everything that is not the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Dollars: the log's result less the plan's, without what is bookkeeping.
    pub usd: f64,
    /// The part of it that the verdict is about: without fees and without fills within the plan's own slippage.
    pub judged_usd: f64,
    /// What that must cost at least to be called an error, dollars above 0: 0.05 of a mean stake for each trade that differs.
    pub least_usd: f64,
    /// Trades that differ in what the verdict is about, the missed ones among them.
    pub differing: usize,
    /// How often signs at random come out as low; `None` where too few differ.
    pub p_worse: Option<f64>,
    /// How often as high.
    pub p_better: Option<f64>,
    /// `p_worse` corrected for two questions, if both were asked.
    pub p_corrected: Option<f64>,
    /// Why there is no p-value.
    pub absent: Option<String>,
}

impl Execution {
    /// False where what is sure is small: chance has no part in a cent a fill, and it is no error.
    pub fn is_material(&self) -> bool {
        self.differing > 0 && self.judged_usd <= -self.least_usd
    }
}

/// The plan itself against its own past.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// What the plan did before the log's first trade.
    pub baseline: Option<Baseline>,
    /// Mean of the plan's trades in the span, in the baseline's unit.
    pub expectancy: Option<f64>,
    /// What the baseline's mean would have come to on the span's stakes, dollars.
    pub expected_usd: Option<f64>,
    /// 95 % of draws of as many of the baseline's trades, in blocks.
    pub expected_95_usd: Option<(f64, f64)>,
    /// The plan's result less that.
    pub usd: Option<f64>,
    /// How often labels at random leave the span as much worse.
    pub p_worse: Option<f64>,
    /// How often as much better.
    pub p_better: Option<f64>,
    /// `p_worse` corrected for two questions, if both were asked.
    pub p_corrected: Option<f64>,
    /// Why there is no p-value.
    pub absent: Option<String>,
}

/// What the plan did before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baseline {
    /// First session.
    pub from: Date,
    /// Last session.
    pub to: Date,
    /// Closed trades.
    pub trades: usize,
    /// Their mean.
    pub expectancy: f64,
    /// `R`, or `return` on cost where some trades have no R.
    pub unit: &'static str,
}

/// Which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The trading cost more than chance.
    ExecutionError,
    /// The plan did worse than its past, by more than chance.
    RegimeShift,
    /// Both.
    Both,
    /// Neither, beyond noise.
    Neither,
    /// Not enough trades to tell either.
    TooFew,
}

impl Verdict {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::ExecutionError => "execution error",
            Verdict::RegimeShift => "regime shift",
            Verdict::Both => "both",
            Verdict::Neither => "neither",
            Verdict::TooFew => "too few trades",
        }
    }
}

/// A rule that losing trades broke.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BrokenRule {
    /// In words.
    pub rule: String,
    /// Losing trades that broke it.
    pub trades: usize,
    /// Dollars: what breaking it made of those trades.
    pub usd: f64,
}

/// Conditions at entry, each asked once.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// Trades looked at.
    pub trades: usize,
    /// Of these won.
    pub won: usize,
    /// Conditions, those that tell most first; p-values corrected for their number.
    pub rows: Vec<Look>,
    /// Why there are none.
    pub absent: Option<String>,
}

/// A condition at entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    /// `composite`, `weekday`, `atr`, a criterion.
    pub condition: String,
    /// The state.
    pub state: String,
    /// Trades entered in it.
    pub trades: usize,
    /// Of these won.
    pub won: usize,
    /// Their mean return on cost, a fraction.
    pub mean_return: f64,
    /// That of all others.
    pub mean_return_else: f64,
    /// How often labels at random differ as much, either way.
    pub p: f64,
    /// Corrected for all looks by Holm's method.
    pub p_corrected: f64,
    /// The same state in the rule language, of the bar that decides the entry; absent where no rule can know it by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// One thing to test.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Next {
    /// The command, a word an entry, the program's name first.
    pub command: Vec<String>,
    /// Why this one.
    pub why: String,
}
