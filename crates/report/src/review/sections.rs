//! The parts of a review's page.

use std::fmt::Write as _;

use lab::review::{Bridge, Changes, Month, RegimeTold, Review, TradesTold, WindowFigures};
use serde_json::Value;

use super::terminal::WIDTH;
use crate::words::{
    NONE, number, or_dash, percent, signed_dollars, signed_percent, whole_percent, wrap,
};

/// Everything between the headline and the warnings.
pub(super) fn all(review: &Review) -> String {
    [
        edge(review),
        figures(review),
        charts(review),
        months(review),
        regimes(review),
        windows(review),
        inputs(review),
        changes(review),
    ]
    .concat()
}

fn edge(review: &Review) -> String {
    let mut text = format!("\nedge: {}\n", review.edge.state.as_str());
    for why in &review.edge.why {
        text.push_str(&wrap("  - ", why, WIDTH));
        text.push('\n');
    }
    text
}

fn r(value: f64) -> String {
    format!("{} R", number(value, 2))
}

fn figures(review: &Review) -> String {
    let mut columns = vec![
        ("baseline", &review.baseline.trades),
        ("since", &review.monitored),
    ];
    if let Some(since) = &review.edge.since {
        columns.push(("since change", since));
    }
    let mut text = format!("\n{:26}", "");
    for (name, _) in &columns {
        let _ = write!(text, "{name:>18}");
    }
    text.push('\n');
    let mut row = |label: &str, of: &dyn Fn(&TradesTold) -> String| {
        let _ = write!(text, "{label:26}");
        for (_, told) in &columns {
            let _ = write!(text, "{:>18}", of(told));
        }
        text.push('\n');
    };
    let in_r = review.baseline.unit == "R";
    row("trades", &|t| number(t.trades as f64, 0));
    row("win rate", &|t| or_dash(t.win_rate, whole_percent));
    row("expectancy", &|t| or_dash(t.expectancy_r, r));
    row("  in dollars", &|t| {
        or_dash(t.expectancy_usd, signed_dollars)
    });
    row(if in_r { "  95 %, R" } else { "  95 %, dollars" }, &|t| {
        let digits = if in_r { 2 } else { 0 };
        or_dash(t.expectancy_95, |l| {
            format!("{} … {}", number(l.low, digits), number(l.high, digits))
        })
    });
    row("average gain", &|t| {
        or_dash(t.average_gain_usd, signed_dollars)
    });
    row("average loss", &|t| {
        or_dash(t.average_loss_usd, signed_dollars)
    });
    row("gain ÷ loss", &|t| or_dash(t.payoff, |p| number(p, 2)));
    row("longest losing run", &|t| {
        number(t.longest_losing_run as f64, 0)
    });
    text
}

fn charts(review: &Review) -> String {
    if review.charts.is_empty() {
        return String::new();
    }
    let chance = or_dash(review.baseline.false_alarm, |share| {
        format!("{} %", number(share * 100.0, 1))
    });
    let limits = format!(
        "charts (limits for {} trades since the baseline; chance of any false alarm in them {chance})",
        number(review.baseline.horizon_trades as f64, 0)
    );
    let mut text = format!("\n{}\n", wrap("", &limits, WIDTH));
    for chart in &review.charts {
        let told = match chart.alarms.last() {
            None => "quiet".to_owned(),
            Some(alarm) => match alarm.ended {
                None => format!("ALARM {}, change about {}", alarm.raised, alarm.began),
                Some(ended) => format!("alarm {}, over {ended}", alarm.raised),
            },
        };
        let (value, limit) = (number(chart.value, 2), number(chart.limit, 2));
        let _ = writeln!(
            text,
            "  {:12}{value:>8} of {limit:>7}   {told}",
            chart.chart
        );
    }
    text
}

fn months(review: &Review) -> String {
    if review.months.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\n{:9}{:>7}{:>8}{:>11}{:>11}{:>8}   {}\n",
        "month", "trades", "won", "mean", "gain÷loss", "run", "beyond its 99 % limit"
    );
    for month in &review.months {
        text.push_str(&month_row(month, review.baseline.unit == "R"));
    }
    text
}

fn month_row(month: &Month, in_r: bool) -> String {
    let told = &month.trades;
    if told.trades == 0 {
        return format!("{:9}{:>7}\n", month.month, 0);
    }
    let mean = or_dash(month.score, |score| {
        if in_r {
            r(score)
        } else {
            signed_percent(score)
        }
    });
    let outside: Vec<String> = month
        .outside
        .iter()
        .map(|name| name.replace('_', " "))
        .collect();
    let line = format!(
        "{:9}{:>7}{:>8}{mean:>11}{:>11}{:>8}   {}",
        month.month,
        told.trades,
        or_dash(told.win_rate, whole_percent),
        or_dash(told.payoff, |p| number(p, 2)),
        told.longest_losing_run,
        outside.join(", ")
    );
    format!("{}\n", line.trim_end())
}

fn window_row(name: &str, standing: &str, told: Option<&WindowFigures>) -> String {
    let cell = |of: &dyn Fn(&WindowFigures) -> String| told.map_or_else(String::new, of);
    let line = format!(
        "  {name:17}{standing:19}{:>10}{:>10}{:>7}{:>7}{:>8}",
        cell(&|w| or_dash(w.net_return, signed_percent)),
        cell(&|w| or_dash(w.max_drawdown, percent)),
        cell(&|w| number(w.trades.trades as f64, 0)),
        cell(&|w| or_dash(w.trades.win_rate, whole_percent)),
        cell(&|w| or_dash(w.trades.expectancy_r, r)),
    );
    format!("{}\n", line.trim_end())
}

fn window_head(title: &str, second: &str) -> String {
    format!(
        "\n{title:19}{second:19}{:>10}{:>10}{:>7}{:>7}{:>8}\n",
        "return", "drawdown", "trades", "won", "mean"
    )
}

fn regimes(review: &Review) -> String {
    let mut text = window_head("regime", "");
    for RegimeTold {
        name,
        standing,
        figures,
        ..
    } in &review.regimes
    {
        let name: String = name.chars().take(16).collect();
        text.push_str(&window_row(&name, standing, figures.as_ref()));
    }
    let verdict = format!("verdict over those that had ended: {}", review.verdict);
    text.push_str(&wrap("  ", &verdict, WIDTH));
    text.push('\n');
    let before: Vec<&str> = review
        .regimes
        .iter()
        .filter(|regime| regime.standing == "before the history")
        .map(|regime| regime.name.as_str())
        .collect();
    if !before.is_empty() {
        let why = format!(
            "{}: cannot be run, since the history begins on {}; counted as inconclusive",
            before.join(", "),
            review.baseline.from
        );
        text.push_str(&wrap("  ", &why, WIDTH));
        text.push('\n');
    }
    text
}

fn windows(review: &Review) -> String {
    let mut text = window_head("last", "since");
    for one in &review.windows {
        text.push_str(&window_row(
            &one.window,
            &one.from.to_string(),
            Some(&one.figures),
        ));
    }
    text
}

fn inputs(review: &Review) -> String {
    let mut text = String::from("\ninputs\n");
    let mut say = |line: String| {
        text.push_str(&wrap("  ", &line, WIDTH));
        text.push('\n');
    };
    say(or_dash(review.inputs.atr, |atr| {
        format!(
            "ATR ${}, {} of the close; median of a year {}",
            number(atr.atr_usd, 2),
            percent(atr.of_close),
            percent(atr.of_close_median_1y)
        )
    }));
    say(match &review.inputs.costs {
        None => "costs: no trade in the last 252 sessions".to_owned(),
        Some(costs) => format!(
            "costs of {} trades in the last 252 sessions: commission ${} and slippage ${} a trade; {} bps, {} R; {}. The plan assumes: {}",
            costs.trades,
            number(costs.commission_usd, 2),
            number(costs.slippage_usd, 2),
            or_dash(costs.bps, |bps| number(bps, 1)),
            or_dash(costs.r, |r| number(r, 3)),
            costs.of_gross_profit.map_or_else(
                || "there was no profit before them".to_owned(),
                |share| format!("{} of the profit before them", whole_percent(share))
            ),
            costs.assumed.join(" "),
        ),
    });
    say(match &review.inputs.sector_weights {
        None => "sector weights: unknown (the tape has none by then)".to_owned(),
        Some(weights) => {
            let each = weights.percent.iter();
            let each: Vec<String> = each
                .map(|(sector, percent)| {
                    format!("{} {} %", sector.replace('_', " "), number(*percent, 1))
                })
                .collect();
            format!("sector weights of {}: {}", weights.date, each.join(", "))
        }
    });
    text
}

fn changes(review: &Review) -> String {
    let Some(changes) = &review.changes else {
        return String::from("\nno earlier review to compare with\n");
    };
    let mut text = format!(
        "\nchanged since {} (edge {} then)\n",
        changes.since_as_of,
        changes.state_then.as_str()
    );
    let mut say = |line: &str| {
        text.push_str(&wrap("  ", line, WIDTH));
        text.push('\n');
    };
    say(&data(changes));
    if let Some(then) = changes.from_then {
        let now = review.baseline.from;
        say(&format!(
            "history begins {}: {} sessions ({then} → {now})",
            if now < then { "earlier" } else { "later" },
            number(changes.sessions_moved as f64, 0)
        ));
    }
    if changes.parameters.is_empty() {
        say("parameters: none");
    }
    for one in &changes.parameters {
        let value =
            |value: &Option<Value>| value.as_ref().map_or_else(|| "not set".to_owned(), short);
        say(&format!(
            "parameter {}: {} → {}",
            one.key,
            value(&one.was),
            value(&one.now)
        ));
    }
    if let Some(then) = &changes.engine_then {
        say(&format!("stormproof: {then} → {}", review.stormproof));
    }
    for one in &changes.inputs {
        let digits = if one.input == "atr_of_close" { 4 } else { 2 };
        let (was, now) = (number(one.was, digits), number(one.now, digits));
        if was != now {
            say(&format!("{}: {was} → {now}", one.input.replace('_', " ")));
        }
    }
    if let Some(why) = &changes.not_attributed {
        say(&format!(
            "what moved the figures cannot be told apart: {why}"
        ));
    }
    if !changes.figures.is_empty() {
        text.push_str(&bridges(&changes.figures));
    }
    text
}

fn data(changes: &Changes) -> String {
    let revised = match changes.revised {
        None => "whether the past was revised is unknown",
        Some(false) => "the past as it was",
        Some(true) => "the past was REVISED: the tape says other things of it than then",
    };
    format!("data: {} sessions more; {revised}", changes.sessions_more)
}

/// A setting's value in a few words.
fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 60 {
        text.chars().take(59).chain(['…']).collect()
    } else {
        text
    }
}

fn bridges(figures: &[Bridge]) -> String {
    let mut text = format!(
        "  {:15}{:>10} {:>12} {:>11} {:>11} {:>11}\n",
        "of the history", "then", "revised", "more data", "parameters", "now"
    );
    for one in figures {
        let number = |value: f64| match one.figure.as_str() {
            "trades" => number(value, 0),
            "win_rate" => percent(value),
            "expectancy_r" => number(value, 3),
            _ => signed_dollars(value),
        };
        let step = |value: f64| {
            if value == 0.0 {
                NONE.to_owned()
            } else {
                number(value)
            }
        };
        let _ = writeln!(
            text,
            "  {:15}{:>10} {:>12} {:>11} {:>11} {:>11}",
            one.figure.replace('_', " "),
            number(one.was),
            step(one.revised_or_engine),
            step(one.more_data),
            step(one.parameters),
            number(one.now)
        );
    }
    if let Some(one) = figures.iter().find(|one| one.revised_or_engine != 0.0) {
        let _ = writeln!(text, "  revised: due to {}", one.due_to);
    }
    text
}
