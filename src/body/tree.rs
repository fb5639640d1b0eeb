//! The body of a page: blocks, inlines, provisions, and what can be asked of
//! them.
//!
//! The tree is generic over its link type. A page that was only parsed holds
//! links as written ([`WrittenLink`]); a page in the library holds links that
//! lead somewhere ([`ResolvedLink`](crate::model::ResolvedLink)). So no stage
//! can mistake one for the other.

use super::number::Number;
use crate::chinese::han::is_space;
use crate::chinese::numerals;
use crate::diag::Span;

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
    /// An anchor that the heading around it had before; links to it lead here.
    FormerAnchor(String),
    /// A line break of the source, as long as it is not settled what it is;
    /// see [`settle_breaks`](super::text::settle_breaks).
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

/// A part of a regulation: 章, 条, 款, … or what stands around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision<L> {
    /// What it is.
    pub kind: ProvisionKind,
    /// Its number; paragraphs (款) are numbered by their place.
    pub number: Option<Number>,
    /// ASCII anchor, unique in the page, which follows from the numbers alone.
    pub anchor: String,
    /// As written, without the space behind it: 第七条, （三）, 附件1：. Empty for
    /// what the text doesn't number, such as paragraphs.
    pub label: String,
    /// The heading of a division, the title of an article with its brackets.
    pub title: Vec<Inline<L>>,
    /// Its own words: of a paragraph, an item, a point.
    pub content: Vec<Inline<L>>,
    /// What is in it, in order: provisions, and blocks that belong to it.
    pub children: Vec<Block<L>>,
    /// Where its first line stands.
    pub span: Span,
}

/// Kinds of provisions, and of what stands around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionKind {
    /// Title and passage note at the top, as written.
    Opening,
    /// A table of contents (目录) in the text, which repeats the headings.
    Contents,
    /// What stands before the first provision.
    Preamble,
    /// 编.
    Part,
    /// 分编.
    Subpart,
    /// 章.
    Chapter,
    /// 节.
    Section,
    /// A heading without a number: 附则, 合同编.
    Heading,
    /// 条.
    Article,
    /// 款.
    Paragraph,
    /// 项.
    Item,
    /// 目, and what is below it.
    Subitem,
    /// 一、 （一） 1. （1） of the document form, and such headings above articles.
    Point,
    /// Issuer and date at the end.
    Signature,
    /// 附件, 附录, 附表.
    Annex,
}

impl ProvisionKind {
    /// Whether it is above articles and has a heading.
    pub fn is_division(self) -> bool {
        matches!(
            self,
            Self::Part | Self::Subpart | Self::Chapter | Self::Section | Self::Heading
        )
    }

    /// As data name it.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Contents => "contents",
            Self::Preamble => "preamble",
            Self::Part => "part",
            Self::Subpart => "subpart",
            Self::Chapter => "chapter",
            Self::Section => "section",
            Self::Heading => "heading",
            Self::Article => "article",
            Self::Paragraph => "paragraph",
            Self::Item => "item",
            Self::Subitem => "subitem",
            Self::Point => "point",
            Self::Signature => "signature",
            Self::Annex => "annex",
        }
    }

    /// As citations call it; empty for what has no such name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Part => "编",
            Self::Subpart => "分编",
            Self::Chapter => "章",
            Self::Section => "节",
            Self::Article => "条",
            Self::Paragraph => "款",
            Self::Item => "项",
            Self::Subitem => "目",
            _ => "",
        }
    }
}

/// One provision on the way to another, as a citation names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: ProvisionKind,
    /// Its number.
    pub number: Option<Number>,
}

/// The citation of a provision, from the way that leads to it: 第七条第二款第三项.
///
/// Divisions above an article are not named, since its number says all. A
/// `lone` paragraph is the only one of its article, and citations leave it out.
pub fn citation(way: &[Step], lone_paragraph: bool) -> String {
    let below = way
        .iter()
        .position(|step| matches!(step.kind, ProvisionKind::Article | ProvisionKind::Point))
        .unwrap_or_else(|| {
            way.iter()
                .position(|step| step.kind == ProvisionKind::Annex)
                .unwrap_or(0)
        });
    let annex = way
        .iter()
        .find(|step| step.kind == ProvisionKind::Annex && below > 0);
    let mut out = String::new();
    for step in annex.into_iter().chain(&way[below.min(way.len())..]) {
        let number = step.number;
        match step.kind {
            ProvisionKind::Annex => {
                out.push_str("附件");
                if let Some(number) = number {
                    out.push_str(&number.anchor());
                }
            }
            ProvisionKind::Paragraph if lone_paragraph => {}
            ProvisionKind::Preamble => out.push_str("序言"),
            ProvisionKind::Point => {
                if let Some(number) = number {
                    // 第一部分（二）3 : the document form has no other names.
                    let depth = way
                        .iter()
                        .filter(|step| step.kind == ProvisionKind::Point)
                        .position(|other| std::ptr::eq(other, step));
                    let chinese = numerals::to_chinese(number.base);
                    match depth.unwrap_or(0) {
                        0 => out.push_str(&format!("第{chinese}部分")),
                        1 => out.push_str(&format!("（{chinese}）")),
                        2 => out.push_str(&number.base.to_string()),
                        _ => out.push_str(&format!("（{}）", number.base)),
                    }
                }
            }
            kind => {
                if let Some(number) = number
                    && !kind.name().is_empty()
                {
                    out.push_str(&number.label(kind.name()));
                }
            }
        }
    }
    out
}

/// A heading as it is shown: 总　则 is padded in print, and is 总则.
pub fn heading_text(text: &str) -> String {
    let words: Vec<&str> = text.split(is_space).filter(|w| !w.is_empty()).collect();
    let padded = words.iter().all(|word| word.chars().count() == 1);
    match padded {
        true => words.concat(),
        false => words.join(" "),
    }
}

/// The title of an article without its brackets and padding.
pub fn title_text(title: &str) -> String {
    let text = heading_text(title);
    let inside = text
        .strip_prefix(['【', '（', '(', '［', '[', '〔'])
        .and_then(|text| text.strip_suffix(['】', '）', ')', '］', ']', '〕']));
    inside.unwrap_or(&text).trim_end_matches('。').to_owned()
}

/// Visits every provision below some blocks, each before what is in it, with
/// the provisions above it, outermost first.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_names_what_is_needed() {
        use ProvisionKind::{Annex, Article, Chapter, Item, Paragraph, Subitem};
        let step = |kind, base| Step {
            kind,
            number: Some(Number::plain(base)),
        };
        let way = [
            step(Chapter, 2),
            step(Article, 7),
            step(Paragraph, 2),
            step(Item, 3),
            step(Subitem, 1),
        ];
        assert_eq!(citation(&way, false), "第七条第二款第三项第一目");
        assert_eq!(citation(&way, true), "第七条第三项第一目");
        assert_eq!(citation(&way[..2], false), "第七条");
        assert_eq!(
            citation(&[step(Annex, 1), step(Article, 3)], false),
            "附件1第三条"
        );
        assert_eq!(citation(&way[..1], false), "第二章");
        let point = |base| step(ProvisionKind::Point, base);
        let points = [point(1), point(1), point(3), point(4)];
        assert_eq!(citation(&points, false), "第一部分（一）3（4）");
    }
}
