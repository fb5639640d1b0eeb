//! The list of all pages of the site; each page's own module plans it.

use super::material::Material;
use super::pages::{
    a_to_z, comparison, connections, data_page, document, listing, not_found, offline_page,
    overview, provenance_pages, redirect, section, side_by_side, withdrawn,
};
use super::planned::Planned;
use super::{cited, lists};
use crate::library::axis::Axis;

/// Keys of generated pages: no page of the content may lie there or below.
/// (`compare` may be a section, so it is not among them.)
pub const RESERVED: [&str; 8] = [
    "search", "sources", "figures", "matrix", "data", "a-z", "new", "offline",
];

/// All pages of the site, in the order of the sitemap.
pub(super) fn pages<'a>(material: &Material<'a>) -> Vec<Planned<'a>> {
    let mut pages = vec![
        overview::plan_home(material),
        overview::plan_matrix(material),
        overview::plan_figures(material),
        provenance_pages::plan(material),
        a_to_z::plan(material),
        overview::plan_news(material),
        not_found::plan(material),
    ];
    pages.extend(a_to_z::plan_initials(material));
    pages.extend(data_page::plan(material));
    pages.extend(side_by_side::plan(material));
    pages.extend(offline_page::plan(material));
    pages.extend(overview::plan_search(material));
    pages.extend(section::plan_sections(material));
    pages.extend(document::plan(material));
    pages.extend(cited::plan(material));
    pages.extend(comparison::plan(material));
    for axis in Axis::ALL {
        pages.push(lists::plan_axis(material, axis));
        pages.extend(lists::plan_lists(material, axis));
    }
    pages.extend(lists::plan_homophones(material));
    pages.extend(provenance_pages::plan_each(material));
    let mut listings = listing::of_matrix(material);
    listings.extend(provenance_pages::listings(material));
    let documents = material.library.pages.iter();
    listings.extend(documents.filter_map(|page| connections::cited_by_listing(material, page)));
    pages.extend(listing::plan(material, listings));
    pages.extend(redirect::plan(material));
    pages.extend(withdrawn::plan(material));
    pages
}
