//! Scenarios, regimes, runs, audits and diagnosis.
