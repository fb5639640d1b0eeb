//! Everything that pages are made from, and the helpers that they share.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use crate::compare::Comparisons;
use crate::config::FooterSettings;
use crate::dates;
use crate::facts::{Facts, Subject};
use crate::library::axis::Axis;
use crate::library::{Library, Page, Section};
use crate::model::{
    Basis, BodyForm, Date, Details, IntegrityState, Known, Locators, PageId, PageType, Vocabulary,
};
use crate::pictures::Pictures;
use crate::words::Words;

use super::address::{Here, page_file};
use super::body::provenance::Provenance;
use super::catalogue::Catalogue;
use super::paging::Measure;
use super::reliance::Reliance;
use super::theme::{Assets, Theme};
use super::validity::validity;
use super::views::{
    BasisView, CardView, DateView, FooterView, Html, LinkView, SiteView, StatementView, TypeView,
    html,
};

/// What the site's other stages pass to the pages.
#[derive(Clone, Debug, Default)]
pub struct RenderOptions {
    /// Name stem of the search engine's files in `assets/`
    /// (`engine.1f3a9c22`); `None` for a site without search.
    pub engine: Option<String>,
    /// The pages most similar to each page, best first.
    pub related: BTreeMap<PageId, Vec<PageId>>,
    /// Sizes in bytes of the files about the whole library, by path; empty
    /// until they are made.
    pub data_sizes: BTreeMap<String, u64>,
    /// The files made from the site's pictures.
    pub pictures: Pictures,
}

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
    /// The interface's words.
    pub fn words(&self) -> &'a Words {
        self.library.words()
    }

    /// A word of the interface that takes no values.
    pub fn text(&self, key: &str) -> String {
        self.words().text(key).to_owned()
    }

    /// A date in words and in machine-readable form.
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

    /// The short name of a type, where there is little room.
    pub fn type_short(&self, page_type: PageType) -> String {
        self.words().label("type-short", page_type)
    }

    /// A basis in words: stated or inferred.
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
        self.words().text(axis.word()).to_owned()
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
            organization: config.organization.clone(),
            tagline: config.tagline.clone(),
            footer: footer_view(&config.footer),
            date: self.catalogue.date.map(|date| self.date(date)),
            count: self.catalogue.typed,
            generator: concat!("zhize ", env!("CARGO_PKG_VERSION")).to_owned(),
            base_url: config.base_url.clone(),
        }
    }

    /// The public address of a file, if the site has one. `index.html` is left
    /// out, as readers would write it.
    pub fn canonical(&self, file: &str) -> Option<String> {
        let path = file.strip_suffix("index.html").unwrap_or(file);
        self.library.config.address(path)
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

    /// Breadcrumbs of a page directly below the home page.
    pub fn home(&self) -> Vec<(String, String)> {
        vec![(self.text("frame.home"), page_file(""))]
    }

    /// Breadcrumbs of a page below one that the program makes.
    pub fn below(&self, title: &str, file: &str) -> Vec<(String, String)> {
        let mut way = self.home();
        way.push((title.to_owned(), file.to_owned()));
        way
    }

    /// Breadcrumbs of a key: the home page and the sections above it, outermost
    /// first.
    pub fn way_to(&self, key: &str) -> Vec<(String, String)> {
        let mut way = self.home();
        for (end, _) in key.match_indices('/') {
            if let Some(section) = self.library.sections.get(&key[..end]) {
                way.push((section.title.clone(), page_file(&section.key)));
            }
        }
        way
    }

    /// Breadcrumbs of a page below one of the library.
    pub fn way_below(&self, page: &Page) -> Vec<(String, String)> {
        let mut way = self.way_to(&page.key);
        way.push((page.title.clone(), page_file(&page.key)));
        way
    }

    /// How many cards stand on one page.
    pub fn cards(&self) -> Measure {
        Measure::cards(self.library.config.per_page)
    }

    /// How many lines stand on one page.
    pub fn lines(&self) -> Measure {
        Measure::lines(self.library.config.per_page)
    }

    /// The description, or the site's if it is empty.
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

    /// The description of an axis' page for search engines.
    pub fn axis_about(&self, axis: Axis) -> String {
        let (site, name) = (&self.library.config.title, self.axis_name(axis));
        let values: [(&str, &dyn Display); 2] = [("site", site), ("axis", &name)];
        self.words().say("axis.description", &values)
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
        let what = [
            Subject::Kind,
            Subject::Category,
            Subject::Axis(Axis::Region),
        ]
        .into_iter();
        let mut meta: Vec<_> = what.flat_map(short).map(Cow::into_owned).collect();
        let organs = [Subject::Issuer, Subject::Axis(Axis::Organ)]
            .into_iter()
            .flat_map(short);
        for organ in organs.take(3) {
            // 天津 and 天津市 say the same.
            if !meta.iter().any(|known| organ.starts_with(known.as_str())) {
                meta.push(organ.into_owned());
            }
        }
        let tags = [
            Subject::Axis(Axis::Responsibility),
            Subject::Axis(Axis::Stage),
        ]
        .into_iter();
        CardView {
            title: page.title.clone(),
            href: here.to(&page_file(&page.key)),
            page_type: page.page_type().map(|page_type| self.type_view(page_type)),
            description: page.description.clone(),
            said: None,
            meta,
            tags: tags.flat_map(short).map(Cow::into_owned).collect(),
            validity: validity(self.library, words, page),
            digest: is_digest(page),
            basis: None,
            basis_of: String::new(),
            mark: html(String::new()),
            date: page.changed().map(|date| self.date(date)),
        }
    }

    /// One sentence from the page's fields: how a practice is carried out, what
    /// a term means, how a case ended.
    pub fn said(&self, here: Here<'_>, page: &Page) -> Option<StatementView> {
        let provenance = Provenance::of(self.library, page);
        let (text, basis, locators) = match &page.details {
            Details::Practice(practice) => {
                let how = practice.procedure.how.as_ref()?;
                (&how.text, how.basis, &how.locators)
            }
            Details::Term(term) => {
                let meaning = term.meaning.as_ref()?;
                (&meaning.text, meaning.basis, &meaning.locators)
            }
            Details::Case(case) => match &case.outcome {
                Some(Known::Known(outcome)) => (&outcome.text, Basis::Stated, &outcome.locators),
                _ => return None,
            },
            _ => return None,
        };
        Some(StatementView {
            text: text.clone(),
            mark: html(provenance.mark(here, basis, locators)),
        })
    }
}

/// Whether a regulation's text is not on this site, only a digest.
pub(super) fn is_digest(page: &Page) -> bool {
    matches!(&page.details, Details::Regulation(regulation) if regulation.body_form == BodyForm::None)
}

fn footer_view(footer: &FooterSettings) -> FooterView {
    let elsewhere = |link: &String| link.starts_with("https://") || link.starts_with("http://");
    let statement = footer.accessibility.clone();
    FooterView {
        contact: footer.contact.clone(),
        icp: footer.icp.clone(),
        police: footer.police.clone(),
        id_code: footer.id_code.clone(),
        accessibility_elsewhere: statement.as_ref().is_some_and(elsewhere),
        accessibility: statement,
    }
}
