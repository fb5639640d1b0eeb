//! Akoma Ntoso 3.0 (OASIS LegalDocML): a regulation's structure as XML.
//!
//! | 条例 | element | eId |
//! |---|---|---|
//! | 编、分编、章、节 | `part`, `subpart`, `chapter`, `section` | `part_1__chp_2__sec_1` |
//! | 无编号的标题 | `division` | `hcontainer_…` |
//! | 条、款、项、目 | `article`, `paragraph`, `point`, `indent` | `art_7__para_2__point_3__indent_1` |
//! | 一、（一）1.（1） | `level` | `lvl_2__lvl_1` |
//! | 附件 | `attachment` with a `doc` | `att_1` |
//!
//! An eId is built from the anchor alone, so a reference to another document
//! can be written without reading that document; the anchor itself is the
//! `GUID`. Nothing is left out and nothing made up: what has no element of its
//! own becomes an `hcontainer` whose `name` says what it is. A date that no
//! source gives is replaced by the day on which this site recorded the text,
//! named `recorded`.

use crate::address::{is_safe_link, page_file};
use crate::body::tree::{self, Block, Inline, Provision};
use crate::dates::iso;
use crate::library::versions::Ending;
use crate::library::{Library, Page};
use crate::model::{
    BodyForm, Date, Details, Known, Regulation, ResolvedLink, Status, UNKNOWN, Vocabulary,
};
use search::anchor::{Anchor, ProvisionKind};

use crate::xml::{Attributes, Xml};

/// Namespace of Akoma Ntoso 3.0.
const NAMESPACE: &str = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";

type Blocks = [Block<ResolvedLink>];

/// Whether a page can be written as Akoma Ntoso: it needs the text of a
/// regulation in provisions, and the day on which it was added to this site,
/// since the schema requires a date.
pub fn has_akoma_ntoso(page: &Page) -> bool {
    match &page.details {
        Details::Regulation(regulation) => {
            regulation.body_form != BodyForm::None
                && tree::has_provisions(&page.body)
                && page.published.is_some()
        }
        _ => false,
    }
}

/// Writes the Akoma Ntoso document of a regulation.
///
/// # Panics
/// When the page can't be written as one ([`has_akoma_ntoso`]).
pub fn document(library: &Library, page: &Page) -> String {
    let Details::Regulation(regulation) = &page.details else {
        panic!("only regulations have provisions");
    };
    let mut writer = Writer {
        library,
        work: Work::of(library, page).expect("a regulation's texts are regulations"),
        page,
        regulation,
        // The tags take somewhat less space than the text of a law.
        xml: Xml::new(page.span.range.len() * 2 + 4_000),
    };
    writer.block("akomaNtoso", &[("xmlns", NAMESPACE)], Writer::document);
    writer.xml.finish()
}

/// The components of a work's address.
///
/// The naming convention requires country, type, date and number or title. The
/// page's own name serves as the last, since the document number may be missing
/// and a title is not suitable as an address. If no date of a regulation is
/// known, the address says so.
struct Work {
    /// `act` or `doc`.
    element: &'static str,
    iri: String,
    date: Dated,
    /// The document number (发文字号) of the oldest text.
    number: Option<String>,
}

/// A date and its meaning.
struct Dated {
    name: &'static str,
    date: Option<Date>,
}

impl Work {
    /// The work that a page's text belongs to. All texts of a regulation form
    /// one work, named after the regulation's page and dated by the oldest
    /// text.
    fn of(library: &Library, page: &Page) -> Option<Self> {
        let chain = library.versions.of(page.id).map(|(chain, _)| chain);
        let oldest = chain.map_or(page, |chain| library.page(chain.texts[0].page));
        let page = chain.map_or(page, |chain| library.page(chain.identity));
        let (Details::Regulation(regulation), Details::Regulation(oldest)) =
            (&page.details, &oldest.details)
        else {
            return None;
        };
        let element = match regulation.body_form {
            BodyForm::Document => "doc",
            BodyForm::Clause | BodyForm::None => "act",
        };
        let date = first_known([
            ("adopted", &oldest.adopted),
            ("promulgated", &oldest.promulgated),
            ("effective", &oldest.effective),
        ]);
        let number = page.key.rsplit('/').next().unwrap_or(&page.key);
        let year = date.date.map_or_else(|| "undated".to_owned(), iso);
        Some(Self {
            element,
            iri: format!("/akn/cn/{element}/{year}/{number}"),
            date,
            number: Known::given(&oldest.document_number).cloned(),
        })
    }
}

fn first_known<const N: usize>(dates: [(&'static str, &Option<Known<Date>>); N]) -> Dated {
    let found = dates
        .into_iter()
        .find_map(|(name, date)| Known::given(date).map(|date| (name, *date)));
    Dated {
        name: found.map_or("recorded", |(name, _)| name),
        date: found.map(|(_, date)| date),
    }
}

/// The eId of the provision with this anchor: `art_7__para_2` for
/// `art-7-para-2`, and `lvl_1__lvl_2` for `sec-1-2` of a document.
pub fn e_id(anchor: &str, form: BodyForm) -> String {
    let mut id = String::new();
    for part in Anchor(anchor).parts() {
        let (name, levels) = match part.kind {
            // Words from a heading.
            None => ("", false),
            Some(ProvisionKind::Chapter) => ("chp", false),
            Some(ProvisionKind::Item) => ("point", false),
            Some(ProvisionKind::Subitem) => ("indent", false),
            Some(ProvisionKind::Annex) => ("att", false),
            Some(ProvisionKind::Section | ProvisionKind::Point) if form == BodyForm::Document => {
                ("lvl", true)
            }
            Some(kind) => (kind.anchor_name(), false),
        };
        if !id.is_empty() {
            id.push_str("__");
        }
        id.push_str(name);
        // A number, the letter of a repeated one, or a word from a heading.
        for more in part.rest.split('-').filter(|more| !more.is_empty()) {
            let is_number = more.bytes().all(|b| b.is_ascii_digit());
            match id.chars().next_back() {
                None => {}
                // 一、（二）1. are one part of the anchor, but separate elements
                // here.
                Some(last) if levels && is_number && last.is_ascii_digit() => {
                    id.push_str("__lvl_");
                }
                Some(last) if last.is_ascii_digit() || !is_number => id.push('-'),
                Some(_) => id.push('_'),
            }
            id.push_str(more);
        }
    }
    id
}

struct Writer<'a> {
    library: &'a Library,
    page: &'a Page,
    regulation: &'a Regulation,
    work: Work,
    xml: Xml,
}

/// An event in the lifecycle of a text.
struct Event {
    name: &'static str,
    show: &'static str,
    /// `generation`, `amendment` or `repeal`.
    kind: &'static str,
    date: Date,
    /// Whether the text is no longer in force from that day on.
    ends: bool,
}

/// The parts of a body, sorted by where they go.
#[derive(Default)]
struct Parts<'b> {
    preface: Vec<&'b Block<ResolvedLink>>,
    preamble: Vec<&'b Block<ResolvedLink>>,
    body: Vec<&'b Block<ResolvedLink>>,
    conclusions: Vec<&'b Block<ResolvedLink>>,
    attachments: Vec<&'b Provision<ResolvedLink>>,
}

fn kind_of(block: &Block<ResolvedLink>) -> Option<ProvisionKind> {
    match block {
        Block::Provision(provision) => Some(provision.kind),
        _ => None,
    }
}

fn holds_provisions(block: &Block<ResolvedLink>) -> bool {
    matches!(block, Block::Provision(p) if p.children.iter().any(|b| kind_of(b).is_some()))
}

/// Whether a block has content, or at least a place for it.
fn is_written(block: &Block<ResolvedLink>) -> bool {
    match block {
        Block::List { items, .. } => !items.is_empty(),
        Block::Quote(blocks) => blocks.iter().any(is_written),
        Block::Table { header, rows } => {
            !header.is_empty() || rows.iter().any(|row| !row.is_empty())
        }
        Block::Rule => false,
        _ => true,
    }
}

impl<'b> Parts<'b> {
    /// Blocks before the first provision and after the last have places of
    /// their own; everything between stays in text order.
    fn of(blocks: &'b Blocks) -> Self {
        use ProvisionKind::{Annex, Contents, Opening, Preamble, Signature};
        let around = |block: &&Block<ResolvedLink>| {
            matches!(
                kind_of(block),
                Some(Opening | Contents | Preamble | Signature | Annex)
            )
        };
        let mut parts = Self::default();
        let first = blocks.iter().position(|block| !around(&block));
        let last = blocks.iter().rposition(|block| !around(&block));
        let (Some(first), Some(last)) = (first, last) else {
            // There is no body: everything goes into it.
            parts.body = blocks.iter().collect();
            return parts;
        };
        let mut body_from = first;
        for (at, block) in blocks[..first].iter().enumerate() {
            match kind_of(block) {
                Some(Opening | Contents) if parts.preamble.is_empty() => parts.preface.push(block),
                Some(Preamble) if !holds_provisions(block) => parts.preamble.push(block),
                _ => {
                    body_from = at;
                    break;
                }
            }
        }
        parts.body = blocks[body_from..=last].iter().collect();
        for block in &blocks[last + 1..] {
            match block {
                Block::Provision(annex) if annex.kind == Annex => parts.attachments.push(annex),
                other => parts.conclusions.push(other),
            }
        }
        parts
    }
}

impl<'a> Writer<'a> {
    /// Writes an element within running text.
    fn inline(&mut self, name: &str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.xml.open(name, attributes);
        inside(self);
        self.xml.close(name);
    }

    /// Writes an element on a line of its own.
    fn line(&mut self, name: &str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.inline(name, attributes, inside);
        self.xml.line();
    }

    /// Writes an element whose tags are on lines of their own.
    fn block(&mut self, name: &str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.line(name, attributes, |writer| {
            writer.xml.line();
            inside(writer);
        });
    }

    /// Writes an empty element on a line of its own.
    fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.xml.empty(name, attributes);
        self.xml.line();
    }

    fn document(&mut self) {
        let element = self.work.element;
        let name = match self.regulation.body_form {
            BodyForm::Document => "document",
            BodyForm::Clause | BodyForm::None => "regulation",
        };
        let versions = &self.library.versions;
        let contains = match versions.of(self.page.id) {
            Some((_, later)) if later > 0 => "singleVersion",
            _ => "originalVersion",
        };
        let attributes = [("name", name), ("contains", contains)];
        self.block(element, &attributes, |writer| {
            writer.meta(None);
            writer.matter(&writer.page.body, element == "act");
        });
    }

    /// Writes everything after `meta`, for the document or an annex.
    fn matter(&mut self, blocks: &Blocks, is_act: bool) {
        let parts = Parts::of(blocks);
        for (name, part) in [("preface", &parts.preface), ("preamble", &parts.preamble)] {
            if !part.is_empty() {
                self.block(name, &[], |writer| {
                    part.iter().for_each(|block| writer.container(block));
                });
            }
        }
        let body = if is_act { "body" } else { "mainBody" };
        self.block(body, &[], |writer| {
            if parts.body.iter().any(|block| is_written(block)) {
                writer.hierarchy(&parts.body);
            } else {
                writer.line("hcontainer", &[("name", "text")], |writer| {
                    writer.inline("content", &[], |writer| writer.xml.empty("p", &[]));
                });
            }
        });
        if !parts.conclusions.is_empty() {
            self.block("conclusions", &[], |writer| {
                let conclusions = &parts.conclusions;
                conclusions.iter().for_each(|block| writer.container(block));
                if !conclusions.iter().any(|block| is_written(block)) {
                    writer.empty("p", &[]);
                }
            });
        }
        if !parts.attachments.is_empty() {
            self.block("attachments", &[], |writer| {
                parts
                    .attachments
                    .iter()
                    .for_each(|annex| writer.attachment(annex));
            });
        }
    }

    fn attachment(&mut self, annex: &Provision<ResolvedLink>) {
        let id = self.e_id(&annex.anchor);
        self.block("attachment", &identified(&id, &annex.anchor), |writer| {
            writer.num_and_heading(annex);
            writer.block("doc", &[("name", "annex")], |writer| {
                writer.meta(Some(&annex.anchor));
                if annex.content.is_empty() {
                    writer.matter(&annex.children, false);
                    return;
                }
                // The annex's own text and its children go into one body.
                writer.block("mainBody", &[], |writer| {
                    writer.paragraph(&annex.content);
                    let below: Vec<_> = annex.children.iter().collect();
                    writer.hierarchy(&below);
                });
            });
        });
    }

    /// Writes title and note, contents, preamble, or signature: text without
    /// provisions.
    fn container(&mut self, block: &Block<ResolvedLink>) {
        let Block::Provision(provision) = block else {
            self.content(block);
            return;
        };
        let id = self.e_id(&provision.anchor);
        let [id, anchor] = identified(&id, &provision.anchor);
        let attributes = [("name", provision.kind.slug()), id, anchor];
        self.block("container", &attributes, |writer| {
            let words = !provision.label.is_empty()
                || !provision.title.is_empty()
                || !provision.content.is_empty();
            if words {
                writer.words_of(provision);
            }
            writer.flat(&provision.children);
            if !words && !provision.children.iter().any(is_written) {
                writer.empty("p", &[]);
            }
        });
    }

    /// Writes blocks where no hierarchy is allowed; provisions become plain
    /// text.
    fn flat(&mut self, blocks: &Blocks) {
        for block in blocks {
            match block {
                Block::Provision(provision) => {
                    self.words_of(provision);
                    self.flat(&provision.children);
                }
                other => self.content(other),
            }
        }
    }

    fn words_of(&mut self, provision: &Provision<ResolvedLink>) {
        self.line("p", &[], |writer| {
            writer.xml.text(&provision.label);
            writer.inlines(&provision.title);
            writer.inlines(&provision.content);
        });
    }

    /// Writes provisions, and the runs of other blocks between them.
    fn hierarchy(&mut self, blocks: &[&Block<ResolvedLink>]) {
        for run in blocks.chunk_by(|one, next| kind_of(one).is_none() && kind_of(next).is_none()) {
            if let [Block::Provision(provision)] = run {
                self.provision(provision);
            } else if run.iter().any(|block| is_written(block)) {
                self.line("hcontainer", &[("name", "text")], |writer| {
                    writer.inline("content", &[], |writer| {
                        writer.xml.line();
                        run.iter().for_each(|block| writer.content(block));
                    });
                });
            }
        }
    }

    fn provision(&mut self, provision: &Provision<ResolvedLink>) {
        let id = self.e_id(&provision.anchor);
        let [id, anchor] = identified(&id, &provision.anchor);
        let name = ("name", provision.kind.slug());
        let element = match provision.kind {
            ProvisionKind::Part => "part",
            ProvisionKind::Subpart => "subpart",
            ProvisionKind::Chapter => "chapter",
            ProvisionKind::Section => "section",
            ProvisionKind::Heading => "division",
            ProvisionKind::Article => "article",
            ProvisionKind::Paragraph => "paragraph",
            ProvisionKind::Item => "point",
            ProvisionKind::Subitem => "indent",
            ProvisionKind::Point => "level",
            ProvisionKind::Opening
            | ProvisionKind::Contents
            | ProvisionKind::Preamble
            | ProvisionKind::Signature
            | ProvisionKind::Annex => {
                self.block("hcontainer", &[id, anchor, name], |writer| {
                    writer.inside(provision)
                });
                return;
            }
        };
        self.block(element, &[id, anchor], |writer| writer.inside(provision));
    }

    fn inside(&mut self, provision: &Provision<ResolvedLink>) {
        self.num_and_heading(provision);
        let children: Vec<_> = provision.children.iter().collect();
        let is_provision = |block: &&Block<ResolvedLink>| kind_of(block).is_some();
        let Some(first) = children.iter().position(is_provision) else {
            self.own("content", provision, &children);
            return;
        };
        let last = children.iter().rposition(is_provision).unwrap_or(first);
        if !provision.content.is_empty() || first > 0 {
            self.own("intro", provision, &children[..first]);
        }
        self.hierarchy(&children[first..=last]);
        if last + 1 < children.len() {
            self.block("wrapUp", &[], |writer| {
                children[last + 1..]
                    .iter()
                    .for_each(|block| writer.content(block));
            });
        }
    }

    /// Writes a provision's own text and blocks.
    fn own(
        &mut self,
        element: &str,
        provision: &Provision<ResolvedLink>,
        blocks: &[&Block<ResolvedLink>],
    ) {
        self.block(element, &[], |writer| {
            if !provision.content.is_empty() {
                writer.paragraph(&provision.content);
            }
            blocks.iter().for_each(|block| writer.content(block));
        });
    }

    fn e_id(&self, anchor: &str) -> String {
        e_id(anchor, self.regulation.body_form)
    }

    fn num_and_heading(&mut self, provision: &Provision<ResolvedLink>) {
        if !provision.label.is_empty() {
            self.line("num", &[], |writer| writer.xml.text(&provision.label));
        }
        if !provision.title.is_empty() {
            self.line("heading", &[], |writer| writer.inlines(&provision.title));
        }
    }

    fn paragraph(&mut self, content: &[Inline<ResolvedLink>]) {
        self.line("p", &[], |writer| writer.inlines(content));
    }

    fn content(&mut self, block: &Block<ResolvedLink>) {
        match block {
            Block::Heading { content, .. } => {
                let attributes = [("name", "heading")];
                self.line("block", &attributes, |writer| writer.inlines(content));
            }
            Block::Paragraph { content, .. } => self.paragraph(content),
            Block::List { start, items } => self.list(*start, items),
            Block::Quote(blocks) if is_written(block) => {
                self.block("blockContainer", &[("class", "quote")], |writer| {
                    blocks.iter().for_each(|block| writer.content(block));
                });
            }
            Block::Table { header, rows } if is_written(block) => {
                self.block("table", &[], |writer| {
                    writer.row("th", header);
                    rows.iter().for_each(|row| writer.row("td", row));
                });
            }
            Block::Code(text) => self.verbatim("code", text),
            Block::Html(text) => self.verbatim("html", text),
            // A rule carries no content.
            Block::Rule | Block::Quote(_) | Block::Table { .. } => {}
            // Provisions are handled where hierarchy is allowed; elsewhere only
            // their text may stand.
            Block::Provision(_) => self.flat(std::slice::from_ref(block)),
        }
    }

    fn verbatim(&mut self, class: &str, text: &str) {
        self.line("p", &[("class", class)], |writer| {
            for (position, line) in text.trim_end().split('\n').enumerate() {
                if position > 0 {
                    writer.xml.empty("br", &[]);
                }
                writer.xml.text(line);
            }
        });
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block<ResolvedLink>>]) {
        if items.is_empty() {
            return;
        }
        self.block("blockList", &[], |writer| {
            for (position, item) in items.iter().enumerate() {
                writer.line("item", &[], |writer| {
                    if let Some(first) = start {
                        let number = format!("{}.", first + position as u64);
                        writer.inline("num", &[], |writer| writer.xml.text(&number));
                    }
                    item.iter().for_each(|block| writer.content(block));
                    if !item.iter().any(is_written) {
                        writer.xml.empty("p", &[]);
                    }
                });
            }
        });
    }

    fn row(&mut self, cell: &str, cells: &[Vec<Inline<ResolvedLink>>]) {
        if cells.is_empty() {
            return;
        }
        self.line("tr", &[], |writer| {
            for words in cells {
                writer.inline(cell, &[], |writer| {
                    writer.inline("p", &[], |writer| writer.inlines(words));
                });
            }
        });
    }

    fn inlines(&mut self, inlines: &[Inline<ResolvedLink>]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Html(text) => self.xml.text(text),
                Inline::Strong(content) => {
                    self.inline("b", &[], |writer| writer.inlines(content));
                }
                Inline::Emphasis(content) => {
                    self.inline("i", &[], |writer| writer.inlines(content));
                }
                Inline::Code(text) => {
                    self.inline("span", &[("class", "code")], |writer| writer.xml.text(text));
                }
                Inline::Link { target, content } => self.link(target, content),
                Inline::Image { alt, .. } => self.xml.text(alt),
                // Remarks of this site are not part of the document.
                Inline::Mark(_) => {}
                Inline::SoftBreak | Inline::FormerAnchor(_) => {}
                Inline::HardBreak => self.xml.empty("br", &[]),
            }
        }
    }

    /// A reference to a regulation names its work; any other link gives an
    /// address.
    fn link(&mut self, target: &ResolvedLink, content: &[Inline<ResolvedLink>]) {
        let page_link = |page: &Page, anchor: Option<&str>| {
            if let Details::Regulation(regulation) = &page.details
                && let Some(work) = Work::of(self.library, page)
            {
                return (
                    "ref",
                    provision_iri(&work.iri, anchor, regulation.body_form),
                );
            }
            let file = page_file(&page.key);
            let anchor = anchor.map(|anchor| format!("#{anchor}"));
            let address = format!("{file}{}", anchor.unwrap_or_default());
            ("a", self.library.config.address_or_path(&address))
        };
        let (element, href) = match target {
            ResolvedLink::Page { page, anchor } => {
                page_link(self.library.page(*page), anchor.as_deref())
            }
            ResolvedLink::Anchor(anchor) => ("ref", format!("#{}", self.e_id(anchor))),
            ResolvedLink::Section { key } => {
                ("a", self.library.config.address_or_path(&page_file(key)))
            }
            ResolvedLink::External(address) if is_safe_link(address) => ("a", address.clone()),
            ResolvedLink::External(_) => {
                self.inlines(content);
                return;
            }
        };
        let attributes = [("href", &*uri(&href))];
        self.inline(element, &attributes, |writer| writer.inlines(content));
    }

    /// Writes the identification of the whole document, or of the annex with
    /// this anchor.
    fn meta(&mut self, annex: Option<&str>) {
        self.block("meta", &[], |writer| {
            let source = [("source", "#site")];
            writer.block("identification", &source, |writer| {
                writer.identification(annex)
            });
            if annex.is_none() {
                writer.life();
            }
            writer.block("references", &source, |writer| match annex {
                None => writer.references(),
                // eIds are unique within the whole file: an annex uses those of
                // its document.
                Some(_) => {
                    let whole = [
                        ("href", &*writer.work.iri.clone()),
                        ("showAs", &writer.page.title),
                    ];
                    writer.empty("attachmentOf", &whole);
                }
            });
        });
    }

    fn identification(&mut self, annex: Option<&str>) {
        let (regulation, page) = (self.regulation, self.page);
        let or_recorded = |dated: &Dated| {
            let date = dated.date.or(page.published);
            (iso(date.expect("`has_akoma_ntoso` has looked")), dated.name)
        };
        let (work_date, work_dated) = or_recorded(&self.work.date);
        let (date, dated) = or_recorded(&first_known([
            ("effective", &regulation.effective),
            ("promulgated", &regulation.promulgated),
            ("adopted", &regulation.adopted),
        ]));
        let made = page.changed();
        let made = made.map_or_else(|| date.clone(), iso);
        let component = match annex {
            None => "!main".to_owned(),
            Some(anchor) => format!("!{}", self.e_id(anchor)),
        };
        let work = self.work.iri.clone();
        let expression = format!("{work}/zho@{date}");
        self.block("FRBRWork", &[], |writer| {
            writer.valued("FRBRthis", &format!("{work}/{component}"));
            writer.valued("FRBRuri", &work);
            let others = page.other_names.iter().map(|name| ("other", name));
            for (name, value) in std::iter::once(("title", &page.title)).chain(others) {
                writer.empty("FRBRalias", &[("value", value), ("name", name)]);
            }
            writer.empty("FRBRdate", &[("date", &work_date), ("name", work_dated)]);
            writer.authors();
            writer.valued("FRBRcountry", "cn");
            writer.valued("FRBRsubtype", regulation.kind.label());
            if let Some(number) = writer.work.number.clone() {
                writer.valued("FRBRnumber", &number);
            }
            writer.valued("FRBRname", &page.title);
            writer.valued("FRBRauthoritative", "false");
        });
        self.block("FRBRExpression", &[], |writer| {
            writer.valued("FRBRthis", &format!("{expression}/{component}"));
            writer.valued("FRBRuri", &expression);
            writer.empty("FRBRdate", &[("date", &date), ("name", dated)]);
            writer.authors();
            if let Some(version) = &regulation.version {
                writer.valued("FRBRversionNumber", version);
            }
            writer.empty("FRBRlanguage", &[("language", "zho")]);
        });
        self.block("FRBRManifestation", &[], |writer| {
            writer.valued("FRBRthis", &format!("{expression}/{component}.xml"));
            writer.valued("FRBRuri", &format!("{expression}.xml"));
            writer.empty("FRBRdate", &[("date", &made), ("name", "recorded")]);
            writer.empty("FRBRauthor", &[("href", "#site")]);
            writer.valued("FRBRformat", "application/akn+xml");
        });
    }

    fn valued(&mut self, element: &str, value: &str) {
        self.empty(element, &[("value", value)]);
    }

    fn authors(&mut self) {
        let issuer = &self.regulation.issuer;
        if issuer.is_empty() {
            self.empty("FRBRauthor", &[("href", "#unknown-issuer")]);
        }
        for id in issuer {
            self.empty("FRBRauthor", &[("href", &format!("#org-{id}"))]);
        }
    }

    /// Writes the day of promulgation and the period in force.
    fn life(&mut self) {
        let regulation = self.regulation;
        if let Some(date) = Known::given(&regulation.promulgated) {
            let date = iso(*date);
            let mut attributes = vec![
                ("date", date.as_str()),
                ("name", "promulgation"),
                ("showAs", "公布"),
            ];
            let number = Known::given(&regulation.document_number);
            attributes.extend(number.map(|number| ("number", number.as_str())));
            self.empty("publication", &attributes);
        }
        let events = self.events();
        if events.is_empty() {
            return;
        }
        self.block("lifecycle", &[("source", "#site")], |writer| {
            for event in &events {
                writer.empty(
                    "eventRef",
                    &[
                        ("eId", &format!("event-{}", event.name)),
                        ("date", &iso(event.date)),
                        ("source", "#original"),
                        ("type", event.kind),
                        ("refersTo", &format!("#{}", event.name)),
                    ],
                );
            }
        });
        if Known::given(&regulation.effective).is_none() {
            return;
        }
        let end = events.iter().find(|event| event.ends);
        let end = end.map(|event| format!("#event-{}", event.name));
        let mut attributes = vec![("start", "#event-effective")];
        attributes.extend(end.as_deref().map(|end| ("end", end)));
        attributes.push(("refersTo", "#in-force"));
        self.block("temporalData", &[("source", "#site")], |writer| {
            writer.block("temporalGroup", &[("eId", "period")], |writer| {
                writer.empty("timeInterval", &attributes);
            });
        });
    }

    /// The known dates of this text.
    fn events(&self) -> Vec<Event> {
        let regulation = self.regulation;
        let versions = &self.library.versions;
        let begins = match versions.of(self.page.id) {
            Some((_, later)) if later > 0 => "amendment",
            _ => "generation",
        };
        let mut events: Vec<Event> = [
            ("adopted", "通过", &regulation.adopted),
            ("promulgated", "公布", &regulation.promulgated),
            ("effective", "施行", &regulation.effective),
        ]
        .into_iter()
        .filter_map(|(name, show, date)| {
            Some(Event {
                name,
                show,
                kind: begins,
                date: *Known::given(date)?,
                ends: false,
            })
        })
        .collect();
        let until = versions.validity(self.page.id, regulation).until;
        events.extend(until.map(|(date, ending)| {
            let (name, show, kind) = match ending {
                Ending::Repealed => ("repealed", "废止", "repeal"),
                Ending::Superseded => ("superseded", "被新的文本代替", "amendment"),
            };
            Event {
                name,
                show,
                kind,
                date,
                ends: true,
            }
        }));
        events
    }

    fn references(&mut self) {
        let (library, regulation) = (self.library, self.regulation);
        let iri = self.work.iri.clone();
        self.reference("original", "original", &iri, &self.page.title);
        let site = library.config.organization.as_deref();
        let mut organizations = vec![(
            "site".to_owned(),
            "site",
            site.unwrap_or(&library.config.title),
        )];
        for id in &regulation.issuer {
            organizations.push((format!("org-{id}"), id, library.organ_name(id)));
        }
        if regulation.issuer.is_empty() {
            let id = "unknown-issuer".to_owned();
            organizations.push((id, UNKNOWN, "原文未载明"));
        }
        for (id, name, show) in organizations {
            let href = format!("/akn/ontology/organization/cn/{name}");
            self.reference("TLCOrganization", &id, &href, show);
        }
        for event in self.events() {
            let href = format!("/akn/ontology/event/cn/{}", event.name);
            self.reference("TLCEvent", event.name, &href, event.show);
        }
        if Known::given(&regulation.effective).is_some() {
            let href = "/akn/ontology/concept/cn/in-force";
            self.reference("TLCConcept", "in-force", href, Status::InForce.label());
        }
    }

    fn reference(&mut self, element: &str, id: &str, href: &str, show: &str) {
        self.empty(element, &[("eId", id), ("href", href), ("showAs", show)]);
    }
}

/// The address of a provision within a work.
fn provision_iri(work: &str, anchor: Option<&str>, form: BodyForm) -> String {
    match anchor {
        Some(anchor) => format!("{work}/~{}", e_id(anchor, form)),
        None => work.to_owned(),
    }
}

fn identified<'v>(id: &'v str, anchor: &'v str) -> [(&'static str, &'v str); 2] {
    [("eId", id), ("GUID", anchor)]
}

/// An address as valid `xsd:anyURI`: characters not allowed in one are
/// percent-encoded.
fn uri(href: &str) -> String {
    let mut uri = String::with_capacity(href.len());
    for character in href.chars() {
        match character {
            ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '\0'..='\x1F' | '\x7F' => {
                uri.push_str(&format!("%{:02X}", u32::from(character)));
            }
            _ => uri.push(character),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_anchors() {
        for (anchor, id) in [
            ("art-7", "art_7"),
            ("art-133-1", "art_133-1"),
            ("art-7-b", "art_7-b"),
            (
                "art-7-para-2-item-3-sub-1",
                "art_7__para_2__point_3__indent_1",
            ),
            (
                "part-1-subpart-1-chap-2-sec-1",
                "part_1__subpart_1__chp_2__sec_1",
            ),
            ("annex-1-art-3", "att_1__art_3"),
            ("preamble", "preamble"),
            ("fu-ze", "fu-ze"),
        ] {
            assert_eq!(e_id(anchor, BodyForm::Clause), id);
        }
        for (anchor, id) in [
            ("sec-1", "lvl_1"),
            ("sec-1-2-3", "lvl_1__lvl_2__lvl_3"),
            ("sec-1-2-b", "lvl_1__lvl_2-b"),
            ("annex-2-sec-1-1", "att_2__lvl_1__lvl_1"),
        ] {
            assert_eq!(e_id(anchor, BodyForm::Document), id);
        }
    }

    #[test]
    fn an_address_holds_nothing_that_no_address_may_hold() {
        assert_eq!(uri("https://a/b c?d&e\""), "https://a/b%20c?d&e%22");
    }
}
