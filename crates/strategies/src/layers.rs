//! The signal layers as a plan sees them: columns of the profile's symbol, as they are known on the plan's clock.

use indicators::{Age, AsOf, Mask};
use language::SignalWord;
use market::Bars;
use signals::{Columns, Flag, Inputs, Layer, Profile, Rotation, State};

use crate::clock::Clock;
use crate::rules::Truth;

/// The layers, and which of their rows each instant of the clock sees.
#[derive(Debug)]
pub(crate) struct Layers {
    columns: Columns,
    /// The last complete session's row; an older one is none.
    seen: AsOf,
}

impl Layers {
    /// Of `profile`; `None` if daily bars of its symbol were not read.
    pub(crate) fn of(profile: &Profile, clock: &Clock<'_>) -> Option<Self> {
        let inputs = Inputs::of_snapshot(profile, clock.snapshot)?;
        let seen = seen(inputs.bars, clock);
        Some(Self {
            columns: Columns::compute(profile, &inputs),
            seen,
        })
    }

    /// States as −1, 0 and 1, size as a fraction; NaN where unknown.
    pub(crate) fn numbers(&self, word: SignalWord) -> Vec<f64> {
        let columns = &self.columns;
        let rows = match word {
            SignalWord::Composite => scores(columns.composite()),
            SignalWord::Trend => scores(columns.state(Layer::Trend)),
            SignalWord::Momentum => scores(columns.state(Layer::Momentum)),
            SignalWord::Breadth => scores(columns.state(Layer::Breadth)),
            SignalWord::RelativeStrength => scores(columns.state(Layer::RelativeStrength)),
            SignalWord::Rotation => columns.rotation().iter().copied().map(rotated).collect(),
            SignalWord::Size => {
                let scale = &columns.profile().size;
                columns
                    .size()
                    .iter()
                    .map(|size| size.scale(scale))
                    .collect()
            }
            SignalWord::Converging
            | SignalWord::VolumeMark
            | SignalWord::Divergence
            | SignalWord::Repair
            | SignalWord::Deteriorating => vec![f64::NAN; columns.len()],
        };
        self.seen.column(&rows).into_values()
    }

    /// A flag; nowhere known for what is none.
    pub(crate) fn truth(&self, word: SignalWord) -> Truth {
        let flag = match word {
            SignalWord::Converging => Flag::Converging,
            SignalWord::VolumeMark => Flag::VolumeMark,
            SignalWord::Divergence => Flag::Divergence,
            SignalWord::Repair => Flag::Repair,
            SignalWord::Deteriorating => Flag::Deteriorating,
            SignalWord::Composite
            | SignalWord::Trend
            | SignalWord::Momentum
            | SignalWord::Breadth
            | SignalWord::RelativeStrength
            | SignalWord::Rotation
            | SignalWord::Size => return Truth::default(),
        };
        let rows = self.columns.flag(flag);
        let which = |wanted: bool| {
            let mask = Mask::from_fn(rows.len(), |i| rows[i] == Some(wanted));
            self.seen.mask(&mask)
        };
        Truth {
            held: which(true),
            failed: which(false),
        }
    }
}

/// For each instant of the clock the daily bar of the last complete session, its own at its close.
fn seen(daily: &Bars, clock: &Clock<'_>) -> AsOf {
    let oldest = clock.closes_before(1);
    AsOf::join(daily.end(), clock.bars.end(), Age::Since(&oldest))
}

fn scores(states: &[Option<State>]) -> Vec<f64> {
    let score = |state: &Option<State>| state.map_or(f64::NAN, |state| f64::from(state.score()));
    states.iter().map(score).collect()
}

fn rotated(rotation: Option<Rotation>) -> f64 {
    match rotation {
        Some(Rotation::Flight) => -1.0,
        Some(Rotation::Parity) => 0.0,
        Some(Rotation::Leadership) => 1.0,
        None => f64::NAN,
    }
}
