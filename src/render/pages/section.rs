//! The pages of sections.

use crate::address::{Here, page_file};
use crate::library::{Page, Section};
use crate::model::{PageId, PageType, Vocabulary};

use super::side_by_side;
use crate::render::body::BodyWriter;
use crate::render::body::provenance::Provenance;
use crate::render::body::provisions::contents;
use crate::render::lists::{Head, Headed, card_groups, one_group, starts};
use crate::render::material::{Material, is_digest};
use crate::render::paging::{self, Measure, Part};
use crate::render::planned::Planned;
use crate::render::views::{LinkView, SectionView, html};

/// Plans the pages of all sections but the home page.
pub(crate) fn plan_sections<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let (material, library) = (*material, material.library);
    let sections = library.sections.values().filter(|s| !s.key.is_empty());
    sections.map(move |of| {
        let words = material.words();
        let title = words.say(
            "frame.title",
            &[("page", &of.title), ("site", &library.config.title)],
        );
        let feed = of
            .page_type
            .and_then(|_| material.feed(title, of.pages.iter().copied()));
        let kind = if of.page_type.is_some() {
            "section"
        } else {
            "plain"
        };
        let counted = words.say("pager.pages", &[("n", &of.pages.len())]);
        Planned::new(
            (kind, "section.html"),
            page_file(&of.key),
            of.origin(),
            "section",
            move |m, here, part| section(m, here, of, part),
        )
        .titled(&of.title, material.described(&of.description))
        .below(material.way_to(&of.key))
        .listing(of.pages.len(), section_measure(&material, of), counted)
        .feeding(feed)
    })
}

/// How many entries of a section's list stand on one page.
pub(crate) fn section_measure(material: &Material<'_>, section: &Section) -> Measure {
    match section.paginate_by {
        Some(0) => Measure::unlimited(),
        Some(number) => Measure::cards(number),
        None => Measure::cards(material.library.config.per_page),
    }
}

/// The view of a section's page. A glossary is sorted by sound, under initials.
/// The section's own text stands only on the first page of its list.
pub(crate) fn section(
    material: &Material<'_>,
    here: Here<'_>,
    section: &Section,
    part: &Part,
) -> SectionView {
    let library = material.library;
    let body = BodyWriter::new(
        library,
        &material.options.pictures,
        Provenance::of_site(library),
        here,
        &section.key,
    );
    let pages = section.pages.iter().map(|id| material.page(*id));
    let glossary = section.page_type == Some(PageType::Term);
    let groups = match material.catalogue.glossaries.get(&section.key) {
        Some(initials) => by_initial(material, initials),
        None => {
            // Texts that can be read here come before digests.
            let mut pages: Vec<&Page> = pages.collect();
            pages.sort_by_key(|page| is_digest(page));
            one_group(pages)
        }
    };
    let first = part.is_first();
    SectionView {
        description: section.description.clone(),
        contents: if first {
            contents(&section.body)
        } else {
            Vec::new()
        },
        body: html(if first {
            body.blocks(&section.body)
        } else {
            String::new()
        }),
        slug: section.page_type.map_or("", Vocabulary::slug),
        count: section.pages.len(),
        initials: if glossary {
            initials(here, section, section_measure(material, section), &groups)
        } else {
            Vec::new()
        },
        groups: card_groups(part, groups, |page| material.card(here, page)),
        glossary,
        chooser: (section.key == side_by_side::KEY && first)
            .then(|| side_by_side::chooser(material, here)),
    }
}

fn by_initial<'a>(material: &Material<'a>, initials: &[(char, Vec<PageId>)]) -> Headed<&'a Page> {
    let groups = initials.iter().map(|(initial, pages)| {
        let anchor = match initial {
            '#' => "initial-other".to_owned(),
            letter => format!("initial-{}", letter.to_ascii_lowercase()),
        };
        let head = Head {
            title: initial.to_string(),
            anchor,
        };
        (head, pages.iter().map(|id| material.page(*id)).collect())
    });
    groups.collect()
}

/// Each initial, with the place where its entries begin.
fn initials<T>(
    here: Here<'_>,
    section: &Section,
    measure: Measure,
    groups: &Headed<T>,
) -> Vec<LinkView> {
    let list = page_file(&section.key);
    let starts = starts(groups);
    let total = section.pages.len();
    let links = groups.iter().zip(starts).map(|((head, _), start)| {
        let file = paging::file(&list, measure.page_of(start, total));
        LinkView {
            title: head.title.clone(),
            href: here.to_anchor(&file, Some(&head.anchor)),
        }
    });
    links.collect()
}
