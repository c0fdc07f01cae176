//! `[protect]`: what a person may get wrong, and what is said of it.

use lab::Scenario;

use crate::made::{PLAN, parse, refused};

#[test]
fn protection_that_makes_no_sense_is_refused_with_a_remedy() {
    let when = "when = \"close < ema(5)\"\n";
    for (keys, words) in [
        (
            "action = \"leave\"",
            &["`protect.when` is missing", "KRE.change < -3%"][..],
        ),
        (
            "when = \" \"\naction = \"leave\"",
            &["`protect.when` is missing or empty"],
        ),
        (
            "when = \"clsoe < 1\"\naction = \"leave\"",
            &["`protect.when`", "did you mean `close`"],
        ),
        ("when = \"close\"\naction = \"leave\"", &["`protect.when`"]),
        ("when = 3\naction = \"leave\"", &["`protect.when`", "text"]),
        (
            "WHEN",
            &[
                "`protect.action` is not given",
                "tighten, reduce, leave",
                "action = \"leave\"",
            ],
        ),
        (
            "WHENaction = \"exit\"",
            &["\"exit\"; expected one of: tighten, reduce, leave"],
        ),
        ("WHENaction = \"tightn\"", &["did you mean \"tighten\""]),
        (
            "WHENaction = \"tighten\"",
            &["`protect.stop_atr` is not given", "stop_atr = 0.5"],
        ),
        (
            "WHENaction = \"reduce\"",
            &["`protect.reduce_to` is not given", "reduce_to = 0.5"],
        ),
        (
            "WHENaction = \"leave\"\nstop_atr = 0.5",
            &[
                "`protect.stop_atr` has no effect",
                "\"leave\"",
                "action = \"tighten\"",
            ],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = 0.5\nreduce_to = 0.5",
            &["`protect.reduce_to` has no effect", "action = \"reduce\""],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = 0",
            &[
                "`protect.stop_atr` is 0",
                "above 0 and at most 100",
                "action = \"leave\"",
            ],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = -0.5",
            &["`protect.stop_atr` is -0.5"],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = nan",
            &["`protect.stop_atr` is NaN"],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_to = 1.0",
            &[
                "`protect.reduce_to` is 1",
                "above 0 and below 1",
                "0.5 is half",
            ],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_to = 0",
            &["`protect.reduce_to` is 0"],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_to = nan",
            &["`protect.reduce_to` is NaN"],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_too = 0.5",
            &["did you mean `reduce_to`"],
        ),
    ] {
        let keys = keys.replace("WHEN", when);
        let message = refused(&format!("{PLAN}[protect]\n{keys}\n"));
        for word in words {
            assert!(message.contains(word), "{keys}: {message} lacks {word}");
        }
    }
}

#[test]
fn a_fault_of_the_rule_is_placed_under_its_word() {
    let text = format!("{PLAN}[protect]\naction = \"leave\"\nwhen = \"close > 1 and clsoe < 1\"\n");
    let error = Scenario::parse("plan.toml", &text, &[]).unwrap_err();
    let excerpt = error.excerpt.unwrap();
    assert_eq!(&excerpt.text[excerpt.span], "clsoe");
}

#[test]
fn protection_is_overridden_by_its_paths_and_shown_resolved() {
    let text =
        format!("{PLAN}[protect]\nwhen = \"close < 90\"\naction = \"tighten\"\nstop_atr = 0.5\n");
    let shown = serde_json::to_value(parse(&text, &["protect.stop_atr=0.25"])).unwrap();
    assert_eq!(
        shown["protect"],
        serde_json::json!({"when": "close < 90", "action": "tighten", "stop_atr": 0.25})
    );
    let plain = serde_json::to_value(parse(PLAN, &[])).unwrap();
    assert!(plain.get("protect").is_none());
}
