//! A diagnosis on the terminal, at most 80 columns wide.

use std::fmt::Write as _;

use lab::diagnose::{Diagnosis, Judged, Look};

use super::words::{cents, clean, in_cents, pasted};
use crate::words::{banner, last_word, number, percent, signed_dollars, signed_percent, wrap};

const WIDTH: usize = 80;
/// Rows of a list that are printed; JSON has all.
const MOST: usize = 12;
const LEVEL: f64 = 0.05;

/// The verdict, the bridge, the rules, the conditions and the next command, ending with a newline.
pub fn diagnosis(diagnosis: &Diagnosis) -> String {
    let mut text = head(diagnosis);
    text.push('\n');
    line(&mut text, "", &diagnosis.sentence);
    text.push('\n');
    text.push_str(&bridge(diagnosis));
    text.push_str(&shift(diagnosis));
    text.push_str(&rules(diagnosis));
    text.push_str(&trades(diagnosis));
    text.push_str(&conditions(diagnosis));
    text.push('\n');
    line(&mut text, "next: ", &diagnosis.next.why);
    // Not wrapped: what is pasted must be whole.
    let _ = writeln!(text, "  {}", clean(&pasted(&diagnosis.next.command)));
    text.push('\n');
    for warning in &diagnosis.warnings {
        line(&mut text, "warning: ", warning);
    }
    if let Some(word) = last_word(&diagnosis.tape) {
        text.push_str(word);
        text.push('\n');
    }
    text
}

fn line(text: &mut String, lead: &str, said: &str) {
    text.push_str(&wrap(lead, &clean(said), WIDTH));
    text.push('\n');
}

fn head(diagnosis: &Diagnosis) -> String {
    let log = &diagnosis.log;
    let mut text = String::new();
    line(
        &mut text,
        "",
        &format!(
            "{}: {} closed trades of {} in the log ({}, times in {}), {} to {}",
            diagnosis.plan,
            number(log.trades as f64, 0),
            diagnosis.symbol,
            log.format,
            log.zone,
            diagnosis.span.0,
            diagnosis.span.1
        ),
    );
    line(&mut text, "tape: ", &diagnosis.tape.name);
    if let Some(left) = left_out(diagnosis) {
        line(&mut text, "left out: ", &left);
    }
    if let Some(banner) = banner(&diagnosis.tape) {
        text.push_str(&banner);
        text.push('\n');
    }
    text
}

/// What of the file was not used.
fn left_out(diagnosis: &Diagnosis) -> Option<String> {
    let out = &diagnosis.log.left_out;
    let names: Vec<String> = out
        .other_symbols
        .iter()
        .take(MOST)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let others: usize = out.other_symbols.values().sum();
    let mut said: Vec<String> = Vec::new();
    if others > 0 {
        said.push(format!("{others} of other symbols ({})", names.join(", ")));
    }
    for (count, what) in [
        (
            out.not_shares,
            "of options and other things that are no shares",
        ),
        (out.undone, "cancelled, rejected or unfilled"),
        (out.duplicates, "that stand there twice"),
        (out.unopened, "that close what was opened before the log"),
        (out.no_trades, "that are no trades"),
        (diagnosis.log.outside, "closed trades outside the dates"),
    ] {
        if count > 0 {
            said.push(format!("{count} {what}"));
        }
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn row(label: &str, trades: &str, usd: &str) -> String {
    format!("  {label:<44}{trades:>8}{usd:>16}\n")
}

fn bridge(diagnosis: &Diagnosis) -> String {
    let (plan, steps, log) = in_cents(diagnosis);
    let mut text = row("from the plan's dollars to yours", "trades", "dollars");
    let count = |n: usize| number(n as f64, 0);
    text.push_str(&row(
        "the plan over these sessions",
        &count(diagnosis.plan_trades),
        &cents(plan),
    ));
    for (line, step) in diagnosis.bridge.iter().zip(steps) {
        let label = format!("  {}", line.component.words());
        text.push_str(&row(&label, &count(line.trades), &cents(step)));
    }
    text.push_str(&row("your log", &count(diagnosis.log.trades), &cents(log)));
    text
}

/// The plan itself against its past.
fn shift(diagnosis: &Diagnosis) -> String {
    let shift = &diagnosis.shift;
    let mut text = String::from("\n");
    let Some(baseline) = &shift.baseline else {
        line(
            &mut text,
            "the plan itself: ",
            shift.absent.as_deref().unwrap_or("not compared"),
        );
        return text;
    };
    let mean = |value: f64| match baseline.unit {
        "R" => format!("{} R", number(value, 2)),
        _ => signed_percent(value),
    };
    let mut said = format!(
        "{} a trade over {} trades from {} to {}",
        mean(baseline.expectancy),
        number(baseline.trades as f64, 0),
        baseline.from,
        baseline.to
    );
    if let Some(now) = shift.expectancy {
        let _ = write!(said, "; {} a trade here", mean(now));
    }
    if let (Some(expected), Some((low, high))) = (shift.expected_usd, shift.expected_95_usd) {
        let _ = write!(
            said,
            ". Expected {} (95 %: {} to {}), made {}",
            signed_dollars(expected),
            signed_dollars(low),
            signed_dollars(high),
            signed_dollars(diagnosis.plan_usd)
        );
        let outside = diagnosis.plan_usd < low && shift.p_corrected.is_some_and(|p| p > LEVEL);
        if outside {
            said.push_str(
                " (outside, and yet no shift: the draws leave out how far the span's own trades spread, which the test counts)",
            );
        }
    }
    if let Some(absent) = &shift.absent {
        let _ = write!(said, ". {absent}");
    }
    line(&mut text, "the plan before: ", &said);
    text
}

fn rules(diagnosis: &Diagnosis) -> String {
    if diagnosis.broken.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n");
    text.push_str(&row("rules behind the losing trades", "trades", "dollars"));
    for rule in diagnosis.broken.iter().take(MOST) {
        let name = clean(&rule.rule);
        let usd = number(rule.usd, 2);
        if name.chars().count() <= 44 {
            text.push_str(&row(&name, &rule.trades.to_string(), &usd));
        } else {
            text.push_str(&wrap("  ", &name, WIDTH));
            text.push('\n');
            text.push_str(&row("", &rule.trades.to_string(), &usd));
        }
    }
    text.push_str("  A trade that broke several rules counts under each.\n");
    text
}

/// The trades that differ most, with what made them.
fn trades(diagnosis: &Diagnosis) -> String {
    let differs = |trade: &Judged| trade.parts.iter().map(|(_, usd)| usd).sum::<f64>();
    let mut trades: Vec<&Judged> = diagnosis
        .trades
        .iter()
        .filter(|t| differs(t).abs() >= 0.005)
        .collect();
    if trades.is_empty() {
        return String::new();
    }
    trades.sort_by(|a, b| {
        differs(a)
            .total_cmp(&differs(b))
            .then(a.number.cmp(&b.number))
    });
    let mut text = String::from("\n  trades that cost most against the plan\n");
    for trade in trades.iter().take(MOST) {
        let plan = trade.plan.as_ref().map_or(0.0, |plan| plan.pnl_usd);
        let mut parts: Vec<String> = Vec::new();
        for (component, usd) in &trade.parts {
            if usd.abs() >= 0.005 {
                parts.push(format!("{} {}", component.words(), signed_dollars(*usd)));
            }
        }
        let lead = format!("  #{} line {} ", trade.number, trade.line);
        let said = format!(
            "{} {} {}: {} where the plan made {}: {}",
            trade.entry_time,
            trade.side.direction(),
            number(trade.quantity, 0),
            signed_dollars(trade.pnl_usd),
            if trade.plan.is_some() {
                signed_dollars(plan)
            } else {
                "no trade".to_owned()
            },
            parts.join(", ")
        );
        line(&mut text, &lead, &said);
    }
    text
}

fn conditions(diagnosis: &Diagnosis) -> String {
    let looks = &diagnosis.looks;
    let mut text = String::from("\n");
    if let Some(absent) = &looks.absent {
        line(&mut text, "winners and losers: ", absent);
        return text;
    }
    let count = looks.rows.len();
    let found: Vec<&Look> = looks
        .rows
        .iter()
        .filter(|look| look.p_corrected <= LEVEL)
        .collect();
    if found.is_empty() {
        let said = format!(
            "none of {count} conditions at entry separates the {} won of {} from the others beyond noise (corrected for {count} looks); nearest:",
            looks.won, looks.trades
        );
        line(&mut text, "winners and losers: ", &said);
        looks
            .rows
            .iter()
            .take(3)
            .for_each(|look| condition(&mut text, look));
    } else {
        let said = format!(
            "of {count} conditions at entry {} separate, corrected for {count} looks:",
            found.len()
        );
        line(&mut text, "winners and losers: ", &said);
        found
            .into_iter()
            .take(MOST)
            .for_each(|look| condition(&mut text, look));
    }
    text
}

fn condition(text: &mut String, look: &Look) {
    let said = format!(
        "{}, {}: {} of {} won, {} on average; all others {}; p {}, corrected {}",
        look.condition,
        look.state,
        look.won,
        look.trades,
        percent(look.mean_return),
        percent(look.mean_return_else),
        number(look.p, 4),
        number(look.p_corrected, 3)
    );
    line(text, "  - ", &said);
}
