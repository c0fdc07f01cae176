//! What changed from one reading to another.

use serde::Serialize;

use crate::reading::Reading;
use crate::size::Size;
use crate::state::{Flag, Layer, Rotation, State};

/// One change. `None` is unknown: a layer that loses its data changes too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A layer's state.
    Layer {
        /// Which.
        layer: Layer,
        /// Before.
        from: Option<State>,
        /// Now.
        to: Option<State>,
    },
    /// The composite.
    Composite {
        /// Before.
        from: Option<State>,
        /// Now.
        to: Option<State>,
    },
    /// Rotation.
    Rotation {
        /// Before.
        from: Option<Rotation>,
        /// Now.
        to: Option<Rotation>,
    },
    /// The size, or its reason.
    Size {
        /// Before.
        from: Size,
        /// Now.
        to: Size,
    },
    /// A flag.
    Flag {
        /// Which.
        flag: Flag,
        /// Before.
        from: Option<bool>,
        /// Now.
        to: Option<bool>,
    },
}

/// What is not as it was: the composite first, then rotation, size, layers and flags.
pub fn changes(previous: &Reading, now: &Reading) -> Vec<Change> {
    let mut found = Vec::new();
    let (from, to) = (previous.composite.state, now.composite.state);
    if from != to {
        found.push(Change::Composite { from, to });
    }
    let (from, to) = (previous.rotation.state, now.rotation.state);
    if from != to {
        found.push(Change::Rotation { from, to });
    }
    let (from, to) = (previous.size, now.size);
    if from != to {
        found.push(Change::Size { from, to });
    }
    for layer in Layer::ALL {
        let (from, to) = (previous.state(layer), now.state(layer));
        if from != to {
            found.push(Change::Layer { layer, from, to });
        }
    }
    for flag in Flag::ALL {
        let (from, to) = (previous.flag(flag), now.flag(flag));
        if from != to {
            found.push(Change::Flag { flag, from, to });
        }
    }
    found
}

impl Reading {
    /// A layer's state.
    pub const fn state(&self, layer: Layer) -> Option<State> {
        match layer {
            Layer::Trend => self.trend.state,
            Layer::Momentum => self.momentum.state,
            Layer::Breadth => self.breadth.state,
            Layer::RelativeStrength => self.relative_strength.state,
        }
    }

    /// A flag.
    pub const fn flag(&self, flag: Flag) -> Option<bool> {
        match flag {
            Flag::Converging => self.trend.converging,
            Flag::VolumeMark => self.momentum.volume_mark,
            Flag::Divergence => self.breadth.divergence,
            Flag::Repair => self.breadth.repair,
            Flag::BreadthRising => self.breadth.rising,
            Flag::Deteriorating => self.relative_strength.deteriorating,
            Flag::WideRange => self.context.wide_range,
            Flag::Breakout => self.context.breakout,
            Flag::Squeeze => self.context.squeeze,
        }
    }
}
