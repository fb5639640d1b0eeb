//! What every page has around its matter: head, navigation, breadcrumbs.

use std::borrow::Cow;
use std::fmt::Display;

use serde::Serialize;

use crate::compare::Comparisons;
use crate::dates;
use crate::facts::{Facts, Subject};
use crate::library::{Library, Page, Section};
use crate::model::{Basis, Date, IntegrityState, Locators, PageId, PageType, Vocabulary};
use crate::output::Origin;
use crate::words::{Language, Words};

use super::RenderOptions;
use super::address::{Here, page_file};
use super::assets::Assets;
use super::catalogue::{Axis, Catalogue, changed};
use super::data_page;
use super::html::Provenance;
use super::machine_files::{self, feed_file};
use super::offline_page;
use super::paging::{Measure, Part};
use super::planned::{Feed, Planned};
use super::provenance_pages::Reliance;
use super::side_by_side;
use super::structured;
use super::theme::Theme;
use super::views::{
    AssetsView, BasisView, CardView, DateView, FeedView, Html, LinkView, NavView, PageView,
    SiteView, TypeView, html,
};

/// Everything that pages are made from.
#[derive(Clone, Copy)]
pub(super) struct Material<'a> {
    pub library: &'a Library,
    pub theme: &'a Theme,
    pub catalogue: &'a Catalogue,
    pub comparisons: &'a Comparisons,
    pub reliance: &'a Reliance,
    pub assets: &'a Assets,
    pub options: &'a RenderOptions,
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

    /// What surrounds a page, of a long list one of its pages.
    pub fn page_view(&self, here: Here<'_>, planned: &Planned<'_>, part: &Part) -> PageView {
        let pager = part.pager(here, &planned.file, planned.counted());
        let mut description = planned.description.clone();
        if pager.is_some() && !part.is_first() {
            let place: [(&str, &dyn Display); 2] = [("number", &part.number), ("of", &part.of)];
            description.insert_str(0, &self.words().say("pager.description", &place));
        }
        let config = &self.library.config;
        let breadcrumbs = self.breadcrumbs(here, planned, part);
        let nav = here.file().split_once('/').map_or("", |(key, _)| key);
        let for_sites = |file: &str| config.base_url.as_ref().map(|_| here.to(file));
        PageView {
            kind: planned.kind,
            title: planned.title.clone(),
            description,
            file: here.file().to_owned(),
            root: here.root(),
            canonical: self.canonical(here.file()),
            og_type: if planned.page.is_some() {
                "article"
            } else {
                "website"
            },
            json_ld: html(structured::json_ld(
                self,
                here.file(),
                planned.page,
                &breadcrumbs,
            )),
            indexable: planned.indexable,
            breadcrumbs,
            nav: self.nav(here, nav),
            browse: self.browse(here),
            alternates: data_page::alternates(self, here, planned.page),
            data: data_page::is_made(self).then(|| here.to(data_page::FILE)),
            offline: offline_page::is_made(self).then(|| here.to(offline_page::FILE)),
            feed: for_sites(&feed_file(match &planned.feed {
                Some(_) => &planned.file,
                None => "index.html",
            }))
            .map(|href| FeedView {
                title: match &planned.feed {
                    Some(feed) => feed.title.clone(),
                    None => config.title.clone(),
                },
                href,
            }),
            opensearch: for_sites(machine_files::OPENSEARCH),
            manifest: offline_page::is_made(self).then(|| here.to(machine_files::MANIFEST)),
            share_image: self
                .assets
                .path("share.png")
                .and_then(|path| self.canonical(path)),
            government: config.government.as_ref().map_or_else(Vec::new, |meta| {
                let column = self.library.sections.get(nav);
                let column = column.map(|section| section.title.as_str());
                structured::government(self, meta, column, planned.page)
            }),
            pager,
            assets: self.assets_view(here),
        }
    }

    /// The pages above, then the page itself; nothing on the home page.
    fn breadcrumbs(&self, here: Here<'_>, planned: &Planned<'_>, part: &Part) -> Vec<LinkView> {
        let link = |title: &str, file: &str| LinkView {
            title: title.to_owned(),
            href: here.to(file),
        };
        let above = planned.above.iter();
        let mut links: Vec<LinkView> = above.map(|(title, file)| link(title, file)).collect();
        if !part.is_first() {
            links.push(link(&planned.title, &planned.file));
            let number = self.words().say("pager.crumb", &[("number", &part.number)]);
            links.push(link(&number, here.file()));
        } else if planned.kind != "home" {
            links.push(link(&planned.title, here.file()));
        }
        links
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

    /// The way down to what lies right below the home page.
    fn home(&self) -> Vec<(String, String)> {
        vec![(self.text("frame.home"), page_file(""))]
    }

    /// The way down to what lies below a page of the program.
    pub fn below(&self, title: &str, file: &str) -> Vec<(String, String)> {
        let mut way = self.home();
        way.push((title.to_owned(), file.to_owned()));
        way
    }

    /// The home page and the sections above a key, the outermost first.
    pub fn way_to(&self, key: &str) -> Vec<(String, String)> {
        let mut way = self.home();
        for (end, _) in key.match_indices('/') {
            if let Some(section) = self.library.sections.get(&key[..end]) {
                way.push((section.title.clone(), page_file(&section.key)));
            }
        }
        way
    }

    /// The way down to what lies below a page of the library.
    pub fn way_below(&self, page: &Page) -> Vec<(String, String)> {
        let mut way = self.way_to(&page.key);
        way.push((page.title.clone(), page_file(&page.key)));
        way
    }

    /// A page that the program makes of itself, right below the home page.
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

    /// How many cards stand on one page.
    pub fn cards(&self) -> Measure {
        Measure::cards(self.library.config.per_page)
    }

    /// How many lines do.
    pub fn lines(&self) -> Measure {
        Measure::lines(self.library.config.per_page)
    }

    /// A feed of those of these pages that have a type; none where it would
    /// have no address, or no date to tell.
    pub fn feed(&self, title: String, pages: impl IntoIterator<Item = PageId>) -> Option<Feed<'a>> {
        self.library.config.base_url.as_ref()?;
        self.catalogue.date?;
        let pages = pages.into_iter().map(|id| self.page(id));
        Some(Feed {
            title,
            pages: pages.filter(|page| page.page_type().is_some()).collect(),
        })
    }

    /// A description, else the site's.
    pub fn described(&self, description: &str) -> String {
        if description.is_empty() {
            self.library.config.description.clone()
        } else {
            description.to_owned()
        }
    }

    /// The title of an axis' page: 按地区查找.
    pub fn axis_find(&self, axis: Axis) -> String {
        let name = self.axis_name(axis);
        self.words().say("axis.find", &[("axis", &name)])
    }

    /// What search engines say of it.
    pub fn axis_about(&self, axis: Axis) -> String {
        let (site, name) = (&self.library.config.title, self.axis_name(axis));
        let values: [(&str, &dyn Display); 2] = [("site", site), ("axis", &name)];
        self.words().say("axis.description", &values)
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
