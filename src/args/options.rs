//! The arguments of `options`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use lab::options::{LevelSource, Right};

use super::Format;

/// `options …`.
#[derive(Debug, Subcommand)]
pub(crate) enum OptionsCommand {
    /// Show a chain at a session's close: the tape's own where it has one, else the model's, marked MODEL.
    #[command(after_help = CHAIN_EXAMPLES)]
    Chain(ChainArgs),
    /// Fit the bid-ask widths and the skew to a tape's real chains, and show how well they fit.
    #[command(after_help = FIT_EXAMPLES)]
    Fit(FitArgs),
    /// Show how high implied volatility stands: the index, ten days, at the money, rank, percentile, realised, premium.
    #[command(after_help = VOLATILITY_EXAMPLES)]
    Volatility(VolatilityArgs),
    /// Value one option from figures in hand, European and American, with its greeks; or find a price's volatility.
    #[command(after_help = VALUE_EXAMPLES)]
    Value(ValueArgs),
}

const CHAIN_EXAMPLES: &str = "\
Examples:
  stormproof options chain --on 2020-03-16 --days 30
  stormproof options chain --tape mine --on 2022-02-02 --expiry 2022-03-11 --all
  stormproof options chain --tape mine --symbol SPY --index VIX --on 2026-02-12
  stormproof options chain --tape mine --symbol SPY --on 2026-02-12 --model --level quotes
  stormproof options chain --tape mine --on 2022-02-02 --format json | jq .strikes[0]";

const FIT_EXAMPLES: &str = "\
Examples:
  stormproof options fit --tape mine --symbol SPY
  stormproof options fit --tape mine --symbol SPY --out fitted.toml
  stormproof options fit --tape mine --symbol SPY --rate 0.0365 --format json";

const VOLATILITY_EXAMPLES: &str = "\
Examples:
  stormproof options volatility --on 2022-06-16
  stormproof options volatility --tape mine --from 2018-11-26 --to 2018-12-31
  stormproof options volatility --tape mine --symbol SPY --index VIX --on 2026-02-12 --format json";

const VALUE_EXAMPLES: &str = "\
Examples:
  stormproof options value --spot 200 --strike 190 --days 37 --rate 0.04 --volatility 0.25 --right put
  stormproof options value --spot 200 --strike 190 --days 37 --rate 0.04 --right put --price 2.45
  stormproof options value --spot 200 --strike 195 --days 60 --rate 0.04 --volatility 0.22 --right call --dividend 21:0.86
  stormproof options value --spot 200 --strike 195 --days 60 --rate 0.04 --volatility 0.22 --right call \\
    --on 2022-09-05 --dividend 2022-09-26:0.86";

/// `options chain`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ChainArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// The underlying.
    #[arg(long, default_value = "IWM")]
    pub(crate) symbol: String,
    /// The session at whose close the chain is shown.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: String,
    /// The expiry to show.
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    pub(crate) expiry: Option<String>,
    /// Calendar days to expiry: the listed expiry nearest to it is shown.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) days: u32,
    /// The series of the underlying's 30-day volatility index, which levels the model [default: RVX for IWM, VIX for SPY].
    #[arg(long, value_name = "SERIES")]
    pub(crate) index: Option<String>,
    /// What levels the model's surface: the index, or the strips of the tape's own chain of that session or the one before.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) level: LevelName,
    /// Continuous interest, a fraction a year [default: the tape's DGS3MO].
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    pub(crate) rate: Option<f64>,
    /// Times the shipped skew, 0 (none) to 1.35.
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 1.0,
        allow_negative_numbers = true
    )]
    pub(crate) skew_scale: f64,
    /// Times the level of volatility, above 0, at most 5.
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 1.0,
        allow_negative_numbers = true
    )]
    pub(crate) level_scale: f64,
    /// Bid-ask widths as a multiple of SPY's [default: 2, which is assumed of IWM].
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    pub(crate) width_multiplier: Option<f64>,
    /// The model's chain even where the tape has a real one.
    #[arg(long)]
    pub(crate) model: bool,
    /// Every strike, however far out.
    #[arg(long)]
    pub(crate) all: bool,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `options fit`.
#[derive(Debug, ClapArgs)]
pub(crate) struct FitArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s)://.
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: PathBuf,
    /// The underlying whose chains are fitted to.
    #[arg(long, default_value = "SPY")]
    pub(crate) symbol: String,
    /// Continuous interest, a fraction a year [default: the tape's DGS3MO or DFF].
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    pub(crate) rate: Option<f64>,
    /// Write the parameters into this file as TOML, replacing an earlier one.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `options volatility`.
#[derive(Debug, ClapArgs)]
pub(crate) struct VolatilityArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// The underlying.
    #[arg(long, default_value = "IWM")]
    pub(crate) symbol: String,
    /// One session.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"], required_unless_present = "from")]
    pub(crate) on: Option<String>,
    /// First session.
    #[arg(long, value_name = "DATE", requires = "to")]
    pub(crate) from: Option<String>,
    /// Last session.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<String>,
    /// The series of the underlying's 30-day volatility index [default: RVX for IWM, VIX for SPY].
    #[arg(long, value_name = "SERIES")]
    pub(crate) index: Option<String>,
    /// Published closes that rank and percentile are taken over.
    #[arg(long, value_name = "N", default_value_t = 252, value_parser = clap::value_parser!(u32).range(2..=5000))]
    pub(crate) rank_sessions: u32,
    /// Sessions of the realised volatility.
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..=2520))]
    pub(crate) realised_sessions: u32,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `options value`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ValueArgs {
    /// Price of the underlying, dollars a share.
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub(crate) spot: f64,
    /// Dollars a share.
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub(crate) strike: f64,
    /// Calendar days to expiry.
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    pub(crate) days: f64,
    /// Continuous interest, a fraction a year.
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    pub(crate) rate: f64,
    /// Continuous dividend yield, a fraction a year.
    #[arg(
        long = "yield",
        value_name = "RATE",
        default_value_t = 0.0,
        allow_negative_numbers = true
    )]
    pub(crate) yield_rate: f64,
    /// Volatility, a fraction a year.
    #[arg(
        long,
        value_name = "SIGMA",
        required_unless_present = "price",
        allow_negative_numbers = true
    )]
    pub(crate) volatility: Option<f64>,
    /// Call or put.
    #[arg(long, value_enum)]
    pub(crate) right: RightName,
    /// A dividend: days until ex (or, with --on, its date) and dollars a share; may be repeated.
    #[arg(long, value_name = "DAYS|DATE:USD", allow_hyphen_values = true)]
    pub(crate) dividend: Vec<String>,
    /// The date the days are counted from, for dividends given by date.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// A price, dollars a share, to find the volatility of.
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub(crate) price: Option<f64>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What levels a surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelName {
    /// The volatility index.
    #[default]
    Index,
    /// The tape's chains.
    Quotes,
}

impl LevelName {
    /// What it stands for.
    pub(crate) const fn source(self) -> LevelSource {
        match self {
            LevelName::Index => LevelSource::Index,
            LevelName::Quotes => LevelSource::Quotes,
        }
    }
}

/// Call or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RightName {
    /// To buy.
    Call,
    /// To sell.
    Put,
}

impl RightName {
    /// What it stands for.
    pub(crate) const fn right(self) -> Right {
        match self {
            RightName::Call => Right::Call,
            RightName::Put => Right::Put,
        }
    }
}
