//! Any text as a plan with overrides, and as regimes: a checked plan or one error, never a panic. What is accepted
//! must serialise, and must be inside the ranges that the engine relies on.
//!
//! Lines that begin with `--set ` are overrides; the rest is the file.

#![no_main]

use lab::{Override, Regimes, Scenario};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (mut file, mut overrides) = (String::new(), Vec::new());
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("--set ") {
            Some(given) => overrides.extend(given.trim_end_matches('\n').parse::<Override>()),
            None => file.push_str(line),
        }
    }
    if let Ok(scenario) = Scenario::parse("fuzz.toml", &file, &overrides) {
        assert!(scenario.account.equity_usd > 0.0 && scenario.account.equity_usd.is_finite());
        assert!(scenario.risk.risk_per_trade > 0.0 && scenario.risk.risk_per_trade <= 1.0);
        assert!(scenario.rules().warm_up(scenario.instrument.interval).bars <= 10_000);
        assert!(!scenario.name.contains('\n'));
    }
    if let Ok(regimes) = Regimes::parse("fuzz.toml", &file) {
        assert!(regimes.all().all(|regime| regime.from <= regime.to));
    }
});
