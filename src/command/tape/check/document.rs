//! A check's report as JSON, as docs/check.md has it.

use serde_json::{Map, Value, json};
use tape::check::{CheckReport, Defect, ItemSummary, Repair, Repaired, Severity};

pub(super) fn report_json(report: &CheckReport) -> Map<String, Value> {
    let items: Vec<Value> = report.items.iter().map(item_json).collect();
    let defects: Vec<Value> = report.defects.iter().map(defect_json).collect();
    let mut map = Map::new();
    for severity in Severity::ALL {
        let count = report.count(severity);
        map.insert(format!("{}s", severity.as_str()), json!(count));
    }
    map.insert("items".to_owned(), json!(items));
    map.insert("defects".to_owned(), json!(defects));
    map.insert("left_out".to_owned(), json!(report.left_out));
    map
}

fn item_json(item: &ItemSummary) -> Value {
    let mut value = json!({
        "item": item.subject.to_string(),
        "sort": item.subject.sort,
        "name": item.subject.name,
        "rows": item.rows,
        "errors": item.errors,
        "warnings": item.warnings,
        "notes": item.notes,
    });
    let interval = item.subject.interval.map(|i| i.to_string());
    put(&mut value, [("interval", interval.map(Value::String))]);
    value
}

/// As docs/check.md has it: what is not known is absent.
fn defect_json(defect: &Defect) -> Value {
    let mut value = json!({
        "kind": defect.kind.as_str(),
        "severity": defect.severity.as_str(),
        "item": defect.subject.to_string(),
        "sort": defect.subject.sort,
        "name": defect.subject.name,
        "when": defect.when.to_string(),
        "firm": defect.firm,
        "evidence": defect.evidence,
    });
    let (repair, to) = match defect.repair {
        Repair::None => ("none", None),
        Repair::Value(to) => ("value", Some(to)),
        Repair::Drop => ("drop", None),
        Repair::Swap => ("swap", None),
        Repair::Move => ("move", None),
    };
    let interval = defect.subject.interval.map(|i| i.to_string());
    put(
        &mut value,
        [
            ("interval", interval.map(Value::String)),
            ("field", defect.field.map(|f| json!(f))),
            ("found", defect.found.map(|f| json!(f))),
            ("repair", Some(json!(repair))),
            ("suggested", to.map(|to| json!(to))),
        ],
    );
    value
}

pub(super) fn repaired_json(repaired: &Repaired) -> Value {
    let mut value = defect_json(&repaired.defect);
    put(
        &mut value,
        [
            ("old", repaired.old.map(|v| json!(v))),
            ("new", repaired.new.map(|v| json!(v))),
        ],
    );
    value
}

pub(super) fn put<const N: usize>(value: &mut Value, more: [(&str, Option<Value>); N]) {
    if let Value::Object(all) = value {
        let given = more.into_iter().filter_map(|(key, v)| Some((key, v?)));
        all.extend(given.map(|(key, v)| (key.to_owned(), v)));
    }
}
