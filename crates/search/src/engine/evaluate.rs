//! Evaluation: turns posting lists into scored units.

use crate::format::postings::{HeadingRun, TitlePosting, UnitId};
use crate::order;
use crate::plan::{Held, Plan};
use crate::rank::{self, FoundUnit, ScoredUnit, TitleMatch};
use crate::score::{self, ImpactBits};

/// What one term contributes.
#[derive(Debug, Default)]
pub struct TermLists {
    /// Units that contain the term in their text, ascending, with the term's
    /// part of the score.
    pub body: Vec<ScoredUnit>,
    /// Units that contain it in their headings, ascending, with the term's part
    /// of the score.
    pub heading: Vec<ScoredUnit>,
    /// Units for which others use the term: in names they give the unit, then
    /// in sentences that cite it. Ascending, with the term's part of the score.
    pub others: [Vec<ScoredUnit>; 2],
    /// Names of pages that contain the term.
    pub title: Vec<TitlePosting>,
    /// Further pages whose names contain the term, if it doesn't count towards
    /// coverage.
    pub title_pages: Vec<u32>,
}

/// A unit that contains some terms in its text, its headings or the names that
/// others give it.
#[derive(Clone, Copy, Debug)]
struct Match {
    unit: UnitId,
    terms: u64,
    /// Terms that only occur in sentences of others that cite the unit.
    said: u64,
    score: f32,
}

/// All units and pages that contain any term.
#[derive(Debug, Default)]
pub struct Matches {
    units: Vec<Match>,
    /// Pages whose names contain any term, ascending.
    titles: Vec<PageNames>,
}

/// A page whose names contain some terms.
#[derive(Clone, Copy, Debug)]
struct PageNames {
    page: u32,
    terms: u64,
    title: TitleMatch,
}

/// Expands runs of units into single units, each with its part of the score.
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

/// Merges all lists, unit by unit.
///
/// A unit's score is the sum over terms in their order, so it is identical to
/// the bit on every platform. `typed` is a bit mask of the terms that names are
/// compared with; `pages` is the number of pages.
pub fn evaluate(lists: &[TermLists], typed: u64, pages: u32) -> Matches {
    debug_assert!(lists.len() <= 64, "masks have 64 bits");
    let mut matches = Matches::default();
    // Four cursors per term, each with the term's bit and whether its list is
    // the one of citing sentences.
    let mut cursors: Vec<(u64, bool, &[ScoredUnit])> = Vec::new();
    for (at, list) in lists.iter().enumerate() {
        let [names, sentences] = &list.others;
        for list in [&list.body, &list.heading, names, sentences] {
            if !list.is_empty() {
                cursors.push((1 << at, std::ptr::eq(list, sentences), &list[..]));
            }
        }
    }
    while let Some(unit) = cursors.iter().map(|(.., list)| list[0].unit).min() {
        let mut found = Match {
            unit,
            terms: 0,
            said: 0,
            score: 0.0,
        };
        let mut finished = false;
        for (bit, is_said, list) in &mut cursors {
            if list[0].unit == unit {
                if *is_said {
                    found.said |= *bit;
                } else {
                    found.terms |= *bit;
                }
                found.score += list[0].score;
                *list = &list[1..];
                finished |= list.is_empty();
            }
        }
        if finished {
            cursors.retain(|(.., list)| !list.is_empty());
        }
        matches.units.push(found);
    }

    matches.titles = titles(lists, typed, pages);
    matches
}

/// Sums up the terms of names by page.
fn titles(lists: &[TermLists], typed: u64, pages: u32) -> Vec<PageNames> {
    // Page, name, number of terms in the name, index of the term. A page whose
    // match doesn't count towards coverage gets a name of infinitely many
    // terms.
    let mut held: Vec<(u32, u32, u32, usize)> = Vec::new();
    let mut idf = vec![0.0; lists.len()];
    for (i, list) in lists.iter().enumerate() {
        for posting in &list.title {
            held.push((posting.page, posting.name, posting.terms, i));
        }
        let of_pages = list.title.chunk_by(|a, b| a.page == b.page).count();
        idf[i] = score::idf(pages, of_pages as u32);
        for &page in &list.title_pages {
            held.push((page, u32::MAX, u32::MAX, i));
        }
    }
    order::sort_by(&mut held, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut titles: Vec<PageNames> = Vec::new();
    for name in held.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (page, number, terms, _) = name[0];
        let mask = name.iter().fold(0, |mask, (.., i)| mask | 1 << i);
        let title = match number {
            u32::MAX => TitleMatch::default(),
            _ => TitleMatch::of_name(
                name.len() as u32,
                terms,
                (mask & typed).count_ones(),
                typed.count_ones(),
                name.iter().map(|(.., i)| idf[*i]).sum(),
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

/// Pages with a name that contains some of the terms in `among`, and how
/// strongly each matches, in BM25 points over names. Used for the words before
/// a reference.
pub fn named(lists: &[TermLists], among: u64, pages: u32) -> Vec<(u32, f32)> {
    let only = |i: usize| among >> i & 1 == 1;
    let mut held: Vec<(TitlePosting, f32)> = Vec::new();
    for (_, list) in lists.iter().enumerate().filter(|(i, _)| only(*i)) {
        let of_pages = list.title.chunk_by(|a, b| a.page == b.page).count();
        let idf = score::idf(pages, of_pages as u32);
        held.extend(list.title.iter().map(|posting| (*posting, idf)));
    }
    order::sort_by(&mut held, |a, b| a.0.cmp(&b.0));
    let mut named: Vec<(u32, f32)> = Vec::new();
    for name in held.chunk_by(|a, b| (a.0.page, a.0.name) == (b.0.page, b.0.name)) {
        let posting = name[0].0;
        let points = name.iter().map(|(_, idf)| idf).sum();
        let count = name.len() as u32;
        let strength = rank::name_strength(count, posting.terms, among.count_ones(), points);
        match named.last_mut() {
            Some(last) if last.0 == posting.page => last.1 = last.1.max(strength),
            _ => named.push((posting.page, strength)),
        }
    }
    named.retain(|(_, strength)| *strength > 0.0);
    order::sort_by(&mut named, |a, b| b.1.total_cmp(&a.1));
    named
}

impl Matches {
    /// The units that fulfil a plan at any level, ascending, each with its
    /// strictest level. A page whose names alone fulfil the plan is represented
    /// by its first unit. Phrases are not checked yet.
    pub fn select(&self, plan: &Plan) -> Vec<FoundUnit> {
        let levels: Vec<_> = plan
            .levels()
            .into_iter()
            .map(|level| (level, plan.requirement(level)))
            .collect();
        let fulfils = |held: Held, said: u64| {
            if !plan.fixed.is_met(held, &mut |_| true) {
                return None;
            }
            let level = levels.iter().find(|(level, wants)| {
                let said = if level.is_about() { said } else { 0 };
                wants.is_met(held.terms | said)
            });
            level.map(|(level, _)| *level)
        };
        let mut selected: Vec<FoundUnit> = Vec::new();
        let mut titles = &self.titles[..];
        for found in &self.units {
            while titles.first().is_some_and(|t| t.page < found.unit.page) {
                titles = &titles[1..];
            }
            let names = match titles.first() {
                Some(title) if title.page == found.unit.page => title.terms,
                _ => 0,
            };
            let held = Held {
                terms: found.terms | names,
                names,
            };
            if let Some(level) = fulfils(held, found.said) {
                selected.push(FoundUnit {
                    unit: found.unit,
                    score: found.score,
                    level,
                });
            }
        }
        let by_title: Vec<FoundUnit> = self
            .titles
            .iter()
            .filter_map(|title| {
                let held = Held {
                    terms: title.terms,
                    names: title.terms,
                };
                let unit = UnitId {
                    page: title.page,
                    ordinal: 0,
                };
                Some(FoundUnit {
                    unit,
                    score: 0.0,
                    level: fulfils(held, 0)?,
                })
            })
            .filter(|s| selected.binary_search_by_key(&s.unit, |s| s.unit).is_err())
            .collect();
        if !by_title.is_empty() {
            selected.extend(by_title);
            order::sort_by(&mut selected, |a, b| a.unit.cmp(&b.unit));
        }
        selected
    }

    /// The terms that a unit contains in its text, its headings or the names of
    /// its page.
    pub fn held(&self, unit: UnitId) -> Held {
        let own = self
            .units
            .binary_search_by_key(&unit, |m| m.unit)
            .map_or(0, |at| self.units[at].terms);
        let names = self.names(unit.page).map_or(0, |names| names.terms);
        Held {
            terms: own | names,
            names,
        }
    }

    /// How the names of a page match.
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
    use crate::plan::{Level, Variant};

    fn scored(page: u32, ordinal: u32, score: f32) -> ScoredUnit {
        ScoredUnit {
            unit: UnitId { page, ordinal },
            score,
        }
    }

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
        let matches = evaluate(&lists, 0b11, 10);
        let both = Plan {
            variants: vec![Variant {
                known: 0b11,
                words: 0b11,
                borders: 0,
            }],
            ..Plan::default()
        };
        let found = |level| {
            let units = matches.select(&both).into_iter();
            units
                .filter(|found| found.level == level)
                .map(|found| scored(found.unit.page, found.unit.ordinal, found.score))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found(Level::All),
            [scored(0, 1, 1.5), scored(2, 0, 1.0), scored(5, 0, 0.0)]
        );
        assert_eq!(found(Level::Any), [scored(0, 2, 2.0)]);
        assert_eq!(matches.title_match(2).coverage, 0.5);
        assert_eq!(matches.title_match(5).coverage, 1.0);
    }
}
