//! References to a provision: the list that folds out below it, and a page with
//! all of them where the list would be too long.

use std::collections::HashMap;

use search::anchor::Anchor;

use crate::address::{Here, page_file};
use crate::body::tree;
use crate::library::cited::ProvisionReference;
use crate::library::{Library, Page};
use crate::markup::push_escaped;
use crate::model::{PageType, RelationKind, Vocabulary};
use crate::words::Words;

use super::material::Material;
use super::paging::{self, Measure, Part};
use super::planned::Planned;
use super::views::{CitedPageView, CitedUnitView, LinkView, html};

/// Longer lists are cut off below the provision; the page of all references has
/// the rest. Provisions of a code are cited hundreds of times.
const LONGEST: usize = 20;

/// The file of the page with all references to a page's provisions.
fn file(page: &Page) -> String {
    page_file(&format!("{}/cited", page.key))
}

/// Whether any provision of a page has too many references to list below it.
fn is_long(library: &Library, page: &Page) -> bool {
    let mut units = library.cited.units(page.id);
    units.any(|(_, references)| references.len() > LONGEST)
}

/// Writes the folded list of references to a provision, if there are any.
pub(super) fn write(out: &mut String, library: &Library, here: Here<'_>, page: &Page, unit: &str) {
    let references = library.cited.of(page.id, unit);
    if references.is_empty() {
        return;
    }
    let words = library.words();
    // Only a number, in the margin: the reader came for the article itself.
    let said = words.say("cited.count", &[("n", &references.len())]);
    out.push_str("<details class=\"law-cited\"><summary title=\"");
    push_escaped(out, &said);
    out.push_str("\"><span class=\"law-cited-said\">");
    push_escaped(out, &said);
    out.push_str(&format!(
        "</span><span class=\"law-cited-number\" aria-hidden=\"true\">{}</span></summary>\n",
        references.len()
    ));
    let shown = &in_groups(library, page, references)[..];
    let mut room = LONGEST;
    for (title, references) in shown {
        let count = references.len();
        let some = &references[..count.min(room)];
        room -= some.len();
        if some.is_empty() {
            break;
        }
        out.push_str("<div class=\"law-cited-group\"><span class=\"law-cited-type\">");
        push_escaped(out, title);
        out.push_str(&format!(" {count}</span>\n"));
        push_entries(out, library, here, page, some);
        out.push_str("</div>\n");
    }
    if references.len() > LONGEST {
        let href = here.to_anchor(&file_of(library, page, unit), Some(unit));
        out.push_str("<div class=\"law-cited-all\"><a href=\"");
        push_escaped(out, &href);
        out.push_str("\">");
        push_escaped(out, &words.say("cited.all", &[("n", &references.len())]));
        out.push_str("</a></div>\n");
    }
    out.push_str("</details>\n");
}

/// References by the type of the referring page: those of this page itself
/// first, then types in the site's order.
fn in_groups<'r>(
    library: &'r Library,
    page: &Page,
    references: &'r [ProvisionReference],
) -> Vec<(&'r str, Vec<&'r ProvisionReference>)> {
    let words = library.words();
    let mut groups: Vec<(&str, Vec<&ProvisionReference>)> = Vec::new();
    let own = |r: &&ProvisionReference| r.from == page.id;
    let of_type = |wanted: Option<PageType>| {
        references
            .iter()
            .filter(move |r| !own(r) && library.page(r.from).page_type() == wanted)
            .collect::<Vec<_>>()
    };
    groups.push((
        words.text("cited.own"),
        references.iter().filter(own).collect(),
    ));
    for page_type in PageType::ALL {
        let label = words.text(&format!("type.{}", page_type.slug()));
        groups.push((label, of_type(Some(*page_type))));
    }
    groups.push((words.text("list.other"), of_type(None)));
    groups.retain(|(_, references)| !references.is_empty());
    groups
}

/// Writes one line for each referring page, with the places in it.
fn push_entries(
    out: &mut String,
    library: &Library,
    here: Here<'_>,
    page: &Page,
    references: &[&ProvisionReference],
) {
    out.push_str("<ul>\n");
    for places in references.chunk_by(|a, b| a.from == b.from) {
        let from = library.page(places[0].from);
        out.push_str("<li>");
        let own = from.id == page.id;
        if !own {
            push_link(out, &here.to(&page_file(&from.key)), &from.title);
        }
        for (position, reference) in places.iter().enumerate() {
            let (words, href) = place(library, here, from, reference);
            if position > 0 {
                push_escaped(out, library.words().text("mark.comma"));
            } else if !own {
                out.push('\u{2002}');
            }
            push_link(out, &href, &words);
            let parts = parts(library.words(), reference);
            if !parts.is_empty() {
                let said = library.words().say("cited.parts", &[("parts", &parts)]);
                push_escaped(out, &said);
            }
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// A link to the referring place, in words.
fn place(
    library: &Library,
    here: Here<'_>,
    from: &Page,
    reference: &ProvisionReference,
) -> (String, String) {
    let text = || library.words().text("cited.text").to_owned();
    let file = page_file(&from.key);
    let words = match (&reference.place, reference.kind) {
        (_, Some(kind)) => reference_label(library.words(), Some(kind)),
        (Some(place), None) => Anchor(Anchor(place).unit()).words().unwrap_or_else(text),
        (None, None) => text(),
    };
    (words, here.to_anchor(&file, reference.place.as_deref()))
}

/// The paragraphs and items that a reference means, unless it means the whole:
/// 第二款、第三款第一项.
fn parts(words: &Words, reference: &ProvisionReference) -> String {
    let below = reference.to.iter().filter_map(|to| {
        let to = Anchor(to);
        to.below(to.unit())?.words()
    });
    words.list(below)
}

fn push_link(out: &mut String, href: &str, words: &str) {
    out.push_str("<a href=\"");
    push_escaped(out, href);
    out.push_str("\">");
    push_escaped(out, words);
    out.push_str("</a>");
}

/// The references to each of a page's provisions, in the order of the text.
fn units<'l>(library: &'l Library, page: &'l Page) -> Vec<(&'l str, &'l [ProvisionReference])> {
    let order = order(page);
    let mut units: Vec<(&str, &[ProvisionReference])> = library.cited.units(page.id).collect();
    // In the order of the text; by anchor alone 第十条 would come before 第二条.
    units.sort_by_key(|(unit, _)| order.get(unit).copied().unwrap_or(usize::MAX));
    units
}

/// How many references the page of all references lists.
fn count(library: &Library, page: &Page) -> usize {
    let units = library.cited.units(page.id);
    units.map(|(_, references)| references.len()).sum()
}

/// How many references stand on one page.
fn measure(library: &Library) -> Measure {
    Measure::lines(library.config.per_page)
}

/// The file on which the references to a provision begin.
fn file_of(library: &Library, page: &Page, unit: &str) -> String {
    let before = units(library, page)
        .into_iter()
        .take_while(|(other, _)| *other != unit)
        .map(|(_, references)| references.len())
        .sum();
    let number = measure(library).page_of(before, count(library, page));
    paging::file(&file(page), number)
}

/// Plans a page of all references for each page that needs one.
pub(super) fn plan<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let (material, library) = (*material, material.library);
    let pages = library.pages.iter().filter(|page| is_long(library, page));
    pages.map(move |of| {
        let (words, length) = (material.words(), count(library, of));
        Planned::new(
            ("cited", "cited.html"),
            file(of),
            of.origin().beside("的被引用一览"),
            "cited",
            move |m, here, part| page(m, here, of, part),
        )
        .titled(
            words.say("cited.page", &[("title", &of.title)]),
            words.say("cited.description", &[("title", &of.title)]),
        )
        .below(material.way_below(of))
        .listing(
            length,
            measure(library),
            words.say("pager.places", &[("n", &length)]),
        )
    })
}

/// The view of the page of all references.
fn page(material: &Material<'_>, here: Here<'_>, page: &Page, part: &Part) -> CitedPageView {
    let library = material.library;
    let units = units(library, page).into_iter().map(|(unit, references)| {
        let groups = in_groups(library, page, references).into_iter();
        let in_order = groups.flat_map(|(title, references)| {
            let count = references.len();
            references.into_iter().map(move |r| (title, count, r))
        });
        (unit, in_order.collect::<Vec<_>>())
    });
    let units = paging::cut(part, units).into_iter().map(|run| {
        let mut list = String::new();
        for group in run.entries.chunk_by(|a, b| a.0 == b.0) {
            let (title, count, _) = group[0];
            list.push_str("<h3>");
            push_escaped(&mut list, title);
            list.push_str(&format!("<span class=\"count\">{count}</span></h3>\n"));
            let references: Vec<_> = group.iter().map(|(_, _, reference)| *reference).collect();
            push_entries(&mut list, library, here, page, &references);
        }
        let unit = run.head;
        CitedUnitView {
            title: Anchor(unit).words().unwrap_or_else(|| unit.to_owned()),
            anchor: unit.to_owned(),
            href: here.to_anchor(&page_file(&page.key), Some(unit)),
            count: run.count,
            continued: run.continued,
            list: html(list),
        }
    });
    CitedPageView {
        document: LinkView {
            title: page.title.clone(),
            href: here.to(&page_file(&page.key)),
        },
        units: units.collect(),
    }
}

/// Position of each provision in the text, by anchor.
fn order(page: &Page) -> HashMap<&str, usize> {
    let mut places = HashMap::new();
    tree::walk(&page.body, &mut |_, provision| {
        places.insert(provision.anchor.as_str(), places.len());
    });
    places
}

/// Label for how a page refers to another, from the other page's point of view.
pub(super) fn reference_label(words: &Words, kind: Option<RelationKind>) -> String {
    match kind {
        Some(kind) => words.label("reference", kind),
        None => words.text("reference.text").to_owned(),
    }
}
