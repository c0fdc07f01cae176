//! The decision as a chain of questions: each leads on if it is answered yes, and out if not.

use serde::Serialize;

use crate::plan::day::{CheckLine, Held};
use crate::plan::structure::StructureOfDay;
use crate::scenario::Scenario;

/// The answer on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It leads on.
    Yes,
    /// It leads out.
    No,
    /// A value is unknown, which counts as no.
    Unknown,
    /// Only the trader knows.
    Yours,
}

/// One question of the tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What is asked.
    pub question: String,
    /// The answer.
    pub answer: Answer,
    /// True if the branch taken on the date comes here; beyond what only the trader knows, as if the answer were yes.
    pub reached: bool,
    /// What happens if the answer is no.
    pub otherwise: String,
}

/// What an entry would be.
#[derive(Clone, Copy)]
pub(super) enum Sized<'a> {
    /// So many shares; `None` where none can be worked out.
    Shares(Option<u64>),
    /// So many structures.
    Structures(&'a StructureOfDay),
}

/// Triggers, filters, then what is asked of the account, the size and the order.
pub(super) fn steps(
    scenario: &Scenario,
    lines: &[CheckLine],
    triggers: usize,
    required: usize,
    sized: Sized<'_>,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut ask = |question: String, answer: Answer, otherwise: &str| {
        steps.push(Step {
            question,
            answer,
            reached: false,
            otherwise: otherwise.to_owned(),
        });
    };
    let answer = |held: Held| match held {
        Held::Holds => Answer::Yes,
        Held::Fails => Answer::No,
        Held::Unknown => Answer::Unknown,
    };
    for (n, line) in lines.iter().enumerate().take(triggers) {
        let question = format!("Trigger {}: {}", n + 1, line.name);
        ask(question, answer(line.state), "no setup: nothing to do");
    }
    match scenario.structure.map_or(1, |structure| structure.max_open) {
        1 => {
            let busy = "Flat, with no entry working?".to_owned();
            ask(busy, Answer::Yours, "busy: one position at a time");
        }
        most => {
            let busy = format!("Fewer than {most} structures open or waiting?");
            ask(busy, Answer::Yours, "busy: no more at a time");
        }
    }
    if scenario.entry.rules.cooldown_sessions > 0 {
        let n = scenario.entry.rules.cooldown_sessions;
        let question = format!("Last exit {n} or more sessions ago?");
        ask(question, Answer::Yours, "cooling down: wait");
    }
    if required < lines.len() {
        let held = lines
            .iter()
            .filter(|line| line.state == Held::Holds)
            .count();
        let enough = if held >= required {
            Answer::Yes
        } else {
            Answer::No
        };
        let question = format!(
            "At least {required} of all {} criteria? ({held} hold)",
            lines.len()
        );
        ask(question, enough, "vetoed: logged, not traded");
    } else {
        for line in &lines[triggers.min(lines.len())..] {
            let question = format!("Filter: {}", line.name);
            ask(question, answer(line.state), "vetoed: logged, not traded");
        }
    }
    let (size, enough, otherwise) = size(sized);
    ask(size, enough, &otherwise);
    for n in 0..steps.len() {
        let open = |step: &Step| matches!(step.answer, Answer::Yes | Answer::Yours);
        let reached = steps[..n].iter().all(open);
        steps[n].reached = reached;
    }
    steps
}

/// The question of size: what is asked, the answer, what happens if it is no.
fn size(sized: Sized<'_>) -> (String, Answer, String) {
    let zero = "rejected: size is zero".to_owned();
    match sized {
        Sized::Shares(None) => ("Size and stop known?".to_owned(), Answer::Unknown, zero),
        Sized::Shares(Some(0)) => ("Size: 0 shares?".to_owned(), Answer::No, zero),
        Sized::Shares(Some(n)) => (format!("Size: {n} shares?"), Answer::Yes, zero),
        Sized::Structures(structure) => {
            let question = "Listed, quoted, premium and size enough?".to_owned();
            match structure.refused {
                None => (question, Answer::Yes, "rejected".to_owned()),
                Some(why) => (question, Answer::No, format!("rejected: {why}")),
            }
        }
    }
}
