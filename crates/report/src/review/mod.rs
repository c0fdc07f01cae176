//! A plan's reviews: for the terminal, as one JSON document, as the files that are kept beside the plan.

mod document;
mod folder;
mod sections;
mod strip;
mod terminal;

pub use document::reviews_json;
pub use folder::{Begun, begin_reviews, check_reviews_target, read_reviews, write_review};
pub(crate) use terminal::banners;
pub use terminal::reviews;

use lab::review::Shelf;

/// What a call of the command made.
#[derive(Clone, Copy, Debug)]
pub struct Reviewed<'a> {
    /// The folder, as it was named.
    pub folder: &'a str,
    /// What it holds now.
    pub shelf: &'a Shelf,
    /// Files of the reviews that were asked for, oldest first.
    pub asked: &'a [String],
    /// Those of them that were written now; the others were there.
    pub written: &'a [String],
    /// What to say besides.
    pub warnings: &'a [String],
}

impl<'a> Reviewed<'a> {
    /// The last review that was asked for.
    pub(crate) fn last(&self) -> Option<&'a lab::review::Kept> {
        self.reviews().last()
    }

    /// The reviews that were asked for, oldest first.
    fn reviews(&self) -> impl Iterator<Item = &'a lab::review::Kept> {
        let shelf = self.shelf;
        self.asked.iter().filter_map(move |name| shelf.named(name))
    }
}
