//! The parts of a plan that are no numbers of a day, in words.

use market::{Date, Interval, Side, Snapshot};
use serde::Serialize;
use serde_json::Value;
use strategies::edge::GappedEntry;
use strategies::{Protection, StopKind};

use crate::plan::day::{DaySheet, Decision};
use crate::plan::structure;
use crate::scenario::Scenario;

/// A scheduled event ahead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ahead {
    /// Its kind, as plans name it.
    pub kind: String,
    /// Its date.
    pub date: Date,
    /// What happens.
    pub label: String,
    /// Sessions until then, 0 on its day.
    pub sessions: usize,
}

/// What to look at every day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    /// Before the open.
    pub morning: Vec<String>,
    /// While a plan within the session decides; empty for daily ones.
    pub session: Vec<String>,
    /// After the close.
    pub evening: Vec<String>,
}

/// The next scheduled event of every kind that was read, from the day after `on`.
pub(super) fn ahead(snapshot: &Snapshot, on: Date) -> Vec<Ahead> {
    let sessions = &snapshot.sessions;
    let of_kind = |(kind, events): &(String, Vec<market::Event>)| {
        let next = events.iter().filter(|e| e.scheduled && e.date > on);
        let next = next.min_by_key(|event| event.date)?;
        let until = sessions
            .on_or_after(next.date)
            .checked_sub(sessions.on_or_after(on))?;
        Some(Ahead {
            kind: kind.clone(),
            date: next.date,
            label: next.label.clone(),
            sessions: until,
        })
    };
    snapshot.events.iter().filter_map(of_kind).collect()
}

/// The order and what is common to all edges.
pub(super) fn entry(scenario: &Scenario) -> Vec<String> {
    let rules = &scenario.entry.rules;
    let mut said = match &scenario.structure {
        Some(structure) => structure::entry_words(structure),
        None => shares(rules.side),
    };
    if let Some(k) = rules.require {
        said.push(format!(
            "At least {k} criteria must hold, the triggers always among them."
        ));
    }
    if rules.cooldown_sessions > 0 {
        said.push(format!(
            "After an exit, no entry until {} later.",
            plural(rules.cooldown_sessions as usize, "session")
        ));
    }
    if rules.gapped_entry == GappedEntry::Cancel {
        said.push("An entry whose open is already beyond the stop is cancelled.".to_owned());
    }
    said
}

/// The order for shares.
fn shares(side: Side) -> Vec<String> {
    let verb = match side {
        Side::Buy => "Buy",
        Side::Sell => "Sell short",
    };
    vec![
        format!(
            "{verb} at market at the open of the next bar; what was decided at a session's last close, at the next session's open."
        ),
        "One position at a time: while one is open or an entry is working, setups are logged as busy.".to_owned(),
    ]
}

/// How trades end.
pub(super) fn exits(scenario: &Scenario) -> Vec<String> {
    if scenario.structure.is_some() {
        return structure::exit_words(scenario);
    }
    let exit = &scenario.exit;
    let (below, above, low) = match scenario.entry.rules.side {
        Side::Buy => ("below", "above", "low"),
        Side::Sell => ("above", "below", "high"),
    };
    let by_atr = format!("{} ATR {below} the fill", exit.stop_atr.unwrap_or(0.0));
    let buffer = exit.stop_buffer_atr.unwrap_or(0.0);
    let by_level =
        format!("{buffer} ATR {below} the {low} of the last complete session at the decision");
    let mut said = vec![match exit.stop {
        StopKind::Atr => format!("Stop: {by_atr}."),
        StopKind::PriorSession => format!("Stop: {by_level}."),
        StopKind::Nearer => format!("Stop: the nearer of {by_atr} and {by_level}."),
        StopKind::Farther => format!("Stop: the farther of {by_atr} and {by_level}."),
    }];
    if let Some(target) = exit.target_atr {
        said.push(format!("Target: {target} ATR {above} the fill."));
    }
    if let Some(trail) = exit.trail_atr {
        said.push(format!(
            "Trailing: at each bar's end the stop follows the best price at {trail} of that day's ATR."
        ));
    }
    if let Some(even) = exit.break_even_atr {
        said.push(format!(
            "Break-even: once {even} ATR in favour, the stop goes to the entry price."
        ));
    }
    if let Some(stop) = exit.time_stop() {
        said.push(format!(
            "Time stop: at the close of session {} (the entry's is the 1st), out at the next open unless the trade has been {} ATR in favour.",
            stop.sessions, stop.min_mfe_atr
        ));
    }
    if let Some(most) = exit.max_sessions {
        said.push(format!("Longest: out at the close of session {most}."));
    }
    if let Some(time) = exit.time {
        said.push(format!(
            "Time of day: out at the first open from {time} New York on; where the session closes before, at its close."
        ));
    }
    if let Some(when) = &exit.when {
        said.push(format!(
            "Exit rule: {when}. Once it holds at a bar's end, out at the next open."
        ));
    }
    said.extend(protection(scenario));
    said.push(
        "ATR is the decision's, in dollars, and stays what it was; trailing aside.".to_owned(),
    );
    said
}

/// What is done to protect what is held.
pub(super) fn protection(scenario: &Scenario) -> Option<String> {
    let protect = scenario.protect.as_ref()?;
    let (when, nearer) = match scenario.entry.rules.side {
        Side::Buy => (&protect.when, "below"),
        Side::Sell => (&protect.when, "above"),
    };
    Some(match protect.protection()? {
        Protection::Tighten { stop_atr } => format!(
            "Protect: while {when} at a bar's end, the stop comes to {stop_atr} ATR {nearer} that bar's close, never farther than it was; it acts from the next bar."
        ),
        Protection::Reduce { reduce_to } => format!(
            "Protect: once {when} at a bar's end, down to {} % of the shares entered (rounded down, one at least) at the next open; once a trade.",
            number(reduce_to * 100.0)
        ),
        Protection::Leave if scenario.structure.is_some() => {
            format!("Protect: {when}.")
        }
        Protection::Leave => {
            format!("Protect: once {when} at a bar's end, out at the next open.")
        }
    })
}

/// What the protect rule asks before an open of what is held.
fn protected_words(scenario: &Scenario) -> Option<&'static str> {
    Some(match scenario.protect.as_ref()?.protection()? {
        Protection::Tighten { .. } => {
            "Open position: did the protect rule hold at the last bar's end? Then the stop is the nearer one by now."
        }
        Protection::Reduce { .. } => {
            "Open position: did the protect rule hold at the last bar's end, for the first time of this trade? Then part of it goes at this open."
        }
        Protection::Leave => {
            "Open position: did the protect rule hold at the last bar's end? Then out at this open."
        }
    })
}

/// Without the last bits of a product: `29`, not `28.999999999999996`.
fn number(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// What trading costs.
pub(crate) fn costs(scenario: &Scenario) -> Vec<String> {
    let costs = &scenario.costs;
    let mut commission = vec![format!(
        "${} a share, at least ${} an order",
        costs.commission_per_share_usd, costs.commission_min_usd
    )];
    if costs.commission_bps > 0.0 {
        commission.push(format!("{} bp of the value", costs.commission_bps));
    }
    let slippage = [
        (costs.slippage_bps, "bp of the price"),
        (costs.slippage_usd, "dollars a share"),
        (costs.slippage_atr, "ATR"),
    ];
    let slippage: Vec<String> = slippage
        .iter()
        .filter(|(amount, _)| *amount > 0.0)
        .map(|(amount, unit)| format!("{amount} {unit}"))
        .collect();
    let options = scenario.structure.and(scenario.option_costs);
    let mut said = options
        .as_ref()
        .map(structure::cost_words)
        .unwrap_or_default();
    let of = if options.is_some() {
        "Shares that assignment leaves: commission"
    } else {
        "Commission"
    };
    said.push(format!("{of}: {}.", commission.join(" and ")));
    if !slippage.is_empty() {
        said.push(format!(
            "Slippage, on market and stop fills: {}.",
            slippage.join(" and ")
        ));
    }
    if let Some(rate) = costs.borrow_rate {
        said.push(format!("Borrowed shares: {} % a year.", rate * 100.0));
    }
    said
}

/// Overlays as the plan writes them: whatever the scenario has under that name.
pub(super) fn overlays(resolved: &Value) -> Vec<String> {
    let Some(table) = resolved.get("overlays").and_then(Value::as_object) else {
        return Vec::new();
    };
    let line = |(name, value): (&String, &Value)| {
        let parts = value.as_object().into_iter().flatten();
        let parts = parts.filter(|(_, value)| !value.is_null());
        let parts: Vec<String> = parts
            .map(|(key, value)| format!("{key} = {}", plain(value)))
            .collect();
        format!("{name}: {}", parts.join(", "))
    };
    table.iter().map(line).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The daily list, out of the plan's own parts.
pub(super) fn review(scenario: &Scenario, day: &DaySheet, events: &[Ahead]) -> Review {
    Review {
        morning: morning(scenario, day, events),
        session: session(scenario),
        evening: evening(scenario, day),
    }
}

fn morning(scenario: &Scenario, day: &DaySheet, events: &[Ahead]) -> Vec<String> {
    if scenario.structure.is_some() {
        let mut said = structure::morning_words(day.decision);
        said.extend(events.iter().map(ahead_words));
        return said;
    }
    let exit = &scenario.exit;
    let mut said = Vec::new();
    if scenario.instrument.interval == Interval::Day {
        said.push(match day.decision {
            Decision::Enter => {
                "An entry was decided at the last close: the order goes in before the open."
                    .to_owned()
            }
            _ => "No entry was decided at the last close.".to_owned(),
        });
    }
    let orders = if exit.target_atr.is_some() {
        "the stop and the target are working, each cancelling the other"
    } else {
        "the stop is working"
    };
    let moved = match (exit.stop, exit.target_atr.is_some()) {
        (StopKind::Atr, true) => "both moved by fill less expected fill",
        (StopKind::Atr, false) => "it moved by fill less expected fill",
        (StopKind::PriorSession, true) => {
            "the target moved by fill less expected fill; the stop stays at its level"
        }
        (StopKind::PriorSession, false) => "it stays at its level",
        (StopKind::Nearer, _) => {
            "the ATR stop (and a target) moved by fill less expected fill; of it and the level, which stays, the nearer counts"
        }
        (StopKind::Farther, _) => {
            "the ATR stop (and a target) moved by fill less expected fill; of it and the level, which stays, the farther counts"
        }
    };
    said.push(format!(
        "Open position: {orders}, for the shares held; after a fill, {moved}."
    ));
    if let (Some(judged), Some(out)) = (day.schedule.time_stop_judged, day.schedule.time_stop_exit)
    {
        said.push(format!(
            "Open position: is an exit at this open due by the time stop? (A trade entered on {} is judged on {judged} and left on {out}.)",
            day.schedule.entry.map(|d| d.to_string()).unwrap_or_default()
        ));
    }
    if exit.when.is_some() {
        said.push(
            "Open position: did the exit rule hold at the last bar's end? Then out at this open."
                .to_owned(),
        );
    }
    said.extend(protected_words(scenario).map(str::to_owned));
    said.push("Ex-dividend or split today? Sell stops and buy limits go down by the dividend; splits scale all.".to_owned());
    said.extend(events.iter().map(ahead_words));
    said
}

fn ahead_words(event: &Ahead) -> String {
    let when = match event.sessions {
        0 | 1 => "the next session".to_owned(),
        n => format!("in {n} sessions"),
    };
    format!("Ahead: {} on {} ({when}).", event.label, event.date)
}

fn session(scenario: &Scenario) -> Vec<String> {
    let Interval::Minutes(_) = scenario.instrument.interval else {
        return Vec::new();
    };
    let interval = scenario.instrument.interval;
    let mut said = vec![format!(
        "At the end of every {interval} bar: the checklist, line by line."
    )];
    if let strategies::Edge::GapMomentum(edge) = &scenario.entry.edge {
        said.push(format!(
            "From minute {} the opening range is known; from minute {} on no entry.",
            edge.opening_range_minutes, edge.entry_window_minutes
        ));
        said.push("A bar is missing since the open? The session is skipped.".to_owned());
    }
    if let Some(time) = scenario.exit.time {
        said.push(format!("{time} New York: what is open is left."));
    }
    said
}

fn evening(scenario: &Scenario, day: &DaySheet) -> Vec<String> {
    let exit = &scenario.exit;
    let mut said = Vec::new();
    if scenario.instrument.interval == Interval::Day {
        said.push(format!(
            "Judge the checklist: {} and {}.",
            plural(day.triggers, "trigger"),
            plural(day.checklist.len().saturating_sub(day.triggers), "filter")
        ));
    }
    let mut watched: Vec<&str> = scenario
        .filters
        .values()
        .filter_map(|filter| filter.symbol.as_deref().or(filter.series.as_deref()))
        .collect();
    watched.extend(
        scenario
            .written
            .program
            .symbols()
            .iter()
            .map(String::as_str),
    );
    watched.extend(scenario.written.program.series().iter().map(String::as_str));
    let series = crate::needs::of_options(scenario);
    watched.extend(series.iter().map(String::as_str));
    watched.sort_unstable();
    watched.dedup();
    watched.retain(|name| *name != scenario.instrument.symbol);
    if !watched.is_empty() {
        said.push(format!("Look at {} before any entry.", watched.join(", ")));
    }
    if exit.trail_atr.is_some() || exit.break_even_atr.is_some() {
        said.push("Open position: move the stop for tomorrow (trailing, break-even).".to_owned());
    }
    if exit.time_stop().is_some() || exit.max_sessions.is_some() {
        said.push("Open position: count the sessions; the entry's is the 1st.".to_owned());
    }
    if scenario.structure.is_some() {
        said.push("Open structure: judge its exits by mids and the underlying's close.".to_owned());
    }
    said.push(format!(
        "Log every setup with its outcome. Drawdown at the close beyond {} %: stop and rework the plan.",
        scenario.verdict.max_drawdown * 100.0
    ));
    said
}

pub(super) fn plural(count: usize, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {word}{s}")
}
