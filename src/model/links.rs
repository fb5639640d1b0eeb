//! Page numbers, and the links and citations between pages.

use std::sync::Arc;

use serde::Serialize;

use super::values::{Basis, Date, Locators};
use super::vocabulary::RelationKind;
use crate::diag::Span;

/// Number of a page in [`Library::pages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u32);

impl PageId {
    /// The page at this index among all pages.
    pub fn at(place: usize) -> Self {
        Self(u32::try_from(place).expect("fewer than 2^32 pages"))
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedLink {
    /// A page of this site, and optionally an anchor in it.
    Page {
        page: PageId,
        /// Anchor without `#`.
        anchor: Option<String>,
    },
    /// A section of this site.
    Section { key: String },
    /// A place on the same page.
    Anchor(String),
    /// Another site (`https://…`, `mailto:…`).
    External(String),
}

/// An old address that leads to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The address, without leading or trailing slash.
    pub from: String,
    /// Anchor of the heading that it leads to.
    pub anchor: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// An address whose page was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The address, without leading or trailing slash.
    pub address: String,
    /// The day on which the page was withdrawn.
    pub date: Date,
    /// Why, in a sentence.
    pub reason: String,
    /// Where it is written.
    pub span: Span,
}

/// A typed link to another page.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// The other page.
    #[serde(skip)]
    pub to: PageId,
    pub anchor: Option<String>,
    /// Kind of link.
    pub kind: RelationKind,
    /// Provision as written (`第七条第二款`); `None` if not given or unknown.
    pub provision: Option<String>,
    /// Whether it is stated or inferred.
    pub basis: Basis,
    /// Where it is stated; may be empty for `see-also`.
    pub locators: Locators,
    /// Remark; empty if there is none.
    pub note: String,
}

/// A reference to a page, seen from that page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlink {
    /// The page that refers.
    pub from: PageId,
    /// The kind of the typed link; `None` for a link in the body.
    pub kind: Option<RelationKind>,
    /// Heading anchor of the section that contains a body link, if there is
    /// one.
    pub anchor: Option<String>,
}

/// A reference to a document or a provision, as written on a page.
///
/// A list (第十、十八条) gives one citation for each provision that it names. A range
/// (第三条至第七条) gives one for each provision within it; all of them have the text
/// and the span of the whole range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The page that contains it.
    pub page: PageId,
    /// The provision or heading that contains it.
    pub anchor: Option<Arc<str>>,
    /// Where it is written.
    pub span: Span,
    /// Its text as written: 《甲条例》, 第七条第二款, 前款.
    pub text: Box<str>,
    /// What it refers to.
    pub target: CitationTarget,
}

/// What a citation refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitationTarget {
    /// A document of this site.
    Page(PageId),
    /// A provision whose text this site holds.
    Provision {
        /// The document.
        page: PageId,
        /// Anchor of the provision, without `#`.
        anchor: Box<str>,
    },
    /// A document declared as not held: its id in [`Library::externals`].
    External(Box<str>),
    /// A document or provision that this site doesn't have.
    Unresolved,
}
