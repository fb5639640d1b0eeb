//! Pages connected with a page, each listed once with its relation to that
//! page.
//!
//! Editors' links come first, then terms that the text uses, comparisons, pages
//! that refer to this one, and pages with similar content. A page that fits
//! several of these is listed under the first.

use std::collections::BTreeSet;

use crate::library::Page;
use crate::model::{Basis, PageId, Relation, RelationKind};

use super::listing::{Listed, Listing};
use super::page_facts::Writer;
use super::side_by_side;
use crate::address::page_file;
use crate::render::body::terms::{Term, Terms};
use crate::render::cited::reference_label;
use crate::render::lists::{self, EXCERPT, by_type};
use crate::render::material::Material;
use crate::render::views::{ConnectionGroupView, ConnectionView, html};

/// Kinds of editors' links, most important first.
const KINDS: [RelationKind; 6] = [
    RelationKind::Replaces,
    RelationKind::Implements,
    RelationKind::Applies,
    RelationKind::PartOf,
    RelationKind::Lesson,
    RelationKind::SeeAlso,
];

/// A page that refers to another.
struct Referring {
    page: PageId,
    /// The referring place, as precisely as known.
    anchor: Option<String>,
    /// All the ways in which it refers.
    kinds: Vec<String>,
}

/// Collects the referring pages, each once.
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
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    all
}

fn cited_by_folder(page: &Page) -> String {
    format!("{}/cited-by", page.key)
}

/// The list of all pages that refer to a page, if that page can't show them
/// all.
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

/// A connected page before it is sorted by type.
struct Connection {
    /// The page, or one of its subentries.
    to: Term,
    view: ConnectionView,
    /// Whether it is listed only because it refers to the page.
    refers: bool,
}

impl Writer<'_> {
    /// The pages connected with this page, by type. `met` are the terms that
    /// its text uses, in order of occurrence.
    pub(crate) fn connections(&self, met: &[Term]) -> Vec<ConnectionGroupView> {
        let mut seen: BTreeSet<Term> = BTreeSet::new();
        let mut all: Vec<Connection> = Vec::new();
        let candidates = self
            .editors_links(met)
            .into_iter()
            .chain(met.iter().map(|term| self.term(*term)))
            .chain(self.comparisons())
            .chain(self.referring())
            .chain(self.alike());
        for connection in candidates {
            if seen.insert(connection.to) {
                all.push(connection);
            }
        }
        let referring = all.iter().filter(|one| one.refers).count();
        let is_long = lists::is_long(referring);
        let groups = by_type(
            self.material,
            all.into_iter()
                .map(|one| (self.material.page(one.to.page).page_type(), one)),
        );
        groups
            .into_iter()
            .map(|(head, entries)| {
                let count = entries.len();
                let mut room = EXCERPT;
                let mut fits = |one: &Connection| {
                    let fits = !is_long || !one.refers || room > 0;
                    if one.refers {
                        room = room.saturating_sub(1);
                    }
                    fits
                };
                let shown = entries.into_iter().filter(|one| fits(one));
                let items: Vec<_> = shown.map(|one| one.view).collect();
                let all = self.here.to(&page_file(&cited_by_folder(self.page)));
                ConnectionGroupView {
                    title: head.title,
                    more: (items.len() < count).then_some(all),
                    items,
                    count,
                }
            })
            .collect()
    }

    fn connection(&self, page: &Page, relation: &str) -> ConnectionView {
        ConnectionView {
            title: page.title.clone(),
            href: self.here.to(&page_file(&page.key)),
            relation: relation.to_owned(),
            provision: None,
            basis: None,
            mark: html(String::new()),
            note: String::new(),
            anchor: String::new(),
            meaning: String::new(),
        }
    }

    fn editors_links(&self, met: &[Term]) -> Vec<Connection> {
        let of_kind = |kind: RelationKind| {
            let relations = self.page.related.iter();
            relations.filter(move |relation| relation.kind == kind)
        };
        let links = KINDS.into_iter().flat_map(of_kind);
        links
            .map(|relation| self.editors_link(relation, met))
            .collect()
    }

    fn editors_link(&self, relation: &Relation, met: &[Term]) -> Connection {
        let other = self.material.page(relation.to);
        let place = page_file(&other.key);
        let mut view = ConnectionView {
            href: self.here.to_anchor(&place, relation.anchor.as_deref()),
            provision: relation.provision.clone(),
            basis: (relation.basis == Basis::Inferred)
                .then(|| self.material.basis_view(relation.basis)),
            mark: self.places(&relation.locators),
            note: relation.note.clone(),
            ..self.connection(other, &self.words().label("relation", relation.kind))
        };
        let term = Terms::at(
            self.material.library,
            relation.to,
            relation.anchor.as_deref(),
        );
        let term = term.filter(|term| met.contains(term));
        if let Some(term) = term {
            self.explain(&mut view, term);
        }
        Connection {
            to: term.unwrap_or(Term::page(relation.to)),
            view,
            refers: false,
        }
    }

    fn term(&self, term: Term) -> Connection {
        let page = self.material.page(term.page);
        let library = self.material.library;
        let mut view = ConnectionView {
            title: term.title(library).to_owned(),
            href: term.href(library, self.here),
            ..self.connection(page, self.words().text("document.term_used"))
        };
        self.explain(&mut view, term);
        Connection {
            to: term,
            view,
            refers: false,
        }
    }

    /// Adds to a term's entry what the term means.
    fn explain(&self, view: &mut ConnectionView, term: Term) {
        let library = self.material.library;
        view.anchor = term.anchor(library);
        view.meaning = term.meaning(library).to_owned();
    }

    fn comparisons(&self) -> Vec<Connection> {
        let pages = side_by_side::prepared(self.material)
            .filter(|comparison| comparison.compared.contains(&self.page.id));
        let word = self.words().text("document.compare");
        pages
            .map(|page| Connection {
                to: Term::page(page.id),
                view: self.connection(page, word),
                refers: false,
            })
            .collect()
    }

    fn referring(&self) -> Vec<Connection> {
        let words = self.words();
        let entries = referring(self.material, self.page).into_iter();
        entries
            .map(|entry| {
                let from = self.material.page(entry.page);
                let place = page_file(&from.key);
                let kinds = words.list(&entry.kinds);
                let relation = words.say("document.refers", &[("kinds", &kinds)]);
                Connection {
                    to: Term::page(entry.page),
                    view: ConnectionView {
                        href: self.here.to_anchor(&place, entry.anchor.as_deref()),
                        ..self.connection(from, &relation)
                    },
                    refers: true,
                }
            })
            .collect()
    }

    fn alike(&self) -> Vec<Connection> {
        let alike = self.material.options.related.get(&self.page.id);
        let word = self.words().text("document.alike");
        let pages = alike.into_iter().flatten();
        pages
            .map(|id| Connection {
                to: Term::page(*id),
                view: self.connection(self.material.page(*id), word),
                refers: false,
            })
            .collect()
    }
}
