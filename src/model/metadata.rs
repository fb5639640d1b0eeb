//! What a page's front matter says, as far as nothing has to be looked up.

use super::links::Redirect;
use super::values::{Date, Details, Figure, Integrity, Subentry, Tag};
use super::vocabulary::{Responsibility, Role, Stage};

/// What the front matter says: the same for a page that is parsed and for one
/// that is resolved.
#[derive(Debug)]
pub struct Metadata {
    /// Summary, at most 120 characters for typed pages; empty when not given.
    pub description: String,
    /// First published on this site.
    pub published: Option<Date>,
    /// Last changed on this site.
    pub updated: Option<Date>,
    /// Whether the text may be public. If not, the page has no body, and no
    /// index, feed, export or copy for reading offline knows it.
    pub public: bool,
    /// Old addresses that lead here (Zola's `aliases`).
    pub redirects: Vec<Redirect>,
    /// Terms and cases that the page's headings tell of.
    pub subentries: Vec<Subentry>,
    /// Words that a reader may type and the page does not hold.
    pub search_terms: Vec<String>,
    pub integrity: Option<Integrity>,
    pub responsibility: Vec<Tag<Responsibility>>,
    /// Stages of the chain of responsibility.
    pub stage: Vec<Tag<Stage>>,
    /// Readers whom it concerns.
    pub role: Vec<Tag<Role>>,
    /// Topics (a Zola taxonomy).
    pub topics: Vec<String>,
    pub figures: Vec<Figure>,
    /// What belongs to the page's type; ids in it are looked up by resolving.
    pub details: Details,
}

impl Default for Metadata {
    /// Of a page without a type that says nothing.
    fn default() -> Self {
        Self {
            description: String::new(),
            published: None,
            updated: None,
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
