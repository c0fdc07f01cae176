//! Standard output and standard error.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use clap::ValueEnum;

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

/// Prints a report that tells of results, in colours if standard output wants them. Documents and files go by [`print()`] and never do.
pub(crate) fn results(text: &str) -> Result<(), Failure> {
    print(&if colour_on_stdout() {
        Cow::Owned(report::paint(text))
    } else {
        Cow::Borrowed(text)
    })
}

/// The same of a report whose signs are distances and changes, not gains and losses.
pub(crate) fn readings(text: &str) -> Result<(), Failure> {
    print(&if colour_on_stdout() {
        Cow::Owned(report::paint_words(text))
    } else {
        Cow::Borrowed(text)
    })
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` or `TERM=dumb` is set; `CLICOLOR_FORCE` colours pipes too.
    #[default]
    Auto,
    /// Always, pipes included.
    Always,
    /// Never.
    Never,
}

static CHOSEN: OnceLock<Colour> = OnceLock::new();

/// Keeps what `--color` says; what is printed before it is known goes by the environment.
pub(crate) fn choose(colour: Colour) {
    // The arguments are read once.
    let _ = CHOSEN.set(colour);
}

/// Whether standard output wants colour.
pub(crate) fn colour_on_stdout() -> bool {
    wanted(chosen(), io::stdout().is_terminal(), variable)
}

/// Whether standard error wants colour.
pub(crate) fn colour_on_stderr() -> bool {
    wanted(chosen(), io::stderr().is_terminal(), variable)
}

fn chosen() -> Colour {
    CHOSEN.get().copied().unwrap_or_default()
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The usual conventions (no-color.org, bixense.com/clicolors): what was asked for on the command line comes first, then `NO_COLOR`, then
/// `CLICOLOR_FORCE`, then whether it is a terminal that knows colours. Empty variables are none.
fn wanted(chosen: Colour, terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is = |name: &str, value: &str| variable(name).is_some_and(|found| found == value);
    match chosen {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if variable("NO_COLOR").is_some() => false,
        Colour::Auto if variable("CLICOLOR_FORCE").is_some() && !is("CLICOLOR_FORCE", "0") => true,
        Colour::Auto => terminal && !is("TERM", "dumb") && !is("CLICOLOR", "0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_last_is_heard_first() {
        let ask = |chosen, terminal, set: &[(&str, &str)]| {
            wanted(chosen, terminal, |name| {
                let found = set.iter().find(|(n, _)| *n == name);
                found.map(|(_, value)| OsString::from(value))
            })
        };
        let (no, force) = (("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"));
        for terminal in [true, false] {
            assert!(ask(Colour::Always, terminal, &[no]));
            assert!(!ask(Colour::Never, terminal, &[force]));
            assert_eq!(ask(Colour::Auto, terminal, &[]), terminal);
            assert!(!ask(Colour::Auto, terminal, &[no]));
            assert!(!ask(Colour::Auto, terminal, &[no, force]));
            assert!(ask(Colour::Auto, terminal, &[force, ("TERM", "dumb")]));
            let zero = ("CLICOLOR_FORCE", "0");
            assert_eq!(ask(Colour::Auto, terminal, &[zero]), terminal);
            for dull in [("TERM", "dumb"), ("CLICOLOR", "0")] {
                assert!(!ask(Colour::Auto, terminal, &[dull]));
            }
        }
        assert!(ask(
            Colour::Auto,
            true,
            &[("TERM", "xterm"), ("CLICOLOR", "1")]
        ));
    }
}
