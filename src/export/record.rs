//! The shape of the JSON: what `document.schema.json` and
//! `library.schema.json` describe.
//!
//! A value that is not known is `null`; for which values the source itself is
//! silent, `unknown` names the fields. Paths count from the site's root.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::address::page_file;
use crate::body::tree::{self, Block, Inline, Mark, Provision, ProvisionKind, Step};
use crate::dates::iso;
use crate::library::{Library, Page};
use crate::model::{
    Basis, Citation, CitationTarget, Details, Known, Located, Locators, PageId, ResolvedLink, Tag,
    Vocabulary,
};

use crate::library::versions::DatedBy;

use super::text::{Running, known, target};

/// Name and version of a page's format.
pub const DOCUMENT_FORMAT: &str = "zhize-document-1";
/// Name and version of the index's format.
pub const LIBRARY_FORMAT: &str = "zhize-library-1";

/// What is looked up for each page.
pub struct Index {
    /// The citations in each page.
    made: BTreeMap<PageId, Range<usize>>,
    /// The citations of each page by others, in their order.
    received: BTreeMap<PageId, Vec<usize>>,
}

impl Index {
    /// Of a library.
    pub fn of(library: &Library) -> Self {
        let mut made: BTreeMap<PageId, Range<usize>> = BTreeMap::new();
        let mut received: BTreeMap<PageId, Vec<usize>> = BTreeMap::new();
        for (at, citation) in library.citations.iter().enumerate() {
            made.entry(citation.page).or_insert(at..at).end = at + 1;
            match &citation.target {
                CitationTarget::Page(page) | CitationTarget::Provision { page, .. }
                    if *page != citation.page =>
                {
                    received.entry(*page).or_default().push(at);
                }
                _ => {}
            }
        }
        Self { made, received }
    }

    fn made_in<'l>(&self, library: &'l Library, page: PageId) -> &'l [Citation] {
        let range = self.made.get(&page).cloned().unwrap_or_default();
        &library.citations[range]
    }

    fn received_by<'l>(
        &self,
        library: &'l Library,
        page: PageId,
    ) -> impl Iterator<Item = &'l Citation> {
        let received = self.received.get(&page).into_iter().flatten();
        received.map(|at| &library.citations[*at])
    }
}

/// A page.
#[derive(Serialize)]
pub struct Document<'a> {
    format: &'static str,
    #[serde(flatten)]
    entry: Entry<'a>,
    section: &'a str,
    integrity: Option<Integrity<'a>>,
    responsibility: Vec<TagRecord<'a>>,
    stage: Vec<TagRecord<'a>>,
    role: Vec<TagRecord<'a>>,
    sources: Vec<SourceReference<'a>>,
    figures: Vec<Figure<'a>>,
    related: Vec<Relation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    practice: Option<Practice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Case<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<Term<'a>>,
    citations: Vec<CitationRecord<'a>>,
    cited_by: Vec<CitedBy<'a>>,
    body: Vec<Node<'a>>,
}

/// A page in the index: what is enough to choose.
#[derive(Serialize)]
pub struct Entry<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    page_type: &'static str,
    title: &'a str,
    description: &'a str,
    file: String,
    url: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    other_names: &'a [String],
    topics: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    regulation: Option<Regulation<'a>>,
    files: Vec<FileRecord>,
}

/// A file of data.
#[derive(Serialize)]
pub struct FileRecord {
    format: &'static str,
    media_type: &'static str,
    file: String,
}

impl From<super::DataFile> for FileRecord {
    fn from(file: super::DataFile) -> Self {
        Self {
            format: file.format.slug(),
            media_type: file.media_type,
            file: file.file,
        }
    }
}

#[derive(Serialize)]
struct Integrity<'a> {
    state: &'static str,
    note: &'a str,
}

#[derive(Serialize)]
struct TagRecord<'a> {
    value: &'static str,
    basis: &'static str,
    locators: &'a [String],
    note: &'a str,
}

#[derive(Serialize)]
struct SourceReference<'a> {
    source: &'a str,
    locators: &'a [String],
}

#[derive(Serialize)]
struct Figure<'a> {
    label: &'a str,
    value: &'a str,
    unit: &'a str,
    comparator: &'a str,
    period: Option<&'a str>,
    scope: &'a str,
    locators: &'a [String],
    note: &'a str,
}

#[derive(Serialize)]
struct Relation<'a> {
    kind: &'static str,
    to: &'a str,
    anchor: Option<&'a str>,
    provision: Option<&'a str>,
    basis: &'static str,
    locators: &'a [String],
    note: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    code: &'a str,
    name: Option<&'a str>,
    basis: &'static str,
    locators: &'a [String],
}

#[derive(Serialize)]
struct Regulation<'a> {
    kind: &'a str,
    issuer: &'a [String],
    level: &'a str,
    region: Option<Place<'a>>,
    document_number: Option<&'a str>,
    adopted: Option<String>,
    promulgated: Option<String>,
    effective: Option<String>,
    repealed: Option<String>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    status: &'a str,
    version: Option<&'a str>,
    version_of: Option<&'a str>,
    versions: Vec<Version<'a>>,
    body_form: &'static str,
    unknown: Vec<&'static str>,
}

#[derive(Serialize)]
struct Version<'a> {
    page: &'a str,
    from: String,
    dated_by: &'static str,
}

#[derive(Serialize)]
struct Practice<'a> {
    organ: &'a [String],
    region: Place<'a>,
    level: &'a str,
    mechanism: Option<&'a str>,
    start_year: Option<i32>,
    outcome: Option<Statement<'a>>,
    components: Vec<Component<'a>>,
    unknown: Vec<&'static str>,
}

#[derive(Serialize)]
struct Case<'a> {
    kind: &'a str,
    organ: &'a [String],
    region: Option<Place<'a>>,
    period: Option<Period<'a>>,
    findings: Vec<Statement<'a>>,
    outcome: Option<Statement<'a>>,
    unknown: Vec<&'static str>,
}

#[derive(Serialize)]
struct Term<'a> {
    kind: &'a str,
    organ: &'a [String],
}

#[derive(Serialize)]
struct Period<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct Statement<'a> {
    text: &'a str,
    locators: &'a [String],
}

#[derive(Serialize)]
struct Component<'a> {
    name: &'a str,
    detail: &'a str,
    locators: &'a [String],
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

/// How a citation was resolved, and to what: word, document or external id,
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

/// A part of the body: a provision, or a block of it.
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

/// As citations and JSON name kinds of provisions.
pub fn kind_slug(kind: ProvisionKind) -> &'static str {
    match kind {
        ProvisionKind::Opening => "opening",
        ProvisionKind::Contents => "contents",
        ProvisionKind::Preamble => "preamble",
        ProvisionKind::Part => "part",
        ProvisionKind::Subpart => "subpart",
        ProvisionKind::Chapter => "chapter",
        ProvisionKind::Section => "section",
        ProvisionKind::Heading => "heading",
        ProvisionKind::Article => "article",
        ProvisionKind::Paragraph => "paragraph",
        ProvisionKind::Item => "item",
        ProvisionKind::Subitem => "subitem",
        ProvisionKind::Point => "point",
        ProvisionKind::Signature => "signature",
        ProvisionKind::Annex => "annex",
    }
}

impl<'a> Entry<'a> {
    /// The entry of a page.
    pub fn of(library: &'a Library, page: &'a Page) -> Self {
        Self {
            id: &page.key,
            page_type: page.page_type().map_or("page", Vocabulary::slug),
            title: &page.title,
            description: &page.description,
            file: page_file(&page.key),
            url: library
                .config
                .base_url
                .as_ref()
                .map(|base| format!("{base}{}", page_file(&page.key))),
            published: page.published.map(iso),
            updated: page.updated.map(iso),
            other_names: &page.other_names,
            topics: &page.topics,
            regulation: match &page.details {
                Details::Regulation(regulation) => {
                    Some(regulation_record(library, page, regulation))
                }
                _ => None,
            },
            files: super::of_page(library, page)
                .into_iter()
                .map(FileRecord::from)
                .collect(),
        }
    }
}

fn regulation_record<'a>(
    library: &'a Library,
    page: &Page,
    regulation: &'a crate::model::Regulation,
) -> Regulation<'a> {
    let mut unknown = Vec::new();
    silent(&mut unknown, "document_number", &regulation.document_number);
    for (name, date) in [
        ("adopted", &regulation.adopted),
        ("promulgated", &regulation.promulgated),
        ("effective", &regulation.effective),
        ("repealed", &regulation.repealed),
    ] {
        silent(&mut unknown, name, date);
    }
    let date = |date| known(date).map(|date| iso(*date));
    let chain = library.versions.of(page.id).map(|(chain, _)| chain);
    let validity = library.versions.validity(page.id, regulation);
    Regulation {
        kind: &regulation.kind,
        issuer: &regulation.issuer,
        level: &regulation.level,
        region: regulation.region.as_ref().map(|r| place(library, r)),
        document_number: known(&regulation.document_number).map(String::as_str),
        adopted: date(&regulation.adopted),
        promulgated: date(&regulation.promulgated),
        effective: date(&regulation.effective),
        repealed: date(&regulation.repealed),
        valid_from: validity.from.map(iso),
        valid_until: validity.until.map(|(date, _)| iso(date)),
        status: &regulation.status,
        version: regulation.version.as_deref(),
        version_of: chain
            .filter(|chain| chain.identity != page.id)
            .map(|chain| library.page(chain.identity).key.as_str()),
        versions: chain.map_or(Vec::new(), |chain| {
            chain
                .texts
                .iter()
                .map(|text| Version {
                    page: &library.page(text.page).key,
                    from: iso(text.from),
                    dated_by: match text.dated_by {
                        DatedBy::Effective => "effective",
                        DatedBy::Promulgated => "promulgated",
                        DatedBy::Adopted => "adopted",
                    },
                })
                .collect()
        }),
        body_form: regulation.body_form.slug(),
        unknown,
    }
}

fn silent<T>(unknown: &mut Vec<&'static str>, name: &'static str, value: &Option<Known<T>>) {
    if matches!(value, Some(Known::Unknown)) {
        unknown.push(name);
    }
}

fn place<'a>(library: &'a Library, reference: &'a crate::model::RegionReference) -> Place<'a> {
    Place {
        code: &reference.code,
        name: library.regions.get(&reference.code).map(|r| &*r.name),
        basis: basis_slug(reference.basis),
        locators: &reference.locators.0,
    }
}

fn basis_slug(basis: Basis) -> &'static str {
    match basis {
        Basis::Stated => "stated",
        Basis::Inferred => "inferred",
    }
}

fn statement(located: &Located) -> Statement<'_> {
    Statement {
        text: &located.text,
        locators: &located.locators.0,
    }
}

fn tags<V: Vocabulary>(tags: &[Tag<V>]) -> Vec<TagRecord<'_>> {
    tags.iter()
        .map(|tag| TagRecord {
            value: tag.value.label(),
            basis: basis_slug(tag.basis),
            locators: &tag.locators.0,
            note: &tag.note,
        })
        .collect()
}

impl<'a> Document<'a> {
    /// All of a page.
    pub fn of(library: &'a Library, index: &Index, page: &'a Page) -> Self {
        let locators = |locators: &'a Locators| locators.0.as_slice();
        let (mut practice, mut case, mut term) = (None, None, None);
        match &page.details {
            Details::Practice(details) => practice = Some(practice_record(library, details)),
            Details::Case(details) => case = Some(case_record(library, details)),
            Details::Term(details) => {
                term = Some(Term {
                    kind: &details.kind,
                    organ: &details.organ,
                });
            }
            Details::Regulation(_) | Details::Plain => {}
        }
        Self {
            format: DOCUMENT_FORMAT,
            entry: Entry::of(library, page),
            section: &page.section,
            integrity: page.integrity.as_ref().map(|integrity| Integrity {
                state: integrity.state.slug(),
                note: &integrity.note,
            }),
            responsibility: tags(&page.responsibility),
            stage: tags(&page.stage),
            role: tags(&page.role),
            sources: page
                .sources
                .iter()
                .map(|reference| SourceReference {
                    source: &reference.source,
                    locators: locators(&reference.locators),
                })
                .collect(),
            figures: page
                .figures
                .iter()
                .map(|figure| Figure {
                    label: &figure.label,
                    value: &figure.value,
                    unit: &figure.unit,
                    comparator: &figure.comparator,
                    period: match &figure.period {
                        Known::Known(period) => Some(period),
                        Known::Unknown => None,
                    },
                    scope: &figure.scope,
                    locators: locators(&figure.locators),
                    note: &figure.note,
                })
                .collect(),
            related: page
                .related
                .iter()
                .map(|relation| Relation {
                    kind: relation.kind.slug(),
                    to: &library.page(relation.to).key,
                    anchor: relation.anchor.as_deref(),
                    provision: relation.provision.as_deref(),
                    basis: basis_slug(relation.basis),
                    locators: locators(&relation.locators),
                    note: &relation.note,
                })
                .collect(),
            practice,
            case,
            term,
            citations: index
                .made_in(library, page.id)
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
            cited_by: index
                .received_by(library, page.id)
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

fn practice_record<'a>(library: &'a Library, practice: &'a crate::model::Practice) -> Practice<'a> {
    let mut unknown = Vec::new();
    silent(&mut unknown, "start_year", &practice.start_year);
    silent(&mut unknown, "outcome", &practice.outcome);
    Practice {
        organ: &practice.organ,
        region: place(library, &practice.region),
        level: &practice.level,
        mechanism: practice.mechanism.as_deref(),
        start_year: known(&practice.start_year).copied(),
        outcome: known(&practice.outcome).map(statement),
        components: practice
            .components
            .iter()
            .map(|component| Component {
                name: &component.name,
                detail: &component.detail,
                locators: &component.locators.0,
            })
            .collect(),
        unknown,
    }
}

fn case_record<'a>(library: &'a Library, case: &'a crate::model::Case) -> Case<'a> {
    let mut unknown = Vec::new();
    silent(&mut unknown, "period", &case.period);
    silent(&mut unknown, "outcome", &case.outcome);
    Case {
        kind: &case.kind,
        organ: &case.organ,
        region: case.region.as_ref().map(|r| place(library, r)),
        period: known(&case.period).map(|period| Period {
            from: &period.from,
            to: &period.to,
        }),
        findings: case.findings.iter().map(statement).collect(),
        outcome: known(&case.outcome).map(statement),
        unknown,
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
                let cells = |row: &'a [Vec<Inline<ResolvedLink>>]| -> Vec<Running<'a>> {
                    row.iter().map(|cell| Running::of(cell)).collect()
                };
                let mut marks = Vec::new();
                let mut texts = |row: &'a [Vec<Inline<ResolvedLink>>]| -> Vec<Cow<'a, str>> {
                    let cells = cells(row).into_iter();
                    cells
                        .map(|cell| {
                            marks.extend(cell.marks.into_iter().map(mark));
                            cell.text
                        })
                        .collect()
                };
                let header = texts(header);
                let rows = rows.iter().map(|row| texts(row)).collect();
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

    /// Links by characters, since bytes mean nothing to readers of JSON.
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
                Some(LinkRecord {
                    // Links don't overlap and are in order.
                    start: at(link.range.start),
                    end: at(link.range.end),
                    to: target(self.library, self.page, link.target)?,
                })
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
        let mut node = self.running(kind_slug(provision.kind), &provision.content);
        node.anchor = Some(&provision.anchor);
        node.number = provision.number.map(|number| number.anchor());
        node.label = &provision.label;
        node.citation = tree::citation(way, lone && provision.kind != ProvisionKind::Article);
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

/// The index of the library.
#[derive(Serialize)]
pub struct LibraryIndex<'a> {
    format: &'static str,
    title: &'a str,
    description: &'a str,
    url: Option<&'a str>,
    organization: Option<&'a str>,
    license: Option<&'a str>,
    updated: Option<String>,
    generator: &'static str,
    files: Vec<FileRecord>,
    sources: Vec<Source<'a>>,
    organs: Vec<Organ<'a>>,
    regions: Vec<Region<'a>>,
    external_documents: Vec<External<'a>>,
    sections: Vec<Section<'a>>,
    documents: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    id: &'a str,
    label: &'a str,
    title: Option<&'a str>,
    author: Option<&'a str>,
    publisher: Option<&'a str>,
    date: Option<&'a str>,
    url: Option<&'a str>,
    note: &'a str,
    segments: Vec<Segment<'a>>,
}

#[derive(Serialize)]
struct Segment<'a> {
    locator: &'a str,
    heading: bool,
    summary: &'a str,
    integrity: &'static str,
    note: &'a str,
}

#[derive(Serialize)]
struct Organ<'a> {
    id: &'a str,
    name: &'a str,
    region: &'a str,
    kind: &'a str,
    note: &'a str,
}

#[derive(Serialize)]
struct Region<'a> {
    code: &'a str,
    name: &'a str,
    short: &'a str,
    iso: &'a str,
}

#[derive(Serialize)]
struct External<'a> {
    id: &'a str,
    title: &'a str,
    other_names: &'a [String],
    url: Option<&'a str>,
    note: &'a str,
}

#[derive(Serialize)]
struct Section<'a> {
    key: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    page_type: Option<&'static str>,
    documents: Vec<&'a str>,
}

impl<'a> LibraryIndex<'a> {
    /// Of a library.
    pub fn of(library: &'a Library) -> Self {
        let config = &library.config;
        let given = |value: &'a Known<String>| match value {
            Known::Known(text) => Some(text.as_str()),
            Known::Unknown => None,
        };
        let dates = library
            .pages
            .iter()
            .filter_map(|p| p.updated.or(p.published));
        Self {
            format: LIBRARY_FORMAT,
            title: &config.title,
            description: &config.description,
            url: config.base_url.as_deref(),
            organization: config.organization.as_deref().filter(|o| *o != "unknown"),
            license: config.license.as_deref(),
            updated: dates.max().map(iso),
            generator: concat!("zhize ", env!("CARGO_PKG_VERSION")),
            files: super::of_site(library)
                .into_iter()
                .map(FileRecord::from)
                .collect(),
            sources: library
                .sources
                .values()
                .map(|source| Source {
                    id: &source.id,
                    label: &source.label,
                    title: given(&source.title),
                    author: given(&source.author),
                    publisher: given(&source.publisher),
                    date: given(&source.date),
                    url: given(&source.url),
                    note: &source.note,
                    segments: source
                        .segments
                        .iter()
                        .map(|segment| Segment {
                            locator: &segment.locator,
                            heading: segment.heading,
                            summary: &segment.summary,
                            integrity: segment.integrity.slug(),
                            note: &segment.note,
                        })
                        .collect(),
                })
                .collect(),
            organs: library
                .organs
                .values()
                .map(|organ| Organ {
                    id: &organ.id,
                    name: &organ.name,
                    region: &organ.region,
                    kind: &organ.kind,
                    note: &organ.note,
                })
                .collect(),
            regions: library
                .regions
                .values()
                .map(|region| Region {
                    code: &region.code,
                    name: &region.name,
                    short: &region.short,
                    iso: &region.iso,
                })
                .collect(),
            external_documents: library
                .externals
                .values()
                .map(|external| External {
                    id: &external.id,
                    title: &external.title,
                    other_names: &external.other_names,
                    url: external.url.as_deref(),
                    note: &external.note,
                })
                .collect(),
            sections: library
                .sections
                .values()
                .map(|section| Section {
                    key: &section.key,
                    title: &section.title,
                    description: &section.description,
                    page_type: section.page_type.map(Vocabulary::slug),
                    documents: section
                        .pages
                        .iter()
                        .map(|id| library.page(*id).key.as_str())
                        .collect(),
                })
                .collect(),
            documents: library
                .pages
                .iter()
                .map(|page| Entry::of(library, page))
                .collect(),
        }
    }
}
