//! The house's import rules, read from the manifests: who may know whom, and who alone knows what.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms of this house that it may import.
const RULES: [(&str, &[&str]); 15] = [
    ("market", &[]),
    ("table", &[]),
    ("indicators", &["market"]),
    ("signals", &["market", "indicators"]),
    ("stats", &["market"]),
    ("journal", &["market"]),
    ("remote", &[]),
    ("tape", &["market", "table", "remote"]),
    ("options", &["market"]),
    ("engine", &["market", "indicators", "options"]),
    ("language", &["indicators"]),
    (
        "strategies",
        &[
            "market",
            "indicators",
            "signals",
            "language",
            "options",
            "engine",
        ],
    ),
    (
        "lab",
        &[
            "market",
            "indicators",
            "signals",
            "engine",
            "language",
            "options",
            "strategies",
            "stats",
            "journal",
            "tape",
        ],
    ),
    ("report", &["market", "stats", "lab", "table"]),
    ("stormproof", &["journal", "lab", "report", "tape"]),
];

/// Libraries that one room alone may know, because it hides them from the others.
const KEEPERS: [(&str, &[&str]); 10] = [
    ("parquet", &["table"]),
    ("object_store", &["remote"]),
    ("tokio", &["remote"]),
    ("ureq", &["remote"]),
    ("csv", &["tape", "journal"]),
    ("rayon", &["lab"]),
    ("toml", &["lab"]),
    ("comfy-table", &["report"]),
    ("clap", &["stormproof"]),
    ("ctrlc", &["stormproof"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(path: &Path) -> toml::Table {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every package of the workspace and what it depends on (for tests and benches it may be more).
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = vec![root().join("Cargo.toml")];
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        paths.push(entry.unwrap().path().join("Cargo.toml"));
    }
    let mut found = BTreeMap::new();
    for path in paths {
        let manifest = manifest(&path);
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        let keys = |section: &str| -> BTreeSet<String> {
            manifest
                .get(section)
                .and_then(toml::Value::as_table)
                .map(|t| t.keys().cloned().collect())
                .unwrap_or_default()
        };
        found.insert(name, &keys("dependencies") | &keys("build-dependencies"));
    }
    found
}

#[test]
fn every_room_imports_only_what_it_may() {
    let found = dependencies();
    let rooms: BTreeSet<&str> = RULES.iter().map(|(room, _)| *room).collect();
    for (room, dependencies) in &found {
        let (_, allowed) = RULES
            .iter()
            .find(|(name, _)| name == room)
            .unwrap_or_else(|| {
                panic!("no rule for crates/{room}: add one here and in ARCHITECTURE.md")
            });
        for dependency in dependencies.iter().filter(|d| rooms.contains(d.as_str())) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{room} must not import {dependency}; it may import {allowed:?}"
            );
        }
    }
}

#[test]
fn each_hidden_library_has_one_keeper() {
    for (room, dependencies) in dependencies() {
        for (library, keepers) in KEEPERS {
            assert!(
                !dependencies.contains(library) || keepers.contains(&room.as_str()),
                "{room} must not know {library}: that is {keepers:?}'s affair"
            );
        }
    }
}

#[test]
fn the_architecture_page_states_these_rules() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (room, allowed) in RULES.iter().filter(|(room, _)| *room != "stormproof") {
        let start = format!("| `crates/{room}` |");
        let row = text
            .lines()
            .find(|line| line.starts_with(&start))
            .unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for crates/{room}"));
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let stated: BTreeSet<&str> = cell
            .split(',')
            .map(str::trim)
            .filter(|word| *word != "–")
            .collect();
        assert_eq!(
            stated,
            allowed.iter().copied().collect(),
            "ARCHITECTURE.md on crates/{room}"
        );
    }
}

#[test]
fn every_package_takes_the_workspace_lints() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path().join("Cargo.toml");
        let lints = manifest(&path)
            .get("lints")
            .and_then(|l| l.get("workspace"))
            .and_then(toml::Value::as_bool);
        assert_eq!(lints, Some(true), "{}", path.display());
    }
    let lints = &manifest(&root().join("Cargo.toml"))["workspace"]["lints"]["rust"]["unsafe_code"];
    assert_eq!(lints.as_str(), Some("forbid"));
}

/// The engine and what it runs must not read the clock, the environment or a file, nor print.
#[test]
fn the_rooms_below_the_tape_touch_nothing_outside() {
    let banned = [
        "std::env",
        "SystemTime",
        "Instant::now",
        "std::fs",
        "File::open",
        "println!",
        "eprintln!",
        "process::exit",
    ];
    for room in [
        "market",
        "indicators",
        "signals",
        "engine",
        "strategies",
        "stats",
        "journal",
    ] {
        for path in sources(&root().join("crates").join(room).join("src")) {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in banned {
                let used = code
                    .lines()
                    .any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
                assert!(!used, "{} uses {word}", path.display());
            }
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(
                sources(&path)
                    .into_iter()
                    .filter(|p| !p.ends_with("tests.rs")),
            );
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}
