//! Trades, equity, fills and decisions as tables for Parquet.

use chrono::Datelike as _;
use lab::record::{CriterionState, InstrumentSession, SetupOutcome, SetupRow};
use lab::{Phase, RegimeRun, Run};
use market::{Date, Fill, Origin, Time, Trade, Unsettled};
use table::{Column, Table};

/// Days from 0001-01-01 to 1970-01-01, from which Parquet counts.
pub(crate) const EPOCH_FROM_CE: i32 = 719_163;

/// An empty table that says what plan it belongs to, and whether its prices were made.
pub(crate) fn begin<'a>(run: &Run) -> Table<'a> {
    let table = Table::new()
        .fact("plan", &run.scenario.name)
        .fact("strategy", &run.scenario.strategy)
        .fact("stormproof", env!("CARGO_PKG_VERSION"))
        .fact("tape_fingerprint", &run.tape.fingerprint);
    let table = if run.tape.model {
        table.fact("option_prices", "model")
    } else {
        table
    };
    match run.tape.origin {
        Origin::Real => table.fact("origin", "real"),
        Origin::Simulated { seed } => table
            .fact("origin", "simulated")
            .fact("seed", &seed.to_string()),
    }
}

/// Rows of every regime, in order, each beside its regime.
pub(crate) struct Rows<'a, T>(Vec<(&'a RegimeRun, &'a T)>);

impl<'a, T> Rows<'a, T> {
    pub(crate) fn of(run: &'a Run, rows: fn(&RegimeRun) -> &[T]) -> Self {
        let of_one = |regime: &'a RegimeRun| rows(regime).iter().map(move |row| (regime, row));
        Self(run.regimes.iter().flat_map(of_one).collect())
    }

    /// What each row says beside its regime.
    pub(crate) fn each<V>(&self, cell: impl Fn(&RegimeRun, &T) -> V) -> Vec<V> {
        self.0
            .iter()
            .map(|(regime, row)| cell(regime, row))
            .collect()
    }

    pub(crate) fn regime<'c>(&self) -> Column<'c> {
        Column::text(self.0.iter().map(|(regime, _)| &regime.regime.name))
    }

    pub(crate) fn text<'c>(&self, cell: impl Fn(&T) -> &'static str) -> Column<'c> {
        Column::text(self.0.iter().map(|(_, row)| cell(row)))
    }

    pub(crate) fn constant<'c>(&self, text: &str) -> Column<'c> {
        Column::text(self.0.iter().map(|_| text))
    }

    pub(crate) fn maybe_text<'c, S: AsRef<str>>(
        &self,
        cell: impl Fn(&T) -> Option<S>,
    ) -> Column<'c> {
        Column::maybe_text(self.0.iter().map(|(_, row)| cell(row)))
    }

    pub(crate) fn number<'c>(&self, cell: impl Fn(&T) -> f64) -> Column<'c> {
        Column::number(self.collect(cell))
    }

    pub(crate) fn maybe_number<'c>(&self, cell: impl Fn(&T) -> Option<f64>) -> Column<'c> {
        Column::maybe_number(self.collect(cell))
    }

    /// Signed, so that a difference of two counts in SQL does not overflow below zero.
    pub(crate) fn count<'c>(&self, cell: impl Fn(&T) -> u64) -> Column<'c> {
        Column::integer(self.collect(|row| i64::try_from(cell(row)).unwrap_or(i64::MAX)))
    }

    pub(crate) fn time<'c>(&self, cell: impl Fn(&T) -> Time) -> Column<'c> {
        Column::time_micros(self.collect(|row| cell(row).micros()))
    }

    pub(crate) fn date<'c>(&self, cell: impl Fn(&T) -> Date) -> Column<'c> {
        Column::date_days(self.collect(|row| cell(row).num_days_from_ce() - EPOCH_FROM_CE))
    }

    pub(crate) fn collect<V>(&self, cell: impl Fn(&T) -> V) -> Vec<V> {
        self.0.iter().map(|(_, row)| cell(row)).collect()
    }
}

/// A row a closed trade.
pub(crate) fn trades(run: &Run) -> Table<'_> {
    let rows: Rows<'_, Trade> = Rows::of(run, |regime| &regime.ledger.trades);
    begin(run)
        .column("regime", rows.regime())
        .column("trade_id", rows.count(|t| t.trade_id.into()))
        .column("symbol", rows.constant(&run.scenario.instrument.symbol))
        .column("strategy", rows.constant(&run.scenario.strategy))
        .column("side", rows.text(|t| t.side.direction()))
        .column("quantity", rows.count(|t| t.quantity))
        .column("entry_time", rows.time(|t| t.entry_time))
        .column("entry_price", rows.number(|t| t.entry_price))
        .column("exit_time", rows.time(|t| t.exit_time))
        .column("exit_price", rows.number(|t| t.exit_price))
        .column("exit_reason", rows.text(|t| t.exit_reason.as_str()))
        .column("gross_pnl", rows.number(|t| t.gross_pnl_usd))
        .column("commission", rows.number(|t| t.commission_usd))
        .column("slippage", rows.number(|t| t.slippage_usd))
        .column("pnl", rows.number(|t| t.pnl_usd))
        .column("return", rows.number(|t| t.return_fraction))
        .column("r_multiple", rows.maybe_number(|t| t.r_multiple))
        .column("mae", rows.number(|t| t.mae_usd))
        .column("mfe", rows.number(|t| t.mfe_usd))
        .column("atr_at_entry", rows.maybe_number(|t| t.atr_at_entry))
        .column("stop_price", rows.maybe_number(|t| t.stop_price))
        .column("target_price", rows.maybe_number(|t| t.target_price))
        .column("sessions_held", rows.count(|t| t.sessions_held.into()))
        .column("bars_held", rows.count(|t| t.bars_held.into()))
        .column("ambiguous", Column::flag(rows.collect(|t| t.ambiguous)))
        .column("dividends", rows.number(|t| t.dividends_usd))
        .column("financing", rows.number(|t| t.financing_usd))
        .column("entry_rule", rows.text(|t| t.entry_rule.as_str()))
        .column("exit_rule", rows.text(|t| t.exit_rule.as_str()))
        .column(
            "unsettled",
            rows.maybe_text(|t| t.unsettled.map(Unsettled::as_str)),
        )
        .column("protected", Column::flag(rows.collect(|t| t.protected)))
}

/// A row a session close.
pub(crate) fn equity(run: &Run) -> Table<'_> {
    let rows = Rows::of(run, |regime| &regime.equity);
    begin(run)
        .column("regime", rows.regime())
        .column("date", rows.date(|p| p.date))
        .column("time", rows.time(|p| p.time))
        .column("equity", rows.number(|p| p.equity_usd))
        .column("cash", rows.number(|p| p.cash_usd))
        .column("drawdown", rows.number(|p| p.drawdown))
}

/// A row a session of the instrument.
pub(crate) fn sessions(run: &Run) -> Table<'_> {
    let rows: Rows<'_, InstrumentSession> = Rows::of(run, |regime| &regime.sessions);
    begin(run)
        .column("regime", rows.regime())
        .column("date", rows.date(|s| s.date))
        .column("open", rows.number(|s| s.open))
        .column("high", rows.number(|s| s.high))
        .column("low", rows.number(|s| s.low))
        .column("close", rows.number(|s| s.close))
        .column("holding", rows.maybe_number(|s| s.holding_usd))
}

/// A row a fill.
pub(crate) fn fills(run: &Run) -> Table<'_> {
    let rows: Rows<'_, Fill> = Rows::of(run, |regime| &regime.ledger.fills);
    let side = |f: &Fill| match f.side {
        market::Side::Buy => "buy",
        market::Side::Sell => "sell",
    };
    begin(run)
        .column("regime", rows.regime())
        .column("order_id", rows.count(|f| f.order_id.into()))
        .column("symbol", rows.constant(&run.scenario.instrument.symbol))
        .column("side", rows.text(side))
        .column("quantity", rows.count(|f| f.quantity))
        .column("price", rows.number(|f| f.price))
        .column("slippage_per_share", rows.number(|f| f.slippage_per_share))
        .column("commission", rows.number(|f| f.commission_usd))
        .column("time", rows.time(|f| f.time))
        .column("rule", rows.text(|f| f.rule.as_str()))
        .column(
            "exit_reason",
            rows.maybe_text(|f| f.exit_reason.map(market::ExitReason::as_str)),
        )
}

/// A row a setup, with a column a criterion: `held`, `not held` or `unknown`.
pub(crate) fn decisions(run: &Run) -> Table<'_> {
    let rows = Rows::of(run, |regime| &regime.ledger.setups);
    let row = |s: &lab::Setup| SetupRow::of(s, &run.criteria);
    let mut taken: Vec<String> = Vec::new();
    let mut table = begin(run)
        .column("regime", rows.regime())
        .column("time", rows.time(|s| s.time))
        .column("symbol", rows.constant(&run.scenario.instrument.symbol))
        .column("side", rows.text(|s| s.side.direction()))
        .column(
            "outcome",
            rows.text(|s| SetupOutcome::of(s.outcome).as_str()),
        )
        .column("reason", rows.maybe_text(|s| row(s).reason))
        .column("order_id", order_ids(&rows))
        .column("size_scale", rows.number(|s| s.overlaid.size_scale));
    for (n, criterion) in run.criteria.iter().enumerate() {
        let state = |s: &lab::Setup| CriterionState::of(s, n).as_str();
        let name = unique(criterion, &taken);
        table = table.column(&name, rows.text(state));
        taken.push(name);
    }
    for (n, overlay) in run.scenario.overlays.keys().enumerate() {
        let name = unique(&format!("overlay {overlay}"), &taken);
        let state = |s: &lab::Setup| lab::phase(s.overlaid, n).map_or("off", phase);
        table = table.column(&name, rows.text(state));
        taken.push(name);
    }
    table
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Active => "active",
        Phase::After => "after",
        Phase::Unknown => "unknown",
    }
}

/// The entry order's, by which fills are joined.
fn order_ids<'c>(rows: &Rows<'_, lab::Setup>) -> Column<'c> {
    // Columns of whole numbers have no null; numbers this small are exact as doubles.
    rows.maybe_number(|s| s.order_id.map(f64::from))
}

/// The columns of decisions that every plan has; those of its checklist follow.
pub(crate) const FIXED: [&str; 8] = [
    "regime",
    "time",
    "symbol",
    "side",
    "outcome",
    "reason",
    "order_id",
    "size_scale",
];

/// Two filters may say the same; columns may not.
fn unique(name: &str, taken: &[String]) -> String {
    let free = |name: &str| !FIXED.contains(&name) && taken.iter().all(|t| t != name);
    if free(name) {
        return name.to_owned();
    }
    // Of one more candidate than there are names taken, one is free.
    (2..=taken.len() + FIXED.len() + 2)
        .map(|n| format!("{name} ({n})"))
        .find(|name| free(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        let day = Date::from_ymd_opt(1970, 1, 2).unwrap();
        assert_eq!(day.num_days_from_ce() - EPOCH_FROM_CE, 1);
    }

    #[test]
    fn columns_never_share_a_name() {
        let taken = ["KRE".to_owned(), "KRE (2)".to_owned()];
        assert_eq!(unique("KRE", &taken), "KRE (3)");
        assert_eq!(unique("time", &[]), "time (2)");
        assert_eq!(unique("RVX ≤ 40", &taken), "RVX ≤ 40");
    }
}
