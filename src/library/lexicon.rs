//! The lexicon: editors' knowledge about words, so that readers don't have to
//! guess the words that the texts use.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use search::format::terms::LexiconKind;

use crate::model::PageId;

/// The editors' lexicon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// Groups of two or more words with the same meaning.
    pub synonyms: Vec<Vec<String>>,
    /// Today's word for each former one. There are no cycles.
    pub superseded: BTreeMap<String, String>,
    /// Words without meaning for the search.
    pub stop: BTreeSet<String>,
    /// Words with which readers ask questions and which the corpus doesn't use:
    /// stop words, collected automatically.
    pub frames: BTreeSet<String>,
    /// Words that count more or less than usual, each with its weight in
    /// quarters of the usual one.
    pub weights: BTreeMap<String, u8>,
    /// Names of regions, collected automatically: a reader who types one wants
    /// its rules.
    pub regions: BTreeSet<String>,
    /// Further names of pages.
    pub aliases: BTreeMap<PageId, Vec<String>>,
}

/// A lexicon entry as the search uses it: the folded word, its kind, and the
/// folded words it leads to.
pub type LexiconRow = (String, LexiconKind, Vec<String>);

impl Lexicon {
    /// The entries of all words, ascending; `fold` is the folding of the
    /// analyser. A word that is both in a group and weighted has two rows.
    pub fn rows(&self, fold: impl Fn(&str) -> String) -> Vec<LexiconRow> {
        let mut rows: BTreeMap<(String, u8), (LexiconKind, Vec<String>)> = BTreeMap::new();
        let mut told: HashSet<(String, u8, String)> = HashSet::new();
        let mut say = |word: &str, kind: LexiconKind, texts: &mut dyn Iterator<Item = &String>| {
            let word = fold(word);
            let row = rows
                .entry((word.clone(), kind.code()))
                .or_insert((kind, Vec::new()));
            for text in texts {
                let text = fold(text);
                if text != word && told.insert((word.clone(), kind.code(), text.clone())) {
                    row.1.push(text);
                }
            }
        };
        for group in &self.synonyms {
            for word in group {
                say(word, LexiconKind::Synonym, &mut group.iter());
            }
        }
        for (former, today) in &self.superseded {
            // Today's word first, then the intermediate ones.
            let mut chain = vec![today];
            while let Some(next) = self.superseded.get(chain[0])
                && !chain.contains(&next)
            {
                chain.insert(0, next);
            }
            // A search for today's word should also find the former words in
            // older texts.
            for newer in &chain {
                let mut older = std::iter::once(former);
                // A former word is pointed out to the reader, not merely
                // searched.
                if !self.superseded.contains_key(*newer) {
                    say(newer, LexiconKind::Synonym, &mut older);
                }
            }
            say(former, LexiconKind::Superseded, &mut chain.into_iter());
        }
        let weighted = self.weights.iter();
        let weighted = weighted.map(|(word, quarters)| (word, LexiconKind::Weighted(*quarters)));
        for (word, kind) in self
            .stop
            .iter()
            .map(|word| (word, LexiconKind::Stop))
            .chain(weighted)
        {
            say(word, kind, &mut std::iter::empty());
        }
        // Entries by editors take precedence over what is collected.
        let regions = self.regions.iter().map(|word| (word, LexiconKind::Region));
        let frames = self.frames.iter().map(|word| (word, LexiconKind::Stop));
        for (word, kind) in regions.chain(frames) {
            let word = fold(word);
            let said = rows.range((word.clone(), 0)..).next();
            if said.is_none_or(|((known, _), _)| *known != word) {
                rows.insert((word, kind.code()), (kind, Vec::new()));
            }
        }
        rows.into_iter()
            .filter(|(_, (kind, texts))| {
                // Words that differ only in form lead nowhere.
                let leads = matches!(kind, LexiconKind::Synonym | LexiconKind::Superseded);
                !(leads && texts.is_empty())
            })
            .map(|((word, _), (kind, texts))| (word, kind, texts))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| word.to_string()).collect()
    }

    #[test]
    fn rows_are_folded_and_ascend() {
        let lexicon = Lexicon {
            synonyms: vec![
                vec!["一把手".into(), "主要負責人".into()],
                // The same word in two forms gives no entry.
                vec!["監督".into(), "监督".into()],
            ],
            superseded: [("甲局", "乙局"), ("乙局", "丙局")]
                .map(|(old, new)| (old.to_owned(), new.to_owned()))
                .into(),
            stop: set(&["怎么"]),
            weights: [("一把手".to_owned(), 6)].into(),
            // A word with an editors' entry keeps that entry.
            regions: set(&["甲市", "甲局"]),
            frames: set(&["要不要", "一把手"]),
            aliases: BTreeMap::new(),
        };
        let fold = |word: &str| {
            word.replace('負', "负")
                .replace('責', "责")
                .replace('監', "监")
        };
        let texts = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
        let expected: Vec<LexiconRow> = vec![
            (
                "一把手".into(),
                LexiconKind::Synonym,
                texts(&["主要负责人"]),
            ),
            ("一把手".into(), LexiconKind::Weighted(6), vec![]),
            (
                "丙局".into(),
                LexiconKind::Synonym,
                texts(&["乙局", "甲局"]),
            ),
            (
                "主要负责人".into(),
                LexiconKind::Synonym,
                texts(&["一把手"]),
            ),
            ("乙局".into(), LexiconKind::Superseded, texts(&["丙局"])),
            ("怎么".into(), LexiconKind::Stop, vec![]),
            (
                "甲局".into(),
                LexiconKind::Superseded,
                texts(&["丙局", "乙局"]),
            ),
            ("甲市".into(), LexiconKind::Region, vec![]),
            ("要不要".into(), LexiconKind::Stop, vec![]),
        ];
        assert_eq!(lexicon.rows(fold), expected);
    }
}
