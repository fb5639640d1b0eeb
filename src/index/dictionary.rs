//! The word list of the corpus, made by jieba at build time; from then on only
//! the list is used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jieba_rs::Jieba;
use rayon::prelude::*;
use search::analysis::fold::Folder;
use search::analysis::is_han;
use search::analysis::words::MAX_WORD_CHARS;

use crate::extract::Corpus;

/// In a large corpus, a word must occur in at least this many units.
const MIN_UNITS: u32 = 10;
/// A corpus with fewer units is small; there, a word may occur in just one.
const SMALL_CORPUS: usize = 3_000;

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

/// Splits a text into words, including punctuation.
pub fn cut(text: &str) -> Vec<&str> {
    let words = jieba().cut(text, true).into_iter();
    words.map(|token| token.word).collect()
}

/// Whether the dictionary contains a word.
pub fn is_word(text: &str) -> bool {
    jieba().has_word(text)
}

/// Minimum frequency in the dictionary at which readers are expected to type a
/// character.
const COMMON_CHAR: usize = 200;

/// Characters that readers may type, whatever the corpus contains.
pub fn common_chars(folder: &Folder) -> Vec<char> {
    let jieba = jieba();
    ('\u{4E00}'..='\u{9FFF}')
        .filter(|ch| {
            let mut buffer = [0; 4];
            let text = &*ch.encode_utf8(&mut buffer);
            jieba.has_word(text)
                && jieba.suggest_freq(text) >= COMMON_CHAR
                && folder.fold_str(text) == text
        })
        .collect()
}

/// The words that occur in enough units, folded, ascending.
pub fn derive(corpus: &Corpus, folder: &Folder) -> Vec<String> {
    let jieba = jieba();
    let units: usize = corpus.pages.iter().map(|page| page.units.len()).sum();
    let least = if units < SMALL_CORPUS { 1 } else { MIN_UNITS };
    let counts = corpus
        .pages
        .par_iter()
        .fold(BTreeMap::new, |mut counts: BTreeMap<String, u32>, page| {
            let names = page.card.names.iter().map(String::as_str);
            let texts = page.units.iter().map(|unit| unit.text.as_str());
            for text in names.chain(texts) {
                let folded = folder.fold_str(text);
                let words: BTreeSet<&str> = jieba
                    .cut(&folded, true)
                    .into_iter()
                    .map(|token| token.word)
                    .filter(|word| {
                        let chars = word.chars().count();
                        (2..=MAX_WORD_CHARS).contains(&chars) && word.chars().all(is_han)
                    })
                    .collect();
                for word in words {
                    match counts.get_mut(word) {
                        Some(count) => *count += 1,
                        None => {
                            counts.insert(word.to_owned(), 1);
                        }
                    }
                }
            }
            counts
        })
        .reduce(BTreeMap::new, |mut all, some| {
            for (word, count) in some {
                *all.entry(word).or_default() += count;
            }
            all
        });
    counts
        .into_iter()
        .filter(|(_, count)| *count >= least)
        .map(|(word, _)| word)
        .collect()
}
