//! `stormproof rules`.

use crate::args::{Format, RulesArgs};
use crate::door::Failure;
use crate::out;

/// Prints the words of the rule language.
pub(crate) fn run(args: &RulesArgs) -> Result<(), Failure> {
    if args.word.as_deref() == Some("grammar") && args.format == Format::Table {
        return out::print(&report::rule_grammar());
    }
    let words = lab::rule_words(args.word.as_deref().filter(|word| *word != "grammar"))?;
    out::print(&match args.format {
        Format::Table if args.word.is_none() => {
            format!("{}\n{}", report::rule_words(&words), report::rule_grammar())
        }
        Format::Table => report::rule_words(&words),
        Format::Json => report::rule_words_json(&words)?,
    })
}
