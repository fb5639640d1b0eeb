//! Analysis: turns text into tokens, identically in the indexer and in the
//! browser.
//!
//! Text is folded character by character ([`fold`]) and split into runs at
//! everything that is neither a letter nor a digit. Each run yields its
//! overlapping pairs of characters. So any two adjacent characters of a page
//! can be found, whether inside a word or across a word boundary. Words only
//! affect weights ([`words`]).

pub mod characters;
pub mod fold;
pub mod readings;
pub mod words;

use std::collections::BTreeSet;

use fold::Folder;

/// Version of the analysis, part of an index's fingerprint: an index made with
/// another version cannot be searched. Increment it when tokens change.
pub const ANALYZER_VERSION: u32 = 4;

/// The longest alphanumeric word that is indexed as a whole, in characters.
const MAX_WHOLE_WORD: usize = 40;

/// The shortest alphanumeric word that is indexed as a whole, in characters.
/// Shorter ones are pairs or single characters anyway.
const MIN_WHOLE_WORD: usize = 3;

/// One token of an analysed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The indexed string: a pair of characters, a single character on its own,
    /// or a whole alphanumeric word.
    pub term: String,
    /// What it is.
    pub kind: TokenKind,
    /// Position in the sequence of tokens. Pairs of one run have consecutive
    /// positions. One position stays free between two runs, so that a phrase
    /// never matches across punctuation that it doesn't contain, and
    /// [`LINE_GAP`] more at a line break, so that it never matches across two
    /// paragraphs.
    pub position: u32,
    /// Byte range in the original text.
    pub range: (u32, u32),
}

/// How many additional positions stay free at a line break.
pub const LINE_GAP: u32 = 16;

/// Kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    /// Two neighbouring characters.
    Pair,
    /// A run of one character.
    Single,
    /// A whole alphanumeric word of three or more characters (`39.2`, `2021`),
    /// in addition to its pairs.
    Word,
}

/// A folded character and the byte range it came from.
#[derive(Clone, Copy, Debug)]
struct Folded {
    ch: char,
    start: u32,
    end: u32,
}

/// Whether a folded character belongs to a run.
fn is_token_char(ch: char) -> bool {
    // Ideographs and ASCII first: nearly all characters are one of these, and
    // the general test needs a table look-up.
    matches!(ch, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | 'a'..='z' | '0'..='9')
        || (!ch.is_ascii() && ch.is_alphanumeric())
}

/// Whether a character is a Han ideograph.
pub fn is_han(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}' | '\u{3007}')
}

/// Turns text into tokens. Reuses its buffers between calls.
#[derive(Debug)]
pub struct Analyzer<'a> {
    folder: &'a Folder,
    folded: Vec<Folded>,
}

/// A run of token characters, returned by [`Analyzer::runs`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its folded characters.
    pub chars: Vec<char>,
    /// Byte range in the original text.
    pub range: (u32, u32),
}

impl<'a> Analyzer<'a> {
    /// Creates an analyser that folds with `folder`.
    pub fn new(folder: &'a Folder) -> Self {
        Self {
            folder,
            folded: Vec::new(),
        }
    }

    /// The folder that this analyser uses.
    pub fn folder(&self) -> &'a Folder {
        self.folder
    }

    fn fold(&mut self, text: &str) {
        self.folded.clear();
        let folded = &mut self.folded;
        let mut commas = false;
        for (start, ch) in text.char_indices() {
            let (start, end) = (start as u32, (start + ch.len_utf8()) as u32);
            self.folder.fold(ch, |ch| {
                commas |= ch == ',';
                folded.push(Folded { ch, start, end });
            });
        }
        if commas {
            self.join_thousands();
        }
    }

    /// Removes the commas that group the digits of a number: 3,000 becomes
    /// 3000.
    fn join_thousands(&mut self) {
        let folded = &mut self.folded;
        let is_digit =
            |folded: &[Folded], at: usize| folded.get(at).is_some_and(|f| f.ch.is_ascii_digit());
        let mut at = 1;
        while at < folded.len() {
            let is_group = folded[at].ch == ','
                && is_digit(folded, at - 1)
                && (1..=3).all(|n| is_digit(folded, at + n))
                && !is_digit(folded, at + 4);
            if is_group {
                folded.remove(at);
            }
            at += 1;
        }
    }

    /// Calls `visit` with every run of `text` as a slice of folded characters,
    /// and with whether a line break separates it from the previous run.
    fn for_each_run(&mut self, text: &str, mut visit: impl FnMut(&[Folded], bool)) {
        self.fold(text);
        let mut start = 0;
        let mut new_line = false;
        for i in 0..=self.folded.len() {
            if i == self.folded.len() || !is_token_char(self.folded[i].ch) {
                if i > start {
                    visit(&self.folded[start..i], new_line);
                    new_line = false;
                }
                new_line |= self.folded.get(i).is_some_and(|f| f.ch == '\n');
                start = i + 1;
            }
        }
    }

    /// The folded runs of `text`.
    pub fn runs(&mut self, text: &str) -> Vec<Run> {
        let mut runs = Vec::new();
        self.for_each_run(text, |run, _| {
            runs.push(Run {
                chars: run.iter().map(|f| f.ch).collect(),
                range: (run[0].start, run[run.len() - 1].end),
            });
        });
        runs
    }

    /// Calls `visit` with every pair and single character of `text` in order of
    /// position, then with its whole words.
    ///
    /// The string passed to `visit` is only valid during the call: one buffer
    /// is reused, since the indexer produces millions of tokens.
    pub fn for_each_token(
        &mut self,
        text: &str,
        mut visit: impl FnMut(&str, TokenKind, u32, (u32, u32)),
    ) {
        let mut position = 0;
        let mut term = String::with_capacity(8);
        // Starts of runs, to give whole words the position of their first pair.
        let mut run_starts: Vec<(u32, u32)> = Vec::new();
        self.for_each_run(text, |run, new_line| {
            if new_line {
                position += LINE_GAP;
            }
            run_starts.push((run[0].start, position));
            if let [only] = run {
                term.clear();
                term.push(only.ch);
                visit(&term, TokenKind::Single, position, (only.start, only.end));
                position += 2;
                return;
            }
            for pair in run.windows(2) {
                term.clear();
                term.push(pair[0].ch);
                term.push(pair[1].ch);
                visit(
                    &term,
                    TokenKind::Pair,
                    position,
                    (pair[0].start, pair[1].end),
                );
                position += 1;
            }
            position += 1;
        });
        self.for_each_word(|word, range| {
            let run = run_starts.partition_point(|&(start, _)| start <= range.0);
            let (run_start, run_position) = run_starts[run - 1];
            // Positions count characters, not bytes: within a text those of one
            // word must ascend, or tantivy's subtraction underflows.
            let index = |byte| self.folded.partition_point(|f| f.start < byte);
            let inside = (index(range.0) - index(run_start)) as u32;
            visit(word, TokenKind::Word, run_position + inside, range);
        });
    }

    /// Visits the whole alphanumeric ASCII words of three or more characters,
    /// including inner points and hyphens, of the text that was folded last.
    fn for_each_word(&self, mut visit: impl FnMut(&str, (u32, u32))) {
        let is_word_char = |ch: char| ch.is_ascii_lowercase() || ch.is_ascii_digit();
        let chars = &self.folded;
        let mut i = 0;
        let mut word = String::new();
        while i < chars.len() {
            if !is_word_char(chars[i].ch) {
                i += 1;
                continue;
            }
            let start = i;
            word.clear();
            while i < chars.len()
                && (is_word_char(chars[i].ch)
                    || (matches!(chars[i].ch, '.' | '-')
                        && i + 1 < chars.len()
                        && is_word_char(chars[i + 1].ch)))
            {
                word.push(chars[i].ch);
                i += 1;
            }
            if (MIN_WHOLE_WORD..=MAX_WHOLE_WORD).contains(&word.len()) {
                visit(&word, (chars[start].start, chars[i - 1].end));
            }
        }
    }

    /// The tokens of `text`: pairs and single characters by position, then
    /// whole words.
    pub fn tokens(&mut self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.for_each_token(text, |term, kind, position, range| {
            tokens.push(Token {
                term: term.to_owned(),
                kind,
                position,
                range,
            });
        });
        tokens
    }

    /// Calls `visit` with the last character of every run.
    ///
    /// A query of one character finds the pairs that begin with it, but no pair
    /// begins with these characters.
    pub fn for_each_edge(&mut self, text: &str, mut visit: impl FnMut(char)) {
        self.for_each_run(text, |run, _| visit(run[run.len() - 1].ch));
    }
}

/// The distinct terms of a text, ascending.
pub fn distinct_terms(text: &str, analyzer: &mut Analyzer) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    analyzer.for_each_token(text, |term, _, _, _| {
        if !terms.contains(term) {
            terms.insert(term.to_owned());
        }
    });
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let folder = Folder::algorithmic();
        let tokens = Analyzer::new(&folder).tokens(text);
        tokens
            .into_iter()
            .map(|t| format!("{}@{}", t.term, t.position))
            .collect()
    }

    #[test]
    fn digits_in_groups_are_one_number() {
        let folder = Folder::algorithmic();
        let mut analyzer = Analyzer::new(&folder);
        let mut runs = |text: &str| -> Vec<String> {
            let runs = analyzer.runs(text).into_iter();
            runs.map(|run| run.chars.into_iter().collect()).collect()
        };
        assert_eq!(runs("３，０００万元"), ["3000万元"]);
        assert_eq!(runs("1,234,567"), ["1234567"]);
        assert_eq!(runs("第3,1000号"), ["第3", "1000号"]);
        assert_eq!(runs("5,10"), ["5", "10"]);
    }

    #[test]
    fn every_pair_of_neighbours_is_a_token() {
        assert_eq!(terms("五必谈"), ["五必@0", "必谈@1"]);
    }

    #[test]
    fn a_place_stays_free_between_runs() {
        assert_eq!(terms("明责，履责"), ["明责@0", "履责@2"]);
        assert_eq!(terms("甲、乙丙"), ["甲@0", "乙丙@2"]);
    }

    #[test]
    fn paragraphs_are_far_apart() {
        assert_eq!(terms("明责。\n履责"), ["明责@0", "履责@18"]);
    }

    #[test]
    fn numbers_are_words_beside_their_pairs() {
        assert_eq!(terms("39.2万"), ["39@0", "2万@2", "39.2@0"]);
        assert_eq!(terms("2021年"), ["20@0", "02@1", "21@2", "1年@3", "2021@0"]);
    }

    #[test]
    fn words_stand_where_their_pairs_do() {
        let terms = terms("处货值金额5000元，处5000元罚款");
        let words: Vec<_> = terms.iter().filter(|t| t.starts_with("5000")).collect();
        assert_eq!(words, ["5000@5", "5000@11"]);
    }

    #[test]
    fn width_and_case_do_not_matter() {
        assert_eq!(terms("ＡＢ１２"), terms("ab12"));
    }

    #[test]
    fn edges_are_the_last_characters_of_runs() {
        let folder = Folder::algorithmic();
        let mut edges = String::new();
        Analyzer::new(&folder).for_each_edge("明责，履", |ch| edges.push(ch));
        assert_eq!(edges, "责履");
    }
}
