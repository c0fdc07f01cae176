//! Numbers, flips and changes in words.

use lab::Origin;
use lab::signals::{Change, Flag, Flip, FlipAt, Layer, Reading, Side, Size, State};

use crate::words::{NONE, number, or_dash, simulated_banner, wrap};

/// Nothing is wider.
pub(super) const WIDTH: usize = 80;
/// The label of a row, and the word beside it.
const LABEL: usize = 18;
const WORD: usize = 11;

/// A row: a label, a word, and text that hangs beside them; ends with a newline.
pub(super) fn entry(label: &str, word: &str, text: &str) -> String {
    let line = wrapped(&format!("{label:<LABEL$}{word:<WORD$}"), text);
    format!("{}\n", line.trim_end())
}

/// A number and its per cent sign stay on one line.
pub(super) fn wrapped(lead: &str, text: &str) -> String {
    let kept = text.replace(" %", "\u{1}%");
    wrap(lead, &kept, WIDTH).replace('\u{1}', " ")
}

/// A paragraph with a bullet; ends with a newline.
pub(super) fn bullet(text: &str) -> String {
    format!("{}\n", wrapped("  - ", text))
}

/// What was missing, and the last word on made prices.
pub(super) fn closing(notes: &[String], origin: &Origin) -> String {
    let mut text = String::new();
    if !notes.is_empty() {
        text.push_str("\nNOTES\n");
        text.extend(notes.iter().map(|note| bullet(note)));
    }
    if simulated_banner(origin).is_some() {
        text.push_str("\nSIMULATED prices: no evidence about any market.\n");
    }
    text
}

/// The mark of made prices, and an empty line; nothing for real ones.
pub(super) fn banner(origin: &Origin) -> String {
    simulated_banner(origin).map_or_else(String::new, |banner| format!("{banner}\n\n"))
}

/// `0.0312` as `+3.1 %`.
pub(super) fn moved(fraction: f64) -> String {
    format!("{} %", signed(fraction * 100.0, 1))
}

/// The same or the dash.
pub(super) fn moved_or(fraction: Option<f64>) -> String {
    or_dash(fraction, moved)
}

/// A number with its sign.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if text.starts_with('−') || zero {
        text
    } else {
        format!("+{text}")
    }
}

/// A number or the dash.
pub(super) fn plain(value: Option<f64>, decimals: usize) -> String {
    or_dash(value, |value| number(value, decimals))
}

/// Dollars or the dash: `163.90`.
pub(super) fn usd(value: Option<f64>) -> String {
    plain(value, 2)
}

/// A state or `unknown`.
pub(super) const fn state(state: Option<State>) -> &'static str {
    match state {
        Some(state) => state.word(),
        None => "unknown",
    }
}

/// `+`, `0`, `−`, `?`.
pub(super) const fn mark(state: Option<State>) -> &'static str {
    match state {
        Some(State::Bullish) => "+",
        Some(State::Neutral) => "0",
        Some(State::Bearish) => "−",
        None => "?",
    }
}

/// A layer's name for people.
pub(super) const fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::RelativeStrength => "relative strength",
        other => other.word(),
    }
}

/// What a flag says, for people.
pub(super) const fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Converging => "averages converge after a long separation (the best setup)",
        Flag::VolumeMark => "volume mark",
        Flag::Divergence => "divergence: a rally without enough members",
        Flag::Repair => "repair: breadth up from a low reading, price near its low",
        Flag::BreadthRising => "breadth rising",
        Flag::Deteriorating => "deterioration: lags while the benchmark rises",
        Flag::WideRange => "wide range",
        Flag::Breakout => "breakout",
        Flag::Squeeze => "squeeze: a breakout on high short interest",
    }
}

/// The nearest flip as a sentence; of breadth, `now` is its reading, percent.
pub(super) fn flip(flip: Option<&Flip>, now: Option<f64>) -> String {
    let Some(flip) = flip else {
        return match now {
            Some(_) => "No next reading turns it.".to_owned(),
            None => "No close within 25 % turns it.".to_owned(),
        };
    };
    let to = flip.to.word();
    match flip.at {
        FlipAt::Any => {
            format!("Turns {to} at the next close, wherever: a value drops out of its window.")
        }
        FlipAt::Price(price) => {
            let (price, far) = (number(price, 2), moved(flip.distance));
            match (flip.side, flip.unchanged_flips) {
                (Side::Above, false) => format!("Turns {to} on a close above {price} ({far})."),
                (Side::Below, false) => format!("Turns {to} on a close below {price} ({far})."),
                (Side::Above, true) => {
                    format!("Turns {to} unless the next close is below {price} ({far}).")
                }
                (Side::Below, true) => {
                    format!("Turns {to} unless the next close is above {price} ({far}).")
                }
            }
        }
        FlipAt::Breadth(at) => {
            let (at, now) = (number(at, 1), plain(now, 1));
            match (flip.side, flip.unchanged_flips) {
                (Side::Above, false) => format!("Turns {to} at {at} %, now {now} %."),
                (Side::Below, false) => format!("Turns {to} below {at} %, now {now} %."),
                (Side::Above, true) => {
                    format!("Turns {to} unless the next reading is below {at} %, now {now} %.")
                }
                (Side::Below, true) => {
                    format!("Turns {to} unless the next reading is {at} % or more, now {now} %.")
                }
            }
        }
    }
}

/// What the composite rests on: `trend +, momentum 0; breadth unknown`.
pub(super) fn rests_on(reading: &Reading) -> String {
    let composite = &reading.composite;
    let known: Vec<String> = composite
        .rests_on
        .iter()
        .map(|&of| format!("{} {}", layer(of), mark(reading.state(of))))
        .collect();
    let unknown: Vec<&str> = composite.unknown.iter().map(|&of| layer(of)).collect();
    let sum = or_dash(composite.sum, |sum| signed(f64::from(sum), 0));
    let mut text = match known.len() {
        0 => "it rests on nothing".to_owned(),
        4 => format!("sum {sum}: {}", known.join(", ")),
        n => format!(
            "sum {sum}, resting on {n} of 4 layers: {}",
            known.join(", ")
        ),
    };
    if !unknown.is_empty() {
        text = format!("{text}; unknown: {}", unknown.join(", "));
    }
    text
}

/// A change in words: `trend bullish → bearish`.
pub(super) fn change(change: Change) -> String {
    match change {
        Change::Layer {
            layer: of,
            from,
            to,
        } => {
            format!("{} {} → {}", layer(of), state(from), state(to))
        }
        Change::Composite { from, to } => format!("composite {} → {}", state(from), state(to)),
        Change::Rotation { from, to } => {
            let word = |rotation: Option<lab::signals::Rotation>| {
                rotation.map_or("unknown", lab::signals::Rotation::word)
            };
            format!("rotation {} → {}", word(from), word(to))
        }
        Change::Size { from, to } => format!("size {} → {}", size(from), size(to)),
        Change::Flag { flag: of, from, to } => match (from, to) {
            (_, Some(true)) => format!("now: {}", flag(of)),
            (None, Some(false)) => format!("no (was unknown): {}", flag(of)),
            (_, Some(false)) => format!("no longer: {}", flag(of)),
            (_, None) => format!("unknown now: {}", flag(of)),
        },
    }
}

/// `half (flight to large caps)`.
fn size(size: Size) -> String {
    format!("{} ({})", size.word(), size.why())
}

/// A date or the dash.
pub(super) fn date(date: Option<market::Date>) -> String {
    date.map_or_else(|| NONE.to_owned(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flip_is_a_specific_threshold() {
        let of = |at, side, unchanged_flips| Flip {
            to: State::Bearish,
            at,
            side,
            distance: -0.021,
            unchanged_flips,
        };
        let price = FlipAt::Price(163.2);
        assert_eq!(
            flip(Some(&of(price, Side::Below, false)), None),
            "Turns bearish on a close below 163.20 (−2.1 %)."
        );
        assert_eq!(
            flip(Some(&of(price, Side::Below, true)), None),
            "Turns bearish unless the next close is above 163.20 (−2.1 %)."
        );
        assert_eq!(
            flip(
                Some(&of(FlipAt::Breadth(50.0), Side::Below, false)),
                Some(52.31)
            ),
            "Turns bearish below 50.0 %, now 52.3 %."
        );
        let bullish = Flip {
            to: State::Bullish,
            ..of(FlipAt::Breadth(55.0), Side::Above, false)
        };
        assert_eq!(
            flip(Some(&bullish), Some(52.31)),
            "Turns bullish at 55.0 %, now 52.3 %."
        );
        assert_eq!(flip(None, None), "No close within 25 % turns it.");
    }

    #[test]
    fn rows_hang() {
        let row = entry("trend", "bearish", &"word ".repeat(14));
        let lines: Vec<&str> = row.lines().collect();
        assert!(lines[0].starts_with("trend             bearish    word"));
        assert!(lines[1].starts_with("                             word"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
