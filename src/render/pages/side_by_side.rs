//! Practices side by side: comparisons made by editors, and the page on which
//! readers choose for themselves.

use crate::library::Page;
use crate::model::{PageId, PageType};

use super::page_facts::compared_facts;
use crate::address::{Here, page_file};
use crate::render::lists;
use crate::render::material::Material;
use crate::render::paging::Part;
use crate::render::planned::Planned;
use crate::render::views::{
    ChooserView, ComparedView, FactView, LinkView, SectionView, SideBySideRowView, SideBySideView,
    html,
};

/// Key of the page on which readers choose. If the content has a section with
/// this key, for the editors' comparisons, that section is the page.
pub(crate) const KEY: &str = "compare";

/// With more practices the page would take too long to load: each needs about 2
/// KB.
const MOST: usize = 400;

/// The practices of a comparison side by side; `None` for pages that compare
/// nothing.
pub(crate) fn view(material: &Material<'_>, here: Here<'_>, page: &Page) -> Option<SideBySideView> {
    let compared: Vec<_> = page
        .compared
        .iter()
        .filter_map(|id| compared(material, here, material.page(*id)))
        .collect();
    let first = compared.first()?;
    let mut rows: Vec<SideBySideRowView> = first
        .facts
        .iter()
        .map(|fact| SideBySideRowView {
            label: fact.label.clone(),
            cells: Vec::new(),
            same: false,
        })
        .collect();
    let keys: Vec<String> = compared
        .iter()
        .map(|practice| practice.key.clone())
        .collect();
    let mut columns = Vec::new();
    for practice in compared {
        columns.push(LinkView {
            title: practice.title,
            href: practice.href,
        });
        for (row, fact) in rows.iter_mut().zip(practice.facts) {
            row.cells.push(fact);
        }
    }
    // A row for which no source says anything compares nothing.
    rows.retain(|row| row.cells.iter().any(|cell| !cell.values.is_empty()));
    for row in &mut rows {
        row.same = row
            .cells
            .windows(2)
            .all(|two| says(&two[0]) == says(&two[1]));
    }
    Some(SideBySideView {
        columns,
        rows,
        choose: choose(here, &keys),
    })
}

/// The address at which a practice can be compared; `None` if there is nothing
/// to compare it with.
pub(crate) fn of_practice(material: &Material<'_>, here: Here<'_>, page: &Page) -> Option<String> {
    let is_practice = page.page_type() == Some(PageType::Practice);
    (is_practice && has_page(material)).then(|| choose(here, std::slice::from_ref(&page.key)))
}

/// Whether the site has a page of comparisons.
pub(crate) fn has_page(material: &Material<'_>) -> bool {
    practices(material).nth(1).is_some() || material.library.sections.contains_key(KEY)
}

/// Whether the page of comparisons has to be generated: the content has neither
/// a section nor a page at its address.
fn needs_page(material: &Material<'_>) -> bool {
    let library = material.library;
    let taken = library.sections.contains_key(KEY) || library.pages.iter().any(|p| p.key == KEY);
    has_page(material) && !taken
}

/// Plans the page of comparisons where the content has no section for it.
pub(crate) fn plan<'a>(material: &Material<'a>) -> Option<Planned<'a>> {
    if !needs_page(material) {
        return None;
    }
    let words = material.words();
    let planned = material
        .planned(
            ("section", "section.html"),
            KEY,
            "做法对照页",
            "section",
            |m, here, _| page(m, here),
        )
        .titled(
            words.text("chooser.page"),
            words.text("chooser.description"),
        );
    Some(planned)
}

/// The page of comparisons where the content has no section for it.
fn page(material: &Material<'_>, here: Here<'_>) -> SectionView {
    let prepared: Vec<_> = prepared(material).collect();
    SectionView {
        description: material.text("chooser.description"),
        contents: Vec::new(),
        body: html(String::new()),
        slug: "",
        count: prepared.len(),
        groups: lists::card_groups(&Part::whole(), lists::one_group(prepared), |page| {
            material.card(here, page)
        }),
        glossary: false,
        initials: Vec::new(),
        chooser: Some(chooser(material, here)),
    }
}

/// What readers choose from.
pub(crate) fn chooser(material: &Material<'_>, here: Here<'_>) -> ChooserView {
    let count = practices(material).count();
    let practices = practices(material).filter(|_| count <= MOST);
    ChooserView {
        practices: practices
            .filter_map(|page| compared(material, here, page))
            .collect(),
        count,
    }
}

fn practices<'a>(material: &Material<'a>) -> impl Iterator<Item = &'a Page> {
    material
        .catalogue
        .of_type(material.library, PageType::Practice)
}

/// Comparisons made by editors, in reading order.
pub(crate) fn prepared<'a>(material: &Material<'a>) -> impl Iterator<Item = &'a Page> {
    let order: &[PageId] = &material.catalogue.reading_order;
    let pages = order.iter().map(|id| material.page(*id));
    pages.filter(|page| !page.compared.is_empty())
}

fn compared(material: &Material<'_>, here: Here<'_>, page: &Page) -> Option<ComparedView> {
    let is_practice = page.page_type() == Some(PageType::Practice);
    is_practice.then(|| ComparedView {
        key: page.key.clone(),
        title: page.title.clone(),
        href: here.to(&page_file(&page.key)),
        facts: compared_facts(material, here, page),
    })
}

/// The text of a cell, without the marks of its sources.
fn says(cell: &FactView) -> Vec<&str> {
    cell.values
        .iter()
        .map(|value| value.text.as_str())
        .collect()
}

/// The address of the page of comparisons with these practices chosen. Keys are
/// plain ASCII.
fn choose(here: Here<'_>, keys: &[String]) -> String {
    format!("{}?pick={}", here.to(&page_file(KEY)), keys.join(","))
}
