//! Which files besides pages are requested, and by which texts. Files that no
//! published text requests are not published.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::beside;
use crate::body::text::{Piece, pieces_of_blocks};
use crate::body::tree::{Block, WrittenLink};
use crate::diag::{Span, Spanned};

/// The files that pages show or link to, by their path in the site.
#[derive(Debug, Default)]
pub struct Files {
    /// Files of published texts.
    public: BTreeMap<String, Asked>,
    /// Files of texts that may not be public.
    withheld: BTreeSet<String>,
    /// Files of drafts.
    drafts: BTreeSet<String>,
    /// Folders of pages that may not be public, with all files in them:
    /// `practices/x/index.md`.
    folders: Vec<String>,
}

/// How a text requests a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The first place that requests it.
    pub at: Span,
    /// Whether any text shows it as a picture.
    pub is_shown: bool,
}

/// Why a file is published or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand<'f> {
    /// A published text requests it.
    Published(&'f Asked),
    /// Only texts that may not be public request it.
    Withheld,
    /// Only drafts request it.
    Draft,
    /// No text requests it.
    Nobody,
}

/// A text that may request files.
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
    /// Everyone.
    Public,
    /// No one: only the page's title and fields are published.
    Withheld,
    /// No one yet.
    Draft,
}

impl Standing {
    /// The standing of a text, given whether it may be public and whether it is
    /// a draft.
    pub fn of(public: bool, draft: bool) -> Self {
        match (draft, public) {
            (true, _) => Self::Draft,
            (false, true) => Self::Public,
            (false, false) => Self::Withheld,
        }
    }
}

impl Files {
    /// Records the files that a text requests.
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

    /// Which texts request the file at this path of the site.
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

/// The paths that a text requests.
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

/// Raw HTML requests the contents of all its attributes, whatever their names.
fn quoted(html: &str, whole: &Span, found: &mut Vec<(String, Span)>) {
    let parts = html.split(['"', '\'', '=', ' ', '<', '>', ',', '\n']);
    let parts = parts.filter(|part| part.contains('.'));
    found.extend(parts.map(|part| (part.to_owned(), whole.clone())));
}
