//! From tokens to expressions, by [`GRAMMAR`](crate::GRAMMAR).

use crate::ast::{Ast, AstKind, BinaryOp, Part};
use crate::error::{Fault, Span};
use crate::token::{Sign, Token, TokenKind, tokens};

/// Brackets and signs inside each other beyond this are refused: nobody could read them either.
pub const MAX_DEPTH: usize = 64;

/// Words that are no names.
pub const RESERVED: [&str; 6] = ["and", "or", "not", "between", "true", "false"];

/// Reads a rule.
///
/// # Errors
/// The first place at which the text is not what the grammar asks for.
pub fn parse(text: &str) -> Result<Ast, Fault> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(Fault::new(0..text.len(), "the expression is empty")
            .help("for example: close < ema(21)"));
    }
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        end: text.len(),
        depth: 0,
    };
    let ast = parser.rule()?;
    match parser.peek() {
        None => Ok(ast),
        Some(token) => Err(left_over(token)),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn is(&self, sign: Sign) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == TokenKind::Sign(sign))
    }

    /// True if the token behind the next one is `sign`.
    fn is_after(&self, sign: Sign) -> bool {
        self.tokens
            .get(self.at + 1)
            .is_some_and(|token| token.kind == TokenKind::Sign(sign))
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Word(found), .. }) if found == word)
    }

    fn take(&mut self, sign: Sign) -> bool {
        let there = self.is(sign);
        self.at += usize::from(there);
        there
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = self.is_word(word);
        self.at += usize::from(there);
        there
    }

    /// Where the next token is, or the end of the text.
    fn here(&self) -> Span {
        self.peek()
            .map_or(self.end..self.end, |token| token.span.clone())
    }

    /// Runs `inner` one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            let message = format!("this is nested more than {MAX_DEPTH} deep");
            return Err(Fault::new(self.here(), message)
                .help("name the inner parts in [let] and use the names"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn rule(&mut self) -> Result<Ast, Fault> {
        self.deeper(|parser| {
            let mut left = parser.and()?;
            while parser.take_word("or") {
                let right = parser.and()?;
                left = binary(BinaryOp::Or, left, right);
            }
            Ok(left)
        })
    }

    fn and(&mut self) -> Result<Ast, Fault> {
        let mut left = self.not()?;
        while self.take_word("and") {
            let right = self.not()?;
            left = binary(BinaryOp::And, left, right);
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Ast, Fault> {
        let start = self.here().start;
        if !self.take_word("not") {
            return self.comparison();
        }
        self.deeper(|parser| {
            let inner = parser.not()?;
            Ok(Ast {
                span: start..inner.span.end,
                kind: AstKind::Not(Box::new(inner)),
            })
        })
    }

    fn comparison(&mut self) -> Result<Ast, Fault> {
        let left = self.sum()?;
        if self.take_word("between") {
            return self.between(left);
        }
        let Some(sign) = self.take_comparison() else {
            return Ok(left);
        };
        let right = self.sum()?;
        let place = self.here();
        if self.take_comparison().is_some() {
            return Err(Fault::new(place, "two comparisons cannot be chained")
                .help("write `x between low and high`, or join them: a < b and b < c"));
        }
        Ok(binary(BinaryOp::Compare(sign), left, right))
    }

    fn between(&mut self, left: Ast) -> Result<Ast, Fault> {
        let low = self.sum()?;
        if !self.take_word("and") {
            return Err(Fault::new(self.here(), "expected `and` and the upper end")
                .help("write `x between low and high`"));
        }
        let high = self.sum()?;
        Ok(Ast {
            span: left.span.start..high.span.end,
            kind: AstKind::Between(Box::new(left), Box::new(low), Box::new(high)),
        })
    }

    fn take_comparison(&mut self) -> Option<Sign> {
        self.take_one_of(&[
            Sign::Less,
            Sign::AtMost,
            Sign::Greater,
            Sign::AtLeast,
            Sign::Equal,
            Sign::Unequal,
        ])
    }

    fn take_one_of(&mut self, signs: &[Sign]) -> Option<Sign> {
        signs.iter().copied().find(|&sign| self.take(sign))
    }

    fn sum(&mut self) -> Result<Ast, Fault> {
        let mut left = self.product()?;
        while let Some(sign) = self.take_one_of(&[Sign::Plus, Sign::Minus]) {
            let right = self.product()?;
            left = binary(BinaryOp::Arithmetic(sign), left, right);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Ast, Fault> {
        let mut left = self.sign()?;
        while let Some(sign) = self.take_one_of(&[Sign::Star, Sign::Slash]) {
            let right = self.sign()?;
            left = binary(BinaryOp::Arithmetic(sign), left, right);
        }
        Ok(left)
    }

    fn sign(&mut self) -> Result<Ast, Fault> {
        let start = self.here().start;
        if !self.take(Sign::Minus) {
            return self.history();
        }
        self.deeper(|parser| {
            let inner = parser.sign()?;
            Ok(Ast {
                span: start..inner.span.end,
                kind: AstKind::Negative(Box::new(inner)),
            })
        })
    }

    fn history(&mut self) -> Result<Ast, Fault> {
        let mut inner = self.primary()?;
        let mut steps = 0;
        while self.is(Sign::OpenBracket) {
            let open = self.here();
            self.at += 1;
            steps += 1;
            if steps > MAX_DEPTH {
                return Err(Fault::new(open, "too many steps back behind each other")
                    .help("write their sum: close[5]"));
            }
            let index = self.deeper(Self::sum)?;
            let close = self.here();
            if !self.take(Sign::CloseBracket) {
                return Err(unclosed(&open, "[", "]"));
            }
            inner = Ast {
                span: inner.span.start..close.end,
                kind: AstKind::History(Box::new(inner), Box::new(index)),
            };
        }
        Ok(inner)
    }

    fn primary(&mut self) -> Result<Ast, Fault> {
        let Some(token) = self.peek() else {
            return Err(Fault::new(
                self.end..self.end,
                "the expression ends where a value is expected",
            )
            .help("complete it, or remove what stands before the end"));
        };
        let kind = match &token.kind {
            TokenKind::Number(value) => AstKind::Number(*value),
            TokenKind::Percent(value) => AstKind::Percent(*value),
            TokenKind::Time(minutes) => AstKind::Time(*minutes),
            TokenKind::Text(_) if self.is_after(Sign::Dot) => return self.named(),
            TokenKind::Text(text) => AstKind::Text(text.clone()),
            TokenKind::Word(word) if word == "true" => AstKind::Truth(true),
            TokenKind::Word(word) if word == "false" => AstKind::Truth(false),
            TokenKind::Word(word) if RESERVED.contains(&word.as_str()) => {
                return Err(Fault::new(
                    token.span.clone(),
                    format!("expected a value, found `{word}`"),
                ));
            }
            TokenKind::Word(_) => return self.named(),
            TokenKind::Sign(Sign::Open) => return self.bracketed(),
            TokenKind::Sign(sign) => {
                let message = format!("expected a value, found `{}`", sign.as_str());
                let fault = Fault::new(token.span.clone(), message);
                return Err(match sign {
                    Sign::Dot => fault.help("a fraction begins with a digit: 0.5"),
                    _ => fault,
                });
            }
        };
        self.at += 1;
        Ok(Ast {
            kind,
            span: token.span.clone(),
        })
    }

    fn bracketed(&mut self) -> Result<Ast, Fault> {
        let open = self.here();
        self.at += 1;
        let inner = self.rule()?;
        let close = self.here();
        if !self.take(Sign::Close) {
            return Err(self.unclosed_or_stray(&open));
        }
        Ok(Ast {
            kind: inner.kind,
            span: open.start..close.end,
        })
    }

    fn named(&mut self) -> Result<Ast, Fault> {
        let mut name = vec![self.first_part()?];
        while self.take(Sign::Dot) {
            name.push(self.part()?);
        }
        let start = name.first().map_or(0, |part| part.span.start);
        let end = name.last().map_or(0, |part| part.span.end);
        if !self.is(Sign::Open) {
            return Ok(Ast {
                kind: AstKind::Name(name),
                span: start..end,
            });
        }
        let open = self.here();
        self.at += 1;
        let mut args = Vec::new();
        if !self.is(Sign::Close) {
            loop {
                args.push(self.rule()?);
                if !self.take(Sign::Comma) {
                    break;
                }
            }
        }
        let close = self.here();
        if !self.take(Sign::Close) {
            return Err(self.unclosed_or_stray(&open));
        }
        Ok(Ast {
            kind: AstKind::Call { name, args },
            span: start..close.end,
        })
    }

    /// The head of a dotted name: a word, or a symbol in quotes for those that are no words.
    fn first_part(&mut self) -> Result<Part, Fault> {
        let Some(Token {
            kind: TokenKind::Text(text),
            span,
        }) = self.peek()
        else {
            return self.part();
        };
        self.at += 1;
        Ok(Part {
            word: text.clone(),
            span: span.clone(),
        })
    }

    fn part(&mut self) -> Result<Part, Fault> {
        match self.peek() {
            Some(Token {
                kind: TokenKind::Word(word),
                span,
            }) if !RESERVED.contains(&word.as_str()) => {
                self.at += 1;
                Ok(Part {
                    word: word.clone(),
                    span: span.clone(),
                })
            }
            _ => Err(Fault::new(
                self.here(),
                "expected a name behind the dot, as in KRE.change",
            )),
        }
    }

    /// A bracket that the text never closes, or something inside it that does not belong there.
    fn unclosed_or_stray(&self, open: &Span) -> Fault {
        match self.peek() {
            Some(token) if !matches!(token.kind, TokenKind::Sign(Sign::CloseBracket)) => {
                left_over(token)
            }
            _ => unclosed(open, "(", ")"),
        }
    }
}

fn unclosed(open: &Span, left: &str, right: &str) -> Fault {
    Fault::new(open.clone(), format!("this `{left}` is never closed"))
        .help(format!("add the `{right}` where it belongs"))
}

fn left_over(token: &Token) -> Fault {
    let (found, help) = match &token.kind {
        TokenKind::Sign(Sign::Close) => ("a `)` that was never opened".to_owned(), None),
        TokenKind::Sign(Sign::Comma) => {
            let fault = Fault::new(token.span.clone(), "a comma stands only between arguments");
            return fault.help("thousands are written 1_000");
        }
        TokenKind::Sign(sign) => (format!("`{}`", sign.as_str()), None),
        TokenKind::Word(word) => {
            let lower = word.to_lowercase();
            let near = ["and", "or", "not", "between"]
                .into_iter()
                .find(|known| *known == lower);
            (
                format!("`{word}`"),
                near.map(|near| format!("write `{near}`")),
            )
        }
        TokenKind::Number(_) | TokenKind::Percent(_) | TokenKind::Time(_) => {
            ("a number".to_owned(), None)
        }
        TokenKind::Text(_) => ("a text".to_owned(), None),
    };
    let fault = Fault::new(
        token.span.clone(),
        format!("expected an operator or the end, found {found}"),
    );
    match help {
        Some(help) => fault.help(help),
        None => fault.help("join criteria with `and` or `or`"),
    }
}

fn binary(op: BinaryOp, left: Ast, right: Ast) -> Ast {
    Ast {
        span: left.span.start..right.span.end,
        kind: AstKind::Binary(op, Box::new(left), Box::new(right)),
    }
}
