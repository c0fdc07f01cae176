//! A plan as one HTML page: nothing outside it, light and dark, fit for paper.

use std::fmt::Write as _;

use lab::PlanSheet;

use super::sections::{Block, headline, order, sections};
use super::svg::tree;
use crate::words::banner;

const STYLE: &str = include_str!("plan.css");

/// The sheet as a page of its own, with its decision tree as SVG.
pub fn plan_html(sheet: &PlanSheet) -> String {
    let title = format!("{}: {}", sheet.name, sheet.day.date);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
        escape(&title)
    );
    let facts = format!(
        "{} {} on {} bars. Tape: {}",
        sheet.symbol, sheet.side, sheet.interval, sheet.tape.name
    );
    let _ = writeln!(page, "<p class=\"facts\">{}</p>", escape(&facts));
    if let Some(banner) = banner(&sheet.tape) {
        let _ = writeln!(page, "<p class=\"simulated\">{}</p>", escape(&banner));
    }
    let _ = writeln!(
        page,
        "<p class=\"headline\">{}</p>",
        escape(&headline(sheet))
    );
    for section in sections(sheet) {
        let _ = writeln!(page, "<section>\n<h2>{}</h2>", escape(section.title));
        for block in &section.blocks {
            page.push_str(&of_block(block, sheet));
        }
        page.push_str("</section>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn of_block(block: &Block, sheet: &PlanSheet) -> String {
    match block {
        Block::Text(text) => format!("<p>{}</p>\n", escape(text)),
        Block::List(items) => list("ul", items),
        Block::Ticks(items) => list("ul class=\"ticks\"", items),
        Block::Working(lines) => format!("<pre>{}</pre>\n", escape(&lines.join("\n"))),
        Block::Table(head, rows) => table(head, rows),
        Block::Tree => tree(&sheet.day.tree, order(sheet)),
    }
}

fn list(tag: &str, items: &[String]) -> String {
    let item = |text: String, item: &String| text + "<li>" + &escape(item) + "</li>\n";
    let items = items.iter().fold(String::new(), item);
    format!("<{tag}>\n{items}</ul>\n")
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = "<table>\n".to_owned();
    if head.iter().any(|word| !word.is_empty()) {
        let cells = head.iter().map(|word| format!("<th>{}</th>", escape(word)));
        let _ = writeln!(
            text,
            "<thead><tr>{}</tr></thead>",
            cells.collect::<String>()
        );
    }
    text.push_str("<tbody>\n");
    for row in rows {
        let cells = row.iter().map(|cell| match state(cell) {
            Some(class) => format!("<td class=\"{class}\">{}</td>", escape(cell)),
            None => format!("<td>{}</td>", escape(cell)),
        });
        let _ = writeln!(text, "<tr>{}</tr>", cells.collect::<String>());
    }
    text + "</tbody>\n</table>\n"
}

/// The colour of a state; its word says the same without.
fn state(cell: &str) -> Option<&'static str> {
    match cell {
        "holds" => Some("yes"),
        "does not" | "fails" => Some("no"),
        "unknown" | "inconclusive" => Some("unknown"),
        _ => None,
    }
}

/// Text that is nothing but text, in an element or an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c if market::steers(c) && c != '\n' => {}
            c => shown.push(c),
        }
    }
    shown
}
