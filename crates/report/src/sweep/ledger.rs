//! Every trial ever made of a plan, kept beside the results: what a finding has to be weighed against.
//!
//! Each sweep leaves a file of its own, `trials/SWEEP.parquet`, with a number for every combination it tried and its
//! Sharpe ratio. Files are only added, so folders can be merged by copying. A combination tried twice with the same
//! values is one trial; reached by other axes it counts again, which flatters least.

use std::fs;
use std::path::{Path, PathBuf};

use lab::Origin;
use lab::sweep::{Manifest, PlanFacts};
use table::{Column, Dest, Options, Reader, Table};
use xxhash_rust::xxh3::Xxh3Default;

use super::error::SweepError;
use super::results::Results;
use crate::error::ReportError;

/// The folder of trials, beside the folders of results.
pub const TRIALS: &str = "trials";
const PLAN: &str = "plan";
const ORIGIN: &str = "origin_of_tape";
const WINDOWS: &str = "searched";

/// Trials by their number, ascending, each once, with their Sharpe ratio a session; NaN where they have none, or where it is
/// of other windows: ratios of a quarter vary more than those of twenty years, and say nothing of the latter.
#[derive(Clone, Debug, Default)]
pub struct Trials(Vec<(u64, f64)>);

/// The trials of a plan on a kind of tape.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
}

impl Ledger {
    /// The ledger beside a folder of results.
    pub fn beside(results: &Path) -> Self {
        let parent = match results.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Self {
            folder: parent.join(TRIALS),
        }
    }

    /// Notes the trials of a sweep, as far as it has come: those of `files`. Replaces what the same sweep noted before.
    ///
    /// # Errors
    /// A full disk for one; what was noted before stays.
    pub fn note<'r>(
        &self,
        manifest: &Manifest,
        files: impl Iterator<Item = Result<Results, SweepError>> + 'r,
        shard: &str,
    ) -> Result<(), SweepError> {
        let mut trials = Trials::default();
        for file in files {
            trials.add(&file?)?;
        }
        trials.settle();
        if trials.0.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = trials.0.iter().map(|(n, _)| n.cast_signed()).collect();
        let sharpes: Vec<f64> = trials.0.iter().map(|(_, sharpe)| *sharpe).collect();
        let shard = shard.replace('/', "-of-");
        let path = self.folder.join(format!(
            "{}-{}-{shard}.parquet",
            name_of(&manifest.plan.name),
            manifest.digest()
        ));
        let table = Table::new()
            .column("trial", Column::integer(numbers))
            .column("sharpe_per_session", Column::number_or_nan(sharpes))
            .fact(PLAN, &key(&manifest.plan)?)
            .fact(ORIGIN, &origin(&manifest.tape.origin))
            .fact("tape", &manifest.tape.fingerprint)
            .fact(WINDOWS, &searched_in(manifest)?);
        Ok(table.write_atomic(&path, &Options::default())?)
    }

    /// All trials that were noted of this plan on this kind of tape, each once.
    ///
    /// # Errors
    /// A file of the ledger that cannot be read: a trial that is not counted flatters.
    pub fn ever(&self, manifest: &Manifest) -> Result<Trials, SweepError> {
        let mut trials = Trials::default();
        if !self.folder.exists() {
            return Ok(trials);
        }
        let entries = fs::read_dir(&self.folder);
        let entries = entries.map_err(ReportError::io("look into", &self.folder))?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(ReportError::io("look into", &self.folder))?
                .path();
            if path.extension().is_some_and(|end| end == "parquet") {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let reader = Reader::open(&path)?;
            let ours = reader.fact(PLAN) == Some(key(&manifest.plan)?.as_str())
                && reader.fact(ORIGIN) == Some(origin(&manifest.tape.origin).as_str());
            if !ours {
                continue;
            }
            let (mut numbers, mut sharpes) = (Vec::new(), Vec::new());
            let mut wanted = [
                ("trial", Dest::Integer(&mut numbers)),
                ("sharpe_per_session", Dest::MaybeNumber(&mut sharpes)),
            ];
            reader.read_all(&mut wanted, 1)?;
            let alike = reader.fact(WINDOWS) == Some(searched_in(manifest)?.as_str());
            let numbers = numbers.iter().map(|n| n.cast_unsigned());
            let known = |sharpe: Option<f64>| sharpe.filter(|_| alike).unwrap_or(f64::NAN);
            let sharpes = sharpes.into_iter().map(known);
            trials.0.extend(numbers.zip(sharpes));
        }
        trials.settle();
        Ok(trials)
    }
}

impl Trials {
    /// How many.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Their Sharpe ratios a session, of those that have one.
    pub fn sharpes(&self) -> Vec<f64> {
        let sharpes = self.0.iter().map(|(_, sharpe)| *sharpe);
        sharpes.filter(|sharpe| !sharpe.is_nan()).collect()
    }

    /// Sorts them and drops those that are there twice.
    fn settle(&mut self) {
        self.0
            .sort_by_key(|(number, sharpe)| (*number, sharpe.is_nan()));
        self.0.dedup_by_key(|(number, _)| *number);
    }

    /// Adds the combinations of a file of results.
    fn add(&mut self, results: &Results) -> Result<(), SweepError> {
        let manifest = results.manifest();
        let (windows, searched) = (manifest.windows.len(), manifest.searched);
        let windows_searched = searched_in(manifest)?;
        let mut names: Vec<String> = results.parameters().map(str::to_owned).collect();
        names.sort();
        for group in 0..results.groups() {
            let columns: Result<Vec<Vec<String>>, SweepError> = names
                .iter()
                .map(|name| results.words(group, name))
                .collect();
            let columns = columns?;
            let of = |name: &str| results.numbers(group, name);
            let moments = [of("sharpe")?, of("volatility")?, of("sessions")?];
            let rows = moments[0].len();
            for first in (0..rows).step_by(windows.max(1)) {
                let mut hash = Xxh3Default::new();
                hash.update(manifest.plan.fingerprint.as_bytes());
                hash.update(windows_searched.as_bytes());
                for (name, column) in names.iter().zip(&columns) {
                    hash.update(name.as_bytes());
                    hash.update(&[0]);
                    hash.update(column[first].as_bytes());
                    hash.update(&[0]);
                }
                let windows = (first..first + searched).map(|row| {
                    let value = |n: usize| moments[n].get(row).copied().flatten();
                    (value(0), value(1), value(2))
                });
                self.0
                    .push((hash.digest(), pooled(windows).unwrap_or(f64::NAN)));
            }
        }
        Ok(())
    }
}

/// The Sharpe ratio a session over several windows as one, from that of each, its volatility and its sessions.
fn pooled(windows: impl Iterator<Item = (Option<f64>, Option<f64>, Option<f64>)>) -> Option<f64> {
    const YEAR: f64 = 252.0;
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let (mut count, mut only) = (0, None);
    for (sharpe, volatility, sessions) in windows {
        let sessions = sessions?;
        n += sessions;
        count += 1;
        let ratio = sharpe.map(|sharpe| sharpe / YEAR.sqrt());
        only = ratio;
        // A window in which nothing moved has returns of 0.
        if let Some((ratio, volatility)) = ratio.zip(volatility) {
            let deviation = volatility / YEAR.sqrt();
            let mean = ratio * deviation;
            sum += sessions * mean;
            squares += (sessions - 1.0) * deviation * deviation + sessions * mean * mean;
        }
    }
    if count == 1 {
        return only;
    }
    let mean = sum / n;
    let variance = (squares - n * mean * mean) / (n - 1.0);
    let ratio = mean / variance.sqrt();
    (variance > 0.0 && ratio.is_finite()).then_some(ratio)
}

/// The windows that trials were judged on.
fn searched_in(manifest: &Manifest) -> Result<String, SweepError> {
    Ok(serde_json::to_string(
        &manifest.windows[..manifest.searched.min(manifest.windows.len())],
    )?)
}

fn key(plan: &PlanFacts) -> Result<String, SweepError> {
    let told = [&plan.name, &plan.strategy, &plan.symbol, &plan.interval];
    Ok(serde_json::to_string(&told)?)
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Real => "real".to_owned(),
        Origin::Simulated { seed } => format!("simulated {seed}"),
    }
}

/// A plan's name as part of a file's.
pub fn name_of(plan: &str) -> String {
    let fit = |c: char| {
        if c.is_alphanumeric() || c == '-' {
            c
        } else {
            '-'
        }
    };
    plan.chars().map(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::pooled;

    #[test]
    fn windows_are_pooled_by_their_sums() {
        // Returns 1 %, −1 %, 2 % and 0 %, 3 %: the ratio of all five from those of the two parts.
        let parts = [vec![0.01, -0.01, 0.02], vec![0.0, 0.03]];
        let ratio = |returns: &[f64]| {
            let n = returns.len() as f64;
            let mean = returns.iter().sum::<f64>() / n;
            let variance = returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0);
            (mean / variance.sqrt(), variance.sqrt())
        };
        let year = 252.0_f64.sqrt();
        let told = parts.iter().map(|part| {
            let (ratio, deviation) = ratio(part);
            (
                Some(ratio * year),
                Some(deviation * year),
                Some(part.len() as f64),
            )
        });
        let expected = ratio(&parts.concat()).0;
        assert!((pooled(told).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn what_never_moved_has_no_ratio() {
        assert_eq!(pooled([(None, None, Some(63.0))].into_iter()), None);
        assert_eq!(pooled([(None, None, Some(63.0)); 3].into_iter()), None);
    }
}
