//! Lists with pages of their own, where other pages show only the beginning:
//! the cells of the matrix, what relies on a source, what refers to a page.

use crate::markup::escape;
use crate::model::{Basis, PageId, PageType, Responsibility, Stage, Vocabulary};
use crate::output::{Origin, Place};

use crate::address::{Here, page_file};
use crate::render::lists::{Headed, by_type, card_groups, is_long};
use crate::render::material::Material;
use crate::render::paging::Part;
use crate::render::planned::Planned;
use crate::render::views::{CardView, LinkView, ListView, html};

/// A list that stands on pages of its own.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub folder: String,
    /// Its title: what it lists.
    pub title: String,
    /// Title and file of the page that shows its beginning.
    pub of: (String, String),
    /// What asks for it.
    pub place: Place,
    /// Its pages, in reading order.
    pub entries: Vec<Listed>,
}

/// An entry of a listing.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub page: PageId,
    /// The anchor of a place on the page, if one is meant.
    pub anchor: Option<String>,
    /// Whether a source says that it belongs here, if the question arises.
    pub basis: Option<Basis>,
    /// Further remarks, in a few words.
    pub words: String,
}

impl Listed {
    /// An entry that says nothing more about its page.
    pub fn plain(page: PageId) -> Self {
        Self {
            page,
            anchor: None,
            basis: None,
            words: String::new(),
        }
    }
}

/// Why a page is in no cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// A responsibility, but no stage.
    NoStage,
    /// A stage, but no responsibility.
    NoResponsibility,
    /// Neither.
    Neither,
}

impl Outside {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NoStage, Self::NoResponsibility, Self::Neither];

    /// Its title, as a key of the interface's words.
    pub fn title(self) -> &'static str {
        match self {
            Self::NoStage => "matrix.without_stage",
            Self::NoResponsibility => "matrix.without_responsibility",
            Self::Neither => "matrix.without_either",
        }
    }

    /// The folder of its list.
    pub fn folder(self) -> &'static str {
        match self {
            Self::NoStage => "matrix/no-stage",
            Self::NoResponsibility => "matrix/no-responsibility",
            Self::Neither => "matrix/neither",
        }
    }

    /// Its pages, in reading order.
    pub fn pages(self, material: &Material<'_>) -> Vec<PageId> {
        let order = material.catalogue.reading_order.iter().copied();
        order
            .filter(|id| {
                let page = material.page(*id);
                let (responsibility, stage) = match self {
                    Self::NoStage => (true, false),
                    Self::NoResponsibility => (false, true),
                    Self::Neither => (false, false),
                };
                page.page_type().is_some()
                    && page.responsibility.is_empty() != responsibility
                    && page.stage.is_empty() != stage
            })
            .collect()
    }
}

/// The folder of a cell's list; the last part is its anchor on the matrix page.
pub(crate) fn cell_folder(anchor: &str) -> String {
    format!("matrix/{anchor}")
}

pub(crate) fn cell_anchor(responsibility: Responsibility, stage: Stage) -> String {
    format!("{}-{}", responsibility.slug(), stage.slug())
}

/// The lists of the matrix' cells, and of pages in no cell.
pub(crate) fn of_matrix(material: &Material<'_>) -> Vec<Listing> {
    let mut listings = cells(material);
    listings.extend(Outside::ALL.map(|outside| Listing {
        folder: outside.folder().to_owned(),
        title: material.text(outside.title()),
        of: matrix(material),
        place: Place::Program,
        entries: plain(outside.pages(material)),
    }));
    listings
}

/// Entries that say nothing more about their pages.
pub(crate) fn plain(pages: Vec<PageId>) -> Vec<Listed> {
    pages.into_iter().map(Listed::plain).collect()
}

fn matrix(material: &Material<'_>) -> (String, String) {
    (material.text("matrix.title"), page_file("matrix"))
}

fn cells(material: &Material<'_>) -> Vec<Listing> {
    let words = material.words();
    let cells = material.catalogue.matrix.iter();
    cells
        .map(|((responsibility, stage), entries)| Listing {
            folder: cell_folder(&cell_anchor(*responsibility, *stage)),
            title: format!(
                "{} · {}",
                words.label("responsibility", *responsibility),
                words.label("stage", *stage)
            ),
            of: matrix(material),
            place: Place::Program,
            entries: entries
                .iter()
                .map(|entry| Listed {
                    page: entry.page,
                    anchor: None,
                    basis: Some(entry.basis()),
                    words: entry
                        .inferred_part()
                        .map_or_else(String::new, |key| material.text(key)),
                })
                .collect(),
        })
        .collect()
}

/// Plans every listing.
pub(crate) fn plan<'a>(
    material: &Material<'a>,
    listings: Vec<Listing>,
) -> impl Iterator<Item = Planned<'a>> {
    let (material, words) = (*material, material.words());
    listings
        .into_iter()
        .filter(|listing| is_long(listing.entries.len()))
        .map(move |listing| {
            let (of, of_file) = &listing.of;
            let length = listing.entries.len();
            let above = match of_file.strip_suffix("/index.html") {
                Some(key) => {
                    let mut above = material.way_to(key);
                    above.push(listing.of.clone());
                    above
                }
                None => material.way_to(""),
            };
            let place = listing.place.clone();
            let title = listing.title.clone();
            let about = words.say(
                "listing.description",
                &[("of", of), ("title", &title), ("n", &length)],
            );
            let counted = words.say("pager.pages", &[("n", &length)]);
            Planned::new(
                ("list", "list.html"),
                page_file(&listing.folder),
                Origin::new(format!("{of}：{title}"), place),
                "list",
                move |m, here, part| view(m, here, &listing, part),
            )
            .titled(title, about)
            .below(above)
            .listing(length, material.cards(), counted)
        })
}

fn headed<'l>(material: &Material<'_>, listing: &'l Listing) -> Headed<&'l Listed> {
    let entries = listing.entries.iter();
    by_type(
        material,
        entries.map(|entry| (material.page(entry.page).page_type(), entry)),
    )
}

/// The view of one page of a listing.
pub(crate) fn view(
    material: &Material<'_>,
    here: Here<'_>,
    listing: &Listing,
    part: &Part,
) -> ListView {
    let count_of = |basis| {
        let entries = listing.entries.iter();
        entries.filter(|e| e.basis == Some(basis)).count()
    };
    ListView {
        axis: LinkView {
            title: listing.of.0.clone(),
            href: here.to(&listing.of.1),
        },
        others: String::new(),
        title: listing.title.clone(),
        note: String::new(),
        count: listing.entries.len(),
        has_basis: listing.entries.iter().any(|entry| entry.basis.is_some()),
        stated: count_of(Basis::Stated),
        inferred: count_of(Basis::Inferred),
        groups: card_groups(part, headed(material, listing), |entry| {
            card(material, here, entry)
        }),
        meaning: None,
        undefined: false,
        by_stage: false,
        chain: None,
        siblings: Vec::new(),
    }
}

fn card(material: &Material<'_>, here: Here<'_>, entry: &Listed) -> CardView {
    let page = material.page(entry.page);
    let mut card = material.card(here, page);
    if entry.anchor.is_some() {
        card.href = here.to_anchor(&page_file(&page.key), entry.anchor.as_deref());
    }
    if let Some(basis) = entry.basis {
        card.basis = Some(material.basis_view(basis));
        card.mark = html(escape(&entry.words));
    } else if !entry.words.is_empty() {
        card.meta.push(entry.words.clone());
    }
    card
}

/// Sorts pages by type, in the order that listings use.
pub(crate) fn order(material: &Material<'_>, pages: Vec<PageId>) -> Vec<PageId> {
    let of_type = |id: &PageId| -> Option<PageType> { material.page(*id).page_type() };
    let groups = by_type(material, pages.iter().map(|id| (of_type(id), *id)));
    groups.into_iter().flat_map(|(_, ids)| ids).collect()
}
