//! `stormproof options …`.

use std::ops::RangeInclusive;

use lab::options::{
    ChainQuestion, Date, MAX_SKEW_SCALE, OptionFigures, OptionRules, VolatilityQuestion,
    WantedExpiry, chain_sheet, fit_options, volatility_sheet,
};

use crate::args::{
    ChainArgs, FitArgs, Format, LevelName, OptionsCommand, ValueArgs, VolatilityArgs,
};
use crate::door::Failure;
use crate::{out, place};

/// A volatility above this is meant in per cent: no index of shares ever closed above a fifth of it.
const MOST_VOLATILITY: f64 = 5.0;

/// Does what the subcommand says.
pub(crate) fn run(command: &OptionsCommand) -> Result<(), Failure> {
    match command {
        OptionsCommand::Chain(args) => chain(args),
        OptionsCommand::Fit(args) => fit(args),
        OptionsCommand::Volatility(args) => volatility(args),
        OptionsCommand::Value(args) => value(args),
    }
}

fn chain(args: &ChainArgs) -> Result<(), Failure> {
    let on = date("--on", &args.on)?;
    let expiry = match &args.expiry {
        Some(expiry) => WantedExpiry::On(date("--expiry", expiry)?),
        None => WantedExpiry::Days(i64::from(args.days)),
    };
    let shipped = OptionRules::default();
    share(
        "--skew-scale",
        args.skew_scale,
        0.0..=MAX_SKEW_SCALE,
        "0 (no skew)",
    )?;
    share(
        "--level-scale",
        args.level_scale,
        f64::MIN_POSITIVE..=5.0,
        "above 0",
    )?;
    let asked = ChainQuestion {
        symbol: args.symbol.clone(),
        on,
        expiry,
        model: args.model,
        rate: args.rate,
        rules: OptionRules {
            index: index_of(args)?,
            level: args.level.source(),
            skew_scale: args.skew_scale,
            level_scale: args.level_scale,
            width_multiplier: args.width_multiplier.unwrap_or(shipped.width_multiplier),
            ..shipped
        },
    };
    let tape = place::tape(args.tape.as_deref())?;
    let sheet = chain_sheet(&tape, &asked)?;
    match args.format {
        Format::Table => out::readings(&report::option_chain(&sheet, args.all)),
        Format::Json => out::print(&report::option_chain_json(&sheet)?),
    }
}

/// Refuses a multiple outside its range, which begins in `from`'s words.
fn share(flag: &str, found: f64, range: RangeInclusive<f64>, from: &str) -> Result<(), Failure> {
    if range.contains(&found) {
        return Ok(());
    }
    Err(Failure::input(
        format!("{flag} {found}: expected {from} to {}", range.end()),
        "1 is what ships; 1.1 is a tenth more",
    ))
}

/// The index that levels a chain's model; one that is levelled by quotes needs none.
fn index_of(args: &ChainArgs) -> Result<String, Failure> {
    match own_index(&args.symbol, args.index.as_ref()) {
        Err(_) if args.level == LevelName::Quotes => Ok(String::new()),
        index => index,
    }
}

/// The volatility index of an underlying: the one named, or its own.
fn own_index(symbol: &str, named: Option<&String>) -> Result<String, Failure> {
    match (named, symbol) {
        (Some(index), _) => Ok(index.clone()),
        (None, "IWM") => Ok("RVX".to_owned()),
        (None, "SPY") => Ok("VIX".to_owned()),
        (None, _) => Err(Failure::input(
            format!("no volatility index of {symbol} is known"),
            "name the series: --index",
        )),
    }
}

fn fit(args: &FitArgs) -> Result<(), Failure> {
    let tape = place::tape(Some(&args.tape))?;
    let fit = fit_options(&tape, &args.symbol, args.rate)?;
    if let Some(path) = &args.out {
        report::write_text(path, &report::options_fit_toml(&fit), true)?;
    }
    match args.format {
        Format::Table => out::readings(&report::options_fit(&fit)),
        Format::Json => out::print(&report::options_fit_json(&fit)?),
    }
}

fn volatility(args: &VolatilityArgs) -> Result<(), Failure> {
    let given = |flag: &str, text: &Option<String>| match text {
        Some(text) => date(flag, text).map(Some),
        None => Ok(None),
    };
    let on = given("--on", &args.on)?;
    let (from, to) = (given("--from", &args.from)?, given("--to", &args.to)?);
    let asked = VolatilityQuestion {
        symbol: args.symbol.clone(),
        from: from.or(on).unwrap_or_default(),
        to: to.or(on).unwrap_or_default(),
        index: own_index(&args.symbol, args.index.as_ref())?,
        rank_sessions: args.rank_sessions,
        realised_sessions: args.realised_sessions,
    };
    if asked.to < asked.from {
        return Err(Failure::input(
            format!("--to {} lies before --from {}", asked.to, asked.from),
            "swap the dates",
        ));
    }
    let tape = place::tape(args.tape.as_deref())?;
    let sheet = volatility_sheet(&tape, &asked)?;
    match args.format {
        Format::Table => out::readings(&report::volatility(&sheet)),
        Format::Json => out::print(&report::volatility_json(&sheet)?),
    }
}

fn value(args: &ValueArgs) -> Result<(), Failure> {
    let on = args.on.as_deref().map(|on| date("--on", on)).transpose()?;
    if let Some(volatility) = args.volatility.filter(|found| *found > MOST_VOLATILITY) {
        return Err(Failure::input(
            format!(
                "--volatility {volatility}: {} % a year, expected a fraction up to {MOST_VOLATILITY}",
                volatility * 100.0
            ),
            format!("for {volatility} % write {}", volatility / 100.0),
        ));
    }
    let dividends: Result<Vec<(f64, f64)>, Failure> = args
        .dividend
        .iter()
        .map(|text| dividend(text, on))
        .collect();
    let values = OptionFigures {
        spot: args.spot,
        strike: args.strike,
        days: args.days,
        rate: args.rate,
        yield_rate: args.yield_rate,
        volatility: args.volatility,
        right: args.right.right(),
        dividends: dividends?,
        price: args.price,
    }
    .value()?;
    match args.format {
        Format::Table => out::readings(&report::option_values(&values)),
        Format::Json => out::print(&report::option_values_json(&values)?),
    }
}

/// Days until ex and dollars, of `21:0.86` or `2022-09-26:0.86`.
fn dividend(text: &str, on: Option<Date>) -> Result<(f64, f64), Failure> {
    let wrong = |help: &str| {
        Failure::input(
            format!(
                "--dividend {text}: expected days until ex, or a date, then a colon and dollars a share"
            ),
            help,
        )
    };
    let example = "write it like 21:0.86, or like 2022-09-26:0.86 with --on 2022-09-05";
    let (when, dollars) = text.rsplit_once(':').ok_or_else(|| wrong(example))?;
    let dollars: f64 = dollars.trim().parse().map_err(|_| wrong(example))?;
    let days = if let Ok(days) = when.trim().parse::<f64>() {
        days
    } else {
        let ex: Date = when.trim().parse().map_err(|_| wrong(example))?;
        let on = on.ok_or_else(|| wrong("add --on DATE, the date the days are counted from"))?;
        (ex - on).num_days() as f64
    };
    if days >= 0.0 {
        return Ok((days, dollars));
    }
    Err(Failure::input(
        format!("--dividend {text}: goes ex {days} days from now, expected 0 or more"),
        "leave out a dividend that is past: the spot is without it",
    ))
}

fn date(flag: &str, text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::input(
            format!("{flag} {text}: expected a date like 2020-03-09"),
            "write year, month and day with hyphens",
        )
    })
}
