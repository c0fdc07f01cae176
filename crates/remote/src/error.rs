//! What can go wrong with a remote place.

use object_store::Error as StoreError;

/// A problem, and the URL it was met at.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {problem}")]
pub struct RemoteError {
    /// The place or object.
    pub url: String,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

/// Why something remote could not be read. Each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The URL names no place this program can reach.
    #[error(
        "{0}; expected s3://bucket/prefix, gs://bucket/prefix, az://container/prefix or http(s)://host/prefix"
    )]
    Url(String),
    /// Settings from the environment that do not go together.
    #[error(
        "cannot be set up ({0}); check the AWS_, GOOGLE_ or AZURE_ variables of the environment"
    )]
    Settings(String),
    /// There is no such bucket, or no such object.
    #[error("there is nothing there; check the bucket's name and the prefix")]
    Missing,
    /// The place holds no object.
    #[error("there is no object below it; check the prefix, or upload the tape's folder there")]
    Empty,
    /// A web server without a manifest.
    #[error(
        "there is no manifest.json; a web server cannot list its files: run `stormproof tape manifest --tape DIR` and upload the file with the tape"
    )]
    NoManifest,
    /// A manifest that cannot be understood.
    #[error("the manifest cannot be read ({0}); make it again with `stormproof tape manifest`")]
    Manifest(String),
    /// Not allowed, or the credentials are wrong.
    #[error("access is denied ({0}); check the credentials and what they may read")]
    Denied(String),
    /// The object is not as long as it was listed.
    #[error(
        "it has {found} bytes where {listed} were listed: it was changed; do it again, after `stormproof tape manifest` where there is one"
    )]
    Changed {
        /// Bytes by the listing.
        listed: u64,
        /// Bytes it has.
        found: u64,
    },
    /// The answer ended early.
    #[error(
        "{found} of {wanted} bytes arrived; the connection or the object is cut off: do it again"
    )]
    Short {
        /// Bytes asked for.
        wanted: u64,
        /// Bytes that came.
        found: u64,
    },
    /// The server answers ranges with something else.
    #[error("the server does not answer requests for a range of bytes ({0}); use one that does")]
    NoRanges(String),
    /// No answer: no network, a wrong host, a server that is down or slow.
    #[error(
        "no usable answer ({0}); check the network, the host's name and the endpoint, then do it again"
    )]
    Unreachable(String),
}

pub(crate) fn at(url: &str, problem: Problem) -> RemoteError {
    RemoteError {
        url: url.to_owned(),
        problem,
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let detail = innermost(&error);
        match error {
            StoreError::NotFound { .. } => Problem::Missing,
            StoreError::PermissionDenied { .. } | StoreError::Unauthenticated { .. } => {
                Problem::Denied(detail)
            }
            StoreError::NotSupported { .. } => Problem::NoRanges(detail),
            // A listing wraps the status in text.
            other => {
                let text = other.to_string();
                if text.contains("404 Not Found") {
                    Problem::Missing
                } else if text.contains("403 Forbidden") || text.contains("401 Unauthorized") {
                    Problem::Denied(detail)
                } else {
                    Problem::Unreachable(detail)
                }
            }
        }
    }
}

/// Longest excerpt of what a server said.
const MOST_CHARACTERS: usize = 160;

/// The innermost cause on one line: the layers above it repeat the URL, the tries and the clock.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let text = cause.to_string();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().take(MOST_CHARACTERS).collect();
    if shown.len() < line.len() {
        shown + " …"
    } else {
        shown
    }
}
