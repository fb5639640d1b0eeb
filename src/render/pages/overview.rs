//! Views of the pages that show the whole: home, matrix, figures, search.

use std::collections::BTreeSet;

use crate::library::Page;
use crate::library::axis::{Axis, facets};
use crate::model::{
    Basis, Date, Details, Known, PageId, PageType, Responsibility, Stage, Vocabulary,
};

use crate::markup::escape;
use crate::output::Origin;
use crate::words::Words;

use super::comparison;
use super::listing::{self, Outside, cell_anchor};
use super::plots::{self, figure_view};
use crate::address::{Here, page_file};
use crate::render::body::BodyWriter;
use crate::render::body::provenance::Provenance;
use crate::render::catalogue::{CellEntry, FigureEntry};
use crate::render::lists::{self, excerpt, more};
use crate::render::material::Material;
use crate::render::paging::Part;
use crate::render::planned::Planned;
use crate::render::views::{
    CardView, DoorView, FigureView, FiguresView, HomeView, LinkView, MatrixCellView,
    MatrixHeadView, MatrixRowView, MatrixView, NewsDayView, NewsView, PagePlotsView, SearchView,
    html,
};

const DOOR_PAGES: usize = 4;
const HOME_FIGURES: usize = 3;
const HOME_LATEST: usize = 4;
const SUGGESTIONS: usize = 6;

/// Plans the home page.
pub(crate) fn plan_home<'a>(material: &Material<'a>) -> Planned<'a> {
    let config = &material.library.config;
    let pages = material.catalogue.reading_order.iter().copied();
    let origin = Origin::program("首页");
    Planned::new(
        ("home", "home.html"),
        page_file(""),
        origin,
        "home",
        |m, here, _| home(m, here),
    )
    .titled(&config.title, &config.description)
    .feeding(material.feed(config.title.clone(), pages))
}

/// Plans the list of new and changed pages.
pub(crate) fn plan_news<'a>(material: &Material<'a>) -> Planned<'a> {
    let words = material.words();
    let length = material.catalogue.news.len();
    material
        .planned(("new", "new.html"), "new", "最近更新", "news", news)
        .titled(words.text("new.title"), words.text("new.lead"))
        .listing(
            length,
            material.cards(),
            words.say("pager.pages", &[("n", &length)]),
        )
}

/// Plans the page of all figures.
pub(crate) fn plan_figures<'a>(material: &Material<'a>) -> Planned<'a> {
    let words = material.words();
    let length = material.catalogue.figures.len();
    material
        .planned(
            ("figures", "figures.html"),
            "figures",
            "数据页",
            "figures",
            figures,
        )
        .titled(
            words.text("figures.title"),
            words.text("figures.description"),
        )
        .listing(
            length,
            material.cards(),
            words.say("pager.things", &[("n", &length)]),
        )
}

/// Plans the matrix of responsibilities and stages.
pub(crate) fn plan_matrix<'a>(material: &Material<'a>) -> Planned<'a> {
    let words = material.words();
    material
        .planned(
            ("matrix", "matrix.html"),
            "matrix",
            "责任矩阵",
            "matrix",
            |m, here, _| matrix(m, here, true),
        )
        .titled(words.text("matrix.title"), words.text("matrix.description"))
}

/// Plans the search page, if the theme has one.
pub(crate) fn plan_search<'a>(material: &Material<'a>) -> Option<Planned<'a>> {
    if !material.theme.has("search.html") {
        return None;
    }
    let (words, config) = (material.words(), &material.library.config);
    let mut planned = material
        .planned(
            ("search", "search.html"),
            "search",
            "检索页",
            "search",
            |m, here, _| search(m, here),
        )
        .titled(
            words.text("search.title"),
            words.say("search.description", &[("site", &config.title)]),
        )
        .unlisted();
    // Every query has an address of its own. Crawlers may index the page only
    // where it can name one address for all of them.
    planned.indexable = config.base_url.is_some();
    Some(planned)
}

/// The home page.
pub(crate) fn home(material: &Material<'_>, here: Here<'_>) -> HomeView {
    let library = material.library;
    let root = library.sections.get("");
    let body = BodyWriter::new(
        library,
        &material.options.pictures,
        Provenance::of_site(library),
        here,
        "",
    );
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
        chain: lists::chain_named(material, here),
        matrix: matrix(material, here, false),
        figures: key_figures(material, here),
        figure_count: material.catalogue.figures.len(),
        figures_href: here.to("figures/index.html"),
        latest: latest(material)
            .into_iter()
            .map(|page| material.card(here, page))
            .collect(),
        topics: lists::axis_beginning(material, here, Axis::Topic),
        axes: [Axis::Region, Axis::Organ, Axis::Year]
            .into_iter()
            .map(|axis| lists::axis_beginning(material, here, axis))
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
    // The shorter a name, the more it is in use.
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

/// The pages changed last. Many pages may share a day, so the types take turns:
/// otherwise one type would fill the list.
fn latest<'a>(material: &Material<'a>) -> Vec<&'a Page> {
    let mut ranked: Vec<_> = Vec::new();
    for page_type in PageType::ALL {
        let pages = material.catalogue.of_type(material.library, *page_type);
        for (turn, page) in pages.enumerate() {
            ranked.push((std::cmp::Reverse(page.changed()), turn, *page_type, page));
        }
    }
    ranked.sort_by_key(|(date, turn, page_type, _)| (*date, *turn, *page_type));
    ranked
        .into_iter()
        .take(HOME_LATEST)
        .map(|(.., page)| page)
        .collect()
}

/// New and changed pages, latest first. Within a day, new and changed pages are
/// kept apart.
pub(crate) fn news(material: &Material<'_>, here: Here<'_>, part: &Part) -> NewsView {
    let all = &material.catalogue.news;
    let mut days: Vec<(Date, NewsDayView)> = Vec::new();
    for item in part.of(all) {
        if days.last().is_none_or(|(day, _)| *day != item.date) {
            let count = |is_new| {
                let day = all.iter().filter(|other| other.date == item.date);
                day.filter(|other| other.is_new == is_new).count()
            };
            days.push((
                item.date,
                NewsDayView {
                    date: material.date(item.date),
                    added: Vec::new(),
                    added_count: count(true),
                    updated: Vec::new(),
                    updated_count: count(false),
                },
            ));
        }
        let (_, day) = days.last_mut().expect("one was pushed");
        let cards = if item.is_new {
            &mut day.added
        } else {
            &mut day.updated
        };
        let page = material.page(item.page);
        let mut card = material.card(here, page);
        // What changed on that day says more than what the page is about.
        if let Some(said) = comparison::news(material, page, item.date) {
            card.description = format!("{said}{}", material.words().text("mark.stop"));
        }
        cards.push(card);
    }
    NewsView {
        count: all.len(),
        days: days.into_iter().map(|(_, day)| day).collect(),
    }
}

/// A figure, with all pages that give it.
fn figure(material: &Material<'_>, here: Here<'_>, entry: &FigureEntry) -> FigureView {
    let page = material.page(entry.pages[0]);
    let pages = entry.pages.iter().map(|id| material.page(*id));
    FigureView {
        pages: pages.map(|page| material.page_link(here, page)).collect(),
        ..figure_view(material, here, page, &page.figures[entry.position])
    }
}

/// Figures for the home page. Those with a period come first, because they tell
/// most readers more.
fn key_figures(material: &Material<'_>, here: Here<'_>) -> Vec<FigureView> {
    let mut figures: Vec<&FigureEntry> = material.catalogue.figures.iter().collect();
    figures.sort_by_key(|entry| {
        let figure = &material.page(entry.pages[0]).figures[entry.position];
        figure.period == Known::Unknown
    });
    let first = figures.into_iter().take(HOME_FIGURES);
    first.map(|entry| figure(material, here, entry)).collect()
}

/// The page of all figures. A page's charts stand with the first of its
/// figures.
pub(crate) fn figures(material: &Material<'_>, here: Here<'_>, part: &Part) -> FiguresView {
    let all = &material.catalogue.figures;
    let mut owners: Vec<PageId> = Vec::new();
    // A page whose figures were all given by earlier pages stands with the
    // first of those figures.
    let mut placed: BTreeSet<PageId> = BTreeSet::new();
    for (position, entry) in all.iter().enumerate() {
        for page in &entry.pages {
            if placed.insert(*page) && part.range.contains(&position) {
                owners.push(*page);
            }
        }
    }
    let pictures = material.catalogue.in_order(owners).into_iter();
    let pictures = pictures.filter_map(|id| {
        let page = material.page(id);
        let plots = plots::plots(material, here, page);
        (!plots.is_empty()).then(|| PagePlotsView {
            page: material.page_link(here, page),
            plots,
        })
    });
    FiguresView {
        figures: part
            .of(all)
            .iter()
            .map(|entry| figure(material, here, entry))
            .collect(),
        count: all.len(),
        pictures: pictures.collect(),
    }
}

/// The matrix of responsibility × stage. `with_cards` adds the pages of each
/// cell, for the matrix' own page.
pub(crate) fn matrix(material: &Material<'_>, here: Here<'_>, with_cards: bool) -> MatrixView {
    let file = "matrix/index.html";
    let words = material.words();
    let catalogue = material.catalogue;
    let most = catalogue.matrix.values().map(Vec::len).max().unwrap_or(0);
    let mut placed: BTreeSet<PageId> = BTreeSet::new();
    let mut rows: Vec<MatrixRowView> = Responsibility::ALL
        .iter()
        .map(|responsibility| {
            let cells = Stage::ALL.iter().map(|stage| {
                let entries = catalogue.matrix.get(&(*responsibility, *stage));
                let entries = entries.map(Vec::as_slice).unwrap_or_default();
                placed.extend(entries.iter().map(|entry| entry.page));
                let anchor = cell_anchor(*responsibility, *stage);
                let stated = entries
                    .iter()
                    .filter(|e| e.basis() == Basis::Stated)
                    .count();
                MatrixCellView {
                    title: format!(
                        "{} · {}",
                        words.label("responsibility", *responsibility),
                        words.label("stage", *stage)
                    ),
                    stage: words.label("stage", *stage),
                    href: here.to_anchor(file, Some(&anchor)),
                    more: more(here, entries.len(), &listing::cell_folder(&anchor)),
                    anchor,
                    count: entries.len(),
                    stated,
                    inferred: entries.len() - stated,
                    level: level(entries.len(), most),
                    cards: if with_cards {
                        excerpt(entries)
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
                    pieces(words, *responsibility),
                ),
            }
        })
        .collect();
    let mut columns: Vec<_> = Stage::ALL
        .iter()
        .map(|stage| {
            let pieces = vec![words.label("stage", *stage)];
            head(material, here, Axis::Stage, *stage, pieces)
        })
        .collect();
    if with_cards {
        explain(material, here, &mut rows);
        add_outside(material, here, &mut columns, &mut rows);
    }
    MatrixView {
        columns,
        rows,
        placed: if with_cards {
            // With the row and the column for what is not said, every entry is
            // in it.
            let all = catalogue.reading_order.iter();
            let typed = all.filter(|id| material.page(**id).page_type().is_some());
            typed.count()
        } else {
            placed.len()
        },
        href: here.to(file),
        chain: with_cards.then(|| lists::chain(material, here, None)),
    }
}

/// Adds a column for pages without a stage and a row for those without a
/// responsibility, so that every page has its place.
fn add_outside(
    material: &Material<'_>,
    here: Here<'_>,
    columns: &mut Vec<MatrixHeadView>,
    rows: &mut Vec<MatrixRowView>,
) {
    let words = material.words();
    let head = |key: &str, count| MatrixHeadView {
        title: words.text(key).to_owned(),
        pieces: Vec::new(),
        href: String::new(),
        count,
        meaning: None,
        places: Vec::new(),
    };
    let cell = |row: &str, column: &str, anchor: String, outside: Outside, pages: Vec<PageId>| {
        MatrixCellView {
            title: format!("{row} · {column}"),
            stage: column.to_owned(),
            href: here.to_anchor("matrix/index.html", Some(&anchor)),
            anchor,
            count: pages.len(),
            stated: 0,
            inferred: 0,
            level: 0,
            cards: excerpt(&pages)
                .iter()
                .map(|id| material.card(here, material.page(*id)))
                .collect(),
            more: more(here, pages.len(), outside.folder()),
        }
    };
    let no_stage = Outside::NoStage.pages(material);
    let no_responsibility = Outside::NoResponsibility.pages(material);
    let neither = Outside::Neither.pages(material);
    let column = head("matrix.no_stage", no_stage.len() + neither.len());
    for (row, responsibility) in rows.iter_mut().zip(Responsibility::ALL) {
        let has = |id: &&PageId| {
            let tags = &material.page(**id).responsibility;
            tags.iter().any(|tag| tag.value == *responsibility)
        };
        let pages = no_stage.iter().filter(has).copied().collect();
        let anchor = format!("{}-no-stage", responsibility.slug());
        let title = &row.head.title;
        row.cells
            .push(cell(title, &column.title, anchor, Outside::NoStage, pages));
    }
    let count = no_responsibility.len() + neither.len();
    let row = head("matrix.no_responsibility", count);
    let mut cells: Vec<_> = Stage::ALL
        .iter()
        .map(|stage| {
            let has = |id: &&PageId| {
                let tags = &material.page(**id).stage;
                tags.iter().any(|tag| tag.value == *stage)
            };
            let pages = no_responsibility.iter().filter(has).copied().collect();
            let anchor = format!("no-responsibility-{}", stage.slug());
            let stage = words.label("stage", *stage);
            cell(&row.title, &stage, anchor, Outside::NoResponsibility, pages)
        })
        .collect();
    let anchor = "no-responsibility-no-stage".to_owned();
    cells.push(cell(
        &row.title,
        &column.title,
        anchor,
        Outside::Neither,
        neither,
    ));
    rows.push(MatrixRowView { head: row, cells });
    columns.push(column);
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
    pieces: Vec<String>,
) -> MatrixHeadView {
    let group = material.catalogue.group(axis, value.slug());
    MatrixHeadView {
        title: material.words().label(axis.slug(), value),
        pieces,
        href: here.to(&axis.file(value.slug())),
        count: group.map_or(0, |group| group.entries.len()),
        meaning: None,
        places: Vec::new(),
    }
}

/// Adds to the heads of rows what their responsibilities mean, and where the
/// sources use them.
fn explain(material: &Material<'_>, here: Here<'_>, rows: &mut [MatrixRowView]) {
    for (row, responsibility) in rows.iter_mut().zip(Responsibility::ALL) {
        let group = material
            .catalogue
            .group(Axis::Responsibility, responsibility.slug());
        row.head.meaning = lists::meaning(material, here, &row.head.title);
        row.head.places = group
            .map(|group| lists::places(material, here, group))
            .unwrap_or_default();
    }
}

/// The pieces of a responsibility's name, between which it may break in a
/// narrow column.
fn pieces(words: &Words, responsibility: Responsibility) -> Vec<String> {
    let pieces = words.label("responsibility-pieces", responsibility);
    pieces.split('|').map(str::to_owned).collect()
}

fn cell_card(material: &Material<'_>, here: Here<'_>, entry: &CellEntry) -> CardView {
    let page = material.page(entry.page);
    let mut card = material.card(here, page);
    card.basis = Some(material.basis_view(entry.basis()));
    // Only inferred entries need to say which of the two is inferred.
    let word = entry
        .inferred_part()
        .map_or("", |key| material.words().text(key));
    card.mark = html(escape(word));
    card
}

/// What the search page offers when search cannot run.
pub(crate) fn search(material: &Material<'_>, here: Here<'_>) -> SearchView {
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
                title: material.axis_by(axis),
                href: here.to(&page_file(axis.folder())),
            })
            .collect(),
        suggestions: suggestions(material, here),
        other_texts: !material.library.versions.chains().is_empty(),
        facets: facets().map(|(key, _)| key).collect(),
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
