//! Which files beside the pages are asked for, and by whom: what nobody
//! published asks for is not published.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::beside;
use crate::body::text::{Piece, pieces_of_blocks};
use crate::body::tree::{Block, WrittenLink};
use crate::diag::{Span, Spanned};

/// The files that pages show or link to, by their paths in the site.
#[derive(Debug, Default)]
pub struct Files {
    /// Those of published texts.
    public: BTreeMap<String, Asked>,
    /// Those of texts that may not be public.
    withheld: BTreeSet<String>,
    /// Those of drafts.
    drafts: BTreeSet<String>,
    /// Folders of pages that may not be public, which have all their files in
    /// them: `practices/x/index.md`.
    folders: Vec<String>,
}

/// How a text asks for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The first place that does.
    pub at: Span,
    /// Whether one shows it as a picture.
    pub is_shown: bool,
}

/// Why a file is published, or isn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand<'f> {
    /// A published text asks for it.
    Published(&'f Asked),
    /// Only texts ask for it that may not be public.
    Withheld,
    /// Only drafts ask for it.
    Draft,
    /// Nobody asks for it.
    Nobody,
}

/// A text that may ask for files.
pub struct Text<'t> {
    /// Path of its file below `content/`.
    pub path: &'t str,
    /// The whole file.
    pub span: &'t Span,
    /// Its body.
    pub blocks: &'t [Block<WrittenLink>],
    /// The pictures in it, as written.
    pub images: &'t [Spanned<String>],
}

/// Who may read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everybody.
    Public,
    /// Nobody: of the page its title and fields alone are published.
    Withheld,
    /// Nobody yet.
    Draft,
}

impl Standing {
    /// That of a text which may be `public` and may be a `draft`.
    pub fn of(public: bool, draft: bool) -> Self {
        match (draft, public) {
            (true, _) => Self::Draft,
            (false, true) => Self::Public,
            (false, false) => Self::Withheld,
        }
    }
}

impl Files {
    /// Notes what a text asks for.
    pub fn note(&mut self, text: &Text<'_>, standing: Standing) {
        let found = asked_for(text);
        match standing {
            Standing::Public => self.publish(found),
            Standing::Draft => self.drafts.extend(found.into_keys()),
            Standing::Withheld => {
                self.withheld.extend(found.into_keys());
                let folder = text.path.strip_suffix("index.md");
                let folder = folder.filter(|folder| folder.ends_with('/'));
                self.folders.extend(folder.map(str::to_owned));
            }
        }
    }

    fn publish(&mut self, found: BTreeMap<String, Asked>) {
        for (path, asked) in found {
            let known = self.public.entry(path).or_insert_with(|| asked.clone());
            known.is_shown |= asked.is_shown;
        }
    }

    /// Who asks for the file at this path of the site.
    pub fn demand(&self, path: &str) -> Demand<'_> {
        let in_withheld = self.folders.iter().any(|folder| path.starts_with(folder));
        if let Some(asked) = self.public.get(path) {
            Demand::Published(asked)
        } else if self.withheld.contains(path) || in_withheld {
            Demand::Withheld
        } else if self.drafts.contains(path) {
            Demand::Draft
        } else {
            Demand::Nobody
        }
    }
}

/// The paths that a text asks for.
fn asked_for(text: &Text<'_>) -> BTreeMap<String, Asked> {
    let mut links = Vec::new();
    pieces_of_blocks(text.blocks, &mut |piece| match piece {
        Piece::Link(target) => links.push((target.destination.clone(), target.span.clone())),
        Piece::Html(html) => quoted(html, text.span, &mut links),
        _ => {}
    });
    let links = links.into_iter().map(|(written, at)| {
        let is_shown = false;
        (written, Asked { at, is_shown })
    });
    let images = text.images.iter().map(|image| {
        let (at, is_shown) = (image.span.clone(), true);
        (image.value.clone(), Asked { at, is_shown })
    });
    let mut found: BTreeMap<String, Asked> = BTreeMap::new();
    for (written, asked) in images.chain(links) {
        let path = written.split(['#', '?']).next().unwrap_or_default();
        found.entry(beside(text.path, path)).or_insert(asked);
    }
    found
}

/// Raw HTML asks for what stands in its attributes, whichever they are.
fn quoted(html: &str, whole: &Span, found: &mut Vec<(String, Span)>) {
    let parts = html.split(['"', '\'', '=', ' ', '<', '>', ',', '\n']);
    let parts = parts.filter(|part| part.contains('.'));
    found.extend(parts.map(|part| (part.to_owned(), whole.clone())));
}
