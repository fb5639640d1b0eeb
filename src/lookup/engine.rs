//! What both engines are to those who ask them.

use search::present::Results;
use search::request::Request;

use crate::words::Words;

/// A hit reduced to what is needed to judge a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitHit {
    /// Key of the page.
    pub page: String,
    /// Anchor on the page; empty for its beginning.
    pub anchor: String,
    /// Score.
    pub score: f32,
}

/// Formats a message of the engine: `engine.<code>` in the texts of the
/// interface, with the first value as `{one}` and the others, joined, as
/// `{two}`. The page's script does the same.
pub fn say(words: &Words, code: &str, values: &[String]) -> String {
    let (one, others) = values.split_first().map_or(("", values), |(o, r)| (o, r));
    let two = words.list(others);
    let all = values.join(words.text("mark.between_quotes"));
    words.say(
        &format!("engine.{code}"),
        &[("one", &one), ("two", &two), ("all", &all)],
    )
}

/// An engine that answers queries.
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
