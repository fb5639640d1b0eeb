//! Facet shards: the values of one facet and the pages that have them.

use super::FormatError;
use super::codec::{Reader, Writer};

/// One facet: `region`, `stage`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Key in URLs and filters.
    pub key: String,
    /// Name shown to readers.
    pub label: String,
    /// Its values, in the order shown to readers.
    pub values: Vec<FacetValue>,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// Value in URLs and filters.
    pub value: String,
    /// Name shown to readers.
    pub label: String,
    /// Pages that have this value, ascending.
    pub pages: Vec<u32>,
}

/// Encodes a shard's payload.
pub fn encode(facet: &Facet) -> Vec<u8> {
    let mut w = Writer::default();
    w.string(&facet.key);
    w.string(&facet.label);
    w.varint(facet.values.len() as u64);
    for value in &facet.values {
        w.string(&value.value);
        w.string(&value.label);
        w.varint(value.pages.len() as u64);
        let mut previous = 0;
        for &page in &value.pages {
            w.varint(u64::from(page - previous));
            previous = page;
        }
    }
    w.bytes
}

/// Decodes a shard's payload.
///
/// # Errors
/// When the bytes are not a valid payload.
pub fn decode(payload: &[u8]) -> Result<Facet, FormatError> {
    let mut r = Reader::new(payload);
    let key = r.string()?;
    let label = r.string()?;
    let count = r.count()?;
    let mut values = Vec::new();
    for _ in 0..count {
        let value = r.string()?;
        let label = r.string()?;
        let count = r.count()?;
        let mut pages: Vec<u32> = Vec::with_capacity(count);
        for i in 0..count {
            let gap = r.u32()?;
            if i > 0 && gap == 0 {
                return Err(FormatError::Content("pages out of order"));
            }
            let page = pages
                .last()
                .copied()
                .unwrap_or(0)
                .checked_add(gap)
                .ok_or(FormatError::Content("page number too large"))?;
            pages.push(page);
        }
        values.push(FacetValue {
            value,
            label,
            pages,
        });
    }
    if r.is_empty() {
        Ok(Facet { key, label, values })
    } else {
        Err(FormatError::Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_facet_round_trips() {
        let facet = Facet {
            key: "stage".into(),
            label: "环节".into(),
            values: vec![FacetValue {
                value: "lvze".into(),
                label: "履责".into(),
                pages: vec![0, 3, 900],
            }],
        };
        assert_eq!(decode(&encode(&facet)).unwrap(), facet);
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
