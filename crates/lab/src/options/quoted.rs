//! Which real chains a run reads, and what a person should know of them.

use std::sync::Arc;

use ::market::{Date, SessionTable, Snapshot, Time};
use serde::{Deserialize, Serialize};
use tape::Tape;

use super::rules::LevelSource;
use crate::error::Error;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// Where the quotes of options are from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuoteSource {
    /// Every quote is the model's, whatever the tape has.
    Model,
    /// The tape's chains and nothing else: at a close without one nothing is quoted.
    Quoted,
    /// The tape's chain at each close that sees one, whole; the model's at the others.
    #[default]
    Mixed,
}

impl QuoteSource {
    /// True if the tape's chains are asked for.
    pub const fn reads(self) -> bool {
        matches!(self, QuoteSource::Quoted | QuoteSource::Mixed)
    }
}

/// Reads the chains that `scenarios` see at the session closes of their windows: of each close the last one of its date, once. Chains
/// that level a model are read from the first on: what a session lists follows from how volatile those before it were, and
/// must not depend on the windows.
///
/// # Errors
/// [`Error::Fit`] where chains are to level the model and the tape has none.
pub(crate) fn read<'a>(
    scenarios: impl Iterator<Item = &'a Scenario>,
    regimes: &[Regime],
    tape: &Tape,
    snapshot: &mut Snapshot,
) -> Result<(), Error> {
    let reading: Vec<&Scenario> = scenarios
        .filter(|one| source(one).is_some_and(QuoteSource::reads))
        .collect();
    for scenario in &reading {
        let symbol = &scenario.instrument.symbol;
        if !snapshot.chains_of(symbol).is_empty() {
            continue;
        }
        let levels = |one: &&Scenario| one.instrument.symbol == *symbol && by_quotes(one);
        if reading.iter().any(levels) {
            if let Some(last) = regimes.iter().map(|regime| regime.to).max() {
                read_all(tape, symbol, last, snapshot)?;
            }
            continue;
        }
        let closes = closes(regimes, &snapshot.sessions);
        keep(tape.chains_as_of(symbol, &closes)?, symbol, snapshot);
    }
    Ok(())
}

/// Reads the chains of every session close up to `last`.
///
/// # Errors
/// [`Error::Fit`] if there are none; what reading the tape meets.
pub(super) fn read_all(
    tape: &Tape,
    symbol: &str,
    last: Date,
    snapshot: &mut Snapshot,
) -> Result<(), Error> {
    let sessions = snapshot.sessions.as_slice().iter();
    let closes = sessions.take_while(|session| session.date <= last);
    let closes: Vec<Time> = closes.map(|session| session.close).collect();
    let chains = tape.chains_as_of(symbol, &closes)?;
    if chains.is_empty() {
        return Err(no_level(tape, symbol)?);
    }
    keep(chains, symbol, snapshot);
    Ok(())
}

fn keep(chains: Vec<::market::Chain>, symbol: &str, snapshot: &mut Snapshot) {
    if !chains.is_empty() {
        let chains = chains.into_iter().map(Arc::new).collect();
        snapshot.chains.push((symbol.to_owned(), chains));
    }
}

/// Whether the tape's chains level the plan's model.
fn by_quotes(scenario: &Scenario) -> bool {
    let rules = scenario.options.as_ref();
    rules.is_some_and(|rules| rules.level == LevelSource::Quotes)
}

/// Chains are to level the model, and there are none up to then.
fn no_level(tape: &Tape, symbol: &str) -> Result<Error, Error> {
    let quoted = tape.quoted_underlyings()?;
    let has = match quoted.as_slice() {
        [] => "it has quotes of none".to_owned(),
        quoted if quoted.iter().any(|one| one == symbol) => "its quotes are all later".to_owned(),
        quoted => format!("it has quotes of {}", quoted.join(", ")),
    };
    Ok(Error::fit(
        format!(
            "options.level = \"quotes\": {} has no option quotes of {symbol} that could level a surface; {has}",
            tape.name()
        ),
        "import chains of it with `stormproof tape import`, or take level = \"index\"",
    ))
}

/// Where a plan's quotes are from; `None` if it trades no options.
pub(crate) fn source(scenario: &Scenario) -> Option<QuoteSource> {
    let rules = scenario.options.as_ref();
    rules
        .filter(|_| scenario.structure.is_some())
        .map(|rules| rules.quotes)
}

/// The session closes of the windows, each once, ascending.
fn closes(regimes: &[Regime], sessions: &SessionTable) -> Vec<Time> {
    let spans: Vec<Regime> = regimes.iter().flat_map(Regime::spans).collect();
    let inside = |date| {
        spans
            .iter()
            .any(|span| span.from <= date && date <= span.to)
    };
    let wanted = sessions.as_slice().iter().filter(|one| inside(one.date));
    wanted.map(|session| session.close).collect()
}

/// How many closes of the windows see a chain.
///
/// # Errors
/// [`Error::Fit`] if none does and the plan has nothing else to trade on.
pub(crate) fn told(
    scenario: &Scenario,
    regimes: &[Regime],
    snapshot: &Snapshot,
) -> Result<Option<String>, Error> {
    let Some(source) = source(scenario).filter(|source| source.reads()) else {
        return Ok(None);
    };
    let symbol = &scenario.instrument.symbol;
    let closes = closes(regimes, &snapshot.sessions);
    let chains = snapshot.chains_of(symbol);
    let dates = chains.iter().filter_map(|chain| chain.time.exchange_date());
    let dates: Vec<_> = dates.collect();
    let sees = |close: &&Time| {
        close
            .exchange_date()
            .is_some_and(|date| dates.binary_search(&date).is_ok())
    };
    let seen = closes.iter().filter(sees).count();
    match (source, seen) {
        (QuoteSource::Quoted, 0) => Err(Error::fit(
            format!(
                "options.quotes = \"quoted\", and the tape has no option quotes of {symbol} at any of the {} closes of the windows",
                closes.len()
            ),
            "import chains of these dates, or take quotes = \"mixed\"",
        )),
        (_, 0) if by_quotes(scenario) => Err(Error::fit(
            format!(
                "options.level = \"quotes\", and the tape has no option quotes of {symbol} at any of the {} closes of the windows",
                closes.len()
            ),
            "import chains of these dates, or take level = \"index\"",
        )),
        (_, 0) => Ok(None),
        (_, seen) if seen == closes.len() => Ok(None),
        (source, seen) => Ok(Some(format!(
            "the tape has option quotes of {symbol} at {seen} of the {} closes of the windows; {}",
            closes.len(),
            if source == QuoteSource::Quoted {
                "at the others nothing is quoted: entries are refused and exits wait"
            } else if by_quotes(scenario) {
                "at the others they are a model's, levelled by the chain of the session before where it has one"
            } else {
                "at the others they are a model's"
            }
        ))),
    }
}
