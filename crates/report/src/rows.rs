//! The rows of the terminal table: a label, and what each regime says.

use std::collections::BTreeSet;

use lab::{RegimeRun, Run, Settled};

use crate::spark::{Of, spark};
use crate::words::{NONE, number, or_dash, percent, signed_dollars, signed_percent, whole_percent};

/// One row: a label and a cell for each regime.
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) cells: Vec<String>,
}

/// All rows over some of the regimes of `run`.
pub(crate) fn rows(run: &Run, regimes: &[RegimeRun]) -> Vec<Row> {
    let mut rows: Vec<Row> = FIGURES
        .iter()
        .map(|&(label, cell)| row(label, regimes, cell))
        .collect();
    let itself = format!("{} itself", run.scenario.instrument.symbol);
    rows.insert(
        3,
        row(itself, regimes, |r| {
            or_dash(r.instrument_return, signed_percent)
        }),
    );
    rows.insert(3, row("  equity", regimes, equity));
    let drawn = rows.iter().position(|row| row.label == "  from, to");
    rows.insert(
        drawn.unwrap_or(rows.len()),
        row("  under water", regimes, under_water),
    );
    rows.extend(crate::options::rows(regimes));
    rows.extend(exits(regimes));
    rows.extend(protected(regimes));
    rows.extend(crate::conditions::rows(regimes));
    rows.extend(setups(regimes));
    rows.extend(criteria(run, regimes));
    rows.extend(ambiguity(regimes));
    rows
}

pub(crate) fn row(
    label: impl Into<String>,
    regimes: &[RegimeRun],
    cell: impl Fn(&RegimeRun) -> String,
) -> Row {
    Row {
        label: label.into(),
        cells: regimes.iter().map(cell).collect(),
    }
}

type Cell = fn(&RegimeRun) -> String;
type Count = fn(&RegimeRun) -> usize;
/// Counts by name.
type Named = fn(&RegimeRun) -> &std::collections::BTreeMap<String, usize>;
type Part = fn(&Settled) -> usize;

const FIGURES: [(&str, Cell); 21] = [
    ("window", |r| {
        format!("{}\nto {}", r.regime.from, r.regime.to)
    }),
    ("net return", |r| {
        or_dash(r.figures.net_return, signed_percent)
    }),
    ("  net profit", |r| {
        signed_dollars(r.ledger.end_equity_usd - r.ledger.start_equity_usd)
    }),
    ("max drawdown", |r| or_dash(r.figures.max_drawdown, percent)),
    ("  from, to", drawdown_dates),
    ("  duration", drawdown_duration),
    ("  at bar closes", |r| percent(r.ledger.max_drawdown_bar)),
    ("trades", |r| r.figures.trades.trades.to_string()),
    ("win rate (95%)", win_rate),
    ("held, average", |r| {
        or_dash(r.figures.trades.average_holding_sessions, |n| {
            format!("{} sessions", number(n, 1))
        })
    }),
    ("held, median", |r| {
        or_dash(r.figures.trades.median_holding_sessions, |n| {
            format!("{n} sessions")
        })
    }),
    ("expectancy", |r| {
        or_dash(r.figures.trades.expectancy_usd, signed_dollars)
    }),
    ("  in R", |r| {
        or_dash(r.figures.trades.expectancy_r, |n| {
            format!("{} R", number(n, 2))
        })
    }),
    ("profit factor", |r| {
        or_dash(r.figures.trades.profit_factor, |n| number(n, 2))
    }),
    ("average gain", |r| {
        or_dash(r.figures.trades.average_gain_usd, signed_dollars)
    }),
    ("average loss", |r| {
        or_dash(r.figures.trades.average_loss_usd, signed_dollars)
    }),
    ("longest losing run", |r| {
        r.figures.trades.longest_losing_run.to_string()
    }),
    ("exposure", |r| or_dash(r.exposure, whole_percent)),
    ("Sharpe / Sortino", ratios),
    ("annualised return", |r| {
        or_dash(r.figures.annualised_return, signed_percent)
    }),
    ("Calmar", |r| or_dash(r.figures.calmar, |n| number(n, 2))),
];

/// As wide as a cell, less its padding.
const DRAWN: usize = 17;

/// Equity at the closes of sessions, from what the regime began with, on a scale of the regime's own.
fn equity(run: &RegimeRun) -> String {
    let closes = run.equity.iter().map(|point| point.equity_usd);
    let values: Vec<f64> = std::iter::once(run.ledger.start_equity_usd)
        .chain(closes)
        .collect();
    spark(&values, DRAWN, Of::Last, None)
}

/// How far below its peak equity was at closes: the higher, the deeper.
fn under_water(run: &RegimeRun) -> String {
    let depths: Vec<f64> = run.equity.iter().map(|point| point.drawdown).collect();
    if depths.is_empty() {
        return NONE.to_owned();
    }
    spark(&depths, DRAWN, Of::Most, Some(0.0))
}

fn drawdown_dates(run: &RegimeRun) -> String {
    let Some(drawdown) = run.figures.deepest_drawdown else {
        return NONE.to_owned();
    };
    let date = |i: usize| or_dash(run.equity.get(i), |point| point.date.to_string());
    let peak = drawdown.peak.map_or_else(|| "the start".to_owned(), date);
    format!("{peak}\nto {}", date(drawdown.trough))
}

fn drawdown_duration(run: &RegimeRun) -> String {
    let Some(drawdown) = run.figures.deepest_drawdown else {
        return NONE.to_owned();
    };
    let ending = match drawdown.recovery {
        Some(_) => "recovered",
        None => "not recovered",
    };
    format!("{} sessions,\n{ending}", drawdown.duration_closes)
}

fn win_rate(run: &RegimeRun) -> String {
    let trades = &run.figures.trades;
    let (Some(rate), Some(interval)) = (trades.win_rate, trades.win_rate_95) else {
        return NONE.to_owned();
    };
    format!(
        "{} ({}–{})",
        whole_percent(rate),
        number(interval.low * 100.0, 0),
        whole_percent(interval.high)
    )
}

/// Both marked under a year: three months of daily returns say little about either.
fn ratios(run: &RegimeRun) -> String {
    let figures = &run.figures;
    if figures.sharpe.is_none() && figures.sortino.is_none() {
        return NONE.to_owned();
    }
    let text = |ratio: Option<f64>| or_dash(ratio, |n| number(n, 2));
    let mark = if figures.short_sample { " *" } else { "" };
    format!("{} / {}{mark}", text(figures.sharpe), text(figures.sortino))
}

fn exits(regimes: &[RegimeRun]) -> Vec<Row> {
    let reasons: BTreeSet<_> = regimes
        .iter()
        .flat_map(|r| r.exits.keys().copied())
        .collect();
    let mut rows = vec![heading("exits", regimes)];
    rows.extend(reasons.into_iter().map(|reason| {
        row(format!("  {}", reason.as_str()), regimes, |r| {
            or_dash(r.exits.get(&reason), |count| {
                format!("{}: {}", count.trades, signed_dollars(count.pnl_usd))
            })
        })
    }));
    if rows.len() == 1 { Vec::new() } else { rows }
}

/// What protection did, of a plan that has some.
fn protected(regimes: &[RegimeRun]) -> Vec<Row> {
    let of = |r: &RegimeRun| r.protected;
    if !regimes.iter().any(|r| of(r).is_some()) {
        return Vec::new();
    }
    let mut rows = vec![row("protected trades", regimes, |r| {
        or_dash(of(r), |p| match p.trades {
            0 => count(0),
            n => format!("{n}: {}", signed_dollars(p.pnl_usd)),
        })
    })];
    if regimes.iter().filter_map(of).any(|p| p.unknown_bars > 0) {
        rows.push(row("  rule unknown, bars", regimes, |r| {
            or_dash(of(r), |p| count(p.unknown_bars))
        }));
    }
    rows
}

fn setups(regimes: &[RegimeRun]) -> Vec<Row> {
    let mut rows = vec![
        row("setups", regimes, |r| r.funnel.setups.to_string()),
        row("  entered", regimes, |r| count(r.funnel.entered)),
    ];
    let by_name = |rows: &mut Vec<Row>, words: &str, of: Named| {
        let names: BTreeSet<&String> = regimes.iter().flat_map(|r| of(r).keys()).collect();
        rows.extend(names.into_iter().map(|name| {
            row(format!("  {words} {name}"), regimes, |r| {
                count(of(r).get(name).copied().unwrap_or(0))
            })
        }));
    };
    let optional = |rows: &mut Vec<Row>, label: &str, of: Count| {
        if regimes.iter().any(|r| of(r) > 0) {
            rows.push(row(label, regimes, |r| count(of(r))));
        }
    };
    by_name(&mut rows, "vetoed by", |r| &r.funnel.vetoed);
    // Not one more outcome: a part of the vetoes above it.
    optional(&mut rows, "    of these as unknown", |r| {
        r.funnel.vetoed_unknown
    });
    by_name(&mut rows, "rejected:", |r| &r.funnel.rejected);
    by_name(&mut rows, "scaled by", |r| &r.funnel.overlaid.scaled);
    by_name(&mut rows, "tightened by", |r| &r.funnel.overlaid.tightened);
    by_name(&mut rows, "widened by", |r| &r.funnel.overlaid.widened);
    optional(&mut rows, "  while busy", |r| r.funnel.busy);
    optional(&mut rows, "  cooling down", |r| r.funnel.cooling_down);
    optional(&mut rows, "  more, kept out by tightened thresholds", |r| {
        r.funnel.overlaid.tightened_out
    });
    rows
}

fn criteria(run: &Run, regimes: &[RegimeRun]) -> Vec<Row> {
    let mut rows = vec![heading("held at the setups", regimes)];
    rows.extend(run.criteria.iter().enumerate().map(|(n, criterion)| {
        row(format!("  {criterion}"), regimes, |r| {
            let held = r.funnel.held.get(n).map(|(_, held)| *held);
            or_dash(held.filter(|_| r.funnel.setups > 0), |held| {
                format!("{held} of {}", r.funnel.setups)
            })
        })
    }));
    rows
}

fn ambiguity(regimes: &[RegimeRun]) -> Vec<Row> {
    let mut rows = vec![row("ambiguous trades", regimes, |r| {
        count(r.band.ambiguous_trades)
    })];
    if regimes.iter().any(|r| r.band.ambiguous_trades > 0) {
        rows.extend(settled(regimes));
        rows.extend([
            row("  net, stop first", regimes, |r| {
                signed_dollars(r.band.pessimistic.net_profit_usd)
            }),
            row("  net, target first", regimes, |r| {
                signed_dollars(r.band.optimistic.net_profit_usd)
            }),
            row("  drawdown, stop first", regimes, |r| {
                percent(r.band.pessimistic.max_drawdown)
            }),
            row("  drawdown, target first", regimes, |r| {
                percent(r.band.optimistic.max_drawdown)
            }),
        ]);
    }
    rows
}

/// What finer bars made of the ambiguous trades, where the plan asks them.
fn settled(regimes: &[RegimeRun]) -> Vec<Row> {
    let counts: [(&str, Part); 5] = [
        ("  settled by finer bars", |s| s.settled),
        ("  not: no finer bars", |s| s.absent),
        ("  not: a gap in them", |s| s.incomplete),
        ("  not: they contradict", |s| s.contradiction),
        ("  not: both in the finest", |s| s.ambiguous),
    ];
    let asked = |r: &RegimeRun| r.band.settled;
    counts
        .into_iter()
        .enumerate()
        .filter(|(n, (_, of))| {
            let counted = |r: &RegimeRun| asked(r).is_some_and(|s| *n == 0 || of(&s) > 0);
            regimes.iter().any(counted)
        })
        .map(|(_, (label, of))| row(label, regimes, |r| or_dash(asked(r), |s| count(of(&s)))))
        .collect()
}

pub(crate) fn heading(label: &str, regimes: &[RegimeRun]) -> Row {
    row(label, regimes, |_| String::new())
}

pub(crate) fn count(n: usize) -> String {
    n.to_string()
}
