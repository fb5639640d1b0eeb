//! Views of the pages that show the whole: home, matrix, figures, search.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::library::{Basis, Details, Page, PageId, PageType, Responsibility, Stage, Vocabulary};

use super::address::{Here, page_file};
use super::catalogue::{Axis, CellEntry, changed};
use super::chain;
use super::document::figure_view;
use super::frame::{Material, basis_view, date_view};
use super::html::{BodyWriter, Provenance, escape};
use super::lists;
use super::plots;
use super::views::{
    CardView, DoorView, FigureView, FiguresView, HomeView, LinkView, MatrixCellView,
    MatrixHeadView, MatrixRowView, MatrixView, NewsDayView, NewsView, PagePlotsView, SearchView,
    html,
};

const DOOR_PAGES: usize = 4;
const HOME_FIGURES: usize = 6;
const HOME_LATEST: usize = 6;
const SUGGESTIONS: usize = 6;

/// The home page.
pub(super) fn home(material: &Material<'_>, here: Here<'_>) -> HomeView {
    let library = material.library;
    let root = library.sections.get("");
    let body = BodyWriter::new(library, Provenance::of_site(library), here, "");
    let figures = figures(material, here).figures;
    let figure_count = figures.len();
    HomeView {
        body: html(
            root.map(|section| body.blocks(&section.body))
                .unwrap_or_default(),
        ),
        suggestions: suggestions(material, here),
        doors: doors(material, here),
        roles: material.catalogue.groups[&Axis::Role]
            .iter()
            .map(|group| lists::group_link(material, here, Axis::Role, group))
            .collect(),
        matrix: matrix(material, here, false),
        figures: key_figures(figures),
        figure_count,
        figures_href: here.to("figures/index.html"),
        latest: latest(material)
            .into_iter()
            .map(|page| material.card(here, page))
            .collect(),
        topics: lists::axis(material, here, Axis::Topic),
        axes: [Axis::Region, Axis::Organ, Axis::Year]
            .into_iter()
            .map(|axis| lists::axis(material, here, axis))
            .filter(|axis| axis.count > 0)
            .collect(),
    }
}

fn doors(material: &Material<'_>, here: Here<'_>) -> Vec<DoorView> {
    material
        .doors()
        .map(|(page_type, section)| DoorView {
            title: section.title.clone(),
            description: section.description.clone(),
            href: here.to(&page_file(&section.key)),
            slug: page_type.slug(),
            count: material
                .catalogue
                .of_type(material.library, page_type)
                .count(),
            pages: section
                .pages
                .iter()
                .take(DOOR_PAGES)
                .map(|id| material.page_link(here, material.page(*id)))
                .collect(),
        })
        .collect()
}

/// Short names of practices: what people remember and type.
fn suggestions(material: &Material<'_>, here: Here<'_>) -> Vec<LinkView> {
    let practices = material
        .catalogue
        .of_type(material.library, PageType::Practice);
    let named = practices.filter_map(|page| match &page.details {
        Details::Practice(practice) => Some((page, practice.mechanism.clone()?)),
        _ => None,
    });
    let mut names: Vec<_> = named.collect();
    // The shorter a name, the more it is used as one.
    names.sort_by_key(|(_, name)| name.chars().count());
    names
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(page, title)| LinkView {
            title,
            href: here.to(&page_file(&page.key)),
        })
        .collect()
}

/// The pages changed last. Many pages may share a day, so they take turns by
/// type: otherwise one type would fill the list.
fn latest<'a>(material: &Material<'a>) -> Vec<&'a Page> {
    let mut ranked: Vec<_> = Vec::new();
    for page_type in PageType::ALL {
        let pages = material.catalogue.of_type(material.library, *page_type);
        for (turn, page) in pages.enumerate() {
            ranked.push((std::cmp::Reverse(changed(page)), turn, *page_type, page));
        }
    }
    ranked.sort_by_key(|(date, turn, page_type, _)| (*date, *turn, *page_type));
    ranked
        .into_iter()
        .take(HOME_LATEST)
        .map(|(.., page)| page)
        .collect()
}

/// Pages on the page of what is new.
const NEWS: usize = 200;

/// What came and what changed, the latest first. Among pages of one day new
/// ones and changed ones are kept apart.
pub(super) fn news(material: &Material<'_>, here: Here<'_>) -> NewsView {
    let order = material.catalogue.reading_order.iter();
    let dated = order.filter_map(|id| {
        let page = material.page(*id);
        page.page_type()?;
        Some((changed(page)?, page))
    });
    let mut dated: Vec<_> = dated.collect();
    // The sort is stable: a day's pages stay in reading order.
    dated.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    let count = dated.len();
    dated.truncate(NEWS);
    let mut days: Vec<(crate::library::Date, NewsDayView)> = Vec::new();
    for (date, page) in &dated {
        if days.last().is_none_or(|(day, _)| day != date) {
            days.push((
                *date,
                NewsDayView {
                    date: date_view(*date),
                    added: Vec::new(),
                    updated: Vec::new(),
                },
            ));
        }
        let (_, day) = days.last_mut().expect("one was pushed");
        let is_new = page.published.is_none_or(|published| published >= *date);
        let cards = if is_new {
            &mut day.added
        } else {
            &mut day.updated
        };
        cards.push(material.card(here, page));
    }
    NewsView {
        shown: dated.len(),
        count,
        days: days.into_iter().map(|(_, day)| day).collect(),
    }
}

/// Figures of the whole country and with a period say most to most readers.
fn key_figures(mut figures: Vec<FigureView>) -> Vec<FigureView> {
    figures.sort_by_key(|figure| figure.period.is_none());
    figures.truncate(HOME_FIGURES);
    figures
}

/// All figures, each once: two pages that give the same value of the same
/// thing give one figure.
pub(super) fn figures(material: &Material<'_>, here: Here<'_>) -> FiguresView {
    let mut figures: Vec<FigureView> = Vec::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    let pages = material
        .catalogue
        .reading_order
        .iter()
        .map(|id| material.page(*id));
    for page in pages {
        for figure in &page.figures {
            let view = figure_view(material, here, page, figure);
            let same = [
                view.label.clone(),
                view.value.clone(),
                view.unit.clone(),
                view.comparator.clone(),
                view.period.clone().unwrap_or_default(),
                view.scope.clone(),
            ];
            match known.entry(same) {
                Entry::Occupied(place) => figures[*place.get()].pages.extend(view.pages),
                Entry::Vacant(place) => {
                    place.insert(figures.len());
                    figures.push(view);
                }
            }
        }
    }
    FiguresView {
        figures,
        pictures: Vec::new(),
    }
}

/// The page of all figures.
pub(super) fn figures_page(material: &Material<'_>, here: Here<'_>) -> FiguresView {
    let order = &material.catalogue.reading_order;
    let pictures = order.iter().filter_map(|id| {
        let page = material.page(*id);
        let plots = plots::plots(material, here, page);
        (!plots.is_empty()).then(|| PagePlotsView {
            page: material.page_link(here, page),
            plots,
        })
    });
    FiguresView {
        pictures: pictures.collect(),
        ..figures(material, here)
    }
}

/// Responsibility × stage; with the pages of each cell on its own page.
pub(super) fn matrix(material: &Material<'_>, here: Here<'_>, with_cards: bool) -> MatrixView {
    let file = "matrix/index.html";
    let catalogue = material.catalogue;
    let most = catalogue.matrix.values().map(Vec::len).max().unwrap_or(0);
    let mut placed: BTreeSet<PageId> = BTreeSet::new();
    let rows = Responsibility::ALL
        .iter()
        .map(|responsibility| {
            let cells = Stage::ALL.iter().map(|stage| {
                let entries = catalogue.matrix.get(&(*responsibility, *stage));
                let entries = entries.map(Vec::as_slice).unwrap_or_default();
                placed.extend(entries.iter().map(|entry| entry.page));
                let anchor = format!("{}-{}", responsibility.slug(), stage.slug());
                let stated = entries
                    .iter()
                    .filter(|e| e.basis() == Basis::Stated)
                    .count();
                MatrixCellView {
                    title: format!("{} · {}", responsibility.label(), stage.label()),
                    stage: stage.label(),
                    href: here.to_anchor(file, Some(&anchor)),
                    anchor,
                    count: entries.len(),
                    stated,
                    inferred: entries.len() - stated,
                    level: level(entries.len(), most),
                    cards: if with_cards {
                        entries
                            .iter()
                            .map(|entry| cell_card(material, here, entry))
                            .collect()
                    } else {
                        Vec::new()
                    },
                }
            });
            MatrixRowView {
                cells: cells.collect(),
                head: head(
                    material,
                    here,
                    Axis::Responsibility,
                    *responsibility,
                    pieces(*responsibility),
                ),
            }
        })
        .collect();
    let cards = |keep: fn(&Page) -> bool| -> Vec<CardView> {
        if !with_cards {
            return Vec::new();
        }
        let pages = catalogue.reading_order.iter().map(|id| material.page(*id));
        pages
            .filter(|page| keep(page))
            .map(|page| material.card(here, page))
            .collect()
    };
    MatrixView {
        columns: Stage::ALL
            .iter()
            .map(|stage| head(material, here, Axis::Stage, *stage, vec![stage.label()]))
            .collect(),
        rows,
        placed: placed.len(),
        without_stage: cards(|page| !page.responsibility.is_empty() && page.stage.is_empty()),
        without_responsibility: cards(|page| {
            page.responsibility.is_empty() && !page.stage.is_empty()
        }),
        href: here.to(file),
        chain: with_cards.then(|| chain::chain(material, here, None)),
    }
}

/// 0 for nothing, else 1 to 4 in proportion to the fullest cell.
fn level(count: usize, most: usize) -> usize {
    if count == 0 {
        0
    } else {
        (count * 4).div_ceil(most.max(1)).clamp(1, 4)
    }
}

fn head<V: Vocabulary>(
    material: &Material<'_>,
    here: Here<'_>,
    axis: Axis,
    value: V,
    pieces: Vec<&'static str>,
) -> MatrixHeadView {
    let group = material.catalogue.group(axis, value.slug());
    MatrixHeadView {
        title: value.label().to_owned(),
        pieces,
        href: here.to(&axis.file(value.slug())),
        count: group.map_or(0, |group| group.entries.len()),
    }
}

/// Where the name of a responsibility may break in a narrow column.
fn pieces(responsibility: Responsibility) -> Vec<&'static str> {
    match responsibility {
        Responsibility::Principal => vec!["主体", "责任"],
        Responsibility::Supervisory => vec!["监督", "责任"],
        Responsibility::FirstResponsible => vec!["第一", "责任人", "责任"],
        Responsibility::DualDuty => vec!["一岗", "双责"],
    }
}

fn cell_card(material: &Material<'_>, here: Here<'_>, entry: &CellEntry) -> CardView {
    let page = material.page(entry.page);
    let mut card = material.card(here, page);
    card.basis = Some(basis_view(entry.basis()));
    // Only what is inferred needs saying which of the two it is.
    let word = match (entry.responsibility, entry.stage) {
        (Basis::Stated, Basis::Inferred) => "环节为推断",
        (Basis::Inferred, Basis::Stated) => "责任为推断",
        _ => "",
    };
    card.mark = html(escape(word));
    card
}

/// What the search page offers when search cannot run.
pub(super) fn search(material: &Material<'_>, here: Here<'_>) -> SearchView {
    SearchView {
        doors: material
            .doors()
            .map(|(_, section)| LinkView {
                title: section.title.clone(),
                href: here.to(&page_file(&section.key)),
            })
            .collect(),
        axes: Axis::ALL
            .into_iter()
            .filter(|axis| !material.catalogue.groups[axis].is_empty())
            .map(|axis| LinkView {
                title: format!("按{}", axis.label()),
                href: here.to(&page_file(axis.folder())),
            })
            .collect(),
        suggestions: suggestions(material, here),
        other_texts: !material.library.versions.chains().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_the_fullest_cell() {
        assert_eq!(level(0, 8), 0);
        assert_eq!(level(1, 8), 1);
        assert_eq!(level(3, 8), 2);
        assert_eq!(level(8, 8), 4);
        assert_eq!(level(1, 1), 4);
    }
}
