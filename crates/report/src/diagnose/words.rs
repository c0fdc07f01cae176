//! Dollars that add up on the page, commands that can be pasted, and text of files made fit for a terminal.

use lab::diagnose::{BridgeLine, Diagnosis};

/// The lines of the bridge in whole cents, so that the cents add up: each is the step from one rounded running total to the next,
/// which is within a cent of the line itself. The first number is the plan's, the last the log's.
pub(super) fn in_cents(diagnosis: &Diagnosis) -> (i64, Vec<i64>, i64) {
    let cents = |usd: f64| (usd * 100.0).round() as i64;
    let mut running = diagnosis.plan_usd;
    let mut before = cents(running);
    let start = before;
    let mut step = |line: &BridgeLine| {
        running += line.usd;
        let now = cents(running);
        let step = now - before;
        before = now;
        step
    };
    let steps: Vec<i64> = diagnosis.bridge.iter().map(&mut step).collect();
    let end = start + steps.iter().sum::<i64>();
    (start, steps, end)
}

/// Cents as dollars: `−1,234.50`.
pub(super) fn cents(cents: i64) -> String {
    crate::words::number(cents as f64 / 100.0, 2)
}

/// A command as a POSIX shell reads it: words that need it in single quotes.
pub(super) fn pasted(command: &[String]) -> String {
    let plain = |word: &&String| {
        let safe = |c: char| c.is_ascii_alphanumeric() || "._-/=:,%+@".contains(c);
        !word.is_empty() && word.chars().all(safe)
    };
    let quoted = |word: &String| match Some(word).filter(plain) {
        Some(word) => word.clone(),
        None => format!("'{}'", word.replace('\'', "'\\''")),
    };
    command.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// One line, with what acts on a terminal spelt out.
pub(super) fn clean(text: &str) -> String {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
    };
    let mut shown = String::new();
    for c in text.chars() {
        if acts(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_survive_a_shell() {
        let words = [
            "stormproof",
            "run",
            "my plan's.toml",
            "--set",
            "a=\"x != y\"",
        ]
        .map(str::to_owned);
        assert_eq!(
            pasted(&words),
            "stormproof run 'my plan'\\''s.toml' --set 'a=\"x != y\"'"
        );
        assert_eq!(pasted(&[String::new(), "$(rm)".to_owned()]), "'' '$(rm)'");
    }

    #[test]
    fn nothing_of_a_file_acts_on_the_terminal() {
        assert_eq!(
            clean("a\u{1b}[31m\u{202e}b\n"),
            "a\\u{1b}[31m\\u{202e}b\\u{a}"
        );
    }
}
