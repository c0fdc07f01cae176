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

    /// The two (or three) sides of every comparison, in order; of conditions only, not of what they are made of.
    pub fn compared(&self) -> Vec<&Ast> {
        match &self.kind {
            AstKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
                let mut all = left.compared();
                all.extend(right.compared());
                all
            }
            AstKind::Not(inner) => inner.compared(),
            AstKind::Binary(BinaryOp::Compare(_), left, right) => vec![left, right],
            AstKind::Between(x, low, high) => vec![x, low, high],
            _ => Vec::new(),
        }
    }
}
