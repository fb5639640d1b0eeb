//! The results of parsing: pages as written, before anything is looked up.
//!
//! A [`ParsedPage`] has no address, no resolved link and no backlink: those
//! belong to the [`Library`](crate::library::Library), which is made from all
//! pages together. What a page mentions (organs, locators, images) is recorded
//! in [`Mentions`] with its location, so that the lookup can report it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::files::{Files, Text};
use crate::body::tree::{Block, WrittenLink};
use crate::config::Settings;
use crate::diag::{Span, Spanned};
use crate::model::{
    Basis, ExternalDocument, Locators, Metadata, Organ, PageType, Region, RelationKind, Source,
    SourceReference, division, divisions,
};
use crate::source::Asset;

/// A whole site, parsed file by file.
#[derive(Debug)]
pub struct ParsedSite {
    /// The settings as written.
    pub settings: Settings,
    /// Sections, by the path of their folder below `content/`.
    pub sections: BTreeMap<String, ParsedSection>,
    /// Pages that are not drafts, ordered by path.
    pub pages: Vec<ParsedPage>,
    /// Paths of drafts below `content/`; linking to one is a mistake.
    pub drafts: BTreeSet<String>,
    /// Paths of pages that couldn't be read at all; links to them are not
    /// reported as broken.
    pub unread: BTreeSet<String>,
    /// The files that its texts request.
    pub files: Files,
    pub registers: Registers,
    /// The editors' lexicon.
    pub lexicon: ParsedLexicon,
    /// Golden queries: what searches must find.
    pub golden: Vec<ParsedGolden>,
    /// Files that are copied unchanged: all except those shown only by texts
    /// that may not be public.
    pub assets: Vec<Asset>,
}

/// The registers, each entry with the location of its id.
#[derive(Debug, Default)]
pub struct Registers {
    /// Entries of `data/organs.toml`.
    pub organs: BTreeMap<String, Spanned<Organ>>,
    /// The regions that the organs name, even of organs without a usable id.
    pub regions_of_organs: Vec<RegionOfOrgan>,
    /// Entries of `data/regions.toml`; [`region`](Self::region) knows more.
    pub regions: BTreeMap<String, Spanned<Region>>,
    /// Entries of `data/sources.toml`.
    pub sources: BTreeMap<String, Spanned<Source>>,
    /// Entries of `data/external.toml`.
    pub externals: BTreeMap<String, Spanned<ExternalDocument>>,
    /// Files of registers that couldn't be read; what they may hold isn't
    /// reported as missing.
    pub unread: BTreeSet<String>,
}

impl Registers {
    /// The region with this code: an entry, or a division that every site
    /// knows.
    pub fn region(&self, code: &str) -> Option<Cow<'_, Region>> {
        let written = self.regions.get(code);
        let written = written.map(|region| Cow::Borrowed(&region.value));
        written.or_else(|| division(code).map(Cow::Owned))
    }

    /// All regions, by code: the entries, and the divisions that every site
    /// knows.
    pub fn all_regions(&self) -> BTreeMap<String, Region> {
        let written = self.regions.values().map(|region| region.value.clone());
        divisions()
            .chain(written)
            .map(|region| (region.code.clone(), region))
            .collect()
    }
}

/// The region that an organ names.
#[derive(Debug)]
pub struct RegionOfOrgan {
    /// The organ's name.
    pub organ: String,
    /// The region's code.
    pub code: Spanned<String>,
}

/// An entry of `search-index/golden.toml`.
#[derive(Debug)]
pub struct ParsedGolden {
    pub query: Spanned<String>,
    /// Pages of which one must come first, as written: key, path or title,
    /// optionally with `#` and an anchor.
    pub first: Vec<Spanned<String>>,
    /// Pages that must be among the first `within` results, as written.
    pub also: Vec<Spanned<String>>,
    /// How many results are checked for `also`.
    pub within: usize,
    /// Whether the query must find nothing.
    pub nothing: bool,
    /// Pages that must not be found, as written.
    pub not: Vec<Spanned<String>>,
    /// Whether the query must be used as typed, without any replacement used or
    /// offered.
    pub as_typed: bool,
    /// Facet keys and values.
    pub filters: Vec<Spanned<(String, String)>>,
    /// The reason for the entry.
    pub reason: String,
}

/// The entries of `search-index/lexicon.toml`, each word with its location.
#[derive(Debug, Default)]
pub struct ParsedLexicon {
    /// Groups of words with the same meaning.
    pub synonyms: Vec<Vec<Spanned<String>>>,
    /// Former words, each with today's.
    pub superseded: Vec<(Spanned<String>, Spanned<String>)>,
    /// Further names, each with the path or title of its page.
    pub aliases: Vec<(Spanned<String>, Spanned<String>)>,
    /// Words without meaning for the search.
    pub stop: Vec<Spanned<String>>,
    /// Words that count more or less than usual, each with its weight in
    /// quarters of the usual one.
    pub weights: Vec<(Spanned<String>, u8)>,
}

/// A parsed `_index.md`.
#[derive(Debug)]
pub struct ParsedSection {
    /// Path of its file below `content/`: `practices/_index.md`.
    pub path: String,
    pub title: String,
    /// Description; empty if not given.
    pub description: String,
    /// Type of its pages, either its own or inherited.
    pub page_type: Option<PageType>,
    /// Whether it and everything below it is left out.
    pub draft: bool,
    /// Number of entries on one page of its list, if given; 0 for all of them.
    pub paginate_by: Option<usize>,
    pub body: ParsedBody,
    /// The whole file.
    pub span: Span,
}

impl ParsedSection {
    /// Its text, which may request files.
    pub fn text(&self) -> Text<'_> {
        self.body.text(&self.path, &self.span)
    }
}

#[derive(Debug)]
pub struct ParsedPage {
    /// Path of its file below `content/`: `practices/tianjin-wubitan.md`.
    pub path: String,
    /// Folder of its section below `content/`.
    pub section: String,
    /// Last part of its address, from the file name or `slug`.
    pub slug: Spanned<String>,
    pub title: Spanned<String>,
    /// Whether it is not to be published yet.
    pub draft: bool,
    /// Whether an editor has stated why it may or may not be public.
    pub decided: bool,
    /// Position among the pages of its section: lower ones first, `None` last.
    pub weight: Option<i64>,
    pub other_names: Vec<Spanned<String>>,
    pub sources: Vec<SourceReference>,
    /// References that must be looked up.
    pub mentions: Mentions,
    /// Fields that need no lookup.
    pub metadata: Metadata,
    /// Its body; empty if the page may not be public.
    pub body: ParsedBody,
    /// The whole file.
    pub span: Span,
}

impl ParsedPage {
    /// Its text, which may request files.
    pub fn text(&self) -> Text<'_> {
        self.body.text(&self.path, &self.span)
    }
}

/// A typed link as written.
#[derive(Debug)]
pub struct ParsedRelation {
    /// The other page.
    pub to: WrittenLink,
    /// Kind of link.
    pub kind: RelationKind,
    /// The required type of the other page; `None` allows any, as in `related`.
    pub wanted: Option<PageType>,
    /// Provision as written.
    pub provision: Option<Spanned<String>>,
    /// Whether it is stated or inferred.
    pub basis: Basis,
    pub locators: Locators,
    /// Remark.
    pub note: String,
}

/// What the front matter refers to, with locations: pages, ids and locators.
#[derive(Debug, Default)]
pub struct Mentions {
    /// The regulation that this page is another text of.
    pub version_of: Option<WrittenLink>,
    /// If it is a comparison: the practices that it compares.
    pub compared: Vec<WrittenLink>,
    /// Typed links, in the order written.
    pub relations: Vec<ParsedRelation>,
    /// Organ ids.
    pub organs: Vec<Spanned<String>>,
    /// Regions: codes and names.
    pub regions: Vec<RegionMention>,
    /// Source ids, each with the locators given for it.
    pub sources: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// Locators that may be in any of the page's sources.
    pub locators: Vec<Spanned<String>>,
    /// Locators of links that only suggest further reading: no fact of the page
    /// is based on them.
    pub aside: Vec<Spanned<String>>,
    /// Anchors of the page's own headings.
    pub anchors: Vec<Spanned<String>>,
}

/// A region as written: `{ code = "120000", name = "天津市" }`.
#[derive(Debug)]
pub struct RegionMention {
    pub code: Spanned<String>,
    pub name: Spanned<String>,
}

#[derive(Debug, Default)]
pub struct ParsedBody {
    pub blocks: Vec<Block<WrittenLink>>,
    /// Anchors of its headings, in order.
    pub anchors: Vec<String>,
    /// Locators of its marks.
    pub locators: Vec<Spanned<String>>,
    /// Sources of its images.
    pub images: Vec<Spanned<String>>,
}

impl ParsedBody {
    /// The body as the text of the file at `path`, whose whole span is `span`.
    fn text<'t>(&'t self, path: &'t str, span: &'t Span) -> Text<'t> {
        Text {
            path,
            span,
            blocks: &self.blocks,
            images: &self.images,
        }
    }
}

impl ParsedPage {
    /// Its permanent identity, from its section and slug: `practices/x`.
    pub fn key(&self) -> String {
        if self.section.is_empty() {
            self.slug.value.clone()
        } else {
            format!("{}/{}", self.section, self.slug.value)
        }
    }
}
