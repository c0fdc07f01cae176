//! What a model chain costs: a quote that is remembered, one that is not, a whole page.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use market::{Date, Right, SessionTable};
use options::quotes::{ModelChains, ModelInputs, Moment, WidthLaw};
use options::volatility::{Level, Skew, SkewParameters};
use options::{Chains, Contract};

/// A year of sessions at 200 dollars, rates of a quiet year.
fn inputs() -> ModelInputs {
    let day = |text: &str| text.parse::<Date>().unwrap_or_default();
    let sessions = SessionTable::covering(day("2021-01-04"), day("2021-12-31"));
    let moments = sessions.as_slice().iter().take(252).map(|session| Moment {
        at: session.close,
        date: session.date,
        spot: Some(200.0),
        rate: Some(0.02),
        level: Level::flat(0.25).ok(),
    });
    ModelInputs {
        moments: moments.collect(),
        dividends: vec![],
        skew: Skew::new(SkewParameters::SPY).unwrap_or_else(|error| panic!("{error}")),
        law: WidthLaw::default(),
    }
}

/// The four legs of a condor a month out.
fn legs(chains: &ModelChains, slot: usize) -> [Contract; 4] {
    let today = chains.inputs().moments[slot].date;
    let expiry = chains
        .expiries(slot)
        .into_iter()
        .find(|e| (*e - today).num_days() >= 28);
    let leg = |strike, right| Contract {
        expiry: expiry.unwrap_or(today),
        strike,
        right,
    };
    [
        leg(180.0, Right::Put),
        leg(185.0, Right::Put),
        leg(215.0, Right::Call),
        leg(220.0, Right::Call),
    ]
}

fn quotes(c: &mut Criterion) {
    let mut group = c.benchmark_group("model_chains");
    let chains = ModelChains::new(inputs()).unwrap_or_else(|error| panic!("{error}"));
    let legs: Vec<(usize, Contract)> = (0..200)
        .flat_map(|slot| legs(&chains, slot).map(|leg| (slot, leg)))
        .collect();
    let all = |chains: &ModelChains| {
        let mut sum = 0.0;
        for (slot, leg) in &legs {
            sum += chains
                .quote(*slot, black_box(leg))
                .map_or(0.0, |quote| quote.mid);
        }
        sum
    };
    group.throughput(criterion::Throughput::Elements(legs.len() as u64));
    all(&chains);
    group.bench_function("remembered", |b| b.iter(|| all(&chains)));
    group.bench_function("first_time", |b| {
        b.iter_batched(
            || ModelChains::new(inputs()).unwrap_or_else(|error| panic!("{error}")),
            |chains| all(&chains),
            criterion::BatchSize::LargeInput,
        );
    });
    let forgetful = ModelChains::with_memory(inputs(), 0).unwrap_or_else(|error| panic!("{error}"));
    all(&forgetful);
    group.bench_function("not_kept", |b| b.iter(|| all(&forgetful)));
    group.finish();
}

criterion_group!(benches, quotes);
criterion_main!(benches);
