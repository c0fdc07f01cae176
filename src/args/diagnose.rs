//! The arguments of `diagnose`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::RunningArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  stormproof diagnose my-plan.toml --trades statement.csv --tape mine
  stormproof diagnose my-plan.toml --trades fills.csv --tape mine --timezone Europe/Zurich \\
      --map time=Date,symbol=Ticker,side=Action,quantity=Qty,price=Price,commission=Fee
  stormproof diagnose my-plan.toml --trades history.csv --tape mine --from 2022-01-03 --to 2022-12-30
  stormproof diagnose my-plan.toml --trades statement.csv --tape mine --format json | jq .next.command

Logs known by their header: Interactive Brokers (activity statement, Flex query), Schwab, thinkorswim, tastytrade,
and Stormproof's own trades as CSV. Any other by --map. docs/diagnose.md explains every line of the answer.";

/// `diagnose`.
#[derive(Debug, ClapArgs)]
pub(crate) struct DiagnoseArgs {
    /// A scenario file, or the name of a shipped one.
    pub(crate) scenario: PathBuf,
    /// The trade log: a broker's CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) trades: PathBuf,
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// Whose log it is [default: told by its header].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// Which column is which, for any other log: time, clock, symbol, side, quantity, price, commission, fees, id, status.
    #[arg(long, value_name = "KEY=COLUMN,…")]
    pub(crate) map: Option<String>,
    /// How times are written, in strftime's letters: "%d/%m/%Y %H:%M" [default: known forms are tried].
    #[arg(long, value_name = "FORM")]
    pub(crate) time_format: Option<String>,
    /// The zone of the log's times: America/Chicago, Europe/London, UTC [default: New York; of Stormproof's own, UTC].
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
    /// Compare only trades entered on or after this date, and begin the plan with it.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Compare only trades left on or before this date, and end the plan with it.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Replace a value of the scenario by its dotted path; may be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Resamples of each test.
    #[arg(long, value_name = "N", default_value_t = 9_999, value_parser = clap::value_parser!(u64).range(99..=1_000_000))]
    pub(crate) resamples: u64,
    /// Seed of all resamples.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

/// Logs that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Interactive Brokers' activity statement.
    Ib,
    /// Interactive Brokers' Flex query of trades.
    IbFlex,
    /// Schwab's transaction history.
    Schwab,
    /// thinkorswim's account statement.
    Thinkorswim,
    /// tastytrade's transaction history.
    Tastytrade,
    /// Trades that Stormproof wrote, as CSV.
    Stormproof,
    /// Any other, by --map.
    Map,
}
