//! Reviews as a page: the state of the edge in words, its timeline, figures before and since, months, regimes, what changed.

use lab::review::{Bridge, Changes, Month, Review, State, TimelineRow, TradesTold, timeline};

use super::chart::{Bars, Chart, Frame, Line, Lines, Role, Unit, figure, rounded};
use super::html::Html;
use super::shell::Shell;
use super::sweep::marks;
use super::tables::{Cell, table};
use crate::error::ReportError;
use crate::review::{Reviewed, banners};
use crate::words::{NONE, number, or_dash, percent, signed_dollars, whole_percent};

/// The page of the last review that was asked for, with the timeline of those before it.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn reviews_page(reviewed: &Reviewed<'_>) -> Result<String, ReportError> {
    let Some(last) = reviewed.last() else {
        return Ok(Shell::new("Stormproof: reviews", "no review", &[], &[]).finish());
    };
    let review = &last.review;
    let rows = timeline(reviewed.shelf.by(review.as_of));
    let loud: Vec<String> = banners(review).iter().flat_map(|b| marks(b)).collect();
    let mut page = Shell::new("Stormproof: a review", &review.plan, &facts(review), &loud);
    page.bare_section("verdict", "Edge", &edge(review));
    page.section(
        "timeline",
        "Timeline",
        "The edge from review to review",
        &line(&rows)?,
    );
    page.section("figures", "Figures", "Before and since", &figures(review));
    page.section("months", "Months", "Month by month", &months(review)?);
    page.section(
        "regimes",
        "Regimes",
        "Regimes and trailing windows",
        &windows(review),
    );
    page.section("changes", "Changes", "What changed", &changes(review));
    let notes = reviewed.shelf.notes().iter().chain(reviewed.warnings);
    let warnings: Vec<String> = review.warnings.iter().chain(notes).cloned().collect();
    if !warnings.is_empty() {
        let told = super::warnings(&warnings);
        page.section("warnings", "Warnings", "What to read this with", &told);
    }
    Ok(page.finish())
}

fn facts(review: &Review) -> Vec<String> {
    vec![
        format!(
            "As of {}: history from {} ({} sessions), baseline to {}",
            review.as_of,
            review.baseline.from,
            number(review.data.sessions as f64, 0),
            review.baseline.to
        ),
        format!(
            "Data: fingerprint {}. Stormproof {}",
            review.data.fingerprint, review.stormproof
        ),
    ]
}

fn edge(review: &Review) -> Html {
    let mut html = Html::default();
    let (class, words) = match review.edge.state {
        State::Intact => ("verdict good", "The edge is intact"),
        State::Degrading => ("verdict open", "The edge is degrading"),
        State::Gone => ("verdict bad", "The edge is gone"),
        State::NotShown => ("verdict open", "No edge was shown to begin with"),
        State::TooFewTrades => ("verdict open", "Too few trades to say"),
    };
    html.open("div", &[("class", class)]);
    html.element("p", &[("class", "soft")], "Edge");
    html.element("h2", &[], words);
    html.open("ul", &[]);
    for why in &review.edge.why {
        html.element("li", &[], why);
    }
    html.close("ul");
    html.close("div");
    html
}

fn line(rows: &[TimelineRow]) -> Result<Html, ReportError> {
    let mut html = Html::default();
    let dates: Vec<String> = rows.iter().map(|row| row.as_of.to_string()).collect();
    let mut names: Vec<&String> = rows.iter().flat_map(|row| row.charts.keys()).collect();
    names.sort_unstable();
    names.dedup();
    if rows.len() > 1 && !names.is_empty() {
        let mut lines: Vec<Line> = names
            .iter()
            .enumerate()
            .map(|(n, name)| Line {
                name: name.replace('-', " "),
                role: Role::nth(n),
                values: rows
                    .iter()
                    .map(|row| row.charts.get(*name).and_then(|share| rounded(*share, 3)))
                    .collect(),
            })
            .collect();
        lines.push(Line {
            name: "limit".to_owned(),
            role: Role::Limit,
            values: rows.iter().map(|_| Some(1.0)).collect(),
        });
        let frame = Frame {
            id: "control",
            title: "Control charts, each as a share of its limit",
            told: "Above 1 is an alarm. The limits keep the chance of any false alarm at 5 % over the trades they were drawn for; below them all is noise.",
            height: "middle",
        };
        let chart = Lines {
            x: dates.clone(),
            lines,
            unit: Unit::Number,
        };
        figure(&mut html, &frame, &Chart::Lines(chart))?;
    }
    table(
        &mut html,
        "The reviews",
        &[
            "as of",
            "edge",
            "trades since",
            "won",
            "mean",
            "alarms",
            "regimes",
            "settings changed",
        ],
        &rows.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(html)
}

fn row(row: &TimelineRow) -> (String, Vec<Cell>) {
    let alarms = if row.alarms.is_empty() {
        NONE.to_owned()
    } else {
        row.alarms.join(", ")
    };
    let cells = vec![
        Cell::word(row.state.as_str()),
        Cell::number(row.trades.to_string()),
        Cell::number(or_dash(row.win_rate, whole_percent)),
        Cell::number(or_dash(row.expectancy_r, r)),
        Cell::word(alarms),
        Cell::word(row.verdict.clone()),
        Cell::number(row.parameters_changed.to_string()),
    ];
    (row.as_of.to_string(), cells)
}

fn r(value: f64) -> String {
    format!("{} R", number(value, 2))
}

type Of = fn(&TradesTold) -> String;

const FIGURES: [(&str, Of); 8] = [
    ("trades", |t| t.trades.to_string()),
    ("win rate", |t| or_dash(t.win_rate, whole_percent)),
    ("expectancy", |t| or_dash(t.expectancy_r, r)),
    ("in dollars", |t| or_dash(t.expectancy_usd, signed_dollars)),
    ("average gain", |t| {
        or_dash(t.average_gain_usd, signed_dollars)
    }),
    ("average loss", |t| {
        or_dash(t.average_loss_usd, signed_dollars)
    }),
    ("gain ÷ loss", |t| or_dash(t.payoff, |p| number(p, 2))),
    ("longest losing run", |t| t.longest_losing_run.to_string()),
];

fn figures(review: &Review) -> Html {
    let mut html = Html::default();
    let mut columns = vec![
        ("baseline", &review.baseline.trades),
        ("since", &review.monitored),
    ];
    if let Some(since) = &review.edge.since {
        columns.push(("since the change", since));
    }
    let mut head = vec![""];
    head.extend(columns.iter().map(|(name, _)| *name));
    let rows: Vec<(String, Vec<Cell>)> = FIGURES
        .iter()
        .map(|(label, of)| {
            let cells = columns.iter().map(|(_, told)| Cell::number(of(told)));
            ((*label).to_owned(), cells.collect())
        })
        .collect();
    table(&mut html, "Before and since", &head, &rows);
    html
}

fn months(review: &Review) -> Result<Html, ReportError> {
    let mut html = Html::default();
    let in_r = review.baseline.unit == "R";
    let score = |month: &Month| {
        let scale = if in_r { 1.0 } else { 100.0 };
        month.score.and_then(|score| rounded(score * scale, 3))
    };
    if review.months.is_empty() {
        html.element("p", &[], "No month has passed since the baseline.");
        return Ok(html);
    }
    let chart = Bars {
        x: review
            .months
            .iter()
            .map(|month| month.month.clone())
            .collect(),
        series: vec![Line {
            name: "mean".to_owned(),
            role: Role::Plan,
            values: review.months.iter().map(score).collect(),
        }],
        signed: true,
        below: Vec::new(),
        unit: if in_r { Unit::R } else { Unit::Percent },
    };
    let frame = Frame {
        id: "months-mean",
        title: "Mean of the trades closed in each month",
        told: "A month without a bar had no trade. One month in a hundred lies outside its limits by chance; no alarm comes of it.",
        height: "low",
    };
    figure(&mut html, &frame, &Chart::Bars(chart))?;
    let rows: Vec<(String, Vec<Cell>)> = review
        .months
        .iter()
        .map(|month| {
            let told = &month.trades;
            let outside = month.outside.join(", ").replace('_', " ");
            let cells = vec![
                Cell::number(told.trades.to_string()),
                Cell::number(or_dash(told.win_rate, whole_percent)),
                Cell::number(or_dash(
                    month.score,
                    |s| if in_r { r(s) } else { percent(s) },
                )),
                Cell::number(or_dash(told.payoff, |p| number(p, 2))),
                Cell::number(told.longest_losing_run.to_string()),
                Cell::word(outside),
            ];
            (month.month.clone(), cells)
        })
        .collect();
    let head = [
        "month",
        "trades",
        "won",
        "mean",
        "gain ÷ loss",
        "losing run",
        "outside its 99 % limit",
    ];
    table(&mut html, "Month by month", &head, &rows);
    Ok(html)
}

fn windows(review: &Review) -> Html {
    let mut html = Html::default();
    let regimes = review.regimes.iter().map(|regime| {
        let dates = format!("{} to {}", regime.from, regime.to);
        (
            regime.name.clone(),
            dates,
            regime.standing.clone(),
            regime.figures.as_ref(),
        )
    });
    let trailing = review.windows.iter().map(|window| {
        let dates = format!("{} to {}", window.from, window.to);
        (
            format!("last {}", window.window),
            dates,
            String::new(),
            Some(&window.figures),
        )
    });
    let rows: Vec<(String, Vec<Cell>)> = regimes
        .chain(trailing)
        .map(|(name, dates, standing, figures)| {
            let trades = figures.map(|f| &f.trades);
            let cells = vec![
                Cell::word(dates),
                Cell::word(standing),
                Cell::change(figures.and_then(|f| f.net_return)),
                Cell::number(or_dash(figures.and_then(|f| f.max_drawdown), percent)),
                Cell::change(figures.and_then(|f| f.instrument_return)),
                Cell::number(or_dash(trades, |t| t.trades.to_string())),
                Cell::number(or_dash(trades.and_then(|t| t.win_rate), whole_percent)),
                Cell::number(or_dash(trades.and_then(|t| t.expectancy_r), r)),
            ];
            (name, cells)
        })
        .collect();
    let head = [
        "window",
        "dates",
        "standing",
        "net return",
        "max drawdown",
        "instrument",
        "trades",
        "won",
        "mean",
    ];
    table(&mut html, "Regimes and trailing windows", &head, &rows);
    let verdict = format!("Verdict over the regimes: {}.", review.verdict);
    html.element("p", &[("class", "soft")], &verdict);
    html
}

fn changes(review: &Review) -> Html {
    let mut html = Html::default();
    let Some(changes) = &review.changes else {
        html.element("p", &[], "There is no earlier review to compare with.");
        return html;
    };
    let since = format!(
        "Since the review as of {}, when the edge was {}.",
        changes.since_as_of,
        changes.state_then.as_str()
    );
    html.element("p", &[], &since);
    html.open("ul", &[]);
    for told in settings(changes) {
        html.element("li", &[], &told);
    }
    if let Some(why) = &changes.not_attributed {
        let told = format!("What moved the figures cannot be told apart: {why}.");
        html.element("li", &[], &told);
    }
    html.close("ul");
    let rows: Vec<(String, Vec<Cell>)> = changes.figures.iter().map(bridge).collect();
    if !rows.is_empty() {
        let head = [
            "of the history",
            "then",
            "revised data or program",
            "more data",
            "settings",
            "now",
        ];
        table(
            &mut html,
            "Where each figure's change comes from",
            &head,
            &rows,
        );
    }
    html
}

fn settings(changes: &Changes) -> Vec<String> {
    if changes.parameters.is_empty() {
        return vec!["No setting of the plan changed.".to_owned()];
    }
    let told = changes.parameters.iter().map(|one| {
        let value = |value: &Option<serde_json::Value>| {
            or_dash(value.as_ref(), serde_json::Value::to_string)
        };
        format!("{}: {} → {}", one.key, value(&one.was), value(&one.now))
    });
    told.collect()
}

fn bridge(one: &Bridge) -> (String, Vec<Cell>) {
    let digits = if one.figure.ends_with("usd") || one.figure == "trades" {
        0
    } else {
        3
    };
    let cells = [
        one.was,
        one.revised_or_engine,
        one.more_data,
        one.parameters,
        one.now,
    ]
    .map(|value| Cell::number(number(value, digits)));
    (one.figure.replace('_', " "), cells.to_vec())
}
