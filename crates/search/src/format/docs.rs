//! Document shards: what a result shows, and the text to check phrases against.

use super::FormatError;
use super::codec::{Reader, Writer};
use super::postings::UnitId;
use crate::anchor::{Anchor, Number, ProvisionKind};
use crate::in_force::Validity;

/// What results show of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCard {
    /// Stable identifier: `practices/tianjin-wubitan`.
    pub key: String,
    /// Address relative to the site's root, with `index.html`.
    pub url: String,
    /// Its names: the title, then other names.
    pub names: Vec<String>,
    /// Slug of the page's type; empty for plain pages.
    pub page_type: String,
    /// The type as readers see it.
    pub type_label: String,
    /// Short facts shown with a hit: region, responsibilities, stages.
    pub meta: Vec<String>,
    /// Date on this site, `YYYY-MM-DD`, or empty.
    pub date: String,
    /// Whether a regulation is in force, if its page says so.
    pub validity: Option<Validity>,
    /// How many regulations cite the page, not counting itself.
    pub cited: u32,
}

impl PageCard {
    /// Encodes the card alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        self.write(&mut w);
        w.bytes
    }

    /// Decodes a card from [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    /// When the bytes are not a card.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        Self::read(&mut Reader::new(bytes))
    }

    fn write(&self, w: &mut Writer) {
        w.string(&self.key);
        w.string(&self.url);
        w.strings(&self.names);
        w.string(&self.page_type);
        w.string(&self.type_label);
        w.strings(&self.meta);
        w.string(&self.date);
        w.string(self.validity.map_or("", Validity::code));
        w.varint(u64::from(self.cited));
    }

    fn read(r: &mut Reader) -> Result<Self, FormatError> {
        Ok(Self {
            key: r.string()?,
            url: r.string()?,
            names: r.strings()?,
            page_type: r.string()?,
            type_label: r.string()?,
            meta: r.strings()?,
            date: r.string()?,
            validity: match r.string()?.as_str() {
                "" => None,
                code => {
                    let validity = Validity::of_code(code);
                    Some(validity.ok_or(FormatError::Content("validity"))?)
                }
            },
            cited: r.u32()?,
        })
    }
}

/// One ranked unit with its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitText {
    /// Anchor in the page; empty for the beginning of the page.
    pub anchor: String,
    /// Name of the place: a heading, 第七条; empty for the beginning of the
    /// page.
    pub label: String,
    /// Headings above and of the unit, searched as a separate field.
    pub heading: String,
    /// Plain text.
    pub text: String,
    /// Anchors below the unit's own, each with the byte offset in `text` where
    /// it begins, ascending: the paragraphs and items of an article.
    pub places: Vec<(u32, String)>,
    /// How many places in other units refer to this unit or a part of it.
    pub cited: u32,
}

impl UnitText {
    /// The anchor of the place that contains the byte at offset `byte` of the
    /// text.
    pub fn anchor_at(&self, byte: usize) -> &str {
        let after = self.places.partition_point(|(at, _)| *at as usize <= byte);
        after
            .checked_sub(1)
            .map_or(&self.anchor, |at| &self.places[at].1)
    }
}

/// A page, or the part of it whose units are in one shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePart {
    /// Page number.
    pub page: u32,
    /// The page's card, repeated in every shard that contains a part of the
    /// page.
    pub card: PageCard,
    /// Ordinal of the first unit.
    pub first_ordinal: u32,
    /// The units, in order.
    pub units: Vec<UnitText>,
}

/// Encodes anchors, where possible by how they follow from the previous one:
/// `art-14-para-2` after `art-14-para-1-item-5` takes one byte.
#[derive(Default)]
struct Anchors {
    previous: String,
}

impl Anchors {
    const LITERAL: u8 = 0;
    /// Codes for how an anchor follows from the previous one: one level down,
    /// or some levels up and then to the next number.
    const WAYS: std::ops::Range<u8> = 1..7;

    /// Maximum length in bytes: a damaged shard could descend endlessly.
    const LONGEST: usize = 200;

    /// The anchor that follows from the previous one by one of
    /// [`WAYS`](Self::WAYS).
    fn next(&self, way: u8) -> Option<String> {
        if self.previous.len() > Self::LONGEST {
            return None;
        }
        let (previous, first) = (Anchor(&self.previous), Some(Number::plain(1)));
        let steps = match way {
            1 => return Some(previous.child(ProvisionKind::Paragraph, first)),
            2 => return Some(previous.child(ProvisionKind::Item, first)),
            _ => way - 3,
        };
        let above = (0..steps).try_fold(previous, |above, _| above.parent())?;
        above.next()
    }

    fn write(&mut self, w: &mut Writer, anchor: &str) {
        let way = Self::WAYS
            .into_iter()
            .find(|&way| self.next(way).as_deref() == Some(anchor));
        w.bytes.push(way.unwrap_or(Self::LITERAL));
        if way.is_none() {
            w.string(anchor);
        }
        anchor.clone_into(&mut self.previous);
    }

    fn read(&mut self, r: &mut Reader) -> Result<String, FormatError> {
        let anchor = match r.byte()? {
            Self::LITERAL => r.string()?,
            way if Self::WAYS.contains(&way) => {
                self.next(way).ok_or(FormatError::Content("anchor"))?
            }
            _ => return Err(FormatError::Content("anchor")),
        };
        anchor.clone_into(&mut self.previous);
        Ok(anchor)
    }
}

/// Encodes a shard's payload.
pub fn encode(parts: &[PagePart]) -> Vec<u8> {
    let mut w = Writer::default();
    let mut anchors = Anchors::default();
    for part in parts {
        w.varint(u64::from(part.page));
        part.card.write(&mut w);
        w.varint(u64::from(part.first_ordinal));
        w.varint(part.units.len() as u64);
        for unit in &part.units {
            anchors.write(&mut w, &unit.anchor);
            w.string(&unit.label);
            w.string(&unit.heading);
            w.string(&unit.text);
            w.varint(unit.places.len() as u64);
            let mut previous = 0;
            for (at, anchor) in &unit.places {
                w.varint(u64::from(at - previous));
                anchors.write(&mut w, anchor);
                previous = *at;
            }
            w.varint(u64::from(unit.cited));
        }
    }
    w.bytes
}

/// Decodes a shard's payload.
///
/// # Errors
/// When the bytes are not a valid payload.
pub fn decode(payload: &[u8]) -> Result<Vec<PagePart>, FormatError> {
    let mut r = Reader::new(payload);
    let mut parts = Vec::new();
    let mut anchors = Anchors::default();
    while !r.is_empty() {
        let page = r.u32()?;
        let card = PageCard::read(&mut r)?;
        let first_ordinal = r.u32()?;
        let units = r.list(|r| {
            Ok(UnitText {
                anchor: anchors.read(r)?,
                label: r.string()?,
                heading: r.string()?,
                text: r.string()?,
                places: places(r, &mut anchors)?,
                cited: r.u32()?,
            })
        })?;
        parts.push(PagePart {
            page,
            card,
            first_ordinal,
            units,
        });
    }
    Ok(parts)
}

fn places(r: &mut Reader, anchors: &mut Anchors) -> Result<Vec<(u32, String)>, FormatError> {
    let mut at = 0u32;
    r.list(|r| {
        at = at.checked_add(r.u32()?).ok_or(FormatError::Length)?;
        Ok((at, anchors.read(r)?))
    })
}

/// Finds a unit and the card of its page in a decoded shard.
pub fn find(parts: &[PagePart], unit: UnitId) -> Option<(&PageCard, &UnitText)> {
    parts
        .iter()
        .filter(|part| part.page == unit.page)
        .find_map(|part| {
            let index = unit.ordinal.checked_sub(part.first_ordinal)?;
            Some((&part.card, part.units.get(index as usize)?))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shard_round_trips() {
        let parts = vec![PagePart {
            page: 3,
            card: PageCard {
                key: "practices/x".into(),
                url: "practices/x/index.html".into(),
                names: vec!["天津市“五必谈”制度".into(), "五必谈".into()],
                page_type: "practice".into(),
                type_label: "实践做法".into(),
                meta: vec!["天津市".into()],
                date: "2026-11-22".into(),
                validity: Some(Validity::Repealed),
                cited: 12,
            },
            first_ordinal: 2,
            units: vec![UnitText {
                anchor: "a".into(),
                label: "五种情形".into(),
                heading: "五种情形".into(),
                text: "主体责任考核必谈。".into(),
                places: vec![(0, "a-1".into()), (12, "a-2".into())],
                cited: 3,
            }],
        }];
        let decoded = decode(&encode(&parts)).unwrap();
        assert_eq!(decoded, parts);
        let unit = UnitId {
            page: 3,
            ordinal: 2,
        };
        assert_eq!(find(&decoded, unit).unwrap().1.anchor, "a");
        assert!(
            find(
                &decoded,
                UnitId {
                    page: 3,
                    ordinal: 1
                }
            )
            .is_none()
        );
    }

    #[test]
    fn anchors_follow_from_each_other() {
        let written = [
            "",
            "art-13",
            "art-13-para-1",
            "art-13-para-1-item-1",
            "art-13-para-1-item-2",
            "art-13-para-2",
            "art-14",
            "art-14-1",
            "begriff-主体",
            "art-4294967295",
            "art-4294967296",
        ];
        let mut w = Writer::default();
        let mut anchors = Anchors::default();
        written
            .iter()
            .for_each(|anchor| anchors.write(&mut w, anchor));
        let mut r = Reader::new(&w.bytes);
        let mut anchors = Anchors::default();
        let read: Vec<_> = written
            .iter()
            .map(|_| anchors.read(&mut r).unwrap())
            .collect();
        assert_eq!(read, written);
        assert!(r.is_empty());
        // Five of them take one byte each; the others are literal.
        let literal: usize = [0, 6, 8, 12, 14, 14].iter().map(|length| length + 2).sum();
        assert_eq!(w.bytes.len(), 5 + literal);
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
