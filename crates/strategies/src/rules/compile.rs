//! From a tree of nodes that look at one row only to the steps of a machine.

use std::sync::Arc;

use indicators::Mask;
use language::{CompareOp, Kind, Node, NodeId, Op, Scope};

use super::block::{Flag, Machine, Made, Number, Step};
use super::eval::Evaluation;
use super::values::Stored;

/// A node and everything under it that looks at one row only, in one pass over the rows.
pub(super) fn one_pass<'a>(evaluation: &mut Evaluation<'a>, id: NodeId) -> Stored<'a> {
    let node = evaluation.node(id);
    let rows = match node.scope {
        Scope::Constant => evaluation.clock.len(),
        scope => evaluation.rows_of(scope).len(),
    };
    let mut compiler = Compiler {
        evaluation,
        machine: Machine::default(),
        made: Vec::new(),
        zero: None,
        root: id,
    };
    let (made, zero, before) = match node.kind {
        Kind::Truth => {
            let flag = compiler.flag(id);
            let before = compiler.zero;
            let (made, zero) = compiler.machine.run_truth(flag, rows);
            (made, zero, before)
        }
        Kind::Number(_) => {
            let number = compiler.number(id);
            let before = compiler.zero;
            let (made, zero) = compiler.machine.run_numbers(number, rows);
            (made, zero, before)
        }
    };
    let stored = match made {
        Made::Numbers(numbers) => Stored::numbers(numbers),
        Made::Truth(truth) => Stored::truth(truth),
    };
    stored
        .and_zero(zero.map(Arc::new).as_ref())
        .and_zero(before.as_ref())
}

/// Turns a tree of row-by-row nodes into steps.
struct Compiler<'e, 'a> {
    evaluation: &'e mut Evaluation<'a>,
    machine: Machine<'a>,
    /// Registers of nodes that are there already.
    made: Vec<(NodeId, Register)>,
    zero: Option<Arc<Mask>>,
    root: NodeId,
}

#[derive(Clone, Copy)]
enum Register {
    Number(Number),
    Flag(Flag),
}

impl Compiler<'_, '_> {
    /// True for what is part of this pass: the others are whole columns.
    fn is_inside(&self, id: NodeId) -> bool {
        let inside = matches!(
            self.evaluation.node(id).op,
            Op::Number(_)
                | Op::Truth(_)
                | Op::Math(..)
                | Op::Arith(..)
                | Op::Compare(..)
                | Op::Not(_)
                | Op::And(..)
                | Op::Or(..)
                | Op::If(..)
                | Op::Known(_)
        );
        let run = match self.evaluation.node(id).op {
            Op::Compare(CompareOp::Equal, count, all) => self.evaluation.is_run(count, all),
            _ => false,
        };
        id == self.root || (inside && !run && !self.evaluation.is_kept(id))
    }

    fn note_zero(&mut self, id: NodeId) {
        if let Some(zero) = self.evaluation.zero_of(id) {
            self.zero = Some(match self.zero.take() {
                Some(own) => Arc::new(own.or(&zero)),
                None => zero,
            });
        }
    }

    fn number(&mut self, id: NodeId) -> Number {
        if let Some((_, Register::Number(number))) = self.made.iter().find(|(made, _)| *made == id)
        {
            return *number;
        }
        let number = if self.is_inside(id) {
            self.number_step(id)
        } else if let Some((inner, delay)) = self.plain_history(id) {
            let column = self.evaluation.column(inner);
            self.note_zero(inner);
            self.machine.column(column, delay)
        } else {
            let column = self.evaluation.column(id);
            self.note_zero(id);
            self.machine.column(column, 0)
        };
        self.made.push((id, Register::Number(number)));
        number
    }

    /// A history that can be read from the column itself, so many rows before.
    fn plain_history(&mut self, id: NodeId) -> Option<(NodeId, usize)> {
        let Node { op, scope, .. } = self.evaluation.node(id);
        let Op::History(inner, rows) = op else {
            return None;
        };
        let trivial = self.evaluation.rows_of(scope).basis.is_trivial();
        trivial.then_some((inner, rows as usize))
    }

    fn number_step(&mut self, id: NodeId) -> Number {
        match self.evaluation.node(id).op {
            Op::Number(bits) => self.machine.constant(f64::from_bits(bits)),
            Op::Math(op, x) => {
                let x = self.number(x);
                let to = self.machine.number();
                self.machine.steps.push(Step::Math(op, x, to));
                Number::Register(to)
            }
            Op::Arith(op, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                let to = self.machine.number();
                self.machine.steps.push(Step::Arith(op, a, b, to));
                Number::Register(to)
            }
            Op::If(condition, a, b) => {
                let condition = self.flag(condition);
                let (a, b) = (self.number(a), self.number(b));
                let to = self.machine.number();
                let step = Step::ChooseNumber(condition, a, b, to);
                self.machine.steps.push(step);
                Number::Register(to)
            }
            _ => self.machine.constant(f64::NAN),
        }
    }

    fn flag(&mut self, id: NodeId) -> Flag {
        if let Some((_, Register::Flag(flag))) = self.made.iter().find(|(made, _)| *made == id) {
            return *flag;
        }
        let flag = if self.is_inside(id) {
            self.flag_step(id)
        } else {
            let truth = self.evaluation.truth(id);
            self.note_zero(id);
            self.machine.truth(truth)
        };
        self.made.push((id, Register::Flag(flag)));
        flag
    }

    fn flag_step(&mut self, id: NodeId) -> Flag {
        let step: Box<dyn FnOnce(usize) -> Step> = match self.evaluation.node(id).op {
            Op::Truth(truth) => return self.machine.constant_flag(truth),
            Op::Compare(op, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                Box::new(move |to| Step::Compare(op, a, b, to))
            }
            Op::Not(x) => {
                let x = self.flag(x);
                Box::new(move |to| Step::Not(x, to))
            }
            Op::And(a, b) => {
                let (a, b) = (self.flag(a), self.flag(b));
                Box::new(move |to| Step::And(a, b, to))
            }
            Op::Or(a, b) => {
                let (a, b) = (self.flag(a), self.flag(b));
                Box::new(move |to| Step::Or(a, b, to))
            }
            Op::If(condition, a, b) => {
                let condition = self.flag(condition);
                let (a, b) = (self.flag(a), self.flag(b));
                Box::new(move |to| Step::ChooseFlag(condition, a, b, to))
            }
            Op::Known(x) => match self.evaluation.node(x).kind {
                Kind::Number(_) => {
                    let x = self.number(x);
                    Box::new(move |to| Step::KnownNumber(x, to))
                }
                Kind::Truth => {
                    let x = self.flag(x);
                    Box::new(move |to| Step::KnownFlag(x, to))
                }
            },
            _ => return self.machine.constant_flag(false),
        };
        let to = self.machine.flag();
        self.machine.steps.push(step(to));
        Flag::Register(to)
    }
}
