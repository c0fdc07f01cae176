//! How volatility lies over strikes and days, how high it stands, and how high that is by its own past.
//!
//! A [`Surface`] is a [`Level`] (an index by tenor) on a [`Skew`] (a curve fitted to real chains), joined so that the
//! surface's own variance strip is the index. Everything that comes from one is MODEL.

pub mod fit;
mod implied;
pub mod observe;
mod ratio;
pub mod skew;
mod squares;
pub mod strip;
pub mod surface;
pub mod term;

pub use fit::{ErrorBucket, FitError, Levelled, SkewFit, errors, fit};
pub use observe::{Observed, ObservedSmile, SmilePoint, observe};
pub use skew::{Shape, Skew, SkewError, SkewParameters};
pub use strip::{Sides, StrikeQuote, StripError, Term, TermStrip, constant_maturity, term_strip};
pub use surface::{Smile, Surface};
pub use term::{Level, Readings, TermSource};
