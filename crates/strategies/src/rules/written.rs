//! The rules a plan writes, read and typed: what `[entry] when`, `[filters.*] rule`, `[exit] when` and `[protect] when` say.

use std::collections::BTreeMap;
use std::sync::Arc;

use indicators::{Column, Mask};
use language::{EventWord, Fault, Field, Leaf, NodeId, Op, Program, Scope, Span, Unit, Words};
use market::Fields;
use signals::Profile;

use super::eval::{Evaluation, Judged};
use crate::checklist::Criterion;
use crate::clock::Clock;
use crate::overlays::Judgement;

/// One rule, with what it compares.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// As it is written.
    pub text: String,
    /// Its node.
    pub id: NodeId,
    /// The quantities it compares: what a person wants to see beside it.
    pub compared: Vec<Compared>,
}

/// A quantity that a rule compares.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// As it is written.
    pub text: String,
    /// Its node.
    pub id: NodeId,
    /// Its unit.
    pub unit: Unit,
}

impl Rule {
    /// Reads the criteria of `text`: those that `and` joins, each a rule of its own.
    ///
    /// # Errors
    /// The first fault of the text.
    pub fn read(text: &str, words: &mut Words) -> Result<Vec<Rule>, Fault> {
        let criteria = words.criteria(text)?;
        let one = |(id, span): (NodeId, Span)| {
            let written = text.get(span).unwrap_or(text);
            Rule::with(written, id, words)
        };
        criteria.into_iter().map(one).collect()
    }

    /// Reads `text` as one rule.
    ///
    /// # Errors
    /// The first fault of the text.
    pub fn whole(text: &str, words: &mut Words) -> Result<Rule, Fault> {
        let id = words.condition(text)?;
        Rule::with(text, id, words)
    }

    fn with(text: &str, id: NodeId, words: &mut Words) -> Result<Rule, Fault> {
        let compared = words.compared(text)?;
        let compared = compared.into_iter().map(|(span, id, unit)| Compared {
            text: tidy(text.get(span).unwrap_or(text)),
            id,
            unit,
        });
        Ok(Rule {
            text: tidy(text),
            id,
            compared: compared.collect(),
        })
    }
}

impl Compared {
    /// Reads what a size is multiplied by.
    ///
    /// # Errors
    /// The first fault of the text.
    pub fn scale(text: &str, words: &mut Words) -> Result<Self, Fault> {
        let (id, unit) = words.scale(text)?;
        Ok(Self {
            text: tidy(text),
            id,
            unit,
        })
    }
}

/// On one line, without comments.
fn tidy(text: &str) -> String {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or(line))
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

/// All rules of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Their nodes.
    pub program: Program,
    /// The triggers, if the plan's edge is written.
    pub triggers: Vec<Rule>,
    /// Filters by name. A filter of several criteria joined by `and` is one.
    pub filters: BTreeMap<String, Rule>,
    /// Leaves the position when it holds.
    pub exit: Option<Rule>,
    /// Protects the position while it holds.
    pub protect: Option<Rule>,
    /// When overlays apply, by their names.
    pub overlays: BTreeMap<String, Rule>,
    /// What overlays multiply the size by, by their names.
    pub sizes: BTreeMap<String, Compared>,
    /// What words of the signal layers go by.
    pub signals: Arc<Profile>,
    /// The triggers again, by every threshold that overlays may ask for.
    pub variants: Vec<Variant>,
    /// Named quantities that no rule uses.
    pub unused: Vec<String>,
}

/// The triggers of a plan by other thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// A multiplier for each overlay, in the order of their names.
    pub thresholds: Vec<f64>,
    /// The triggers, with the numbers multiplied that these overlays list; nothing else.
    pub written: Written,
}

/// What rules read of a tape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Columns of the clock's bars.
    pub own: Fields,
    /// Columns of the instrument's daily bars.
    pub days: Fields,
    /// Other symbols.
    pub symbols: Vec<SymbolReads>,
    /// Series by name.
    pub series: Vec<String>,
    /// Kinds of events.
    pub events: Vec<String>,
    /// The signal layers.
    pub signals: bool,
}

/// What rules read of another symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolReads {
    /// The symbol.
    pub symbol: String,
    /// Columns of its bars, from the first on.
    pub bars: Fields,
    /// Columns of its daily bars, beside a clock within the session.
    pub days: Fields,
    /// Its change on the session so far.
    pub change: bool,
}

impl Written {
    /// Every rule.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let filters = self.filters.values();
        let rules = self.triggers.iter().chain(filters).chain(&self.exit);
        rules.chain(&self.protect).chain(self.overlays.values())
    }

    fn nodes(&self) -> Vec<NodeId> {
        let sizes = self.sizes.values().map(|quantity| quantity.id);
        self.rules().map(|rule| rule.id).chain(sizes).collect()
    }

    /// What must lie before the first bar on which all can be judged.
    pub fn warm_up(&self) -> language::WarmUp {
        let each = self.nodes().into_iter().map(|id| self.program.warm_up(id));
        let other = self
            .variants
            .iter()
            .map(|variant| variant.written.warm_up());
        each.chain(other)
            .fold(language::WarmUp::default(), language::WarmUp::and)
    }

    /// What they read of a tape.
    pub fn reads(&self) -> Reads {
        let mut reads = Reads {
            series: self.program.series().to_vec(),
            events: self.program.events().to_vec(),
            ..Reads::default()
        };
        let symbols = self.program.symbols().iter();
        reads.symbols = symbols
            .map(|symbol| SymbolReads {
                symbol: symbol.clone(),
                bars: Fields::default(),
                days: Fields::default(),
                change: false,
            })
            .collect();
        for id in self.program.reachable(&self.nodes()) {
            let node = self.program.node(id);
            let fields = match node.op {
                Op::Leaf(Leaf::ChangeOf(place)) => {
                    reads.symbols[usize::from(place)].change = true;
                    continue;
                }
                Op::Leaf(Leaf::Signal(_)) => {
                    reads.signals = true;
                    continue;
                }
                Op::Leaf(leaf) => fields_of(leaf),
                Op::Ranged(_) => Fields::HIGH.and(Fields::LOW).and(Fields::CLOSE),
                _ => continue,
            };
            match node.scope {
                Scope::Constant | Scope::Series(_) => {}
                Scope::Own => reads.own = reads.own.and(fields),
                Scope::Daily => reads.days = reads.days.and(fields),
                Scope::Symbol(place) => {
                    let of = &mut reads.symbols[usize::from(place)].bars;
                    *of = of.and(fields);
                }
                Scope::SymbolDaily(place) => {
                    let of = &mut reads.symbols[usize::from(place)].days;
                    *of = of.and(fields);
                }
            }
        }
        reads
    }

    /// Judges every rule on `clock`.
    pub fn judge(&self, clock: Clock<'_>) -> JudgedRules {
        let mut evaluation = Evaluation::new(&self.program, clock, &self.nodes(), &self.signals);
        let sizes = self.sizes.iter();
        let sizes = sizes
            .map(|(name, size)| (name.clone(), Column::new(evaluation.numbers(size.id))))
            .collect();
        let mut judge = |rule: &Rule| evaluation.judge(rule.id);
        JudgedRules {
            sizes,
            triggers: self.triggers.iter().map(&mut judge).collect(),
            filters: self
                .filters
                .iter()
                .map(|(name, rule)| (name.clone(), judge(rule)))
                .collect(),
            exit: self.exit.as_ref().map(&mut judge),
            protect: self.protect.as_ref().map(&mut judge),
            overlays: self
                .overlays
                .iter()
                .map(|(name, rule)| (name.clone(), judge(rule)))
                .collect(),
        }
    }

    /// The triggers on `clock` by the thresholds that overlays ask for; nothing if they were not read.
    pub fn judge_by(&self, thresholds: &[f64], clock: Clock<'_>) -> Vec<Judged> {
        let mut variants = self.variants.iter();
        let read = variants.find(|variant| variant.thresholds == thresholds);
        read.map_or_else(Vec::new, |variant| variant.written.judge(clock).triggers)
    }
}

/// All rules of a plan on its clock.
#[derive(Clone, Debug, Default)]
pub struct JudgedRules {
    /// In the order of [`Written::triggers`].
    pub triggers: Vec<Judged>,
    /// By name.
    pub filters: BTreeMap<String, Judged>,
    /// Where to leave.
    pub exit: Option<Judged>,
    /// Where to protect.
    pub protect: Option<Judged>,
    /// Where overlays apply, by their names.
    pub overlays: BTreeMap<String, Judged>,
    /// What overlays multiply the size by, by their names.
    pub sizes: BTreeMap<String, Column>,
}

impl JudgedRules {
    /// What overlays ask of them.
    pub fn of_overlays(&self) -> Judgement<'_> {
        Judgement {
            rules: &self.overlays,
            sizes: &self.sizes,
        }
    }
}

impl Judged {
    /// As a line of the checklist.
    pub fn criterion(&self, name: &str) -> Criterion {
        Criterion {
            name: name.to_owned(),
            held: self.truth.held.clone(),
            unknown: self.truth.unknown(),
        }
    }

    /// Where something was divided by zero.
    pub fn zero(&self) -> Option<&Mask> {
        self.zero.as_deref()
    }
}

/// The columns of the clock's bars (or the scope's) that a leaf looks at.
fn fields_of(leaf: Leaf) -> Fields {
    let of = |field| match field {
        Field::Open => Fields::OPEN,
        Field::High => Fields::HIGH,
        Field::Low => Fields::LOW,
        Field::Close => Fields::CLOSE,
        Field::Volume => Fields::VOLUME,
    };
    match leaf {
        Leaf::Bar(field) | Leaf::Session(field) | Leaf::PrevSession(field) => of(field),
        Leaf::Gap => Fields::OPEN.and(Fields::CLOSE),
        Leaf::Change => Fields::CLOSE,
        Leaf::OpeningHigh(_) => Fields::HIGH,
        Leaf::OpeningLow(_) => Fields::LOW,
        Leaf::RelativeVolume(_) => Fields::VOLUME,
        Leaf::Published
        | Leaf::ChangeOf(_)
        | Leaf::MinutesSinceOpen
        | Leaf::MinutesToClose
        | Leaf::TimeOfDay
        | Leaf::Weekday
        | Leaf::Month
        | Leaf::HalfDay
        | Leaf::Signal(_)
        | Leaf::Event(EventWord::Until | EventWord::Since, _) => Fields::default(),
    }
}
