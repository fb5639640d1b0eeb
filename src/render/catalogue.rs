//! What the site knows across pages: groups by region, organ and so on, the
//! matrix, and the reading order of pages.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::{hex, sha256};
use crate::library::axis::Axis;
use crate::library::{Library, Page};
use crate::model::{
    Basis, Date, Locators, PageId, PageType, Responsibility, Role, Stage, Vocabulary,
};

use super::body::terms::Terms;
use super::initials::{self, Initial};
use crate::chinese::{order as pinyin_order, readings};

/// Longer slugs of topics are cut off, in bytes.
const LONGEST_SLUG: usize = 200;

/// The pages that share one value of an axis.
#[derive(Debug)]
pub struct Group {
    /// Last part of the address of its list.
    pub slug: String,
    /// The value as readers see it.
    pub label: String,
    /// Heading above it on the axis' page; may be empty.
    pub family: String,
    /// Remark; empty when none.
    pub note: String,
    /// Its pages, in reading order, each once.
    pub entries: Vec<Entry>,
}

/// A page in a group, and the statement that puts it there.
#[derive(Clone, Debug)]
pub struct Entry {
    pub page: PageId,
    /// Stated or inferred; `None` where that doesn't apply.
    pub basis: Option<Basis>,
    pub locators: Locators,
}

/// A page in a cell of the matrix.
#[derive(Clone, Debug)]
pub struct CellEntry {
    pub page: PageId,
    /// How its responsibility is known.
    pub responsibility: Basis,
    /// How its stage is known.
    pub stage: Basis,
}

impl CellEntry {
    /// Stated only if both tags are.
    pub fn basis(&self) -> Basis {
        match (self.responsibility, self.stage) {
            (Basis::Stated, Basis::Stated) => Basis::Stated,
            _ => Basis::Inferred,
        }
    }

    /// Which of the two tags is inferred, if exactly one is, as a key of the
    /// interface's words.
    pub fn inferred_part(&self) -> Option<&'static str> {
        match (self.responsibility, self.stage) {
            (Basis::Stated, Basis::Inferred) => Some("matrix.stage_inferred"),
            (Basis::Inferred, Basis::Stated) => Some("matrix.responsibility_inferred"),
            _ => None,
        }
    }
}

/// A page that was added or changed.
#[derive(Clone, Copy, Debug)]
pub struct News {
    /// The day of the addition or change.
    pub date: Date,
    /// Whether the page was added on that day, rather than changed.
    pub is_new: bool,
    pub page: PageId,
}

/// A figure. Pages that give the same value of the same thing share one entry.
#[derive(Clone, Debug)]
pub struct FigureEntry {
    /// The pages that give it, in reading order.
    pub pages: Vec<PageId>,
    /// Its index among the figures of the first of these pages.
    pub position: usize,
}

/// The groups, the matrix and the order of pages.
#[derive(Debug)]
pub struct Catalogue {
    /// Pages in reading order: by type, by section, then by order in the
    /// section. Each regulation appears once, however many texts it has.
    pub reading_order: Vec<PageId>,
    /// Groups of each axis, in the axis' own order.
    pub groups: BTreeMap<Axis, Vec<Group>>,
    /// Addresses shared by several topics that sound the same, with the indices
    /// of these topics among the topics' groups.
    pub homophones: BTreeMap<String, Vec<usize>>,
    pub matrix: BTreeMap<(Responsibility, Stage), Vec<CellEntry>>,
    /// Names of terms to explain in texts.
    pub(super) terms: Terms,
    /// All names, under their initials.
    pub(super) initials: Vec<Initial>,
    /// The pages of each section of terms, by initial; keyed by the section's
    /// key.
    pub glossaries: BTreeMap<String, Vec<(char, Vec<PageId>)>>,
    /// All pages with a type and a date, latest first; within a day, changed
    /// pages come before new ones.
    pub news: Vec<News>,
    /// All figures, each once.
    pub figures: Vec<FigureEntry>,
    /// The latest date of any page, which is the date of the content.
    pub date: Option<Date>,
    /// How many pages have a type.
    pub typed: usize,
    /// Position of each page in `reading_order`, by page number; pages that are
    /// not in it come last.
    ranks: Vec<usize>,
}

impl Catalogue {
    /// Builds the catalogue of a library.
    pub fn of(library: &Library) -> Self {
        let reading_order = reading_order(library);
        let mut groups: BTreeMap<Axis, Vec<Group>> = BTreeMap::new();
        for axis in Axis::ALL {
            groups.insert(axis, axis_groups(library, axis, &reading_order));
        }
        let dates = library.pages.iter().filter_map(Page::changed);
        let mut ranks = vec![reading_order.len(); library.pages.len()];
        for (rank, id) in reading_order.iter().enumerate() {
            ranks[id.0 as usize] = rank;
        }
        Self {
            typed: reading_order
                .iter()
                .map(|id| library.page(*id))
                .filter(|page| page.page_type().is_some())
                .count(),
            ranks,
            matrix: matrix(library, &reading_order),
            terms: Terms::of(library),
            initials: initials::initials(library, &reading_order),
            glossaries: glossaries(library),
            news: news(library, &reading_order),
            figures: figures(library, &reading_order),
            date: dates.max(),
            homophones: homophones(&groups[&Axis::Topic]),
            groups,
            reading_order,
        }
    }

    /// The group of an axis with this slug.
    pub fn group(&self, axis: Axis, slug: &str) -> Option<&Group> {
        self.groups[&axis].iter().find(|group| group.slug == slug)
    }

    /// Sorts pages into reading order.
    pub fn in_order(&self, pages: impl IntoIterator<Item = PageId>) -> Vec<PageId> {
        let mut pages: Vec<PageId> = pages.into_iter().collect();
        pages.sort_by_key(|id| self.rank(*id));
        pages
    }

    /// The previous and the next page in the same section.
    pub fn neighbours<'a>(&self, library: &'a Library, page: &Page) -> [Option<&'a Page>; 2] {
        let rank = self.rank(page.id);
        if rank == self.reading_order.len() {
            return [None, None];
        }
        let at = |rank: Option<usize>| {
            let id = self.reading_order.get(rank?)?;
            let other = library.page(*id);
            (other.section == page.section).then_some(other)
        };
        [at(rank.checked_sub(1)), at(Some(rank + 1))]
    }

    fn rank(&self, id: PageId) -> usize {
        self.ranks[id.0 as usize]
    }

    pub fn topic_slug(&self, topic: &str) -> Option<&str> {
        let group = self.groups[&Axis::Topic]
            .iter()
            .find(|group| group.label == topic)?;
        Some(&group.slug)
    }

    /// Pages of one type, in reading order.
    pub fn of_type<'a>(
        &'a self,
        library: &'a Library,
        page_type: PageType,
    ) -> impl Iterator<Item = &'a Page> {
        let pages = self.reading_order.iter().map(|id| library.page(*id));
        pages.filter(move |page| page.page_type() == Some(page_type))
    }
}

fn glossaries(library: &Library) -> BTreeMap<String, Vec<(char, Vec<PageId>)>> {
    let sections = library.sections.values();
    let of_terms = sections.filter(|section| section.page_type == Some(PageType::Term));
    of_terms
        .map(|section| {
            let mut pages: Vec<PageId> = section.pages.clone();
            pages.sort_by_cached_key(|id| pinyin_order::sort_key(&library.page(*id).title));
            let mut initials: Vec<(char, Vec<PageId>)> = Vec::new();
            for id in pages {
                let initial = pinyin_order::initial(&library.page(id).title);
                match initials.last_mut() {
                    Some((letter, pages)) if *letter == initial => pages.push(id),
                    _ => initials.push((initial, vec![id])),
                }
            }
            (section.key.clone(), initials)
        })
        .collect()
}

fn news(library: &Library, order: &[PageId]) -> Vec<News> {
    let pages = order.iter().map(|id| library.page(*id));
    let typed = pages.filter(|page| page.page_type().is_some());
    let mut news: Vec<News> = typed
        .filter_map(|page| {
            let date = page.changed()?;
            Some(News {
                date,
                is_new: page.published.is_none_or(|published| published >= date),
                page: page.id,
            })
        })
        .collect();
    // The sort is stable: a day's pages stay in reading order.
    news.sort_by_key(|item| (std::cmp::Reverse(item.date), item.is_new));
    news
}

fn figures(library: &Library, order: &[PageId]) -> Vec<FigureEntry> {
    let mut figures: Vec<FigureEntry> = Vec::new();
    let mut known = BTreeMap::new();
    for page in order.iter().map(|id| library.page(*id)) {
        for (position, figure) in page.figures.iter().enumerate() {
            let same = (
                [&figure.label, &figure.value, &figure.unit, &figure.scope],
                figure.comparator,
                figure.period.value(),
            );
            let next = figures.len();
            let at = *known.entry(same).or_insert(next);
            if at == next {
                figures.push(FigureEntry {
                    pages: vec![page.id],
                    position,
                });
            } else if figures[at].pages.last() != Some(&page.id) {
                figures[at].pages.push(page.id);
            }
        }
    }
    figures
}

fn reading_order(library: &Library) -> Vec<PageId> {
    let mut sections: Vec<_> = library.sections.values().collect();
    // Sections without a type come last.
    sections.sort_by_key(|section| {
        (
            section.page_type.is_none(),
            section.page_type,
            section.key.clone(),
        )
    });
    let ordered = sections
        .iter()
        .flat_map(|section| section.pages.iter().copied());
    let mut seen = BTreeSet::new();
    let mut order: Vec<PageId> = ordered.filter(|id| seen.insert(*id)).collect();
    order.extend(
        library
            .pages
            .iter()
            .map(|page| page.id)
            .filter(|id| !seen.contains(id) && !library.versions.is_other_text(*id)),
    );
    order
}

fn matrix(
    library: &Library,
    order: &[PageId],
) -> BTreeMap<(Responsibility, Stage), Vec<CellEntry>> {
    let mut cells: BTreeMap<_, Vec<CellEntry>> = BTreeMap::new();
    for page in order.iter().map(|id| library.page(*id)) {
        for responsibility in &page.responsibility {
            for stage in &page.stage {
                let cell = cells
                    .entry((responsibility.value, stage.value))
                    .or_default();
                // A tag written twice counts once.
                if cell.last().is_some_and(|last| last.page == page.id) {
                    continue;
                }
                cell.push(CellEntry {
                    page: page.id,
                    responsibility: responsibility.basis,
                    stage: stage.basis,
                });
            }
        }
    }
    cells
}

fn axis_groups(library: &Library, axis: Axis, order: &[PageId]) -> Vec<Group> {
    let mut entries: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for page in order.iter().map(|id| library.page(*id)) {
        for value in axis.of(page) {
            let group = entries.entry(value.key.into_owned()).or_default();
            if group.last().is_none_or(|last| last.page != page.id) {
                let locators = value.origin.map(|(_, locators)| locators.clone());
                group.push(Entry {
                    page: page.id,
                    basis: value.origin.map(|(basis, _)| basis),
                    locators: locators.unwrap_or_default(),
                });
            }
        }
    }
    if axis == Axis::Topic {
        return topics(entries);
    }
    let words = library.words();
    let used = entries.keys().map(String::as_str).collect();
    let mut groups = Vec::new();
    for (key, label) in axis.values(library, &used) {
        let own = entries.remove(&key);
        if own.is_none() && !axis.is_closed() {
            continue;
        }
        let own = own.unwrap_or_default();
        groups.push(group(key.to_ascii_lowercase(), label, own));
    }
    match axis {
        Axis::Role => {
            for (group, role) in groups.iter_mut().zip(Role::ALL) {
                group.note = words.label("role-note", *role);
            }
        }
        // The whole country first, then by code, the official order.
        Axis::Region => groups.sort_by_key(|group| group.slug != "cn"),
        Axis::Organ => rank_organs(library, &mut groups),
        Axis::Year => {
            for group in &mut groups {
                group.label = words.year(&group.slug);
            }
        }
        _ => {}
    }
    groups
}

fn group(slug: String, label: String, entries: Vec<Entry>) -> Group {
    Group {
        slug,
        label,
        family: String::new(),
        note: String::new(),
        entries,
    }
}

/// Sorts organs by kind, in the register's order of rank.
fn rank_organs(library: &Library, groups: &mut [Group]) {
    for group in groups.iter_mut() {
        let organ = &library.organs[&group.slug];
        organ.kind.label().clone_into(&mut group.family);
        group.note.clone_from(&organ.note);
    }
    groups.sort_by_cached_key(|group| {
        let organ = &library.organs[&group.slug];
        (organ.kind, organ.place)
    });
}

/// The slug of a topic. Topics keep the addresses that they had before
/// characters were read according to the words that they stand in.
fn topic_slug(topic: &str) -> String {
    let slug = readings::former_slug(topic, usize::MAX, "v");
    if slug.is_empty() {
        "x".to_owned()
    } else {
        slug
    }
}

/// Groups by topic, sorted by sound. The address is the sound too. An address
/// that several topics share, or that is too long for a file system, gets a
/// hash of the topic's name appended. It depends on that name alone, so no
/// other topic ever takes it.
fn topics(entries: BTreeMap<String, Vec<Entry>>) -> Vec<Group> {
    let mut sounds: BTreeMap<String, usize> = BTreeMap::new();
    for topic in entries.keys() {
        *sounds.entry(topic_slug(topic)).or_default() += 1;
    }
    let slug = |topic: &str| {
        let mut slug = topic_slug(topic);
        if sounds[&slug] > 1 || slug.len() > LONGEST_SLUG {
            slug.truncate(LONGEST_SLUG);
            slug.push('-');
            slug.push_str(&hex(&sha256(topic)[..3]));
        }
        slug
    };
    let mut groups: Vec<Group> = entries
        .into_iter()
        .map(|(topic, entries)| group(slug(&topic), topic, entries))
        .collect();
    groups.sort_by_cached_key(|group| pinyin_order::sort_key(&group.label));
    groups
}

/// Addresses that several topics share, with the indices of these topics among
/// all topics.
fn homophones(topics: &[Group]) -> BTreeMap<String, Vec<usize>> {
    let mut homophones: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, topic) in topics.iter().enumerate() {
        let sound = topic_slug(&topic.label);
        homophones.entry(sound).or_default().push(place);
    }
    homophones.retain(|slug, topics| topics.len() > 1 && slug.len() <= LONGEST_SLUG);
    homophones
}
