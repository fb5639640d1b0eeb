//! Implements [`Index`] for the engine: look-ups in the loaded shards.

use super::evaluate::{self, Matches, TermLists};
use super::lists::excluded_terms;
use super::state::{Engine, Stop};
use crate::analysis::Analyzer;
use crate::answer::{self, Index, Need, Outline};
use crate::format::FormatError;
use crate::format::docs::{PageCard, UnitText};
use crate::format::facets::Facet;
use crate::format::names::{Name, Part};
use crate::format::postings::{self, UnitId};
use crate::format::terms::LexiconEntry;
use crate::in_force::InForce;
use crate::plan::{Exclusion, Knowledge, Phrase, Plan};
use crate::present::TermPoints;
use crate::rank::{FoundUnit, ScoredUnit, TitleMatch};
use crate::sound::{self, Sounds};

/// The lists of a plan's terms, and the matches they yield.
#[derive(Debug)]
pub struct Held {
    lists: Vec<TermLists>,
    matches: Matches,
}

impl Index for Engine {
    type Stop = Stop;
    type Matches = Held;
    type Text<'t> = &'t UnitText;

    fn outline(&self) -> Outline<'_> {
        let boot = &self.boot;
        Outline {
            pages: boot.pages,
            repealed_from: boot.repealed_from,
            aids_from: boot.aids_from,
            superseded_from: boot.superseded_from,
            successions: &boot.successions,
            weights: &boot.weights,
            cited: &boot.cited,
        }
    }

    fn facet_names(&self) -> &[(String, String)] {
        &self.boot.facets
    }

    fn analyzer(&self, text: &str) -> Result<Analyzer<'_>, Stop> {
        self.require_fold(text)?;
        Ok(Analyzer::new(&self.folder))
    }

    fn require(&self, needs: &[Need]) -> Result<(), Stop> {
        self.require_for(needs)
    }

    fn sounds(&self) -> Result<&dyn Sounds, Stop> {
        Ok(self)
    }

    fn facets(&self) -> Result<Vec<&Facet>, Stop> {
        Ok(self.facets.iter().flatten().collect())
    }

    fn matches(&self, plan: &Plan) -> Result<Held, Stop> {
        let lists = self.load_lists(plan)?;
        Ok(Held {
            matches: evaluate::evaluate(&lists, plan.typed(), self.boot.pages),
            lists,
        })
    }

    fn fulfilling(
        &self,
        plan: &Plan,
        held: &Held,
        pages: &InForce,
        analyzer: &mut Analyzer,
    ) -> Result<Vec<FoundUnit>, Stop> {
        let matches = &held.matches;
        let mut units = matches.select(plan);
        units.retain(|unit| pages.holds(unit.unit.page));
        if plan.phrases.iter().all(Phrase::is_one_term) {
            return Ok(units);
        }
        // Units that fulfil the plan without its phrases need no check.
        let is_sure = |unit: UnitId| {
            let mut is_easy = |number: usize| plan.phrases[number].is_one_term();
            plan.fixed.is_met(matches.held(unit), &mut is_easy)
        };
        self.require_texts(units.iter().filter(|u| !is_sure(u.unit)))?;
        units.retain(|u| {
            let mut is_there = |number: usize| {
                let phrase = &plan.phrases[number];
                phrase.is_one_term() || self.unit_holds(u.unit, phrase, analyzer)
            };
            is_sure(u.unit) || plan.fixed.is_met(matches.held(u.unit), &mut is_there)
        });
        Ok(units)
    }

    fn without_excluded(
        &self,
        mut units: Vec<FoundUnit>,
        plan: &Plan,
        analyzer: &mut Analyzer,
    ) -> Result<Vec<FoundUnit>, Stop> {
        for way in &plan.excluded {
            // For each phrase, the units that may contain it.
            let mut phrases: Vec<(&Exclusion, u64, Matches)> = Vec::new();
            for exclusion in way {
                let mut lists = Vec::new();
                for (term, kind) in excluded_terms(&exclusion.phrase) {
                    lists.push(self.lists(term, kind, 1.0)?);
                }
                let all = (1u64 << lists.len()) - 1;
                phrases.push((exclusion, all, evaluate::evaluate(&lists, 0, 0)));
            }
            let doubtful = |u: &&FoundUnit| {
                phrases.iter().all(|(exclusion, all, matches)| {
                    let held = matches.held(u.unit);
                    let held = if exclusion.in_names {
                        held.names
                    } else {
                        held.terms
                    };
                    held == *all
                })
            };
            if way.iter().all(|exclusion| exclusion.phrase.is_one_term()) {
                units.retain(|u| !doubtful(&u));
                continue;
            }
            self.require_texts(units.iter().filter(doubtful))?;
            units.retain(|u| {
                !doubtful(&u) || !way.iter().all(|e| self.unit_excludes(u.unit, e, analyzer))
            });
        }
        Ok(units)
    }

    fn title_match(&self, _: &Plan, held: &Held, page: u32) -> TitleMatch {
        held.matches.title_match(page)
    }

    fn named(&self, _: &Plan, held: &Held, among: u64) -> Vec<(u32, f32)> {
        evaluate::named(&held.lists, among, self.boot.pages)
    }

    fn articles(&self, key: &str) -> Result<Vec<UnitId>, Stop> {
        let units = self.entry(key).and_then(|entry| entry.edge.as_ref());
        let units = units.map_or(Ok(Vec::new()), |bytes| postings::decode_units(bytes));
        Ok(units?)
    }

    fn points(&self, _: &Plan, held: &Held, unit: UnitId) -> Result<Vec<TermPoints>, Stop> {
        let points = |list: &[ScoredUnit]| {
            let at = list.binary_search_by_key(&unit, |scored| scored.unit);
            at.map_or(0.0, |at| list[at].score)
        };
        let terms = held.lists.iter();
        Ok(terms
            .map(|lists| TermPoints {
                body: points(&lists.body),
                heading: points(&lists.heading),
                others: lists.others.iter().map(|list| points(list)).sum(),
            })
            .collect())
    }

    fn text(&self, unit: UnitId) -> Result<(&PageCard, &UnitText), Stop> {
        let found = self.unit(unit);
        Ok(found.ok_or(FormatError::Content("unit without text"))?)
    }
}

impl Engine {
    fn require_texts<'u>(&self, units: impl Iterator<Item = &'u FoundUnit>) -> Result<(), Stop> {
        let needs: Vec<Need> = units.map(|found| Need::Text(found.unit)).collect();
        self.require_for(&needs)
    }

    fn unit_excludes(&self, unit: UnitId, wanted: &Exclusion, analyzer: &mut Analyzer) -> bool {
        let phrase = &wanted.phrase;
        let mut in_names = |card: &PageCard| card.names.iter().any(|n| phrase.is_in(n, analyzer));
        if phrase.is_one_term() {
            true
        } else if wanted.in_names {
            self.unit(unit).is_some_and(|(card, _)| in_names(card))
        } else {
            self.unit_holds(unit, phrase, analyzer)
        }
    }

    fn unit_holds(&self, unit: UnitId, phrase: &Phrase, analyzer: &mut Analyzer) -> bool {
        let held = self.unit(unit);
        held.is_some_and(|(card, text)| answer::holds(card, text, phrase, analyzer))
    }
}

impl Sounds for Engine {
    fn readings(&self, ch: char) -> Vec<String> {
        let entry = self.entry(&sound::reading_key(ch));
        let sounds = entry.map_or(&[][..], |entry| &entry.sounds);
        sounds.iter().map(|(text, _)| text.clone()).collect()
    }

    fn alike(&self, key: &str) -> Vec<(String, u8)> {
        self.entry(key)
            .map_or_else(Vec::new, |entry| entry.sounds.clone())
    }

    fn names(&self, key: &str) -> Vec<(Name, Part)> {
        let named = self.names_with(key).into_iter();
        named
            .map(|(name, entry)| (name.clone(), entry.part(key)))
            .collect()
    }
}

impl Knowledge for Engine {
    fn is_word(&self, chars: &[char]) -> bool {
        let pair: String = chars[..2].iter().collect();
        let Some(entry) = self.entry(&pair) else {
            return false;
        };
        if chars.len() == 2 {
            return entry.is_word;
        }
        entry
            .longer_words
            .iter()
            .any(|rest| rest.chars().eq(chars[2..].iter().copied()))
    }

    fn stands(&self, term: &str) -> bool {
        let entry = self.entry(term);
        entry.is_some_and(|e| e.body.is_some() || e.heading.is_some() || e.title.is_some())
    }

    fn frequency(&self, term: &str) -> u32 {
        let body = self.entry(term).and_then(|entry| entry.body.as_ref());
        body.map_or(0, |(df, _)| *df)
    }

    fn units(&self) -> u32 {
        self.boot.units
    }

    fn is_common(&self, ch: char) -> bool {
        self.entry(ch.encode_utf8(&mut [0; 4]))
            .is_some_and(|entry| entry.is_common)
    }

    fn lexicon(&self, pair: &str) -> Vec<LexiconEntry> {
        self.entry(pair)
            .map_or_else(Vec::new, |entry| entry.lexicon.clone())
    }
}
