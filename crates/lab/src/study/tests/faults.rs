//! Files that are refused, each at its place.

use super::*;

/// Where a text is refused, and with which words.
type Refused = (String, (u32, u32), &'static str);

fn refused(cases: impl IntoIterator<Item = Refused>) {
    for (text, place, words) in cases {
        let error = parse(&text).expect_err(&text);
        let message = &error.message;
        assert!(
            message.contains(words),
            "`{words}` is not in: {message}\n{text}"
        );
        assert_eq!(error.position, Some(place), "{message}\n{text}");
    }
}

/// The claim with a line more under its direction.
fn expecting(line: &str) -> String {
    format!("{RISES}{line}\n")
}

fn control(text: &str) -> String {
    format!("{RISES}[control]\n{text}\n")
}

#[test]
fn faults_of_rules_and_of_what_is_expected_are_told_at_their_place() {
    let rise = "\"close > close[1]\"";
    let mean = with("[event]", "effect = \"mean\"\n[event]");
    refused([
        (with(rise, "\"close / close[1]\""), (5, 9), "condition"),
        (with(rise, "\"clse > close[1]\""), (5, 9), "clse"),
        (with("when", "wen"), (5, 1), "unknown key `event.wen`"),
        (mean, (10, 2), "`expect.than` is missing"),
        (expecting("than = 1.0"), (11, 1), "goes with effect"),
        (expecting("about = -0.1"), (11, 1), "other side of 0"),
        (expecting("between = [0.2, 0.1]"), (11, 1), "smaller first"),
        (
            expecting("about = 0.1\nat_least = 0.1"),
            (11, 1),
            "two sizes",
        ),
        (with("\"above\"", "\"up\""), (10, 1), "one of: above, below"),
        (with("\"rises\"", "\"Rises!\""), (2, 1), "small letters"),
        (with("Rises go on.", " "), (3, 1), "`claim` is empty"),
        (with("[event]", "min_events = 0\n[event]"), (4, 1), "is 0"),
        ("name = ".to_owned(), (1, 8), ""),
    ]);
    let none = parse(&with(&format!("[event]\nwhen = {rise}\n"), "")).unwrap_err();
    assert!(none.message.contains("`event` is missing"), "{none}");
}

#[test]
fn faults_of_outcomes_controls_and_trades_are_told_at_their_place() {
    let value = "value = \"close / close[2] - 1\"\n";
    let horizon = "horizon_bars = 2";
    let also = |more: &str| with(horizon, &format!("{horizon}\n{more}"));
    let trades = "[trades]\nscenario = \"mean-reversion\"\n";
    let of_trades = with(&format!("{value}{horizon}"), "of_trade = \"lost\"") + trades;
    let own_clock = of_trades.replacen("[event]", "symbol = \"SPY\"\n[event]", 1);
    let gdp = "[event.without]\ngdp = \"close > open\"\n[outcome]";
    refused([
        (
            with("/ close[2] - 1", "> close[2]"),
            (7, 10),
            "not a number",
        ),
        (with(horizon, "horizon_bars = 0"), (8, 1), "is 0"),
        (with(horizon, "horizon_bars = -1"), (8, 1), "whole number"),
        (with(horizon, ""), (6, 2), "horizon_bars` is missing"),
        (with(value, ""), (6, 2), "neither `value` nor `holds`"),
        (also("holds = \"close > open\""), (9, 1), "both `value`"),
        (also("of_trade = \"lost\""), (9, 1), "needs a plan"),
        (with("[outcome]", gdp), (7, 1), "do not look at"),
        (
            control("when = \"close > close[1]\""),
            (12, 1),
            "event itself",
        ),
        (control("every_bar = true"), (12, 1), "with `control.when`"),
        (control("holds = \"close > open\""), (11, 2), "two kinds"),
        (format!("{RISES}{trades}"), (7, 1), "is for claims on bars"),
        (own_clock, (4, 1), "the plan's own"),
        (
            format!("{RISES}[trades]\nscenario = \"x\"\n"),
            (12, 1),
            "no plan \"x\"",
        ),
    ]);
}

#[test]
fn a_sentence_that_would_steer_a_terminal_is_refused() {
    for steering in ["\\u001b[31mred", "\\u202eback", "two\\nlines"] {
        let text = with("claim = \"", &format!("claim = \"{steering} "));
        let error = parse(&text).unwrap_err();
        assert!(error.message.contains("control character"), "{error}");
    }
}
