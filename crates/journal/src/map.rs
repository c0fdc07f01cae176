//! Which column is which, where a log's header is nobody's we know.

use crate::error::{JournalError, shown};

/// Names of the columns of a log of any other origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    /// When: date and time, or a date.
    pub time: String,
    /// Time of day, where it has a column of its own.
    pub clock: Option<String>,
    /// The symbol; without one every row is taken for the plan's.
    pub symbol: Option<String>,
    /// Buy or sell; without one a negative quantity is sold.
    pub side: Option<String>,
    /// Shares.
    pub quantity: String,
    /// Dollars a share.
    pub price: String,
    /// Commissions and fees, one column or several.
    pub fees: Vec<String>,
    /// The execution's name, by which duplicates are known.
    pub id: Option<String>,
    /// A column that says cancelled or rejected.
    pub status: Option<String>,
}

/// How a map is written.
pub(crate) const HOW: &str = "write which column is which: --map time=Date,symbol=Ticker,side=Action,quantity=Qty,price=Price,commission=Fee (symbol, side, commission, clock, id and status may be left out)";

impl ColumnMap {
    /// Reads `time=Date,symbol=Ticker,…`.
    ///
    /// # Errors
    /// A part without `=`, a key that is none, one given twice, or `time`, `quantity` or `price` missing.
    pub fn parse(text: &str) -> Result<Self, JournalError> {
        let mut map = Self::default();
        let wrong = |message: String| Err(JournalError::whole(message, HOW));
        for part in text.split(',') {
            let Some((key, name)) = part.split_once('=') else {
                return wrong(format!("--map: \"{}\" is no KEY=COLUMN", shown(part)));
            };
            let name = name.trim().to_owned();
            let key = key.trim();
            if name.is_empty() {
                return wrong(format!("--map: {} names no column", shown(key)));
            }
            let before = match key {
                "time" => std::mem::replace(&mut map.time, name),
                "quantity" => std::mem::replace(&mut map.quantity, name),
                "price" => std::mem::replace(&mut map.price, name),
                "clock" => map.clock.replace(name).unwrap_or_default(),
                "symbol" => map.symbol.replace(name).unwrap_or_default(),
                "side" => map.side.replace(name).unwrap_or_default(),
                "id" => map.id.replace(name).unwrap_or_default(),
                "status" => map.status.replace(name).unwrap_or_default(),
                "commission" | "fees" => {
                    map.fees.push(name);
                    String::new()
                }
                other => {
                    return wrong(format!(
                        "--map: \"{}\" is none of time, clock, symbol, side, quantity, price, commission, fees, id, status",
                        shown(other)
                    ));
                }
            };
            if !before.is_empty() {
                return wrong(format!("--map: {key} is given twice"));
            }
        }
        for (key, name) in [
            ("time", &map.time),
            ("quantity", &map.quantity),
            ("price", &map.price),
        ] {
            if name.is_empty() {
                return wrong(format!("--map: {key} is missing"));
            }
        }
        Ok(map)
    }

    /// Every column it names.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let optional = [
            &self.clock,
            &self.symbol,
            &self.side,
            &self.id,
            &self.status,
        ];
        [&self.time, &self.quantity, &self.price]
            .into_iter()
            .chain(optional.into_iter().flatten())
            .chain(&self.fees)
            .map(String::as_str)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_read_or_refused_in_words() {
        let map = ColumnMap::parse("time=Date, quantity=Qty,price=Px,commission=A,fees=B").unwrap();
        assert_eq!(map.columns(), ["Date", "Qty", "Px", "A", "B"]);
        for (text, word) in [
            ("time=Date", "quantity is missing"),
            (
                "time=Date,time=When,quantity=Q,price=P",
                "time is given twice",
            ),
            ("when=Date", "none of time"),
            ("time", "no KEY=COLUMN"),
            ("time=,quantity=Q,price=P", "names no column"),
        ] {
            let error = ColumnMap::parse(text).unwrap_err();
            assert!(error.message.contains(word), "{error}");
        }
    }
}
