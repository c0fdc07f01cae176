//! From what `--tape` says to a tape.

use std::path::Path;

use tape::Tape;

use crate::door::Failure;

/// The tape in a folder or behind a URL; the embedded one where none is named.
///
/// The one place that reads the environment for a tape: credentials and endpoints of remote ones, as docs/remote.md
/// lists them.
pub(crate) fn tape(named: Option<&Path>) -> Result<Tape, Failure> {
    let Some(place) = named else {
        return Ok(Tape::embedded());
    };
    match place.to_str().filter(|text| Tape::is_url(text)) {
        Some(url) => {
            // Variables that are no text are none of ours.
            let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            };
            Ok(Tape::open_remote(
                url,
                std::env::vars_os().filter_map(text),
            )?)
        }
        None => Ok(Tape::open(place)?),
    }
}
