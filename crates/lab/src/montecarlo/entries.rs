//! Entries elsewhere: a bar later, or at random.

use engine::Window;
use indicators::Mask;
use market::{Bars, Interval};
use stats::Dice;
use strategies::{Checklist, Criterion, Prepared};

use super::slots;

/// The plan's columns with another list of bars to enter on: exits, stops, sizes and overlays stay.
pub(super) fn entering_on(prepared: &Prepared, name: &str, entries: Mask) -> Prepared {
    let len = entries.len();
    Prepared {
        checklist: checklist(name, entries),
        skips: Mask::filled(len, false),
        tightened_out: None,
        ..prepared.clone()
    }
}

/// A checklist that holds on these bars and asks nothing else.
pub(super) fn checklist(name: &str, entries: Mask) -> Checklist {
    let unknown = Mask::filled(entries.len(), false);
    let only = Criterion {
        name: name.to_owned(),
        held: entries,
        unknown,
    };
    Checklist::new(vec![only], Vec::new(), None)
}

/// Every bar on which the whole checklist holds, one bar later. Within the session, what would fall on the next
/// session's first bar is dropped: that is not the same day's entry a bar late.
pub(super) fn a_bar_later(list: &Checklist, bars: &Bars) -> Mask {
    let mut later = Mask::filled(bars.len(), false);
    for slot in list.setups().ones() {
        let next = slot + 1;
        let Some(session) = bars.session().get(next) else {
            continue;
        };
        let same_day = bars.interval == Interval::Day || bars.session()[slot] == *session;
        if same_day && list.veto(list.state(slot)).is_none() {
            later.set(next, true);
        }
    }
    later
}

/// Where each session of a window lies among its slots.
pub(super) struct Places {
    /// First slot and number of slots of each session.
    sessions: Vec<(usize, usize)>,
    last: usize,
}

impl Places {
    pub(super) fn of(bars: &Bars, window: Window) -> Self {
        let mut sessions: Vec<(usize, usize)> = Vec::new();
        let mut before = None;
        for slot in slots(window) {
            let session = bars.session().get(slot);
            match sessions.last_mut() {
                Some((_, count)) if before == session => *count += 1,
                _ => sessions.push((slot, 1)),
            }
            before = session;
        }
        Self {
            sessions,
            last: window.last,
        }
    }

    /// How many bars into its session a slot is.
    fn place(&self, slot: usize) -> usize {
        let after = self.sessions.partition_point(|&(first, _)| first <= slot);
        match self.sessions.get(after.saturating_sub(1)) {
            Some(&(first, _)) => slot.saturating_sub(first),
            None => 0,
        }
    }

    /// Adds `more` bars to enter on, each as far into a session as one of `entered` (taken in turn, from the `done`-th), the
    /// session drawn at random; no bar twice, and not the window's last, on which nothing can be entered.
    pub(super) fn add(
        &self,
        entries: &mut Mask,
        entered: &[usize],
        (done, more): (usize, usize),
        dice: &mut Dice,
    ) {
        // A window so full that no free bar turns up in so many draws leaves an entry out.
        const PATIENCE: usize = 1000;
        for &slot in entered.iter().cycle().skip(done).take(more) {
            let place = self.place(slot);
            let free = |_| {
                let &(first, count) = self.sessions.get(dice.below(self.sessions.len()))?;
                let slot = first + place;
                (place < count && slot != self.last && !entries.get(slot)).then_some(slot)
            };
            if let Some(slot) = (0..PATIENCE).find_map(free) {
                entries.set(slot, true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::{Date, RawBars, SessionTable, Time};
    use stats::Purpose;

    fn mask(held: &[u8]) -> Mask {
        held.iter().map(|&b| b == 1).collect()
    }

    /// Two sessions of three hourly bars each, or six days.
    fn bars(interval: Interval) -> Bars {
        let day = |d| Date::from_ymd_opt(2020, 6, d).unwrap();
        let start = |i: u32| match interval {
            Interval::Day => Time::from_exchange(day(1 + i + i / 5 * 2), 9, 30),
            Interval::Minutes(_) => Time::from_exchange(day(1 + i / 3), 10 + i % 3, 30),
        };
        let raw = RawBars {
            start: (0..6).map(|i| start(i).unwrap()).collect(),
            close: vec![100.0; 6],
            ..RawBars::default()
        };
        let sessions = SessionTable::covering(day(1), day(10));
        Bars::new("IWM", interval, raw, &sessions).unwrap()
    }

    #[test]
    fn a_bar_later_is_one_bar_later_and_the_same_day() {
        // Triggers on 0, 2, 3 and 5; the filter forbids 3. 5 has no bar after it.
        let criterion = |held: &[u8]| Criterion {
            name: String::new(),
            held: mask(held),
            unknown: Mask::filled(6, false),
        };
        let list = Checklist::new(
            vec![criterion(&[1, 0, 1, 1, 0, 1])],
            vec![criterion(&[1, 1, 1, 0, 1, 1])],
            None,
        );
        let later = |interval| {
            let later = a_bar_later(&list, &bars(interval));
            later.ones().collect::<Vec<_>>()
        };
        assert_eq!(later(Interval::Day), [1, 3]);
        // 2 is its session's last hour.
        assert_eq!(later(Interval::Minutes(60)), [1]);
    }

    /// Three sessions of 3, 2 and 3 bars from slot 10 on.
    fn places() -> Places {
        Places {
            sessions: vec![(10, 3), (13, 2), (15, 3)],
            last: 17,
        }
    }

    #[test]
    fn a_place_is_counted_from_its_session() {
        let found: Vec<usize> = (10..18).map(|slot| places().place(slot)).collect();
        assert_eq!(found, [0, 1, 2, 0, 1, 0, 1, 2]);
    }

    fn added(places: &Places, entered: &[usize], turns: (usize, usize), k: u64) -> Vec<usize> {
        let mut entries = Mask::filled(20, false);
        let mut dice = Dice::new(1, Purpose::Entries, k);
        places.add(&mut entries, entered, turns, &mut dice);
        entries.ones().collect()
    }

    #[test]
    fn random_entries_keep_their_hour_and_fill_every_free_place() {
        for k in 0..50 {
            // Two on second bars, of which there are three; one on a third bar, of which 17 is the last slot: only 12.
            let slots = added(&places(), &[11, 14, 12], (0, 3), k);
            assert_eq!(slots.len(), 3, "{slots:?}");
            assert!(slots.contains(&12));
            let others = slots.iter().filter(|s| [11, 14, 16].contains(s)).count();
            assert_eq!(others, 2, "{slots:?}");
            // In turn from the fourth on, which is the first again: second bars, both of them.
            let more = added(&places(), &[11, 14, 12], (3, 2), k);
            assert!(more.len() == 2 && !more.contains(&12), "{more:?}");
        }
    }

    #[test]
    fn a_full_window_leaves_an_entry_out() {
        assert_eq!(added(&places(), &[12, 12], (0, 2), 0), [12]);
        let nowhere = Places {
            sessions: Vec::new(),
            last: 0,
        };
        assert_eq!(added(&nowhere, &[3], (0, 1), 0), [0_usize; 0]);
    }
}
