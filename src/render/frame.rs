//! What every page has around its matter: head, navigation, breadcrumbs.

use std::borrow::Cow;

use crate::compare::Comparisons;
use crate::dates;
use crate::facts::{Facts, Subject};
use crate::library::{Library, Page, Section};
use crate::model::{Basis, Date, IntegrityState, Locators, PageId, PageType, Vocabulary};
use crate::words::{Language, Words};

use super::RenderOptions;
use super::address::{Here, page_file};
use super::assets::Assets;
use super::catalogue::{Axis, Catalogue, changed};
use super::data_page;
use super::html::Provenance;
use super::offline_page;
use super::side_by_side;
use super::structured;
use super::views::{
    AssetsView, BasisView, CardView, DateView, FeedView, Html, LinkView, NavView, PageView,
    PagerView, SiteView, TypeView, html,
};

/// Everything that pages are made from.
pub(super) struct Material<'a> {
    pub library: &'a Library,
    pub catalogue: &'a Catalogue,
    pub comparisons: &'a Comparisons,
    pub assets: &'a Assets,
    pub options: &'a RenderOptions,
    /// Whether the site has a page about reading without a connection.
    pub has_offline_page: bool,
}

/// What distinguishes one page's frame from another's.
pub(super) struct Frame<'a> {
    pub kind: &'static str,
    pub title: String,
    pub description: String,
    /// Pages above it, from the home page down, without itself.
    pub above: Vec<LinkView>,
    /// Key of the section or file of the list it belongs to in the navigation.
    pub nav: String,
    /// The page, for documents.
    pub page: Option<&'a Page>,
    pub indexable: bool,
    /// The list whose feed the page names: its title and file.
    pub feed: Option<(String, String)>,
    /// For a page of a list on several: the way to the first, and the others.
    pub list: Option<(String, PagerView)>,
}

impl<'a> Material<'a> {
    /// What the interface says.
    pub fn words(&self) -> &'a Words {
        self.library.words()
    }

    /// A word of the interface that needs no value.
    pub fn text(&self, key: &str) -> String {
        self.words().text(key).to_owned()
    }

    /// A date in words and for machines.
    pub fn date(&self, date: Date) -> DateView {
        DateView {
            iso: dates::iso(date),
            text: self.words().date(date),
        }
    }

    /// A type with its name.
    pub fn type_view(&self, page_type: PageType) -> TypeView {
        TypeView {
            slug: page_type.slug(),
            label: self.words().label("type", page_type),
        }
    }

    /// A type in a word, where there is little room.
    pub fn type_short(&self, page_type: PageType) -> String {
        self.words().label("type-short", page_type)
    }

    /// Stated or inferred, in words.
    pub fn basis_view(&self, basis: Basis) -> BasisView {
        let (slug, label, short) = match basis {
            Basis::Stated => ("stated", "basis.stated", "basis.stated_short"),
            Basis::Inferred => ("inferred", "basis.inferred", "basis.inferred_short"),
        };
        BasisView {
            slug,
            label: self.text(label),
            short: self.text(short),
        }
    }

    /// The state of a text, in words.
    pub fn integrity_label(&self, state: IntegrityState) -> String {
        self.words().label("integrity", state)
    }

    /// The name of an axis: 地区.
    pub fn axis_label(&self, axis: Axis) -> String {
        self.words()
            .text(&format!("axis.{}", axis.slug()))
            .to_owned()
    }

    /// A link to an axis: 按地区.
    pub fn axis_by(&self, axis: Axis) -> String {
        self.words()
            .say("axis.by", &[("axis", &self.axis_name(axis))])
    }

    /// The name of an axis in a sentence.
    pub fn axis_name(&self, axis: Axis) -> &'a str {
        self.words().text(&format!("axis-name.{}", axis.slug()))
    }

    pub fn site_view(&self) -> SiteView {
        let config = &self.library.config;
        let language = self.words().language();
        SiteView {
            language: language.tag(),
            locale: language.locale(),
            title: config.title.clone(),
            description: config.description.clone(),
            organization: self.organization().map(ToOwned::to_owned),
            date: self.catalogue.date.map(|date| self.date(date)),
            count: self.catalogue.typed,
            generator: concat!("zhize ", env!("CARGO_PKG_VERSION")).to_owned(),
            base_url: config.base_url.clone(),
        }
    }

    /// Who publishes the site; settings may say `unknown` as content does.
    pub fn organization(&self) -> Option<&'a str> {
        let name = self.library.config.organization.as_deref();
        name.filter(|name| *name != "unknown")
    }

    pub fn page_view(&self, here: Here<'_>, frame: Frame<'_>) -> PageView {
        let mut breadcrumbs = frame.above;
        let mut description = frame.description;
        match &frame.list {
            Some((first, pager)) if pager.number > 1 => {
                let (number, of) = (pager.number, pager.of);
                let place = self
                    .words()
                    .say("pager.description", &[("number", &number), ("of", &of)]);
                description = format!("{place}{description}");
                breadcrumbs.push(LinkView {
                    title: frame.title.clone(),
                    href: first.clone(),
                });
                breadcrumbs.push(LinkView {
                    title: self.words().say("pager.crumb", &[("number", &number)]),
                    href: here.to(here.file()),
                });
            }
            _ if frame.kind == "home" => {}
            _ => breadcrumbs.push(LinkView {
                title: frame.title.clone(),
                href: here.to(here.file()),
            }),
        }
        let config = &self.library.config;
        let canonical = self.canonical(here.file());
        let json_ld = structured::json_ld(self, here.file(), frame.page, &breadcrumbs);
        PageView {
            kind: frame.kind,
            title: frame.title,
            description,
            file: here.file().to_owned(),
            root: here.root(),
            canonical,
            og_type: if frame.page.is_some() {
                "article"
            } else {
                "website"
            },
            json_ld: html(json_ld),
            indexable: frame.indexable,
            breadcrumbs,
            nav: self.nav(here, &frame.nav),
            browse: self.browse(here),
            alternates: data_page::alternates(self, here, frame.page),
            data: data_page::is_made(self).then(|| here.to(data_page::FILE)),
            offline: offline_page::is_made(self).then(|| here.to(offline_page::FILE)),
            feed: config.base_url.as_ref().map(|_| {
                let (title, file) = frame
                    .feed
                    .unwrap_or_else(|| (config.title.clone(), structured::feed_file("index.html")));
                FeedView {
                    title,
                    href: here.to(&file),
                }
            }),
            opensearch: config.base_url.as_ref().map(|_| here.to("opensearch.xml")),
            manifest: offline_page::is_made(self).then(|| here.to(structured::MANIFEST)),
            share_image: self
                .assets
                .path("share.png")
                .and_then(|path| self.canonical(path)),
            government: config.government.as_ref().map_or_else(Vec::new, |meta| {
                let column = self
                    .library
                    .sections
                    .get(&frame.nav)
                    .map(|section| section.title.as_str());
                structured::government(self, meta, column, frame.page)
            }),
            pager: frame.list.map(|(_, pager)| pager),
            assets: self.assets_view(here),
        }
    }

    /// The public address of a file, when the site has one. `index.html` is
    /// left out, as readers would write it.
    pub fn canonical(&self, file: &str) -> Option<String> {
        let base = self.library.config.base_url.as_ref()?;
        let path = file.strip_suffix("index.html").unwrap_or(file);
        Some(format!("{base}{path}"))
    }

    fn assets_view(&self, here: Here<'_>) -> AssetsView {
        let path = |what: &str| self.assets.path(what).map(|path| here.to(path));
        AssetsView {
            css: path("css").unwrap_or_default(),
            js: path("js"),
            engine: self.options.engine.clone(),
            icon: path("icon.svg"),
            early: path("early/early.js"),
        }
    }

    /// Sections of the four types in their order, the matrix, the figures,
    /// then plain sections and plain pages of the root.
    fn nav(&self, here: Here<'_>, current: &str) -> Vec<NavView> {
        let entry = |title: &str, short: &str, key: &str| NavView {
            title: title.to_owned(),
            short: short.to_owned(),
            href: here.to(&page_file(key)),
            current: key == current,
        };
        let mut nav: Vec<NavView> = self
            .doors()
            .map(|(page_type, section)| {
                entry(&section.title, &self.type_short(page_type), &section.key)
            })
            .collect();
        let words = self.words();
        let known =
            |title: &str, short: &str, key| entry(words.text(title), words.text(short), key);
        nav.push(known("matrix.title", "matrix.short", "matrix"));
        if side_by_side::has_page(self) {
            let section = self.library.sections.get(side_by_side::KEY);
            let title = section.map_or(words.text("chooser.page"), |section| &section.title);
            nav.push(entry(title, words.text("chooser.short"), side_by_side::KEY));
        }
        nav.push(known("figures.title", "figures.short", "figures"));
        for section in self.library.sections.values() {
            let listed = ["", side_by_side::KEY].contains(&section.key.as_str());
            if section.page_type.is_none() && !listed && !section.key.contains('/') {
                nav.push(entry(
                    &section.title,
                    &self.short_title(&section.title),
                    &section.key,
                ));
            }
        }
        let root = self
            .library
            .sections
            .get("")
            .map(|section| section.pages.as_slice());
        for page in root
            .unwrap_or_default()
            .iter()
            .map(|id| self.library.page(*id))
        {
            if page.page_type().is_none() {
                nav.push(entry(
                    &page.title,
                    &self.short_title(&page.title),
                    &page.key,
                ));
            }
        }
        nav
    }

    fn browse(&self, here: Here<'_>) -> Vec<LinkView> {
        let filled = Axis::ALL
            .into_iter()
            .filter(|axis| !self.catalogue.groups[axis].is_empty());
        let mut links: Vec<LinkView> = filled
            .map(|axis| LinkView {
                title: self.axis_by(axis),
                href: here.to(&page_file(axis.folder())),
            })
            .collect();
        let others = [
            ("a-z.title", "a-z/index.html"),
            ("new.title", "new/index.html"),
            ("source.title", "sources/index.html"),
        ];
        links.extend(others.map(|(title, file)| LinkView {
            title: self.text(title),
            href: here.to(file),
        }));
        links
    }

    /// The top sections of the four types, in the types' order.
    pub fn doors(&self) -> impl Iterator<Item = (PageType, &'a Section)> {
        let library = self.library;
        PageType::ALL.iter().flat_map(move |page_type| {
            let sections = library.sections.values();
            sections
                .filter(move |s| s.page_type == Some(*page_type) && !s.key.contains('/'))
                .map(move |section| (*page_type, section))
        })
    }

    pub fn home_link(&self, here: Here<'_>) -> LinkView {
        LinkView {
            title: self.text("frame.home"),
            href: here.to("index.html"),
        }
    }

    /// The home page and the sections above a key, the outermost first.
    pub fn above(&self, here: Here<'_>, key: &str) -> Vec<LinkView> {
        let mut links = vec![self.home_link(here)];
        let ends = key
            .char_indices()
            .filter(|(_, c)| *c == '/')
            .map(|(at, _)| at);
        for upper in ends.map(|end| &key[..end]) {
            if let Some(section) = self.library.sections.get(upper) {
                links.push(LinkView {
                    title: section.title.clone(),
                    href: here.to(&page_file(upper)),
                });
            }
        }
        links
    }

    /// 关于本站 is 关于 where there is little room; English has no such rule.
    fn short_title(&self, title: &str) -> String {
        match self.words().language() {
            Language::English => title.to_owned(),
            _ => title.chars().take(2).collect(),
        }
    }

    pub fn page(&self, id: PageId) -> &'a Page {
        self.library.page(id)
    }

    pub fn page_link(&self, here: Here<'_>, page: &Page) -> LinkView {
        LinkView {
            title: page.title.clone(),
            href: here.to(&page_file(&page.key)),
        }
    }

    pub fn places(&self, here: Here<'_>, page: &Page, locators: &Locators) -> Html {
        html(Provenance::of(self.library, page).places(here, locators))
    }

    /// A page as an entry of a list.
    pub fn card(&self, here: Here<'_>, page: &Page) -> CardView {
        let words = self.words();
        let facts = Facts::of(self.library, page);
        let short = |subject| facts.values(subject).iter().map(|value| value.short(words));
        let what = [Subject::Kind, Subject::Category, Subject::Region].into_iter();
        let mut meta: Vec<_> = what.flat_map(short).map(Cow::into_owned).collect();
        let organs = [Subject::Issuer, Subject::Organ]
            .into_iter()
            .flat_map(short);
        for organ in organs.take(3) {
            // 天津 and 天津市 say one thing.
            if !meta.iter().any(|known| organ.starts_with(known.as_str())) {
                meta.push(organ.into_owned());
            }
        }
        let tags = [Subject::Responsibility, Subject::Stage].into_iter();
        CardView {
            title: page.title.clone(),
            href: here.to(&page_file(&page.key)),
            page_type: page.page_type().map(|page_type| self.type_view(page_type)),
            description: page.description.clone(),
            meta,
            tags: tags.flat_map(short).map(Cow::into_owned).collect(),
            basis: None,
            basis_of: String::new(),
            mark: html(String::new()),
            date: changed(page).map(|date| self.date(date)),
        }
    }
}
