//! Which combinations are tried: the arguments that sweeps and walks forward share.

use clap::{Args as ClapArgs, ValueEnum};

/// The parameters that are varied, and which of their combinations are tried.
#[derive(Debug, ClapArgs)]
pub(crate) struct SpaceArgs {
    /// A parameter by its dotted path and the values it takes; may be repeated.
    #[arg(long, value_name = "PATH=RANGE", required = true)]
    pub(crate) vary: Vec<String>,
    /// A condition on parameters that combinations must meet; may be repeated.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) constraints: Vec<String>,
    /// How combinations are chosen.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) sampler: Sampler,
    /// How many combinations a sampler draws [default: 1024].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) samples: Option<u32>,
    /// The seed of samplers, and of a sweep's resampling.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// How combinations are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sampler {
    /// Every one.
    #[default]
    Grid,
    /// At random.
    Random,
    /// A Latin hypercube.
    Latin,
    /// Sobol's sequence, scrambled.
    Sobol,
    /// A search that learns: each 64 combinations rest on the results before (TPE). Not for walk-forward.
    Bayes,
}
