//! Views of lists: sections, values of an axis, the axes themselves.

use std::collections::BTreeMap;

use crate::library::{Basis, Page, PageType, Section, Stage, Vocabulary};

use super::address::{Here, page_file};
use super::catalogue::{Axis, Entry, Group};
use super::chain;
use super::document::contents;
use super::frame::{Material, basis_view, type_short};
use super::html::{BodyWriter, Provenance};
use super::pinyin_order;
use super::side_by_side;
use super::views::{
    AxisView, CardGroupView, CardView, CountView, FamilyView, GroupLinkView, LinkView, ListView,
    SectionView, html,
};

/// Of an axis with more values, the axis' own page shows them.
const MOST_SIBLINGS: usize = 60;

/// A section's page. A glossary is ordered by sound, under initials.
pub(super) fn section(material: &Material<'_>, here: Here<'_>, section: &Section) -> SectionView {
    let library = material.library;
    let body = BodyWriter::new(library, Provenance::of_site(library), here, &section.key);
    let pages: Vec<&Page> = section.pages.iter().map(|id| material.page(*id)).collect();
    let glossary = section.page_type == Some(PageType::Term);
    let groups = if glossary {
        by_initial(material, here, &pages)
    } else {
        one_group(pages.iter().map(|page| material.card(here, page)).collect())
    };
    SectionView {
        description: section.description.clone(),
        contents: contents(&section.body),
        body: html(body.blocks(&section.body)),
        slug: section.page_type.map_or("", Vocabulary::slug),
        count: pages.len(),
        groups,
        glossary,
        chooser: (section.key == side_by_side::KEY).then(|| side_by_side::chooser(material, here)),
    }
}

/// Cards without a heading.
pub(super) fn one_group(cards: Vec<CardView>) -> Vec<CardGroupView> {
    vec![CardGroupView {
        title: String::new(),
        anchor: String::new(),
        cards,
    }]
}

fn by_initial(material: &Material<'_>, here: Here<'_>, pages: &[&Page]) -> Vec<CardGroupView> {
    let mut sorted = pages.to_vec();
    sorted.sort_by_cached_key(|page| pinyin_order::sort_key(&page.title));
    let mut groups: Vec<CardGroupView> = Vec::new();
    for page in sorted {
        let initial = pinyin_order::initial(&page.title).to_string();
        if groups.last().is_none_or(|group| group.title != initial) {
            let anchor = if initial == "#" {
                "other"
            } else {
                initial.as_str()
            };
            groups.push(CardGroupView {
                anchor: format!("initial-{}", anchor.to_ascii_lowercase()),
                title: initial,
                cards: Vec::new(),
            });
        }
        let group = groups.last_mut().expect("one was pushed");
        group.cards.push(material.card(here, page));
    }
    groups
}

/// The list of pages that share one value.
pub(super) fn list(material: &Material<'_>, here: Here<'_>, axis: Axis, group: &Group) -> ListView {
    let has_basis = group.entries.iter().any(|entry| entry.basis.is_some());
    let count_of = |basis| {
        group
            .entries
            .iter()
            .filter(|e| e.basis == Some(basis))
            .count()
    };
    let siblings = material.catalogue.groups[&axis].iter();
    let few = siblings.len() <= MOST_SIBLINGS;
    ListView {
        axis: LinkView {
            title: axis.label().to_owned(),
            href: here.to(&page_file(axis.folder())),
        },
        title: group.label.clone(),
        note: group.note.clone(),
        count: group.entries.len(),
        has_basis,
        stated: count_of(Basis::Stated),
        inferred: count_of(Basis::Inferred),
        groups: match axis {
            Axis::Role => by_stage(material, here, group),
            _ => by_type(group.entries.iter().map(|entry| {
                let page = material.page(entry.page);
                (page, entry_card(material, here, axis, entry))
            })),
        },
        by_stage: axis == Axis::Role,
        chain: (axis == Axis::Stage).then(|| chain::chain(material, here, Some(&group.slug))),
        siblings: siblings
            .filter(|_| few)
            .filter(|other| other.slug != group.slug)
            .map(|other| group_link(material, here, axis, other))
            .collect(),
    }
}

/// What a role has to know, to do, to supervise and to answer for. A page of
/// two stages stands under both.
fn by_stage(material: &Material<'_>, here: Here<'_>, group: &Group) -> Vec<CardGroupView> {
    let cards = |keep: &dyn Fn(&Page) -> bool| -> Vec<CardView> {
        let entries = group.entries.iter();
        entries
            .filter(|entry| keep(material.page(entry.page)))
            .map(|entry| entry_card(material, here, Axis::Role, entry))
            .collect()
    };
    let stages = Stage::ALL.iter().map(|stage| CardGroupView {
        title: format!("{}：{}", stage.label(), chain::question(*stage)),
        anchor: stage.slug().to_owned(),
        cards: cards(&|page| page.stage.iter().any(|tag| tag.value == *stage)),
    });
    let outside = CardGroupView {
        title: "没有归入环节的".to_owned(),
        anchor: "no-stage".to_owned(),
        cards: cards(&|page| page.stage.is_empty()),
    };
    let groups = stages.chain([outside]);
    groups.filter(|group| !group.cards.is_empty()).collect()
}

fn entry_card(material: &Material<'_>, here: Here<'_>, axis: Axis, entry: &Entry) -> CardView {
    let page = material.page(entry.page);
    let mut card = material.card(here, page);
    if let Some(basis) = entry.basis {
        card.basis = Some(basis_view(basis));
        card.basis_of = axis.label();
        card.mark = material.places(here, page, &entry.locators);
    }
    card
}

/// Cards under the labels of their types, in the types' order.
pub(super) fn by_type<'p>(cards: impl Iterator<Item = (&'p Page, CardView)>) -> Vec<CardGroupView> {
    let mut groups: BTreeMap<(bool, Option<PageType>), Vec<CardView>> = BTreeMap::new();
    for (page, card) in cards {
        let page_type = page.page_type();
        groups
            .entry((page_type.is_none(), page_type))
            .or_default()
            .push(card);
    }
    groups
        .into_iter()
        .map(|((_, page_type), cards)| CardGroupView {
            title: page_type.map_or("其他", Vocabulary::label).to_owned(),
            anchor: page_type.map_or("other", Vocabulary::slug).to_owned(),
            cards,
        })
        .collect()
}

/// A link to a value's list, with what is on it.
pub(super) fn group_link(
    material: &Material<'_>,
    here: Here<'_>,
    axis: Axis,
    group: &Group,
) -> GroupLinkView {
    let mut counts: BTreeMap<PageType, usize> = BTreeMap::new();
    for entry in &group.entries {
        if let Some(page_type) = material.page(entry.page).page_type() {
            *counts.entry(page_type).or_default() += 1;
        }
    }
    GroupLinkView {
        title: group.label.clone(),
        href: here.to(&axis.file(&group.slug)),
        note: group.note.clone(),
        count: group.entries.len(),
        counts: counts
            .into_iter()
            .map(|(page_type, count)| CountView {
                label: type_short(page_type),
                count,
            })
            .collect(),
    }
}

/// An axis with all its values.
pub(super) fn axis(material: &Material<'_>, here: Here<'_>, axis: Axis) -> AxisView {
    let groups = &material.catalogue.groups[&axis];
    let mut families: Vec<FamilyView> = Vec::new();
    for group in groups {
        if families
            .last()
            .is_none_or(|family| family.title != group.family)
        {
            families.push(FamilyView {
                title: group.family.clone(),
                groups: Vec::new(),
            });
        }
        let family = families.last_mut().expect("one was pushed");
        family.groups.push(group_link(material, here, axis, group));
    }
    AxisView {
        title: axis.label().to_owned(),
        href: here.to(&page_file(axis.folder())),
        families,
        chain: (axis == Axis::Stage).then(|| chain::chain(material, here, None)),
        count: groups.len(),
    }
}
