//! What became of the rows, as text.

use std::fmt::Write as _;

use tape::{Disagreement, MergeReport, MergedItem};

use super::check::wrap;

/// Disagreements shown of the days of one underlying.
const DAYS: usize = 3;

/// An item a line, and the days of one underlying's quotes in one: what became of the rows.
pub(super) fn merged(report: &MergeReport) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let line = format!(
            "changed: {} {} {}: {} is now {}",
            change.item, change.at, change.field, change.old, change.new
        );
        hang(&line, &mut text);
    }
    if report.changes_unlisted > 0 {
        let _ = writeln!(text, "changed: {} more values", report.changes_unlisted);
    }
    let together =
        |a: &MergedItem, b: &MergedItem| a.day.is_some() && b.day.is_some() && base(a) == base(b);
    for items in report.items.chunk_by(together) {
        let sum = |of: fn(&MergedItem) -> u64| items.iter().map(of).sum::<u64>();
        let untouched = if items.iter().any(|item| item.written) {
            ""
        } else if items.len() > 1 {
            " (files as they were)"
        } else {
            " (file as it was)"
        };
        let name = match items {
            [one] => one.item.clone(),
            [first, ..] => format!("{}, {} days", base(first), items.len()),
            [] => continue,
        };
        let line = format!(
            "{name}: {} added, {} equal, {} changed{untouched}",
            sum(|item| item.rows_added),
            sum(|item| item.rows_equal),
            sum(|item| item.rows_changed)
        );
        hang(&line, &mut text);
        let pairs = || items.iter().flat_map(|item| &item.disagreements);
        let shown = if items.len() > 1 { DAYS } else { usize::MAX };
        for pair in pairs().take(shown) {
            wrap(&disagreement(pair), 2, &mut text);
        }
        let more = pairs().count().saturating_sub(shown);
        if more > 0 {
            let _ = writeln!(text, "  disagree: {more} more, which --json lists");
        }
    }
    text
}

/// Words into lines, those after the first set in.
pub(super) fn hang(words: &str, text: &mut String) {
    let mut lines = String::new();
    wrap(words, 2, &mut lines);
    text.push_str(lines.trim_start());
}

/// An item's name without its day.
fn base(item: &MergedItem) -> &str {
    let day = item.day.map(|day| format!(" on {day}"));
    let less = day.and_then(|day| item.item.strip_suffix(&day));
    less.unwrap_or(&item.item)
}

fn disagreement(pair: &Disagreement) -> String {
    let gaps = pair.fields.iter().map(|gap| {
        let percent = 100.0 * gap.largest;
        format!(
            "{} in {} rows, by up to {percent:.4} %",
            gap.field, gap.rows
        )
    });
    format!(
        "disagree: {} of {} rows of {} with {}, which is kept: {}; first {} {}: {} kept, not {}",
        pair.rows,
        pair.rows_shared,
        pair.other,
        pair.kept,
        gaps.collect::<Vec<String>>().join(", "),
        pair.at,
        pair.field,
        pair.kept_value,
        pair.other_value,
    )
}
