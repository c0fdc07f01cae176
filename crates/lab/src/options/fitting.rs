//! What ships of skew and widths, fitted anew to the real chains of a tape.

use market::{Date, Quote, Series, Time};
use options::quotes::{Snapshot, Tally, WidthFit, WidthSample};
use options::volatility::fit::{ErrorBucket, Levelled, SkewFit, errors, fit};
use options::volatility::observe::observe;
use tape::{Tape, Want};

use crate::error::Error;

/// Skew and widths as the real chains of one underlying have them.
#[derive(Clone, Debug)]
pub struct OptionsFit {
    /// The underlying.
    pub symbol: String,
    /// The instants that were quoted, and the rate taken at each, a fraction a year.
    pub instants: Vec<(Time, f64)>,
    /// What was met in their rows.
    pub tally: Tally,
    /// The law of widths.
    pub widths: WidthFit,
    /// The skew.
    pub skew: SkewFit,
    /// Its errors where it is levelled at the money: of its form.
    pub at_the_money: Vec<ErrorBucket>,
    /// Its errors where it is levelled by the strip of the same quotes: of a model chain.
    pub by_strip: Vec<ErrorBucket>,
}

/// Fits both to every chain of `symbol` on the tape. Interest is `rate` (a fraction a year, continuous) where it is given, else
/// the tape's.
///
/// # Errors
/// [`Error::Fit`] without quotes, without a rate, with too few quotes to fit to; [`Error::Tape`].
pub fn fit_options(tape: &Tape, symbol: &str, rate: Option<f64>) -> Result<OptionsFit, Error> {
    if let Some(rate) = rate.filter(|rate| !(-1.0..=1.0).contains(rate)) {
        return Err(Error::fit(
            format!("an interest rate of {rate}, expected a fraction a year from -1 to 1"),
            "write 4 % as 0.04",
        ));
    }
    let dates = tape.quote_dates(symbol)?;
    if dates.is_empty() {
        return Err(no_quotes(tape, symbol)?);
    }
    let rates = match rate {
        Some(_) => Vec::new(),
        None => rate_series(tape)?,
    };
    let (mut instants, mut tally) = (Vec::new(), Tally::default());
    let (mut samples, mut smiles): (Vec<WidthSample>, Vec<_>) = (Vec::new(), Vec::new());
    for date in dates {
        let rate = match rate {
            Some(rate) => rate,
            None => rate_on(&rates, date).ok_or_else(|| no_rate(date))?,
        };
        for (time, rows) in instants_of(tape, symbol, date)? {
            smiles.extend(observe(&rows, rate).0);
            let snapshot = Snapshot::new(time, rows, Some(rate), &[], None);
            samples.extend(snapshot.width_samples());
            tally = tally.and(snapshot.tally());
            instants.push((time, rate));
        }
    }
    let widths = WidthFit::new(&samples).ok_or_else(|| {
        Error::fit(
            format!(
                "{} usable quotes of {symbol}: too few to fit widths to",
                samples.len()
            ),
            "give a tape with whole chains of 1 to 400 days",
        )
    })?;
    let skew = fit(&smiles).map_err(|error| {
        Error::fit(
            error.to_string(),
            "give a tape with whole chains of 2 to 120 days",
        )
    })?;
    Ok(OptionsFit {
        symbol: symbol.to_owned(),
        instants,
        tally,
        at_the_money: errors(&smiles, &skew.skew, Levelled::AtTheMoney),
        by_strip: errors(&smiles, &skew.skew, Levelled::ByStrip),
        widths,
        skew,
    })
}

/// Every instant of a date, earliest first: the latest chain as of its end, then the latest before that.
fn instants_of(tape: &Tape, symbol: &str, date: Date) -> Result<Vec<(Time, Vec<Quote>)>, Error> {
    let mut all = Vec::new();
    let mut as_of = Time::from_exchange(date, 23, 59);
    while let Some(until) = as_of {
        let chain = tape.chain(symbol, until)?;
        let Some(chain) = chain.filter(|chain| chain.time.exchange_date() == Some(date)) else {
            break;
        };
        as_of = Some(Time(chain.time.micros() - 1));
        all.push((chain.time, chain.quotes));
    }
    all.reverse();
    Ok(all)
}

pub(super) fn no_quotes(tape: &Tape, symbol: &str) -> Result<Error, Error> {
    let quoted = tape.quoted_underlyings()?;
    let has = if quoted.is_empty() {
        "of none".to_owned()
    } else {
        format!("of {}", quoted.join(", "))
    };
    Ok(Error::fit(
        format!(
            "{} has no option quotes of {symbol}; it has quotes {has}",
            tape.name()
        ),
        "`stormproof tape import` takes chains; `stormproof tape list` shows what a tape holds",
    ))
}

fn no_rate(date: Date) -> Error {
    Error::fit(
        format!(
            "no interest rate is known on {date}: the tape has neither DGS3MO nor DFF of the ten days before"
        ),
        "import one of FRED's, or give --rate (a fraction a year: 0.04 is 4 %)",
    )
}

/// Names of the rates, the better first: three months is nearer to an option's life than a night.
const RATES: [&str; 2] = ["DGS3MO", "DFF"];
/// Days after which a rate is too old.
const STALE_DAYS: i64 = 10;

fn rate_series(tape: &Tape) -> Result<Vec<Series>, Error> {
    let catalog = tape.catalog()?;
    let held = |name: &&&str| {
        let is = |entry: &tape::Entry| {
            entry.sort == tape::Sort::Series && entry.name.as_deref() == Some(**name)
        };
        catalog.iter().any(is)
    };
    let series = RATES.iter().filter(held).map(|name| (*name).to_owned());
    let want = Want {
        series: series.collect(),
        ..Want::default()
    };
    Ok(tape.read(&want, 1)?.series)
}

/// The last value published by the open of `date`, per cent turned into a continuous fraction.
fn rate_on(series: &[Series], date: Date) -> Option<f64> {
    series.iter().find_map(|series| {
        let before = series
            .date
            .partition_point(|its| *its < date)
            .checked_sub(1)?;
        let age = (date - *series.date.get(before)?).num_days();
        let percent = series.value.get(before).filter(|_| age <= STALE_DAYS)?;
        Some(super::readout::continuous(*percent))
    })
}
