//! The parts of a page's front matter that need no lookup.

use super::links::Redirect;
use super::values::{Change, Date, Details, Figure, Integrity, Subentry, Tag};
use super::vocabulary::{Responsibility, Role, Stage};

/// The front matter of a page; parsed and resolved pages share it.
#[derive(Debug)]
pub struct Metadata {
    /// Summary, at most 120 characters on typed pages; empty if not given.
    pub description: String,
    /// Date of first publication on this site.
    pub published: Option<Date>,
    /// Date of the last change on this site.
    pub updated: Option<Date>,
    /// What changed on it, latest first.
    pub changes: Vec<Change>,
    /// Whether the text may be public. If not, the page has no body, and is
    /// left out of indexes, feeds, exports and offline copies.
    pub public: bool,
    /// Old addresses that lead here (Zola's `aliases`).
    pub redirects: Vec<Redirect>,
    /// Terms and cases that headings of the page describe.
    pub subentries: Vec<Subentry>,
    /// Words that a reader may type but the page doesn't contain.
    pub search_terms: Vec<String>,
    pub integrity: Option<Integrity>,
    pub responsibility: Vec<Tag<Responsibility>>,
    /// Stages of the chain of responsibility.
    pub stage: Vec<Tag<Stage>>,
    /// Readers that the page concerns.
    pub role: Vec<Tag<Role>>,
    /// Topics (a Zola taxonomy).
    pub topics: Vec<String>,
    pub figures: Vec<Figure>,
    /// The fields specific to the page's type; the resolve stage looks up ids
    /// in them.
    pub details: Details,
}

impl Default for Metadata {
    /// An untyped page with empty front matter.
    fn default() -> Self {
        Self {
            description: String::new(),
            published: None,
            updated: None,
            changes: Vec::new(),
            public: true,
            redirects: Vec::new(),
            subentries: Vec::new(),
            search_terms: Vec::new(),
            integrity: None,
            responsibility: Vec::new(),
            stage: Vec::new(),
            role: Vec::new(),
            topics: Vec::new(),
            figures: Vec::new(),
            details: Details::Plain,
        }
    }
}
