//! The view of one document.

use std::fmt::Display;

use crate::body::tree::{self, Block};
use crate::dates;
use crate::facts::{Facts, Subject, Value};
use crate::library::Page;
use crate::model::{
    Basis, BodyForm, CitationTarget, Date, Details, Figure, IntegrityState, Known, Located,
    Locators, PageId, PageType, Regulation, RelationKind, ResolvedLink, Source, Vocabulary,
};
use crate::words::Words;

use super::address::{Here, is_safe_link, page_file};
use super::catalogue::{Axis, changed};
use super::frame::Material;
use super::html::{BodyWriter, Provenance, plain_text};
use super::listing::{self, Listed, Listing};
use super::lists::{EXCERPT, by_type};
use super::planned::Planned;
use super::plots;
use super::provisions;
use super::side_by_side;
use super::terms;
use super::versions;
use super::views::{
    AlikeView, CitationGroupView, CitationView, CiteAsView, ComponentView, ContentsView,
    DocumentView, FactValueView, FactView, FigureView, Html, IntegrityView, LinkView, NotHeldView,
    RelationGroupView, RelationView, SourceBoxView, StatementView, TagGroupView, TagView,
    TermNoteView, html,
};

/// What has a place of its own as tags.
const TAGS: [Subject; 4] = [
    Subject::Responsibility,
    Subject::Stage,
    Subject::Role,
    Subject::Topic,
];

/// Fewer headings than this need no table of contents.
const CONTENTS_FROM: usize = 3;

/// Plans the page of each document.
pub(super) fn plan<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
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

/// A figure as every list of figures shows it.
pub(super) fn figure_view(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
    figure: &Figure,
) -> FigureView {
    FigureView {
        label: figure.label.clone(),
        value: figure.value.clone(),
        unit: figure.unit.clone(),
        comparator: material.words().comparator(figure).to_owned(),
        period: match &figure.period {
            Known::Known(period) => Some(period.clone()),
            Known::Unknown => None,
        },
        scope: figure.scope.clone(),
        mark: material.places(here, page, &figure.locators),
        note: figure.note.clone(),
        pages: vec![material.page_link(here, page)],
    }
}

/// What a comparison shows of a practice, always the same labels in the same
/// order.
pub(super) fn compared_facts(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
) -> Vec<FactView> {
    Writer {
        material,
        here,
        page,
        provenance: Provenance::of(material.library, page),
    }
    .compared_facts()
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
pub(super) fn cited_by_listing(material: &Material<'_>, page: &Page) -> Option<Listing> {
    let references = material.library.backlinks.get(&page.id)?;
    if !listing::is_long(references.len()) {
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

struct Writer<'a> {
    material: &'a Material<'a>,
    here: Here<'a>,
    page: &'a Page,
    provenance: Provenance<'a>,
}

impl Writer<'_> {
    fn words(&self) -> &Words {
        self.material.words()
    }

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

    /// A mark beside a badge that says stated or inferred already.
    fn places(&self, locators: &Locators) -> Html {
        html(self.provenance.places(self.here, locators))
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

    fn tag(&self, value: &Value<'_>) -> Option<TagView> {
        let view = self.value(value);
        let (basis, note) = match value {
            Value::Tag(tag) => (Some(self.material.basis_view(tag.basis)), tag.note),
            _ => (None, ""),
        };
        Some(TagView {
            title: view.text,
            href: view.href?,
            basis,
            mark: view.mark,
            note: note.to_owned(),
        })
    }

    fn page_facts(&self) -> Facts<'_> {
        Facts::of(self.material.library, self.page)
    }

    /// What is said beside the text. Tags, parts and findings have places of
    /// their own.
    fn facts(&self) -> Vec<FactView> {
        let facts = self.page_facts();
        let elsewhere = [Subject::Components, Subject::Findings];
        let shown = facts
            .iter()
            .filter(|fact| !TAGS.contains(&fact.subject) && !elsewhere.contains(&fact.subject));
        shown
            .map(|fact| match fact.subject {
                Subject::Validity => self.validity(&fact.values),
                subject => self.fact(subject, &fact.values),
            })
            .collect()
    }

    fn fact(&self, subject: Subject, values: &[Value<'_>]) -> FactView {
        FactView {
            label: subject.label(self.words()).to_owned(),
            values: values.iter().map(|value| self.value(value)).collect(),
        }
    }

    /// A text's status changes by itself; what was written holds for a day.
    fn validity(&self, values: &[Value<'_>]) -> FactView {
        let known = values
            .iter()
            .filter(|value| value.data() != "未知")
            .cloned();
        let mut fact = self.fact(Subject::Validity, &known.collect::<Vec<_>>());
        if let Some(date) = changed(self.page) {
            let note = [("date", &self.words().date(date) as &dyn Display)];
            for value in &mut fact.values {
                value.note = self.words().say("fact.recorded", &note);
            }
        }
        fact
    }

    /// A value with what leads to the other pages that share it.
    fn value(&self, value: &Value<'_>) -> FactValueView {
        let file = match value {
            Value::Organ(id, _) => Some(Axis::Organ.file(id)),
            Value::Region(region, _) => Some(Axis::Region.file(&region.code.to_ascii_lowercase())),
            Value::Tag(tag) => Axis::ALL
                .into_iter()
                .find(|axis| axis.slug() == tag.section)
                .map(|axis| axis.file(tag.slug)),
            Value::Topic(topic) => {
                let slug = self.material.catalogue.topic_slug(topic);
                slug.map(|slug| Axis::Topic.file(slug))
            }
            _ => None,
        };
        FactValueView {
            href: file.map(|file| self.here.to(&file)),
            // Stated is the rule for facts, so only an inference is marked.
            basis: (value.basis() == Basis::Inferred)
                .then(|| self.material.basis_view(value.basis())),
            mark: match value.locators() {
                Some(locators) => self.places(locators),
                None => html(String::new()),
            },
            note: value.note().to_owned(),
            ..plain(value.text(self.words()).into_owned())
        }
    }

    fn compared_facts(&self) -> Vec<FactView> {
        let page = self.page;
        let words = self.words();
        let facts = self.page_facts();
        let of = |subject| self.fact(subject, facts.values(subject));
        let figures = page.figures.iter().map(|figure| {
            let period = match &figure.period {
                Known::Known(period) => period.as_str(),
                Known::Unknown => words.text("figures.period_unknown"),
            };
            FactValueView {
                mark: self.places(&figure.locators),
                note: format!("{}{}{period}", figure.scope, words.text("mark.clause")),
                ..plain(words.labelled(&figure.label, &words.figure(figure)))
            }
        });
        let regulations = page.related.iter().filter_map(|relation| {
            let other = self.material.page(relation.to);
            // What is only to be compared is no basis.
            let basis = matches!(
                relation.kind,
                RelationKind::Implements | RelationKind::Applies
            );
            (basis && other.page_type() == Some(PageType::Regulation)).then(|| FactValueView {
                text: match &relation.provision {
                    Some(provision) => format!("{}{provision}", other.title),
                    None => other.title.clone(),
                },
                href: Some(
                    self.here
                        .to_anchor(&page_file(&other.key), relation.anchor.as_deref()),
                ),
                basis: (relation.basis == Basis::Inferred)
                    .then(|| self.material.basis_view(relation.basis)),
                mark: self.places(&relation.locators),
                note: relation.note.clone(),
            })
        });
        vec![
            of(Subject::Organ),
            of(Subject::Region),
            of(Subject::Level),
            of(Subject::ShortName),
            of(Subject::Components),
            of(Subject::Responsibility),
            of(Subject::Stage),
            of(Subject::Role),
            fact(words, "fact.basis", regulations),
            of(Subject::Outcome),
            fact(words, "fact.figures", figures),
            of(Subject::StartYear),
        ]
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
        let is_long = listing::is_long(referring.len());
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

/// Title, author and so on of a source, unknown ones without value.
pub(super) fn source_facts(words: &Words, source: &Source) -> Vec<FactView> {
    [
        ("fact.title", &source.title),
        ("fact.author", &source.author),
        ("fact.publisher", &source.publisher),
        ("fact.date", &source.date),
        ("fact.url", &source.url),
    ]
    .into_iter()
    .map(|(label, value)| known(words, label, value, |text| plain(text.clone())))
    .collect()
}

/// State of a paragraph of a source, or of a page.
pub(super) fn integrity_view(
    material: &Material<'_>,
    state: IntegrityState,
    note: &str,
) -> IntegrityView {
    IntegrityView {
        slug: state.slug(),
        label: material.integrity_label(state),
        note: note.to_owned(),
    }
}

fn plain(text: String) -> FactValueView {
    FactValueView {
        text,
        href: None,
        basis: None,
        mark: html(String::new()),
        note: String::new(),
    }
}

/// A fact; `label` is a key of the interface's words.
fn fact(words: &Words, label: &str, values: impl IntoIterator<Item = FactValueView>) -> FactView {
    FactView {
        label: words.text(label).to_owned(),
        values: values.into_iter().collect(),
    }
}

fn known<T>(
    words: &Words,
    label: &str,
    value: &Known<T>,
    show: impl FnOnce(&T) -> FactValueView,
) -> FactView {
    match value {
        Known::Known(value) => fact(words, label, [show(value)]),
        Known::Unknown => fact(words, label, []),
    }
}

/// How a page refers, seen from the page that is referred to.
pub(super) fn reference_label(words: &Words, kind: Option<RelationKind>) -> &str {
    words.text(match kind {
        Some(RelationKind::Implements) => "reference.implements",
        Some(RelationKind::Applies) => "reference.applies",
        Some(RelationKind::PartOf) => "reference.part-of",
        Some(RelationKind::Lesson) => "reference.lesson",
        Some(RelationKind::Replaces) => "reference.replaces",
        Some(RelationKind::SeeAlso) => "reference.see-also",
        None => "reference.text",
    })
}

/// Headings, when there are enough for a table of contents.
pub(super) fn contents(blocks: &[Block<ResolvedLink>]) -> Vec<ContentsView> {
    if tree::has_provisions(blocks) {
        let entries = provisions::contents(blocks);
        return match entries.len() {
            0 | 1 => Vec::new(),
            _ => entries,
        };
    }
    let headings = blocks.iter().filter_map(|block| match block {
        Block::Heading {
            level,
            anchor,
            content,
            ..
        } => Some(ContentsView {
            title: plain_text(content),
            href: format!("#{anchor}"),
            level: *level,
            range: String::new(),
        }),
        _ => None,
    });
    let headings: Vec<_> = headings.collect();
    if headings.len() < CONTENTS_FROM {
        return Vec::new();
    }
    headings
}
