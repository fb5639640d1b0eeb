//! Tracks which shards are loaded and which a look-up needs.

use super::state::{Engine, Stop};
use crate::answer::Need;
use crate::format::names::{Name, NameEntry};
use crate::format::terms::{BodyList, TermEntry};
use crate::format::{ShardId, ShardKind};

/// The only shard of its kind.
const FOLD_SHARD: ShardId = ShardId {
    kind: ShardKind::Fold,
    number: 0,
};

impl Engine {
    /// Stops with the fold table's shard if a query needs it.
    pub(super) fn require_fold(&self, query: &str) -> Result<(), Stop> {
        if !self.folds && self.boot.is_folded(query) {
            return Err(Stop::Need(vec![FOLD_SHARD]));
        }
        Ok(())
    }

    fn holds(&self, id: ShardId) -> bool {
        let at = id.number as usize;
        match id.kind {
            ShardKind::Boot => true,
            ShardKind::Terms => self.terms.get(at).is_some_and(Option::is_some),
            ShardKind::Postings => self.postings.get(at).is_some_and(Option::is_some),
            ShardKind::Documents => self.documents.get(at).is_some_and(Option::is_some),
            ShardKind::Facets => self.facets.get(at).is_some_and(Option::is_some),
            ShardKind::Names => self.names.get(at).is_some_and(Option::is_some),
            ShardKind::Fold => self.folds,
        }
    }

    /// Stops with those of `shards` that are not loaded. The fold table comes
    /// with the first of them: nearly every index has texts that need it, and
    /// waiting until one of them has arrived would cost a round.
    pub(super) fn require(&self, shards: &[ShardId]) -> Result<(), Stop> {
        let mut missing = Vec::new();
        for &id in shards {
            // Most repetitions are adjacent; few shards are left for the full
            // check.
            if !self.holds(id) && missing.last() != Some(&id) && !missing.contains(&id) {
                missing.push(id);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        if !self.folds && !missing.contains(&FOLD_SHARD) {
            missing.push(FOLD_SHARD);
        }
        Err(Stop::Need(missing))
    }

    /// Stops with the shards that some look-ups need.
    pub(super) fn require_for(&self, needs: &[Need]) -> Result<(), Stop> {
        let mut shards = Vec::new();
        for need in needs {
            let (kind, number) = match need {
                Need::Facet(number) => (ShardKind::Facets, Some(*number as u32)),
                Need::Term(term) => (ShardKind::Terms, self.boot.term_shard(term)),
                Need::Name(key) => (ShardKind::Names, self.name_shard(key)),
                Need::Text(unit) => (ShardKind::Documents, self.boot.document_shard(*unit)),
                Need::Prefix(ch) => {
                    let (from, to) = self.prefix_range(*ch);
                    let kind = ShardKind::Terms;
                    shards.extend((from..to).map(|number| ShardId { kind, number }));
                    continue;
                }
            };
            shards.extend(number.map(|number| ShardId { kind, number }));
        }
        self.require(&shards)
    }

    /// The names shard for keys that begin with `key`.
    fn name_shard(&self, key: &str) -> Option<u32> {
        let bounds = &self.boot.name_bounds;
        let after = bounds.partition_point(|bound| bound.as_str() <= key);
        after.checked_sub(1).map(|number| number as u32)
    }

    /// Entries whose key begins with `key`, most important first.
    pub(super) fn names_with(&self, key: &str) -> Vec<(&Name, &NameEntry)> {
        let shard = self.name_shard(key);
        let shard = shard.and_then(|number| self.names[number as usize].as_ref());
        shard.map_or_else(Vec::new, |shard| shard.with(key))
    }

    /// The range of term shards that can hold terms beginning with `ch`.
    fn prefix_range(&self, ch: char) -> (u32, u32) {
        let from = self.boot.term_shard(ch.encode_utf8(&mut [0; 4]));
        let to = self
            .boot
            .term_bounds
            .partition_point(|bound| bound.chars().next().is_none_or(|c| c <= ch));
        (from.unwrap_or(0), to as u32)
    }

    pub(super) fn entry(&self, term: &str) -> Option<&TermEntry> {
        let shard = self.boot.term_shard(term)?;
        let entries = self.terms.get(shard as usize)?.as_ref()?;
        let at = entries
            .binary_search_by(|entry| entry.term.as_str().cmp(term))
            .ok()?;
        Some(&entries[at])
    }

    pub(super) fn entries_with_prefix(&self, ch: char) -> Vec<&TermEntry> {
        let (from, to) = self.prefix_range(ch);
        let mut found = Vec::new();
        for entries in self.terms[from as usize..to as usize].iter().flatten() {
            for entry in entries {
                // Whole words are only looked up as a whole.
                if entry.term.starts_with(ch) && entry.term.chars().count() <= 2 {
                    found.push(entry);
                }
            }
        }
        found
    }

    /// Adds the posting shards of an entry's body list to `needed`.
    pub(super) fn pieces(&self, entry: &TermEntry, needed: &mut Vec<ShardId>) {
        if let Some((_, BodyList::Pieces(pieces))) = &entry.body {
            for piece in pieces {
                needed.push(ShardId {
                    kind: ShardKind::Postings,
                    number: piece.shard,
                });
            }
        }
    }
}
