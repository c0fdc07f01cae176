//! `stormproof rules`.

use crate::args::{Format, RulesArgs};
use crate::door::Failure;
use crate::out;

/// Prints the words of the rule language.
pub(crate) fn run(args: &RulesArgs) -> Result<(), Failure> {
    let words = lab::rule_words(args.word.as_deref())?;
    out::print(&match args.format {
        Format::Table => report::rule_words(&words),
        Format::Json => report::rule_words_json(&words)?,
    })
}
