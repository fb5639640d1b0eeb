//! The body of a page: blocks, inlines, provisions, and queries on them.
//!
//! The tree is generic over its link type. A page that was only parsed holds
//! links as written ([`WrittenLink`]); a page in the library holds links with a
//! known target ([`ResolvedLink`](crate::model::ResolvedLink)). So no stage can
//! mistake one for the other.

use crate::chinese::han::is_space;
use crate::diag::Span;
use search::anchor::{Number, ProvisionKind};

/// A link as the author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLink {
    /// Destination, verbatim: `@/practices/x.md#y`, `https://…`, `#y`.
    pub destination: String,
    /// Location of the whole link in the source.
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
        /// Its location in the source.
        span: Span,
    },
    /// A paragraph of Markdown.
    Paragraph {
        /// Its text.
        content: Vec<Inline<L>>,
        /// Its location in the source.
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

/// Running text and what it may contain.
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
        /// Where it leads.
        target: L,
        /// Its text.
        content: Vec<Inline<L>>,
    },
    /// An image.
    Image {
        /// Path relative to the page or from the static folder, verbatim.
        source: String,
        /// Alternative text.
        alt: String,
        /// Its location in the source.
        span: Span,
    },
    /// A mark of provenance, `〔P8〕`, `〔推断：P4、P6〕` or `〔编注〕`.
    Mark(Mark),
    /// An anchor that the surrounding heading had before; links to it lead
    /// here.
    FormerAnchor(String),
    /// A line break of the source that is not yet resolved to a space or
    /// nothing; see [`settle_breaks`](super::text::settle_breaks).
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
    /// The editors infer it from these places.
    Inferred(Vec<String>),
    /// A remark of the site's editors.
    Editorial,
}

/// A part of a regulation: 章, 条, 款, … or the text around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision<L> {
    /// What it is.
    pub kind: ProvisionKind,
    /// Its number; paragraphs (款) are numbered by position.
    pub number: Option<Number>,
    /// ASCII anchor, unique within the page, built from the numbers alone.
    pub anchor: String,
    /// The label as written, without the space after it: 第七条, （三）, 附件1：. Empty
    /// if the text gives no number, as for paragraphs.
    pub label: String,
    /// The heading of a division, or the title of an article with its brackets.
    pub title: Vec<Inline<L>>,
    /// Its own text, if it is a paragraph, an item or a point.
    pub content: Vec<Inline<L>>,
    /// Its contents in order: provisions, and blocks that belong to it.
    pub children: Vec<Block<L>>,
    /// Location of its first line.
    pub span: Span,
}

/// A heading as it is shown: 总　则 is padded only in print and becomes 总则.
pub fn heading_text(text: &str) -> String {
    let words: Vec<&str> = text.split(is_space).filter(|w| !w.is_empty()).collect();
    let padded = words.iter().all(|word| word.chars().count() == 1);
    if padded {
        words.concat()
    } else {
        words.join(" ")
    }
}

/// Whether a label needs no space after it: （一）, 一、, 1. and 附件1： end in a sign
/// of their own.
pub fn closes_itself(label: &str) -> bool {
    label.is_empty() || label.ends_with(['、', '）', ')', '.', '．', '：', ':'])
}

/// A label followed by its title, separated by `gap` unless the label ends in a
/// sign of its own: 第一章　总则, （一）总则.
pub fn labelled(label: &str, title: &str, gap: &str) -> String {
    let joined = title.is_empty() || closes_itself(label);
    format!("{label}{}{title}", if joined { "" } else { gap })
}

/// The title of an article without its brackets and padding.
pub fn title_text(title: &str) -> String {
    let text = heading_text(title);
    let inside = text
        .strip_prefix(['【', '（', '(', '［', '[', '〔'])
        .and_then(|text| text.strip_suffix(['】', '）', ')', '］', ']', '〕']));
    inside.unwrap_or(&text).trim_end_matches('。').to_owned()
}

/// Visits every provision in some blocks before its children, and passes the
/// provisions above it, outermost first.
pub fn walk<'b, L>(
    blocks: &'b [Block<L>],
    visit: &mut impl FnMut(&[&'b Provision<L>], &'b Provision<L>),
) {
    let mut above = Vec::new();
    walk_below(blocks, &mut above, visit);
}

fn walk_below<'b, L>(
    blocks: &'b [Block<L>],
    above: &mut Vec<&'b Provision<L>>,
    visit: &mut impl FnMut(&[&'b Provision<L>], &'b Provision<L>),
) {
    for block in blocks {
        if let Block::Provision(provision) = block {
            visit(above, provision);
            above.push(provision);
            walk_below(&provision.children, above, visit);
            above.pop();
        }
    }
}

/// Whether some blocks hold provisions.
pub fn has_provisions<L>(blocks: &[Block<L>]) -> bool {
    blocks
        .iter()
        .any(|block| matches!(block, Block::Provision(_)))
}

/// How many paragraphs (款) an article has.
pub fn paragraphs<L>(article: &Provision<L>) -> usize {
    let paragraphs = article
        .children
        .iter()
        .filter(|block| matches!(block, Block::Provision(p) if p.kind == ProvisionKind::Paragraph));
    paragraphs.count()
}
