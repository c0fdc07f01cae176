//! The pages of all slots, written when first opened and shared by every thread.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use market::Date;

use super::page::Page;

/// Bytes that may still be spent on remembering. Once they are gone, blocks of quotes are no longer kept; pages are, since a
/// plan without them could not find its strikes again, and they are few: one an expiry a plan looked at.
#[derive(Debug)]
pub(crate) struct Purse(AtomicUsize);

impl Purse {
    /// Takes `bytes`, or says there are not so many. Which caller gets the last ones depends on the threads; what is
    /// computed does not.
    pub(crate) fn pay(&self, bytes: usize) -> bool {
        let take = |left: usize| left.checked_sub(bytes);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }
}

/// The listed expiries of one slot, each with its page once opened.
type Sheet = Vec<(Date, OnceLock<Box<Page>>)>;

#[derive(Debug)]
pub(crate) struct Table {
    sheets: Vec<OnceLock<Sheet>>,
    pub(crate) purse: Purse,
}

impl Table {
    pub(crate) fn new(slots: usize, memory_bytes: usize) -> Table {
        Table {
            sheets: (0..slots).map(|_| OnceLock::new()).collect(),
            purse: Purse(AtomicUsize::new(memory_bytes)),
        }
    }

    /// The page of an expiry at a slot; `listed` gives the slot's expiries, ascending, `write` the page. `None` if the slot
    /// or the expiry is not there.
    pub(crate) fn page(
        &self,
        slot: usize,
        expiry: Date,
        listed: impl FnOnce() -> Vec<Date>,
        write: impl FnOnce() -> Page,
    ) -> Option<&Page> {
        let sheet = self.sheets.get(slot)?.get_or_init(|| {
            let all = listed().into_iter();
            all.map(|date| (date, OnceLock::new())).collect()
        });
        let (_, page) = sheet.iter().find(|(date, _)| *date == expiry)?;
        let page = page.get_or_init(|| {
            let page = write();
            let _ = self.purse.pay(page.bytes());
            Box::new(page)
        });
        Some(page)
    }
}
