//! Fingerprints by which a text is recognised, whatever its format.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use unicode_normalization::UnicodeNormalization as _;

use crate::import::link;
use crate::import::manuscript::{Content, Manuscript};

/// A text of at least this many characters is recognised without its title.
const TELLING: usize = 60;

/// The fingerprint of a text: hashes of its letters and digits, without spaces,
/// punctuation and variants of characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Print {
    whole: u64,
    length: usize,
    /// Hashes of all paragraphs and cells that have letters, sorted.
    paragraphs: Vec<u64>,
}

impl Print {
    /// The fingerprint of a manuscript.
    pub fn of(manuscript: &Manuscript) -> Self {
        let mut whole = DefaultHasher::new();
        let mut length = 0;
        let mut paragraphs = Vec::new();
        let mut add = |text: &str| {
            let text = link::without_marks(text);
            let letters: String = text
                .nfkc()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect();
            if letters.is_empty() {
                return;
            }
            whole.write(letters.as_bytes());
            length += letters.chars().count();
            let mut own = DefaultHasher::new();
            letters.hash(&mut own);
            paragraphs.push(own.finish());
        };
        for block in &manuscript.blocks {
            match &block.content {
                // The editor types what a picture shows.
                Content::Picture { .. } => {}
                Content::Table(rows) => rows.iter().flatten().for_each(|cell| add(cell)),
                _ => block.line().into_iter().for_each(&mut add),
            }
        }
        paragraphs.sort_unstable();
        paragraphs.dedup();
        Self {
            whole: whole.finish(),
            length,
            paragraphs,
        }
    }

    /// Whether two texts have the same letters in the same order.
    pub fn is_same(&self, other: &Self) -> bool {
        self.whole == other.whole && self.length == other.length
    }

    /// Whether the text is long enough to be recognised on its own.
    pub fn is_telling(&self) -> bool {
        self.length >= TELLING
    }

    /// How many paragraphs two texts share, and which share of the shorter
    /// text's paragraphs that is.
    pub fn shared(&self, other: &Self) -> (usize, f64) {
        let (shorter, longer) = if self.paragraphs.len() <= other.paragraphs.len() {
            (self, other)
        } else {
            (other, self)
        };
        if shorter.paragraphs.is_empty() {
            return (0, 0.0);
        }
        let known: HashSet<u64> = longer.paragraphs.iter().copied().collect();
        let both = shorter
            .paragraphs
            .iter()
            .filter(|own| known.contains(own))
            .count();
        (both, both as f64 / shorter.paragraphs.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::manuscript::Block;

    fn print(lines: &[&str]) -> Print {
        Print::of(&Manuscript {
            blocks: lines
                .iter()
                .map(|line| Block::paragraph(1, *line))
                .collect(),
            ..Manuscript::default()
        })
    }

    #[test]
    fn form_means_nothing_and_digits_mean_much() {
        let own = print(&["第一条　甲，乙。", "２０２５年 ABC"]);
        assert!(own.is_same(&print(&["第一条 甲,乙.2025年abc"])));
        assert!(!own.is_same(&print(&["第一条 甲,乙.2026年abc"])));
        let half = print(&["第一条甲乙", "丙"]);
        assert_eq!(own.shared(&half), (1, 0.5));
    }
}
