//! What a name means.

use crate::ast::Part;
use crate::build::Builder;
use crate::catalogue;
use crate::error::{Fault, Span, did_you_mean};
use crate::parse::RESERVED;
use crate::program::{ArithOp, Field, Leaf, NodeId, Op, Scope, WarmUp};
use crate::unit::{Kind, Unit};
use crate::words::{Clock, Mentioned};

use indicators::{Indicator as _, Recipe, TrueRange};

impl Field {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "open" => Field::Open,
            "high" => Field::High,
            "low" => Field::Low,
            "close" => Field::Close,
            "volume" => Field::Volume,
            _ => return None,
        })
    }

    pub(crate) const fn unit(self) -> Unit {
        match self {
            Field::Volume => Unit::Shares,
            _ => Unit::Price,
        }
    }
}

const FIELDS: [&str; 5] = ["open", "high", "low", "close", "volume"];

/// Series that are published under words of small letters.
const SERIES_PREFIXES: [&str; 3] = ["breadth", "nyse_", "nasdaq_"];

/// Whose rows a prefix means.
pub(crate) struct Prefix {
    pub(crate) scope: Scope,
    /// True for `bar.`: the plan's own bars, even where a word would mean the session.
    pub(crate) bar: bool,
}

impl Builder<'_> {
    /// The node of a dotted name.
    pub(crate) fn name(&mut self, parts: &[Part], span: &Span) -> Result<NodeId, Fault> {
        let Some((last, before)) = parts.split_last() else {
            return Err(Fault::new(span.clone(), "expected a name"));
        };
        match before {
            [] => self.bare(last),
            [one] if one.word == "session" => self.of_session(last),
            [one] if one.word == "prev_session" => self.of_previous(last),
            [one] if one.word == "signal" => self.of_signal(last),
            _ => {
                let prefix = self.prefix(before)?;
                self.field_of(&prefix, before, last)
            }
        }
    }

    fn bare(&mut self, part: &Part) -> Result<NodeId, Fault> {
        let word = part.word.as_str();
        if let Some(field) = Field::read(word) {
            let scope = self.scope;
            return Ok(self.bar(field, scope));
        }
        if self.words.lets.contains_key(word) {
            return self.named(word, &part.span);
        }
        if let Some((leaf, kind)) = clock_word(word) {
            return self.clock_leaf(leaf, kind, part);
        }
        if let Some(signal) = self.signal_alone(word) {
            return Ok(signal);
        }
        match word {
            "true_range" => Ok(self.true_range(self.scope)),
            "gap" => Ok(self.session_leaf(Leaf::Gap, Unit::Fraction, true)),
            "change" => Ok(self.session_leaf(Leaf::Change, Unit::Fraction, true)),
            _ if is_series(word) => {
                self.mention(Mentioned::Series, word, &part.span);
                Ok(self.published(word))
            }
            _ => Err(self.unknown_name(word, &part.span)),
        }
    }

    pub(crate) fn bar(&mut self, field: Field, scope: Scope) -> NodeId {
        self.add(
            Op::Leaf(Leaf::Bar(field)),
            Kind::Number(field.unit()),
            scope,
            WarmUp::default(),
        )
    }

    fn true_range(&mut self, scope: Scope) -> NodeId {
        let recipe = Recipe::from(TrueRange);
        let warm_up = WarmUp {
            bars: recipe.warm_up(),
            ..WarmUp::default()
        };
        self.add(
            Op::Ranged(recipe),
            Kind::Number(Unit::Price),
            scope,
            warm_up,
        )
    }

    /// A series by its name on the tape.
    pub(crate) fn published(&mut self, name: &str) -> NodeId {
        let place = self.program().one_series(name);
        self.add(
            Op::Leaf(Leaf::Published),
            Kind::Number(Unit::Level),
            Scope::Series(place),
            WarmUp::default(),
        )
    }

    /// A quantity of the session; `previous` if it needs the one before.
    pub(crate) fn session_leaf(&mut self, leaf: Leaf, unit: Unit, previous: bool) -> NodeId {
        let before = usize::from(previous);
        // The daily bar tells of the session before, whatever the clock's own bars do.
        let warm_up = match self.clock() {
            Clock::Daily => WarmUp {
                bars: before,
                ..WarmUp::default()
            },
            Clock::Minutes(_) => WarmUp {
                days: before,
                ..WarmUp::default()
            },
        };
        self.add(Op::Leaf(leaf), Kind::Number(unit), Scope::Own, warm_up)
    }

    fn clock_leaf(&mut self, leaf: Leaf, kind: Kind, part: &Part) -> Result<NodeId, Fault> {
        let within = matches!(
            leaf,
            Leaf::MinutesSinceOpen | Leaf::MinutesToClose | Leaf::TimeOfDay
        );
        if within && self.clock() == Clock::Daily {
            return Err(needs_minutes(&part.word, &part.span));
        }
        Ok(self.add(Op::Leaf(leaf), kind, Scope::Own, WarmUp::default()))
    }

    fn of_session(&mut self, part: &Part) -> Result<NodeId, Fault> {
        match Field::read(&part.word) {
            Some(Field::Close) => Err(Fault::new(
                part.span.clone(),
                "the session's close is not known before it is over",
            )
            .help("`close` is the last price known; `prev_session.close` is yesterday's")),
            Some(field) => Ok(self.session_leaf(Leaf::Session(field), field.unit(), false)),
            None => Err(unknown_field(
                "session",
                part,
                &["open", "high", "low", "volume"],
            )),
        }
    }

    fn of_previous(&mut self, part: &Part) -> Result<NodeId, Fault> {
        let Some(field) = Field::read(&part.word) else {
            return Err(unknown_field("prev_session", part, &FIELDS));
        };
        Ok(self.session_leaf(Leaf::PrevSession(field), field.unit(), true))
    }

    fn field_of(&mut self, prefix: &Prefix, before: &[Part], last: &Part) -> Result<NodeId, Fault> {
        if let Some(field) = Field::read(&last.word) {
            return Ok(self.bar(field, prefix.scope));
        }
        match (last.word.as_str(), prefix.scope) {
            ("true_range", scope) => Ok(self.true_range(scope)),
            ("change", Scope::Own) => Ok(self.session_leaf(Leaf::Change, Unit::Fraction, true)),
            // Of whole days: the last complete one against the one before.
            ("change", scope @ (Scope::Daily | Scope::SymbolDaily(_))) => {
                let close = self.bar(Field::Close, scope);
                let before = self.back(close, 1);
                let fraction = Kind::Number(Unit::Fraction);
                let ratio = self.arith(ArithOp::Divide, fraction, close, before);
                let one = self.number(1.0, Unit::Plain);
                Ok(self.arith(ArithOp::Subtract, fraction, ratio, one))
            }
            ("change", Scope::Symbol(place)) => {
                Ok(self.session_leaf(Leaf::ChangeOf(place), Unit::Fraction, true))
            }
            _ => {
                let whose: Vec<&str> = before.iter().map(|part| part.word.as_str()).collect();
                let mut known = FIELDS.to_vec();
                known.extend(["change", "true_range"]);
                Err(unknown_field(&whose.join("."), last, &known))
            }
        }
    }

    /// Whose rows the parts before the last of a dotted name mean.
    pub(crate) fn prefix(&mut self, parts: &[Part]) -> Result<Prefix, Fault> {
        let daily = self.clock() == Clock::Daily;
        let scope = match parts {
            [] => self.scope,
            [one] if one.word == "bar" => {
                return Ok(Prefix {
                    scope: Scope::Own,
                    bar: true,
                });
            }
            [one] if one.word == "daily" => {
                if daily {
                    Scope::Own
                } else {
                    Scope::Daily
                }
            }
            [one] if matches!(one.word.as_str(), "session" | "prev_session" | "signal") => {
                let message = format!("`{}` has no functions", one.word);
                return Err(Fault::new(one.span.clone(), message)
                    .help("functions of daily bars are written daily.ema(21)"));
            }
            [one] => Scope::Symbol(self.symbol(one)?),
            [one, two] if two.word == "daily" => {
                let place = self.symbol(one)?;
                if daily {
                    Scope::Symbol(place)
                } else {
                    Scope::SymbolDaily(place)
                }
            }
            [_, two, ..] => {
                return Err(Fault::new(
                    two.span.clone(),
                    format!("`{}` means nothing here", two.word),
                )
                .help("a symbol's daily bars are written KRE.daily.close"));
            }
        };
        Ok(Prefix { scope, bar: false })
    }

    fn symbol(&mut self, part: &Part) -> Result<u16, Fault> {
        let word = part.word.as_str();
        let allowed =
            |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '^');
        if !word.is_empty() && word.len() <= 16 && word.chars().all(allowed) && !word.contains("..")
        {
            self.mention(Mentioned::Symbol, word, &part.span);
            return Ok(self.program().symbol(word));
        }
        if word == "let" {
            return Err(Fault::new(part.span.clone(), "`let` is no prefix")
                .help("a named quantity is used by its name alone"));
        }
        let fault = Fault::new(
            part.span.clone(),
            format!(
                "`{word}` is neither a symbol nor one of session, prev_session, signal, daily, bar"
            ),
        );
        let near = did_you_mean(word, catalogue::PREFIXES);
        Err(match near {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(format!(
                "symbols are written as on the tape, in capitals: {}.change",
                word.to_uppercase()
            )),
        })
    }

    pub(crate) fn unknown_name(&self, word: &str, span: &Span) -> Fault {
        let fault = Fault::new(span.clone(), format!("nothing is called `{word}`"));
        if POSITION_WORDS.contains(&word) {
            return fault.help(
                "a rule is judged on the market alone; what depends on the position is under [exit]: stop_atr, target_atr, time_stop_sessions, max_sessions",
            );
        }
        let small = word.to_lowercase();
        if catalogue::means_something(&small) || RESERVED.contains(&small.as_str()) {
            return fault.help(format!("words are written in small letters: `{small}`"));
        }
        let mut names: Vec<&str> = catalogue::names().collect();
        names.extend(self.words.names());
        match did_you_mean(word, names) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(
                "`stormproof rules` prints all words; name your own in [let]; a series of the tape is written series(\"name\")",
            ),
        }
    }
}

pub(crate) fn needs_minutes(word: &str, span: &Span) -> Fault {
    let message = format!("`{word}` has no meaning on daily bars, all of which end at the close");
    Fault::new(span.clone(), message)
        .help("it is for plans within the session: instrument.interval = \"5m\"")
}

/// What people look for in a rule and should find in `[exit]`.
const POSITION_WORDS: [&str; 8] = [
    "entry",
    "entry_price",
    "position",
    "bars_held",
    "sessions_held",
    "profit",
    "pnl",
    "stop_price",
];

fn clock_word(word: &str) -> Option<(Leaf, Kind)> {
    let number = |leaf, unit| (leaf, Kind::Number(unit));
    Some(match word {
        "minutes_since_open" => number(Leaf::MinutesSinceOpen, Unit::Minutes),
        "minutes_to_close" => number(Leaf::MinutesToClose, Unit::Minutes),
        "time" => number(Leaf::TimeOfDay, Unit::Time),
        "weekday" => number(Leaf::Weekday, Unit::Count),
        "month" => number(Leaf::Month, Unit::Count),
        "half_day" => (Leaf::HalfDay, Kind::Truth),
        _ => return None,
    })
}

/// A word that is taken for a series: of capitals, or of a family that is published so.
fn is_series(word: &str) -> bool {
    let lower = word.to_lowercase();
    let capital = begins_like_a_series(word);
    let known = catalogue::means_something(&lower) || RESERVED.contains(&lower.as_str());
    (capital && !known) || is_of_family(word)
}

/// Series and symbols are written in capitals.
pub(crate) fn begins_like_a_series(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// True for the series that are published under words of small letters.
pub(crate) fn is_of_family(word: &str) -> bool {
    SERIES_PREFIXES.iter().any(|prefix| {
        word.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty())
    })
}

fn unknown_field(whose: &str, part: &Part, known: &[&str]) -> Fault {
    let fault = Fault::new(
        part.span.clone(),
        format!("`{whose}` has no `{}`", part.word),
    );
    let all = known.join(", ");
    match did_you_mean(&part.word, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`? it has {all}")),
        None => fault.help(format!("it has {all}")),
    }
}
