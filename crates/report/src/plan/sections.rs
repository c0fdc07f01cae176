//! What a sheet says, in the order it is read: the same for every form.

use lab::PlanSheet;
use lab::plan::{CheckLine, Decision, Levels, Sizing};

use super::structure;
use super::values::{dollars, held, maybe_percent, reading};
use crate::words::{NONE, number, or_dash, percent, whole_percent};

/// A part of the sheet.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

/// What parts are made of.
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// Boxes to tick by hand.
    Ticks(Vec<String>),
    /// A table: the head, then rows as wide.
    Table(Vec<&'static str>, Vec<Vec<String>>),
    /// Lines that stand as they are, one below the other.
    Working(Vec<String>),
    /// The decision tree.
    Tree,
}

/// The headline: what the plan says on the date.
pub(super) fn headline(sheet: &PlanSheet) -> String {
    let day = &sheet.day;
    let verb = if sheet.side == "long" {
        "BUY"
    } else {
        "SELL SHORT"
    };
    let what = match day.decision {
        Decision::NoSetup => "NO SETUP: not all triggers hold".to_owned(),
        Decision::Vetoed => format!(
            "VETOED by {}: a setup that is not traded",
            day.vetoed_by.as_deref().unwrap_or(NONE)
        ),
        Decision::NoSize => match day.structure.as_ref().and_then(|s| s.refused) {
            Some(why) => format!("NO ENTRY: {why}"),
            None => "NO ENTRY: the size comes to no share".to_owned(),
        },
        Decision::Enter if day.structure.is_some() => structure::headline(sheet),
        Decision::Enter => {
            let shares = day.size.map_or(0, |size| size.shares);
            format!(
                "{verb} {} at the next open, if flat",
                plural(shares, "share")
            )
        }
    };
    format!("{}: {what}", day.decided_at)
}

/// Every part.
pub(super) fn sections(sheet: &PlanSheet) -> Vec<Section> {
    let mut all = vec![
        hypothesis(sheet),
        checklist(sheet),
        section("Decision tree", vec![Block::Tree]),
        match &sheet.day.structure {
            Some(of_day) => structure::structure(sheet, of_day),
            None => size(sheet),
        },
        levels(sheet),
        exits(sheet),
    ];
    if !sheet.overlays.is_empty() {
        all.push(overlays(sheet));
    }
    all.push(section("Costs", vec![Block::List(sheet.costs.clone())]));
    all.push(review(sheet));
    all.push(past(sheet));
    if !sheet.warnings.is_empty() {
        all.push(section(
            "Warnings",
            vec![Block::List(sheet.warnings.clone())],
        ));
    }
    all
}

pub(super) const fn section(title: &'static str, blocks: Vec<Block>) -> Section {
    Section { title, blocks }
}

fn hypothesis(sheet: &PlanSheet) -> Section {
    let words = if sheet.hypothesis.trim().is_empty() {
        "None is written down. A plan without a reason cannot be found wrong."
    } else {
        sheet.hypothesis.trim()
    };
    section("Hypothesis", vec![Block::Text(words.to_owned())])
}

fn checklist(sheet: &PlanSheet) -> Section {
    let day = &sheet.day;
    let row = |line: &CheckLine| {
        let numbers: Vec<String> = line.readings.iter().map(reading).collect();
        vec![
            line.kind.to_owned(),
            line.name.clone(),
            held(line.state).to_owned(),
            numbers.join("; "),
        ]
    };
    let rows = day.checklist.iter().map(row).collect();
    let count = day.checklist.len();
    let rule = if day.required < count {
        format!(
            "All triggers and at least {} of {count} in all must hold.",
            day.required
        )
    } else {
        format!("All {count} must hold: triggers make a setup, filters can veto it.")
    };
    let mut blocks = vec![
        Block::Text(format!("State at {} New York. {rule}", day.decided_at)),
        Block::Table(vec!["", "criterion", "state", "numbers"], rows),
    ];
    if sheet.interval.to_string() != "1d" {
        blocks.push(setups_of_day(sheet));
    }
    blocks.push(Block::List(sheet.entry.clone()));
    section("Entry checklist", blocks)
}

/// The bars of the date on which the setup held.
fn setups_of_day(sheet: &PlanSheet) -> Block {
    if sheet.day.setups.is_empty() {
        let text = format!("On {} the setup held on no bar.", sheet.day.date);
        return Block::Text(text);
    }
    let rows = sheet.day.setups.iter().map(|setup| {
        let level =
            |of: fn(&Levels) -> Option<f64>| or_dash(setup.levels.as_ref().and_then(of), dollars);
        vec![
            setup.time.clone(),
            dollars(setup.close_usd),
            or_dash(setup.shares, |n| number(n as f64, 0)),
            level(|levels| levels.stop_usd),
            level(|levels| levels.target_usd),
            setup
                .vetoed_by
                .clone()
                .map_or_else(|| "entry".to_owned(), |by| format!("vetoed: {by}")),
        ]
    });
    let head = vec!["setup at", "close", "shares", "stop", "target", "if flat"];
    Block::Table(head, rows.collect())
}

/// As the plan writes them, and what they do on the date.
fn overlays(sheet: &PlanSheet) -> Section {
    let rows = sheet.day.overlays.iter().map(|overlay| {
        vec![
            overlay.name.clone(),
            overlay.phase.to_owned(),
            format!("× {}", overlay.size),
            format!("× {}", overlay.threshold),
        ]
    });
    let head = vec!["overlay", "on the date", "size", "thresholds"];
    section(
        "Overlays",
        vec![
            Block::Table(head, rows.collect()),
            Block::List(sheet.overlays.clone()),
        ],
    )
}

fn size(sheet: &PlanSheet) -> Section {
    let Some(size) = &sheet.day.size else {
        let why = "Unknown on this date: there is no ATR, or no session's range for the stop. No entry could be sized.";
        return section("Size", vec![Block::Text(why.to_owned())]);
    };
    let rule = "Shares = risk dollars ÷ stop distance, rounded down; at most what buying power pays for. As if the entry \
                filled at this close; fixed at the decision, and trimmed at the fill only if the open costs more than there is.";
    section(
        "Size",
        vec![
            Block::Text(rule.to_owned()),
            Block::Working(working(sheet, size)),
        ],
    )
}

fn working(sheet: &PlanSheet, size: &Sizing) -> Vec<String> {
    let close = dollars(sheet.day.close_usd);
    let atr_sessions = sheet.scenario["risk"]["atr_sessions"].as_u64().unwrap_or(0);
    let mut lines = vec![
        format!(
            "risk           {} × {} = {}",
            dollars(size.equity_usd),
            fraction(size.risk_per_trade),
            dollars(size.risk_usd)
        ),
        format!(
            "ATR            {} (of {atr_sessions} sessions)",
            cents(size.atr_usd)
        ),
    ];
    let stop = sheet.day.levels.and_then(|levels| levels.stop_usd);
    lines.push(format!(
        "stop distance  |{close} − {}| = {}",
        or_dash(stop, dollars),
        cents(size.stop_distance_usd)
    ));
    if size.sized_by_usd > size.stop_distance_usd {
        lines.push(format!(
            "  sized by     {}, the least distance assumed",
            cents(size.sized_by_usd)
        ));
    }
    lines.push(format!(
        "by risk        {} ÷ {} = {} shares",
        dollars(size.risk_usd),
        cents(size.sized_by_usd),
        number(size.shares_by_risk, 2)
    ));
    lines.push(format!(
        "by power       {} ÷ {close} = {} shares",
        dollars(size.buying_power_usd),
        number(size.shares_by_power, 2)
    ));
    if size.shares_by_power < size.shares_by_risk {
        lines.push("  capped       by buying power".to_owned());
    }
    if size.size_scale.to_bits() != 1.0_f64.to_bits() {
        lines.push(format!(
            "overlays       × {}, rounded down",
            size.size_scale
        ));
    }
    lines.push(format!(
        "order          {}, {}",
        plural(size.shares, "share"),
        dollars(size.value_usd)
    ));
    lines
}

fn levels(sheet: &PlanSheet) -> Section {
    let day = &sheet.day;
    let mut rows = Vec::new();
    let mut row = |what: &str, value: String| rows.push(vec![what.to_owned(), value]);
    if let Some(levels) = &day.levels {
        row("expected fill", dollars(levels.expected_fill_usd));
        row("stop", or_dash(levels.stop_usd, dollars));
        if let (Some(by_atr), Some(level)) = (levels.stop_by_atr_usd, levels.stop_level_usd) {
            row("  by ATR, moves with the fill", dollars(by_atr));
            row("  at the level, stays", dollars(level));
        }
        row("target", or_dash(levels.target_usd, dollars));
    }
    let date = |date: Option<_>| or_dash(date, |date: market::Date| date.to_string());
    let schedule = &day.schedule;
    if let Some(of_day) = &day.structure {
        return section("Dates", vec![structure::dates(of_day, schedule)]);
    }
    row("entry session (1st)", date(schedule.entry));
    if let Some(before) = &schedule.entry_before {
        row("entry fills before", format!("{before}, or not at all"));
    }
    if schedule.time_stop_judged.is_some() {
        row(
            "time stop judged at the close of",
            date(schedule.time_stop_judged),
        );
        row(
            "time stop exit at the open of",
            date(schedule.time_stop_exit),
        );
    }
    if schedule.last_session.is_some() {
        row("out at the close of", date(schedule.last_session));
    }
    if let Some(time) = &schedule.out_by {
        row("out by", format!("{time} New York, in the entry's session"));
    }
    let by = day
        .levels
        .map(|l| (l.stop_by_atr_usd.is_some(), l.stop_level_usd.is_some()));
    let moves = match by {
        Some((true, true)) => {
            "The target and the stop by ATR move by as much as the fill differs from the close above; the level (a session's low or \
             high) stays where it is. Which of the two stops counts is decided at the fill."
        }
        Some((false, true)) => {
            "The stop is a level (a session's low or high) and stays where it is; the target moves by as much as the fill differs \
             from the close above."
        }
        _ => {
            "Stop and target are placed from the actual fill: they move by as much as the fill differs from the close above."
        }
    };
    section(
        "Levels and dates",
        vec![
            Block::Table(vec!["", ""], rows),
            Block::Text(moves.to_owned()),
        ],
    )
}

fn exits(sheet: &PlanSheet) -> Section {
    let mut blocks = vec![Block::List(sheet.exits.clone())];
    let rules = [
        ("exit", &sheet.day.exit_rule),
        ("protect", &sheet.day.protect_rule),
    ];
    for (kind, rule) in rules {
        let Some(rule) = rule else { continue };
        let numbers: Vec<String> = rule.readings.iter().map(reading).collect();
        let numbers = if numbers.is_empty() {
            String::new()
        } else {
            format!(" ({})", numbers.join("; "))
        };
        blocks.push(Block::Text(format!(
            "The {kind} rule at {}: {}{numbers}.",
            sheet.day.decided_at,
            held(rule.state)
        )));
    }
    section("Exits", blocks)
}

fn review(sheet: &PlanSheet) -> Section {
    let review = &sheet.review;
    let mut blocks = Vec::new();
    let parts = [
        ("Before the open", &review.morning),
        ("In the session", &review.session),
        ("After the close", &review.evening),
    ];
    for (when, items) in parts {
        if !items.is_empty() {
            blocks.push(Block::Text(format!("{when}:")));
            blocks.push(Block::Ticks(items.clone()));
        }
    }
    section("Daily review", blocks)
}

fn past(sheet: &PlanSheet) -> Section {
    let past = &sheet.past;
    let verdict = past.verdict.map_or("none", lab::Verdict::as_str);
    let mut blocks = vec![Block::Text(format!(
        "Verdict: {verdict}: {}.",
        past.meaning
    ))];
    if past.regimes.is_empty() {
        return section("What past regimes said", blocks);
    }
    let rows = past.regimes.iter().map(|regime| {
        vec![
            regime.name.clone(),
            regime.standing.as_str().to_owned(),
            regime.trades.to_string(),
            or_dash(regime.win_rate, whole_percent),
            or_dash(regime.expectancy_usd, dollars),
            maybe_percent(regime.net_return),
            or_dash(regime.max_drawdown, percent),
        ]
    });
    let head = vec![
        "regime",
        "",
        "trades",
        "wins",
        "expectancy",
        "net",
        "drawdown",
    ];
    blocks.push(Block::Table(head, rows.collect()));
    let reasons = past.regimes.iter().flat_map(|regime| {
        let of = |reason: &String| format!("{}: {reason}", regime.name);
        regime.reasons.iter().map(of)
    });
    blocks.push(Block::List(reasons.collect()));
    section("What past regimes said", blocks)
}

/// What the decision tree ends with, where every answer is yes.
pub(super) fn order(sheet: &PlanSheet) -> &'static str {
    match sheet.day.structure {
        Some(_) => "Order at the next close, all legs or none",
        None => "Order at the next open, with stop and target",
    }
}

/// A share of equity without needless digits: `0.5%`.
pub(super) fn fraction(fraction: f64) -> String {
    let text = number(fraction * 100.0, 4);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Distances decide sizes: to the hundredth of a cent, so that the division can be checked.
pub(super) fn cents(amount: f64) -> String {
    let text = number(amount, 4);
    match text.strip_prefix('−') {
        Some(digits) => format!("−${digits}"),
        None => format!("${text}"),
    }
}

pub(super) fn plural(count: u64, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {word}{s}", number(count as f64, 0))
}
