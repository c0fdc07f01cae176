//! The first line of a CSV file: names of columns, compared without case, spaces and underscores.

/// The place of a column in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column(pub(crate) usize);

/// Names of columns. `Adj Close`, `AdjClose` and `adj_close` are one name; a column without a name (an index that a
/// data frame wrote along) is no name at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// As spelled in the file.
    names: Vec<String>,
    /// What each is looked up by; empty for a column nobody asks for.
    called: Vec<String>,
}

impl Header {
    pub(crate) fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Header {
        let names = names.into_iter();
        let names: Vec<String> = names.map(|n| n.as_ref().trim().to_owned()).collect();
        Header {
            called: names.clone(),
            names,
        }
    }

    /// The same columns, looked up by other names.
    pub(crate) fn called(self, called: Vec<String>) -> Header {
        Header { called, ..self }
    }

    /// As spelled in the file, in its order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Cells in a row.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// As spelled in the file.
    pub(crate) fn name(&self, column: Column) -> &str {
        self.names.get(column.0).map_or("", String::as_str)
    }

    /// The first column of this name.
    pub(crate) fn find(&self, name: &str) -> Option<Column> {
        let place = self.called.iter().position(|found| same(found, name));
        place.map(Column)
    }

    /// True if these are the columns: every required one, any of the optional ones, none twice and nothing else.
    pub(crate) fn is(&self, required: &[&str], optional: &[&str]) -> bool {
        let named = || self.called.iter().filter(|n| !n.is_empty());
        let known = |name: &String| required.iter().chain(optional).any(|n| same(name, n));
        let count = |name: &str| named().filter(|n| same(n, name)).count();
        named().all(known)
            && required.iter().all(|name| count(name) == 1)
            && optional.iter().all(|name| count(name) <= 1)
    }

    /// True if no name has a small letter: the one thing that tells some vendors apart.
    pub(crate) fn shouts(&self) -> bool {
        self.names.iter().all(|n| !n.contains(char::is_lowercase))
    }
}

fn same(a: &str, b: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
        let counts = |c: &char| !matches!(c, ' ' | '_' | '-');
        name.chars().filter(counts).flat_map(char::to_lowercase)
    }
    letters(a).eq(letters(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_whatever_their_case_and_spacing() {
        let header = Header::new(["", "Date", "Adj Close", " close "]);
        for name in ["adj_close", "AdjClose", "ADJ CLOSE", "adj-close"] {
            assert_eq!(header.find(name), Some(Column(2)), "{name}");
        }
        assert_eq!(header.find("adj_closed"), None);
        assert!(header.is(&["date", "close"], &["adj_close", "volume"]));
        assert!(!header.is(&["date", "close"], &[]), "one more than known");
        assert!(
            !header.is(&["date", "open"], &["adj_close", "close"]),
            "one is missing"
        );
    }

    #[test]
    fn a_name_twice_is_no_header() {
        let twice = Header::new(["date", "Close", "close"]);
        assert!(!twice.is(&["date", "close"], &[]));
        assert!(!Header::new(["date", "x", "X"]).is(&["date"], &["x"]));
    }

    #[test]
    fn shouting_is_told() {
        assert!(Header::new(["DATE", "CLOSE"]).shouts());
        assert!(!Header::new(["DATE", "Close"]).shouts());
    }
}
