//! Options in a run: rows of the table, what stands beside the verdict, and their legs as a table.

use std::fmt::Write as _;

use lab::LegFill;
use lab::options::{Beside, Causes, OptionsTold, Pooled, Variant};
use lab::{RegimeRun, Run};
use table::Table;

use crate::frames::{Rows, begin};
use crate::rows::{Row, count, heading, row};
use crate::words::{NONE, number, or_dash, percent, signed_dollars, signed_percent, wrap};

type Part = fn(&Causes) -> f64;

const CAUSES: [(&str, Part); 7] = [
    ("  delta", |c| c.delta_usd),
    ("  gamma", |c| c.gamma_usd),
    ("  vega", |c| c.vega_usd),
    ("  theta", |c| c.theta_usd),
    ("  costs", |c| c.costs_usd),
    ("  dividends", |c| c.dividends_usd),
    ("  other", |c| c.other_usd),
];

type Count = fn(&OptionsTold) -> usize;

/// Shown where real chains were seen: what of prices and rows was what.
const QUOTED: [(&str, Count); 9] = [
    ("legs filled at quotes", |o| o.quoted_fills),
    ("legs filled by the model", |o| o.model_fills),
    ("closes marked by quotes", |o| o.quoted_marks),
    ("closes marked by the model", |o| o.model_marks),
    ("closes with a chain", |o| {
        o.chains.map_or(0, |c| c.quoted_closes)
    }),
    ("  quotes in them", |o| {
        o.chains.map_or(0, |c| c.rows.quotes)
    }),
    ("  one-sided rows", |o| {
        o.chains.map_or(0, |c| c.rows.one_sided)
    }),
    ("  crossed rows", |o| o.chains.map_or(0, |c| c.rows.crossed)),
    ("  strikes with one right", |o| {
        o.chains.map_or(0, |c| c.rows.holes)
    }),
];

const COUNTS: [(&str, Count); 6] = [
    ("assigned", |o| o.assigned),
    ("exercised", |o| o.exercised),
    ("pinned at expiry", |o| o.pinned),
    ("lost beyond loss at expiry", |o| o.beyond_max_loss),
    ("marks without a price", |o| o.stale_marks as usize),
    ("closings that had to wait", |o| {
        o.unfilled_closings as usize
    }),
];

/// What only plans that trade options say of their regimes; nothing of others.
pub(crate) fn rows(regimes: &[RegimeRun]) -> Vec<Row> {
    if regimes.iter().all(|regime| regime.options.is_none()) {
        return Vec::new();
    }
    let told = |text: fn(&OptionsTold) -> String| {
        move |regime: &RegimeRun| or_dash(regime.options.as_ref(), text)
    };
    let mut rows = vec![
        row(
            "drawdown if closed at once",
            regimes,
            told(|o| or_dash(o.max_drawdown_liquidation, percent)),
        ),
        heading("moved by", regimes),
    ];
    for (label, part) in CAUSES {
        let cause = |regime: &RegimeRun| regime.options.as_ref().map(|o| part(&o.attribution));
        if regimes
            .iter()
            .any(|r| cause(r).is_some_and(|usd| usd != 0.0))
        {
            rows.push(row(label, regimes, |r| or_dash(cause(r), signed_dollars)));
        }
    }
    let is_quoted = |r: &RegimeRun| r.options.as_ref().is_some_and(|o| o.chains.is_some());
    let quoted = QUOTED.iter().filter(|_| regimes.iter().any(is_quoted));
    for &(label, of) in quoted.chain(&COUNTS) {
        let counted = |regime: &RegimeRun| regime.options.as_ref().map_or(0, of);
        if regimes.iter().any(|r| counted(r) > 0) {
            rows.push(row(label, regimes, |r| count(counted(r))));
        }
    }
    rows
}

/// What stands beside the verdict, `width` columns wide, ending with a newline: a line an assumption, the whole history,
/// what was held when the storms came.
pub(crate) fn beside(run: &Run, beside: &Beside, width: usize) -> String {
    let mut text = String::new();
    if beside.sensitivity.iter().any(|one| !one.regimes.is_empty()) {
        text.push_str(&sensitivity(run, &beside.sensitivity, width));
    }
    if let Some(pooled) = &beside.pooled {
        text.push('\n');
        text.push_str(&wrap("", &history(pooled), width));
        text.push('\n');
        for storm in pooled.storms.iter().filter(|storm| storm.trades > 0) {
            let plural = if storm.trades == 1 { "" } else { "s" };
            let line = format!(
                "{} trade{plural} entered before {} and held into it: {}",
                storm.trades,
                storm.name,
                signed_dollars(storm.pnl_usd)
            );
            text.push_str(&wrap("  - ", &line, width));
            text.push('\n');
        }
        if pooled.storms.iter().all(|storm| storm.trades == 0) {
            text.push_str("  - nothing was held when a storm began\n");
        }
    }
    text
}

/// A row an assumption, a column a regime with its return and standing, the verdict last.
fn sensitivity(run: &Run, variants: &[Variant], width: usize) -> String {
    let Some(first) = variants.first() else {
        return String::new();
    };
    let regimes: Vec<&str> = first.regimes.iter().map(|r| r.name.as_str()).collect();
    // As many regimes as fit beside the verdict.
    let shown = regimes.len().min((width - LABEL - VERDICT) / CELL);
    let mut text = String::from("\n");
    let (above, below): (Vec<String>, Vec<String>) =
        regimes[..shown].iter().map(|name| head(name)).unzip();
    if above.iter().any(|part| !part.is_empty()) {
        text += line("", &above, "").trim_end();
        text += "\n";
    }
    text += &line("if instead", &below, "verdict");
    let gating = run
        .regimes
        .iter()
        .filter(|regime| regimes.contains(&regime.regime.name.as_str()));
    let planned = gating.map(|r| marked(r.figures.net_return, r.standing));
    let planned: Vec<String> = planned.take(shown).collect();
    text += &line("as planned", &planned, run.verdict.as_str());
    for one in variants {
        let cells = one.regimes.iter().take(shown);
        let cells: Vec<String> = cells.map(|r| marked(r.net_return, r.standing)).collect();
        text += &line(&one.name, &cells, one.verdict.as_str());
    }
    text += "+ holds, − fails, ? too few trades\n";
    match regimes.len() - shown {
        0 => {}
        more => {
            let more = format!(
                "{more} more regimes in the JSON; the verdict is over all {}",
                regimes.len()
            );
            text += &wrap("", &more, width);
            text += "\n";
        }
    }
    text
}

const LABEL: usize = 24;
const CELL: usize = 12;
const VERDICT: usize = 20;

/// A name in two lines, if it is too long for one: broken at a hyphen, else cut.
fn head(name: &str) -> (String, String) {
    let room = CELL - 1;
    if name.chars().count() <= room {
        return (String::new(), name.to_owned());
    }
    let cut = |part: &str| part.chars().take(room).collect::<String>();
    match name.rsplit_once('-') {
        Some((first, rest)) => (cut(&format!("{first}-")), cut(rest)),
        None => (String::new(), cut(name)),
    }
}

fn line(label: &str, cells: &[String], verdict: &str) -> String {
    let mut line = format!("{label:LABEL$}");
    for cell in cells {
        let _ = write!(line, "{cell:>CELL$}");
    }
    line + "  " + verdict + "\n"
}

fn marked(net_return: Option<f64>, standing: lab::Standing) -> String {
    let mark = match standing {
        lab::Standing::Holds => '+',
        lab::Standing::Fails => '−',
        lab::Standing::Inconclusive => '?',
    };
    format!("{} {mark}", or_dash(net_return, signed_percent))
}

fn history(pooled: &Pooled) -> String {
    let trades = &pooled.figures.trades;
    let won = trades.win_rate.map_or_else(
        || NONE.to_owned(),
        |rate| format!("{}%", number(rate * 100.0, 0)),
    );
    format!(
        "pooled over {} to {}: {}; {} trades, {won} won, {} a trade, net {}, drawdown {}",
        pooled.regime.from,
        pooled.regime.to,
        pooled.standing.as_str(),
        trades.trades,
        or_dash(trades.expectancy_usd, signed_dollars),
        or_dash(pooled.figures.net_return, signed_percent),
        or_dash(pooled.figures.max_drawdown, percent),
    )
}

/// A row for whatever happened to a leg, with all inputs of its price.
pub(crate) fn legs(run: &Run) -> Table<'_> {
    let rows: Rows<'_, LegFill> = Rows::of(run, |regime| &regime.ledger.leg_fills);
    let trade_ids = || {
        rows.each(|regime, fill| {
            let structures = &regime.ledger.structures;
            let of =
                |closed: &&lab::ClosedStructure| closed.structure.structure_id == fill.structure_id;
            structures
                .iter()
                .find(of)
                .map(|closed| f64::from(closed.trade_id))
        })
    };
    begin(run)
        .column("regime", rows.regime())
        .column("trade_id", table::Column::maybe_number(trade_ids()))
        .column("order_id", rows.count(|f| f.structure_id.into()))
        .column("leg", rows.maybe_number(|f| f.leg.map(|leg| leg as f64)))
        .column(
            "expiry",
            rows.maybe_text(|f| f.contract.map(|c| c.expiry.to_string())),
        )
        .column(
            "strike",
            rows.maybe_number(|f| f.contract.map(|c| c.strike)),
        )
        .column(
            "right",
            rows.maybe_text(|f| f.contract.map(|c| c.right.as_str())),
        )
        .column("event", rows.text(|f| f.event.as_str()))
        .column("shares", rows.number(|f| f.shares))
        .column("price", rows.number(|f| f.price))
        .column("bid", rows.maybe_number(|f| f.quote.map(|q| q.bid)))
        .column("ask", rows.maybe_number(|f| f.quote.map(|q| q.ask)))
        .column("mid", rows.maybe_number(|f| f.quote.map(|q| q.mid)))
        .column(
            "volatility",
            rows.maybe_number(|f| f.quote.and_then(|q| q.volatility)),
        )
        .column(
            "delta",
            rows.maybe_number(|f| f.quote.map(|q| q.greeks.delta)),
        )
        .column("spot", rows.number(|f| f.spot_usd))
        .column("commission", rows.number(|f| f.commission_usd))
        .column("time", rows.time(|f| f.time))
        .column("rule", rows.text(|f| f.rule.as_str()))
}
