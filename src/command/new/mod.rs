//! `stormproof new`.

use std::path::{Path, PathBuf};

use crate::args::{EdgeName, NewArgs};
use crate::door::Failure;
use crate::out;

/// Writes a commented scenario for the edge.
pub(crate) fn run(args: &NewArgs) -> Result<(), Failure> {
    let name = args.edge.name();
    let path = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
    if path == Path::new("-") {
        return out::print(&text(args.edge, "my-plan.toml"));
    }
    report::write_text(
        &path,
        &text(args.edge, &path.display().to_string()),
        args.force,
    )?;
    out::note(&format!(
        "wrote {0}\nnext: stormproof check {0}, then stormproof run {0}",
        path.display()
    ));
    Ok(())
}

/// The scenario, whose comments call it by the name it is given.
fn text(edge: EdgeName, file: &str) -> String {
    let (text, shipped_as) = match edge {
        EdgeName::MeanReversion => (
            include_str!("../../../scenarios/mean-reversion.toml"),
            "scenarios/mean-reversion.toml",
        ),
        EdgeName::GapMomentum => (
            include_str!("../../../scenarios/gap-momentum.toml"),
            "scenarios/gap-momentum.toml",
        ),
        EdgeName::IronCondor => (
            include_str!("../../../scenarios/iron-condor.toml"),
            "scenarios/iron-condor.toml",
        ),
        EdgeName::Rules => (include_str!("rules.toml"), "my-plan.toml"),
    };
    // A name may hold anything but the end of a comment's line.
    let plain: String = file.chars().filter(|&c| !lab::steers(c)).collect();
    text.replace(shipped_as, &plain)
}
