//! Numbers of a plan as people read them, by unit.

use lab::Reading;
use lab::plan::Held;

use crate::words::{NONE, number, signed_percent};

/// `KRE change −0.42% (-1.5% or more)`.
pub(super) fn reading(reading: &Reading) -> String {
    let value = reading
        .value
        .map_or_else(|| NONE.to_owned(), |v| value(v, &reading.unit));
    let bound = reading.bound.as_ref().filter(|bound| !bound.is_empty());
    let bound = bound.map(|bound| format!(" ({bound})")).unwrap_or_default();
    format!("{} {value}{bound}", reading.what)
}

/// A value with its unit, in the words of the rule language.
fn value(value: f64, unit: &str) -> String {
    match unit {
        // A fraction near its bound must be told apart from it.
        "fraction" => {
            // A quotient of two prices is no change: it reads as the number it is compared with.
            if value.abs() >= 0.5 {
                return number(value, 4);
            }
            let (percent, decimals) = (value * 100.0, 4);
            let sign = if value > 0.0 { "+" } else { "" };
            format!("{sign}{}%", number(percent, decimals))
        }
        "$/share" | "$" => dollars(value),
        "time" => {
            let minutes = value.max(0.0) as u32;
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        }
        _ if value.fract() == 0.0 => number(value, 0),
        _ => number(value, 3),
    }
}

/// `$1,234.56`, to the tenth of a cent where a price has one.
pub(super) fn dollars(amount: f64) -> String {
    let text = number(amount, 2);
    match text.strip_prefix('−') {
        Some(digits) => format!("−${digits}"),
        None => format!("${text}"),
    }
}

/// The state in a word.
pub(super) const fn held(state: Held) -> &'static str {
    match state {
        Held::Holds => "holds",
        Held::Fails => "does not",
        Held::Unknown => "unknown",
    }
}

/// A fraction as a signed percentage, or the dash.
pub(super) fn maybe_percent(fraction: Option<f64>) -> String {
    fraction.map_or_else(|| NONE.to_owned(), signed_percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(v: f64, unit: &str) -> String {
        value(v, unit)
    }

    #[test]
    fn each_unit_reads_as_people_write_it() {
        assert_eq!(shown(-0.025_01, "fraction"), "−2.5010%");
        assert_eq!(shown(0.008, "fraction"), "+0.8000%");
        assert_eq!(shown(0.677_04, "fraction"), "0.6770");
        assert_eq!(shown(178.256, "$/share"), "$178.26");
        assert_eq!(shown(1_234_567.0, "shares"), "1,234,567");
        assert_eq!(shown(615.0, "time"), "10:15");
        assert_eq!(shown(3.0, "count"), "3");
        assert_eq!(shown(1.25, "number"), "1.250");
        let unknown = Reading {
            what: "gap".into(),
            value: None,
            unit: "fraction".into(),
            bound: Some("above 0.8%".into()),
        };
        assert_eq!(reading(&unknown), "gap – (above 0.8%)");
    }
}
