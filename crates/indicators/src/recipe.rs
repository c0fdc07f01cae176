//! Any indicator as one value: the key under which its column is shared.

use std::fmt;

use crate::column::Column;
use crate::extremes::{Highest, Lowest, Rank};
use crate::indicator::{Indicator, Prices, Unit};
use crate::moving::{Sma, StdDev};
use crate::range::{Atr, TrueRange};
use crate::roc::Roc;
use crate::rsi::Rsi;
use crate::smooth::Ema;

macro_rules! recipes {
    ($($kind:ident),*) => {
        /// Every indicator of this crate. Shown as `atr(14)`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Recipe {
            $(#[doc = concat!("See [`", stringify!($kind), "`].")] $kind($kind),)*
        }

        $(impl From<$kind> for Recipe {
            fn from(config: $kind) -> Self {
                Recipe::$kind(config)
            }
        })*

        impl Recipe {
            fn inner(&self) -> &dyn Indicator {
                match self {
                    $(Recipe::$kind(config) => config,)*
                }
            }
        }
    };
}

recipes!(
    TrueRange, Atr, Ema, Sma, Roc, Rsi, StdDev, Highest, Lowest, Rank
);

impl Indicator for Recipe {
    fn warm_up(&self) -> usize {
        self.inner().warm_up()
    }

    fn unit(&self) -> Unit {
        self.inner().unit()
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        self.inner().compute(input)
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipe::TrueRange(TrueRange) => f.write_str("true_range"),
            Recipe::Atr(Atr { n }) => write!(f, "atr({n})"),
            Recipe::Ema(Ema { n }) => write!(f, "ema({n})"),
            Recipe::Sma(Sma { n }) => write!(f, "sma({n})"),
            Recipe::Roc(Roc { n }) => write!(f, "roc({n})"),
            Recipe::Rsi(Rsi { n }) => write!(f, "rsi({n})"),
            Recipe::StdDev(StdDev { n }) => write!(f, "stddev({n})"),
            Recipe::Highest(Highest { n }) => write!(f, "highest({n})"),
            Recipe::Lowest(Lowest { n }) => write!(f, "lowest({n})"),
            Recipe::Rank(Rank { n }) => write!(f, "rank({n})"),
        }
    }
}
