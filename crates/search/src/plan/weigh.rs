//! What each term of a query counts, by what the index knows.

use super::analysed::Operator;
use super::{
    Condition, Knowledge, MAX_TERMS, Plan, PlanTerm, SENTENCE_TERMS, SHORT_LIST, Said, TermKind,
    Variant,
};
use crate::analysis::words::{INNER_WEIGHT, pair_weights};
use crate::format::terms::LexiconKind;

/// What a term counts that stands for a typed one: less than that itself.
const VARIANT_WEIGHT: f32 = 0.75;

/// In a sentence, terms in more than this share of the units say little that
/// the rest doesn't: one in eight. They are the longest lists. On judged
/// questions leaving them out costs nothing; at one in twenty it costs 0.6
/// points of MRR@10.
const COMMON_SHARE: u32 = 8;

impl Plan {
    /// Adds a term and says which bit it is; `None` when there are too many.
    pub(super) fn add(&mut self, term: String, kind: TermKind, weight: f32) -> Option<usize> {
        let known = self
            .terms
            .iter()
            .position(|t| t.term == term && t.kind == kind);
        match known {
            Some(at) => {
                self.terms[at].weight += weight;
                Some(at)
            }
            None if self.terms.len() < MAX_TERMS => {
                self.terms.push(PlanTerm {
                    term,
                    kind,
                    weight,
                    is_word: false,
                    is_typed: false,
                });
                Some(self.terms.len() - 1)
            }
            None => None,
        }
    }

    /// Adds the pairs of runs. Returns the variant that they are; `None` when
    /// there is no room for all of them.
    pub(super) fn variant(
        &mut self,
        runs: &[Vec<char>],
        is_typed: bool,
        lexicon: &[Said],
        index: &dyn Knowledge,
    ) -> Option<Variant> {
        let mut variant = Variant::default();
        // A variant must be whole, or it would ask for less than was typed.
        let pairs: usize = runs.iter().map(|run| run.len().max(2) - 1).sum();
        if !is_typed && self.terms.len() + pairs > MAX_TERMS {
            return None;
        }
        for run in runs {
            if let [only] = run[..] {
                let at = self.add(only.to_string(), TermKind::Prefix, 1.0)?;
                self.terms[at].is_word = true;
                self.terms[at].is_typed |= is_typed;
                variant.words |= 1 << at;
                continue;
            }
            let weights = pair_weights(run, |chars| index.is_word(chars));
            // A run without a known word is one that was typed: 述责 has no
            // border to give up.
            let has_word = weights.iter().any(|&weight| weight >= INNER_WEIGHT);
            let factors = factors(run, lexicon);
            for ((pair, weight), factor) in run.windows(2).zip(weights).zip(factors) {
                let is_word = weight >= INNER_WEIGHT || !has_word;
                let term: String = pair.iter().collect();
                let known = self.terms.iter().any(|t| t.term == term);
                let weight = match (is_typed, known) {
                    (true, _) => weight as f32 * factor,
                    // Already counts, for what was typed or for another variant.
                    (false, true) => 0.0,
                    (false, false) => weight as f32 * VARIANT_WEIGHT,
                };
                if factor == 0.0 && is_typed {
                    continue;
                }
                let at = self.add(term, TermKind::Exact, weight)?;
                self.terms[at].is_word |= is_word;
                self.terms[at].is_typed |= is_typed;
                match is_word {
                    true => variant.words |= 1 << at,
                    false => variant.borders |= 1 << at,
                }
            }
        }
        // What is a border here and inside a word there is wanted as a word.
        variant.borders &= !variant.words;
        (variant.words | variant.borders != 0).then_some(variant)
    }

    pub(super) fn operators(&mut self, operators: &[Operator], index: &dyn Knowledge) -> Condition {
        let all = operators
            .iter()
            .filter_map(|operator| match operator {
                Operator::Runs(runs) => {
                    let variant = self.variant(runs, true, &[], index)?;
                    // Alternatives want their words; a typed space or border
                    // between two words is no reason to miss.
                    Some(Condition::Terms(match variant.words {
                        0 => variant.borders,
                        words => words,
                    }))
                }
                Operator::Names(runs) => {
                    let variant = self.variant(runs, true, &[], index)?;
                    Some(Condition::Names(variant.words | variant.borders))
                }
                Operator::Phrase(number, runs) => {
                    let variant = self.variant(runs, true, &[], index)?;
                    Some(Condition::All(vec![
                        Condition::Terms(variant.words | variant.borders),
                        Condition::Phrase(*number),
                    ]))
                }
                Operator::Any(alternatives) => Some(Condition::Any(
                    alternatives
                        .iter()
                        .map(|alternative| self.operators(alternative, index))
                        .collect(),
                )),
            })
            .collect();
        Condition::All(all)
    }

    /// In a sentence, leaves out terms that stand nearly everywhere, when
    /// enough others are left.
    pub(super) fn leave_out_common(&mut self, index: &dyn Knowledge) {
        if !self.is_sentence() {
            return;
        }
        let limit = (index.units() / COMMON_SHARE).max(SHORT_LIST);
        let plain = self.variants.iter().fold(0, |m, v| m | v.words | v.borders);
        // An operator's terms are wanted, also where the plain words have them.
        let fixed = self.fixed.terms();
        let common = self.mask(|t| t.kind == TermKind::Exact && index.frequency(&t.term) > limit);
        let common = common & plain & !fixed;
        if (plain & !common).count_ones() < SENTENCE_TERMS as u32 / 2 {
            return;
        }
        for variant in &mut self.variants {
            variant.words &= !common;
            variant.borders &= !common;
        }
        self.skipped = common;
    }
}

/// What the lexicon makes of each pair of a run: 0 inside a stop word, its
/// weight inside a weighted one, 1 elsewhere.
fn factors(run: &[char], lexicon: &[Said]) -> Vec<f32> {
    let mut factors = vec![1.0; run.len().saturating_sub(1)];
    for said in lexicon {
        let factor = match said.kind {
            LexiconKind::Stop => 0.0,
            LexiconKind::Weighted(quarters) => f32::from(quarters) / 4.0,
            LexiconKind::Synonym | LexiconKind::Superseded => continue,
        };
        let word: Vec<char> = said.word.chars().collect();
        for start in 0..run.len() {
            if run[start..].starts_with(&word) {
                let end = start + word.len() - 1;
                factors[start..end].fill(factor);
                // The border pairs of a stop word say as little.
                if factor == 0.0 {
                    if start > 0 {
                        factors[start - 1] = 0.0;
                    }
                    if end < factors.len() {
                        factors[end] = 0.0;
                    }
                }
            }
        }
    }
    factors
}
