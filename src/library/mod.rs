//! The resolved, immutable library, which every later stage reads.
//!
//! A [`Page`] here is complete. No `Option` means "not yet": `None` means that
//! the author gave nothing, and [`Known::Unknown`] that the author says the
//! source is silent.

pub mod axis;
pub mod cited;
pub mod lexicon;
pub mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use crate::body::tree::Block;
use crate::config::Config;
use crate::diag::Span;
use crate::model::{
    Backlink, Citation, Date, ExternalDocument, Metadata, Organ, PageId, PageType, Region,
    RegionReference, Relation, ResolvedLink, Source, SourceReference, years_in,
};
use crate::output::{Origin, Place};
use crate::words::Words;

use cited::CitedProvisions;
use lexicon::Lexicon;
use versions::Versions;

/// The whole resolved content.
#[derive(Debug)]
pub struct Library {
    /// The effective settings of the site.
    pub config: Config,
    /// Every page, ordered by `key`. A `PageId` is the index into this list.
    pub pages: Vec<Page>,
    /// Sections by key (`practices`); the root section's key is empty.
    pub sections: BTreeMap<String, Section>,
    /// Organs, by id.
    pub organs: BTreeMap<String, Organ>,
    /// Regions, by GB/T 2260 code; `CN` is the whole country.
    pub regions: BTreeMap<String, Region>,
    /// Sources, by id.
    pub sources: BTreeMap<String, Source>,
    /// For each page that others refer to: the referring pages, and how they
    /// refer. Ordered by the referring page's key. References by other texts of
    /// regulations are left out.
    pub backlinks: BTreeMap<PageId, Vec<Backlink>>,
    /// Every reference to a document or provision, in the order of the pages
    /// and of their text.
    pub citations: Vec<Citation>,
    /// The same reversed, with typed links: what refers to each provision.
    pub cited: CitedProvisions,
    /// Documents that are cited but not held, by id: `data/external.toml`.
    pub externals: BTreeMap<String, ExternalDocument>,
    /// The texts of regulations that have several.
    pub versions: Versions,
    /// The editors' lexicon.
    pub lexicon: Lexicon,
    /// Golden queries: what searches must find, in the order written.
    pub golden: Vec<GoldenQuery>,
}

impl Library {
    /// Drops the texts of all pages, which are most of a library's memory, once
    /// nothing reads them any more.
    pub fn drop_texts(&mut self) {
        for page in &mut self.pages {
            page.body = Vec::new();
        }
    }

    /// The texts of the interface.
    pub fn words(&self) -> &Words {
        &self.config.words
    }

    /// The page with this number.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0 as usize]
    }

    /// The name of an organ, or its id if the register doesn't have it.
    pub fn organ_name<'l>(&'l self, id: &'l str) -> &'l str {
        self.organs.get(id).map_or(id, |organ| &organ.name)
    }

    /// The citations in a page, in the order of its text.
    pub fn citations_in(&self, page: PageId) -> &[Citation] {
        let from = self.citations.partition_point(|c| c.page < page);
        let until = self.citations.partition_point(|c| c.page <= page);
        &self.citations[from..until]
    }
}

/// A query and what it must find.
#[derive(Clone, Debug)]
pub struct GoldenQuery {
    /// The query, as a reader types it.
    pub query: String,
    /// Where it is written.
    pub span: Span,
    /// Facet keys and values, each with its location.
    pub filters: Vec<(String, String, Span)>,
    /// What it must find.
    pub expected: Expected,
    /// Pages that it must not find.
    pub not: Vec<PageId>,
    /// Whether the query must be used as typed, without any replacement used or
    /// offered.
    pub as_typed: bool,
    /// The editors' reason.
    pub reason: String,
}

/// What a query must find.
#[derive(Clone, Debug)]
pub enum Expected {
    Nothing,
    /// These pages.
    Pages {
        /// One of these comes first; empty if that isn't checked.
        first: Vec<GoldenPlace>,
        /// All of these are among the first `within` results.
        also: Vec<GoldenPlace>,
        /// How many results are checked for `also`.
        within: usize,
    },
}

/// A page that must be found, and optionally the place within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldenPlace {
    pub page: PageId,
    /// Anchor without `#`.
    pub anchor: Option<String>,
}

/// A section: a folder with `_index.md`.
#[derive(Debug)]
pub struct Section {
    /// Path below `content/` without leading or trailing slash; empty for the
    /// root.
    pub key: String,
    pub title: String,
    /// Description; empty when not given.
    pub description: String,
    /// The type of its pages; `None` for plain pages.
    pub page_type: Option<PageType>,
    /// Number of entries on one page of its list, if the section sets it
    /// (Zola's `paginate_by`); 0 for all of them.
    pub paginate_by: Option<usize>,
    /// Body of `_index.md`.
    pub body: Vec<Block<ResolvedLink>>,
    /// Pages directly in the section, in reading order (weight, then key).
    pub pages: Vec<PageId>,
    /// The whole `_index.md`.
    pub span: Span,
}

/// One content file, resolved.
#[derive(Debug)]
pub struct Page {
    /// Its number.
    pub id: PageId,
    /// Permanent identity and path: `practices/tianjin-wubitan`.
    pub key: String,
    /// Key of its section.
    pub section: String,
    /// Title, Simplified Chinese.
    pub title: String,
    /// Short titles and other names, searched along with the title.
    pub other_names: Vec<String>,
    /// The sources of its facts.
    pub sources: Vec<SourceReference>,
    /// If it is a comparison (a plain page): the practices that it compares.
    pub compared: Vec<PageId>,
    /// Typed links to other pages, in written order.
    pub related: Vec<Relation>,
    /// The rest of its front matter.
    pub metadata: Metadata,
    pub body: Vec<Block<ResolvedLink>>,
    /// Where the last part of its address is given: `slug`, or the whole file.
    pub address: Span,
    /// The whole file.
    pub span: Span,
}

/// Gives direct access to the front matter: `page.description`.
impl Deref for Page {
    type Target = Metadata;

    fn deref(&self) -> &Metadata {
        &self.metadata
    }
}

impl Section {
    /// The origin of its output file, for messages.
    pub fn origin(&self) -> Origin {
        let place = Place::Content(Span::start_of(self.span.file));
        Origin::new(format!("栏目“{}”", self.title), place)
    }
}

impl Page {
    /// The origin of its output file, for messages.
    pub fn origin(&self) -> Origin {
        let place = Place::Content(self.address.clone());
        Origin::new(format!("页面“{}”", self.title), place)
    }

    /// Its type; `None` for a plain page such as "about".
    pub fn page_type(&self) -> Option<PageType> {
        self.details.page_type()
    }

    /// Its organs: those that issued it, carried it out or were its subject.
    pub fn organs(&self) -> &[String] {
        self.details.organs()
    }

    pub fn region(&self) -> Option<&RegionReference> {
        self.details.region()
    }

    /// The date of its last change on this site.
    pub fn changed(&self) -> Option<Date> {
        self.updated.or(self.published)
    }

    /// The years that its content concerns, including those of its figures, but
    /// not the year when it was added to this site. Lists by year and the
    /// search facet both use them.
    pub fn years(&self) -> BTreeSet<i32> {
        let mut years = self.details.years();
        for figure in &self.figures {
            if let Some(period) = figure.period.value() {
                years.extend(years_in(period));
            }
        }
        years
    }
}
