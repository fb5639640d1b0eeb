//! Context, grouping and order: from scores of units to a list of pages.
//!
//! Shared by both engines: whatever scored the units, a page's five best units
//! and its titles lift each of its units, and pages are listed by their best.

use crate::format::boot::Weights;
use crate::format::postings::UnitId;
use crate::order;

/// How many of a page's best units make up its part of the score.
const BEST_UNITS: usize = 5;

/// A unit with the score of its own words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredUnit {
    /// The unit.
    pub unit: UnitId,
    /// BM25 over body and headings.
    pub score: f32,
}

/// How a page's names and the query cover each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TitleMatch {
    /// Share of the best matching name that the query holds, 0 to 1.
    pub coverage: f32,
    /// How much a name looks like what the query names, 0 to 1, of the name
    /// where that is greatest: the square of the share of the query that the
    /// name holds, halved when the name says much else. 0 when the two have
    /// little to do with each other.
    pub navigation: f32,
}

impl TitleMatch {
    /// A name is what was meant when it holds this share of the query …
    const QUERY_SHARE: f32 = 0.6;
    /// … or the query this share of it.
    const NAME_SHARE: f32 = 0.8;

    /// One name of which the query holds `held` of `terms` terms, `wanted` of
    /// the query's own `of_query`.
    pub fn of_name(held: u32, terms: u32, wanted: u32, of_query: u32) -> Self {
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        let (name, query) = (share(held, terms), share(wanted, of_query));
        let is_meant = query >= Self::QUERY_SHARE || name >= Self::NAME_SHARE;
        Self {
            coverage: name,
            navigation: if is_meant {
                query * query * (0.5 + 0.5 * name)
            } else {
                0.0
            },
        }
    }

    /// The better of two names in each respect.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            coverage: self.coverage.max(other.coverage),
            navigation: self.navigation.max(other.navigation),
        }
    }
}

/// A page with its places, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedPage {
    /// Page number.
    pub page: u32,
    /// The best place's score.
    pub score: f32,
    /// Its places, best first, then in order of the page.
    pub places: Vec<ScoredUnit>,
}

/// Pages by their best unit, ties in order of the corpus.
///
/// `units` must ascend. `title` says for a page how its names match.
pub fn rank(
    units: &[ScoredUnit],
    title: &dyn Fn(u32) -> TitleMatch,
    weights: &Weights,
) -> Vec<RankedPage> {
    debug_assert!(units.is_sorted_by_key(|u| u.unit), "units ascend");
    let mut pages: Vec<RankedPage> = units
        .chunk_by(|a, b| a.unit.page == b.unit.page)
        .map(|units| {
            let page = units[0].unit.page;
            let mut places = units.to_vec();
            // Ties keep the page's own order: the sort is stable.
            order::sort_by(&mut places, |a, b| b.score.total_cmp(&a.score));
            // Missing units count as nothing: one hit is not a page of hits.
            let best: f32 = places.iter().take(BEST_UNITS).map(|u| u.score).sum();
            let title = title(page);
            let context = weights.page * best / BEST_UNITS as f32
                + weights.title * title.coverage
                + weights.navigation * title.navigation;
            places.iter_mut().for_each(|place| place.score += context);
            RankedPage {
                page,
                score: places[0].score,
                places,
            }
        })
        .collect();
    let order = order::order(pages.len(), &|a, b| {
        pages[b].score.total_cmp(&pages[a].score)
    });
    let empty = RankedPage {
        page: 0,
        score: 0.0,
        places: Vec::new(),
    };
    order
        .into_iter()
        .map(|at| std::mem::replace(&mut pages[at], empty.clone()))
        .collect()
}

/// All places of `pages` in one list, best first, ties in order of the corpus.
pub fn flat(pages: &[&RankedPage]) -> Vec<ScoredUnit> {
    let mut units: Vec<ScoredUnit> = pages
        .iter()
        .flat_map(|page| page.places.iter().copied())
        .collect();
    order::sort_by(&mut units, |a, b| {
        b.score.total_cmp(&a.score).then(a.unit.cmp(&b.unit))
    });
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(page: u32, ordinal: u32, score: f32) -> ScoredUnit {
        ScoredUnit {
            unit: UnitId { page, ordinal },
            score,
        }
    }

    #[test]
    fn a_page_of_hits_and_a_matching_title_lift_their_units() {
        let units = [
            unit(0, 0, 10.0),
            unit(1, 0, 9.9),
            unit(1, 1, 9.0),
            unit(2, 3, 1.0),
        ];
        let title = |page| match page {
            2 => TitleMatch::of_name(3, 3, 1, 2),
            _ => TitleMatch::default(),
        };
        let ranked = rank(&units, &title, &Weights::default());
        let order: Vec<_> = ranked.iter().map(|p| p.page).collect();
        assert_eq!(order, [2, 1, 0]);
        assert_eq!(ranked[1].places.len(), 2);
    }

    #[test]
    fn a_name_that_is_the_query_is_what_was_meant() {
        assert_eq!(TitleMatch::of_name(5, 5, 5, 5).navigation, 1.0);
        // A short name inside a long sentence says little.
        assert!(TitleMatch::of_name(2, 2, 2, 20).navigation < 0.02);
        // A long title that holds all that was typed beats a short one that
        // holds most of it.
        let long = TitleMatch::of_name(4, 14, 4, 4).navigation;
        assert!(long > TitleMatch::of_name(3, 3, 3, 4).navigation);
        // Half a name that is a small part of the query says nothing.
        assert_eq!(TitleMatch::of_name(2, 4, 2, 20).navigation, 0.0);
    }

    #[test]
    fn ties_keep_the_corpus_order() {
        let units = [unit(3, 0, 1.0), unit(4, 0, 1.0)];
        let ranked = rank(&units, &|_| TitleMatch::default(), &Weights::default());
        assert_eq!(ranked[0].page, 3);
    }
}
