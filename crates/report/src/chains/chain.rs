//! A chain as a table of calls and puts.

use std::fmt::Write as _;

use lab::options::{ChainRow, ChainSheet, LegQuote, LevelSource, NoQuote, Source};
use serde::Serialize;

use super::WIDTH;
use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::{or_dash, percent, simulated_banner, wrap};

/// Strikes whose cheaper side has less delta than this are left out, unless all are asked for.
const LEAST_DELTA: f64 = 0.005;
/// Columns of one side of the table.
const SIDE: usize = 34;

/// The chain, at most 80 columns wide: bid, ask, mid, implied volatility and delta of calls and puts by strike.
pub fn option_chain(sheet: &ChainSheet, all: bool) -> String {
    let mut text = String::new();
    if let Some(banner) = simulated_banner(&sheet.origin) {
        let _ = writeln!(text, "{banner}\n");
    }
    text += &head(sheet);
    let titles = format!(
        "{:>7}{:>7}{:>8}{:>6}{:>6}",
        "bid", "ask", "mid", "IV %", "delta"
    );
    let sides = format!("{:^SIDE$}{:8}{:^SIDE$}", "CALLS", "", "PUTS");
    let _ = writeln!(text, "\n{}", sides.trim_end());
    let _ = writeln!(text, "{titles}{:>8}{titles}", "strike");
    let shown: Vec<&ChainRow> = sheet
        .rows
        .iter()
        .filter(|row| all || matters(row))
        .collect();
    for row in &shown {
        let line = format!("{}{:>8}{}", side(&row.call), row.strike, side(&row.put));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let hidden = sheet.rows.len() - shown.len();
    if hidden > 0 {
        let _ = writeln!(text, "{hidden} strikes farther out: --all shows them.");
    }
    text
}

fn head(sheet: &ChainSheet) -> String {
    let days = (sheet.expiry - sheet.on).num_days();
    let mark = match sheet.source {
        Source::Model => "MODEL",
        Source::Quote => "quoted",
    };
    let title = format!(
        "{} options expiring {} ({days} days)",
        sheet.symbol, sheet.expiry
    );
    let room = WIDTH.saturating_sub(title.chars().count());
    let mut text = format!("{title}{mark:>room$}\n");
    let mut facts = vec![
        format!("as of {}", sheet.at),
        format!("spot {}", or_dash(sheet.spot, |spot| format!("{spot:.2}"))),
        format!("rate {}", or_dash(sheet.rate, percent)),
    ];
    let level = match sheet.level {
        LevelSource::Index => "30-day volatility index",
        LevelSource::Quotes => "30-day strip of the quotes",
    };
    let points = |index: f64| format!("{level} {:.2}", index * 100.0);
    facts.extend(sheet.index.map(points));
    let _ = writeln!(text, "{}", wrap("", &facts.join(", "), WIDTH));
    let expiries: Vec<String> = sheet.expiries.iter().map(ToString::to_string).collect();
    let _ = writeln!(text, "{}", wrap("listed: ", &expiries.join(" "), WIDTH));
    if sheet.source == Source::Model {
        let words = match sheet.level {
            LevelSource::Index => {
                "Values are a model's on a surface levelled by the index, with SPY's \
                 skew, and widths are SPY's times what is assumed of IWM (docs/chains.md)."
            }
            LevelSource::Quotes => {
                "Values are a model's on a surface levelled by the tape's own chain of that session, or of the one before, with \
                 SPY's skew, and widths are SPY's times what is assumed of IWM (docs/chains.md)."
            }
        };
        let _ = writeln!(text, "{}", wrap("MODEL: ", words, WIDTH));
    }
    if let Some(tally) = sheet.tally {
        let words = format!(
            "{} rows in the whole chain used ({} without a bid); left out: {} one-sided, {} crossed, {} expired; {} strikes have one right \
             only.",
            tally.quotes,
            tally.zero_bids,
            tally.one_sided,
            tally.crossed,
            tally.expired,
            tally.holes
        );
        let _ = writeln!(text, "{}", wrap("", &words, WIDTH));
    }
    text
}

fn matters(row: &ChainRow) -> bool {
    let delta = |quote: &Result<LegQuote, NoQuote>| quote.map_or(0.0, |q| q.greeks.delta.abs());
    let (call, put) = (delta(&row.call), delta(&row.put));
    // A side without a price says nothing; the other then decides.
    let least = if call == 0.0 || put == 0.0 {
        call.max(put)
    } else {
        call.min(put)
    };
    least >= LEAST_DELTA && (call.min(put) > 0.0 || least < 1.0 - LEAST_DELTA)
}

fn side(quote: &Result<LegQuote, NoQuote>) -> String {
    match quote {
        Ok(quote) => format!(
            "{:>7.2}{:>7.2}{:>8.3}{:>6}{:>6.2}",
            quote.bid,
            quote.ask,
            quote.mid,
            or_dash(quote.volatility, |v| format!("{:.1}", v * 100.0)),
            quote.greeks.delta
        ),
        Err(why) => format!("{:>SIDE$}", why.as_str()),
    }
}

/// The same as one JSON document, ending with a newline; every strike.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn option_chain_json(sheet: &ChainSheet) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        symbol: &'a str,
        on: String,
        as_of: String,
        source: Source,
        origin: &'a lab::Origin,
        #[serde(skip_serializing_if = "Option::is_none")]
        spot: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rate: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        volatility_index: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        quoted_level: Option<f64>,
        expiry: String,
        days: i64,
        expiries: Vec<String>,
        strikes: Vec<Row>,
    }
    #[derive(Serialize)]
    struct Row {
        strike: f64,
        call: Side,
        put: Side,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Side {
        Quote {
            bid: f64,
            ask: f64,
            mid: f64,
            #[serde(skip_serializing_if = "Option::is_none")]
            volatility: Option<f64>,
            delta: f64,
            gamma: f64,
            vega: f64,
            theta: f64,
            source: Source,
        },
        None {
            no_quote: NoQuote,
        },
    }
    let side = |quote: &Result<LegQuote, NoQuote>| match *quote {
        Ok(quote) => Side::Quote {
            bid: quote.bid,
            ask: quote.ask,
            mid: quote.mid,
            volatility: quote.volatility,
            delta: quote.greeks.delta,
            gamma: quote.greeks.gamma,
            vega: quote.greeks.vega,
            theta: quote.greeks.theta,
            source: quote.source,
        },
        Err(no_quote) => Side::None { no_quote },
    };
    let row = |row: &ChainRow| Row {
        strike: row.strike,
        call: side(&row.call),
        put: side(&row.put),
    };
    let document = Document {
        schema: SCHEMA,
        symbol: &sheet.symbol,
        on: sheet.on.to_string(),
        as_of: sheet.at.to_string(),
        source: sheet.source,
        origin: &sheet.origin,
        spot: sheet.spot,
        rate: sheet.rate,
        volatility_index: sheet.index.filter(|_| sheet.level == LevelSource::Index),
        quoted_level: sheet.index.filter(|_| sheet.level == LevelSource::Quotes),
        expiry: sheet.expiry.to_string(),
        days: (sheet.expiry - sheet.on).num_days(),
        expiries: sheet.expiries.iter().map(ToString::to_string).collect(),
        strikes: sheet.rows.iter().map(row).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
