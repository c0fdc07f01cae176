//! The decision as a chain of questions: each leads on if it is answered yes, and out if not.

use serde::Serialize;

use crate::plan::day::{CheckLine, Held};
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

/// Triggers, filters, then what is asked of the account, the size and the order.
pub(super) fn steps(
    scenario: &Scenario,
    lines: &[CheckLine],
    triggers: usize,
    required: usize,
    shares: Option<u64>,
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
    let busy = "Flat, with no entry working?".to_owned();
    ask(busy, Answer::Yours, "busy: one position at a time");
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
    let sized = match shares {
        Some(1..) => Answer::Yes,
        Some(0) => Answer::No,
        None => Answer::Unknown,
    };
    let size = shares.map_or("Size and stop known?".to_owned(), |n| {
        format!("Size: {n} shares?")
    });
    ask(size, sized, "rejected: size is zero");
    for n in 0..steps.len() {
        let open = |step: &Step| matches!(step.answer, Answer::Yes | Answer::Yours);
        let reached = steps[..n].iter().all(open);
        steps[n].reached = reached;
    }
    steps
}
