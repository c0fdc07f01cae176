//! What a page of runs must be, whatever is in the records.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::run_page;
use super::sample::record;

fn page(text: &str) -> String {
    run_page(&[record(text)]).unwrap()
}

/// The page without its scripts and its style, which are the same in all.
fn own(page: &str) -> String {
    let library = super::super::shell::LIBRARY;
    page.replace(library, "")
        .replace(super::super::shell::SCRIPT, "")
        .replace(super::super::shell::STYLE, "")
}

fn ids(page: &str) -> Vec<&str> {
    page.split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn sections_stand_in_order_and_ids_are_their_own() {
    let page = own(&page("plain"));
    let sections: Vec<&str> = page
        .split("<section id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(
        sections,
        [
            "verdict", "figures", "regime-1", "trades", "warnings", "plan"
        ]
    );
    let two = own(&run_page(&[record("a"), record("a")]).unwrap());
    for page in [&page, &two] {
        let ids = ids(page);
        assert_eq!(
            ids.len(),
            ids.iter().collect::<BTreeSet<_>>().len(),
            "{ids:?}"
        );
        // Every way inside the page leads somewhere.
        let ways = page
            .split("href=\"#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        for way in ways {
            assert!(ids.contains(&way), "{way}");
        }
    }
}

#[test]
fn figures_are_told_without_scripts() {
    let page = own(&page("plain"));
    // 100,250 ÷ 100,000 − 1; net of both trades; a month is the same as its year here; 100,500 → 100,250 is 0.25 % (248.76 of 100,000).
    for word in [
        "+0.25%",
        "+$250",
        "+$500",
        "−$250",
        "50% (9–91%)",
        "SIMULATED",
        "Jan",
        "−0.25%",
        "plain.plain = [&quot;plain&quot;]",
    ] {
        assert!(page.contains(word), "{word}");
    }
    assert!(page.contains("data-v=\"-250\"") && page.contains("data-outcome=\"lost\""));
}

#[test]
fn charts_have_what_they_draw() {
    let page = page("plain");
    // Candles: open, close, low, high of 3 January; the first trade's place, entry and levels.
    assert!(page.contains("\"bars\":[[202.0,203.0,201.0,204.0]"));
    assert!(page.contains("\"id\":1,\"from\":0,\"to\":1,\"entry\":200.0,\"exit\":205.0,\"stop\":195.0,\"target\":205.0,\"won\":true"));
    // Underwater: 250 of 100,500. R: −1 and 1 in bins of 0.5 from −1 on.
    assert!(page.contains("\"values\":[0.0,0.0,0.0,-0.249]"));
    assert!(page.contains("\"values\":[1.0,0.0,0.0,0.0,1.0]"));
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(page("same"), page("same"));
}

#[test]
fn no_name_makes_markup() {
    let plain = own(&page("x"));
    for hostile in [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "<!--",
        "]]>",
        "' onmouseover='x",
        "\u{202e}evil",
        "\u{2028}",
    ] {
        let page = own(&page(hostile));
        assert_eq!(
            page.matches('<').count(),
            plain.matches('<').count(),
            "{hostile}"
        );
        assert_eq!(
            page.matches('>').count(),
            plain.matches('>').count(),
            "{hostile}"
        );
        assert!(!page.contains('\u{202e}'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_anywhere_changes_the_structure(text in "\\PC{0,24}|[<>\"'&/!a-z-]{0,24}") {
        // Keys of one object must differ, and a regime without a name is none.
        prop_assume!(!text.is_empty() && !["name", "instrument"].contains(&text.as_str()));
        let (plain, page) = (own(&page("x")), own(&page(&text)));
        prop_assert_eq!(page.matches('<').count(), plain.matches('<').count());
        prop_assert_eq!(page.matches('>').count(), plain.matches('>').count());
    }
}
