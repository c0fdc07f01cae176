//! Fitted skew and widths with their errors.

use std::fmt::Write as _;

use lab::options::{ErrorBucket, Fitted, OptionsFit, SkewParameters, WidthBucket};
use serde::Serialize;

use super::WIDTH;
use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::{number, percent, wrap};

/// The fit, at most 80 columns wide: parameters, then errors by kind of option.
pub fn options_fit(fit: &OptionsFit) -> String {
    let mut text = format!("{} chains of {}\n", fit.instants.len(), fit.symbol);
    for (time, rate) in &fit.instants {
        let _ = writeln!(text, "  {time}, rate {}", percent(*rate));
    }
    let tally = fit.tally;
    let words = format!(
        "{} rows used ({} without a bid); left out: {} one-sided, {} crossed, {} expired; {} strikes have one right only.",
        number(tally.quotes as f64, 0),
        number(tally.zero_bids as f64, 0),
        tally.one_sided,
        tally.crossed,
        tally.expired,
        number(tally.holes as f64, 0)
    );
    let _ = writeln!(text, "{}", wrap("", &words, WIDTH));
    text += &widths(fit);
    text += &skew(fit);
    text
}

fn widths(fit: &OptionsFit) -> String {
    let widths = &fit.widths;
    let mut text = format!(
        "\nWIDTHS, fitted to {} quotes of 1 to 400 days; mean |ln(quoted ÷ law)| {:.3}\n",
        number(widths.count as f64, 0),
        widths.error
    );
    for (name, value) in width_parameters(&widths.fitted) {
        let _ = writeln!(text, "  {name:<8}{value:>12.3e}");
    }
    let _ = writeln!(
        text,
        "\n  {:>9}{:>13}{:>8}{:>12}{:>12}{:>9}",
        "days", "|delta|", "quotes", "quoted $", "law $", "error"
    );
    for bucket in &widths.buckets {
        let WidthBucket { delta, days, .. } = bucket;
        let _ = writeln!(
            text,
            "  {:>9}{:>13}{:>8}{:>12.3}{:>12.3}{:>9.2}",
            format!("{}–{}", days.0, days.1),
            format!("{:.2}–{:.2}", delta.0, delta.1),
            number(bucket.count as f64, 0),
            bucket.quoted_usd,
            bucket.law_usd,
            bucket.error
        );
    }
    text + "  medians; the law before ticks; error is |ln(quoted ÷ law)|\n"
}

fn skew(fit: &OptionsFit) -> String {
    let skew = &fit.skew;
    let mut text = format!(
        "\nSKEW, fitted to {} quotes of {} smiles of 2 to 120 days; relative error {:.3}\n",
        number(skew.points as f64, 0),
        skew.smiles,
        skew.relative_error
    );
    for (name, value) in skew_parameters(skew.skew.parameters()) {
        let _ = writeln!(text, "  {name:<20}{value:>9.4}");
    }
    text += "\n  levelled by the strip of the same quotes, as a model chain is:\n";
    text += &table(&fit.by_strip);
    text += "\n  levelled at the money: the error of its form alone:\n";
    text += &table(&fit.at_the_money);
    text + "  deviations from the forward; points of volatility (1 is 1 % a year)\n"
}

fn table(buckets: &[ErrorBucket]) -> String {
    let mut text = format!(
        "  {:>9}{:>14}{:>8}{:>9}{:>9}{:>14}\n",
        "days", "deviations", "quotes", "bias", "rms", "half a quote"
    );
    for bucket in buckets {
        let _ = writeln!(
            text,
            "  {:>9}{:>14}{:>8}{:>9.2}{:>9.2}{:>14.2}",
            format!("{}–{}", bucket.days.0, bucket.days.1),
            format!("{:.2}…{:.2}", bucket.deviations.0, bucket.deviations.1),
            number(bucket.count as f64, 0),
            bucket.bias_points,
            bucket.rms_points,
            bucket.quoted_half_width_points
        );
    }
    text
}

fn width_parameters(fitted: &Fitted) -> [(&'static str, f64); 5] {
    let Fitted {
        floor,
        share,
        inside,
        deep,
        onset,
    } = *fitted;
    [
        ("floor", floor),
        ("share", share),
        ("inside", inside),
        ("deep", deep),
        ("onset", onset),
    ]
}

/// Each number by the name it has in files.
fn skew_parameters(skew: &SkewParameters) -> Vec<(String, f64)> {
    let value = serde_json::to_value(skew).unwrap_or_default();
    let fields = value.as_object().into_iter().flatten();
    fields
        .filter_map(|(name, value)| Some((name.clone(), value.as_f64()?)))
        .collect()
}

/// The parameters as a TOML file, as they stand in the program.
pub fn options_fit_toml(fit: &OptionsFit) -> String {
    let mut text = format!(
        "# Made by `stormproof options fit` from {} chains of {}.\n\n[widths]\n",
        fit.instants.len(),
        fit.symbol
    );
    for (name, value) in width_parameters(&fit.widths.fitted) {
        let _ = writeln!(text, "{name} = {value:e}");
    }
    text += "\n[skew]\n";
    for (name, value) in skew_parameters(fit.skew.skew.parameters()) {
        let _ = writeln!(text, "{name} = {value:?}");
    }
    text
}

/// The fit as one JSON document, ending with a newline.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn options_fit_json(fit: &OptionsFit) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        symbol: &'a str,
        chains: Vec<String>,
        widths: Widths<'a>,
        skew: SkewPart<'a>,
    }
    #[derive(Serialize)]
    struct Widths<'a> {
        quotes: usize,
        error: f64,
        parameters: &'a Fitted,
        buckets: Vec<WidthRow>,
    }
    #[derive(Serialize)]
    struct WidthRow {
        days: (u32, u32),
        delta: (f64, f64),
        quotes: usize,
        quoted_usd: f64,
        law_usd: f64,
        error: f64,
    }
    #[derive(Serialize)]
    struct SkewPart<'a> {
        quotes: usize,
        smiles: usize,
        relative_error: f64,
        parameters: &'a SkewParameters,
        by_strip: Vec<SkewRow>,
        at_the_money: Vec<SkewRow>,
    }
    #[derive(Serialize)]
    struct SkewRow {
        days: (f64, f64),
        deviations: (f64, f64),
        quotes: usize,
        bias_points: f64,
        rms_points: f64,
        quoted_half_width_points: f64,
    }
    let width_row = |b: &WidthBucket| WidthRow {
        days: b.days,
        delta: b.delta,
        quotes: b.count,
        quoted_usd: b.quoted_usd,
        law_usd: b.law_usd,
        error: b.error,
    };
    let skew_row = |b: &ErrorBucket| SkewRow {
        days: b.days,
        deviations: b.deviations,
        quotes: b.count,
        bias_points: b.bias_points,
        rms_points: b.rms_points,
        quoted_half_width_points: b.quoted_half_width_points,
    };
    let document = Document {
        schema: SCHEMA,
        symbol: &fit.symbol,
        chains: fit
            .instants
            .iter()
            .map(|(time, _)| time.to_string())
            .collect(),
        widths: Widths {
            quotes: fit.widths.count,
            error: fit.widths.error,
            parameters: &fit.widths.fitted,
            buckets: fit.widths.buckets.iter().map(width_row).collect(),
        },
        skew: SkewPart {
            quotes: fit.skew.points,
            smiles: fit.skew.smiles,
            relative_error: fit.skew.relative_error,
            parameters: fit.skew.skew.parameters(),
            by_strip: fit.by_strip.iter().map(skew_row).collect(),
            at_the_money: fit.at_the_money.iter().map(skew_row).collect(),
        },
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
