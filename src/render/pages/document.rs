//! The view of one document.

use std::borrow::Cow;

use crate::body::text::{How, Piece, pieces};
use crate::body::tree::{self, Block, Inline, Mark};
use crate::dates;
use crate::library::Page;
use crate::model::{
    BodyForm, CitationTarget, Component, Date, Details, Known, Located, Regulation, ResolvedLink,
    Vocabulary,
};
use crate::words::Words;

use super::comparison;
use super::page_facts::{TAGS, Writer, source_facts};
use super::plots::{self, figure_view};
use super::side_by_side;
use super::versions;
use crate::address::{Here, is_safe_link, page_file};
use crate::render::body::BodyWriter;
use crate::render::body::provenance::Provenance;
use crate::render::body::provisions::{self, contents};
use crate::render::material::{Material, is_digest};
use crate::render::planned::Planned;
use crate::render::reliance;
use crate::render::validity::validity;
use crate::render::views::{
    CiteAsView, ComponentView, DocumentView, EndnoteView, Html, IntegrityView, LinkView,
    NotHeldView, PageChangeView, SourceBoxView, StatementView, TagGroupView, html,
};

/// Plans the page of each document.
pub(crate) fn plan<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let material = *material;
    material.library.pages.iter().map(move |page| {
        let kind = if page.page_type().is_some() {
            "document"
        } else {
            "plain"
        };
        let mut planned = Planned::new(
            (kind, "document.html"),
            page_file(&page.key),
            page.origin(),
            "document",
            move |m, here, _| document(m, here, page),
        )
        .titled(&page.title, material.described(&page.description))
        .below(material.way_to(&page.key));
        planned.page = Some(page);
        planned
    })
}

/// The view of `page`, which is in the file `here`.
fn document(material: &Material<'_>, here: Here<'_>, page: &Page) -> DocumentView {
    Writer {
        material,
        here,
        page,
        provenance: Provenance::of(material.library, page)
            .resting_on(reliance::usual(material.library, page)),
    }
    .view()
}

impl Writer<'_> {
    fn view(&self) -> DocumentView {
        let page = self.page;
        let library = self.material.library;
        let of_versions = versions::notes(self.material, self.here, page);
        let body = BodyWriter::new(
            library,
            &self.material.options.pictures,
            self.provenance.clone(),
            self.here,
            &page.section,
        )
        .of(page)
        .noted(&of_versions);
        // A regulation's text stays as it was issued.
        let body = match provisions::law_view(self.words(), page) {
            Some(_) => body,
            None => body.explaining(&self.material.catalogue.terms),
        };
        let (text, remarks) = remarks_apart(&page.body);
        let written = body.blocks(&text);
        let notes = body.blocks(&remarks);
        let [previous, next] = self.neighbours();
        DocumentView {
            page_type: page
                .page_type()
                .map(|page_type| self.material.type_view(page_type)),
            mechanism: self.mechanism(),
            description: page.description.clone(),
            tags: self.tags(),
            meaning: self.meaning(),
            procedure: self.procedure(),
            strip: self.strip(),
            original: self.original(),
            usual: self.usual(),
            facts: self.facts(),
            validity: validity(self.material.library, self.words(), page),
            other_text: versions::other_text(self.material, self.here, page),
            versions: versions::versions(self.material, self.here, page),
            gone: versions::gone(self.material, self.here, page),
            text_not_held: is_digest(page) && page.metadata.public,
            withheld: !page.metadata.public,
            components: self.components(),
            findings: match &page.details {
                Details::Case(case) => case.findings.iter().map(|f| self.statement(f)).collect(),
                _ => Vec::new(),
            },
            contents: contents(&page.body),
            body: html(written),
            notes: html(notes),
            law: provisions::law_view(self.words(), page),
            side_by_side: side_by_side::view(self.material, self.here, page),
            compare: side_by_side::of_practice(self.material, self.here, page),
            figures: page
                .figures
                .iter()
                .map(|figure| figure_view(self.material, self.here, page, figure))
                .collect(),
            plots: plots::plots(self.material, self.here, page),
            connections: self.connections(&body.explained()),
            not_held: self.not_held(),
            sources: self.sources(),
            endnotes: self.endnotes(),
            integrity: page.integrity.as_ref().map(|integrity| IntegrityView {
                slug: integrity.state.slug(),
                label: self.material.integrity_label(integrity.state),
                note: integrity.note.clone(),
            }),
            cite_as: self.cite_as(),
            published: page.published.map(|date| self.material.date(date)),
            updated: page
                .updated
                .filter(|date| Some(*date) != page.published)
                .map(|date| self.material.date(date)),
            changes: self.changes(),
            previous,
            next,
        }
    }

    /// What changed and when, latest first: what its editors wrote, and what a
    /// regulation's text changed in the one before, on the day from which it
    /// counts.
    fn changes(&self) -> Vec<PageChangeView> {
        let (material, page) = (self.material, self.page);
        let own = page.changes.iter();
        let mut changes: Vec<_> = own
            .map(|change| (change.date, change.text.clone(), String::new()))
            .collect();
        if let Some(said) = comparison::since_before(material, page)
            && let Some((chain, own)) = material.library.versions.of(page.id)
            && let Some(before) = versions::before(material, page)
        {
            let text = &chain.texts[own];
            let file = versions::compare_file(material, chain, before, text);
            changes.push((text.from, said, self.here.to(&file)));
        }
        changes.sort_by_key(|(date, ..)| std::cmp::Reverse(*date));
        let view = |(date, text, compare)| PageChangeView {
            date: material.date(date),
            text,
            compare,
        };
        changes.into_iter().map(view).collect()
    }

    fn statement(&self, located: &Located) -> StatementView {
        StatementView {
            text: located.text.clone(),
            mark: self.places(&located.locators),
        }
    }

    /// What a term means.
    fn meaning(&self) -> Option<StatementView> {
        let Details::Term(term) = &self.page.details else {
            return None;
        };
        let meaning = term.meaning.as_ref()?;
        let mark = self
            .provenance
            .mark(self.here, meaning.basis, &meaning.locators);
        Some(StatementView {
            text: meaning.text.clone(),
            mark: html(mark),
        })
    }

    /// Where a regulation's source can be read, labelled with the name of its
    /// site.
    fn original(&self) -> Option<LinkView> {
        let Details::Regulation(_) = &self.page.details else {
            return None;
        };
        let sources = self.page.sources.iter();
        let mut urls = sources.filter_map(|reference| {
            match &self.material.library.sources.get(&reference.source)?.url {
                Known::Known(url) if is_safe_link(url) => Some(url),
                _ => None,
            }
        });
        let href = urls.next()?.clone();
        let site = href
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        Some(LinkView {
            title: site.unwrap_or(&href).to_owned(),
            href,
        })
    }

    /// The paragraph on which the page as a whole rests, as a link.
    fn usual(&self) -> Html {
        let mut place = String::new();
        let is_public = self.page.metadata.public;
        if let Some(locator) = self.provenance.usual().filter(|_| is_public) {
            self.provenance.push_locator(&mut place, self.here, locator);
        }
        html(place)
    }

    /// The paragraphs that the page names, with their text.
    fn endnotes(&self) -> Vec<EndnoteView> {
        let mut named: Vec<&str> = Vec::new();
        for reference in &self.page.sources {
            for locator in &reference.locators.0 {
                if !named.contains(&locator.as_str()) {
                    named.push(locator);
                }
            }
        }
        named
            .into_iter()
            .filter_map(|locator| {
                let source = self.provenance.source_of(locator)?;
                let segment = source.segments.iter().find(|s| s.locator == locator)?;
                Some(EndnoteView {
                    locator: segment.locator.clone(),
                    summary: segment.summary.clone(),
                })
            })
            .collect()
    }

    /// The short name, unless the title contains it already.
    fn mechanism(&self) -> Option<String> {
        match &self.page.details {
            Details::Practice(practice) => practice
                .mechanism
                .clone()
                .filter(|mechanism| !self.page.title.contains(mechanism.as_str())),
            _ => None,
        }
    }

    fn tags(&self) -> Vec<TagGroupView> {
        let facts = self.page_facts();
        TAGS.into_iter()
            .map(|subject| TagGroupView {
                title: subject.label(self.words()).to_owned(),
                slug: subject.slug(),
                tags: facts
                    .values(subject)
                    .iter()
                    .filter_map(|value| self.tag(value))
                    .collect(),
            })
            .filter(|group| !group.tags.is_empty())
            .collect()
    }

    fn components(&self) -> Vec<ComponentView> {
        let Details::Practice(practice) = &self.page.details else {
            return Vec::new();
        };
        let body = How::READ.text(&self.page.body);
        let said =
            |component: &Component| component.detail.is_empty() && body.contains(&component.name);
        if practice.components.iter().all(said) {
            return Vec::new();
        }
        let components = practice.components.iter();
        components
            .map(|component| ComponentView {
                name: component.name.clone(),
                detail: component.detail.clone(),
                mark: self.places(&component.locators),
            })
            .collect()
    }

    /// The documents that the page cites and that are declared not to be on the
    /// site, each once.
    fn not_held(&self) -> Vec<NotHeldView> {
        let library = self.material.library;
        let mut ids: Vec<&str> = Vec::new();
        for citation in library.citations_in(self.page.id) {
            if let CitationTarget::External(id) = &citation.target
                && !ids.contains(&&**id)
            {
                ids.push(id);
            }
        }
        let documents = ids.into_iter().filter_map(|id| library.externals.get(id));
        documents
            .map(|document| NotHeldView {
                title: document.title.clone(),
                href: document.url.clone().filter(|url| is_safe_link(url)),
                note: document.note.clone(),
            })
            .collect()
    }

    fn sources(&self) -> Vec<SourceBoxView> {
        let references = self.page.sources.iter();
        references
            .filter_map(|reference| {
                let source = self.material.library.sources.get(&reference.source)?;
                let mut locators = String::new();
                for (position, locator) in reference.locators.0.iter().enumerate() {
                    if position > 0 {
                        locators.push_str(self.words().text("mark.comma"));
                    }
                    self.provenance
                        .push_locator(&mut locators, self.here, locator);
                }
                Some(SourceBoxView {
                    label: source.label.clone(),
                    href: self.here.to(&page_file(&format!("sources/{}", source.id))),
                    locators: html(locators),
                    facts: source_facts(self.words(), source),
                })
            })
            .collect()
    }

    /// How to cite the page. A regulation is cited by name. If its text is on
    /// the site, its issuers are named as responsible. Everything else,
    /// including entries on regulations without a text, is cited as this
    /// site's.
    fn cite_as(&self) -> CiteAsView {
        let page = self.page;
        let words = self.words();
        let site = &self.material.library.config.title;
        let title = page.title.trim_matches(['《', '》']);
        let publisher = self
            .material
            .library
            .config
            .organization
            .as_deref()
            .unwrap_or(site);
        let official = match &page.details {
            Details::Regulation(regulation) => cited_officially(words, regulation, title),
            _ => words.say("reading.cite_site", &[("title", &title), ("site", site)]),
        };
        let (responsible, cited, date) = match &page.details {
            Details::Regulation(regulation) if regulation.body_form != BodyForm::None => {
                let organs = &self.material.library.organs;
                let issuers = regulation.issuer.iter().filter_map(|id| organs.get(id));
                let issuers: Vec<_> = issuers.map(|organ| organ.name.as_str()).collect();
                (issuers.join(", "), title.to_owned(), of_text(regulation))
            }
            Details::Regulation(_) => {
                let entry = words.say("reading.cite_entry", &[("title", &title)]);
                (publisher.to_owned(), entry, page.changed())
            }
            _ => (publisher.to_owned(), title.to_owned(), page.changed()),
        };
        // If nobody is named as responsible, the title comes first.
        let named = [responsible, format!("{cited}[EB/OL]")];
        let named = named.into_iter().filter(|part| !part.is_empty());
        let named = named.collect::<Vec<_>>().join(". ");
        let date = date.map(|date| format!("({})", dates::iso(date)));
        CiteAsView {
            official,
            // [EB/OL] means an electronic bulletin that is online.
            gbt7714: format!("{named}. {}", date.unwrap_or_default()),
        }
    }

    fn neighbours(&self) -> [Option<LinkView>; 2] {
        let neighbours = self
            .material
            .catalogue
            .neighbours(self.material.library, self.page);
        neighbours.map(|page| Some(self.material.page_link(self.here, page?)))
    }
}

/// 《某某条例》（某发〔2026〕1号）. Only a title that is known in full is put in 书名号.
fn cited_officially(words: &Words, regulation: &Regulation, title: &str) -> String {
    if regulation.short_title {
        return words.say("reading.cite_short", &[("title", &title)]);
    }
    let name = words.say("mark.title", &[("title", &title)]);
    match Known::given(&regulation.document_number) {
        Some(number) => format!("{name}{}", words.say("mark.brackets", &[("text", number)])),
        None => name,
    }
}

/// The day on which a regulation's text was made public or, if that isn't
/// known, adopted.
fn of_text(regulation: &Regulation) -> Option<Date> {
    let days = [&regulation.promulgated, &regulation.adopted];
    days.into_iter().find_map(Known::given).copied()
}

/// Separates the paragraphs of a body that are only remarks by this site's
/// editors. A remark directly below a heading stays, because the heading would
/// be left empty. A regulation's text stays whole.
fn remarks_apart(
    body: &[Block<ResolvedLink>],
) -> (Cow<'_, [Block<ResolvedLink>]>, Vec<Block<ResolvedLink>>) {
    if tree::has_provisions(body) {
        return (body.into(), Vec::new());
    }
    let (mut text, mut remarks) = (Vec::new(), Vec::new());
    for block in body {
        let stays = matches!(text.last(), None | Some(Block::Heading { .. }));
        match block {
            Block::Paragraph { content, .. } if !stays && is_remark(content) => {
                remarks.push(block.clone());
            }
            _ => text.push(block.clone()),
        }
    }
    (text.into(), remarks)
}

/// Whether a paragraph has marks, and all of them are editors'.
fn is_remark(content: &[Inline<ResolvedLink>]) -> bool {
    let mut marks = 0;
    let mut others = 0;
    pieces(content, &mut |piece| match piece {
        Piece::Mark(Mark::Editorial) => marks += 1,
        Piece::Mark(_) => others += 1,
        _ => {}
    });
    marks > 0 && others == 0
}
