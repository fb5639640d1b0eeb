//! The page on which readers decide what their browser keeps.

use crate::address::Here;

use super::frame::Material;
use super::theme::Theme;
use super::views::OfflineView;

/// The page's file.
pub const FILE: &str = "offline/index.html";

/// Its template.
pub(super) const TEMPLATE: &str = "offline.html";

/// Whether the site has the page.
pub(super) fn is_made(material: &Material<'_>) -> bool {
    material.has_offline_page
}

/// Whether the settings and the theme want it.
pub(super) fn is_wanted(enabled: bool, theme: &Theme) -> bool {
    enabled && theme.has(TEMPLATE)
}

/// The view of the page.
pub(super) fn offline(material: &Material<'_>, here: Here<'_>) -> OfflineView {
    OfflineView {
        script: material
            .assets
            .path("offline/offline.js")
            .map(|path| here.to(path)),
    }
}
