//! Look-up: answering queries on the command line, with either engine.
//!
//! Both are an [`Index`](search::answer::Index) under the search crate's one
//! driver, so a difference between the two can only come from what they find
//! and how they score it.

mod static_index;
mod tantivy_index;

use search::present::Results;
use search::request::Request;

use crate::words::Words;

pub use static_index::StaticEngine;
pub use tantivy_index::TantivyEngine;

/// A hit as a judge of rankings sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitHit {
    /// Key of the page.
    pub page: String,
    /// Anchor in it; empty for its beginning.
    pub anchor: String,
    /// Score.
    pub score: f32,
}

/// What the engine says in a code, with its values, in the words of a table:
/// `engine.<code>` with the first value as `{one}` and the others, listed, as
/// `{two}`. The page's script does the same.
pub fn say(words: &Words, code: &str, values: &[String]) -> String {
    let (one, others) = values.split_first().map_or(("", values), |(o, r)| (o, r));
    let two = words.list(others);
    words.say(&format!("engine.{code}"), &[("one", &one), ("two", &two)])
}

/// Something that answers queries.
pub trait Lookup {
    /// Answers a request.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn search(&mut self, request: &Request) -> anyhow::Result<Results>;

    /// The best `limit` units of a request, best first.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn units(&mut self, request: &Request, limit: usize) -> anyhow::Result<Vec<UnitHit>>;
}
