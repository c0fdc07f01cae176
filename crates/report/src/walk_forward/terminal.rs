//! Walking forward on the terminal, at most 80 columns wide.

use std::fmt::Write as _;

use lab::sweep::space::Value;
use lab::walk_forward::{Chosen, Combined, Figured, Growth, Summary, WalkForward};

use crate::spark::{Of, spark};
use crate::words::{
    NONE, banner, last_word, number, or_dash, percent, signed_percent, whole_percent, wrap,
};

const WIDTH: usize = 80;

/// The folds, the parameters chosen, and what came of it, ending with a newline.
pub fn walk_forward(said: &WalkForward, warnings: &[String]) -> String {
    let summary = &said.summary;
    let growth = match said.growth {
        Growth::Rolling => "a rolling",
        Growth::Anchored => "a growing",
    };
    let method = format!(
        "{}, each choice by {} in {growth} training window",
        counted(said.folds.len(), "fold"),
        summary.objective
    );
    let mut text = head(summary, &method);
    text.push_str(&folds(said));
    text.push_str(&drift(said));
    text.push_str(&stitched(said));
    text + &closing(
        summary,
        &conclusion(said.efficiency, said.top_half),
        warnings,
    )
}

/// The splits and the paths, ending with a newline.
pub fn combined(said: &Combined, warnings: &[String]) -> String {
    let summary = &said.summary;
    let method = format!(
        "{} of {} groups, each choice by {} on the groups that are not tested",
        counted(said.splits.len(), "split"),
        said.groups.len(),
        summary.objective
    );
    let mut text = head(summary, &method);
    let _ = writeln!(
        text,
        "\n{:<22}{:>10}{:>10}{:>10}{:>10}{:>7}",
        "groups tested", "in", "out", "net in", "net out", "beat"
    );
    for (tested, chosen) in &said.splits {
        let tested: Vec<String> = tested.iter().map(|n| (n + 1).to_string()).collect();
        let _ = writeln!(text, "{:<22}{}", tested.join(" "), cells(chosen.as_ref()));
    }
    text.push_str(&paths(&said.paths));
    text + &closing(summary, &beaten(said.top_half, "splits"), warnings)
}

fn head(summary: &Summary, method: &str) -> String {
    let history = &summary.history;
    let dates = format!("{} to {}", history.from, history.to);
    // A window of the user's own is called by its dates.
    let window = if history.name == dates {
        dates
    } else {
        format!("{} from {dates}", history.name)
    };
    let title = format!(
        "{}: {} bars of {}, {window} ({} sessions), {method}",
        summary.plan,
        summary.interval,
        summary.symbol,
        number(summary.sessions as f64, 0),
    );
    let mut text = wrap("", &title, WIDTH) + "\n";
    text.push_str(&wrap("tape: ", &summary.tape.name, WIDTH));
    text.push('\n');
    if let Some(banner) = banner(&summary.tape) {
        text.push_str(&banner);
        text.push('\n');
    }
    let refused = match summary.refused {
        0 => String::new(),
        refused => format!(" ({} more are no plan)", number(refused as f64, 0)),
    };
    let conditions = summary
        .constraints
        .iter()
        .map(|one| format!("; where {one}"));
    let require = summary.require.iter().map(|one| format!("; require {one}"));
    let tried = format!(
        "{}{refused} in every window: {} by {}{}; purge {}, embargo {} sessions",
        counted(summary.combinations, "combination"),
        summary.vary.join(", "),
        summary.sampler,
        conditions.chain(require).collect::<String>(),
        summary.purge_sessions,
        summary.embargo_sessions,
    );
    text.push_str(&wrap("", &tried, WIDTH));
    text + "\n"
}

fn folds(said: &WalkForward) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "\nfold  {:<22}{:>9}{:>9}{:>10}{:>10}{:>7}{:>6}",
        "tested", "in", "out", "net in", "net out", "beat", "n"
    );
    for (n, fold) in said.folds.iter().enumerate() {
        let _ = write!(text, "{:>4}  {} {}", n + 1, fold.test.0, fold.test.1);
        let _ = match &fold.chosen {
            None => writeln!(text, "   stood aside: no combination qualified"),
            Some(c) => writeln!(
                text,
                " {:>9}{:>9}{:>10}{:>10}{:>7}{:>6}",
                or_dash(c.trained.objective, short),
                or_dash(c.tested.objective, short),
                or_dash(c.trained.net_return, signed_percent),
                or_dash(c.tested.net_return, signed_percent),
                or_dash(c.beaten, whole_percent),
                or_dash(c.tested.trades, |n| number(n, 0)),
            ),
        };
    }
    let legend = format!(
        "in, out: {} in training and in the test; beat: the share of the other combinations that the choice beat in the test; n: trades there",
        said.summary.objective
    );
    text.push_str(&wrap("", &legend, WIDTH));
    text + "\n"
}

fn cells(chosen: Option<&Chosen>) -> String {
    match chosen {
        None => "  stood aside: no combination qualified".to_owned(),
        Some(c) => format!(
            "{:>10}{:>10}{:>10}{:>10}{:>7}",
            or_dash(c.trained.objective, short),
            or_dash(c.tested.objective, short),
            or_dash(c.trained.net_return, signed_percent),
            or_dash(c.tested.net_return, signed_percent),
            or_dash(c.beaten, whole_percent),
        ),
    }
}

/// The values chosen over time: as many parameters side by side as fit.
fn drift(said: &WalkForward) -> String {
    let mut columns = said.summary.axes.iter().enumerate().map(|(axis, name)| {
        let values = said
            .folds
            .iter()
            .map(|fold| or_dash(fold.chosen.as_ref().and_then(|c| c.values.get(axis)), shown));
        let values: Vec<String> = values.collect();
        let changed = format!("changed {}×", said.changes.get(axis).copied().unwrap_or(0));
        let cells: Vec<String> = std::iter::once(cut(name))
            .chain(values)
            .chain([changed])
            .collect();
        let width = cells
            .iter()
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
            + 2;
        (width, cells)
    });
    let mut text = String::new();
    let mut next = columns.next();
    while next.is_some() {
        let (mut block, mut used) = (Vec::new(), 4);
        while let Some((width, cells)) =
            next.take_if(|(width, _)| block.is_empty() || used + *width <= WIDTH)
        {
            used += width;
            block.push((width, cells));
            next = columns.next();
        }
        text.push('\n');
        for row in 0..said.folds.len() + 2 {
            let label = match row {
                0 => "fold".to_owned(),
                n if n <= said.folds.len() => n.to_string(),
                _ => String::new(),
            };
            let _ = write!(text, "{label:>4}");
            for (width, cells) in &block {
                let _ = write!(text, "{:>width$}", cells[row]);
            }
            text.push('\n');
        }
    }
    text
}

/// A name that fits a line of its own.
fn cut(name: &str) -> String {
    name.chars().take(WIDTH - 8).collect()
}

type Cell = fn(&Figured) -> String;

fn stitched(said: &WalkForward) -> String {
    let (ours, written) = (said.stitched.figured(), said.as_written);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "\n{:<26}{:>18}{:>18}",
        "out of sample", "chosen anew", "as written"
    );
    let closes = said.stitched.closes.iter().copied();
    let path: Vec<f64> = std::iter::once(said.stitched.start_equity_usd)
        .chain(closes)
        .collect();
    let _ = writeln!(
        text,
        "{:<26}{:>18}",
        "equity",
        spark(&path, 17, Of::Last, None)
    );
    let rows: [(&str, Cell); 5] = [
        ("net return", |f| or_dash(f.net_return, signed_percent)),
        ("max drawdown", |f| or_dash(f.max_drawdown, percent)),
        ("Sharpe", |f| or_dash(f.sharpe, short)),
        ("  chance it is above 0", |f| {
            or_dash(f.sharpe_above_0, whole_percent)
        }),
        ("trades", |f| number(f.trades as f64, 0)),
    ];
    for (label, cell) in rows {
        let written = written.as_ref().map_or_else(|| NONE.to_owned(), cell);
        let _ = writeln!(text, "{label:<26}{:>18}{written:>18}", cell(&ours));
    }
    text
}

fn paths(paths: &[Figured]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "\n{:<22}{:>10}{:>14}{:>10}{:>10}",
        "path", "net", "max drawdown", "Sharpe", "trades"
    );
    for (n, path) in paths.iter().enumerate() {
        let _ = writeln!(
            text,
            "{:<22}{:>10}{:>14}{:>10}{:>10}",
            n + 1,
            or_dash(path.net_return, signed_percent),
            or_dash(path.max_drawdown, percent),
            or_dash(path.sharpe, short),
            number(path.trades as f64, 0),
        );
    }
    let mut sharpes: Vec<f64> = paths.iter().filter_map(|path| path.sharpe).collect();
    sharpes.sort_by(f64::total_cmp);
    if let (Some(least), Some(most)) = (sharpes.first(), sharpes.last()) {
        let (low, high) = (sharpes[(sharpes.len() - 1) / 2], sharpes[sharpes.len() / 2]);
        let middle = f64::midpoint(low, high);
        let below = sharpes.iter().filter(|sharpe| **sharpe <= 0.0).count();
        let spread = format!(
            "Sharpe of the paths: {} to {}, median {}; {below} of {} at or below 0",
            short(*least),
            short(*most),
            short(middle),
            sharpes.len()
        );
        text.push_str(&wrap("", &spread, WIDTH));
        text.push('\n');
    }
    text
}

/// What came of it, in a sentence: the efficiency, and in how many of how many folds the choice was in the better half.
pub(crate) fn conclusion(efficiency: Option<f64>, top_half: (usize, usize)) -> String {
    let efficiency = match efficiency {
        Some(efficiency) => format!(
            "efficiency {}: out of sample the choices {} for every dollar a session that they made in training; ",
            short(efficiency),
            made(efficiency)
        ),
        None => "training earned nothing on average, so there is no efficiency; ".to_owned(),
    };
    efficiency + &beaten(top_half, "folds")
}

fn made(dollars: f64) -> String {
    let verb = if dollars < 0.0 { "lost" } else { "made" };
    format!("{verb} ${}", number(dollars.abs(), 2))
}

fn beaten((top, all): (usize, usize), what: &str) -> String {
    match all {
        0 => "there was nothing else to choose".to_owned(),
        _ => format!(
            "the choice beat more than half of the other combinations in {top} of {all} {what}; chance alone gives half"
        ),
    }
}

fn closing(summary: &Summary, conclusion: &str, warnings: &[String]) -> String {
    let mut text = String::from("\n") + &wrap("", conclusion, WIDTH) + "\n";
    for warning in warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    if let Some(word) = last_word(&summary.tape) {
        text.push_str(word);
        text.push('\n');
    }
    text
}

/// A figure of unknown size in at most nine characters.
fn short(value: f64) -> String {
    match value.abs() {
        size if size < 100.0 => number(value, 2),
        size if size < 1e7 => number(value, 0),
        _ => format!("{value:.1e}"),
    }
}

/// A parameter's value; a drawn one with as many digits as anyone wants.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(x) if x.to_string().len() > 9 => format!("{x:.5}"),
        other => other.to_string(),
    }
}

fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(n as f64, 0))
}
