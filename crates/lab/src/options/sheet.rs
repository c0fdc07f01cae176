//! One expiry's chain at a session's close, real or modelled, to be looked at.

use market::{Bars, Date, Fields, Interval, Origin, Right, Snapshot as Read, Time};
use options::quotes::{ModelChains, QuotedChains, QuotedInputs, Tally};
use options::{Chains, Contract, LegQuote, NoQuote, Source};
use tape::{BarWant, Sort, Tape, Want};

use super::rules::{LevelSource, OptionRules};
use crate::error::Error;

/// Which chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainQuestion {
    /// The underlying.
    pub symbol: String,
    /// The session at whose close it is looked at.
    pub on: Date,
    /// Which expiry.
    pub expiry: WantedExpiry,
    /// The model's even where there are quotes.
    pub model: bool,
    /// How the model prices.
    pub rules: OptionRules,
    /// Continuous interest, a fraction a year, instead of the tape's.
    pub rate: Option<f64>,
}

/// Which of the listed expiries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedExpiry {
    /// The one of this date.
    On(Date),
    /// The one nearest to so many calendar days, the later of two as near.
    Days(i64),
}

/// A chain to be shown.
#[derive(Clone, Debug)]
pub struct ChainSheet {
    /// The underlying.
    pub symbol: String,
    /// The session.
    pub on: Date,
    /// When it was quoted: the session's close for a model's.
    pub at: Time,
    /// Real or modelled.
    pub source: Source,
    /// Where the tape comes from.
    pub origin: Origin,
    /// The underlying's price, dollars.
    pub spot: Option<f64>,
    /// Continuous interest, a fraction a year.
    pub rate: Option<f64>,
    /// The 30-day level of the model's surface, a fraction; real chains have none.
    pub index: Option<f64>,
    /// What that level is from.
    pub level: LevelSource,
    /// The expiry shown.
    pub expiry: Date,
    /// Every expiry listed.
    pub expiries: Vec<Date>,
    /// Its strikes, ascending.
    pub rows: Vec<ChainRow>,
    /// What was met in the whole real chain.
    pub tally: Option<Tally>,
}

/// A strike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainRow {
    /// Dollars a share.
    pub strike: f64,
    /// The call, or why there is no price.
    pub call: Result<LegQuote, NoQuote>,
    /// The put.
    pub put: Result<LegQuote, NoQuote>,
}

/// The chain asked for: the last one quoted on that session, if the tape has one and the model is not asked for; else the
/// model's at the close.
///
/// # Errors
/// [`Error::Fit`] without a bar of that session, without the volatility index on it, for an expiry that is not listed;
/// [`Error::Tape`] for bars or series the tape lacks.
pub fn chain_sheet(tape: &Tape, asked: &ChainQuestion) -> Result<ChainSheet, Error> {
    let quoted = !asked.model && has_quotes(tape, asked)?;
    let mut read = tape.read(&want(tape, asked, quoted)?, 1)?;
    let by_quotes = asked.rules.level == LevelSource::Quotes;
    if by_quotes && !quoted {
        super::quoted::read_all(tape, &asked.symbol, asked.on, &mut read)?;
    }
    let read = read;
    let bars = read.bars_of(&asked.symbol, Interval::Day);
    let bars = bars
        .filter(|bars| !bars.is_empty())
        .ok_or_else(|| no_bar(asked, "none is that old", "ask for a later session"))?;
    let slot = bars.len() - 1;
    let on = session_of(&read, bars, slot)
        .ok_or_else(|| no_bar(asked, "its date is unknown", "import it again"))?;
    if on != asked.on {
        let found = match market::calendar::why_closed(asked.on) {
            Some(why) => format!("there was no session ({why})"),
            None => format!("the last before it is of {on}"),
        };
        return Err(no_bar(
            asked,
            &found,
            "ask for a session the tape has a bar of",
        ));
    }
    let model = priced(asked, super::chains(&asked.rules, bars, &read)?)?;
    let moments = &model.inputs().moments;
    let mut moment = moments
        .get(slot)
        .cloned()
        .ok_or_else(|| no_bar(asked, "its session is unknown", "import it again"))?;
    if !quoted {
        if moment.level.is_none() {
            return Err(no_level(asked, on));
        }
        if moment.rate.is_none() {
            return Err(Error::fit(
                format!(
                    "no value of {} is known by the close of {on}: nothing can be discounted",
                    asked.rules.rate
                ),
                "import it, or give --rate (a fraction a year: 0.04 is 4 %)",
            ));
        }
        return sheet(asked, on, &read, &model, slot, &moment_facts(&moment), None);
    }
    let chain = tape.chain(&asked.symbol, moment.at)?;
    let chain = chain.filter(|chain| chain.time.exchange_date() == Some(on));
    let chain = chain.ok_or_else(|| {
        no_bar(
            asked,
            "its quotes are all later than its close",
            "take the model's: --model",
        )
    })?;
    let dividends = model.inputs().dividends.clone();
    // A chain within the session is not priced off the session's close.
    moment.spot = None;
    let at = chain.time;
    let real = QuotedChains::new(QuotedInputs {
        moments: vec![moment.clone()],
        quotes: chain.quotes,
        dividends,
    });
    let facts = Facts {
        at,
        spot: real.snapshot(0).and_then(options::quotes::Snapshot::spot),
        rate: moment.rate,
        index: None,
        source: Source::Quote,
    };
    let tally = real.tally();
    sheet(asked, on, &read, &real, 0, &facts, Some(tally))
}

fn no_level(asked: &ChainQuestion, on: Date) -> Error {
    if asked.rules.level == LevelSource::Quotes {
        return Error::fit(
            format!(
                "no chain of {} of {on}, or of the session before, has a strip of 15 to 60 days: there is nothing to level a surface by",
                asked.symbol
            ),
            "ask for another session, import chains of it, or take the index: --level index",
        );
    }
    Error::fit(
        format!(
            "no value of {} is known at the close of {on}, or of the session before: there is no surface",
            asked.rules.index
        ),
        "ask for another session, or import the index",
    )
}

/// The model with the rate asked for.
fn priced(asked: &ChainQuestion, model: ModelChains) -> Result<ModelChains, Error> {
    let Some(rate) = asked.rate else {
        return Ok(model);
    };
    if !(-1.0..=1.0).contains(&rate) {
        return Err(Error::fit(
            format!("an interest rate of {rate}, expected a fraction a year from -1 to 1"),
            "write 4 % as 0.04",
        ));
    }
    let mut inputs = model.inputs().clone();
    for moment in &mut inputs.moments {
        moment.rate = Some(rate);
    }
    ModelChains::new(inputs).map_err(|error| Error::fit(error.to_string(), "give another --rate"))
}

/// What stands above a chain.
struct Facts {
    at: Time,
    spot: Option<f64>,
    rate: Option<f64>,
    index: Option<f64>,
    source: Source,
}

fn moment_facts(moment: &options::quotes::Moment) -> Facts {
    Facts {
        at: moment.at,
        spot: moment.spot,
        rate: moment.rate,
        index: moment.level.as_ref().map(|level| level.volatility(30.0)),
        source: Source::Model,
    }
}

fn sheet(
    asked: &ChainQuestion,
    on: Date,
    read: &Read,
    chains: &dyn Chains,
    slot: usize,
    facts: &Facts,
    tally: Option<Tally>,
) -> Result<ChainSheet, Error> {
    let expiries = chains.expiries(slot);
    let expiry = chosen(asked, on, &expiries)?;
    let quote = |strike, right| {
        chains.quote(
            slot,
            &Contract {
                expiry,
                strike,
                right,
            },
        )
    };
    let strikes = chains.strikes(slot, expiry).into_iter();
    let rows = strikes.map(|strike| ChainRow {
        strike,
        call: quote(strike, Right::Call),
        put: quote(strike, Right::Put),
    });
    Ok(ChainSheet {
        symbol: asked.symbol.clone(),
        on,
        at: facts.at,
        source: facts.source,
        origin: read.origin.clone(),
        spot: facts.spot,
        rate: facts.rate,
        index: facts.index,
        level: asked.rules.level,
        expiry,
        rows: rows.collect(),
        expiries,
        tally,
    })
}

fn chosen(asked: &ChainQuestion, on: Date, expiries: &[Date]) -> Result<Date, Error> {
    let found = match asked.expiry {
        WantedExpiry::On(date) => expiries.iter().find(|expiry| **expiry == date),
        WantedExpiry::Days(days) => expiries
            .iter()
            .rev()
            .min_by_key(|expiry| ((**expiry - on).num_days() - days).abs()),
    };
    found.copied().ok_or_else(|| {
        let listed: Vec<String> = expiries.iter().map(ToString::to_string).collect();
        let wanted = match asked.expiry {
            WantedExpiry::On(date) => {
                format!("{date} is not an expiry of {} listed on {on}", asked.symbol)
            }
            WantedExpiry::Days(_) => format!("no expiry of {} is listed on {on}", asked.symbol),
        };
        let help = match listed.as_slice() {
            [] => "ask for another session".to_owned(),
            listed => format!("listed are {}", listed.join(", ")),
        };
        Error::fit(wanted, help)
    })
}

fn no_bar(asked: &ChainQuestion, found: &str, help: &str) -> Error {
    Error::fit(
        format!("no daily bar of {} on {}: {found}", asked.symbol, asked.on),
        help,
    )
}

fn session_of(read: &Read, bars: &Bars, slot: usize) -> Option<Date> {
    Some(read.sessions.get(*bars.session().get(slot)? as usize)?.date)
}

fn has_quotes(tape: &Tape, asked: &ChainQuestion) -> Result<bool, Error> {
    let dates = tape.quote_dates(&asked.symbol)?;
    Ok(dates.contains(&asked.on))
}

/// Closes up to the session, the rules' series, dividends. A model cannot do without the index and the rate; the ratios of its term
/// structure, and for real chains the index too, are read where they are.
fn want(tape: &Tape, asked: &ChainQuestion, quoted: bool) -> Result<Want, Error> {
    let catalog = tape.catalog()?;
    let held = |name: &String| {
        let is =
            |entry: &tape::Entry| entry.sort == Sort::Series && entry.name.as_ref() == Some(name);
        catalog.iter().any(is)
    };
    let needed = |name: &String| {
        let rate = asked.rate.is_none() && *name == asked.rules.rate;
        !quoted && (*name == asked.rules.index || rate)
    };
    let series = asked.rules.series().into_iter();
    Ok(Want {
        bars: vec![BarWant::daily(&asked.symbol, Fields::CLOSE, Some(asked.on))],
        series: series.filter(|name| needed(name) || held(name)).collect(),
        dividends: vec![asked.symbol.clone()],
        ..Want::default()
    })
}
