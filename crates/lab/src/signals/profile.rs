//! Profiles by name, from files and from plans.

use signals::{BreadthSource, Profile};
use toml::Table;

use crate::error::{Error, InputError, did_you_mean};
use crate::scenario::Document;

/// The profiles that ship with the program, by name.
const SHIPPED: [(&str, &str); 4] = [
    (
        "iwm",
        include_str!("../../../../scenarios/profiles/iwm.toml"),
    ),
    (
        "kre",
        include_str!("../../../../scenarios/profiles/kre.toml"),
    ),
    (
        "qqq",
        include_str!("../../../../scenarios/profiles/qqq.toml"),
    ),
    (
        "xbi",
        include_str!("../../../../scenarios/profiles/xbi.toml"),
    ),
];

/// A checked profile, and what to call it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedProfile {
    /// `iwm`, or the file it was read from.
    pub name: String,
    /// Every parameter.
    pub profile: Profile,
}

impl NamedProfile {
    /// The names of the shipped profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// The shipped profile of that name, in whatever case.
    ///
    /// # Errors
    /// [`Error::Fit`] for a name that is not known, with the nearest that is.
    pub fn shipped(name: &str) -> Result<Self, Error> {
        let wanted = name.to_lowercase();
        let Some((name, text)) = SHIPPED.iter().find(|(known, _)| *known == wanted) else {
            let near = did_you_mean(&wanted, Self::names());
            let hint = near.map(|near| format!("did you mean `{near}`? "));
            let known: Vec<&str> = Self::names().collect();
            return Err(Error::fit(
                format!("no profile is called `{name}`, and no file either"),
                format!(
                    "{}shipped: {}; or name a file of your own, see docs/signals.md",
                    hint.unwrap_or_default(),
                    known.join(", ")
                ),
            ));
        };
        Ok(Self::parse(name, text)?)
    }

    /// Reads a profile file: the keys of [`Profile`], each with IWM's value where it is left out.
    ///
    /// # Errors
    /// With line and column: syntax, unknown keys, values out of range, thresholds out of order.
    pub fn parse(source: &str, text: &str) -> Result<Self, InputError> {
        let document = Document::parse(source, text, &[])?;
        Self::read(source, &document, &[], document.table().clone())
    }

    /// The `[signals]` table of a plan; one without it goes by IWM's profile.
    ///
    /// # Errors
    /// As [`parse`](NamedProfile::parse). The rest of the plan is not judged.
    pub fn of_plan(source: &str, text: &str) -> Result<Self, InputError> {
        let document = Document::parse(source, text, &[])?;
        let table = match document.table().get("signals") {
            None => Table::new(),
            Some(toml::Value::Table(table)) => table.clone(),
            Some(_) => {
                let help = "write a table: [signals], then its keys as in a profile file";
                return Err(document.error_at(
                    &["signals".to_owned()],
                    "`signals` is no table",
                    Some(help.to_owned()),
                ));
            }
        };
        Self::read(source, &document, &["signals"], table)
    }

    fn read(
        source: &str,
        document: &Document<'_>,
        prefix: &[&str],
        table: Table,
    ) -> Result<Self, InputError> {
        let profile: Profile = document.read(prefix, table, &[])?;
        profile.check().map_err(|error| {
            let below = error.key.split('.');
            let path: Vec<String> = prefix
                .iter()
                .copied()
                .chain(below)
                .map(str::to_owned)
                .collect();
            let message = format!(
                "`{}` is {}; expected {}",
                path.join("."),
                error.found,
                error.expected
            );
            document.error_at(&path, message, Some(error.remedy.to_owned()))
        })?;
        Ok(Self {
            name: source.to_owned(),
            profile,
        })
    }

    /// The universe that breadth is counted from, if it is.
    pub(super) fn universe(&self) -> Option<&str> {
        match &self.profile.breadth.source {
            BreadthSource::Universe(name) => Some(name),
            BreadthSource::Series(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_iwm_profile_is_the_default_written_out() {
        let iwm = NamedProfile::shipped("IWM").unwrap();
        assert_eq!(iwm.profile, Profile::default());
        // Written out: every key stands in the file, none is left to the default.
        let (_, text) = SHIPPED[0];
        let written: Table = text.parse().unwrap();
        let default = Table::try_from(Profile::default()).unwrap();
        let keys = |table: &Table| -> Vec<String> {
            let inner = |(name, value): (&String, &toml::Value)| match value.as_table() {
                None => vec![name.clone()],
                Some(inner) => inner.keys().map(|key| format!("{name}.{key}")).collect(),
            };
            table.iter().flat_map(inner).collect()
        };
        assert_eq!(keys(&written), keys(&default));
    }

    #[test]
    fn every_shipped_profile_reads_its_own_symbol() {
        for name in NamedProfile::names() {
            let read = NamedProfile::shipped(name).unwrap();
            assert_eq!(read.profile.symbol.to_lowercase(), name);
        }
    }

    #[test]
    fn a_name_nobody_knows_is_refused_with_the_nearest() {
        let error = NamedProfile::shipped("iwn").unwrap_err();
        assert!(
            matches!(&error, Error::Fit { help, .. } if help.contains("did you mean `iwm`?")),
            "{error:?}"
        );
    }

    #[test]
    fn mistakes_are_placed() {
        let error = |text: &str| NamedProfile::parse("p.toml", text).unwrap_err();
        let unknown = error("[trend]\nfast_session = 9\n");
        assert_eq!(
            unknown.to_string(),
            "p.toml:2:1: unknown key `trend.fast_session`"
        );
        assert!(
            unknown
                .help
                .unwrap()
                .contains("did you mean `fast_sessions`?")
        );
        assert_eq!(
            error("symbol = \"QQQ\"\n\n[breadth]\nbullish_pct = 130\n").to_string(),
            "p.toml:4:1: `breadth.bullish_pct` is 130; expected 0 to 100"
        );
        assert_eq!(
            error("[trend]\nfast_sessions = 63\n").to_string(),
            "p.toml:2:1: `trend.fast_sessions` is 63; expected fewer than trend.slow_sessions, 63"
        );
        assert!(
            error("[breadth]\nsource = { univers = \"r2k\" }\n")
                .to_string()
                .starts_with("p.toml:2:1: `breadth.source"),
        );
        assert!(error("[trend\n").to_string().starts_with("p.toml:1:"));
    }

    #[test]
    fn a_plan_brings_its_own() {
        let plan = "name = \"x\"\n[instrument]\nsymbol = \"KRE\"\n";
        let read = NamedProfile::of_plan("plan.toml", plan).unwrap().profile;
        assert_eq!(read, Profile::default());
        let plan = format!("{plan}[signals.trend]\nfast_sessions = 10\n");
        let read = NamedProfile::of_plan("plan.toml", &plan).unwrap().profile;
        assert_eq!(
            (read.symbol.as_str(), read.trend.fast_sessions),
            ("IWM", 10)
        );
        let plan = format!("{plan}slow_sessions = 0\n");
        let error = NamedProfile::of_plan("plan.toml", &plan).unwrap_err();
        assert_eq!(
            error.to_string(),
            "plan.toml:6:1: `signals.trend.slow_sessions` is 0; expected 1 to 2520"
        );
    }
}
