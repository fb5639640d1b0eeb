//! The structure of the JSON files, described by `document.schema.json` and
//! `library.schema.json`.
//!
//! An unknown value is `null`; `unknown` lists the fields on which the source
//! itself is silent. Paths are relative to the site's root.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::address::page_file;
use crate::body::tree::{self, Block, Inline, Mark, Provision};
use crate::facts::{Facts, Subject};
use crate::library::axis::Axis;
use crate::library::versions::DatedBy;
use crate::library::{Library, Page, Section};
use crate::model::{
    self, Case, Change, Citation, CitationTarget, Date, Details, ExternalDocument, Figure,
    Integrity, Organ, PageId, PageType, Practice, Region, RegionReference, Relation, ResolvedLink,
    Responsibility, Role, Source, SourceReference, Stage, Subentry, Tag, Term, Vocabulary,
};
use search::anchor::{ProvisionKind, Step};

use super::files::{self, DataFile};
use super::text::{Destination, Running, destination};

/// Name and version of the page format.
pub const DOCUMENT_FORMAT: &str = "zhize-document-1";
/// Name and version of the index format.
pub const LIBRARY_FORMAT: &str = "zhize-library-1";

/// For each page, the citations of it by other pages, in their order.
pub struct Received<'a>(BTreeMap<PageId, Vec<&'a Citation>>);

impl<'a> Received<'a> {
    /// Collects the citations of a library.
    pub fn of(library: &'a Library) -> Self {
        let mut received: BTreeMap<PageId, Vec<&Citation>> = BTreeMap::new();
        for citation in &library.citations {
            match &citation.target {
                CitationTarget::Page(page) | CitationTarget::Provision { page, .. }
                    if *page != citation.page =>
                {
                    received.entry(*page).or_default().push(citation);
                }
                _ => {}
            }
        }
        Self(received)
    }

    fn by(&self, page: PageId) -> impl Iterator<Item = &'a Citation> {
        self.0.get(&page).into_iter().flatten().copied()
    }
}

/// A page.
#[derive(Serialize)]
pub struct Document<'a> {
    format: &'static str,
    #[serde(flatten)]
    entry: Entry<'a>,
    section: &'a str,
    integrity: &'a Option<Integrity>,
    responsibility: &'a [Tag<Responsibility>],
    stage: &'a [Tag<Stage>],
    role: &'a [Tag<Role>],
    sources: &'a [SourceReference],
    subentries: &'a [Subentry],
    changes: &'a [Change],
    figures: &'a [Figure],
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    practice: Option<Said<'a, Practice>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Said<'a, Case>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<&'a Term>,
    citations: Vec<CitationRecord<'a>>,
    cited_by: Vec<CitedBy<'a>>,
    body: Vec<Node<'a>>,
}

/// A page in the index, with just enough to choose it.
#[derive(Serialize)]
pub struct Entry<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    page_type: &'static str,
    title: &'a str,
    description: &'a str,
    file: String,
    url: Option<String>,
    published: Option<Date>,
    updated: Option<Date>,
    other_names: &'a [String],
    topics: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    regulation: Option<Regulation<'a>>,
    files: Vec<DataFile>,
}

#[derive(Serialize)]
struct Related<'a> {
    to: &'a str,
    #[serde(flatten)]
    relation: &'a Relation,
}

#[derive(Serialize)]
struct Place<'a> {
    #[serde(flatten)]
    reference: &'a RegionReference,
    name: Option<&'a str>,
}

/// The fields specific to a page's type: its front matter, the region with its
/// name, and the fields on which no source says anything.
#[derive(Serialize)]
struct Said<'a, D> {
    #[serde(flatten)]
    details: &'a D,
    region: Option<Place<'a>>,
    unknown: Vec<&'static str>,
}

#[derive(Serialize)]
struct Regulation<'a> {
    #[serde(flatten)]
    said: Said<'a, model::Regulation>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    version_of: Option<&'a str>,
    versions: Vec<Version<'a>>,
}

#[derive(Serialize)]
struct Version<'a> {
    page: &'a str,
    from: Date,
    dated_by: DatedBy,
}

#[derive(Serialize)]
struct CitationRecord<'a> {
    anchor: Option<&'a str>,
    text: &'a str,
    resolution: &'static str,
    to: Option<&'a str>,
    to_anchor: Option<&'a str>,
}

#[derive(Serialize)]
struct CitedBy<'a> {
    from: &'a str,
    from_anchor: Option<&'a str>,
    text: &'a str,
    anchor: Option<&'a str>,
}

/// How a citation was resolved and to what: keyword, document or external id,
/// anchor.
pub fn resolution<'l>(
    library: &'l Library,
    target: &'l CitationTarget,
) -> (&'static str, Option<&'l str>, Option<&'l str>) {
    match target {
        CitationTarget::Page(page) => ("document", Some(&library.page(*page).key), None),
        CitationTarget::Provision { page, anchor } => {
            ("provision", Some(&library.page(*page).key), Some(anchor))
        }
        CitationTarget::External(id) => ("external", Some(id), None),
        CitationTarget::Unresolved => ("unresolved", None, None),
    }
}

/// A part of the body: a provision, or a block within it.
#[derive(Default, Serialize)]
struct Node<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    citation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    #[serde(skip_serializing_if = "str::is_empty")]
    heading: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<MarkRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Vec<Node<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    header: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<Vec<Cow<'a, str>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Node<'a>>,
}

#[derive(Serialize)]
struct LinkRecord {
    start: usize,
    end: usize,
    to: String,
}

#[derive(Serialize)]
struct MarkRecord<'a> {
    basis: &'static str,
    locators: &'a [String],
}

impl<'a> Entry<'a> {
    /// The index entry of a page.
    pub fn of(library: &'a Library, page: &'a Page) -> Self {
        let file = page_file(&page.key);
        Self {
            id: &page.key,
            page_type: page.page_type().map_or("page", Vocabulary::slug),
            title: &page.title,
            description: &page.description,
            url: library.config.address(&file),
            file,
            published: page.published,
            updated: page.updated,
            other_names: &page.other_names,
            topics: &page.topics,
            regulation: match &page.details {
                Details::Regulation(details) => Some(regulation(library, page, details)),
                _ => None,
            },
            files: files::of_page(library, page),
        }
    }
}

fn regulation<'a>(
    library: &'a Library,
    page: &'a Page,
    details: &'a model::Regulation,
) -> Regulation<'a> {
    let chain = library.versions.of(page.id).map(|(chain, _)| chain);
    let key = |id| library.page(id).key.as_str();
    let validity = library.versions.validity(page.id, details);
    Regulation {
        said: said(library, page, details),
        valid_from: validity.from,
        valid_until: validity.until.map(|(date, _)| date),
        version_of: chain
            .filter(|chain| chain.identity != page.id)
            .map(|chain| key(chain.identity)),
        versions: chain
            .into_iter()
            .flat_map(|chain| &chain.texts)
            .map(|text| Version {
                page: key(text.page),
                from: text.from,
                dated_by: text.dated_by,
            })
            .collect(),
    }
}

fn said<'a, D>(library: &'a Library, page: &'a Page, details: &'a D) -> Said<'a, D> {
    let region = page.region().map(|reference| Place {
        reference,
        name: library.regions.get(&reference.code).map(|r| &*r.name),
    });
    Said {
        details,
        region,
        unknown: unknown(library, page),
    }
}

/// The fields that the page marks as given by no source.
fn unknown(library: &Library, page: &Page) -> Vec<&'static str> {
    let facts = Facts::of(library, page);
    let silent = facts.iter().filter(|fact| {
        // A list of organs is simply empty in this case.
        fact.values.is_empty()
            && !matches!(fact.subject, Subject::Issuer | Subject::Axis(Axis::Organ))
    });
    silent.map(|fact| fact.subject.slug()).collect()
}

impl<'a> Document<'a> {
    /// The full record of a page.
    pub fn of(library: &'a Library, received: &Received<'a>, page: &'a Page) -> Self {
        let (mut practice, mut case, mut term) = (None, None, None);
        match &page.details {
            Details::Practice(details) => practice = Some(said(library, page, &**details)),
            Details::Case(details) => case = Some(said(library, page, details)),
            Details::Term(details) => term = Some(details),
            Details::Regulation(_) | Details::Plain => {}
        }
        Self {
            format: DOCUMENT_FORMAT,
            entry: Entry::of(library, page),
            section: &page.section,
            integrity: &page.integrity,
            responsibility: &page.responsibility,
            stage: &page.stage,
            role: &page.role,
            sources: &page.sources,
            subentries: &page.subentries,
            changes: &page.changes,
            figures: &page.figures,
            related: page
                .related
                .iter()
                .map(|relation| Related {
                    to: &library.page(relation.to).key,
                    relation,
                })
                .collect(),
            practice,
            case,
            term,
            citations: library
                .citations_in(page.id)
                .iter()
                .map(|citation| {
                    let (resolution, to, to_anchor) = resolution(library, &citation.target);
                    CitationRecord {
                        anchor: citation.anchor.as_deref(),
                        text: &citation.text,
                        resolution,
                        to,
                        to_anchor,
                    }
                })
                .collect(),
            cited_by: received
                .by(page.id)
                .map(|citation| CitedBy {
                    from: &library.page(citation.page).key,
                    from_anchor: citation.anchor.as_deref(),
                    text: &citation.text,
                    anchor: resolution(library, &citation.target).2,
                })
                .collect(),
            body: Body { library, page }.nodes(&page.body, &mut Vec::new(), false),
        }
    }
}

struct Body<'a> {
    library: &'a Library,
    page: &'a Page,
}

impl<'a> Body<'a> {
    fn nodes(
        &self,
        blocks: &'a [Block<ResolvedLink>],
        way: &mut Vec<Step>,
        lone: bool,
    ) -> Vec<Node<'a>> {
        blocks
            .iter()
            .map(|block| self.node(block, way, lone))
            .collect()
    }

    fn node(&self, block: &'a Block<ResolvedLink>, way: &mut Vec<Step>, lone: bool) -> Node<'a> {
        match block {
            Block::Provision(provision) => self.provision(provision, way, lone),
            Block::Heading {
                level,
                anchor,
                content,
                ..
            } => Node {
                anchor: Some(anchor),
                level: Some(*level),
                ..self.running("title", content)
            },
            Block::Paragraph { content, .. } => self.running("text", content),
            Block::List { start, items } => Node {
                kind: "list",
                start: *start,
                items: items
                    .iter()
                    .map(|item| self.nodes(item, way, lone))
                    .collect(),
                ..Node::default()
            },
            Block::Quote(blocks) => Node {
                kind: "quote",
                children: self.nodes(blocks, way, lone),
                ..Node::default()
            },
            Block::Table { header, rows } => {
                let mut marks = Vec::new();
                let mut text = |cell: &'a Vec<Inline<ResolvedLink>>| {
                    let cell = Running::of(cell);
                    marks.extend(cell.marks.into_iter().map(mark));
                    cell.text
                };
                let mut texts = |row: &'a Vec<_>| row.iter().map(&mut text).collect();
                let header = texts(header);
                let rows = rows.iter().map(texts).collect();
                Node {
                    kind: "table",
                    header,
                    rows,
                    marks,
                    ..Node::default()
                }
            }
            Block::Code(text) => Node {
                kind: "code",
                text: Cow::Borrowed(text),
                ..Node::default()
            },
            Block::Html(text) => Node {
                kind: "html",
                text: Cow::Borrowed(text),
                ..Node::default()
            },
            Block::Rule => Node {
                kind: "rule",
                ..Node::default()
            },
        }
    }

    fn running(&self, kind: &'static str, content: &'a [Inline<ResolvedLink>]) -> Node<'a> {
        let running = Running::of(content);
        Node {
            kind,
            links: self.links(&running),
            marks: running.marks.iter().copied().map(mark).collect(),
            text: running.text,
            ..Node::default()
        }
    }

    /// Links with positions in characters, since byte positions are useless to
    /// readers of JSON.
    fn links(&self, running: &Running<'a>) -> Vec<LinkRecord> {
        let (mut bytes, mut characters) = (0, 0);
        let mut at = |byte: usize| {
            characters += running.text[bytes..byte].chars().count();
            bytes = byte;
            characters
        };
        let links = running.links.iter();
        links
            .filter_map(|link| {
                let to = destination(self.library, &self.page.key, link.target);
                // Links are in order and don't overlap.
                let (start, end) = (at(link.range.start), at(link.range.end));
                let to = match to? {
                    Destination::File(file, None) => file,
                    Destination::File(file, Some(anchor)) => format!("{file}#{anchor}"),
                    Destination::Other(address) => address.to_owned(),
                };
                Some(LinkRecord { start, end, to })
            })
            .collect()
    }

    fn provision(
        &self,
        provision: &'a Provision<ResolvedLink>,
        way: &mut Vec<Step>,
        lone: bool,
    ) -> Node<'a> {
        way.push(Step {
            kind: provision.kind,
            number: provision.number,
        });
        let lone = match provision.kind {
            ProvisionKind::Article => tree::paragraphs(provision) <= 1,
            _ => lone,
        };
        let title = Running::of(&provision.title);
        let mut node = self.running(provision.kind.slug(), &provision.content);
        node.anchor = Some(&provision.anchor);
        node.number = provision.number.map(|number| number.anchor());
        node.label = &provision.label;
        node.citation =
            search::anchor::words(way, lone && provision.kind != ProvisionKind::Article);
        if !title.text.is_empty() {
            node.heading = Cow::Owned(tree::heading_text(&title.text));
        }
        node.children = self.nodes(&provision.children, way, lone);
        way.pop();
        node
    }
}

fn mark(mark: &Mark) -> MarkRecord<'_> {
    let (basis, locators): (_, &[String]) = match mark {
        Mark::Stated(locators) => ("stated", locators),
        Mark::Inferred(locators) => ("inferred", locators),
        Mark::Editorial => ("editorial", &[]),
    };
    MarkRecord { basis, locators }
}

#[derive(Serialize)]
pub struct LibraryIndex<'a> {
    format: &'static str,
    title: &'a str,
    description: &'a str,
    url: &'a Option<String>,
    organization: Option<&'a str>,
    license: &'a Option<String>,
    updated: Option<Date>,
    generator: &'static str,
    files: Vec<DataFile>,
    #[serde(serialize_with = "values")]
    sources: &'a BTreeMap<String, Source>,
    #[serde(serialize_with = "values")]
    organs: &'a BTreeMap<String, Organ>,
    #[serde(serialize_with = "values")]
    regions: &'a BTreeMap<String, Region>,
    #[serde(serialize_with = "values")]
    external_documents: &'a BTreeMap<String, ExternalDocument>,
    sections: Vec<SectionRecord<'a>>,
    documents: Vec<Entry<'a>>,
}

/// The entries of a register, in order of their ids; each entry contains its
/// id.
fn values<S: Serializer, V: Serialize>(
    register: &BTreeMap<String, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(register.values())
}

#[derive(Serialize)]
struct SectionRecord<'a> {
    key: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    page_type: Option<&'static str>,
    documents: Vec<&'a str>,
}

impl<'a> LibraryIndex<'a> {
    /// The record of a library.
    pub fn of(library: &'a Library) -> Self {
        let config = &library.config;
        let pages = || library.pages.iter().filter(|page| page.public);
        let section = |section: &'a Section| SectionRecord {
            key: &section.key,
            title: &section.title,
            description: &section.description,
            page_type: section.page_type.map(PageType::slug),
            documents: section
                .pages
                .iter()
                .map(|id| library.page(*id))
                .filter(|page| page.public)
                .map(|page| page.key.as_str())
                .collect(),
        };
        Self {
            format: LIBRARY_FORMAT,
            title: &config.title,
            description: &config.description,
            url: &config.base_url,
            organization: config.organization.as_deref(),
            license: &config.license,
            updated: pages().filter_map(Page::changed).max(),
            generator: concat!("zhize ", env!("CARGO_PKG_VERSION")),
            files: files::of_site(library),
            sources: &library.sources,
            organs: &library.organs,
            regions: &library.regions,
            external_documents: &library.externals,
            sections: library.sections.values().map(section).collect(),
            documents: pages().map(|page| Entry::of(library, page)).collect(),
        }
    }
}
