//! Which pages the site has, and how each is made.

use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use crate::diag::Diagnostic;
use crate::library::{Page, Section};
use crate::model::{PageId, Source};

use crate::words::Words;

use super::a_to_z::{self, Initial};
use super::address::{Here, page_file};
use super::catalogue::{Axis, Group};
use super::document::document;
use super::frame::{Frame, Material};
use super::listing::{self, Listing};
use super::offline_page;
use super::paging::{Measure, Part};
use super::provenance_pages::{self, Reliance};
use super::structured;
use super::theme::Theme;
use super::views::{LinkView, LostView, RedirectView};
use super::{cited, comparison, data_page, lists, overview, side_by_side, versions};

/// A page to be made.
pub(super) enum Plan<'a> {
    Home,
    Section(&'a Section),
    Document(&'a Page),
    Cited(&'a Page),
    /// Two texts of one regulation, the older first.
    Compare(PageId, PageId, String),
    /// Practices to choose and to set side by side.
    SideBySide,
    AToZ,
    Initial(&'a Initial),
    News,
    Axis(Axis),
    List(Axis, &'a Group),
    Listing(Listing),
    Matrix,
    Figures,
    Data,
    Offline,
    Sources,
    Source(&'a Source),
    Search,
    Lost,
    Redirect(&'a str, &'a Page),
}

/// One page of the site: of a long list one of several.
pub(super) struct Sheet<'a> {
    /// What it shows.
    pub plan: Arc<Plan<'a>>,
    /// How much of it.
    pub part: Part,
}

/// All pages of the site.
pub(super) fn sheets<'a>(
    material: &Material<'a>,
    reliance: &Reliance,
    theme: &Theme,
) -> Vec<Sheet<'a>> {
    let plans = plans(material, reliance, theme).into_iter().map(Arc::new);
    plans
        .flat_map(|plan| {
            let parts: Vec<Part> = match plan.length(material) {
                None => vec![Part::whole()],
                Some((total, measure)) => measure.parts(total).collect(),
            };
            parts.into_iter().map(move |part| Sheet {
                plan: Arc::clone(&plan),
                part,
            })
        })
        .collect()
}

fn plans<'a>(material: &Material<'a>, reliance: &Reliance, theme: &Theme) -> Vec<Plan<'a>> {
    let library = material.library;
    let mut plans = vec![
        Plan::Home,
        Plan::Matrix,
        Plan::Figures,
        Plan::Sources,
        Plan::AToZ,
        Plan::News,
        Plan::Lost,
    ];
    if a_to_z::is_split(&material.catalogue.initials) {
        plans.extend(material.catalogue.initials.iter().map(Plan::Initial));
    }
    if !library.config.export.is_empty() && theme.has("data.html") {
        plans.push(Plan::Data);
    }
    if side_by_side::needs_page(material) {
        plans.push(Plan::SideBySide);
    }
    if offline_page::is_made(material) {
        plans.push(Plan::Offline);
    }
    if theme.has("search.html") {
        plans.push(Plan::Search);
    }
    let sections = library
        .sections
        .values()
        .filter(|section| !section.key.is_empty());
    plans.extend(sections.map(Plan::Section));
    plans.extend(library.pages.iter().map(Plan::Document));
    let cited = library
        .pages
        .iter()
        .filter(|page| cited::is_long(library, page));
    plans.extend(cited.map(Plan::Cited));
    if theme.has("compare.html") {
        plans.extend(material.comparisons.pairs().map(|(old, new)| {
            let (chain, first, second) = versions::pair(material, old, new);
            let file = versions::compare_file(material, chain, first, second);
            Plan::Compare(old, new, file)
        }));
    }
    for axis in Axis::ALL {
        plans.push(Plan::Axis(axis));
        let groups = &material.catalogue.groups[&axis];
        plans.extend(groups.iter().map(|group| Plan::List(axis, group)));
    }
    plans.extend(library.sources.values().map(Plan::Source));
    plans.extend(
        listing::all(material, reliance)
            .into_iter()
            .map(Plan::Listing),
    );
    for page in &library.pages {
        plans.extend(page.redirects.iter().map(|from| Plan::Redirect(from, page)));
    }
    plans
}

impl<'a> Sheet<'a> {
    /// Its file.
    pub fn file(&self) -> String {
        self.part.file(&self.plan.file())
    }

    /// Makes the page.
    pub fn render(
        &self,
        material: &Material<'_>,
        reliance: &Reliance,
        theme: &Theme,
    ) -> Result<String, Box<Diagnostic>> {
        let file = self.file();
        let here = Here::at(&file);
        let plan = &self.plan;
        let mut frame = plan.frame(material, here);
        let counted = plan.counted(material.words(), &self.part);
        frame.list = self
            .part
            .pager(here, &plan.file(), counted)
            .map(|pager| (here.to(&plan.file()), pager));
        let (name, matter) = plan.matter(material, here, reliance, &self.part);
        let context = context! {
            site => value(material.site_view()),
            page => value(material.page_view(here, frame)),
            ..Value::from_pairs([(name, matter)])
        };
        theme.render(plan.template(), &context)
    }
}

impl<'a> Plan<'a> {
    /// For a list: how many entries it has, and how many stand on one page.
    fn length(&self, material: &Material<'_>) -> Option<(usize, Measure)> {
        let per_page = material.library.config.per_page;
        let catalogue = material.catalogue;
        let (total, measure) = match self {
            Plan::Section(section) => (
                section.pages.len(),
                lists::section_measure(material, section),
            ),
            Plan::List(axis, group) => (
                lists::list_length(material, *axis, group),
                Measure::cards(per_page),
            ),
            Plan::Listing(listing) => (listing.entries.len(), Measure::cards(per_page)),
            Plan::News => (catalogue.news.len(), Measure::cards(per_page)),
            Plan::Figures => (catalogue.figures.len(), Measure::cards(per_page)),
            Plan::Sources => (material.library.sources.len(), Measure::cards(per_page)),
            Plan::Axis(axis) => (catalogue.groups[axis].len(), Measure::lines(per_page)),
            Plan::Initial(initial) => (initial.names.len(), Measure::lines(per_page)),
            Plan::Cited(page) => (
                cited::count(material.library, page),
                cited::measure(material.library),
            ),
            _ => return None,
        };
        Some((total, measure))
    }

    /// How many things its list is of: 310 篇.
    fn counted(&self, words: &Words, part: &Part) -> String {
        let (count, key) = match self {
            // A page may stand under several headings.
            Plan::List(_, group) => (group.entries.len(), "pager.pages"),
            Plan::Section(_) | Plan::Listing(_) | Plan::News => (part.total, "pager.pages"),
            Plan::Cited(_) => (part.total, "pager.places"),
            _ => (part.total, "pager.things"),
        };
        words.say(key, &[("n", &count)])
    }

    /// The file that it makes; of a long list the first.
    pub fn file(&self) -> String {
        match self {
            Plan::Home => "index.html".to_owned(),
            Plan::Section(section) => page_file(&section.key),
            Plan::Document(page) => page_file(&page.key),
            Plan::Cited(page) => cited::file(page),
            Plan::Compare(_, _, file) => file.clone(),
            Plan::SideBySide => page_file(side_by_side::KEY),
            Plan::AToZ => page_file(a_to_z::FOLDER),
            Plan::Initial(initial) => initial.file(),
            Plan::News => page_file("new"),
            Plan::Axis(axis) => page_file(axis.folder()),
            Plan::List(axis, group) => axis.file(&group.slug),
            Plan::Listing(listing) => page_file(&listing.folder),
            Plan::Matrix => page_file("matrix"),
            Plan::Figures => page_file("figures"),
            Plan::Data => page_file("data"),
            Plan::Offline => offline_page::FILE.to_owned(),
            Plan::Sources => page_file("sources"),
            Plan::Source(source) => page_file(&format!("sources/{}", source.id)),
            Plan::Search => page_file("search"),
            Plan::Lost => "404.html".to_owned(),
            Plan::Redirect(from, _) => page_file(from),
        }
    }

    /// Its template.
    pub fn template(&self) -> &'static str {
        match self {
            Plan::Home => "home.html",
            Plan::Section(_) | Plan::SideBySide => "section.html",
            Plan::Document(_) => "document.html",
            Plan::Cited(_) => "cited.html",
            Plan::Compare(..) => "compare.html",
            Plan::AToZ | Plan::Initial(_) => "a-z.html",
            Plan::News => "new.html",
            Plan::Axis(_) => "axis.html",
            Plan::List(..) | Plan::Listing(_) => "list.html",
            Plan::Matrix => "matrix.html",
            Plan::Figures => "figures.html",
            Plan::Data => "data.html",
            Plan::Offline => offline_page::TEMPLATE,
            Plan::Sources => "sources.html",
            Plan::Source(_) => "source.html",
            Plan::Search => "search.html",
            Plan::Lost => "404.html",
            Plan::Redirect(..) => "redirect.html",
        }
    }

    /// Who wants it, for the message when two want one address.
    pub fn origin(&self) -> String {
        match self {
            Plan::Home => "首页".to_owned(),
            Plan::Section(section) => format!("栏目 content/{}", section.key),
            Plan::Document(page) => format!("页面 content/{}", page.key),
            Plan::Cited(page) => format!("页面 content/{} 的被引用一览", page.key),
            Plan::Compare(_, _, file) => format!("文本比较 {file}"),
            Plan::SideBySide => "做法对照页".to_owned(),
            Plan::AToZ => "拼音索引".to_owned(),
            Plan::Initial(initial) => format!("拼音索引 {}", initial.letter),
            Plan::News => "最近更新".to_owned(),
            Plan::Axis(axis) => format!("分类目录 {}", axis.folder()),
            Plan::List(axis, group) => format!("分类列表 {}“{}”", axis.folder(), group.label),
            Plan::Listing(listing) => format!("{}：{}", listing.of.0, listing.title),
            Plan::Matrix => "责任矩阵".to_owned(),
            Plan::Figures => "数据页".to_owned(),
            Plan::Data => "开放数据页".to_owned(),
            Plan::Offline => "离线使用页".to_owned(),
            Plan::Sources => "来源目录".to_owned(),
            Plan::Source(source) => format!("来源“{}”", source.label),
            Plan::Search => "检索页".to_owned(),
            Plan::Lost => "404 页".to_owned(),
            Plan::Redirect(_, page) => format!("页面 content/{} 的旧网址（aliases）", page.key),
        }
    }

    /// The page that it shows, for documents.
    pub fn page(&self) -> Option<&'a Page> {
        match self {
            Plan::Document(page) => Some(page),
            _ => None,
        }
    }

    /// Whether it belongs into the sitemap.
    pub fn is_listed(&self) -> bool {
        !matches!(
            self,
            Plan::Search | Plan::Offline | Plan::Lost | Plan::Redirect(..) | Plan::Compare(..)
        )
    }

    /// The pages that its feed is of; none for what has no feed.
    pub fn feed_pages(&self, material: &Material<'a>) -> Option<Vec<&'a Page>> {
        let ids: Vec<PageId> = match self {
            Plan::Home => material.catalogue.reading_order.clone(),
            Plan::Section(section) if section.page_type.is_some() => section.pages.clone(),
            Plan::List(_, group) => group.entries.iter().map(|entry| entry.page).collect(),
            _ => return None,
        };
        let pages = ids.into_iter().map(|id| material.page(id));
        Some(pages.filter(|page| page.page_type().is_some()).collect())
    }

    /// What its feed is called.
    pub fn feed_title(&self, material: &Material<'_>) -> String {
        let site = &material.library.config.title;
        let words = material.words();
        let of_page = |page: &str| words.say("frame.title", &[("page", &page), ("site", site)]);
        match self {
            Plan::Section(section) => of_page(&section.title),
            Plan::List(axis, group) => of_page(&words.say(
                "list.title",
                &[
                    ("axis", &material.axis_label(*axis)),
                    ("value", &group.label),
                ],
            )),
            _ => site.clone(),
        }
    }

    fn matter(
        &self,
        material: &Material<'_>,
        here: Here<'_>,
        reliance: &Reliance,
        part: &Part,
    ) -> (&'static str, Value) {
        match self {
            Plan::Home => ("home", value(overview::home(material, here))),
            Plan::Section(section) => (
                "section",
                value(lists::section(material, here, section, part)),
            ),
            Plan::Document(page) => ("document", value(document(material, here, page))),
            Plan::Cited(page) => ("cited", value(cited::page(material, here, page, part))),
            Plan::Compare(old, new, _) => (
                "compare",
                value(comparison::compare(material, here, *old, *new)),
            ),
            Plan::SideBySide => ("section", value(side_by_side::page(material, here))),
            Plan::AToZ => ("a_to_z", value(a_to_z::view(material, here, None, part))),
            Plan::Initial(initial) => (
                "a_to_z",
                value(a_to_z::view(material, here, Some(initial), part)),
            ),
            Plan::News => ("news", value(overview::news(material, here, part))),
            Plan::Axis(axis) => ("axis", value(lists::axis(material, here, *axis, part))),
            Plan::List(axis, group) => (
                "list",
                value(lists::list(material, here, *axis, group, part)),
            ),
            Plan::Listing(listing) => ("list", value(listing::view(material, here, listing, part))),
            Plan::Matrix => ("matrix", value(overview::matrix(material, here, true))),
            Plan::Figures => ("figures", value(overview::figures(material, here, part))),
            Plan::Data => ("data", value(data_page::data(material, here))),
            Plan::Offline => ("offline", value(offline_page::offline(material, here))),
            Plan::Sources => (
                "sources",
                value(provenance_pages::sources(material, here, reliance, part)),
            ),
            Plan::Source(source) => (
                "source",
                value(provenance_pages::source(material, here, source, reliance)),
            ),
            Plan::Search => ("search", value(overview::search(material, here))),
            Plan::Lost => ("lost", value(lost(material))),
            Plan::Redirect(_, page) => ("redirect", value(redirect(here, page))),
        }
    }

    fn frame(&self, material: &Material<'_>, here: Here<'_>) -> Frame<'a> {
        let config = &material.library.config;
        let words = material.words();
        let text = |key: &str| words.text(key).to_owned();
        let home = || vec![material.home_link(here)];
        let under = |title: &str, file: &str| {
            let mut above = home();
            above.push(LinkView {
                title: title.to_owned(),
                href: here.to(file),
            });
            above
        };
        let frame = |kind, title: &str, description: String, above, nav: &str| Frame {
            kind,
            title: title.to_owned(),
            description,
            above,
            nav: nav.to_owned(),
            page: None,
            indexable: true,
            list: None,
            feed: self.feed_pages(material).map(|_| {
                (
                    self.feed_title(material),
                    structured::feed_file(&self.file()),
                )
            }),
        };
        match self {
            Plan::Home => frame(
                "home",
                &config.title,
                config.description.clone(),
                Vec::new(),
                "",
            ),
            Plan::Section(section) => frame(
                if section.page_type.is_some() {
                    "section"
                } else {
                    "plain"
                },
                &section.title,
                or(&section.description, &config.description),
                material.above(here, &section.key),
                top(&section.key),
            ),
            Plan::Document(page) => Frame {
                page: Some(page),
                ..frame(
                    if page.page_type().is_some() {
                        "document"
                    } else {
                        "plain"
                    },
                    &page.title,
                    or(&page.description, &config.description),
                    material.above(here, &page.key),
                    top(&page.key),
                )
            },
            Plan::Cited(page) => frame(
                "cited",
                &words.say("cited.page", &[("title", &page.title)]),
                words.say("cited.description", &[("title", &page.title)]),
                {
                    let mut above = material.above(here, &page.key);
                    above.push(material.page_link(here, page));
                    above
                },
                top(&page.key),
            ),
            Plan::Compare(old, new, _) => {
                let (chain, first, second) = versions::pair(material, *old, *new);
                let page = material.page(chain.identity);
                let first = versions::dated_name(words, first);
                let second = versions::dated_name(words, second);
                let mut above = material.above(here, &page.key);
                above.push(material.page_link(here, page));
                Frame {
                    // Its words are those of the two texts.
                    indexable: false,
                    ..frame(
                        "compare",
                        &words.say("compare.page", &[("title", &page.title)]),
                        words.say(
                            "compare.description",
                            &[
                                ("title", &page.title),
                                ("older", &first),
                                ("newer", &second),
                            ],
                        ),
                        above,
                        top(&page.key),
                    )
                }
            }
            Plan::Axis(axis) => frame(
                "axis",
                &words.say("axis.find", &[("axis", &material.axis_name(*axis))]),
                words.say(
                    "axis.description",
                    &[
                        ("site", &config.title),
                        ("axis", &material.axis_name(*axis)),
                    ],
                ),
                home(),
                axis.folder(),
            ),
            Plan::List(axis, group) => frame(
                "list",
                &group.label,
                words.say(
                    "list.description",
                    &[
                        ("axis", &material.axis_label(*axis)),
                        ("value", &group.label),
                        ("n", &group.entries.len()),
                    ],
                ),
                under(
                    &words.say("axis.find", &[("axis", &material.axis_name(*axis))]),
                    &page_file(axis.folder()),
                ),
                axis.folder(),
            ),
            Plan::Listing(listing) => frame(
                "list",
                &listing.title,
                words.say(
                    "listing.description",
                    &[
                        ("of", &listing.of.0),
                        ("title", &listing.title),
                        ("n", &listing.entries.len()),
                    ],
                ),
                match listing.of.1.strip_suffix("/index.html") {
                    Some(key) => {
                        let mut above = material.above(here, key);
                        above.push(LinkView {
                            title: listing.of.0.clone(),
                            href: here.to(&listing.of.1),
                        });
                        above
                    }
                    None => home(),
                },
                top(&listing.nav),
            ),
            Plan::Matrix => frame(
                "matrix",
                words.text("matrix.title"),
                text("matrix.description"),
                home(),
                "matrix",
            ),
            Plan::SideBySide => frame(
                "section",
                words.text("chooser.page"),
                text("chooser.description"),
                home(),
                side_by_side::KEY,
            ),
            Plan::AToZ => frame(
                "a-z",
                words.text("a-z.title"),
                text("a-z.description"),
                home(),
                a_to_z::FOLDER,
            ),
            Plan::Initial(initial) => frame(
                "a-z",
                &words.labelled(words.text("a-z.title"), &initial.letter.to_string()),
                words.say("a-z.initial", &[("letter", &initial.letter)]),
                under(words.text("a-z.title"), "a-z/index.html"),
                a_to_z::FOLDER,
            ),
            Plan::News => frame(
                "new",
                words.text("new.title"),
                text("new.lead"),
                home(),
                "new",
            ),
            Plan::Figures => frame(
                "figures",
                words.text("figures.title"),
                text("figures.description"),
                home(),
                "figures",
            ),
            Plan::Data => frame(
                "data",
                words.text("data.title"),
                text("data.description"),
                home(),
                "data",
            ),
            Plan::Offline => Frame {
                indexable: false,
                ..frame(
                    "offline",
                    words.text("offline.title"),
                    text("offline.description"),
                    home(),
                    "offline",
                )
            },
            Plan::Sources => frame(
                "sources",
                words.text("source.title"),
                text("source.description"),
                home(),
                "sources",
            ),
            Plan::Source(source) => frame(
                "source",
                &source.label,
                words.say("source.page", &[("source", &source.label)]),
                under(words.text("source.title"), "sources/index.html"),
                "sources",
            ),
            Plan::Search => Frame {
                // Every query has an address. Where the page can say that they
                // are one page, crawlers may keep it.
                indexable: config.base_url.is_some(),
                ..frame(
                    "search",
                    words.text("search.title"),
                    words.say("search.description", &[("site", &config.title)]),
                    home(),
                    "search",
                )
            },
            Plan::Lost => Frame {
                indexable: false,
                ..frame(
                    "lost",
                    words.text("lost.title"),
                    text("lost.description"),
                    Vec::new(),
                    "",
                )
            },
            Plan::Redirect(_, page) => Frame {
                indexable: false,
                ..frame(
                    "redirect",
                    &page.title,
                    page.description.clone(),
                    Vec::new(),
                    "",
                )
            },
        }
    }
}

fn value<T: Serialize>(view: T) -> Value {
    Serde(view).into()
}

fn or(text: &str, otherwise: &str) -> String {
    if text.is_empty() {
        otherwise.to_owned()
    } else {
        text.to_owned()
    }
}

/// The first part of a key: the section in the navigation.
fn top(key: &str) -> &str {
    key.split('/').next().unwrap_or(key)
}

fn redirect(here: Here<'_>, page: &Page) -> RedirectView {
    RedirectView {
        title: page.title.clone(),
        href: here.to(&page_file(&page.key)),
    }
}

/// A server shows this page under any address, so no relative link of it is
/// right everywhere. With a public address its links begin with that address'
/// path. Without one it is dressed where it stands, at the root; for a deeper
/// address it is plain text that says how to get to the home page. Naming
/// every place where its style might be would dress it there too, at the price
/// of failing requests and of links that leave the site.
fn lost(material: &Material<'_>) -> LostView {
    let base = material.library.config.base_url.as_deref().map(path_of);
    let place = |asset: &str| format!("{}{asset}", base.unwrap_or_default());
    let root = Here::at("index.html");
    let doors = material.doors().map(|(_, section)| LinkView {
        title: section.title.clone(),
        href: root.to(&page_file(&section.key)),
    });
    let links = [
        ("frame.home", "index.html"),
        ("search.title", "search/index.html"),
        ("matrix.title", "matrix/index.html"),
    ]
    .map(|(title, href)| LinkView {
        title: material.text(title),
        href: href.to_owned(),
    });
    LostView {
        css: material.assets.path("css").map(place),
        js: match base {
            Some(_) => None,
            None => material.assets.path("lost/lost.js").map(place),
        },
        home: base.map(ToOwned::to_owned),
        links: links.into_iter().chain(doors).collect(),
    }
}

/// The path of an address: `https://example.org/kb/` is `/kb/`.
fn path_of(address: &str) -> &str {
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    address[after_scheme..]
        .find('/')
        .map_or("/", |at| &address[after_scheme + at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_address_begins_with_a_slash() {
        assert_eq!(path_of("https://example.org/kb/"), "/kb/");
        assert_eq!(path_of("https://example.org/"), "/");
        assert_eq!(path_of("https://example.org"), "/");
    }
}
