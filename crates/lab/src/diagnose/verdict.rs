//! Execution error, regime shift, both or neither.

use stats::contrast::holm;

use super::result::{BridgeLine, Component, Execution, Judged, Missed, Shift, Verdict};
use crate::dollars::{dollars, signed_dollars};

/// What is called more than noise.
const LEVEL: f64 = 0.05;
/// Shares within this much of the plan's are the plan's.
pub(super) const SIZE_TOLERANCE: f64 = 0.1;

/// What one question was answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    /// Asked, and no more than chance; or nothing there to ask about.
    No,
    /// Too little to ask it.
    Unknown,
}

fn of_execution(execution: &Execution) -> Answer {
    match execution.p_corrected {
        _ if execution.differing == 0 || !execution.is_material() => Answer::No,
        None => Answer::Unknown,
        Some(p) if p <= LEVEL => Answer::Yes,
        Some(_) => Answer::No,
    }
}

fn of_shift(shift: &Shift) -> Answer {
    match shift.p_corrected {
        None => Answer::Unknown,
        Some(p) if p <= LEVEL => Answer::Yes,
        Some(_) => Answer::No,
    }
}

/// Corrects what was asked for how many were, and answers both questions.
pub(super) fn verdict(execution: &mut Execution, shift: &mut Shift) -> Verdict {
    // Holm's method counts what has no p-value among the asked; here it was not asked.
    if execution.p_worse.is_some() && shift.p_worse.is_some() {
        let corrected = holm(&[execution.p_worse, shift.p_worse]);
        execution.p_corrected = corrected[0];
        shift.p_corrected = corrected[1];
    } else {
        execution.p_corrected = execution.p_worse;
        shift.p_corrected = shift.p_worse;
    }
    match (of_execution(execution), of_shift(shift)) {
        (Answer::Yes, Answer::Yes) => Verdict::Both,
        (Answer::Yes, _) => Verdict::ExecutionError,
        (_, Answer::Yes) => Verdict::RegimeShift,
        (Answer::Unknown, _) | (_, Answer::Unknown) => Verdict::TooFew,
        (Answer::No, Answer::No) => Verdict::Neither,
    }
}

/// What a sentence is made of.
pub(super) struct Found<'a> {
    pub(super) execution: &'a Execution,
    pub(super) shift: &'a Shift,
    pub(super) plan_usd: f64,
    pub(super) plan_trades: usize,
    pub(super) bridge: &'a [BridgeLine],
    pub(super) trades: &'a [Judged],
    pub(super) missed: &'a [Missed],
}

/// The verdict in a sentence, with the departure from the plan that is most frequent: a fact, whatever chance may do.
pub(super) fn sentence(found: &Found<'_>) -> String {
    let (execution, shift) = (of_execution(found.execution), of_shift(found.shift));
    let both_asked = found.execution.p_worse.is_some() && found.shift.p_worse.is_some();
    let trading = trading(found.execution, both_asked);
    let plan = plan(found.shift, found.plan_usd, both_asked);
    let unshifted = match shift {
        Answer::Unknown => "whether the plan shifted too cannot be told",
        _ => "no regime shift beyond noise",
    };
    let said = match (execution, shift) {
        (Answer::Yes, Answer::Yes) => {
            format!("both execution error and regime shift: {trading}; {plan}")
        }
        (Answer::Yes, Answer::No) => {
            format!("execution error, not a regime shift: {trading}; {plan}")
        }
        (Answer::Yes, Answer::Unknown) => {
            format!("execution error; {unshifted}: {trading}; {plan}")
        }
        (Answer::Unknown, Answer::Yes) => {
            format!(
                "regime shift; too few trades differ to tell an execution error: {plan}; {trading}"
            )
        }
        (Answer::No, Answer::Yes) => {
            format!("regime shift, not an execution error: {plan}; {trading}")
        }
        (Answer::Unknown, _) => format!(
            "too few trades differ to tell an execution error; {unshifted}: {trading}; {plan}"
        ),
        (Answer::No, Answer::Unknown) => format!(
            "no execution error{}; whether the plan shifted cannot be told: {trading}; {plan}",
            beyond_noise(found.execution)
        ),
        (Answer::No, Answer::No) if found.execution.differing == 0 => {
            format!("no execution error, and no regime shift beyond noise: {trading}; {plan}")
        }
        (Answer::No, Answer::No) => {
            format!("neither execution error nor regime shift beyond noise: {trading}; {plan}")
        }
    };
    let mut parts = vec![said];
    if execution == Answer::Unknown
        && let Some(line) = dearest(found.bridge)
    {
        parts.push(format!(
            "dearest: {}, {} over {}",
            line.component.words(),
            signed_dollars(line.usd),
            trades(line.trades)
        ));
    }
    parts.extend(most_often(found));
    parts.join("; ")
}

fn beyond_noise(execution: &Execution) -> &'static str {
    if execution.differing == 0 {
        ""
    } else {
        " beyond noise"
    }
}

fn trades(count: usize) -> String {
    format!("{count} trade{}", if count == 1 { "" } else { "s" })
}

/// The line of the bridge that cost most, of those that a trader can choose.
pub(super) fn dearest(bridge: &[BridgeLine]) -> Option<&BridgeLine> {
    let lines = bridge
        .iter()
        .filter(|line| line.usd < 0.0 && !line.component.is_bookkeeping());
    lines.min_by(|a, b| a.usd.total_cmp(&b.usd))
}

/// Which departure most trades have.
fn most_often(found: &Found<'_>) -> Option<String> {
    let has = |trade: &Judged, component: Component| {
        let alike = component == Component::Size
            && trade.plan.as_ref().is_some_and(|plan| {
                (trade.quantity / plan.quantity as f64 - 1.0).abs() <= SIZE_TOLERANCE
            });
        !alike && trade.parts.iter().any(|(c, _)| *c == component)
    };
    let departs = |component: &Component| !component.is_trifling() && !component.is_bookkeeping();
    let count = |component: Component| {
        if component == Component::Missed {
            return (component, found.missed.len(), found.plan_trades);
        }
        let own = found.trades.iter().filter(|t| has(t, component)).count();
        (component, own, found.trades.len())
    };
    let counts = Component::ALL.into_iter().filter(departs).map(count);
    // Of equal ones the first in the order of the bridge.
    let most = counts.rev().max_by_key(|(_, n, _)| *n);
    let (component, n, of) = most.filter(|(_, n, _)| *n > 0)?;
    Some(if component == Component::Missed {
        format!("most often: {n} of the plan's {of} trades were not taken")
    } else {
        format!("most often: {}, {n} of {}", component.words(), trades(of))
    })
}

/// A p-value in words; none is 0.
pub(super) fn p_words(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

/// Of the trading: what it cost against the plan.
fn trading(execution: &Execution, corrected: bool) -> String {
    let trifles = execution.usd - execution.judged_usd;
    if execution.differing == 0 {
        let but = if trifles.abs() < 0.005 {
            String::new()
        } else {
            format!(
                ", but for {} of fees and of fills within its slippage",
                signed_dollars(trifles)
            )
        };
        return format!("the log is the plan, trade by trade{but}");
    }
    let p = match (execution.p_corrected, &execution.absent) {
        _ if !execution.is_material() && execution.judged_usd < 0.0 => format!(
            "too little to be an error: that begins at {}",
            dollars(execution.least_usd)
        ),
        (Some(p), _) => format!(
            "p {}{}",
            p_words(p),
            if corrected { " corrected" } else { "" }
        ),
        (None, Some(absent)) => absent.clone(),
        (None, None) => "untested".to_owned(),
    };
    if execution.usd < 0.0 {
        format!(
            "the trading cost {} against the plan ({p})",
            dollars(execution.usd)
        )
    } else {
        format!(
            "the trading made {} beyond the plan ({p})",
            dollars(execution.usd)
        )
    }
}

/// Of the plan: what it made, and was expected to.
fn plan(shift: &Shift, plan_usd: f64, corrected: bool) -> String {
    let made = format!("the plan itself made {}", signed_dollars(plan_usd));
    let p = match (shift.p_corrected, &shift.absent) {
        (Some(p), _) => format!(
            "p of doing as badly {}{}",
            p_words(p),
            if corrected { " corrected" } else { "" }
        ),
        (None, Some(absent)) => absent.clone(),
        (None, None) => "untested".to_owned(),
    };
    match shift.expected_usd {
        Some(expected) => format!(
            "{made}, where its past led one to expect {} ({p})",
            signed_dollars(expected)
        ),
        None => format!("{made} ({p})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(usd: f64, p: Option<f64>) -> Execution {
        Execution {
            usd,
            judged_usd: usd,
            least_usd: 100.0,
            differing: 7,
            p_worse: p,
            p_better: None,
            p_corrected: None,
            absent: None,
        }
    }

    fn shifted(p: Option<f64>) -> Shift {
        Shift {
            baseline: None,
            expectancy: None,
            expected_usd: None,
            expected_95_usd: None,
            usd: None,
            p_worse: p,
            p_better: None,
            p_corrected: None,
            absent: None,
        }
    }

    #[test]
    fn a_question_that_was_not_asked_is_neither_corrected_for_nor_denied() {
        let (mut execution, mut shift) = (told(-5000.0, None), shifted(Some(0.04)));
        assert_eq!(verdict(&mut execution, &mut shift), Verdict::RegimeShift);
        assert_eq!(shift.p_corrected, Some(0.04));
        let (mut execution, mut shift) = (told(-5000.0, None), shifted(Some(0.4)));
        assert_eq!(verdict(&mut execution, &mut shift), Verdict::TooFew);
        // Asked both: 0.04 twice.
        let (mut execution, mut shift) = (told(-5000.0, Some(0.5)), shifted(Some(0.04)));
        assert_eq!(verdict(&mut execution, &mut shift), Verdict::Neither);
        assert_eq!(shift.p_corrected, Some(0.08));
    }

    #[test]
    fn what_is_sure_but_small_is_no_error() {
        for (usd, want) in [(-99.0, Verdict::Neither), (-101.0, Verdict::ExecutionError)] {
            let (mut execution, mut shift) = (told(usd, Some(0.0001)), shifted(Some(0.4)));
            assert_eq!(verdict(&mut execution, &mut shift), want, "{usd}");
        }
        assert_eq!(p_words(0.0001), "< 0.001");
    }
}
