//! A scenario: one file that is the whole plan. This is the only schema.
//!
//! [`parse`](Scenario::parse) goes from text and overrides to a checked [`Scenario`]; only that form
//! travels. Defaults live with the types that give them meaning (in `engine` and `strategies`).

mod check;
mod document;
mod overrides;
mod quoted;
mod written;

use std::sync::Arc;

use engine::{Costs, FillPolicy, OptionCosts};
use market::Interval;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use signals::Profile;
use strategies::{
    Edge, EntryRules, ExitRules, Filters, Overlays, ProtectRules, RiskRules, Rules, StructureRules,
    Written,
};

use crate::error::InputError;
use crate::options::OptionRules;
pub(crate) use document::Document;
pub use overrides::Override;
pub(crate) use written::Reader;
pub use written::{Lets, Mentions, Named};

/// A checked plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// What the plan is called.
    pub name: String,
    /// The edge it is built on.
    pub strategy: String,
    /// Why it should work, in the trader's words.
    pub hypothesis: String,
    /// The regimes it is put through, by name.
    pub regimes: Vec<String>,
    /// What is traded.
    pub instrument: Instrument,
    /// Named quantities of its rules.
    #[serde(rename = "let", skip_serializing_if = "Lets::is_empty")]
    pub lets: Lets,
    /// The account it starts with.
    pub account: AccountRules,
    /// Risk and size.
    pub risk: RiskRules,
    /// Entry: the edge's triggers and what is common to all edges.
    pub entry: Entry,
    /// Exits.
    pub exit: ExitRules,
    /// What is done to protect what is held, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect: Option<ProtectRules>,
    /// Options that are traded instead of shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structure: Option<StructureRules>,
    /// Where their prices come from; there if they are traded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<OptionRules>,
    /// What trading them costs; there if they are traded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option_costs: Option<OptionCosts>,
    /// Filters by name.
    pub filters: Filters,
    /// Overlays by name.
    #[serde(skip_serializing_if = "Overlays::is_empty")]
    pub overlays: Overlays,
    /// The signal layers its rules speak of; the shipped profile if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signals: Option<Profile>,
    /// Costs.
    pub costs: Costs,
    /// Fill rules.
    pub fills: FillPolicy,
    /// What it takes to hold.
    pub verdict: VerdictRules,
    /// What of all this is written in the rule language, read.
    #[serde(skip)]
    pub written: Arc<Written>,
    /// Where its rules name what a tape may lack.
    #[serde(skip)]
    pub mentions: Arc<Mentions>,
}

/// What is traded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// The symbol, as the tape spells it.
    pub symbol: String,
    /// The bar interval, which is the plan's decision clock.
    pub interval: Interval,
}

/// The account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountRules {
    /// Cash at the start of each regime, dollars.
    pub equity_usd: f64,
    /// Gross position value over equity, at most.
    pub max_leverage: f64,
    /// A series of the tape in percent a year (`DFF`) that idle cash earns; 0 if absent.
    pub cash_rate: Option<String>,
}

impl Default for AccountRules {
    fn default() -> Self {
        Self {
            equity_usd: 100_000.0,
            max_leverage: 1.0,
            cash_rate: None,
        }
    }
}

/// Entry rules: `[entry]` holds both the edge's own keys and the common ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The edge and its parameters.
    #[serde(flatten)]
    pub edge: Edge,
    /// What is the same for every edge.
    #[serde(flatten)]
    pub rules: EntryRules,
}

/// What it takes for a regime to hold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VerdictRules {
    /// Largest drawdown at session closes that is still acceptable, a fraction.
    pub max_drawdown: f64,
    /// Fewer trades than this are inconclusive.
    pub min_trades: u32,
}

impl Default for VerdictRules {
    fn default() -> Self {
        Self {
            max_drawdown: 0.10,
            min_trades: 5,
        }
    }
}

/// The file as it is written: every table optional that has defaults, the entry still open.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsWritten {
    name: String,
    strategy: String,
    #[serde(default)]
    hypothesis: String,
    #[serde(default = "three_regimes")]
    regimes: Vec<String>,
    instrument: Instrument,
    #[serde(default, rename = "let")]
    lets: Lets,
    #[serde(default)]
    account: AccountRules,
    #[serde(default)]
    risk: RiskRules,
    #[serde(default)]
    entry: toml::Table,
    #[serde(default)]
    exit: ExitRules,
    protect: Option<ProtectRules>,
    structure: Option<StructureRules>,
    options: Option<OptionRules>,
    option_costs: Option<OptionCosts>,
    #[serde(default)]
    filters: Filters,
    #[serde(default)]
    overlays: Overlays,
    signals: Option<Profile>,
    #[serde(default)]
    costs: Costs,
    #[serde(default)]
    fills: FillPolicy,
    #[serde(default)]
    verdict: VerdictRules,
}

fn three_regimes() -> Vec<String> {
    ["q4-2018", "covid-2020", "tightening-2022"]
        .map(str::to_owned)
        .to_vec()
}

/// The keys of [`EntryRules`]; all others in `[entry]` belong to the edge.
pub(crate) const COMMON_ENTRY_KEYS: [&str; 4] =
    ["side", "cooldown_sessions", "require", "gapped_entry"];

/// An edge's own keys of `[entry]`.
fn parameters<T: DeserializeOwned>(
    document: &Document<'_>,
    own: toml::Table,
) -> Result<T, InputError> {
    document.read(&["entry"], own, &COMMON_ENTRY_KEYS)
}

impl Scenario {
    /// Reads a scenario from TOML, with overrides applied as if they stood in the file.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column (or the override it came from): syntax,
    /// an unknown key (with the nearest known one), a wrong type, a value out of range, settings that
    /// contradict each other.
    pub fn parse(source: &str, text: &str, overrides: &[Override]) -> Result<Self, InputError> {
        let document = Document::parse(source, text, overrides)?;
        let written: AsWritten = document.read(&[], document.table().clone(), &[])?;
        let (common, own): (toml::Table, toml::Table) = written
            .entry
            .into_iter()
            .partition(|(key, _)| COMMON_ENTRY_KEYS.contains(&key.as_str()));
        let mut edge = match written.strategy.as_str() {
            "mean-reversion" => Edge::MeanReversion(parameters(&document, own)?),
            "gap-momentum" => Edge::GapMomentum(parameters(&document, own)?),
            "iron-condor" => Edge::IronCondor(parameters(&document, own)?),
            "rules" => Edge::Rules(parameters(&document, own)?),
            other => return Err(document.unknown_strategy(other)),
        };
        let rules = document.read(&["entry"], common, &[])?;
        // Before the rules are read, which are read anew for every threshold.
        check::overlays::check(&written.overlays, &written.lets, &edge)
            .map_err(|problem| document.error_at(&problem.path, problem.message, problem.help))?;
        if let Some(signals) = &written.signals {
            check::signals::check(signals).map_err(|problem| {
                document.error_at(&problem.path, problem.message, problem.help)
            })?;
        }
        document.no_dates_in_lets()?;
        let (read, mentions) = written::read(
            &document,
            written.instrument.interval,
            &written.lets,
            &mut edge,
            &written::Rest {
                filters: &written.filters,
                overlays: &written.overlays,
                exit: &written.exit,
                signals: &written.signals.clone().unwrap_or_default(),
                protect: written.protect.as_ref(),
            },
        )?;
        let scenario = Scenario {
            name: written.name,
            strategy: written.strategy,
            hypothesis: written.hypothesis,
            regimes: written.regimes,
            instrument: written.instrument,
            account: written.account,
            risk: written.risk,
            entry: Entry { edge, rules },
            exit: written.exit,
            protect: written.protect,
            // Given without a structure they stay, for the check to refuse.
            options: written
                .options
                .or_else(|| written.structure.map(|_| OptionRules::default())),
            option_costs: written
                .option_costs
                .or_else(|| written.structure.map(|_| OptionCosts::default())),
            structure: written.structure,
            filters: written.filters,
            overlays: written.overlays,
            signals: written.signals,
            costs: written.costs,
            fills: written.fills,
            verdict: written.verdict,
            lets: written.lets,
            written: Arc::new(read),
            mentions: Arc::new(mentions),
        };
        check::check(&scenario)
            .map_err(|problem| document.error_at(&problem.path, problem.message, problem.help))?;
        Ok(scenario)
    }

    /// What of its settings contradicts the rest or lies out of range, in words.
    pub(crate) fn contradiction(&self) -> Option<String> {
        check::check(self).err().map(|problem| problem.message)
    }

    /// The rules the plan's strategy runs on.
    pub fn rules(&self) -> Rules {
        Rules {
            edge: self.entry.edge.clone(),
            entry: self.entry.rules,
            exit: self.exit.clone(),
            protect: self.protect.clone(),
            risk: self.risk,
            filters: self.filters.clone(),
            overlays: self.overlays.clone(),
            structure: self.structure,
            written: Arc::clone(&self.written),
        }
    }
}
