//! A tape's manifest: what a web server, which cannot list, is to be asked for.

use std::fs;
use std::io::Write as _;

use remote::{MANIFEST, Object};
use table::AtomicFile;

use crate::error::TapeError;
use crate::layout::Sort;
use crate::store::Store;
use crate::tape::Tape;

pub(crate) fn write(tape: &Tape) -> Result<usize, TapeError> {
    let root = match &tape.store {
        Store::Folder(root) => root,
        Store::Embedded(_) => return Err(TapeError::ReadOnly),
        Store::Remote(_) => return Err(TapeError::RemoteWrite { url: tape.name() }),
    };
    let mut objects = Vec::new();
    for sort in Sort::ALL {
        for path in tape.store.parquet_below(sort.as_str())? {
            let place = root.join(&path);
            let facts = fs::metadata(&place);
            let bytes = facts.map_err(TapeError::io(place.display().to_string(), "read"))?;
            objects.push(Object {
                bytes: bytes.len(),
                path,
            });
        }
    }
    let place = root.join(MANIFEST);
    let name = place.display().to_string();
    let mut file = AtomicFile::create(&place)?;
    let text = remote::manifest(&objects);
    file.write_all(text.as_bytes())
        .map_err(TapeError::io(name, "write"))?;
    file.commit()?;
    Ok(objects.len())
}
