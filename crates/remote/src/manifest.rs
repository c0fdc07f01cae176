//! The list of a place's objects, for servers that cannot list.

use serde::{Deserialize, Serialize};

use crate::Object;
use crate::error::Problem;

/// The manifest's name, at the root of a place.
pub const MANIFEST: &str = "manifest.json";

const SCHEMA: u32 = 1;

#[derive(Deserialize, Serialize)]
struct Manifest {
    schema: u32,
    files: Vec<File>,
}

#[derive(Deserialize, Serialize)]
struct File {
    path: String,
    bytes: u64,
}

/// The text of a manifest of these objects, sorted by path: a JSON object with `schema` 1 and `files`, each with `path`
/// and `bytes`.
pub fn manifest(objects: &[Object]) -> String {
    let mut files: Vec<File> = objects
        .iter()
        .map(|object| File {
            path: object.path.clone(),
            bytes: object.bytes,
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let whole = Manifest {
        schema: SCHEMA,
        files,
    };
    // Strings and integers only: nothing of it can fail.
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Object>, Problem> {
    let wrong = |found: String| Problem::Manifest(found);
    let read: Manifest = serde_json::from_slice(bytes).map_err(|e| wrong(e.to_string()))?;
    if read.schema != SCHEMA {
        return Err(wrong(format!("schema {}, expected {SCHEMA}", read.schema)));
    }
    let mut objects = Vec::with_capacity(read.files.len());
    for file in read.files {
        let leaves = |part: &str| part.is_empty() || part == "." || part == "..";
        if file.path.split('/').any(leaves) {
            return Err(wrong(format!("the path `{}`", file.path)));
        }
        objects.push(Object {
            path: file.path,
            bytes: file.bytes,
        });
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(path: &str, bytes: u64) -> Object {
        Object {
            path: path.to_owned(),
            bytes,
        }
    }

    #[test]
    fn a_manifest_reads_back_sorted() {
        let text = manifest(&[object("b/x.parquet", 7), object("a.parquet", 0)]);
        assert!(text.ends_with("}\n"));
        let read = parse(text.as_bytes()).unwrap();
        assert_eq!(read, [object("a.parquet", 0), object("b/x.parquet", 7)]);
    }

    #[test]
    fn what_is_no_manifest_is_refused_with_what_was_found() {
        for (text, found) in [
            ("", "EOF"),
            ("<html>", "expected value"),
            (r#"{"schema":2,"files":[]}"#, "schema 2"),
            (
                r#"{"schema":1,"files":[{"path":"a/../b","bytes":1}]}"#,
                "a/../b",
            ),
            (r#"{"schema":1,"files":[{"path":"/a","bytes":1}]}"#, "`/a`"),
            (
                r#"{"schema":1,"files":[{"path":"a","bytes":-1}]}"#,
                "invalid value",
            ),
        ] {
            let told = parse(text.as_bytes()).unwrap_err().to_string();
            assert!(told.contains(found), "{text}: {told}");
        }
    }
}
