//! The one change to test next, as a command that can be pasted.

use market::Date;
use strategies::Edge;

use super::result::{Component, Diagnosis, Look, Next, Verdict};
use super::verdict;
use crate::conditions::NEAR_EVENT_SESSIONS;
use crate::dollars::signed_dollars;
use crate::scenario::Scenario;

/// What is called more than noise.
const LEVEL: f64 = 0.05;

/// Walking forward trains on 756 sessions and tests on 126, several times; in calendar days.
const LEAST_FORWARD_DAYS: i64 = 1600;

/// How the user called: the words that a suggested command repeats.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The scenario, as it was named.
    pub scenario: String,
    /// The tape, if one was named.
    pub tape: Option<String>,
    /// Overrides.
    pub set: Vec<String>,
    /// What names and reads the log: `--trades`, `mine.csv`, …
    pub log: Vec<String>,
}

impl Said {
    /// A command on the same plan and tape.
    fn command(&self, verb: &str, more: &[String]) -> Vec<String> {
        let mut words = vec![
            "stormproof".to_owned(),
            verb.to_owned(),
            self.scenario.clone(),
        ];
        for set in &self.set {
            words.extend(["--set".to_owned(), set.clone()]);
        }
        if let Some(tape) = &self.tape {
            words.extend(["--tape".to_owned(), tape.clone()]);
        }
        words.extend(more.iter().cloned());
        words
    }
}

/// What tells most: an account of another size; what the trading cost most by, where that is more than noise or too few trades to tell;
/// a condition that separates; the parameters, where the plan itself did worse; else how much of it luck may be.
pub(super) fn next(diagnosis: &Diagnosis, scenario: &Scenario, said: &Said) -> Next {
    if let Some(next) = other_account(diagnosis, scenario, said) {
        return next;
    }
    // What too few trades did may still be dear: it is tested next, not passed over.
    let untold = diagnosis.verdict == Verdict::TooFew
        && diagnosis.execution.p_worse.is_none()
        && diagnosis.execution.is_material();
    let errs = untold || matches!(diagnosis.verdict, Verdict::ExecutionError | Verdict::Both);
    if errs && let Some(next) = dearest(diagnosis, scenario, said) {
        return next;
    }
    let mut separates = diagnosis
        .looks
        .rows
        .iter()
        .filter(|look| look.p_corrected <= LEVEL);
    if let Some(next) = separates.find_map(|look| stand_aside(diagnosis, look, said)) {
        return next;
    }
    if matches!(diagnosis.verdict, Verdict::RegimeShift | Verdict::Both)
        && let Some(next) = choose_anew(diagnosis, scenario, said)
    {
        return next;
    }
    luck(diagnosis, said)
}

/// Shares that are the same multiple of the plan's throughout belong to an account of another size.
fn other_account(diagnosis: &Diagnosis, scenario: &Scenario, said: &Said) -> Option<Next> {
    let paired = diagnosis
        .trades
        .iter()
        .filter_map(|t| Some((t.quantity, t.plan.as_ref()?.quantity)));
    let mut ratios: Vec<f64> = paired.map(|(mine, plans)| mine / plans as f64).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = *ratios.get(ratios.len() / 2)?;
    let (least, most) = (ratios.first()?, ratios.last()?);
    let even = ratios.len() >= 3 && *least > 0.93 * middle && *most < 1.07 * middle;
    if !even || (0.9..=1.1).contains(&middle) {
        return None;
    }
    let equity = scenario.account.equity_usd * middle;
    let more: Vec<String> = said
        .log
        .iter()
        .cloned()
        .chain([
            "--set".to_owned(),
            format!("account.equity_usd={equity:.0}"),
        ])
        .collect();
    Some(Next {
        command: said.command("diagnose", &more),
        why: format!(
            "your shares are {middle:.2} of the plan's on every trade: that is an account of another size, not an error; compare with one of ${equity:.0}"
        ),
    })
}

/// By what the trading lost most.
fn dearest(diagnosis: &Diagnosis, scenario: &Scenario, said: &Said) -> Option<Next> {
    let line = verdict::dearest(&diagnosis.bridge)?;
    let exit = &scenario.exit;
    let (verb, more, why) = match line.component {
        Component::StopIgnored => (
            "sweep",
            vary("exit.stop_atr", &wider(exit.stop_atr?)),
            "stops were not honoured: see whether the plan earns more with the wider stop that was traded",
        ),
        Component::HeldTooLong => (
            "sweep",
            vary("exit.max_sessions", &longer(exit.max_sessions?)),
            "trades were held beyond the plan's time: see whether holding longer earns anything",
        ),
        Component::TargetPassed => (
            "sweep",
            vary("exit.target_atr", &wider(exit.target_atr?)),
            "targets were let pass: see whether a farther target earns more",
        ),
        Component::LeftEarly => (
            "sweep",
            vary("exit.target_atr", &nearer(exit.target_atr?)),
            "trades were left before the plan: see whether a nearer target earns more",
        ),
        Component::Size => (
            "run",
            set(&format!(
                "risk.risk_per_trade={}",
                risk(diagnosis, scenario)?
            )),
            "the shares were not the plan's: see what the plan does at the risk that was taken",
        ),
        Component::EntryTiming => (
            "montecarlo",
            Vec::new(),
            "entries came on other bars: see in its row \"entry a bar later\" what the plan loses by that",
        ),
        Component::EntryPrice | Component::ExitPrice => (
            "run",
            set(&format!(
                "costs.slippage_bps={}",
                slippage_bps(diagnosis, scenario)?
            )),
            "fills were worse than the model's: see whether the plan survives the slippage that was paid",
        ),
        Component::Costs => (
            "run",
            set(&format!(
                "costs.commission_per_share_usd={}",
                commission(diagnosis, scenario)?
            )),
            "trading cost more than the model: see whether the plan survives it",
        ),
        Component::NoSetup => {
            let (path, values) = threshold(scenario)?;
            (
                "sweep",
                vary(path, &values),
                "most was lost on trades without a setup: see whether a looser or a stricter trigger earns anything",
            )
        }
        Component::AgainstVeto => {
            let (path, values) = bound(diagnosis, scenario)?;
            (
                "sweep",
                vary(&path, &values),
                "most was lost against a veto: see whether another bound of that filter would be better",
            )
        }
        _ => (
            "run",
            Vec::new(),
            "most was lost by not trading the plan: see what it would have done",
        ),
    };
    // The log's span alone has few trades; what is not about it looks at the past too.
    let window = match line.component {
        Component::Missed | Component::EntryTiming => {
            dates(diagnosis.replayed.0, diagnosis.replayed.1)
        }
        _ => everything(diagnosis),
    };
    let more: Vec<String> = more.into_iter().chain(window).collect();
    Some(Next {
        command: said.command(verb, &more),
        why: why.to_owned(),
    })
}

fn dates(from: Date, to: Date) -> Vec<String> {
    ["--from", &from.to_string(), "--to", &to.to_string()]
        .map(str::to_owned)
        .to_vec()
}

/// From the first session on which the plan can decide to the end of the log's span: the scenario's own regimes may lie outside the
/// tape.
fn everything(diagnosis: &Diagnosis) -> Vec<String> {
    let baseline = diagnosis.shift.baseline.as_ref();
    let from = baseline.map_or(diagnosis.replayed.0, |baseline| baseline.from);
    dates(from, diagnosis.replayed.1)
}

fn vary(path: &str, values: &[String]) -> Vec<String> {
    vec!["--vary".to_owned(), format!("{path}={}", values.join(","))]
}

fn set(assignment: &str) -> Vec<String> {
    vec!["--set".to_owned(), assignment.to_owned()]
}

/// A number with few digits, as a file has it.
fn short(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    rounded.to_string()
}

fn multiples(value: f64, of: &[f64]) -> Vec<String> {
    of.iter().map(|multiple| short(value * multiple)).collect()
}

fn wider(value: f64) -> Vec<String> {
    multiples(value, &[1.0, 1.5, 2.0, 3.0])
}

fn nearer(value: f64) -> Vec<String> {
    multiples(value, &[0.5, 0.75, 1.0, 1.5])
}

fn longer(sessions: u32) -> Vec<String> {
    [sessions, sessions + 2, sessions + 5, 2 * sessions + 10]
        .map(|n| n.to_string())
        .to_vec()
}

/// The edge's own threshold, looser and stricter.
fn threshold(scenario: &Scenario) -> Option<(&'static str, Vec<String>)> {
    let around = |value: f64| multiples(value, &[0.5, 0.75, 1.0, 1.5]);
    match &scenario.entry.edge {
        Edge::MeanReversion(edge) => Some(("entry.min_decline", around(edge.min_decline))),
        Edge::GapMomentum(edge) => Some(("entry.min_gap", around(edge.min_gap))),
        Edge::IronCondor(_) | Edge::Rules(_) => None,
    }
}

/// The bound of the filter whose veto was passed over most dearly.
fn bound(diagnosis: &Diagnosis, scenario: &Scenario) -> Option<(String, Vec<String>)> {
    let rules = diagnosis
        .broken
        .iter()
        .filter(|rule| rule.rule.contains("the veto of"));
    let subjects: Vec<&str> = rules.map(|rule| rule.rule.as_str()).collect();
    let told = |subject: &str| subjects.first().is_none_or(|rule| rule.contains(subject));
    let mut filters = scenario
        .filters
        .iter()
        .filter(|(_, filter)| told(filter.subject()));
    filters.find_map(|(name, filter)| {
        let plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let bounds = [
            ("min_change", filter.min_change),
            ("max_change", filter.max_change),
        ];
        let (key, value) = bounds
            .into_iter()
            .find_map(|(key, value)| Some((key, value?)))?;
        plain.then(|| {
            (
                format!("filters.{name}.{key}"),
                multiples(value, &[0.5, 1.0, 1.5, 2.0]),
            )
        })
    })
}

/// The risk a trade at the shares that were traded.
fn risk(diagnosis: &Diagnosis, scenario: &Scenario) -> Option<String> {
    let paired = || {
        diagnosis
            .trades
            .iter()
            .filter_map(|t| Some((t.quantity, t.plan.as_ref()?.quantity as f64)))
    };
    let (mine, plans) = paired().fold((0.0, 0.0), |(a, b), (mine, plans)| (a + mine, b + plans));
    let risk = scenario.risk.risk_per_trade * mine / plans;
    (risk.is_finite() && risk > 0.0 && risk < 0.5).then(|| short(risk))
}

/// The model's slippage and what was paid beyond it, of the fills on the plan's own bars.
fn slippage_bps(diagnosis: &Diagnosis, scenario: &Scenario) -> Option<String> {
    let (mut lost, mut value) = (0.0, 0.0);
    for trade in &diagnosis.trades {
        for (component, usd) in &trade.parts {
            let price = match component {
                Component::EntryPrice => trade.entry_price,
                Component::ExitPrice => trade.exit_price,
                _ => continue,
            };
            lost -= usd;
            value += price * trade.quantity;
        }
    }
    let bps = scenario.costs.slippage_bps + 1e4 * lost / value;
    (bps.is_finite() && bps > 0.0 && bps < 1000.0)
        .then(|| ((bps * 10.0).round() / 10.0).to_string())
}

/// The model's commission a share and what was paid beyond it.
fn commission(diagnosis: &Diagnosis, scenario: &Scenario) -> Option<String> {
    let paid: f64 = diagnosis
        .bridge
        .iter()
        .filter(|line| line.component == Component::Costs)
        .map(|line| -line.usd)
        .sum();
    let shares: f64 = diagnosis
        .trades
        .iter()
        .filter(|t| t.plan.is_some())
        .map(|t| 2.0 * t.quantity)
        .sum();
    let each = scenario.costs.commission_per_share_usd + paid / shares;
    (each.is_finite() && each > 0.0 && each < 1.0).then(|| short(each))
}

/// A filter that keeps out of the state that loses.
fn stand_aside(diagnosis: &Diagnosis, look: &Look, said: &Said) -> Option<Next> {
    let worse = look.mean_return < look.mean_return_else;
    let keys = match look.condition.as_str() {
        "event" if worse && look.state != "none" => {
            let n = NEAR_EVENT_SESSIONS;
            vec![
                format!("event=\"{}\"", look.state),
                format!("sessions_before={n}"),
                format!("sessions_after={n}"),
            ]
        }
        "composite" | "trend" | "momentum" | "breadth" | "rotation" => {
            let not = if worse { "!=" } else { "==" };
            let word = match look.condition.as_str() {
                "rotation" => "rotation".to_owned(),
                layer => format!("signal.{layer}"),
            };
            vec![format!("rule=\"{word} {not} {}\"", look.state)]
        }
        _ => match (&look.rule, worse) {
            (Some(rule), true) => vec![format!("rule=\"not ({rule})\"")],
            (Some(rule), false) => vec![format!("rule=\"{rule}\"")],
            (None, _) => return None,
        },
    };
    let sets = keys
        .iter()
        .flat_map(|key| set(&format!("filters.diagnosed.{key}")));
    let sets: Vec<String> = sets.chain(everything(diagnosis)).collect();
    Some(Next {
        command: said.command("run", &sets),
        why: format!(
            "trades entered with {} {} made {:+.2} % on average, all others {:+.2} % (p {} after correction): see whether the plan is better for keeping out",
            look.condition,
            look.state,
            100.0 * look.mean_return,
            100.0 * look.mean_return_else,
            verdict::p_words(look.p_corrected)
        ),
    })
}

/// Whether choosing on the past would have kept up.
fn choose_anew(diagnosis: &Diagnosis, scenario: &Scenario, said: &Said) -> Option<Next> {
    let exit = &scenario.exit;
    let (path, value) = [
        ("exit.target_atr", exit.target_atr),
        ("exit.stop_atr", exit.stop_atr),
    ]
    .into_iter()
    .find_map(|(path, value)| Some((path, value?)))?;
    let (from, to) = (
        diagnosis.shift.baseline.as_ref()?.from,
        diagnosis.replayed.1,
    );
    if (to - from).num_days() < LEAST_FORWARD_DAYS {
        return None;
    }
    let more: Vec<String> = vary(path, &nearer(value))
        .into_iter()
        .chain(dates(from, to))
        .collect();
    Some(Next {
        command: said.command("walk-forward", &more),
        why: "the plan itself did worse than its past: see whether choosing its exits anew on the past would have kept up".to_owned(),
    })
}

/// Nothing that can be written as a change: why, and how much of the result luck may be.
fn luck(diagnosis: &Diagnosis, said: &Said) -> Next {
    let (from, to) = diagnosis.replayed;
    let found = |look: &&Look| look.p_corrected <= LEVEL;
    let separates = match diagnosis.looks.rows.iter().find(found) {
        // What separates and comes to this place could not be written.
        Some(look) => format!(
            "{} ({}) separates winners from losers, but it is not known when the plan decides, or no rule says it",
            look.condition, look.state
        ),
        None => "nothing separates winners from losers beyond noise".to_owned(),
    };
    let dearest = match verdict::dearest(&diagnosis.bridge) {
        Some(line) if diagnosis.execution.is_material() => format!(
            "what cost most against the plan ({}, {}) may be chance",
            line.component.words(),
            signed_dollars(line.usd)
        ),
        _ => "no departure from the plan cost much".to_owned(),
    };
    Next {
        command: said.command("montecarlo", &dates(from, to)),
        why: format!(
            "{separates}, and {dearest}: see how much of the result luck may be before changing anything"
        ),
    }
}
