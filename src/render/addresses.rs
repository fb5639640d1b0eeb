//! The addresses and titles of all pages, for the page that a server shows for
//! an address without a page: its script lists those that are nearest.

use serde_json::json;

use super::planned::Planned;

pub(super) use crate::address::PAGE_LIST as FILE;

/// Address and title of each page that readers look for, and of each old
/// address with the title of the page that it leads to.
pub(super) fn addresses(pages: &[Planned<'_>]) -> String {
    let wanted = pages
        .iter()
        .filter(|page| page.in_sitemap || page.kind == "redirect");
    let listed: Vec<_> = wanted.map(|page| json!([page.file, page.title])).collect();
    format!("{}\n", json!(listed))
}
