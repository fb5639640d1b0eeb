//! Layout options of the static index.

use search::score::ImpactBits;

use crate::config::IndexSizes;

/// An index with at most this many postings stores impacts in eight bits: its
/// size doesn't matter, and its order is exactly that of tantivy.
const SMALL_INDEX: u64 = 300_000;

/// Layout options of the static index. With smaller files a query loads fewer
/// bytes, but the host has more files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackOptions {
    /// Size limits in bytes at which files are closed.
    pub sizes: IndexSizes,
    /// Whether impacts take four bits even in a small index.
    pub force_four_bits: bool,
}

impl PackOptions {
    /// Size in bytes above which a posting list is moved out of its term shard,
    /// so that a moved list is at least half as long as a shard.
    pub fn inline_list(&self) -> usize {
        self.sizes.term_shard / 2
    }

    /// The precision of impacts for this number of postings.
    pub fn impact_bits(&self, postings: u64) -> ImpactBits {
        if self.force_four_bits || postings > SMALL_INDEX {
            ImpactBits::Four
        } else {
            ImpactBits::Eight
        }
    }
}
