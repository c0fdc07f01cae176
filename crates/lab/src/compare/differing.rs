//! The keys in which two plans differ.

use serde::Serialize;
use serde_json::Value;

/// A key of two plans, by its dotted path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changed {
    /// The path, as `--set` takes it.
    pub key: String,
    /// Its value in A; absent if A lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<Value>,
    /// Its value in B; absent if B lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<Value>,
}

/// The keys whose values differ, in the order of their paths. Tables are looked into; lists are compared whole.
pub fn differing(a: &Value, b: &Value) -> Vec<Changed> {
    let mut changed = Vec::new();
    look("", Some(a), Some(b), &mut changed);
    changed
}

fn look(path: &str, a: Option<&Value>, b: Option<&Value>, changed: &mut Vec<Changed>) {
    if a == b {
        return;
    }
    // A table that only one has is told key by key too.
    let table = |side: Option<&Value>| side.is_none_or(Value::is_object);
    if table(a) && table(b) {
        let keys = |side: Option<&Value>| {
            let table = side.and_then(Value::as_object);
            table
                .map(|table| table.keys().cloned().collect::<Vec<_>>())
                .unwrap_or_default()
        };
        let mut all = keys(a);
        all.extend(keys(b));
        all.sort_unstable();
        all.dedup();
        for key in all {
            let of = |side: Option<&'_ Value>| side.and_then(|side| side.get(&key)).cloned();
            let inner = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            look(&inner, of(a).as_ref(), of(b).as_ref(), changed);
        }
        return;
    }
    changed.push(Changed {
        key: path.to_owned(),
        a: a.cloned(),
        b: b.cloned(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_told_by_their_paths() {
        let a = json!({"name": "x", "exit": {"stop_atr": 1.0, "target_atr": 2.0}, "regimes": ["p", "q"]});
        let b = json!({"name": "x", "exit": {"stop_atr": 1.5}, "regimes": ["p"], "protect": {"act": "leave"}});
        let found = differing(&a, &b);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.key.as_str(), one.a.clone(), one.b.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("exit.stop_atr", Some(json!(1.0)), Some(json!(1.5))),
                ("exit.target_atr", Some(json!(2.0)), None),
                ("protect.act", None, Some(json!("leave"))),
                ("regimes", Some(json!(["p", "q"])), Some(json!(["p"]))),
            ]
        );
        assert!(differing(&a, &a).is_empty());
    }
}
