//! Decimal numbers as they are written, so that steps do not drift.
//!
//! 0.1 + 0.1 + 0.1 is not 0.3 in binary. A range is therefore kept as whole numbers over a power of ten, and
//! each of its values is divided once: both operands are exact, so the quotient is the number nearest to the
//! decimal, which is what TOML reads there.

/// A decimal number: `units` ÷ 10^`places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) units: i64,
    pub(super) places: u32,
    /// Written without a point and without an exponent.
    pub(super) whole: bool,
}

/// Whole numbers up to here are exact in binary.
const MAX_UNITS: u64 = 1 << 53;
/// 10^22 is the last power of ten that is exact; far fewer places are wanted.
const MAX_PLACES: u32 = 15;

/// Why a text is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoDecimal {
    NotANumber,
    NotFinite,
    TooManyDigits,
}

impl Decimal {
    /// Reads digits, perhaps with a sign, underscores, a point, and an exponent.
    pub(super) fn parse(text: &str) -> Result<Self, NoDecimal> {
        let bare = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
        if ["nan", "inf", "infinity"].contains(&bare.as_str()) {
            return Err(NoDecimal::NotFinite);
        }
        let text = text.replace('_', "");
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            None => (text.as_str(), 0),
            Some((digits, exponent)) => (digits, whole_exponent(exponent)?),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, digits.strip_prefix('+').unwrap_or(digits)),
        };
        let (left, right) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let dangling = digits.contains('.') && right.is_empty();
        if left.is_empty() || dangling || !all_digits(left) || !all_digits(right) {
            return Err(NoDecimal::NotANumber);
        }
        let right = right.trim_end_matches('0');
        let joined = format!("{left}{right}");
        let significant = joined.trim_start_matches('0');
        let mut units: i64 = match significant {
            "" => 0,
            some => some.parse().map_err(|_| NoDecimal::TooManyDigits)?,
        };
        let mut places = right.len() as i32 - exponent;
        while places < 0 && units != 0 {
            units = units.checked_mul(10).ok_or(NoDecimal::TooManyDigits)?;
            places += 1;
        }
        let places = u32::try_from(places.max(0)).map_err(|_| NoDecimal::TooManyDigits)?;
        let whole = !text.contains(['.', 'e', 'E']);
        let found = Self {
            units: sign * units,
            places: if units == 0 { 0 } else { places },
            whole,
        };
        found.checked().ok_or(NoDecimal::TooManyDigits)
    }

    fn checked(self) -> Option<Self> {
        (self.units.unsigned_abs() <= MAX_UNITS && self.places <= MAX_PLACES).then_some(self)
    }

    /// The same number with more places; `None` if that leaves no room.
    pub(super) fn with_places(self, places: u32) -> Option<Self> {
        let more = 10_i64.checked_pow(places.checked_sub(self.places)?)?;
        let units = self.units.checked_mul(more)?;
        Self {
            units,
            places,
            ..self
        }
        .checked()
    }

    /// The nearest binary number: what TOML reads where this is written.
    pub(super) fn number(self) -> f64 {
        // Both exact by the bounds above, so one correctly rounded division.
        self.units as f64 / 10_f64.powi(self.places as i32)
    }

    /// As a person writes it, without zeros at the end.
    pub(super) fn text(self) -> String {
        if self.places == 0 {
            return self.units.to_string();
        }
        let base = 10_u64.pow(self.places);
        let (left, right) = (
            self.units.unsigned_abs() / base,
            self.units.unsigned_abs() % base,
        );
        let sign = if self.units < 0 { "-" } else { "" };
        let right = format!("{right:0width$}", width = self.places as usize);
        match right.trim_end_matches('0') {
            "" => format!("{sign}{left}"),
            right => format!("{sign}{left}.{right}"),
        }
    }
}

fn whole_exponent(text: &str) -> Result<i32, NoDecimal> {
    let exponent: i32 = text.parse().map_err(|_| NoDecimal::NotANumber)?;
    if exponent.unsigned_abs() > 2 * MAX_PLACES {
        return Err(NoDecimal::TooManyDigits);
    }
    Ok(exponent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(units: i64, places: u32, whole: bool) -> Decimal {
        Decimal {
            units,
            places,
            whole,
        }
    }

    #[test]
    fn decimals_are_read_as_written() {
        for (text, found) in [
            ("2", decimal(2, 0, true)),
            ("-0.25", decimal(-25, 2, false)),
            ("1_000.50", decimal(10_005, 1, false)),
            ("1e-3", decimal(1, 3, false)),
            ("2.5e2", decimal(250, 0, false)),
            ("0.0", decimal(0, 0, false)),
            ("+7", decimal(7, 0, true)),
        ] {
            assert_eq!(Decimal::parse(text), Ok(found), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        use NoDecimal::{NotANumber, NotFinite, TooManyDigits};
        for (text, why) in [
            ("", NotANumber),
            ("-", NotANumber),
            ("a", NotANumber),
            ("1.", NotANumber),
            (".5", NotANumber),
            ("--1", NotANumber),
            ("1e", NotANumber),
            ("1e1.5", NotANumber),
            ("NaN", NotFinite),
            ("-inf", NotFinite),
            ("0.1234567890123456", TooManyDigits),
            ("99999999999999999999", TooManyDigits),
            ("9007199254740993", TooManyDigits),
            ("1e300", TooManyDigits),
            ("1e-300", TooManyDigits),
        ] {
            assert_eq!(Decimal::parse(text), Err(why), "{text}");
        }
    }

    proptest! {
        /// The text, read by the standard library (and so by TOML), is the same number to the bit.
        #[test]
        fn a_decimal_is_the_number_its_text_reads_as(units in -9_000_000_000_000_i64..9_000_000_000_000, places in 0_u32..=15) {
            let number = decimal(units, places, false);
            let read: f64 = number.text().parse().unwrap();
            prop_assert_eq!(number.number().to_bits(), (read + 0.0).to_bits());
            let again = Decimal::parse(&number.text()).unwrap();
            prop_assert_eq!(again.number(), number.number());
        }
    }
}
