//! The parsed body of a page: blocks and inlines, lowered from Markdown.
//!
//! The tree is generic over its link type. A page that was only parsed holds
//! links as written ([`WrittenLink`]); a page in the
//! [`Library`](crate::library::Library) holds links that lead somewhere
//! ([`ResolvedLink`](crate::library::ResolvedLink)). So no stage can mistake
//! one for the other.

use crate::diag::Span;
use crate::provision::tree::Provision;

/// A link as the author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLink {
    /// Destination, verbatim: `@/practices/x.md#y`, `https://…`, `#y`.
    pub destination: String,
    /// The whole link in the source.
    pub span: Span,
}

/// A block of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<L> {
    /// A heading below the page's title.
    Heading {
        /// 2 to 6.
        level: u8,
        /// ASCII anchor, unique in the page.
        anchor: String,
        /// Its text.
        content: Vec<Inline<L>>,
        /// Where it stands.
        span: Span,
    },
    /// A paragraph of Markdown.
    Paragraph {
        /// Its text.
        content: Vec<Inline<L>>,
        /// Where it stands.
        span: Span,
    },
    /// A list.
    List {
        /// First number of an ordered list; `None` for bullets.
        start: Option<u64>,
        /// Items, each a sequence of blocks.
        items: Vec<Vec<Block<L>>>,
    },
    /// A block quotation.
    Quote(Vec<Block<L>>),
    /// A table.
    Table {
        /// Header cells.
        header: Vec<Vec<Inline<L>>>,
        /// Rows of cells.
        rows: Vec<Vec<Vec<Inline<L>>>>,
    },
    /// A code block, verbatim.
    Code(String),
    /// A horizontal rule.
    Rule,
    /// Raw HTML; kept only where the settings allow it, escaped otherwise.
    Html(String),
    /// A provision of a regulation, with all that is in it.
    Provision(Provision<L>),
}

/// Running text and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline<L> {
    /// Plain text.
    Text(String),
    /// Strong emphasis.
    Strong(Vec<Inline<L>>),
    /// Emphasis.
    Emphasis(Vec<Inline<L>>),
    /// Code.
    Code(String),
    /// A link.
    Link {
        /// Where to.
        target: L,
        /// Its text.
        content: Vec<Inline<L>>,
    },
    /// An image.
    Image {
        /// Path beside the page or from the static folder, verbatim.
        source: String,
        /// Alternative text.
        alt: String,
        /// Where it stands.
        span: Span,
    },
    /// A mark of provenance, `〔P8〕`, `〔推断：P4、P6〕` or `〔编注〕`.
    Mark(Mark),
    /// A soft line break of the source. In Chinese text it is nothing.
    SoftBreak,
    /// A hard line break.
    HardBreak,
    /// Raw HTML; kept only where the settings allow it, escaped otherwise.
    Html(String),
}

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The source states it, at these places (`P8`).
    Stated(Vec<String>),
    /// We infer it from these places.
    Inferred(Vec<String>),
    /// A remark of this site's editors.
    Editorial,
}
