//! What a replay runs over: the bars of the traded symbols on one decision clock.

use std::borrow::Cow;

use indicators::Column;
use market::{Bars, Date, Dividend, Interval, Session, SessionTable, Split, Time};

use options::Chains;

use crate::track::{Action, Track};

/// The bars of the traded symbols, merged onto one clock of slots.
///
/// A *slot* is one bar interval on which at least one symbol has a bar. All symbols have the same
/// interval and share one grid, so slots never overlap. With one symbol, slots are its bars and
/// nothing is copied.
#[derive(Debug)]
pub struct Feed<'a> {
    sessions: &'a SessionTable,
    start: Cow<'a, [Time]>,
    end: Cow<'a, [Time]>,
    session: Cow<'a, [u32]>,
    tracks: Vec<Track<'a>>,
    options: Option<OptionTrack<'a>>,
}

/// The options of one traded symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionTrack<'a> {
    /// Index of the underlying among the traded symbols.
    pub(crate) symbol: usize,
    /// What is listed, and at what prices, at the end of each slot.
    pub(crate) chains: &'a dyn Chains,
}

/// Why bars do not make a feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// No symbol.
    #[error("a replay needs at least one traded symbol")]
    Empty,
    /// Bars of several intervals.
    #[error("{symbol} has {found} bars, the plan's clock runs on {expected}")]
    Interval {
        /// The symbol that differs.
        symbol: String,
        /// Its interval.
        found: String,
        /// The first symbol's interval.
        expected: String,
    },
    /// Bars of one symbol start inside a bar of another: a decision at the end of the one would fill
    /// at an open that is already past.
    #[error(
        "a bar that starts {start} overlaps one that ends {end}; bars of all traded symbols must share one grid"
    )]
    Overlap {
        /// Start of the later bar.
        start: Time,
        /// End of the earlier one.
        end: Time,
    },
    /// Bars that do not lie inside those of the clock.
    #[error("{found} do not lie inside the {interval} bars of {symbol}")]
    Finer {
        /// The traded symbol.
        symbol: String,
        /// Its interval on the clock.
        interval: Interval,
        /// What was given.
        found: String,
    },
    /// A price column was not loaded.
    #[error(
        "{symbol}: a traded symbol needs open, high, low and close, and {field} was not loaded"
    )]
    Column {
        /// The symbol.
        symbol: String,
        /// The missing column.
        field: &'static str,
    },
}

/// The slots a replay may decide and fill in, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First slot.
    pub first: usize,
    /// Last slot.
    pub last: usize,
}

impl Window {
    /// Every slot of the feed; `None` for a feed without any.
    pub fn whole(feed: &Feed<'_>) -> Option<Window> {
        Some(Window {
            first: 0,
            last: feed.len().checked_sub(1)?,
        })
    }

    /// The slots of the sessions from `from` to `to`, both included; `None` if there is none.
    pub fn between(feed: &Feed<'_>, from: Date, to: Date) -> Option<Window> {
        let ordinal_after = to
            .succ_opt()
            .map_or(usize::MAX, |day| feed.sessions.on_or_after(day));
        let first = feed.first_slot_of(feed.sessions.on_or_after(from));
        let last = feed.first_slot_of(ordinal_after).checked_sub(1)?;
        (first <= last).then_some(Window { first, last })
    }

    /// How many slots it holds.
    #[allow(clippy::len_without_is_empty)] // A window is never empty.
    pub const fn len(&self) -> usize {
        self.last - self.first + 1
    }
}

impl<'a> Feed<'a> {
    /// A feed of one symbol: its bars are the slots.
    ///
    /// # Errors
    /// [`FeedError::Column`] if a price column was not loaded.
    pub fn single(bars: &'a Bars, sessions: &'a SessionTable) -> Result<Self, FeedError> {
        Self::new(std::slice::from_ref(&bars), sessions)
    }

    /// A feed of several symbols, in the order given.
    ///
    /// # Errors
    /// [`FeedError`] if there is none, if their intervals differ, if their bars do not lie on one grid,
    /// or a price column is missing.
    pub fn new(symbols: &[&'a Bars], sessions: &'a SessionTable) -> Result<Self, FeedError> {
        let first = *symbols.first().ok_or(FeedError::Empty)?;
        for bars in symbols {
            check(bars, first)?;
        }
        if symbols.len() == 1 {
            let track = Track::new(first, None);
            let (start, end, session) = (
                first.start().into(),
                first.end().into(),
                first.session().into(),
            );
            return Ok(Self {
                sessions,
                start,
                end,
                session,
                tracks: vec![track],
                options: None,
            });
        }
        Self::merged(symbols, sessions)
    }

    fn merged(symbols: &[&'a Bars], sessions: &'a SessionTable) -> Result<Self, FeedError> {
        let mut slots: Vec<(Time, Time, u32)> = symbols
            .iter()
            .flat_map(|bars| {
                (0..bars.len()).map(|i| (bars.end()[i], bars.start()[i], bars.session()[i]))
            })
            .collect();
        slots.sort_unstable();
        // Bars that end together are one slot; the earliest start speaks for all of them.
        slots.dedup_by_key(|slot| slot.0);
        if let Some(pair) = slots.windows(2).find(|pair| pair[1].1 < pair[0].0) {
            let (start, end) = (pair[1].1, pair[0].0);
            return Err(FeedError::Overlap { start, end });
        }
        let end: Vec<Time> = slots.iter().map(|slot| slot.0).collect();
        let tracks = symbols
            .iter()
            .map(|bars| {
                let mut ended = 0;
                let count = |&by: &Time| {
                    while ended < bars.len() && bars.end()[ended] <= by {
                        ended += 1;
                    }
                    ended as u32
                };
                let ended = Some(end.iter().map(count).collect());
                Track::new(bars, ended)
            })
            .collect();
        let start = slots.iter().map(|slot| slot.1).collect();
        let session = slots.iter().map(|slot| slot.2).collect();
        Ok(Self {
            sessions,
            start,
            end: end.into(),
            session,
            tracks,
            options: None,
        })
    }

    /// Gives a symbol the ATR that its trailing stops and slippage use, one value a slot.
    #[must_use]
    pub fn with_atr(mut self, symbol: usize, atr: &'a Column) -> Self {
        if let Some(track) = self.tracks.get_mut(symbol) {
            track.atr = Some(atr);
        }
        self
    }

    /// Gives a symbol options: what is listed, and at what prices, on this feed's slots.
    #[must_use]
    pub fn with_options(mut self, symbol: usize, chains: &'a dyn Chains) -> Self {
        self.options = (symbol < self.tracks.len()).then_some(OptionTrack { symbol, chains });
        self
    }

    /// The options of the feed, if it has any.
    #[inline]
    pub(crate) fn options(&self) -> Option<OptionTrack<'a>> {
        self.options
    }

    /// Gives a symbol finer bars, which [`Intrabar::Finer`](crate::Intrabar::Finer) asks. What lies outside the
    /// clock's span costs nothing and is never asked.
    ///
    /// # Errors
    /// [`FeedError::Finer`] for bars of another symbol or an interval that does not divide the clock's, and
    /// [`FeedError::Column`].
    pub fn with_finer(
        mut self,
        symbol: usize,
        finer: impl IntoIterator<Item = &'a Bars>,
    ) -> Result<Self, FeedError> {
        let Some(track) = self.tracks.get_mut(symbol) else {
            return Ok(self);
        };
        for bars in finer {
            let divides =
                bars.interval < track.bars.interval && bars.interval.divides(track.bars.interval);
            if bars.symbol != track.bars.symbol || !divides {
                return Err(FeedError::Finer {
                    symbol: track.bars.symbol.clone(),
                    interval: track.bars.interval,
                    found: format!("{} bars of {}", bars.interval, bars.symbol),
                });
            }
            complete(bars)?;
            track.finer.push(bars);
        }
        track
            .finer
            .sort_by_key(|bars| std::cmp::Reverse(bars.interval));
        Ok(self)
    }

    /// Places the dividends and splits of a symbol on the clock, each at the symbol's own first bar on
    /// or after its date. Those outside its span are dropped, as are amounts and ratios that are no
    /// positive numbers (a tape reader refuses such a tape).
    #[must_use]
    pub fn with_actions(mut self, symbol: usize, dividends: &[Dividend], splits: &[Split]) -> Self {
        let Some(track) = self.tracks.get(symbol) else {
            return self;
        };
        let sound = |number: f64| number.is_finite() && number > 0.0;
        let slot_of = |date: Date| {
            let ordinal = self.sessions.on_or_after(date);
            let row = track
                .bars
                .session()
                .partition_point(|&s| (s as usize) < ordinal);
            track.slot(row)
        };
        let splits = splits.iter().filter(|split| sound(split.ratio)).map(|s| {
            let (slot, ratio) = (slot_of(s.ex_date), s.ratio);
            (s.ex_date, Action::Split { slot, ratio })
        });
        let dividends = dividends.iter().filter(|d| sound(d.amount_usd)).map(|d| {
            let (slot, amount_usd) = (slot_of(d.ex_date), d.amount_usd);
            (d.ex_date, Action::Dividend { slot, amount_usd })
        });
        // Stable, so a split comes before a dividend of the same date: the amount is per new share.
        let mut dated: Vec<(Date, Action)> = splits.chain(dividends).collect();
        dated.sort_by_key(|(date, _)| *date);
        let within = 1..self.len();
        let actions = dated
            .into_iter()
            .map(|(_, action)| action)
            .filter(|action| within.contains(&action.slot()))
            .collect();
        if let Some(track) = self.tracks.get_mut(symbol) {
            track.actions = actions;
        }
        self
    }

    /// How many slots there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.end.len()
    }

    /// True without a slot.
    pub fn is_empty(&self) -> bool {
        self.end.is_empty()
    }

    /// The exchange's sessions.
    pub fn sessions(&self) -> &SessionTable {
        self.sessions
    }

    /// The traded symbols.
    #[inline]
    pub fn tracks(&self) -> &[Track<'a>] {
        &self.tracks
    }

    /// The index of `symbol` among the traded ones.
    pub fn symbol(&self, symbol: &str) -> Option<usize> {
        self.tracks
            .iter()
            .position(|track| track.bars.symbol == symbol)
    }

    /// When a slot starts.
    #[inline]
    pub fn start(&self, slot: usize) -> Time {
        self.start[slot]
    }

    /// When a slot ends.
    #[inline]
    pub fn end(&self, slot: usize) -> Time {
        self.end[slot]
    }

    /// The ends of all slots.
    pub fn ends(&self) -> &[Time] {
        &self.end
    }

    /// The session ordinal of a slot.
    #[inline]
    pub fn session(&self, slot: usize) -> u32 {
        self.session[slot]
    }

    /// The session of a slot.
    pub fn session_of(&self, slot: usize) -> Option<&Session> {
        self.sessions.get(self.session[slot] as usize)
    }

    /// The first slot of the session `ordinal`, or of the next that has one; `len()` if none has.
    pub fn first_slot_of(&self, ordinal: usize) -> usize {
        self.session.partition_point(|&s| (s as usize) < ordinal)
    }

    /// The first slot that ends at or after `time`; `len()` if none does.
    pub fn slot_ending_at(&self, time: Time) -> usize {
        self.end.partition_point(|&end| end < time)
    }

    /// The same, sought outwards from `near`: what is asked for is seldom far away.
    pub(crate) fn slot_ending_near(&self, near: usize, time: Time) -> usize {
        let (mut from, mut step) = (near.min(self.len()), 1);
        if from == self.len() || self.end[from] >= time {
            return self.end[..from].partition_point(|&end| end < time);
        }
        // Slot `from` ends too early; doubles the distance until one does not.
        loop {
            let to = (from + step).min(self.len());
            if to == self.len() || self.end[to] >= time {
                return from + self.end[from..to].partition_point(|&end| end < time);
            }
            (from, step) = (to, 2 * step);
        }
    }

    /// The first slot that starts at or after `time`; `len()` if none does.
    pub fn slot_starting_at(&self, time: Time) -> usize {
        self.start.partition_point(|&start| start < time)
    }

    /// True if `slot` is the first of its session and starts with the session's opening print.
    pub fn opens_session(&self, slot: usize) -> bool {
        self.session_of(slot)
            .is_some_and(|session| session.open == self.start[slot])
    }

    /// One past the last slot of the session that `slot` lies in.
    #[inline]
    pub(crate) fn session_ends_before(&self, slot: usize) -> usize {
        let session = self.session[slot];
        // Sessions are short runs; a daily clock's are one slot long.
        let length = self.session[slot..]
            .iter()
            .take_while(|&&s| s == session)
            .count();
        slot + length
    }

    /// True if every slot is a session.
    #[inline]
    pub(crate) fn is_daily(&self) -> bool {
        self.tracks
            .first()
            .is_some_and(|track| track.bars.interval == Interval::Day)
    }

    /// True if the slot after belongs to a later session, or there is none.
    pub(crate) fn ends_session(&self, slot: usize) -> bool {
        self.session_ends_before(slot) == slot + 1
    }

    /// The date of the session of `slot`, and the next session's.
    pub(crate) fn session_and_next(&self, slot: usize) -> (Date, Option<Date>) {
        let ordinal = self.session[slot] as usize;
        let date = |ordinal| self.sessions.get(ordinal).map(|session| session.date);
        (date(ordinal).unwrap_or(Date::MIN), date(ordinal + 1))
    }

    /// True if the slot before belongs to an earlier session.
    #[inline]
    pub fn begins_session(&self, slot: usize) -> bool {
        slot == 0 || self.session[slot - 1] != self.session[slot]
    }
}

fn check(bars: &Bars, first: &Bars) -> Result<(), FeedError> {
    if bars.interval != first.interval {
        let (found, expected) = (bars.interval.to_string(), first.interval.to_string());
        return Err(FeedError::Interval {
            symbol: bars.symbol.clone(),
            found,
            expected,
        });
    }
    complete(bars)
}

/// Refuses bars without a price column.
fn complete(bars: &Bars) -> Result<(), FeedError> {
    let columns = [
        ("open", bars.open()),
        ("high", bars.high()),
        ("low", bars.low()),
        ("close", bars.close()),
    ];
    match columns
        .iter()
        .find(|(_, column)| column.len() != bars.len())
    {
        Some((field, _)) => Err(FeedError::Column {
            symbol: bars.symbol.clone(),
            field,
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::RawBars;

    #[test]
    fn seeking_outwards_finds_what_seeking_everywhere_does() {
        let day = Date::from_ymd_opt(2020, 6, 1).unwrap();
        let sessions = SessionTable::covering(day, day);
        let open = Time::from_exchange(day, 9, 30).unwrap();
        let price = vec![100.0; 60];
        let raw = RawBars {
            // Gaps of one to three minutes.
            start: (0..60).map(|i| open.plus_minutes(2 * i + i % 2)).collect(),
            open: price.clone(),
            high: price.clone(),
            low: price.clone(),
            close: price,
            volume: Vec::new(),
        };
        let bars = Bars::new("A", Interval::Minutes(1), raw, &sessions).unwrap();
        let feed = Feed::single(&bars, &sessions).unwrap();
        for near in 0..=60 {
            for minute in -1..125 {
                let time = open.plus_minutes(minute);
                let found = feed.slot_ending_near(near, time);
                assert_eq!(found, feed.slot_ending_at(time), "{time} from {near}");
            }
        }
    }
}
