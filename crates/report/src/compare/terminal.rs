//! Two runs side by side, at most 80 columns wide.

use std::fmt::Write as _;

use lab::compare::{
    Changed, Comparison, FigureDifference, OneSided, RegimeComparison, Side, Span, Why,
};
use serde_json::Value;

use crate::words::{NONE, banner, number, or_dash, percent, signed_dollars, signed_percent, wrap};

const WIDTH: usize = 80;

/// The comparison; of each kind of trades that differ at most `most_trades` a regime are listed.
pub fn comparison(comparison: &Comparison, most_trades: usize) -> String {
    let mut text = head(comparison);
    text.push_str(&plan(&comparison.plan));
    for regime in &comparison.regimes {
        text.push('\n');
        text.push_str(&section(regime, most_trades));
    }
    if let Some(together) = &comparison.together {
        let title = format!(
            "all {} regimes, one after the other",
            comparison.regimes.len()
        );
        let _ = writeln!(text, "\n{title}");
        text.push_str(&span(together));
    }
    text.push('\n');
    for warning in &comparison.warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    let how = format!(
        "*: the 95 % interval of the difference leaves out 0. {} draws of blocks of sessions, the same for both, seed {}; each interval \
         stands for itself: of twenty, one leaves out 0 by chance.",
        number(comparison.resamples as f64, 0),
        comparison.seed
    );
    text.push_str(&wrap("", &how, WIDTH));
    text.push('\n');
    text
}

fn head(comparison: &Comparison) -> String {
    let mut text = String::new();
    for (letter, side) in [("A", &comparison.a), ("B", &comparison.b)] {
        let Side {
            plan,
            tape,
            verdict,
            ..
        } = side;
        let line = format!("{plan} on {}; verdict {}", tape.name, verdict.as_str());
        text.push_str(&wrap(&format!("{letter}: "), &line, WIDTH));
        text.push('\n');
    }
    let banners = [&comparison.a, &comparison.b].map(|side| banner(&side.tape));
    let [first, second] = banners;
    for banner in first
        .iter()
        .chain(second.iter().filter(|b| Some(*b) != first.as_ref()))
    {
        text.push_str(banner);
        text.push('\n');
    }
    text
}

fn plan(changed: &[Changed]) -> String {
    if changed.is_empty() {
        return "\nThe two plans are the same.\n".to_owned();
    }
    let mut text = "\nIn the plan:\n".to_owned();
    for one in changed {
        let of = |value: &Option<Value>| or_dash(value.as_ref(), Value::to_string);
        let line = format!("{} = {}, was {}", one.key, of(&one.b), of(&one.a));
        text.push_str(&wrap("  ", &line, WIDTH));
        text.push('\n');
    }
    text
}

fn section(regime: &RegimeComparison, most_trades: usize) -> String {
    let (a, b) = (regime.standing_a.as_str(), regime.standing_b.as_str());
    let standing = if a == b {
        format!("both: {a}")
    } else {
        format!("A: {a}, B: {b}")
    };
    let title = format!(
        "{}, {} to {}; {standing}",
        regime.name, regime.from, regime.to
    );
    let mut text = wrap("", &title, WIDTH) + "\n" + &span(&regime.span);
    text.push_str(&trades(regime, most_trades));
    text
}

fn span(span: &Span) -> String {
    let mut text = format!(
        "  {:<17}{:>11}{:>11}{:>12}{:>25}\n",
        "", "A", "B", "B − A", "95 % interval"
    );
    for figure in &span.figures {
        let _ = writeln!(text, "{}", line(figure));
    }
    if span.figures.is_empty() {
        text.push_str("  an account was ruined: nothing to compare\n");
    }
    text
}

fn line(of: &FigureDifference) -> String {
    let (name, plain, signed) = form(of.figure);
    let interval = of.low.zip(of.high).map_or_else(
        || NONE.to_owned(),
        |(low, high)| format!("{} … {}", signed(low), signed(high)),
    );
    let mark = if of.beyond_chance { " *" } else { "" };
    format!(
        "  {name:<17}{:>11}{:>11}{:>12}{interval:>25}{mark}",
        or_dash(of.a, plain),
        or_dash(of.b, plain),
        or_dash(of.difference, signed)
    )
}

type Form = fn(f64) -> String;

/// What a figure is called, and how its values and its differences are written.
fn form(figure: &str) -> (&'static str, Form, Form) {
    let ratio: Form = |value| number(value, 2);
    let signed: Form = |value| {
        let text = number(value, 2);
        if text.starts_with('−') || text == "0.00" {
            text
        } else {
            format!("+{text}")
        }
    };
    match figure {
        "net_return" => ("net return", signed_percent, signed_percent),
        "max_drawdown" => ("largest drawdown", percent, signed_percent),
        "sharpe" => ("Sharpe ratio", ratio, signed),
        "sortino" => ("Sortino ratio", ratio, signed),
        "win_rate" => ("win rate", percent, signed_percent),
        "expectancy_usd" => ("expectancy", signed_dollars, signed_dollars),
        _ => ("expectancy in R", ratio, signed),
    }
}

fn trades(regime: &RegimeComparison, most: usize) -> String {
    let pairing = &regime.pairing;
    let bridge = &pairing.bridge;
    let mut text = String::new();
    let counted = format!(
        "trades: {} the same, {} changed, {} only in A, {} only in B",
        pairing.same_trades,
        pairing.changed.len(),
        pairing.only_in_a.len(),
        pairing.only_in_b.len()
    );
    let _ = writeln!(text, "  {counted}");
    if pairing.is_same() {
        return text;
    }
    let sum = format!(
        "net {} in A; changed trades {}, without A's own {}, B's own {}: {} in B",
        signed_dollars(bridge.a_usd),
        signed_dollars(bridge.changed_usd),
        signed_dollars(-bridge.only_in_a_usd),
        signed_dollars(bridge.only_in_b_usd),
        signed_dollars(bridge.b_usd)
    );
    text.push_str(&wrap("  ", &sum, WIDTH));
    text.push('\n');
    let changed = pairing.changed.iter().map(|pair| {
        let change = signed_dollars(pair.pnl_b_usd - pair.pnl_a_usd);
        let date = or_dash(pair.entry_date, |date| date.to_string());
        format!("{date} both, {change}: {}", pair.differs.join("; "))
    });
    let alone = |which: &'static str, other: &'static str| {
        move |one: &OneSided| {
            let date = or_dash(one.entry_date, |date| date.to_string());
            let pnl = signed_dollars(one.pnl_usd);
            format!(
                "{date} only in {which}, {pnl}; {other}: {}",
                reason(&one.why)
            )
        }
    };
    list(&mut text, changed, most);
    list(
        &mut text,
        pairing.only_in_a.iter().map(alone("A", "B")),
        most,
    );
    list(
        &mut text,
        pairing.only_in_b.iter().map(alone("B", "A")),
        most,
    );
    for (which, other, trades) in [
        ("A", "B", &pairing.only_in_b),
        ("B", "A", &pairing.only_in_a),
    ] {
        text.push_str(&asks(which, other, trades));
    }
    text
}

/// What stands beside a trade; the triggers behind `no setup` are the same for all and are said once.
fn reason(why: &Why) -> String {
    match why {
        Why::NoSetup { .. } => "no setup".to_owned(),
        other => other.sentence(),
    }
}

/// The triggers that `which` asks and `other` does not, if trades of the other failed for want of a setup.
fn asks(which: &str, other: &str, trades: &[OneSided]) -> String {
    let more = trades.iter().find_map(|one| match &one.why {
        Why::NoSetup { asks } if !asks.is_empty() => Some(asks.join(", ")),
        _ => None,
    });
    more.map_or_else(String::new, |more| {
        let line = format!("{which} asks what {other} does not: {more}");
        wrap("    ", &line, WIDTH) + "\n"
    })
}

fn list(text: &mut String, lines: impl ExactSizeIterator<Item = String>, most: usize) {
    let more = lines.len().saturating_sub(most);
    for line in lines.take(most) {
        text.push_str(&wrap("    ", &line, WIDTH));
        text.push('\n');
    }
    if more > 0 {
        let _ = writeln!(text, "    and {more} more: --trades N, or --format json");
    }
}
