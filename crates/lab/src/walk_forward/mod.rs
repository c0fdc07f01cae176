//! Walk-forward: what would have come of choosing the parameters again and again, each time on the past alone.
//!
//! [`walk_forward`] rolls (or grows) a training window over *history* and replays each choice on what comes next;
//! [`combine`] tests every choice of k out of N groups (combinatorial purged folds), which gives several
//! out-of-sample paths instead of one. Every replay is `engine::replay`; the result is the same on any number of
//! threads.

mod combined;
mod figured;
mod forward;
mod frame;
mod play;
mod purged;
mod schedule;
mod scores;
mod timeline;

use serde::Serialize;

use crate::error::{Error, InputError, did_you_mean};
use crate::regimes::Regime;
use crate::run::TapeFacts;
use crate::sweep::space::{Condition, Vocabulary};
use crate::sweep::{Better, FIGURES, Figure};

pub use combined::{Combined, combine};
pub use figured::Figured;
pub use forward::{FoldSaid, Stitched, WalkForward, walk_forward};
pub use frame::{Chosen, Said};
pub use purged::MAX_SPLITS;
pub use schedule::{Growth, Lengths};
pub use scores::{Judge, MOST_SCORES, Running, Watch};

/// How folds are kept apart, and what is chosen by.
#[derive(Clone, Debug)]
pub struct Options {
    /// What combinations are chosen by.
    pub judge: Judge,
    /// Sessions before a test that are not trained on, as trades may still be open at its beginning; `None` takes the
    /// longest holding: `exit.max_sessions` where every combination has one, else that of the plan's longest trade.
    pub purge: Option<usize>,
    /// Further sessions that are not trained on: before a test in walking forward, after a test in combinatorial folds.
    pub embargo: usize,
}

/// What was asked, and of what.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The plan's name.
    pub plan: String,
    /// The symbol.
    pub symbol: String,
    /// The bar interval.
    pub interval: String,
    /// The tape.
    pub tape: TapeFacts,
    /// The window walked over, with its holes.
    pub history: Regime,
    /// Its sessions.
    pub sessions: usize,
    /// The parameters and their values, as given.
    pub vary: Vec<String>,
    /// The parameters by their paths.
    pub axes: Vec<String>,
    /// How combinations were drawn.
    pub sampler: String,
    /// What combinations must meet.
    pub constraints: Vec<String>,
    /// The figure chosen by.
    pub objective: &'static str,
    /// What results must meet in training.
    pub require: Vec<String>,
    /// Sessions purged.
    pub purge_sessions: usize,
    /// Sessions under embargo.
    pub embargo_sessions: usize,
    /// Combinations replayed in every window.
    pub combinations: usize,
    /// Combinations that are no plan.
    pub refused: usize,
}

impl Judge {
    /// Reads `--objective` and `--require`.
    ///
    /// # Errors
    /// A figure that is not known, or of which neither more nor less is better; a condition that is none.
    pub fn parse(objective: &str, require: &[String]) -> Result<Self, InputError> {
        let wrong = |message: String, help: String| InputError {
            source: format!("--objective {objective}"),
            position: None,
            message,
            help: Some(help),
            excerpt: None,
        };
        let names = || FIGURES.iter().map(|figure| figure.name);
        let figure = Figure::named(objective).ok_or_else(|| {
            let near = did_you_mean(objective, names());
            let hint = near
                .map(|near| format!("did you mean `{near}`? "))
                .unwrap_or_default();
            let judged = FIGURES
                .iter()
                .filter(|figure| figure.better != Better::Neither);
            let judged: Vec<&str> = judged.map(|figure| figure.name).collect();
            wrong(
                format!("no figure is called `{objective}`"),
                format!("{hint}to choose by: {}", judged.join(", ")),
            )
        })?;
        if figure.better == Better::Neither {
            return Err(wrong(
                format!("neither more nor less of `{objective}` is better"),
                "choose by another figure, and bound this one: --require".to_owned(),
            ));
        }
        let vocabulary = Vocabulary::of_columns(names());
        let conditions = require
            .iter()
            .map(|text| Condition::parse("--require", text, &vocabulary));
        Ok(Self {
            objective: figure,
            require: conditions.collect::<Result<_, _>>()?,
        })
    }
}

/// Parses `N,K`: so many groups, so many of them tested at a time.
///
/// # Errors
/// What is no such pair.
pub fn groups(text: &str) -> Result<(usize, usize), Error> {
    let pair = text.split_once(',').and_then(|(groups, tested)| {
        Some((groups.trim().parse().ok()?, tested.trim().parse().ok()?))
    });
    pair.ok_or_else(|| {
        Error::fit(
            format!("--combinatorial {text}: expected two whole numbers"),
            "the number of groups, and how many of them are tested at a time: --combinatorial 5,2",
        )
    })
}
