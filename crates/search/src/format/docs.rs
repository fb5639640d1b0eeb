//! Document shards: what a result shows, and the text that proves a phrase.

use super::FormatError;
use super::codec::{Reader, Writer};
use super::postings::UnitId;

/// What results show of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCard {
    /// Stable identity: `practices/tianjin-wubitan`.
    pub key: String,
    /// Address relative to the site's root, with `index.html`.
    pub url: String,
    /// Its names: the title, then other names.
    pub names: Vec<String>,
    /// Slug of its type; empty for plain pages.
    pub page_type: String,
    /// The type as readers see it.
    pub type_label: String,
    /// Short facts shown with a hit: region, responsibilities, stages.
    pub meta: Vec<String>,
    /// Date on this site, `YYYY-MM-DD`, or empty.
    pub date: String,
    /// Validity as readers see it, or empty.
    pub status: String,
}

/// One ranked unit with its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitText {
    /// Anchor in the page; empty for its beginning.
    pub anchor: String,
    /// What the place is called: a heading, 第七条; empty for the beginning.
    pub label: String,
    /// Headings above and of the place, searched as a field of their own.
    pub heading: String,
    /// Plain text.
    pub text: String,
    /// Anchors below the unit's own, with the byte of `text` at which each
    /// begins, ascending: the paragraphs and items of an article.
    pub places: Vec<(u32, String)>,
    /// How many places of other units refer to it or to what is in it.
    pub cited: u32,
}

impl UnitText {
    /// The anchor of the place that holds this byte of the text.
    pub fn anchor_at(&self, byte: usize) -> &str {
        let after = self.places.partition_point(|(at, _)| *at as usize <= byte);
        after
            .checked_sub(1)
            .map_or(&self.anchor, |at| &self.places[at].1)
    }
}

/// A page, or the part of one whose units are in a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePart {
    /// Page number.
    pub page: u32,
    /// The page's card, repeated in every shard that holds a part of it.
    pub card: PageCard,
    /// Ordinal of the first unit.
    pub first_ordinal: u32,
    /// The units, in order.
    pub units: Vec<UnitText>,
}

impl PagePart {
    /// What queries are compared with.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let units = self.units.iter();
        let units = units.flat_map(|unit| [&unit.heading, &unit.label, &unit.text]);
        self.card.names.iter().chain(units).map(String::as_str)
    }
}

/// Encodes a shard's payload.
pub fn encode(parts: &[PagePart]) -> Vec<u8> {
    let mut w = Writer::default();
    for part in parts {
        w.varint(u64::from(part.page));
        let card = &part.card;
        w.string(&card.key);
        w.string(&card.url);
        w.strings(&card.names);
        w.string(&card.page_type);
        w.string(&card.type_label);
        w.strings(&card.meta);
        w.string(&card.date);
        w.string(&card.status);
        w.varint(u64::from(part.first_ordinal));
        w.varint(part.units.len() as u64);
        for unit in &part.units {
            w.string(&unit.anchor);
            w.string(&unit.label);
            w.string(&unit.heading);
            w.string(&unit.text);
            w.varint(unit.places.len() as u64);
            let mut previous = 0;
            for (at, anchor) in &unit.places {
                w.varint(u64::from(at - previous));
                w.string(anchor);
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
/// When the bytes are not such a payload.
pub fn decode(payload: &[u8]) -> Result<Vec<PagePart>, FormatError> {
    let mut r = Reader::new(payload);
    let mut parts = Vec::new();
    while !r.is_empty() {
        let page = r.u32()?;
        let card = PageCard {
            key: r.string()?.to_owned(),
            url: r.string()?.to_owned(),
            names: r.strings()?,
            page_type: r.string()?.to_owned(),
            type_label: r.string()?.to_owned(),
            meta: r.strings()?,
            date: r.string()?.to_owned(),
            status: r.string()?.to_owned(),
        };
        let first_ordinal = r.u32()?;
        let count = r.count()?;
        let units = (0..count)
            .map(|_| {
                Ok(UnitText {
                    anchor: r.string()?.to_owned(),
                    label: r.string()?.to_owned(),
                    heading: r.string()?.to_owned(),
                    text: r.string()?.to_owned(),
                    places: places(&mut r)?,
                    cited: r.u32()?,
                })
            })
            .collect::<Result<_, FormatError>>()?;
        parts.push(PagePart {
            page,
            card,
            first_ordinal,
            units,
        });
    }
    Ok(parts)
}

fn places(r: &mut Reader) -> Result<Vec<(u32, String)>, FormatError> {
    let mut at = 0u32;
    (0..r.count()?)
        .map(|_| {
            at = at.checked_add(r.u32()?).ok_or(FormatError::Length)?;
            Ok((at, r.string()?.to_owned()))
        })
        .collect()
}

/// A decoded shard's unit with its page's card.
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
                status: String::new(),
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

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
