//! A plan held against a tape, for the terminal and for programs.

use std::fmt::Write as _;

use lab::Checkup;
use lab::checkup::{CriterionCount, DataNeed, WarmUpNeed};
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::{number, simulated_banner, wrap};

const WIDTH: usize = 80;

/// At most 80 columns wide, the plan's own text aside: warm-up, data, regimes, checklist, warnings, the resolved plan.
pub fn checkup(checkup: &Checkup) -> String {
    let mut text = wrap("", &format!("{}: checked, not run", checkup.plan), WIDTH);
    text.push('\n');
    text.push_str(&wrap("tape: ", &checkup.tape, WIDTH));
    text.push('\n');
    if let Some(banner) = simulated_banner(&checkup.origin) {
        text.push_str(&banner);
        text.push('\n');
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(text, "\n{title}\n{}\n", lines.join("\n"));
        }
    };
    let listed = |line: String| wrap("  ", &line, WIDTH);
    section(
        "Before the first decision",
        checkup.warm_up.iter().map(|w| listed(warm_up(w))).collect(),
    );
    section(
        "Data",
        checkup.data.iter().map(|d| listed(data(d))).collect(),
    );
    let regimes = checkup.regimes.iter().map(|coverage| {
        let title = coverage.regime.title();
        listed(match &coverage.why {
            None => format!("{title}: covered"),
            Some(why) => format!("{title}: not covered: {why}"),
        })
    });
    section("Regimes", regimes.collect());
    let criteria = checkup.criteria.iter().map(|c| listed(criterion(c)));
    section("Checklist over the covered regimes", criteria.collect());
    let warnings = checkup.warnings.iter();
    let warnings = warnings.map(|warning| wrap("warning: ", warning, WIDTH));
    section("Warnings", warnings.collect());
    // As it is: it can be saved and run.
    section(
        "The plan in full",
        vec![checkup.resolved.trim_end().to_owned()],
    );
    let end = if checkup.obstacle.is_none() {
        "\nIt can run on this tape.\n"
    } else {
        "\nIt cannot run on this tape.\n"
    };
    text + end
}

fn warm_up(need: &WarmUpNeed) -> String {
    let parts = [
        (need.bars, "bar"),
        (need.own_sessions, "session of the plan's bars"),
        (need.daily_bars, "daily bar"),
        (need.published_closes, "published close"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| match (*count, word.split_once(' ')) {
            (1, _) => format!("1 {word}"),
            (n, Some(("session", rest))) => format!("{n} sessions {rest}"),
            (n, _) => format!("{n} {word}s"),
        })
        .collect();
    let what = if need.what == "all" {
        "the plan as a whole"
    } else {
        &need.what
    };
    if parts.is_empty() {
        return format!("{what}: nothing");
    }
    format!("{what}: {}", parts.join(", "))
}

fn data(need: &DataNeed) -> String {
    let interval = need.interval.map(|i| format!("{i} ")).unwrap_or_default();
    let mut line = format!("{} {interval}{}", need.name, need.kind);
    if !need.columns.is_empty() {
        let _ = write!(line, " ({})", need.columns.join(", "));
    }
    let there = match (need.found, need.first.zip(need.last)) {
        (true, Some((first, last))) => format!(": {first} to {last}"),
        (true, None) => ": found".to_owned(),
        (false, _) if need.required => ": MISSING".to_owned(),
        (false, _) => ": none on the tape".to_owned(),
    };
    line.push_str(&there);
    for made in &need.makes {
        let _ = write!(line, "; {made} bars are made of these");
    }
    line
}

fn criterion(count: &CriterionCount) -> String {
    let whole = |n: usize| number(n as f64, 0);
    let mut line = format!(
        "{} ({}): holds on {} of {} bars",
        count.name,
        count.kind,
        whole(count.holds),
        whole(count.bars)
    );
    if count.unknown > 0 {
        let _ = write!(line, ", unknown on {}", whole(count.unknown));
    }
    line
}

/// The same as one JSON document, ending with a newline.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn checkup_json(checkup: &Checkup) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        stormproof: &'static str,
        can_run: bool,
        #[serde(flatten)]
        checkup: &'a Checkup,
    }
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        can_run: checkup.obstacle.is_none(),
        checkup,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
