//! Which column of a file is what, where no format knows: `time=Timestamp,open=O,high=H,low=L,close=C,volume=Vol`.

use crate::error::TapeError;
use crate::import::format::separated;
use crate::import::header::Header;
use crate::import::rows::shown;

/// What a column can be.
const KEYS: [&str; 9] = [
    "time", "date", "open", "high", "low", "close", "volume", "symbol", "value",
];

/// The columns of a file of bars (`time`, or `date` and perhaps `time`; `open`, `high`, `low`, `close`; perhaps `volume`,
/// `symbol`) or of dated values (`date` or `time`; `value`; perhaps `symbol`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// What each column is, and its name in the file.
    pairs: Vec<(&'static str, String)>,
}

impl ColumnMap {
    /// From text like `time=Timestamp,open=O,high=H,low=L,close=C`.
    ///
    /// # Errors
    /// [`TapeError::Columns`].
    pub fn parse(text: &str) -> Result<ColumnMap, TapeError> {
        let wrong = |found: String, expected: String| TapeError::Columns { found, expected };
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        for part in text.split(',') {
            let Some((key, name)) = part.split_once('=') else {
                let expected = "pairs like open=O, separated by commas".to_owned();
                return Err(wrong(format!("`{}`", shown(part)), expected));
            };
            let Some(key) = KEYS.iter().find(|k| **k == key.trim()) else {
                let expected = format!("one of {}", KEYS.join(", "));
                return Err(wrong(format!("`{}`", shown(key.trim())), expected));
            };
            if pairs.iter().any(|(k, _)| k == key) {
                return Err(wrong(format!("{key} twice"), "each once".to_owned()));
            }
            pairs.push((key, name.trim().to_owned()));
        }
        let map = ColumnMap { pairs };
        if !map.has("time") && !map.has("date") {
            let expected = "one that tells when: time=… or date=…".to_owned();
            return Err(wrong("no such pair".to_owned(), expected));
        }
        let prices = ["open", "high", "low", "close"];
        let missing: Vec<&str> = prices.into_iter().filter(|p| !map.has(p)).collect();
        match (map.has("value"), missing.as_slice()) {
            (true, missing) if missing.len() == prices.len() && !map.has("volume") => Ok(map),
            (true, _) => Err(wrong(
                "value beside prices".to_owned(),
                "value=… for a series, or prices for bars".to_owned(),
            )),
            (false, []) => Ok(map),
            (false, missing) => Err(wrong(
                format!("no {}", missing.join(", no ")),
                "open, high, low and close for bars, or value for a series".to_owned(),
            )),
        }
    }

    /// True if a column is said to be this.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.pairs.iter().any(|(k, _)| *k == key)
    }

    /// The header with its columns called what they are said to be.
    pub(crate) fn rename(&self, file: &str, header: &Header) -> Result<Header, TapeError> {
        let mut called = vec![String::new(); header.len()];
        for (key, name) in &self.pairs {
            let place = header.find(name).and_then(|c| called.get_mut(c.0));
            let Some(place) = place else {
                let expected = match separated(header) {
                    Some(why) => format!("cells separated by commas; {why}"),
                    None => format!("a column {}, which is to be {key}", shown(name)),
                };
                return Err(TapeError::Input {
                    file: file.to_owned(),
                    line: 1,
                    column: None,
                    found: format!("columns {}", shown(&header.names().join(","))),
                    expected,
                });
            };
            if !place.is_empty() {
                let found = format!("{} as {place} and {key}", shown(name));
                let expected = "each column once".to_owned();
                return Err(TapeError::Columns { found, expected });
            }
            (*key).clone_into(place);
        }
        Ok(header.clone().called(called))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_of_bars_or_of_values() {
        let told = |text: &str| match ColumnMap::parse(text) {
            Ok(_) => "taken".to_owned(),
            Err(error) => error.to_string(),
        };
        for good in [
            "time=T,open=O,high=H,low=L,close=C",
            "date=D,time=T,open=O,high=H,low=L,close=C,volume=V,symbol=S",
            "date = Day, value = Rate",
        ] {
            assert_eq!(told(good), "taken", "{good}");
        }
        for (bad, word) in [
            ("time", "pairs like open=O"),
            ("when=T", "`when`"),
            ("time=T,time=U", "time twice"),
            ("open=O,high=H,low=L,close=C", "time=… or date=…"),
            ("time=T,open=O,close=C", "no high, no low"),
            ("time=T,value=V,close=C", "value beside prices"),
            ("", "pairs"),
        ] {
            assert!(told(bad).contains(word), "{bad}: {}", told(bad));
        }
    }

    #[test]
    fn columns_are_called_what_they_are_said_to_be() {
        let map = ColumnMap::parse("date=Day,value=Last Price").unwrap();
        let header = Header::new(["x", "last_price", "Day"]);
        let renamed = map.rename("f.csv", &header).unwrap();
        assert_eq!(renamed.find("value"), header.find("last_price"));
        assert_eq!(renamed.find("x"), None, "what was not named is nothing");
        assert_eq!(
            renamed.names(),
            header.names(),
            "errors show the file's own names"
        );
        let error = map.rename("f.csv", &Header::new(["Day"])).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a column Last Price, which is to be value"),
            "{error}"
        );
        let twice = ColumnMap::parse("date=D,value=D").unwrap();
        assert!(twice.rename("f.csv", &Header::new(["D"])).is_err());
    }
}
