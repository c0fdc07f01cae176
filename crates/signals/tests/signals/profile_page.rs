//! docs/signals.md holds every key of a profile with its default, and files mean what they say.

use std::collections::BTreeMap;

use serde_json::Value;
use signals::{BreadthSource, Flag, Number, Profile};

/// Every leaf of a profile by its dotted key.
fn leaves(prefix: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let dotted = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                leaves(&dotted, value, found);
            }
        }
        Value::String(text) => {
            found.insert(prefix.to_owned(), text.clone());
        }
        other => {
            found.insert(prefix.to_owned(), other.to_string());
        }
    }
}

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/signals.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_page_has_every_key_with_its_default() {
    let mut keys = BTreeMap::new();
    leaves(
        "",
        &serde_json::to_value(Profile::default()).unwrap(),
        &mut keys,
    );
    // A fraction without end: the page says it as people do.
    keys.insert("momentum.lower_fraction".to_owned(), "1/3".to_owned());
    let page = page();
    let (_, after) = page.split_once("## Profile").expect("the section is there");
    // The tables of later sections have other rows.
    let section = after.split("\n## ").next().unwrap_or(after);
    let rows = section.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let key = cells.next()?.trim_end_matches('`');
        Some((key.to_owned(), cells.next()?.trim_matches('`').to_owned()))
    });
    let stated: BTreeMap<String, String> = rows.filter(|(key, _)| key != "key").collect();
    for (key, value) in &keys {
        // 2 and 2.0 are one number.
        let number = |text: &str| text.parse::<f64>().ok();
        let same = stated.get(key).is_some_and(|told| {
            told == value || number(told).is_some_and(|told| number(value) == Some(told))
        });
        assert!(
            same,
            "docs/signals.md on {key}: {:?}, not {value}",
            stated.get(key)
        );
    }
    assert_eq!(
        stated.len(),
        keys.len(),
        "keys that no profile has: {stated:?}"
    );
}

#[test]
fn the_page_names_every_flag_and_number() {
    let page = page();
    let flags = Flag::ALL.iter().map(|flag| flag.word());
    for word in flags.chain(Number::ALL.iter().map(|number| number.word())) {
        assert!(page.contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn words_are_the_names_in_files() {
    for flag in Flag::ALL {
        assert_eq!(serde_json::to_value(flag).unwrap(), flag.word());
    }
    for number in Number::ALL {
        assert_eq!(serde_json::to_value(number).unwrap(), number.word());
    }
    for layer in signals::Layer::ALL {
        assert_eq!(serde_json::to_value(layer).unwrap(), layer.word());
    }
}

#[test]
fn an_empty_file_is_the_iwm_profile_and_each_key_changes_itself_alone() {
    let read = |text: &str| serde_json::from_str::<Profile>(text);
    assert_eq!(read("{}").unwrap(), Profile::default());
    let written = serde_json::to_string(&Profile::default()).unwrap();
    assert_eq!(read(&written).unwrap(), Profile::default());
    let mut expected = Profile {
        symbol: "XBI".to_owned(),
        ..Profile::default()
    };
    expected.breadth.source = BreadthSource::Universe("biotech".to_owned());
    expected.breadth.rising_sessions = 3;
    let text = r#"{"symbol": "XBI", "breadth": {"source": {"universe": "biotech"}, "rising_sessions": 3}}"#;
    assert_eq!(read(text).unwrap(), expected);
    assert!(!expected.series().contains(&"breadth50"));
    assert!(Profile::default().series().contains(&"breadth50"));
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    let refused =
        serde_json::from_str::<Profile>(r#"{"trend": {"fast_session": 21}}"#).unwrap_err();
    assert!(refused.to_string().contains("fast_session"), "{refused}");
    assert!(serde_json::from_str::<Profile>(r#"{"rotations": {}}"#).is_err());
}
