//! What types cannot say: ranges, and settings that contradict each other.

use market::{Side, steers};
use strategies::StopKind;
use strategies::checklist::MAX_CRITERIA;

use super::Scenario;

mod edge;
mod exit_time;
mod filters;
pub(super) mod overlays;
mod protect;
pub(super) mod signals;
mod structure;
mod window;

/// A value that makes no sense, by its dotted path.
pub(super) struct Problem {
    pub(super) path: Vec<String>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

fn problem(path: &str, message: impl Into<String>, help: &str) -> Problem {
    let help = (!help.is_empty()).then(|| help.to_owned());
    Problem {
        path: path.split('.').map(str::to_owned).collect(),
        message: message.into(),
        help,
    }
}

/// The first problem of a scenario.
pub(super) fn check(scenario: &Scenario) -> Result<(), Problem> {
    ranges(scenario)?;
    instrument(scenario)?;
    entry(scenario)?;
    edge::check(scenario)?;
    structure::check(scenario)?;
    stop(scenario)?;
    time_stop(scenario)?;
    exit_time::check(scenario)?;
    protect::check(scenario)?;
    filters::check(scenario)?;
    checklist(scenario)
}

/// A number's bounds: beyond `low` (or at it, if `closed`), at most `high`.
struct Bound {
    path: &'static str,
    value: Option<f64>,
    low: f64,
    closed: bool,
    high: f64,
}

const fn above_zero(path: &'static str, value: Option<f64>, high: f64) -> Bound {
    Bound {
        path,
        value,
        low: 0.0,
        closed: false,
        high,
    }
}

fn one_or_more(path: &'static str, n: u32, high: f64) -> Bound {
    above_zero(path, Some(f64::from(n)), high)
}

fn two_or_more(path: &'static str, n: u32, high: f64) -> Bound {
    Bound {
        path,
        value: Some(f64::from(n)),
        low: 2.0,
        closed: true,
        high,
    }
}

const fn zero_or_more(path: &'static str, value: f64, high: f64) -> Bound {
    Bound {
        path,
        value: Some(value),
        low: 0.0,
        closed: true,
        high,
    }
}

fn ranges(s: &Scenario) -> Result<(), Problem> {
    let bounds = [
        above_zero("account.equity_usd", Some(s.account.equity_usd), 1e12),
        above_zero("account.max_leverage", Some(s.account.max_leverage), 10.0),
        above_zero("risk.risk_per_trade", Some(s.risk.risk_per_trade), 1.0),
        one_or_more("risk.atr_sessions", s.risk.atr_sessions, 1000.0),
        above_zero("risk.min_stop_atr", Some(s.risk.min_stop_atr), 100.0),
        above_zero("entry.require", s.entry.rules.require.map(f64::from), 32.0),
        above_zero("exit.stop_atr", s.exit.stop_atr, 100.0),
        zero_or_more(
            "exit.stop_buffer_atr",
            s.exit.stop_buffer_atr.unwrap_or(0.0),
            100.0,
        ),
        above_zero("exit.target_atr", s.exit.target_atr, 100.0),
        above_zero("exit.trail_atr", s.exit.trail_atr, 100.0),
        above_zero("exit.break_even_atr", s.exit.break_even_atr, 100.0),
        above_zero(
            "exit.time_stop_sessions",
            s.exit.time_stop_sessions.map(f64::from),
            250.0,
        ),
        above_zero(
            "exit.time_stop_min_mfe_atr",
            s.exit.time_stop_min_mfe_atr,
            100.0,
        ),
        above_zero(
            "exit.max_sessions",
            s.exit.max_sessions.map(f64::from),
            250.0,
        ),
        zero_or_more(
            "costs.commission_per_share_usd",
            s.costs.commission_per_share_usd,
            10.0,
        ),
        zero_or_more("costs.commission_min_usd", s.costs.commission_min_usd, 1e6),
        zero_or_more("costs.commission_bps", s.costs.commission_bps, 10_000.0),
        zero_or_more("costs.slippage_bps", s.costs.slippage_bps, 10_000.0),
        zero_or_more("costs.slippage_usd", s.costs.slippage_usd, 1000.0),
        zero_or_more("costs.slippage_atr", s.costs.slippage_atr, 10.0),
        zero_or_more(
            "costs.borrow_rate",
            s.costs.borrow_rate.unwrap_or(0.0),
            10.0,
        ),
        above_zero("fills.tick_usd", Some(s.fills.tick_usd), 100.0),
        above_zero("verdict.max_drawdown", Some(s.verdict.max_drawdown), 1.0),
        one_or_more("verdict.min_trades", s.verdict.min_trades, 1e6),
    ];
    bounds
        .iter()
        .chain(&edge::bounds(&s.entry.edge))
        .chain(&structure::bounds(s))
        .try_for_each(in_bounds)
}

/// A key's number in a table whose name is the plan's own: above 0 and at most `high`.
struct Bounds {
    key: &'static str,
    value: Option<f64>,
    high: f64,
}

impl Bounds {
    fn check(&self, table: &str) -> Result<(), Problem> {
        let Some(value) = self
            .value
            .filter(|value| !(*value > 0.0 && *value <= self.high))
        else {
            return Ok(());
        };
        let path = format!("{table}.{}", self.key);
        let message = format!(
            "`{path}` is {}; it must be above 0 and at most {}",
            short(value),
            self.high
        );
        Err(problem(
            &path,
            message,
            "it multiplies: 0.5 is half, 1 changes nothing",
        ))
    }
}

fn in_bounds(bound: &Bound) -> Result<(), Problem> {
    let Bound {
        path,
        value,
        low,
        closed,
        high,
    } = *bound;
    let Some(value) = value else { return Ok(()) };
    let above = if closed { value >= low } else { value > low };
    // NaN fails both comparisons and is refused with the rest.
    if above && value <= high {
        return Ok(());
    }
    let least = if closed {
        format!("{low} or more")
    } else {
        format!("above {low}")
    };
    let fraction = [
        "risk.risk_per_trade",
        "entry.min_decline",
        "entry.min_gap",
        "verdict.max_drawdown",
    ];
    let help = if fraction.contains(&path) {
        "this is a fraction: 2.5 % is 0.025"
    } else {
        ""
    };
    Err(problem(
        path,
        format!(
            "`{path}` is {}; it must be {least} and at most {}",
            short(value),
            short(high)
        ),
        help,
    ))
}

/// A number in at most a few digits.
fn short(value: f64) -> String {
    if value.abs() < 1e7 || !value.is_finite() {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

fn instrument(s: &Scenario) -> Result<(), Problem> {
    if s.name.chars().count() > MAX_NAME || s.name.chars().any(steers) {
        let message = format!(
            "`name` must be one line of at most {MAX_NAME} characters, none of which turns the writing round"
        );
        return Err(problem(
            "name",
            message,
            "what else there is to say belongs into `hypothesis`",
        ));
    }
    if s.name.trim().is_empty() {
        return Err(problem(
            "name",
            "`name` is empty",
            "give the plan a name; reports and reviews use it",
        ));
    }
    // Printed in the plan: it may have lines, and nothing else that a terminal obeys.
    let layout = |c: &char| matches!(c, '\n' | '\r' | '\t');
    if let Some(found) = s.hypothesis.chars().find(|c| steers(*c) && !layout(c)) {
        return Err(problem(
            "hypothesis",
            format!("`hypothesis` has the control character {found:?}"),
            "write it in letters, digits and punctuation",
        ));
    }
    symbol("instrument.symbol", &s.instrument.symbol)?;
    if s.regimes.is_empty() {
        let help =
            "name at least one: regimes = [\"q4-2018\", \"covid-2020\", \"tightening-2022\"]";
        return Err(problem("regimes", "`regimes` is empty", help));
    }
    Ok(())
}

/// Names stand in table headings, file metadata and one-line messages.
const MAX_NAME: usize = 80;

/// Symbols name folders of the tape, so nothing but what symbols are made of may pass.
fn symbol(path: &str, found: &str) -> Result<(), Problem> {
    if !found.is_empty()
        && found.len() <= 16
        && found.chars().all(is_symbol_char)
        && !found.contains("..")
    {
        return Ok(());
    }
    let message = format!("`{path}` is \"{found}\"; expected a symbol like IWM");
    Err(problem(
        path,
        message,
        "use capital letters and digits, as the tape does",
    ))
}

const fn is_symbol_char(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '^')
}

fn entry(s: &Scenario) -> Result<(), Problem> {
    if s.structure.is_none() && s.entry.rules.side == Side::Sell && s.costs.borrow_rate.is_none() {
        let message = "`entry.side` is \"short\", but `costs.borrow_rate` is not given";
        return Err(problem(
            "entry.side",
            message,
            "borrowed shares cost money: state the yearly rate, 0.01 for 1 %",
        ));
    }
    Ok(())
}

fn stop(s: &Scenario) -> Result<(), Problem> {
    if s.structure.is_some() {
        return Ok(()); // Its stops are judged at closes, and it needs none to be sized.
    }
    let name = match s.exit.stop {
        StopKind::Atr => "atr",
        StopKind::PriorSession => "prior-session",
        StopKind::Nearer => "nearer",
        StopKind::Farther => "farther",
    };
    if s.exit.stop.uses_atr() && s.exit.stop_atr.is_none() {
        let message = format!("`exit.stop` is \"{name}\", but `exit.stop_atr` is not given");
        return Err(problem(
            "exit.stop",
            message,
            "say how many ATR: stop_atr = 1.5",
        ));
    }
    if !s.exit.stop.uses_atr() && s.exit.stop_atr.is_some() {
        let message = format!("`exit.stop_atr` has no effect with `exit.stop` = \"{name}\"");
        return Err(problem(
            "exit.stop_atr",
            message,
            "remove it, or use stop = \"atr\", \"nearer\" or \"farther\"",
        ));
    }
    if !s.exit.stop.uses_level() && s.exit.stop_buffer_atr.is_some() {
        let message = format!("`exit.stop_buffer_atr` has no effect with `exit.stop` = \"{name}\"");
        return Err(problem(
            "exit.stop_buffer_atr",
            message,
            "remove it, or use stop = \"prior-session\", \"nearer\" or \"farther\"",
        ));
    }
    Ok(())
}

fn time_stop(s: &Scenario) -> Result<(), Problem> {
    let exit = &s.exit;
    match (exit.time_stop_sessions, exit.time_stop_min_mfe_atr) {
        (Some(_), None) => {
            let message = "`exit.time_stop_sessions` is given without `exit.time_stop_min_mfe_atr`";
            return Err(problem(
                "exit.time_stop_sessions",
                message,
                "say what progress is asked for: time_stop_min_mfe_atr = 1.0",
            ));
        }
        (None, Some(_)) => {
            let message = "`exit.time_stop_min_mfe_atr` is given without `exit.time_stop_sessions`";
            return Err(problem(
                "exit.time_stop_min_mfe_atr",
                message,
                "say by which session: time_stop_sessions = 3",
            ));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    if let (Some(sessions), Some(max)) = (exit.time_stop_sessions, exit.max_sessions)
        && sessions >= max
    {
        let message = format!(
            "`exit.time_stop_sessions` is {sessions}, but `exit.max_sessions` = {max} is over by then"
        );
        return Err(problem(
            "exit.time_stop_sessions",
            message,
            "the time stop must come before the longest holding period",
        ));
    }
    Ok(())
}

fn checklist(s: &Scenario) -> Result<(), Problem> {
    let (triggers, filters) = (s.entry.edge.trigger_count(), s.filters.len());
    let count = triggers + filters;
    if count < 3 {
        let message = format!(
            "the entry checklist has {count} criteria ({triggers} triggers, {filters} filters); at least 3 are needed"
        );
        return Err(problem(
            "filters",
            message,
            "add a filter, for example [filters.kre] symbol = \"KRE\", min_change = -0.015",
        ));
    }
    if count > MAX_CRITERIA {
        let message = format!(
            "the entry checklist has {count} criteria; at most {MAX_CRITERIA} can be judged"
        );
        return Err(problem(
            "filters",
            message,
            "a plan with that many conditions has been fitted; remove some",
        ));
    }
    match s.entry.rules.require {
        Some(required) if required as usize > count => {
            let message = format!(
                "`entry.require` is {required}, but the checklist has only {count} criteria"
            );
            Err(problem(
                "entry.require",
                message,
                "lower it, or leave it out to require all",
            ))
        }
        // Triggers always must hold: fewer than all of them says nothing.
        Some(required) if (required as usize) < triggers => {
            let message = format!(
                "`entry.require` is {required}, but all {triggers} triggers must hold in any case"
            );
            Err(problem(
                "entry.require",
                message,
                "it counts triggers and filters: raise it, or leave it out to require all",
            ))
        }
        _ => Ok(()),
    }
}
