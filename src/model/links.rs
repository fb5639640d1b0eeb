//! Pages by number, and how they refer to each other.

use std::sync::Arc;

use serde::Serialize;

use super::values::{Basis, Locators};
use super::vocabulary::RelationKind;
use crate::diag::Span;

/// Number of a page in [`Library::pages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u32);

impl PageId {
    /// The page at this place among all pages.
    pub fn at(place: usize) -> Self {
        Self(u32::try_from(place).expect("fewer than 2^32 pages"))
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedLink {
    /// A page of this site, and an anchor in it.
    Page {
        page: PageId,
        /// Anchor without `#`.
        anchor: Option<String>,
    },
    /// A section of this site.
    Section { key: String },
    /// A place in the same page.
    Anchor(String),
    /// Another site (`https://…`, `mailto:…`).
    External(String),
}

/// An old address that leads to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The address, without slashes at its ends.
    pub from: String,
    /// Anchor of the heading of the page that it leads to.
    pub anchor: Option<String>,
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
    /// Provision as written (`第七条第二款`); `None` when not given or unknown.
    pub provision: Option<String>,
    /// Stated or inferred.
    pub basis: Basis,
    /// Where; may be empty for `see-also`.
    pub locators: Locators,
    /// Remark; empty when none.
    pub note: String,
}

/// Somebody's reference to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlink {
    /// The page that refers.
    pub from: PageId,
    /// The typed link's kind, or `None` for a link in the body.
    pub kind: Option<RelationKind>,
    /// Heading anchor of the section that holds a body link, where there is one.
    pub anchor: Option<String>,
}

/// A reference to a document or a provision, as it is written in a page.
///
/// A list (第十、十八条) is one citation for each provision that it names. A
/// range (第三条至第七条) is one for each provision in it; all of them have the
/// text and the span of the whole range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The page that it stands in.
    pub page: PageId,
    /// The provision or heading that it stands in.
    pub anchor: Option<Arc<str>>,
    /// Where it is written.
    pub span: Span,
    /// As written: 《甲条例》, 第七条第二款, 前款.
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
    /// A document that is declared not to be held: its id in
    /// [`Library::externals`].
    External(Box<str>),
    /// A document or provision that this site doesn't have.
    Unresolved,
}
