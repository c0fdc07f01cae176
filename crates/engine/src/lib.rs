//! The clock, the one loop, the broker, the portfolio and the Strategy trait.
