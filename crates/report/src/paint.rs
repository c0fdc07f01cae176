//! Colours for terminals: what a finished report says is the same without them, to the byte.
//!
//! Nothing here knows whether there is a terminal: the door asks, and hands down the answer.

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
/// What must not be overlooked: black on yellow, bold.
const LOUD: &str = "1;30;43";

/// Words that judge, as they stand in a cell, a heading or before a colon.
const WORDS: [(&str, &str); 21] = [
    ("holds", GREEN),
    ("hold", GREEN),
    ("supported", GREEN),
    ("paper-trade-strong", GREEN),
    ("paper-trade", GREEN),
    ("intact", GREEN),
    ("bullish", GREEN),
    ("BULLISH", GREEN),
    ("leadership", GREEN),
    ("fails", RED),
    ("fail", RED),
    ("not supported", RED),
    ("rework", RED),
    ("restructure", RED),
    ("gone", RED),
    ("bearish", RED),
    ("BEARISH", RED),
    ("flight", RED),
    ("inconclusive", YELLOW),
    ("too few", YELLOW),
    ("degrading", YELLOW),
];

/// A report of results with colours as ANSI escapes: words that judge, the marks SIMULATED and MODEL, warnings, and signed amounts
/// (dollars and per cent: gains green, losses red). Removing the escapes gives `text` back; parts that are painted
/// already stay as they are.
pub fn paint(text: &str) -> String {
    painted(text, true)
}

/// The same of a report whose signs are distances and changes rather than gains: amounts stay as they are.
pub fn paint_words(text: &str) -> String {
    painted(text, false)
}

/// `text` in one colour, if there is to be any.
pub(crate) fn with(code: &str, text: &str) -> String {
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

fn painted(text: &str, amounts: bool) -> String {
    let mut shown = String::with_capacity(text.len() * 5 / 4);
    for line in text.split_inclusive('\n') {
        let (line, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |line| (line, "\n"));
        if line.contains('\u{1b}') {
            shown.push_str(line);
        } else if ["SIMULATED", "MODEL"]
            .iter()
            .any(|mark| line.starts_with(mark))
        {
            shown.push_str(&with(LOUD, line));
        } else {
            in_line(line, amounts, &mut shown);
        }
        shown.push_str(end);
    }
    shown
}

fn in_line(line: &str, amounts: bool, shown: &mut String) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let before = &line[..line.len() - rest.len()];
        let found = word(before, rest)
            .or_else(|| amounts.then(|| amount(before, rest)).flatten())
            .unwrap_or((c.len_utf8(), ""));
        let (taken, after) = rest.split_at(found.0);
        if found.1.is_empty() {
            shown.push_str(taken);
        } else {
            shown.push_str(&with(found.1, taken));
        }
        rest = after;
    }
}

/// A word that judges at the beginning of `rest`: its bytes and its colour.
///
/// Only where it stands by itself: behind nothing, two blanks, a colon, or the number of the column before; and before nothing, two
/// blanks or a mark. In the middle of a sentence it is a word like any other.
fn word(before: &str, rest: &str) -> Option<(usize, &'static str)> {
    let number_and_blank = || {
        let number = before.strip_suffix(' ')?;
        number
            .ends_with(|c: char| c.is_ascii_digit() || c == '–')
            .then_some(())
    };
    let alone = before.is_empty()
        || before.ends_with("  ")
        || before.ends_with(": ")
        || number_and_blank().is_some();
    if !alone {
        return None;
    }
    if before.is_empty() && rest.starts_with("warning:") {
        return Some(("warning:".len(), YELLOW));
    }
    let found = WORDS.iter().find(|(word, _)| {
        rest.strip_prefix(word).is_some_and(|after| {
            let marks = ["  ", ":", ";", ",", " (", " —"];
            after.is_empty() || marks.iter().any(|mark| after.starts_with(mark))
        })
    });
    found.map(|(word, code)| (word.len(), *code))
}

/// A signed amount of dollars or per cent at the beginning of `rest`: `+$1,234`, `−0.46%`, `−0.9 %`.
fn amount(before: &str, rest: &str) -> Option<(usize, &'static str)> {
    let free = before.is_empty() || before.ends_with([' ', '(']);
    let (sign, code) = if rest.starts_with('+') {
        ('+', GREEN)
    } else if rest.starts_with('−') {
        ('−', RED)
    } else {
        return None;
    };
    let behind = &rest[sign.len_utf8()..];
    let dollars = behind.starts_with('$');
    let digits = behind.trim_start_matches('$');
    let number = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',' || c == '.');
    let written = digits[..digits.len() - number.len()].trim_end_matches([',', '.']);
    if !free || written.is_empty() || !written.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut length = sign.len_utf8() + usize::from(dollars) + written.len();
    if !dollars {
        let unit = [" %", "%"]
            .into_iter()
            .find(|unit| rest[length..].starts_with(unit))?;
        length += unit.len();
    }
    Some((length, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without what begins with ESC and ends with m.
    fn stripped(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + part.split_once('m').unwrap().1)
    }

    fn red(text: &str) -> String {
        with(RED, text)
    }

    fn green(text: &str) -> String {
        with(GREEN, text)
    }

    #[test]
    fn amounts_have_the_colour_of_their_sign() {
        let text = "net profit   −$996   +$1,542  $0  (−0.46%, +3 %) −2.75 −$1.";
        let shown = format!(
            "net profit   {}   {}  $0  ({}, {}) −2.75 {}.",
            red("−$996"),
            green("+$1,542"),
            red("−0.46%"),
            green("+3 %"),
            red("−$1")
        );
        assert_eq!(paint(text), shown);
        assert_eq!(paint_words(text), text);
        // Not of a sign within a word, before no digit, or of a plain hyphen.
        for text in ["a−$5", "−", "+$", "−,%", "≥ -1.5%", "+2 sessions", "1+2%"] {
            assert_eq!(paint(text), text);
        }
    }

    #[test]
    fn words_are_painted_where_they_stand_alone() {
        let shown = format!("pooled over 2018: {}; 289 trades", red("fails"));
        assert_eq!(paint("pooled over 2018: fails; 289 trades"), shown);
        let shown = format!("claim   0.151 {}", red("not supported"));
        assert_eq!(paint("claim   0.151 not supported"), shown);
        let shown = format!("  {}      –      4: {}", red("bearish"), red("−$996"));
        assert_eq!(paint("  bearish      –      4: −$996"), shown);
        for text in [
            "its rule holds on no bar",
            "was bearish: nine",
            "holdsway",
            "  hold on",
            "a supported claim",
        ] {
            assert_eq!(paint(text), text);
        }
    }

    #[test]
    fn marks_are_loud_and_warnings_are_told() {
        let shown = format!("{}\nand more\n", with(LOUD, "MODEL: of a model"));
        assert_eq!(paint("MODEL: of a model\nand more\n"), shown);
        let shown = format!("{}\n", with(LOUD, "SIMULATED prices: no evidence."));
        assert_eq!(paint("SIMULATED prices: no evidence.\n"), shown);
        assert_eq!(
            paint("warning: x"),
            format!("{} x", with(YELLOW, "warning:"))
        );
    }

    #[test]
    fn what_is_painted_stays_and_nothing_else_changes() {
        let text = format!("{} and −$5\n\n  −$5\nno end", green("holds"));
        let shown = paint(&text);
        assert_eq!(shown.matches(RED).count(), 1);
        assert_eq!(stripped(&shown), stripped(&text));
        assert_eq!(paint(""), "");
    }

    proptest::proptest! {
        #[test]
        fn without_its_escapes_it_is_the_text(text in "[a-z+−$%0-9,. ():;–\n▁█éSIMULATEDMODELholdsfails]{0,200}") {
            proptest::prop_assert_eq!(stripped(&paint(&text)), text.clone());
            proptest::prop_assert_eq!(stripped(&paint_words(&text)), text);
        }
    }
}
