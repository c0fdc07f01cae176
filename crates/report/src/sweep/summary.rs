//! What is said of a sweep once it is done.

use lab::sweep::{FIGURES, Gated, Intervals, Manifest, Trust};
use serde::Serialize;
use serde_json::{Map, Value};

use super::error::SweepError;
use super::rank::{Best, Ranking, Shown};
use super::results::Results;

/// A sweep, told.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Version of this form.
    pub schema: u32,
    /// What it is a sweep of.
    pub sweep: Manifest,
    /// Combinations that were replayed.
    pub replayed: u64,
    /// Combinations that a constraint ruled out.
    pub ruled_out: u64,
    /// Combinations that are no plan, and why the first of them is none.
    pub refused: u64,
    /// Why the first of those is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What was ranked by.
    pub objectives: Vec<&'static str>,
    /// What results had to meet.
    pub require: Vec<String>,
    /// How many met it.
    pub met: u64,
    /// The best, best first; of several objectives those that none beats in all.
    pub best: Vec<Finalist>,
    /// The command that replays one combination alone, its parameters still to be added with `--set`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
    /// What the results should be read with.
    pub warnings: Vec<String>,
    /// Whether the first of them may be luck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
}

/// One of the best.
#[derive(Clone, Debug, Serialize)]
pub struct Finalist {
    /// The combination.
    pub combination: u64,
    /// Its parameters, as `--set` takes them.
    pub parameters: Vec<String>,
    /// Its objectives, more being better.
    pub scores: Vec<f64>,
    /// Its figures by window.
    pub windows: Vec<Map<String, Value>>,
    /// The regimes that gate it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gated>,
    /// How sure its figures are, had it been the only combination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Intervals>,
    #[serde(skip)]
    pub(super) shown: Vec<Vec<Option<f64>>>,
}

impl Summary {
    /// The version of this form.
    pub const SCHEMA: u32 = 1;

    /// Ranks the results and tells of the best; gates and trust are added by who can replay.
    ///
    /// # Errors
    /// A damaged file.
    pub fn new(results: &Results, ranking: &Ranking) -> Result<Self, SweepError> {
        let best: Best = ranking.of(results)?;
        let shown = results.shown(&best.ranked)?;
        let finalists = shown.into_iter().zip(&best.ranked).map(|(shown, ranked)| {
            let Shown {
                combination,
                parameters,
                windows,
            } = shown;
            let names = results.manifest().windows.iter().map(|window| &window.name);
            let told = names.zip(&windows).map(|(name, row)| figures(name, row));
            Finalist {
                combination,
                parameters: parameters
                    .into_iter()
                    .map(|(path, value)| format!("{path}={value}"))
                    .collect(),
                scores: ranked.scores.clone(),
                windows: told.collect(),
                gate: None,
                intervals: None,
                shown: windows,
            }
        });
        Ok(Self {
            schema: Self::SCHEMA,
            sweep: results.manifest().clone(),
            replayed: best.combinations,
            ruled_out: results.ruled_out(),
            refused: results.refused(),
            refusal: results.refusal().map(|(_, why)| why),
            objectives: ranking
                .objectives
                .iter()
                .map(|figure| figure.name)
                .collect(),
            require: ranking
                .require
                .iter()
                .map(|c| c.text().to_owned())
                .collect(),
            met: best.met,
            best: finalists.collect(),
            alone: None,
            warnings: Vec::new(),
            trust: None,
        })
    }

    /// As JSON, ending with a newline.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn json(&self) -> Result<String, SweepError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// A window's figures; one that is not defined is absent.
fn figures(name: &str, row: &[Option<f64>]) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("window".to_owned(), Value::from(name));
    for (figure, value) in FIGURES.iter().zip(row) {
        let Some(value) = value else { continue };
        let value = if figure.count {
            Value::from(*value as u64)
        } else {
            Value::from(*value)
        };
        told.insert(figure.name.to_owned(), value);
    }
    told
}
