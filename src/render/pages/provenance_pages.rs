//! Views of sources: each paragraph, and all pages that rely on it.

use std::collections::BTreeSet;

use crate::model::{PageId, Source, SourceSegment};
use crate::output::{Origin, Place};

use super::listing::{self, Listing};
use super::page_facts::{integrity_view, source_facts};
use crate::address::{Here, locator_anchor, page_file};
use crate::render::lists::{by_type, card_groups, excerpt, more, page_excerpt};
use crate::render::material::Material;
use crate::render::paging::Part;
use crate::render::planned::Planned;
use crate::render::reliance::Reliance;
use crate::render::views::{SegmentView, SourceEntryView, SourceView, SourcesView};

/// Key of the list of sources; the keys of the sources' pages begin with it.
pub(crate) const FOLDER: &str = "sources";

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

/// The lists of what relies on each paragraph of each source, and of pages that
/// name no paragraph.
pub(crate) fn listings(material: &Material<'_>) -> Vec<Listing> {
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
pub(crate) fn plan<'a>(material: &Material<'a>) -> Planned<'a> {
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
pub(crate) fn plan_each<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
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

/// The entry that asks for a source's pages.
fn place(source: &Source) -> Place {
    Place::Entry("data/sources.toml", source.id.clone())
}

fn file(source: &Source) -> String {
    page_file(&format!("{FOLDER}/{}", source.id))
}

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
