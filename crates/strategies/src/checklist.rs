//! The entry checklist: triggers and filters, each with its state on every bar.

use indicators::Mask;

/// One line of the checklist, judged at every instant of the plan's clock.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// What a person reads: `3 lower closes`, `KRE change ≥ -1.5%`.
    pub name: String,
    /// Where it holds. Unknown never holds.
    pub held: Mask,
    /// Where a value it needs was not known.
    pub unknown: Mask,
}

/// Triggers first, then filters.
///
/// A *setup* is a bar on which all triggers hold. With `require = k` an entry asks for k criteria, the
/// triggers always among them: it lets some filters fail, never a trigger.
#[derive(Clone, Debug)]
pub struct Checklist {
    criteria: Vec<Criterion>,
    triggers: usize,
    required: usize,
    setups: Mask,
}

/// The state of every criterion on one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Bit i: criterion i held.
    pub held: u32,
    /// Bit i: criterion i was unknown.
    pub unknown: u32,
}

/// More criteria than a state has bits.
pub const MAX_CRITERIA: usize = 32;

impl Checklist {
    /// A checklist of which `required` criteria must hold, all of them if `None`. Criteria beyond
    /// [`MAX_CRITERIA`] are not looked at; validation refuses such a plan first.
    pub fn new(triggers: Vec<Criterion>, filters: Vec<Criterion>, required: Option<usize>) -> Self {
        let count = triggers.len();
        let mut criteria = triggers;
        criteria.extend(filters);
        criteria.truncate(MAX_CRITERIA);
        let required = required.unwrap_or(criteria.len()).min(criteria.len());
        let setups = setups(&criteria, count);
        Self {
            criteria,
            triggers: count,
            required,
            setups,
        }
    }

    /// The criteria: triggers, then filters.
    pub fn criteria(&self) -> &[Criterion] {
        &self.criteria
    }

    /// How many of the criteria are triggers.
    pub const fn triggers(&self) -> usize {
        self.triggers
    }

    /// How many must hold.
    pub const fn required(&self) -> usize {
        self.required
    }

    /// The bars that are setups.
    pub const fn setups(&self) -> &Mask {
        &self.setups
    }

    /// Every criterion's state on bar `i`.
    pub fn state(&self, i: usize) -> State {
        let mut state = State::default();
        for (n, criterion) in self.criteria.iter().enumerate() {
            state.held |= u32::from(criterion.held.get(i)) << n;
            state.unknown |= u32::from(criterion.unknown.get(i)) << n;
        }
        state
    }

    /// The filter that forbids an entry in this state: the first that does not hold, if too few do.
    pub fn veto(&self, state: State) -> Option<u8> {
        if state.held.count_ones() as usize >= self.required {
            return None;
        }
        let failing = |n: &usize| state.held & (1 << n) == 0;
        (self.triggers..self.criteria.len())
            .find(failing)
            .or_else(|| (0..self.triggers).find(failing))
            .map(|n| n as u8)
    }
}

fn setups(criteria: &[Criterion], triggers: usize) -> Mask {
    let triggers = &criteria[..triggers.min(criteria.len())];
    let Some(first) = triggers.first() else {
        return Mask::filled(0, false);
    };
    triggers[1..]
        .iter()
        .fold(first.held.clone(), |all, criterion| {
            all.and(&criterion.held)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion(name: &str, held: [u8; 4]) -> Criterion {
        let held = held.iter().map(|&b| b == 1).collect();
        Criterion {
            name: name.to_owned(),
            held,
            unknown: Mask::filled(4, false),
        }
    }

    fn lists() -> (Vec<Criterion>, Vec<Criterion>) {
        let triggers = vec![criterion("a", [1, 1, 0, 0]), criterion("b", [1, 0, 1, 0])];
        (triggers, vec![criterion("f", [1, 1, 0, 0])])
    }

    #[test]
    fn all_triggers_make_a_setup_and_filters_do_not_matter_to_it() {
        let (triggers, filters) = lists();
        let list = Checklist::new(triggers, filters, None);
        assert_eq!(list.setups().ones().collect::<Vec<_>>(), [0]);
        assert_eq!(list.veto(list.state(0)), None);
        // Had bar 1 been a setup: the filter holds there, trigger b does not.
        assert_eq!(list.veto(list.state(1)), Some(1));
        // On bar 2 the filter fails, and it is the one that is named.
        assert_eq!(list.veto(list.state(2)), Some(2));
    }

    #[test]
    fn two_of_three_lets_a_filter_fail_but_no_trigger() {
        let filter = || vec![criterion("f", [0, 1, 1, 1])];
        let list = Checklist::new(lists().0, filter(), Some(2));
        // Bars 1 and 2 have a trigger and the filter, which makes two; they are no setups all the same.
        assert_eq!(list.setups().ones().collect::<Vec<_>>(), [0]);
        assert_eq!(list.veto(list.state(0)), None);
        let strict = Checklist::new(lists().0, filter(), None);
        assert_eq!(strict.veto(strict.state(0)), Some(2));
    }
}
