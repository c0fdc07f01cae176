//! From arguments to the space of combinations that are tried.

use lab::sweep::space::{Axes, Axis, Sampling, Space};

use crate::args::{Sampler, SpaceArgs};
use crate::door::Failure;

/// Combinations a sampler draws unless somebody says how many.
const SAMPLES: u32 = 1024;

/// The space, and what its sampler is called. Where a search that learns begins is Sobol's sequence; what it asks for after
/// that rests on what it finds.
pub(crate) fn space(args: &SpaceArgs) -> Result<(Space, String), Failure> {
    let axes: Result<Vec<Axis>, _> = args.vary.iter().map(|vary| vary.parse()).collect();
    let (samples, seed) = (args.samples.unwrap_or(SAMPLES), args.seed);
    let (sampling, name) = match args.sampler {
        Sampler::Grid => (Sampling::Grid, "grid"),
        Sampler::Random => (Sampling::Random { samples, seed }, "random"),
        Sampler::Latin => (Sampling::Latin { samples, seed }, "latin"),
        Sampler::Sobol => (Sampling::Sobol { samples, seed }, "sobol"),
        Sampler::Bayes => (Sampling::Sobol { samples, seed }, "bayes"),
    };
    if args.sampler == Sampler::Grid {
        if let Some(samples) = args.samples {
            return Err(Failure::input(
                format!("--samples {samples}: a grid tries every combination"),
                "leave it out, or draw them: --sampler sobol",
            ));
        }
        return Ok((Space::new(Axes::new(axes?)?, sampling)?, name.to_owned()));
    }
    let told = format!("{name} {samples} seed {seed}");
    Ok((Space::new(Axes::new(axes?)?, sampling)?, told))
}
