//! How high implied volatility stands, for the terminal and for programs.

use std::fmt::Write as _;

use lab::options::{VolatilityRow, VolatilitySheet};
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::{NONE, number, simulated_banner};

type Cell = fn(&VolatilityRow) -> Option<f64>;

const COLUMNS: [(&str, Cell); 8] = [
    ("index", |r| r.index),
    ("10 days", |r| r.ten_days),
    ("ATM", |r| r.at_the_money),
    ("rank", |r| r.rank),
    ("pctile", |r| r.percentile),
    ("rank10", |r| r.rank_of_ten_sessions),
    ("real.", |r| r.realised),
    ("premium", |r| r.premium),
];

/// A row a session, at most 80 columns wide.
pub fn volatility(sheet: &VolatilitySheet) -> String {
    let asked = &sheet.asked;
    let mut text = format!(
        "{}: implied volatility by {}, points at each close\n",
        asked.symbol, asked.index
    );
    if let Some(banner) = simulated_banner(&sheet.origin) {
        text += &banner;
        text.push('\n');
    }
    let _ = write!(text, "\n{:10}", "date");
    for (name, _) in COLUMNS {
        let _ = write!(text, " {name:>7}");
    }
    text.push('\n');
    for row in &sheet.rows {
        text += &row.date.to_string();
        for (_, cell) in COLUMNS {
            let cell = cell(row).map_or_else(|| NONE.to_owned(), |v| number(v, 1));
            let _ = write!(text, "{cell:>8}");
        }
        text.push('\n');
    }
    let _ = write!(
        text,
        "\nindex: a 30-day variance strip. 10 days: index × VIX9D ÷ VIX, MODEL. ATM: at the\nmoney at 30 days, what the skew leaves of the strip, MODEL. rank, pctile: of the\n10 days' within {} published closes. rank10: of the index within its last 10.\nreal.: realised, close to close over {} sessions. premium: index less realised.\n",
        asked.rank_sessions, asked.realised_sessions
    );
    text
}

/// The same for programs; what is not known is absent.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn volatility_json(sheet: &VolatilitySheet) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        symbol: &'a str,
        index: &'a str,
        simulated: bool,
        rank_sessions: u32,
        realised_sessions: u32,
        sessions: serde_json::Value,
    }
    let document = Document {
        schema: SCHEMA,
        symbol: &sheet.asked.symbol,
        index: &sheet.asked.index,
        simulated: sheet.origin != market::Origin::Real,
        rank_sessions: sheet.asked.rank_sessions,
        realised_sessions: sheet.asked.realised_sessions,
        sessions: crate::document::without_nulls(serde_json::to_value(&sheet.rows)?),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
