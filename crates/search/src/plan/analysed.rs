//! Analyses a query in steps, until it can be weighed.

use super::parts::{Exclusion, Knowledge, MAX_TERMS, Plan, Said, TermKind};
use super::phrase::{Phrase, literal, phrase, verbatim};
use crate::analysis::words::WORD_WEIGHT;
use crate::analysis::{Analyzer, TokenKind};
use crate::format::terms::LexiconKind;
use crate::numerals::{self, Signs};
use crate::order;
use crate::query::{Node, Query};
use crate::reference::{self, Reference};

/// Further single characters of a query are not looked up: each of them needs a
/// whole range of the index.
const MAX_PREFIXES: usize = 4;

/// The maximum number of variants of a query: as typed, with numerals in the
/// other script, with synonyms.
const MAX_VARIANTS: usize = 6;

/// The runs of a query before weights are known. This is the first of three
/// steps; each needs more of the index than the previous one.
#[derive(Clone, Debug, Default)]
pub struct Analysed {
    /// Variants of the plain words, each a list of runs.
    variants: Vec<Vec<Vec<char>>>,
    /// For each typed run, whether it follows the one before it without a space.
    follows: Vec<bool>,
    verbatim: Vec<Vec<Phrase>>,
    literal: String,
    is_title: bool,
    operators: Vec<Operator>,
    words: Vec<String>,
    phrases: Vec<Phrase>,
    excluded: Vec<Vec<Exclusion>>,
    numbers: Vec<String>,
    references: Vec<Reference>,
    lexicon: Vec<Said>,
    left_out: Vec<char>,
    truncated: bool,
    malformed: bool,
}

/// A query including the lexicon's entries for it.
#[derive(Clone, Debug, Default)]
pub struct Consulted(Analysed);

/// A query whose look-ups are final.
#[derive(Clone, Debug, Default)]
pub struct Settled(Analysed);

/// What an operator requires, as runs.
#[derive(Clone, Debug)]
pub(super) enum Operator {
    Runs(Vec<Vec<char>>),
    Names(Vec<Vec<char>>),
    /// Index of the phrase, and its runs.
    Phrase(usize, Vec<Vec<char>>),
    Any(Vec<Vec<Operator>>),
}

/// Limits how many terms a query may look up.
struct Budget {
    terms: usize,
    prefixes: usize,
    truncated: bool,
}

impl Budget {
    /// Returns as much of these runs as may be looked up.
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
            is_title: query.is_title(),
            numbers: query.numbers.clone(),
            ..Self::default()
        };
        let mut budget = Budget {
            terms: MAX_TERMS,
            prefixes: MAX_PREFIXES,
            truncated: false,
        };
        // Operators first: their words must not be the ones that are left out.
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
                let runs = analyzer.runs(text);
                let gaps = runs.windows(2).map(|two| {
                    let between = &text[two[0].range.1 as usize..two[1].range.0 as usize];
                    !between.contains(char::is_whitespace)
                });
                analysed.follows.extend(runs.first().map(|_| false));
                analysed.follows.extend(gaps);
                let runs = runs.into_iter().map(|run| run.chars).collect();
                plain.extend(budget.take(runs));
            }
        }
        analysed.literal = literal(query, analyzer);
        analysed.references = reference::find(&plain);
        if !plain.is_empty() {
            analysed.variants.push(plain.clone());
            let two = |two| Signs::Chinese(two);
            for signs in [Signs::Arabic, two('二'), two('两')] {
                analysed.say_otherwise(|run| numerals::rewritten(run, signs));
            }
            analysed.say_dates_otherwise(query, analyzer);
        }
        analysed.exclude(query, analyzer);
        analysed.truncated |= budget.truncated;
        analysed
    }

    /// Adds a variant of the query with its dates in the other form: 2018-06-01
    /// for 2018年6月1日.
    fn say_dates_otherwise(&mut self, query: &Query, analyzer: &mut Analyzer) {
        let mut plain = Vec::new();
        let mut changed = false;
        for part in &query.parts {
            if let Node::Words(text) = part {
                let folded = analyzer.folder().fold_str(text);
                let other = numerals::other_dates(&folded);
                changed |= other.is_some();
                plain.extend(runs(other.as_deref().unwrap_or(text), analyzer));
            }
        }
        let pairs: usize = plain.iter().map(|run| run.len().max(2) - 1).sum();
        if changed && pairs <= MAX_TERMS && self.variants.len() < MAX_VARIANTS {
            self.variants.push(plain);
        }
    }

    fn exclude(&mut self, query: &Query, analyzer: &mut Analyzer) {
        let mut room = MAX_TERMS;
        for way in &query.excluded {
            let mut all = Vec::new();
            let mut terms = 0;
            for unwanted in way {
                let phrase = phrase(&unwanted.text, analyzer);
                terms += phrase.as_ref().map_or(0, |phrase| phrase.terms.len());
                all.extend(phrase.map(|phrase| Exclusion {
                    phrase,
                    in_names: unwanted.in_names,
                }));
            }
            if terms > room {
                self.truncated = true;
            } else if !all.is_empty() {
                room -= terms;
                self.excluded.push(all);
            }
        }
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
                let phrase = phrase(text, analyzer)?;
                if phrase.terms.len() > MAX_TERMS {
                    self.truncated = true;
                    return None;
                }
                let mut runs = runs(text, analyzer);
                // In a phrase with pairs, a single character is not a term.
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

    /// Applies `rewrite` to all runs of each variant and adds the results as
    /// new variants.
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

    /// Adds the lexicon's entries for the plain words. `index` must know
    /// [`exact_terms`](Self::exact_terms).
    pub fn consult(mut self, index: &dyn Knowledge) -> Consulted {
        let typed = self.variants.first().cloned().unwrap_or_default();
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
        Consulted(self)
    }

    /// Exact terms whose entries the plan and the evaluation need so far, and
    /// single characters, ascending.
    pub fn exact_terms(&self) -> Vec<String> {
        let mut terms: Vec<String> = self.words.clone();
        let mut push = |runs: &[Vec<char>]| {
            for run in runs {
                // The entry of a single character tells whether it is common.
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
        let excluded = self.excluded.iter().flatten().map(|e| &e.phrase);
        for phrase in self.phrases.iter().chain(excluded) {
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

    fn plan_with(&self, lexicon: &[Said], index: &dyn Knowledge) -> Plan {
        let mut plan = Plan {
            phrases: self.phrases.clone(),
            excluded: self.excluded.clone(),
            numbers: self.numbers.clone(),
            references: self.references.clone(),
            lexicon: lexicon.to_vec(),
            left_out: self.left_out.clone(),
            verbatim: self.verbatim.clone(),
            literal: self.literal.clone(),
            is_title: self.is_title,
            truncated: self.truncated,
            malformed: self.malformed,
            ..Plan::default()
        };
        let fixed = plan.operators(&self.operators, index);
        plan.fixed = fixed;
        for run in self.variants.iter().take(1).flatten() {
            plan.note_words(run, lexicon, index);
        }
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
        let excluded = self.excluded.iter().flatten().map(|e| &e.phrase);
        let nowhere = excluded.filter(|phrase| {
            let mut terms = phrase.terms.iter().map(|(term, _)| term);
            terms.any(|term| term.chars().count() > 1 && !index.stands(term))
        });
        plan.not_excluded = nowhere.map(|phrase| phrase.text.clone()).collect();
        plan.has_unknown = plan
            .terms
            .iter()
            .any(|term| term.is_typed && term.kind == TermKind::Exact && !index.stands(&term.term));
        plan
    }
}

impl Consulted {
    /// Exact terms whose entries are needed so far, including those that the
    /// lexicon added.
    pub fn exact_terms(&self) -> Vec<String> {
        self.0.exact_terms()
    }

    /// Removes common characters that stand alone next to longer words. `index`
    /// must know [`exact_terms`](Self::exact_terms).
    pub fn leave_out_common(mut self, index: &dyn Knowledge) -> Settled {
        self.0.verbatim = verbatim(&self.0.variants, &self.0.follows);
        let mut left_out = Vec::new();
        for runs in &mut self.0.variants {
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
        self.0.left_out = left_out;
        Settled(self.0)
    }
}

impl Settled {
    /// The single characters that are looked up as prefixes, without
    /// duplicates.
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
        self.0.variants.iter().for_each(|variant| of_runs(variant));
        each_operator(&self.0.operators, &mut |operator| {
            if let Operator::Runs(runs) | Operator::Phrase(_, runs) = operator {
                of_runs(runs);
            }
        });
        for exclusion in self.0.excluded.iter().flatten() {
            let mut chars = exclusion.phrase.terms[0].0.chars();
            if let (Some(only), None) = (chars.next(), chars.next()) {
                push(only);
            }
        }
        prefixes
    }

    /// Weighs the terms. `index` must know [`prefixes`](Self::prefixes) and all
    /// terms.
    pub fn plan(&self, index: &dyn Knowledge) -> Plan {
        let plan = self.0.plan_with(&self.0.lexicon, index);
        if plan.is_empty() {
            // The query only consists of stop words, so search for them.
            return self.0.plan_with(&[], index);
        }
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

/// Replaces `word` by `other` everywhere in `run`; `None` if it doesn't occur.
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
