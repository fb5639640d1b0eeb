//! Decodes the posting lists of each term of a plan.

use super::evaluate::{self, TermLists};
use super::state::{Engine, Stop};
use crate::format::FormatError;
use crate::format::postings::{self, UnitId};
use crate::format::terms::{BodyList, TermEntry};
use crate::order;
use crate::plan::{Phrase, Plan, TermKind};
use crate::rank::ScoredUnit;
use crate::score::{self, ImpactBits};

impl Engine {
    /// Loads the lists of each term of a plan.
    pub(super) fn load_lists(&self, plan: &Plan) -> Result<Vec<TermLists>, Stop> {
        let mut needed = Vec::new();
        for (at, term) in plan.terms.iter().enumerate() {
            if plan.skipped >> at & 1 == 0 {
                for entry in self.entries_of(&term.term, term.kind) {
                    self.pieces(entry, &mut needed);
                }
            }
        }
        for (term, kind) in plan
            .excluded
            .iter()
            .flatten()
            .flat_map(|e| excluded_terms(&e.phrase))
        {
            for entry in self.entries_of(term, kind) {
                self.pieces(entry, &mut needed);
            }
        }
        self.require(&needed)?;
        let shares = plan.shares(self.boot.weights.share, self);
        let mut all = Vec::new();
        for (at, term) in plan.terms.iter().enumerate() {
            if plan.skipped >> at & 1 == 1 {
                all.push(self.title_list(&term.term)?);
                continue;
            }
            let mut lists = self.lists(&term.term, term.kind, term.weight)?;
            if term.kind == TermKind::Exact {
                for posting in &mut lists.body {
                    posting.score += shares[at];
                }
                lists.others = self.others(&term.term, term.weight)?;
            }
            all.push(lists);
        }
        Ok(all)
    }

    fn body_list(&self, entry: &TermEntry) -> Result<Vec<postings::BodyPosting>, FormatError> {
        let bits = self.boot.impact_bits;
        let mut list = Vec::new();
        match &entry.body {
            None => {}
            Some((df, BodyList::Inline(bytes))) => {
                postings::decode_body(bytes, *df as usize, bits, &mut list)?;
            }
            Some((_, BodyList::Pieces(pieces))) => {
                for piece in pieces {
                    let shard = self
                        .postings
                        .get(piece.shard as usize)
                        .and_then(Option::as_ref)
                        .ok_or(FormatError::Content("posting shard"))?;
                    let start = piece.start as usize;
                    let bytes = start
                        .checked_add(piece.len as usize)
                        .and_then(|end| shard.get(start..end))
                        .ok_or(FormatError::Length)?;
                    postings::decode_body(bytes, piece.count as usize, bits, &mut list)?;
                }
                if !list.is_sorted_by_key(|posting| posting.unit) {
                    return Err(FormatError::Content("units out of order"));
                }
            }
        }
        Ok(list)
    }

    /// Units with a term in what others say about them: in names, then in
    /// sentences.
    fn others(&self, term: &str, weight: f32) -> Result<[Vec<ScoredUnit>; 2], FormatError> {
        let mut others = [Vec::new(), Vec::new()];
        let Some(entry) = self.entry(term) else {
            return Ok(others);
        };
        let weights = &self.boot.weights;
        let factors = [weights.names, weights.sentences];
        for (at, list) in entry.others.iter().enumerate() {
            if let Some((df, bytes)) = list {
                let mut postings = Vec::new();
                postings::decode_body(bytes, *df as usize, ImpactBits::Eight, &mut postings)?;
                let factor = factors[at] * weight * score::idf(self.boot.units, *df);
                others[at] = scored(postings, factor, None);
            }
        }
        Ok(others)
    }

    /// The names that contain a term, and nothing else.
    fn title_list(&self, term: &str) -> Result<TermLists, FormatError> {
        let mut lists = TermLists::default();
        if let Some(bytes) = self.entry(term).and_then(|entry| entry.title.as_ref()) {
            lists.title = postings::decode_title(bytes)?;
        }
        Ok(lists)
    }

    fn entries_of(&self, term: &str, kind: TermKind) -> Vec<&TermEntry> {
        match kind {
            TermKind::Exact => self.entry(term).into_iter().collect(),
            TermKind::Prefix => match term.chars().next() {
                Some(ch) => self.entries_with_prefix(ch),
                None => Vec::new(),
            },
        }
    }

    /// The units that contain a term, with its part of the score, and the names
    /// that contain it.
    pub(super) fn lists(
        &self,
        term: &str,
        kind: TermKind,
        weight: f32,
    ) -> Result<TermLists, FormatError> {
        let entries = self.entries_of(term, kind);
        match kind {
            TermKind::Exact => {
                let mut lists = TermLists::default();
                let Some(entry) = entries.first() else {
                    return Ok(lists);
                };
                let units = self.boot.units;
                if let Some((df, _)) = entry.body {
                    let factor = weight * score::idf(units, df);
                    let bits = self.boot.impact_bits;
                    lists.body = scored(self.body_list(entry)?, factor, Some(bits));
                }
                if let Some((df, bytes)) = &entry.heading {
                    let factor = self.boot.weights.heading * weight * score::idf(units, *df);
                    lists.heading = evaluate::expand(&postings::decode_heading(bytes)?, factor);
                }
                if let Some(bytes) = &entry.title {
                    lists.title = postings::decode_title(bytes)?;
                }
                Ok(lists)
            }
            TermKind::Prefix => {
                let mut units: Vec<UnitId> = Vec::new();
                let mut pages: Vec<u32> = Vec::new();
                // A name may contain the character on its own: 解释（二）.
                let alone = entries.iter().find(|entry| entry.term == term);
                let title = alone.and_then(|entry| entry.title.as_ref());
                let title = match title {
                    Some(bytes) => postings::decode_title(bytes)?,
                    None => Vec::new(),
                };
                for entry in entries {
                    for posting in self.body_list(entry)? {
                        units.push(posting.unit);
                    }
                    if let Some((_, bytes)) = &entry.heading {
                        let runs = postings::decode_heading(bytes)?;
                        for scored in evaluate::expand(&runs, 0.0) {
                            units.push(scored.unit);
                        }
                    }
                    if let Some(bytes) = &entry.edge {
                        units.extend(postings::decode_units(bytes)?);
                    }
                    // Page names that end with the character are stored as an
                    // edge of the page's first unit.
                    if let Some(bytes) = &entry.title
                        && entry.term.chars().count() == 2
                    {
                        for posting in postings::decode_title(bytes)? {
                            pages.push(posting.page);
                        }
                    }
                }
                order::sort_by(&mut units, UnitId::cmp);
                units.dedup();
                order::sort_by(&mut pages, u32::cmp);
                pages.dedup();
                Ok(TermLists {
                    body: units
                        .into_iter()
                        .map(|unit| ScoredUnit {
                            unit,
                            score: weight,
                        })
                        .collect(),
                    title,
                    title_pages: pages,
                    ..TermLists::default()
                })
            }
        }
    }
}

/// Postings with a term's part of the score. Without `bits`, the impacts are
/// small ones.
fn scored(
    postings: Vec<postings::BodyPosting>,
    factor: f32,
    bits: Option<ImpactBits>,
) -> Vec<ScoredUnit> {
    let scored = postings.into_iter().map(|posting| ScoredUnit {
        unit: posting.unit,
        score: factor
            * match bits {
                Some(bits) => bits.value(posting.impact),
                None => score::small_value(posting.impact),
            },
    });
    scored.collect()
}

/// The terms of an excluded phrase. A single character stands for every pair
/// that begins with it.
pub(super) fn excluded_terms(phrase: &Phrase) -> impl Iterator<Item = (&str, TermKind)> {
    phrase.terms.iter().take(63).map(|(term, _)| {
        let kind = if term.chars().count() == 1 {
            TermKind::Prefix
        } else {
            TermKind::Exact
        };
        (term.as_str(), kind)
    })
}
