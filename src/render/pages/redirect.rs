//! Pages at old addresses that lead to a page's current address.

use crate::address::{Here, alias_file, page_file};
use crate::library::Page;
use crate::output::{Origin, Place};

use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::RedirectView;

/// Plans a page for each old address.
pub(crate) fn plan<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let pages = material.library.pages.iter();
    let redirects = pages.flat_map(|page| page.redirects.iter().map(move |from| (from, page)));
    redirects.map(|(from, page)| {
        Planned::new(
            ("redirect", "redirect.html"),
            alias_file(&from.from),
            Origin::new(
                format!("页面“{}”的旧网址", page.title),
                Place::Alias(from.span.clone()),
            ),
            "redirect",
            move |m, here, _| redirect(m, here, page, from.anchor.as_deref()),
        )
        .titled(&page.title, &page.description)
        .unlisted()
    })
}

fn redirect(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
    anchor: Option<&str>,
) -> RedirectView {
    RedirectView {
        title: page.title.clone(),
        href: here.to_anchor(&page_file(&page.key), anchor),
        js: material
            .assets
            .path("redirect/redirect.js")
            .map(|path| here.to(path)),
    }
}
