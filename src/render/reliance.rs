//! Which pages rely on which paragraph of which source.

use std::collections::{BTreeMap, BTreeSet};

use crate::body::tree::{Block, Inline, Mark};
use crate::facts::{Facts, Value};
use crate::library::{Library, Page};
use crate::model::{PageId, ResolvedLink};

use super::body::provenance::Provenance;

/// Which pages rely on which paragraph of which source.
#[derive(Debug, Default)]
pub(super) struct Reliance {
    /// By source and locator.
    pub pages: BTreeMap<(String, String), BTreeSet<PageId>>,
    /// By source.
    pub all: BTreeMap<String, BTreeSet<PageId>>,
    /// By source, those that name no paragraph of it.
    pub unplaced: BTreeMap<String, BTreeSet<PageId>>,
}

impl Reliance {
    /// Collects every locator of every page: of its sources, tags, figures,
    /// facts, links and of the marks in its body.
    pub fn of(library: &Library) -> Self {
        let mut reliance = Self::default();
        for page in &library.pages {
            reliance.add(library, page);
        }
        reliance
    }

    fn add(&mut self, library: &Library, page: &Page) {
        let provenance = Provenance::of(library, page);
        let mut locators = BTreeSet::new();
        page_locators(library, page, &mut locators);
        let mut placed = BTreeSet::new();
        for locator in &locators {
            if let Some(source) = provenance.source_of(locator) {
                let key = (source.id.clone(), locator.clone());
                placed.insert(source.id.clone());
                self.pages.entry(key).or_default().insert(page.id);
            }
        }
        for reference in &page.sources {
            self.all
                .entry(reference.source.clone())
                .or_default()
                .insert(page.id);
            if !placed.contains(&reference.source) {
                self.unplaced
                    .entry(reference.source.clone())
                    .or_default()
                    .insert(page.id);
            }
        }
    }
}

fn page_locators(library: &Library, page: &Page, out: &mut BTreeSet<String>) {
    let facts = Facts::of(library, page);
    let values = facts.iter().flat_map(|fact| &fact.values);
    let listed = values
        .filter_map(Value::locators)
        .chain(page.sources.iter().map(|reference| &reference.locators))
        .chain(page.figures.iter().map(|figure| &figure.locators))
        .chain(page.related.iter().map(|relation| &relation.locators));
    out.extend(listed.flat_map(|locators| &locators.0).cloned());
    block_locators(&page.body, out);
}

fn block_locators(blocks: &[Block<ResolvedLink>], out: &mut BTreeSet<String>) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                inline_locators(content, out);
            }
            Block::List { items, .. } => items.iter().for_each(|item| block_locators(item, out)),
            Block::Quote(blocks) => block_locators(blocks, out),
            Block::Table { header, rows } => {
                let cells = header.iter().chain(rows.iter().flatten());
                cells.for_each(|cell| inline_locators(cell, out));
            }
            Block::Code(_) | Block::Rule | Block::Html(_) => {}
            Block::Provision(provision) => {
                inline_locators(&provision.title, out);
                inline_locators(&provision.content, out);
                block_locators(&provision.children, out);
            }
        }
    }
}

fn inline_locators(inlines: &[Inline<ResolvedLink>], out: &mut BTreeSet<String>) {
    for inline in inlines {
        match inline {
            Inline::Mark(Mark::Stated(locators) | Mark::Inferred(locators)) => {
                out.extend(locators.iter().cloned());
            }
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Link { content, .. } => {
                inline_locators(content, out);
            }
            _ => {}
        }
    }
}
