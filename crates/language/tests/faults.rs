//! Every way a rule can be wrong ends in one fault at the place that is meant, never in a panic.

use language::{Clock, Fault, Words};
use proptest::prelude::*;

fn words() -> Words {
    let mut words = Words::new(Clock::Daily);
    words.number("drop", 0.025).unwrap();
    words.number("half", 0.5).unwrap();
    words.text("deep", "roc(3) < -drop").unwrap();
    words
}

fn fault(text: &str) -> Fault {
    words()
        .condition(text)
        .map(|_| panic!("{text} was taken"))
        .unwrap_err()
}

/// (rule, the text that is underlined, words of the message, words of the help)
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("(close < open", "(", "never closed", "add the `)`"),
    ("close < open)", ")", "never opened", ""),
    ("close[1 < open", "[", "never closed", "]"),
    ("ema(21 < close", "(", "never closed", ""),
    ("close <", "", "ends where a value", ""),
    ("", "", "empty", "close < ema(21)"),
    ("close < open open", "open", "expected an operator", "join"),
    (
        "close < open AND open > 3",
        "AND",
        "expected an operator",
        "write `and`",
    ),
    ("1 < close < 3", "<", "chained", "between"),
    (
        "close between 3",
        "",
        "expected `and`",
        "between low and high",
    ),
    (
        "clsoe < open",
        "clsoe",
        "nothing is called",
        "did you mean `close`",
    ),
    ("dep and close > 3", "dep", "nothing is called", "`deep`"),
    ("emma(21) > close", "emma", "no function", "`ema`"),
    ("sesion.open > 3", "sesion", "neither a symbol", "`session`"),
    ("kre.change > 0", "kre", "neither a symbol", "KRE.change"),
    ("KRE.chnge > 0", "chnge", "`KRE` has no", "`change`"),
    (
        "session.close > 0",
        "close",
        "not known before it is over",
        "prev_session",
    ),
    ("ema() > 3", "ema()", "takes 1 or 2", "ema(n)"),
    (
        "highest(20) > 3",
        "highest(20)",
        "takes 2 arguments, found 1",
        "highest(x, n)",
    ),
    ("if(close > 3, 1) > 0", "if(close > 3, 1)", "takes 3", ""),
    ("close", "close", "a price", "compare"),
    (
        "close and open > 3",
        "close",
        "a condition is expected",
        "compare",
    ),
    (
        "(close > open) + 1 > 2",
        "(close > open)",
        "a number is expected",
        "count",
    ),
    (
        "close > roc(10)",
        "close > roc(10)",
        "cannot be compared",
        "product",
    ),
    (
        "rsi(14) < 30%",
        "rsi(14) < 30%",
        "cannot be compared",
        "bare numbers",
    ),
    ("RVX > 25%", "RVX > 25%", "cannot be compared", "RVX > 25"),
    (
        "close * close > 3",
        "close * close",
        "do not go together",
        "",
    ),
    (
        "close + volume > 3",
        "close + volume",
        "do not go together",
        "",
    ),
    (
        "close[-1] > close",
        "-1",
        "the future",
        "[1] is that many bars back",
    ),
    ("close[half] > close", "half", "whole number", ""),
    ("close[close] > 3", "close", "known beforehand", ""),
    ("ema(drop) > close", "drop", "whole number from 1", ""),
    ("ema(0) > close", "0", "whole number from 1", ""),
    (
        "sma(99999999) > close",
        "99999999",
        "whole number from 1",
        "",
    ),
    ("sma(3, 20) > 1", "3", "same on every bar", ""),
    ("close / 0 > 1", "0", "divides by zero", ""),
    (
        "minutes_since_open < 45",
        "minutes_since_open",
        "no meaning on daily bars",
        "5m",
    ),
    (
        "opening_high(15) < close",
        "opening_high(15)",
        "no meaning on daily bars",
        "",
    ),
    (
        "entry_price < close",
        "entry_price",
        "nothing is called",
        "[exit]",
    ),
    ("near(fomc, 1, 0)", "fomc", "in quotes", ""),
    (
        "signal.composite > 0",
        "signal.composite > 0",
        "cannot be compared",
        "states are compared with states",
    ),
    (
        "rotation == bullish",
        "rotation == bullish",
        "cannot be compared",
        "states are compared",
    ),
    (
        "signal.compsite == bullish",
        "compsite",
        "has no",
        "`composite`",
    ),
    (
        "signal.trend + signal.breadth > neutral",
        "signal.trend + signal.breadth",
        "do not go together",
        "states",
    ),
    ("-rotation == flight", "rotation", "no opposite", ""),
    (
        "sma(signal.trend, 5) > neutral",
        "signal.trend",
        "no number",
        "count(",
    ),
    ("abs(rotation) == flight", "rotation", "no number", ""),
    ("signal.ema(3) > 1", "signal", "has no functions", ""),
    ("sqrt(close) > 1", "sqrt(close)", "no unit", "ratio"),
    ("log(-1) > 0", "log(-1)", "no value", ""),
    (
        "sma(9000)[9000] > close",
        "sma(9000)[9000]",
        "17999 bars",
        "shorten",
    ),
    ("rank(close, 1) > 0", "1", "whole number from 2", ""),
    ("zscore(1) > 0", "1", "whole number from 2", ""),
    (
        "SMA(20) > close",
        "SMA",
        "no function",
        "small letters: `sma`",
    ),
    (
        "CLOSE > 3",
        "CLOSE",
        "nothing is called",
        "small letters: `close`",
    ),
    (
        "close > True",
        "True",
        "nothing is called",
        "small letters: `true`",
    ),
    ("gap > .5%", ".", "expected a value", "0.5"),
    ("close > 1,000", ",", "comma", "1_000"),
    ("let.drop > 1", "let", "no prefix", "alone"),
    ("close & open", "&", "means nothing", "`and`"),
    ("\"text\" > 3", "\"text\"", "no value", ""),
    (
        "KRE.weekly.close > 3",
        "weekly",
        "means nothing here",
        "KRE.daily.close",
    ),
];

#[test]
fn each_fault_is_underlined_and_says_what_to_do() {
    for (text, place, message, help) in WRONG {
        let fault = fault(text);
        assert_eq!(&text[fault.span.clone()], *place, "{text}: {fault}");
        assert!(fault.message.contains(message), "{text}: {fault}");
        let given = fault.help.unwrap_or_default();
        assert!(given.contains(help), "{text}: {given}");
    }
}

#[test]
fn within_the_session_a_time_is_compared_with_times() {
    let mut words = Words::new(Clock::Minutes(15));
    words.condition("time < 10:30").unwrap();
    let fault = words.condition("time < 10").unwrap_err();
    assert!(fault.help.unwrap().contains("10:30"));
    let fault = words.condition("opening_high(20) < close").unwrap_err();
    assert!(fault.message.contains("no whole number of bars"), "{fault}");
}

#[test]
fn a_circle_of_names_is_found_and_named() {
    let mut words = words();
    words.text("a", "b > 1").unwrap();
    words.text("b", "if(c, 1, 2)").unwrap();
    words.text("c", "a").unwrap();
    let fault = words.condition("a").unwrap_err();
    assert!(fault.message.contains("circle"), "{fault}");
    assert_eq!(fault.within.as_deref(), Some("c"));
    // Found again, not remembered as something else; and unused names are checked as well.
    assert!(
        words
            .condition("b > 0")
            .unwrap_err()
            .message
            .contains("circle")
    );
    assert!(words.check().is_err());
}

#[test]
fn a_fault_inside_a_name_says_which() {
    let mut words = words();
    words.text("cheap", "close < emma(21)").unwrap();
    let fault = words.condition("deep and cheap").unwrap_err();
    assert_eq!(fault.within.as_deref(), Some("cheap"));
    assert_eq!(fault.span, 8..12);
}

#[test]
fn names_that_cannot_be() {
    let mut words = words();
    for name in [
        "close", "ema", "and", "session", "3x", "a-b", "", "a.b", "gap",
    ] {
        assert!(words.number(name, 1.0).is_err(), "{name}");
    }
    assert!(words.number("fine", f64::NAN).is_err());
}

#[test]
fn sizes_that_nobody_writes_are_refused() {
    let long = format!("close > {}", "1 + ".repeat(300_000) + "1");
    assert!(fault(&long).message.contains("bytes long"));
    let many = format!("close > {}1", "1+".repeat(2000));
    assert!(fault(&many).message.contains("more than 1000"));
    let deep = format!("{}close > 3{}", "(".repeat(400), ")".repeat(400));
    assert!(fault(&deep).message.contains("nested"));
    let signs = format!("close > {}1", "-".repeat(400));
    assert!(fault(&signs).message.contains("nested"));
    let nots = format!("{}(close > 1)", "not ".repeat(400));
    assert!(fault(&nots).message.contains("nested"));
    let back = format!("close{} > 1", "[1]".repeat(200));
    assert!(fault(&back).message.contains("steps back"));
}

/// Each name doubles the one before: written out it would be 2^60 additions.
#[test]
fn names_that_double_each_other_stay_small() {
    let mut words = Words::new(Clock::Daily);
    words.text("n0", "close").unwrap();
    for n in 1..60 {
        let before = n - 1;
        words
            .text(&format!("n{n}"), &format!("n{before} + n{before}"))
            .unwrap();
    }
    words.condition("n59 > 1").unwrap();
    assert!(words.program().len() < 100);
    // And a chain too deep to walk is refused before it is walked.
    for n in 60..30_000 {
        let before = n - 1;
        words
            .text(&format!("n{n}"), &format!("n{before} + n0"))
            .unwrap();
    }
    let fault = words.condition("n29999 > 1").unwrap_err();
    assert!(fault.message.contains("names deep"), "{fault}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = words().condition(&text);
    }

    #[test]
    fn no_words_of_the_language_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "close", "KRE", ".", "change", "(", ")", "[", "]", "1", "-1", "0", "2.5%", "09:45", "and", "or",
            "not", "between", "<", "==", "+", "-", "*", "/", ",", "ema", "count", "if", "RVX", "deep", "\"fomc\"",
            "near", "session", "daily", "atr", "true", "half_day", "roc", "drop",
        ]), 0..24),
    ) {
        let text = parts.join(" ");
        for clock in [Clock::Daily, Clock::Minutes(5)] {
            let mut words = Words::new(clock);
            words.number("drop", 0.025).unwrap();
            words.text("deep", "roc(3) < -drop").unwrap();
            if let Err(fault) = words.condition(&text) {
                prop_assert!(text.get(fault.span.clone()).is_some(), "{} at {:?}", fault, fault.span);
            }
        }
    }
}
