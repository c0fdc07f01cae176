//! Conditions as they are judged.

use language::token::Sign;

/// A condition on numbers that are asked for by slot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Known(bool),
    Switch(usize),
    Compare(Sign, Number, Number),
    /// Both sides true or both false.
    Same(Box<Test>, Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Number {
    Fixed(f64),
    Slot(usize),
    Negative(Box<Number>),
    Arithmetic(Sign, Box<Number>, Box<Number>),
}

impl Test {
    /// Whether it holds; `None` where it rests on a number that is not there.
    pub(super) fn truth(&self, slots: &impl Fn(usize) -> Option<f64>) -> Option<bool> {
        match self {
            Test::Known(truth) => Some(*truth),
            Test::Switch(slot) => Some(slots(*slot)? != 0.0),
            Test::Compare(sign, left, right) => {
                compared(*sign, left.value(slots)?, right.value(slots)?)
            }
            Test::Same(left, right) => Some(left.truth(slots)? == right.truth(slots)?),
            Test::And(left, right) => match (left.truth(slots), right.truth(slots)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Test::Or(left, right) => match (left.truth(slots), right.truth(slots)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Test::Not(inner) => inner.truth(slots).map(|truth| !truth),
        }
    }
}

impl Number {
    fn value(&self, slots: &impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let value = match self {
            Number::Fixed(value) => *value,
            Number::Slot(slot) => slots(*slot)?,
            Number::Negative(inner) => -inner.value(slots)?,
            Number::Arithmetic(sign, left, right) => {
                let (left, right) = (left.value(slots)?, right.value(slots)?);
                match sign {
                    Sign::Plus => left + right,
                    Sign::Minus => left - right,
                    Sign::Star => left * right,
                    Sign::Slash => left / right,
                    _ => return None,
                }
            }
        };
        value.is_finite().then_some(value)
    }
}

fn compared(sign: Sign, left: f64, right: f64) -> Option<bool> {
    match sign {
        Sign::Less => Some(left < right),
        Sign::AtMost => Some(left <= right),
        Sign::Greater => Some(left > right),
        Sign::AtLeast => Some(left >= right),
        Sign::Equal => Some(left == right),
        Sign::Unequal => Some(left != right),
        _ => None,
    }
}
