//! The view of one document.

use crate::dates;
use crate::library::Page;
use crate::model::{
    BodyForm, CitationTarget, Date, Details, Known, Located, PageId, Regulation, RelationKind,
    Vocabulary,
};
use crate::words::Words;

use super::listing::{Listed, Listing};
use super::page_facts::{TAGS, Writer, source_facts};
use super::plots::{self, figure_view};
use super::side_by_side;
use super::versions;
use crate::address::{Here, is_safe_link, page_file};
use crate::render::body::BodyWriter;
use crate::render::body::provenance::Provenance;
use crate::render::body::provisions::{self, contents};
use crate::render::body::terms;
use crate::render::catalogue::changed;
use crate::render::cited::reference_label;
use crate::render::lists::{self, EXCERPT, by_type};
use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::{
    AlikeView, CitationGroupView, CitationView, CiteAsView, ComponentView, DocumentView,
    IntegrityView, LinkView, NotHeldView, RelationGroupView, RelationView, SourceBoxView,
    StatementView, TagGroupView, TermNoteView, html,
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
        provenance: Provenance::of(material.library, page),
    }
    .view()
}

/// A page that refers to another.
struct Referring {
    page: PageId,
    /// The place that refers, as near as known.
    anchor: Option<String>,
    /// All the ways in which it refers.
    kinds: Vec<String>,
}

/// Each referring page once.
fn referring(material: &Material<'_>, page: &Page) -> Vec<Referring> {
    let backlinks = material.library.backlinks.get(&page.id);
    let mut all: Vec<Referring> = Vec::new();
    for backlink in backlinks.into_iter().flatten() {
        if backlink.from == page.id {
            continue;
        }
        if all.last().is_none_or(|last| last.page != backlink.from) {
            all.push(Referring {
                page: backlink.from,
                anchor: backlink.anchor.clone(),
                kinds: Vec::new(),
            });
        }
        let kinds = &mut all.last_mut().expect("one was pushed").kinds;
        let kind = reference_label(material.words(), backlink.kind);
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
    }
    all
}

fn cited_by_folder(page: &Page) -> String {
    format!("{}/cited-by", page.key)
}

/// The list of all pages that refer to a page.
pub(crate) fn cited_by_listing(material: &Material<'_>, page: &Page) -> Option<Listing> {
    let references = material.library.backlinks.get(&page.id)?;
    if !lists::is_long(references.len()) {
        return None;
    }
    let entries = referring(material, page).into_iter();
    Some(Listing {
        folder: cited_by_folder(page),
        title: material.text("cited.title"),
        of: (page.title.clone(), page_file(&page.key)),
        place: page.origin().beside("").place,
        entries: entries
            .map(|entry| Listed {
                page: entry.page,
                anchor: entry.anchor,
                basis: None,
                words: material.words().list(&entry.kinds),
            })
            .collect(),
    })
}

impl Writer<'_> {
    fn view(&self) -> DocumentView {
        let page = self.page;
        let library = self.material.library;
        let notes = versions::notes(self.material, self.here, page);
        let body = BodyWriter::new(
            library,
            &self.material.options.pictures,
            self.provenance.clone(),
            self.here,
            &page.section,
        )
        .of(page)
        .noted(&notes);
        // A regulation's text stays as it was issued.
        let body = match provisions::law_view(self.words(), page) {
            Some(_) => body,
            None => body.explaining(&self.material.catalogue.terms),
        };
        let written = body.blocks(&page.body);
        let [previous, next] = self.neighbours();
        DocumentView {
            page_type: page
                .page_type()
                .map(|page_type| self.material.type_view(page_type)),
            mechanism: self.mechanism(),
            description: page.description.clone(),
            tags: self.tags(),
            facts: self.facts(),
            validity: versions::validity(self.material, page),
            other_text: versions::other_text(self.material, self.here, page),
            versions: versions::versions(self.material, self.here, page),
            gone: versions::gone(self.material, self.here, page),
            text_not_held: matches!(
                &page.details,
                Details::Regulation(regulation) if regulation.body_form == BodyForm::None
            ),
            components: self.components(),
            findings: match &page.details {
                Details::Case(case) => case.findings.iter().map(|f| self.statement(f)).collect(),
                _ => Vec::new(),
            },
            contents: contents(&page.body),
            body: html(written),
            terms: self.term_notes(&body.explained()),
            law: provisions::law_view(self.words(), page),
            side_by_side: side_by_side::view(self.material, self.here, page),
            compare: side_by_side::of_practice(self.material, self.here, page),
            figures: page
                .figures
                .iter()
                .map(|figure| figure_view(self.material, self.here, page, figure))
                .collect(),
            plots: plots::plots(self.material, self.here, page),
            related: self.related(),
            cited_by: self.cited_by(),
            not_held: self.not_held(),
            alike: self.alike(),
            sources: self.sources(),
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
            previous,
            next,
        }
    }

    fn term_notes(&self, terms: &[PageId]) -> Vec<TermNoteView> {
        let terms = terms.iter().map(|id| self.material.page(*id));
        terms
            .map(|term| TermNoteView {
                anchor: terms::anchor(&term.key),
                title: term.title.clone(),
                href: self.here.to(&page_file(&term.key)),
                description: term.description.clone(),
            })
            .collect()
    }

    fn statement(&self, located: &Located) -> StatementView {
        StatementView {
            text: located.text.clone(),
            mark: self.places(&located.locators),
        }
    }

    /// A short name that the title doesn't say already.
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
        let components = practice.components.iter();
        components
            .map(|component| ComponentView {
                name: component.name.clone(),
                detail: component.detail.clone(),
                mark: self.places(&component.locators),
            })
            .collect()
    }

    fn related(&self) -> Vec<RelationGroupView> {
        const KINDS: [(RelationKind, &str); 6] = [
            (RelationKind::Replaces, "relation.replaces"),
            (RelationKind::Implements, "relation.implements"),
            (RelationKind::Applies, "relation.applies"),
            (RelationKind::PartOf, "relation.part-of"),
            (RelationKind::Lesson, "relation.lesson"),
            (RelationKind::SeeAlso, "relation.see-also"),
        ];
        KINDS
            .into_iter()
            .map(|(kind, title)| {
                let relations = self
                    .page
                    .related
                    .iter()
                    .filter(|relation| relation.kind == kind);
                let items = relations.map(|relation| {
                    let other = self.material.page(relation.to);
                    RelationView {
                        title: other.title.clone(),
                        href: self
                            .here
                            .to_anchor(&page_file(&other.key), relation.anchor.as_deref()),
                        page_type: other
                            .page_type()
                            .map(|page_type| self.material.type_view(page_type)),
                        provision: relation.provision.clone(),
                        basis: self.material.basis_view(relation.basis),
                        mark: self.places(&relation.locators),
                        note: relation.note.clone(),
                    }
                });
                RelationGroupView {
                    title: self.words().text(title).to_owned(),
                    items: items.collect(),
                }
            })
            .filter(|group| !group.items.is_empty())
            .collect()
    }

    fn cited_by(&self) -> Vec<CitationGroupView> {
        let folder = cited_by_folder(self.page);
        let referring = referring(self.material, self.page);
        let is_long = lists::is_long(referring.len());
        let groups = by_type(
            self.material,
            referring.into_iter().map(|entry| {
                let page_type = self.material.page(entry.page).page_type();
                (page_type, entry)
            }),
        );
        groups
            .into_iter()
            .map(|(head, entries)| {
                let shown = match is_long {
                    true => entries.len().min(EXCERPT),
                    false => entries.len(),
                };
                let items = entries[..shown].iter().map(|entry| {
                    let from = self.material.page(entry.page);
                    let file = page_file(&from.key);
                    CitationView {
                        title: from.title.clone(),
                        href: self.here.to_anchor(&file, entry.anchor.as_deref()),
                        kinds: entry.kinds.clone(),
                    }
                });
                CitationGroupView {
                    title: head.title,
                    items: items.collect(),
                    count: entries.len(),
                    more: (shown < entries.len()).then(|| self.here.to(&page_file(&folder))),
                }
            })
            .collect()
    }

    /// Each document once that it cites and that is declared not to be held.
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

    /// Pages of like content that no list above names.
    fn alike(&self) -> Vec<AlikeView> {
        let alike = self.material.options.related.get(&self.page.id);
        let pages = alike.into_iter().flatten();
        pages
            .map(|id| {
                let page = self.material.page(*id);
                AlikeView {
                    title: page.title.clone(),
                    href: self.here.to(&page_file(&page.key)),
                    page_type: page
                        .page_type()
                        .map(|page_type| self.material.type_view(page_type)),
                }
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

    /// A regulation is cited by its name, its text as its issuers'; what else
    /// is on this site, as this site's, entries on regulations whose text isn't
    /// held among it.
    fn cite_as(&self) -> CiteAsView {
        let page = self.page;
        let words = self.words();
        let site = &self.material.library.config.title;
        let title = page.title.trim_matches(['《', '》']);
        let publisher = self.material.organization().unwrap_or(site);
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
                (publisher.to_owned(), entry, changed(page))
            }
            _ => (publisher.to_owned(), title.to_owned(), changed(page)),
        };
        // Where nobody is named as responsible, the title stands first.
        let named = [responsible, format!("{cited}[EB/OL]")];
        let named = named.into_iter().filter(|part| !part.is_empty());
        let named = named.collect::<Vec<_>>().join(". ");
        let date = date.map(|date| format!("({})", dates::iso(date)));
        CiteAsView {
            official,
            // An electronic bulletin that is online: [EB/OL].
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

/// 《某某条例》（某发〔2026〕1号）. Only a title that is known in full stands
/// in 书名号.
fn cited_officially(words: &Words, regulation: &Regulation, title: &str) -> String {
    if regulation.short_title {
        return words.say("reading.cite_short", &[("title", &title)]);
    }
    let name = words.say("mark.title", &[("title", &title)]);
    match &regulation.document_number {
        Some(Known::Known(number)) => {
            format!("{name}{}", words.say("mark.brackets", &[("text", number)]))
        }
        _ => name,
    }
}

/// The day on which a regulation's text was made public or, where that isn't
/// known, adopted.
fn of_text(regulation: &Regulation) -> Option<Date> {
    let days = [&regulation.promulgated, &regulation.adopted];
    days.into_iter().find_map(|day| match day {
        Some(Known::Known(date)) => Some(*date),
        _ => None,
    })
}
