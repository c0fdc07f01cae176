//! The arguments of `tape`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::Format;

/// `tape …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TapeCommand {
    /// Take vendors' own files, or folders of them, into a tape; doing it twice changes nothing.
    #[command(after_help = "\
Known files are CSV, told by their columns (in any order):
  date,open,high,low,close,adj_close,volume,dividend        daily bars, dividends among them
  Date,Open,High,Low,Close,Adj Close,Volume                 Yahoo; also AdjClose, also Dividends
  date,open,high,low,close  or  date,close                  an index: its close
  date,pct_above_20dma,pct_above_50dma,pct_above_200dma     breadth in percent
  date,value                                                a dated value, known the next session
  ex_date,amount_usd                                        dividends

Examples:
  stormproof tape import history/ --tape mine
  stormproof tape import yahoo_IWM_1d.csv --tape mine
  stormproof tape import download.csv --symbol KRE --tape mine")]
    Import(ImportArgs),
    /// Show what a tape holds.
    #[command(after_help = "\
Examples:
  stormproof tape list
  stormproof tape list --tape mine --format json")]
    List(ListArgs),
    /// Make a simulated market: the same seed gives the same bytes.
    #[command(after_help = "\
Examples:
  stormproof tape synth --seed 7 --tape simulated-7")]
    Synth(SynthArgs),
}

/// `tape import`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// Files and folders.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The tape's folder, made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(crate) tape: PathBuf,
    /// The symbol, where a single file's name does not tell it.
    #[arg(long, value_name = "S")]
    pub(crate) symbol: Option<String>,
    /// No progress and no notes.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// `tape list`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ListArgs {
    /// The tape's folder [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR")]
    pub(crate) tape: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `tape synth`.
#[derive(Debug, ClapArgs)]
pub(crate) struct SynthArgs {
    /// Any whole number from 0; another seed is another market.
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// The tape's folder, made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(crate) tape: PathBuf,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}
