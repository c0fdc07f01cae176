//! What was found, put through the regimes.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::combination::Worker;
use super::figures::{FIGURES, Figure};
use super::setup::Setup;
use crate::error::Error;
use crate::threads::{chosen, on_threads};
use crate::verdict::{Standing, Verdict};

/// A combination in the regimes that gate it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Gated {
    /// How it fared in each.
    pub regimes: Vec<GatedRegime>,
    /// The verdict over them.
    pub verdict: Verdict,
}

/// A combination in one regime.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GatedRegime {
    /// The regime.
    pub name: String,
    /// Whether it held.
    pub standing: Standing,
    /// Net return.
    pub net_return: Option<f64>,
    /// Maximum drawdown at session closes.
    pub max_drawdown: Option<f64>,
    /// Trades.
    pub trades: u32,
}

/// Puts combinations through the gates of a sweep; `None` where there are none.
///
/// # Errors
/// A regime without bars.
pub fn gate(
    setup: &Setup,
    combinations: &[u64],
    threads: usize,
) -> Result<Vec<Option<Gated>>, Error> {
    let gates = &setup.manifest.gates;
    if gates.is_empty() {
        return Ok(vec![None; combinations.len()]);
    }
    let bench = setup.bench(gates)?;
    let one = |worker: &mut Worker, &index: &u64| {
        let trial = bench
            .trial(&setup.space.combination(index), 0, worker)
            .ok()?;
        let rows = trial.row.chunks(FIGURES.len());
        let regimes: Vec<GatedRegime> = gates
            .iter()
            .zip(rows)
            .map(|(regime, row)| {
                let figure = |name: &str| {
                    let place = Figure::named(name)?.place();
                    row.get(place).copied().filter(|value| !value.is_nan())
                };
                GatedRegime {
                    name: regime.name.clone(),
                    standing: match figure("holds") {
                        None => Standing::Inconclusive,
                        Some(holds) if holds > 0.0 => Standing::Holds,
                        Some(_) => Standing::Fails,
                    },
                    net_return: figure("net_return"),
                    max_drawdown: figure("max_drawdown"),
                    trades: figure("trades").unwrap_or_default() as u32,
                }
            })
            .collect();
        let standings: Vec<Standing> = regimes.iter().map(|regime| regime.standing).collect();
        Some(Gated {
            verdict: Verdict::over(&standings),
            regimes,
        })
    };
    Ok(on_threads(chosen(threads), || {
        combinations
            .par_iter()
            .map_init(Worker::default, one)
            .collect()
    }))
}
