//! The rule language's words, looked up as a person asks for them.

use language::{ENTRIES, Entry};

use crate::error::{Error, did_you_mean};

/// The words that `asked` names: all of them if `None`, else those whose name is that, or whose name before a dot is
/// (`session` gives `session.open` and the others).
///
/// # Errors
/// [`Error::Fit`] for a word the language does not have, with the nearest one.
pub fn rule_words(asked: Option<&str>) -> Result<Vec<&'static Entry>, Error> {
    let Some(asked) = asked else {
        return Ok(ENTRIES.iter().collect());
    };
    // Written as a rule writes it, too: `roc(3)`, `session.`.
    let word = asked.split('(').next().unwrap_or(asked);
    let word = word.trim().trim_end_matches('.');
    let before_dot = |entry: &Entry| entry.name.split_once('.').is_some_and(|(a, _)| a == word);
    let found: Vec<&Entry> = ENTRIES
        .iter()
        .filter(|entry| entry.name == word || before_dot(entry))
        .collect();
    if found.is_empty() {
        let near = did_you_mean(word, ENTRIES.iter().map(|entry| entry.name));
        let hint = near.map(|near| format!("did you mean `{near}`? "));
        return Err(Error::fit(
            format!("the rule language has no word `{word}`"),
            format!(
                "{}`stormproof rules` lists them all",
                hint.unwrap_or_default()
            ),
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(asked: &str) -> Vec<&'static str> {
        let found = rule_words(Some(asked)).unwrap();
        found.iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn words_are_found_as_they_are_written() {
        assert_eq!(rule_words(None).unwrap().len(), ENTRIES.len());
        assert_eq!(names("roc"), ["roc"]);
        assert_eq!(names(" roc(10)"), ["roc"]);
        assert_eq!(names("session.open"), ["session.open"]);
        let session = names("session");
        assert_eq!(session.len(), 4);
        assert!(session.iter().all(|name| name.starts_with("session.")));
    }

    #[test]
    fn an_unknown_word_is_told_the_nearest() {
        let Err(Error::Fit { message, help }) = rule_words(Some("hihgest")) else {
            panic!("a word that is none was found");
        };
        assert_eq!(message, "the rule language has no word `hihgest`");
        assert!(help.contains("did you mean `highest`?"), "{help}");
        let Err(Error::Fit { help, .. }) = rule_words(Some("")) else {
            panic!("nothing was found");
        };
        assert!(help.contains("lists them all"), "{help}");
    }
}
