//! Importing again: keeps track of what a page was made from and how it
//! changed.
//!
//! For every imported page, `.zhize/import/` beside the site's content holds
//! the text that the last import wrote. Comparing three texts (that one, the
//! text of this import, and the page as the editors have it) shows who changed
//! what. What only the input changed is taken over; what only the editors
//! changed stays. If both changed a passage, the editors' version stays and the
//! conflict is reported. Without the text of the last import, nothing is ever
//! overwritten.

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
