//! From a byte of a text's content to its place in the TOML that quotes it.

use std::ops::Range;

/// The bytes of `literal` (a TOML string with its quotes) from which the bytes `span` of its content came.
///
/// TOML quotes texts in four ways: `"…"` and `"""…"""` with escapes, `'…'` and `'''…'''` without; a line break right
/// behind three quotes is not part of the content, nor are those that a backslash at the end of a line swallows.
pub(super) fn place(literal: &str, span: &Range<usize>) -> Range<usize> {
    let (open, escapes) = if literal.starts_with("\"\"\"") {
        (3, true)
    } else if literal.starts_with("'''") {
        (3, false)
    } else {
        (1, literal.starts_with('"'))
    };
    let body = literal.get(open..).unwrap_or("");
    let skipped = if open == 3 {
        let windows = usize::from(body.starts_with("\r\n"));
        windows + usize::from(body[windows..].starts_with('\n'))
    } else {
        0
    };
    let mut walk = Walk {
        literal,
        at: (open + skipped).min(literal.len()),
        content: 0,
        escapes,
    };
    walk.to(span.start);
    let start = walk.past_swallowed();
    let end = walk.to(span.end).max(start);
    start..end
}

struct Walk<'a> {
    literal: &'a str,
    /// The byte of the literal.
    at: usize,
    /// The byte of the content it stands for.
    content: usize,
    escapes: bool,
}

impl Walk<'_> {
    /// Goes on to a byte of the content; gives the byte of the literal.
    fn to(&mut self, wanted: usize) -> usize {
        while self.content < wanted {
            let Some(next) = self.literal[self.at..].chars().next() else {
                break;
            };
            if self.escapes && next == '\\' {
                self.escape();
            } else {
                self.at += next.len_utf8();
                self.content += next.len_utf8();
            }
        }
        self.at
    }

    /// Goes on past line breaks that are swallowed right here.
    fn past_swallowed(&mut self) -> usize {
        let swallows = |rest: &str| {
            let mut next = rest.chars();
            next.next() == Some('\\') && next.next().is_some_and(char::is_whitespace)
        };
        while self.escapes && swallows(&self.literal[self.at..]) {
            self.escape();
        }
        self.at
    }

    fn escape(&mut self) {
        let rest = &self.literal[self.at + 1..];
        let (length, stands_for) = match rest.chars().next() {
            Some('u') => (6, unicode(rest, 4)),
            Some('U') => (10, unicode(rest, 8)),
            Some('x') => (4, unicode(rest, 2)),
            // The line break and the blanks that follow are swallowed.
            Some(c) if c.is_whitespace() => {
                let blanks = rest.len() - rest.trim_start().len();
                (1 + blanks, 0)
            }
            Some(c) => (1 + c.len_utf8(), 1),
            None => (1, 0),
        };
        self.at = (self.at + length).min(self.literal.len());
        while !self.literal.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.content += stands_for;
    }
}

/// How many bytes the character of so many hexadecimal digits takes.
fn unicode(rest: &str, digits: usize) -> usize {
    rest.get(1..=digits)
        .and_then(|hex| u32::from_str_radix(hex, 16).ok())
        .and_then(char::from_u32)
        .map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::place;

    /// The part of the literal behind the first `word` of its content.
    fn under<'a>(literal: &'a str, word: &str) -> &'a str {
        let content = toml::from_str::<toml::Table>(&format!("x = {literal}")).unwrap();
        let content = content["x"].as_str().unwrap();
        let at = content.find(word).unwrap();
        &literal[place(literal, &(at..at + word.len()))]
    }

    #[test]
    fn the_place_is_found_behind_every_kind_of_quotes() {
        assert_eq!(under("\"a < bad\"", "bad"), "bad");
        assert_eq!(under("'a < bad'", "bad"), "bad");
        assert_eq!(under("\"\"\"\na <\n bad\"\"\"", "bad"), "bad");
        assert_eq!(under("'''\r\na < bad'''", "bad"), "bad");
        assert_eq!(under(r#""a \"x\" \u00e9 \t bad""#, "bad"), "bad");
        assert_eq!(under("\"\"\"a \\\n    bad\"\"\"", "bad"), "bad");
        assert_eq!(under("\"é bad\"", "bad"), "bad");
        assert_eq!(under(r#""\u00e9""#, "é"), r"\u00e9");
    }

    #[test]
    fn a_place_beyond_the_end_is_the_end() {
        assert_eq!(place("\"ab\"", &(2..2)), 3..3);
        assert_eq!(place("\"ab\"", &(9..12)), 4..4);
        assert_eq!(place("", &(0..1)), 0..0);
    }
}
