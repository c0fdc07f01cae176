//! What a rule says, before anyone asks what it means.

use crate::error::Span;
use crate::token::Sign;

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    /// What it is.
    pub kind: AstKind,
    /// Where it is.
    pub span: Span,
}

/// A part of a dotted name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The word.
    pub word: String,
    /// Where it is.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    /// A number.
    Number(f64),
    /// A percentage, as a fraction.
    Percent(f64),
    /// A time of day, minutes after midnight in New York.
    Time(u32),
    /// Text.
    Text(String),
    /// `true`, `false`.
    Truth(bool),
    /// A dotted name: `close`, `KRE.change`.
    Name(Vec<Part>),
    /// A call of a dotted name: `ema(21)`, `KRE.roc(10)`.
    Call {
        /// The function.
        name: Vec<Part>,
        /// What it is given.
        args: Vec<Ast>,
    },
    /// `-x`
    Negative(Box<Ast>),
    /// `not x`
    Not(Box<Ast>),
    /// `x + y` and the like.
    Binary(BinaryOp, Box<Ast>, Box<Ast>),
    /// `x between low and high`, both included.
    Between(Box<Ast>, Box<Ast>, Box<Ast>),
    /// `x[n]`: its value n bars ago.
    History(Box<Ast>, Box<Ast>),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `<` and the other comparisons.
    Compare(Sign),
    /// `+ - * /`
    Arithmetic(Sign),
}

impl Ast {
    /// The criteria that an expression joins by `and`, in order; itself if it is none.
    pub fn criteria(&self) -> Vec<&Ast> {
        match &self.kind {
            AstKind::Binary(BinaryOp::And, left, right) => {
                let mut all = left.criteria();
                all.extend(right.criteria());
                all
            }
            _ => vec![self],
        }
    }

    /// What a condition looks at, in order: the sides of its comparisons, each with the other side (whose unit it shares),
    /// and the arguments of its functions.
    pub fn compared(&self) -> Vec<(&Ast, Option<&Ast>)> {
        match &self.kind {
            AstKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
                let mut all = left.compared();
                all.extend(right.compared());
                all
            }
            AstKind::Not(inner) => inner.compared(),
            AstKind::Binary(BinaryOp::Compare(_), left, right) => {
                vec![(left, Some(right)), (right, Some(left))]
            }
            AstKind::Between(x, low, high) => {
                vec![(x, Some(low)), (low, Some(x)), (high, Some(x))]
            }
            AstKind::Call { args, .. } => args.iter().flat_map(Self::argument).collect(),
            _ => Vec::new(),
        }
    }

    /// An argument of a function that is a condition: itself, or what it compares if it is one.
    fn argument(&self) -> Vec<(&Ast, Option<&Ast>)> {
        match self.kind {
            AstKind::Binary(BinaryOp::And | BinaryOp::Or | BinaryOp::Compare(_), ..)
            | AstKind::Not(_)
            | AstKind::Between(..) => self.compared(),
            AstKind::Text(_) | AstKind::Truth(_) => Vec::new(),
            _ => vec![(self, None)],
        }
    }

    /// True for a number as it is written: who reads it needs no value beside it.
    pub fn is_literal(&self) -> bool {
        match &self.kind {
            AstKind::Number(_) | AstKind::Percent(_) | AstKind::Time(_) => true,
            AstKind::Negative(inner) => inner.is_literal(),
            _ => false,
        }
    }
}
