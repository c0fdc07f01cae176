//! What the words of a condition stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::did_you_mean;
use crate::scenario::Scenario;

use super::axes::Axes;
use super::value::{Kind, Point, Value};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    /// The `slot`-th number asked for when a condition is judged. Switches are 0 and 1.
    Slot { slot: usize, kind: Kind },
    /// A word of this list, asked for by its position in it.
    Word { slot: usize, list: Vec<Arc<str>> },
    /// The same for every combination.
    Fixed(Value),
}

/// The names a condition may use.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    names: BTreeMap<String, Meaning>,
}

impl Vocabulary {
    /// Axes by their dotted paths, each the slot of its position, and the values the plan fixes (see
    /// [`fixed_values`]).
    pub fn of_axes(axes: &Axes, fixed: BTreeMap<String, Value>) -> Self {
        let fixed = fixed.into_iter();
        let mut names: BTreeMap<_, _> = fixed
            .map(|(name, value)| (name, Meaning::Fixed(value)))
            .collect();
        for (slot, axis) in axes.as_slice().iter().enumerate() {
            let meaning = match axis.kind() {
                Kind::Text => Meaning::Word {
                    slot,
                    list: words(axis),
                },
                kind => Meaning::Slot { slot, kind },
            };
            names.insert(axis.dotted().to_owned(), meaning);
        }
        Self { names }
    }

    /// Columns of figures, each the slot of its position.
    pub fn of_columns<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        let kind = Kind::Number;
        let columns = columns.into_iter().enumerate();
        Self {
            names: columns
                .map(|(slot, name)| (name.to_owned(), Meaning::Slot { slot, kind }))
                .collect(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Meaning> {
        self.names.get(name)
    }

    /// What someone who wrote `name` may have meant, and what there is.
    pub(super) fn help(&self, name: &str) -> String {
        let last = |dotted: &str| dotted.rsplit('.').next().unwrap_or(dotted).to_owned();
        let known = || self.names.keys().map(String::as_str);
        let same_end = known().find(|known| last(known) == name);
        let near = same_end.or_else(|| did_you_mean(name, known()));
        let variable: Vec<&str> = self
            .names
            .iter()
            .filter(|(_, meaning)| !matches!(meaning, Meaning::Fixed(_)))
            .map(|(name, _)| name.as_str())
            .collect();
        let hint = near.map(|near| format!("did you mean `{near}`? "));
        format!(
            "{}known here: {}; text stands in quotes",
            hint.unwrap_or_default(),
            variable.join(", ")
        )
    }
}

fn words(axis: &super::Axis) -> Vec<Arc<str>> {
    let values = (0..axis.count().unwrap_or(0)).map(|step| axis.value(Point::Step(step)));
    values
        .filter_map(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}

/// Every scalar of a resolved plan by its dotted path, defaults included.
pub fn fixed_values(scenario: &Scenario) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    // A checked plan is always written as JSON; were it not, its fixed values would be unknown names.
    if let Ok(tree) = serde_json::to_value(scenario) {
        flatten(&tree, String::new(), &mut found);
    }
    found
}

fn flatten(tree: &serde_json::Value, path: String, found: &mut BTreeMap<String, Value>) {
    let value = match tree {
        serde_json::Value::Object(table) => {
            for (key, inner) in table {
                let below = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(inner, below, found);
            }
            return;
        }
        serde_json::Value::Bool(on) => Value::Switch(*on),
        serde_json::Value::String(text) => Value::Text(text.as_str().into()),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Whole(whole),
            (None, Some(number)) => Value::Number(number),
            (None, None) => return,
        },
        serde_json::Value::Null | serde_json::Value::Array(_) => return,
    };
    found.insert(path, value);
}
