//! Row-by-row expressions, a block of rows at a time.
//!
//! Whatever looks at one row only (arithmetic, comparisons, `and`, `or`, `not`) is compiled into a list of steps over
//! registers of [`BLOCK`] rows, so that what lies between two columns stays in the nearest cache and nothing is written to
//! memory but the result. Each step is a loop over plain arrays that the compiler turns into vector instructions.

use indicators::{Mask, pack};
use language::{ArithOp, CompareOp, MathOp};

use super::truth::Truth;
use super::values::Numbers;

/// Rows of a block; a multiple of a mask's word.
pub(super) const BLOCK: usize = 512;
const WORD: usize = 64;
const WORDS: usize = BLOCK / WORD;

/// Where a step finds a number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// A register.
    Register(usize),
    /// A column of the machine, so many rows before.
    Column(usize, usize),
}

/// Where a step finds a condition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flag {
    /// A register.
    Register(usize),
    /// A condition of the machine.
    Truth(usize),
}

/// One step; the last field is the register it writes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Math(MathOp, Number, usize),
    Arith(ArithOp, Number, Number, usize),
    ChooseNumber(Flag, Number, Number, usize),
    Compare(CompareOp, Number, Number, usize),
    Not(Flag, usize),
    And(Flag, Flag, usize),
    Or(Flag, Flag, usize),
    ChooseFlag(Flag, Flag, Flag, usize),
    KnownNumber(Number, usize),
    KnownFlag(Flag, usize),
}

/// The two masks of a condition over a block.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    held: [u64; WORDS],
    failed: [u64; WORDS],
}

/// A compiled expression with all it reads.
#[derive(Debug, Default)]
pub(super) struct Machine<'a> {
    pub(super) steps: Vec<Step>,
    pub(super) columns: Vec<Numbers<'a>>,
    pub(super) truths: Vec<std::sync::Arc<Truth>>,
    numbers: Vec<Vec<f64>>,
    flags: Vec<Flags>,
    scratch: [Vec<f64>; 2],
    /// Rows on which something was divided by zero, by words; empty if there are none.
    zero: Vec<u64>,
}

/// What a machine makes.
pub(super) enum Made {
    /// A number for each row.
    Numbers(Vec<f64>),
    /// A condition.
    Truth(Truth),
}

impl<'a> Machine<'a> {
    /// A register that holds the same number in every block.
    pub(super) fn constant(&mut self, value: f64) -> Number {
        self.numbers.push(vec![value; BLOCK]);
        Number::Register(self.numbers.len() - 1)
    }

    /// A register to be written.
    pub(super) fn number(&mut self) -> usize {
        self.numbers.push(vec![0.0; BLOCK]);
        self.numbers.len() - 1
    }

    /// A register that holds the same truth in every block.
    pub(super) fn constant_flag(&mut self, truth: bool) -> Flag {
        let word = |is: bool| [if is { u64::MAX } else { 0 }; WORDS];
        self.flags.push(Flags {
            held: word(truth),
            failed: word(!truth),
        });
        Flag::Register(self.flags.len() - 1)
    }

    /// A register to be written.
    pub(super) fn flag(&mut self) -> usize {
        self.flags.push(Flags::default());
        self.flags.len() - 1
    }

    pub(super) fn column(&mut self, column: Numbers<'a>, delay: usize) -> Number {
        self.columns.push(column);
        Number::Column(self.columns.len() - 1, delay)
    }

    pub(super) fn truth(&mut self, truth: std::sync::Arc<Truth>) -> Flag {
        self.truths.push(truth);
        Flag::Truth(self.truths.len() - 1)
    }

    /// Runs over `rows` rows and gives the number; the second part are the rows with a division by zero.
    pub(super) fn run_numbers(mut self, result: Number, rows: usize) -> (Made, Option<Mask>) {
        let mut out = Vec::with_capacity(rows);
        let mut scratch = vec![f64::NAN; BLOCK];
        for start in (0..rows).step_by(BLOCK) {
            let len = BLOCK.min(rows - start);
            self.block(start, len, rows);
            out.extend_from_slice(self.fetch(result, start, len, &mut scratch));
        }
        (Made::Numbers(out), self.zeros(rows))
    }

    /// The same for a condition.
    pub(super) fn run_truth(mut self, result: Flag, rows: usize) -> (Made, Option<Mask>) {
        let words = rows.div_ceil(WORD);
        let (mut held, mut failed) = (Vec::with_capacity(words), Vec::with_capacity(words));
        for start in (0..rows).step_by(BLOCK) {
            let len = BLOCK.min(rows - start);
            self.block(start, len, rows);
            let flags = self.fetch_flags(result, start);
            held.extend_from_slice(&flags.held);
            failed.extend_from_slice(&flags.failed);
        }
        let truth = Truth {
            held: Mask::from_words(held, rows),
            failed: Mask::from_words(failed, rows),
        };
        (Made::Truth(truth), self.zeros(rows))
    }

    fn zeros(self, rows: usize) -> Option<Mask> {
        (!self.zero.is_empty()).then(|| Mask::from_words(self.zero, rows))
    }

    fn block(&mut self, start: usize, len: usize, rows: usize) {
        for at in 0..self.steps.len() {
            match self.steps[at] {
                Step::Math(op, x, to) => {
                    self.write_number(to, |machine, out, [scratch, _]| {
                        let x = machine.fetch(x, start, len, scratch);
                        each(out, x, |x| op.apply(x));
                    });
                }
                Step::Arith(op, a, b, to) => self.arith(op, a, b, to, start, len, rows),
                Step::ChooseNumber(flag, a, b, to) => {
                    self.write_number(to, |machine, out, [left, right]| {
                        let flags = machine.fetch_flags(flag, start);
                        let a = machine.fetch(a, start, len, left);
                        let b = machine.fetch(b, start, len, right);
                        for (i, out) in out.iter_mut().take(len).enumerate() {
                            let bit = |words: &[u64; WORDS]| words[i / WORD] >> (i % WORD) & 1 == 1;
                            *out = if bit(&flags.held) {
                                a[i]
                            } else if bit(&flags.failed) {
                                b[i]
                            } else {
                                f64::NAN
                            };
                        }
                    });
                }
                Step::Compare(op, a, b, to) => {
                    let [mut left, mut right] = std::mem::take(&mut self.scratch);
                    left.resize(BLOCK, f64::NAN);
                    right.resize(BLOCK, f64::NAN);
                    let a = self.fetch(a, start, len, &mut left);
                    let b = self.fetch(b, start, len, &mut right);
                    let flags = compare(op, a, b);
                    self.scratch = [left, right];
                    self.flags[to] = flags;
                }
                Step::Not(x, to) => {
                    let Flags { held, failed } = self.fetch_flags(x, start);
                    self.flags[to] = Flags {
                        held: failed,
                        failed: held,
                    };
                }
                Step::And(a, b, to) => {
                    let (a, b) = (self.fetch_flags(a, start), self.fetch_flags(b, start));
                    self.flags[to] = Flags {
                        held: words(&a.held, &b.held, |a, b| a & b),
                        failed: words(&a.failed, &b.failed, |a, b| a | b),
                    };
                }
                Step::Or(a, b, to) => {
                    let (a, b) = (self.fetch_flags(a, start), self.fetch_flags(b, start));
                    self.flags[to] = Flags {
                        held: words(&a.held, &b.held, |a, b| a | b),
                        failed: words(&a.failed, &b.failed, |a, b| a & b),
                    };
                }
                Step::ChooseFlag(condition, a, b, to) => {
                    let condition = self.fetch_flags(condition, start);
                    let (a, b) = (self.fetch_flags(a, start), self.fetch_flags(b, start));
                    let choose = |a: &[u64; WORDS], b: &[u64; WORDS]| {
                        let first = words(&condition.held, a, |c, a| c & a);
                        let second = words(&condition.failed, b, |c, b| c & b);
                        words(&first, &second, |a, b| a | b)
                    };
                    self.flags[to] = Flags {
                        held: choose(&a.held, &b.held),
                        failed: choose(&a.failed, &b.failed),
                    };
                }
                Step::KnownNumber(x, to) => {
                    let [mut left, right] = std::mem::take(&mut self.scratch);
                    left.resize(BLOCK, f64::NAN);
                    let x = self.fetch(x, start, len, &mut left);
                    let flags = judge(x, x, |x, _| !x.is_nan(), |x, _| x.is_nan());
                    self.scratch = [left, right];
                    self.flags[to] = flags;
                }
                Step::KnownFlag(x, to) => {
                    let flags = self.fetch_flags(x, start);
                    let held = words(&flags.held, &flags.failed, |a, b| a | b);
                    self.flags[to] = Flags {
                        held,
                        failed: held.map(|word| !word),
                    };
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // One step and its block.
    fn arith(
        &mut self,
        op: ArithOp,
        a: Number,
        b: Number,
        to: usize,
        start: usize,
        len: usize,
        rows: usize,
    ) {
        let mut zeros = false;
        self.write_number(to, |machine, out, [left, right]| {
            let a = machine.fetch(a, start, len, left);
            let b = machine.fetch(b, start, len, right);
            match op {
                ArithOp::Add => both(out, a, b, |a, b| a + b),
                ArithOp::Subtract => both(out, a, b, |a, b| a - b),
                ArithOp::Multiply => both(out, a, b, |a, b| a * b),
                ArithOp::Divide => {
                    both(out, a, b, |a, b| a / b);
                    zeros = b.contains(&0.0);
                }
                ArithOp::Min | ArithOp::Max => both(out, a, b, |a, b| op.apply(a, b)),
            }
        });
        if zeros {
            self.divide_by_zero(b, to, start, len, rows);
        }
    }

    /// Takes the values away where the divisor was zero, and notes the rows.
    fn divide_by_zero(&mut self, b: Number, to: usize, start: usize, len: usize, rows: usize) {
        self.zero.resize(rows.div_ceil(WORD), 0);
        let mut zero = std::mem::take(&mut self.zero);
        self.write_number(to, |machine, out, [left, _]| {
            let b = machine.fetch(b, start, len, left);
            for (i, _) in b.iter().enumerate().filter(|(_, b)| **b == 0.0) {
                out[i] = f64::NAN;
                zero[(start + i) / WORD] |= 1 << ((start + i) % WORD);
            }
        });
        self.zero = zero;
    }

    /// Lends a register and the scratch out while the others are read.
    fn write_number(
        &mut self,
        to: usize,
        write: impl FnOnce(&Self, &mut [f64], [&mut Vec<f64>; 2]),
    ) {
        let mut out = std::mem::take(&mut self.numbers[to]);
        let [mut left, mut right] = std::mem::take(&mut self.scratch);
        left.resize(BLOCK, f64::NAN);
        right.resize(BLOCK, f64::NAN);
        write(self, &mut out, [&mut left, &mut right]);
        self.scratch = [left, right];
        self.numbers[to] = out;
    }

    /// The numbers of a block: as they lie there if they can be, else put together in `scratch`.
    fn fetch<'b>(
        &'b self,
        number: Number,
        start: usize,
        len: usize,
        scratch: &'b mut [f64],
    ) -> &'b [f64] {
        match number {
            Number::Register(register) => &self.numbers[register][..len],
            Number::Column(column, delay) => {
                let values: &[f64] = &self.columns[column];
                let before = start.checked_sub(delay);
                if let Some(there) = before.and_then(|from| values.get(from..from + len)) {
                    return there;
                }
                for (i, out) in scratch[..len].iter_mut().enumerate() {
                    let row = (start + i).checked_sub(delay);
                    *out = row
                        .and_then(|row| values.get(row).copied())
                        .unwrap_or(f64::NAN);
                }
                &scratch[..len]
            }
        }
    }

    fn fetch_flags(&self, flag: Flag, start: usize) -> Flags {
        match flag {
            Flag::Register(register) => self.flags[register],
            Flag::Truth(truth) => {
                let truth = &self.truths[truth];
                let part = |mask: &Mask| {
                    let mut words = [0; WORDS];
                    let rest = mask.words().get(start / WORD..).unwrap_or(&[]);
                    for (to, from) in words.iter_mut().zip(rest) {
                        *to = *from;
                    }
                    words
                };
                Flags {
                    held: part(&truth.held),
                    failed: part(&truth.failed),
                }
            }
        }
    }
}

fn words(a: &[u64; WORDS], b: &[u64; WORDS], op: impl Fn(u64, u64) -> u64) -> [u64; WORDS] {
    std::array::from_fn(|i| op(a[i], b[i]))
}

#[inline]
fn each(out: &mut [f64], x: &[f64], op: impl Fn(f64) -> f64) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = op(x);
    }
}

#[inline]
fn both(out: &mut [f64], a: &[f64], b: &[f64], op: impl Fn(f64, f64) -> f64) {
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = op(a, b);
    }
}

fn compare(op: CompareOp, a: &[f64], b: &[f64]) -> Flags {
    match op {
        CompareOp::Less => judge(a, b, |a, b| a < b, |a, b| a >= b),
        CompareOp::AtMost => judge(a, b, |a, b| a <= b, |a, b| a > b),
        CompareOp::Greater => judge(a, b, |a, b| a > b, |a, b| a <= b),
        CompareOp::AtLeast => judge(a, b, |a, b| a >= b, |a, b| a < b),
        CompareOp::Equal => judge(a, b, |a, b| a == b, |a, b| (a < b) != (a > b)),
        CompareOp::Unequal => judge(a, b, |a, b| (a < b) != (a > b), |a, b| a == b),
    }
}

/// Two comparisons of which at most one holds; with a missing value neither does.
#[inline]
fn judge(
    a: &[f64],
    b: &[f64],
    holds: impl Fn(f64, f64) -> bool,
    fails: impl Fn(f64, f64) -> bool,
) -> Flags {
    let mut flags = Flags::default();
    for (word, (a, b)) in a.chunks(WORD).zip(b.chunks(WORD)).enumerate() {
        let (mut held, mut failed) = ([0_u8; WORD], [0_u8; WORD]);
        for (((held, failed), &a), &b) in held.iter_mut().zip(&mut failed).zip(a).zip(b) {
            *held = u8::from(holds(a, b));
            *failed = u8::from(fails(a, b));
        }
        flags.held[word] = pack(&held);
        flags.failed[word] = pack(&failed);
    }
    flags
}
