//! The numbers of a plan that can be turned without computing anything of the tape anew.

use toml::Table;

use super::cells::{Cell, read};
use super::space::Value;
use crate::scenario::{COMMON_ENTRY_KEYS, Scenario};

/// A table of the scenario that no column, mask or reading of the tape depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Account,
    Risk,
    Entry,
    Exit,
    Protect,
    Costs,
    Fills,
    Structure,
    OptionCosts,
    Verdict,
}

impl Part {
    /// The table of a path whose number is such a dial. What it leaves out shapes columns: periods of indicators,
    /// thresholds of triggers and filters, the kind of the stop, everything in words.
    fn of(path: &[String]) -> Option<Self> {
        let [table, key] = path else { return None };
        match (table.as_str(), key.as_str()) {
            ("account", key) if key != "cash_rate" => Some(Part::Account),
            ("risk", key) if key != "atr_sessions" => Some(Part::Risk),
            ("entry", "cooldown_sessions") => Some(Part::Entry),
            ("exit", key) if !["stop", "time", "when"].contains(&key) => Some(Part::Exit),
            ("protect", "stop_atr" | "reduce_to") => Some(Part::Protect),
            ("costs", _) => Some(Part::Costs),
            ("fills", "tick_usd") => Some(Part::Fills),
            ("structure", key) if key != "kind" => Some(Part::Structure),
            ("option_costs", _) => Some(Part::OptionCosts),
            ("verdict", _) => Some(Part::Verdict),
            _ => None,
        }
    }

    /// Whether a key of its table is its own: of `[entry]`, the edge has the rest.
    fn owns(self, key: &str) -> bool {
        self != Part::Entry || COMMON_ENTRY_KEYS.contains(&key)
    }

    const fn table(self) -> &'static str {
        match self {
            Part::Account => "account",
            Part::Risk => "risk",
            Part::Entry => "entry",
            Part::Exit => "exit",
            Part::Protect => "protect",
            Part::Costs => "costs",
            Part::Fills => "fills",
            Part::Structure => "structure",
            Part::OptionCosts => "option_costs",
            Part::Verdict => "verdict",
        }
    }
}

/// Where a key's value comes from.
#[derive(Clone, Debug)]
enum From {
    File(toml::Value),
    Axis(usize),
}

/// The dials of one table.
#[derive(Clone, Debug)]
struct Dials {
    part: Part,
    keys: Vec<(String, From)>,
}

/// All dials of a sweep.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    tables: Vec<Dials>,
    /// Axes that are no dials.
    pub(super) shaping: Vec<usize>,
}

impl Board {
    /// Sorts the axes at `paths` into dials and those that shape columns; `document` is the scenario as written, overrides
    /// included. `numeric` tells whether an axis has numbers only.
    pub(super) fn new(document: &Table, paths: &[Vec<String>], numeric: &[bool]) -> Self {
        let mut board = Self::default();
        for (axis, path) in paths.iter().enumerate() {
            match Part::of(path).filter(|_| numeric[axis]) {
                Some(part) => board.dials(part, document).turn(&path[1], axis),
                None => board.shaping.push(axis),
            }
        }
        // A table is read whole: what shapes columns stands in it too.
        for &axis in &board.shaping {
            let path = &paths[axis];
            let table = board.tables.iter_mut().find(|dials| dials.holds(path));
            if let Some(dials) = table {
                dials.turn(&path[1], axis);
            }
        }
        board
    }

    fn dials(&mut self, part: Part, document: &Table) -> &mut Dials {
        let at = self.tables.iter().position(|dials| dials.part == part);
        let at = at.unwrap_or_else(|| {
            self.tables.push(Dials::of(part, document));
            self.tables.len() - 1
        });
        &mut self.tables[at]
    }

    /// Sets the dials of `scenario` to a combination.
    ///
    /// # Errors
    /// What the schema says of a value of the wrong kind.
    pub(super) fn set(&self, point: &[Value], scenario: &mut Scenario) -> Result<(), String> {
        self.tables
            .iter()
            .try_for_each(|dials| dials.set(point, scenario))
            .map_err(|error| error.to_string())
    }
}

impl Dials {
    fn of(part: Part, document: &Table) -> Self {
        let table = document.get(part.table()).and_then(toml::Value::as_table);
        let keys = table
            .into_iter()
            .flatten()
            .filter(|(key, _)| part.owns(key))
            .map(|(key, value)| (key.clone(), From::File(value.clone())));
        Self {
            part,
            keys: keys.collect(),
        }
    }

    /// Whether the key at `path` is one of this table's.
    fn holds(&self, path: &[String]) -> bool {
        match path {
            [table, key] => table == self.part.table() && self.part.owns(key),
            _ => false,
        }
    }

    fn turn(&mut self, key: &str, axis: usize) {
        self.keys.retain(|(known, _)| known != key);
        self.keys.push((key.to_owned(), From::Axis(axis)));
    }

    fn set(&self, point: &[Value], scenario: &mut Scenario) -> Result<(), serde::de::value::Error> {
        let cells = self.keys.iter().filter_map(|(key, from)| {
            let cell = match from {
                From::File(value) => Cell::of(value)?,
                From::Axis(axis) => Cell::turned(point.get(*axis)?),
            };
            Some((key.as_str(), cell))
        });
        match self.part {
            Part::Account => scenario.account = read(cells)?,
            Part::Risk => scenario.risk = read(cells)?,
            Part::Entry => scenario.entry.rules = read(cells)?,
            Part::Exit => scenario.exit = read(cells)?,
            Part::Protect => scenario.protect = Some(read(cells)?),
            Part::Costs => scenario.costs = read(cells)?,
            Part::Fills => scenario.fills = read(cells)?,
            Part::Structure => scenario.structure = Some(read(cells)?),
            Part::OptionCosts => scenario.option_costs = Some(read(cells)?),
            Part::Verdict => scenario.verdict = read(cells)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_protection_are_dials_and_its_words_are_not() {
        let part = |key: &str| Part::of(&["protect".to_owned(), key.to_owned()]);
        assert_eq!(part("stop_atr"), Some(Part::Protect));
        assert_eq!(part("reduce_to"), Some(Part::Protect));
        assert_eq!((part("when"), part("action")), (None, None));
    }
}
