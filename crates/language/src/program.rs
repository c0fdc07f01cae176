//! What a rule means: nodes in an arena, each once, children before parents.

use std::collections::HashMap;

use indicators::Recipe;

use crate::signal::SignalWord;
use crate::unit::Kind;

/// A node of a [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// Its place in the arena.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// On whose rows a value lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere the same.
    Constant,
    /// The bars of the plan's clock.
    Own,
    /// The instrument's daily bars, beside a clock within the session.
    Daily,
    /// Another symbol's bars, by its place in [`Program::symbols`].
    Symbol(u16),
    /// Another symbol's daily bars, beside a clock within the session.
    SymbolDaily(u16),
    /// A series' own dates, by its place in [`Program::series`].
    Series(u16),
}

/// A column of bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// First price, dollars.
    Open,
    /// Highest price, dollars.
    High,
    /// Lowest price, dollars.
    Low,
    /// Last price, dollars.
    Close,
    /// Shares traded.
    Volume,
}

/// A value that is given, not computed from other nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// A column of the scope's bars.
    Bar(Field),
    /// The value of a series.
    Published,
    /// The session's open, and its high, low, last price and volume so far.
    Session(Field),
    /// The same of the whole session before.
    PrevSession(Field),
    /// Session open ÷ previous close − 1.
    Gap,
    /// Last price ÷ previous session's close − 1.
    Change,
    /// The same of another symbol, by its place in [`Program::symbols`].
    ChangeOf(u16),
    /// Minutes from the session's open to the bar's end.
    MinutesSinceOpen,
    /// Minutes from the bar's end to the session's close.
    MinutesToClose,
    /// High of the first n minutes of the session, once they are over.
    OpeningHigh(u16),
    /// Low of the first n minutes.
    OpeningLow(u16),
    /// Volume since the open ÷ its mean over the same time of the last n sessions.
    RelativeVolume(u16),
    /// Time of day at the bar's end.
    TimeOfDay,
    /// 1 for Monday to 5 for Friday.
    Weekday,
    /// 1 for January to 12.
    Month,
    /// True on sessions that close early.
    HalfDay,
    /// Sessions between this and the nearest event of a kind, by its place in [`Program::events`].
    Event(EventWord, u16),
    /// A figure of the signal layers.
    Signal(SignalWord),
}

/// Which way an event lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventWord {
    /// Sessions until the next one, 0 on its day.
    Until,
    /// Sessions since the last one, 0 on its day.
    Since,
}

/// `+ - * /` and the choice of the smaller or the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ArithOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CompareOp {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum MathOp {
    Negate,
    Abs,
    Sqrt,
    Log,
}

/// What a node computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A number, by its bits.
    Number(u64),
    /// True or false.
    Truth(bool),
    /// Something given.
    Leaf(Leaf),
    /// A function of one number.
    Math(MathOp, NodeId),
    /// Of two numbers. A division by zero has no value.
    Arith(ArithOp, NodeId, NodeId),
    /// A condition of two numbers; unknown if either is.
    Compare(CompareOp, NodeId, NodeId),
    /// Unknown stays unknown.
    Not(NodeId),
    /// False if either is false, else unknown if either is.
    And(NodeId, NodeId),
    /// True if either is true, else unknown if either is.
    Or(NodeId, NodeId),
    /// The second where the first holds, the third where it does not.
    If(NodeId, NodeId, NodeId),
    /// True where the number has a value or the condition is not unknown; never unknown itself.
    Known(NodeId),
    /// The value n rows ago.
    History(NodeId, u32),
    /// An indicator of a single quantity.
    Indicator(Recipe, NodeId),
    /// An indicator of high, low and close of the scope.
    Ranged(Recipe),
    /// In how many of the last n rows a condition held; unknown if it is in any of them.
    Count(NodeId, u32),
    /// The condition held in all of the last n rows: what `and` of them says, so one that fails decides.
    All(NodeId, u32),
    /// Sum of the last n values.
    Sum(NodeId, u32),
    /// Rows since a condition held last, 0 on that row; unknown before the first time.
    Since(NodeId),
    /// A value of another scope as it is known on the plan's clock.
    Join(NodeId),
}

/// What must lie before the first row with a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WarmUp {
    /// Rows of the node's own scope; of the plan's clock for a whole rule.
    pub bars: usize,
    /// Sessions of the clock's own bars, for a clock within the session.
    pub sessions: usize,
    /// Daily bars of the instrument, beside a clock within the session.
    pub days: usize,
}

impl WarmUp {
    /// What both need.
    #[must_use]
    pub fn and(self, other: WarmUp) -> WarmUp {
        WarmUp {
            bars: self.bars.max(other.bars),
            sessions: self.sessions.max(other.sessions),
            days: self.days.max(other.days),
        }
    }

    pub(crate) fn more(self, bars: usize) -> WarmUp {
        WarmUp {
            bars: self.bars.saturating_add(bars),
            ..self
        }
    }
}

/// One step of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// What its value is.
    pub kind: Kind,
    /// On whose rows it lives.
    pub scope: Scope,
    /// What must lie before its first value.
    pub warm_up: WarmUp,
    /// How many nodes it is deep.
    pub(crate) depth: u16,
}

/// Rules as nodes. Equal nodes are one node, so what rules have in common is computed once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    nodes: Vec<Node>,
    known: HashMap<(Op, Scope, Kind), NodeId>,
    symbols: Vec<String>,
    series: Vec<String>,
    events: Vec<String>,
}

impl Program {
    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True without nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The other symbols that are named.
    pub fn symbols(&self) -> &[String] {
        &self.symbols
    }

    /// The series that are named.
    pub fn series(&self) -> &[String] {
        &self.series
    }

    /// The kinds of events that are named.
    pub fn events(&self) -> &[String] {
        &self.events
    }

    /// What must lie before the first row on which the rule can be judged.
    pub fn warm_up(&self, rule: NodeId) -> WarmUp {
        self.node(rule).warm_up
    }

    /// The number of a constant node.
    pub fn constant(&self, id: NodeId) -> Option<f64> {
        match self.node(id).op {
            Op::Number(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Every node that `rules` are made of, children before parents.
    pub fn reachable(&self, rules: &[NodeId]) -> Vec<NodeId> {
        let mut wanted = vec![false; self.nodes.len()];
        for rule in rules {
            wanted[rule.0 as usize] = true;
        }
        for at in (0..self.nodes.len()).rev() {
            if wanted[at] {
                for child in self.nodes[at].op.children() {
                    wanted[child.0 as usize] = true;
                }
            }
        }
        let ids = (0..self.nodes.len()).filter(|&at| wanted[at]);
        ids.map(|at| NodeId(at as u32)).collect()
    }

    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        let key = (node.op, node.scope, node.kind);
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.known.insert(key, id);
        id
    }

    pub(crate) fn symbol(&mut self, name: &str) -> u16 {
        place(&mut self.symbols, name)
    }

    pub(crate) fn one_series(&mut self, name: &str) -> u16 {
        place(&mut self.series, name)
    }

    pub(crate) fn event(&mut self, name: &str) -> u16 {
        place(&mut self.events, name)
    }
}

fn place(names: &mut Vec<String>, name: &str) -> u16 {
    let at = names.iter().position(|known| known == name);
    let at = at.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    at as u16
}

impl Op {
    /// The nodes it is computed from.
    pub fn children(self) -> impl Iterator<Item = NodeId> {
        let nodes = match self {
            Op::Number(_) | Op::Truth(_) | Op::Leaf(_) | Op::Ranged(_) => [None; 3],
            Op::Math(_, a)
            | Op::Not(a)
            | Op::Known(a)
            | Op::History(a, _)
            | Op::Indicator(_, a)
            | Op::Count(a, _)
            | Op::All(a, _)
            | Op::Sum(a, _)
            | Op::Since(a)
            | Op::Join(a) => [Some(a), None, None],
            Op::Arith(_, a, b) | Op::Compare(_, a, b) | Op::And(a, b) | Op::Or(a, b) => {
                [Some(a), Some(b), None]
            }
            Op::If(a, b, c) => [Some(a), Some(b), Some(c)],
        };
        nodes.into_iter().flatten()
    }
}
