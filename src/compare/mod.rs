//! Compares two texts of a regulation and finds what became of each article.
//!
//! Articles are matched by their words, not their numbers: an amendment that
//! inserts one renumbers all that follow. The cost of everything here is
//! bounded by the length of the texts, whatever they contain.

mod align;
mod likeness;
mod units;
mod wording;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::body::tree;
use crate::library::versions::VersionChain;
use crate::library::{Library, Page};
use crate::model::PageId;

pub use align::Match;
pub use units::{Unit, UnitKind};
pub use wording::{Line, Piece};

/// All comparisons that the pages of a library need.
#[derive(Debug, Default)]
pub struct Comparisons {
    units: BTreeMap<PageId, Vec<Unit>>,
    matches: BTreeMap<(PageId, PageId), Vec<Match>>,
}

/// Two texts of a regulation, the older first.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'c> {
    /// Units of the older text.
    pub old: &'c [Unit],
    /// Units of the newer text.
    pub new: &'c [Unit],
    /// Every unit of both texts once, in the order of the newer text; a removed
    /// unit follows the unit that preceded it.
    pub matches: &'c [Match],
}

impl Comparisons {
    /// Compares each text with the next, and every text with the one that
    /// represents its regulation.
    pub fn of(library: &Library) -> Self {
        let chains = library.versions.chains();
        let held = |page: &&Page| tree::has_provisions(&page.body);
        let pages: Vec<&Page> = chains
            .iter()
            .flat_map(|chain| &chain.texts)
            .map(|text| library.page(text.page))
            .filter(held)
            .collect();
        let units: BTreeMap<PageId, Vec<Unit>> = pages
            .into_par_iter()
            .map(|page| (page.id, units::units(&page.body)))
            .collect();
        let pairs: Vec<(PageId, PageId)> = chains.iter().flat_map(pairs).collect();
        let matches = pairs
            .into_par_iter()
            .filter_map(|(old, new)| {
                let matches = align::align(units.get(&old)?, units.get(&new)?);
                Some(((old, new), matches))
            })
            .collect();
        Self { units, matches }
    }

    /// The comparison of two texts, the older first; `None` if they aren't
    /// compared or the text of one is missing.
    pub fn get(&self, old: PageId, new: PageId) -> Option<Comparison<'_>> {
        Some(Comparison {
            matches: self.matches.get(&(old, new))?,
            old: &self.units[&old],
            new: &self.units[&new],
        })
    }

    /// All pairs that are compared, each with the older text first.
    pub fn pairs(&self) -> impl Iterator<Item = (PageId, PageId)> {
        self.matches.keys().copied()
    }
}

/// The pairs of texts of a regulation that are compared.
fn pairs(chain: &VersionChain) -> Vec<(PageId, PageId)> {
    let current = chain.current();
    let mut places: Vec<(usize, usize)> = (1..chain.texts.len())
        .map(|place| (place - 1, place))
        .chain((0..current).map(|place| (place, current)))
        .chain((current + 1..chain.texts.len()).map(|place| (current, place)))
        .collect();
    places.sort_unstable();
    places.dedup();
    let page = |place: usize| chain.texts[place].page;
    places
        .into_iter()
        .map(|(old, new)| (page(old), page(new)))
        .collect()
}

impl<'c> Comparison<'c> {
    /// The older and the newer unit of a match.
    pub fn sides(&self, matched: &Match) -> (Option<&'c Unit>, Option<&'c Unit>) {
        (
            matched.old.map(|at| &self.old[at]),
            matched.new.map(|at| &self.new[at]),
        )
    }
}

impl Unit {
    /// Whether another unit has the same words, ignoring spaces and the width
    /// of punctuation.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// The changes from this unit to `newer`, line by line.
    pub fn changes(&self, newer: &Self) -> Vec<Line> {
        wording::lines(&self.lines, &newer.lines)
    }
}

/// Compares two bodies, for tests and benchmarks.
pub fn compare<L>(
    old: &[crate::body::tree::Block<L>],
    new: &[crate::body::tree::Block<L>],
) -> (Vec<Unit>, Vec<Unit>, Vec<Match>) {
    let (old, new) = (units::units(old), units::units(new));
    let matches = align::align(&old, &new);
    (old, new, matches)
}
