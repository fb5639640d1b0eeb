//! From a query to what is looked up, what is wanted, and how much each term
//! counts. The same plan drives the static engine and tantivy.

use crate::analysis::words::{INNER_WEIGHT, WORD_WEIGHT, pair_weights};
use crate::analysis::{Analyzer, TokenKind};
use crate::order;
use crate::query::Query;

/// The most terms that a plan holds; masks of terms have this many bits.
pub const MAX_TERMS: usize = 64;

/// Single characters of a query beyond these are not looked up: each is a
/// whole range of the index.
const MAX_PREFIXES: usize = 4;

/// A query with more pairs than this is a sentence, which wants most of its
/// words, not all.
const SENTENCE_TERMS: usize = 12;

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
    /// When it must be there.
    pub need: Need,
}

/// When a term must be in what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Only counts: whole alphanumeric words, whose pairs are wanted.
    Never,
    /// A pair across the border of two words: first to be given up.
    Border,
    /// A word or a pair inside one.
    Word,
    /// Part of a quoted phrase.
    Always,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every term.
    All,
    /// Every word, but not the pairs across borders: 天津谈话 as 天津 and 谈话.
    Words,
    /// Six of ten terms.
    Most,
    /// Any term, best first.
    Any,
    /// A sentence: one of ten terms, best first.
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

/// What a unit must fulfil at a level, over bits of [`Plan::terms`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Terms that must all be there.
    pub required: u64,
    /// Terms of which `minimum` must be there.
    pub counted: u64,
    /// How many of `counted`.
    pub minimum: u32,
}

impl Requirement {
    /// Whether a unit with these terms fulfils it.
    pub fn is_met(self, terms: u64) -> bool {
        terms & self.required == self.required
            && (terms & self.counted).count_ones() >= self.minimum
    }
}

/// What to look up and what to want.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Terms in order of the query, each once.
    pub terms: Vec<PlanTerm>,
    /// Phrases that must be there.
    pub phrases: Vec<Phrase>,
    /// Phrases that must not be there.
    pub excluded: Vec<Phrase>,
    /// Whether parts of the query were left out because it is too long.
    pub truncated: bool,
}

/// A query's runs before weights are known.
#[derive(Clone, Debug, Default)]
pub struct Analysed {
    runs: Vec<(Vec<char>, bool)>,
    words: Vec<String>,
    phrases: Vec<Phrase>,
    excluded: Vec<Phrase>,
    truncated: bool,
}

impl Analysed {
    /// Analyses a query.
    pub fn new(query: &Query, analyzer: &mut Analyzer) -> Self {
        let mut analysed = Self {
            truncated: query.truncated,
            ..Self::default()
        };
        let texts = (query.words.iter().map(|text| (text, false)))
            .chain(query.phrases.iter().map(|text| (text, true)));
        for (text, quoted) in texts {
            for run in analyzer.runs(text) {
                analysed.runs.push((run.chars, quoted));
            }
            for token in analyzer.tokens(text) {
                if token.kind == TokenKind::Word && !analysed.words.contains(&token.term) {
                    analysed.words.push(token.term);
                }
            }
        }
        analysed.phrases = phrases(&query.phrases, analyzer);
        analysed.excluded = phrases(&query.excluded, analyzer);
        analysed.cut();
        analysed
    }

    /// Leaves out what exceeds [`MAX_TERMS`], from the end.
    fn cut(&mut self) {
        self.words.truncate(8);
        let excluded: usize = self.excluded.iter().map(|p| p.terms.len()).sum();
        if excluded > MAX_TERMS {
            self.excluded.truncate(1);
            self.excluded.retain(|p| p.terms.len() <= MAX_TERMS);
            self.truncated = true;
        }
        let mut left = MAX_TERMS - self.words.len();
        let mut prefixes = MAX_PREFIXES;
        let mut kept = Vec::new();
        // Quoted runs first: they must not be what is left out.
        let (quoted, plain): (Vec<_>, Vec<_>) =
            self.runs.drain(..).partition(|(_, quoted)| *quoted);
        for (mut chars, quoted) in quoted.into_iter().chain(plain) {
            if chars.len() == 1 {
                if prefixes == 0 || left == 0 {
                    self.truncated = true;
                    continue;
                }
                prefixes -= 1;
                left -= 1;
            } else {
                if chars.len() - 1 > left {
                    chars.truncate(left + 1);
                    self.truncated = true;
                }
                if chars.len() < 2 {
                    continue;
                }
                left -= chars.len() - 1;
            }
            kept.push((chars, quoted));
        }
        self.runs = kept;
        self.phrases
            .retain(|phrase| phrase.terms.len() <= MAX_TERMS);
    }

    /// Every exact term whose dictionary entry the plan and the evaluation
    /// need, ascending.
    pub fn exact_terms(&self) -> Vec<String> {
        let mut terms: Vec<String> = self.words.clone();
        for (chars, _) in &self.runs {
            for pair in chars.windows(2) {
                terms.push(pair.iter().collect());
            }
        }
        for phrase in self.phrases.iter().chain(&self.excluded) {
            for (term, _) in &phrase.terms {
                terms.push(term.clone());
            }
        }
        order::sort_by(&mut terms, String::cmp);
        terms.dedup();
        terms
    }

    /// The single characters that are looked up as prefixes, each once.
    pub fn prefixes(&self) -> Vec<char> {
        let mut prefixes: Vec<char> = Vec::new();
        let excluded = self.excluded.iter().filter_map(|phrase| {
            let mut chars = phrase.terms[0].0.chars();
            chars.next().filter(|_| chars.next().is_none())
        });
        let wanted = self
            .runs
            .iter()
            .filter(|(chars, _)| chars.len() == 1)
            .map(|(chars, _)| chars[0]);
        for ch in wanted.chain(excluded) {
            if !prefixes.contains(&ch) {
                prefixes.push(ch);
            }
        }
        prefixes
    }

    /// Weighs the terms by the corpus' list of words.
    pub fn plan(&self, is_word: impl Fn(&[char]) -> bool) -> Plan {
        let mut plan = Plan {
            phrases: self.phrases.clone(),
            excluded: self.excluded.clone(),
            truncated: self.truncated,
            ..Plan::default()
        };
        for (chars, quoted) in &self.runs {
            let floor = if *quoted { Need::Always } else { Need::Never };
            if let [only] = chars[..] {
                plan.add(
                    only.to_string(),
                    TermKind::Prefix,
                    1.0,
                    floor.max(Need::Word),
                );
                continue;
            }
            for (pair, weight) in chars.windows(2).zip(pair_weights(chars, &is_word)) {
                let need = if weight >= INNER_WEIGHT {
                    Need::Word
                } else {
                    Need::Border
                };
                plan.add(
                    pair.iter().collect(),
                    TermKind::Exact,
                    weight as f32,
                    floor.max(need),
                );
            }
        }
        for word in &self.words {
            plan.add(
                word.clone(),
                TermKind::Exact,
                WORD_WEIGHT as f32,
                Need::Never,
            );
        }
        plan
    }
}

impl Plan {
    fn add(&mut self, term: String, kind: TermKind, weight: f32, need: Need) {
        let known = self
            .terms
            .iter_mut()
            .find(|t| t.term == term && t.kind == kind);
        match known {
            Some(known) => {
                known.weight += weight;
                known.need = known.need.max(need);
            }
            None => self.terms.push(PlanTerm {
                term,
                kind,
                weight,
                need,
            }),
        }
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

    /// The exact terms that make up the query, as bits: what a name is held
    /// against.
    pub fn wanted(&self) -> u64 {
        self.mask(|term| term.kind == TermKind::Exact && term.need > Need::Never)
    }

    /// The levels to try, strictest first: the first that finds something is
    /// shown, and named.
    pub fn levels(&self) -> Vec<Level> {
        let wanted = self.mask(|t| t.need > Need::Never).count_ones() as usize;
        if wanted > SENTENCE_TERMS {
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

    /// What a unit must fulfil at a level.
    pub fn requirement(&self, level: Level) -> Requirement {
        let always = self.mask(|t| t.need == Need::Always);
        let words = self.mask(|t| t.need >= Need::Word);
        let all = self.mask(|t| t.need > Need::Never);
        // Terms of phrases are required anyway; of the rest, a share.
        let rest = all & !always;
        let share = |tenths: u32| (rest.count_ones() * tenths).div_ceil(10).max(1);
        let of_rest = |minimum: u32| Requirement {
            required: always,
            counted: rest,
            minimum: minimum.min(rest.count_ones()),
        };
        match level {
            Level::All => Requirement {
                required: all,
                counted: 0,
                minimum: 0,
            },
            // A query in which no pair is a word has no border to give up.
            Level::Words if words & !always != 0 => Requirement {
                required: words,
                counted: 0,
                minimum: 0,
            },
            Level::Words => self.requirement(Level::All),
            Level::Most => of_rest(share(6)),
            Level::Any => of_rest(1),
            Level::Sentence => of_rest(share(1)),
        }
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
mod tests {
    use super::*;
    use crate::analysis::fold::Folder;

    fn plan(text: &str, words: &[&str]) -> Plan {
        let folder = Folder::algorithmic();
        let mut analyzer = Analyzer::new(&folder);
        Analysed::new(&Query::parse(text), &mut analyzer)
            .plan(|slice| words.contains(&slice.iter().collect::<String>().as_str()))
    }

    #[test]
    fn borders_are_given_up_before_words() {
        let plan = plan("天津谈话", &["天津", "谈话"]);
        let needs: Vec<_> = plan
            .terms
            .iter()
            .map(|t| (t.term.as_str(), t.need))
            .collect();
        assert_eq!(
            needs,
            [
                ("天津", Need::Word),
                ("津谈", Need::Border),
                ("谈话", Need::Word)
            ]
        );
        assert_eq!(plan.requirement(Level::All).required, 0b111);
        assert_eq!(plan.requirement(Level::Words).required, 0b101);
        assert_eq!(
            plan.levels(),
            [Level::All, Level::Words, Level::Most, Level::Any]
        );
    }

    #[test]
    fn phrases_are_never_given_up() {
        let plan = plan("天津 \"四种形态\"", &["天津"]);
        let any = plan.requirement(Level::Any);
        assert_eq!(any.required.count_ones(), 3);
        assert_eq!(any.minimum, 1);
        assert!(!any.is_met(0b0001));
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
