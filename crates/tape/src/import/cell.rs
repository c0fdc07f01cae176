//! Cells into numbers and dates.

use market::Date;

/// A finite number: `1.5`, `1e-3`, `+2`; digits may come in groups of three (`1,234.5`, in quotes in the file).
#[inline]
pub(crate) fn number(cell: &[u8]) -> Option<f64> {
    if let Some(value) = plain(cell) {
        return Some(value);
    }
    let text = str::from_utf8(cell).ok()?;
    let value = match text.parse::<f64>() {
        Ok(value) => value,
        Err(_) => ungrouped(text)?.parse().ok()?,
    };
    value.is_finite().then_some(value)
}

/// The powers of ten by which [`plain`] divides; like every whole number below 10^15 they are exact.
const TENS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// A number of at most 15 digits without an exponent: nearly all there are. One division of two exact numbers is rounded
/// once, so the result is the nearest there is, the same that the long way finds.
fn plain(cell: &[u8]) -> Option<f64> {
    let (negative, rest) = match cell {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mut whole, mut point) = (0u64, None);
    if rest.len() > 16 {
        return None;
    }
    for (at, &byte) in rest.iter().enumerate() {
        match byte {
            b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let digits = rest.len() - usize::from(point.is_some());
    if digits == 0 || digits > 15 {
        return None;
    }
    let behind = point.map_or(0, |at| rest.len() - at - 1);
    let value = whole as f64 / TENS.get(behind)?;
    Some(if negative { -value } else { value })
}

/// Without the commas of a number in groups of three; `None` if they stand anywhere else.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mut any = false;
    for group in groups {
        any = true;
        if group.len() != 3 || !digits(group) {
            return None;
        }
    }
    (any && (1..=3).contains(&first.len()) && digits(first)).then(|| {
        let rest = text.get(whole.len()..).unwrap_or("");
        whole.replace(',', "") + rest
    })
}

/// The ways in which files say that there is no value.
pub(crate) fn is_nothing(cell: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] = [b"", b".", b"nan", b"null", b"none", b"n/a"];
    if cell.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Only the full form, so that 2020-3-1, 20200301 or 03/01/2020 cannot be taken for something else.
pub(crate) fn date(cell: &[u8]) -> Option<Date> {
    let &[_, _, _, _, b'-', _, _, b'-', _, _] = cell else {
        return None;
    };
    let digits = |range: std::ops::Range<usize>| {
        cell.get(range)?.iter().try_fold(0u32, |sum, b| {
            b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0'))
        })
    };
    let year = digits(0..4)?.cast_signed();
    Date::from_ymd_opt(year, digits(5..7)?, digits(8..10)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_and_groups_are_of_three() {
        for (text, value) in [
            ("1.5", 1.5),
            ("1e-3", 0.001),
            ("-2", -2.0),
            ("1,234.5", 1234.5),
            ("-12,345,678", -12_345_678.0),
        ] {
            assert_eq!(number(text.as_bytes()), Some(value), "{text}");
        }
        for text in [
            "", "NaN", "inf", "1,23", "1234,567", ",123", "1,234,", "1.234,5", "0x1", "1 2",
            "\u{e9}",
        ] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"\xff"), None);
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_gives_the_bits_of_the_long_way(text in "-?[0-9]{0,9}\\.?[0-9]{0,9}") {
            if let Some(short) = plain(text.as_bytes()) {
                let long: f64 = text.parse().unwrap();
                proptest::prop_assert_eq!(short.to_bits(), long.to_bits(), "{}", text);
            }
        }
    }

    #[test]
    fn the_short_way_is_the_usual_one() {
        for text in [
            "0",
            "-0.0",
            "145.7586",
            "5.",
            ".5",
            "24723",
            "999999999999999",
        ] {
            assert!(plain(text.as_bytes()).is_some(), "{text}");
        }
        for text in ["", "-", ".", "1e3", "1234567890123456", "1.2.3", "+1", "1 "] {
            assert_eq!(plain(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn dates_have_one_form() {
        assert_eq!(date(b"2020-02-29"), Date::from_ymd_opt(2020, 2, 29));
        for text in [
            "2020-02-30",
            "2020-2-29",
            "20200229",
            "02/29/2020",
            "2020-02-29 ",
            "2020-0a-01",
        ] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn nothing_has_many_words() {
        assert!(
            [&b""[..], b".", b"NaN", b"NULL", b"None"]
                .iter()
                .all(|c| is_nothing(c))
        );
        assert!(!is_nothing(b"0") && !is_nothing(b"-"));
    }
}
