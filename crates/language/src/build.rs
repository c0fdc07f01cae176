//! From what a rule says to what it means: names, types, units, rows.

use crate::ast::{Ast, AstKind, BinaryOp};
use crate::error::{Fault, Span};
use crate::parse::parse;
use crate::program::{ArithOp, CompareOp, MathOp, Node, NodeId, Op, Program, Scope, WarmUp};
use crate::token::Sign;
use crate::unit::{Kind, Unit};
use crate::words::{Clock, Let, Mention, Mentioned, Words};

/// Nodes inside each other beyond this are refused, so that whoever walks them need not fear for the stack.
const MAX_NODE_DEPTH: u16 = 400;

/// Names that use names that use names.
const MAX_NAMES_DEEP: usize = 64;

/// All rules of a plan together.
const MAX_NODES: usize = 20_000;

/// The longest history and the longest window, in rows.
pub(crate) const MAX_ROWS: f64 = 10_000.0;

/// Reads one expression into the program of `words`.
pub(crate) struct Builder<'a> {
    pub(crate) words: &'a mut Words,
    /// Whose bars a bare `close` means.
    pub(crate) scope: Scope,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(words: &'a mut Words) -> Self {
        Self {
            words,
            scope: Scope::Own,
        }
    }

    pub(crate) fn program(&mut self) -> &mut Program {
        &mut self.words.program
    }

    pub(crate) fn node(&self, id: NodeId) -> Node {
        *self.words.program.node(id)
    }

    pub(crate) fn clock(&self) -> Clock {
        self.words.clock
    }

    /// A condition on the plan's own rows.
    pub(crate) fn condition(&mut self, ast: &Ast) -> Result<NodeId, Fault> {
        let id = self.truth(ast)?;
        Ok(self.on_own_rows(id))
    }

    pub(crate) fn value(&mut self, ast: &Ast) -> Result<NodeId, Fault> {
        let id = match &ast.kind {
            AstKind::Number(value) => self.number(*value, Unit::Plain),
            AstKind::Percent(value) => self.number(*value, Unit::Fraction),
            AstKind::Time(minutes) => self.number(f64::from(*minutes), Unit::Time),
            AstKind::Truth(truth) => self.add(
                Op::Truth(*truth),
                Kind::Truth,
                Scope::Constant,
                WarmUp::default(),
            ),
            AstKind::Text(_) => {
                return Err(Fault::new(ast.span.clone(), "a text is no value")
                    .help("texts name events, symbols and series: near(\"FOMC\", 1, 0)"));
            }
            AstKind::Name(parts) => self.name(parts, &ast.span)?,
            AstKind::Call { name, args } => self.call(name, args, &ast.span)?,
            AstKind::Negative(inner) => self.negative(inner)?,
            AstKind::Not(inner) => {
                let inner = self.truth(inner)?;
                self.derived(Op::Not, Kind::Truth, inner)
            }
            AstKind::Binary(BinaryOp::And, a, b) => self.joined(a, b, Op::And)?,
            AstKind::Binary(BinaryOp::Or, a, b) => self.joined(a, b, Op::Or)?,
            AstKind::Binary(BinaryOp::Compare(sign), a, b) => self.comparison(*sign, a, b, ast)?,
            AstKind::Binary(BinaryOp::Arithmetic(sign), a, b) => {
                self.arithmetic(*sign, a, b, ast)?
            }
            AstKind::Between(x, low, high) => self.between(x, low, high, ast)?,
            AstKind::History(inner, index) => self.history(inner, index)?,
        };
        self.bounded(id, &ast.span)
    }

    /// Notes that the text at hand names something of the tape.
    pub(crate) fn mention(&mut self, what: Mentioned, name: &str, span: &Span) {
        let within = self.words.open.last().cloned();
        self.words.mentions.push(Mention {
            what,
            name: name.to_owned(),
            span: span.clone(),
            within,
        });
    }

    fn bounded(&self, id: NodeId, span: &Span) -> Result<NodeId, Fault> {
        let needed = self.node(id).warm_up.bars;
        if needed as f64 > MAX_ROWS {
            let message = format!("this has no value before {needed} bars are there");
            return Err(Fault::new(span.clone(), message).help(format!(
                "at most {MAX_ROWS} may be asked for: shorten the windows inside it"
            )));
        }
        if self.node(id).depth > MAX_NODE_DEPTH || self.words.program.len() > MAX_NODES {
            return Err(Fault::new(
                span.clone(),
                "the plan's expressions are too large together",
            )
            .help("use fewer or simpler named quantities"));
        }
        Ok(id)
    }

    /// A named quantity.
    pub(crate) fn named(&mut self, name: &str, span: &Span) -> Result<NodeId, Fault> {
        self.words.used.insert(name.to_owned());
        match self.words.lets.get(name).cloned() {
            Some(Let::Number(value)) => Ok(self.number(value, Unit::Plain)),
            Some(Let::Read(id)) => Ok(id),
            Some(Let::Text(text)) => self.read(name, &text),
            Some(Let::Open) => Err(Fault::new(
                span.clone(),
                format!("`{name}` is defined by itself, in a circle"),
            )
            .help("break the circle: a named quantity may use only others that do not use it")),
            None => Err(self.unknown_name(name, span)),
        }
    }

    fn read(&mut self, name: &str, text: &str) -> Result<NodeId, Fault> {
        if self.words.open.len() >= MAX_NAMES_DEEP {
            let message = format!("`{name}` is more than {MAX_NAMES_DEEP} names deep");
            return Err(Fault::new(0..0, message)
                .help("let names use fewer others")
                .within(name));
        }
        self.words.open.push(name.to_owned());
        self.words.lets.insert(name.to_owned(), Let::Open);
        let outer = std::mem::replace(&mut self.scope, Scope::Own);
        let result = parse(text)
            .and_then(|ast| self.value(&ast))
            .map_err(|fault| fault.within(name));
        self.scope = outer;
        self.words.open.pop();
        // Left as it was found if it cannot be read, so that the next reader gets the same fault.
        let state = match &result {
            Ok(id) => Let::Read(*id),
            Err(_) => Let::Text(text.to_owned()),
        };
        self.words.lets.insert(name.to_owned(), state);
        result
    }

    /// A node whose kind must be a condition.
    pub(crate) fn truth(&mut self, ast: &Ast) -> Result<NodeId, Fault> {
        let id = self.value(ast)?;
        match self.node(id).kind {
            Kind::Truth => Ok(id),
            Kind::Number(unit) => Err(Fault::new(
                ast.span.clone(),
                format!("this is {}, where a condition is expected", unit.noun()),
            )
            .help("compare it with something: close > ema(21)")),
        }
    }

    /// A node whose kind must be a number, and its unit.
    pub(crate) fn numeric(&mut self, ast: &Ast) -> Result<(NodeId, Unit), Fault> {
        let id = self.value(ast)?;
        match self.node(id).kind {
            Kind::Number(unit) => Ok((id, unit)),
            Kind::Truth => Err(Fault::new(
                ast.span.clone(),
                "this is a condition, where a number is expected",
            )
            .help("count(condition, n) counts bars on which it held; if(condition, a, b) chooses a number")),
        }
    }

    pub(crate) fn number(&mut self, value: f64, unit: Unit) -> NodeId {
        let op = Op::Number(value.to_bits());
        self.add(op, Kind::Number(unit), Scope::Constant, WarmUp::default())
    }

    pub(crate) fn add(&mut self, op: Op, kind: Kind, scope: Scope, warm_up: WarmUp) -> NodeId {
        let depth = op
            .children()
            .map(|child| self.node(child).depth)
            .max()
            .map_or(0, |depth| depth.saturating_add(1));
        self.program().add(Node {
            op,
            kind,
            scope,
            warm_up,
            depth,
        })
    }

    /// A node computed from one other on the same rows.
    pub(crate) fn derived(
        &mut self,
        op: impl FnOnce(NodeId) -> Op,
        kind: Kind,
        inner: NodeId,
    ) -> NodeId {
        let Node { scope, warm_up, .. } = self.node(inner);
        self.add(op(inner), kind, scope, warm_up)
    }

    /// The same two values on the same rows: on those they share, else on the plan's.
    pub(crate) fn together(&mut self, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
        let (left, right) = (self.node(a).scope, self.node(b).scope);
        if left == right || left == Scope::Constant || right == Scope::Constant {
            (a, b)
        } else {
            (self.on_own_rows(a), self.on_own_rows(b))
        }
    }

    /// A value as it is known on the plan's clock.
    pub(crate) fn on_own_rows(&mut self, id: NodeId) -> NodeId {
        let node = self.node(id);
        let warm_up = match node.scope {
            Scope::Constant | Scope::Own => return id,
            // The last complete session, and what it needs before it.
            Scope::Daily => WarmUp {
                days: node.warm_up.bars + 1,
                ..WarmUp::default()
            },
            Scope::Symbol(_) | Scope::SymbolDaily(_) | Scope::Series(_) => WarmUp::default(),
        };
        self.add(Op::Join(id), node.kind, Scope::Own, warm_up)
    }

    /// A node computed from two others.
    pub(crate) fn pair(
        &mut self,
        op: impl FnOnce(NodeId, NodeId) -> Op,
        kind: Kind,
        a: NodeId,
        b: NodeId,
    ) -> NodeId {
        let (a, b) = self.together(a, b);
        let (left, right) = (self.node(a), self.node(b));
        let scope = if left.scope == Scope::Constant {
            right.scope
        } else {
            left.scope
        };
        self.add(op(a, b), kind, scope, left.warm_up.and(right.warm_up))
    }

    fn joined(
        &mut self,
        a: &Ast,
        b: &Ast,
        op: impl FnOnce(NodeId, NodeId) -> Op,
    ) -> Result<NodeId, Fault> {
        let (a, b) = (self.truth(a)?, self.truth(b)?);
        Ok(self.pair(op, Kind::Truth, a, b))
    }

    fn negative(&mut self, inner: &Ast) -> Result<NodeId, Fault> {
        let (id, unit) = self.numeric(inner)?;
        if let Some(value) = self.words.program.constant(id) {
            return Ok(self.number(-value, unit));
        }
        if unit == Unit::Time || unit.is_state() {
            let message = format!("{} has no opposite", unit.noun());
            return Err(Fault::new(inner.span.clone(), message));
        }
        Ok(self.derived(|x| Op::Math(MathOp::Negate, x), Kind::Number(unit), id))
    }

    fn comparison(&mut self, sign: Sign, a: &Ast, b: &Ast, whole: &Ast) -> Result<NodeId, Fault> {
        let op = compare_op(sign);
        let ((left, left_unit), (right, right_unit)) = (self.numeric(a)?, self.numeric(b)?);
        if left_unit.with(right_unit).is_none() {
            let message = format!(
                "{} cannot be compared with {}",
                left_unit.noun(),
                right_unit.noun()
            );
            return Err(
                Fault::new(whole.span.clone(), message).help(units_help(left_unit, right_unit))
            );
        }
        Ok(self.compare(op, left, right))
    }

    pub(crate) fn compare(&mut self, op: CompareOp, a: NodeId, b: NodeId) -> NodeId {
        self.pair(|a, b| Op::Compare(op, a, b), Kind::Truth, a, b)
    }

    fn between(&mut self, x: &Ast, low: &Ast, high: &Ast, whole: &Ast) -> Result<NodeId, Fault> {
        let above = self.comparison(Sign::AtLeast, x, low, whole)?;
        let below = self.comparison(Sign::AtMost, x, high, whole)?;
        Ok(self.pair(Op::And, Kind::Truth, above, below))
    }

    fn arithmetic(&mut self, sign: Sign, a: &Ast, b: &Ast, whole: &Ast) -> Result<NodeId, Fault> {
        let ((left, left_unit), (right, right_unit)) = (self.numeric(a)?, self.numeric(b)?);
        let (op, unit) = match sign {
            Sign::Plus => (ArithOp::Add, left_unit.with(right_unit)),
            Sign::Minus => (ArithOp::Subtract, left_unit.with(right_unit)),
            Sign::Star => (ArithOp::Multiply, left_unit.times(right_unit)),
            _ => (ArithOp::Divide, left_unit.over(right_unit)),
        };
        // The difference of two times is a length of time, their sum nothing at all.
        let unit = match unit {
            Some(Unit::Time) if op == ArithOp::Subtract => Some(Unit::Minutes),
            Some(Unit::Time) => None,
            Some(unit) if unit.is_state() => None,
            other => other,
        };
        let Some(unit) = unit else {
            let message = format!(
                "{} and {} do not go together in `{}`",
                left_unit.noun(),
                right_unit.noun(),
                sign.as_str()
            );
            return Err(
                Fault::new(whole.span.clone(), message).help(units_help(left_unit, right_unit))
            );
        };
        if op == ArithOp::Divide && self.words.program.constant(right) == Some(0.0) {
            return Err(Fault::new(
                b.span.clone(),
                "this divides by zero everywhere",
            ));
        }
        Ok(self.arith(op, Kind::Number(unit), left, right))
    }

    /// Arithmetic of two nodes; of two constants at once.
    pub(crate) fn arith(&mut self, op: ArithOp, kind: Kind, a: NodeId, b: NodeId) -> NodeId {
        let constants = (
            self.words.program.constant(a),
            self.words.program.constant(b),
        );
        if let ((Some(x), Some(y)), Kind::Number(unit)) = (constants, kind) {
            let value = op.apply(x, y);
            if value.is_finite() {
                return self.number(value, unit);
            }
        }
        self.pair(|a, b| Op::Arith(op, a, b), kind, a, b)
    }

    fn history(&mut self, inner: &Ast, index: &Ast) -> Result<NodeId, Fault> {
        let id = self.value(inner)?;
        let (steps, _) = self.numeric(index)?;
        let Some(steps) = self.words.program.constant(steps) else {
            return Err(
                Fault::new(index.span.clone(), "how far back must be known beforehand")
                    .help("write a whole number or the name of one: close[1]"),
            );
        };
        if steps < 0.0 {
            let message = format!(
                "[{steps}] would be a bar of the future; a rule sees what is known when it is judged, and nothing later"
            );
            return Err(Fault::new(index.span.clone(), message)
                .help(format!("[{}] is that many bars back", -steps)));
        }
        if steps.fract() != 0.0 || steps > MAX_ROWS {
            let message = format!("[{steps}] must be a whole number of bars, at most {MAX_ROWS}");
            return Err(Fault::new(index.span.clone(), message));
        }
        Ok(self.back(id, steps as u32))
    }

    /// The value `rows` rows ago.
    pub(crate) fn back(&mut self, id: NodeId, rows: u32) -> NodeId {
        let node = self.node(id);
        if rows == 0 || node.scope == Scope::Constant {
            return id;
        }
        let warm_up = node.warm_up.more(rows as usize);
        self.add(Op::History(id, rows), node.kind, node.scope, warm_up)
    }
}

impl ArithOp {
    /// The result on two numbers; a division by zero has none (NaN), as anything with NaN.
    #[inline]
    pub fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            ArithOp::Add => a + b,
            ArithOp::Subtract => a - b,
            ArithOp::Multiply => a * b,
            ArithOp::Divide => {
                if b == 0.0 {
                    f64::NAN
                } else {
                    a / b
                }
            }
            ArithOp::Min => {
                if (a < b) | a.is_nan() {
                    a
                } else {
                    b
                }
            }
            ArithOp::Max => {
                if (a > b) | a.is_nan() {
                    a
                } else {
                    b
                }
            }
        }
    }
}

const fn compare_op(sign: Sign) -> CompareOp {
    match sign {
        Sign::Less => CompareOp::Less,
        Sign::AtMost => CompareOp::AtMost,
        Sign::Greater => CompareOp::Greater,
        Sign::AtLeast => CompareOp::AtLeast,
        Sign::Unequal => CompareOp::Unequal,
        _ => CompareOp::Equal,
    }
}

/// What to write instead of mixing two units.
fn units_help(a: Unit, b: Unit) -> String {
    let either = |unit: Unit| a == unit || b == unit;
    if either(Unit::Fraction) && either(Unit::Price) {
        "a part of a price is a product: close * (1 + 2%), or compare a change: roc(1) < -2%"
    } else if either(Unit::Fraction) && either(Unit::Hundred) {
        "figures from 0 to 100 are compared with bare numbers: rsi(14) < 30"
    } else if either(Unit::Fraction) && either(Unit::Level) {
        "a series is in the unit it is published in, often per cent: compare it with a bare number, RVX > 25"
    } else if either(Unit::State) {
        "states are compared with states: signal.composite == bullish, signal.trend != bearish"
    } else if either(Unit::Rotation) {
        "rotations are compared with rotations: rotation != flight"
    } else if either(Unit::Time) {
        "times are compared with times: time < 10:30; lengths with numbers: minutes_since_open < 45"
    } else {
        "divide one by another of its own unit first, as in volume / sma(volume, 20) > 1.5"
    }
    .to_owned()
}
