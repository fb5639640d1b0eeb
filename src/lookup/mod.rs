//! Answers queries on the command line with either engine.
//!
//! Both engines implement [`Index`](search::answer::Index) under the one driver
//! of the search crate, so differences between them can only come from what
//! they find and how they score it.

mod engine;
mod static_index;
mod tantivy;

pub use engine::{Lookup, UnitHit, say};
pub use static_index::StaticEngine;
pub use tantivy::TantivyEngine;
