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
/// `units` must ascend. `coverage` says for a page how much of its title the
/// query holds, 0 to 1.
pub fn rank(
    units: &[ScoredUnit],
    coverage: &dyn Fn(u32) -> f32,
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
            let context = weights.page * best / BEST_UNITS as f32
                + weights.title * coverage(page);
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
        let coverage = |page| if page == 2 { 1.0 } else { 0.0 };
        let ranked = rank(&units, &coverage, &Weights::default());
        let order: Vec<_> = ranked.iter().map(|p| p.page).collect();
        assert_eq!(order, [2, 1, 0]);
        assert_eq!(ranked[1].places.len(), 2);
    }

    #[test]
    fn ties_keep_the_corpus_order() {
        let units = [unit(3, 0, 1.0), unit(4, 0, 1.0)];
        let ranked = rank(&units, &|_| 0.0, &Weights::default());
        assert_eq!(ranked[0].page, 3);
    }
}
