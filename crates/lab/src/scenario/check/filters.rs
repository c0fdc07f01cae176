//! What types cannot say of filters: each looks at one thing, within bounds that make sense.

use market::{Interval, steers};
use strategies::FilterRule;

use super::super::Scenario;
use super::window;
use super::{MAX_NAME, Problem, problem, symbol};

/// The first problem of the filters.
pub(super) fn check(s: &Scenario) -> Result<(), Problem> {
    for (name, filter) in &s.filters {
        let path = format!("filters.{name}");
        if name.chars().count() > MAX_NAME || name.chars().any(steers) {
            let message = format!(
                "the filter's name {name:?} must be one line of at most {MAX_NAME} characters, none of which turns the writing round"
            );
            return Err(problem("filters", message, ""));
        }
        if looks_at_the_calendar(filter) {
            calendar(s, &path, filter)?;
            continue;
        }
        if filter.sessions_before.is_some() || filter.sessions_after.is_some() {
            let message = format!("`{path}` counts sessions around events, but names none");
            return Err(problem(&path, message, "add event = \"fomc\""));
        }
        bounded(&path, filter)?;
    }
    Ok(())
}

const fn looks_at_the_calendar(filter: &FilterRule) -> bool {
    filter.events.is_some() || filter.blackout.is_some() || filter.blackout_weekdays.is_some()
}

/// A filter on events, hours or weekdays, and nothing else.
fn calendar(s: &Scenario, path: &str, filter: &FilterRule) -> Result<(), Problem> {
    let bounds = [
        filter.min_change,
        filter.max_change,
        filter.min_level,
        filter.max_level,
    ];
    let things = [
        filter.symbol.is_some(),
        filter.series.is_some(),
        filter.rule.is_some(),
        filter.events.is_some(),
        filter.blackout.is_some(),
        filter.blackout_weekdays.is_some(),
        bounds.iter().any(Option::is_some),
    ];
    if things.iter().filter(|&&named| named).count() > 1 {
        return Err(problem(
            path,
            format!("`{path}` looks at more than one thing"),
            "a filter has one reason, which its vetoes name; write two filters",
        ));
    }
    let sessions = [filter.sessions_before, filter.sessions_after];
    if let Some(events) = &filter.events {
        return window::check(path, events, sessions);
    }
    if sessions.iter().any(Option::is_some) {
        let message = format!("`{path}` counts sessions around events, but names none");
        return Err(problem(
            path,
            message,
            "remove sessions_before and sessions_after",
        ));
    }
    blackout(s, path, filter)
}

/// The minutes after midnight between which bars end: none ends at the open itself.
const FIRST_END: u16 = 9 * 60 + 31;
const LAST_END: u16 = 16 * 60;

fn blackout(s: &Scenario, path: &str, filter: &FilterRule) -> Result<(), Problem> {
    let (hours, days) = (&filter.blackout, &filter.blackout_weekdays);
    let at = format!("{path}.blackout");
    if let Some(hours) = hours {
        if s.instrument.interval == Interval::Day {
            let message =
                format!("`{at}` names hours, but a plan on daily bars decides at the close");
            return Err(problem(
                &at,
                message,
                "remove it, or choose bars within the session: interval = \"5m\"",
            ));
        }
        if hours.is_empty() {
            return Err(problem(
                &at,
                format!("`{at}` is empty"),
                "blackout = [\"11:30-13:00\"]",
            ));
        }
        let idle = |h: &&strategies::filters::Hours| {
            h.to.minutes() <= FIRST_END || h.from.minutes() > LAST_END
        };
        if let Some(idle) = hours.iter().find(idle) {
            let message = format!("`{at}` has {idle}, in which no bar of a session ends");
            return Err(problem(
                &at,
                message,
                "sessions are 09:30 to 16:00 in New York",
            ));
        }
    }
    if let Some(days) = days {
        let at = format!("{path}.blackout_weekdays");
        let mut named = days.clone();
        named.sort_unstable();
        named.dedup();
        if named.is_empty() || named.len() == 5 {
            let what = if named.is_empty() {
                "is empty"
            } else {
                "names every day: the plan would never trade"
            };
            let help = "blackout_weekdays = [\"friday\"]";
            return Err(problem(&at, format!("`{at}` {what}"), help));
        }
    }
    Ok(())
}

/// A filter on a symbol, a series or a rule.
fn bounded(path: &str, filter: &FilterRule) -> Result<(), Problem> {
    let at = |key: &str| format!("{path}.{key}");
    let (changes, levels) = (
        filter.min_change.is_some() || filter.max_change.is_some(),
        filter.min_level.is_some() || filter.max_level.is_some(),
    );
    if filter.rule.is_some() {
        return rule_alone(path, filter, changes || levels);
    }
    match (&filter.symbol, &filter.series) {
        (Some(_), Some(_)) => {
            let message = format!("`{path}` names both a symbol and a series");
            return Err(problem(
                &at("series"),
                message,
                "a filter looks at one thing; write two filters",
            ));
        }
        (None, None) => {
            let message = format!("`{path}` names neither a symbol nor a series");
            return Err(problem(
                path,
                message,
                "add symbol = \"KRE\", series = \"RVX\", rule = \"KRE.change > -1.5%\", or event = \"fomc\"",
            ));
        }
        (Some(_), None) if levels => {
            let message = format!("`{path}` judges a symbol by a level");
            return Err(problem(
                path,
                message,
                "symbols are judged by min_change and max_change, series by min_level and max_level",
            ));
        }
        (None, Some(_)) if changes => {
            let message = format!("`{path}` judges a series by a change");
            return Err(problem(
                path,
                message,
                "series are judged by min_level and max_level, symbols by min_change and max_change",
            ));
        }
        _ if !changes && !levels => {
            let message = format!("`{path}` has no bound");
            return Err(problem(
                path,
                message,
                "add min_change = -0.015 (a symbol) or max_level = 40.0 (a series)",
            ));
        }
        _ => {}
    }
    if let Some(found) = &filter.symbol {
        symbol(&at("symbol"), found)?;
    }
    bounds_of_filter(path, filter)
}

/// A rule says all there is to say.
fn rule_alone(path: &str, filter: &FilterRule, bounds: bool) -> Result<(), Problem> {
    if filter.symbol.is_none() && filter.series.is_none() && !bounds {
        return Ok(());
    }
    Err(problem(
        &format!("{path}.rule"),
        format!("`{path}` has a rule and other keys beside it"),
        "a rule says everything by itself: remove the others, or write two filters",
    ))
}

fn bounds_of_filter(path: &str, filter: &FilterRule) -> Result<(), Problem> {
    let changes = [
        ("min_change", filter.min_change),
        ("max_change", filter.max_change),
    ];
    for (key, value) in changes
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
    {
        if !(-1.0..=1.0).contains(&value) {
            let message =
                format!("`{path}.{key}` is {value}; a change is a fraction between -1 and 1");
            return Err(problem(
                &format!("{path}.{key}"),
                message,
                "-1.5 % is -0.015",
            ));
        }
    }
    let levels = [
        ("min_level", filter.min_level),
        ("max_level", filter.max_level),
    ];
    if let Some((key, value)) = levels
        .into_iter()
        .filter_map(|(k, v)| Some((k, v?)))
        .find(|(_, v)| !v.is_finite())
    {
        return Err(problem(
            &format!("{path}.{key}"),
            format!("`{path}.{key}` is {value}; expected a number"),
            "",
        ));
    }
    for (low, high, key) in [
        (filter.min_change, filter.max_change, "max_change"),
        (filter.min_level, filter.max_level, "max_level"),
    ] {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let message =
                format!("`{path}`: the least allowed value {low} is above the greatest, {high}");
            return Err(problem(&format!("{path}.{key}"), message, "swap them"));
        }
    }
    Ok(())
}
