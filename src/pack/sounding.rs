//! Sounds and names of an index, for lookups without a built site.

use std::collections::BTreeSet;

use search::format::names::{Name, NameShard, Part};
use search::sound;
use tantivy::Term;

use super::{names, sounds};
use crate::config::IndexSizes;
use crate::extract::Corpus;
use crate::index::BuiltIndex;

/// The sound data of the static index, derived again.
#[derive(Debug)]
pub struct Sounding {
    sounds: sounds::Sounds,
    shards: Vec<(String, NameShard)>,
}

impl Sounding {
    /// Derives the data from names and headings; the texts of `corpus` are not
    /// read. `chars` are the characters that the texts contain.
    ///
    /// # Errors
    /// When tantivy's index cannot be read.
    pub fn derive(
        built: &BuiltIndex,
        corpus: &Corpus,
        chars: &BTreeSet<char>,
    ) -> anyhow::Result<Self> {
        let searcher = built.index.reader()?.searcher();
        let sounds = sounds::keys(corpus, built, chars, |pair| {
            let df = |field| searcher.doc_freq(&Term::from_field_text(field, pair));
            Ok((df(built.fields.body)? + df(built.fields.heading)?) as u32)
        })?;
        let shards = names::shards(corpus, &built.folder, IndexSizes::default().names_shard)
            .into_iter()
            .map(|(bound, payload)| Ok((bound, NameShard::decode(&payload)?)))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { sounds, shards })
    }
}

impl sound::Sounds for Sounding {
    fn readings(&self, ch: char) -> Vec<String> {
        let readings = self.alike(&sound::reading_key(ch));
        readings.into_iter().map(|(text, _)| text).collect()
    }

    fn alike(&self, key: &str) -> Vec<(String, u8)> {
        self.sounds.get(key).cloned().unwrap_or_default()
    }

    fn names(&self, key: &str) -> Vec<(Name, Part)> {
        let after = self.shards.partition_point(|(bound, _)| &bound[..] <= key);
        let Some((_, shard)) = after.checked_sub(1).map(|at| &self.shards[at]) else {
            return Vec::new();
        };
        let named = shard.with(key).into_iter();
        named
            .map(|(name, entry)| (name.clone(), entry.part(key)))
            .collect()
    }
}
