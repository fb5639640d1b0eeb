//! Computes the weight of each term of a query from the index's knowledge.

use super::analysed::Operator;
use super::parts::{
    Condition, Knowledge, MAX_TERMS, Plan, PlanTerm, SENTENCE_TERMS, SHORT_LIST, Said, TermKind,
    Variant,
};
use crate::analysis::words::{INNER_WEIGHT, pair_weights};
use crate::format::terms::LexiconKind;

/// Factor for terms that stand for a typed one, which counts more.
const VARIANT_WEIGHT: f32 = 0.75;

/// In a sentence, terms in more than this share of the units (one in eight) add
/// little to the others, and they have the longest lists. On judged questions,
/// leaving them out costs nothing; with a limit of one in twenty it costs 0.6
/// points of MRR@10.
const COMMON_SHARE: u32 = 8;

impl Plan {
    /// Adds a term and returns its bit; `None` if there are too many terms.
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

    /// Adds the pairs of runs and returns them as a variant; `None` if there is
    /// no room for all of them.
    pub(super) fn variant(
        &mut self,
        runs: &[Vec<char>],
        is_typed: bool,
        lexicon: &[Said],
        index: &dyn Knowledge,
    ) -> Option<Variant> {
        let mut variant = Variant::default();
        // A variant must be complete, or it would require less than was typed.
        let pairs: usize = runs.iter().map(|run| run.len().max(2) - 1).sum();
        if !is_typed && self.terms.len() + pairs > MAX_TERMS {
            return None;
        }
        for run in runs {
            if let [only] = run[..] {
                let at = self.add(only.to_string(), TermKind::Prefix, 1.0)?;
                self.terms[at].is_word = true;
                self.terms[at].is_typed |= is_typed;
                variant.known |= 1 << at;
                variant.words |= 1 << at;
                continue;
            }
            let weights = pair_weights(run, |chars| index.is_word(chars));
            let cut = Cut::new(run, &weights, index);
            // A run without a known word counts as a word: 述责 has no word
            // boundary that could be dropped.
            let has_word = weights.iter().any(|&weight| weight >= INNER_WEIGHT);
            let factors = factors(run, lexicon);
            let required = &cut.required;
            for (at, ((pair, weight), factor)) in
                run.windows(2).zip(weights).zip(factors).enumerate()
            {
                let is_word = weight >= INNER_WEIGHT || !has_word;
                let is_required = required[at] || is_word;
                let term: String = pair.iter().collect();
                let known = self.terms.iter().any(|t| t.term == term);
                let factor = factor * digits(run, at);
                let weight = match (is_typed, known) {
                    (true, _) => weight as f32 * factor,
                    // The term already counts, as typed or for another variant.
                    (false, true) => 0.0,
                    (false, false) => weight as f32 * VARIANT_WEIGHT,
                };
                if factor == 0.0 && is_typed {
                    self.stopped += 1;
                    continue;
                }
                let at = self.add(term, TermKind::Exact, weight)?;
                self.terms[at].is_word |= is_word;
                self.terms[at].is_typed |= is_typed;
                if is_word {
                    variant.known |= 1 << at;
                }
                if is_required {
                    variant.words |= 1 << at;
                } else {
                    variant.borders |= 1 << at;
                }
            }
        }
        // A pair that crosses a boundary here but is inside a word elsewhere is
        // required as part of a word.
        variant.borders &= !variant.words;
        (variant.words | variant.borders != 0).then_some(variant)
    }

    /// Records which typed words of a run must occur, and which occur nowhere.
    pub(super) fn note_words(&mut self, run: &[char], lexicon: &[Said], index: &dyn Knowledge) {
        if run.len() < 2 {
            return;
        }
        let weights = pair_weights(run, |chars| index.is_word(chars));
        let cut = Cut::new(run, &weights, index);
        let factors = factors(run, lexicon);
        let mut note = |list: fn(&mut Self) -> &mut Vec<String>, (from, to): (usize, usize)| {
            let text: String = run[from..to].iter().collect();
            let list = list(self);
            if list.len() < MOST_NOTED && !list.contains(&text) {
                list.push(text);
            }
        };
        for &(from, to) in &cut.pieces {
            // Pairs that a stop word covers are not required.
            let wanted = (from..to - 1).filter(|&at| factors[at] > 0.0);
            let stands = |at: usize| index.stands(&run[at..at + 2].iter().collect::<String>());
            let standing: Vec<bool> = wanted.map(stands).collect();
            if !standing.is_empty() {
                note(|plan| &mut plan.words, (from, to));
            }
            if standing.contains(&false) {
                note(|plan| &mut plan.absent, (from, to));
            }
        }
    }

    pub(super) fn operators(&mut self, operators: &[Operator], index: &dyn Knowledge) -> Condition {
        let all = operators
            .iter()
            .filter_map(|operator| match operator {
                Operator::Runs(runs) => {
                    let variant = self.variant(runs, true, &[], index)?;
                    // Alternatives require their words, but not the pairs
                    // across spaces or boundaries between words.
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

    /// For a sentence, skips terms that occur nearly everywhere if enough
    /// others are left.
    pub(super) fn leave_out_common(&mut self, index: &dyn Knowledge) {
        if !self.is_sentence() {
            return;
        }
        let limit = (index.units() / COMMON_SHARE).max(SHORT_LIST);
        let plain = self.variants.iter().fold(0, |m, v| m | v.words | v.borders);
        // Terms of operators are required, even if they are also among the
        // plain words.
        let fixed = self.fixed.terms();
        let common = self.mask(|t| t.kind == TermKind::Exact && index.frequency(&t.term) > limit);
        let common = common & plain & !fixed;
        if (plain & !common).count_ones() < SENTENCE_TERMS as u32 / 2 {
            return;
        }
        for variant in &mut self.variants {
            variant.known &= !common;
            variant.words &= !common;
            variant.borders &= !common;
        }
        self.skipped = common;
    }
}

/// A run, split into words and the text between them.
struct Cut {
    /// For each pair, whether a match for all words must contain it: pairs
    /// inside words, and pairs of characters that are in no word.
    required: Vec<bool>,
    /// Words and the text between them, as ranges of characters.
    pieces: Vec<(usize, usize)>,
}

impl Cut {
    /// Splits a run of two or more characters by the weights of its pairs.
    fn new(run: &[char], weights: &[u32], index: &dyn Knowledge) -> Self {
        let is_inside = |at: usize| weights[at] >= INNER_WEIGHT;
        let is_in_word =
            |at: usize| (at > 0 && is_inside(at - 1)) || (at < weights.len() && is_inside(at));
        let stands = |at: usize| index.stands(&run[at..at + 2].iter().collect::<String>());
        let mut required = vec![false; weights.len()];
        let mut pieces = Vec::new();
        // A single character that belongs to the word after it.
        let mut joined = None;
        let mut from = 0;
        while from < run.len() {
            let mut to = from + 1;
            let is_word = is_in_word(from);
            if is_word {
                while to < run.len() && is_inside(to - 1) {
                    to += 1;
                }
            } else {
                while to < run.len() && !is_in_word(to) {
                    to += 1;
                }
            }
            let next = to;
            // Grammatical words around other text add nothing: 新提拔的干部.
            if !is_word {
                while to - from > 2 && LITTLE.contains(run[to - 1]) {
                    to -= 1;
                }
                while to - from > 2 && LITTLE.contains(run[from]) {
                    from += 1;
                }
            }
            match to - from {
                // A single grammatical word between words adds nothing.
                1 if LITTLE.contains(run[from]) => {}
                // Any other single character is joined to the word before it,
                // 责任制, or after it, 出问题, whichever the corpus does.
                1 if from > 0 && (to == run.len() || stands(from - 1)) => match pieces.last_mut() {
                    Some((_, end)) if *end == from => *end = to,
                    _ => pieces.push((from - 1, to)),
                },
                1 => joined = Some(from),
                _ => pieces.push((joined.take().unwrap_or(from), to)),
            }
            from = next;
        }
        for &(from, to) in &pieces {
            required[from..to - 1].fill(true);
        }
        Self { required, pieces }
    }
}

/// Factor for a pair of digits: low inside a longer number, since 2016 is not
/// similar to 2018. The whole number is a term of its own.
fn digits(run: &[char], at: usize) -> f32 {
    let is_digit = |at: usize| run.get(at).is_some_and(char::is_ascii_digit);
    let is_longer = is_digit(at + 2) || (at > 0 && is_digit(at - 1));
    if is_digit(at) && is_digit(at + 1) && is_longer {
        PART_OF_NUMBER
    } else {
        1.0
    }
}

/// Factor for two digits of a longer number.
const PART_OF_NUMBER: f32 = 0.25;

/// Characters that may be missing between words if all words are there.
const LITTLE: &str = "的了和与及或在是对为把被之于以由等其将从到而也都就所向要谁吗呢";

/// The maximum number of query words that are shown to the reader.
const MOST_NOTED: usize = 8;

/// The lexicon's factor for each pair of a run: 0 inside a stop word, its
/// weight inside a weighted word, 1 elsewhere.
fn factors(run: &[char], lexicon: &[Said]) -> Vec<f32> {
    let mut factors = vec![1.0; run.len().saturating_sub(1)];
    for said in lexicon {
        let factor = match said.kind {
            LexiconKind::Stop => 0.0,
            LexiconKind::Weighted(quarters) => f32::from(quarters) / 4.0,
            LexiconKind::Synonym | LexiconKind::Superseded | LexiconKind::Region => continue,
        };
        let word: Vec<char> = said.word.chars().collect();
        for start in 0..run.len() {
            if run[start..].starts_with(&word) {
                let end = start + word.len() - 1;
                factors[start..end].fill(factor);
                // The pairs across a stop word's boundaries mean just as
                // little.
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
