//! What types cannot say of overlays: when they apply, and that they do something that makes sense.

use market::steers;
use strategies::overlays::{MAX_OVERLAYS, MAX_THRESHOLDS, MOST_SIZE};
use strategies::{Edge, OverlayRule, Overlays};

use super::super::written::{Lets, Named};
use super::{Bounds, MAX_NAME, Problem, problem, window};

/// The first problem of the overlays.
pub(in super::super) fn check(
    overlays: &Overlays,
    lets: &Lets,
    edge: &Edge,
) -> Result<(), Problem> {
    let most = |count: usize, most: usize, what: &str| {
        let message =
            format!("the plan has {count} overlays{what}; at most {most} can be told apart");
        (count > most).then(|| problem("overlays", message, "merge some, or remove them"))
    };
    let moving = overlays.values().filter(|o| o.moves_thresholds()).count();
    let too_many = most(overlays.len(), MAX_OVERLAYS, "")
        .or_else(|| most(moving, MAX_THRESHOLDS, " that change thresholds"));
    if let Some(problem) = too_many {
        return Err(problem);
    }
    for (name, overlay) in overlays {
        if name.chars().count() > MAX_NAME || name.chars().any(steers) {
            let message = format!(
                "the overlay's name {name:?} must be one line of at most {MAX_NAME} characters, none of which turns the writing round"
            );
            return Err(problem("overlays", message, ""));
        }
        let path = format!("overlays.{name}");
        applies(&path, overlay)?;
        effects(&path, overlay)?;
        thresholds(&path, overlay, lets, edge)?;
    }
    Ok(())
}

/// Around events, or by a rule.
fn applies(path: &str, overlay: &OverlayRule) -> Result<(), Problem> {
    let after = overlay.size_after.is_some() || overlay.threshold_after.is_some();
    let sessions = [overlay.sessions_before, overlay.sessions_after];
    if overlay.size_by.is_some() {
        return everywhere(path, overlay);
    }
    match (&overlay.events, &overlay.when) {
        (Some(_), Some(_)) => Err(problem(
            &format!("{path}.when"),
            format!("`{path}` has both events and a rule"),
            "an overlay has one reason; write two overlays, they multiply",
        )),
        (None, None) => Err(problem(
            path,
            format!("`{path}` does not say when it applies"),
            "add event = \"fomc\", or when = \"RVX > 30\", or size_by = \"signal.size\"",
        )),
        (None, Some(_)) if after || sessions.iter().any(Option::is_some) => Err(problem(
            path,
            format!("`{path}` applies by a rule, which has no sessions before or after"),
            "remove sessions_before, sessions_after, size_after and threshold_after",
        )),
        (None, Some(_)) => Ok(()),
        (Some(events), None) => {
            window::check(path, events, sessions)?;
            if after && overlay.sessions_after.unwrap_or(0) == 0 {
                return Err(problem(
                    path,
                    format!("`{path}` does something after its events, but for no session"),
                    "say for how many: sessions_after = 2",
                ));
            }
            Ok(())
        }
    }
}

/// By a quantity, on every bar: nothing else says when or by how much.
fn everywhere(path: &str, overlay: &OverlayRule) -> Result<(), Problem> {
    let others = [
        ("event", overlay.events.is_some()),
        ("when", overlay.when.is_some()),
        ("sessions_before", overlay.sessions_before.is_some()),
        ("sessions_after", overlay.sessions_after.is_some()),
        ("size", overlay.size.is_some()),
        ("size_after", overlay.size_after.is_some()),
        ("threshold", overlay.threshold.is_some()),
        ("threshold_after", overlay.threshold_after.is_some()),
    ];
    let Some((key, _)) = others.iter().find(|(_, given)| *given) else {
        return Ok(());
    };
    Err(problem(
        &format!("{path}.{key}"),
        format!(
            "`{path}.size_by` multiplies the size on every bar; `{key}` goes with overlays that apply at times"
        ),
        "remove one of the two, or write two overlays: they multiply",
    ))
}

/// Sizes and thresholds that multiply, at least one of them.
fn effects(path: &str, overlay: &OverlayRule) -> Result<(), Problem> {
    let sizes = [("size", overlay.size), ("size_after", overlay.size_after)];
    let thresholds = [
        ("threshold", overlay.threshold),
        ("threshold_after", overlay.threshold_after),
    ];
    if overlay.size_by.is_some() {
        return Ok(());
    }
    if sizes
        .iter()
        .chain(&thresholds)
        .all(|(_, value)| value.is_none())
    {
        return Err(problem(
            path,
            format!("`{path}` does nothing"),
            "add size = 0.5 (half the shares) or threshold = 1.5 (half as much again is asked for)",
        ));
    }
    let standing_aside = sizes.iter().find(|(_, size)| *size == Some(0.0));
    if let Some((key, _)) = standing_aside {
        return Err(problem(
            &format!("{path}.{key}"),
            format!("`{path}.{key}` is 0: that is standing aside, which is a filter's part"),
            "write [filters.NAME] with the same event, sessions_before and sessions_after, or with rule = \"not (...)\"; its vetoes are logged",
        ));
    }
    let most = |(key, value), high| Bounds { key, value, high };
    sizes
        .map(|size| most(size, MOST_SIZE))
        .iter()
        .chain(&thresholds.map(|threshold| most(threshold, 10.0)))
        .try_for_each(|bounds| bounds.check(path))
}

/// What the thresholds of an edge are: its own, or the numbers that a plan in rules lists.
fn thresholds(path: &str, overlay: &OverlayRule, lets: &Lets, edge: &Edge) -> Result<(), Problem> {
    let at = format!("{path}.lets");
    let moves = overlay.moves_thresholds();
    let own = match edge {
        Edge::MeanReversion(edge) => Some(("min_decline", edge.min_decline)),
        Edge::GapMomentum(edge) => Some(("min_gap", edge.min_gap)),
        Edge::IronCondor(edge) => Some(("max_iv_rank", edge.max_iv_rank)),
        Edge::Rules(_) => None,
    };
    match own {
        Some((key, _)) if !overlay.lets.is_empty() => {
            let message =
                format!("`{at}` names numbers of rules, but the edge is not written in rules");
            return Err(problem(
                &at,
                message,
                &format!("remove it: the threshold is `entry.{key}`"),
            ));
        }
        Some((key, value)) if moves && value == 0.0 => {
            let message = format!("`{path}` multiplies `entry.{key}`, which is 0");
            return Err(problem(
                path,
                message,
                &format!("give `entry.{key}` a value, or remove the threshold"),
            ));
        }
        Some(_) => return Ok(()),
        None => {}
    }
    if moves == overlay.lets.is_empty() {
        let (message, help) = if moves {
            (
                "has a threshold, but does not say which numbers of the rules it multiplies",
                "name them as [let] does: lets = [\"drop\"]",
            )
        } else {
            (
                "lists numbers, but has no threshold to multiply them by",
                "add threshold = 1.5, or remove lets",
            )
        };
        return Err(problem(path, format!("`{path}` {message}"), help));
    }
    for name in &overlay.lets {
        let (message, help) = match lets.get(name) {
            Some(Named::Number(_)) => continue,
            Some(Named::Expression(_)) => (
                "is an expression, which has no one number to multiply",
                "give the number in it a name of its own, and list that".to_owned(),
            ),
            None => {
                let near = crate::error::did_you_mean(name, lets.keys().map(String::as_str));
                let help = near.map_or_else(
                    || format!("add it to [let]: {name} = 0.025"),
                    |near| format!("did you mean `{near}`?"),
                );
                ("is not among the names of [let]", help)
            }
        };
        return Err(problem(&at, format!("`{at}`: `{name}` {message}"), &help));
    }
    Ok(())
}
