//! The page on which readers decide what their browser keeps.

use crate::address::Here;

use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::OfflineView;

/// The page's file.
pub const FILE: &str = "offline/index.html";

const TEMPLATE: &str = "offline.html";

/// Whether the site has the page: both the settings and the theme must want it.
pub(crate) fn is_made(material: &Material<'_>) -> bool {
    material.library.config.offline && material.theme.has(TEMPLATE)
}

/// Plans the page.
pub(crate) fn plan<'a>(material: &Material<'a>) -> Option<Planned<'a>> {
    if !is_made(material) {
        return None;
    }
    let words = material.words();
    let planned = material
        .planned(
            ("offline", TEMPLATE),
            "offline",
            "离线使用页",
            "offline",
            |m, here, _| offline(m, here),
        )
        .titled(
            words.text("offline.title"),
            words.text("offline.description"),
        )
        .unlisted();
    Some(planned)
}

fn offline(material: &Material<'_>, here: Here<'_>) -> OfflineView {
    OfflineView {
        script: material
            .assets
            .path("offline/offline.js")
            .map(|path| here.to(path)),
    }
}
