//! What a call means.

use indicators::{
    Atr, Ema, Highest, Indicator as _, Lowest, Rank, Recipe, Roc, Rsi, Sma, StdDev,
    Unit as ColumnUnit,
};

use crate::ast::{Ast, AstKind, Part};
use crate::build::{Builder, MAX_ROWS};
use crate::catalogue;
use crate::error::{Fault, Span, did_you_mean};
use crate::name::{Prefix, needs_minutes};
use crate::program::{
    ArithOp, CompareOp, EventWord, Field, Leaf, MathOp, NodeId, Op, Scope, WarmUp,
};
use crate::unit::{Kind, Unit};
use crate::words::{Clock, Mentioned};

/// A call that is being read.
struct Call<'a> {
    function: &'a str,
    prefix: Prefix,
    args: &'a [Ast],
    span: &'a Span,
}

impl Builder<'_> {
    /// The node of a call.
    pub(crate) fn call(
        &mut self,
        name: &[Part],
        args: &[Ast],
        span: &Span,
    ) -> Result<NodeId, Fault> {
        let Some((last, before)) = name.split_last() else {
            return Err(Fault::new(span.clone(), "expected a name"));
        };
        let known = catalogue::called(&last.word);
        let Some(entry) = known else {
            return Err(unknown_function(last));
        };
        let prefix = self.prefix(before)?;
        if !entry.arity.contains(&args.len()) {
            return Err(wrong_arity(entry, args.len(), span));
        }
        // Inside KRE.highest(high, 20) the high is KRE's.
        let outer = std::mem::replace(&mut self.scope, prefix.scope);
        let call = Call {
            function: &last.word,
            prefix,
            args,
            span,
        };
        let node = self.called(&call);
        self.scope = outer;
        node
    }

    fn called(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        match call.function {
            "sma" | "ema" | "stddev" | "roc" | "rsi" | "rank" | "highest" | "lowest" => {
                self.indicator(call)
            }
            "atr" => self.atr(call),
            "count" | "any" | "all" => self.counted(call),
            "since" => {
                let condition = self.truth(&call.args[0])?;
                Ok(self.derived(Op::Since, Kind::Number(Unit::Count), condition))
            }
            "sum" => self.sum(call),
            "diff" => self.diff(call),
            "zscore" => self.zscore(call),
            "rising" => self.run(call, CompareOp::Greater),
            "falling" => self.run(call, CompareOp::Less),
            "cross_above" => self.cross(call, CompareOp::Greater, CompareOp::AtMost),
            "cross_below" => self.cross(call, CompareOp::Less, CompareOp::AtLeast),
            "abs" | "sqrt" | "log" => self.math(call),
            "min" => self.least(call, ArithOp::Min),
            "max" => self.least(call, ArithOp::Max),
            "if" => self.chosen(call),
            "known" => {
                let inner = self.value(&call.args[0])?;
                let inner = self.on_own_rows(inner);
                Ok(self.add(Op::Known(inner), Kind::Truth, Scope::Own, WarmUp::default()))
            }
            "series" => self.series(call),
            "opening_high" | "opening_low" => self.opening_range(call),
            "relative_volume" => self.relative_volume(call),
            _ => self.event(call),
        }
    }

    /// A window's length: a whole number known beforehand.
    fn rows(&mut self, ast: &Ast) -> Result<usize, Fault> {
        self.whole(ast, 1.0, MAX_ROWS)
    }

    fn whole(&mut self, ast: &Ast, least: f64, most: f64) -> Result<usize, Fault> {
        let (id, unit) = self.numeric(ast)?;
        let Some(n) = self.words.program.constant(id) else {
            return Err(
                Fault::new(ast.span.clone(), "this length must be known beforehand").help(
                    "write a whole number or the name of one; if(...) chooses between lengths",
                ),
            );
        };
        if n.fract() == 0.0 && n >= least && n <= most && matches!(unit, Unit::Plain | Unit::Count)
        {
            return Ok(n as usize);
        }
        Err(Fault::new(
            ast.span.clone(),
            format!("this is {n}; expected a whole number from {least} to {most}"),
        ))
    }

    /// The quantity an indicator is taken of: the first argument of two, else the close.
    fn input(&mut self, call: &Call<'_>) -> Result<(NodeId, Unit), Fault> {
        if call.args.len() == 1 {
            let scope = call.prefix.scope;
            return Ok((self.bar(Field::Close, scope), Unit::Price));
        }
        let (id, unit) = self.calculable(call)?;
        if self.node(id).scope == Scope::Constant {
            return Err(
                Fault::new(call.args[0].span.clone(), "this is the same on every bar").help(
                    format!("`{}` is taken of something that changes", call.function),
                ),
            );
        }
        Ok((id, unit))
    }

    /// The first argument, a quantity that can be calculated with.
    fn calculable(&mut self, call: &Call<'_>) -> Result<(NodeId, Unit), Fault> {
        let (id, unit) = self.numeric(&call.args[0])?;
        if unit.is_state() {
            let message = format!("`{}` of {}: it is no number", call.function, unit.noun());
            return Err(Fault::new(call.args[0].span.clone(), message)
                .help("count how often it held: count(signal.composite == bullish, 10) >= 5"));
        }
        Ok((id, unit))
    }

    fn indicator(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let (input, unit) = self.input(call)?;
        let last = &call.args[call.args.len() - 1];
        let n = match call.function {
            // One value has no range.
            "rank" => self.whole(last, 2.0, MAX_ROWS)?,
            _ => self.rows(last)?,
        };
        let recipe: Recipe = match call.function {
            "sma" => Sma { n }.into(),
            "ema" => Ema { n }.into(),
            "stddev" => StdDev { n }.into(),
            "roc" => Roc { n }.into(),
            "rsi" => Rsi { n }.into(),
            "rank" => Rank { n }.into(),
            "highest" => Highest { n }.into(),
            _ => Lowest { n }.into(),
        };
        Ok(self.of(recipe, input, unit))
    }

    fn of(&mut self, recipe: Recipe, input: NodeId, unit: Unit) -> NodeId {
        let unit = match recipe.unit() {
            ColumnUnit::Input => unit,
            ColumnUnit::Fraction => Unit::Fraction,
            ColumnUnit::Hundred => Unit::Hundred,
        };
        let node = self.node(input);
        let warm_up = node.warm_up.more(recipe.warm_up());
        self.add(
            Op::Indicator(recipe, input),
            Kind::Number(unit),
            node.scope,
            warm_up,
        )
    }

    /// Within the session an ATR is that of days, unless written `bar.atr`.
    fn atr(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let n = self.rows(&call.args[0])?;
        let scope = match (self.clock(), call.prefix.scope) {
            (Clock::Minutes(_), Scope::Own) if !call.prefix.bar => Scope::Daily,
            (Clock::Minutes(_), Scope::Symbol(place)) => Scope::SymbolDaily(place),
            (_, scope) => scope,
        };
        let recipe = Recipe::from(Atr { n });
        let warm_up = WarmUp {
            bars: recipe.warm_up(),
            ..WarmUp::default()
        };
        Ok(self.add(
            Op::Ranged(recipe),
            Kind::Number(Unit::Price),
            scope,
            warm_up,
        ))
    }

    fn window(&mut self, condition: NodeId, n: usize) -> NodeId {
        let node = self.node(condition);
        let warm_up = node.warm_up.more(n - 1);
        self.add(
            Op::Count(condition, n as u32),
            Kind::Number(Unit::Count),
            node.scope,
            warm_up,
        )
    }

    fn counted(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let condition = self.truth(&call.args[0])?;
        let n = self.rows(&call.args[1])?;
        Ok(match call.function {
            "count" => self.window(condition, n),
            "all" => self.all(condition, n),
            // It held in one of them: it did not fail in all.
            _ => {
                let fails = self.derived(Op::Not, Kind::Truth, condition);
                let none = self.all(fails, n);
                self.derived(Op::Not, Kind::Truth, none)
            }
        })
    }

    fn all(&mut self, condition: NodeId, n: usize) -> NodeId {
        let node = self.node(condition);
        let warm_up = node.warm_up.more(n - 1);
        self.add(
            Op::All(condition, n as u32),
            Kind::Truth,
            node.scope,
            warm_up,
        )
    }

    fn run(&mut self, call: &Call<'_>, op: CompareOp) -> Result<NodeId, Fault> {
        let (x, _) = self.numeric(&call.args[0])?;
        let n = self.rows(&call.args[1])?;
        let before = self.back(x, 1);
        let step = self.compare(op, x, before);
        Ok(self.all(step, n))
    }

    fn sum(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let (x, unit) = self.calculable(call)?;
        let n = self.rows(&call.args[1])?;
        let node = self.node(x);
        let warm_up = node.warm_up.more(n - 1);
        Ok(self.add(
            Op::Sum(x, n as u32),
            Kind::Number(unit),
            node.scope,
            warm_up,
        ))
    }

    fn diff(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let (x, unit) = self.calculable(call)?;
        let n = self.rows(&call.args[1])?;
        let before = self.back(x, n as u32);
        Ok(self.arith(ArithOp::Subtract, Kind::Number(unit), x, before))
    }

    fn zscore(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let (x, unit) = self.input(call)?;
        let n = self.whole(&call.args[call.args.len() - 1], 2.0, MAX_ROWS)?;
        let mean = self.of(Sma { n }.into(), x, unit);
        let deviation = self.of(StdDev { n }.into(), x, unit);
        let away = self.arith(ArithOp::Subtract, Kind::Number(unit), x, mean);
        Ok(self.arith(ArithOp::Divide, Kind::Number(Unit::Plain), away, deviation))
    }

    fn cross(&mut self, call: &Call<'_>, now: CompareOp, then: CompareOp) -> Result<NodeId, Fault> {
        let ((a, a_unit), (b, b_unit)) =
            (self.numeric(&call.args[0])?, self.numeric(&call.args[1])?);
        Self::same_unit(a_unit, b_unit, call)?;
        let (a, b) = self.together(a, b);
        let (a_before, b_before) = (self.back(a, 1), self.back(b, 1));
        let is = self.compare(now, a, b);
        let was = self.compare(then, a_before, b_before);
        Ok(self.pair(Op::And, Kind::Truth, is, was))
    }

    fn same_unit(a: Unit, b: Unit, call: &Call<'_>) -> Result<Unit, Fault> {
        a.with(b).ok_or_else(|| {
            let message = format!(
                "`{}` of {} and {}: they do not go together",
                call.function,
                a.noun(),
                b.noun()
            );
            Fault::new(call.span.clone(), message)
        })
    }

    fn math(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let (x, unit) = self.calculable(call)?;
        let (op, unit) = match call.function {
            "abs" => (MathOp::Abs, unit),
            // Of a price neither has a unit that anything could be compared with.
            "sqrt" | "log" if !matches!(unit, Unit::Plain | Unit::Fraction | Unit::Level) => {
                let message = format!("`{}` of {} has no unit", call.function, unit.noun());
                return Err(Fault::new(call.span.clone(), message)
                    .help("take it of a ratio: log(close / close[1])"));
            }
            "sqrt" => (MathOp::Sqrt, unit),
            _ => (MathOp::Log, unit),
        };
        if let Some(value) = self.words.program.constant(x) {
            let result = op.apply(value);
            if result.is_finite() {
                return Ok(self.number(result, unit));
            }
            let message = format!("`{}` of {value} has no value", call.function);
            return Err(Fault::new(call.span.clone(), message));
        }
        Ok(self.derived(|x| Op::Math(op, x), Kind::Number(unit), x))
    }

    fn least(&mut self, call: &Call<'_>, op: ArithOp) -> Result<NodeId, Fault> {
        let ((a, a_unit), (b, b_unit)) =
            (self.numeric(&call.args[0])?, self.numeric(&call.args[1])?);
        let unit = Self::same_unit(a_unit, b_unit, call)?;
        Ok(self.arith(op, Kind::Number(unit), a, b))
    }

    fn chosen(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let condition = self.condition(&call.args[0])?;
        let (a, b) = (self.value(&call.args[1])?, self.value(&call.args[2])?);
        let kind = match (self.node(a).kind, self.node(b).kind) {
            (Kind::Truth, Kind::Truth) => Kind::Truth,
            (Kind::Number(a), Kind::Number(b)) => Kind::Number(Self::same_unit(a, b, call)?),
            _ => {
                let message = "`if` chooses between two numbers or two conditions, not one of each";
                return Err(Fault::new(call.span.clone(), message));
            }
        };
        let (a, b) = (self.on_own_rows(a), self.on_own_rows(b));
        let warm_up = [condition, a, b]
            .iter()
            .fold(WarmUp::default(), |all, &id| all.and(self.node(id).warm_up));
        Ok(self.add(Op::If(condition, a, b), kind, Scope::Own, warm_up))
    }

    fn text<'a>(call: &Call<'a>, what: &str) -> Result<&'a str, Fault> {
        match &call.args[0].kind {
            AstKind::Text(text) if !text.is_empty() && text.len() <= 64 => Ok(text),
            _ => Err(Fault::new(
                call.args[0].span.clone(),
                format!("expected the name of {what}, in quotes"),
            )),
        }
    }

    fn series(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let name = Self::text(call, "a series")?.to_owned();
        self.mention(Mentioned::Series, &name, &call.args[0].span);
        Ok(self.published(&name))
    }

    fn opening_range(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let Clock::Minutes(interval) = self.clock() else {
            return Err(needs_minutes(call.function, call.span));
        };
        let minutes = self.whole(&call.args[0], 1.0, 390.0)? as u16;
        if !minutes.is_multiple_of(interval) {
            let message =
                format!("{minutes} minutes are no whole number of bars of {interval} minutes");
            return Err(Fault::new(call.args[0].span.clone(), message));
        }
        let leaf = if call.function == "opening_high" {
            Leaf::OpeningHigh(minutes)
        } else {
            Leaf::OpeningLow(minutes)
        };
        Ok(self.session_leaf(leaf, Unit::Price, false))
    }

    fn relative_volume(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let n = self.whole(&call.args[0], 1.0, 250.0)?;
        let warm_up = match self.clock() {
            Clock::Daily => WarmUp {
                bars: n,
                ..WarmUp::default()
            },
            Clock::Minutes(_) => WarmUp {
                sessions: n,
                ..WarmUp::default()
            },
        };
        Ok(self.add(
            Op::Leaf(Leaf::RelativeVolume(n as u16)),
            Kind::Number(Unit::Fraction),
            Scope::Own,
            warm_up,
        ))
    }

    /// The words about events: they know the calendar, which is published beforehand.
    fn event(&mut self, call: &Call<'_>) -> Result<NodeId, Fault> {
        let name = Self::text(call, "a kind of event")?.to_lowercase();
        self.mention(Mentioned::Event, &name, &call.args[0].span);
        let place = self.program().event(&name);
        let leaf = |builder: &mut Self, word| {
            let op = Op::Leaf(Leaf::Event(word, place));
            builder.add(op, Kind::Number(Unit::Count), Scope::Own, WarmUp::default())
        };
        match call.function {
            "sessions_until" => Ok(leaf(self, EventWord::Until)),
            "sessions_since" => Ok(leaf(self, EventWord::Since)),
            _ => {
                let before = self.whole(&call.args[1], 0.0, 60.0)?;
                let after = self.whole(&call.args[2], 0.0, 60.0)?;
                let mut side = |word, sessions: usize| {
                    let distance = leaf(self, word);
                    let most = self.number(sessions as f64, Unit::Plain);
                    self.compare(CompareOp::AtMost, distance, most)
                };
                let (coming, past) = (
                    side(EventWord::Until, before),
                    side(EventWord::Since, after),
                );
                Ok(self.pair(Op::Or, Kind::Truth, coming, past))
            }
        }
    }
}

impl MathOp {
    /// The value; NaN where there is none.
    #[inline]
    pub fn apply(self, x: f64) -> f64 {
        match self {
            MathOp::Negate => -x,
            MathOp::Abs => x.abs(),
            MathOp::Sqrt => x.sqrt(),
            MathOp::Log => {
                if x > 0.0 {
                    // Of the same bits on every platform.
                    libm::log(x)
                } else {
                    f64::NAN
                }
            }
        }
    }
}

fn unknown_function(part: &Part) -> Fault {
    let fault = Fault::new(
        part.span.clone(),
        format!("no function is called `{}`", part.word),
    );
    let small = part.word.to_lowercase();
    if catalogue::called(&small).is_some() {
        return fault.help(format!("words are written in small letters: `{small}`"));
    }
    let names = catalogue::ENTRIES
        .iter()
        .filter(|entry| entry.is_function());
    match did_you_mean(&part.word, names.map(|entry| entry.name)) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help("`stormproof rules` prints all functions"),
    }
}

fn wrong_arity(entry: &catalogue::Entry, found: usize, span: &Span) -> Fault {
    let (least, most) = (*entry.arity.start(), *entry.arity.end());
    let wanted = if least == most {
        format!("{least}")
    } else {
        format!("{least} or {most}")
    };
    let plural = if most == 1 { "" } else { "s" };
    let message = format!(
        "`{}` takes {wanted} argument{plural}, found {found}",
        entry.name
    );
    Fault::new(span.clone(), message).help(format!("write {}", entry.form))
}
