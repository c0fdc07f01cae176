//! The only thing that moves time.

use crate::feed::Window;

/// Whether the clock stops at every slot or jumps over those at which nothing can happen.
///
/// Both give the same bytes; visiting exists so that a test can hold jumping to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Only slots at which something can happen.
    #[default]
    Jump,
    /// Every slot.
    Visit,
}

/// What happens, in the order in which it can.
///
/// A slot is one bar interval. At one instant all ends come before all starts, because slot k ends,
/// and is decided on, before slot k + 1 starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Corporate actions, session open, bar opens, fills at the open.
    Starts(usize),
    /// Intrabar fills, closes, fills at the close, marks.
    Ends(usize),
    /// The strategy may act on all that is known now.
    Decide(usize),
    /// The window is over: what is open is closed at the last close.
    Finish(usize),
}

/// Steps through the slots of a window; the next slot is set after each decision.
#[derive(Debug)]
pub struct Clock {
    last: usize,
    next: Option<Event>,
}

impl Clock {
    /// A clock whose first slot is `first_wake`.
    pub fn new(window: Window, first_wake: usize) -> Self {
        Self {
            last: window.last,
            next: Some(Event::Starts(first_wake.clamp(window.first, window.last))),
        }
    }

    /// The next event; `None` after the window's finish.
    #[inline]
    #[allow(clippy::should_implement_trait)] // It is no iterator: `wake_at` steers it between calls.
    pub fn next(&mut self) -> Option<Event> {
        let event = self.next?;
        self.next = match event {
            Event::Starts(slot) => Some(Event::Ends(slot)),
            Event::Ends(slot) => Some(Event::Decide(slot)),
            Event::Decide(slot) if slot == self.last => Some(Event::Finish(slot)),
            Event::Decide(slot) => Some(Event::Starts(slot + 1)),
            Event::Finish(_) => None,
        };
        Some(event)
    }

    /// Moves on to `slot`, at the latest to the window's last.
    ///
    /// # Panics
    /// If `slot` lies behind: a defect of the engine, never of its input.
    #[inline]
    pub fn wake_at(&mut self, slot: usize) {
        if let Some(Event::Starts(next)) = self.next {
            assert!(
                slot >= next,
                "time runs forwards: slot {slot} asked for after {next}"
            );
            self.next = Some(Event::Starts(slot.min(self.last)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Event::{Decide, Ends, Finish, Starts};
    use super::*;

    #[test]
    fn a_slot_starts_ends_and_is_decided_on_before_the_next_starts() {
        let mut clock = Clock::new(Window { first: 3, last: 5 }, 3);
        let mut seen = Vec::new();
        while let Some(event) = clock.next() {
            if event == Event::Decide(3) {
                clock.wake_at(5);
            }
            seen.push(event);
        }
        assert_eq!(
            seen,
            [
                Starts(3),
                Ends(3),
                Decide(3),
                Starts(5),
                Ends(5),
                Decide(5),
                Finish(5)
            ]
        );
    }

    #[test]
    #[should_panic(expected = "time runs forwards")]
    fn time_does_not_run_backwards() {
        let mut clock = Clock::new(Window { first: 0, last: 9 }, 4);
        while let Some(event) = clock.next() {
            if event == Event::Decide(4) {
                clock.wake_at(2);
            }
        }
    }
}
