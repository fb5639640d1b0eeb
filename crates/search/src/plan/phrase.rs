//! Phrases: terms at places relative to each other.

use crate::analysis::{Analyzer, TokenKind};

/// A phrase: terms at places relative to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As typed.
    pub text: String,
    /// Terms with their positions, the first at 0.
    pub terms: Vec<(String, u32)>,
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

pub(super) fn phrases(texts: &[String], analyzer: &mut Analyzer) -> Vec<Phrase> {
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

/// The longer runs of each variant as phrases: two characters are as they are
/// wherever their pair stands.
pub(super) fn verbatim(variants: &[Vec<Vec<char>>]) -> Vec<Vec<Phrase>> {
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
