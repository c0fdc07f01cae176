//! A review as a file's text, and what may have happened to it since.

use xxhash_rust::xxh3::xxh3_128;

use super::found::{Review, SCHEMA};
use crate::error::Error;

/// What is wrong with a file among reviews.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Two branches met in it.
    #[error("it holds conflict markers of a merge")]
    Conflict,
    /// A newer program wrote it.
    #[error("its schema is {found}; this program knows {SCHEMA}")]
    Newer {
        /// What it says.
        found: u64,
    },
    /// No review at all, or one that was cut off.
    #[error("it is no review: {0}")]
    NoReview(String),
    /// Its text is not what was written.
    #[error("it was edited: its checksum does not fit its text")]
    Edited,
    /// Its name is another's.
    #[error("it is a copy or was renamed: it holds the review {0}")]
    Misnamed(String),
}

impl Damage {
    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Conflict => {
                "reviews are never changed, so both sides are whole: take either, or restore it from version control; --ignore-damaged goes on without it"
            }
            Self::Newer { .. } => {
                "use that version of stormproof; --ignore-damaged goes on without it"
            }
            Self::Misnamed(_) => {
                "give it that name back, or take the copy away; --ignore-damaged goes on without it"
            }
            Self::NoReview(_) | Self::Edited => {
                "restore it from version control; --ignore-damaged goes on without it"
            }
        }
    }
}

const KEY: &str = "\"checksum\": \"";

/// The text with its checksum's value taken out, and that value. The last one counts: texts in a review may say anything.
fn parted(text: &str) -> Option<(String, &str)> {
    let from = text.rfind(KEY)? + KEY.len();
    let rest = &text[from..];
    let to = rest.find('"')?;
    let (value, after) = rest.split_at(to);
    Some((format!("{}{after}", &text[..from]), value))
}

fn checksum(text: &str) -> String {
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

/// The review as it is written: JSON, sorted by nothing but its own order, ending with a newline, its checksum filled in.
///
/// # Errors
/// None that a user can cause.
pub fn to_text(review: &Review) -> Result<String, Error> {
    let bare = Review {
        checksum: String::new(),
        ..review.clone()
    };
    let text = serde_json::to_string_pretty(&bare).map_err(|error| unwritable(&error))? + "\n";
    let sum = checksum(&text);
    let at = text.rfind(KEY).map_or(text.len(), |at| at + KEY.len());
    Ok(format!("{}{sum}{}", &text[..at], &text[at..]))
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::fit(
        format!("the review cannot be put into JSON: {error}"),
        "this is a defect of stormproof; please report it",
    )
}

/// Reads what [`to_text`] wrote, from the file `name`. Line ends that version control changed do not count as an edit.
///
/// # Errors
/// [`Damage`].
pub fn read_text(name: &str, text: &str) -> Result<Review, Damage> {
    let text = text.replace("\r\n", "\n");
    let marks = ["<<<<<<< ", ">>>>>>> "];
    if text
        .lines()
        .any(|line| marks.iter().any(|mark| line.starts_with(mark)))
    {
        return Err(Damage::Conflict);
    }
    let no_review = |error: &serde_json::Error| Damage::NoReview(error.to_string());
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|e| no_review(&e))?;
    match value.get("schema").and_then(serde_json::Value::as_u64) {
        None => return Err(Damage::NoReview("it has no schema".to_owned())),
        Some(found) if found > u64::from(SCHEMA) => return Err(Damage::Newer { found }),
        Some(_) => {}
    }
    // Before its keys are looked at: what was edited may lack some.
    match parted(&text) {
        Some((bare, sum)) if checksum(&bare) == sum => {}
        _ => return Err(Damage::Edited),
    }
    let review: Review = serde_json::from_value(value).map_err(|e| no_review(&e))?;
    if name == review.file {
        Ok(review)
    } else {
        Err(Damage::Misnamed(review.file))
    }
}

/// The file name of a review: its date and a fingerprint of what it says of the plan, whatever it was compared with. The same
/// review has the same name on every machine; another has another.
///
/// # Errors
/// None that a user can cause.
pub fn name_of(review: &Review) -> Result<String, Error> {
    let core = Review {
        file: String::new(),
        formerly: Vec::new(),
        earlier: Vec::new(),
        changes: None,
        checksum: String::new(),
        ..review.clone()
    };
    let text = serde_json::to_string(&core).map_err(|error| unwritable(&error))?;
    let sum = checksum(&text);
    Ok(format!("{}-{}.json", review.as_of, &sum[..12]))
}

/// True for names that reviews have.
pub fn is_name(name: &str) -> bool {
    let Some((date, rest)) = name.split_at_checked(10) else {
        return false;
    };
    let sum = rest
        .strip_prefix('-')
        .and_then(|rest| rest.strip_suffix(".json"));
    let hex = |sum: &str| sum.len() == 12 && sum.bytes().all(|b| b.is_ascii_hexdigit());
    date.parse::<market::Date>().is_ok() && sum.is_some_and(hex)
}
