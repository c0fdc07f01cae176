//! Runs as a page.

mod account;
mod compared;
mod figures;
mod funnel;
mod options;
mod overview;
mod plan;
mod regime;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod test;
mod trades;

use std::path::PathBuf;

use lab::TapeFacts;
use lab::record::{Document, Record};

use super::error::PageError;
use super::html::Html;
use super::shell::Shell;
use super::sweep::marks;
use super::warnings;
use crate::words::{banner, number};

/// The page of one run, or of several with what they share side by side.
///
/// # Errors
/// [`ReportError::Json`](crate::ReportError::Json), which is a defect of ours.
pub fn run_page(records: &[Record]) -> Result<String, PageError> {
    let plans = records.iter().map(|record| record.document.plan.clone());
    page_of(records, &distinct(&plans.collect::<Vec<_>>()))
}

/// The same of records out of `folders`, one each, by whose names they are told apart.
pub(super) fn runs_page(records: &[Record], folders: &[PathBuf]) -> Result<String, PageError> {
    page_of(records, &called(folders))
}

fn page_of(records: &[Record], names: &[String]) -> Result<String, PageError> {
    if records.is_empty() {
        return Err(PageError::Nothing);
    }
    let all_marks = all_marks(records.iter().map(|record| &record.document.tape));
    if let ([record], [_]) = (records, names) {
        let mut page = Shell::new(
            "Stormproof: a run",
            &record.document.plan,
            &facts(&record.document),
            &all_marks,
        );
        sections(&mut page, record, &At { run: 0, name: None })?;
        return Ok(page.finish());
    }
    let title = names.join(" and ");
    let mut plans: Vec<&str> = Vec::new();
    for record in records {
        if !plans.contains(&record.document.plan.as_str()) {
            plans.push(&record.document.plan);
        }
    }
    let facts = [format!(
        "{} runs of {}, each with a section of its own",
        number(records.len() as f64, 0),
        plans.join(", ")
    )];
    let mut page = Shell::new("Stormproof: runs side by side", &title, &facts, &all_marks);
    page.section(
        "side-by-side",
        "Side by side",
        "Side by side",
        &compared::compared(records, names)?,
    );
    for (run, (record, name)) in records.iter().zip(names).enumerate() {
        sections(
            &mut page,
            record,
            &At {
                run,
                name: Some(name),
            },
        )?;
    }
    Ok(page.finish())
}

/// Which run of the page, and what it is called there; alone it needs no name.
struct At<'a> {
    run: usize,
    name: Option<&'a str>,
}

impl At<'_> {
    /// An id that no other run of the page has.
    fn id(&self, what: &str) -> String {
        match self.run {
            0 => what.to_owned(),
            run => format!("{what}-{}", run + 1),
        }
    }

    /// The same of a regime.
    fn regime(&self, n: usize) -> String {
        self.id(&format!("regime-{}", n + 1))
    }

    /// A label in the bar.
    fn label(&self, what: &str) -> String {
        match self.name {
            None => what.to_owned(),
            Some(name) => format!("{name}: {what}"),
        }
    }
}

/// All that is said of one run.
fn sections(page: &mut Shell, record: &Record, at: &At<'_>) -> Result<(), PageError> {
    let document = &record.document;
    page.bare_section(
        &at.id("verdict"),
        &at.label("Verdict"),
        &overview::overview(record, at),
    );
    page.section(
        &at.id("figures"),
        &at.label("Figures"),
        "Regimes side by side",
        &figures::figures(document),
    );
    if document.beside.is_some() {
        page.section(
            &at.id("beside"),
            &at.label("Assumptions"),
            "Under other assumptions",
            &options::beside(document),
        );
    }
    for (n, (told, rows)) in record.each().enumerate() {
        let content = regime::regime(document, told, rows, &at.regime(n))?;
        page.bare_section(&at.regime(n), &at.label(&told.name), &content);
    }
    page.section(
        &at.id("trades"),
        &at.label("Trades"),
        "Trades",
        &trades::trades(record, at),
    );
    if !document.warnings.is_empty() {
        page.section(
            &at.id("warnings"),
            &at.label("Warnings"),
            "What to read this with",
            &warnings(&document.warnings),
        );
    }
    page.section(
        &at.id("plan"),
        &at.label("Plan"),
        "The plan",
        &plan::plan(document),
    );
    Ok(())
}

/// What stands below a run's name.
fn facts(document: &Document) -> Vec<String> {
    let of = |table: &str, key: &str| {
        let value = document
            .scenario
            .get(table)
            .and_then(|table| table.get(key));
        value.map(plan::shown).unwrap_or_default()
    };
    let equity = document
        .regimes
        .first()
        .map_or(0.0, |regime| regime.figures.start_equity_usd);
    let plural = if document.regimes.len() == 1 { "" } else { "s" };
    let tape = &document.tape;
    let span = match (tape.first, tape.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    vec![
        format!(
            "{} bars of {}, ${} in each of {} regime{plural}",
            of("instrument", "interval"),
            symbol(document),
            number(equity, 0),
            document.regimes.len()
        ),
        format!(
            "Tape: {}{span}, fingerprint {}. Stormproof {}",
            tape.name, tape.fingerprint, document.stormproof
        ),
    ]
}

/// What the plan trades.
fn symbol(document: &Document) -> &str {
    let symbol = document
        .scenario
        .get("instrument")
        .and_then(|table| table.get("symbol"));
    symbol
        .and_then(serde_json::Value::as_str)
        .unwrap_or("the instrument")
}

/// True of a plan that trades option structures: its prices are premiums, not the instrument's.
fn has_structure(document: &Document) -> bool {
    document.scenario.get("structure").is_some()
}

/// The marks of all tapes, each once.
fn all_marks<'a>(tapes: impl Iterator<Item = &'a TapeFacts>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for mark in tapes.filter_map(banner).flat_map(|banner| marks(&banner)) {
        if !all.contains(&mark) {
            all.push(mark);
        }
    }
    all
}

/// What runs are called: their folders, by as much of the path as it takes.
fn called(folders: &[PathBuf]) -> Vec<String> {
    let short = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let names: Vec<String> = folders.iter().map(short).collect();
    let named = folders.iter().zip(&names).map(|(folder, name)| {
        if names.iter().filter(|other| *other == name).count() > 1 {
            folder.display().to_string()
        } else {
            name.clone()
        }
    });
    distinct(&named.collect::<Vec<_>>())
}

/// `names`, numbered where two are the same.
fn distinct(names: &[String]) -> Vec<String> {
    let same = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
    let numbered = names.iter().enumerate().map(|(n, name)| {
        if same(name) {
            format!("{name} ({})", n + 1)
        } else {
            name.clone()
        }
    });
    numbered.collect()
}

/// A note under a heading.
fn soft(html: &mut Html, text: &str) {
    html.element("p", &[("class", "soft")], text);
}
