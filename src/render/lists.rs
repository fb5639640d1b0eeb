//! Views of lists: sections, values of an axis, the axes themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::library::Page;
use crate::library::axis::Axis;
use crate::model::{Basis, Details, PageId, PageType, Stage, Vocabulary};
use crate::output::Origin;

use super::address::{Here, page_file};
use super::body::provenance::Provenance;
use super::catalogue::{Entry, Group};
use super::material::Material;
use super::paging::{self, Measure, Part};
use super::planned::Planned;
use super::tiles;
use super::views::{
    AxisView, CardGroupView, CardView, ChainCountView, ChainStageView, ChainView, CountView,
    ExcerptView, FamilyView, GroupLinkView, Html, LinkView, ListView, html,
};

/// If an axis has more values than this, only its own page shows them.
const MOST_SIBLINGS: usize = 60;

/// How many values of an axis the home page shows.
const HOME_VALUES: usize = 12;

/// Lists inside another page are shown whole up to this length. Of longer ones
/// only the first [`EXCERPT`] entries are shown, and the full list has a page
/// of its own.
pub(super) const LONGEST_WITHIN: usize = 60;

/// How many entries are shown of a list that is not shown whole.
pub(super) const EXCERPT: usize = 20;

/// The heading of a group of entries.
pub(super) struct Head {
    /// The heading; may be empty.
    pub title: String,
    pub anchor: String,
}

/// Entries under their headings.
pub(super) type Headed<T> = Vec<(Head, Vec<T>)>;

/// The entries that fall on one page of their list, as cards.
pub(super) fn card_groups<T>(
    part: &Part,
    groups: Headed<T>,
    card: impl Fn(T) -> CardView,
) -> Vec<CardGroupView> {
    let runs = paging::cut(part, groups).into_iter();
    runs.map(|run| CardGroupView {
        title: run.head.title,
        anchor: run.head.anchor,
        cards: run.entries.into_iter().map(&card).collect(),
        count: run.count,
        continued: run.continued,
    })
    .collect()
}

/// Plans the page of an axis with its values.
pub(super) fn plan_axis<'a>(material: &Material<'a>, of: Axis) -> Planned<'a> {
    let words = material.words();
    let length = material.catalogue.groups[&of].len();
    let what = format!("分类目录 {}", of.folder());
    material
        .planned(
            ("axis", "axis.html"),
            of.folder(),
            &what,
            "axis",
            move |m, here, part| axis(m, here, of, part),
        )
        .titled(material.axis_find(of), material.axis_about(of))
        .listing(
            length,
            material.lines(),
            words.say("pager.things", &[("n", &length)]),
        )
}

/// Plans the list of each value of an axis.
pub(super) fn plan_lists<'a>(
    material: &Material<'a>,
    of: Axis,
) -> impl Iterator<Item = Planned<'a>> {
    let (material, words) = (*material, material.words());
    let groups = &material.catalogue.groups[&of];
    groups.iter().map(move |group| {
        let (label, count) = (material.axis_label(of), group.entries.len());
        let title = words.say("list.title", &[("axis", &label), ("value", &group.label)]);
        let site = &material.library.config.title;
        let feed_title = words.say("frame.title", &[("page", &title), ("site", site)]);
        let pages = group.entries.iter().map(|entry| entry.page);
        Planned::new(
            ("list", "list.html"),
            of.file(&group.slug),
            Origin::program(format!("分类列表 {}“{}”", of.folder(), group.label)),
            "list",
            move |m, here, part| list(m, here, of, group, part),
        )
        .titled(
            &group.label,
            words.say(
                "list.description",
                &[("axis", &label), ("value", &group.label), ("n", &count)],
            ),
        )
        .below(material.below(&material.axis_find(of), &page_file(of.folder())))
        .listing(
            list_length(&material, of, group),
            material.cards(),
            // A page may be listed under several headings.
            words.say("pager.pages", &[("n", &count)]),
        )
        .feeding(material.list_feed(feed_title, pages))
    })
}

/// Plans a page for each address that several topics of the same sound share:
/// it links to all of them, and its feed covers all their pages.
pub(super) fn plan_homophones<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let (material, words) = (*material, material.words());
    let shared = material.catalogue.homophones.iter();
    shared.map(move |(slug, topics)| {
        let groups = &material.catalogue.groups[&Axis::Topic];
        let groups: Vec<&Group> = topics.iter().map(|at| &groups[*at]).collect();
        let title = words.list(groups.iter().map(|group| &group.label));
        let pages = groups
            .iter()
            .flat_map(|group| &group.entries)
            .map(|entry| entry.page);
        let pages: BTreeSet<PageId> = pages.collect();
        Planned::new(
            ("axis", "axis.html"),
            Axis::Topic.file(slug),
            Origin::program(format!("同音主题 {title}")),
            "axis",
            move |m, here, _| axis_of(m, here, Axis::Topic, groups.iter().copied()),
        )
        .titled(&title, material.axis_about(Axis::Topic))
        .below(material.below(
            &material.axis_find(Axis::Topic),
            &page_file(Axis::Topic.folder()),
        ))
        .feeding(material.list_feed(title, material.catalogue.in_order(pages)))
        .unlisted()
    })
}

/// Entries without a heading.
pub(super) fn one_group<T>(entries: Vec<T>) -> Headed<T> {
    let head = Head {
        title: String::new(),
        anchor: String::new(),
    };
    vec![(head, entries)]
}

/// The position of each group's first entry in the whole list.
pub(super) fn starts<T>(groups: &Headed<T>) -> Vec<usize> {
    let mut at = 0;
    let positions = groups.iter().map(|(_, entries)| {
        let start = at;
        at += entries.len();
        start
    });
    positions.collect()
}

/// The list of pages that share one value.
pub(super) fn list(
    material: &Material<'_>,
    here: Here<'_>,
    axis: Axis,
    group: &Group,
    part: &Part,
) -> ListView {
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
            title: material.axis_label(axis),
            href: here.to(&page_file(axis.folder())),
        },
        others: material
            .words()
            .say("axis.others", &[("axis", &material.axis_name(axis))]),
        title: group.label.clone(),
        note: group.note.clone(),
        count: group.entries.len(),
        has_basis,
        stated: count_of(Basis::Stated),
        inferred: count_of(Basis::Inferred),
        groups: card_groups(part, headed(material, axis, group), |entry| {
            entry_card(material, here, axis, entry)
        }),
        meaning: (axis == Axis::Responsibility)
            .then(|| meaning(material, here, &group.label))
            .flatten(),
        undefined: axis == Axis::Responsibility && meaning(material, here, &group.label).is_none(),
        by_stage: axis == Axis::Role,
        chain: (axis == Axis::Stage).then(|| chain(material, here, Some(&group.slug))),
        siblings: siblings
            .filter(|_| few)
            .filter(|other| other.slug != group.slug)
            .map(|other| group_link(material, here, axis, other))
            .collect(),
    }
}

/// Where the sources name a group's value: links to the paragraphs from which
/// pages are said to have it.
pub(super) fn places(material: &Material<'_>, here: Here<'_>, group: &Group) -> Vec<Html> {
    let stated = group.entries.iter();
    let stated = stated.filter(|entry| entry.basis == Some(Basis::Stated));
    let mut places: Vec<(&str, String)> = Vec::new();
    for entry in stated {
        let provenance = Provenance::of(material.library, material.page(entry.page));
        for locator in &entry.locators.0 {
            let mut link = String::new();
            provenance.push_locator(&mut link, here, locator);
            if !places.iter().any(|(_, known)| *known == link) {
                places.push((locator, link));
            }
        }
    }
    places.sort_by_key(|(locator, _)| numbered(locator));
    places.into_iter().map(|(_, link)| html(link)).collect()
}

/// P4 before P10.
fn numbered(locator: &str) -> (usize, &str) {
    (locator.len(), locator)
}

/// What a term of this name means, as its page says it.
pub(super) fn meaning(material: &Material<'_>, here: Here<'_>, name: &str) -> Option<LinkView> {
    let is_name = |other: &String| other.trim_matches(['“', '”']) == name;
    material.library.pages.iter().find_map(|page| {
        let Details::Term(term) = &page.details else {
            return None;
        };
        let named = is_name(&page.title) || page.other_names.iter().any(is_name);
        let meaning = term.meaning.as_ref().filter(|_| named)?;
        Some(LinkView {
            title: meaning.text.clone(),
            href: here.to(&page_file(&page.key)),
        })
    })
}

/// How many entries a value's list has; a page may be listed under two
/// headings.
pub(super) fn list_length(material: &Material<'_>, axis: Axis, group: &Group) -> usize {
    let groups = headed(material, axis, group);
    groups.iter().map(|(_, entries)| entries.len()).sum()
}

fn headed<'g>(material: &Material<'_>, axis: Axis, group: &'g Group) -> Headed<&'g Entry> {
    let entries = group.entries.iter();
    match axis {
        Axis::Role => by_stage(material, group),
        _ => by_type(
            material,
            entries.map(|entry| (material.page(entry.page).page_type(), entry)),
        ),
    }
}

/// The address of the place in a list where the entries of a type begin.
pub(super) fn type_place(
    material: &Material<'_>,
    here: Here<'_>,
    axis: Axis,
    group: &Group,
    page_type: PageType,
) -> String {
    let groups = headed(material, axis, group);
    let anchor = page_type.slug();
    let at = groups.iter().position(|(head, _)| head.anchor == anchor);
    let start = at.map_or(0, |at| starts(&groups)[at]);
    let total = groups.iter().map(|(_, entries)| entries.len()).sum();
    let number = Measure::cards(material.library.config.per_page).page_of(start, total);
    let file = paging::file(&axis.file(&group.slug), number);
    here.to_anchor(&file, Some(anchor))
}

/// Groups entries by what a role has to know, do, supervise and answer for. A
/// page with two stages stands under both.
fn by_stage<'g>(material: &Material<'_>, group: &'g Group) -> Headed<&'g Entry> {
    let entries = |keep: &dyn Fn(&Page) -> bool| -> Vec<&'g Entry> {
        let entries = group.entries.iter();
        entries
            .filter(|entry| keep(material.page(entry.page)))
            .collect()
    };
    let words = material.words();
    let stages = Stage::ALL.iter().map(|stage| {
        let head = Head {
            title: words.labelled(
                &words.label("stage", *stage),
                &words.label("stage-question", *stage),
            ),
            anchor: stage.slug().to_owned(),
        };
        let has_stage = |page: &Page| page.stage.iter().any(|tag| tag.value == *stage);
        (head, entries(&has_stage))
    });
    let outside = Head {
        title: material.text("list.no_stage"),
        anchor: "no-stage".to_owned(),
    };
    let groups = stages.chain([(outside, entries(&|page| page.stage.is_empty()))]);
    groups.filter(|(_, entries)| !entries.is_empty()).collect()
}

fn entry_card(material: &Material<'_>, here: Here<'_>, axis: Axis, entry: &Entry) -> CardView {
    let page = material.page(entry.page);
    let mut card = material.card(here, page);
    if axis == Axis::Role {
        card.said = material.said(here, page);
    }
    if let Some(basis) = entry.basis {
        card.basis = Some(material.basis_view(basis));
        card.basis_of = material.axis_label(axis);
        card.mark = material.places(here, page, &entry.locators);
    }
    card
}

/// Groups entries by type, in the types' order, under the types' labels.
pub(super) fn by_type<T>(
    material: &Material<'_>,
    entries: impl Iterator<Item = (Option<PageType>, T)>,
) -> Headed<T> {
    let mut groups: BTreeMap<(bool, Option<PageType>), Vec<T>> = BTreeMap::new();
    for (page_type, entry) in entries {
        groups
            .entry((page_type.is_none(), page_type))
            .or_default()
            .push(entry);
    }
    groups
        .into_iter()
        .map(|((_, page_type), entries)| {
            let head = Head {
                title: match page_type {
                    Some(page_type) => material.words().label("type", page_type),
                    None => material.text("list.other"),
                },
                anchor: page_type.map_or("other", Vocabulary::slug).to_owned(),
            };
            (head, entries)
        })
        .collect()
}

/// A link to a value's list, with counts of what is on it.
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
                label: material.type_short(page_type),
                count,
            })
            .collect(),
    }
}

/// The view of an axis with all its values, on as many pages as they need.
pub(super) fn axis(material: &Material<'_>, here: Here<'_>, axis: Axis, part: &Part) -> AxisView {
    let groups = &material.catalogue.groups[&axis];
    AxisView {
        chain: (axis == Axis::Stage).then(|| chain(material, here, None)),
        tiles: if axis == Axis::Region && part.is_first() {
            tiles::tiles(material, here)
        } else {
            Vec::new()
        },
        ..axis_of(material, here, axis, part.of(groups).iter())
    }
}

/// The view of an axis with only its fullest values, in the axis' own order.
pub(super) fn axis_beginning(material: &Material<'_>, here: Here<'_>, axis: Axis) -> AxisView {
    let groups = &material.catalogue.groups[&axis];
    let mut fullest: Vec<usize> = (0..groups.len()).collect();
    fullest.sort_by_key(|at| (std::cmp::Reverse(groups[*at].entries.len()), *at));
    fullest.truncate(HOME_VALUES);
    fullest.sort_unstable();
    axis_of(material, here, axis, fullest.iter().map(|at| &groups[*at]))
}

fn axis_of<'g>(
    material: &Material<'_>,
    here: Here<'_>,
    axis: Axis,
    groups: impl ExactSizeIterator<Item = &'g Group>,
) -> AxisView {
    let shown = groups.len();
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
    for family in &mut families {
        // Chinese until here, because the catalogue sorted by it.
        family.title = material.words().written(&family.title).to_owned();
    }
    AxisView {
        title: material.axis_label(axis),
        name: material.axis_name(axis).to_owned(),
        by: material.axis_by(axis),
        href: here.to(&page_file(axis.folder())),
        families,
        chain: None,
        tiles: Vec::new(),
        count: material.catalogue.groups[&axis].len(),
        shown,
    }
}

/// The chain of stages; `current` is the slug of the stage whose list this page
/// is.
pub(super) fn chain(material: &Material<'_>, here: Here<'_>, current: Option<&str>) -> ChainView {
    let stages = Stage::ALL.iter().map(|stage| {
        let file = Axis::Stage.file(stage.slug());
        let group = material.catalogue.group(Axis::Stage, stage.slug());
        let entries = group
            .map(|group| group.entries.as_slice())
            .unwrap_or_default();
        let counts = PageType::ALL.iter().map(|page_type| ChainCountView {
            label: material.type_short(*page_type),
            count: entries
                .iter()
                .filter(|entry| material.page(entry.page).page_type() == Some(*page_type))
                .count(),
            href: group.map_or_else(String::new, |group| {
                type_place(material, here, Axis::Stage, group, *page_type)
            }),
        });
        ChainStageView {
            title: material.words().label("stage", *stage),
            question: material.words().label("stage-question", *stage),
            href: here.to(&file),
            count: entries.len(),
            counts: counts.filter(|count| count.count > 0).collect(),
            pages: Vec::new(),
            current: current == Some(stage.slug()),
        }
    });
    ChainView {
        stages: stages.collect(),
    }
}

/// How many pages of a stage the home page names.
const NAMED: usize = 3;

/// The chain with the first pages of each stage. A page that belongs to every
/// stage says little about one: pages of the fewest stages come first, and among
/// them those whose stage a source states.
pub(super) fn chain_named(material: &Material<'_>, here: Here<'_>) -> ChainView {
    let mut view = chain(material, here, None);
    let mut stages_of: HashMap<PageId, usize> = HashMap::new();
    for entry in (material.catalogue.groups[&Axis::Stage].iter()).flat_map(|group| &group.entries) {
        *stages_of.entry(entry.page).or_default() += 1;
    }
    for (stage, shown) in Stage::ALL.iter().zip(&mut view.stages) {
        let Some(group) = material.catalogue.group(Axis::Stage, stage.slug()) else {
            continue;
        };
        let mut entries: Vec<&Entry> = group.entries.iter().collect();
        entries.sort_by_key(|entry| (stages_of[&entry.page], entry.basis != Some(Basis::Stated)));
        let first = entries.into_iter().take(NAMED);
        shown.pages = first
            .map(|entry| material.page_link(here, material.page(entry.page)))
            .collect();
    }
    view
}

/// The part of a list shown inside another page: all of it, or its beginning.
pub(super) fn excerpt<T>(entries: &[T]) -> &[T] {
    if is_long(entries.len()) {
        &entries[..EXCERPT]
    } else {
        entries
    }
}

/// The link to the full list, if only its beginning is shown.
pub(super) fn more(here: Here<'_>, entries: usize, folder: &str) -> Option<String> {
    is_long(entries).then(|| here.to(&page_file(folder)))
}

/// A list of pages inside another page.
pub(super) fn page_excerpt(
    material: &Material<'_>,
    here: Here<'_>,
    title: &str,
    folder: &str,
    pages: &[PageId],
) -> ExcerptView {
    let cards = excerpt(pages).iter();
    ExcerptView {
        title: title.to_owned(),
        cards: cards
            .map(|id| material.card(here, material.page(*id)))
            .collect(),
        count: pages.len(),
        more: more(here, pages.len(), folder),
    }
}

/// Whether a list is too long to show whole inside another page.
pub(super) fn is_long(entries: usize) -> bool {
    entries > LONGEST_WITHIN
}
