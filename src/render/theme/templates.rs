//! Which template a name means.

use std::collections::BTreeMap;

use crate::diag::FileId;

/// Which template a name means.
///
/// The engine holds each template once, under the name of its layer and its
/// own: `default/base.html`.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// What the site shows under each plain name (`base.html`), by the
    /// engine's name.
    pub plain: BTreeMap<String, String>,
    /// The same as each theme has it (`default/base.html`).
    pub qualified: BTreeMap<String, String>,
    /// The source text of each, by the engine's name.
    pub files: BTreeMap<String, FileId>,
    /// The one that each replaces.
    pub replaced: BTreeMap<String, String>,
}

impl Templates {
    /// The engine's name for a name.
    pub fn resolve<'n>(&'n self, name: &'n str) -> &'n str {
        let qualified = self.qualified.get(name);
        qualified
            .or_else(|| self.plain.get(name))
            .map_or(name, String::as_str)
    }

    /// Where the source text of a template stands, by either kind of name.
    pub fn file(&self, name: &str) -> Option<FileId> {
        self.files.get(self.resolve(name)).copied()
    }

    /// All names that templates may write.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.plain.keys().chain(self.qualified.keys());
        names.map(String::as_str)
    }
}
