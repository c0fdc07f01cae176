//! From arguments to a scenario, its windows and its tape.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use lab::sweep::Written;
use lab::{Override, Regime, Regimes, Scenario};
use tape::{Sort, Tape};

use crate::args::PlanArgs;
use crate::door::Failure;

/// The scenarios that ship with the program, by name.
pub(crate) const SHIPPED: [(&str, &str); 7] = [
    (
        "mean-reversion",
        include_str!("../scenarios/mean-reversion.toml"),
    ),
    (
        "mean-reversion-prior-low",
        include_str!("../scenarios/mean-reversion-prior-low.toml"),
    ),
    (
        "mean-reversion-rules",
        include_str!("../scenarios/mean-reversion-rules.toml"),
    ),
    (
        "gap-momentum",
        include_str!("../scenarios/gap-momentum.toml"),
    ),
    (
        "gap-momentum-2022",
        include_str!("../scenarios/gap-momentum-2022.toml"),
    ),
    ("iron-condor", include_str!("../scenarios/iron-condor.toml")),
    (
        "mean-reversion-spread",
        include_str!("../scenarios/mean-reversion-spread.toml"),
    ),
];

/// No plan is longer; something else was named by mistake.
const MOST_BYTES: u64 = 1 << 20;

/// A plan ready to run.
pub(crate) struct Plan {
    /// The scenario.
    pub(crate) scenario: Scenario,
    /// Its text, for those who read it again with other values.
    pub(crate) written: Written,
    /// Its windows.
    pub(crate) regimes: Vec<Regime>,
    /// The tape.
    pub(crate) tape: Tape,
    /// What to say with the result.
    pub(crate) warnings: Vec<String>,
    /// True if no tape was named.
    pub(crate) on_embedded: bool,
}

impl Plan {
    /// Reads the files that `args` name.
    pub(crate) fn open(args: &PlanArgs) -> Result<Self, Failure> {
        let text = Text::of(&args.scenario)?;
        let set: Result<Vec<Override>, _> = args.set.iter().map(|set| set.parse()).collect();
        let written = Written {
            source: text.source.clone(),
            text: text.toml.clone(),
            set: set?,
        };
        let scenario = Scenario::parse(&written.source, &written.text, &written.set)?;
        let known = text.regimes()?;
        let tape = crate::place::tape(args.tape.as_deref())?;
        let mut plan = Plan {
            regimes: Vec::new(),
            warnings: Vec::new(),
            on_embedded: args.tape.is_none(),
            scenario,
            written,
            tape,
        };
        plan.regimes = match (&args.from, &args.to) {
            (Some(from), Some(to)) => vec![own_window(from, to)?],
            _ if args.regimes == ["all"] => plan.covered(&known)?,
            _ if args.regimes.is_empty() => known.pick(&plan.scenario.regimes)?,
            _ => plan.named(&known, named(&args.regimes)?)?,
        };
        Ok(plan)
    }

    /// The regimes of these names; `history` is all of the tape outside the scenario's own.
    fn named(&self, known: &Regimes, names: &[String]) -> Result<Vec<Regime>, Failure> {
        let mut picked: Vec<Regime> = Vec::new();
        for name in names {
            let regime = if name == Regime::HISTORY {
                let own = known.pick(&self.scenario.regimes)?;
                vec![lab::history([&self.scenario], &own, &self.tape)?]
            } else if let Some(dates) = name.strip_prefix("history=") {
                let own = known.pick(&self.scenario.regimes)?;
                let (from, to) = dates.split_once("..").unwrap_or((dates, ""));
                let window = own_window(from, to)?;
                vec![Regime::history(window.from, window.to, &own)]
            } else {
                known.pick(std::slice::from_ref(name))?
            };
            picked.extend(
                regime
                    .into_iter()
                    .filter(|regime| !picked.contains(regime))
                    .collect::<Vec<_>>(),
            );
        }
        Ok(picked)
    }

    /// Every regime inside the instrument's bars; the others are named with the result.
    fn covered(&mut self, known: &Regimes) -> Result<Vec<Regime>, Failure> {
        let instrument = &self.scenario.instrument;
        let bars = self.tape.catalog()?.into_iter().find(|entry| {
            entry.sort == Sort::Bars
                && entry.name.as_ref() == Some(&instrument.symbol)
                && entry.interval == Some(instrument.interval)
        });
        let span = bars.and_then(|entry| entry.first.zip(entry.last));
        let Some((first, last)) = span else {
            // Reading says better than we could what is missing.
            return Ok(known.all().cloned().collect());
        };
        let (inside, outside): (Vec<&Regime>, Vec<&Regime>) = known
            .all()
            .partition(|regime| first < regime.from && regime.to <= last);
        if inside.is_empty() {
            return Err(Failure::input(
                format!("no regime lies inside the tape's bars, which are {first} to {last}"),
                "give a window of your own: --from and --to",
            ));
        }
        self.warnings.extend(outside.iter().map(|regime| {
            format!(
                "regime {} ({} to {}) is left out: the tape's bars are {first} to {last}",
                regime.name, regime.from, regime.to
            )
        }));
        let mut inside: Vec<Regime> = inside.into_iter().cloned().collect();
        inside.sort_by(|a, b| (a.from, &a.name).cmp(&(b.from, &b.name)));
        Ok(inside)
    }
}

/// The names, each of which is one.
fn named(regimes: &[String]) -> Result<&[String], Failure> {
    let wrong = |what: &str| {
        let help = "separate names by single commas: --regimes q4-2018,covid-2020";
        Err(Failure::input(
            format!("--regimes {}: {what}", regimes.join(",")),
            help,
        ))
    };
    if regimes.iter().all(|name| name.trim().is_empty()) {
        return wrong("the list is empty");
    }
    if regimes.iter().any(|name| name.trim().is_empty()) {
        return wrong("a name is empty");
    }
    if regimes.iter().any(|name| name == "all") {
        return wrong("`all` stands alone, for every regime that the tape covers");
    }
    Ok(regimes)
}

fn own_window(from: &str, to: &str) -> Result<Regime, Failure> {
    let wrong = |option: &str, found: &str| {
        Failure::input(
            format!("{option} {found}: expected a date like 2019-01-02"),
            "write year, month and day with hyphens",
        )
    };
    let (first, last) = (
        from.parse().map_err(|_| wrong("--from", from))?,
        to.parse().map_err(|_| wrong("--to", to))?,
    );
    let regime = Regime::unnamed(first, last);
    if regime.to < regime.from {
        return Err(Failure::input(
            format!("--from {from} is after --to {to}"),
            "swap the dates",
        ));
    }
    Ok(regime)
}

/// A scenario's text and what to call it.
struct Text {
    source: String,
    toml: String,
    /// The regimes file beside it, if there is one.
    beside: Option<std::path::PathBuf>,
}

impl Text {
    /// The file at `path`; else the shipped scenario of that name.
    fn of(path: &Path) -> Result<Self, Failure> {
        let shipped = SHIPPED.iter().find(|(name, _)| path == Path::new(name));
        if let Some((name, text)) = shipped
            && !path.is_file()
        {
            return Ok(Self {
                source: format!("{name} (shipped)"),
                toml: (*text).to_owned(),
                beside: None,
            });
        }
        let text = read(path, "scenario")?;
        let beside = path.with_file_name("regimes.toml");
        Ok(Self {
            source: path.display().to_string(),
            toml: text,
            // Whatever it is: what cannot be read is refused, not passed over.
            beside: beside.symlink_metadata().is_ok().then_some(beside),
        })
    }

    fn regimes(&self) -> Result<Regimes, Failure> {
        let shipped = Regimes::shipped()?;
        let Some(path) = &self.beside else {
            return Ok(shipped);
        };
        let text = read(path, "regimes file")?;
        Ok(shipped.with(Regimes::parse(&path.display().to_string(), &text)?))
    }
}

/// What to call a scenario, and its text.
pub(crate) fn text(path: &Path) -> Result<(String, String), Failure> {
    let text = Text::of(path)?;
    Ok((text.source, text.toml))
}

pub(crate) fn read(path: &Path, what: &str) -> Result<String, Failure> {
    let name = path.display();
    // Opening a pipe waits for whoever writes into it, and no signal ends that wait.
    match fs::metadata(path) {
        Err(error) => return Err(unreadable(path, what, &error)),
        Ok(found) if !found.is_file() && !found.is_dir() => {
            return Err(Failure::input(
                format!("{name} is not a regular file; expected a {what}, a TOML file"),
                "save it as a file first",
            ));
        }
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let opened =
        File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = opened {
        return Err(unreadable(path, what, &error));
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::input(
            format!("{name} is larger than 1 MiB; expected a {what}, some kilobytes of TOML"),
            "check the path",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let above = String::from_utf8_lossy(&error.as_bytes()[..good]);
        let line = 1 + above.matches('\n').count();
        Failure::input(
            format!("{name}:{line}: byte {good} is not UTF-8; expected a {what}, a text in TOML"),
            "save it as UTF-8",
        )
    })?;
    if text.trim().is_empty() {
        return Err(Failure::input(
            format!("{name} is empty; expected a {what} in TOML"),
            match what {
                "claim" | "profile" => begin(what),
                _ => format!(
                    "let `stormproof new mean-reversion` write one, or {}",
                    begin(what)
                ),
            },
        ));
    }
    Ok(text)
}

fn unreadable(path: &Path, what: &str, error: &io::Error) -> Failure {
    let name = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Failure::input(
            format!("there is no {what} {name}"),
            format!("check the path, or {}", begin(what)),
        ),
        io::ErrorKind::IsADirectory => Failure::input(
            format!("{name} is a folder; expected a {what}, a TOML file"),
            "name a file in it",
        ),
        _ => Failure::input(
            format!("cannot read {name}: {error}"),
            "check its permissions",
        ),
    }
}

/// What to begin with instead of the file.
fn begin(what: &str) -> String {
    match what {
        "claim" => "start from a shipped claim: they are in scenarios/studies, and docs/study.md explains the form".to_owned(),
        "profile" => {
            let names: Vec<&str> = lab::signals::NamedProfile::names().collect();
            format!("start from a shipped profile: {}", names.join(", "))
        },
        _ => format!("start from a shipped plan: {}", SHIPPED.map(|(name, _)| name).join(", ")),
    }
}
