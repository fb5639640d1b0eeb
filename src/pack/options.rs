//! How the static index is laid out.

use search::score::ImpactBits;

use crate::config::IndexSizes;

/// An index with no more postings than this keeps impacts in eight bits: the
/// bytes are no matter, and its order is tantivy's to the last place.
const SMALL_INDEX: u64 = 300_000;

/// How the static index is laid out. Smaller files cost a query fewer bytes
/// and a host more files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackOptions {
    /// At how many bytes files are closed.
    pub sizes: IndexSizes,
    /// Whether impacts take four bits even in a small index.
    pub force_four_bits: bool,
}

impl PackOptions {
    /// A posting list longer than this leaves its term shard; so it is at
    /// least half as long as the shard.
    pub fn inline_list(&self) -> usize {
        self.sizes.term_shard / 2
    }

    /// How impacts are stored for this many postings.
    pub fn impact_bits(&self, postings: u64) -> ImpactBits {
        if self.force_four_bits || postings > SMALL_INDEX {
            ImpactBits::Four
        } else {
            ImpactBits::Eight
        }
    }
}
