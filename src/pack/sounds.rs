//! Keys of readings: which words sound alike, for queries in pinyin and for
//! homophones.

use std::collections::{BTreeMap, BTreeSet};

use search::analysis::is_han;
use search::format::terms::{LexiconKind, SOUND_MARK};

use crate::chinese::readings;
use crate::extract::Corpus;
use crate::index::{self, BuiltIndex};

/// Maximum number of pairs kept that sound the same.
const MOST_PAIRS: usize = 24;

/// The entries under each key, best first.
pub type Sounds = BTreeMap<String, Vec<(String, u8)>>;

/// Keys of the characters that readers may type and of the pairs in names,
/// headings and words; `frequency` tells in how many places a pair occurs.
///
/// # Errors
/// When `frequency` fails.
pub fn keys(
    corpus: &Corpus,
    built: &BuiltIndex,
    chars: &BTreeSet<char>,
    mut frequency: impl FnMut(&str) -> anyhow::Result<u32>,
) -> anyhow::Result<Sounds> {
    let mut sounds = Sounds::new();
    // A mistyped character may be one that the corpus doesn't contain.
    let typed: BTreeSet<char> = chars
        .iter()
        .copied()
        .chain(index::common_chars(&built.folder))
        .collect();
    for ch in typed {
        let readings = readings::of_char(ch);
        if !readings.is_empty() {
            let readings = readings.into_iter().map(|sound| (sound.to_owned(), 0));
            sounds.insert(format!("{SOUND_MARK}{ch}"), readings.collect());
        }
    }

    let mut pairs: BTreeMap<[char; 2], BTreeSet<[&str; 2]>> = BTreeMap::new();
    let mut take = |text: &str| {
        let chars: Vec<char> = built.folder.fold_str(text).chars().collect();
        // Pairs are terms: they end where runs of letters end.
        for run in chars.split(|ch| !is_han(*ch)) {
            let readings = readings::of_text(run);
            for (pair, sounds) in run.windows(2).zip(readings.windows(2)) {
                let known = pairs.entry([pair[0], pair[1]]).or_default();
                for first in &sounds[0] {
                    known.extend(sounds[1].iter().map(|second| [*first, *second]));
                }
            }
        }
    };
    for page in &corpus.pages {
        let names = page.card.names.iter().chain(&page.names);
        names.for_each(|name| take(name));
        let mut last = "";
        for unit in &page.units {
            if unit.heading != last {
                unit.heading.lines().for_each(&mut take);
                last = &unit.heading;
            }
        }
    }
    built.words.iter().for_each(|word| take(word));
    // Nobody means a word that is left out.
    let lexicon = built.lexicon.iter();
    for (word, _, texts) in lexicon.filter(|(_, kind, _)| *kind != LexiconKind::Stop) {
        take(word);
        texts.iter().for_each(|text| take(text));
    }

    for ([first, second], readings) in pairs {
        let pair: String = [first, second].into_iter().collect();
        let weight = weight(frequency(&pair)?);
        let mut keys = BTreeSet::new();
        for [first, second] in readings {
            // Keyboards write ü as v, but people often write u.
            for first in [first.to_owned(), first.replace('v', "u")] {
                for second in [second.to_owned(), second.replace('v', "u")] {
                    keys.insert(format!("{SOUND_MARK}{first}{SOUND_MARK}{second}"));
                }
            }
        }
        for key in keys {
            let list = sounds.entry(key).or_default();
            list.push((pair.clone(), weight));
        }
    }
    for list in sounds.values_mut() {
        // The sort is stable: readings have no weights and keep their order.
        list.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        list.truncate(MOST_PAIRS);
    }
    Ok(sounds)
}

/// Twice the binary logarithm, rounded down.
fn weight(frequency: u32) -> u8 {
    u64::from(frequency.max(1)).pow(2).ilog2() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_logarithms() {
        assert_eq!(
            [0, 1, 2, 3, 1024, u32::MAX].map(weight),
            [0, 0, 2, 3, 20, 63]
        );
    }
}
