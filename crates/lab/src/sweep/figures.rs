//! The figures of a combination in a window: the columns of a sweep's results, and what `--objective` and `--require`
//! may name.

use market::ExitReason;

use crate::measure::Said;
use crate::verdict::Standing;

/// What is known of a combination in one window.
pub(super) struct Measured<'a> {
    pub(super) said: Said<'a>,
    pub(super) standing: Standing,
}

/// Which values of a figure are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The larger.
    Higher,
    /// The smaller.
    Lower,
    /// It is a count or a description: neither.
    Neither,
}

/// A column of figures.
#[derive(Clone, Copy)]
pub struct Figure {
    /// Its name, units last.
    pub name: &'static str,
    /// Which values are better.
    pub better: Better,
    /// True if it is a whole number and always there.
    pub count: bool,
    of: fn(&Measured<'_>) -> Option<f64>,
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const fn higher(name: &'static str, of: fn(&Measured<'_>) -> Option<f64>) -> Figure {
    Figure {
        name,
        better: Better::Higher,
        count: false,
        of,
    }
}

const fn lower(name: &'static str, of: fn(&Measured<'_>) -> Option<f64>) -> Figure {
    Figure {
        better: Better::Lower,
        ..higher(name, of)
    }
}

const fn neither(name: &'static str, of: fn(&Measured<'_>) -> Option<f64>) -> Figure {
    Figure {
        better: Better::Neither,
        ..higher(name, of)
    }
}

const fn count(name: &'static str, of: fn(&Measured<'_>) -> Option<f64>) -> Figure {
    Figure {
        count: true,
        ..neither(name, of)
    }
}

/// A whole number of things, as a figure.
#[allow(clippy::unnecessary_wraps)] // What stands in the table below is an option.
fn some(n: usize) -> Option<f64> {
    Some(n as f64)
}

#[allow(clippy::unnecessary_wraps)] // The same.
fn whole(n: u32) -> Option<f64> {
    Some(f64::from(n))
}

fn exits(m: &Measured<'_>, reason: ExitReason) -> Option<f64> {
    let exits = m.said.figures.trades.exits.iter();
    some(exits.filter(|(r, _)| *r == reason).map(|(_, n)| n).sum())
}

/// The columns, in the order of the file.
pub const FIGURES: [Figure; 53] = [
    higher("net_return", |m| m.said.figures.net_return),
    higher("net_profit_usd", |m| {
        Some(m.said.ledger.end_equity_usd - m.said.ledger.start_equity_usd)
    }),
    lower("max_drawdown", |m| m.said.figures.max_drawdown),
    lower("max_drawdown_bar", |m| Some(m.said.ledger.max_drawdown_bar)),
    neither("drawdown_sessions", |m| {
        some(m.said.figures.deepest_drawdown?.duration_closes)
    }),
    count("sessions", |m| some(m.said.figures.sessions)),
    count("trades", |m| some(m.said.figures.trades.trades)),
    count("wins", |m| some(m.said.figures.trades.wins)),
    higher("win_rate", |m| m.said.figures.trades.win_rate),
    higher("win_rate_low_95", |m| {
        m.said.figures.trades.win_rate_95.map(|i| i.low)
    }),
    higher("win_rate_high_95", |m| {
        m.said.figures.trades.win_rate_95.map(|i| i.high)
    }),
    neither("average_holding_sessions", |m| {
        m.said.figures.trades.average_holding_sessions
    }),
    neither("median_holding_sessions", |m| {
        m.said.figures.trades.median_holding_sessions
    }),
    higher("expectancy_usd", |m| m.said.figures.trades.expectancy_usd),
    higher("expectancy_r", |m| m.said.figures.trades.expectancy_r),
    higher("profit_factor", |m| m.said.figures.trades.profit_factor),
    higher("average_gain_usd", |m| {
        m.said.figures.trades.average_gain_usd
    }),
    higher("average_loss_usd", |m| {
        m.said.figures.trades.average_loss_usd
    }),
    Figure {
        better: Better::Lower,
        ..count("longest_losing_run", |m| {
            some(m.said.figures.trades.longest_losing_run)
        })
    },
    neither("exposure", |m| m.said.exposure),
    lower("volatility", |m| m.said.figures.volatility),
    higher("sharpe", |m| m.said.figures.sharpe),
    higher("sortino", |m| m.said.figures.sortino),
    higher("annualised_return", |m| m.said.figures.annualised_return),
    higher("calmar", |m| m.said.figures.calmar),
    higher("skewness", |m| m.said.figures.skewness),
    neither("excess_kurtosis", |m| m.said.figures.excess_kurtosis),
    neither("value_at_risk_5pct", |m| m.said.figures.value_at_risk_5pct),
    neither("conditional_value_at_risk_5pct", |m| {
        m.said.figures.conditional_value_at_risk_5pct
    }),
    count("ambiguous", |m| some(m.said.figures.trades.ambiguous)),
    count("setups", |m| whole(m.said.ledger.counts.setups)),
    count("entered", |m| whole(m.said.ledger.counts.entered)),
    count("vetoed", |m| whole(m.said.ledger.counts.vetoed())),
    count("busy", |m| whole(m.said.ledger.counts.busy)),
    count("cooling_down", |m| whole(m.said.ledger.counts.cooling_down)),
    count("rejected", |m| whole(m.said.ledger.counts.rejected())),
    neither("gross_pnl_usd", |m| {
        Some(sum(m, |trade| trade.gross_pnl_usd))
    }),
    neither("commission_usd", |m| {
        Some(sum(m, |trade| trade.commission_usd))
    }),
    neither("slippage_usd", |m| Some(sum(m, |trade| trade.slippage_usd))),
    neither("interest_usd", |m| Some(m.said.ledger.interest_usd)),
    neither("end_equity_usd", |m| Some(m.said.ledger.end_equity_usd)),
    count("exits_stop", |m| exits(m, ExitReason::Stop)),
    count("exits_trailing_stop", |m| {
        exits(m, ExitReason::TrailingStop)
    }),
    count("exits_break_even", |m| exits(m, ExitReason::BreakEven)),
    count("exits_target", |m| exits(m, ExitReason::Target)),
    count("exits_time_stop", |m| exits(m, ExitReason::TimeStop)),
    count("exits_max_sessions", |m| exits(m, ExitReason::MaxSessions)),
    count("exits_time_of_day", |m| exits(m, ExitReason::TimeOfDay)),
    count("exits_signal", |m| exits(m, ExitReason::Signal)),
    count("exits_protect", |m| exits(m, ExitReason::Protect)),
    count("exits_window_end", |m| exits(m, ExitReason::WindowEnd)),
    count("protected", |m| {
        let trades = m.said.ledger.trades.iter();
        some(trades.filter(|trade| trade.protected).count())
    }),
    // 1 it holds, 0 it fails; nothing where there were too few trades to say.
    higher("holds", |m| match m.standing {
        Standing::Holds => Some(1.0),
        Standing::Fails => Some(0.0),
        Standing::Inconclusive => None,
    }),
];

fn sum(m: &Measured<'_>, of: fn(&market::Trade) -> f64) -> f64 {
    m.said
        .ledger
        .trades
        .iter()
        .fold(0.0, |sum, trade| sum + of(trade))
}

impl Figure {
    /// The figure of this name.
    pub fn named(name: &str) -> Option<&'static Figure> {
        FIGURES.iter().find(|figure| figure.name == name)
    }

    /// True if more of it, or less, is better.
    pub fn is_ranked(&self) -> bool {
        self.better != Better::Neither
    }

    /// The figure over the first `windows` windows of a combination's row, more being better: that of the worst window, its
    /// sign turned where less is better. `None` where a window has none.
    pub fn score(&self, row: &[f64], windows: usize) -> Option<f64> {
        let of = |row: &[f64]| row.get(self.place()).copied();
        self.worst(row.chunks(FIGURES.len()).take(windows).map(of))
    }

    /// The same of the figure's values, window by window.
    pub fn worst(&self, values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
        let sign = if self.better == Better::Lower {
            -1.0
        } else {
            1.0
        };
        let mut worst: Option<f64> = None;
        for value in values {
            let value = sign * value.filter(|value| !value.is_nan())?;
            worst = Some(worst.map_or(value, |worst| worst.min(value)));
        }
        worst
    }

    /// Its place among [`FIGURES`].
    pub fn place(&self) -> usize {
        let found = FIGURES.iter().position(|figure| figure.name == self.name);
        found.unwrap_or_default()
    }
}

/// Writes the figures of `measured` into `row`, as many as there are [`FIGURES`]; NaN where one is not defined.
pub(super) fn write(measured: &Measured<'_>, row: &mut Vec<f64>) {
    row.extend(
        FIGURES
            .iter()
            .map(|figure| (figure.of)(measured).unwrap_or(f64::NAN)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (at, figure) in FIGURES.iter().enumerate() {
            assert_eq!(
                Figure::named(figure.name).unwrap().place(),
                at,
                "{}",
                figure.name
            );
        }
    }
}
