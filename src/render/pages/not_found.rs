//! The page that a server shows for addresses without a page.

use crate::address::{Here, page_file};
use crate::output::{Audience, Origin};

use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::{LinkView, LostView};

/// Above how many folders the script looks for the root: comparisons lie four
/// deep.
const DEEPEST: usize = 5;

/// Plans the page.
pub(crate) fn plan<'a>(material: &Material<'a>) -> Planned<'a> {
    let words = material.words();
    let mut planned = Planned::new(
        ("lost", "404.html"),
        "404.html".to_owned(),
        Origin::program("404 页"),
        "lost",
        |m, _, _| not_found(m),
    )
    .titled(words.text("lost.title"), words.text("lost.description"))
    .unlisted();
    planned.audience = Audience::Machines;
    planned
}

/// A server shows this page under any address, so no relative link on it works
/// everywhere. With a public address, its links begin with that address' path.
/// Without one, it asks for its script at every level above; the one that is
/// found sets style and links. The script's name holds a hash of its content,
/// so no other site's script is taken for it. Without script, it is plain text
/// at deeper addresses that says how to get to the home page.
fn not_found(material: &Material<'_>) -> LostView {
    let base = material.library.config.base_url.as_deref().map(path_of);
    let place = |asset: &str| format!("{}{asset}", base.unwrap_or_default());
    let root = Here::at("index.html");
    let doors = material.doors().map(|(_, section)| LinkView {
        title: section.title.clone(),
        href: root.to(&page_file(&section.key)),
    });
    let links = [
        ("frame.home", "index.html"),
        ("search.title", "search/index.html"),
        ("matrix.title", "matrix/index.html"),
    ]
    .map(|(title, href)| LinkView {
        title: material.text(title),
        href: href.to_owned(),
    });
    LostView {
        css: material.assets.path("site.css").map(place),
        js: material.assets.path("lost/lost.js").map(place),
        levels: (1..=DEEPEST).map(|up| "../".repeat(up)).collect(),
        home: base.map(ToOwned::to_owned),
        links: links.into_iter().chain(doors).collect(),
    }
}

/// The path of an address: `https://example.org/kb/` is `/kb/`.
fn path_of(address: &str) -> &str {
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    address[after_scheme..]
        .find('/')
        .map_or("/", |at| &address[after_scheme + at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_address_begins_with_a_slash() {
        assert_eq!(path_of("https://example.org/kb/"), "/kb/");
        assert_eq!(path_of("https://example.org/"), "/");
        assert_eq!(path_of("https://example.org"), "/");
    }
}
