//! The arguments of `tape`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use tape::check::Date;

use super::Format;

/// `tape …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TapeCommand {
    /// Take vendors' own files, or folders of them, into a tape; doing it twice changes nothing.
    #[command(after_help = "\
Known files are told by their columns (in any order, case and spaces aside), or by --format:
  date,open,high,low,close,volume(,adj_close,dividend)      daily bars, plain or with dividends
  Date,Open,High,Low,Close,Adj Close,Volume                 Yahoo; also AdjClose, also Dividends
  date,open,high,low,close  or  date,close                  an index: its close
  date,pct_above_20dma,pct_above_50dma,pct_above_200dma     breadth in percent
  date,value                                                a dated value, known the next session
  ex_date,amount_usd                                        dividends
and those of Alpha Vantage, EODHD, Cboe, FRED, Alpaca and LEAN, Parquet bars, intraday CSV, option quotes,
events, calendars and closes of universes (docs/vendors.md, docs/tape.md). Any other CSV or Parquet file of
bars, and any CSV of dated values, is taken with --columns. In a folder, what is no tape data is left and named.

Examples:
  stormproof tape import history/ --tape mine
  stormproof tape import yahoo_IWM_1d.csv --tape mine
  stormproof tape import download.csv --symbol KRE --tape mine
  stormproof tape import odd.csv --tape mine --zone America/New_York \\
    --columns time=When,open=O,high=H,low=L,close=C --time-format '%d/%m/%Y %H:%M'")]
    Import(ImportArgs),
    /// Show what a tape holds.
    #[command(after_help = "\
Examples:
  stormproof tape list
  stormproof tape list --tape mine --format json")]
    List(ListArgs),
    /// Look for every kind of defect: order, missing and short sessions, impossible and suspect prices, bars that
    /// disagree with each other, with dividends or with another tape. docs/check.md explains each.
    #[command(after_help = "\
Exit code: 0 if nothing at error level was found, else 3. With --repair it speaks of the new tape.

Examples:
  stormproof tape check --tape mine
  stormproof tape check --tape mine --symbols IWM --from 2020-01-01 --severity note --all
  stormproof tape check --tape mine --against other --json | jq '.defects[].kind'
  stormproof tape check --tape mine --repair mended")]
    Check(CheckArgs),
    /// Make coarser bars of a tape's finer ones, into the same tape.
    #[command(after_help = "\
Buckets are counted from each session's own open; the last one of a session ends at its close
(docs/intraday.md). A run makes the bars it lacks by itself: this is for keeping them.

Examples:
  stormproof tape resample --tape mine --symbols IWM --from 5m --to 15m,1h,1d")]
    Resample(ResampleArgs),
    /// Count how many members of a universe are above their averages, advance, or make new highs.
    #[command(after_help = "\
Examples:
  stormproof tape breadth --tape mine --universe smallcap --ma 20,50,200
  stormproof tape breadth --tape mine --universe smallcap --against breadth50 --write
  stormproof tape breadth --tape mine --from-bars all --min-members 3")]
    Breadth(BreadthArgs),
    /// Write manifest.json, the list of files that a tape behind http:// or https:// is read by.
    #[command(after_help = "\
A web server cannot be asked for its files; S3, Google Cloud Storage and Azure can.
Make the manifest again after every change, then upload it with the tape.

Examples:
  stormproof tape manifest --tape mine
  stormproof run mean-reversion --tape https://example.org/mine")]
    Manifest(ManifestArgs),
    /// Make a simulated market, or simulated intraday bars from daily ones: the same seed gives the same bytes.
    #[command(after_help = "\
With --from-daily, each session's bars meet its daily open, high, low, close and volume exactly; the
daily bars, dividends and splits of the symbols and all series come along, so that a plan can run on
the new tape. All of it is marked SIMULATED, also when the daily bars are real.

Examples:
  stormproof tape synth --seed 7 --tape simulated-7
  stormproof tape synth --from-daily IWM,KRE --interval 5m --seed 7 --tape simulated-5m
  stormproof tape synth --from-daily IWM,SPY,KRE --interval 1m --source mine \\
    --from 2020-01-10 --to 2020-06-30 --seed 7 --tape crash-1m")]
    Synth(SynthArgs),
}

/// `tape import`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// Files and folders.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The tape's folder, made if it is not there; a tape behind an address (s3://, https://) can be read, not written.
    #[arg(long, value_name = "DIR")]
    pub(crate) tape: PathBuf,
    /// The symbol (series, universe, kind of events), where a single file's name does not tell it.
    #[arg(long, value_name = "S")]
    pub(crate) symbol: Option<String>,
    /// The format, instead of the one the columns tell.
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
    /// The zone of stamps without an offset, such as UTC or `America/New_York`; an offset in a stamp counts first.
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// Which column is what, for a file no format knows; time or date, open, high, low, close, volume, symbol, or value.
    #[arg(long, value_name = "KEY=NAME,…", conflicts_with = "format")]
    pub(crate) columns: Option<String>,
    /// The interval of bars: 1m, 5m, 1h, 1d, … [default: told by the file].
    #[arg(long, value_name = "I")]
    pub(crate) interval: Option<String>,
    /// How times are written: epoch-s, epoch-ms, epoch-us, epoch-ns, or a pattern like `%d/%m/%Y %H:%M`.
    #[arg(long, value_name = "FORM", requires = "columns")]
    pub(crate) time_format: Option<String>,
    /// When Yahoo's chain of option quotes was taken, which it does not say: 2026-02-11T16:20:00Z [default: told by its
    /// trades].
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// Print the report as a JSON document (docs/tape.md).
    #[arg(long)]
    pub(crate) json: bool,
    /// No progress; the report is printed all the same.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// `tape list`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ListArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `tape check`.
#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// Only these symbols and series.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) symbols: Vec<String>,
    /// Only defects from this date on.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Only defects up to this date.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// Another tape, another vendor's for one, to be compared with.
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) against: Option<PathBuf>,
    /// The least severity that is listed; all are counted.
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub(crate) severity: Level,
    /// List every defect, not only the first ones.
    #[arg(long)]
    pub(crate) all: bool,
    /// A JSON document with every defect instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a mended copy of the tape into this new folder, with repairs.csv; only what rests on more than a guess is
    /// mended.
    #[arg(long, value_name = "DIR")]
    pub(crate) repair: Option<PathBuf>,
    /// No progress and no notes.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// A severity of defects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Refuses a run that would use it.
    Error,
    /// Shown with a result that rests on it.
    #[default]
    Warning,
    /// Worth knowing.
    Note,
}

/// `tape resample`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ResampleArgs {
    /// The tape's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) tape: PathBuf,
    /// The symbols.
    #[arg(long, value_name = "A,B", value_delimiter = ',', required = true)]
    pub(crate) symbols: Vec<String>,
    /// The interval there is: 1m to 30m, or 1h.
    #[arg(long, value_name = "I")]
    pub(crate) from: String,
    /// The intervals to make: multiples of it up to 1h, or 1d.
    #[arg(long, value_name = "I,J", value_delimiter = ',', required = true)]
    pub(crate) to: Vec<String>,
    /// Put them in the place of bars that came from elsewhere.
    #[arg(long)]
    pub(crate) replace: bool,
}

/// `tape breadth`.
#[derive(Debug, ClapArgs)]
pub(crate) struct BreadthArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// The universe whose closes are counted.
    #[arg(long, value_name = "NAME", required_unless_present = "from_bars")]
    pub(crate) universe: Option<String>,
    /// Count the daily bars of these symbols instead, or `all`.
    #[arg(
        long,
        value_name = "SYMBOLS",
        value_delimiter = ',',
        conflicts_with = "universe"
    )]
    pub(crate) from_bars: Vec<String>,
    /// Lengths of the moving averages, in each member's own closes.
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        default_value = "20,50,200",
        value_parser = at_least_one
    )]
    pub(crate) ma: Vec<usize>,
    /// Length of new highs and lows, in each member's own closes; 0 counts none.
    #[arg(long, value_name = "N", default_value_t = 252)]
    pub(crate) extremes: usize,
    /// A figure that rests on fewer members has no value.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) min_members: u32,
    /// Hold figures against series of the tape: `breadth50`, or `above50=breadth50`.
    #[arg(long, value_name = "SERIES", value_delimiter = ',')]
    pub(crate) against: Vec<String>,
    /// Store the figures as series of the tape: `smallcap_above50` and so on.
    #[arg(long, requires = "tape")]
    pub(crate) write: bool,
    /// How many of the last sessions to show.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) last: usize,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Threads [default: one a core]. The result does not depend on it.
    #[arg(short = 'j', long = "threads", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// `tape manifest`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ManifestArgs {
    /// The tape's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) tape: PathBuf,
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
    /// Make intraday bars of these symbols from their daily bars; the first leads, the others go with it.
    #[arg(long, value_name = "A,B", value_delimiter = ',', requires = "interval")]
    pub(crate) from_daily: Vec<String>,
    /// The interval to make: 1m, 2m, 3m, 4m, 5m, 6m, 10m, 12m, 15m, 20m, 30m or 1h.
    #[arg(long, value_name = "I", requires = "from_daily")]
    pub(crate) interval: Option<String>,
    /// The tape with the daily bars [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL", requires = "from_daily")]
    pub(crate) source: Option<PathBuf>,
    /// The first session to make [default: the first daily bar].
    #[arg(long, value_name = "DATE", requires = "from_daily")]
    pub(crate) from: Option<String>,
    /// The last session to make [default: the last daily bar].
    #[arg(long, value_name = "DATE", requires = "from_daily")]
    pub(crate) to: Option<String>,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "expected a date such as 2020-03-23".to_owned())
}

/// A length of an average in sessions.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n >= 1 => Ok(n),
        _ => Err("expected a whole number of sessions, 1 or more".to_owned()),
    }
}
