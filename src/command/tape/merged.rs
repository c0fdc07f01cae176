//! What became of the rows, as text.

use std::fmt::Write as _;

use tape::MergeReport;

/// An item a line: what became of its rows.
pub(super) fn merged(report: &MergeReport) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let _ = writeln!(
            text,
            "changed: {} {} {}: {} is now {}",
            change.item, change.at, change.field, change.old, change.new
        );
    }
    if report.changes_unlisted > 0 {
        let _ = writeln!(text, "changed: {} more values", report.changes_unlisted);
    }
    for item in &report.items {
        let untouched = if item.written {
            ""
        } else {
            " (file as it was)"
        };
        let _ = writeln!(
            text,
            "{}: {} added, {} equal, {} changed{untouched}",
            item.item, item.rows_added, item.rows_equal, item.rows_changed
        );
        for pair in &item.disagreements {
            let gaps = pair.fields.iter().map(|gap| {
                let percent = 100.0 * gap.largest;
                format!(
                    "{} in {} rows, by up to {percent:.4} %",
                    gap.field, gap.rows
                )
            });
            let _ = writeln!(
                text,
                "  disagree: {} of {} rows of {} with {}, which is kept: {}; first {} {}: {} kept, not {}",
                pair.rows,
                pair.rows_shared,
                pair.other,
                pair.kept,
                gaps.collect::<Vec<String>>().join(", "),
                pair.at,
                pair.field,
                pair.kept_value,
                pair.other_value,
            );
        }
    }
    text
}
