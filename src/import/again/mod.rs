//! Importing again: what a page was made from, and what became of it since.
//!
//! Beside the site's content, in `.zhize/import/`, lies for every page that was
//! imported the text that importing made of it. Of three texts (that one, what
//! importing makes now, and the page as the editors have it) follows what was
//! changed by whom. What only the input changed is taken over, what only the
//! editors changed stays, and so does what both changed, which is reported.
//! Without the first of the three nothing is ever overwritten.

mod blocks;
mod change;
mod fields;
mod former;
mod journal;
mod merge;
mod paragraphs;
mod prints;
mod shelf;

pub use change::{Change, Merged};
pub use former::{Former, path as former_path, source_of};
pub use journal::{Journal, Undone, undo};
pub use merge::merge;
pub use prints::Print;
pub use shelf::{Claim, Newcomer, Shelf};
