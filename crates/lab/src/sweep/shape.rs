//! What combinations share that differ only in dials: a plan and its columns.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Account;
use market::{Bars, Snapshot};
use strategies::{Prepared, Rules};

use super::space::Value;
use crate::coverage;
use crate::error::{Error, InputError};
use crate::options::Markets;
use crate::regimes::Regime;
use crate::scenario::{Document, Override, Scenario};
use crate::stage;

/// A plan with its columns, computed once for all combinations that need the same.
pub(super) struct Shape {
    /// The plan, its dials at one of the combinations.
    pub(super) scenario: Scenario,
    /// Its columns.
    pub(super) prepared: Prepared,
    /// The account, with its rate on cash.
    pub(super) account: Account,
}

impl Shape {
    /// Another set of rules and account for the dials of a combination.
    pub(super) fn seat(&self) -> Seat {
        Seat {
            rules: self.scenario.rules(),
            account: self.account.clone(),
            scenario: self.scenario.clone(),
        }
    }
}

/// A worker's own copy of a plan, whose dials it turns.
pub(super) struct Seat {
    pub(super) scenario: Scenario,
    pub(super) rules: Rules,
    pub(super) account: Account,
}

impl Seat {
    /// Takes over what the dials of `scenario` say; `None` if they do not contradict each other, else what does.
    pub(super) fn settle(&mut self) -> Option<String> {
        if let Some(contradiction) = self.scenario.contradiction() {
            return Some(contradiction);
        }
        let Self {
            scenario,
            rules,
            account,
        } = self;
        rules.exit.clone_from(&scenario.exit);
        rules.protect.clone_from(&scenario.protect);
        rules.risk = scenario.risk;
        rules.entry = scenario.entry.rules;
        account.equity_usd = scenario.account.equity_usd;
        account.max_leverage = scenario.account.max_leverage;
        account.costs = scenario.costs;
        account.fills = scenario.fills;
        account.options = scenario.option_costs.unwrap_or_default();
        rules.structure = scenario.structure;
        None
    }
}

/// Where the plan's text comes from and what was set over it.
#[derive(Clone, Debug)]
pub struct Written {
    /// What messages call it.
    pub source: String,
    /// The scenario.
    pub text: String,
    /// What `--set` says.
    pub set: Vec<Override>,
}

impl Written {
    /// The values of the plan, those set over it included.
    pub(super) fn document(&self) -> Result<toml::Table, InputError> {
        let document = Document::parse(&self.source, &self.text, &self.set)?;
        Ok(document.table().clone())
    }

    /// The plan with the values of a combination, read as `--set` would have it read.
    ///
    /// # Errors
    /// As [`Scenario::parse`].
    pub fn with<'v>(
        &self,
        values: impl Iterator<Item = (&'v [String], &'v Value)>,
    ) -> Result<Scenario, InputError> {
        let mut overrides = self.set.clone();
        overrides.extend(values.map(|(path, value)| Override {
            path: path.to_vec(),
            given: format!("{}={value}", path.join(".")),
            value: value.toml(),
        }));
        Scenario::parse(&self.source, &self.text, &overrides)
    }
}

/// Values as a key: equal exactly when the values are.
type Key = Vec<(u8, u64, Option<Arc<str>>)>;

fn key<'v>(values: impl Iterator<Item = &'v Value>) -> Key {
    let one = |value: &Value| match value {
        Value::Whole(n) => (0, n.cast_unsigned(), None),
        Value::Number(x) => (1, x.to_bits(), None),
        Value::Switch(on) => (2, u64::from(*on), None),
        Value::Text(text) => (3, 0, Some(Arc::clone(text))),
    };
    values.map(one).collect()
}

/// The shapes computed so far.
pub(super) struct Shapes<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) bars: &'a Bars,
    /// The windows, each without holes.
    pub(super) spans: Vec<Regime>,
    kept: Mutex<BTreeMap<Key, Arc<Shape>>>,
    /// Option chains, shared by the shapes.
    markets: Markets,
}

/// Columns of a clock take some hundred kilobytes a plan; beyond this many bytes none are kept.
const MOST_KEPT_BYTES: usize = 64 << 20;

impl<'a> Shapes<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, bars: &'a Bars, spans: Vec<Regime>) -> Self {
        Self {
            snapshot,
            bars,
            spans,
            kept: Mutex::default(),
            markets: Markets::default(),
        }
    }

    /// The shape of a combination, whose shaping values are `shaping`; `read` reads its plan.
    ///
    /// # Errors
    /// What [`Scenario::parse`] refuses; a window that the plan is not warm for.
    pub(super) fn get<'v>(
        &self,
        shaping: impl Iterator<Item = &'v Value>,
        read: impl FnOnce() -> Result<Scenario, InputError>,
    ) -> Result<Arc<Shape>, Error> {
        let key = key(shaping);
        if let Some(shape) = self.lock().get(&key) {
            return Ok(Arc::clone(shape));
        }
        let shape = Arc::new(self.compute(read()?)?);
        let mut kept = self.lock();
        // A bar has some columns of 8 bytes.
        if kept.len() * self.bars.len() * 16 < MOST_KEPT_BYTES {
            kept.insert(key, Arc::clone(&shape));
        }
        Ok(shape)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Arc<Shape>>> {
        // What is in it is whole: shapes go in finished.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn compute(&self, scenario: Scenario) -> Result<Shape, Error> {
        for span in &self.spans {
            coverage::check(&scenario, span, self.bars, self.snapshot)?;
        }
        let prepared = scenario.rules().prepare(self.bars, self.snapshot);
        let prepared =
            stage::with_chains(prepared, &scenario, self.bars, self.snapshot, &self.markets)?;
        let account = stage::account(&scenario, self.bars, self.snapshot);
        Ok(Shape {
            scenario,
            prepared,
            account,
        })
    }
}
