//! A single option's value.

use std::fmt::Write as _;

use lab::options::{OptionValues, Valued};
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::percent;

/// The values side by side, at most 80 columns wide.
pub fn option_values(values: &OptionValues) -> String {
    let of = &values.figures;
    let mut text = format!(
        "{} {} with the underlying at {}, {} days to expiry\nvolatility {}, rate {}, dividend yield {}\n",
        of.right,
        of.strike,
        of.spot,
        of.days,
        percent(values.volatility),
        percent(of.rate),
        percent(of.yield_rate)
    );
    for (days, dollars) in &of.dividends {
        let _ = writeln!(text, "dividend of {dollars} in {days} days");
    }
    let _ = writeln!(text, "\n{:<24}{:>14}{:>14}", "", "American", "European");
    let row = |name: &str, of: fn(&Valued) -> f64| {
        format!(
            "{name:<24}{:>14.4}{:>14.4}\n",
            of(&values.american),
            of(&values.european)
        )
    };
    text += &row("value, dollars a share", |v| v.value);
    text += &row("delta", |v| v.greeks.delta);
    text += &row("gamma", |v| v.greeks.gamma);
    text += &row("vega, a point", |v| v.greeks.vega / 100.0);
    text += &row("theta, a day", |v| v.greeks.theta / 365.0);
    let _ = writeln!(text, "{:<24}{:>14.4}", "exercised now", values.intrinsic);
    if let (Some([american, european]), Some(price)) = (&values.implied, of.price) {
        let cell = |implied: &Result<f64, String>| {
            implied
                .as_ref()
                .map_or_else(|_| "none".to_owned(), |v| percent(*v))
        };
        let _ = writeln!(
            text,
            "{:<24}{:>14}{:>14}",
            format!("implied by {price}"),
            cell(american),
            cell(european)
        );
        for why in [american, european]
            .into_iter()
            .filter_map(|i| i.as_ref().err())
        {
            let _ = writeln!(text, "{}", crate::words::wrap("  ", why, super::WIDTH));
        }
    }
    text
}

/// The same as one JSON document, ending with a newline; vega for 1.00 of volatility, theta a year.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn option_values_json(values: &OptionValues) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document {
        schema: u32,
        volatility: f64,
        intrinsic: f64,
        american: Side,
        european: Side,
    }
    #[derive(Serialize)]
    struct Side {
        value: f64,
        delta: f64,
        gamma: f64,
        vega: f64,
        theta: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        implied_volatility: Option<f64>,
    }
    let implied = |place: usize| values.implied.as_ref()?.get(place)?.as_ref().ok().copied();
    let side = |valued: &Valued, place| Side {
        value: valued.value,
        delta: valued.greeks.delta,
        gamma: valued.greeks.gamma,
        vega: valued.greeks.vega,
        theta: valued.greeks.theta,
        implied_volatility: implied(place),
    };
    let document = Document {
        schema: SCHEMA,
        volatility: values.volatility,
        intrinsic: values.intrinsic,
        american: side(&values.american, 0),
        european: side(&values.european, 1),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
