//! Claims on the terminal, at most 80 columns wide.

use std::fmt::Write as _;

use lab::study::{ClaimVerdict, Figures, Judged, Study};

use super::words::{effect, effect_word, outcome, size, why};
use crate::words::{NONE, banner, last_word, number, or_dash, wrap};

const WIDTH: usize = 80;

/// A line a claim, then each claim with its figures and why, ending with a newline.
pub fn study(study: &Study) -> String {
    let mut text = head(study);
    let _ = writeln!(
        text,
        "\n{:<25}{:>6}{:>9}{:>19}{:>7} verdict",
        "claim", "events", "effect", "95 % interval", "p"
    );
    for judged in &study.claims {
        text.push_str(&line(judged));
    }
    text.push_str(&wrap("", &count(study), WIDTH));
    text.push('\n');
    for judged in &study.claims {
        text.push('\n');
        text.push_str(&section(judged));
    }
    text.push('\n');
    for warning in &study.warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    let p = format!(
        "p: one-sided, corrected for {} by Holm's method. Returns are of raw prices: dividends are left out.",
        counted(study.family, "claim")
    );
    text.push_str(&wrap("", &p, WIDTH));
    text.push('\n');
    if let Some(word) = last_word(&study.tape) {
        text.push_str(&word.replace("the plan", "the claims"));
        text.push('\n');
    }
    text
}

fn head(study: &Study) -> String {
    let dates = match (study.from, study.to) {
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        (Some(from), None) => format!(", from {from}"),
        (None, Some(to)) => format!(", to {to}"),
        (None, None) => String::new(),
    };
    let title = format!(
        "{} on {}{dates}; {} resamples in blocks, seed {}",
        counted(study.claims.len(), "claim"),
        study.tape.name,
        number(study.resamples as f64, 0),
        study.seed
    );
    let mut text = wrap("", &title, WIDTH) + "\n";
    if let Some(banner) = banner(&study.tape) {
        text.push_str(&banner.replace("about the plan", "about the claims"));
        text.push('\n');
    }
    text
}

fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {what}{s}", number(count as f64, 0))
}

fn line(judged: &Judged) -> String {
    let claim = &judged.claim;
    let figures = judged.figures.clone().unwrap_or_default();
    let interval = figures
        .low
        .zip(figures.high)
        .map(|(low, high)| format!("{} {}", effect(claim, low), effect(claim, high)));
    format!(
        "{:<25}{:>6}{:>9}{:>19}{:>7} {}\n",
        claim.name,
        judged
            .figures
            .as_ref()
            .map_or_else(|| NONE.to_owned(), |f| number(f.events as f64, 0)),
        or_dash(figures.effect, |value| effect(claim, value)),
        or_dash(interval, |text| text),
        or_dash(figures.p_corrected, |p| number(p, 3)),
        judged.verdict.as_str()
    )
}

fn count(study: &Study) -> String {
    let all = [
        ClaimVerdict::Supported,
        ClaimVerdict::NotSupported,
        ClaimVerdict::TooFew,
        ClaimVerdict::Unknown,
    ];
    let each = all.into_iter().map(|verdict| {
        let count = study
            .claims
            .iter()
            .filter(|judged| judged.verdict == verdict)
            .count();
        format!("{count} {}", verdict.as_str())
    });
    each.collect::<Vec<_>>().join(", ")
}

fn section(judged: &Judged) -> String {
    let claim = &judged.claim;
    let model = if judged.model { " (MODEL)" } else { "" };
    let title = format!("{}: {}{model}", claim.name, judged.verdict.as_str());
    let mut text = wrap("", &title, WIDTH) + "\n";
    text.push_str(&paragraph(&format!("“{}”", claim.says)));
    if let Some(figures) = &judged.figures {
        text.push_str(&paragraph(&sides(judged, figures)));
        text.push_str(&paragraph(&tested(judged, figures)));
    }
    text.push_str(&paragraph(&format!(
        "{}: {}",
        judged.verdict.as_str(),
        why(judged)
    )));
    for note in &judged.notes {
        text.push_str(&paragraph(&format!("note: {note}")));
    }
    text
}

fn paragraph(text: &str) -> String {
    wrap("  ", text, WIDTH) + "\n"
}

fn sides(judged: &Judged, figures: &Figures) -> String {
    let claim = &judged.claim;
    let side = |what: &str, all: usize, apart: usize, mean: Option<f64>| {
        format!(
            "{} {what} ({} apart), mean {}",
            number(all as f64, 0),
            number(apart as f64, 0),
            or_dash(mean, |mean| outcome(claim, mean))
        )
    };
    let mut text = side(
        "events",
        figures.events,
        figures.events_apart,
        figures.event_mean,
    );
    if claim.effect.compares() {
        let controls = side(
            "controls",
            figures.controls,
            figures.controls_apart,
            figures.control_mean,
        );
        let _ = write!(text, "; {controls}");
    }
    text
}

fn tested(judged: &Judged, figures: &Figures) -> String {
    let claim = &judged.claim;
    let mut text = format!(
        "{} {}",
        effect_word(claim.effect),
        or_dash(figures.effect, |value| effect(claim, value))
    );
    if let Some((low, high)) = figures.low.zip(figures.high) {
        let _ = write!(
            text,
            ", 95 % {} … {}",
            effect(claim, low),
            effect(claim, high)
        );
    }
    if let Some(size) = size(claim) {
        let _ = write!(text, " (claimed {size})");
    }
    if let Some((p, corrected)) = figures.p.zip(figures.p_corrected) {
        let _ = write!(
            text,
            "; p {}, corrected {}",
            number(p, 4),
            number(corrected, 4)
        );
    }
    if let Some((from, to)) = figures.from.zip(figures.to) {
        let _ = write!(text, "; {from} to {to}");
    }
    if let Some(block) = figures.block_bars {
        let _ = write!(text, ", blocks of {}", counted(block, "bar"));
    }
    text
}
