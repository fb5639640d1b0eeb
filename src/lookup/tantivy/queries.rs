//! Plans as tantivy queries.

use std::collections::BTreeSet;

use search::plan::{Condition, Count, Level, Phrase, Plan, PlanTerm, Requirement, TermKind};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as TantivyQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Term};

use super::engine::TantivyEngine;
use super::scores::AllScores;

type BoxedQuery = Box<dyn TantivyQuery>;

impl TantivyEngine {
    /// Documents that contain all phrases of an exclusion.
    ///
    /// Uses a separate query instead of a `MustNot` clause: there, tantivy 0.27
    /// asks a phrase to go back in its list, and debug builds panic.
    pub(super) fn excluded(&self, plan: &Plan) -> anyhow::Result<BTreeSet<DocId>> {
        let fields = &self.built.fields;
        let mut excluded = BTreeSet::new();
        for way in &plan.excluded {
            let mut of_way: Option<BTreeSet<DocId>> = None;
            for exclusion in way {
                let query = if exclusion.in_names {
                    self.phrase_in(&exclusion.phrase, &[fields.title])?
                } else {
                    self.phrase_query(&exclusion.phrase)?
                };
                let docs = self.searcher.0.search(&query, &AllScores)?;
                let docs: BTreeSet<DocId> = docs.into_iter().map(|(doc, _)| doc).collect();
                of_way = Some(match of_way {
                    Some(known) => &known & &docs,
                    None => docs,
                });
            }
            excluded.extend(of_way.into_iter().flatten());
        }
        Ok(excluded)
    }

    /// A query for what matches a plan at a level, with the scores of all its
    /// terms.
    pub(super) fn scoring_query(&self, plan: &Plan, level: Level) -> anyhow::Result<BooleanQuery> {
        let condition = self.condition_query(plan, level)?;
        let mut clauses: Vec<(Occur, BoxedQuery)> = vec![(Occur::Must, condition)];
        let shares = plan.shares(self.weights.share, self);
        for (at, term) in plan.terms.iter().enumerate() {
            if plan.skipped >> at & 1 == 1 {
                continue;
            }
            clauses.push((Occur::Should, self.scored_term(term)?));
            if term.kind == TermKind::Exact {
                clauses.push((Occur::Should, self.in_sentences(term)));
                let body = self.in_field(term, self.built.fields.body, 1.0);
                let share = ConstScoreQuery::new(body, shares[at]);
                clauses.push((Occur::Should, Box::new(share)));
            }
        }
        Ok(BooleanQuery::new(clauses))
    }

    /// A query for a term in the names that others give a unit.
    pub(super) fn in_calls(&self, term: &PlanTerm) -> BoxedQuery {
        self.in_field(term, self.built.fields.called, self.weights.names)
    }

    /// A query for a term in the sentences in which others cite a unit.
    pub(super) fn in_sentences(&self, term: &PlanTerm) -> BoxedQuery {
        self.in_field(term, self.built.fields.said, self.weights.sentences)
    }

    /// A query for what matches a plan at a level, without scores.
    pub(super) fn condition_query(&self, plan: &Plan, level: Level) -> anyhow::Result<BoxedQuery> {
        let mut clauses = vec![self.condition(plan, &plan.fixed)?];
        let Requirement(counts) = plan.requirement(level);
        if !counts.is_empty() {
            let any: Vec<BoxedQuery> = counts
                .iter()
                .map(|count| self.count(plan, count, level))
                .collect::<anyhow::Result<_>>()?;
            clauses.push(Box::new(BooleanQuery::union(any)));
        }
        let all = Box::new(BooleanQuery::intersection(clauses));
        Ok(Box::new(ConstScoreQuery::new(all, 0.0)))
    }

    pub(super) fn condition(
        &self,
        plan: &Plan,
        condition: &Condition,
    ) -> anyhow::Result<BoxedQuery> {
        let several = |all: &[Condition]| -> anyhow::Result<Vec<BoxedQuery>> {
            all.iter().map(|c| self.condition(plan, c)).collect()
        };
        Ok(match condition {
            Condition::Terms(mask) => self.all_of(plan, *mask, Level::All)?,
            Condition::Names(mask) => {
                let terms = terms_of(plan, *mask).map(|term| self.in_names(term));
                let clauses = terms.collect::<anyhow::Result<_>>()?;
                Box::new(BooleanQuery::intersection(clauses))
            }
            Condition::Phrase(number) => self.wanted_phrase(&plan.phrases[*number])?,
            Condition::All(all) if all.is_empty() => Box::new(AllQuery),
            Condition::All(all) => Box::new(BooleanQuery::intersection(several(all)?)),
            Condition::Any(any) => Box::new(BooleanQuery::union(several(any)?)),
        })
    }

    pub(super) fn all_of(
        &self,
        plan: &Plan,
        mask: u64,
        level: Level,
    ) -> anyhow::Result<BoxedQuery> {
        let terms = terms_of(plan, mask).map(|term| self.anywhere(term, level));
        let clauses: Vec<BoxedQuery> = terms.collect::<anyhow::Result<_>>()?;
        Ok(if clauses.is_empty() {
            Box::new(AllQuery)
        } else {
            Box::new(BooleanQuery::intersection(clauses))
        })
    }

    pub(super) fn count(
        &self,
        plan: &Plan,
        count: &Count,
        level: Level,
    ) -> anyhow::Result<BoxedQuery> {
        let required = self.all_of(plan, count.required, level)?;
        if count.minimum == 0 {
            return Ok(required);
        }
        let counted: Vec<BoxedQuery> = terms_of(plan, count.counted)
            .map(|term| self.anywhere(term, level))
            .collect::<anyhow::Result<_>>()?;
        let minimum = count.minimum as usize;
        let enough = BooleanQuery::union_with_minimum_required_clauses(counted, minimum);
        Ok(Box::new(BooleanQuery::intersection(vec![
            required,
            Box::new(enough),
        ])))
    }

    /// A scored query for a term in the body, the headings or the names that
    /// others give.
    pub(super) fn scored_term(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        let fields = &self.built.fields;
        Ok(match term.kind {
            TermKind::Exact => Box::new(BooleanQuery::union(vec![
                self.in_field(term, fields.body, 1.0),
                self.in_field(term, fields.heading, self.weights.heading),
                self.in_calls(term),
            ])),
            TermKind::Prefix => {
                let anywhere = self.prefix_queries(&term.term, &[fields.body, fields.heading])?;
                let union = BooleanQuery::union(anywhere);
                Box::new(ConstScoreQuery::new(Box::new(union), term.weight))
            }
        })
    }

    pub(super) fn in_field(&self, term: &PlanTerm, field: Field, factor: f32) -> BoxedQuery {
        let query = exact(field, &term.term, IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(query, term.weight * factor))
    }

    /// A query for a term in the body, headings or names; at some levels also
    /// in what others say about the unit.
    pub(super) fn anywhere(&self, term: &PlanTerm, level: Level) -> anyhow::Result<BoxedQuery> {
        let mut queries = vec![self.scored_term(term)?, self.in_names(term)?];
        if level.is_about() && term.kind == TermKind::Exact {
            queries.push(self.in_sentences(term));
        }
        Ok(Box::new(BooleanQuery::union(queries)))
    }

    /// A query for a term in the names of the page.
    pub(super) fn in_names(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        let title = self.built.fields.title;
        Ok(match term.kind {
            TermKind::Exact => exact(title, &term.term, IndexRecordOption::Basic),
            TermKind::Prefix => self.prefix_in_names(&term.term)?,
        })
    }

    /// A query for a character in the names of the page, also on its own:
    /// 解释（二）.
    pub(super) fn prefix_in_names(&self, ch: &str) -> anyhow::Result<BoxedQuery> {
        let title = self.built.fields.title;
        Ok(Box::new(RegexQuery::from_pattern(
            &format!("{ch}.?"),
            title,
        )?))
    }

    /// Queries for pairs in these fields that begin with a character, and for
    /// the ends of runs.
    pub(super) fn prefix_queries(
        &self,
        ch: &str,
        fields: &[Field],
    ) -> anyhow::Result<Vec<BoxedQuery>> {
        let mut queries: Vec<BoxedQuery> =
            vec![exact(self.built.fields.edge, ch, IndexRecordOption::Basic)];
        for &field in fields {
            // Terms consist only of letters and digits, so nothing needs
            // escaping.
            let pattern = format!("{ch}.?");
            queries.push(Box::new(RegexQuery::from_pattern(&pattern, field)?));
        }
        Ok(queries)
    }

    /// A query for a required phrase; a phrase of two characters matches
    /// wherever its pair does.
    pub(super) fn wanted_phrase(&self, phrase: &Phrase) -> anyhow::Result<BoxedQuery> {
        let own = self.phrase_query(phrase)?;
        let [(term, _)] = &phrase.terms[..] else {
            return Ok(own);
        };
        let called = exact(self.built.fields.called, term, IndexRecordOption::Basic);
        Ok(Box::new(BooleanQuery::union(vec![own, called])))
    }

    pub(super) fn phrase_query(&self, phrase: &Phrase) -> anyhow::Result<BoxedQuery> {
        let fields = &self.built.fields;
        self.phrase_in(phrase, &[fields.body, fields.heading, fields.title])
    }

    /// A query for a phrase in any of the given fields.
    pub(super) fn phrase_in(
        &self,
        phrase: &Phrase,
        fields: &[Field],
    ) -> anyhow::Result<BoxedQuery> {
        let in_field = |&field: &Field| -> BoxedQuery {
            if let [(term, _)] = &phrase.terms[..] {
                return exact(field, term, IndexRecordOption::Basic);
            }
            let terms = phrase
                .terms
                .iter()
                .map(|(term, at)| (*at as usize, Term::from_field_text(field, term)))
                .collect();
            Box::new(PhraseQuery::new_with_offset(terms))
        };
        let is_names = fields == [self.built.fields.title];
        let queries = match &phrase.terms[..] {
            [(only, _)] if only.chars().count() == 1 && is_names => {
                vec![self.prefix_in_names(only)?]
            }
            [(only, _)] if only.chars().count() == 1 => self.prefix_queries(only, fields)?,
            _ => fields.iter().map(in_field).collect(),
        };
        Ok(Box::new(BooleanQuery::union(queries)))
    }
}

pub(super) fn exact(field: Field, term: &str, option: IndexRecordOption) -> BoxedQuery {
    Box::new(TermQuery::new(Term::from_field_text(field, term), option))
}

/// The terms of a plan that a mask selects.
pub(super) fn terms_of(plan: &Plan, mask: u64) -> impl Iterator<Item = &PlanTerm> {
    let terms = plan.terms.iter().enumerate();
    terms
        .filter(move |(at, _)| mask >> at & 1 == 1)
        .map(|(_, term)| term)
}
