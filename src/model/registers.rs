//! The registers that pages refer to: organs, regions, sources, and documents
//! that are cited but not held.

use serde::Serialize;

use super::values::Known;
use super::vocabulary::{IntegrityState, OrganKind};

/// An organ in the register `data/organs.toml`.
#[derive(Clone, Debug, Serialize)]
pub struct Organ {
    /// ASCII id.
    pub id: String,
    /// Name as the source gives it.
    pub name: String,
    /// Region code.
    pub region: String,
    /// 党中央, 地方, 企业, …
    pub kind: OrganKind,
    /// Remark; empty if there is none.
    pub note: String,
    /// Its place in the register: the order of the lists, since the customary
    /// order of organs follows from no property of theirs.
    #[serde(skip)]
    pub place: usize,
}

/// A region: a provincial division that every site knows, or an entry of the
/// register `data/regions.toml`.
#[derive(Clone, Debug, Serialize)]
pub struct Region {
    /// GB/T 2260 code, or `CN`.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// ISO 3166-2 code; cities and counties have none.
    pub iso: Option<String>,
}

/// A source in the register `data/sources.toml`.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// ASCII id.
    pub id: String,
    /// Its name on this site.
    pub label: String,
    pub title: Known<String>,
    pub author: Known<String>,
    pub publisher: Known<String>,
    /// Date, as text.
    pub date: Known<String>,
    /// Address.
    pub url: Known<String>,
    /// Remark; empty if there is none.
    pub note: String,
    /// Its paragraphs, in order.
    pub segments: Vec<SourceSegment>,
}

/// One paragraph of a source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceSegment {
    /// Its number: `P8`.
    pub locator: String,
    /// Whether it is a heading in the source.
    pub heading: bool,
    /// What it covers, in our own words.
    pub summary: String,
    /// Condition of its text.
    pub integrity: IntegrityState,
    /// Description of the damage; empty if there is none.
    pub note: String,
}

/// A document that pages cite but this site doesn't hold, declared in
/// `data/external.toml`.
#[derive(Clone, Debug, Serialize)]
pub struct ExternalDocument {
    /// ASCII id.
    pub id: String,
    /// Title, without 《》.
    pub title: String,
    /// Short titles and other names.
    pub other_names: Vec<String>,
    /// Where it can be read; `None` if not given.
    pub url: Option<String>,
    /// Remark; empty if there is none.
    pub note: String,
}
