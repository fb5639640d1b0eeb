//! What surrounds the view of every page: head, navigation, breadcrumbs.

use std::fmt::Display;

use crate::address::{Here, page_file};
use crate::words::Language;

use super::body::provisions;
use super::machine_files::{self, feed_file};
use super::material::Material;
use super::pages::{data_page, offline_page, side_by_side};
use super::paging::Part;
use super::planned::Planned;
use super::structured;
use super::theme::{RESULTS, bundle_of, sheet_of};
use super::views::{AssetsView, FeedView, LinkView, NavView, PageView, ResultsView, html};
use crate::library::axis::Axis;

impl Material<'_> {
    /// What surrounds a page or, for a long list, one of its pages.
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
            feed: self.catalogue.date.map(|_| FeedView {
                title: match &planned.feed {
                    Some(feed) => feed.title.clone(),
                    None => config.title.clone(),
                },
                href: here.to(&feed_file(match &planned.feed {
                    Some(_) => &planned.file,
                    None => "index.html",
                })),
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
            assets: self.assets_view(here, planned),
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
            // A title that begins with the page above need not say it again.
            let parent = planned.above.last().map_or("", |(title, _)| title);
            let rest = planned.title.strip_prefix(parent);
            let rest = rest.and_then(|rest| rest.strip_prefix(self.words().text("mark.colon")));
            links.push(link(rest.unwrap_or(&planned.title), here.file()));
        }
        links
    }

    fn assets_view(&self, here: Here<'_>, planned: &Planned<'_>) -> AssetsView {
        let path = |what: &str| self.assets.path(what).map(|path| here.to(path));
        let sheet = format!("{}.css", sheet_of(planned.kind, has_text(planned)));
        let on_demand = |what: &str| self.assets.path(what).map(str::to_owned);
        let shows_results = bundles(planned).any(|bundle| bundle == RESULTS);
        AssetsView {
            css: path(&sheet).unwrap_or_default(),
            js: path("js"),
            scripts: bundles(planned).filter_map(path).collect(),
            results: on_demand(RESULTS)
                .filter(|_| !shows_results)
                .zip(on_demand("results.css"))
                .map(|(js, css)| ResultsView { js, css }),
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

    /// Shortens 关于本站 to 关于 where there is little room; English is left as it
    /// is.
    fn short_title(&self, title: &str) -> String {
        match self.words().language() {
            Language::English => title.to_owned(),
            _ => title.chars().take(2).collect(),
        }
    }
}

/// The scripts that a page needs in addition to those of every page.
fn bundles(planned: &Planned<'_>) -> impl Iterator<Item = &'static str> {
    let chooses = planned.file == page_file(side_by_side::KEY);
    let of_template = bundle_of(planned.template).into_iter();
    of_template
        .chain(has_text(planned).then_some("law"))
        .chain(chooses.then_some("lists"))
}

/// Whether a page shows the text of a regulation.
fn has_text(planned: &Planned<'_>) -> bool {
    let form = planned.page.and_then(provisions::form_of);
    planned.kind == "document" && form.is_some()
}
