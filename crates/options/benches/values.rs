//! What a value costs.
//!
//! `cargo bench -p options --bench values`; criterion's "elem/s" are options a second.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use market::Right;
use options::value::{
    Dividend, Dividends, Inputs, Lattice, Style, Terms, american, american_mark, european,
    european_value, implied_volatility, premium_at_most,
};
use std::hint::black_box;

type Option = (Terms, Right);

/// The terms of options.json: 7 strikes, 3 expiries, 2 pairs of rates, 2 volatilities, 2 rights.
fn listed() -> Vec<Option> {
    let mut all = Vec::new();
    for strike in [150.0, 165.0, 175.0, 180.0, 185.0, 195.0, 210.0] {
        for days in [7.0, 30.0, 45.0] {
            for (rate, yield_rate) in [(0.02, 0.012), (0.05, 0.0)] {
                for volatility in [0.18, 0.35] {
                    for right in [Right::Call, Right::Put] {
                        let terms = Terms::new(Inputs {
                            spot: 180.0,
                            strike,
                            years: days / 365.0,
                            rate,
                            yield_rate,
                            volatility,
                        });
                        all.push((terms.expect("usable"), right));
                    }
                }
            }
        }
    }
    all
}

/// The legs of condors as they are marked: sold at a fifth and bought at a tenth of delta or so, 45 days down to 1, an
/// ex-date at a random place of a quarter, rates and volatilities of 2018, 2020 and 2022.
fn legs() -> Vec<(Option, Vec<Dividend>)> {
    let mut all = Vec::new();
    for (rate, volatility) in [(0.02, 0.16), (0.001, 0.45), (0.03, 0.28)] {
        for days in (1..=45).step_by(4) {
            let years = f64::from(days) / 365.0;
            for (index, away) in [-1.5, -1.1, 0.9, 1.2].into_iter().enumerate() {
                let terms = Terms::new(Inputs {
                    spot: 180.0,
                    strike: (180.0_f64 * (away * volatility * years.sqrt()).exp()).round(),
                    years,
                    rate,
                    yield_rate: 0.0,
                    volatility,
                })
                .expect("usable");
                let right = if away < 0.0 { Right::Put } else { Right::Call };
                let ex = f64::from((days * 37 + index as i32 * 23) % 91) / 365.0;
                let dividend = Dividend {
                    years: ex,
                    dollars: 0.5,
                };
                all.push(((terms, right), vec![dividend]));
            }
        }
    }
    all
}

fn each(criterion: &mut Criterion, name: &str, options: &[Option], value: impl Fn(&Option) -> f64) {
    let mut group = criterion.benchmark_group("options.json");
    group.throughput(Throughput::Elements(options.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            options
                .iter()
                .map(|option| value(black_box(option)))
                .sum::<f64>()
        });
    });
    group.finish();
}

fn rows(criterion: &mut Criterion) {
    let options = listed();
    each(criterion, "european value", &options, |(terms, right)| {
        european_value(terms, *right)
    });
    each(
        criterion,
        "european and greeks",
        &options,
        |(terms, right)| {
            let found = european(terms, *right);
            found.value + found.greeks.theta
        },
    );
    for steps in [15, 31, 101, 201] {
        let lattice = Lattice::new(steps);
        let name = format!("lattice {steps}");
        each(criterion, &name, &options, |(terms, right)| {
            lattice
                .mark(terms, Dividends::NONE, *right)
                .expect("no dividends")
                .value
        });
    }
    each(
        criterion,
        "american within a cent",
        &options,
        |(terms, right)| {
            american_mark(terms, Dividends::NONE, *right, 0.01)
                .expect("no dividends")
                .value
        },
    );
    each(
        criterion,
        "american within 0.002 + 0.1 %",
        &options,
        |(terms, right)| at_its_tolerance(terms, *right),
    );
    each(
        criterion,
        "american greeks within 0.01",
        &options,
        |(terms, right)| {
            let found = american(terms, Dividends::NONE, *right, 0.01);
            found.expect("no dividends").greeks.vega
        },
    );
}

/// What the file asks of a row, 0.1 % being of the European value, which is the lower one.
fn at_its_tolerance(terms: &Terms, right: Right) -> f64 {
    let tolerance = 0.002 + 0.001 * european_value(terms, right);
    american_mark(terms, Dividends::NONE, right, tolerance)
        .expect("no dividends")
        .value
}

/// The row whose early exercise can add most in proportion to its tolerance: the put of 45 days at 180 and 5 %.
fn dearest(criterion: &mut Criterion) {
    let options = listed();
    let ratio = |(terms, right): &Option| {
        let tolerance = 0.002 + 0.001 * european_value(terms, *right);
        premium_at_most(terms, Dividends::NONE, *right) / tolerance
    };
    let (terms, right) = options
        .iter()
        .max_by(|a, b| ratio(a).total_cmp(&ratio(b)))
        .expect("rows");
    criterion.bench_function("the dearest row of options.json", |bencher| {
        bencher.iter(|| at_its_tolerance(black_box(terms), *right));
    });
}

fn condors(criterion: &mut Criterion) {
    let legs = legs();
    let mut group = criterion.benchmark_group("condor legs");
    group.throughput(Throughput::Elements(legs.len() as u64));
    group.bench_function("value and delta within a cent", |bencher| {
        bencher.iter(|| {
            legs.iter()
                .map(|((terms, right), list)| {
                    let dividends = Dividends::new(list).expect("in order");
                    let found = american_mark(black_box(terms), dividends, *right, 0.01);
                    found.expect("worth less than the share").value
                })
                .sum::<f64>()
        });
    });
    group.finish();
}

fn implied(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("implied");
    for (name, style) in [("european", Style::European), ("american", Style::American)] {
        let priced: Vec<_> = listed()
            .into_iter()
            .map(|(terms, right)| (terms, right, 1.01 * terms.intrinsic(right) + 0.5))
            .collect();
        group.throughput(Throughput::Elements(priced.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                priced
                    .iter()
                    .filter_map(|(terms, right, price)| {
                        let price = black_box(*price);
                        implied_volatility(price, terms, Dividends::NONE, *right, style).ok()
                    })
                    .sum::<f64>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, rows, dearest, condors, implied);
criterion_main!(benches);
