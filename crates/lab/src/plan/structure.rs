//! The structure that an entry would open: its legs with their quotes, its size, its dates, and what the plan says of it.

use engine::{Listed, OptionCosts, RejectReason};
use market::{Date, Right};
use options::Source;
use serde::Serialize;
use strategies::structure::Ground;
use strategies::{StructureKind, StructureRules, StructureTicket};

use crate::plan::day::Decision;
use crate::plan::words::{plural, protection};
use crate::scenario::Scenario;

/// The structure of an entry on a bar, whatever the checklist says, by the quotes of that bar's close. A run fills it at the
/// next close, by the quotes there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StructureOfDay {
    /// What is bought and sold together.
    pub kind: StructureKind,
    /// Why nothing would be ordered; absent if something would.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<&'static str>,
    /// The entry worked out; absent where the options it needs are not listed or have no price.
    #[serde(flatten)]
    pub entry: Option<StructureEntry>,
}

/// The entry worked out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StructureEntry {
    /// When its options expire.
    pub expiry: Date,
    /// Calendar days until then.
    pub days_to_expiry: i64,
    /// Its legs, puts before calls, the lowest strike of each first.
    pub legs: Vec<LegOfDay>,
    /// Net premium by the prices it would fill at, dollars a share; positive for a credit.
    pub premium_usd: f64,
    /// The least that the plan takes, dollars a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_premium_usd: Option<f64>,
    /// Commissions of one structure, both ways, dollars.
    pub commissions_usd: f64,
    /// What one structure can lose at expiry, dollars, commissions included; its margin and commissions where there is no most.
    pub max_loss_usd: f64,
    /// False where there is no most that it can lose.
    pub is_bounded: bool,
    /// Equity, dollars.
    pub equity_usd: f64,
    /// Equity put at risk, a fraction.
    pub risk_per_trade: f64,
    /// What overlays scale the size by; 1 if none does.
    pub size_scale: f64,
    /// Equity × risk × scale, dollars.
    pub risk_usd: f64,
    /// Structures: that ÷ the loss, rounded down.
    pub quantity: u32,
    /// The first date on which so few days are left that the plan leaves at the next close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves_from: Option<Date>,
}

/// One leg.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LegOfDay {
    /// Contracts in one structure; negative if sold.
    pub ratio: i32,
    /// Dollars.
    pub strike: f64,
    /// `put` or `call`.
    pub right: &'static str,
    /// Dollars a share.
    pub bid: f64,
    /// Dollars a share.
    pub ask: f64,
    /// What it is marked at, dollars a share.
    pub mid: f64,
    /// What the plan would pay or get by its share of the spread, dollars a share.
    pub fill_usd: f64,
    /// Dollars for a dollar of the underlying.
    pub delta: f64,
    /// Implied volatility of the mark, a fraction a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volatility: Option<f64>,
    /// `quote`, or `model`: never quoted.
    pub source: &'static str,
}

/// What an entry is worked out for.
pub(super) struct Asked<'a> {
    pub(super) listed: Listed<'a>,
    pub(super) today: Date,
    pub(super) spot_usd: f64,
    pub(super) equity_usd: f64,
    pub(super) size_scale: f64,
}

impl StructureOfDay {
    pub(super) fn of(scenario: &Scenario, rules: &StructureRules, asked: &Asked<'_>) -> Self {
        let costs = scenario.option_costs.unwrap_or_default();
        let risk_usd = asked.equity_usd * scenario.risk.risk_per_trade * asked.size_scale;
        let ground = Ground {
            listed: asked.listed,
            today: asked.today,
            spot_usd: asked.spot_usd,
            risk_usd,
            costs: &costs,
        };
        let refused = |reason: RejectReason| Some(reason.as_str());
        match rules.ticket(&ground, scenario.entry.rules.side) {
            Err(reason) => Self {
                kind: rules.kind,
                refused: refused(reason),
                entry: None,
            },
            Ok(ticket) => Self {
                kind: rules.kind,
                refused: if ticket.is_too_cheap() {
                    refused(RejectReason::PremiumTooSmall)
                } else if ticket.quantity == 0 {
                    refused(RejectReason::ZeroSize)
                } else {
                    None
                },
                entry: entry(scenario, &ticket, asked, &costs, risk_usd),
            },
        }
    }

    /// The structures that would be ordered; 0 if none.
    pub fn quantity(&self) -> u32 {
        let entry = self.entry.as_ref().filter(|_| self.refused.is_none());
        entry.map_or(0, |entry| entry.quantity)
    }

    /// What a setup leads to that no filter forbids.
    pub(super) fn decision(&self) -> Decision {
        if self.quantity() > 0 {
            Decision::Enter
        } else {
            Decision::NoSize
        }
    }
}

fn entry(
    scenario: &Scenario,
    ticket: &StructureTicket,
    asked: &Asked<'_>,
    costs: &OptionCosts,
    risk_usd: f64,
) -> Option<StructureEntry> {
    let expiry = ticket.legs.first()?.contract.expiry;
    let contracts: f64 = ticket
        .legs
        .iter()
        .map(|leg| f64::from(leg.ratio.abs()))
        .sum();
    let count = ticket.legs.len();
    let leg = |(leg, quote): (&engine::Leg, &options::LegQuote)| LegOfDay {
        ratio: leg.ratio,
        strike: leg.contract.strike,
        right: match leg.contract.right {
            Right::Put => "put",
            Right::Call => "call",
        },
        bid: quote.bid,
        ask: quote.ask,
        mid: quote.mid,
        fill_usd: costs.price(quote, leg.ratio > 0, count),
        delta: quote.greeks.delta,
        volatility: quote.volatility,
        source: match quote.source {
            Source::Model => "model",
            Source::Quote => "quote",
        },
    };
    let days = scenario.exit.days_to_expiry;
    Some(StructureEntry {
        expiry,
        days_to_expiry: (expiry - asked.today).num_days(),
        legs: ticket.legs.iter().zip(&ticket.quotes).map(leg).collect(),
        premium_usd: ticket.premium_usd,
        least_premium_usd: ticket.least_premium_usd,
        commissions_usd: 2.0 * costs.commission_usd(contracts),
        max_loss_usd: ticket.max_loss_usd,
        is_bounded: ticket.is_bounded,
        equity_usd: asked.equity_usd,
        risk_per_trade: scenario.risk.risk_per_trade,
        size_scale: asked.size_scale,
        risk_usd,
        quantity: ticket.quantity,
        leaves_from: days
            .and_then(|days| expiry.checked_sub_days(chrono::Days::new(u64::from(days)))),
    })
}

/// The order and what is common to all structures.
pub(super) fn entry_words(rules: &StructureRules) -> Vec<String> {
    let kind = rules.kind.words();
    let mut said = vec![format!(
        "Open the {kind} at the next close, all legs together or not at all, by the quotes there; if one has none, nothing is opened."
    )];
    let wing = rules
        .wing_width_usd
        .map(|width| format!(", wings ${width} farther"))
        .unwrap_or_default();
    let delta = match (rules.kind, rules.call_delta) {
        (StructureKind::IronButterfly, _) => "at the money".to_owned(),
        (_, Some(calls)) => format!("delta {} for puts and {calls} for calls", rules.delta),
        (_, None) => format!("delta {}", rules.delta),
    };
    said.push(format!(
        "Legs: the expiry nearest to {} days, {delta}{wing}; listed strikes.",
        rules.days_to_expiry
    ));
    if let Some(least) = rules.min_premium {
        let of = match rules.wing_width_usd {
            Some(_) => "the wing's width",
            None => "the underlying's price",
        };
        said.push(format!(
            "The premium must be at least {} % of {of}, at the decision and at the fill.",
            least * 100.0
        ));
    }
    said.push(match rules.max_open {
        1 => "One structure at a time: while one is open or waits to be, setups are logged as busy.".to_owned(),
        n => format!("At most {n} structures at a time, opened on different decisions; beyond that setups are logged as busy."),
    });
    said
}

/// How structures are left.
pub(super) fn exit_words(scenario: &Scenario) -> Vec<String> {
    let exit = &scenario.exit;
    let mut said = vec![
        "Judged at every close by mids, in this order; left at the next close, all legs together."
            .to_owned(),
    ];
    let mut say = |given: Option<String>| said.extend(given);
    say(exit
        .target_premium
        .map(|share| format!("Target: a profit of {share} × the premium.")));
    say(exit
        .stop_premium
        .map(|multiple| format!("Stop: a loss of {multiple} × the premium.")));
    say(exit
        .short_strike
        .then(|| "Short strike: a session's range has reached a strike that was sold.".to_owned()));
    say(exit.stop_atr.map(|atr| {
        format!("Stop: the underlying has closed {atr} ATR against the plan's side since entry.")
    }));
    say(exit
        .target_atr
        .map(|atr| format!("Target: the underlying has closed {atr} ATR in favour since entry.")));
    say(exit.move_atr.map(|atr| {
        format!("Move: the underlying has closed {atr} ATR from where it was at entry, either way.")
    }));
    say(exit
        .days_to_expiry
        .map(|days| format!("Time: {} or fewer to expiry.", plural(days as usize, "day"))));
    say(exit.max_sessions.map(|most| {
        format!("Longest: out at the close of session {most}, the entry's being the 1st.")
    }));
    say(exit.when.as_ref().map(|when| format!("Exit rule: {when}.")));
    say(protection(scenario));
    said.push("What expires in the money, or is assigned early, becomes shares; they are sold at the next open (at expiry's close, those that buying power does not carry), and what is left of the structure with them.".to_owned());
    said
}

/// What trading options costs.
pub(super) fn cost_words(costs: &OptionCosts) -> Vec<String> {
    let mut said = vec![
        format!(
            "Spread: a single leg pays {} of the way from mid to the far side; each further leg of an order lowers that (relief {}).",
            costs.spread_crossed, costs.leg_relief
        ),
        format!(
            "Commission: ${} a contract, each way.",
            costs.commission_per_contract_usd
        ),
    ];
    if costs.assignment_fee_usd > 0.0 {
        said.push(format!(
            "Exercise and assignment: ${} a contract.",
            costs.assignment_fee_usd
        ));
    }
    said
}

/// Before the open, of what is held.
pub(super) fn morning_words(decision: Decision) -> Vec<String> {
    let decided = match decision {
        Decision::Enter => {
            "An entry was decided at the last close: it is opened at this session's close, by the quotes there. Legs and size stay."
        }
        Decision::NoSetup | Decision::Vetoed | Decision::NoSize => {
            "No entry was decided at the last close."
        }
    };
    vec![
        decided.to_owned(),
        "Open structure: was an exit decided at the last close? Then it is closed at this one.".to_owned(),
        "Assigned overnight? Sell (or buy back) the shares at this open.".to_owned(),
        "Ex-dividend tomorrow? A call that was sold may be assigned if its time value is below the dividend.".to_owned(),
    ]
}
