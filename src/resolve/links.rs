//! Links in a body, turned from what is written to what it leads to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::targets::{Found, Targets};
use crate::diag::{Diagnostic, Span};
use crate::library::{Citation, CitationTarget, PageId, ResolvedLink};
use crate::parse::block::{Block, Inline, WrittenLink};
use crate::parse::page::ParsedBody;
use crate::provision::tree::Provision;

/// Turns the links of one body.
pub struct Linker<'a> {
    targets: &'a Targets,
    /// The page that the body belongs to; `None` for a section.
    page: Option<PageId>,
    /// Folder of its file below `content/`, ending in a slash.
    folder: &'a str,
    anchors: BTreeSet<String>,
    /// Anchor of the heading above.
    heading: Option<String>,
    linked: Vec<(PageId, Option<String>)>,
    citations: Vec<Citation>,
    unresolved: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

/// What was found while the links of a body were turned.
pub struct Linked {
    /// The pages that the body links to, each with the heading above the link.
    pub links: Vec<(PageId, Option<String>)>,
    /// What it cites.
    pub citations: Vec<Citation>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Linker<'a> {
    /// A linker for the body of the file at `path`.
    pub fn new(
        targets: &'a Targets,
        page: Option<PageId>,
        path: &'a str,
        body: &ParsedBody,
    ) -> Self {
        let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
        let mut linker = Self {
            targets,
            page,
            folder,
            anchors: body.anchors.iter().cloned().collect(),
            heading: None,
            linked: Vec::new(),
            citations: Vec::new(),
            unresolved: BTreeSet::new(),
            diagnostics: Vec::new(),
        };
        for image in &body.images {
            linker.image(&image.value, image.span.clone());
        }
        linker
    }

    /// What was found on the way.
    pub fn finish(self) -> Linked {
        Linked {
            links: self.linked,
            citations: self.citations,
            diagnostics: self.diagnostics,
        }
    }

    /// Turns the links of some blocks.
    pub fn blocks(&mut self, blocks: Vec<Block<WrittenLink>>) -> Vec<Block<ResolvedLink>> {
        blocks.into_iter().map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: Block<WrittenLink>) -> Block<ResolvedLink> {
        match block {
            Block::Heading {
                level,
                anchor,
                content,
                span,
            } => {
                self.heading = Some(anchor.clone());
                Block::Heading {
                    level,
                    anchor,
                    content: self.inlines(content),
                    span,
                }
            }
            Block::Paragraph { content, span } => Block::Paragraph {
                content: self.inlines(content),
                span,
            },
            Block::List { start, items } => Block::List {
                start,
                items: items.into_iter().map(|item| self.blocks(item)).collect(),
            },
            Block::Quote(blocks) => Block::Quote(self.blocks(blocks)),
            Block::Table { header, rows } => Block::Table {
                header: self.cells(header),
                rows: rows.into_iter().map(|row| self.cells(row)).collect(),
            },
            Block::Code(text) => Block::Code(text),
            Block::Rule => Block::Rule,
            Block::Html(html) => Block::Html(html),
            Block::Provision(provision) => Block::Provision(self.provision(provision)),
        }
    }

    fn provision(&mut self, provision: Provision<WrittenLink>) -> Provision<ResolvedLink> {
        let above = self.heading.replace(provision.anchor.clone());
        let resolved = Provision {
            kind: provision.kind,
            number: provision.number,
            anchor: provision.anchor,
            label: provision.label,
            title: self.inlines(provision.title),
            content: self.inlines(provision.content),
            children: self.blocks(provision.children),
            span: provision.span,
        };
        self.heading = above;
        resolved
    }

    fn cells(&mut self, cells: Vec<Vec<Inline<WrittenLink>>>) -> Vec<Vec<Inline<ResolvedLink>>> {
        cells.into_iter().map(|cell| self.inlines(cell)).collect()
    }

    fn inlines(&mut self, inlines: Vec<Inline<WrittenLink>>) -> Vec<Inline<ResolvedLink>> {
        let mut out = Vec::with_capacity(inlines.len());
        for inline in inlines {
            match inline {
                Inline::Link { target, content } => self.link(target, content, &mut out),
                Inline::Text(text) => push_text(&mut out, text),
                Inline::Strong(content) => out.push(Inline::Strong(self.inlines(content))),
                Inline::Emphasis(content) => out.push(Inline::Emphasis(self.inlines(content))),
                Inline::Code(code) => out.push(Inline::Code(code)),
                Inline::Image { source, alt, span } => {
                    out.push(Inline::Image { source, alt, span });
                }
                Inline::Mark(mark) => out.push(Inline::Mark(mark)),
                Inline::SoftBreak => out.push(Inline::SoftBreak),
                Inline::HardBreak => out.push(Inline::HardBreak),
                Inline::Html(html) => out.push(Inline::Html(html)),
            }
        }
        out
    }

    fn link(
        &mut self,
        target: WrittenLink,
        content: Vec<Inline<WrittenLink>>,
        out: &mut Vec<Inline<ResolvedLink>>,
    ) {
        let found = if target.destination.starts_with('《') {
            self.title(&target)
        } else {
            self.destination(&target)
        };
        let content = self.inlines(content);
        match found {
            Some(target) => out.push(Inline::Link { target, content }),
            // A title without a page is text again, joined to what surrounds it.
            None => {
                for inline in content {
                    match inline {
                        Inline::Text(text) => push_text(out, text),
                        other => out.push(other),
                    }
                }
            }
        }
    }

    /// A title in 《》: a link when a regulation has it.
    fn title(&mut self, target: &WrittenLink) -> Option<ResolvedLink> {
        let titles = &self.targets.titles;
        let found = titles.find(&target.destination);
        if let Some(page) = self.page {
            self.citations.push(Citation {
                page,
                anchor: self.heading.as_deref().map(Arc::from),
                span: target.span.clone(),
                text: target.destination.as_str().into(),
                target: found.map_or(CitationTarget::Unresolved, CitationTarget::Page),
            });
        }
        if let Some(page) = found {
            // On the page itself a link would lead nowhere new.
            return (Some(page) != self.page).then(|| self.page_link(page, None));
        }
        let own = self
            .page
            .is_some_and(|page| titles.is_own(page, &target.destination));
        if !own && self.unresolved.insert(target.destination.clone()) {
            let message = format!("站内没有{}的页面", target.destination);
            let span = target.span.clone();
            let found = Diagnostic::warning("unresolved-citation", span, message);
            self.diagnostics
                .push(match titles.nearest(&target.destination) {
                    Some(near) => found.hint(format!(
                        "是不是《{near}》？写错的改正；是它的另一个名称，就加进那一页的 other_names"
                    )),
                    None => found.hint("不是法规制度的书名、篇名可以不理会；是制度的，可补建页面"),
                });
        }
        None
    }

    fn destination(&mut self, target: &WrittenLink) -> Option<ResolvedLink> {
        let written = target.destination.as_str();
        let is_external = ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .any(|scheme| written.starts_with(scheme));
        if is_external {
            return Some(ResolvedLink::External(written.to_owned()));
        }
        if let Some(anchor) = written.strip_prefix('#') {
            return self.anchor(anchor, target);
        }
        if let Some(path) = self.asset(written) {
            return Some(ResolvedLink::External(path));
        }
        match self.targets.find(written) {
            Ok(Found::Page(page, anchor)) => Some(self.page_link(page, anchor)),
            Ok(Found::Section(key)) => Some(ResolvedLink::Section { key }),
            Err(problem) => {
                let found = problem.into_diagnostic(written, target.span.clone());
                self.diagnostics.push(found);
                None
            }
        }
    }

    fn anchor(&mut self, anchor: &str, target: &WrittenLink) -> Option<ResolvedLink> {
        let known = match self.page {
            Some(page) => self.targets.check_anchor(page, anchor),
            None if self.anchors.contains(anchor) => Ok(()),
            None => Err(super::targets::Problem::NoAnchor(None)),
        };
        match known {
            Ok(()) => Some(ResolvedLink::Anchor(anchor.to_owned())),
            Err(problem) => {
                let found = problem.into_diagnostic(&target.destination, target.span.clone());
                self.diagnostics.push(found);
                None
            }
        }
    }

    fn page_link(&mut self, page: PageId, anchor: Option<String>) -> ResolvedLink {
        if Some(page) != self.page {
            self.linked.push((page, self.heading.clone()));
        }
        ResolvedLink::Page { page, anchor }
    }

    /// A file beside the page, as an address relative to the built page.
    fn asset(&self, written: &str) -> Option<String> {
        let path = self.asset_path(written)?;
        let depth = match self.page {
            Some(page) => self.targets.key(page).split('/').count(),
            None => self.folder.matches('/').count(),
        };
        Some(format!("{}{path}", "../".repeat(depth)))
    }

    /// The output path of a file beside the page or in `static/`.
    fn asset_path(&self, written: &str) -> Option<String> {
        let path = match written.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("{}{}", self.folder, written.trim_start_matches("./")),
        };
        self.targets.has_asset(&path).then_some(path)
    }

    fn image(&mut self, source: &str, span: Span) {
        if source.starts_with("https://") || source.starts_with("http://") {
            self.diagnostics.push(
                Diagnostic::error("external-image", span, "图片在别的网站上")
                    .hint("页面不向外站请求任何东西：把图片存到页面旁边，写文件名"),
            );
        } else if self.asset_path(source).is_none() {
            let message = format!("找不到图片 {source}");
            self.diagnostics.push(
                Diagnostic::error("broken-image", span, message)
                    .hint("图片放在页面旁边，写文件名；或放在 static/，写 /文件名"),
            );
        }
    }
}

/// Adds text to the text before it, so that no reader finds a seam.
fn push_text(out: &mut Vec<Inline<ResolvedLink>>, text: String) {
    match out.last_mut() {
        Some(Inline::Text(before)) => before.push_str(&text),
        _ => out.push(Inline::Text(text)),
    }
}
