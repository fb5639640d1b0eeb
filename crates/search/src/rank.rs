//! Context, grouping and order: turns scored units into a list of pages.
//!
//! Used by both engines: the five best units and the names of a page raise the
//! score of each of its units, and pages are ordered by their best unit.

use crate::format::boot::Weights;
use crate::format::postings::UnitId;
use crate::in_force::InForce;
use crate::order;
use crate::plan::Level;

/// The maximum number of provisions found for a query that is only an article
/// number.
pub const MAX_BARE: usize = 50;

/// How many of a page's best units count for the page's part of the score.
const BEST_UNITS: usize = 5;

/// A unit with a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredUnit {
    /// The unit.
    pub unit: UnitId,
    /// BM25 over text and headings; after ranking, including the page's
    /// context.
    pub score: f32,
}

/// A unit that was found, with the strictest level that it fulfils.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoundUnit {
    /// The unit.
    pub unit: UnitId,
    /// BM25 over text and headings; after ranking, including the page's
    /// context.
    pub score: f32,
    /// Level.
    pub level: Level,
}

/// How far the names of a page and the query cover each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TitleMatch {
    /// Share of the best matching name that the query contains, 0 to 1.
    pub coverage: f32,
    /// How likely the query names this page, 0 to 1: for its most likely name,
    /// the square of the share of the query that the name contains, reduced by
    /// up to half if the name has other words. 0 if the two have little in
    /// common.
    pub navigation: f32,
    /// How strongly a name matches what was typed, in BM25 points over names; 0
    /// if none does.
    pub strength: f32,
    /// Whether a name is the query, no more and no less.
    pub is_query: bool,
}

impl TitleMatch {
    /// A name matches if it contains this share of the query …
    const QUERY_SHARE: f32 = 0.6;
    /// … or the query contains this share of the name.
    const NAME_SHARE: f32 = 0.8;
    /// A name is what was typed if the share of the name that the query
    /// contains and the share of the query that the name contains add up to at
    /// least this.
    const MEANT: f32 = 1.2;

    /// Rates a name of `terms` terms, of which the query contains `held`. The
    /// name contains `typed` of the `of_query` terms of the query. `points` is
    /// the sum of their idf over names.
    pub fn of_name(held: u32, terms: u32, typed: u32, of_query: u32, points: f32) -> Self {
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        let (name, query) = (share(held, terms), share(typed, of_query));
        let is_near = query >= Self::QUERY_SHARE || name >= Self::NAME_SHARE;
        // Readers who type a title type most of it and little else; but readers
        // who type three words of a title want that page as well.
        let is_meant = query >= Self::QUERY_SHARE && (name + query >= Self::MEANT || query == 1.0);
        Self {
            coverage: name,
            navigation: if is_near {
                query * query * (0.5 + 0.5 * name)
            } else {
                0.0
            },
            strength: if is_meant {
                points * (1.0 + name + query)
            } else {
                0.0
            },
            is_query: name + query == 2.0,
        }
    }

    /// The better value of two names in each respect.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            coverage: self.coverage.max(other.coverage),
            navigation: self.navigation.max(other.navigation),
            strength: self.strength.max(other.strength),
            is_query: self.is_query || other.is_query,
        }
    }
}

/// How strongly a name of `terms` terms matches the name before a reference, of
/// whose `of_query` terms it contains `held`; 0 if it doesn't match. `points`
/// is the sum of their idf over names.
pub fn name_strength(held: u32, terms: u32, of_query: u32, points: f32) -> f32 {
    let share = |whole: u32| held as f32 / whole.max(1) as f32;
    let (name, query) = (share(terms), share(of_query));
    let is_near = query >= TitleMatch::QUERY_SHARE || name >= TitleMatch::NAME_SHARE;
    if is_near {
        points * (1.0 + name + query)
    } else {
        0.0
    }
}

/// Why a page is ranked where it is; takes precedence over scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The page has the provision that the query refers to.
    Reference,
    /// One of the page's names is what was typed.
    Title,
    /// The text of the page.
    Text,
}

impl Group {
    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Title => "title",
            Self::Text => "text",
        }
    }
}

/// What a page adds to the score of each of its units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Context {
    /// For its best units.
    pub page: f32,
    /// For the share of a name that the query contains.
    pub title: f32,
    /// For a name that matches what was typed.
    pub navigation: f32,
    /// For the pages that cite this page.
    pub cited: f32,
    /// Whether the query contains one of its names completely.
    pub is_named: bool,
    /// Whether one of its names is the query, no more and no less.
    pub is_query: bool,
    /// Factor for the whole score, 1 for a page in force.
    pub factor: f32,
}

/// A page with its places, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedPage {
    /// Page number.
    pub page: u32,
    /// Group.
    pub group: Group,
    /// The strictest level of its places.
    pub level: Level,
    /// The best place's score.
    pub score: f32,
    /// What the page adds to its places.
    pub context: Context,
    /// Its places: strictest level first, then highest score, then page order.
    pub places: Vec<FoundUnit>,
}

/// A provision that a query refers to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pinned {
    /// The article.
    pub unit: UnitId,
    /// Index of the reference in the plan.
    pub reference: usize,
    /// How strongly the name of the page matches the name before the reference.
    pub strength: f32,
}

/// What ranking needs in addition to units.
pub struct Ranking<'a> {
    /// How the names of a page match.
    pub title: &'a dyn Fn(u32) -> TitleMatch,
    /// Weights.
    pub weights: &'a Weights,
    /// Points of a page for being cited; they only count if the query names no
    /// page.
    pub cited: &'a dyn Fn(u32) -> f32,
    /// Whether a page is not in force.
    pub is_repealed: &'a dyn Fn(u32) -> bool,
    /// Provisions to put first.
    pub pinned: &'a [Pinned],
}

impl Ranking<'_> {
    /// Orders pages by group, level and score of their best unit; ties are in
    /// corpus order.
    ///
    /// `units` must be ascending and contain the pinned units.
    pub fn rank(&self, units: &[FoundUnit]) -> Vec<RankedPage> {
        debug_assert!(units.is_sorted_by_key(|u| u.unit), "units ascend");
        let mut pages: Vec<(f32, RankedPage)> = units
            .chunk_by(|a, b| a.unit.page == b.unit.page)
            .map(|units| self.page(units))
            .collect();
        // A query that names a page wants that page, not a more important one.
        if !pages.iter().any(|(_, page)| page.context.is_named) {
            for (_, page) in &mut pages {
                page.context.cited = (self.cited)(page.page);
                let points = page.context.cited * page.context.factor;
                page.score += points;
                for place in &mut page.places {
                    place.score += points;
                }
            }
        }
        let order = order::order(pages.len(), &|a, b| {
            let ((first_a, a), (first_b, b)) = (&pages[a], &pages[b]);
            (a.group.cmp(&b.group))
                .then(first_b.total_cmp(first_a))
                .then(a.level.cmp(&b.level))
                .then(b.score.total_cmp(&a.score))
        });
        let empty = RankedPage {
            page: 0,
            group: Group::Text,
            level: Level::All,
            score: 0.0,
            context: Context::default(),
            places: Vec::new(),
        };
        order
            .into_iter()
            .map(|at| std::mem::replace(&mut pages[at].1, empty.clone()))
            .collect()
    }

    /// Creates the page of these units. Also returns what orders it within its
    /// group, before level and score.
    fn page(&self, units: &[FoundUnit]) -> (f32, RankedPage) {
        let page = units[0].unit.page;
        let weights = self.weights;
        let mut places = units.to_vec();
        // The sort is stable, so ties stay in page order.
        order::sort_by(&mut places, |a, b| b.score.total_cmp(&a.score));
        // Missing units count as zero: a page with one hit is not full of hits.
        let best: f32 = places.iter().take(BEST_UNITS).map(|u| u.score).sum();
        let title = (self.title)(page);
        let context = Context {
            page: weights.page * best / BEST_UNITS as f32,
            title: weights.title * title.coverage,
            navigation: weights.navigation * title.navigation,
            cited: 0.0,
            is_named: title.coverage == 1.0,
            is_query: title.is_query,
            factor: if (self.is_repealed)(page) {
                weights.repealed
            } else {
                1.0
            },
        };
        let added = context.page + context.title + context.navigation;
        for place in &mut places {
            place.score = (place.score + added) * context.factor;
        }
        order::sort_by(&mut places, |a, b| a.level.cmp(&b.level));
        let score = places[0].score;
        let level = places[0].level;
        let pinned = self.pinned.iter().find(|pinned| pinned.unit.page == page);
        let (group, first) = match pinned {
            Some(pinned) => {
                let at = places.iter().position(|place| place.unit == pinned.unit);
                if let Some(at) = at {
                    places[..=at].rotate_right(1);
                }
                (Group::Reference, -(pinned.reference as f32))
            }
            None if title.strength > 0.0 => (Group::Title, title.strength * context.factor),
            None => (Group::Text, 0.0),
        };
        let ranked = RankedPage {
            page,
            group,
            // A name may be what was meant even if it doesn't contain all that
            // was typed.
            level: if group == Group::Reference {
                Level::All
            } else {
                level
            },
            score,
            context,
            places,
        };
        (first, ranked)
    }
}

/// Puts a page first whose name was probably meant, after those with a provision
/// that was referred to.
pub fn put_first(ranked: &mut [RankedPage], named: u32) {
    let from = ranked.partition_point(|page| page.group == Group::Reference);
    let ranked = &mut ranked[from..];
    if let Some(at) = ranked.iter().position(|page| page.page == named) {
        ranked[..=at].rotate_right(1);
        ranked[0].group = Group::Title;
    }
}

/// A page that is found by its text at a lower level, with less than this share
/// of the best score, has little to do with the query. Of 156 pages that judges
/// found relevant, one is below this share; with 0.3, four would be.
const NOISE_OF_BEST: f32 = 0.19;

/// The same applies to a page with less than this share of what a unit gets
/// for containing the whole query.
const NOISE_OF_QUERY: f32 = 0.22;

/// If the words that occur anywhere have less than this share of the query's
/// weight, they are common ones, and what was asked for is missing: 条例 of
/// 骆驼条例.
const COMMON_REST: f32 = 0.25;

/// The index in a ranking by relevance from which on there is only noise: pages
/// that contain a part of the query with little weight. `known` is the share of
/// the query's weight that words have which occur anywhere, `weight` what a
/// unit gets for containing the whole query.
pub fn noise_from(ranked: &[RankedPage], known: f32, weight: f32) -> usize {
    let best = ranked.iter().map(|page| page.score).fold(0.0, f32::max);
    let least = if known < COMMON_REST {
        f32::INFINITY
    } else {
        (weight * NOISE_OF_QUERY).max(best * NOISE_OF_BEST)
    };
    let is_noise = |page: &RankedPage| {
        page.group == Group::Text && !page.level.is_whole() && page.score < least
    };
    let noise = ranked.iter().rev().take_while(|page| is_noise(page));
    ranked.len() - noise.count()
}

/// All pages out of `pages` that the request searches, ranked equally: the
/// result of a query with only filters.
pub fn everything(pages: u32, in_force: &InForce) -> Vec<RankedPage> {
    (0..pages)
        .filter(|page| in_force.holds(*page))
        .map(|page| RankedPage {
            page,
            group: Group::Text,
            level: Level::All,
            score: 0.0,
            context: Context::default(),
            places: vec![FoundUnit {
                unit: UnitId { page, ordinal: 0 },
                score: 0.0,
                level: Level::All,
            }],
        })
        .collect()
}

/// A unit in a list of all places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListedUnit {
    /// The unit.
    pub unit: UnitId,
    /// Its score, including the page's context.
    pub score: f32,
    /// Its level.
    pub level: Level,
    /// Why it is ranked here: [`Group::Text`], except for the first place of a
    /// page that its group puts first.
    pub group: Group,
}

/// All places of `pages` in one list: first the best place of each page that
/// its group puts first, then all others by level and score; ties are in corpus
/// order.
pub fn flat(pages: &[&RankedPage]) -> Vec<ListedUnit> {
    let mut first: Vec<ListedUnit> = Vec::new();
    let mut rest: Vec<ListedUnit> = Vec::new();
    for page in pages {
        for (at, place) in page.places.iter().enumerate() {
            let leads = at == 0 && page.group != Group::Text;
            let (list, group) = if leads {
                (&mut first, page.group)
            } else {
                (&mut rest, Group::Text)
            };
            list.push(ListedUnit {
                unit: place.unit,
                score: place.score,
                level: place.level,
                group,
            });
        }
    }
    order::sort_by(&mut rest, |a, b| {
        (a.level.cmp(&b.level))
            .then(b.score.total_cmp(&a.score))
            .then(a.unit.cmp(&b.unit))
    });
    first.append(&mut rest);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(page: u32, ordinal: u32, score: f32) -> FoundUnit {
        FoundUnit {
            unit: UnitId { page, ordinal },
            score,
            level: Level::All,
        }
    }

    fn rank(units: &[FoundUnit], title: &dyn Fn(u32) -> TitleMatch) -> Vec<RankedPage> {
        Ranking {
            title,
            weights: &Weights::default(),
            cited: &|_| 0.0,
            is_repealed: &|page| page >= 90,
            pinned: &[],
        }
        .rank(units)
    }

    fn order(ranked: &[RankedPage]) -> Vec<u32> {
        ranked.iter().map(|p| p.page).collect()
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
            2 => TitleMatch::of_name(3, 3, 1, 2, 5.0),
            _ => TitleMatch::default(),
        };
        let ranked = rank(&units, &title);
        assert_eq!(order(&ranked), [2, 1, 0]);
        assert_eq!(ranked[1].places.len(), 2);
    }

    #[test]
    fn a_name_that_is_the_query_is_what_was_meant() {
        let of_name = |held, terms, typed, of| TitleMatch::of_name(held, terms, typed, of, 9.0);
        assert_eq!(of_name(5, 5, 5, 5).navigation, 1.0);
        assert_eq!(of_name(5, 5, 5, 5).strength, 27.0);
        // A short name inside a long sentence means little.
        assert!(of_name(2, 2, 2, 20).navigation < 0.02);
        assert_eq!(of_name(2, 2, 2, 20).strength, 0.0);
        // A long title that contains everything that was typed beats a short
        // one that contains most of it.
        let long = of_name(4, 14, 4, 4).navigation;
        assert!(long > of_name(3, 3, 3, 4).navigation);
        // Half a name that is a small part of the query means nothing.
        assert_eq!(of_name(2, 4, 2, 20).navigation, 0.0);
    }

    #[test]
    fn groups_come_before_levels_and_levels_before_scores() {
        let mut units = [
            unit(0, 0, 50.0),
            unit(1, 0, 1.0),
            unit(2, 0, 2.0),
            unit(3, 0, 3.0),
        ];
        units[0].level = Level::Any;
        let title = |page| TitleMatch {
            strength: if page == 1 { 1.0 } else { 0.0 },
            ..TitleMatch::default()
        };
        let ranked = Ranking {
            title: &title,
            weights: &Weights::default(),
            cited: &|_| 0.0,
            is_repealed: &|page| page >= 90,
            pinned: &[Pinned {
                unit: units[2].unit,
                reference: 0,
                strength: 1.0,
            }],
        }
        .rank(&units);
        assert_eq!(order(&ranked), [2, 1, 3, 0]);
    }

    #[test]
    fn what_is_repealed_falls_behind() {
        let units = [unit(0, 0, 3.0), unit(95, 0, 5.0)];
        let ranked = rank(&units, &|_| TitleMatch::default());
        assert_eq!(order(&ranked), [0, 95]);
    }

    #[test]
    fn what_is_repealed_stays_behind_its_successor_however_much_both_are_cited() {
        let units = [unit(0, 0, 5.0), unit(95, 0, 5.0)];
        for points in [0.0, 1.0, 30.0, 1000.0] {
            let ranked = Ranking {
                title: &|_| TitleMatch::default(),
                weights: &Weights::default(),
                cited: &|_| points,
                is_repealed: &|page| page >= 90,
                pinned: &[],
            }
            .rank(&units);
            assert_eq!(order(&ranked), [0, 95]);
            // The factor applies to the whole score.
            assert_eq!(ranked[1].score * 2.0, ranked[0].score);
        }
    }

    #[test]
    fn a_page_whose_name_was_meant_comes_first() {
        let units = [unit(0, 0, 3.0), unit(1, 0, 2.0), unit(2, 0, 1.0)];
        let mut ranked = rank(&units, &|_| TitleMatch::default());
        ranked[0].group = Group::Reference;
        put_first(&mut ranked, 2);
        put_first(&mut ranked, 7);
        assert_eq!(order(&ranked), [0, 2, 1]);
        assert_eq!(ranked[1].group, Group::Title);
    }

    #[test]
    fn ties_keep_the_corpus_order() {
        let units = [unit(3, 0, 1.0), unit(4, 0, 1.0)];
        let ranked = rank(&units, &|_| TitleMatch::default());
        assert_eq!(ranked[0].page, 3);
    }
}
