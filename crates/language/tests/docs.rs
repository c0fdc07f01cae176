//! docs/rules.md holds every word of the catalogue as it is.

use std::fmt::Write as _;

use language::{ENTRIES, Group};

fn tables() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let _ = writeln!(text, "### {}\n", group.title());
        text.push_str(
            "| word | gives | warm-up | meaning | for example |\n|---|---|---|---|---|\n",
        );
        for entry in ENTRIES.iter().filter(|entry| entry.group == group) {
            // A bar would end the cell.
            let meaning = entry.meaning.replace('|', "\\|");
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {meaning} | `{}` |",
                entry.form, entry.unit, entry.warm_up, entry.example
            );
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_page_has_every_word() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
    let page = std::fs::read_to_string(path).unwrap();
    let tables = tables();
    assert!(
        page.contains(tables.trim_end()),
        "put these tables into docs/rules.md:\n{tables}"
    );
    let grammar = language::GRAMMAR;
    assert!(
        page.contains(grammar),
        "put this grammar into docs/rules.md:\n{grammar}"
    );
}
