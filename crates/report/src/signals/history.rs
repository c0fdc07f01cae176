//! Many sessions' readings on the terminal.

use std::fmt::Write as _;

use lab::signals::{Layer, Rotation, SignalHistory, State};

use super::words::{banner, closing, mark, signed, state, wrapped};
use crate::words::or_dash;

/// Beyond so many sessions only those are shown at which the composite changed.
const SESSIONS: usize = 60;

/// A line a session; of a long range, a line a change of the composite. Ends with a newline.
pub fn signal_history(history: &SignalHistory) -> String {
    let mut text = banner(&history.origin);
    let rows = history.rows.clone();
    let date = |row: usize| super::words::date(history.dates.get(row).copied());
    let (first, last) = (date(rows.start), date(rows.end.saturating_sub(1)));
    let head = format!(
        "{} at the closes of {first} to {last}: {} sessions; tape {}, profile {}",
        history.profile().symbol,
        rows.len(),
        history.tape,
        history.name
    );
    let _ = writeln!(text, "{}\n", wrapped("", &head));
    let composite = history.columns.composite();
    let at = |row: usize| composite.get(row).copied().flatten();
    for one in [
        Some(State::Bullish),
        Some(State::Neutral),
        Some(State::Bearish),
        None,
    ] {
        let n = rows.clone().filter(|&row| at(row) == one).count();
        let share = n as f64 / rows.len() as f64 * 100.0;
        let _ = writeln!(text, "{:<10}{n:>6} sessions{share:>6.1} %", state(one));
    }
    let long = rows.len() > SESSIONS;
    let shown: Vec<usize> = rows
        .clone()
        .filter(|&row| !long || row == rows.start || at(row) != at(row - 1))
        .collect();
    if long {
        text.push_str("\nWhere the composite changed (--out keeps every session):\n");
    } else {
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{:<12}{:<9}{:>4}  {:<6}{:<9}{:<8}{:<9}{:<12}size",
        "close of", "composite", "sum", "trend", "momentum", "breadth", "strength", "rotation"
    );
    for row in shown {
        let _ = writeln!(text, "{}", line(history, row).trim_end());
    }
    text + &closing(&history.notes, &history.origin)
}

fn line(history: &SignalHistory, row: usize) -> String {
    let columns = &history.columns;
    let of = |layer: Layer| mark(columns.state(layer).get(row).copied().flatten());
    let rotation = columns.rotation().get(row).copied().flatten();
    format!(
        "{:<12}{:<9}{:>4}  {:<6}{:<9}{:<8}{:<9}{:<12}{:<5}",
        super::words::date(history.dates.get(row).copied()),
        state(columns.composite().get(row).copied().flatten()),
        or_dash(columns.sum(row), |sum| signed(f64::from(sum), 0)),
        of(Layer::Trend),
        of(Layer::Momentum),
        of(Layer::Breadth),
        of(Layer::RelativeStrength),
        rotation.map_or("unknown", Rotation::word),
        columns.size().get(row).map_or("", |size| size.word()),
    )
}
