//! The rule language: from words to a typed program.
//!
//! A rule such as `close < ema(21) and roc(10) < -3% and KRE.change > -1.5%` is read ([`parse()`]), its names,
//! types and units are checked ([`Words`]), and it becomes a [`Program`]: nodes in an arena, each once, children
//! before parents. There is no data here: `strategies` turns a program into columns and masks on a plan's clock.
//!
//! A rule cannot look ahead, because there is no way to write it: every word means something known by the
//! decision, and history goes backwards only.
//!
//! ```
//! use language::{Clock, Words};
//!
//! let mut words = Words::new(Clock::Daily);
//! words.number("drop", 0.025).unwrap();
//! let rule = words.condition("roc(3) < -drop and KRE.change > -1.5%").unwrap();
//! assert_eq!(words.program().warm_up(rule).bars, 3);
//! assert_eq!(words.program().symbols(), ["KRE"]);
//! let error = words.condition("close[-1] > close").unwrap_err();
//! assert!(error.message.contains("future"));
//! ```

pub mod ast;
pub mod catalogue;
pub mod error;
pub mod parse;
pub mod program;
pub mod token;
pub mod unit;
pub mod words;

mod build;
mod call;
mod name;
mod signal;

/// The grammar of rules, a line a symbol: `{ }` any number of times, `[ ]` once or not at all.
pub const GRAMMAR: &str = include_str!("grammar.txt");

pub use ast::{Ast, BinaryOp};
pub use catalogue::{ENTRIES, Entry, Group};
pub use error::{Fault, Span};
pub use parse::parse;
pub use program::{
    ArithOp, CompareOp, EventWord, Field, Leaf, MathOp, Node, NodeId, Op, Program, Scope, WarmUp,
};
pub use signal::SignalWord;
pub use unit::{Kind, Unit};
pub use words::{Clock, Mention, Mentioned, Words};
