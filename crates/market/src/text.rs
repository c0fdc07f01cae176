//! Characters of strangers' text that do more than show.

/// True for characters that a terminal or a page obeys instead of showing: controls, line breaks among them, and those that
/// turn the direction of writing (Unicode's bidirectional marks, embeddings, overrides and isolates).
pub fn steers(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    c.is_control() || turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_and_what_shows() {
        for c in [
            '\u{1b}', '\n', '\t', '\r', '\u{7f}', '\u{9b}', '\u{61c}', '\u{200e}', '\u{200f}',
            '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}',
        ] {
            assert!(steers(c), "{c:?}");
        }
        // Neighbours of theirs, and letters that are written from right to left by themselves.
        for c in [
            ' ', 'é', '−', '\u{200d}', '\u{2029}', '\u{202f}', '\u{2065}', '\u{206a}', 'א', '▁',
        ] {
            assert!(!steers(c), "{c:?}");
        }
    }
}
