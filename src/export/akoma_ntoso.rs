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
//! An eId follows from the anchor alone, so that a reference to another
//! document needs no look at it; the anchor itself is the `GUID`. Nothing is
//! left out and nothing made up: what has no element of its own is an
//! `hcontainer` whose `name` says what it is, and a date that no source gives
//! is replaced by the day on which this site recorded the text, named
//! `recorded`.

use crate::body::tree::{self, Block, Inline, Provision, ProvisionKind};
use crate::dates::iso;
use crate::library::{Library, Page};
use crate::model::{BodyForm, Date, Details, Known, Regulation, ResolvedLink};

use super::facts::organ;
use super::public;
use super::text::known;
use crate::address::{is_safe_link, page_file};
use crate::library::versions::Ending;

type Blocks = [Block<ResolvedLink>];

/// Whether a page can be a document: the text of a regulation in provisions,
/// with the day on which it came onto this site, since the schema wants a date.
pub fn is_possible(page: &Page) -> bool {
    match &page.details {
        Details::Regulation(regulation) => {
            regulation.body_form != BodyForm::None
                && tree::has_provisions(&page.body)
                && page.published.is_some()
        }
        _ => false,
    }
}

/// The document of a regulation.
///
/// # Panics
/// When the page can't be one ([`is_possible`]).
pub fn document(library: &Library, page: &Page) -> String {
    let Details::Regulation(regulation) = &page.details else {
        panic!("only regulations have provisions");
    };
    let mut writer = Writer {
        library,
        work: Work::of(library, page).expect("a regulation's texts are regulations"),
        page,
        regulation,
        // Tags are somewhat less than a law's text.
        out: String::with_capacity(page.span.range.len() * 2 + 4_000),
    };
    writer.out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">\n",
    );
    writer.document();
    writer.out.push_str("</akomaNtoso>\n");
    writer.out.shrink_to_fit();
    writer.out
}

/// What a work's address is made of.
///
/// The naming convention wants country, type, date and number or title. The
/// last is the page's own name, since a document number may be missing and a
/// title is no address; a regulation without a known date says so.
struct Work {
    /// `act` or `doc`.
    element: &'static str,
    iri: String,
    date: Dated,
    /// 发文字号 of the oldest text.
    number: Option<String>,
}

/// A date and what it is the date of.
struct Dated {
    name: &'static str,
    date: Option<Date>,
}

impl Work {
    /// The work that a page is a text of. The texts of one regulation are one
    /// work, named after its page and dated by its oldest text.
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
            number: known(&oldest.document_number).cloned(),
        })
    }
}

fn first_known<const N: usize>(dates: [(&'static str, &Option<Known<Date>>); N]) -> Dated {
    let found = dates
        .into_iter()
        .find_map(|(name, date)| known(date).map(|date| (name, *date)));
    Dated {
        name: found.map_or("recorded", |(name, _)| name),
        date: found.map(|(_, date)| date),
    }
}

/// The eId of the provision with an anchor: `art-7-para-2` is
/// `art_7__para_2`, and `sec-1-2` of a document is `lvl_1__lvl_2`.
pub fn e_id(anchor: &str, form: BodyForm) -> String {
    let mut id = String::new();
    let mut levels = false;
    for part in anchor.split('-') {
        let is_number = part.bytes().all(|b| b.is_ascii_digit());
        if is_number && levels {
            // 一、（一）1. are one number in the anchor, and elements here.
            id.push_str(if id.ends_with("lvl") { "_" } else { "__lvl_" });
            id.push_str(part);
            continue;
        }
        let name = match part {
            "chap" => "chp",
            "item" => "point",
            "sub" => "indent",
            "annex" => "att",
            "sec" if form == BodyForm::Document => "lvl",
            "part" | "subpart" | "sec" | "art" | "para" | "preamble" | "signature" => part,
            // A number, the letter of a repeated one, a word of a heading.
            _ => {
                match id.chars().next_back() {
                    None => {}
                    Some(last) if last.is_ascii_digit() || !is_number => id.push('-'),
                    Some(_) => id.push('_'),
                }
                id.push_str(part);
                continue;
            }
        };
        levels = name == "lvl";
        if !id.is_empty() {
            id.push_str("__");
        }
        id.push_str(name);
    }
    id
}

struct Writer<'a> {
    library: &'a Library,
    page: &'a Page,
    regulation: &'a Regulation,
    work: Work,
    out: String,
}

/// A day in the life of a text.
struct Event {
    name: &'static str,
    show: &'static str,
    /// `generation`, `amendment` or `repeal`.
    kind: &'static str,
    date: Date,
    /// Whether the text is no longer in force from that day.
    ends: bool,
}

/// Where the parts of a body go.
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

impl<'b> Parts<'b> {
    /// What stands before the first provision and behind the last has places
    /// of its own; everything between stays in the order of the text.
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
            // No body: what there is, is it.
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
        self.out.push_str(&format!(
            "<{element} name=\"{name}\" contains=\"{contains}\">\n"
        ));
        self.meta(None);
        self.matter(&self.page.body, element == "act");
        self.out.push_str(&format!("</{element}>\n"));
    }

    /// All below `meta`, of the document and of an annex.
    fn matter(&mut self, blocks: &'a Blocks, is_act: bool) {
        let parts = Parts::of(blocks);
        if !parts.preface.is_empty() {
            self.out.push_str("<preface>\n");
            parts.preface.iter().for_each(|block| self.container(block));
            self.out.push_str("</preface>\n");
        }
        if !parts.preamble.is_empty() {
            self.out.push_str("<preamble>\n");
            parts
                .preamble
                .iter()
                .for_each(|block| self.container(block));
            self.out.push_str("</preamble>\n");
        }
        let body = if is_act { "body" } else { "mainBody" };
        self.out.push_str(&format!("<{body}>\n"));
        let before = self.out.len();
        self.hierarchy(&parts.body);
        if self.out.len() == before {
            self.out
                .push_str("<hcontainer name=\"text\"><content><p/></content></hcontainer>\n");
        }
        self.out.push_str(&format!("</{body}>\n"));
        if !parts.conclusions.is_empty() {
            self.out.push_str("<conclusions>\n");
            let before = self.out.len();
            parts
                .conclusions
                .iter()
                .for_each(|block| self.container(block));
            if self.out.len() == before {
                self.out.push_str("<p/>\n");
            }
            self.out.push_str("</conclusions>\n");
        }
        if !parts.attachments.is_empty() {
            self.out.push_str("<attachments>\n");
            for annex in parts.attachments {
                self.attachment(annex);
            }
            self.out.push_str("</attachments>\n");
        }
    }

    fn attachment(&mut self, annex: &'a Provision<ResolvedLink>) {
        self.open("attachment", &annex.anchor);
        self.num_and_heading(annex);
        self.out.push_str("<doc name=\"annex\">\n");
        self.meta(Some(&annex.anchor));
        if annex.content.is_empty() {
            self.matter(&annex.children, false);
        } else {
            // Own words and what is below go into one body.
            self.out.push_str("<mainBody>\n");
            self.paragraph(&annex.content);
            let below: Vec<_> = annex.children.iter().collect();
            self.hierarchy(&below);
            self.out.push_str("</mainBody>\n");
        }
        self.out.push_str("</doc>\n</attachment>\n");
    }

    /// Title and note, contents, preamble, signature: words without provisions.
    fn container(&mut self, block: &'a Block<ResolvedLink>) {
        let Block::Provision(provision) = block else {
            self.block(block);
            return;
        };
        self.out.push_str(&format!(
            "<container name=\"{}\" eId=\"{}\" GUID=\"{}\">\n",
            provision.kind.slug(),
            escape(&e_id(&provision.anchor, self.regulation.body_form)),
            escape(&provision.anchor),
        ));
        let before = self.out.len();
        let words: Vec<&[Inline<ResolvedLink>]> = [&provision.title, &provision.content]
            .into_iter()
            .filter(|words| !words.is_empty())
            .map(Vec::as_slice)
            .collect();
        if !provision.label.is_empty() || !words.is_empty() {
            self.out.push_str("<p>");
            push_escaped(&mut self.out, &provision.label);
            words.iter().for_each(|words| self.inlines(words));
            self.out.push_str("</p>\n");
        }
        self.flat(&provision.children);
        if self.out.len() == before {
            self.out.push_str("<p/>\n");
        }
        self.out.push_str("</container>\n");
    }

    /// Blocks where no hierarchy may stand; provisions become their words.
    fn flat(&mut self, blocks: &'a Blocks) {
        for block in blocks {
            match block {
                Block::Provision(provision) => {
                    self.out.push_str("<p>");
                    push_escaped(&mut self.out, &provision.label);
                    self.inlines(&provision.title);
                    self.inlines(&provision.content);
                    self.out.push_str("</p>\n");
                    self.flat(&provision.children);
                }
                other => self.block(other),
            }
        }
    }

    /// Provisions, and runs of other blocks between them.
    fn hierarchy(&mut self, blocks: &[&'a Block<ResolvedLink>]) {
        let mut at = 0;
        while at < blocks.len() {
            if let Block::Provision(provision) = blocks[at] {
                self.provision(provision);
                at += 1;
                continue;
            }
            let run = blocks[at..]
                .iter()
                .take_while(|block| kind_of(block).is_none())
                .count();
            let before = self.out.len();
            self.out.push_str("<hcontainer name=\"text\"><content>\n");
            let empty = self.out.len();
            blocks[at..at + run]
                .iter()
                .for_each(|block| self.block(block));
            if self.out.len() == empty {
                self.out.truncate(before);
            } else {
                self.out.push_str("</content></hcontainer>\n");
            }
            at += run;
        }
    }

    fn provision(&mut self, provision: &'a Provision<ResolvedLink>) {
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
            | ProvisionKind::Annex => "hcontainer",
        };
        self.open(element, &provision.anchor);
        if element == "hcontainer" {
            // Put into the tag that was just opened.
            self.out.truncate(self.out.len() - ">\n".len());
            self.out
                .push_str(&format!(" name=\"{}\">\n", provision.kind.slug()));
        }
        self.num_and_heading(provision);
        let children: Vec<_> = provision.children.iter().collect();
        let first = children.iter().position(|b| kind_of(b).is_some());
        match first {
            None => {
                self.out.push_str("<content>\n");
                self.own_words(provision);
                children.iter().for_each(|block| self.block(block));
                self.out.push_str("</content>\n");
            }
            Some(first) => {
                let last = children.iter().rposition(|b| kind_of(b).is_some());
                let last = last.unwrap_or(first);
                if !provision.content.is_empty() || first > 0 {
                    self.out.push_str("<intro>\n");
                    self.own_words(provision);
                    children[..first].iter().for_each(|block| self.block(block));
                    self.out.push_str("</intro>\n");
                }
                self.hierarchy(&children[first..=last]);
                if last + 1 < children.len() {
                    self.out.push_str("<wrapUp>\n");
                    children[last + 1..]
                        .iter()
                        .for_each(|block| self.block(block));
                    self.out.push_str("</wrapUp>\n");
                }
            }
        }
        self.out.push_str(&format!("</{element}>\n"));
    }

    fn own_words(&mut self, provision: &'a Provision<ResolvedLink>) {
        if !provision.content.is_empty() {
            self.paragraph(&provision.content);
        }
    }

    fn open(&mut self, element: &str, anchor: &str) {
        let id = e_id(anchor, self.regulation.body_form);
        self.out.push_str(&format!(
            "<{element} eId=\"{}\" GUID=\"{}\">\n",
            escape(&id),
            escape(anchor)
        ));
    }

    fn num_and_heading(&mut self, provision: &'a Provision<ResolvedLink>) {
        if !provision.label.is_empty() {
            self.out.push_str("<num>");
            push_escaped(&mut self.out, &provision.label);
            self.out.push_str("</num>\n");
        }
        if !provision.title.is_empty() {
            self.out.push_str("<heading>");
            self.inlines(&provision.title);
            self.out.push_str("</heading>\n");
        }
    }

    fn paragraph(&mut self, content: &'a [Inline<ResolvedLink>]) {
        self.out.push_str("<p>");
        self.inlines(content);
        self.out.push_str("</p>\n");
    }

    fn block(&mut self, block: &'a Block<ResolvedLink>) {
        match block {
            Block::Heading { content, .. } => {
                self.out.push_str("<block name=\"heading\">");
                self.inlines(content);
                self.out.push_str("</block>\n");
            }
            Block::Paragraph { content, .. } => self.paragraph(content),
            Block::List { start, items } => self.list(*start, items),
            Block::Quote(blocks) => {
                let before = self.out.len();
                self.out.push_str("<blockContainer class=\"quote\">\n");
                let empty = self.out.len();
                blocks.iter().for_each(|block| self.block(block));
                if self.out.len() == empty {
                    self.out.truncate(before);
                } else {
                    self.out.push_str("</blockContainer>\n");
                }
            }
            Block::Table { header, rows } => self.table(header, rows),
            Block::Code(text) => self.lines("code", text),
            Block::Html(text) => self.lines("html", text),
            // A line across the page says nothing.
            Block::Rule => {}
            // Provisions are met where hierarchy is; elsewhere only their words
            // may stand.
            Block::Provision(_) => self.flat(std::slice::from_ref(block)),
        }
    }

    fn lines(&mut self, class: &str, text: &str) {
        self.out.push_str(&format!("<p class=\"{class}\">"));
        for (position, line) in text.trim_end().split('\n').enumerate() {
            if position > 0 {
                self.out.push_str("<br/>");
            }
            push_escaped(&mut self.out, line);
        }
        self.out.push_str("</p>\n");
    }

    fn list(&mut self, start: Option<u64>, items: &'a [Vec<Block<ResolvedLink>>]) {
        if items.is_empty() {
            return;
        }
        self.out.push_str("<blockList>\n");
        for (position, item) in items.iter().enumerate() {
            self.out.push_str("<item>");
            if let Some(first) = start {
                self.out
                    .push_str(&format!("<num>{}.</num>", first + position as u64));
            }
            let before = self.out.len();
            item.iter().for_each(|block| self.block(block));
            if self.out.len() == before {
                self.out.push_str("<p/>");
            }
            self.out.push_str("</item>\n");
        }
        self.out.push_str("</blockList>\n");
    }

    fn table(
        &mut self,
        header: &'a [Vec<Inline<ResolvedLink>>],
        rows: &'a [Vec<Vec<Inline<ResolvedLink>>>],
    ) {
        let before = self.out.len();
        self.out.push_str("<table>\n");
        let empty = self.out.len();
        self.row("th", header);
        rows.iter().for_each(|row| self.row("td", row));
        if self.out.len() == empty {
            self.out.truncate(before);
        } else {
            self.out.push_str("</table>\n");
        }
    }

    fn row(&mut self, cell: &str, cells: &'a [Vec<Inline<ResolvedLink>>]) {
        if cells.is_empty() {
            return;
        }
        self.out.push_str("<tr>");
        for words in cells {
            self.out.push_str(&format!("<{cell}><p>"));
            self.inlines(words);
            self.out.push_str(&format!("</p></{cell}>"));
        }
        self.out.push_str("</tr>\n");
    }

    fn inlines(&mut self, inlines: &'a [Inline<ResolvedLink>]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Html(text) => push_escaped(&mut self.out, text),
                Inline::Strong(content) => self.wrapped("b", content),
                Inline::Emphasis(content) => self.wrapped("i", content),
                Inline::Code(text) => {
                    self.out.push_str("<span class=\"code\">");
                    push_escaped(&mut self.out, text);
                    self.out.push_str("</span>");
                }
                Inline::Link { target, content } => self.link(target, content),
                Inline::Image { alt, .. } => push_escaped(&mut self.out, alt),
                // This site's remarks are no part of the document.
                Inline::Mark(_) => {}
                Inline::SoftBreak => {}
                Inline::HardBreak => self.out.push_str("<br/>"),
            }
        }
    }

    fn wrapped(&mut self, element: &str, content: &'a [Inline<ResolvedLink>]) {
        self.out.push_str(&format!("<{element}>"));
        self.inlines(content);
        self.out.push_str(&format!("</{element}>"));
    }

    /// A reference to a regulation names its work; any other link an address.
    fn link(&mut self, target: &ResolvedLink, content: &'a [Inline<ResolvedLink>]) {
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
            ("a", public(self.library, &address))
        };
        let (element, href) = match target {
            ResolvedLink::Page { page, anchor } => {
                page_link(self.library.page(*page), anchor.as_deref())
            }
            ResolvedLink::Anchor(anchor) => (
                "ref",
                format!("#{}", e_id(anchor, self.regulation.body_form)),
            ),
            ResolvedLink::Section { key } => ("a", public(self.library, &page_file(key))),
            ResolvedLink::External(address) if is_safe_link(address) => ("a", address.clone()),
            ResolvedLink::External(_) => {
                self.inlines(content);
                return;
            }
        };
        self.out.push_str(&format!("<{element} href=\""));
        push_uri(&mut self.out, &href);
        self.out.push_str("\">");
        self.inlines(content);
        self.out.push_str(&format!("</{element}>"));
    }

    /// Identification of the whole, or of the annex with an anchor.
    fn meta(&mut self, annex: Option<&str>) {
        let regulation = self.regulation;
        let recorded = self.page.published;
        let or_recorded = |dated: &Dated| {
            let date = dated.date.or(recorded);
            (iso(date.expect("`is_possible` has looked")), dated.name)
        };
        let work = self.work.iri.clone();
        let expression_date = first_known([
            ("effective", &regulation.effective),
            ("promulgated", &regulation.promulgated),
            ("adopted", &regulation.adopted),
        ]);
        let (work_date, expression_date) =
            (or_recorded(&self.work.date), or_recorded(&expression_date));
        let component = match annex {
            None => "!main".to_owned(),
            Some(anchor) => format!("!{}", e_id(anchor, regulation.body_form)),
        };
        let expression = format!("{work}/zho@{}", expression_date.0);
        let authors: Vec<String> = match regulation.issuer.is_empty() {
            true => vec!["#unknown-issuer".to_owned()],
            false => regulation
                .issuer
                .iter()
                .map(|id| format!("#org-{id}"))
                .collect(),
        };
        let authors = |role: &str| -> String {
            authors
                .iter()
                .map(|href| format!("<FRBRauthor href=\"{}\"{role}/>\n", escape(href)))
                .collect()
        };
        let country = "<FRBRcountry value=\"cn\"/>\n";
        let number = self.work.number.as_ref();
        let number = number.map(|number| format!("<FRBRnumber value=\"{}\"/>\n", escape(number)));
        let version = regulation
            .version
            .as_ref()
            .map(|version| format!("<FRBRversionNumber value=\"{}\"/>\n", escape(version)));
        let date = |(date, name): &(String, &str)| {
            format!("<FRBRdate date=\"{date}\" name=\"{name}\"/>\n")
        };
        let made = self.page.updated.or(recorded);
        let manifestation_date = made.map_or_else(|| expression_date.0.clone(), iso);
        self.out.push_str(&format!(
            "<meta>\n<identification source=\"#site\">\n\
             <FRBRWork>\n<FRBRthis value=\"{work}/{component}\"/>\n<FRBRuri value=\"{work}\"/>\n\
             <FRBRalias value=\"{title}\" name=\"title\"/>\n{aliases}{work_date}{authors}{country}\
             <FRBRsubtype value=\"{kind}\"/>\n{number}<FRBRname value=\"{title}\"/>\n\
             <FRBRauthoritative value=\"false\"/>\n</FRBRWork>\n\
             <FRBRExpression>\n<FRBRthis value=\"{expression}/{component}\"/>\n<FRBRuri value=\"{expression}\"/>\n\
             {expression_date}{authors}{version}<FRBRlanguage language=\"zho\"/>\n</FRBRExpression>\n\
             <FRBRManifestation>\n<FRBRthis value=\"{expression}/{component}.xml\"/>\n<FRBRuri value=\"{expression}.xml\"/>\n\
             <FRBRdate date=\"{manifestation_date}\" name=\"recorded\"/>\n<FRBRauthor href=\"#site\"/>\n\
             <FRBRformat value=\"application/akn+xml\"/>\n</FRBRManifestation>\n</identification>\n",
            title = escape(&self.page.title),
            aliases = self
                .page
                .other_names
                .iter()
                .map(|name| format!("<FRBRalias value=\"{}\" name=\"other\"/>\n", escape(name)))
                .collect::<String>(),
            work_date = date(&work_date),
            authors = authors(""),
            kind = escape(&regulation.kind),
            number = number.unwrap_or_default(),
            expression_date = date(&expression_date),
            version = version.unwrap_or_default(),
        ));
        if annex.is_none() {
            self.life();
        }
        self.references(annex.is_none());
        self.out.push_str("</meta>\n");
    }

    /// When it was promulgated, and from when until when it is in force.
    fn life(&mut self) {
        let regulation = self.regulation;
        if let Some(date) = known(&regulation.promulgated) {
            let number = known(&regulation.document_number)
                .map(|number| format!(" number=\"{}\"", escape(number)));
            self.out.push_str(&format!(
                "<publication date=\"{}\" name=\"promulgation\" showAs=\"公布\"{}/>\n",
                iso(*date),
                number.unwrap_or_default()
            ));
        }
        let events = self.events();
        if events.is_empty() {
            return;
        }
        self.out.push_str("<lifecycle source=\"#site\">\n");
        for event in &events {
            self.out.push_str(&format!(
                "<eventRef eId=\"event-{name}\" date=\"{}\" source=\"#original\" type=\"{}\" refersTo=\"#{name}\"/>\n",
                iso(event.date),
                event.kind,
                name = event.name,
            ));
        }
        self.out.push_str("</lifecycle>\n");
        if known(&regulation.effective).is_some() {
            let end = events.iter().find(|event| event.ends);
            let end = end.map(|event| format!(" end=\"#event-{}\"", event.name));
            self.out.push_str(&format!(
                "<temporalData source=\"#site\">\n<temporalGroup eId=\"period\">\n\
                 <timeInterval start=\"#event-effective\"{} refersTo=\"#in-force\"/>\n\
                 </temporalGroup>\n</temporalData>\n",
                end.unwrap_or_default()
            ));
        }
    }

    /// The days of this text that are known.
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
                date: *known(date)?,
                ends: false,
            })
        })
        .collect();
        let until = versions.validity(self.page.id, regulation).until;
        events.extend(until.map(|(date, ending)| {
            let (name, show, kind) = match ending {
                Ending::Repealed => ("repealed", "废止", "repeal"),
                Ending::Superseded => ("superseded", "被新的文本取代", "amendment"),
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

    fn references(&mut self, whole: bool) {
        let regulation = self.regulation;
        let config = &self.library.config;
        let site = config.organization.as_deref().filter(|o| *o != "unknown");
        self.out.push_str("<references source=\"#site\">\n");
        if !whole {
            // eIds are unique in the whole file: an annex uses those of the
            // document that it belongs to.
            self.annex_reference();
            return;
        }
        let events = self.events();
        let mut reference = |element: &str, id: &str, href: &str, show: &str| {
            self.out.push_str(&format!(
                "<{element} eId=\"{}\" href=\"{}\" showAs=\"{}\"/>\n",
                escape(id),
                escape(href),
                escape(show)
            ));
        };
        reference("original", "original", &self.work.iri, &self.page.title);
        reference(
            "TLCOrganization",
            "site",
            "/akn/ontology/organization/cn/site",
            site.unwrap_or(&config.title),
        );
        for id in &regulation.issuer {
            let href = format!("/akn/ontology/organization/cn/{id}");
            let name = organ(self.library, id);
            reference("TLCOrganization", &format!("org-{id}"), &href, &name);
        }
        if regulation.issuer.is_empty() {
            reference(
                "TLCOrganization",
                "unknown-issuer",
                "/akn/ontology/organization/cn/unknown",
                "原文未载明",
            );
        }
        for event in &events {
            let href = format!("/akn/ontology/event/cn/{}", event.name);
            reference("TLCEvent", event.name, &href, event.show);
        }
        if known(&regulation.effective).is_some() {
            reference(
                "TLCConcept",
                "in-force",
                "/akn/ontology/concept/cn/in-force",
                "有效",
            );
        }
        self.out.push_str("</references>\n");
    }

    fn annex_reference(&mut self) {
        self.out.push_str(&format!(
            "<attachmentOf href=\"{}\" showAs=\"{}\"/>\n</references>\n",
            escape(&self.work.iri),
            escape(&self.page.title)
        ));
    }
}

/// The address of a provision of a work.
fn provision_iri(work: &str, anchor: Option<&str>, form: BodyForm) -> String {
    match anchor {
        Some(anchor) => format!("{work}/~{}", e_id(anchor, form)),
        None => work.to_owned(),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text);
    out
}

/// Escapes for content and quoted attributes. XML 1.0 has no place for most
/// control characters, not even as references.
fn push_escaped(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, character) in text.char_indices() {
        let written = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\r' => "&#13;",
            '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => {
                "\u{FFFD}"
            }
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(written);
        plain = at + character.len_utf8();
    }
    out.push_str(&text[plain..]);
}

/// An address as `xsd:anyURI` takes it: what no address may hold is encoded.
fn push_uri(out: &mut String, href: &str) {
    for character in href.chars() {
        match character {
            ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '\0'..='\x1F' | '\x7F' => {
                out.push_str(&format!("%{:02X}", u32::from(character)));
            }
            '&' => out.push_str("&amp;"),
            _ => out.push(character),
        }
    }
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
    fn nothing_that_xml_forbids_is_written() {
        assert_eq!(
            escape("甲<&>\"\u{1}\u{FFFE}\t"),
            "甲&lt;&amp;&gt;&quot;\u{FFFD}\u{FFFD}\t"
        );
        let mut uri = String::new();
        push_uri(&mut uri, "https://a/b c?d&e\"");
        assert_eq!(uri, "https://a/b%20c?d&amp;e%22");
    }
}
