//! Text from outside, made fit for a terminal: nothing that moves the cursor, changes colours, turns the
//! writing round or starts a line of its own.

use std::borrow::Cow;
use std::fmt::Write as _;

use lab::steers;

/// Bytes of an excerpt's longest line, and of the whole text, beyond which it is not shown.
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 1 << 16;

/// At most this many characters of a message.
const LONGEST_MESSAGE: usize = 600;

/// A message in one line, of a readable length, with what acts on a terminal spelt out.
pub(crate) fn message(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(LONGEST_MESSAGE) {
        if steers(c) {
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
        if steers(c) && !matches!(c, '\n' | '\r' | '\t') {
            shown.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            shown.push(c);
        }
    }
    Some(shown)
}

/// A whole output, lines and tabs as they are, everything else that acts on a terminal spelt `\u202e`: people can read it, and in
/// the strings of JSON, where alone it can stand there, it means the same. With `colour` our own colours pass.
///
/// Libraries refuse what steers in plans and claims; names of folders, events and series are not theirs to refuse.
pub(crate) fn output(text: &str, colour: bool) -> Cow<'_, str> {
    let layout = |c: char| matches!(c, '\n' | '\t');
    if !text.chars().any(|c| steers(c) && !layout(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = colour.then(|| painted(rest)).flatten();
        let (taken, after) = rest.split_at(length.unwrap_or(c.len_utf8()));
        rest = after;
        if length.is_some() || layout(c) || !steers(c) {
            shown.push_str(taken);
        } else {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        }
    }
    Cow::Owned(shown)
}

/// The bytes of the colour code that `text` begins with, if it does: `ESC [ digits and semicolons m`.
fn painted(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    inside[end..].starts_with('m').then_some(2 + end + 1)
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

    #[test]
    fn an_output_keeps_its_lines_and_our_colours_and_spells_out_the_rest() {
        assert_eq!(output("a\tb\nc −▁é", false), "a\tb\nc −▁é");
        assert_eq!(
            output("x\u{202e}y\r\u{7}", false),
            "x\\u202ey\\u000d\\u0007"
        );
        let painted = "\u{1b}[1;32mfine\u{1b}[0m\n";
        assert_eq!(output(painted, true), painted);
        assert_eq!(output(painted, false), "\\u001b[1;32mfine\\u001b[0m\n");
        // Anything but a colour is spelt out, whole or cut off.
        for (text, shown) in [
            ("\u{1b}[2J", "\\u001b[2J"),
            ("\u{1b}]0;title\u{7}", "\\u001b]0;title\\u0007"),
            ("\u{1b}[31", "\\u001b[31"),
            ("\u{1b}", "\\u001b"),
            ("\u{9b}31m", "\\u009b31m"),
        ] {
            assert_eq!(output(text, true), shown);
        }
    }
}
