//! What a reader should know of a tape before it believes what it reads.

use market::Origin;

use crate::facts::Facts;
use crate::layout::Sort;
use crate::merge::LOCK;
use crate::store::Store;
use crate::tape::Tape;

impl Tape {
    /// The origin of simulated rows, if any file has such; files that cannot be read are passed over, since a damaged
    /// file must not make the others look real.
    pub fn simulated(&self) -> Option<Origin> {
        Sort::ALL.into_iter().find_map(|sort| {
            let files = self.store.parquet_below(sort.as_str()).unwrap_or_default();
            files.into_iter().find_map(|path| {
                let origin = Facts::of(&self.store.open(&path).ok()?).ok()?.origin;
                matches!(origin, Origin::Simulated { .. }).then_some(origin)
            })
        })
    }

    /// Words on an import that is running or was killed; `None` if the last one ended. One look at one file: a merge
    /// holds its lock until it is done, and a killed one leaves the file behind.
    pub fn unfinished(&self) -> Option<String> {
        let Store::Folder(root) = &self.store else {
            return None;
        };
        let lock = root.join(LOCK);
        lock.symlink_metadata().is_ok().then(|| {
            format!(
                "an import into {} is running or was cut off, and some of its files may be merged and others not: \
                 run the same import again ({} is gone when it is done)",
                self.name(),
                lock.display()
            )
        })
    }
}
