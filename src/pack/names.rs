//! Names with the keys under which readers may type them.

use search::format::names::NameShard;

use super::PackOptions;
use crate::extract::Corpus;

/// Payloads of names shards with the first key of each.
pub fn shards(_corpus: &Corpus, _options: &PackOptions) -> Vec<(String, Vec<u8>)> {
    let _ = NameShard::default();
    Vec::new()
}
