//! What a file says of itself: its key-value metadata, read and written.
//!
//! Nothing about a file is kept anywhere else, so a copied file takes its facts along.

use market::{Known, Origin};
use table::{Reader, Table};

use crate::error::TapeError;

const ORIGIN: &str = "origin";
const SEED: &str = "seed";
const KNOWN: &str = "known";
const SOURCE: &str = "source";
const SPLITS: &str = "splits";
/// Which repairs `tape check` made in the file.
pub(crate) const REPAIRED: &str = "repaired";

/// The shares that prices, volumes and dividends are counted in.
///
/// Where no split is known the two are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// Those of each date, as they were traded: a replay applies the splits it passes.
    #[default]
    Raw,
    /// Those of today: every split is in the numbers already, and applying it again would be once too often.
    Applied,
}

impl Basis {
    /// The word in a file's metadata, under `splits`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Basis::Raw => "raw",
            Basis::Applied => "applied",
        }
    }
}

/// The facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Real where the file does not say: only our own files are ever simulated, and those say so.
    pub(crate) origin: Origin,
    /// For a series, when its values become known.
    pub(crate) known: Known,
    /// The formats it was imported from, sorted, joined by `, `.
    pub(crate) source: String,
    /// For bars and dividends, the shares they are counted in; raw where the file does not say.
    pub(crate) splits: Basis,
    /// What was repaired in it; empty where nothing was.
    pub(crate) repaired: String,
}

impl Facts {
    pub(crate) fn of(reader: &Reader) -> Result<Facts, TapeError> {
        let wrong = |key, found: &str, expected| TapeError::Fact {
            path: reader.name().to_owned(),
            key,
            found: found.to_owned(),
            expected,
        };
        let origin = match reader.fact(ORIGIN) {
            None | Some("real") => Origin::Real,
            Some("simulated") => {
                let seed = reader.fact(SEED).unwrap_or("");
                let parsed = seed.parse();
                Origin::Simulated {
                    seed: parsed.map_err(|_| wrong(SEED, seed, "a whole number"))?,
                }
            }
            Some(other) => return Err(wrong(ORIGIN, other, "real or simulated")),
        };
        let known = match reader.fact(KNOWN) {
            None | Some("close") => Known::Close,
            Some("next-session") => Known::NextSession,
            Some(other) => return Err(wrong(KNOWN, other, "close or next-session")),
        };
        let splits = match reader.fact(SPLITS) {
            None | Some("raw") => Basis::Raw,
            Some("applied") => Basis::Applied,
            Some(other) => return Err(wrong(SPLITS, other, "raw or applied")),
        };
        Ok(Facts {
            origin,
            known,
            splits,
            source: reader.fact(SOURCE).unwrap_or("").to_owned(),
            repaired: reader.fact(REPAIRED).unwrap_or("").to_owned(),
        })
    }

    /// Adds the facts to a table; `known` only where it means something.
    pub(crate) fn write<'a>(&self, table: Table<'a>, is_series: bool) -> Table<'a> {
        let mut table = match self.origin {
            Origin::Real => table.fact(ORIGIN, "real"),
            Origin::Simulated { seed } => table
                .fact(ORIGIN, "simulated")
                .fact(SEED, &seed.to_string()),
        };
        if is_series {
            table = table.fact(
                KNOWN,
                match self.known {
                    Known::Close => "close",
                    Known::NextSession => "next-session",
                },
            );
        }
        // Raw goes without saying, so that tapes from before this fact keep their bytes.
        if self.splits == Basis::Applied {
            table = table.fact(SPLITS, self.splits.as_str());
        }
        if !self.source.is_empty() {
            table = table.fact(SOURCE, &self.source);
        }
        if !self.repaired.is_empty() {
            table = table.fact(REPAIRED, &self.repaired);
        }
        table
    }

    /// Notes one more source.
    pub(crate) fn add_source(&mut self, source: &str) {
        let mut all: Vec<&str> = self.source.split(", ").filter(|s| !s.is_empty()).collect();
        all.push(source);
        all.retain(|s| !s.is_empty());
        all.sort_unstable();
        all.dedup();
        self.source = all.join(", ");
    }
}

/// `simulated` if any part is.
pub(crate) fn worse(a: &Origin, b: &Origin) -> Origin {
    match (a, b) {
        (Origin::Simulated { .. }, _) => a.clone(),
        (Origin::Real, _) => b.clone(),
    }
}
