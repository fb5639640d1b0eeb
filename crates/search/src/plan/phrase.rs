//! Phrases: terms at fixed positions relative to each other.

use crate::analysis::{Analyzer, TokenKind};
use crate::query::{Node, Query};

/// A phrase: terms at fixed positions relative to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The text as typed.
    pub text: String,
    /// Terms with their positions, the first at 0.
    pub terms: Vec<(String, u32)>,
}

impl Phrase {
    /// Whether the phrase is a single term: then any unit with the term
    /// contains it.
    pub fn is_one_term(&self) -> bool {
        self.terms.len() == 1
    }

    /// Whether `text` contains the phrase.
    pub fn is_in(&self, text: &str, analyzer: &mut Analyzer) -> bool {
        !self.places_in(text, analyzer).is_empty()
    }

    /// The byte ranges in which `text` contains the phrase, ascending.
    pub fn places_in(&self, text: &str, analyzer: &mut Analyzer) -> Vec<(u32, u32)> {
        // Position, index of the term, byte range.
        let mut tokens: Vec<(u32, usize, (u32, u32))> = Vec::new();
        // A single character at the edge of a pasted text is part of a longer run
        // on the page: 护，任何 occurs in 保护，任何. A phrase has no such
        // characters beside pairs.
        let last = self.terms.len().saturating_sub(1);
        let has_pairs = (self.terms.iter()).any(|(term, _)| term.chars().nth(1).is_some());
        analyzer.for_each_token(text, |term, kind, position, range| {
            if kind != TokenKind::Word {
                for (i, (wanted, _)) in self.terms.iter().enumerate() {
                    let is_cut = (i == 0 && term.ends_with(&**wanted))
                        || (i == last && term.starts_with(&**wanted));
                    if wanted == term || (has_pairs && is_cut) {
                        tokens.push((position, i, range));
                    }
                }
            }
        });
        let starts = tokens.iter().filter(|(_, i, _)| *i == 0);
        let places = starts.filter_map(|&(start, _, (from, mut to))| {
            for (i, (_, offset)) in self.terms.iter().enumerate() {
                let wanted = (start + offset, i);
                let at = tokens.binary_search_by_key(&wanted, |token| (token.0, token.1));
                to = tokens[at.ok()?].2.1;
            }
            Some((from, to))
        });
        places.collect()
    }
}

/// Parses a text as a phrase; `None` if it contains no letters or digits.
pub(super) fn phrase(text: &str, analyzer: &mut Analyzer) -> Option<Phrase> {
    let mut terms: Vec<(String, u32)> = Vec::new();
    let tokens = analyzer.tokens(text);
    let pairs = tokens.iter().any(|t| t.kind == TokenKind::Pair);
    for token in tokens {
        // A single character at the edge of a phrase or between punctuation is
        // not a term of the index: on the page, it forms pairs with its
        // neighbours.
        if token.kind == TokenKind::Pair || (!pairs && token.kind == TokenKind::Single) {
            terms.push((token.term, token.position));
        }
    }
    let first = terms.first()?.1;
    terms
        .iter_mut()
        .for_each(|(_, position)| *position -= first);
    Some(Phrase {
        text: text.to_owned(),
        terms,
    })
}

/// The folded text of a query that is to be found with its punctuation; empty
/// if it has operators, or consists of one run, perhaps in marks that say no
/// more than that it is a title or a question.
pub(super) fn literal(query: &Query, analyzer: &mut Analyzer) -> String {
    let is_plain = |part: &Node| matches!(part, Node::Words(_));
    if !query.parts.iter().all(is_plain)
        || !query.excluded.is_empty()
        || !query.qualifiers.is_empty()
        || query.truncated
    {
        return String::new();
    }
    let folded = analyzer.folder().fold_str(&query.typed);
    let text = folded.trim_end_matches(['?', '!']);
    let mut inner = text;
    for (open, close) in [('《', '》'), ('“', '”'), ('"', '"')] {
        let rest = inner.strip_prefix(open);
        inner = rest
            .and_then(|rest| rest.strip_suffix(close))
            .unwrap_or(inner);
    }
    match &analyzer.runs(inner)[..] {
        [run] if (run.range.1 - run.range.0) as usize == inner.len() => String::new(),
        _ => text.to_owned(),
    }
}

/// Whether `text` contains the characters of `literal`, which is folded.
pub fn is_literally_in(literal: &str, text: &str, analyzer: &Analyzer) -> bool {
    let text = analyzer.folder().fold_str(text);
    let mut places = text.as_bytes().windows(literal.len());
    places.any(|place| place == literal.as_bytes())
}

/// The stretches of each variant as phrases. A stretch is a run, together with
/// the runs that follow it after punctuation and without a space (`follows` says
/// of each run whether it does). Stretches of two characters are left out: a
/// unit with their pair contains them verbatim.
pub(super) fn verbatim(variants: &[Vec<Vec<char>>], follows: &[bool]) -> Vec<Vec<Phrase>> {
    let of_variant = |runs: &Vec<Vec<char>>| -> Vec<Phrase> {
        let mut phrases: Vec<Phrase> = Vec::new();
        let mut position = 0;
        for (at, run) in runs.iter().enumerate() {
            let is_same = follows.len() == runs.len() && follows[at];
            if phrases.is_empty() || !is_same {
                phrases.push(Phrase {
                    text: String::new(),
                    terms: Vec::new(),
                });
                position = 0;
            }
            let stretch = phrases.last_mut().expect("one was pushed");
            stretch.text.extend(run);
            // A single character takes two places; a run of several takes one
            // more than its pairs.
            if let [only] = run[..] {
                stretch.terms.push((only.into(), position));
            }
            for (pair, place) in run.windows(2).zip(position..) {
                stretch.terms.push((pair.iter().collect(), place));
            }
            position += run.len().max(2) as u32;
        }
        for phrase in &mut phrases {
            let first = phrase.terms.first().map_or(0, |(_, place)| *place);
            phrase.terms.iter_mut().for_each(|(_, at)| *at -= first);
        }
        phrases.retain(|phrase| phrase.terms.len() > 1);
        phrases
    };
    let verbatim: Vec<_> = variants.iter().map(of_variant).collect();
    if verbatim.iter().any(Vec::is_empty) {
        Vec::new()
    } else {
        verbatim
    }
}
