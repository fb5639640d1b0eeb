//! Names shards: the beginnings of titles and short names, for suggestions
//! while typing and for queries in pinyin.
//!
//! A name is listed under several keys: its folded characters, its pinyin
//! without tones and its initials, each from the beginning of the name and from
//! the beginning of its later words. Keys are truncated to [`MAX_KEY_CHARS`].
//!
//! A single shard answers any prefix: if the keys with this prefix continue in
//! the next shard, the best names are also listed under the prefix plus
//! [`HEAD_MARK`]. So a name may occur twice in a range.

use super::FormatError;
use super::codec::{Reader, Writer};

/// How many characters of a key are kept.
pub const MAX_KEY_CHARS: usize = 24;

/// Follows a prefix that stands for the keys beginning with it. It sorts before
/// everything that can be typed, and keeps the prefix from being a whole key.
pub const HEAD_MARK: char = '\u{1}';

/// A name that readers may be looking for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The name as shown to readers.
    pub text: String,
    /// URL relative to the site's root, with `index.html`, and with an anchor
    /// if the name is that of a place in a page.
    pub url: String,
    /// Its type as shown to readers: 法规制度, 机制与术语; empty if it has
    /// none.
    pub label: String,
}

/// A name under one of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameEntry {
    /// Folded characters, or letters of pinyin.
    pub key: String,
    /// Offset in the name at which the key begins, in characters. 0 ranks
    /// before later words; the first word has 0 even after a quotation mark.
    pub start: u32,
    /// Index in [`NameShard::names`].
    pub name: u32,
}

/// Which part of a name a key stands for, the likeliest to be meant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The whole name, or as much of it as keys hold.
    Whole,
    /// Its end, from a later word on.
    End,
    /// Its beginning.
    Beginning,
    /// A later word and not all that follows.
    Middle,
}

impl NameEntry {
    /// Which part of the name is meant by `key`, with which this entry's begins.
    pub fn part(&self, key: &str) -> Part {
        match (self.key == key, self.start) {
            (true, 0) => Part::Whole,
            (true, _) => Part::End,
            (false, 0) => Part::Beginning,
            (false, _) => Part::Middle,
        }
    }
}

/// A range of keys and the names they lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameShard {
    /// Names, without duplicates.
    pub names: Vec<Name>,
    /// Entries in ascending order of keys; for equal keys, the more important
    /// name first.
    pub entries: Vec<NameEntry>,
}

impl NameShard {
    /// Entries whose key begins with `key`: complete keys first, then
    /// beginnings of names, then short names.
    pub fn with(&self, key: &str) -> Vec<(&Name, &NameEntry)> {
        let from = self.entries.partition_point(|e| e.key.as_str() < key);
        let entries = self.entries[from..].iter();
        let mut named: Vec<(&Name, &NameEntry)> = entries
            .take_while(|entry| entry.key.starts_with(key))
            .map(|entry| (&self.names[entry.name as usize], entry))
            .collect();
        let rank =
            |(name, entry): &(&Name, &NameEntry)| (entry.part(key), name.text.chars().count());
        crate::order::sort_by(&mut named, |a, b| rank(a).cmp(&rank(b)));
        named
    }

    /// Encodes the payload.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.varint(self.names.len() as u64);
        for name in &self.names {
            w.string(&name.text);
            w.string(&name.url);
            w.string(&name.label);
        }
        let mut previous = "";
        for entry in &self.entries {
            debug_assert!(previous <= entry.key.as_str(), "keys ascend");
            let shared = previous
                .bytes()
                .zip(entry.key.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            w.varint(shared as u64);
            w.slice(&entry.key.as_bytes()[shared..]);
            w.varint(u64::from(entry.start));
            w.varint(u64::from(entry.name));
            previous = &entry.key;
        }
        w.bytes
    }

    /// Decodes a payload.
    ///
    /// # Errors
    /// When the bytes are not a valid payload.
    pub fn decode(payload: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(payload);
        let mut shard = Self::default();
        for _ in 0..r.count()? {
            shard.names.push(Name {
                text: r.string()?,
                url: r.string()?,
                label: r.string()?,
            });
        }
        let mut key: Vec<u8> = Vec::new();
        while !r.is_empty() {
            let shared = r.u32()? as usize;
            if shared > key.len() {
                return Err(FormatError::Content("key shares too much"));
            }
            key.truncate(shared);
            key.extend_from_slice(r.slice()?);
            let entry = NameEntry {
                key: std::str::from_utf8(&key)
                    .map_err(|_| FormatError::Content("key is not UTF-8"))?
                    .to_owned(),
                start: r.u32()?,
                name: r.u32()?,
            };
            let out_of_order = shard
                .entries
                .last()
                .is_some_and(|last| last.key > entry.key);
            if out_of_order || entry.name as usize >= shard.names.len() {
                return Err(FormatError::Content("names"));
            }
            shard.entries.push(entry);
        }
        Ok(shard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shard_round_trips() {
        let shard = NameShard {
            names: vec![Name {
                text: "五必谈".into(),
                url: "practices/x/index.html".into(),
                label: "实践做法".into(),
            }],
            entries: vec![
                NameEntry {
                    key: "wbt".into(),
                    start: 0,
                    name: 0,
                },
                NameEntry {
                    key: "wubitan".into(),
                    start: 0,
                    name: 0,
                },
                NameEntry {
                    key: "必谈".into(),
                    start: 1,
                    name: 0,
                },
            ],
        };
        assert_eq!(NameShard::decode(&shard.encode()), Ok(shard));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = NameShard::decode(&bytes);
        }
    }
}
