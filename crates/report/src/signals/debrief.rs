//! A session against its reading, on the terminal.

use std::fmt::Write as _;

use lab::signals::{Call, Debrief, Sign, SignOf, State, When};

use super::words::{
    banner, bullet, closing, entry, layer, moved, plain, rests_on, signed, state, usd, wrapped,
};
use crate::words::number;

/// The debrief, at most 80 columns wide, ending with a newline.
pub fn debrief(debrief: &Debrief) -> String {
    let mut text = banner(&debrief.origin);
    let head = format!(
        "{} on {}, against the reading at the close of {}; tape {}, profile {}",
        debrief.symbol, debrief.on, debrief.before, debrief.tape, debrief.name
    );
    let _ = writeln!(text, "{}\n", wrapped("", &head));
    text.push_str(&session(debrief));
    let reading = &debrief.reading;
    let composite = format!("{}; {}", state(reading.composite.state), rests_on(reading));
    text.push_str(&entry("COMPOSITE", debrief.composite.word(), &composite));
    let size = format!("{}: {}", reading.size.word(), reading.size.why());
    text.push_str(&entry("SIZE", "", &size));
    text.push('\n');
    for call in &debrief.layers {
        text.push_str(&entry(
            layer(call.layer),
            call.call.word(),
            state(call.state),
        ));
    }
    text.push('\n');
    text.push_str(&layers(debrief));
    text.push_str(&signs(debrief));
    let _ = writeln!(text, "\n{}", wrapped("REMEMBER  ", &debrief.lesson));
    text + &closing(&debrief.notes, &debrief.origin)
}

fn session(debrief: &Debrief) -> String {
    let did = &debrief.did;
    let word = match did.way() {
        State::Bullish => "rose",
        State::Neutral => "unchanged",
        State::Bearish => "fell",
    };
    let mut said = format!(
        "{} close to close: {} before, open {} (gap {}), high {}, low {}, close {}. Open to close {}; range {} ATR, move {} ATR.",
        moved(did.close_to_close),
        number(did.previous_close_usd, 2),
        number(did.open_usd, 2),
        moved(did.gap),
        number(did.high_usd, 2),
        number(did.low_usd, 2),
        number(did.close_usd, 2),
        moved(did.open_to_close),
        plain(did.range_atr, 2),
        did.move_atr
            .map_or_else(|| "–".to_owned(), |atr| signed(atr, 2))
    );
    if did.dividend_usd.is_some() {
        let _ = write!(
            said,
            " A dividend of {} went off; returns are of the price.",
            usd(did.dividend_usd)
        );
    }
    entry("SESSION", word, &said)
}

fn layers(debrief: &Debrief) -> String {
    let told = |call: Call, none: &str| {
        let layers: Vec<&str> = debrief.layers_that(call).into_iter().map(layer).collect();
        if layers.is_empty() {
            none.to_owned()
        } else {
            layers.join(", ")
        }
    };
    entry("called it", "", &told(Call::Right, "no layer"))
        + &entry("failed", "", &told(Call::Wrong, "no layer"))
}

fn signs(debrief: &Debrief) -> String {
    let Some((first, rest)) = debrief.signs.split_first() else {
        return entry("first warning", "", "none of what is watched");
    };
    let mut text = entry("first warning", "", &sign(first));
    if !rest.is_empty() {
        text.push_str("then\n");
        text.extend(rest.iter().map(|one| bullet(&sign(one))));
    }
    text
}

fn sign(sign: &Sign) -> String {
    let what = match sign.of {
        SignOf::Gap => "the open gapped by more than 0.8 %".to_owned(),
        SignOf::Flip { layer: of, to } => format!(
            "{} turns {} at {}",
            layer(of),
            to.word(),
            number(sign.level_usd, 2)
        ),
        SignOf::Rotation { to } => {
            format!(
                "rotation turns to {} at {}",
                to.word(),
                number(sign.level_usd, 2)
            )
        }
        SignOf::Atr => format!(
            "one ATR from the close before, {}",
            number(sign.level_usd, 2)
        ),
        SignOf::Banks => format!("{} 1.5 % down, {}", sign.symbol, number(sign.level_usd, 2)),
    };
    let beside = sign.benchmark.as_ref();
    let beside = beside.map_or_else(String::new, |other| {
        format!(", {} {}", other.symbol, moved(other.change))
    });
    let what = format!("{what}{beside}");
    let price = number(sign.price_usd, 2);
    match sign.when {
        When::Open(time) => format!("{} at the open, {price}: {what}", clock(time)),
        When::By(time) => format!("by {}, {price}: {what} ({} bars)", clock(time), sign.bars),
        When::Close(time) => format!("{} at the close, {price}: {what}", clock(time)),
        When::SomeTime => format!("some time, {price}: {what} (daily bar: no time)"),
    }
}

fn clock(time: market::Time) -> String {
    let local = time.exchange();
    local.map_or_else(|| "–".to_owned(), |local| local.format("%H:%M").to_string())
}
