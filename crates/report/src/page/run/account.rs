//! The account of a regime: equity beside holding, months, years, rolling ratio, drawdowns, what ambiguous bars could change.

use lab::record::{RegimeDocument, RegimeRecord};
use market::Date;
use stats::{
    EquityPath, monthly_returns, rolling_sharpe, underwater, worst_drawdowns, yearly_returns,
};

use crate::error::ReportError;
use crate::page::chart::{Bars, Chart, Equity, Frame, Line, Lines, Role, Unit, figure, rounded};
use crate::page::html::Html;
use crate::page::tables::{Cell, begin, table};
use crate::words::{NONE, number, or_dash, percent, signed_percent};

/// Sessions of the rolling ratio: a quarter of a year.
const ROLLING_SESSIONS: usize = 63;
/// Drawdowns listed.
const WORST: usize = 5;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Dates and closes of the account.
struct Closes {
    dates: Vec<Date>,
    usd: Vec<f64>,
    start_equity: f64,
}

impl Closes {
    fn of(about: &RegimeDocument, rows: &RegimeRecord) -> Self {
        Self {
            dates: rows.equity.iter().map(|point| point.date).collect(),
            usd: rows.equity.iter().map(|point| point.equity_usd).collect(),
            start_equity: about.figures.start_equity_usd,
        }
    }

    fn path(&self) -> EquityPath<'_> {
        EquityPath {
            start_equity: self.start_equity,
            closes: &self.usd,
        }
    }
}

/// Equity and what its peak lost, beside holding the instrument.
pub(super) fn account(
    html: &mut Html,
    symbol: &str,
    about: &RegimeDocument,
    rows: &RegimeRecord,
    id: &str,
) -> Result<(), ReportError> {
    let own = Closes::of(about, rows);
    let mut lines = vec![line(
        "the plan",
        Role::Plan,
        own.usd.iter().map(|usd| rounded(*usd, 2)),
    )];
    let below = |path: &EquityPath<'_>| -> Vec<Option<f64>> {
        underwater(path)
            .iter()
            .map(|fall| rounded(-fall * 100.0, 3))
            .collect()
    };
    let mut falls = vec![line("the plan", Role::Plan, below(&own.path()))];
    let holding: Option<Vec<f64>> = rows
        .sessions
        .iter()
        .map(|session| session.holding_usd)
        .collect();
    // Only where both have the same sessions are they two lines over one axis.
    let same = rows
        .sessions
        .iter()
        .map(|session| session.date)
        .eq(own.dates.iter().copied());
    let held = holding.filter(|_| same);
    if let Some(closes) = &held {
        let name = format!("{symbol} held");
        let path = EquityPath {
            start_equity: own.start_equity,
            closes,
        };
        falls.push(line(&name, Role::Other, below(&path)));
        lines.push(line(
            &name,
            Role::Other,
            closes.iter().map(|usd| rounded(*usd, 2)),
        ));
    }
    let chart = Equity {
        dates: own.dates.iter().map(ToString::to_string).collect(),
        lines,
        underwater: falls,
    };
    let told = if held.is_some() {
        format!(
            "At session closes, and below it the loss from the running peak. Beside it the same money held in {symbol}, dividends kept as cash, without costs."
        )
    } else {
        "At session closes, and below it the loss from the running peak. What holding would have come to is not known here.".to_owned()
    };
    let frame = Frame {
        id: &format!("{id}-equity"),
        title: "Equity and underwater",
        told: &told,
        height: "tall",
    };
    figure(html, &frame, &Chart::Equity(chart))
}

fn line(name: &str, role: Role, values: impl IntoIterator<Item = Option<f64>>) -> Line {
    Line {
        name: name.to_owned(),
        role,
        values: values.into_iter().collect(),
    }
}

/// Net return a month, coloured by size.
pub(super) fn months(html: &mut Html, about: &RegimeDocument, rows: &RegimeRecord) {
    let own = Closes::of(about, rows);
    let months = monthly_returns(&own.dates, &own.path());
    let years = yearly_returns(&own.dates, &own.path());
    let most = months
        .iter()
        .filter_map(|month| month.net_return)
        .fold(0.0_f64, |most, r| most.max(r.abs()));
    html.element("h3", &[], "Net return by month");
    begin(html, "wide months", "Net return by month");
    html.markup("<table>\n<thead><tr><td></td>");
    for name in MONTHS.iter().chain(&["Year"]) {
        html.open("th", &[("scope", "col")])
            .text(name)
            .markup("</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
    for year in &years {
        html.markup("<tr>")
            .open("th", &[("scope", "row")])
            .text(&year.year.to_string())
            .markup("</th>");
        for month in 1..=12 {
            let found = months
                .iter()
                .find(|one| one.year == year.year && one.month == Some(month));
            let cell = match found {
                None => Cell::default(),
                Some(month) => Cell {
                    text: or_dash(month.net_return, signed_percent),
                    class: month.net_return.map_or("", |r| shade(r, most)),
                    ..Cell::default()
                },
            };
            cell.write(html);
        }
        Cell::change(year.net_return).write(html);
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
}

/// Three steps either way, by the share of the largest month.
fn shade(change: f64, most: f64) -> &'static str {
    let share = if most > 0.0 { change / most } else { 0.0 };
    match share {
        s if s > 0.66 => "g3",
        s if s > 0.33 => "g2",
        s if s > 0.0 => "g1",
        s if s < -0.66 => "l3",
        s if s < -0.33 => "l2",
        s if s < 0.0 => "l1",
        _ => "",
    }
}

/// Years as bars, beside holding.
pub(super) fn years(
    html: &mut Html,
    about: &RegimeDocument,
    rows: &RegimeRecord,
    id: &str,
) -> Result<(), ReportError> {
    let own = Closes::of(about, rows);
    let years = yearly_returns(&own.dates, &own.path());
    let percents = |r: Option<f64>| r.and_then(|r| rounded(r * 100.0, 3));
    let mut series = vec![line(
        "the plan",
        Role::Plan,
        years.iter().map(|year| percents(year.net_return)),
    )];
    let holding: Option<Vec<f64>> = rows
        .sessions
        .iter()
        .map(|session| session.holding_usd)
        .collect();
    if let Some(closes) = holding.filter(|closes| !closes.is_empty()) {
        let dates: Vec<Date> = rows.sessions.iter().map(|session| session.date).collect();
        let path = EquityPath {
            start_equity: own.start_equity,
            closes: &closes,
        };
        let held = yearly_returns(&dates, &path);
        let of = |year: i32| {
            held.iter()
                .find(|one| one.year == year)
                .and_then(|one| one.net_return)
        };
        series.push(line(
            "held",
            Role::Other,
            years.iter().map(|year| percents(of(year.year))),
        ));
    }
    let chart = Bars {
        x: years.iter().map(|year| year.year.to_string()).collect(),
        series,
        signed: false,
        below: Vec::new(),
        unit: Unit::Percent,
    };
    let frame = Frame {
        id: &format!("{id}-years"),
        title: "Net return by year",
        told: "Of the sessions of the window that lie in each year.",
        height: "low",
    };
    figure(html, &frame, &Chart::Bars(chart))
}

/// The ratio of the last quarter, session by session.
pub(super) fn rolling(
    html: &mut Html,
    about: &RegimeDocument,
    rows: &RegimeRecord,
    id: &str,
) -> Result<(), ReportError> {
    let own = Closes::of(about, rows);
    let returns = own.path().returns().unwrap_or_default();
    let ratios = rolling_sharpe(&returns, ROLLING_SESSIONS);
    if ratios.iter().flatten().count() < 2 {
        html.markup("<div class=\"panel\">")
            .element("h3", &[], "Rolling Sharpe");
        super::soft(
            html,
            &format!(
                "Not defined here: it needs {ROLLING_SESSIONS} sessions in which the account moved, and more than one such stretch."
            ),
        );
        html.markup("</div>\n");
        return Ok(());
    }
    let chart = Lines {
        x: own.dates.iter().map(ToString::to_string).collect(),
        lines: vec![line(
            "Sharpe",
            Role::Plan,
            ratios.into_iter().map(|r| r.and_then(|r| rounded(r, 3))),
        )],
        unit: Unit::Number,
    };
    let told = format!(
        "Annual Sharpe ratio of the last {ROLLING_SESSIONS} sessions: a picture of change, not an estimate. No line where the account did not move."
    );
    let frame = Frame {
        id: &format!("{id}-rolling"),
        title: "Rolling Sharpe",
        told: &told,
        height: "low",
    };
    figure(html, &frame, &Chart::Lines(chart))
}

/// The deepest drawdowns with their dates.
pub(super) fn worst(html: &mut Html, about: &RegimeDocument, rows: &RegimeRecord) {
    let own = Closes::of(about, rows);
    let worst = worst_drawdowns(&own.path(), WORST);
    html.markup("<div class=\"panel\">")
        .element("h3", &[], "Worst drawdowns");
    if worst.is_empty() {
        super::soft(html, "Equity never closed below its peak.");
    } else {
        let date = |i: usize| {
            own.dates
                .get(i)
                .map_or(NONE.to_owned(), ToString::to_string)
        };
        let rows: Vec<(String, Vec<Cell>)> = worst
            .iter()
            .enumerate()
            .map(|(n, fall)| {
                let cells = vec![
                    Cell {
                        text: signed_percent(-fall.depth),
                        class: "loss",
                        ..Cell::default()
                    },
                    Cell::word(fall.peak.map_or("the start".to_owned(), date)),
                    Cell::word(date(fall.trough)),
                    Cell::word(fall.recovery.map_or("not recovered".to_owned(), date)),
                    Cell::number(fall.duration_closes.to_string()),
                ];
                ((n + 1).to_string(), cells)
            })
            .collect();
        table(
            html,
            "Worst drawdowns",
            &["", "depth", "peak", "trough", "recovery", "sessions"],
            &rows,
        );
    }
    html.markup("</div>\n");
}

/// The run under other assumptions of what came first inside a bar.
pub(super) fn band(html: &mut Html, about: &RegimeDocument) {
    let (band, figures) = (&about.band, &about.figures);
    html.markup("<div class=\"panel\">")
        .element("h3", &[], "If ambiguous bars had gone otherwise");
    let row = |label: &str, profit: f64, fall: Option<f64>| {
        (
            label.to_owned(),
            vec![Cell::dollars(profit), Cell::number(or_dash(fall, percent))],
        )
    };
    let rows = [
        row(
            "stop first, always",
            band.pessimistic.net_profit_usd,
            Some(band.pessimistic.max_drawdown),
        ),
        row(
            "as run",
            figures.end_equity_usd - figures.start_equity_usd,
            figures.account.max_drawdown,
        ),
        row(
            "target first, always",
            band.optimistic.net_profit_usd,
            Some(band.optimistic.max_drawdown),
        ),
    ];
    table(
        html,
        "Ambiguity",
        &["", "net profit", "max drawdown"],
        &rows,
    );
    let told = match band.ambiguous_trades {
        0 => "No bar held both a stop and a target.".to_owned(),
        n => format!(
            "Of {} trades {n} went through a bar that held both their stop and their target. The other two rows are complete replays.",
            number(figures.trades.trades as f64, 0)
        ),
    };
    super::soft(html, &told);
    if let Some(settled) = band.settled {
        let told = format!(
            "Finer bars settled {}; not: {} for want of them, {} for a gap, {} in contradiction, {} ambiguous themselves.",
            settled.settled,
            settled.absent,
            settled.incomplete,
            settled.contradiction,
            settled.ambiguous
        );
        super::soft(html, &told);
    }
    html.markup("</div>\n");
}
