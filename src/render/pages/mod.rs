//! The pages of the site: each plans itself and makes its view.

pub(super) mod a_to_z;
pub(super) mod comparison;
pub(super) mod connections;
pub(super) mod data_page;
pub(super) mod document;
pub(super) mod listing;
pub(super) mod not_found;
pub(super) mod offline_page;
pub(super) mod overview;
mod page_facts;
mod plots;
pub(super) mod provenance_pages;
pub(super) mod redirect;
pub(super) mod section;
pub(super) mod side_by_side;
mod versions;
pub(super) mod withdrawn;
