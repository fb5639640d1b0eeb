//! What parsing yields: pages as written, before anything is looked up.
//!
//! A [`ParsedPage`] has no address, no resolved link and no backlink: those
//! belong to the [`Library`](crate::library::Library), which is made from all
//! pages together. What a page mentions (organs, locators, images) stands in
//! [`Mentions`] with its place, for the look-up to complain about.

use std::collections::{BTreeMap, BTreeSet};

use super::files::{Files, Text};
use crate::body::tree::{Block, WrittenLink};
use crate::config::Settings;
use crate::diag::{Span, Spanned};
use crate::model::{
    Basis, ExternalDocument, Locators, Metadata, Organ, PageType, Region, RelationKind, Source,
    SourceReference,
};
use crate::source::Asset;

/// A whole site, parsed file by file.
#[derive(Debug)]
pub struct ParsedSite {
    /// The settings as written.
    pub settings: Settings,
    /// Sections, by path of their folder below `content/`.
    pub sections: BTreeMap<String, ParsedSection>,
    /// Pages that are not drafts, in order of their paths.
    pub pages: Vec<ParsedPage>,
    /// Paths of drafts below `content/`; a link to one is a mistake.
    pub drafts: BTreeSet<String>,
    /// Paths of pages that couldn't be read at all; that a link to one leads
    /// nowhere is not the link's mistake.
    pub unread: BTreeSet<String>,
    /// Which files its texts ask for.
    pub files: Files,
    pub registers: Registers,
    /// What editors say of words.
    pub lexicon: ParsedLexicon,
    /// What searches must find.
    pub golden: Vec<ParsedGolden>,
    /// Files that are copied as they are: all but those that only texts show
    /// which may not be public.
    pub assets: Vec<Asset>,
}

/// The registers, each entry with the place of its id.
#[derive(Debug, Default)]
pub struct Registers {
    /// `data/organs.toml`
    pub organs: BTreeMap<String, Spanned<Organ>>,
    /// `data/regions.toml`
    pub regions: BTreeMap<String, Spanned<Region>>,
    /// `data/sources.toml`
    pub sources: BTreeMap<String, Spanned<Source>>,
    /// `data/external.toml`
    pub externals: BTreeMap<String, Spanned<ExternalDocument>>,
}

/// An entry of `search-index/golden.toml`.
#[derive(Debug)]
pub struct ParsedGolden {
    pub query: Spanned<String>,
    /// Pages of which any must come first, as written: key, path or title,
    /// perhaps with `#` and an anchor.
    pub first: Vec<Spanned<String>>,
    /// Pages that must be among the first `within`, as written.
    pub also: Vec<Spanned<String>>,
    /// How many places count for `also`.
    pub within: usize,
    /// Whether nothing must be found.
    pub nothing: bool,
    /// Pages that must not be found, as written.
    pub not: Vec<Spanned<String>>,
    /// Whether nothing else may be used or offered in place of the query.
    pub as_typed: bool,
    /// Facet key and value.
    pub filters: Vec<Spanned<(String, String)>>,
    /// Why.
    pub reason: String,
}

/// `search-index/lexicon.toml`, each word with its place.
#[derive(Debug, Default)]
pub struct ParsedLexicon {
    /// Groups of words that mean the same.
    pub synonyms: Vec<Vec<Spanned<String>>>,
    /// Former words, each with today's.
    pub superseded: Vec<(Spanned<String>, Spanned<String>)>,
    /// Further names, each with the path or title of its page.
    pub aliases: Vec<(Spanned<String>, Spanned<String>)>,
    /// Words that say nothing.
    pub stop: Vec<Spanned<String>>,
    /// Words that say more or less than others, each with quarters of what it
    /// would count.
    pub weights: Vec<(Spanned<String>, u8)>,
}

/// A parsed `_index.md`.
#[derive(Debug)]
pub struct ParsedSection {
    /// Path of its file below `content/`: `practices/_index.md`.
    pub path: String,
    pub title: String,
    /// Description; empty when not given.
    pub description: String,
    /// Type of its pages, its own or inherited.
    pub page_type: Option<PageType>,
    /// Whether it and all below it are left out.
    pub draft: bool,
    /// Entries on one page of its list, where it says so; 0 for all of them.
    pub paginate_by: Option<usize>,
    pub body: ParsedBody,
    /// The whole file.
    pub span: Span,
}

impl ParsedSection {
    /// Its text, which may ask for files.
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
    /// Last part of its address, from the file's name or `slug`.
    pub slug: Spanned<String>,
    pub title: Spanned<String>,
    /// Not to be published yet.
    pub draft: bool,
    /// Whether somebody has stated why it may be public, or may not.
    pub decided: bool,
    /// Place among its section's pages; small ones first, none last.
    pub weight: Option<i64>,
    pub other_names: Vec<Spanned<String>>,
    pub sources: Vec<SourceReference>,
    /// What has to be looked up.
    pub mentions: Mentions,
    /// What needs no look-up.
    pub metadata: Metadata,
    /// Body. Of a page that may not be public nothing leaves the parser.
    pub body: ParsedBody,
    /// The whole file.
    pub span: Span,
}

impl ParsedPage {
    /// Its text, which may ask for files.
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
    /// The type that the other page must have; any in `related`.
    pub wanted: Option<PageType>,
    /// Provision as written.
    pub provision: Option<String>,
    /// Stated or inferred.
    pub basis: Basis,
    pub locators: Locators,
    /// Remark.
    pub note: String,
}

/// What the front matter names, with its places: pages, ids and locators.
#[derive(Debug, Default)]
pub struct Mentions {
    /// The regulation that this page is another text of.
    pub version_of: Option<WrittenLink>,
    /// For a comparison: the practices that it sets side by side.
    pub compared: Vec<WrittenLink>,
    /// Typed links, in written order.
    pub relations: Vec<ParsedRelation>,
    /// Organ ids.
    pub organs: Vec<Spanned<String>>,
    /// Regions: code and name.
    pub regions: Vec<RegionMention>,
    /// Source ids, each with the locators given for it.
    pub sources: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// Locators that may stand in any of the page's sources.
    pub locators: Vec<Spanned<String>>,
    /// The same, of links that only say where to read on: nothing on the page
    /// rests on them.
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
    /// The body of the file at `path`, whose whole is `span`.
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
    /// Its permanent identity, its section and its slug: `practices/x`.
    pub fn key(&self) -> String {
        if self.section.is_empty() {
            self.slug.value.clone()
        } else {
            format!("{}/{}", self.section, self.slug.value)
        }
    }
}
