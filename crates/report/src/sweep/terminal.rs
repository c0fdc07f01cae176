//! A sweep on the terminal, in 80 columns.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets::NOTHING};
use lab::sweep::{FIGURES, Figure, Intervals, PValues, Trust};
use lab::{Regime, Standing};

use super::summary::{Finalist, Summary};
use crate::words::{
    banner, number, or_dash, percent, signed_dollars, signed_percent, whole_percent, wrap,
};

const WIDTH: usize = 80;

/// The whole report, ending with a newline.
pub fn sweep_text(summary: &Summary) -> String {
    let mut text = head(summary);
    for warning in &summary.warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    if summary.best.is_empty() {
        text.push_str("\nno combination met what was required and has the objective");
        text.push_str("\n(a ratio needs trades in every searched window; net_return does not)\n");
        return text;
    }
    text.push('\n');
    text.push_str(&ranked(summary));
    text.push('\n');
    text.push_str(&legend(summary));
    if let Some((trust, first)) = summary.trust.as_ref().zip(summary.best.first()) {
        text.push('\n');
        text.push_str(&luck(trust, first));
    }
    if let Some(first) = summary.best.first() {
        text.push('\n');
        text.push_str(&again(summary, first));
    }
    text
}

fn head(summary: &Summary) -> String {
    let sweep = &summary.sweep;
    let count = |n: u64| number(n as f64, 0);
    let title = format!(
        "{}: {} combinations of {} parameters, {}",
        sweep.plan.name,
        count(sweep.combinations),
        sweep.vary.len(),
        sweep.sampler
    );
    let tape = format!("tape: {}", sweep.tape.name);
    let windows: Vec<String> = sweep.windows[..sweep.searched].iter().map(window).collect();
    let searched = format!("searched: {}", windows.join("; "));
    let mut lines = vec![wrap("", &title, WIDTH), wrap("", &tape, WIDTH)];
    lines.extend(banner(&sweep.tape));
    lines.push(wrap("", &searched, WIDTH));
    let ruled_out = match summary.ruled_out {
        0 => String::new(),
        n => format!(", {} ruled out by --where", count(n)),
    };
    let refused = match (summary.refused, &summary.refusal) {
        (0, _) | (_, None) => String::new(),
        (n, Some(why)) => format!(", {} are no plan (the first: {why})", count(n)),
    };
    let replayed = format!("replayed: {}{ruled_out}{refused}", count(summary.replayed));
    lines.push(wrap("", &replayed, WIDTH));
    let require = if summary.require.is_empty() {
        String::new()
    } else {
        format!(
            "; {} met {}",
            count(summary.met),
            summary.require.join(" and ")
        )
    };
    let by = if summary.objectives.len() == 1 {
        format!("ranked by {}{require}", summary.objectives[0])
    } else {
        let by = summary.objectives.join(" and ");
        format!("none beats these in all of {by}{require}")
    };
    lines.push(wrap("", &by, WIDTH));
    lines.join("\n") + "\n"
}

fn window(regime: &Regime) -> String {
    let dates = format!("{} {} to {}", regime.name, regime.from, regime.to);
    match regime.without.len() {
        0 => dates,
        n => format!("{dates} without {n} regimes"),
    }
}

/// The best, a row each: parameters in a line of their own, because names are long.
fn ranked(summary: &Summary) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let objective = summary.objectives.first().copied().unwrap_or("sharpe");
    let mut header = vec!["", objective, "return", "drawdown", "trades", "win", "R"];
    let gated = summary.best.iter().any(|finalist| finalist.gate.is_some());
    if gated {
        header.push("gate");
    }
    table.set_header(header);
    for (n, finalist) in summary.best.iter().enumerate() {
        // Of several windows the worst is ranked, and shown.
        let worst = finalist.worst(objective, summary.sweep.searched);
        let cell = |name: &str, text: fn(f64) -> String| {
            or_dash(
                Figure::named(name).and_then(|f| worst.get(f.place()).copied()?),
                text,
            )
        };
        let mut row = vec![
            (n + 1).to_string(),
            cell(objective, |x| number(x, 3)),
            cell("net_return", signed_percent),
            cell("max_drawdown", percent),
            cell("trades", |x| number(x, 0)),
            cell("win_rate", whole_percent),
            cell("expectancy_r", |x| number(x, 2)),
        ];
        if gated {
            row.push(or_dash(finalist.gate.as_ref(), |gate| {
                gate.verdict.as_str().to_owned()
            }));
        }
        table.add_row(row);
    }
    for (n, column) in table.column_iter_mut().enumerate() {
        let right = (1..7).contains(&n);
        column.set_padding((0, 2)).set_cell_alignment(if right {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        });
    }
    table.trim_fmt() + "\n"
}

/// The parameters of the best, by their rank.
fn legend(summary: &Summary) -> String {
    let mut text = String::new();
    for (n, finalist) in summary.best.iter().enumerate() {
        let lead = format!("{:>3}  ", n + 1);
        text.push_str(&wrap(&lead, &finalist.parameters.join("  "), WIDTH));
        text.push('\n');
        if let Some([low, high]) = finalist.intervals.and_then(|i| i.sharpe) {
            let told = format!(
                "Sharpe ratio {} to {} (95%)",
                number(low, 2),
                number(high, 2)
            );
            text.push_str(&wrap("     ", &told, WIDTH));
            text.push('\n');
        }
    }
    text
}

impl Finalist {
    /// The figures of the searched window that is worst by `objective`.
    fn worst(&self, objective: &str, searched: usize) -> &[Option<f64>] {
        let figure = Figure::named(objective).unwrap_or(&FIGURES[0]);
        let score = |row: &&Vec<Option<f64>>| {
            let value = row.get(figure.place()).copied().flatten();
            figure
                .worst(std::iter::once(value))
                .unwrap_or(f64::NEG_INFINITY)
        };
        let windows = self.shown.iter().take(searched.max(1));
        windows
            .min_by(|a, b| score(a).total_cmp(&score(b)))
            .map_or(&[], Vec::as_slice)
    }
}

fn luck(trust: &Trust, first: &Finalist) -> String {
    let mut lines = vec!["Is the first of them luck?".to_owned()];
    lines.push(wrap("  ", &trust.sentence, WIDTH));
    for (label, text) in trust_told(trust, first.intervals.as_ref()) {
        lines.push(wrap(&format!("  {label:<26}"), &text, WIDTH));
    }
    lines.join("\n") + "\n"
}

/// What is known of luck beyond the sentence: a label and a text each.
pub(crate) fn trust_told(
    trust: &Trust,
    intervals: Option<&Intervals>,
) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut row = |label: &'static str, text: String| rows.push((label, text));
    let count = |n: u64| number(n as f64, 0);
    row(
        "trials ever made",
        format!(
            "{} of this plan, {} in this sweep; worth {} independent ones by their correlations, {} by their mean correlation",
            count(trust.trials_ever),
            count(trust.trials),
            or_dash(trust.effective_by_eigenvalues, |n| number(n, 1)),
            or_dash(trust.effective_by_correlation, |n| number(n, 0)),
        ),
    );
    if (trust.sampled as u64) < trust.trials {
        row(
            "judged on",
            format!("a sample of {} trials", count(trust.sampled as u64)),
        );
    }
    let chance = |p: Option<f64>| or_dash(p, percent);
    row(
        "Sharpe ratio",
        format!(
            "{}; {} likely above 0 alone (PSR), {} after all trials (DSR), {} after the independent ones",
            or_dash(trust.sharpe, |x| number(x, 2)),
            chance(trust.probabilistic_sharpe),
            chance(trust.deflated_sharpe),
            chance(trust.deflated_sharpe_effective),
        ),
    );
    if let Some(sessions) = trust.minimum_track_record_sessions {
        row(
            "beyond doubt after",
            format!(
                "{} sessions, had it been the only trial",
                number(sessions.ceil(), 0)
            ),
        );
    }
    if let Some(p) = trust.against_cash {
        row("against cash", p_values(p));
    }
    if let Some(p) = trust.against_holding {
        row("against holding", p_values(p));
    }
    if let Some(cross) = trust.overfitting {
        row(
            "overfitting (PBO)",
            format!(
                "{} of {}-block splits; lost money out of sample in {}; Sharpe {} in, {} out of sample",
                percent(cross.probability),
                cross.blocks,
                percent(cross.loss_probability),
                or_dash(cross.mean_in_sample_sharpe, |x| number(x, 2)),
                or_dash(cross.mean_out_of_sample_sharpe, |x| number(x, 2)),
            ),
        );
    }
    if let Some(plateau) = trust.plateau {
        row(
            "neighbours",
            format!(
                "{} of {} keep half of the objective; on average {} of it, at worst {}",
                percent(plateau.score),
                plateau.neighbours,
                or_dash(plateau.mean_ratio, whole_percent),
                or_dash(plateau.least_ratio, whole_percent),
            ),
        );
    }
    if let Some(split) = trust.out_of_sample {
        row(
            "out of sample",
            format!(
                "Sharpe {} after {} in sample; rank correlation of all trials {}",
                or_dash(split.sharpe_out, |x| number(x, 2)),
                or_dash(split.sharpe_in, |x| number(x, 2)),
                or_dash(split.rank_correlation, |x| number(x, 2)),
            ),
        );
    }
    rows.extend(intervals.map(intervals_told).unwrap_or_default());
    rows
}

fn p_values(p: PValues) -> String {
    format!(
        "p = {} (Hansen's SPA; {} to {}), {} (White)",
        number(p.consistent, 3),
        number(p.lower, 3),
        number(p.upper, 3),
        number(p.white, 3)
    )
}

/// An interval's label, its ends, and how they are written.
type Told = (&'static str, Option<[f64; 2]>, fn(f64) -> String);

fn intervals_told(intervals: &Intervals) -> Vec<(&'static str, String)> {
    let ratio: fn(f64) -> String = |x| number(x, 2);
    let all: [Told; 9] = [
        ("95%: net return", intervals.net_return, signed_percent),
        (
            "95%: annualised",
            intervals.annualised_return,
            signed_percent,
        ),
        ("95%: Sharpe", intervals.sharpe, ratio),
        ("95%: Sortino", intervals.sortino, ratio),
        ("95%: max drawdown", intervals.max_drawdown, percent),
        ("95%: expectancy", intervals.expectancy_usd, signed_dollars),
        ("95%: in R", intervals.expectancy_r, ratio),
        ("95%: win rate", intervals.win_rate, whole_percent),
        ("95%: profit factor", intervals.profit_factor, ratio),
    ];
    all.into_iter()
        .filter_map(|(label, ends, text)| {
            let [low, high] = ends?;
            Some((label, format!("{} to {}", text(low), text(high))))
        })
        .collect()
}

fn plural(trades: u32) -> String {
    let ending = if trades == 1 { "" } else { "s" };
    format!("{trades} trade{ending}")
}

/// How to look at the first of them alone, and what its gate said.
fn again(summary: &Summary, first: &Finalist) -> String {
    let mut text = String::new();
    if let Some(gate) = &first.gate {
        let regimes: Vec<String> = gate
            .regimes
            .iter()
            .map(|regime| {
                let told = or_dash(regime.net_return, signed_percent);
                let standing = match regime.standing {
                    Standing::Inconclusive => format!("inconclusive ({})", plural(regime.trades)),
                    standing => standing.as_str().to_owned(),
                };
                format!("{} {standing} {told}", regime.name)
            })
            .collect();
        let told = format!("{}: {}", gate.verdict.as_str(), regimes.join(", "));
        text.push_str(&wrap("gate of the first: ", &told, WIDTH));
        text.push('\n');
    }
    let sets: Vec<String> = first
        .parameters
        .iter()
        .map(|p| format!("--set {p}"))
        .collect();
    let Some(alone) = &summary.alone else {
        return text;
    };
    let told = format!("{alone} {}", sets.join(" "));
    text.push_str(&wrap("alone: ", &told, WIDTH));
    text.push('\n');
    text
}
