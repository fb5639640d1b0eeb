//! Views of sources: each paragraph, and all pages that rely on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::body::tree::{Block, Inline, Mark};
use crate::facts::{Facts, Value};
use crate::library::{Library, Page};
use crate::model::{PageId, ResolvedLink, Source, SourceSegment};
use crate::output::{Origin, Place};

use super::address::{Here, locator_anchor, page_file};
use super::document::{integrity_view, source_facts};
use super::frame::Material;
use super::html::Provenance;
use super::listing::{self, Listing};
use super::lists::{by_type, card_groups};
use super::overview::{excerpt, more, page_excerpt};
use super::paging::Part;
use super::planned::Planned;
use super::views::{SegmentView, SourceEntryView, SourceView, SourcesView};

/// Key of the list of sources, and first part of the keys of their pages.
pub(super) const FOLDER: &str = "sources";

/// Which pages rely on which paragraph of which source.
#[derive(Debug, Default)]
pub(super) struct Reliance {
    pages: BTreeMap<(String, String), BTreeSet<PageId>>,
    all: BTreeMap<String, BTreeSet<PageId>>,
    unplaced: BTreeMap<String, BTreeSet<PageId>>,
}

impl Reliance {
    /// Collects every locator of every page: of its sources, tags, figures,
    /// facts, links and of the marks in its body.
    pub fn of(library: &Library) -> Self {
        let mut reliance = Self::default();
        for page in &library.pages {
            reliance.add(library, page);
        }
        reliance
    }

    fn add(&mut self, library: &Library, page: &Page) {
        let provenance = Provenance::of(library, page);
        let mut locators = BTreeSet::new();
        page_locators(library, page, &mut locators);
        let mut placed = BTreeSet::new();
        for locator in &locators {
            if let Some(source) = provenance.source_of(locator) {
                let key = (source.id.clone(), locator.clone());
                placed.insert(source.id.clone());
                self.pages.entry(key).or_default().insert(page.id);
            }
        }
        for reference in &page.sources {
            self.all
                .entry(reference.source.clone())
                .or_default()
                .insert(page.id);
            if !placed.contains(&reference.source) {
                self.unplaced
                    .entry(reference.source.clone())
                    .or_default()
                    .insert(page.id);
            }
        }
    }
}

fn page_locators(library: &Library, page: &Page, out: &mut BTreeSet<String>) {
    let facts = Facts::of(library, page);
    let values = facts.iter().flat_map(|fact| &fact.values);
    let listed = values
        .filter_map(Value::locators)
        .chain(page.sources.iter().map(|reference| &reference.locators))
        .chain(page.figures.iter().map(|figure| &figure.locators))
        .chain(page.related.iter().map(|relation| &relation.locators));
    out.extend(listed.flat_map(|locators| &locators.0).cloned());
    block_locators(&page.body, out);
}

fn block_locators(blocks: &[Block<ResolvedLink>], out: &mut BTreeSet<String>) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                inline_locators(content, out);
            }
            Block::List { items, .. } => items.iter().for_each(|item| block_locators(item, out)),
            Block::Quote(blocks) => block_locators(blocks, out),
            Block::Table { header, rows } => {
                let cells = header.iter().chain(rows.iter().flatten());
                cells.for_each(|cell| inline_locators(cell, out));
            }
            Block::Code(_) | Block::Rule | Block::Html(_) => {}
            Block::Provision(provision) => {
                inline_locators(&provision.title, out);
                inline_locators(&provision.content, out);
                block_locators(&provision.children, out);
            }
        }
    }
}

fn inline_locators(inlines: &[Inline<ResolvedLink>], out: &mut BTreeSet<String>) {
    for inline in inlines {
        match inline {
            Inline::Mark(Mark::Stated(locators) | Mark::Inferred(locators)) => {
                out.extend(locators.iter().cloned());
            }
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Link { content, .. } => {
                inline_locators(content, out);
            }
            _ => {}
        }
    }
}

/// The pages that rely on a paragraph of a source, in reading order by type.
fn of_segment(
    material: &Material<'_>,
    reliance: &Reliance,
    source: &Source,
    segment: &SourceSegment,
) -> Vec<PageId> {
    let key = (source.id.clone(), segment.locator.clone());
    in_order(material, reliance.pages.get(&key))
}

fn in_order(material: &Material<'_>, ids: Option<&BTreeSet<PageId>>) -> Vec<PageId> {
    let ids = ids.into_iter().flatten().copied();
    listing::order(material, material.catalogue.in_order(ids))
}

fn segment_folder(source: &Source, segment: &SourceSegment) -> String {
    format!(
        "{FOLDER}/{}/{}",
        source.id,
        locator_anchor(&segment.locator)
    )
}

fn unplaced_folder(source: &Source) -> String {
    format!("{FOLDER}/{}/unplaced", source.id)
}

/// The lists of what relies on each paragraph of each source, and on none.
pub(super) fn listings(material: &Material<'_>) -> Vec<Listing> {
    let reliance = material.reliance;
    let mut listings = Vec::new();
    for source in material.library.sources.values() {
        let of = (source.label.clone(), file(source));
        let mut add = |folder, title: String, pages| {
            listings.push(Listing {
                folder,
                title,
                of: of.clone(),
                place: place(source),
                entries: listing::plain(pages),
            });
        };
        for segment in &source.segments {
            let pages = of_segment(material, reliance, source, segment);
            let title = material
                .words()
                .say("source.relying", &[("place", &segment.locator)]);
            add(segment_folder(source, segment), title, pages);
        }
        let pages = in_order(material, reliance.unplaced.get(&source.id));
        add(
            unplaced_folder(source),
            material.text("source.unplaced"),
            pages,
        );
    }
    listings
}

/// Plans the list of sources.
pub(super) fn plan<'a>(material: &Material<'a>) -> Planned<'a> {
    let words = material.words();
    let length = material.library.sources.len();
    material
        .planned(
            ("sources", "sources.html"),
            FOLDER,
            "来源目录",
            "sources",
            sources,
        )
        .titled(words.text("source.title"), words.text("source.description"))
        .listing(
            length,
            material.cards(),
            words.say("pager.things", &[("n", &length)]),
        )
}

/// Plans the page of each source.
pub(super) fn plan_each<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let (material, words) = (*material, material.words());
    material.library.sources.values().map(move |of| {
        Planned::new(
            ("source", "source.html"),
            file(of),
            Origin::new(format!("来源“{}”", of.label), place(of)),
            "source",
            move |m, here, _| source(m, here, of),
        )
        .titled(
            &of.label,
            words.say("source.page", &[("source", &of.label)]),
        )
        .below(material.below(words.text("source.title"), &page_file(FOLDER)))
    })
}

/// Where a source's pages are asked for.
fn place(source: &Source) -> Place {
    Place::Entry("data/sources.toml", source.id.clone())
}

/// The file of a source's page.
fn file(source: &Source) -> String {
    page_file(&format!("{FOLDER}/{}", source.id))
}

/// A source's page.
fn source(material: &Material<'_>, here: Here<'_>, source: &Source) -> SourceView {
    let reliance = material.reliance;
    let segments = source.segments.iter().map(|segment| {
        let pages = of_segment(material, reliance, source, segment);
        let shown = excerpt(&pages).iter().map(|id| material.page(*id));
        let groups = by_type(material, shown.map(|page| (page.page_type(), page)));
        SegmentView {
            locator: segment.locator.clone(),
            anchor: locator_anchor(&segment.locator),
            heading: segment.heading,
            summary: segment.summary.clone(),
            integrity: integrity_view(material, segment.integrity, &segment.note),
            groups: card_groups(&Part::whole(), groups, |page| material.card(here, page)),
            count: pages.len(),
            more: more(here, pages.len(), &segment_folder(source, segment)),
        }
    });
    let unplaced = in_order(material, reliance.unplaced.get(&source.id));
    SourceView {
        label: source.label.clone(),
        facts: source_facts(material.words(), source),
        note: source.note.clone(),
        segments: segments.collect(),
        unplaced: (!unplaced.is_empty()).then(|| {
            let folder = unplaced_folder(source);
            let title = material.words().text("source.unplaced");
            page_excerpt(material, here, title, &folder, &unplaced)
        }),
    }
}

/// The list of sources.
fn sources(material: &Material<'_>, here: Here<'_>, part: &Part) -> SourcesView {
    let sources: Vec<&Source> = material.library.sources.values().collect();
    SourcesView {
        sources: part
            .of(&sources)
            .iter()
            .map(|source| SourceEntryView {
                label: source.label.clone(),
                href: here.to(&file(source)),
                note: source.note.clone(),
                segments: source.segments.len(),
                pages: material
                    .reliance
                    .all
                    .get(&source.id)
                    .map_or(0, BTreeSet::len),
            })
            .collect(),
    }
}
