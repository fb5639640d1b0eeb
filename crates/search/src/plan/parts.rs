//! What a plan consists of: terms, what a unit must contain, and phrases.

use super::phrase::Phrase;
use crate::analysis::words::WORD_WEIGHT;
use crate::format::terms::{LexiconEntry, LexiconKind};
use crate::reference::Reference;
use crate::score;

/// The maximum number of terms in a plan; bit masks of terms have this many
/// bits.
pub const MAX_TERMS: usize = 64;

/// A query with more pairs than this is a sentence. It requires only some of
/// its words.
pub(super) const SENTENCE_TERMS: usize = 12;

/// Shorter lists are not worth skipping.
pub(super) const SHORT_LIST: u32 = 1_000;

/// A character is common if the lists of its pairs together exceed this share
/// of the units: one in four.
pub(super) const COMMON_CHARACTER_SHARE: u32 = 4;

/// Whether a single character next to longer words says too little to be worth
/// its cost: it is looked up as every pair that begins with it, and the lists
/// for the pairs of 的 take a hundred files. `postings` is the total length of
/// these lists, `units` the number of units.
pub fn is_common_character(postings: u64, units: u32) -> bool {
    postings > u64::from((units / COMMON_CHARACTER_SHARE).max(SHORT_LIST))
}

/// How a term is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    /// An indexed string, scored by BM25.
    Exact,
    /// A single character: every pair that begins with it, and the ends of
    /// runs. Its presence counts 1, without BM25.
    Prefix,
}

/// A term and its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanTerm {
    /// The indexed string, or the character of a prefix.
    pub term: String,
    /// How it is looked up.
    pub kind: TermKind,
    /// Factor of its BM25 score: the sum over its occurrences in the query.
    pub weight: f32,
    /// Whether it is part of a word, and not just a pair across the boundary of
    /// two words.
    pub is_word: bool,
    /// Whether names of pages are compared with it: only terms that were typed,
    /// not those that stand for something else or only affect the score.
    pub is_typed: bool,
}

impl PlanTerm {
    /// Its weight times its idf over texts; 0 if no text contains it.
    fn weight(&self, index: &dyn Knowledge) -> f32 {
        match self.kind {
            TermKind::Prefix => 0.0,
            TermKind::Exact => match index.frequency(&self.term) {
                0 => 0.0,
                frequency => self.weight * score::idf(index.units(), frequency),
            },
        }
    }
}

/// How much of the query a unit must contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every term.
    All,
    /// Every word, and every pair that belongs to no word, but not the pairs
    /// across word boundaries: 天津谈话 as 天津 and 谈话.
    Words,
    /// Every word that the corpus knows, even if others are missing. Shown to
    /// readers like `Most`, but ordered before it.
    Known,
    /// At least six tenths of the terms.
    Most,
    /// Any term, best first.
    Any,
    /// A sentence that isn't there as a whole: any term, best first.
    Sentence,
}

impl Level {
    /// Whether a match at this level contains the whole query, contiguous or as
    /// separate words.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::All | Self::Words)
    }

    /// Whether text that others write about a unit counts at this level.
    pub fn is_about(self) -> bool {
        matches!(self, Self::Any | Self::Sentence)
    }

    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Words => "words",
            Self::Known | Self::Most => "most",
            Self::Any => "any",
            Self::Sentence => "sentence",
        }
    }
}

/// A condition on units, over bits of [`Plan::terms`] and indexes of
/// [`Plan::phrases`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these terms, in the unit or in the names of its page.
    Terms(u64),
    /// All of these terms in the names of the page.
    Names(u64),
    /// This phrase.
    Phrase(usize),
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
}

/// The terms that a unit contains, and which of them are in the names of its
/// page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Terms in the unit or in the names.
    pub terms: u64,
    /// Terms in the names.
    pub names: u64,
}

impl Condition {
    /// Whether the condition is met. `phrase` tells whether the unit contains a
    /// phrase.
    pub fn is_met(&self, held: Held, phrase: &mut dyn FnMut(usize) -> bool) -> bool {
        match self {
            Self::Terms(mask) => held.terms & mask == *mask,
            Self::Names(mask) => held.names & mask == *mask,
            Self::Phrase(number) => phrase(*number),
            Self::All(all) => all.iter().all(|c| c.is_met(held, phrase)),
            Self::Any(any) => any.iter().any(|c| c.is_met(held, phrase)),
        }
    }

    /// Adds the terms that belong to phrases to one mask and all others to the
    /// other.
    fn tell_apart(&self, in_phrases: &mut u64, others: &mut u64) {
        match self {
            Self::Terms(mask) | Self::Names(mask) => *others |= mask,
            Self::Phrase(_) => {}
            Self::All(all) => {
                let is_phrase = all.iter().any(|part| matches!(part, Self::Phrase(_)));
                for part in all {
                    match part {
                        Self::Terms(mask) if is_phrase => *in_phrases |= mask,
                        part => part.tell_apart(in_phrases, others),
                    }
                }
            }
            Self::Any(any) => any.iter().for_each(|c| c.tell_apart(in_phrases, others)),
        }
    }

    /// Whether the condition requires something in a page's name.
    pub fn asks_for_names(&self) -> bool {
        match self {
            Self::Names(_) => true,
            Self::Terms(_) | Self::Phrase(_) => false,
            Self::All(all) | Self::Any(all) => all.iter().any(Self::asks_for_names),
        }
    }

    /// All terms that the condition requires of units, as a bit mask.
    pub(super) fn terms(&self) -> u64 {
        match self {
            Self::Terms(mask) => *mask,
            Self::Names(_) | Self::Phrase(_) => 0,
            Self::All(all) | Self::Any(all) => all.iter().fold(0, |mask, c| mask | c.terms()),
        }
    }
}

/// A minimum number of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Terms that are all required.
    pub required: u64,
    /// Terms of which `minimum` are required.
    pub counted: u64,
    /// How many terms of `counted` are required.
    pub minimum: u32,
}

impl Count {
    fn is_met(self, terms: u64) -> bool {
        terms & self.required == self.required
            && (terms & self.counted).count_ones() >= self.minimum
    }
}

/// What a level requires of a unit, in addition to [`Plan::fixed`]: one of
/// these counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(pub Vec<Count>);

impl Requirement {
    /// Whether a unit with these terms meets the requirement.
    pub fn is_met(&self, terms: u64) -> bool {
        self.0.is_empty() || self.0.iter().any(|count| count.is_met(terms))
    }
}

/// One variant of a query's plain words, as bits of terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// Pairs inside words that the corpus knows.
    pub known: u64,
    /// `known`, and pairs of characters that are in no word.
    pub words: u64,
    /// Pairs across word boundaries: the first to be dropped.
    pub borders: u64,
}

/// What to look up and what to require.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Terms in query order, without duplicates.
    pub terms: Vec<PlanTerm>,
    /// Variants of the plain words; the first is as typed.
    pub variants: Vec<Variant>,
    /// What operators require; never relaxed.
    pub fixed: Condition,
    /// Phrases; [`Condition::Phrase`] contains their index.
    pub phrases: Vec<Phrase>,
    /// Exclusions: a unit must not match all of any of these lists.
    pub excluded: Vec<Vec<Exclusion>>,
    /// References to provisions.
    pub references: Vec<Reference>,
    /// Entries of the lexicon for words of the query.
    pub lexicon: Vec<Said>,
    /// Whether parts of the query were left out because it is too long.
    pub truncated: bool,
    /// Whether something that looks like syntax was read as text.
    pub malformed: bool,
    /// Whether two adjacent typed characters never occur together in the
    /// corpus.
    pub has_unknown: bool,
    /// The words as typed that a match for all words must contain.
    pub words: Vec<String>,
    /// Typed words, and typed text between words, that occur nowhere.
    pub absent: Vec<String>,
    /// Excluded texts that occur nowhere.
    pub not_excluded: Vec<String>,
    /// Document numbers; they are also among the phrases.
    pub numbers: Vec<String>,
    /// Bit mask of terms that are too common to be looked up for a sentence;
    /// they are only compared with names.
    pub skipped: u64,
    /// How many typed pairs stop words cover, so that they aren't among the
    /// terms.
    pub stopped: usize,
    /// Common characters that stood alone next to longer words and were left
    /// out.
    pub left_out: Vec<char>,
    /// For each variant, its runs of three or more characters, which a page may
    /// contain verbatim or in pieces. Empty if there is no such difference.
    pub verbatim: Vec<Vec<Phrase>>,
    /// The folded query, if it has no operators and isn't one run, so that its
    /// punctuation matters too; empty otherwise.
    pub literal: String,
    /// Whether the query is a title in its marks, 《…》.
    pub is_title: bool,
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
            words: Vec::new(),
            absent: Vec::new(),
            not_excluded: Vec::new(),
            numbers: Vec::new(),
            skipped: 0,
            stopped: 0,
            left_out: Vec::new(),
            verbatim: Vec::new(),
            literal: String::new(),
            is_title: false,
        }
    }
}

/// A phrase that must not occur.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The phrase.
    pub phrase: Phrase,
    /// Whether to check only the names of the page.
    pub in_names: bool,
}

/// A word of the query that is in the lexicon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The word, folded.
    pub word: String,
    /// The kind of entry.
    pub kind: LexiconKind,
    /// Words to search in addition or instead.
    pub texts: Vec<String>,
}

/// Knowledge of an index that planning needs.
pub trait Knowledge {
    /// Whether these characters are a word in the corpus.
    fn is_word(&self, chars: &[char]) -> bool;
    /// Whether a term occurs in any text, heading or name.
    fn stands(&self, term: &str) -> bool;
    /// Number of units whose text contains a term.
    fn frequency(&self, term: &str) -> u32;
    /// Number of units.
    fn units(&self) -> u32;
    /// Whether a character is common; see [`is_common_character`].
    fn is_common(&self, ch: char) -> bool;
    /// The lexicon's entries for words that begin with this pair.
    fn lexicon(&self, pair: &str) -> Vec<LexiconEntry>;
}

impl Plan {
    /// The bits of the pairs in `runs` that are terms of the plan.
    pub fn terms_of(&self, runs: &[Vec<char>]) -> u64 {
        let pairs = runs.iter().flat_map(|run| run.windows(2));
        pairs.fold(0, |mask, pair| {
            let is_pair =
                |t: &PlanTerm| t.kind == TermKind::Exact && t.term.chars().eq(pair.iter().copied());
            let at = self.terms.iter().position(is_pair);
            at.map_or(mask, |at| mask | 1 << at)
        })
    }

    /// The weight of the query: the sum of its terms' weights, each times its
    /// idf over texts. On real laws, a sentence of 27 characters has a weight
    /// of about 150, three words 45.
    pub fn weight(&self, index: &dyn Knowledge) -> f32 {
        let terms = self.terms.iter().enumerate();
        let counted = terms.filter(|(at, _)| self.skipped >> at & 1 == 0);
        counted.map(|(_, term)| term.weight(index)).sum()
    }

    /// The weight of everything that was asked for: the query's, and that of the
    /// typed words that occur nowhere, as if they were as rare as a word can be.
    /// A sentence is found by some of its words, so it only asks for those that
    /// occur.
    pub fn asked(&self, index: &dyn Knowledge) -> f32 {
        let typed = match self.variants.first() {
            Some(typed) if !self.is_sentence() => typed.words,
            _ => 0,
        };
        let terms = self.terms.iter().enumerate();
        let absent = terms.filter(|(at, term)| {
            typed >> at & 1 == 1 && term.kind == TermKind::Exact && !index.stands(&term.term)
        });
        let rarest = WORD_WEIGHT as f32 * score::idf(index.units(), 0);
        self.weight(index) + rarest * absent.count() as f32
    }

    /// For each term, the points that a unit gets for containing it in its
    /// text: its share of what was asked for, where `points` is the total.
    pub fn shares(&self, points: f32, index: &dyn Knowledge) -> Vec<f32> {
        let all = self.asked(index);
        let points = if all > 0.0 { points / all } else { 0.0 };
        let terms = self.terms.iter();
        terms.map(|term| points * term.weight(index)).collect()
    }

    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Bit mask of the terms that are only required by phrases of several
    /// terms: on their own, they are not what was typed.
    pub fn terms_of_long_phrases(&self) -> u64 {
        let (mut in_phrases, mut others) = (0, 0);
        self.fixed.tell_apart(&mut in_phrases, &mut others);
        let plain = self.variants.iter().fold(0, |m, v| m | v.words | v.borders);
        let one = self.phrases.iter().filter(|phrase| phrase.is_one_term());
        let one = one.flat_map(|phrase| &phrase.terms);
        let of_one = self.mask(|term| one.clone().any(|(wanted, _)| *wanted == term.term));
        in_phrases & !others & !plain & !of_one
    }

    pub(super) fn mask(&self, wanted: impl Fn(&PlanTerm) -> bool) -> u64 {
        self.terms
            .iter()
            .enumerate()
            .filter(|(_, term)| wanted(term))
            .fold(0, |mask, (i, _)| mask | 1 << i)
    }

    /// Bit mask of the typed terms, with which names are compared.
    pub fn typed(&self) -> u64 {
        self.mask(|term| term.is_typed)
    }

    /// Whether the plain words are too many to be keywords. A question stays
    /// one without its frame.
    pub fn is_sentence(&self) -> bool {
        let terms = |typed: &Variant| (typed.words | typed.borders).count_ones() as usize;
        let typed = self.variants.first();
        typed.is_some_and(|typed| terms(typed) + self.stopped > SENTENCE_TERMS)
    }

    /// The levels to try, strictest first.
    pub fn levels(&self) -> Vec<Level> {
        if self.variants.is_empty() {
            return vec![Level::All];
        }
        if self.is_sentence() || self.skipped != 0 {
            return vec![Level::All, Level::Sentence];
        }
        let mut levels: Vec<Level> = Vec::new();
        for level in [
            Level::All,
            Level::Words,
            Level::Known,
            Level::Most,
            Level::Any,
        ] {
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

    /// What a level requires of a unit, in addition to operators.
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
                // A query without any word has no word boundaries that could be
                // dropped.
                Level::Words if v.words != 0 => required(v.words),
                Level::Known if v.known != 0 => required(v.known),
                Level::Words | Level::Known => required(all),
                Level::Most => of_all(share(6)),
                Level::Any | Level::Sentence => of_all(1),
            }
        };
        Requirement(self.variants.iter().map(count).collect())
    }
}
