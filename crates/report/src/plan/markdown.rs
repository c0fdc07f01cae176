//! A plan in Markdown.

use std::fmt::Write as _;

use lab::PlanSheet;
use lab::plan::Answer;

use super::sections::{Block, headline, sections};
use crate::words::banner;

/// The sheet in Markdown, ending with a newline. The decision tree is a table of questions.
pub fn plan_markdown(sheet: &PlanSheet) -> String {
    let mut text = format!("# {}: {}\n\n", plain(&sheet.name), sheet.day.date);
    let _ = writeln!(
        text,
        "{} {} on {} bars. Tape: {}\n",
        plain(&sheet.symbol),
        sheet.side,
        sheet.interval,
        plain(&sheet.tape.name)
    );
    if let Some(banner) = banner(&sheet.tape) {
        let _ = writeln!(text, "> **{}**\n", banner.replace('\n', " "));
    }
    let _ = writeln!(text, "**{}**", plain(&headline(sheet)));
    for section in sections(sheet) {
        let _ = writeln!(text, "\n## {}", section.title);
        for block in &section.blocks {
            text.push('\n');
            text.push_str(&of_block(block, sheet));
        }
    }
    text
}

fn of_block(block: &Block, sheet: &PlanSheet) -> String {
    let items = |lead: &str, items: &[String]| {
        let item = |text: String, item: &String| text + lead + &plain(item) + "\n";
        items.iter().fold(String::new(), item)
    };
    match block {
        Block::Text(text) => plain(text) + "\n",
        Block::List(list) => items("- ", list),
        Block::Ticks(list) => items("- [ ] ", list),
        Block::Working(lines) => format!("```text\n{}\n```\n", lines.join("\n")),
        Block::Table(head, rows) => table(head, rows),
        Block::Tree => {
            let rows = sheet.day.tree.iter().map(|step| {
                let answer = match step.answer {
                    _ if !step.reached => "not asked",
                    Answer::Yes => "yes",
                    Answer::No => "NO",
                    Answer::Unknown => "UNKNOWN",
                    Answer::Yours => "yours",
                };
                vec![
                    step.question.clone(),
                    answer.to_owned(),
                    step.otherwise.clone(),
                ]
            });
            table(&["question", "answer", "if not"], &rows.collect::<Vec<_>>())
        }
    }
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!(
        "| {} |\n|{}\n",
        head.join(" | "),
        " --- |".repeat(head.len())
    );
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// One line, in which nothing of a name or a rule acts as Markdown.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => shown.push(' '),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '#' | '\\' => {
                shown.push('\\');
                shown.push(c);
            }
            c if market::steers(c) => {}
            c => shown.push(c),
        }
    }
    shown
}
