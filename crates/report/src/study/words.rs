//! Effects and reasons as people read them.

use lab::study::{Claim, Direction, Effect, Figures, Judged, Measure, Size, Why};

use crate::words::{number, percent, signed_percent};

/// What is compared, in a word.
pub(super) const fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Difference => "difference",
        Effect::Ratio => "ratio",
        Effect::Mean { .. } => "mean",
    }
}

/// Which way it is said to go.
pub(super) const fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Above => "above",
        Direction::Below => "below",
    }
}

/// An effect, or an end of its interval, in its own unit.
pub(super) fn effect(claim: &Claim, value: f64) -> String {
    match (claim.effect, claim.measure) {
        (Effect::Ratio, _) => format!("{}×", number(value, 2)),
        (Effect::Difference, Measure::Fraction | Measure::Rate) => signed_percent(value),
        (Effect::Mean { .. }, Measure::Fraction | Measure::Rate) => percent(value),
        (Effect::Difference, Measure::Number) if value > 0.0 => format!("+{}", number(value, 2)),
        (Effect::Difference | Effect::Mean { .. }, Measure::Number) => number(value, 2),
    }
}

/// A mean outcome in its own unit.
pub(super) fn outcome(claim: &Claim, value: f64) -> String {
    match claim.measure {
        Measure::Fraction => signed_percent(value),
        Measure::Rate => percent(value),
        Measure::Number => number(value, 2),
    }
}

/// The size a claim speaks of.
pub(super) fn size(claim: &Claim) -> Option<String> {
    let say = |value| effect(claim, value);
    Some(match claim.expect.size? {
        Size::AtLeast(least) => format!("at least {}", say(least)),
        Size::AtMost(most) => format!("at most {}", say(most)),
        Size::Between(least, most) => format!("{} to {}", say(least), say(most)),
        Size::About(about) => format!("about {}", say(about)),
    })
}

/// `1.31× (95 %: 1.10× … 1.60×)`.
pub(super) fn with_interval(claim: &Claim, figures: &Figures) -> Option<String> {
    let (found, low, high) = (figures.effect?, figures.low?, figures.high?);
    Some(format!(
        "{} (95 %: {} … {})",
        effect(claim, found),
        effect(claim, low),
        effect(claim, high)
    ))
}

/// Why the verdict is what it is, in a sentence.
pub(super) fn why(judged: &Judged) -> String {
    let claim = &judged.claim;
    let figures = judged.figures.clone().unwrap_or_default();
    let of = |apart: usize, all: usize, what: &str| {
        format!(
            "{} {what} whose outcomes do not overlap (of {}), and {} are asked for",
            number(apart as f64, 0),
            number(all as f64, 0),
            claim.min_events
        )
    };
    match &judged.why {
        Why::Holds => match size(claim) {
            None => "the effect goes as claimed, by more than chance".to_owned(),
            Some(size) => {
                format!("the effect goes as claimed, by more than chance, and {size} is possible")
            }
        },
        Why::OtherWay => format!(
            "the effect does not go as claimed{}",
            excluded(claim, &figures)
        ),
        Why::Chance => format!(
            "{}{}",
            by_chance(judged, &figures),
            excluded(claim, &figures)
        ),
        Why::Size => format!(
            "the direction holds, the size does not: {}, claimed {}",
            with_interval(claim, &figures).unwrap_or_default(),
            size(claim).unwrap_or_default()
        ),
        Why::FewEvents => of(figures.events_apart, figures.events, "events"),
        Why::FewControls => of(figures.controls_apart, figures.controls, "controls"),
        Why::SameBars => "events and controls are the same bars with the same outcomes".to_owned(),
        Why::Undefined(undefined) => undefined.to_string(),
        Why::Lacks(lacks) => lacks.clone(),
    }
}

/// What else is wrong with a claim: its interval rules out the size it speaks of.
fn excluded(claim: &Claim, figures: &Figures) -> String {
    let ends = figures.low.zip(figures.high).zip(claim.expect.size);
    match ends {
        Some(((low, high), claimed)) if !claimed.is_possible(low, high) => {
            format!(
                "; the interval excludes {}",
                size(claim).unwrap_or_default()
            )
        }
        _ => String::new(),
    }
}

/// How often chance does as much: alone, or only since so many claims are asked.
fn by_chance(judged: &Judged, figures: &Figures) -> String {
    let claimed = "the effect goes as claimed, but";
    match (figures.p, figures.p_corrected) {
        (Some(p), Some(corrected)) if judged.passes_alone() => format!(
            "{claimed} only a claim tested alone could go by p {}; among all of them it is {}",
            number(p, 4),
            number(corrected, 3)
        ),
        (Some(p), _) => format!(
            "{claimed} chance alone does as much in {} of draws",
            percent(p)
        ),
        _ => format!("{claimed} chance does as much"),
    }
}
