//! Ranged bytes of objects on S3, Google Cloud Storage, Azure and plain web servers.
//!
//! A [`Remote`] is a place of many objects under one URL. It lists them once and then hands out ranges of their bytes:
//! neighbouring ranges in one request, distant ones in parallel. It never writes.
//!
//! The calls block; the small runtime behind them is nobody else's affair. Nothing here reads the environment: the
//! caller hands the variables over, [`Remote::open`] says which are meant. (Proxies are the exception: the transport
//! takes them from the variables every program takes them from.)

mod connector;
mod error;
mod manifest;
mod place;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, coalesce_ranges};
use tokio::runtime::Runtime;

pub use error::{Problem, RemoteError};
pub use manifest::{MANIFEST, manifest};

/// Bytes between two ranges up to which they are fetched as one: what a fast line brings in the time of one request.
const GAP_BYTES: u64 = 64 * 1024;

/// An object of a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its path from the place's root, with slashes.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What went over the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests answered, tries among them.
    pub requests: u64,
    /// Bytes of the answers' bodies.
    pub bytes: u64,
}

/// The traffic so far, shared with the transport.
#[derive(Debug, Default)]
struct Meter {
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// A place of objects, open for reading.
#[derive(Clone, Debug)]
pub struct Remote(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    url: String,
    store: Box<dyn ObjectStore>,
    root: Path,
    /// The place cannot list: its manifest says what there is.
    by_manifest: bool,
    meter: Arc<Meter>,
    runtime: Runtime,
}

/// True for what is meant as a URL of such a place, well formed or not: it has a scheme before `://`.
pub fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

impl Remote {
    /// The place at `s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`, `http://host/prefix` or
    /// `https://host/prefix`. Nothing is asked of it yet.
    ///
    /// Of `variables`, those that begin with `AWS_`, `GOOGLE_` or `AZURE_` are used, as the vendors' own tools name them
    /// (keys, tokens, region, `AWS_ENDPOINT_URL`). Without credentials among them, requests are not signed: public
    /// places answer those.
    ///
    /// # Errors
    /// [`Problem::Url`], [`Problem::Settings`].
    pub fn open(
        url: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Remote, RemoteError> {
        let variables: Vec<(String, String)> = variables.into_iter().collect();
        let meter = Arc::new(Meter::default());
        let place =
            place::open(url, &variables, &meter).map_err(|problem| error::at(url, problem))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|e| error::at(url, Problem::Settings(e.to_string())))?;
        Ok(Remote(Arc::new(Inner {
            url: url.trim_end_matches('/').to_owned(),
            store: place.store,
            root: place.root,
            by_manifest: place.by_manifest,
            meter,
            runtime,
        })))
    }

    /// The URL it was opened with, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The URL of an object.
    pub fn url_of(&self, path: &str) -> String {
        format!("{}/{path}", self.0.url)
    }

    /// What went over the line so far.
    pub fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.0.meter.requests.load(Ordering::Relaxed),
            bytes: self.0.meter.bytes.load(Ordering::Relaxed),
        }
    }

    /// Every object of the place, sorted by path. A web server cannot be asked that: there the file [`MANIFEST`] at
    /// the root tells it.
    ///
    /// # Errors
    /// Any [`Problem`] but [`Problem::Changed`].
    pub fn list(&self) -> Result<Vec<Object>, RemoteError> {
        let inner = &*self.0;
        let found = if inner.by_manifest {
            self.listed_in_manifest()?
        } else {
            let listing = inner.store.list(Some(&inner.root)).try_collect::<Vec<_>>();
            let found = inner.runtime.block_on(listing);
            let found = found.map_err(|e| error::at(&inner.url, Problem::from(e)))?;
            found
                .into_iter()
                .filter_map(|meta| {
                    let parts = meta.location.prefix_match(&inner.root)?;
                    let names: Vec<String> = parts.map(|p| p.as_ref().to_owned()).collect();
                    Some(Object {
                        path: names.join("/"),
                        bytes: meta.size,
                    })
                })
                .collect()
        };
        if found.is_empty() {
            return Err(error::at(&inner.url, Problem::Empty));
        }
        let mut found = found;
        found.sort();
        Ok(found)
    }

    fn listed_in_manifest(&self) -> Result<Vec<Object>, RemoteError> {
        let inner = &*self.0;
        let url = self.url_of(MANIFEST);
        let fetched = self.location(MANIFEST).and_then(|location| {
            let bytes = async { inner.store.get(&location).await?.bytes().await };
            inner.runtime.block_on(bytes).map_err(Problem::from)
        });
        match fetched {
            Ok(bytes) => manifest::parse(&bytes).map_err(|e| error::at(&url, e)),
            Err(Problem::Missing) => Err(error::at(&inner.url, Problem::NoManifest)),
            Err(problem) => Err(error::at(&url, problem)),
        }
    }

    /// The bytes of `ranges` of an object of `size` bytes, in the order asked for.
    ///
    /// # Errors
    /// [`Problem::Changed`] if the object has another size by now, and those of any request.
    pub fn ranges(
        &self,
        path: &str,
        size: u64,
        ranges: &[Range<u64>],
    ) -> Result<Vec<Bytes>, RemoteError> {
        let inner = &*self.0;
        let fetched = self.location(path).and_then(|location| {
            let location = &location;
            let fetch = |range| inner.range(location, size, range);
            inner
                .runtime
                .block_on(coalesce_ranges(ranges, fetch, GAP_BYTES))
        });
        fetched.map_err(|problem| error::at(&self.url_of(path), problem))
    }

    fn location(&self, path: &str) -> Result<Path, Problem> {
        let whole = format!("{}/{path}", self.0.root);
        Path::parse(whole.trim_start_matches('/')).map_err(|e| Problem::Url(e.to_string()))
    }
}

impl Inner {
    async fn range(&self, at: &Path, size: u64, range: Range<u64>) -> Result<Bytes, Problem> {
        let wanted = range.end - range.start;
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let answer = self.store.get_opts(at, options).await?;
        if answer.meta.size != size {
            return Err(Problem::Changed {
                listed: size,
                found: answer.meta.size,
            });
        }
        let bytes = answer.bytes().await?;
        if bytes.len() as u64 == wanted {
            Ok(bytes)
        } else {
            Err(Problem::Short {
                wanted,
                found: bytes.len() as u64,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_told_from_a_folder() {
        for url in ["s3://b", "http://host/x", "ftp://host", "azure+x://c"] {
            assert!(is_url(url), "{url}");
        }
        for folder in ["", "tape", "./s3/b", "C:\\tape", "://b", "a b://c", "s3:/b"] {
            assert!(!is_url(folder), "{folder}");
        }
    }
}
