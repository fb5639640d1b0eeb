//! Posting lists: which units contain a term, and with what impact.
//!
//! Each term has three lists. The *body* list contains units with an impact.
//! The *heading* list contains runs of consecutive units, since all provisions
//! of a chapter share its heading. The *title* list contains pages, with the
//! index of the name that contains the term and the number of terms in that
//! name. A fourth list, *edge*, contains the units in which a character ends a
//! run; only queries of one character need it.

use super::FormatError;
use super::codec::{Reader, Writer};
use crate::score::ImpactBits;

/// A unit: page number and ordinal in the page. Its order is the corpus order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId {
    /// Page number.
    pub page: u32,
    /// Ordinal in the page, starting at 0.
    pub ordinal: u32,
}

/// A unit that contains a term in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPosting {
    /// The unit.
    pub unit: UnitId,
    /// Quantised impact.
    pub impact: u8,
}

/// Consecutive units of one page whose headings contain a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadingRun {
    /// The first unit.
    pub first: UnitId,
    /// Number of units, at least one.
    pub len: u32,
    /// Quantised impact, in eight bits.
    pub impact: u8,
}

/// A name of a page that contains a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TitlePosting {
    /// The page.
    pub page: u32,
    /// Index of the name; 0 is the title.
    pub name: u32,
    /// Number of distinct terms in the name.
    pub terms: u32,
}

/// Writes unit ids as differences: of the page, or of the ordinal within the
/// same page.
struct UnitWriter {
    previous: Option<UnitId>,
}

impl UnitWriter {
    fn write(&mut self, writer: &mut Writer, unit: UnitId) {
        match self.previous {
            Some(previous) if previous.page == unit.page => {
                debug_assert!(unit.ordinal > previous.ordinal, "units ascend");
                writer.varint(u64::from(unit.ordinal - previous.ordinal) << 1 | 1);
            }
            previous => {
                let gap = unit.page - previous.map_or(0, |p| p.page);
                writer.varint(u64::from(gap) << 1);
                writer.varint(u64::from(unit.ordinal));
            }
        }
        self.previous = Some(unit);
    }
}

/// Reads what [`UnitWriter`] wrote.
struct UnitReader {
    previous: Option<UnitId>,
}

impl UnitReader {
    fn read(&mut self, reader: &mut Reader) -> Result<UnitId, FormatError> {
        const OVERFLOW: FormatError = FormatError::Content("unit number too large");
        let head = reader.varint()?;
        let gap = u32::try_from(head >> 1).map_err(|_| OVERFLOW)?;
        let unit = match (head & 1, self.previous) {
            (1, Some(previous)) => UnitId {
                page: previous.page,
                ordinal: previous.ordinal.checked_add(gap).ok_or(OVERFLOW)?,
            },
            (1, None) => return Err(FormatError::Content("list begins inside a page")),
            (_, previous) => UnitId {
                page: previous
                    .map_or(0, |p| p.page)
                    .checked_add(gap)
                    .ok_or(OVERFLOW)?,
                ordinal: reader.u32()?,
            },
        };
        if self.previous.is_some_and(|previous| unit <= previous) {
            return Err(FormatError::Content("units out of order"));
        }
        self.previous = Some(unit);
        Ok(unit)
    }
}

/// Encodes a body list: units, then impacts.
pub fn encode_body(postings: &[BodyPosting], bits: ImpactBits) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut units = UnitWriter { previous: None };
    for posting in postings {
        units.write(&mut writer, posting.unit);
    }
    match bits {
        ImpactBits::Eight => writer.bytes.extend(postings.iter().map(|p| p.impact)),
        ImpactBits::Four => writer.bytes.extend(
            postings
                .chunks(2)
                .map(|pair| pair[0].impact | pair.get(1).map_or(0, |p| p.impact << 4)),
        ),
    }
    writer.bytes
}

/// Decodes a body list of `count` postings and appends it to `postings`.
///
/// # Errors
/// When the bytes are not a valid list.
pub fn decode_body(
    bytes: &[u8],
    count: usize,
    bits: ImpactBits,
    postings: &mut Vec<BodyPosting>,
) -> Result<(), FormatError> {
    if count > bytes.len() {
        return Err(FormatError::Length);
    }
    let mut reader = Reader::new(bytes);
    let mut units = UnitReader { previous: None };
    let start = postings.len();
    postings.reserve(count);
    for _ in 0..count {
        postings.push(BodyPosting {
            unit: units.read(&mut reader)?,
            impact: 0,
        });
    }
    let impacts = match bits {
        ImpactBits::Eight => reader.bytes(count)?,
        ImpactBits::Four => reader.bytes(count.div_ceil(2))?,
    };
    for (i, posting) in postings[start..].iter_mut().enumerate() {
        posting.impact = match bits {
            ImpactBits::Eight => impacts[i],
            ImpactBits::Four => impacts[i / 2] >> (i % 2 * 4) & 15,
        };
    }
    if reader.is_empty() {
        Ok(())
    } else {
        Err(FormatError::Length)
    }
}

/// Encodes a heading list.
pub fn encode_heading(runs: &[HeadingRun]) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut units = UnitWriter { previous: None };
    for run in runs {
        units.write(&mut writer, run.first);
        writer.varint(u64::from(run.len - 1));
        writer.bytes.push(run.impact);
    }
    writer.bytes
}

/// Decodes a heading list.
///
/// # Errors
/// When the bytes are not a valid list.
pub fn decode_heading(bytes: &[u8]) -> Result<Vec<HeadingRun>, FormatError> {
    // Evaluation visits every unit of a run, so damaged bytes must not produce
    // billions of units.
    const MAX_UNITS: u32 = 1 << 24;
    let mut units_named = 0u32;
    let mut reader = Reader::new(bytes);
    let mut units = UnitReader { previous: None };
    let mut runs: Vec<HeadingRun> = Vec::new();
    while !reader.is_empty() {
        let first = units.read(&mut reader)?;
        let len = reader
            .u32()?
            .checked_add(1)
            .filter(|len| first.ordinal.checked_add(*len).is_some() && *len <= MAX_UNITS)
            .ok_or(FormatError::Content("run too long"))?;
        if let Some(previous) = runs.last()
            && previous.first.page == first.page
            && previous.first.ordinal + previous.len > first.ordinal
        {
            return Err(FormatError::Content("runs overlap"));
        }
        units_named = units_named
            .checked_add(len)
            .filter(|&sum| sum <= MAX_UNITS)
            .ok_or(FormatError::Content("runs too long"))?;
        runs.push(HeadingRun {
            first,
            len,
            impact: reader.byte()?,
        });
    }
    Ok(runs)
}

/// Encodes a title list, ordered by page and name.
pub fn encode_title(postings: &[TitlePosting]) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut previous = 0;
    for posting in postings {
        writer.varint(u64::from(posting.page - previous));
        writer.varint(u64::from(posting.name));
        writer.varint(u64::from(posting.terms));
        previous = posting.page;
    }
    writer.bytes
}

/// Decodes a title list.
///
/// # Errors
/// When the bytes are not a valid list.
pub fn decode_title(bytes: &[u8]) -> Result<Vec<TitlePosting>, FormatError> {
    let mut reader = Reader::new(bytes);
    let mut postings: Vec<TitlePosting> = Vec::new();
    while !reader.is_empty() {
        let previous = postings.last().map_or(0, |p| p.page);
        let posting = TitlePosting {
            page: previous
                .checked_add(reader.u32()?)
                .ok_or(FormatError::Content("page number too large"))?,
            name: reader.u32()?,
            terms: reader.u32()?,
        };
        if posting.terms == 0
            || postings
                .last()
                .is_some_and(|last| (last.page, last.name) >= (posting.page, posting.name))
        {
            return Err(FormatError::Content("names out of order"));
        }
        postings.push(posting);
    }
    Ok(postings)
}

/// Encodes a list of units without impacts.
pub fn encode_units(list: &[UnitId]) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut units = UnitWriter { previous: None };
    for &unit in list {
        units.write(&mut writer, unit);
    }
    writer.bytes
}

/// Decodes a list of units.
///
/// # Errors
/// When the bytes are not a valid list.
pub fn decode_units(bytes: &[u8]) -> Result<Vec<UnitId>, FormatError> {
    let mut reader = Reader::new(bytes);
    let mut units = UnitReader { previous: None };
    let mut list = Vec::new();
    while !reader.is_empty() {
        list.push(units.read(&mut reader)?);
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn units() -> impl Strategy<Value = Vec<UnitId>> {
        prop::collection::btree_set((0u32..400, 0u32..300), 0..200).prop_map(
            |set: BTreeSet<(u32, u32)>| {
                set.into_iter()
                    .map(|(page, ordinal)| UnitId { page, ordinal })
                    .collect()
            },
        )
    }

    proptest! {
        #[test]
        fn body_lists_round_trip(units in units(), four: bool) {
            let bits = if four { ImpactBits::Four } else { ImpactBits::Eight };
            let postings: Vec<_> = units.iter().enumerate()
                .map(|(i, &unit)| BodyPosting { unit, impact: (i as u32 * 7 % bits.steps()) as u8 })
                .collect();
            let mut decoded = Vec::new();
            decode_body(&encode_body(&postings, bits), postings.len(), bits, &mut decoded).unwrap();
            prop_assert_eq!(decoded, postings);
        }

        #[test]
        fn unit_lists_round_trip(units in units()) {
            prop_assert_eq!(decode_units(&encode_units(&units)).unwrap(), units);
        }

        #[test]
        fn heading_lists_round_trip(pages in prop::collection::btree_set(0u32..900, 0..60)) {
            let runs: Vec<_> = pages.into_iter().flat_map(|page| [
                HeadingRun { first: UnitId { page, ordinal: 0 }, len: 3, impact: 9 },
                HeadingRun { first: UnitId { page, ordinal: 5 }, len: 1, impact: 200 },
            ]).collect();
            prop_assert_eq!(decode_heading(&encode_heading(&runs)).unwrap(), runs);
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, count in 0usize..5000) {
            let mut postings = Vec::new();
            let _ = decode_body(&bytes, count, ImpactBits::Four, &mut postings);
            let _ = decode_body(&bytes, count, ImpactBits::Eight, &mut postings);
            let _ = decode_heading(&bytes);
            let _ = decode_title(&bytes);
            let _ = decode_units(&bytes);
        }
    }
}
