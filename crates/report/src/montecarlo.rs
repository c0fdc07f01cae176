//! How else a plan could have gone, for the terminal and for programs.

use std::fmt::Write as _;

use lab::MonteCarlo;
use lab::montecarlo::{Drawn, Method, Once, Spread, WindowCarlo};
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::{banner, last_word, number, percent, signed_percent, wrap};

const WIDTH: usize = 80;
const LABEL: usize = 24;
const CELL: usize = 9;

/// At most 80 columns wide, ending with a newline: for each window the plan as it ran, one change at a time, and what
/// many draws gave.
pub fn monte_carlo(carlo: &MonteCarlo) -> String {
    let settings = &carlo.settings;
    let title = format!(
        "{}: {} bars of {}, {} of equity at risk a trade; {} resamples, {} replays, seed {}",
        carlo.plan,
        carlo.interval,
        carlo.symbol,
        percent(carlo.risk_per_trade),
        number(settings.resamples as f64, 0),
        number(settings.replays as f64, 0),
        settings.seed
    );
    let mut text = wrap("", &title, WIDTH) + "\n";
    text.push_str(&wrap("tape: ", &carlo.tape.name, WIDTH));
    text.push('\n');
    if let Some(banner) = banner(&carlo.tape) {
        text.push_str(&banner);
        text.push('\n');
    }
    for window in carlo.windows.iter().chain(&carlo.pooled) {
        text.push('\n');
        text.push_str(&section(window));
    }
    let _ = writeln!(
        text,
        "\nruin: {} of start equity lost at some close; dd: maximum drawdown",
        percent(settings.ruin)
    );
    for warning in &carlo.warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    if let Some(word) = last_word(&carlo.tape) {
        text.push_str(word);
        text.push('\n');
    }
    text
}

fn section(window: &WindowCarlo) -> String {
    let dates = match (window.from, window.to) {
        (Some(from), Some(to)) => format!("{}: {from} to {to}", window.name),
        _ => "all of them, one after another".to_owned(),
    };
    let title = format!("{dates}, {} sessions", number(window.sessions as f64, 0));
    let mut text = wrap("", &title, WIDTH) + "\n";
    text.push_str(&row("", &["net", "drawdown", "trades", "ruin"]));
    text.push_str(&once("as it ran", &window.as_run));
    for variant in &window.variants {
        text.push_str(&once(variant.what, &variant.result));
    }
    text.push_str(&row(
        "",
        &["net 5%", "median", "95%", "dd 50%", "95%", "ruin"],
    ));
    let mut notes = String::new();
    for drawn in &window.drawn {
        text.push_str(&many(drawn));
        notes.push_str(&note(drawn));
    }
    text + &notes
}

fn row<T: AsRef<str>>(label: &str, cells: &[T]) -> String {
    let mut line = format!("  {label:LABEL$}");
    for cell in cells {
        let _ = write!(line, "{:>CELL$}", cell.as_ref());
    }
    line.trim_end().to_owned() + "\n"
}

fn once(label: &str, once: &Once) -> String {
    let cells = [
        signed_percent(once.net_return),
        percent(once.max_drawdown),
        number(once.trades as f64, 0),
        if once.ruined { "yes" } else { "no" }.to_owned(),
    ];
    row(label, &cells)
}

const fn label(method: Method) -> &'static str {
    match method {
        Method::Trades => "trades drawn again",
        Method::Order => "trades in another order",
        Method::Days => "days drawn in blocks",
        Method::RandomEntries => "entries at random",
        Method::PriceNoise => "prices with noise",
    }
}

fn many(drawn: &Drawn) -> String {
    let Some(spread) = &drawn.spread else {
        let why = drawn.absent.unwrap_or("not defined");
        return format!("  {:LABEL$}  – {why}\n", label(drawn.method));
    };
    let (net, depth) = (&spread.net_return, &spread.max_drawdown);
    let cells = [
        signed_percent(net.p5),
        signed_percent(net.p50),
        signed_percent(net.p95),
        percent(depth.p50),
        percent(depth.p95),
        percent(spread.ruin_probability),
    ];
    row(label(drawn.method), &cells)
}

/// What the numbers of a row do not say.
fn note(drawn: &Drawn) -> String {
    let Some(spread) = &drawn.spread else {
        return String::new();
    };
    let said = match drawn.method {
        Method::RandomEntries => among_random(spread),
        Method::Days => spread
            .block_sessions
            .map(|block| format!("days: mean block {} sessions", number(block, 1))),
        Method::PriceNoise => spread
            .mean_trades
            .map(|trades| format!("noise: {} trades on average", number(trades, 1))),
        Method::Trades | Method::Order => None,
    };
    said.map_or_else(String::new, |said| wrap("  ", &said, WIDTH) + "\n")
}

fn among_random(spread: &Spread) -> Option<String> {
    let random = spread.random?;
    Some(format!(
        "random entries did as well or better in {} of {} replays (p = {}), with {} trades on average",
        number(random.as_good as f64, 0),
        number(spread.draws as f64, 0),
        number(random.p_value, 3),
        number(spread.mean_trades?, 1)
    ))
}

/// The same as one JSON document, ending with a newline. The same draws give the same bytes.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn monte_carlo_json(carlo: &MonteCarlo) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        stormproof: &'static str,
        simulated: bool,
        #[serde(flatten)]
        carlo: &'a MonteCarlo,
    }
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        simulated: banner(&carlo.tape).is_some(),
        carlo,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
