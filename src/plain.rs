//! Text from outside, made fit for a terminal: nothing that moves the cursor, changes colours, turns the
//! writing round or starts a line of its own.

/// Bytes of an excerpt's longest line, and of the whole text, beyond which it is not shown.
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 1 << 16;

/// At most this many characters of a message.
const LONGEST_MESSAGE: usize = 600;

/// True for characters that act on a terminal instead of showing.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// A message in one line, of a readable length, with what acts on a terminal spelt out.
pub(crate) fn message(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(LONGEST_MESSAGE) {
        if acts(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    if text.chars().nth(LONGEST_MESSAGE).is_some() {
        shown.push('…');
    }
    shown
}

/// A text to quote lines from, every byte still in its place; `None` if it would flood the screen.
pub(crate) fn excerpt(text: &str) -> Option<String> {
    if text.len() > LONGEST_TEXT || text.lines().any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) && !matches!(c, '\n' | '\r' | '\t') {
            shown.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            shown.push(c);
        }
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_act_on_the_terminal() {
        assert_eq!(message("a\u{1b}[31mb\r\nc"), "a\\u{1b}[31mb\\u{d}\\u{a}c");
        assert_eq!(message("x\u{202e}y é ≥"), "x\\u{202e}y é ≥");
    }

    #[test]
    fn a_message_is_cut_where_nobody_reads_on() {
        let cut = message(&"x".repeat(2000));
        assert_eq!((cut.chars().count(), cut.ends_with('…')), (601, true));
    }

    #[test]
    fn an_excerpt_keeps_every_byte_in_its_place() {
        let text = "name = \"\u{1b}[31m\u{202e}é\"\nnext = 1\n";
        let shown = excerpt(text).unwrap();
        assert_eq!(shown.len(), text.len());
        assert_eq!(shown, "name = \"?[31m???é\"\nnext = 1\n");
        assert_eq!(excerpt(&"x".repeat(500)), None);
    }
}
