//! Execution error, regime shift, both or neither.

use stats::contrast::holm;

use super::result::{Execution, Shift, Verdict};
use crate::dollars::{dollars, signed_dollars};

/// What is called more than noise.
const LEVEL: f64 = 0.05;

/// Corrects both questions for being two, and answers them.
pub(super) fn verdict(execution: &mut Execution, shift: &mut Shift) -> Verdict {
    let corrected = holm(&[execution.p_worse, shift.p_worse]);
    execution.p_corrected = corrected[0];
    shift.p_corrected = corrected[1];
    let found = |p: Option<f64>| p.is_some_and(|p| p <= LEVEL);
    match (found(execution.p_corrected), found(shift.p_corrected)) {
        (true, true) => Verdict::Both,
        (true, false) => Verdict::ExecutionError,
        (false, true) => Verdict::RegimeShift,
        (false, false)
            if execution.differing > 0
                && execution.p_worse.is_none()
                && shift.p_worse.is_none() =>
        {
            Verdict::TooFew
        }
        (false, false) if execution.differing == 0 && shift.p_worse.is_none() => Verdict::TooFew,
        (false, false) => Verdict::Neither,
    }
}

/// The same in a sentence.
pub(super) fn sentence(
    verdict: Verdict,
    execution: &Execution,
    shift: &Shift,
    plan_usd: f64,
) -> String {
    let trading = trading(execution);
    let plan = plan(shift, plan_usd);
    match verdict {
        Verdict::ExecutionError if shift.p_worse.is_none() => {
            format!(
                "execution error; whether the plan shifted too cannot be told: {trading}; {plan}"
            )
        }
        Verdict::ExecutionError => {
            format!("execution error, not a regime shift: {trading}; {plan}")
        }
        Verdict::RegimeShift => format!("regime shift, not an execution error: {plan}; {trading}"),
        Verdict::Both => format!("both execution error and regime shift: {trading}; {plan}"),
        Verdict::Neither if execution.differing == 0 => {
            format!("no execution error, and no regime shift beyond noise: {trading}; {plan}")
        }
        Verdict::Neither => {
            format!("neither execution error nor regime shift beyond noise: {trading}; {plan}")
        }
        Verdict::TooFew if execution.differing == 0 => {
            format!(
                "no execution error; whether the plan shifted cannot be told: {trading}; {plan}"
            )
        }
        Verdict::TooFew => format!("too few trades to tell: {trading}; {plan}"),
    }
}

/// Of the trading: what it cost against the plan.
fn trading(execution: &Execution) -> String {
    if execution.differing == 0 {
        return "the log is the plan, trade by trade".to_owned();
    }
    let p = match (execution.p_corrected, &execution.absent) {
        (Some(p), _) => format!("p {p:.3}"),
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
fn plan(shift: &Shift, plan_usd: f64) -> String {
    let made = format!("the plan itself made {}", signed_dollars(plan_usd));
    let p = match (shift.p_corrected, &shift.absent) {
        (Some(p), _) => format!("p of doing as badly {p:.3}"),
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
