//! Amounts as sentences say them.

/// An amount without its sign: `$1,234`.
pub(crate) fn dollars(amount: f64) -> String {
    let whole = format!("{:.0}", amount.abs());
    let mut grouped = String::with_capacity(whole.len() + 4);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("${grouped}")
}

/// The same with its sign.
pub(crate) fn signed_dollars(amount: f64) -> String {
    format!(
        "{}{}",
        if amount < 0.0 { "−" } else { "+" },
        dollars(amount)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(dollars(-1_234_567.4), "$1,234,567");
        assert_eq!(dollars(999.6), "$1,000");
        assert_eq!(signed_dollars(-12.0), "−$12");
    }
}
