//! Which settings of a plan differ between two reviews.

use std::collections::BTreeMap;

use serde_json::Value;

use super::found::{Parameter, Review};

/// Every leaf of the scenario by its dotted path, with the dates of its regimes. A list is one value.
fn settings(review: &Review) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    flatten("", &review.scenario, &mut all);
    for regime in &review.regimes {
        let dates = format!("{} to {}", regime.from, regime.to);
        all.insert(format!("regimes.{}", regime.name), Value::String(dates));
    }
    // Else the start is a fact of the tape, or follows from the plan's warm-up.
    if let Some(since) = review.baseline.since {
        let since = Value::String(since.to_string());
        all.insert("history.since".to_owned(), since);
    }
    all
}

fn flatten(path: &str, value: &Value, all: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(&path, value, all);
            }
        }
        leaf => {
            all.insert(path.to_owned(), leaf.clone());
        }
    }
}

/// Equal, numbers up to the last digit that reading a file may change.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && same(a, b))
        }
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
            _ => a == b,
        },
    }
}

/// The settings that differ, by path.
pub(super) fn differences(then: &Review, now: &Review) -> Vec<Parameter> {
    let (mut was, now) = (settings(then), settings(now));
    let mut all: Vec<Parameter> = now
        .into_iter()
        .map(|(key, now)| {
            let was = was.remove(&key);
            (key, was, now)
        })
        .filter(|(_, was, now)| !was.as_ref().is_some_and(|was| same(was, now)))
        .map(|(key, was, now)| Parameter {
            key,
            was,
            now: Some(now),
        })
        .collect();
    let gone = |(key, was)| Parameter {
        key,
        was: Some(was),
        now: None,
    };
    all.extend(was.into_iter().map(gone));
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

/// True if the plan trades otherwise: its words do not count, nor which regimes it is put through.
pub(super) fn trades_otherwise(differences: &[Parameter]) -> bool {
    let told = |key: &str| {
        matches!(key, "name" | "hypothesis" | "regimes")
            || key.starts_with("regimes.")
            || key.starts_with("verdict.")
    };
    differences.iter().any(|one| !told(&one.key))
}
