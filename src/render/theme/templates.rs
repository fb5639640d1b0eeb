//! Resolves the names of templates.

use std::collections::BTreeMap;

use crate::diag::FileId;

/// Which template a name means.
///
/// The engine holds each template once, under the name of its layer and its
/// own: `default/base.html`.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// The template that the site shows under each plain name (`base.html`), by
    /// the engine's name.
    pub plain: BTreeMap<String, String>,
    /// The same for each theme's view (`default/base.html`).
    pub qualified: BTreeMap<String, String>,
    /// The source file of each template, by the engine's name.
    pub files: BTreeMap<String, FileId>,
    /// The template that each one replaces.
    pub replaced: BTreeMap<String, String>,
}

impl Templates {
    /// The engine's name for a plain or qualified name.
    pub fn resolve<'n>(&'n self, name: &'n str) -> &'n str {
        let qualified = self.qualified.get(name);
        qualified
            .or_else(|| self.plain.get(name))
            .map_or(name, String::as_str)
    }

    /// The source file of a template, by either kind of name.
    pub fn file(&self, name: &str) -> Option<FileId> {
        self.files.get(self.resolve(name)).copied()
    }

    /// All names that templates may write.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.plain.keys().chain(self.qualified.keys());
        names.map(String::as_str)
    }
}
