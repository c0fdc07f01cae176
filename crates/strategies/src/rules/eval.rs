//! From a program to columns and masks on a plan's clock, each node once.

use std::cell::OnceCell;
use std::sync::Arc;

use indicators::{Indicator as _, Mask, Prices, Recipe};
use language::{CompareOp, Kind, Leaf, Node, NodeId, Op, Program, Scope, SignalWord, Unit};
use signals::Profile;

use super::compile;
use super::leaves;
use super::rows::{Of, Rows};
use super::truth::Truth;
use super::values::{Numbers, Stored, Value};
use super::windows;
use crate::clock::Clock;
use crate::layers::Layers;

/// A rule, judged on every row of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Where it holds and where it fails.
    pub truth: Arc<Truth>,
    /// Where something in it was divided by zero, if anywhere: the value is unknown there.
    pub zero: Option<Arc<Mask>>,
}

/// Works out nodes of a program on a clock; what two rules share is worked out once.
pub struct Evaluation<'a> {
    program: &'a Program,
    pub(super) clock: Clock<'a>,
    rows: Vec<(Scope, Arc<Rows<'a>>)>,
    stored: Vec<Option<Stored<'a>>>,
    /// How many nodes read each one: what is read twice is worth keeping.
    readers: Vec<u32>,
    profile: &'a Profile,
    /// The signal layers, once a rule has asked for them; `None` inside if the snapshot lacks their symbol.
    layers: OnceCell<Option<Layers>>,
}

impl std::fmt::Debug for Evaluation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evaluation").finish_non_exhaustive()
    }
}

impl<'a> Evaluation<'a> {
    /// Of `rules`, which are all that will be asked for. Words of the signal layers go by `profile`.
    pub fn new(
        program: &'a Program,
        clock: Clock<'a>,
        rules: &[NodeId],
        profile: &'a Profile,
    ) -> Self {
        let mut readers = vec![0; program.len()];
        for id in program.reachable(rules) {
            for child in program.node(id).op.children() {
                readers[child.index()] += 1;
            }
        }
        Self {
            program,
            clock,
            rows: Vec::new(),
            stored: vec![None; program.len()],
            readers,
            profile,
            layers: OnceCell::new(),
        }
    }

    /// A condition on the clock's rows.
    pub fn judge(&mut self, rule: NodeId) -> Judged {
        let stored = self.value(rule);
        let truth = match stored.value {
            Value::Truth(truth) => truth,
            // No rule is a number: its reader has seen to that.
            Value::Numbers(_) => Arc::new(Truth::constant(self.clock.len(), false)),
        };
        Judged {
            truth,
            zero: stored.zero,
        }
    }

    /// A number on the clock's rows, NaN where it is unknown.
    pub fn numbers(&mut self, quantity: NodeId) -> Vec<f64> {
        match self.value(quantity).value {
            Value::Numbers(numbers) => numbers.to_vec(),
            Value::Truth(truth) => vec![f64::NAN; truth.held.len()],
        }
    }

    pub(super) fn node(&self, id: NodeId) -> Node {
        *self.program.node(id)
    }

    pub(super) fn rows_of(&mut self, scope: Scope) -> Arc<Rows<'a>> {
        if let Some((_, rows)) = self.rows.iter().find(|(known, _)| *known == scope) {
            return Arc::clone(rows);
        }
        let rows = Arc::new(Rows::find(scope, self.program, &self.clock));
        self.rows.push((scope, Arc::clone(&rows)));
        rows
    }

    /// A node's whole column, worked out if it is not there yet.
    fn value(&mut self, id: NodeId) -> Stored<'a> {
        if let Some(stored) = &self.stored[id.index()] {
            return stored.clone();
        }
        let stored = self.work_out(id);
        self.stored[id.index()] = Some(stored.clone());
        stored
    }

    fn work_out(&mut self, id: NodeId) -> Stored<'a> {
        let node = self.node(id);
        match node.op {
            Op::Leaf(Leaf::Signal(word)) => self.signal(word),
            Op::Leaf(leaf) => {
                let rows = self.rows_of(node.scope);
                leaves::leaf(leaf, &rows, self.program, &self.clock)
            }
            Op::Ranged(recipe) => {
                let rows = self.rows_of(node.scope);
                let Of::Bars(bars) = rows.of else {
                    return Stored::numbers(vec![f64::NAN; rows.len()]);
                };
                let column = rows.basis.compute(&recipe, Prices::from(bars));
                Stored::numbers(column.into_values())
            }
            Op::Indicator(recipe, input) => {
                let on_one_basis = self.on_one_basis(input);
                let column = match recipe {
                    Recipe::Ema(_) | Recipe::Rsi(_) => {
                        windows::over_known(&on_one_basis, |known| recipe.of(known).into_values())
                    }
                    _ => recipe.of(&on_one_basis).into_values(),
                };
                let made = self.in_own_units(column, node);
                made.and_zero(self.zero_of(input).as_ref())
            }
            Op::Sum(input, n) => {
                let sums = windows::sum(&self.on_one_basis(input), n as usize);
                let made = self.in_own_units(sums, node);
                made.and_zero(self.zero_of(input).as_ref())
            }
            Op::Count(condition, n) => {
                let truth = self.truth(condition);
                Stored::numbers(windows::count(&truth, n as usize))
                    .and_zero(self.zero_of(condition).as_ref())
            }
            Op::All(condition, n) => {
                let truth = self.truth(condition);
                Stored::truth(windows::all(&truth, n as usize))
                    .and_zero(self.zero_of(condition).as_ref())
            }
            Op::Since(condition) => {
                let truth = self.truth(condition);
                Stored::numbers(windows::since(&truth)).and_zero(self.zero_of(condition).as_ref())
            }
            Op::History(inner, rows) => self.history(inner, rows as usize, node),
            Op::Join(inner) => self.join(inner, node),
            Op::Compare(CompareOp::Equal, count, all) if self.is_run(count, all) => self.run(count),
            _ => compile::one_pass(self, id),
        }
    }

    /// A word of the signal layers; unknown everywhere without them.
    fn signal(&mut self, word: SignalWord) -> Stored<'a> {
        let (profile, clock) = (self.profile, self.clock);
        let layers = self.layers.get_or_init(|| Layers::of(profile, &clock));
        let none = || Mask::filled(clock.len(), false);
        match (word.kind(), layers) {
            (Kind::Number(_), Some(layers)) => Stored::numbers(layers.numbers(word)),
            (Kind::Number(_), None) => Stored::numbers(vec![f64::NAN; clock.len()]),
            (Kind::Truth, Some(layers)) => Stored::truth(layers.truth(word)),
            (Kind::Truth, None) => Stored::truth(Truth {
                held: none(),
                failed: none(),
            }),
        }
    }

    pub(super) fn truth(&mut self, id: NodeId) -> Arc<Truth> {
        match self.value(id).value {
            Value::Truth(truth) => truth,
            Value::Numbers(numbers) => Arc::new(Truth::constant(numbers.len(), false)),
        }
    }

    pub(super) fn column(&mut self, id: NodeId) -> Numbers<'a> {
        match self.value(id).value {
            Value::Numbers(numbers) => numbers,
            Value::Truth(truth) => vec![f64::NAN; truth.held.len()].into(),
        }
    }

    pub(super) fn zero_of(&self, id: NodeId) -> Option<Arc<Mask>> {
        self.stored[id.index()]
            .as_ref()
            .and_then(|stored| stored.zero.clone())
    }

    /// `count(condition, n) == n`: the condition held n times in a row.
    pub(super) fn is_run(&self, count: NodeId, all: NodeId) -> bool {
        let (Op::Count(_, n), Some(all)) = (self.node(count).op, self.program.constant(all)) else {
            return false;
        };
        f64::from(n) == all && self.readers[count.index()] < 2
    }

    fn run(&mut self, count: NodeId) -> Stored<'a> {
        let Op::Count(condition, n) = self.node(count).op else {
            return compile::one_pass(self, count);
        };
        let truth = self.truth(condition);
        Stored::truth(windows::run(&truth, n as usize)).and_zero(self.zero_of(condition).as_ref())
    }

    /// Prices and share counts of every row on one share basis, so that a window may run through a split.
    fn on_one_basis(&mut self, input: NodeId) -> Numbers<'a> {
        let column = self.column(input);
        let node = self.node(input);
        let rows = self.rows_of(node.scope);
        if rows.basis.is_trivial() {
            return column;
        }
        match node.kind {
            Kind::Number(Unit::Price) => rows.basis.prices(&column).into_owned().into(),
            Kind::Number(Unit::Shares) => rows.basis.shares(&column).into_owned().into(),
            _ => column,
        }
    }

    /// The way back from [`Self::on_one_basis`].
    fn in_own_units(&mut self, column: Vec<f64>, node: Node) -> Stored<'a> {
        let rows = self.rows_of(node.scope);
        if rows.basis.is_trivial() {
            return Stored::numbers(column);
        }
        Stored::numbers(match node.kind {
            Kind::Number(Unit::Price) => rows.basis.shares(&column).into_owned(),
            Kind::Number(Unit::Shares) => rows.basis.prices(&column).into_owned(),
            _ => column,
        })
    }

    fn history(&mut self, inner: NodeId, rows: usize, node: Node) -> Stored<'a> {
        if node.kind == Kind::Truth {
            let truth = self.truth(inner).delayed(rows);
            return Stored::truth(truth);
        }
        let column = self.on_one_basis(inner);
        let kept = column.len().saturating_sub(rows);
        let mut delayed = vec![f64::NAN; column.len() - kept];
        delayed.extend_from_slice(&column[..kept]);
        self.in_own_units(delayed, node)
    }

    /// A value of other rows as it is known at each instant of the clock.
    fn join(&mut self, inner: NodeId, node: Node) -> Stored<'a> {
        let scope = self.node(inner).scope;
        let rows = self.rows_of(scope);
        let join = rows.join(scope, &self.clock);
        let zero = |stored: &Stored<'a>| stored.zero.as_ref().map(|zero| Arc::new(join.mask(zero)));
        let stored = self.value(inner);
        let joined = match &stored.value {
            Value::Truth(truth) => Stored::truth(Truth {
                held: join.mask(&truth.held),
                failed: join.mask(&truth.failed),
            }),
            // A daily price of the evening before a split is in the dollars of the morning after.
            Value::Numbers(_) if scope == Scope::Daily => {
                let constant = self.on_one_basis(inner);
                let column = join.column(&constant).into_values();
                self.in_own_units(column, node)
            }
            Value::Numbers(numbers) => Stored::numbers(join.column(numbers).into_values()),
        };
        joined.and_zero(zero(&stored).as_ref())
    }

    /// True if a node is a column of its own: it is there already, or more than one node reads it.
    pub(super) fn is_kept(&self, id: NodeId) -> bool {
        let constant = self.node(id).scope == Scope::Constant;
        let read_once = self.readers[id.index()] < 2;
        self.stored[id.index()].is_some() || !(constant || read_once)
    }
}
