//! Term shards: a range of terms, each with its postings.
//!
//! Short lists are stored next to their term, so that one request is enough for
//! a term. Long body lists are split into pieces in posting shards.
//!
//! In addition to the terms of texts there are *keys*. They begin with a mark,
//! so that no text can contain them: articles by number (`#7`, `#133-1`, with
//! units in `edge`), characters with their readings (`'责`), and pairs of
//! readings with the pairs of characters that are pronounced this way
//! (`'ze'ren`, in `sounds`).

use super::FormatError;
use super::codec::{Reader, Writer};

/// A piece of a body list in a posting shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Number of the posting shard.
    pub shard: u32,
    /// First byte in the shard's payload.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
    /// Number of postings.
    pub count: u32,
}

/// Where the body list of a term is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyList {
    /// Next to the term.
    Inline(Vec<u8>),
    /// In posting shards, in the order of units.
    Pieces(Vec<Piece>),
}

/// First character of the keys for readings.
pub const SOUND_MARK: char = '\'';

/// An entry of the editors' lexicon for a word that begins with a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexiconEntry {
    /// The word without its first two characters.
    pub rest: String,
    /// The kind of entry.
    pub kind: LexiconKind,
    /// Folded words to search in addition or instead.
    pub texts: Vec<String>,
}

/// Kinds of entries in the editors' lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexiconKind {
    /// The words are synonyms and are searched in addition.
    Synonym,
    /// The word is outdated: the current word is searched in addition, and the
    /// reader is told.
    Superseded,
    /// A stop word: neither required nor scored.
    Stop,
    /// The weight is multiplied by this many quarters, from 1 to 16.
    Weighted(u8),
    /// The name of a region: readers who type it want the rules of this region.
    Region,
}

impl LexiconKind {
    /// Encodes the kind as one byte.
    pub fn code(self) -> u8 {
        match self {
            Self::Synonym => 0,
            Self::Superseded => 1,
            Self::Stop => 2,
            Self::Weighted(quarters) => 2 + quarters,
            Self::Region => 19,
        }
    }

    /// Decodes a byte that [`code`](Self::code) returned.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Synonym),
            1 => Some(Self::Superseded),
            2 => Some(Self::Stop),
            3..=18 => Some(Self::Weighted(code - 2)),
            19 => Some(Self::Region),
            _ => None,
        }
    }
}

/// Everything that the index knows about a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermEntry {
    /// The indexed string.
    pub term: String,
    /// Number of units whose text contains the term, and where the list is
    /// stored.
    pub body: Option<(u32, BodyList)>,
    /// Number of units whose headings contain the term, and the encoded list.
    pub heading: Option<(u32, Vec<u8>)>,
    /// The term in what others say about units: in the names they give them,
    /// then in their sentences. For each, the number of units and the encoded
    /// list with impacts in eight bits.
    pub others: [Option<(u32, Vec<u8>)>; 2],
    /// The encoded list of names that contain the term.
    pub title: Option<Vec<u8>>,
    /// For a single character: the encoded list of units in which it ends a
    /// run.
    pub edge: Option<Vec<u8>>,
    /// Whether this pair of characters is a word.
    pub is_word: bool,
    /// Whether this character is common, and ignored if it stands alone next to
    /// longer words.
    pub is_common: bool,
    /// Longer words that begin with this pair, without the pair.
    pub longer_words: Vec<String>,
    /// Entries of the lexicon for words that begin with this pair.
    pub lexicon: Vec<LexiconEntry>,
    /// For a key of readings: the pairs with these readings, most frequent
    /// first, each with the logarithm of its frequency in the corpus (2 log2,
    /// at most 255). For a character: its readings.
    pub sounds: Vec<(String, u8)>,
}

impl TermEntry {
    /// Creates an empty entry for a term, to be filled by the builder.
    pub fn new(term: impl Into<String>) -> Self {
        Self {
            term: term.into(),
            body: None,
            heading: None,
            others: [None, None],
            title: None,
            edge: None,
            is_word: false,
            is_common: false,
            longer_words: Vec::new(),
            lexicon: Vec::new(),
            sounds: Vec::new(),
        }
    }

    /// Approximate size in a shard, in bytes.
    pub fn size(&self) -> usize {
        let list = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, |b| b.len() + 1);
        self.term.len()
            + 2
            + match &self.body {
                Some((_, BodyList::Inline(bytes))) => bytes.len() + 2,
                Some((_, BodyList::Pieces(pieces))) => pieces.len() * 8 + 2,
                None => 0,
            }
            + [&self.heading, &self.others[0], &self.others[1]]
                .into_iter()
                .flatten()
                .map(|(_, bytes)| bytes.len() + 2)
                .sum::<usize>()
            + list(&self.title)
            + list(&self.edge)
            + self.longer_words.iter().map(|w| w.len() + 1).sum::<usize>()
            + self
                .lexicon
                .iter()
                .map(|l| l.rest.len() + l.texts.iter().map(|t| t.len() + 1).sum::<usize>() + 3)
                .sum::<usize>()
            + self.sounds.iter().map(|(s, _)| s.len() + 2).sum::<usize>()
    }
}

const BODY_INLINE: u32 = 1;
const BODY_PIECES: u32 = 2;
const HEADING: u32 = 4;
const TITLE: u32 = 8;
const EDGE: u32 = 16;
const IS_WORD: u32 = 32;
const LONGER_WORDS: u32 = 64;
const LEXICON: u32 = 128;
const SOUNDS: u32 = 256;
const IS_COMMON: u32 = 512;
/// Names that others give, and sentences in which they cite.
const OTHERS: [u32; 2] = [1024, 2048];

/// Encodes a shard's payload. Terms must be in ascending order of code points.
pub fn encode(entries: &[TermEntry]) -> Vec<u8> {
    let mut w = Writer::default();
    let mut previous = "";
    for entry in entries {
        debug_assert!(previous < entry.term.as_str(), "terms ascend");
        let shared = previous
            .bytes()
            .zip(entry.term.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        w.varint(shared as u64);
        w.slice(&entry.term.as_bytes()[shared..]);
        previous = &entry.term;

        let mut flags = 0;
        flags |= match &entry.body {
            Some((_, BodyList::Inline(_))) => BODY_INLINE,
            Some((_, BodyList::Pieces(_))) => BODY_PIECES,
            None => 0,
        };
        let mut set = |condition: bool, flag: u32| {
            if condition {
                flags |= flag;
            }
        };
        set(entry.heading.is_some(), HEADING);
        set(entry.title.is_some(), TITLE);
        set(entry.edge.is_some(), EDGE);
        set(entry.is_word, IS_WORD);
        set(entry.is_common, IS_COMMON);
        for (list, flag) in entry.others.iter().zip(OTHERS) {
            set(list.is_some(), flag);
        }
        set(!entry.longer_words.is_empty(), LONGER_WORDS);
        set(!entry.lexicon.is_empty(), LEXICON);
        set(!entry.sounds.is_empty(), SOUNDS);
        w.varint(u64::from(flags));

        match &entry.body {
            Some((df, BodyList::Inline(bytes))) => {
                w.varint(u64::from(*df));
                w.slice(bytes);
            }
            Some((df, BodyList::Pieces(pieces))) => {
                w.varint(u64::from(*df));
                w.varint(pieces.len() as u64);
                for piece in pieces {
                    for number in [piece.shard, piece.start, piece.len, piece.count] {
                        w.varint(u64::from(number));
                    }
                }
            }
            None => {}
        }
        let counted = std::iter::once(&entry.heading).chain(&entry.others);
        for (df, bytes) in counted.flatten() {
            w.varint(u64::from(*df));
            w.slice(bytes);
        }
        for list in [&entry.title, &entry.edge].into_iter().flatten() {
            w.slice(list);
        }
        if !entry.longer_words.is_empty() {
            w.strings(&entry.longer_words);
        }
        if !entry.lexicon.is_empty() {
            w.varint(entry.lexicon.len() as u64);
            for said in &entry.lexicon {
                w.string(&said.rest);
                w.bytes.push(said.kind.code());
                w.strings(&said.texts);
            }
        }
        if !entry.sounds.is_empty() {
            w.varint(entry.sounds.len() as u64);
            for (text, weight) in &entry.sounds {
                w.string(text);
                w.bytes.push(*weight);
            }
        }
    }
    w.bytes
}

/// Decodes a shard's payload.
///
/// # Errors
/// When the bytes are not a valid payload.
pub fn decode(payload: &[u8]) -> Result<Vec<TermEntry>, FormatError> {
    let mut r = Reader::new(payload);
    let mut entries: Vec<TermEntry> = Vec::new();
    let mut term: Vec<u8> = Vec::new();
    while !r.is_empty() {
        let shared = r.u32()? as usize;
        if shared > term.len() {
            return Err(FormatError::Content("term shares too much"));
        }
        term.truncate(shared);
        term.extend_from_slice(r.slice()?);
        let text =
            std::str::from_utf8(&term).map_err(|_| FormatError::Content("term is not UTF-8"))?;
        if entries
            .last()
            .is_some_and(|last| last.term.as_str() >= text)
        {
            return Err(FormatError::Content("terms out of order"));
        }
        let mut entry = TermEntry::new(text);
        let flags = r.u32()?;
        if flags & BODY_INLINE != 0 {
            entry.body = Some((r.u32()?, BodyList::Inline(r.slice()?.to_vec())));
        } else if flags & BODY_PIECES != 0 {
            let df = r.u32()?;
            let pieces = r.list(|r| {
                Ok(Piece {
                    shard: r.u32()?,
                    start: r.u32()?,
                    len: r.u32()?,
                    count: r.u32()?,
                })
            })?;
            entry.body = Some((df, BodyList::Pieces(pieces)));
        }
        if flags & HEADING != 0 {
            entry.heading = Some((r.u32()?, r.slice()?.to_vec()));
        }
        for (list, flag) in entry.others.iter_mut().zip(OTHERS) {
            if flags & flag != 0 {
                *list = Some((r.u32()?, r.slice()?.to_vec()));
            }
        }
        if flags & TITLE != 0 {
            entry.title = Some(r.slice()?.to_vec());
        }
        if flags & EDGE != 0 {
            entry.edge = Some(r.slice()?.to_vec());
        }
        entry.is_word = flags & IS_WORD != 0;
        entry.is_common = flags & IS_COMMON != 0;
        if flags & LONGER_WORDS != 0 {
            entry.longer_words = r.strings()?;
        }
        if flags & LEXICON != 0 {
            entry.lexicon = r.list(|r| {
                Ok(LexiconEntry {
                    rest: r.string()?,
                    kind: LexiconKind::from_code(r.byte()?)
                        .ok_or(FormatError::Content("kind of a lexicon entry"))?,
                    texts: r.strings()?,
                })
            })?;
        }
        if flags & SOUNDS != 0 {
            entry.sounds = r.list(|r| Ok((r.string()?, r.byte()?)))?;
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shard_round_trips() {
        let mut a = TermEntry::new("责");
        a.edge = Some(vec![2, 0]);
        a.is_common = true;
        let mut b = TermEntry::new("责任");
        b.body = Some((3, BodyList::Inline(vec![0, 1, 2])));
        b.heading = Some((9, vec![1]));
        b.others = [None, Some((2, vec![0, 3]))];
        b.title = Some(vec![0, 0, 4]);
        b.is_word = true;
        b.longer_words = vec!["制".into(), "清单".into()];
        b.lexicon = vec![
            LexiconEntry {
                rest: "人".into(),
                kind: LexiconKind::Superseded,
                texts: vec!["负责人".into()],
            },
            LexiconEntry {
                rest: String::new(),
                kind: LexiconKind::Weighted(16),
                texts: vec![],
            },
        ];
        b.sounds = vec![("责任".into(), 17)];
        let mut c = TermEntry::new("责罚");
        c.body = Some((
            70_000,
            BodyList::Pieces(vec![Piece {
                shard: 1,
                start: 2,
                len: 3,
                count: 4,
            }]),
        ));
        let entries = vec![a, b, c];
        assert_eq!(decode(&encode(&entries)).unwrap(), entries);
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
