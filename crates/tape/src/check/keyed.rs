//! Rows under keys of their own: each once, in order, sound in itself.

use super::defect::{Finder, When};
use super::kind::Kind;
use crate::rows::Row;

/// Says which rows lie before one in front of them, and which repeat its key.
pub(crate) fn in_order<R: Row>(rows: &[R], when: impl Fn(&R) -> When, finder: &mut Finder) {
    let mut latest: Option<R::Key> = None;
    for (at, row) in rows.iter().enumerate() {
        let key = row.key();
        match latest.as_ref().map(|latest| key.cmp(latest)) {
            Some(std::cmp::Ordering::Less) => {
                let text = format!("{} lies behind a later row", row.at());
                finder.add(Kind::Order, when(row), text).at_row(at);
            }
            Some(std::cmp::Ordering::Equal) => {
                let text = format!("{} is there twice", row.at());
                finder.add(Kind::Duplicate, when(row), text).at_row(at);
            }
            Some(std::cmp::Ordering::Greater) | None => latest = Some(key),
        }
    }
}
