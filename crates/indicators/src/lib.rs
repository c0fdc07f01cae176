//! Column in, column out: causal indicators and bit masks.
