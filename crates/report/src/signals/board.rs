//! A scoreboard on the terminal.

use std::fmt::Write as _;

use lab::signals::{BoardRow, Says, Scoreboard};

use super::words::{banner, closing, layer, signed, wrapped};
use crate::words::{number, or_dash};

/// A row a state of the composite and of each layer, at most 80 columns wide, ending with a newline.
pub fn scoreboard(board: &Scoreboard) -> String {
    let mut text = banner(&board.origin);
    let head = format!(
        "{}, sessions of {} to {} against the reading at the close before; tape {}, profile {}",
        board.symbol, board.first, board.last, board.tape, board.name
    );
    let _ = writeln!(text, "{}\n", wrapped("", &head));
    let base = format!(
        "{} sessions: {} % rose, {} % fell, mean {} close to close, {} open to close.",
        number(board.sessions as f64, 0),
        number(board.rose * 100.0, 1),
        number(board.fell * 100.0, 1),
        fine(Some(board.mean_close_to_close)),
        fine(Some(board.mean_open_to_close))
    );
    let _ = writeln!(text, "{}\n", wrapped("", &base));
    let _ = writeln!(
        text,
        "{:<18}{:<8}{:>5}{:>8}{:>11}{:>9}{:>9} says",
        "layer", "state", "n", "went", "95 %", "c to c", "o to c"
    );
    for row in &board.rows {
        let _ = writeln!(text, "{}", line(row));
    }
    let how = "went: the share that rose after bullish and after neutral, that fell after bearish; 95 % is Wilson's interval. \
               A coin toss: the interval holds the share of all sessions that went that way. Sessions follow each other and states last: \
               the intervals are, if anything, too narrow.";
    let _ = writeln!(text, "\n{}", wrapped("", how));
    let _ = writeln!(text, "\n{}", wrapped("", &summary(board)));
    text + &closing(&board.notes, &board.origin)
}

fn line(row: &BoardRow) -> String {
    let ends = row.share_low_95.zip(row.share_high_95);
    format!(
        "{:<18}{:<8}{:>5}{:>8}{:>11}{:>9}{:>9} {}",
        row.layer.map_or("composite", layer),
        row.state.word(),
        number(row.sessions as f64, 0),
        or_dash(row.share, |share| format!("{} %", number(share * 100.0, 1))),
        or_dash(ends, |(low, high)| format!(
            "{}–{}",
            number(low * 100.0, 1),
            number(high * 100.0, 1)
        )),
        fine(row.mean_close_to_close),
        fine(row.mean_open_to_close),
        row.says.words()
    )
}

fn fine(fraction: Option<f64>) -> String {
    or_dash(fraction, |f| format!("{} %", signed(f * 100.0, 2)))
}

/// What the rows with a way amount to, plainly.
fn summary(board: &Scoreboard) -> String {
    let sided = board
        .rows
        .iter()
        .filter(|row| row.state != lab::signals::State::Neutral);
    let judged: Vec<&BoardRow> = sided.filter(|row| row.says != Says::TooFew).collect();
    let named = |says: Says| {
        let rows = judged.iter().filter(|row| row.says == says);
        let names: Vec<String> = rows
            .map(|row| {
                format!(
                    "{} {}",
                    row.layer.map_or("composite", layer),
                    row.state.word()
                )
            })
            .collect();
        names
    };
    let (better, worse) = (named(Says::Better), named(Says::Worse));
    if judged.is_empty() {
        return "Too few sessions to say anything.".to_owned();
    }
    if better.is_empty() && worse.is_empty() {
        return "For the next session every state is a coin toss: none went its way more often than sessions do anyway.".to_owned();
    }
    let mut said = Vec::new();
    if !better.is_empty() {
        said.push(format!(
            "went their way more often than sessions do anyway: {}",
            better.join(", ")
        ));
    }
    if !worse.is_empty() {
        said.push(format!("less often: {}", worse.join(", ")));
    }
    let tossed = named(Says::CoinToss).len();
    said.push(format!("a coin toss: the other {tossed}"));
    format!(
        "Of {} states with a way, {}.",
        judged.len(),
        said.join("; ")
    )
}
