//! Regimes: named windows of the past.

use std::collections::BTreeMap;

use market::{Date, SessionTable, steers};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, InputError, did_you_mean};
use crate::scenario::Document;

/// The regimes that ship with Stormproof.
const SHIPPED: &str = include_str!("../../../scenarios/regimes.toml");

/// A named window; both dates belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regime {
    /// What reports call it.
    pub name: String,
    /// First date.
    pub from: Date,
    /// Last date.
    pub to: Date,
    /// What happened then, in a few words.
    pub storm: String,
    /// Stretches between its dates that do not belong to it, both dates of each included: of *history*, the regimes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<(Date, Date)>,
}

impl Regime {
    /// What *history* is called, here and on the command line.
    pub const HISTORY: &'static str = "history";

    /// A window that has no name but its dates.
    pub fn unnamed(from: Date, to: Date) -> Self {
        Self::named(&format!("{from} to {to}"), from, to)
    }

    /// A window of a name.
    pub fn named(name: &str, from: Date, to: Date) -> Self {
        Self {
            name: name.to_owned(),
            from,
            to,
            storm: String::new(),
            without: Vec::new(),
        }
    }

    /// All of `from` to `to` outside `regimes`: where plans are searched for, while the regimes gate what was found.
    pub fn history(from: Date, to: Date, regimes: &[Regime]) -> Self {
        let mut without: Vec<_> = regimes.iter().flat_map(Self::spans).collect();
        without.retain(|span| span.from <= to && span.to >= from);
        without.sort_by_key(|span| (span.from, span.to));
        Self {
            storm: "everything outside the regimes".to_owned(),
            without: without
                .into_iter()
                .map(|span| (span.from, span.to))
                .collect(),
            ..Self::named(Self::HISTORY, from, to)
        }
    }

    /// The stretches it consists of, oldest first, each without holes: itself, unless it has some.
    pub fn spans(&self) -> Vec<Regime> {
        let mut spans = Vec::new();
        let mut from = Some(self.from);
        for &(first, last) in &self.without {
            let end = first.pred_opt().map(|end| end.min(self.to));
            if let Some((start, end)) = from.zip(end)
                && start <= end
            {
                spans.push(self.span(start, end));
            }
            from = from
                .zip(last.succ_opt())
                .map(|(start, after)| start.max(after));
        }
        if let Some(start) = from.filter(|start| *start <= self.to) {
            spans.push(self.span(start, self.to));
        }
        spans
    }

    /// The first `share` of its sessions, and the rest: in sample and out of sample. `None` if one of them is empty.
    pub fn split(&self, share: f64) -> Option<(Regime, Regime)> {
        let sessions = SessionTable::covering(self.from, self.to);
        let inside = |date: Date| {
            let gap = |&(first, last): &(Date, Date)| first <= date && date <= last;
            date >= self.from && date <= self.to && !self.without.iter().any(gap)
        };
        let dates = sessions.as_slice().iter().map(|session| session.date);
        let dates: Vec<Date> = dates.filter(|&date| inside(date)).collect();
        let first = (dates.len() as f64 * share).round() as usize;
        let (last, begins) = (dates.get(first.checked_sub(1)?)?, dates.get(first)?);
        let part = |name: &str, from, to| Regime {
            name: name.to_owned(),
            from,
            to,
            ..self.clone()
        };
        Some((
            part("in-sample", self.from, *last),
            part("out-of-sample", *begins, self.to),
        ))
    }

    fn span(&self, from: Date, to: Date) -> Regime {
        Regime {
            from,
            to,
            without: Vec::new(),
            ..self.clone()
        }
    }

    /// How messages call it: `regime q4-2018 (2018-10-01 to 2018-12-31)`, or a bare window.
    pub fn title(&self) -> String {
        let dates = format!("{} to {}", self.from, self.to);
        if self.name == dates {
            format!("window {dates}")
        } else {
            format!("regime {} ({dates})", self.name)
        }
    }
}

/// Regimes by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regimes {
    by_name: BTreeMap<String, Regime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(deserialize_with = "date")]
    from: Date,
    #[serde(deserialize_with = "date")]
    to: Date,
    #[serde(default)]
    storm: String,
}

/// A TOML date, or the same as text.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    use serde::de::Error as _;
    let value = toml::Value::deserialize(deserializer)?;
    let text = match &value {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text.clone(),
        other => {
            return Err(D::Error::custom(format!(
                "expected a date like 2018-10-01, found {}",
                other.type_str()
            )));
        }
    };
    text.parse()
        .map_err(|_| D::Error::custom(format!("expected a date like 2018-10-01, found \"{text}\"")))
}

impl Regimes {
    /// The regimes that ship with Stormproof.
    ///
    /// # Errors
    /// None that a user can cause: the text is part of the program, and a test reads it.
    pub fn shipped() -> Result<Self, InputError> {
        Self::parse("the shipped regimes", SHIPPED)
    }

    /// Reads regimes from TOML: a table a regime, with `from`, `to` and `storm`.
    ///
    /// # Errors
    /// With line and column: syntax, unknown keys, dates that are none, a window that ends before it
    /// begins.
    pub fn parse(source: &str, text: &str) -> Result<Self, InputError> {
        let document = Document::parse(source, text, &[])?;
        let mut by_name = BTreeMap::new();
        for (name, value) in document.table() {
            let path = [name.clone()];
            let Some(table) = value.as_table() else {
                let help = "write a table: [my-window], then from = 2019-01-02 and to = 2019-06-28";
                return Err(document.error_at(
                    &path,
                    format!("`{name}` is no regime"),
                    Some(help.to_owned()),
                ));
            };
            let Written { from, to, storm } = document.read(&[name], table.clone(), &[])?;
            // Both stand in tables on the terminal.
            if let Some(found) = name.chars().chain(storm.chars()).find(|&c| steers(c)) {
                let message = format!("regime {name:?} has the control character {found:?}");
                let help =
                    "write its name and `storm` in letters, digits and punctuation, on one line";
                return Err(document.error_at(&path, message, Some(help.to_owned())));
            }
            if to < from {
                let message = format!("regime `{name}` ends on {to}, before it begins on {from}");
                return Err(document.error_at(&path, message, Some("swap the dates".to_owned())));
            }
            by_name.insert(
                name.clone(),
                Regime {
                    storm,
                    ..Regime::named(name, from, to)
                },
            );
        }
        Ok(Self { by_name })
    }

    /// These regimes, with those of `other` added; `other` wins where names are equal.
    #[must_use]
    pub fn with(mut self, other: Regimes) -> Self {
        self.by_name.extend(other.by_name);
        self
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &Regime> {
        self.by_name.values()
    }

    /// The regimes of these names, in this order, each once.
    ///
    /// # Errors
    /// A name that is not known, with the nearest that is.
    pub fn pick(&self, names: &[String]) -> Result<Vec<Regime>, Error> {
        let mut picked: Vec<Regime> = Vec::with_capacity(names.len());
        for name in names {
            let regime = self.by_name.get(name).ok_or_else(|| self.unknown(name))?;
            if !picked.contains(regime) {
                picked.push(regime.clone());
            }
        }
        Ok(picked)
    }

    fn unknown(&self, name: &str) -> Error {
        let known: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
        let near = did_you_mean(name, known.iter().copied());
        let hint = near
            .map(|near| format!("did you mean `{near}`? "))
            .unwrap_or_default();
        Error::fit(
            format!("no regime is called `{name}`"),
            format!(
                "{hint}known: {}; add your own in a regimes.toml beside the scenario",
                known.join(", ")
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_regimes_are_those_of_the_spec() {
        let regimes = Regimes::shipped().unwrap();
        let window = |name: &str| {
            let regime = &regimes.pick(&[name.to_owned()]).unwrap()[0];
            format!("{} {}", regime.from, regime.to)
        };
        assert_eq!(window("q4-2018"), "2018-10-01 2018-12-31");
        assert_eq!(window("covid-2020"), "2020-02-18 2020-06-30");
        assert_eq!(window("tightening-2022"), "2022-01-03 2022-12-30");
        assert_eq!(window("svb-2023"), "2023-03-01 2023-05-31");
        assert_eq!(regimes.all().count(), 7);
    }

    #[test]
    fn history_is_what_the_regimes_leave() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let regime = |from, to| Regime::unnamed(day(from), day(to));
        // Out of order, one overlapping another, one reaching beyond the end, one before the beginning.
        let storms = [
            regime("2020-02-18", "2020-06-30"),
            regime("2018-10-01", "2018-12-31"),
            regime("2018-12-24", "2019-01-31"),
            regime("2022-06-01", "2023-01-31"),
            regime("2001-01-01", "2001-12-31"),
        ];
        let history = Regime::history(day("2018-01-02"), day("2022-12-30"), &storms);
        let spans = |regime: &Regime| -> Vec<String> {
            let told = |span: Regime| format!("{} {}", span.from, span.to);
            regime.spans().into_iter().map(told).collect()
        };
        assert_eq!(
            spans(&history),
            [
                "2018-01-02 2018-09-30",
                "2019-02-01 2020-02-17",
                "2020-07-01 2022-05-31"
            ]
        );
        assert_eq!(spans(&storms[1]), ["2018-10-01 2018-12-31"]);
        let all = Regime::history(day("2018-11-01"), day("2018-11-30"), &storms);
        assert!(spans(&all).is_empty());
    }

    #[test]
    fn own_regimes_are_added_and_win() {
        let own = Regimes::parse("own.toml", "[mine]\nfrom = \"2019-01-02\"\nto = 2019-02-01\n[calm-2017]\nfrom = 2017-05-01\nto = 2017-06-30\n").unwrap();
        let all = Regimes::shipped().unwrap().with(own);
        assert_eq!(
            all.pick(&["mine".into()]).unwrap()[0].to.to_string(),
            "2019-02-01"
        );
        assert_eq!(
            all.pick(&["calm-2017".into()]).unwrap()[0].from.to_string(),
            "2017-05-01"
        );
    }

    #[test]
    fn mistakes_are_placed() {
        let error = |text: &str| Regimes::parse("r.toml", text).unwrap_err().to_string();
        assert_eq!(
            error("[a]\nfrom = 2019-01-02\nto = 2018-01-02\n"),
            "r.toml:1:2: regime `a` ends on 2018-01-02, before it begins on 2019-01-02"
        );
        assert_eq!(
            error("[a]\nfrom = 2019-01-02\n"),
            "r.toml:1:2: `a.to` is missing"
        );
        assert_eq!(
            error("[a]\nform = 2019-01-02\n"),
            "r.toml:2:1: unknown key `a.form`"
        );
        assert!(error("[a]\nfrom = 3\nto = 2018-01-02\n").contains("expected a date"));
        let unknown = Regimes::shipped()
            .unwrap()
            .pick(&["covid".into()])
            .unwrap_err();
        assert!(
            matches!(unknown, Error::Fit { help, .. } if help.contains("did you mean `covid-2020`"))
        );
    }
}
