//! What a person should know of a plan's rules in its windows: those that say nothing, and divisions by zero.

use std::ops::Range;

use indicators::Mask;
use market::Bars;
use strategies::rules::{Judged, JudgedRules, Written};

/// The warnings of a plan's rules over the rows of its windows.
pub(crate) fn rule_warnings(
    written: &Written,
    judged: &JudgedRules,
    windows: &[Range<usize>],
) -> Vec<String> {
    let triggers = written.triggers.iter().zip(&judged.triggers);
    let triggers = triggers.map(|(rule, judged)| ("entry.when".to_owned(), rule, judged));
    let filters = written.filters.iter().zip(judged.filters.values());
    let filters = filters.map(|((name, rule), judged)| (format!("filters.{name}"), rule, judged));
    let exit = written.exit.iter().zip(&judged.exit);
    let exit = exit.map(|(rule, judged)| ("exit.when".to_owned(), rule, judged));
    let protect = written.protect.iter().zip(&judged.protect);
    let protect = protect.map(|(rule, judged)| ("protect.when".to_owned(), rule, judged));
    let overlays = written.overlays.iter().zip(judged.overlays.values());
    let overlays =
        overlays.map(|((name, rule), judged)| (format!("overlays.{name}"), rule, judged));
    let unused = written.unused.iter();
    let mut said: Vec<String> = unused
        .map(|name| format!("let.{name} is used by no rule"))
        .collect();
    let positions = exit.chain(protect);
    for (place, rule, judged) in triggers.chain(filters).chain(positions).chain(overlays) {
        for one in of_rule(&format!("{place}: `{}`", rule.text), judged, windows) {
            // What is written twice need not be said twice.
            if !said.contains(&one) {
                said.push(one);
            }
        }
    }
    said
}

fn of_rule(text: &str, judged: &Judged, windows: &[Range<usize>]) -> Vec<String> {
    let bars: usize = windows.iter().map(Range::len).sum();
    let count = |mask: &Mask| count(mask, windows);
    let held = count(&judged.truth.held);
    let mut said = Vec::new();
    if held == 0 {
        let unknown = bars - count(&judged.truth.failed);
        let why = match unknown {
            0 => String::new(),
            n => format!(" (on {n} of {bars} it is unknown)"),
        };
        said.push(format!("{text} holds on no bar of the windows{why}"));
    } else if held == bars {
        said.push(format!(
            "{text} holds on every bar of the windows: it decides nothing"
        ));
    }
    let zeros = judged.zero().map_or(0, count);
    if zeros > 0 {
        said.push(format!(
            "{text} divides by zero on {zeros} of {bars} bars of the windows: there it is unknown"
        ));
    }
    said
}

/// How many rows of the windows are set.
pub(crate) fn count(mask: &Mask, windows: &[Range<usize>]) -> usize {
    let inside = windows.iter().map(|window| {
        let ones =
            std::iter::successors(mask.next_set(window.start), |&row| mask.next_set(row + 1));
        ones.take_while(|row| *row < window.end).count()
    });
    inside.sum()
}

/// The rows of each window.
pub(crate) fn rows(
    regimes: &[crate::regimes::Regime],
    bars: &Bars,
    sessions: &market::SessionTable,
) -> Vec<Range<usize>> {
    let of = |span: crate::regimes::Regime| bars.rows_between(span.from, span.to, sessions);
    let spans = regimes.iter().flat_map(crate::regimes::Regime::spans);
    spans.map(of).collect()
}
