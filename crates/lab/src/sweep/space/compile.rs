//! From the expression of a condition to what is judged: names become slots, kinds are checked.

use std::sync::Arc;

use language::ast::{AstKind, Part};
use language::token::Sign;
use language::{Ast, BinaryOp, Fault, Span};

use super::test::{Number, Test};
use super::value::{Kind, Value};
use super::vocabulary::{Meaning, Vocabulary};

/// An expression of some kind.
enum Typed {
    Number(Number),
    Test(Test),
    Text(Arc<str>),
    Word { slot: usize, list: Vec<Arc<str>> },
}

impl Typed {
    const fn kind(&self) -> &'static str {
        match self {
            Typed::Number(_) => "a number",
            Typed::Test(_) => "a condition",
            Typed::Text(_) | Typed::Word { .. } => "a word",
        }
    }
}

/// Reads a condition.
pub(super) fn condition(ast: &Ast, names: &Vocabulary) -> Result<Test, Fault> {
    match typed(ast, names)? {
        Typed::Test(test) => Ok(test),
        other => Err(fault(
            &ast.span,
            format!("expected a condition, found {}", other.kind()),
            "compare it with something: trades >= 20",
        )),
    }
}

fn number(ast: &Ast, names: &Vocabulary) -> Result<Number, Fault> {
    match typed(ast, names)? {
        Typed::Number(number) => Ok(number),
        other => Err(fault(
            &ast.span,
            format!("expected a number, found {}", other.kind()),
            "only numbers can be reckoned with",
        )),
    }
}

fn typed(ast: &Ast, names: &Vocabulary) -> Result<Typed, Fault> {
    Ok(match &ast.kind {
        AstKind::Number(x) | AstKind::Percent(x) => Typed::Number(Number::Fixed(*x)),
        AstKind::Truth(truth) => Typed::Test(Test::Known(*truth)),
        AstKind::Text(text) => Typed::Text(text.as_str().into()),
        AstKind::Name(parts) => name(ast, parts, names)?,
        AstKind::Negative(inner) => {
            Typed::Number(Number::Negative(Box::new(number(inner, names)?)))
        }
        AstKind::Not(inner) => Typed::Test(Test::Not(Box::new(condition(inner, names)?))),
        AstKind::Binary(BinaryOp::And, left, right) => Typed::Test(Test::And(
            Box::new(condition(left, names)?),
            Box::new(condition(right, names)?),
        )),
        AstKind::Binary(BinaryOp::Or, left, right) => Typed::Test(Test::Or(
            Box::new(condition(left, names)?),
            Box::new(condition(right, names)?),
        )),
        AstKind::Binary(BinaryOp::Arithmetic(sign), left, right) => {
            let (left, right) = (number(left, names)?, number(right, names)?);
            Typed::Number(Number::Arithmetic(*sign, Box::new(left), Box::new(right)))
        }
        AstKind::Binary(BinaryOp::Compare(sign), left, right) => {
            Typed::Test(comparison(ast, *sign, (left, right), names)?)
        }
        AstKind::Between(x, low, high) => {
            let x = number(x, names)?;
            let above = Test::Compare(Sign::AtLeast, x.clone(), number(low, names)?);
            let below = Test::Compare(Sign::AtMost, x, number(high, names)?);
            Typed::Test(Test::And(Box::new(above), Box::new(below)))
        }
        AstKind::Time(_) => return Err(unfit(&ast.span, "a time of day")),
        AstKind::Call { .. } => return Err(unfit(&ast.span, "a function")),
        AstKind::History(..) => return Err(unfit(&ast.span, "a value of an earlier bar")),
    })
}

fn name(ast: &Ast, parts: &[Part], names: &Vocabulary) -> Result<Typed, Fault> {
    let words: Vec<&str> = parts.iter().map(|part| part.word.as_str()).collect();
    let dotted = words.join(".");
    let Some(meaning) = names.get(&dotted) else {
        let message = format!("nothing is called `{dotted}`");
        return Err(fault(&ast.span, message, &names.help(&dotted)));
    };
    Ok(match meaning.clone() {
        Meaning::Slot {
            slot,
            kind: Kind::Switch,
        } => Typed::Test(Test::Switch(slot)),
        Meaning::Slot { slot, .. } => Typed::Number(Number::Slot(slot)),
        Meaning::Word { slot, list } => Typed::Word { slot, list },
        Meaning::Fixed(Value::Switch(on)) => Typed::Test(Test::Known(on)),
        Meaning::Fixed(Value::Text(text)) => Typed::Text(text),
        Meaning::Fixed(value) => Typed::Number(Number::Fixed(value.number().unwrap_or_default())),
    })
}

fn comparison(
    whole: &Ast,
    sign: Sign,
    (left, right): (&Ast, &Ast),
    names: &Vocabulary,
) -> Result<Test, Fault> {
    let sides = (typed(left, names)?, typed(right, names)?);
    if let (Typed::Number(left), Typed::Number(right)) = sides {
        return Ok(Test::Compare(sign, left, right));
    }
    let (kinds, span) = ((sides.0.kind(), sides.1.kind()), whole.span.clone());
    if kinds.0 != kinds.1 {
        let message = format!("{} cannot be compared with {}", kinds.0, kinds.1);
        return Err(fault(&span, message, "compare like with like"));
    }
    let equal = match sign {
        Sign::Equal => true,
        Sign::Unequal => false,
        _ => {
            let message = format!("{} is neither less nor more than another", kinds.0);
            return Err(fault(&span, message, "write == or !="));
        }
    };
    let same = match sides {
        (Typed::Test(left), Typed::Test(right)) => Test::Same(Box::new(left), Box::new(right)),
        (Typed::Text(left), Typed::Text(right)) => Test::Known(left == right),
        (Typed::Word { slot, list }, Typed::Text(text)) => word(slot, &list, &text, right)?,
        (Typed::Text(text), Typed::Word { slot, list }) => word(slot, &list, &text, left)?,
        (
            Typed::Word { slot, list },
            Typed::Word {
                slot: other,
                list: others,
            },
        ) => same_word((slot, &list), (other, &others)),
        // Both are of one kind, and numbers were compared above.
        _ => Test::Known(false),
    };
    Ok(if equal {
        same
    } else {
        Test::Not(Box::new(same))
    })
}

fn at(slot: usize, position: usize) -> Test {
    Test::Compare(
        Sign::Equal,
        Number::Slot(slot),
        Number::Fixed(position as f64),
    )
}

/// An axis of words stands at `text`.
fn word(slot: usize, list: &[Arc<str>], text: &str, place: &Ast) -> Result<Test, Fault> {
    match list.iter().position(|word| **word == *text) {
        Some(position) => Ok(at(slot, position)),
        None => Err(fault(
            &place.span,
            format!("\"{text}\" is not among the values it is given"),
            &format!("they are: {}", list.join(", ")),
        )),
    }
}

/// Two axes of words stand at the same word, whatever its position in each.
fn same_word(one: (usize, &[Arc<str>]), other: (usize, &[Arc<str>])) -> Test {
    let words = one.1.iter().enumerate();
    let pairs = words.filter_map(|(n, word)| Some((n, other.1.iter().position(|o| o == word)?)));
    pairs.fold(Test::Known(false), |sum, (n, m)| {
        let both = Test::And(Box::new(at(one.0, n)), Box::new(at(other.0, m)));
        Test::Or(Box::new(sum), Box::new(both))
    })
}

fn unfit(span: &Span, what: &str) -> Fault {
    fault(
        span,
        format!("{what} has no place in a condition on parameters or figures"),
        "use names, numbers, + - * / ( ), comparisons, and, or, not",
    )
}

fn fault(span: &Span, message: String, help: &str) -> Fault {
    Fault {
        span: span.clone(),
        message,
        help: Some(help.to_owned()),
        within: None,
    }
}
