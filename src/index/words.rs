//! Words of the corpus: jieba at build time, a list ever after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jieba_rs::Jieba;
use rayon::prelude::*;
use search::analysis::fold::Folder;
use search::analysis::is_han;
use search::analysis::words::MAX_WORD_CHARS;

use crate::extract::Corpus;

/// A word of a large corpus stands in at least this many units.
const MIN_UNITS: u32 = 10;
/// Below this many units a corpus is small, and a word may stand in one.
const SMALL_CORPUS: usize = 3_000;

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

/// A text as words, punctuation among them.
pub fn cut(text: &str) -> Vec<&str> {
    let words = jieba().cut(text, true).into_iter();
    words.map(|token| token.word).collect()
}

/// Whether the dictionary has a word.
pub fn is_word(text: &str) -> bool {
    jieba().has_word(text)
}

/// A character that the dictionary has seen at least this often is one that
/// readers type.
const COMMON_CHAR: usize = 200;

/// Characters that readers may type whatever a corpus holds.
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

/// The words that stand in enough units, folded, ascending.
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
