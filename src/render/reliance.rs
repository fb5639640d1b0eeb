//! Which pages rely on which paragraph of which source.

use std::collections::{BTreeMap, BTreeSet};

use crate::body::text::{Piece, pieces_of_blocks};
use crate::body::tree::Mark;
use crate::facts::Facts;
use crate::library::{Library, Page};
use crate::model::{Details, PageId};

use super::body::provenance::Provenance;

/// If a paragraph has fewer marks than this, they disturb nobody.
const FEWEST: usize = 3;

/// Which pages rely on which paragraph of which source.
#[derive(Debug, Default)]
pub(super) struct Reliance {
    /// The pages that rely on a paragraph, by source and locator.
    pub pages: BTreeMap<(String, String), BTreeSet<PageId>>,
    /// All pages that rely on a source, by source.
    pub all: BTreeMap<String, BTreeSet<PageId>>,
    /// By source, the pages that name no paragraph of it.
    pub unplaced: BTreeMap<String, BTreeSet<PageId>>,
}

impl Reliance {
    /// Collects all locators of all pages: those of sources, tags, figures,
    /// facts and links, and of marks in the body.
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
        page_marks(library, page, &mut |places| {
            locators.extend(places.iter().cloned())
        });
        let named = page.sources.iter().flat_map(|source| &source.locators.0);
        locators.extend(named.cloned());
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

/// Calls `tell` for every mark of a page: of tags, figures, facts, links and
/// the body.
fn page_marks(library: &Library, page: &Page, tell: &mut impl FnMut(&[String])) {
    let facts = Facts::of(library, page);
    let mut of_facts = |facts: &Facts<'_>| {
        for value in facts.iter().flat_map(|fact| &fact.values) {
            if let Some(locators) = value.locators() {
                tell(&locators.0);
            }
        }
    };
    of_facts(&facts);
    match &page.details {
        Details::Practice(practice) => of_facts(&Facts::procedure(practice)),
        Details::Term(term) => {
            if let Some(meaning) = &term.meaning {
                tell(&meaning.locators.0);
            }
        }
        _ => {}
    }
    for figure in &page.figures {
        tell(&figure.locators.0);
    }
    for relation in &page.related {
        tell(&relation.locators.0);
    }
    pieces_of_blocks(&page.body, &mut |piece| {
        if let Piece::Mark(Mark::Stated(locators) | Mark::Inferred(locators)) = piece {
            tell(locators);
        }
    });
}

/// The paragraph on which a page as a whole rests: at least two thirds of its
/// marks name it alone. `None` if marks differ, or are so few that each may
/// stand at its sentence.
pub(super) fn usual(library: &Library, page: &Page) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0;
    page_marks(library, page, &mut |locators| {
        all += usize::from(!locators.is_empty());
        if let [only] = locators {
            *counts.entry(only.clone()).or_default() += 1;
        }
    });
    let (locator, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= FEWEST && count * 3 >= all * 2).then_some(locator)
}
