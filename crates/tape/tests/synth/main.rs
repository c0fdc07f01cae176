//! The simulated market: what it must be exactly, and what it must be like.

mod embedded;
mod exact;
mod figures;
mod intraday;
mod intraday_likeness;
mod likeness;
mod market_days;
mod series_figures;
