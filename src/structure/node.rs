//! A provision that is still open, while its lines are read.

use std::collections::BTreeMap;

use search::anchor::{Number, ProvisionKind};

use super::label::Style;
use crate::body::tree::{Provision, WrittenLink};
use crate::diag::{FileId, Span};

/// Ranks of everything that can be open, outermost first.
pub mod rank {
    pub const ROOT: u32 = 0;
    pub const ANNEX: u32 = 10;
    pub const OUTSIDE: u32 = 20;
    pub const HEADING: u32 = 50;
    pub const PART: u32 = 100;
    pub const SUBPART: u32 = 200;
    pub const CHAPTER: u32 = 300;
    pub const SECTION: u32 = 400;
    pub const POINT_HEADING: u32 = 450;
    pub const ARTICLE: u32 = 600;
    pub const PARAGRAPH: u32 = 700;
    pub const ENUMERATION: u32 = 800;
}

/// An open provision.
pub struct Node {
    pub provision: Provision<WrittenLink>,
    pub rank: u32,
    /// Level, if it was a Markdown heading.
    pub level: Option<u8>,
    /// Style of the enumeration that it belongs to.
    pub style: Option<Style>,
    /// Style and last number of the enumeration within it.
    pub list: Option<(Style, Number)>,
    /// Last number of each kind of division within it.
    pub divisions: BTreeMap<ProvisionKind, Number>,
    pub paragraphs: u32,
    /// The last article; only in the root and in annexes.
    pub last_article: Option<Number>,
}

impl Node {
    pub fn root() -> Self {
        let span = Span::start_of(FileId(0));
        Self::new(provision(ProvisionKind::Opening, span), rank::ROOT)
    }

    pub fn new(provision: Provision<WrittenLink>, rank: u32) -> Self {
        Self {
            provision,
            rank,
            level: None,
            style: None,
            list: None,
            divisions: BTreeMap::new(),
            paragraphs: 0,
            last_article: None,
        }
    }

    /// Continues the enumeration within it; returns the last number if that has
    /// the same style.
    pub fn counts(&mut self, style: Style, number: Number) -> Option<Number> {
        let before = self.list.replace((style, number));
        let same = before.filter(|(open, _)| *open == style);
        same.map(|(_, last)| last)
    }
}

pub fn provision(kind: ProvisionKind, span: Span) -> Provision<WrittenLink> {
    Provision {
        kind,
        number: None,
        anchor: String::new(),
        label: String::new(),
        title: Vec::new(),
        content: Vec::new(),
        children: Vec::new(),
        span,
    }
}
