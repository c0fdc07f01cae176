//! One line to remember of a session.

use signals::{Layer, State};

use super::debrief::{Call, Debrief};
use super::warning::{Sign, SignOf, When};

/// A close within this many ATR of the one before teaches nothing.
const NOISE_ATR: f64 = 0.25;

/// The line.
pub(super) fn lesson(debrief: &Debrief) -> String {
    let moved = debrief.did.close_to_close * 100.0;
    let way = match debrief.did.way() {
        State::Bullish => format!("rose {moved:.1} %"),
        State::Bearish => format!("fell {:.1} %", -moved),
        State::Neutral => return "It ended where it began: nothing to learn.".to_owned(),
    };
    if let Some(atr) = debrief.did.move_atr.filter(|atr| atr.abs() < NOISE_ATR) {
        return format!(
            "It {way}, {:.2} ATR: noise, whatever the layers said.",
            atr.abs()
        );
    }
    let right = words(&debrief.layers_that(Call::Right));
    let wrong = words(&debrief.layers_that(Call::Wrong));
    let first = debrief.signs.first().map(sign);
    let first = first.map_or_else(
        || "nothing watched warned".to_owned(),
        |sign| format!("first came {sign}"),
    );
    let composite = debrief.reading.composite.state;
    match (debrief.composite, composite) {
        (Call::Right, Some(state)) => format!(
            "{} before the open, and it {way}: {} had it; {first}.",
            capital(state.word()),
            right.unwrap_or_else(|| "no single layer".to_owned())
        ),
        (Call::Wrong, Some(state)) => format!(
            "{} before the open, but it {way}: {} failed, {}; {first}.",
            capital(state.word()),
            wrong.unwrap_or_else(|| "no single layer".to_owned()),
            right.map_or_else(
                || "no layer had it".to_owned(),
                |right| format!("{right} had it")
            )
        ),
        (Call::Aside, _) => format!(
            "No side was taken and it {way}: {}; {first}.",
            right.map_or_else(
                || "no layer had it".to_owned(),
                |right| format!("{right} had it")
            )
        ),
        _ => format!("No layer was known, and it {way}: {first}."),
    }
}

fn words(layers: &[Layer]) -> Option<String> {
    let words: Vec<&str> = layers
        .iter()
        .map(|layer| match layer {
            Layer::RelativeStrength => "relative strength",
            other => other.word(),
        })
        .collect();
    match words.split_last() {
        None => None,
        Some((last, [])) => Some((*last).to_owned()),
        Some((last, others)) => Some(format!("{} and {last}", others.join(", "))),
    }
}

fn sign(sign: &Sign) -> String {
    let what = match sign.of {
        SignOf::Gap => "the gap".to_owned(),
        SignOf::Flip { layer, .. } => format!(
            "the price at which {} turns",
            words(&[layer]).unwrap_or_default()
        ),
        SignOf::Rotation { to } => format!("the price at which rotation turns to {}", to.word()),
        SignOf::Atr => "one ATR".to_owned(),
        SignOf::Banks => format!("{} 1.5 % down", sign.symbol),
    };
    let when = match sign.when {
        When::Open(_) => "at the open".to_owned(),
        When::By(time) => match time.exchange() {
            Some(time) => format!("by {}", time.format("%H:%M")),
            None => String::new(),
        },
        When::SomeTime => "some time that day".to_owned(),
        When::Close(_) => "at the close".to_owned(),
    };
    format!("{what} {when}")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
