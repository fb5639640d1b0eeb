//! Texts that may not be public: what marks them, and what of them is left out.
//!
//! A page with `public = false` is a page without body. Nothing of its text, and
//! no file that it alone shows, goes on from here, so that no later stage can
//! publish it by mistake. A text that bears a mark of secrecy is an error until
//! somebody has stated with `public_basis` why it may be public, or may not.

use std::collections::BTreeSet;

use super::page::{ParsedBody, ParsedPage};
use crate::body::tree::{Block, Inline, WrittenLink};
use crate::diag::{Diagnostic, Span};
use crate::source::SourceFile;
use crate::structure::official;

/// Reports marks of secrecy in a page's body, which begins at `start`, unless
/// somebody has decided about the page.
pub fn check(
    page: &ParsedPage,
    file: &SourceFile,
    start: usize,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if page.decided {
        return;
    }
    let body = &file.text[start..];
    let mut places = Vec::new();
    let mut lines = Vec::new();
    let mut at = start;
    for line in body.split_inclusive('\n') {
        let text = line.trim();
        if !text.is_empty() {
            places.push(at..at + line.trim_end().len());
            let bare = text.trim_start_matches(['#', '>', '-', '*', '_', ' ']);
            let bare = bare.trim_end_matches(['*', '_']);
            lines.push(bare.replace('\\', ""));
        }
        at += line.len();
    }
    let lines: Vec<Option<&str>> = lines.iter().map(|line| Some(line.as_str())).collect();
    for mark in official::marks(&lines) {
        let span = Span::new(file.id, places[mark].clone());
        diagnostics.push(
            Diagnostic::error("secret-mark", span, "正文有密级或不公开的标志，尚未确定能否公开").hint(
                "由有权决定的人确定：不能公开的，把文件移出 content，或写 public = false；可以公开的写 public = true。再在 [extra] 下写 public_basis = \"依据\"，这一条即不再提示",
            ),
        );
    }
}

/// Takes everything out of a page but what its title and fields say.
pub fn withhold(page: &mut ParsedPage) {
    page.body = ParsedBody::default();
    page.description.clone_from(&page.title.value);
    page.search_terms.clear();
    page.figures.clear();
}

/// The files that pages show or link to.
#[derive(Debug, Default)]
pub struct Files {
    public: BTreeSet<String>,
    withheld: BTreeSet<String>,
    /// Folders of pages that may not be public, which have all their files in
    /// them: `practices/x/index.md`.
    folders: Vec<String>,
}

impl Files {
    /// Notes what a page shows.
    pub fn of(&mut self, page: &ParsedPage) {
        let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !page.public && page.path.ends_with("/index.md") {
            self.folders.push(format!("{folder}/"));
        }
        let mut found = Vec::new();
        destinations(&page.body.blocks, &mut found);
        found.extend(page.body.images.iter().map(|image| image.value.clone()));
        let files = match page.public {
            true => &mut self.public,
            false => &mut self.withheld,
        };
        files.extend(found.into_iter().map(|written| {
            let written = written.split(['#', '?']).next().unwrap_or_default();
            match (written.strip_prefix('/'), folder) {
                (Some(absolute), _) => absolute.to_owned(),
                (None, "") => written.to_owned(),
                (None, folder) => format!("{folder}/{}", written.trim_start_matches("./")),
            }
        }));
    }

    /// Those of these paths that no public page shows and another does.
    pub fn only<'p>(&self, paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
        let withheld = |path: &&str| {
            let named = self.withheld.contains(*path)
                || self.folders.iter().any(|folder| path.starts_with(folder));
            named && !self.public.contains(*path)
        };
        paths.filter(withheld).map(str::to_owned).collect()
    }
}

/// Where the links of some blocks lead.
fn destinations(blocks: &[Block<WrittenLink>], found: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                links(content, found);
            }
            Block::List { items, .. } => items.iter().for_each(|item| destinations(item, found)),
            Block::Quote(inner) => destinations(inner, found),
            Block::Table { header, rows } => {
                let cells = header.iter().chain(rows.iter().flatten());
                cells.for_each(|cell| links(cell, found));
            }
            Block::Provision(provision) => {
                links(&provision.title, found);
                links(&provision.content, found);
                destinations(&provision.children, found);
            }
            _ => {}
        }
    }
}

fn links(content: &[Inline<WrittenLink>], found: &mut Vec<String>) {
    for inline in content {
        match inline {
            Inline::Link { target, content } => {
                found.push(target.destination.clone());
                links(content, found);
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) => links(inner, found),
            _ => {}
        }
    }
}
