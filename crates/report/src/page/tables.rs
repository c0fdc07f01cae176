//! Tables, meters and sparklines: what can be read without a script.

use super::html::Html;
use crate::words::{signed_dollars, signed_percent};

/// What a cell is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Sorted {
    /// Its text.
    #[default]
    ByText,
    /// A number.
    By(f64),
    /// A number that is not defined here: last.
    Undefined,
}

/// A cell: its text, a class for its colour, and what it is sorted by where that is a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) class: &'static str,
    pub(crate) sorted: Sorted,
}

impl Cell {
    /// Text.
    pub(crate) fn word(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "word",
            ..Self::default()
        }
    }

    /// A number, told as `text`.
    pub(crate) fn number(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Dollars, coloured by their sign.
    pub(crate) fn dollars(amount: f64) -> Self {
        Self {
            text: signed_dollars(amount),
            class: sign(amount),
            ..Self::default()
        }
    }

    /// A fraction as per cent, coloured by its sign.
    pub(crate) fn change(fraction: Option<f64>) -> Self {
        Self {
            text: crate::words::or_dash(fraction, signed_percent),
            class: fraction.map_or("", sign),
            ..Self::default()
        }
    }

    /// With what it is sorted by.
    pub(crate) fn by(mut self, value: Option<f64>) -> Self {
        self.sorted = value.map_or(Sorted::Undefined, Sorted::By);
        self
    }

    pub(crate) fn write(&self, html: &mut Html) {
        let sorted = match self.sorted {
            Sorted::ByText => None,
            Sorted::By(value) => Some(value.to_string()),
            Sorted::Undefined => Some(String::new()),
        };
        let mut attributes = Vec::new();
        if !self.class.is_empty() {
            attributes.push(("class", self.class));
        }
        if let Some(value) = &sorted {
            attributes.push(("data-v", value.as_str()));
        }
        html.open("td", &attributes)
            .text(&self.text)
            .markup("</td>");
    }
}

/// The class of a gain or a loss; its sign says the same.
pub(crate) fn sign(amount: f64) -> &'static str {
    if amount > 0.0 {
        "gain"
    } else if amount < 0.0 {
        "loss"
    } else {
        ""
    }
}

/// A table in a box that scrolls sideways by itself, with `told` for those who cannot see it. The first cell of a row is its head.
pub(crate) fn table(html: &mut Html, told: &str, head: &[&str], rows: &[(String, Vec<Cell>)]) {
    begin(html, "wide", told);
    html.markup("<table>\n<thead><tr>");
    for (n, word) in head.iter().enumerate() {
        let left = n == 0 || rows.iter().any(|(_, cells)| is_word(cells.get(n - 1)));
        let class = if left { "word" } else { "" };
        html.open("th", &[("scope", "col"), ("class", class)])
            .text(word)
            .markup("</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
    for (label, cells) in rows {
        html.markup("<tr>").open("th", &[("scope", "row")]);
        html.text(label).markup("</th>");
        for cell in cells {
            cell.write(html);
        }
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
}

/// Begins a box that scrolls sideways; `</div>` ends it.
pub(crate) fn begin(html: &mut Html, class: &'static str, told: &str) {
    html.open(
        "div",
        &[
            ("class", class),
            ("role", "region"),
            ("tabindex", "0"),
            ("aria-label", told),
        ],
    );
}

fn is_word(cell: Option<&Cell>) -> bool {
    cell.is_some_and(|cell| cell.class.starts_with("word"))
}

/// A bar from the middle for `share` of −1 to 1, or from the left for a count (`middle` false).
pub(crate) fn meter(html: &mut Html, share: f64, middle: bool, class: &'static str) {
    let share = if share.is_finite() {
        share.clamp(-1.0, 1.0)
    } else {
        0.0
    };
    let (start, width) = if middle {
        let half = share.abs() * 50.0;
        (if share < 0.0 { 50.0 - half } else { 50.0 }, half)
    } else {
        (0.0, share.abs() * 100.0)
    };
    html.markup("<td class=\"meter\"><svg class=\"meter\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let (x, width) = (format!("{start:.2}"), format!("{width:.2}"));
    html.open(
        "rect",
        &[
            ("class", class),
            ("x", &x),
            ("y", "0.5"),
            ("height", "7"),
            ("width", &width),
        ],
    )
    .markup("</rect>");
    if middle {
        html.markup("<line x1=\"50\" x2=\"50\" y1=\"0\" y2=\"8\"></line>");
    }
    html.markup("</svg></td>");
}

/// Lines over the same sessions on one scale, the first in the plan's colour: a picture without an axis.
pub(crate) fn spark(html: &mut Html, told: &str, series: &[&[f64]]) {
    let all = || series.iter().flat_map(|line| line.iter().copied());
    let low = all().fold(f64::INFINITY, f64::min);
    let high = all().fold(f64::NEG_INFINITY, f64::max);
    if !(low.is_finite() && high.is_finite()) {
        return;
    }
    let span = if high > low { high - low } else { 1.0 };
    html.open(
        "svg",
        &[
            ("class", "spark"),
            ("viewBox", "0 0 100 30"),
            ("preserveAspectRatio", "none"),
            ("role", "img"),
            ("aria-label", told),
        ],
    );
    // What is compared with lies below.
    for (n, line) in series.iter().enumerate().rev() {
        // A phone has fewer columns than ten years have sessions.
        let step = line.len().div_ceil(200).max(1);
        let last = line.len().saturating_sub(1).max(1) as f64;
        let point = |(i, value): (usize, &f64)| {
            let y = 29.0 - (value - low) / span * 28.0;
            format!("{:.2},{y:.2}", i as f64 / last * 100.0)
        };
        let kept = line.iter().enumerate();
        let kept = kept.filter(|(i, _)| i % step == 0 || i + 1 == line.len());
        let points: Vec<String> = kept.map(point).collect();
        let class = if n == 0 { "" } else { "hold" };
        html.open(
            "polyline",
            &[("class", class), ("points", &points.join(" "))],
        )
        .markup("</polyline>");
    }
    html.close("svg");
}
