//! Words of the signal layers: what they are called, and what their values are.

use crate::ast::Part;
use crate::build::Builder;
use crate::error::{Fault, did_you_mean};
use crate::program::{Leaf, NodeId, Op, Scope, WarmUp};
use crate::unit::{Kind, Unit};
use crate::words::Clock;

/// A figure of the layers, as of the last complete session (a bar at a session's close belongs to that session).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalWord {
    /// The sum of the layers, as a state.
    Composite,
    /// EMA against EMA.
    Trend,
    /// Rates of change.
    Momentum,
    /// Members above their average.
    Breadth,
    /// Against the benchmark.
    RelativeStrength,
    /// The ratio to the benchmark over weeks.
    Rotation,
    /// The share of a full size the layers allow, 0 to 1 (or more, as the profile says).
    Size,
    /// The averages converge after long separation.
    Converging,
    /// A session of heavy volume low in its week: what momentum needs to count.
    VolumeMark,
    /// A rally that few members take part in.
    Divergence,
    /// Few members, and more of them again.
    Repair,
    /// Lagging while the benchmark rises.
    Deteriorating,
}

impl SignalWord {
    /// All of them.
    pub const ALL: [SignalWord; 12] = [
        SignalWord::Composite,
        SignalWord::Trend,
        SignalWord::Momentum,
        SignalWord::Breadth,
        SignalWord::RelativeStrength,
        SignalWord::Rotation,
        SignalWord::Size,
        SignalWord::Converging,
        SignalWord::VolumeMark,
        SignalWord::Divergence,
        SignalWord::Repair,
        SignalWord::Deteriorating,
    ];

    /// The word after `signal.`; rotation stands alone.
    pub const fn word(self) -> &'static str {
        match self {
            SignalWord::Composite => "composite",
            SignalWord::Trend => "trend",
            SignalWord::Momentum => "momentum",
            SignalWord::Breadth => "breadth",
            SignalWord::RelativeStrength => "relative_strength",
            SignalWord::Rotation => "rotation",
            SignalWord::Size => "size",
            SignalWord::Converging => "converging",
            SignalWord::VolumeMark => "volume_mark",
            SignalWord::Divergence => "divergence",
            SignalWord::Repair => "repair",
            SignalWord::Deteriorating => "deteriorating",
        }
    }

    /// What its value is: states are −1, 0 and 1 inside, and compare with states only.
    pub const fn kind(self) -> Kind {
        match self {
            SignalWord::Composite
            | SignalWord::Trend
            | SignalWord::Momentum
            | SignalWord::Breadth
            | SignalWord::RelativeStrength => Kind::Number(Unit::State),
            SignalWord::Rotation => Kind::Number(Unit::Rotation),
            SignalWord::Size => Kind::Number(Unit::Fraction),
            SignalWord::Converging
            | SignalWord::VolumeMark
            | SignalWord::Divergence
            | SignalWord::Repair
            | SignalWord::Deteriorating => Kind::Truth,
        }
    }
}

/// The states by name, each with the number it is inside.
const STATES: [(&str, Unit, f64); 6] = [
    ("bearish", Unit::State, -1.0),
    ("neutral", Unit::State, 0.0),
    ("bullish", Unit::State, 1.0),
    ("flight", Unit::Rotation, -1.0),
    ("parity", Unit::Rotation, 0.0),
    ("leadership", Unit::Rotation, 1.0),
];

impl Builder<'_> {
    /// A word of the layers that stands alone: `rotation`, `bullish`.
    pub(crate) fn signal_alone(&mut self, word: &str) -> Option<NodeId> {
        if word == SignalWord::Rotation.word() {
            return Some(self.signal(SignalWord::Rotation));
        }
        let (_, unit, value) = STATES.iter().find(|(name, ..)| *name == word)?;
        Some(self.number(*value, *unit))
    }

    /// What follows `signal.`.
    pub(crate) fn of_signal(&mut self, part: &Part) -> Result<NodeId, Fault> {
        let known = || SignalWord::ALL.into_iter();
        if let Some(word) = known().find(|word| word.word() == part.word) {
            return Ok(self.signal(word));
        }
        let fault = Fault::new(
            part.span.clone(),
            format!("`signal` has no `{}`", part.word),
        );
        let all: Vec<&str> = known().map(SignalWord::word).collect();
        let list = all.join(", ");
        Err(match did_you_mean(&part.word, all) {
            Some(near) => fault.help(format!("did you mean `{near}`? it has {list}")),
            None => fault.help(format!("it has {list}")),
        })
    }

    fn signal(&mut self, word: SignalWord) -> NodeId {
        let sessions = self.words.signal_sessions;
        let warm_up = match self.clock() {
            Clock::Daily => WarmUp {
                bars: sessions,
                ..WarmUp::default()
            },
            Clock::Minutes(_) => WarmUp {
                days: sessions,
                ..WarmUp::default()
            },
        };
        self.add(
            Op::Leaf(Leaf::Signal(word)),
            word.kind(),
            Scope::Own,
            warm_up,
        )
    }
}
