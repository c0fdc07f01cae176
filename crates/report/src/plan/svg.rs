//! The decision tree as a picture: a chain of boxes, each with its way out to the right, the branch taken drawn strong.

use std::fmt::Write as _;

use lab::plan::{Answer, Step};

use super::html::escape;
use crate::words::wrap;

// Units of the view box.
const WIDTH: usize = 720;
const BOX: usize = 440;
const OUT: usize = 500;
const LINE: usize = 18;
const PAD: usize = 10;
const GAP: usize = 26;
/// Characters that surely fit into a box, and beside it.
const FIT: usize = 50;
const FIT_OUT: usize = 24;

/// The picture, as an `svg` element that stands in a page.
pub(super) fn tree(steps: &[Step], order: &str) -> String {
    let mut body = String::new();
    let mut y = 4;
    for step in steps {
        y = question(&mut body, step, y);
    }
    let through = steps
        .iter()
        .all(|step| step.reached && leads_on(step.answer));
    let order = [order.to_owned()];
    let bottom = boxed(&mut body, &order, 0, BOX, y, through);
    let label = steps
        .iter()
        .filter(|step| step.reached)
        .map(|step| format!("{} {}", step.question, word(step.answer)))
        .collect::<Vec<_>>()
        .join("; ");
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {}\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\">\n{body}</svg>\n",
        bottom + 4,
        escape(&label)
    )
}

/// Draws one question and its ways on and out; gives where the next one begins.
fn question(body: &mut String, step: &Step, y: usize) -> usize {
    let asked = if step.reached {
        format!("{} — {}", step.question, word(step.answer))
    } else {
        step.question.clone()
    };
    let bottom = boxed(body, &lines(&asked, FIT), 0, BOX, y, step.reached);
    let on = step.reached && leads_on(step.answer);
    let out = step.reached && !leads_on(step.answer);
    let middle = y + (bottom - y) / 2;
    arrow(body, (BOX, middle), (OUT, middle), out);
    let otherwise = lines(&step.otherwise, FIT_OUT);
    let tall = otherwise.len() * LINE + 2 * PAD;
    let below = boxed(
        body,
        &otherwise,
        OUT,
        WIDTH - OUT - 2,
        middle.saturating_sub(tall / 2),
        out,
    );
    let next = bottom.max(below) + GAP;
    arrow(body, (BOX / 2, bottom), (BOX / 2, next), on);
    next
}

/// A box with its text; gives its lower edge.
fn boxed(
    body: &mut String,
    lines: &[String],
    x: usize,
    width: usize,
    y: usize,
    taken: bool,
) -> usize {
    let height = lines.len() * LINE + 2 * PAD;
    let class = if taken { " class=\"taken\"" } else { "" };
    let _ = writeln!(
        body,
        "<g{class}><rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{height}\" rx=\"6\"/>",
        x + 2,
        width - 2
    );
    for (n, line) in lines.iter().enumerate() {
        let baseline = y + PAD + (n + 1) * LINE - 5;
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{baseline}\">{}</text>",
            x + 14,
            escape(line)
        );
    }
    body.push_str("</g>\n");
    y + height
}

fn arrow(body: &mut String, from: (usize, usize), to: (usize, usize), taken: bool) {
    let class = if taken { " class=\"taken\"" } else { "" };
    let head = if from.0 == to.0 {
        format!(
            "M{} {}L{} {}L{} {}",
            to.0 - 5,
            to.1 - 7,
            to.0,
            to.1,
            to.0 + 5,
            to.1 - 7
        )
    } else {
        format!(
            "M{} {}L{} {}L{} {}",
            to.0 - 7,
            to.1 - 5,
            to.0,
            to.1,
            to.0 - 7,
            to.1 + 5
        )
    };
    let _ = writeln!(
        body,
        "<path{class} d=\"M{} {}L{} {}{head}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn lines(text: &str, fit: usize) -> Vec<String> {
    wrap("", text, fit).lines().map(str::to_owned).collect()
}

const fn leads_on(answer: Answer) -> bool {
    matches!(answer, Answer::Yes | Answer::Yours)
}

const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "unknown",
        Answer::Yours => "yours to answer",
    }
}
