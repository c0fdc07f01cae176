//! Of a plan that trades options: the legs it would open, worked through.

use lab::PlanSheet;
use lab::plan::{LegOfDay, Schedule, StructureEntry, StructureOfDay};

use super::sections::{Block, Section, cents, fraction, plural, section};
use super::values::dollars;
use crate::words::{number, or_dash, percent};

/// `OPEN 5 iron condors at the next close`.
pub(super) fn headline(sheet: &PlanSheet) -> String {
    let Some(of_day) = &sheet.day.structure else {
        return String::new();
    };
    let many = plural(u64::from(of_day.quantity()), of_day.kind.words());
    format!("OPEN {many} at the next close, if there is room")
}

/// The legs and the size.
pub(super) fn structure(sheet: &PlanSheet, of_day: &StructureOfDay) -> Section {
    let Some(entry) = &of_day.entry else {
        let why = of_day.refused.unwrap_or("unknown");
        let text = format!("None on this date: {why}. No entry could be made.");
        return section("Structure", vec![Block::Text(text)]);
    };
    let head = vec!["", "leg", "bid", "ask", "mid", "fill", "delta", "IV", ""];
    let rule = "By the quotes of this close. The number is fixed here; the order fills at the next close by the quotes there, if \
                the premium is then still enough, and is trimmed only if buying power falls short.";
    let mut blocks = vec![
        Block::Text(rule.to_owned()),
        Block::Table(head, entry.legs.iter().map(row).collect()),
        Block::Working(working(entry)),
    ];
    if let Some(why) = of_day.refused {
        let at = &sheet.day.decided_at;
        blocks.push(Block::Text(format!(
            "At {at} it would not be ordered: {why}."
        )));
    }
    section("Structure", blocks)
}

fn row(leg: &LegOfDay) -> Vec<String> {
    let what = if leg.ratio < 0 { "sell" } else { "buy" };
    let source = match leg.source {
        "model" => "MODEL",
        quoted => quoted,
    };
    vec![
        format!("{what} {}", leg.ratio.abs()),
        format!("{} {}", leg.strike, leg.right),
        number(leg.bid, 2),
        number(leg.ask, 2),
        number(leg.mid, 3),
        number(leg.fill_usd, 3),
        number(leg.delta, 3),
        or_dash(leg.volatility, percent),
        source.to_owned(),
    ]
}

fn working(entry: &StructureEntry) -> Vec<String> {
    let kind = if entry.premium_usd < 0.0 {
        "debit"
    } else {
        "credit"
    };
    let mut lines = vec![
        format!(
            "expiry         {}, in {}",
            entry.expiry,
            plural(entry.days_to_expiry.unsigned_abs(), "day")
        ),
        format!("{kind:<15}{} a share", cents(entry.premium_usd.abs())),
    ];
    if let Some(least) = entry.least_premium_usd {
        lines.push(format!("  at least     {}", cents(least)));
    }
    lines.push(format!(
        "commissions    {}, both ways",
        dollars(entry.commissions_usd)
    ));
    let loss = dollars(entry.max_loss_usd);
    lines.push(if entry.is_bounded {
        format!("can lose       {loss} at expiry; by assignment and gaps more")
    } else {
        format!("can lose       without bound; sized by margin and commissions, {loss}")
    });
    lines.push(format!(
        "risk           {} × {} = {}",
        dollars(entry.equity_usd),
        fraction(entry.risk_per_trade),
        dollars(entry.equity_usd * entry.risk_per_trade)
    ));
    if entry.size_scale.to_bits() != 1.0_f64.to_bits() {
        lines.push(format!(
            "overlays       × {} = {}",
            entry.size_scale,
            dollars(entry.risk_usd)
        ));
    }
    lines.push(format!(
        "size           {} ÷ {loss} = {}, rounded down",
        dollars(entry.risk_usd),
        number(entry.risk_usd / entry.max_loss_usd, 2)
    ));
    lines
}

/// The dates of a structure.
pub(super) fn dates(of_day: &StructureOfDay, schedule: &Schedule) -> Block {
    let date = |date: Option<market::Date>| or_dash(date, |date| date.to_string());
    let mut rows = Vec::new();
    let mut row = |what: &str, value: String| rows.push(vec![what.to_owned(), value]);
    row("opened at the close of (1st session)", date(schedule.entry));
    if schedule.last_session.is_some() {
        row("out at the close of", date(schedule.last_session));
    }
    if let Some(entry) = &of_day.entry {
        if entry.leaves_from.is_some() {
            let first = date(entry.leaves_from);
            row("out at the close after the first from", first);
        }
        row("expiry", entry.expiry.to_string());
    }
    Block::Table(vec!["", ""], rows)
}
