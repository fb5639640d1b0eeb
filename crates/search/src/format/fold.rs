//! The fold shard: what each of the characters listed in the boot file folds
//! to.

use super::FormatError;
use super::codec::{Reader, Writer};
use crate::analysis::fold::FoldTable;

/// Encodes the shard's payload: the results, in the order of the characters.
pub fn encode(table: &FoldTable) -> Vec<u8> {
    let mut w = Writer::default();
    w.columns(table.rows().iter().map(|(_, to)| to.as_str()));
    w.bytes
}

/// Decodes the payload for the characters in `folded`, which must be ascending.
///
/// # Errors
/// When the bytes are not a valid payload.
pub fn decode(folded: &[char], payload: &[u8]) -> Result<FoldTable, FormatError> {
    let mut r = Reader::new(payload);
    let results = r.columns(folded.len())?;
    let rows: Vec<_> = folded.iter().copied().zip(results).collect();
    if !r.is_empty() || rows.len() >= usize::from(u16::MAX) {
        return Err(FormatError::Length);
    }
    FoldTable::from_ascending(rows).ok_or(FormatError::Content("fold table"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shard_round_trips() {
        let table = FoldTable::new(vec![
            ('½', "1⁄2".into()),
            ('責', "责".into()),
            ('𠀀', "丁".into()),
        ]);
        let folded: Vec<char> = table.rows().iter().map(|(from, _)| *from).collect();
        assert_eq!(decode(&folded, &encode(&table)), Ok(table));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, folded: Vec<char>) {
            let _ = decode(&folded, &bytes);
        }
    }
}
