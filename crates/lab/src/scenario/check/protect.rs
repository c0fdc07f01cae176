//! What types cannot say of `[protect]`: an action with its number, and no other.

use strategies::{ProtectAction, ProtectRules};

use super::super::Scenario;
use super::{Problem, problem, short};

/// The first problem of the protection, if the plan has one.
pub(super) fn check(s: &Scenario) -> Result<(), Problem> {
    let Some(protect) = &s.protect else {
        return Ok(());
    };
    let Some(action) = protect.action else {
        return Err(problem(
            "protect.action",
            "`protect.action` is not given; expected one of: tighten, reduce, leave",
            "say what is done with what is held: action = \"leave\"",
        ));
    };
    if s.structure.is_some() && action != ProtectAction::Leave {
        let message = format!(
            "`protect.action` is \"{}\", but a plan with a [structure] can only leave: its legs have no stop, and go together",
            action.as_str()
        );
        return Err(problem(
            "protect.action",
            message,
            "write action = \"leave\"",
        ));
    }
    numbers(protect, action)?;
    ranges(protect)
}

/// Each action has its own number, or none.
fn numbers(protect: &ProtectRules, action: ProtectAction) -> Result<(), Problem> {
    let all = [
        (
            "protect.stop_atr",
            protect.stop_atr,
            ProtectAction::Tighten,
            "say how many ATR from the bar's close the stop goes: stop_atr = 0.5",
        ),
        (
            "protect.reduce_to",
            protect.reduce_to,
            ProtectAction::Reduce,
            "say which share of the entry stays: reduce_to = 0.5",
        ),
    ];
    for (path, number, of, remedy) in all {
        let word = action.as_str();
        if of == action && number.is_none() {
            let message = format!("`protect.action` is \"{word}\", but `{path}` is not given");
            return Err(problem("protect.action", message, remedy));
        }
        if of != action && number.is_some() {
            let message = format!("`{path}` has no effect with `protect.action` = \"{word}\"");
            let help = format!("remove it, or use action = \"{}\"", of.as_str());
            return Err(problem(path, message, &help));
        }
    }
    Ok(())
}

fn ranges(protect: &ProtectRules) -> Result<(), Problem> {
    // NaN fails both comparisons of each and is refused with the rest.
    if let Some(atr) = protect.stop_atr.filter(|x| !(*x > 0.0 && *x <= 100.0)) {
        return Err(problem(
            "protect.stop_atr",
            format!(
                "`protect.stop_atr` is {}; it must be above 0 and at most 100",
                short(atr)
            ),
            "it counts ATR from the bar's close, against the position: 0.5 is half of one; to be out at once, action = \"leave\"",
        ));
    }
    if let Some(share) = protect.reduce_to.filter(|x| !(*x > 0.0 && *x < 1.0)) {
        return Err(problem(
            "protect.reduce_to",
            format!(
                "`protect.reduce_to` is {}; it must be above 0 and below 1",
                short(share)
            ),
            "it is the share of the entry that stays: 0.5 is half; to keep none, action = \"leave\"",
        ));
    }
    Ok(())
}
