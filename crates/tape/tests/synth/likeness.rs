//! What the simulated market is like, on many seeds, beside the real one.
//!
//! `cargo test -p tape --test synth likeness -- --nocapture` prints the table of docs/simulated.md.

use tape::synth::{SHIPPED_SEED, synthesise};

use crate::figures::Figures;
use crate::market_days::Days;

fn simulated(seed: u64) -> Figures {
    Figures::of(&Days::simulated(&synthesise(seed)))
}

#[test]
#[expect(clippy::print_stdout, reason = "the table is the point")]
fn figures_beside_the_real_market() {
    let shipped = simulated(SHIPPED_SEED);
    let others: Vec<Figures> = (1..=20).map(simulated).collect();
    let real = Days::real().map(|days| Figures::of(&days));
    println!("| figure | real | shipped seed | seeds 1 to 20, least … most |");
    println!("|---|---|---|---|");
    for (name, value) in &shipped.0 {
        let spread = others.iter().map(|f| f.get(name));
        let least = spread.clone().fold(f64::INFINITY, f64::min);
        let most = spread.fold(f64::NEG_INFINITY, f64::max);
        let real = real
            .as_ref()
            .map_or_else(String::new, |f| format!("{:.2}", f.get(name)));
        println!("| {name} | {real} | {value:.2} | {least:.2} … {most:.2} |");
    }
}

/// What every seed must keep to. Wide enough for the chance of eight years, narrow enough that a
/// market without the property (independent symbols, normal returns, no leverage, days that know the
/// next turning point) falls outside; the real market lies inside all but the lead.
const BOUNDS: [(&str, f64, f64); 49] = [
    ("IWM volatility, % a year", 20.0, 28.0),
    ("SPY volatility, % a year", 15.0, 23.0),
    ("KRE volatility, % a year", 28.0, 40.0),
    ("IWM kurtosis of daily returns", 5.0, 30.0),
    ("SPY kurtosis of daily returns", 5.0, 35.0),
    ("IWM realised ÷ implied volatility", 0.75, 0.95),
    ("IWM kurtosis of returns ÷ implied", 3.3, 6.5),
    (
        "IWM variance ÷ implied, at turning points ÷ elsewhere",
        0.7,
        2.0,
    ),
    ("IWM autocorrelation, lag 1", -0.12, 0.12),
    ("IWM autocorrelation ÷ implied, lag 1", -0.08, 0.08),
    ("IWM autocorrelation of |return|, lag 1", 0.12, 0.40),
    ("IWM/SPY correlation of returns", 0.84, 0.93),
    ("IWM/KRE correlation of returns", 0.70, 0.85),
    ("IWM/SPY correlation of gaps", 0.86, 0.97),
    ("IWM/KRE correlation of gaps", 0.76, 0.92),
    ("IWM gap share of variance", 0.27, 0.50),
    ("SPY gap share of variance", 0.27, 0.60),
    ("KRE gap share of variance", 0.22, 0.45),
    ("IWM Parkinson ÷ open-to-close volatility", 0.90, 1.10),
    ("KRE Parkinson ÷ open-to-close volatility", 0.90, 1.10),
    ("IWM ÷ SPY range, median", 1.2, 1.7),
    ("KRE ÷ IWM range, median", 1.2, 1.6),
    ("IWM correlation of ln volume and ln range", 0.50, 0.85),
    ("RVX/IWM correlation of changes", -0.80, -0.50),
    ("RVX kurtosis of ln change", 3.8, 12.0),
    ("breadth and IWM's distance, correlation", 0.70, 0.99),
    ("KRE today, IWM next session, spring 2023", 0.30, 0.95),
    ("RVX ÷ VIX, mean", 1.2, 1.4),
    ("RVX ÷ VIX with RVX below 18", 1.2, 1.5),
    ("RVX ÷ VIX with RVX from 50", 1.0, 1.35),
    ("RVX ÷ VIX, deviation of ln", 0.07, 0.15),
    ("RVX ÷ VIX, autocorrelation of ln, lag 20", 0.10, 0.80),
    ("VIX/SPY correlation of changes", -0.80, -0.55),
    ("VIX/RVX correlation of changes", 0.85, 0.96),
    ("VIX9D ÷ VIX, mean", 0.88, 1.00),
    ("VIX9D ÷ VIX with RVX below 18", 0.80, 0.95),
    ("VIX9D ÷ VIX with RVX from 50", 1.0, 1.45),
    ("VIX9D ÷ VIX, autocorrelation of ln, lag 1", 0.78, 0.92),
    ("VIX3M ÷ VIX, mean", 1.08, 1.20),
    ("VIX3M ÷ VIX with RVX below 18", 1.14, 1.28),
    ("VIX3M ÷ VIX with RVX from 50", 0.70, 1.0),
    ("VIX3M ÷ VIX, autocorrelation of ln, lag 1", 0.88, 0.98),
    (
        "VIX9D ÷ VIX and VIX3M ÷ VIX, correlation of ln",
        -0.85,
        -0.40,
    ),
    ("sessions with ten-day rank below 20, %", 25.0, 60.0),
    ("DGS2/DGS10 correlation of changes", 0.60, 0.85),
    ("sessions with DGS10 below DGS2, %", 12.0, 40.0),
    ("high-yield spread, largest", 5.0, 12.0),
    ("high-yield spread, smallest", 2.4, 3.4),
    ("high-yield spread/RVX correlation of changes", 0.35, 0.60),
];

#[test]
fn every_seed_keeps_to_the_bounds() {
    for seed in (100..108).chain([SHIPPED_SEED]) {
        let figures = simulated(seed);
        for (name, least, most) in BOUNDS {
            let value = figures.get(name);
            assert!(
                (least..=most).contains(&value),
                "seed {seed}: {name} is {value:.3}, not within {least} … {most}"
            );
        }
    }
}

#[test]
fn the_real_market_lies_within_the_same_bounds() {
    let Some(days) = Days::real() else { return };
    let real = Figures::of(&days);
    for (name, least, most) in BOUNDS {
        let value = real.get(name);
        let inside = (least..=most).contains(&value);
        // The lead is a feature the embedded tape was asked for; daily closes do not show it.
        let asked_for = name.starts_with("KRE today");
        assert!(inside != asked_for, "{name} is {value:.3}");
    }
}
