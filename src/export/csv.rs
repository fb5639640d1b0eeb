//! CSV: tables of documents, provisions and citations.
//!
//! RFC 4180 with CRLF, in UTF-8 with a byte order mark, since Excel otherwise
//! assumes the system's encoding. A cell that a spreadsheet would take for a
//! formula gets a leading apostrophe, and so does one that begins with an
//! apostrophe: removing one leading apostrophe from each cell restores the
//! text.

use crate::address::page_file;
use crate::body::tree::{self, Block, Provision};
use crate::dates::iso;
use crate::facts::{Facts, Subject, Value};
use crate::library::axis::Axis;
use crate::library::{Library, Page};
use crate::model::{CitationTarget, Date, Details, ResolvedLink, Vocabulary};
use search::anchor::{ProvisionKind, Step};

use super::record::resolution;
use super::text::{lines_of_blocks, plain};

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The columns of the documents table: those before the facts, the facts, and
/// those after them.
const BEFORE_FACTS: [&str; 4] = ["id", "type", "title", "description"];
const FACTS: [(&str, &[Subject]); 10] = [
    ("kind", &[Subject::Kind, Subject::Category]),
    ("organs", &[Subject::Issuer, Subject::Axis(Axis::Organ)]),
    ("level", &[Subject::Level]),
    ("region", &[Subject::Axis(Axis::Region)]),
    ("document_number", &[Subject::DocumentNumber]),
    ("adopted", &[Subject::Adopted]),
    ("promulgated", &[Subject::Promulgated]),
    ("effective", &[Subject::Effective]),
    ("repealed", &[Subject::Repealed]),
    ("status", &[Subject::Validity]),
];
const AFTER_FACTS: [&str; 6] = [
    "version_of",
    "valid_from",
    "valid_until",
    "published",
    "updated",
    "file",
];
const PROVISION_COLUMNS: [&str; 10] = [
    "document", "title", "anchor", "parent", "kind", "number", "label", "citation", "heading",
    "text",
];
const CITATION_COLUMNS: [&str; 8] = [
    "from",
    "from_title",
    "from_anchor",
    "text",
    "resolution",
    "to",
    "to_title",
    "to_anchor",
];

/// Writes all pages, one per row.
pub fn documents(library: &Library) -> String {
    let names = FACTS.map(|(name, _)| name);
    let mut table = begin(BEFORE_FACTS.into_iter().chain(names).chain(AFTER_FACTS));
    for page in library.pages.iter().filter(|page| page.public) {
        let facts = Facts::of(library, page);
        let said = FACTS.map(|(_, subjects)| {
            let values = subjects.iter().flat_map(|s| facts.values(*s));
            values.map(Value::data).collect::<Vec<_>>().join("、")
        });
        let date = |date: Option<Date>| date.map(iso).unwrap_or_default();
        let versions = &library.versions;
        let identity = versions
            .of(page.id)
            .filter(|(chain, _)| chain.identity != page.id)
            .map_or("", |(chain, _)| &library.page(chain.identity).key);
        let (from, until) = match &page.details {
            Details::Regulation(regulation) => {
                let validity = versions.validity(page.id, regulation);
                (validity.from, validity.until.map(|(date, _)| date))
            }
            _ => (None, None),
        };
        let before: [&str; 4] = [
            &page.key,
            page.page_type().map_or("page", Vocabulary::slug),
            &page.title,
            &page.description,
        ];
        let after: [&str; 6] = [
            identity,
            &date(from),
            &date(until),
            &date(page.published),
            &date(page.updated),
            &page_file(&page.key),
        ];
        let said = said.iter().map(String::as_str);
        row(&mut table, before.into_iter().chain(said).chain(after));
    }
    table
}

/// The head of the table of provisions, which the rows of the pages follow.
pub fn provisions_head() -> String {
    begin(PROVISION_COLUMNS)
}

/// The rows of one page's provisions. Each row holds only the provision's own
/// text: its children have rows of their own.
pub fn provisions_of(page: &Page) -> String {
    let mut table = Provisions {
        page,
        // Page, title and numbers are repeated in each row.
        out: String::with_capacity(page.span.range.len() * 2),
        way: Vec::new(),
        lone: false,
    };
    if tree::has_provisions(&page.body) {
        table.rows(&page.body, "");
    }
    table.out
}

struct Provisions<'a> {
    page: &'a Page,
    out: String,
    way: Vec<Step>,
    lone: bool,
}

impl Provisions<'_> {
    fn rows(&mut self, blocks: &[Block<ResolvedLink>], parent: &str) {
        for block in blocks {
            match block {
                Block::Provision(provision) => self.provision(provision, parent),
                other if parent.is_empty() => {
                    // A block outside any provision.
                    let mut text = String::new();
                    lines_of_blocks(std::slice::from_ref(other), &mut text);
                    let (key, title) = (&self.page.key, &self.page.title);
                    row(
                        &mut self.out,
                        [key, title, "", "", "text", "", "", "", "", &text],
                    );
                }
                _ => {}
            }
        }
    }

    fn provision(&mut self, provision: &Provision<ResolvedLink>, parent: &str) {
        self.way.push(Step {
            kind: provision.kind,
            number: provision.number,
        });
        if provision.kind == ProvisionKind::Article {
            self.lone = tree::paragraphs(provision) <= 1;
        }
        let lone = self.lone
            && provision.kind != ProvisionKind::Article
            && self
                .way
                .iter()
                .any(|step| step.kind == ProvisionKind::Article);
        let mut text = plain(&provision.content);
        if provision.children.iter().any(is_words) {
            lines_of_blocks(&provision.children, text.to_mut());
        }
        let heading = tree::heading_text(&plain(&provision.title));
        row(
            &mut self.out,
            [
                &self.page.key,
                &self.page.title,
                &provision.anchor,
                parent,
                provision.kind.slug(),
                &provision.number.map(|n| n.anchor()).unwrap_or_default(),
                &provision.label,
                &search::anchor::words(&self.way, lone),
                &heading,
                &text,
            ],
        );
        self.rows(&provision.children, &provision.anchor);
        self.way.pop();
    }
}

/// Whether a block is something other than a provision.
fn is_words(block: &Block<ResolvedLink>) -> bool {
    !matches!(block, Block::Provision(_))
}

/// Writes all citations, one per row.
pub fn citations(library: &Library) -> String {
    let mut table = begin(CITATION_COLUMNS);
    for citation in &library.citations {
        let from = library.page(citation.page);
        let (resolution, to, to_anchor) = resolution(library, &citation.target);
        let to_title = match &citation.target {
            CitationTarget::Page(page) | CitationTarget::Provision { page, .. } => {
                library.page(*page).title.as_str()
            }
            CitationTarget::External(id) => library
                .externals
                .get(&**id)
                .map_or("", |external| external.title.as_str()),
            CitationTarget::Unresolved => "",
        };
        row(
            &mut table,
            [
                &from.key,
                &from.title,
                citation.anchor.as_deref().unwrap_or_default(),
                &citation.text,
                resolution,
                to.unwrap_or_default(),
                to_title,
                to_anchor.unwrap_or_default(),
            ],
        );
    }
    table
}

fn begin<'c>(columns: impl IntoIterator<Item = &'c str>) -> String {
    let mut table = String::from(BYTE_ORDER_MARK);
    row(&mut table, columns);
    table
}

fn row<'c>(table: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (position, text) in cells.into_iter().enumerate() {
        if position > 0 {
            table.push(',');
        }
        cell(table, text);
    }
    table.push_str("\r\n");
}

fn cell(table: &mut String, text: &str) {
    let guard = needs_apostrophe(text);
    if !text
        .bytes()
        .any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n'))
    {
        if guard {
            table.push('\'');
        }
        table.push_str(text);
        return;
    }
    table.push('"');
    if guard {
        table.push('\'');
    }
    for (position, part) in text.split('"').enumerate() {
        if position > 0 {
            table.push_str("\"\"");
        }
        table.push_str(part);
    }
    table.push('"');
}

/// Whether a spreadsheet might evaluate the text. East Asian versions of Excel
/// read full-width signs as their narrow forms.
fn needs_apostrophe(text: &str) -> bool {
    matches!(
        text.chars().next(),
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = String::new();
        cell(&mut out, text);
        out
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(written("第七条"), "第七条");
        assert_eq!(written("甲,乙"), "\"甲,乙\"");
        assert_eq!(written("他说\"好\""), "\"他说\"\"好\"\"\"");
        assert_eq!(written("一\n二"), "\"一\n二\"");
    }

    #[test]
    fn nothing_is_calculated_and_every_text_comes_back() {
        for text in ["=1+1", "+86", "-1", "@a", "＝1", "'引", "\t甲", "=A1,\"b\""] {
            let cell = written(text);
            let cell = match cell.strip_prefix('"') {
                Some(quoted) => quoted[..quoted.len() - 1].replace("\"\"", "\""),
                None => cell,
            };
            assert_eq!(cell, format!("'{text}"));
        }
    }
}
