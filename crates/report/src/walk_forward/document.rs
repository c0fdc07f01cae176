//! One JSON document: `walk-forward.json` and `--format json` are the same bytes.

use std::collections::BTreeMap;

use lab::sweep::space::Value;
use lab::walk_forward::{Chosen, Combined, Figured, FoldSaid, Growth, Said, Summary, WalkForward};
use market::{Date, Origin};
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;

#[derive(Serialize)]
struct Head<'a> {
    schema: u32,
    stormproof: &'static str,
    simulated: bool,
    #[serde(flatten)]
    summary: &'a Summary,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Forward<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    method: Growth,
    start_equity_usd: f64,
    folds: Vec<Fold<'a>>,
    out_of_sample: Figured,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_written: Option<Figured>,
    #[serde(skip_serializing_if = "Option::is_none")]
    efficiency: Option<f64>,
    in_top_half: usize,
    ranked: usize,
    changes: BTreeMap<&'a str, usize>,
}

#[derive(Serialize)]
struct Fold<'a> {
    train_from: Date,
    train_to: Date,
    test_from: Date,
    test_to: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Choice<'a>>,
    end_equity_usd: f64,
}

#[derive(Serialize)]
struct Choice<'a> {
    parameters: BTreeMap<&'a str, serde_json::Value>,
    in_sample: Window,
    out_of_sample: Window,
    #[serde(skip_serializing_if = "Option::is_none")]
    beaten: Option<f64>,
}

#[derive(Serialize)]
struct Window {
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_return: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trades: Option<u64>,
}

#[derive(Serialize)]
struct Combinatorial<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    method: &'static str,
    groups: Vec<(Date, Date)>,
    splits: Vec<Split<'a>>,
    paths: &'a [Figured],
    in_top_half: usize,
    ranked: usize,
}

#[derive(Serialize)]
struct Split<'a> {
    tested: &'a [usize],
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Choice<'a>>,
}

/// The document of walking forward, ending with a newline. Undefined figures are absent.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn walk_forward_json(said: &WalkForward, warnings: &[String]) -> Result<String, ReportError> {
    let summary = &said.summary;
    let document = Forward {
        head: Head::of(summary, warnings),
        method: said.growth,
        start_equity_usd: said.stitched.start_equity_usd,
        folds: said
            .folds
            .iter()
            .map(|fold| Fold::of(fold, summary))
            .collect(),
        out_of_sample: said.stitched.figured(),
        as_written: said.as_written,
        efficiency: said.efficiency,
        in_top_half: said.top_half.0,
        ranked: said.top_half.1,
        changes: summary
            .axes
            .iter()
            .map(String::as_str)
            .zip(said.changes.iter().copied())
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// The document of combinatorial purged folds. Groups are counted from 0.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn combined_json<'a>(
    said: &'a Combined,
    warnings: &'a [String],
) -> Result<String, ReportError> {
    let split = |(tested, chosen): &'a (Vec<usize>, Option<Chosen>)| Split {
        tested,
        chosen: chosen
            .as_ref()
            .map(|chosen| Choice::of(chosen, &said.summary)),
    };
    let document = Combinatorial {
        head: Head::of(&said.summary, warnings),
        method: "combinatorial",
        groups: said.groups.clone(),
        splits: said.splits.iter().map(split).collect(),
        paths: &said.paths,
        in_top_half: said.top_half.0,
        ranked: said.top_half.1,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

impl<'a> Head<'a> {
    fn of(summary: &'a Summary, warnings: &'a [String]) -> Self {
        Self {
            schema: SCHEMA,
            stormproof: env!("CARGO_PKG_VERSION"),
            simulated: matches!(summary.tape.origin, Origin::Simulated { .. }),
            summary,
            warnings,
        }
    }
}

impl<'a> Fold<'a> {
    fn of(fold: &'a FoldSaid, summary: &'a Summary) -> Self {
        Self {
            train_from: fold.train.0,
            train_to: fold.train.1,
            test_from: fold.test.0,
            test_to: fold.test.1,
            chosen: fold
                .chosen
                .as_ref()
                .map(|chosen| Choice::of(chosen, summary)),
            end_equity_usd: fold.end_equity_usd,
        }
    }
}

impl<'a> Choice<'a> {
    fn of(chosen: &'a Chosen, summary: &'a Summary) -> Self {
        let names = summary.axes.iter().map(String::as_str);
        Self {
            parameters: names.zip(chosen.values.iter().map(value)).collect(),
            in_sample: Window::of(&chosen.trained),
            out_of_sample: Window::of(&chosen.tested),
            beaten: chosen.beaten,
        }
    }
}

impl Window {
    fn of(said: &Said) -> Self {
        Self {
            objective: said.objective,
            net_return: said.net_return,
            trades: said.trades.map(|trades| trades as u64),
        }
    }
}

fn value(value: &Value) -> serde_json::Value {
    match value {
        Value::Whole(n) => (*n).into(),
        Value::Number(x) => (*x).into(),
        Value::Switch(on) => (*on).into(),
        Value::Text(text) => text.as_ref().into(),
    }
}
