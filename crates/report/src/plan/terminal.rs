//! A plan on the terminal, 80 columns.

use std::fmt::Write as _;

use lab::PlanSheet;
use lab::plan::{Answer, Step};

use super::sections::{Block, headline, order, sections};
use crate::words::{banner, last_word, wrap};

const WIDTH: usize = 80;

/// The sheet, at most 80 columns wide, ending with a newline.
pub fn plan_text(sheet: &PlanSheet) -> String {
    let title = format!(
        "{}: {} {} on {} bars, {}",
        sheet.name, sheet.side, sheet.symbol, sheet.interval, sheet.day.date
    );
    let mut text = wrap("", &title, WIDTH) + "\n";
    text += &(wrap("tape: ", &sheet.tape.name, WIDTH) + "\n");
    if let Some(banner) = banner(&sheet.tape) {
        text += &(banner + "\n");
    }
    let _ = write!(text, "\n{}\n", wrap("", &headline(sheet), WIDTH));
    for section in sections(sheet) {
        let _ = write!(text, "\n{}\n", section.title.to_uppercase());
        for block in &section.blocks {
            text += &of_block(block, sheet);
        }
    }
    if let Some(word) = last_word(&sheet.tape) {
        let _ = write!(text, "\n{word}\n");
    }
    text
}

fn of_block(block: &Block, sheet: &PlanSheet) -> String {
    let lines: Vec<String> = match block {
        Block::Text(text) => vec![wrap("  ", text, WIDTH)],
        Block::List(items) => items.iter().map(|i| wrap("  - ", i, WIDTH)).collect(),
        Block::Ticks(items) => items.iter().map(|i| wrap("  [ ] ", i, WIDTH)).collect(),
        Block::Working(lines) => lines.iter().map(|l| format!("    {l}")).collect(),
        Block::Table(head, rows) => table(head, rows),
        Block::Tree => tree(&sheet.day.tree, order(sheet)),
    };
    lines
        .iter()
        .fold(String::new(), |text, line| text + line + "\n")
}

/// Columns as wide as they need; a last column too wide hangs below its row, and so does its heading.
fn table(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let mut all: Vec<Vec<String>> = Vec::new();
    if head.iter().any(|word| !word.is_empty()) {
        all.push(head.iter().map(|&word| word.to_owned()).collect());
    }
    all.extend(rows.iter().cloned());
    let columns = head.len();
    let width = |n: usize| {
        let cells = all.iter().filter_map(|row| row.get(n));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let fits = widths.iter().sum::<usize>() + 2 * columns <= WIDTH;
    let line = |row: &Vec<String>| {
        if fits {
            let cells = row.iter().zip(&widths);
            let cells = cells.map(|(cell, width)| format!("  {cell:width$}"));
            return cells.collect::<String>().trim_end().to_owned();
        }
        // Too wide for a table: the last cell, which says most, comes below.
        let Some((last, before)) = row.split_last() else {
            return String::new();
        };
        let before: Vec<&str> = before
            .iter()
            .map(String::as_str)
            .filter(|c| !c.is_empty())
            .collect();
        let above = wrap("  ", &before.join(" · "), WIDTH);
        if last.is_empty() {
            return above;
        }
        format!("{above}\n{}", wrap("      ", last, WIDTH))
    };
    all.iter().map(line).collect()
}

/// The tree as text: the branch taken is drawn double.
fn tree(steps: &[Step], order: &str) -> Vec<String> {
    let mut lines = vec!["    (the branch taken is marked ▶)".to_owned()];
    for step in steps {
        let mark = if step.reached { '▶' } else { ' ' };
        let answer = match (step.reached, step.answer) {
            (false, _) => "",
            (true, Answer::Yes) => " yes",
            (true, Answer::No) => " NO",
            (true, Answer::Unknown) => " UNKNOWN",
            (true, Answer::Yours) => " (yours to answer)",
        };
        lines.push(wrap(
            &format!("  {mark} "),
            &format!("{}{answer}", step.question),
            WIDTH,
        ));
        let out = matches!(step.answer, Answer::No | Answer::Unknown) && step.reached;
        let arrow = if out { "▶ " } else { "" };
        lines.push(wrap(
            "      no → ",
            &format!("{arrow}{}", step.otherwise),
            WIDTH,
        ));
    }
    let through = steps
        .iter()
        .all(|s| s.reached && matches!(s.answer, Answer::Yes | Answer::Yours));
    let mark = if through { '▶' } else { ' ' };
    lines.push(format!("  {mark} {}", order.replace("Order", "ORDER")));
    lines
}
