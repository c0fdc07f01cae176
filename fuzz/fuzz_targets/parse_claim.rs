//! Any text as a claim of a study, and as a profile of the signal layers: a checked one or one error, never a panic.

#![no_main]

use lab::signals::NamedProfile;
use lab::study::{Claim, ClaimSource};
use libfuzzer_sys::fuzz_target;

const PLAN: &str = include_str!("../../scenarios/mean-reversion.toml");

fn plan(name: &str) -> Option<ClaimSource> {
    (name != "none").then(|| ClaimSource {
        source: name.to_owned(),
        text: PLAN.to_owned(),
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(claim) = Claim::parse("fuzz.toml", text, &plan) {
        assert!(!claim.name.contains('\n'));
    }
    if let Ok(named) = NamedProfile::parse("fuzz.toml", text) {
        assert!(named.profile.check().is_ok());
        assert!(named.profile.warm_up() <= 10_000);
    }
});
