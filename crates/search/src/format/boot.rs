//! The boot file: everything needed to open an index, in one request.

use super::codec::{Reader, Writer};
use super::frame::{self, BOOT};
use super::postings::UnitId;
use super::{FormatError, SHARDS_PER_GROUP, ShardId, ShardKind};
use crate::analysis::ANALYZER_VERSION;
use crate::cited::Cited;
use crate::in_force::Succession;
use crate::json::push_hex;
use crate::score::ImpactBits;

/// Content of the boot file.
#[derive(Clone, Debug, PartialEq)]
pub struct Boot {
    /// Hash of the whole index, the same as in the manifest.
    pub index_hash: u64,
    /// Number of units: N in the idf.
    pub units: u32,
    /// Number of pages.
    pub pages: u32,
    /// Mean number of tokens in a unit's text.
    pub average_body: f32,
    /// Mean number of tokens in a unit's headings.
    pub average_heading: f32,
    /// How impacts of unit texts are stored.
    pub impact_bits: ImpactBits,
    /// Ranking weights.
    pub weights: Weights,
    /// How often each page is cited.
    pub cited: Cited,
    /// First term of each term shard.
    pub term_bounds: Vec<String>,
    /// First unit of each document shard.
    pub document_bounds: Vec<UnitId>,
    /// Number of posting shards.
    pub posting_shards: u32,
    /// First key of each names shard.
    pub name_bounds: Vec<String>,
    /// First page that is no longer in force. Pages in force have the lowest
    /// numbers, followed by repealed pages and old versions. So the number of a
    /// page tells its status without fetching a column.
    pub repealed_from: u32,
    /// First page that is not an entry of the site: comparisons and functions.
    pub aids_from: u32,
    /// First page that is an old version of another.
    pub superseded_from: u32,
    /// Which version of a regulation follows which.
    pub successions: Vec<Succession>,
    /// Key and name of each facet, by shard number.
    pub facets: Vec<(String, String)>,
    /// For each kind in the order of [`ShardKind::SHARDED`], the hashes of its
    /// groups of shards.
    pub groups: [Vec<[u8; 5]>; 6],
    /// Characters that the fold table maps, ascending. What they map to is in a
    /// separate shard, since few queries contain them.
    pub folded: Vec<char>,
}

/// How much context counts in addition to the words of a unit itself. The
/// defaults were chosen on judged questions (`docs/search.md`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Factor of a term in the headings above a unit. 0: headings only decide
    /// what is found; 1: they count like the text itself.
    pub heading: f32,
    /// Factor of the mean score of a page's five best units, added to each of
    /// its units. 0: units are independent; 1: a page full of hits lifts each
    /// of them by a whole hit.
    pub page: f32,
    /// Points for a title that the query contains completely; fewer in
    /// proportion.
    pub title: f32,
    /// Points for a title that contains the whole query and is contained in it:
    /// someone who types a title wants that page, not the pages that cite it.
    /// Fewer in proportion, and none for titles that have little in common with
    /// the query.
    pub navigation: f32,
    /// Factor of a term in the names that others use when they refer to a
    /// provision. 0: these names only decide what is found; 1: they count like
    /// the text itself.
    pub names: f32,
    /// Factor of a term in sentences of others that cite a provision.
    pub sentences: f32,
    /// Points for a unit whose text contains the full weight of the query;
    /// fewer in proportion.
    pub share: f32,
    /// Share of the query's weight that is added for each unit of ln(1 + n),
    /// where n others cite the page. 0: citations don't matter.
    pub cited: f32,
    /// Factor for the score of pages that are no longer in force. 1: they rank
    /// like others; 0: they come last.
    pub repealed: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            heading: 0.225,
            page: 0.3,
            title: 18.0,
            navigation: 60.0,
            names: 2.0,
            sentences: 0.4,
            share: 30.0,
            cited: 0.065,
            repealed: 0.5,
        }
    }
}

impl Boot {
    /// Encodes the whole file.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.varint(u64::from(ANALYZER_VERSION));
        w.bytes.extend_from_slice(&self.index_hash.to_le_bytes());
        w.varint(u64::from(self.units));
        w.varint(u64::from(self.pages));
        w.float(self.average_body);
        w.float(self.average_heading);
        w.varint(u64::from(self.impact_bits.steps()));
        w.float(self.weights.heading);
        w.float(self.weights.page);
        w.float(self.weights.title);
        w.float(self.weights.navigation);
        w.float(self.weights.names);
        w.float(self.weights.sentences);
        w.float(self.weights.share);
        w.float(self.weights.cited);
        w.float(self.weights.repealed);
        w.float(self.cited.step);
        w.slice(&self.cited.steps);
        w.ascending_strings(&self.term_bounds);
        w.varint(self.document_bounds.len() as u64);
        // Stored in columns, and units of the same page as differences: both
        // compress better.
        let mut previous = 0;
        for bound in &self.document_bounds {
            w.varint(u64::from(bound.page - previous));
            previous = bound.page;
        }
        let mut previous: Option<&UnitId> = None;
        for bound in &self.document_bounds {
            let before = previous.filter(|before| before.page == bound.page);
            w.varint(u64::from(bound.ordinal - before.map_or(0, |b| b.ordinal)));
            previous = Some(bound);
        }
        w.varint(u64::from(self.posting_shards));
        w.ascending_strings(&self.name_bounds);
        w.varint(u64::from(self.repealed_from));
        w.varint(u64::from(self.aids_from));
        w.varint(u64::from(self.superseded_from));
        w.varint(self.successions.len() as u64);
        for succession in &self.successions {
            for number in [succession.older, succession.newer, succession.from] {
                w.varint(u64::from(number));
            }
        }
        w.varint(self.facets.len() as u64);
        for (key, label) in &self.facets {
            w.string(key);
            w.string(label);
        }
        for groups in &self.groups {
            w.varint(groups.len() as u64);
            groups.iter().for_each(|g| w.bytes.extend_from_slice(g));
        }
        w.ascending_chars(self.folded.iter().copied());
        frame::seal(BOOT, &w.bytes)
    }

    /// Decodes a boot file.
    ///
    /// # Errors
    /// When the file is damaged or was made by another version.
    pub fn decode(file: &[u8]) -> Result<Self, FormatError> {
        let payload = frame::open(BOOT, file)?;
        let mut r = Reader::new(&payload);
        let analyzer = r.u32()?;
        if analyzer != ANALYZER_VERSION {
            return Err(FormatError::Version {
                found: analyzer as u8,
            });
        }
        let hash = r.bytes(8)?;
        let index_hash = u64::from_le_bytes(hash.try_into().expect("eight bytes were read"));
        let units = r.u32()?;
        let pages = r.u32()?;
        let average_body = r.float()?;
        let average_heading = r.float()?;
        let impact_bits = match r.u32()? {
            16 => ImpactBits::Four,
            256 => ImpactBits::Eight,
            _ => return Err(FormatError::Content("impact bits")),
        };
        let weights = Weights {
            heading: r.float()?,
            page: r.float()?,
            title: r.float()?,
            navigation: r.float()?,
            names: r.float()?,
            sentences: r.float()?,
            share: r.float()?,
            cited: r.float()?,
            repealed: r.float()?,
        };
        let cited = Cited {
            step: r.float()?,
            steps: r.slice()?.to_vec(),
        };
        let term_bounds = r.ascending_strings()?;
        let gaps = r.list(Reader::u32)?;
        let mut document_bounds: Vec<UnitId> = Vec::new();
        for gap in gaps {
            const WRONG: FormatError = FormatError::Content("document bounds");
            let step = r.u32()?;
            let (page, ordinal) = match document_bounds.last() {
                Some(_) if gap == 0 && step == 0 => return Err(WRONG),
                Some(before) if gap == 0 => (before.page, before.ordinal.checked_add(step)),
                before => match before.map_or(0, |b| b.page).checked_add(gap) {
                    Some(page) => (page, Some(step)),
                    None => return Err(WRONG),
                },
            };
            let ordinal = ordinal.ok_or(WRONG)?;
            document_bounds.push(UnitId { page, ordinal });
        }
        let posting_shards = r.u32()?;
        let name_bounds = r.ascending_strings()?;
        let repealed_from = r.u32()?;
        let aids_from = r.u32()?;
        let superseded_from = r.u32()?;
        let successions = r.list(|r| {
            Ok(Succession {
                older: r.u32()?,
                newer: r.u32()?,
                from: r.u32()?,
            })
        })?;
        let facets = r.list(|r| Ok((r.string()?, r.string()?)))?;
        let mut groups: [Vec<[u8; 5]>; 6] = Default::default();
        for list in &mut groups {
            let count = r.count()?;
            for _ in 0..count {
                list.push(r.bytes(5)?.try_into().expect("five bytes were read"));
            }
        }
        let folded = r.ascending_chars()?;
        let boot = Self {
            index_hash,
            units,
            pages,
            average_body,
            average_heading,
            impact_bits,
            weights,
            cited,
            term_bounds,
            document_bounds,
            posting_shards,
            name_bounds,
            repealed_from,
            aids_from,
            superseded_from,
            successions,
            facets,
            groups,
            folded,
        };
        if !r.is_empty()
            || !boot.term_bounds.is_sorted()
            || !boot.name_bounds.is_sorted()
            || !boot.has_all_groups()
        {
            return Err(FormatError::Content("boot file"));
        }
        Ok(boot)
    }

    /// Number of shards of a kind.
    pub fn shards(&self, kind: ShardKind) -> u32 {
        match kind {
            ShardKind::Boot => 0,
            ShardKind::Terms => self.term_bounds.len() as u32,
            ShardKind::Postings => self.posting_shards,
            ShardKind::Documents => self.document_bounds.len() as u32,
            ShardKind::Facets => self.facets.len() as u32,
            ShardKind::Names => self.name_bounds.len() as u32,
            ShardKind::Fold => u32::from(!self.folded.is_empty()),
        }
    }

    fn has_all_groups(&self) -> bool {
        ShardKind::SHARDED
            .into_iter()
            .zip(&self.groups)
            .all(|(kind, groups)| {
                groups.len() as u32 == self.shards(kind).div_ceil(SHARDS_PER_GROUP)
            })
    }

    /// Path of a shard below `search/`, without extension: `t-1f3a9c22d0/07`.
    pub fn path(&self, id: ShardId) -> Option<String> {
        Some(shard_path(id, self.group(id)?))
    }

    /// Hash of the group that a shard belongs to.
    pub fn group(&self, id: ShardId) -> Option<&[u8; 5]> {
        let kind = ShardKind::SHARDED.iter().position(|&k| k == id.kind)?;
        self.groups[kind].get((id.number / SHARDS_PER_GROUP) as usize)
    }

    /// The term shard that would contain a term.
    pub fn term_shard(&self, term: &str) -> Option<u32> {
        let after = self
            .term_bounds
            .partition_point(|bound| bound.as_str() <= term);
        after.checked_sub(1).map(|shard| shard as u32)
    }

    /// Whether a text contains a character that the fold table maps.
    pub fn is_folded(&self, text: &str) -> bool {
        !text.is_ascii()
            && text
                .chars()
                .any(|ch| self.folded.binary_search(&ch).is_ok())
    }

    /// The document shard that holds a unit.
    pub fn document_shard(&self, unit: UnitId) -> Option<u32> {
        let after = self.document_bounds.partition_point(|&bound| bound <= unit);
        after.checked_sub(1).map(|shard| shard as u32)
    }
}

/// Path of a shard whose group has the hash `group`.
pub fn shard_path(id: ShardId, group: &[u8; 5]) -> String {
    let mut path = String::from(id.kind.letter());
    path.push('-');
    group.iter().for_each(|byte| push_hex(&mut path, *byte));
    path.push('/');
    let number = u8::try_from(id.number % SHARDS_PER_GROUP);
    push_hex(&mut path, number.expect("a group has at most 256 shards"));
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn boot() -> Boot {
        Boot {
            index_hash: 0x0123_4567_89ab_cdef,
            units: 300,
            pages: 52,
            average_body: 61.5,
            average_heading: 4.25,
            impact_bits: ImpactBits::Eight,
            weights: Weights::default(),
            cited: Cited::new(&[0, 3, 200]),
            term_bounds: vec!["".into(), "监督".into(), "责任".into()],
            document_bounds: vec![
                UnitId {
                    page: 0,
                    ordinal: 0,
                },
                UnitId {
                    page: 7,
                    ordinal: 3,
                },
            ],
            posting_shards: 0,
            name_bounds: vec!["五必谈".into()],
            repealed_from: 50,
            aids_from: 50,
            superseded_from: 51,
            successions: vec![Succession {
                older: 51,
                newer: 3,
                from: 20190601,
            }],
            facets: vec![("type".into(), "类型".into())],
            groups: [
                vec![[1; 5]],
                vec![],
                vec![[3; 5]],
                vec![[4; 5]],
                vec![[5; 5]],
                vec![[6; 5]],
            ],
            folded: vec!['責', '黨'],
        }
    }

    #[test]
    fn a_boot_file_round_trips() {
        assert_eq!(Boot::decode(&boot().encode()), Ok(boot()));
    }

    #[test]
    fn shards_are_found_by_their_bounds() {
        let boot = boot();
        assert_eq!(boot.term_shard("一岗"), Some(0));
        assert_eq!(boot.term_shard("监督"), Some(1));
        assert_eq!(boot.term_shard("责罚"), Some(2));
        let unit = |page, ordinal| UnitId { page, ordinal };
        assert_eq!(boot.document_shard(unit(7, 2)), Some(0));
        assert_eq!(boot.document_shard(unit(7, 3)), Some(1));
        let id = ShardId {
            kind: ShardKind::Documents,
            number: 1,
        };
        assert_eq!(boot.path(id).unwrap(), "d-0303030303/01");
    }

    proptest! {
        #[test]
        fn random_payloads_never_panic(bytes: Vec<u8>) {
            let _ = Boot::decode(&frame::seal(BOOT, &bytes));
        }
    }
}
