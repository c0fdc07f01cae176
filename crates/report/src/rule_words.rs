//! The rule language's words, for the terminal and for programs.

use lab::{RuleGroup, RuleWord};
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::wrap;

const WIDTH: usize = 80;
/// The longest form of one line; units and warm-ups stand behind it.
const FORM: usize = 32;

/// The words by family, at most 80 columns wide: form, unit, warm-up, meaning, example.
pub fn rule_words(words: &[&RuleWord]) -> String {
    let mut blocks = Vec::new();
    for group in RuleGroup::ALL {
        let mut of_group = words.iter().filter(|word| word.group == group).peekable();
        if of_group.peek().is_some() {
            blocks.push(group.title().to_uppercase() + "\n");
        }
        blocks.extend(of_group.map(|word| block(word)));
    }
    blocks.join("\n")
}

/// The grammar that the words stand in, at most 80 columns wide.
pub fn rule_grammar() -> String {
    let lines = lab::RULE_GRAMMAR.lines().map(|line| {
        let (symbol, meaning) = line.split_once('=').unwrap_or((line, ""));
        wrap(&format!("  {symbol}= "), meaning.trim(), WIDTH) + "\n"
    });
    format!("GRAMMAR\n{}", lines.collect::<Vec<_>>().concat())
}

fn block(word: &RuleWord) -> String {
    let facts = format!("{:14}  warm-up {}", word.unit, word.warm_up);
    let head = format!("  {:FORM$}{facts}", word.form);
    let meaning = wrap("      ", word.meaning, WIDTH);
    let example = wrap("      e.g. ", word.example, WIDTH);
    format!("{}\n{meaning}\n{example}\n", head.trim_end())
}

/// The same as one JSON document, ending with a newline.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn rule_words_json(words: &[&RuleWord]) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        grammar: &'a str,
        words: Vec<Word<'a>>,
    }
    #[derive(Serialize)]
    struct Word<'a> {
        name: &'a str,
        form: &'a str,
        group: &'a str,
        unit: &'a str,
        warm_up: &'a str,
        meaning: &'a str,
        example: &'a str,
        arguments: [usize; 2],
    }
    let word = |word: &&RuleWord| Word {
        name: word.name,
        form: word.form,
        group: word.group.title(),
        unit: word.unit,
        warm_up: word.warm_up,
        meaning: word.meaning,
        example: word.example,
        arguments: [*word.arity.start(), *word.arity.end()],
    };
    let document = Document {
        schema: SCHEMA,
        grammar: lab::RULE_GRAMMAR,
        words: words.iter().map(word).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_once_and_fits() {
        let all = lab::rule_words(None).unwrap();
        let text = rule_words(&all);
        for word in &all {
            let head = text.lines().find(|line| {
                line.strip_prefix("  ")
                    .is_some_and(|l| l.starts_with(word.form))
            });
            let head = head.unwrap_or_else(|| panic!("{} is not there", word.form));
            assert!(
                head.contains(word.unit) && head.ends_with(word.warm_up),
                "{head}"
            );
        }
        let wide = text.lines().find(|line| line.chars().count() > WIDTH);
        assert_eq!(wide, None);
        assert_eq!(text.matches(" e.g. ").count(), all.len());
    }

    #[test]
    fn programs_get_the_same() {
        let some = lab::rule_words(Some("roc")).unwrap();
        let document: serde_json::Value =
            serde_json::from_str(&rule_words_json(&some).unwrap()).unwrap();
        assert_eq!(document["words"][0]["name"], "roc");
        assert_eq!(document["words"][0]["arguments"], serde_json::json!([1, 2]));
        assert_eq!(document["words"][0]["unit"], "fraction");
    }
}
