//! Evaluation: posting lists in, scored units out.

use crate::format::postings::{HeadingRun, TitlePosting, UnitId};
use crate::order;
use crate::plan::Requirement;
use crate::rank::{ScoredUnit, TitleMatch};
use crate::score::ImpactBits;

/// What one term contributes.
#[derive(Debug, Default)]
pub struct TermLists {
    /// Units by their bodies, ascending, with the term's part of the score.
    pub body: Vec<ScoredUnit>,
    /// Units by their headings, ascending, with the term's part of the score.
    pub heading: Vec<ScoredUnit>,
    /// Names of pages that hold the term.
    pub title: Vec<TitlePosting>,
    /// Further pages whose names hold it, when it counts for no coverage.
    pub title_pages: Vec<u32>,
}

/// A unit that holds some terms in its body or headings.
#[derive(Clone, Copy, Debug)]
struct Match {
    unit: UnitId,
    terms: u64,
    score: f32,
}

/// All units and pages that hold any term.
#[derive(Debug, Default)]
pub struct Matches {
    units: Vec<Match>,
    /// Pages whose names hold any, ascending.
    titles: Vec<PageNames>,
}

/// A page whose names hold some terms.
#[derive(Clone, Copy, Debug)]
struct PageNames {
    page: u32,
    terms: u64,
    title: TitleMatch,
}

/// Runs of units as single units, each with its part of the score.
pub fn expand(runs: &[HeadingRun], factor: f32) -> Vec<ScoredUnit> {
    runs.iter()
        .flat_map(|run| {
            let score = factor * ImpactBits::Eight.value(run.impact);
            (0..run.len).map(move |i| ScoredUnit {
                unit: UnitId {
                    page: run.first.page,
                    ordinal: run.first.ordinal + i,
                },
                score,
            })
        })
        .collect()
}

/// Walks all lists together, unit by unit.
///
/// A unit's score is the sum over terms in their order, so it is the same to
/// the bit wherever this code runs. `wanted` are the terms that make up the
/// query, as bits.
pub fn evaluate(lists: &[TermLists], wanted: u64) -> Matches {
    debug_assert!(lists.len() <= 64, "masks have 64 bits");
    let mut matches = Matches::default();
    // Two cursors for each term: body, heading.
    let mut cursors: Vec<(u64, &[ScoredUnit])> = lists
        .iter()
        .enumerate()
        .flat_map(|(i, list)| [(1 << i, &list.body[..]), (1 << i, &list.heading[..])])
        .filter(|(_, list)| !list.is_empty())
        .collect();
    while let Some(unit) = cursors.iter().map(|(_, list)| list[0].unit).min() {
        let mut found = Match {
            unit,
            terms: 0,
            score: 0.0,
        };
        let mut finished = false;
        for (bit, list) in &mut cursors {
            if list[0].unit == unit {
                found.terms |= *bit;
                found.score += list[0].score;
                *list = &list[1..];
                finished |= list.is_empty();
            }
        }
        if finished {
            cursors.retain(|(_, list)| !list.is_empty());
        }
        matches.units.push(found);
    }

    matches.titles = titles(lists, wanted);
    matches
}

/// Adds the terms of names up by page.
fn titles(lists: &[TermLists], wanted: u64) -> Vec<PageNames> {
    // Page, name, number of the name's terms, bit. A page that counts for no
    // coverage has a name of endless terms.
    let mut held: Vec<(u32, u32, u32, u64)> = Vec::new();
    for (i, list) in lists.iter().enumerate() {
        let bit = 1 << i;
        for posting in &list.title {
            held.push((posting.page, posting.name, posting.terms, bit));
        }
        for &page in &list.title_pages {
            held.push((page, u32::MAX, u32::MAX, bit));
        }
    }
    order::sort_by(&mut held, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut titles: Vec<PageNames> = Vec::new();
    for name in held.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (page, number, terms, _) = name[0];
        let mask = name.iter().fold(0, |mask, (.., bit)| mask | bit);
        let title = match number {
            u32::MAX => TitleMatch::default(),
            _ => TitleMatch::of_name(
                name.len() as u32,
                terms,
                (mask & wanted).count_ones(),
                wanted.count_ones(),
            ),
        };
        match titles.last_mut() {
            Some(last) if last.page == page => {
                last.terms |= mask;
                last.title = last.title.max(title);
            }
            _ => titles.push(PageNames {
                page,
                terms: mask,
                title,
            }),
        }
    }
    titles
}

impl Matches {
    /// The units that fulfil a requirement, ascending. A page whose names
    /// alone fulfil it is found by its first unit.
    pub fn select(&self, requirement: Requirement) -> Vec<ScoredUnit> {
        let mut selected: Vec<ScoredUnit> = self
            .units
            .iter()
            .filter(|m| requirement.is_met(m.terms | self.title(m.unit.page)))
            .map(|m| ScoredUnit {
                unit: m.unit,
                score: m.score,
            })
            .collect();
        let by_title: Vec<ScoredUnit> = self
            .titles
            .iter()
            .filter(|title| requirement.is_met(title.terms))
            .map(|title| ScoredUnit {
                unit: UnitId {
                    page: title.page,
                    ordinal: 0,
                },
                score: 0.0,
            })
            .filter(|s| selected.binary_search_by_key(&s.unit, |s| s.unit).is_err())
            .collect();
        if !by_title.is_empty() {
            selected.extend(by_title);
            order::sort_by(&mut selected, |a, b| a.unit.cmp(&b.unit));
        }
        selected
    }

    /// The terms that a unit holds in its body, headings or page's names.
    pub fn terms_of(&self, unit: UnitId) -> u64 {
        let own = self
            .units
            .binary_search_by_key(&unit, |m| m.unit)
            .map_or(0, |at| self.units[at].terms);
        own | self.title(unit.page)
    }

    fn title(&self, page: u32) -> u64 {
        self.names(page).map_or(0, |names| names.terms)
    }

    /// How a page's names match.
    pub fn title_match(&self, page: u32) -> TitleMatch {
        self.names(page)
            .map_or_else(TitleMatch::default, |names| names.title)
    }

    fn names(&self, page: u32) -> Option<&PageNames> {
        let at = self.titles.binary_search_by_key(&page, |t| t.page).ok()?;
        Some(&self.titles[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(page: u32, ordinal: u32, score: f32) -> ScoredUnit {
        ScoredUnit {
            unit: UnitId { page, ordinal },
            score,
        }
    }

    const BOTH: Requirement = Requirement {
        required: 0b11,
        counted: 0,
        minimum: 0,
    };

    #[test]
    fn bodies_headings_and_titles_add_up_to_a_match() {
        let lists = [
            TermLists {
                body: vec![scored(0, 1, 1.0), scored(2, 0, 1.0)],
                title: vec![TitlePosting {
                    page: 5,
                    name: 0,
                    terms: 2,
                }],
                ..TermLists::default()
            },
            TermLists {
                body: vec![scored(0, 2, 2.0)],
                heading: vec![scored(0, 1, 0.5)],
                title: [2, 5]
                    .map(|page| TitlePosting {
                        page,
                        name: 0,
                        terms: 2,
                    })
                    .to_vec(),
                ..TermLists::default()
            },
        ];
        let matches = evaluate(&lists, 0b11);
        assert_eq!(
            matches.select(BOTH),
            [scored(0, 1, 1.5), scored(2, 0, 1.0), scored(5, 0, 0.0)]
        );
        assert_eq!(matches.title_match(2).coverage, 0.5);
        assert_eq!(matches.title_match(5).coverage, 1.0);
    }
}
