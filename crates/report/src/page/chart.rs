//! What the scripts draw: numbers that are all reckoned here, in the units in which they are shown.

use serde::Serialize;

use super::html::Html;
use crate::error::ReportError;

/// One chart.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Chart {
    /// Candles with trades on them.
    Price(Price),
    /// Equity above, what its peak lost below.
    Equity(Equity),
    /// Lines over dates or numbers.
    Lines(Lines),
    /// Bars above and below 0.
    Bars(Bars),
    /// Points of two kinds.
    Scatter(Scatter),
    /// A colour for each pair.
    Heatmap(Heatmap),
    /// A line through several axes for each combination.
    Parallel(Parallel),
}

/// Daily candles, and the trades' lives on them.
#[derive(Debug, Serialize)]
pub(crate) struct Price {
    /// ISO dates, one a session.
    pub(crate) dates: Vec<String>,
    /// Open, close, low, high: the order in which the library wants them.
    pub(crate) bars: Vec<[f64; 4]>,
    /// The trades.
    pub(crate) trades: Vec<TradeMark>,
}

/// A trade on the candles.
#[derive(Debug, Serialize)]
pub(crate) struct TradeMark {
    /// Its number in its regime.
    pub(crate) id: u32,
    /// Places among the dates.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Where its marks stand, dollars a share of the instrument.
    pub(crate) entry: f64,
    pub(crate) exit: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<f64>,
    /// Net profit above 0.
    pub(crate) won: bool,
    pub(crate) short: bool,
    /// The trade in a sentence.
    pub(crate) told: String,
}

/// An account beside holding the instrument.
#[derive(Debug, Serialize)]
pub(crate) struct Equity {
    /// ISO dates.
    pub(crate) dates: Vec<String>,
    /// Lines in dollars.
    pub(crate) lines: Vec<Line>,
    /// The same accounts' losses from their peaks, per cent, 0 or below.
    pub(crate) underwater: Vec<Line>,
}

/// A line.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// Which colour and dash it has.
    pub(crate) role: Role,
    pub(crate) values: Vec<Option<f64>>,
}

/// What a line or bar stands for; the style sheet knows its colour.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// The plan.
    Plan,
    /// What it is compared with.
    Other,
    /// One more of several.
    Third,
    /// And another.
    Fourth,
    /// What a line should stay below, dashed.
    Limit,
}

impl Role {
    /// Colours for several lines, in turn.
    pub(crate) const fn nth(n: usize) -> Self {
        match n % 4 {
            0 => Self::Plan,
            1 => Self::Third,
            2 => Self::Fourth,
            _ => Self::Other,
        }
    }
}

/// Lines over one axis.
#[derive(Debug, Serialize)]
#[allow(clippy::struct_field_names)] // The scripts know it by this name.
pub(crate) struct Lines {
    /// The axis.
    pub(crate) x: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) unit: Unit,
}

/// Bars.
#[derive(Debug, Serialize)]
pub(crate) struct Bars {
    pub(crate) x: Vec<String>,
    /// One group of bars, or several side by side.
    pub(crate) series: Vec<Line>,
    /// True if colour tells above 0 from below.
    pub(crate) signed: bool,
    /// For bars that count: whether each lies below 0 on the axis.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) below: Vec<bool>,
    pub(crate) unit: Unit,
}

/// Points.
#[derive(Debug, Serialize)]
pub(crate) struct Scatter {
    pub(crate) x_name: String,
    pub(crate) y_name: String,
    /// x, y, trade.
    pub(crate) won: Vec<(f64, f64, String)>,
    pub(crate) lost: Vec<(f64, f64, String)>,
    pub(crate) unit: Unit,
}

/// A figure over two parameters.
#[derive(Debug, Serialize)]
pub(crate) struct Heatmap {
    pub(crate) x_name: String,
    pub(crate) y_name: String,
    pub(crate) x: Vec<String>,
    pub(crate) y: Vec<String>,
    /// Place on x, place on y, value.
    pub(crate) cells: Vec<(usize, usize, f64)>,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// True if below 0 is a loss and above it a gain: the colours meet there.
    pub(crate) signed: bool,
    /// What the value is.
    pub(crate) figure: String,
}

/// Axes side by side.
#[derive(Debug, Serialize)]
pub(crate) struct Parallel {
    pub(crate) axes: Vec<ParallelAxis>,
    /// A value for each axis; words by their place among the axis's values.
    pub(crate) rows: Vec<Vec<Option<f64>>>,
    /// The axis that colours the lines: the last.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// As in [`Heatmap`].
    pub(crate) signed: bool,
}

/// One of them.
#[derive(Debug, Serialize)]
pub(crate) struct ParallelAxis {
    pub(crate) name: String,
    /// Of an axis of words, the words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<String>,
}

/// How numbers on an axis are written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    /// Dollars.
    Usd,
    /// Per cent: already multiplied.
    Percent,
    /// Multiples of what was risked.
    R,
    /// Dollars a share.
    UsdAShare,
    /// A bare number.
    Number,
    /// A whole number.
    Count,
}

/// How tall a chart is, and what it says to those who cannot see it.
pub(crate) struct Frame<'a> {
    /// Its place in the page, unique.
    pub(crate) id: &'a str,
    /// Its title.
    pub(crate) title: &'a str,
    /// What it shows, in words: beneath its title, and for readers of screens.
    pub(crate) told: &'a str,
    /// `tall`, `middle` or `low`.
    pub(crate) height: &'static str,
}

/// A figure with room for a chart, and the chart's data beside it; scripts draw it when it comes into view.
pub(crate) fn figure(html: &mut Html, frame: &Frame<'_>, chart: &Chart) -> Result<(), ReportError> {
    let data = format!("{}-data", frame.id);
    html.open(
        "figure",
        &[("class", "chart"), ("id", frame.id), ("tabindex", "-1")],
    );
    html.open("figcaption", &[]).element("h4", &[], frame.title);
    if !frame.told.is_empty() {
        html.element("p", &[], frame.told);
    }
    html.close("figcaption");
    let label = format!("Chart: {}. {}", frame.title, frame.told);
    html.element(
        "div",
        &[
            ("class", "plot"),
            ("data-height", frame.height),
            ("role", "img"),
            ("aria-label", &label),
            ("data-chart", &data),
        ],
        "",
    );
    if matches!(chart, Chart::Price(_)) {
        html.markup("<p class=\"picked\" role=\"status\" hidden><span></span><button type=\"button\">Back to its row</button></p>\n");
    }
    html.data(&data, chart)?;
    html.close("figure");
    Ok(())
}

/// `value` with as many decimals: what is drawn needs no more, and the file is smaller. Absent where it is no number.
pub(crate) fn rounded(value: f64, decimals: i32) -> Option<f64> {
    let scale = 10.0_f64.powi(decimals);
    let rounded = (value * scale).round() / scale;
    // No −0: it would be written with its sign.
    rounded.is_finite().then_some(rounded + 0.0)
}
