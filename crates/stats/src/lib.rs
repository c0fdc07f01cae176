//! Performance figures: pure functions of returns and trades.
