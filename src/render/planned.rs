//! A page of the site before it is made: its file, what surrounds it, how long
//! its list is, and how to show it.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::address::Here;
use crate::address::page_file;
use crate::library::Page;
use crate::model::PageId;
use crate::output::{Audience, Origin};

use super::material::Material;
use super::paging::{Measure, Part};

/// Makes the view that a page's template shows.
type Show<'a> = Box<dyn Fn(&Material<'_>, Here<'_>, &Part) -> Value + Send + Sync + 'a>;

/// A page of the site or, for a long list, all its pages.
pub(super) struct Planned<'a> {
    /// Its file; for a long list, that of the first page.
    pub file: String,
    pub template: &'static str,
    /// Who asks for it.
    pub origin: Origin,
    /// The kind by which style sheets and scripts know it.
    pub kind: &'static str,
    pub title: String,
    /// Its description for search engines.
    pub description: String,
    /// The pages above it: title and file, from the home page down.
    pub above: Vec<(String, String)>,
    /// The page of the library that it shows.
    pub page: Option<&'a Page>,
    /// Whether search engines may index it.
    pub indexable: bool,
    /// Whether it belongs in the sitemap.
    pub in_sitemap: bool,
    /// Who reads it.
    pub audience: Audience,
    /// The feed of its pages.
    pub feed: Option<Feed<'a>>,
    list: Option<List>,
    show: (&'static str, Show<'a>),
}

/// The pages whose changes a feed reports.
pub(super) struct Feed<'a> {
    /// The feed's title.
    pub title: String,
    /// These pages, in any order.
    pub pages: Vec<&'a Page>,
}

/// A list that may be too long for one page.
struct List {
    /// The number of its entries.
    length: usize,
    /// How many stand on one page.
    measure: Measure,
    /// How many things it contains, in words: 310 篇. Fewer than its entries if
    /// a thing is listed under several headings.
    counted: String,
}

impl<'a> Planned<'a> {
    /// A page without title, list and feed, directly below the home page.
    /// `show` makes the template variable called `variable`.
    pub fn new<V: Serialize + Send + Sync + std::fmt::Debug + 'static>(
        (kind, template): (&'static str, &'static str),
        file: String,
        origin: Origin,
        variable: &'static str,
        show: impl Fn(&Material<'_>, Here<'_>, &Part) -> V + Send + Sync + 'a,
    ) -> Self {
        Self {
            file,
            template,
            origin,
            kind,
            title: String::new(),
            description: String::new(),
            above: Vec::new(),
            page: None,
            indexable: true,
            in_sitemap: true,
            audience: Audience::Readers,
            feed: None,
            list: None,
            show: (
                variable,
                Box::new(move |site, here, part| Serde(show(site, here, part)).into()),
            ),
        }
    }

    /// Sets the title and the description.
    pub fn titled(self, title: impl Into<String>, description: impl Into<String>) -> Self {
        let (title, description) = (title.into(), description.into());
        Self {
            title,
            description,
            ..self
        }
    }

    /// Sets the pages above it: title and file of each.
    pub fn below(self, above: Vec<(String, String)>) -> Self {
        Self { above, ..self }
    }

    /// Adds a list that may need several pages.
    pub fn listing(self, length: usize, measure: Measure, counted: String) -> Self {
        let list = Some(List {
            length,
            measure,
            counted,
        });
        Self { list, ..self }
    }

    /// Sets the feed.
    pub fn feeding(self, feed: Option<Feed<'a>>) -> Self {
        Self { feed, ..self }
    }

    /// Keeps it out of search engines and the sitemap.
    pub fn unlisted(self) -> Self {
        Self {
            indexable: false,
            in_sitemap: false,
            ..self
        }
    }

    /// The pages of its list, or one whole page if it has no list.
    pub fn parts(&self) -> Vec<Part> {
        match &self.list {
            Some(list) => list.measure.parts(list.length).collect(),
            None => vec![Part::whole()],
        }
    }

    /// How many things its list contains, in words.
    pub fn counted(&self) -> &str {
        self.list.as_ref().map_or("", |list| &list.counted)
    }

    /// The template's variable for one page of the list.
    pub fn variable(
        &self,
        site: &Material<'_>,
        here: Here<'_>,
        part: &Part,
    ) -> (&'static str, Value) {
        let (name, show) = &self.show;
        (name, show(site, here, part))
    }
}

impl<'a> Material<'a> {
    /// Plans a generated page directly below the home page.
    pub fn planned<V: Serialize + Send + Sync + std::fmt::Debug + 'static>(
        &self,
        kind_and_template: (&'static str, &'static str),
        key: &str,
        what: &str,
        variable: &'static str,
        show: impl Fn(&Material<'_>, Here<'_>, &Part) -> V + Send + Sync + 'a,
    ) -> Planned<'a> {
        let origin = Origin::program(what);
        Planned::new(kind_and_template, page_file(key), origin, variable, show).below(self.home())
    }

    /// The same for a list by some axis; only a site with a public address has
    /// these.
    pub fn list_feed(
        &self,
        title: String,
        pages: impl IntoIterator<Item = PageId>,
    ) -> Option<Feed<'a>> {
        self.library.config.base_url.as_ref()?;
        self.feed(title, pages)
    }

    /// A feed of those of these pages that have a type; `None` if the content
    /// has no date.
    pub fn feed(&self, title: String, pages: impl IntoIterator<Item = PageId>) -> Option<Feed<'a>> {
        self.catalogue.date?;
        let pages = pages.into_iter().map(|id| self.page(id));
        Some(Feed {
            title,
            pages: pages
                .filter(|page| page.public && page.page_type().is_some())
                .collect(),
        })
    }
}
