//! From a query to what is looked up, what is wanted, and how much each term
//! counts. The same plan drives the static engine and tantivy.

use crate::analysis::words::{INNER_WEIGHT, WORD_WEIGHT, pair_weights};
use crate::analysis::{Analyzer, TokenKind};
use crate::format::terms::{ARTICLE_MARK, LexiconEntry, LexiconKind};
use crate::numerals;
use crate::order;
use crate::query::{Node, Query};
use crate::reference::{self, Reference};

/// The most terms that a plan holds; masks of terms have this many bits.
pub const MAX_TERMS: usize = 64;

/// Single characters of a query beyond these are not looked up: each is a
/// whole range of the index.
const MAX_PREFIXES: usize = 4;

/// A query with more pairs than this is a sentence, which wants most of its
/// words, not all.
const SENTENCE_TERMS: usize = 12;

/// The most ways of saying a query: itself, with numerals written the other
/// way, with synonyms.
const MAX_VARIANTS: usize = 6;

/// What a term counts that stands for a typed one: less than that itself.
const VARIANT_WEIGHT: f32 = 0.75;

/// In a sentence, terms in more than this share of the units say little that
/// the rest doesn't: one in eight. They are the longest lists. On judged
/// questions leaving them out costs nothing; at one in twenty it costs 0.6
/// points of MRR@10.
const COMMON_SHARE: u32 = 8;

/// Lists shorter than this are not worth leaving out.
const SHORT_LIST: u32 = 1_000;

/// A character whose pairs' lists come to more than this share of the units is
/// common: one in four.
const COMMON_CHARACTER_SHARE: u32 = 4;

/// Whether a single character says too little beside longer words to be worth
/// what it costs: it is looked up as every pair that begins with it, and the
/// lists of the pairs of 的 are a hundred files. `postings` is how long those
/// lists are together, `units` how many units there are.
pub fn is_common_character(postings: u64, units: u32) -> bool {
    postings > u64::from((units / COMMON_CHARACTER_SHARE).max(SHORT_LIST))
}

/// What a term is to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    /// An indexed string, scored by BM25.
    Exact,
    /// One character: every pair that begins with it, and the ends of runs.
    /// Being there counts 1, nothing more.
    Prefix,
}

/// A term with what it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanTerm {
    /// The indexed string, or the character of a prefix.
    pub term: String,
    /// How it is looked up.
    pub kind: TermKind,
    /// Factor of its BM25 score: the sum over its occurrences in the query.
    pub weight: f32,
    /// Whether it is part of a word, and not only a pair across the border of
    /// two.
    pub is_word: bool,
    /// Whether names of pages are held against it: what was typed, not what
    /// only weighs or stands for something else.
    pub is_typed: bool,
}

/// A phrase: terms at places relative to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As typed.
    pub text: String,
    /// Terms with their positions, the first at 0.
    pub terms: Vec<(String, u32)>,
}

/// How much of the query a unit must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every term.
    All,
    /// Every word, but not the pairs across borders: 天津谈话 as 天津 and 谈话.
    Words,
    /// Six of ten terms.
    Most,
    /// Any term, best first.
    Any,
    /// A sentence: any term, best first.
    Sentence,
}

impl Level {
    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Words => "words",
            Self::Most => "most",
            Self::Any => "any",
            Self::Sentence => "sentence",
        }
    }
}

/// What a unit must hold, over bits of [`Plan::terms`] and [`Plan::phrases`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these terms, in the unit or its page's names.
    Terms(u64),
    /// All of these terms in the page's names.
    Names(u64),
    /// This phrase.
    Phrase(usize),
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
}

/// The terms that a unit holds, and those of them in its page's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Anywhere.
    pub terms: u64,
    /// In the page's names.
    pub names: u64,
}

impl Condition {
    /// Whether it is fulfilled. `phrase` says whether a phrase is there.
    pub fn is_met(&self, held: Held, phrase: &mut dyn FnMut(usize) -> bool) -> bool {
        match self {
            Self::Terms(mask) => held.terms & mask == *mask,
            Self::Names(mask) => held.names & mask == *mask,
            Self::Phrase(number) => phrase(*number),
            Self::All(all) => all.iter().all(|c| c.is_met(held, phrase)),
            Self::Any(any) => any.iter().any(|c| c.is_met(held, phrase)),
        }
    }

    /// All terms that it asks of units, as bits.
    fn terms(&self) -> u64 {
        match self {
            Self::Terms(mask) => *mask,
            Self::Names(_) | Self::Phrase(_) => 0,
            Self::All(all) | Self::Any(all) => all.iter().fold(0, |mask, c| mask | c.terms()),
        }
    }
}

/// Terms of which a number must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Terms that must all be there.
    pub required: u64,
    /// Terms of which `minimum` must be there.
    pub counted: u64,
    /// How many of `counted`.
    pub minimum: u32,
}

impl Count {
    fn is_met(self, terms: u64) -> bool {
        terms & self.required == self.required
            && (terms & self.counted).count_ones() >= self.minimum
    }
}

/// What a unit must fulfil at a level, beside [`Plan::fixed`]: one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(pub Vec<Count>);

impl Requirement {
    /// Whether a unit with these terms fulfils it.
    pub fn is_met(&self, terms: u64) -> bool {
        self.0.is_empty() || self.0.iter().any(|count| count.is_met(terms))
    }
}

/// One way of saying the plain words of a query, as bits of terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// Words and pairs inside them.
    pub words: u64,
    /// Pairs across borders: first to be given up.
    pub borders: u64,
}

/// What to look up and what to want.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Terms in order of the query, each once.
    pub terms: Vec<PlanTerm>,
    /// Ways of saying the plain words; the first is as typed.
    pub variants: Vec<Variant>,
    /// What operators want; never relaxed.
    pub fixed: Condition,
    /// Phrases, numbered for [`Condition::Phrase`].
    pub phrases: Vec<Phrase>,
    /// Phrases that must not be there.
    pub excluded: Vec<Phrase>,
    /// References to provisions.
    pub references: Vec<Reference>,
    /// Words of the lexicon that were found, with what they stand for.
    pub lexicon: Vec<Said>,
    /// Whether parts of the query were left out because it is too long.
    pub truncated: bool,
    /// Whether something that looks like syntax was read as text.
    pub malformed: bool,
    /// Whether two typed characters stand next to each other nowhere.
    pub has_unknown: bool,
    /// Terms, as bits, so common that a sentence does without them: only names
    /// are held against them.
    pub skipped: u64,
    /// Common characters that stood alone beside longer words, and were left
    /// out.
    pub left_out: Vec<char>,
    /// For each variant its runs of three or more characters, which a page may
    /// hold as they are or in pieces. Empty when there is nothing to tell apart.
    pub verbatim: Vec<Vec<Phrase>>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            terms: Vec::new(),
            variants: Vec::new(),
            fixed: Condition::All(Vec::new()),
            phrases: Vec::new(),
            excluded: Vec::new(),
            references: Vec::new(),
            lexicon: Vec::new(),
            truncated: false,
            malformed: false,
            has_unknown: false,
            skipped: 0,
            left_out: Vec::new(),
            verbatim: Vec::new(),
        }
    }
}

/// A word of the query of which the lexicon says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The word, folded.
    pub word: String,
    /// What is said.
    pub kind: LexiconKind,
    /// What else is searched.
    pub texts: Vec<String>,
}

/// What an index knows that a plan needs.
pub trait Knowledge {
    /// Whether these characters are a word of the corpus.
    fn is_word(&self, chars: &[char]) -> bool;
    /// In how many units' texts a term stands.
    fn frequency(&self, term: &str) -> u32;
    /// How many units there are.
    fn units(&self) -> u32;
    /// Whether a character is common, as [`is_common_character`] has it.
    fn is_common(&self, ch: char) -> bool;
    /// What the lexicon says of words that begin with this pair.
    fn lexicon(&self, pair: &str) -> Vec<LexiconEntry>;
}

/// A query's runs before weights are known.
#[derive(Clone, Debug, Default)]
pub struct Analysed {
    /// Ways of saying the plain words, each a list of runs.
    variants: Vec<Vec<Vec<char>>>,
    operators: Vec<Operator>,
    words: Vec<String>,
    phrases: Vec<Phrase>,
    excluded: Vec<Phrase>,
    references: Vec<Reference>,
    lexicon: Vec<Said>,
    left_out: Vec<char>,
    truncated: bool,
    malformed: bool,
}

/// What an operator wants, as runs.
#[derive(Clone, Debug)]
enum Operator {
    Runs(Vec<Vec<char>>),
    Names(Vec<Vec<char>>),
    /// Number of the phrase, and its runs.
    Phrase(usize, Vec<Vec<char>>),
    Any(Vec<Vec<Operator>>),
}

/// Bounds what a query may ask for.
struct Budget {
    terms: usize,
    prefixes: usize,
    truncated: bool,
}

impl Budget {
    /// As much of these runs as may be looked up.
    fn take(&mut self, runs: Vec<Vec<char>>) -> Vec<Vec<char>> {
        let mut kept = Vec::new();
        for mut chars in runs {
            let wanted = chars.len().saturating_sub(1).max(1);
            let left = match chars.len() {
                1 => self.terms.min(self.prefixes),
                _ => self.terms,
            };
            if wanted > left {
                self.truncated = true;
                if chars.len() == 1 || left == 0 {
                    continue;
                }
                chars.truncate(left + 1);
            }
            if chars.len() == 1 {
                self.prefixes -= 1;
            }
            self.terms -= wanted.min(left);
            kept.push(chars);
        }
        kept
    }
}

fn runs(text: &str, analyzer: &mut Analyzer) -> Vec<Vec<char>> {
    let runs = analyzer.runs(text).into_iter();
    runs.map(|run| run.chars).collect()
}

impl Analysed {
    /// Analyses a query.
    pub fn new(query: &Query, analyzer: &mut Analyzer) -> Self {
        let mut analysed = Self {
            truncated: query.truncated,
            malformed: query.malformed,
            excluded: phrases(&query.excluded, analyzer),
            ..Self::default()
        };
        let mut budget = Budget {
            terms: MAX_TERMS,
            prefixes: MAX_PREFIXES,
            truncated: false,
        };
        // What operators want first: it must not be what is left out.
        for part in &query.parts {
            if !matches!(part, Node::Words(_)) {
                let operator = analysed.operator(part, &mut budget, analyzer);
                analysed.operators.extend(operator);
            }
        }
        let mut plain = Vec::new();
        for part in &query.parts {
            if let Node::Words(text) = part {
                for token in analyzer.tokens(text) {
                    if token.kind == TokenKind::Word
                        && analysed.words.len() < 8
                        && budget.terms > 0
                        && !analysed.words.contains(&token.term)
                    {
                        analysed.words.push(token.term);
                        budget.terms -= 1;
                    }
                }
                plain.extend(budget.take(runs(text, analyzer)));
            }
        }
        analysed.references = reference::find(&plain);
        if !plain.is_empty() {
            analysed.variants.push(plain.clone());
            for two in ['二', '两'] {
                analysed.say_otherwise(|run| numerals::rewritten(run, two));
            }
        }
        let excluded: usize = analysed.excluded.iter().map(|p| p.terms.len()).sum();
        if excluded > MAX_TERMS {
            analysed.excluded.truncate(1);
            analysed.excluded.retain(|p| p.terms.len() <= MAX_TERMS);
            analysed.truncated = true;
        }
        analysed.truncated |= budget.truncated;
        analysed
    }

    fn operator(
        &mut self,
        node: &Node,
        budget: &mut Budget,
        analyzer: &mut Analyzer,
    ) -> Option<Operator> {
        match node {
            Node::Words(text) => {
                let runs = budget.take(runs(text, analyzer));
                (!runs.is_empty()).then_some(Operator::Runs(runs))
            }
            Node::Title(text) => {
                let mut runs = runs(text, analyzer);
                runs.retain(|run| run.len() > 1);
                let runs = budget.take(runs);
                (!runs.is_empty()).then_some(Operator::Names(runs))
            }
            Node::Phrase(text) => {
                let phrase = phrases(std::slice::from_ref(text), analyzer).pop()?;
                if phrase.terms.len() > MAX_TERMS {
                    self.truncated = true;
                    return None;
                }
                let mut runs = runs(text, analyzer);
                // A character alone in a phrase of pairs is no term.
                if runs.iter().any(|run| run.len() > 1) {
                    runs.retain(|run| run.len() > 1);
                }
                let runs = budget.take(runs);
                self.phrases.push(phrase);
                Some(Operator::Phrase(self.phrases.len() - 1, runs))
            }
            Node::Any(alternatives) => {
                let mut any = Vec::new();
                for alternative in alternatives {
                    let mut all = Vec::new();
                    for node in alternative {
                        all.extend(self.operator(node, budget, analyzer));
                    }
                    if !all.is_empty() {
                        any.push(all);
                    }
                }
                (!any.is_empty()).then_some(Operator::Any(any))
            }
        }
    }

    /// Adds each way of saying the query with `rewrite` done to all runs.
    fn say_otherwise(&mut self, rewrite: impl Fn(&[char]) -> Option<Vec<char>>) {
        let known = self.variants.len();
        for at in 0..known {
            let mut changed = false;
            let variant = self.variants[at]
                .iter()
                .map(|run| match rewrite(run) {
                    Some(other) => {
                        changed = true;
                        other
                    }
                    None => run.clone(),
                })
                .collect();
            if changed && self.variants.len() < MAX_VARIANTS && !self.variants.contains(&variant) {
                self.variants.push(variant);
            }
        }
    }

    /// Adds what the lexicon says of the plain words. Returns whether that
    /// needs further terms.
    pub fn consult(&mut self, index: &dyn Knowledge) -> bool {
        let Some(typed) = self.variants.first().cloned() else {
            return false;
        };
        for run in &typed {
            let mut i = 0;
            while i + 1 < run.len() {
                let pair: String = run[i..i + 2].iter().collect();
                let longest = index
                    .lexicon(&pair)
                    .into_iter()
                    .filter(|said| {
                        let rest = &run[i + 2..];
                        said.rest.chars().count() <= rest.len()
                            && said.rest.chars().zip(rest).all(|(a, b)| a == *b)
                    })
                    .max_by_key(|said| said.rest.len());
                let Some(said) = longest else {
                    i += 1;
                    continue;
                };
                let word = pair + &said.rest;
                i += word.chars().count();
                if self.lexicon.iter().all(|known| known.word != word) {
                    self.lexicon.push(Said {
                        word,
                        kind: said.kind,
                        texts: said.texts,
                    });
                }
            }
        }
        let known = self.variants.len();
        for said in self.lexicon.clone() {
            if matches!(said.kind, LexiconKind::Stop | LexiconKind::Weighted(_)) {
                continue;
            }
            let word: Vec<char> = said.word.chars().collect();
            for text in &said.texts {
                let other: Vec<char> = text.chars().collect();
                self.say_otherwise(|run| replaced(run, &word, &other));
            }
        }
        self.variants.len() > known
    }

    /// Leaves out common characters that stand alone beside longer words.
    pub fn leave_out_common(&mut self, index: &dyn Knowledge) {
        let mut left_out = Vec::new();
        for runs in &mut self.variants {
            if runs.iter().all(|run| run.len() == 1) {
                continue;
            }
            runs.retain(|run| {
                let is_left_out = run.len() == 1 && index.is_common(run[0]);
                if is_left_out && !left_out.contains(&run[0]) {
                    left_out.push(run[0]);
                }
                !is_left_out
            });
        }
        self.left_out = left_out;
    }

    /// Every exact term whose dictionary entry the plan and the evaluation
    /// need, and single characters, ascending.
    pub fn exact_terms(&self) -> Vec<String> {
        let mut terms: Vec<String> = self.words.clone();
        let mut push = |runs: &[Vec<char>]| {
            for run in runs {
                // The entry of a character alone says whether it is common.
                for pair in run.windows(run.len().min(2)) {
                    terms.push(pair.iter().collect());
                }
            }
        };
        self.variants.iter().for_each(|variant| push(variant));
        each_operator(&self.operators, &mut |operator| match operator {
            Operator::Runs(runs) | Operator::Names(runs) | Operator::Phrase(_, runs) => push(runs),
            Operator::Any(_) => {}
        });
        for phrase in self.phrases.iter().chain(&self.excluded) {
            for (term, _) in &phrase.terms {
                terms.push(term.clone());
            }
        }
        for reference in &self.references {
            terms.push(reference.key());
        }
        order::sort_by(&mut terms, String::cmp);
        terms.dedup();
        terms
    }

    /// The single characters that are looked up as prefixes, each once.
    pub fn prefixes(&self) -> Vec<char> {
        let mut prefixes: Vec<char> = Vec::new();
        let mut push = |ch: char| {
            if !prefixes.contains(&ch) {
                prefixes.push(ch);
            }
        };
        let mut of_runs = |runs: &[Vec<char>]| {
            for run in runs {
                if let [only] = run[..] {
                    push(only);
                }
            }
        };
        self.variants.iter().for_each(|variant| of_runs(variant));
        each_operator(&self.operators, &mut |operator| {
            if let Operator::Runs(runs) | Operator::Phrase(_, runs) = operator {
                of_runs(runs);
            }
        });
        for phrase in &self.excluded {
            let mut chars = phrase.terms[0].0.chars();
            if let (Some(only), None) = (chars.next(), chars.next()) {
                push(only);
            }
        }
        prefixes
    }

    /// Weighs the terms by what the index knows.
    pub fn plan(&self, index: &dyn Knowledge) -> Plan {
        let plan = self.plan_with(&self.lexicon, index);
        if plan.is_empty() {
            // Nothing but stop words: then they are what is meant.
            return self.plan_with(&[], index);
        }
        plan
    }

    fn plan_with(&self, lexicon: &[Said], index: &dyn Knowledge) -> Plan {
        let mut plan = Plan {
            phrases: self.phrases.clone(),
            excluded: self.excluded.clone(),
            references: self.references.clone(),
            lexicon: self.lexicon.clone(),
            left_out: self.left_out.clone(),
            verbatim: verbatim(&self.variants),
            truncated: self.truncated,
            malformed: self.malformed,
            ..Plan::default()
        };
        let fixed = plan.operators(&self.operators, index);
        plan.fixed = fixed;
        for (number, runs) in self.variants.iter().enumerate() {
            let variant = plan.variant(runs, number == 0, lexicon, index);
            if let Some(variant) = variant
                && !plan.variants.contains(&variant)
            {
                plan.variants.push(variant);
            }
        }
        for word in &self.words {
            let at = plan.add(word.clone(), TermKind::Exact, WORD_WEIGHT as f32);
            debug_assert!(at.is_none() || plan.terms.len() <= MAX_TERMS);
        }
        plan.leave_out_common(index);
        plan.has_unknown = plan.terms.iter().any(|term| {
            term.is_typed && term.kind == TermKind::Exact && index.frequency(&term.term) == 0
        });
        plan
    }
}

fn each_operator(operators: &[Operator], visit: &mut dyn FnMut(&Operator)) {
    for operator in operators {
        visit(operator);
        if let Operator::Any(alternatives) = operator {
            for alternative in alternatives {
                each_operator(alternative, visit);
            }
        }
    }
}

/// `run` with `word` replaced by `other` wherever it stands.
fn replaced(run: &[char], word: &[char], other: &[char]) -> Option<Vec<char>> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < run.len() {
        if run[i..].starts_with(word) {
            out.extend(other);
            i += word.len();
        } else {
            out.push(run[i]);
            i += 1;
        }
    }
    (out != run).then_some(out)
}

impl Plan {
    /// Adds a term and says which bit it is; `None` when there are too many.
    fn add(&mut self, term: String, kind: TermKind, weight: f32) -> Option<usize> {
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
    fn variant(
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

    fn operators(&mut self, operators: &[Operator], index: &dyn Knowledge) -> Condition {
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
    fn leave_out_common(&mut self, index: &dyn Knowledge) {
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

    /// The bits of the pairs of runs, as far as they are terms.
    pub fn terms_of(&self, runs: &[Vec<char>]) -> u64 {
        let pairs = runs.iter().flat_map(|run| run.windows(2));
        pairs.fold(0, |mask, pair| {
            let is_pair =
                |t: &PlanTerm| t.kind == TermKind::Exact && t.term.chars().eq(pair.iter().copied());
            let at = self.terms.iter().position(is_pair);
            at.map_or(mask, |at| mask | 1 << at)
        })
    }

    /// Whether the query is this reference and nothing else.
    pub fn is_only(&self, reference: &Reference) -> bool {
        let length: usize = reference
            .label()
            .chars()
            .filter(|ch| !"（）".contains(*ch))
            .count();
        self.references.len() == 1
            && self.fixed == Condition::All(Vec::new())
            && self.typed().count_ones() as usize <= length
    }

    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    fn mask(&self, wanted: impl Fn(&PlanTerm) -> bool) -> u64 {
        self.terms
            .iter()
            .enumerate()
            .filter(|(_, term)| wanted(term))
            .fold(0, |mask, (i, _)| mask | 1 << i)
    }

    /// The terms as typed, as bits: what a name is held against.
    pub fn typed(&self) -> u64 {
        self.mask(|term| term.is_typed)
    }

    /// Whether the plain words are more than anybody types as keywords.
    pub fn is_sentence(&self) -> bool {
        let typed = self.variants.first();
        typed.is_some_and(|v| (v.words | v.borders).count_ones() as usize > SENTENCE_TERMS)
    }

    /// The levels to try, strictest first.
    pub fn levels(&self) -> Vec<Level> {
        if self.variants.is_empty() {
            return vec![Level::All];
        }
        if self.is_sentence() || self.skipped != 0 {
            return vec![Level::Sentence];
        }
        let mut levels: Vec<Level> = Vec::new();
        for level in [Level::All, Level::Words, Level::Most, Level::Any] {
            let requirement = self.requirement(level);
            if !levels
                .iter()
                .any(|&stricter| self.requirement(stricter) == requirement)
            {
                levels.push(level);
            }
        }
        levels
    }

    /// What a unit must fulfil at a level, beside what operators want.
    pub fn requirement(&self, level: Level) -> Requirement {
        let count = |v: &Variant| {
            let all = v.words | v.borders;
            let share = |tenths: u32| (all.count_ones() * tenths).div_ceil(10);
            let required = |required| Count {
                required,
                counted: 0,
                minimum: 0,
            };
            let of_all = |minimum: u32| Count {
                required: 0,
                counted: all,
                minimum,
            };
            match level {
                Level::All => required(all),
                // A query in which no pair is a word has no border to give up.
                Level::Words if v.words != 0 => required(v.words),
                Level::Words => required(all),
                Level::Most => of_all(share(6)),
                Level::Any | Level::Sentence => of_all(1),
            }
        };
        Requirement(self.variants.iter().map(count).collect())
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

/// The key under which an article's number is indexed.
pub fn article_key(number: &str) -> String {
    format!("{ARTICLE_MARK}{number}")
}

/// The longer runs of each variant as phrases: two characters are as they are
/// wherever their pair stands.
fn verbatim(variants: &[Vec<Vec<char>>]) -> Vec<Vec<Phrase>> {
    let phrase = |run: &Vec<char>| Phrase {
        text: run.iter().collect(),
        terms: run
            .windows(2)
            .zip(0..)
            .map(|(pair, at)| (pair.iter().collect(), at))
            .collect(),
    };
    let of_variant = |runs: &Vec<Vec<char>>| -> Vec<Phrase> {
        let longer = runs.iter().filter(|run| run.len() > 2);
        longer.map(phrase).collect()
    };
    let verbatim: Vec<_> = variants.iter().map(of_variant).collect();
    match verbatim.iter().any(Vec::is_empty) {
        true => Vec::new(),
        false => verbatim,
    }
}

fn phrases(texts: &[String], analyzer: &mut Analyzer) -> Vec<Phrase> {
    texts
        .iter()
        .filter_map(|text| {
            let mut terms: Vec<(String, u32)> = Vec::new();
            let tokens = analyzer.tokens(text);
            let pairs = tokens.iter().any(|t| t.kind == TokenKind::Pair);
            for token in tokens {
                // A character alone at the edge of a phrase, or between
                // punctuation, is no term of the index: its neighbours in the
                // document would be its pairs.
                if token.kind == TokenKind::Pair || (!pairs && token.kind == TokenKind::Single) {
                    terms.push((token.term, token.position));
                }
            }
            let first = terms.first()?.1;
            terms
                .iter_mut()
                .for_each(|(_, position)| *position -= first);
            Some(Phrase {
                text: text.clone(),
                terms,
            })
        })
        .collect()
}

impl Phrase {
    /// Whether the phrase is exact as soon as its terms are there: one pair.
    pub fn is_one_term(&self) -> bool {
        self.terms.len() == 1
    }

    /// Whether `text` holds the phrase.
    pub fn is_in(&self, text: &str, analyzer: &mut Analyzer) -> bool {
        let mut places: Vec<(u32, usize)> = Vec::new();
        analyzer.for_each_token(text, |term, kind, position, _| {
            if kind != TokenKind::Word {
                for (i, (wanted, _)) in self.terms.iter().enumerate() {
                    if wanted == term {
                        places.push((position, i));
                    }
                }
            }
        });
        places.iter().filter(|&&(_, i)| i == 0).any(|&(start, _)| {
            self.terms
                .iter()
                .enumerate()
                .all(|(i, (_, offset))| places.binary_search(&(start + offset, i)).is_ok())
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::analysis::fold::Folder;

    /// An index that knows some words.
    pub struct Words<'a>(pub &'a [&'a str]);

    impl Knowledge for Words<'_> {
        fn is_word(&self, chars: &[char]) -> bool {
            self.0.contains(&chars.iter().collect::<String>().as_str())
        }
        fn frequency(&self, term: &str) -> u32 {
            if term == "责任" { 9_000 } else { 10 }
        }
        fn units(&self) -> u32 {
            10_000
        }
        fn is_common(&self, ch: char) -> bool {
            ch == '的'
        }
        fn lexicon(&self, pair: &str) -> Vec<LexiconEntry> {
            match pair {
                "一把" => vec![LexiconEntry {
                    rest: "手".into(),
                    kind: LexiconKind::Synonym,
                    texts: vec!["主要负责人".into()],
                }],
                "有关" => vec![LexiconEntry {
                    rest: String::new(),
                    kind: LexiconKind::Stop,
                    texts: vec![],
                }],
                _ => vec![],
            }
        }
    }

    fn plan(text: &str, words: &[&str]) -> Plan {
        let folder = Folder::algorithmic();
        let mut analyzer = Analyzer::new(&folder);
        let mut analysed = Analysed::new(&Query::parse(text, &[]), &mut analyzer);
        analysed.consult(&Words(words));
        analysed.leave_out_common(&Words(words));
        analysed.plan(&Words(words))
    }

    fn bits(plan: &Plan, mask: u64) -> Vec<&str> {
        let terms = plan.terms.iter().enumerate();
        terms
            .filter(|(i, _)| mask >> i & 1 == 1)
            .map(|(_, t)| t.term.as_str())
            .collect()
    }

    #[test]
    fn a_common_character_alone_is_left_out_beside_words() {
        let found = plan("的，谈话", &["谈话"]);
        assert_eq!(bits(&found, found.variants[0].words), ["谈话"]);
        assert_eq!(found.left_out, ['的']);
        let other = plan("党，谈话", &["谈话"]);
        assert_eq!(bits(&other, other.variants[0].words), ["党", "谈话"]);
        let alone = plan("的", &[]);
        assert_eq!(bits(&alone, alone.variants[0].words), ["的"]);
        assert!(alone.left_out.is_empty());
    }

    #[test]
    fn longer_runs_can_be_told_from_their_pieces() {
        let texts = |text| {
            let found = plan(text, &["天津", "谈话"]);
            let phrases = found.verbatim.into_iter().next().unwrap_or_default();
            phrases.into_iter().map(|p| p.text).collect::<Vec<_>>()
        };
        assert_eq!(texts("天津谈话"), ["天津谈话"]);
        assert_eq!(texts("天津谈话 谈话"), ["天津谈话"]);
        assert!(texts("天津 谈话").is_empty());
    }

    #[test]
    fn borders_are_given_up_before_words() {
        let plan = plan("天津谈话", &["天津", "谈话"]);
        let typed = plan.variants[0];
        assert_eq!(bits(&plan, typed.words), ["天津", "谈话"]);
        assert_eq!(bits(&plan, typed.borders), ["津谈"]);
        let required = |level| plan.requirement(level).0[0].required;
        assert_eq!(required(Level::All), 0b111);
        assert_eq!(required(Level::Words), 0b101);
        assert_eq!(
            plan.levels(),
            [Level::All, Level::Words, Level::Most, Level::Any]
        );
    }

    #[test]
    fn what_was_typed_apart_is_a_word() {
        let plan = plan("一把手 述责", &["一把手"]);
        let typed = plan.variants[0];
        assert_eq!(bits(&plan, typed.words), ["一把", "把手", "述责"]);
    }

    #[test]
    fn phrases_are_never_given_up() {
        let plan = plan("天津 \"四种形态\"", &["天津"]);
        let held = |terms| Held { terms, names: 0 };
        // The phrase's three pairs come first.
        assert!(plan.fixed.is_met(held(0b0111), &mut |_| true));
        assert!(!plan.fixed.is_met(held(0b0111), &mut |_| false));
        assert!(!plan.fixed.is_met(held(0b1011), &mut |_| true));
        assert!(plan.requirement(Level::Any).is_met(0b1000));
        assert!(!plan.requirement(Level::Any).is_met(0b0111));
    }

    #[test]
    fn alternatives_and_names() {
        let plan = plan(
            "标题:问责 (谈话 约谈) OR 巡视",
            &["问责", "谈话", "约谈", "巡视"],
        );
        assert_eq!(plan.levels(), [Level::All]);
        let is_met = |terms, names| plan.fixed.is_met(Held { terms, names }, &mut |_| true);
        let at = |term: &str| 1u64 << plan.terms.iter().position(|t| t.term == term).unwrap();
        let (title, both) = (at("问责"), at("谈话") | at("约谈"));
        assert!(is_met(title | both, title));
        assert!(is_met(title | at("巡视"), title));
        assert!(!is_met(title | at("谈话"), title));
        assert!(!is_met(title | both, 0));
    }

    #[test]
    fn numerals_and_synonyms_are_other_ways_of_saying() {
        let plan = plan("一把手第7条", &["主要", "负责", "负责人"]);
        assert_eq!(plan.variants.len(), 4);
        assert_eq!(plan.lexicon[0].word, "一把手");
        let all = plan.requirement(Level::All);
        let typed = plan.variants[0];
        assert!(all.is_met(typed.words | typed.borders));
        let synonym = plan.terms.iter().find(|t| t.term == "负责").unwrap();
        assert!(!synonym.is_typed && synonym.weight < 3.0);
        assert_eq!(plan.references[0].article, "7");
    }

    #[test]
    fn stop_words_are_not_wanted() {
        let plan = plan("有关规定", &["规定"]);
        assert_eq!(bits(&plan, !0), ["规定"]);
        let plan = self::plan("有关", &[]);
        assert_eq!(bits(&plan, !0), ["有关"]);
    }

    #[test]
    fn a_sentence_does_without_common_terms() {
        let plan = plan("对党员领导干部来说责任和权力职务是对等的", &[]);
        assert_eq!(bits(&plan, plan.skipped), ["责任"]);
        assert!(plan.typed() & plan.skipped != 0);
        assert_eq!(plan.levels(), [Level::Sentence]);
        // What an operator wants is looked up all the same.
        let plan = self::plan(
            "对党员领导干部来说责任和权力职务是对等的 (责任 义务) OR 担当",
            &[],
        );
        assert_eq!(plan.skipped, 0);
    }

    #[test]
    fn a_sentence_wants_some_of_its_words() {
        let plan = plan(
            "对党员领导干部来说责任和权力职务是对等的权力有多大责任就有多大",
            &[],
        );
        assert_eq!(plan.levels(), [Level::Sentence]);
    }

    #[test]
    fn a_phrase_stands_in_text_exactly() {
        let folder = Folder::algorithmic();
        let mut analyzer = Analyzer::new(&folder);
        let phrase =
            |text: &str, analyzer: &mut Analyzer| phrases(&[text.to_string()], analyzer).remove(0);
        let form = phrase("四种形态", &mut analyzer);
        assert!(form.is_in("深化运用“四种形态”", &mut analyzer));
        assert!(!form.is_in("四种，种形，形态", &mut analyzer));
        assert!(!form.is_in("形态四种", &mut analyzer));
        let pause = phrase("明责、履责", &mut analyzer);
        assert!(pause.is_in("健全明责、履责、督责", &mut analyzer));
        assert!(!pause.is_in("明责与履责", &mut analyzer));
    }

    #[test]
    fn very_long_queries_keep_within_the_limit() {
        let text: String = ('一'..'鿿').take(390).collect();
        let plan = plan(&text, &[]);
        assert!(plan.truncated);
        assert!(plan.terms.len() <= MAX_TERMS);
    }
}
