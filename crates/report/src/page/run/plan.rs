//! The plan that ran, folded: every value as `--set` would take it.

use lab::record::Document;
use serde_json::Value;

use crate::page::html::Html;

/// The checklist, and the resolved plan.
pub(super) fn plan(document: &Document) -> Html {
    let mut html = Html::default();
    html.element(
        "p",
        &[("class", "soft")],
        "An entry needs all of these, triggers first:",
    );
    html.markup("<ul class=\"warnings\">\n");
    for criterion in &document.criteria {
        html.element(
            "li",
            &[],
            &format!("{} ({})", criterion.name, criterion.kind),
        );
    }
    html.markup("</ul>\n<details class=\"plan\">").element(
        "summary",
        &[],
        "The resolved plan: file, overrides and defaults together",
    );
    let mut lines = Vec::new();
    flatten("", &document.scenario, &mut lines);
    html.element("pre", &[], &lines.join("\n")).close("details");
    html
}

fn flatten(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(&path, value, lines);
            }
        }
        other => lines.push(format!("{path} = {}", quoted(other))),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(quoted).collect::<Vec<_>>().join(", ")
        ),
        other => other.to_string(),
    }
}

/// A value without quotes.
pub(super) fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
