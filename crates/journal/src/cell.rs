//! Numbers, sides and effects as brokers write them.

use market::Side;

use crate::execution::Effect;

/// No amount of a log is larger; something else stands in the column.
const LARGEST: f64 = 1e12;

/// A number with thousands separators, a dollar sign, parentheses or a sign for negatives; `Ok(None)` of an empty cell.
///
/// # Errors
/// A text that is no such number.
pub(crate) fn number(text: &str) -> Result<Option<f64>, ()> {
    let text = text.trim();
    if matches!(text, "" | "-" | "--" | "–" | "—") || text.eq_ignore_ascii_case("n/a") {
        return Ok(None);
    }
    let (inner, in_parentheses) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let bare: String = inner
        .chars()
        .filter(|c| *c != '$' && !c.is_whitespace())
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let (digits, negative) = match bare.strip_prefix(['-', '+']) {
        Some(rest) => (rest, bare.starts_with('-')),
        None => (bare.as_str(), false),
    };
    let plain = grouped(digits).ok_or(())?;
    let value: f64 = plain.parse().map_err(|_| ())?;
    if !value.is_finite() || value > LARGEST || (in_parentheses && negative) {
        return Err(());
    }
    Ok(Some(if negative || in_parentheses {
        -value
    } else {
        value
    }))
}

/// The digits without thousands separators; `None` if commas stand elsewhere (a decimal comma, say), or anything but digits
/// and one point does.
fn grouped(digits: &str) -> Option<String> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = rest.is_empty() || (1..=3).contains(&first.len());
    let sound = fits
        && rest.iter().all(|group| group.len() == 3)
        && all_digits(first)
        && rest.iter().all(|group| all_digits(group))
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty());
    sound.then(|| format!("{}{}.{fraction}0", first, rest.concat()))
}

/// Bought or sold, and what it does to a position, from a broker's word; `None` of a word that is neither.
pub(crate) fn action(word: &str) -> Option<(Side, Effect)> {
    let folded: String = word
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    Some(match folded.as_str() {
        "b" | "buy" | "bot" | "bought" | "long" => (Side::Buy, Effect::Unsaid),
        "s" | "sell" | "sld" | "sold" | "short" => (Side::Sell, Effect::Unsaid),
        "bto" | "buytoopen" => (Side::Buy, Effect::Open),
        "btc" | "buytoclose" | "buytocover" | "cover" | "covershort" => (Side::Buy, Effect::Close),
        "sto" | "selltoopen" | "sellshort" | "ss" | "shortsell" | "soldshort" => {
            (Side::Sell, Effect::Open)
        }
        "stc" | "selltoclose" => (Side::Sell, Effect::Close),
        _ => return None,
    })
}

/// True of words that brokers mark undone orders with.
pub(crate) fn is_undone(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["cancel", "reject", "expired", "(ca.)", "void", "busted"]
        .iter()
        .any(|mark| word.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_brokers_write_them() {
        for (text, value) in [
            ("1,234.50", 1234.5),
            ("$215.50", 215.5),
            ("-$21,550.00", -21550.0),
            ("($1.05)", -1.05),
            ("+100", 100.0),
            ("−3", -3.0),
            (".5", 0.5),
            ("1,000,000", 1e6),
        ] {
            assert_eq!(number(text), Ok(Some(value)), "{text}");
        }
        assert_eq!(number(" -- "), Ok(None));
        // A decimal comma, two points, words, an exponent, an overflow: none of them is guessed at.
        for wrong in [
            "215,50",
            "1.2.3",
            "12a",
            "1e5",
            "inf",
            "NaN",
            "(-3)",
            "$",
            "1,2345",
            "9999999999999",
        ] {
            assert_eq!(number(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn words_for_buying_and_selling() {
        assert_eq!(action("BUY_TO_OPEN"), Some((Side::Buy, Effect::Open)));
        assert_eq!(action("Sell Short"), Some((Side::Sell, Effect::Open)));
        assert_eq!(action("sld"), Some((Side::Sell, Effect::Unsaid)));
        assert_eq!(action("Buy to Cover"), Some((Side::Buy, Effect::Close)));
        assert_eq!(action("Qualified Dividend"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_no_number_is_infinite(text in "\\PC{0,20}") {
            if let Ok(Some(value)) = number(&text) {
                prop_assert!(value.is_finite());
            }
            let _ = action(&text);
        }

        #[test]
        fn what_is_written_with_separators_reads_back(cents in -100_000_000_i64..100_000_000) {
            let whole = (cents.abs() / 100).to_string();
            let mut grouped = String::new();
            for (i, digit) in whole.chars().enumerate() {
                if i > 0 && (whole.len() - i) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            let text = format!("{}${grouped}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() % 100);
            let read = number(&text).unwrap().unwrap();
            prop_assert!((read - cents as f64 / 100.0).abs() < 1e-6, "{} {}", text, read);
        }
    }
}
