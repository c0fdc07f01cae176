//! One regime: price and trades, the account, what the trades were like, what became of the setups.

use lab::record::{Document, InstrumentSession, RegimeDocument, RegimeRecord};
use market::{Date, Side, Trade};
use stats::histogram;

use super::trades::{moment, told};
use super::{account, funnel, options, overview};
use crate::error::ReportError;
use crate::page::chart::{
    Bars, Chart, Frame, Line, Price, Role, Scatter, TradeMark, Unit, figure, rounded,
};
use crate::page::html::Html;
use crate::words::number;

/// Bars of a histogram: about twice the root of what it counts, between these.
const BINS: (usize, usize) = (8, 40);

/// The regime's part of the page; all ids begin with `id`.
pub(super) fn regime(
    document: &Document,
    about: &RegimeDocument,
    rows: &RegimeRecord,
    id: &str,
) -> Result<Html, ReportError> {
    let mut html = Html::default();
    html.open("h2", &[]).text(&about.name).markup(" ");
    overview::standing(&mut html, about.standing);
    html.close("h2");
    let storm = if about.storm.is_empty() {
        String::new()
    } else {
        format!(". {}", about.storm)
    };
    super::soft(
        &mut html,
        &format!(
            "{} to {}, {} sessions{storm}",
            about.from, about.to, about.figures.sessions
        ),
    );
    price(&mut html, document, rows, id)?;
    account::account(&mut html, super::symbol(document), about, rows, id)?;
    if rows.trades.is_empty() {
        html.element(
            "p",
            &[],
            "No trade was made here; the funnel below says what became of the setups.",
        );
    } else {
        html.markup("<div class=\"pair\">\n");
        results(&mut html, &rows.trades, id)?;
        excursions(&mut html, &rows.trades, id)?;
        html.markup("</div>\n");
    }
    html.markup("<div class=\"pair\">\n");
    funnel::exits(&mut html, about);
    funnel::setups(&mut html, about);
    html.markup("</div>\n");
    if let Some(told) = &about.options {
        options::attribution(&mut html, told);
    }
    account::months(&mut html, about, rows);
    html.markup("<div class=\"pair\">\n");
    account::years(&mut html, about, rows, id)?;
    account::rolling(&mut html, about, rows, id)?;
    html.markup("</div>\n");
    html.markup("<div class=\"pair\">\n");
    account::worst(&mut html, about, rows);
    account::band(&mut html, about);
    html.markup("</div>\n");
    funnel::conditions(&mut html, about);
    Ok(html)
}

fn price(
    html: &mut Html,
    document: &Document,
    rows: &RegimeRecord,
    id: &str,
) -> Result<(), ReportError> {
    if rows.sessions.is_empty() {
        html.element(
            "p",
            &[],
            "These results hold no prices of the instrument, so none are drawn.",
        );
        return Ok(());
    }
    let symbol = super::symbol(document);
    let dates: Vec<Date> = rows.sessions.iter().map(|session| session.date).collect();
    let premiums = super::has_structure(document);
    let marks = rows
        .trades
        .iter()
        .filter_map(|trade| mark(trade, &dates, &rows.sessions, premiums));
    let chart = Price {
        dates: dates.iter().map(ToString::to_string).collect(),
        bars: rows
            .sessions
            .iter()
            .map(|s| {
                [s.open, s.close, s.low, s.high].map(|usd| rounded(usd, 4).unwrap_or_default())
            })
            .collect(),
        trades: marks.collect(),
    };
    let title = format!("{symbol}, with the trades");
    let told = if premiums {
        "Daily candles. A structure's prices are premiums, so its trades are marked at the instrument's closes, without stops."
    } else {
        "Daily candles: hollow rose, filled fell. Entry, exit, and between them the stop and the target as first placed. Ctrl and wheel, two fingers or the slider zoom."
    };
    let frame = Frame {
        id: &format!("{id}-price"),
        title: &title,
        told,
        height: "tall",
    };
    figure(html, &frame, &Chart::Price(chart))
}

fn mark(
    trade: &Trade,
    dates: &[Date],
    sessions: &[InstrumentSession],
    premiums: bool,
) -> Option<TradeMark> {
    // A trade may end at the close of a day the chart lacks: the next one before it stands for it.
    let place = |date: Date| dates.partition_point(|have| *have <= date).checked_sub(1);
    let from = place(trade.entry_time.exchange_date()?)?;
    let to = place(trade.exit_time.exchange_date()?)?;
    let (entry, exit) = if premiums {
        (sessions[from].close, sessions[to].close)
    } else {
        (trade.entry_price, trade.exit_price)
    };
    let level = |price: Option<f64>| price.filter(|_| !premiums).and_then(|usd| rounded(usd, 4));
    Some(TradeMark {
        id: trade.trade_id,
        from,
        to,
        entry: rounded(entry, 4)?,
        exit: rounded(exit, 4)?,
        stop: level(trade.stop_price),
        target: level(trade.target_price),
        won: trade.pnl_usd > 0.0,
        short: trade.side == Side::Sell,
        told: told(trade, premiums),
    })
}

/// The distribution of results: in R where trades have one, else in dollars.
fn results(html: &mut Html, trades: &[Trade], id: &str) -> Result<(), ReportError> {
    let multiples: Vec<f64> = trades.iter().filter_map(|trade| trade.r_multiple).collect();
    let in_r = !multiples.is_empty();
    let values = if in_r {
        multiples
    } else {
        trades.iter().map(|trade| trade.pnl_usd).collect()
    };
    let most = ((values.len() as f64).sqrt() * 2.0) as usize;
    let most = most.clamp(BINS.0, BINS.1);
    let Some(found) = histogram(&values, most) else {
        return Ok(());
    };
    let decimals = usize::from(found.width < 1.0) + usize::from(found.width < 0.1);
    let bins = 0..found.counts.len();
    let label = |i: usize| {
        format!(
            "{} to {}",
            number(found.edge(i), decimals),
            number(found.edge(i + 1), decimals)
        )
    };
    let chart = Bars {
        x: bins.clone().map(label).collect(),
        series: vec![Line {
            name: "trades".to_owned(),
            role: Role::Plan,
            values: found
                .counts
                .iter()
                .map(|count| Some(*count as f64))
                .collect(),
        }],
        signed: true,
        below: bins.map(|i| found.edge(i) < 0.0).collect(),
        unit: Unit::Count,
    };
    let title = if in_r {
        "Distribution of R"
    } else {
        "Distribution of results, dollars"
    };
    let without = trades.len() - values.len();
    let more = if without > 0 {
        format!(" {without} have no R and are left out.")
    } else {
        String::new()
    };
    let told = format!(
        "Trades by result, {} each.{more}",
        if in_r {
            "multiples of what was risked"
        } else {
            "net dollars"
        }
    );
    let frame = Frame {
        id: &format!("{id}-results"),
        title,
        told: &told,
        height: "middle",
    };
    figure(html, &frame, &Chart::Bars(chart))
}

/// How far trades went against the plan, and for it.
fn excursions(html: &mut Html, trades: &[Trade], id: &str) -> Result<(), ReportError> {
    let risked = |trade: &Trade| {
        let distance = (trade.entry_price - trade.stop_price?).abs();
        trade
            .r_multiple
            .is_some()
            .then_some(distance)
            .filter(|usd| *usd > 0.0)
    };
    let in_r = trades.iter().all(|trade| risked(trade).is_some());
    let point = |trade: &Trade| {
        let unit = if in_r { risked(trade)? } else { 1.0 };
        let told = format!("trade {}, {}", trade.trade_id, moment(trade.entry_time));
        Some((
            rounded(trade.mae_usd / unit, 3)?,
            rounded(trade.mfe_usd / unit, 3)?,
            told,
        ))
    };
    let of = |won: bool| {
        trades
            .iter()
            .filter(|trade| (trade.pnl_usd > 0.0) == won)
            .filter_map(point)
            .collect()
    };
    let chart = Scatter {
        x_name: "against (MAE)".to_owned(),
        y_name: "in favour (MFE)".to_owned(),
        won: of(true),
        lost: of(false),
        unit: if in_r { Unit::R } else { Unit::UsdAShare },
    };
    let told = if in_r {
        "The farthest each trade went against the plan and for it, in multiples of what was risked."
    } else {
        "The farthest each trade went against the plan and for it, dollars a share."
    };
    let frame = Frame {
        id: &format!("{id}-excursions"),
        title: "Excursions",
        told,
        height: "middle",
    };
    figure(html, &frame, &Chart::Scatter(chart))
}
