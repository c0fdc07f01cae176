//! The reviews that are kept beside a plan.

use market::Date;

use super::found::Review;
use super::made::{origin_of, origin_words};
use super::text::{is_name, read_text};
use crate::error::Error;

/// A file of the folder: its name, and its text or why that could not be read.
pub type Found = (String, Result<String, String>);

/// A review and the file it is kept in.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The file's name.
    pub name: String,
    /// What it says.
    pub review: Review,
}

/// Whose reviews are expected, and what is done about damaged ones.
#[derive(Clone, Debug, Default)]
pub struct ShelfOptions {
    /// The plan's name.
    pub plan: String,
    /// What it was called before.
    pub renamed_from: Option<String>,
    /// Goes on without what is damaged or missing, and says so.
    pub ignore_damaged: bool,
}

/// The reviews of one plan, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    kept: Vec<Kept>,
    formerly: Vec<String>,
    notes: Vec<String>,
    ignored: Vec<String>,
}

impl Shelf {
    /// From the files of `folder`: names with their texts, or with why they could not be read.
    ///
    /// # Errors
    /// The first file that is damaged, newer than this program, another plan's, or named by a later review and absent; unless
    /// they are to be ignored.
    pub fn read(
        folder: &str,
        mut files: Vec<Found>,
        options: &ShelfOptions,
    ) -> Result<Self, Error> {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let mut shelf = Self::default();
        for (name, text) in files {
            if !is_name(&name) {
                shelf
                    .notes
                    .push(format!("{folder}/{name} is no review: left alone"));
                continue;
            }
            match one(&name, text) {
                Ok(review) => shelf.kept.push(Kept { name, review }),
                Err((message, help)) => {
                    shelf.refuse(format!("{folder}/{name}: {message}"), &help, options)?;
                    shelf.ignored.push(name);
                }
            }
        }
        shelf.of_one_plan(folder, options)?;
        shelf.whole(folder, options)?;
        shelf.sort();
        shelf.of_one_beginning(folder)?;
        Ok(shelf)
    }

    fn sort(&mut self) {
        // Of one date, the one that knew the other is later.
        self.kept.sort_by(|a, b| {
            let key = |kept: &Kept| (kept.review.as_of, kept.review.earlier.len());
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
    }

    fn refuse(&mut self, message: String, help: &str, options: &ShelfOptions) -> Result<(), Error> {
        if options.ignore_damaged {
            self.notes.push(format!("ignored: {message}"));
            Ok(())
        } else {
            Err(Error::fit(message, help))
        }
    }

    /// Refuses reviews of other plans: a folder is one plan's.
    fn of_one_plan(&mut self, folder: &str, options: &ShelfOptions) -> Result<(), Error> {
        if let Some(old) = &options.renamed_from {
            let known =
                |kept: &Kept| kept.review.plan == *old || kept.review.formerly.contains(old);
            if !self.kept.iter().any(known) {
                return Err(Error::fit(
                    format!(
                        "--renamed-from {old}: {folder} holds no review of a plan of that name"
                    ),
                    "leave --renamed-from out, or name the folder of its reviews: --reviews",
                ));
            }
        }
        let mut names: Vec<String> = vec![options.plan.clone()];
        names.extend(options.renamed_from.clone());
        // Names that a review of this plan knew it by.
        for kept in &self.kept {
            if kept.review.plan == options.plan {
                names.extend(kept.review.formerly.iter().cloned());
            }
        }
        if let Some(other) = self
            .kept
            .iter()
            .find(|kept| !names.contains(&kept.review.plan))
        {
            let was = &other.review.plan;
            return Err(Error::fit(
                format!(
                    "{folder}/{} is a review of the plan `{was}`; this one is called `{}`",
                    other.name, options.plan
                ),
                format!(
                    "if it was renamed: --renamed-from \"{was}\"; else keep its reviews elsewhere: --reviews"
                ),
            ));
        }
        names.remove(0);
        names.retain(|name| *name != options.plan);
        names.sort();
        names.dedup();
        self.formerly = names;
        Ok(())
    }

    /// Refuses reviews that hold themselves against different baselines, or rest on different prices: two folders in one.
    fn of_one_beginning(&self, folder: &str) -> Result<(), Error> {
        let Some(first) = self.kept.first() else {
            return Ok(());
        };
        let help = format!(
            "keep those of one, and move the others to a folder of their own, where --reviews finds them; a review names what it was compared with under `earlier` ({folder})"
        );
        for kept in &self.kept {
            let (a, b) = (&first.review, &kept.review);
            let differ = |what: &str, one: String, other: String| {
                Err(Error::fit(
                    format!(
                        "{folder}/{} and {} {what}: {one} and {other}",
                        first.name, kept.name
                    ),
                    help.clone(),
                ))
            };
            if a.baseline.to != b.baseline.to {
                let [one, other] = [a, b].map(|review| review.baseline.to.to_string());
                return differ("have baselines to different dates", one, other);
            }
            if origin_of(a) != origin_of(b) {
                let [one, other] = [a, b].map(|review| origin_words(origin_of(review)));
                return differ("rest on different prices", one, other);
            }
        }
        Ok(())
    }

    /// Refuses a folder that lacks a review which a later one names.
    fn whole(&mut self, folder: &str, options: &ShelfOptions) -> Result<(), Error> {
        let named = self.kept.iter().flat_map(|kept| {
            let of = |name: &String| (name.clone(), kept.name.clone());
            kept.review.earlier.iter().map(of)
        });
        let mut missing: Vec<(String, String)> = named
            .filter(|(name, _)| self.named(name).is_none())
            .collect();
        missing.sort();
        missing.dedup_by(|a, b| a.0 == b.0);
        // What was just ignored as damaged is there, if not whole.
        missing.retain(|(name, _)| !self.notes.iter().any(|note| note.contains(name.as_str())));
        for (name, by) in missing {
            self.refuse(
                format!("{folder}/{name} is missing: {by} was compared with it"),
                "restore it from version control; --ignore-damaged goes on without it",
                options,
            )?;
        }
        Ok(())
    }

    /// The review of that file name.
    pub fn named(&self, name: &str) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.name == name)
    }

    /// All of them, oldest first.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// Those as of a date or before it, oldest first.
    pub fn by(&self, as_of: Date) -> impl Iterator<Item = &Kept> {
        self.kept
            .iter()
            .filter(move |kept| kept.review.as_of <= as_of)
    }

    /// What the plan was called before.
    pub fn formerly(&self) -> &[String] {
        &self.formerly
    }

    /// Files that are there and were left out as damaged.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// What a person should know of the folder.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where the first review froze the baseline.
    pub fn baseline_to(&self) -> Option<Date> {
        self.kept.first().map(|kept| kept.review.baseline.to)
    }

    /// Adds a review that was written.
    pub fn add(&mut self, kept: Kept) {
        if self.named(&kept.name).is_none() {
            self.kept.push(kept);
            self.sort();
        }
    }
}

fn one(name: &str, text: Result<String, String>) -> Result<Review, (String, String)> {
    let text = text.map_err(|message| {
        let help = "restore it from version control; --ignore-damaged goes on without it";
        (message, help.to_owned())
    })?;
    read_text(name, &text).map_err(|damage| (damage.to_string(), damage.help().to_owned()))
}
