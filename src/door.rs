//! How a command ends: the message, and the exit code.

use std::fmt;
use std::io;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
    SourceSpan,
};
use report::sweep::{RankingError, SweepError};
use report::{PageError, RecordError, ReportError};
use tape::TapeError;

use crate::{out, plain};

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong arguments, in clap's words.
    Usage(String),
    /// Something else the user gave is wrong.
    Input(Box<Problem>),
    /// Standard output could not be written to.
    Output(io::Error),
    /// The verdict is below the one demanded.
    Gate(String),
    /// Decisions changed when the future did.
    SawTheFuture(String),
    /// Stopped on request.
    Interrupted,
    /// The same, and what was done is kept.
    Kept,
    /// A panic: our own fault.
    Defect(String),
}

impl Failure {
    /// A problem in plain words.
    pub(crate) fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Failure::Input(Problem::new(&message.into(), Some(&help.into()), None))
    }

    const fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) | Failure::Input(_) | Failure::Output(_) => 2,
            Failure::Gate(_) => 3,
            Failure::SawTheFuture(_) | Failure::Defect(_) => 1,
            Failure::Interrupted | Failure::Kept => 130,
        }
    }
}

/// Says on standard error what went wrong, if anything, and gives the exit code.
pub(crate) fn conclude(result: Result<(), Failure>) -> u8 {
    let Err(failure) = result else { return 0 };
    match &failure {
        Failure::Usage(text) => out::note(text.trim_end()),
        Failure::Input(problem) => out::note(problem.show(out::colour_on_stderr()).trim_end()),
        Failure::Output(error) => {
            let help = "make room, or send the output elsewhere";
            let problem = Problem {
                message: format!("cannot write to standard output: {error}"),
                help: Some(help.to_owned()),
                excerpt: None,
            };
            out::note(problem.show(out::colour_on_stderr()).trim_end());
        }
        Failure::Gate(text) | Failure::SawTheFuture(text) => out::note(text),
        Failure::Interrupted => out::note("interrupted; nothing was written"),
        Failure::Kept => {
            out::note("interrupted; what is done is kept, and the same command goes on");
        }
        Failure::Defect(panic) => out::note(&format!(
            "stormproof {} failed by a defect of its own, not by your input. Please report this line, the\ncommand and the scenario: {panic}",
            env!("CARGO_PKG_VERSION")
        )),
    }
    failure.code()
}

/// A message, what to do, and where in a text it happened.
#[derive(Debug)]
pub(crate) struct Problem {
    message: String,
    help: Option<String>,
    excerpt: Option<(NamedSource<String>, SourceSpan)>,
}

impl Problem {
    /// What came from outside is made fit for a terminal here, and nowhere else.
    fn new(
        message: &str,
        help: Option<&str>,
        excerpt: Option<(NamedSource<String>, SourceSpan)>,
    ) -> Box<Self> {
        let help = help.map(plain::message);
        Box::new(Self {
            message: plain::message(message),
            help,
            excerpt,
        })
    }

    fn show(&self, colour: bool) -> String {
        let theme = if colour {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        // Not wrapped: a message in one line can be searched for.
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_wrap_lines(false)
            .with_width(100);
        let mut text = String::new();
        match handler.render_report(&mut text, self) {
            Ok(()) => text,
            Err(fmt::Error) => self.message.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let (source, _) = self.excerpt.as_ref()?;
        Some(source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span) = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            Some("here".to_owned()),
            *span,
        ))))
    }
}

impl From<lab::InputError> for Failure {
    fn from(error: lab::InputError) -> Self {
        let message = error.to_string();
        let source = plain::message(&error.source);
        let excerpt = error.excerpt.and_then(|e| {
            let text = plain::excerpt(&e.text)?;
            Some((NamedSource::new(source, text), SourceSpan::from(e.span)))
        });
        Failure::Input(Problem::new(&message, error.help.as_deref(), excerpt))
    }
}

impl From<lab::Error> for Failure {
    fn from(error: lab::Error) -> Self {
        match error {
            lab::Error::Input(error) => error.into(),
            lab::Error::Tape(error) => error.into(),
            lab::Error::Fit { message, help } => Failure::input(message, help),
            lab::Error::Interrupted => Failure::Interrupted,
        }
    }
}

impl From<TapeError> for Failure {
    fn from(error: TapeError) -> Self {
        let help = match &error {
            TapeError::Interrupted => return Failure::Interrupted,
            TapeError::Nothing { .. } => {
                Some("`stormproof tape import --help` lists the known files by their columns")
            }
            _ => error.help(),
        };
        Failure::Input(Problem::new(&error.to_string(), help, None))
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Interrupted => Failure::Interrupted,
            ReportError::Json(_) => Failure::Defect(error.to_string()),
            ReportError::NotOurs { .. }
            | ReportError::NoFolder { .. }
            | ReportError::Taken(_)
            | ReportError::NoFile(_)
            | ReportError::OtherFile(_)
            | ReportError::Io { .. }
            | ReportError::Table(_) => {
                Failure::Input(Problem::new(&error.to_string(), error.help(), None))
            }
        }
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        Failure::Input(Problem::new(&error.to_string(), Some(error.help()), None))
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Report(error) => error.into(),
            other => {
                let help = other.help();
                Failure::Input(Problem::new(&other.to_string(), help.as_deref(), None))
            }
        }
    }
}

impl From<PageError> for Failure {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Report(error) => error.into(),
            PageError::Sweep(error) => error.into(),
            other => {
                let help = other.help();
                Failure::Input(Problem::new(&other.to_string(), help.as_deref(), None))
            }
        }
    }
}

impl From<RankingError> for Failure {
    fn from(error: RankingError) -> Self {
        match error {
            RankingError::Name(error) => error.into(),
            RankingError::Condition(error) => error.into(),
        }
    }
}
