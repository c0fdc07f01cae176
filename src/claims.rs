//! From a name or a file to a claim.

use std::path::Path;

use lab::study::{Claim, ClaimSource};

use crate::door::Failure;
use crate::plan;

macro_rules! claims {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../scenarios/studies/", $name, ".toml")))),+]
    };
}

/// The claims that ship with the program, by name.
const SHIPPED: [(&str, &str); 19] = claims![
    "flight-setups",
    "lag-in-rally",
    "wider-atr",
    "washed-out-advances",
    "thin-rallies",
    "unmarked-momentum",
    "breakouts-fade",
    "slow-trades",
    "leads-risk-off",
    "narrowing-curve",
    "kre-days",
    "false-positives",
    "ema-convergence",
    "ism-gdp-days",
    "deeper-drawdowns",
    "outperformance",
    "three-day-declines",
    "gap-continuation",
    "calm-condors",
];

/// The shipped claim that `path` names, unless a file of that name is there.
pub(crate) fn shipped(path: &Path) -> Option<(&'static str, &'static str)> {
    let named = SHIPPED.iter().find(|(name, _)| path.to_str() == Some(name));
    named.copied().filter(|_| !path.is_file())
}

/// True of a claim that [`all_shipped`] read.
pub(crate) fn is_shipped(claim: &Claim) -> bool {
    SHIPPED.iter().any(|(name, _)| claim.source == source(name))
}

fn source(name: &str) -> String {
    format!("{name} (shipped)")
}

/// Every shipped claim, in the order of the list they came from.
///
/// # Errors
/// None: a test reads them all.
pub(crate) fn all_shipped() -> Result<Vec<Claim>, Failure> {
    let one = |(name, text): &(&str, &str)| {
        Ok(Claim::parse(&source(name), text, &|plan| {
            plan_of(plan, None)
        })?)
    };
    SHIPPED.iter().map(one).collect()
}

/// A claim in a file of the user's.
///
/// # Errors
/// What is wrong with it, at its place.
pub(crate) fn open(path: &Path) -> Result<Claim, Failure> {
    if !path.exists()
        && path.extension().is_none()
        && let Some(name) = path.to_str()
    {
        let names = SHIPPED.iter().map(|(name, _)| *name);
        let near = lab::did_you_mean(name, names.clone());
        let near = near.map_or(String::new(), |near| format!("did you mean {near}? "));
        return Err(Failure::input(
            format!("there is no claim {name}"),
            format!(
                "{near}shipped are: {}",
                names.collect::<Vec<_>>().join(", ")
            ),
        ));
    }
    let text = plan::read(path, "claim")?;
    let source = path.display().to_string();
    Ok(Claim::parse(&source, &text, &|plan| {
        plan_of(plan, path.parent())
    })?)
}

/// The plan a claim names: a shipped one, or a file by its path from the claim's folder.
fn plan_of(name: &str, folder: Option<&Path>) -> Option<ClaimSource> {
    let shipped = plan::SHIPPED.iter().find(|(shipped, _)| *shipped == name);
    if let Some((name, text)) = shipped {
        return Some(ClaimSource {
            source: format!("{name} (shipped)"),
            text: (*text).to_owned(),
        });
    }
    let path = folder?.join(name);
    let text = plan::read(&path, "scenario").ok()?;
    Some(ClaimSource {
        source: path.display().to_string(),
        text,
    })
}
