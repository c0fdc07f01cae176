//! From text to tokens.

use crate::error::{Fault, Span};

/// A rule longer than this is no rule a person wrote.
pub const MAX_BYTES: usize = 16 * 1024;

/// And one of more words than this neither; what reads it further may count on it.
pub const MAX_TOKENS: usize = 1000;

/// A word of the language, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A number as it stands: `0.025`, `1_000`.
    Number(f64),
    /// A percentage, as a fraction: `2.5%` is 0.025.
    Percent(f64),
    /// A time of day in New York, minutes after midnight: `09:45` is 585.
    Time(u32),
    /// Text in quotes.
    Text(String),
    /// A name or a word such as `and`.
    Word(String),
    /// An operator or a bracket.
    Sign(Sign),
}

/// Operators and brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `,`
    Comma,
    /// `.`
    Dot,
}

impl Sign {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Sign::Plus => "+",
            Sign::Minus => "-",
            Sign::Star => "*",
            Sign::Slash => "/",
            Sign::Less => "<",
            Sign::AtMost => "<=",
            Sign::Greater => ">",
            Sign::AtLeast => ">=",
            Sign::Equal => "==",
            Sign::Unequal => "!=",
            Sign::Open => "(",
            Sign::Close => ")",
            Sign::OpenBracket => "[",
            Sign::CloseBracket => "]",
            Sign::Comma => ",",
            Sign::Dot => ".",
        }
    }
}

/// The tokens of `text`.
///
/// # Errors
/// A character the language has no use for, a number or a time that is none, a text without its closing quote, a
/// rule of more than [`MAX_BYTES`].
pub fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    if text.len() > MAX_BYTES {
        let message = format!(
            "this expression is {} bytes long; at most {MAX_BYTES} are read",
            text.len()
        );
        return Err(Fault::new(0..0, message).help(TOO_LONG));
    }
    let mut scanner = Scanner { text, at: 0 };
    let mut found = Vec::new();
    while let Some(token) = scanner.next()? {
        if found.len() >= MAX_TOKENS {
            let message = format!("this expression has more than {MAX_TOKENS} words and signs");
            return Err(Fault::new(token.span, message).help(TOO_LONG));
        }
        found.push(token);
    }
    Ok(found)
}

const TOO_LONG: &str = "name its parts in [let] and use the names, or make several criteria of it";

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next(&mut self) -> Result<Option<Token>, Fault> {
        self.skip_blanks();
        let Some(first) = self.rest().chars().next() else {
            return Ok(None);
        };
        let start = self.at;
        let kind = if first.is_ascii_digit() {
            self.number()?
        } else if first.is_alphabetic() || first == '_' {
            TokenKind::Word(self.take(|c| c.is_alphanumeric() || c == '_'))
        } else if first == '"' || first == '\'' {
            self.quoted(first)?
        } else {
            self.sign(first)?
        };
        Ok(Some(Token {
            kind,
            span: start..self.at,
        }))
    }

    /// Blanks, line breaks and comments from `#` to the end of the line.
    fn skip_blanks(&mut self) {
        loop {
            self.take(char::is_whitespace);
            if !self.rest().starts_with('#') {
                return;
            }
            self.take(|c| c != '\n');
        }
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        let taken = rest[..end].to_owned();
        self.at += end;
        taken
    }

    fn number(&mut self) -> Result<TokenKind, Fault> {
        let start = self.at;
        let mut digits = self.take(|c| c.is_ascii_digit() || c == '_');
        if self.rest().starts_with(':') {
            return self.time(start, &digits);
        }
        let fraction = |rest: &str| rest.starts_with('.') && second_is_digit(rest);
        if fraction(self.rest()) {
            self.at += 1;
            digits.push('.');
            digits += &self.take(|c| c.is_ascii_digit() || c == '_');
        }
        if let Some(length) = exponent(self.rest()) {
            digits += &self.rest()[..length];
            self.at += length;
        }
        let plain = digits.replace('_', "");
        let value: f64 = plain
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
            .ok_or_else(|| Fault::new(start..self.at, format!("`{digits}` is not a number")))?;
        if self.rest().starts_with('%') {
            self.at += 1;
            // The decimal digits are moved, not divided: 2.5% is the same number as 0.025.
            let moved = format!("{plain}e-2").parse().unwrap_or(value / 100.0);
            return Ok(TokenKind::Percent(if plain.contains('e') {
                value / 100.0
            } else {
                moved
            }));
        }
        let glued = self.take(|c| c.is_alphanumeric() || c == '_');
        if !glued.is_empty() {
            let message = format!("`{digits}{glued}` is neither a number nor a name");
            return Err(Fault::new(start..self.at, message)
                .help("a name begins with a letter; a percentage is written 2.5%, a time 09:45"));
        }
        Ok(TokenKind::Number(value))
    }

    fn time(&mut self, start: usize, hours: &str) -> Result<TokenKind, Fault> {
        self.at += 1;
        let minutes = self.take(|c| c.is_ascii_digit());
        let read = |text: &str, below: u32| text.parse::<u32>().ok().filter(|&n| n < below);
        let time = (hours.len() <= 2 && minutes.len() == 2)
            .then(|| Some(read(hours, 24)? * 60 + read(&minutes, 60)?))
            .flatten();
        time.map(TokenKind::Time).ok_or_else(|| {
            let message = format!("`{hours}:{minutes}` is not a time of day");
            Fault::new(start..self.at, message)
                .help("write hours and minutes in New York: 09:45, 15:30")
        })
    }

    fn quoted(&mut self, quote: char) -> Result<TokenKind, Fault> {
        let start = self.at;
        self.at += 1;
        let text = self.take(|c| c != quote && c != '\n');
        if self.rest().starts_with(quote) {
            self.at += 1;
            return Ok(TokenKind::Text(text));
        }
        Err(Fault::new(
            start..self.at,
            format!("the text has no closing {quote}"),
        ))
    }

    fn sign(&mut self, first: char) -> Result<TokenKind, Fault> {
        let start = self.at;
        let two = |sign: Sign| (sign, 2);
        let one = |sign: Sign| (sign, 1);
        let second = self.rest().chars().nth(1);
        let (sign, length) = match (first, second) {
            ('<', Some('=')) => two(Sign::AtMost),
            ('>', Some('=')) => two(Sign::AtLeast),
            ('=', Some('=')) => two(Sign::Equal),
            ('!', Some('=')) => two(Sign::Unequal),
            ('<', _) => one(Sign::Less),
            ('>', _) => one(Sign::Greater),
            ('+', _) => one(Sign::Plus),
            ('-', _) => one(Sign::Minus),
            ('*', _) => one(Sign::Star),
            ('/', _) => one(Sign::Slash),
            ('(', _) => one(Sign::Open),
            (')', _) => one(Sign::Close),
            ('[', _) => one(Sign::OpenBracket),
            (']', _) => one(Sign::CloseBracket),
            (',', _) => one(Sign::Comma),
            ('.', _) => one(Sign::Dot),
            _ => return Err(stray(start, first, second)),
        };
        self.at += length;
        Ok(TokenKind::Sign(sign))
    }
}

fn stray(start: usize, first: char, second: Option<char>) -> Fault {
    let help = match (first, second) {
        ('=', _) => "to compare, write ==; names are given in [let]",
        ('&', _) => "write `and`",
        ('|', _) => "write `or`",
        ('!', _) => "write `not`, or != to compare",
        ('≤', _) => "write <=",
        ('≥', _) => "write >=",
        ('−' | '–', _) => "write the minus sign of the keyboard: -",
        ('^', _) => "there is no power; multiply",
        ('%', _) => "a percentage is written right behind its number: 2.5%",
        _ => "see `stormproof rules` for what a rule is made of",
    };
    Fault::new(
        start..start + first.len_utf8(),
        format!("`{first}` means nothing in a rule"),
    )
    .help(help)
}

fn second_is_digit(rest: &str) -> bool {
    rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// The length of an exponent such as `e-4` at the head of `rest`.
fn exponent(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return None;
    }
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    let digits = bytes
        .get(1 + sign..)?
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    (digits > 0).then_some(1 + sign + digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text)
            .unwrap()
            .into_iter()
            .map(|token| token.kind)
            .collect()
    }

    #[test]
    fn numbers_percentages_and_times() {
        use TokenKind::{Number, Percent, Time};
        assert_eq!(
            kinds("1_000 2.5 1e-3 2.5% 09:45 3"),
            [
                Number(1000.0),
                Number(2.5),
                Number(0.001),
                Percent(0.025),
                Time(585),
                Number(3.0)
            ]
        );
        // Every percentage with one decimal is the number that its fraction reads as.
        for tenths in 0..1000 {
            let text = format!("{}.{}%", tenths / 10, tenths % 10);
            let fraction: f64 = format!("{:.3}", f64::from(tenths) / 1000.0)
                .parse()
                .unwrap();
            assert_eq!(kinds(&text), [Percent(fraction)], "{text}");
        }
    }

    #[test]
    fn comments_and_line_breaks_are_blanks() {
        assert_eq!(kinds("close # of the bar\n < 3").len(), 3);
    }

    #[test]
    fn what_is_no_token_says_where() {
        for (text, span, word) in [
            ("a & b", 2..3, "`and`"),
            ("a = 3", 2..3, "=="),
            ("25:00", 0..5, "hours"),
            ("9:5", 0..3, "hours"),
            ("3x", 0..2, "letter"),
            ("a ≤ 3", 2..5, "<="),
        ] {
            let fault = tokens(text).unwrap_err();
            assert_eq!(fault.span, span, "{text}");
            assert!(fault.help.unwrap().contains(word), "{text}");
        }
        assert_eq!(tokens("\"abc").unwrap_err().span, 0..4);
        assert!(tokens(&"a ".repeat(MAX_BYTES)).is_err());
    }
}
