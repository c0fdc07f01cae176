//! Sweeps: one plan under many values of its parameters.

pub mod space;
