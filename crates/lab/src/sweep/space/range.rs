//! `--vary PATH=RANGE`.
//!
//! ```text
//! RANGE = A..B:STEP      both ends included; the step must divide the range
//!       | A..B           whole numbers: every one; with a point: any number in between, for samplers
//!       | log:A..B       any number in between, evenly in the logarithm
//!       | V,V,V          TOML scalars of one kind; bare words are text
//! ```

use std::str::FromStr;

use crate::error::InputError;

use super::axis::{Axis, Steps, Values};
use super::decimal::{Decimal, NoDecimal};
use super::value::{Kind, Value};

/// More values on one axis than this are a slip of the pen.
pub const MAX_VALUES: u32 = 1_000_000;

const FORMS: &str = "write a range with its step (exit.target_atr=1..4:0.25), whole numbers \
                     (entry.declines=2..5), or a list (exit.stop=atr,nearer)";

/// What is wrong, and what to do.
type Wrong = (String, String);

impl FromStr for Axis {
    type Err = InputError;

    /// Reads `path=range`.
    fn from_str(given: &str) -> Result<Self, InputError> {
        let wrong = |(message, help): Wrong| InputError {
            source: format!("--vary {given}"),
            position: None,
            message,
            help: Some(help),
            excerpt: None,
        };
        let (path, range) = given
            .split_once('=')
            .ok_or_else(|| wrong(("no equals sign".to_owned(), FORMS.to_owned())))?;
        let path: Vec<String> = path.split('.').map(|part| part.trim().to_owned()).collect();
        if path.iter().any(String::is_empty) {
            return Err(wrong((
                "the path has an empty part".to_owned(),
                "write the dotted path of a value: exit.target_atr".to_owned(),
            )));
        }
        let dotted = path.join(".");
        let values = values(&dotted, range.trim()).map_err(wrong)?;
        Ok(Self {
            path,
            dotted,
            given: given.to_owned(),
            values,
        })
    }
}

fn values(path: &str, range: &str) -> Result<Values, Wrong> {
    if range.is_empty() {
        let message = "no values after the equals sign";
        return Err((message.to_owned(), FORMS.to_owned()));
    }
    let (log, ends) = match range.strip_prefix("log:") {
        Some(ends) => (true, ends.trim()),
        None => (false, range),
    };
    match ends.split_once("..") {
        Some((low, rest)) => ranged(path, low.trim(), rest.trim(), log),
        None if log => Err((
            format!("`{range}` has no two ends"),
            format!("write {path}=log:0.001..0.1"),
        )),
        None => list(path, range),
    }
}

fn ranged(path: &str, low: &str, rest: &str, log: bool) -> Result<Values, Wrong> {
    let (high, step) = match rest.split_once(':') {
        Some((high, step)) => (high.trim(), Some(step.trim())),
        None => (rest, None),
    };
    if let Some(high) = high.strip_prefix('=') {
        let help = format!("both ends are included already: write {path}={low}..{high}");
        return Err((format!("`..={high}` is not needed"), help));
    }
    if low.is_empty() || high.is_empty() {
        let message = "the range is empty: it needs two ends".to_owned();
        return Err((message, format!("write {path}=1..4:0.5")));
    }
    let (low, high) = (decimal(low)?, decimal(high)?);
    if low.number() > high.number() {
        let (low, high) = (low.text(), high.text());
        return Err((
            format!("the range runs backwards, from {low} to {high}"),
            format!("swap the ends: {high}..{low}"),
        ));
    }
    if low.number() == high.number() {
        let low = low.text();
        return Err((
            format!("the range is one value, {low}: it varies nothing"),
            format!("to fix it there, use --set {path}={low}"),
        ));
    }
    match step {
        Some(_) if log => Err((
            "a logarithmic range has no step".to_owned(),
            format!("leave the step out, or list the values: {path}=0.001,0.01,0.1"),
        )),
        Some(step) => stepped(path, low, high, decimal(step)?),
        None if low.whole && high.whole && !log => {
            let one = Decimal {
                units: 1,
                places: 0,
                whole: true,
            };
            stepped(path, low, high, one)
        }
        None if log && low.units <= 0 => Err((
            format!("a logarithmic range cannot begin at {}", low.text()),
            "begin above 0".to_owned(),
        )),
        None => Ok(Values::Continuous {
            low: low.number(),
            high: high.number(),
            log,
        }),
    }
}

fn decimal(text: &str) -> Result<Decimal, Wrong> {
    Decimal::parse(text).map_err(|why| match why {
        NoDecimal::NotANumber => (format!("`{text}` is not a number"), FORMS.to_owned()),
        NoDecimal::NotFinite => (
            format!("`{text}` is not a finite number"),
            "write the end in digits".to_owned(),
        ),
        NoDecimal::TooManyDigits => (
            format!("`{text}` has more digits than can be stepped exactly"),
            "15 decimal places and 15 digits are enough for a price".to_owned(),
        ),
    })
}

fn stepped(path: &str, low: Decimal, high: Decimal, step: Decimal) -> Result<Values, Wrong> {
    if step.units <= 0 {
        return Err((
            format!("the step is {}", step.text()),
            format!(
                "a step is above 0: {path}={}..{}:STEP",
                low.text(),
                high.text()
            ),
        ));
    }
    let whole = low.whole && high.whole && step.whole;
    let places = low.places.max(high.places).max(step.places);
    let widened = |decimal: Decimal| {
        let text = || format!("`{}` has too many digits beside the others", decimal.text());
        let widened = decimal.with_places(places);
        widened.ok_or_else(|| (text(), "use fewer digits".to_owned()))
    };
    let (low, high, step) = (widened(low)?, widened(high)?, widened(step)?);
    let (low, high) = (Decimal { whole, ..low }, Decimal { whole, ..high });
    let width = high.units - low.units;
    if width % step.units != 0 {
        return Err(does_not_divide(path, low, high, step));
    }
    let count = width / step.units + 1;
    match u32::try_from(count) {
        Ok(count) if count <= MAX_VALUES => Ok(Values::Steps(Steps {
            start: low,
            step_units: step.units,
            count,
        })),
        _ => Err((
            format!("the range has {count} values, at most {MAX_VALUES} are allowed"),
            "take a wider step, or a continuous range with a sampler".to_owned(),
        )),
    }
}

/// The two ends at which the step would come out even.
fn does_not_divide(path: &str, low: Decimal, high: Decimal, step: Decimal) -> Wrong {
    let (from, by) = (low.text(), step.text());
    let whole_steps = (high.units - low.units) / step.units;
    let end = |steps: i64| {
        let units = low.units + steps * step.units;
        format!("{path}={from}..{}:{by}", Decimal { units, ..low }.text())
    };
    let below = (whole_steps > 0).then(|| format!("{} or ", end(whole_steps)));
    (
        format!("steps of {by} from {from} do not end at {}", high.text()),
        format!(
            "write {}{}",
            below.unwrap_or_default(),
            end(whole_steps + 1)
        ),
    )
}

fn list(path: &str, range: &str) -> Result<Values, Wrong> {
    let mut values = Vec::new();
    for item in items(range) {
        values.push(scalar(path, item.trim())?);
        if values.len() > MAX_VALUES as usize {
            let message = format!("more than {MAX_VALUES} values");
            return Err((message, "take a range with a step".to_owned()));
        }
    }
    let kinds: Vec<Kind> = values.iter().map(Value::kind).collect();
    let numeric = |kind: &Kind| matches!(kind, Kind::Whole | Kind::Number);
    if kinds.iter().all(numeric) {
        // `1,1.5,2` are numbers, and in order, so that the next in the list is the neighbour.
        if kinds.contains(&Kind::Number) {
            for value in &mut values {
                *value = Value::Number(value.number().unwrap_or_default());
            }
        }
        let key = |value: &Value| value.number().unwrap_or_default();
        values.sort_by(|a, b| key(a).total_cmp(&key(b)));
    } else if let Some(other) = kinds.iter().position(|kind| Some(kind) != kinds.first()) {
        let (first, other) = (&values[0], &values[other]);
        return Err((
            format!(
                "{first} is of the {}, {other} of the {}",
                first.kind().as_str(),
                other.kind().as_str()
            ),
            "all values of a list are of one kind".to_owned(),
        ));
    }
    match twice(&values) {
        Some(value) => Err((
            format!("{value} is listed twice"),
            "name every value once".to_owned(),
        )),
        None => Ok(Values::List(values)),
    }
}

/// The items of a list: between commas that are not in quotes.
fn items(range: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    range.split(move |c: char| {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        c == ',' && quote.is_none()
    })
}

fn scalar(path: &str, item: &str) -> Result<Value, Wrong> {
    if item.is_empty() {
        let message = "a value of the list is empty";
        return Err((message.to_owned(), format!("write {path}=2,3,4")));
    }
    // The value is read as it would be in a file; a line break would smuggle in another key.
    let read = (!item.contains('\n'))
        .then(|| toml::from_str::<toml::Table>(&format!("value = {item}")).ok())
        .flatten()
        .and_then(|mut table| table.remove("value"));
    let Some(read) = read else {
        return Ok(Value::Text(item.into()));
    };
    Value::from_toml(&read).ok_or_else(|| match read {
        toml::Value::Float(_) => (
            format!("`{item}` is not a finite number"),
            "write the value in digits".to_owned(),
        ),
        other => (
            format!("`{item}` is a {}, which cannot be varied", other.type_str()),
            "vary numbers, switches or words".to_owned(),
        ),
    })
}

fn twice(values: &[Value]) -> Option<&Value> {
    let mut sorted: Vec<(String, &Value)> = values.iter().map(|v| (v.to_string(), v)).collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let pair = sorted.windows(2).find(|pair| pair[0].1 == pair[1].1);
    pair.map(|pair| pair[0].1)
}
