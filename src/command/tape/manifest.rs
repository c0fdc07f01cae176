//! `stormproof tape manifest`.

use tape::Tape;

use crate::args::ManifestArgs;
use crate::door::Failure;
use crate::out;

pub(super) fn manifest(args: &ManifestArgs) -> Result<(), Failure> {
    let tape = Tape::open(&args.tape)?;
    let files = tape.write_manifest()?;
    out::print(&format!(
        "{}: {files} files listed\n",
        args.tape.join("manifest.json").display()
    ))
}
