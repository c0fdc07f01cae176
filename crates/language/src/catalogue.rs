//! Every word of the language: what it gives, what it needs, an example. `stormproof rules` prints this, and the
//! builder takes arities and suggestions from it.

use std::ops::RangeInclusive;

/// A word of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The word, without its arguments.
    pub name: &'static str,
    /// As it is written.
    pub form: &'static str,
    /// Where it belongs.
    pub group: Group,
    /// How many arguments a function takes; 0 to 0 for a name.
    pub arity: RangeInclusive<usize>,
    /// The unit of its value.
    pub unit: &'static str,
    /// What must lie before its first value.
    pub warm_up: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A rule that uses it.
    pub example: &'static str,
}

/// Families of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Prices and volumes of bars.
    Bars,
    /// The session and the one before.
    Session,
    /// The time and the calendar.
    Calendar,
    /// Other symbols and series.
    Others,
    /// The signal layers.
    Signals,
    /// Indicators.
    Indicators,
    /// Windows over conditions and values.
    Windows,
    /// Functions of one or two values.
    Functions,
}

impl Group {
    /// All of them, in the order of the documentation.
    pub const ALL: [Group; 8] = [
        Group::Bars,
        Group::Session,
        Group::Calendar,
        Group::Others,
        Group::Signals,
        Group::Indicators,
        Group::Windows,
        Group::Functions,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Group::Bars => "Bars",
            Group::Session => "The session",
            Group::Calendar => "Time and calendar",
            Group::Others => "Other symbols and series",
            Group::Signals => "Signal layers",
            Group::Indicators => "Indicators",
            Group::Windows => "Windows",
            Group::Functions => "Functions",
        }
    }
}

impl Entry {
    /// True for what is called with arguments.
    pub const fn is_function(&self) -> bool {
        *self.arity.end() > 0
    }
}

const NO: RangeInclusive<usize> = 0..=0;

const fn name(
    group: Group,
    form: &'static str,
    unit: &'static str,
    warm_up: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Entry {
    Entry {
        name: form,
        form,
        group,
        arity: NO,
        unit,
        warm_up,
        meaning,
        example,
    }
}

#[allow(clippy::too_many_arguments)] // A row of a table.
const fn function(
    group: Group,
    name: &'static str,
    form: &'static str,
    arity: RangeInclusive<usize>,
    unit: &'static str,
    warm_up: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Entry {
    Entry {
        name,
        form,
        group,
        arity,
        unit,
        warm_up,
        meaning,
        example,
    }
}

use Group::{Bars, Calendar, Functions, Indicators, Others, Session, Signals, Windows};

/// Every word.
#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    name(Bars, "open", "$/share", "0", "The bar's first price.", "close > open"),
    name(Bars, "high", "$/share", "0", "Its highest price.", "high > high[1]"),
    name(Bars, "low", "$/share", "0", "Its lowest price.", "low < lowest(low, 20)[1]"),
    name(Bars, "close", "$/share", "0", "Its last price, raw (dividends are left in).", "close < close[1]"),
    name(Bars, "volume", "shares", "0", "Shares traded in it.", "volume > 1.5 * sma(volume, 20)"),
    name(Bars, "true_range", "$/share", "1", "Greatest of high − low, |high − previous close|, |low − previous close|.", "true_range > 2 * atr(14)"),

    name(Session, "session.open", "$/share", "0", "The session's open: the official daily one where the tape has it.", "close > session.open"),
    name(Session, "session.high", "$/share", "0", "Highest price of the session so far.", "close == session.high"),
    name(Session, "session.low", "$/share", "0", "Lowest price of the session so far.", "low == session.low"),
    name(Session, "session.volume", "shares", "0", "Shares traded in the session so far.", "session.volume > 1_000_000"),
    name(Session, "prev_session.open", "$/share", "1 session", "Open of the session right before.", "close > prev_session.open"),
    name(Session, "prev_session.high", "$/share", "1 session", "Its high.", "close > prev_session.high"),
    name(Session, "prev_session.low", "$/share", "1 session", "Its low.", "close < prev_session.low"),
    name(Session, "prev_session.close", "$/share", "1 session", "Its close, the official one where the tape has it.", "close > prev_session.close"),
    name(Session, "prev_session.volume", "shares", "1 session", "Its volume.", "session.volume > prev_session.volume"),
    name(Session, "gap", "fraction", "1 session", "session.open ÷ prev_session.close − 1.", "gap > 0.8%"),
    name(Session, "change", "fraction", "1 session", "Last price ÷ prev_session.close − 1.", "change < -2%"),
    function(Session, "opening_high", "opening_high(minutes)", 1..=1, "$/share", "0", "High of the session's first minutes, once they are over; unknown if a bar of them is missing.", "close > opening_high(15)"),
    function(Session, "opening_low", "opening_low(minutes)", 1..=1, "$/share", "0", "Low of the session's first minutes.", "close < opening_low(15)"),
    function(Session, "relative_volume", "relative_volume(sessions)", 1..=1, "fraction", "n sessions", "Volume since the open ÷ its mean over the same time of the last n sessions.", "relative_volume(20) > 1"),

    name(Calendar, "minutes_since_open", "minutes", "0", "From the session's open to the bar's end.", "minutes_since_open < 45"),
    name(Calendar, "minutes_to_close", "minutes", "0", "From the bar's end to the session's close, half days included.", "minutes_to_close > 30"),
    name(Calendar, "time", "time", "0", "New York time at the bar's end.", "time between 09:45 and 15:30"),
    name(Calendar, "weekday", "count", "0", "1 for Monday to 5 for Friday.", "weekday != 5"),
    name(Calendar, "month", "count", "0", "1 for January to 12.", "month != 9"),
    name(Calendar, "half_day", "condition", "0", "The session closes early.", "not half_day"),
    function(Calendar, "sessions_until", "sessions_until(\"fomc\")", 1..=1, "count", "0", "Sessions until the next scheduled event of a kind, 0 on its day; unknown beyond the tape's calendar.", "sessions_until(\"fomc\") > 1"),
    function(Calendar, "sessions_since", "sessions_since(\"cpi\")", 1..=1, "count", "0", "Sessions since the last event of a kind, 0 on its day.", "sessions_since(\"cpi\") >= 1"),
    function(Calendar, "near", "near(\"fomc\", before, after)", 3..=3, "condition", "0", "At most so many sessions before an event, or after one.", "not near(\"fomc\", 1, 0)"),

    name(Others, "KRE.close", "$/share", "0", "A bar's column of any symbol (open, high, low, close, volume), as last known in this session.", "KRE.close > KRE.ema(21)"),
    name(Others, "KRE.change", "fraction", "1 session", "A symbol's last price ÷ its previous session's close − 1.", "KRE.change > -1.5%"),
    name(Others, "RVX", "own unit", "0", "The last published value of a series, if not stale. Names of small letters that are no words of the language are written series(\"name\").", "RVX < 30"),
    name(Others, "daily.close", "$/share", "1 session", "Within the session: a column of the last complete session's daily bar, or its change. Functions too: daily.ema(21), KRE.daily.roc(10).", "close > daily.close"),
    name(Others, "bar.close", "$/share", "0", "The plan's own bars, where a word would mean days: bar.atr(14).", "bar.close > open"),
    function(Others, "series", "series(\"name\")", 1..=1, "own unit", "0", "A series by its name on the tape.", "series(\"breadth50\") > 50"),

    name(Signals, "signal.composite", "state", "62 sessions", "What the layers say together, of the last complete session: bearish, neutral or bullish (docs/signals.md).", "signal.composite == bullish"),
    name(Signals, "signal.trend", "state", "62 sessions", "The 21-day exponential average against the 63-day one.", "signal.trend != bearish"),
    name(Signals, "signal.momentum", "state", "62 sessions", "Rates of change over 10 and 21 sessions, if there is a volume mark.", "signal.momentum == bullish"),
    name(Signals, "signal.breadth", "state", "62 sessions", "Members above their 50-day average.", "signal.breadth != bearish"),
    name(Signals, "signal.relative_strength", "state", "62 sessions", "The 10-day return less the benchmark's.", "signal.relative_strength == bullish"),
    name(Signals, "signal.size", "fraction", "62 sessions", "The share of a full size that the layers allow.", "signal.size > 0"),
    name(Signals, "signal.converging", "condition", "62 sessions", "The averages converge after long separation.", "signal.converging"),
    name(Signals, "signal.volume_mark", "condition", "62 sessions", "One of the last five sessions closed low in their range on heavy volume.", "signal.volume_mark"),
    name(Signals, "signal.divergence", "condition", "62 sessions", "A rally that too few members take part in.", "not signal.divergence"),
    name(Signals, "signal.repair", "condition", "62 sessions", "Breadth rising from a washed-out low near the low of the price.", "signal.repair"),
    name(Signals, "signal.deteriorating", "condition", "62 sessions", "Lagging while the benchmark rises.", "not signal.deteriorating"),
    name(Signals, "rotation", "rotation", "62 sessions", "The ratio to the benchmark over 20 sessions: flight, parity or leadership.", "rotation != flight"),
    name(Signals, "bearish", "state", "0", "A state of a layer; bearish < neutral < bullish.", "signal.composite == bearish"),
    name(Signals, "neutral", "state", "0", "A state of a layer.", "signal.composite >= neutral"),
    name(Signals, "bullish", "state", "0", "A state of a layer.", "signal.composite == bullish"),
    name(Signals, "flight", "rotation", "0", "Money leaves small companies: the ratio falls by more than 2 %.", "rotation == flight"),
    name(Signals, "parity", "rotation", "0", "The ratio moves by no more than 2 %.", "rotation == parity"),
    name(Signals, "leadership", "rotation", "0", "Small companies lead by more than 2 %.", "rotation == leadership"),

    function(Indicators, "sma", "sma(n) or sma(x, n)", 1..=2, "that of x", "n − 1", "Mean of the last n values.", "close > sma(200)"),
    function(Indicators, "ema", "ema(n) or ema(x, n)", 1..=2, "that of x", "n − 1", "Exponential mean, k = 2/(n+1), seeded with the mean of the first n values; bars without a value are passed over.", "close < ema(21)"),
    function(Indicators, "stddev", "stddev(n) or stddev(x, n)", 1..=2, "that of x", "n − 1", "Standard deviation of the last n values (of the population, as TA-Lib).", "close < sma(20) - 2 * stddev(20)"),
    function(Indicators, "roc", "roc(n) or roc(x, n)", 1..=2, "fraction", "n", "x ÷ x[n] − 1.", "roc(10) < -3%"),
    function(Indicators, "rsi", "rsi(n) or rsi(x, n)", 1..=2, "0..100", "n", "Wilder's relative strength; bars without a value are passed over.", "rsi(2) < 10"),
    function(Indicators, "rank", "rank(n) or rank(x, n)", 1..=2, "0..100", "n − 1", "(x − lowest) ÷ (highest − lowest) × 100 over the last n values.", "rank(RVX, 252) < 20"),
    function(Indicators, "highest", "highest(x, n)", 2..=2, "that of x", "n − 1", "Highest of the last n values, this one included.", "close > highest(high, 20)[1]"),
    function(Indicators, "lowest", "lowest(x, n)", 2..=2, "that of x", "n − 1", "Lowest of the last n values.", "close < lowest(low, 10)[1]"),
    function(Indicators, "atr", "atr(n)", 1..=1, "$/share", "n", "Wilder's average true range; within the session that of the last complete one, unless written bar.atr(n).", "high - low > 1.5 * atr(14)"),
    function(Indicators, "zscore", "zscore(n) or zscore(x, n)", 1..=2, "number", "n − 1", "(x − sma(x, n)) ÷ stddev(x, n).", "zscore(20) < -2"),

    function(Windows, "count", "count(condition, n)", 2..=2, "count", "n − 1", "In how many of the last n bars it held; unknown if it is unknown on any of them.", "count(close < close[1], 3) == 3"),
    function(Windows, "any", "any(condition, n)", 2..=2, "condition", "n − 1", "It held in one of the last n bars, whatever is unknown in the others.", "any(gap < -1%, 5)"),
    function(Windows, "all", "all(condition, n)", 2..=2, "condition", "n − 1", "It held in all of the last n bars; one on which it did not decides.", "all(close > sma(50), 10)"),
    function(Windows, "since", "since(condition)", 1..=1, "count", "0", "Bars since it held last, 0 if now; a bar on which it is unknown counts as one on which it did not. Unknown before the first time.", "since(cross_above(close, sma(50))) < 5"),
    function(Windows, "sum", "sum(x, n)", 2..=2, "that of x", "n − 1", "Sum of the last n values.", "sum(volume, 5) > 5 * sma(volume, 50)"),
    function(Windows, "diff", "diff(x, n)", 2..=2, "that of x", "n", "x − x[n].", "diff(RVX, 5) > 3"),
    function(Windows, "rising", "rising(x, n)", 2..=2, "condition", "n", "n values in a row, each above the one before.", "rising(close, 3)"),
    function(Windows, "falling", "falling(x, n)", 2..=2, "condition", "n", "n values in a row, each below the one before.", "falling(close, 3)"),
    function(Windows, "cross_above", "cross_above(a, b)", 2..=2, "condition", "1", "a is above b, and was not one bar ago.", "cross_above(close, ema(21))"),
    function(Windows, "cross_below", "cross_below(a, b)", 2..=2, "condition", "1", "a is below b, and was not one bar ago.", "cross_below(rsi(14), 30)"),

    function(Functions, "abs", "abs(x)", 1..=1, "that of x", "0", "Without its sign.", "abs(gap) > 1%"),
    function(Functions, "min", "min(a, b)", 2..=2, "that of both", "0", "The smaller.", "close < min(ema(21), ema(63))"),
    function(Functions, "max", "max(a, b)", 2..=2, "that of both", "0", "The greater.", "close > max(open, close[1])"),
    function(Functions, "sqrt", "sqrt(x)", 1..=1, "that of x", "0", "Square root of a number without a unit.", "roc(5) < -sqrt(5) * 1%"),
    function(Functions, "log", "log(x)", 1..=1, "that of x", "0", "Natural logarithm of a number without a unit.", "log(close / close[1]) < -2%"),
    function(Functions, "if", "if(condition, a, b)", 3..=3, "that of a and b", "0", "a where the condition holds, b where it does not.", "roc(3) < if(near(\"fomc\", 1, 0), -4%, -2.5%)"),
    function(Functions, "known", "known(x)", 1..=1, "condition", "0", "x has a value. The only word that is never unknown itself.", "known(RVX) and RVX < 30"),
];

/// Words that stand before a dot.
pub const PREFIXES: [&str; 5] = ["session", "prev_session", "signal", "daily", "bar"];

/// A function by its name.
pub(crate) fn called(word: &str) -> Option<&'static Entry> {
    ENTRIES
        .iter()
        .find(|entry| entry.is_function() && entry.name == word)
}

/// Every name that could be meant by a single word.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let plain = ENTRIES.iter().map(|entry| entry.name);
    plain.filter(|name| !name.contains('.') && !matches!(*name, "RVX"))
}

/// True for words that a plan cannot give another meaning.
pub(crate) fn means_something(word: &str) -> bool {
    PREFIXES.contains(&word) || names().any(|name| name == word)
}
