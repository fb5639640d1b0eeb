//! Answers requests by tantivy's queries.

use std::collections::{BTreeMap, BTreeSet};

use search::analysis::Analyzer;
use search::answer::{self, Index, Need, Outline};
use search::format::docs::{PageCard, UnitText};
use search::format::facets::Facet;
use search::format::postings::UnitId;
use search::in_force::InForce;
use search::plan::{Plan, TermKind};
use search::present::{Results, TermPoints};
use search::rank::{self, FoundUnit, ListedUnit, TitleMatch};
use search::request::Request;
use search::score;
use search::sound::Sounds;
use tantivy::query::{ConstScoreQuery, Query as TantivyQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Term};

use crate::lookup::engine::{Lookup, UnitHit};

use super::engine::{NameOfPage, TantivyEngine};
use super::queries::{exact, terms_of};
use super::scores::AllScores;

/// How a plan's terms occur in the names of pages.
#[derive(Debug)]
pub struct NameTerms {
    /// The idf of each term over the names of the pages.
    idf: Vec<f32>,
}

impl NameTerms {
    /// Of the plan's terms in `mask`, counts those that a name contains and
    /// those of them that were typed, and sums their idf.
    fn held(&self, plan: &Plan, mask: u64, name: &BTreeSet<String>) -> (u32, u32, f32) {
        let (mut held, mut typed, mut points) = (0, 0, 0.0);
        for (at, term) in plan.terms.iter().enumerate() {
            if mask >> at & 1 == 1 && name.contains(&term.term) {
                held += 1;
                typed += u32::from(term.is_typed);
                points += self.idf[at];
            }
        }
        (held, typed, points)
    }
}

impl Index for TantivyEngine {
    type Stop = anyhow::Error;
    type Matches = NameTerms;
    type Text<'t> = Box<UnitText>;

    fn outline(&self) -> Outline<'_> {
        let manifest = &self.built.manifest;
        Outline {
            pages: self.cards.len() as u32,
            repealed_from: manifest.repealed_from,
            aids_from: manifest.aids_from,
            superseded_from: manifest.superseded_from,
            successions: &self.successions,
            weights: &self.weights,
            cited: &self.cited,
        }
    }

    fn facet_names(&self) -> &[(String, String)] {
        &self.facet_names
    }

    fn analyzer(&self, _: &str) -> anyhow::Result<Analyzer<'_>> {
        Ok(Analyzer::new(&self.built.folder))
    }

    fn require(&self, _: &[Need]) -> anyhow::Result<()> {
        Ok(())
    }

    fn sounds(&self) -> anyhow::Result<&dyn Sounds> {
        Ok(self.sounding()?)
    }

    fn facets(&self) -> anyhow::Result<Vec<&Facet>> {
        Ok(self.all_facets()?.iter().collect())
    }

    fn matches(&self, plan: &Plan) -> anyhow::Result<NameTerms> {
        let terms: Vec<&str> = plan.terms.iter().map(|term| term.term.as_str()).collect();
        Ok(NameTerms {
            idf: self.name_idf(&terms),
        })
    }

    fn fulfilling(
        &self,
        plan: &Plan,
        _: &NameTerms,
        pages: &InForce,
        _: &mut Analyzer,
    ) -> anyhow::Result<Vec<FoundUnit>> {
        let levels = plan.levels();
        let loosest = *levels.last().expect("a plan has a level");
        // Scores do not depend on the level; which documents match it does.
        let mut found: BTreeMap<DocId, FoundUnit> = self
            .searcher
            .0
            .search(&self.scoring_query(plan, loosest)?, &AllScores)?
            .into_iter()
            .map(|(doc, score)| {
                let found = FoundUnit {
                    unit: self.unit_of(doc),
                    score,
                    level: loosest,
                };
                (doc, found)
            })
            // A page found only by its names is represented by its beginning.
            .filter(|(_, found)| found.score > 0.0 || found.unit.ordinal == 0)
            .filter(|(_, found)| pages.holds(found.unit.page))
            .collect();
        for &level in levels.iter().rev() {
            let stricter = self.condition_query(plan, level)?;
            for (doc, _) in self.searcher.0.search(&stricter, &AllScores)? {
                if let Some(found) = found.get_mut(&doc) {
                    found.level = level;
                }
            }
        }
        // Documents are numbered in the order of their units.
        Ok(found.into_values().collect())
    }

    fn without_excluded(
        &self,
        mut units: Vec<FoundUnit>,
        plan: &Plan,
        _: &mut Analyzer,
    ) -> anyhow::Result<Vec<FoundUnit>> {
        let excluded = self.excluded(plan)?;
        units.retain(|found| !excluded.contains(&self.doc_of(found.unit)));
        Ok(units)
    }

    fn title_match(&self, plan: &Plan, terms: &NameTerms, page: u32) -> TitleMatch {
        let of_query = plan.typed().count_ones();
        let of_name = |name: &NameOfPage| {
            let (held, typed, points) = terms.held(plan, !0, &name.terms);
            TitleMatch::of_name(held, name.length, typed, of_query, points)
        };
        let names = self.names[page as usize].iter().map(of_name);
        names.fold(TitleMatch::default(), TitleMatch::max)
    }

    fn named(&self, plan: &Plan, terms: &NameTerms, among: u64) -> Vec<(u32, f32)> {
        let strength = |name: &NameOfPage| {
            let (held, _, points) = terms.held(plan, among, &name.terms);
            rank::name_strength(held, name.length, among.count_ones(), points)
        };
        let best = |names: &Vec<NameOfPage>| names.iter().map(strength).fold(0.0, f32::max);
        let pages = (0..).zip(self.names.iter().map(best));
        let mut named: Vec<(u32, f32)> = pages.filter(|(_, strength)| *strength > 0.0).collect();
        named.sort_by(|a, b| b.1.total_cmp(&a.1));
        named
    }

    fn articles(&self, key: &str) -> anyhow::Result<Vec<UnitId>> {
        let query = exact(self.built.fields.article, key, IndexRecordOption::Basic);
        let docs = self.searcher.0.search(&*query, &AllScores)?;
        let units: BTreeSet<UnitId> = docs.iter().map(|(doc, _)| self.unit_of(*doc)).collect();
        Ok(units.into_iter().collect())
    }

    fn points(&self, plan: &Plan, _: &NameTerms, unit: UnitId) -> anyhow::Result<Vec<TermPoints>> {
        let shares = plan.shares(self.weights.share, self);
        let address = tantivy::DocAddress::new(0, self.doc_of(unit));
        let points = |query: &dyn TantivyQuery| {
            // tantivy returns an error if the document doesn't match.
            let explanation = query.explain(&self.searcher.0, address);
            explanation.map_or(0.0, |explanation| explanation.value())
        };
        let fields = &self.built.fields;
        let terms = plan.terms.iter().enumerate().map(|(at, term)| {
            Ok(match term.kind {
                _ if plan.skipped >> at & 1 == 1 => TermPoints::default(),
                TermKind::Exact => {
                    let body = self.in_field(term, fields.body, 1.0);
                    let share = ConstScoreQuery::new(body.box_clone(), shares[at]);
                    let heading = self.in_field(term, fields.heading, self.weights.heading);
                    TermPoints {
                        body: points(&*body) + points(&share),
                        heading: points(&*heading),
                        others: points(&*self.in_calls(term)) + points(&*self.in_sentences(term)),
                    }
                }
                TermKind::Prefix => TermPoints {
                    body: points(&*self.scored_term(term)?),
                    ..TermPoints::default()
                },
            })
        });
        terms.collect()
    }

    fn text(&self, unit: UnitId) -> anyhow::Result<(&PageCard, Box<UnitText>)> {
        let card = &self.cards[unit.page as usize];
        Ok((card, Box::new(self.unit_text(unit)?)))
    }
}

impl Lookup for TantivyEngine {
    fn search(&mut self, request: &Request) -> anyhow::Result<Results> {
        answer::answer(self, request)
    }

    fn units(&mut self, request: &Request, limit: usize) -> anyhow::Result<Vec<UnitHit>> {
        self.scored_units(request)?
            .into_iter()
            .take(limit)
            .map(|scored| {
                Ok(UnitHit {
                    page: self.cards[scored.unit.page as usize].key.clone(),
                    anchor: self.unit_text(scored.unit)?.anchor,
                    score: scored.score,
                })
            })
            .collect()
    }
}

impl TantivyEngine {
    /// The idf of each term over the names of the pages.
    fn name_idf(&self, terms: &[&str]) -> Vec<f32> {
        let pages = self.names.len() as u32;
        let holds =
            |names: &Vec<NameOfPage>, term: &str| names.iter().any(|n| n.terms.contains(term));
        terms
            .iter()
            .map(|term| {
                let df = self.names.iter().filter(|names| holds(names, term)).count();
                score::idf(pages, df as u32)
            })
            .collect()
    }

    /// The units of a request with their scores, best first, without reading
    /// texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scored_units(&self, request: &Request) -> anyhow::Result<Vec<ListedUnit>> {
        answer::list(self, request)
    }

    /// How far a score of the static engine may differ from tantivy's for this
    /// request, because impacts are quantised, including those of the context.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn tolerance(&self, request: &Request, bits: score::ImpactBits) -> anyhow::Result<f32> {
        let mut analyzer = self.analyzer(&request.query)?;
        let (found, _) = answer::find_meant(self, request, &mut analyzer)?;
        let plan = &found.plan;
        let units = self.pages.len() as u32;
        let terms: f32 = terms_of(plan, !plan.skipped)
            .filter(|term| term.kind == TermKind::Exact)
            .map(|term| {
                let df = |field| {
                    let term = Term::from_field_text(field, &term.term);
                    self.searcher.0.doc_freq(&term).unwrap_or(0) as u32
                };
                let idf = |df| score::idf(units, df);
                let fields = &self.built.fields;
                let body = idf(df(fields.body)) * bits.tolerance();
                let weights = &self.weights;
                let heading = idf(df(fields.heading)) * weights.heading;
                let others = idf(df(fields.called)) * weights.names
                    + idf(df(fields.said)) * weights.sentences;
                let heading = heading * score::ImpactBits::Eight.tolerance();
                term.weight * (body + heading + others * score::small_tolerance())
            })
            .sum();
        // A unit's own score plus the share of it that its page adds. The error
        // from summing in a different order is far smaller.
        Ok(terms * (1.0 + self.weights.page) + 1e-3)
    }
}
