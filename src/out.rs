//! Standard output and standard error.

use std::io::{self, IsTerminal as _, Write as _};

use crate::door::Failure;
use crate::plain;

/// Writes `text` to standard output, but for our own colours without anything that acts on a terminal. A reader that has gone away (`| head`) has had what it wanted.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let text = plain::output(text, colour_on_stdout());
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Failure::Output),
    }
}

/// Writes a line to standard error; if that cannot be, there is nowhere left to say so.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether standard output wants colour.
pub(crate) fn colour_on_stdout() -> bool {
    io::stdout().is_terminal() && colour_allowed()
}

/// Whether standard error wants colour.
pub(crate) fn colour_on_stderr() -> bool {
    io::stderr().is_terminal() && colour_allowed()
}

fn colour_allowed() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !no_color && !dumb
}
