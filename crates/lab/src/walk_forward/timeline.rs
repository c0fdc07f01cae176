//! The sessions that are walked over, by number: windows are ranges of them.

use std::ops::Range;

use market::{Date, SessionTable};

use crate::regimes::Regime;

/// The sessions of a window, holes left out.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    dates: Vec<Date>,
    /// Where each stands in the exchange's calendar: two that are neighbours here need not be there.
    ordinals: Vec<usize>,
}

impl Timeline {
    pub(super) fn of(window: &Regime) -> Self {
        let calendar = SessionTable::covering(window.from, window.to);
        let spans = window.spans();
        let inside = |date: Date| {
            spans
                .iter()
                .any(|span| span.from <= date && date <= span.to)
        };
        let sessions = calendar.as_slice().iter().enumerate();
        let (ordinals, dates) = sessions
            .filter(|(_, session)| inside(session.date))
            .map(|(ordinal, session)| (ordinal, session.date))
            .unzip();
        Self { dates, ordinals }
    }

    pub(super) fn len(&self) -> usize {
        self.dates.len()
    }

    pub(super) fn dates(&self, range: Range<usize>) -> &[Date] {
        self.dates.get(range).unwrap_or(&[])
    }

    /// A window of the sessions in `ranges` (ascending, apart), its holes from the session after one that belongs to it
    /// to the one before the next. `None` without sessions.
    pub(super) fn window(&self, name: &str, ranges: &[Range<usize>]) -> Option<Regime> {
        let mut kept = ranges
            .iter()
            .flat_map(Clone::clone)
            .filter(|&n| n < self.len());
        let first = kept.next()?;
        let (mut last, mut without) = (first, Vec::new());
        for n in kept {
            let holes = self.dates[last].succ_opt().zip(self.dates[n].pred_opt());
            if self.ordinals[n] != self.ordinals[last] + 1 {
                without.extend(holes);
            }
            last = n;
        }
        Some(Regime {
            without,
            ..Regime::named(name, self.dates[first], self.dates[last])
        })
    }
}

#[cfg(test)]
#[allow(
    clippy::single_range_in_vec_init,
    reason = "lists of ranges, some of one"
)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The first week of October 2018 is a hole: 28 September (a Friday) is followed by 8 October (a Monday).
    fn timeline() -> Timeline {
        let storm = Regime::unnamed(day("2018-10-01"), day("2018-10-05"));
        let history = Regime::history(day("2018-09-24"), day("2018-10-12"), &[storm]);
        Timeline::of(&history)
    }

    #[test]
    fn sessions_are_counted_without_holes() {
        let timeline = timeline();
        assert_eq!(timeline.len(), 10);
        assert_eq!(timeline.dates(4..6), [day("2018-09-28"), day("2018-10-08")]);
    }

    #[test]
    fn windows_keep_the_holes_and_have_no_empty_spans() {
        let timeline = timeline();
        let spans = |ranges: &[Range<usize>]| -> Vec<String> {
            let window = timeline.window("w", ranges).unwrap();
            window
                .spans()
                .iter()
                .map(|span| format!("{} {}", span.from, span.to))
                .collect()
        };
        assert_eq!(
            spans(&[0..10]),
            ["2018-09-24 2018-09-28", "2018-10-08 2018-10-12"]
        );
        // A weekend is no hole.
        assert_eq!(spans(&[0..3]), ["2018-09-24 2018-09-26"]);
        // Left out: Thursday, Friday, and the Monday after the storm.
        assert_eq!(
            spans(&[0..3, 6..10]),
            ["2018-09-24 2018-09-26", "2018-10-09 2018-10-12"]
        );
        assert_eq!(timeline.window("w", &[]), None);
    }
}
