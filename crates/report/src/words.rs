//! Numbers and sentences as people read them.

use lab::TapeFacts;
use market::Origin;

/// Stands for a figure that is not defined.
pub(crate) const NONE: &str = "–";

/// What every output says that rests on made prices; `None` for real ones.
pub fn simulated_banner(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Real => None,
        Origin::Simulated { seed } => Some(format!(
            "SIMULATED: these prices were made (seed {seed}), not traded.\nThey show how the program works and are no evidence about the plan."
        )),
    }
}

/// What every output says that rests on made prices or on a model's; `None` where all of them were traded or quoted.
pub(crate) fn banner(tape: &TapeFacts) -> Option<String> {
    let mut lines: Vec<String> = simulated_banner(&tape.origin).into_iter().collect();
    if tape.model {
        lines.push(model_banner(tape.quoted).to_owned());
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What a report says that rests on a model's option prices and on nothing else made.
pub fn model_banner(quoted_too: bool) -> &'static str {
    if quoted_too {
        "MODEL: option prices are a model's wherever the tape has no quotes;\nthe fills say which were quoted."
    } else {
        "MODEL: option prices are a model's, not quotes;\nwhat comes of them is no better than the model."
    }
}

/// The same in a line, for the end of a long report.
pub(crate) fn last_word(tape: &TapeFacts) -> Option<&'static str> {
    let modelled = match (tape.model, tape.quoted) {
        (true, true) => "MODEL option prices in part: fills marked model were never quoted.",
        (true, false) => "MODEL option prices: no fill here was ever quoted.",
        (false, _) => "",
    };
    match (tape.origin != Origin::Real, tape.model) {
        (true, true) => Some("SIMULATED prices, MODEL options: no evidence about the plan."),
        (true, false) => Some("SIMULATED prices: no evidence about the plan."),
        (false, true) => Some(modelled),
        (false, false) => None,
    }
}

/// `text` of the value, or the dash.
pub(crate) fn or_dash<T>(value: Option<T>, text: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), text)
}

/// `0.0312` as `3.12%`.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{}%", number(fraction * 100.0, 2))
}

/// The same with its sign: `+3.12%`.
pub(crate) fn signed_percent(fraction: f64) -> String {
    signed(&percent(fraction))
}

/// `0.434` as `43%`.
pub(crate) fn whole_percent(fraction: f64) -> String {
    format!("{}%", number(fraction * 100.0, 0))
}

/// Dollars with their sign, whole: `−$1,234`.
pub(crate) fn signed_dollars(amount: f64) -> String {
    let text = number(amount, 0);
    match text.strip_prefix('−') {
        Some(digits) => format!("−${digits}"),
        None if text == "0" => "$0".to_owned(),
        None => format!("+${text}"),
    }
}

/// A number with `decimals` digits, thousands grouped, a real minus sign, and no minus before zero.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::with_capacity(text.len() + 6);
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        grouped.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

fn signed(text: &str) -> String {
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if text.starts_with('−') || zero {
        text.to_owned()
    } else {
        format!("+{text}")
    }
}

/// Breaks `text` at spaces into lines of at most `width` characters, the first after `lead`, the
/// others indented as far. A word longer than a line is broken where the line ends.
pub(crate) fn wrap(lead: &str, text: &str, width: usize) -> String {
    let indent = lead.chars().count();
    let room = width.saturating_sub(indent).max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        let used = lines.last().map_or(0, |line| line.chars().count());
        if used > 0 && used + 1 + word.len() > room {
            lines.push(String::new());
        } else if used > 0
            && let Some(line) = lines.last_mut()
        {
            line.push(' ');
        }
        while let Some(line) = lines.last_mut() {
            let free = room.saturating_sub(line.chars().count()).max(1);
            let rest = word.split_off(free.min(word.len()));
            line.extend(word);
            if rest.is_empty() {
                break;
            }
            word = rest;
            lines.push(String::new());
        }
    }
    let between = format!("\n{}", " ".repeat(indent));
    format!("{lead}{}", lines.join(&between))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_signed_once() {
        assert_eq!(number(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(number(-999.999, 2), "−1,000.00");
        assert_eq!(number(-0.004, 2), "0.00");
        assert_eq!(signed_percent(0.0312), "+3.12%");
        assert_eq!(signed_percent(-0.272_4), "−27.24%");
        assert_eq!(signed_percent(-0.000_01), "0.00%");
        assert_eq!(signed_dollars(-1234.4), "−$1,234");
        assert_eq!(signed_dollars(0.2), "$0");
        assert_eq!(signed_dollars(17.6), "+$18");
        assert_eq!(whole_percent(0.434), "43%");
        assert_eq!(or_dash(None, percent), "–");
    }

    #[test]
    fn lines_break_at_spaces_and_hang() {
        assert_eq!(wrap("- ", "aa bb cc", 7), "- aa bb\n  cc");
        // Nine letters into lines of five.
        assert_eq!(wrap("", "a abcdefghi", 5), "a\nabcde\nfghi");
        assert_eq!(wrap("> ", "", 10), "> ");
    }

    #[test]
    fn only_made_prices_have_a_banner() {
        assert_eq!(simulated_banner(&Origin::Real), None);
        let banner = simulated_banner(&Origin::Simulated { seed: u64::MAX }).unwrap();
        assert!(banner.starts_with("SIMULATED") && banner.contains("seed 18446744073709551615"));
        assert!(banner.lines().all(|line| line.chars().count() <= 80));
    }
}
