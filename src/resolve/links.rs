//! Resolves the links of a body to their targets.

use std::collections::BTreeSet;
use std::ops::Range;

use super::citations::{Citer, LinkedRange};
use super::targets::{Found, Problem, Targets};
use crate::address::beside;
use crate::body::text::{self, Piece, push_text};
use crate::body::tree::{Block, Inline, Provision, WrittenLink};
use crate::diag::{Diagnostic, Span};
use crate::model::{Citation, PageId, ResolvedLink};
use crate::parse::page::ParsedBody;
use crate::source::SourceFile;
use search::anchor::ProvisionKind;

/// Resolves the links of one body.
pub struct Linker<'a> {
    targets: &'a Targets,
    /// The page that the body belongs to; `None` for a section.
    page: Option<PageId>,
    /// Folder of its file below `content/`, ending in a slash.
    folder: &'a str,
    anchors: BTreeSet<String>,
    /// Anchor of the last heading.
    heading: Option<String>,
    linked: Vec<(PageId, Option<String>)>,
    citer: Citer<'a>,
    diagnostics: Vec<Diagnostic>,
}

/// The page or section that a body belongs to.
pub struct Owner<'a> {
    /// The page; `None` for a section.
    pub page: Option<PageId>,
    pub title: &'a str,
    /// Path of its file below `content/`.
    pub path: &'a str,
    pub file: &'a SourceFile,
}

/// The results of resolving the links of a body.
pub struct Linked {
    /// The pages that the body links to, each with the heading above the link.
    pub links: Vec<(PageId, Option<String>)>,
    /// Its citations.
    pub citations: Vec<Citation>,
    /// The problems found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Linker<'a> {
    /// Creates a linker for a body.
    pub fn new(targets: &'a Targets, owner: Owner<'a>, body: &ParsedBody) -> Self {
        let Owner {
            page,
            title,
            path,
            file,
        } = owner;
        let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
        let mut linker = Self {
            targets,
            page,
            folder,
            anchors: body.anchors.iter().cloned().collect(),
            heading: None,
            linked: Vec::new(),
            citer: Citer::new(targets, page, title, file.id, &file.text),
            diagnostics: Vec::new(),
        };
        for image in &body.images {
            linker.image(&image.value, image.span.clone());
        }
        linker
    }

    /// The collected results.
    pub fn finish(self) -> Linked {
        let (citations, found) = self.citer.finish();
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(found);
        Linked {
            links: self.linked,
            citations,
            diagnostics,
        }
    }

    /// Resolves the links in some blocks.
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
                self.citer.goes_on(&span, "");
                self.citer.paragraph();
                Block::Heading {
                    level,
                    anchor,
                    content: self.plain(content),
                    span,
                }
            }
            Block::Paragraph { content, span } => {
                self.citer.goes_on(&span, "");
                self.citer.paragraph();
                Block::Paragraph {
                    content: self.inlines(content),
                    span,
                }
            }
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
        self.citer.goes_on(&provision.span, &provision.label);
        self.citer
            .enter(provision.kind, provision.number, &provision.anchor);
        // Items continue the sentence above them.
        if !matches!(provision.kind, ProvisionKind::Item | ProvisionKind::Subitem) {
            self.citer.paragraph();
        }
        // A table of contents only repeats headings.
        let listed = provision.kind == ProvisionKind::Contents;
        let resolved = Provision {
            kind: provision.kind,
            number: provision.number,
            anchor: provision.anchor,
            label: provision.label,
            title: if provision.kind.is_division() {
                self.plain(provision.title)
            } else {
                self.inlines(provision.title)
            },
            content: self.inlines(provision.content),
            children: if listed {
                self.contents(provision.children)
            } else {
                self.blocks(provision.children)
            },
            span: provision.span,
        };
        self.citer.leave();
        self.heading = above;
        resolved
    }

    fn contents(&mut self, blocks: Vec<Block<WrittenLink>>) -> Vec<Block<ResolvedLink>> {
        let lines = blocks.into_iter().map(|block| match block {
            Block::Paragraph { content, span } => Block::Paragraph {
                content: self.plain(content),
                span,
            },
            other => self.block(other),
        });
        lines.collect()
    }

    fn cells(&mut self, cells: Vec<Vec<Inline<WrittenLink>>>) -> Vec<Vec<Inline<ResolvedLink>>> {
        let cells = cells.into_iter();
        cells
            .map(|cell| {
                self.citer.paragraph();
                self.inlines(cell)
            })
            .collect()
    }

    /// Resolves running text and turns its citations into links.
    fn inlines(&mut self, inlines: Vec<Inline<WrittenLink>>) -> Vec<Inline<ResolvedLink>> {
        let mut flat = Flat::default();
        flat.push(&inlines);
        let links = self
            .citer
            .text(&flat.text, &flat.blocked, self.heading.as_deref());
        for link in &links {
            if let ResolvedLink::Page { page, .. } = &link.link {
                self.linked.push((*page, self.heading.clone()));
            }
        }
        let mut marked = Marked {
            links: &links,
            at: 0,
        };
        self.marked(inlines, &mut marked)
    }

    /// Resolves the content of a link, which may not contain other links.
    fn plain(&mut self, inlines: Vec<Inline<WrittenLink>>) -> Vec<Inline<ResolvedLink>> {
        let mut marked = Marked { links: &[], at: 0 };
        self.marked(inlines, &mut marked)
    }

    fn marked(
        &mut self,
        inlines: Vec<Inline<WrittenLink>>,
        marked: &mut Marked<'_>,
    ) -> Vec<Inline<ResolvedLink>> {
        let mut out = Vec::with_capacity(inlines.len());
        for inline in inlines {
            match inline {
                Inline::Link { target, content } if is_title(&target) => {
                    for inline in content {
                        if let Inline::Text(text) = inline {
                            marked.text(&mut out, &text);
                        }
                    }
                }
                Inline::Link { target, content } => {
                    marked.at += flat_length(&content);
                    self.link(target, content, &mut out);
                }
                Inline::Text(text) => marked.text(&mut out, &text),
                Inline::Strong(content) => {
                    let content = self.marked(content, marked);
                    out.push(Inline::Strong(content));
                }
                Inline::Emphasis(content) => {
                    let content = self.marked(content, marked);
                    out.push(Inline::Emphasis(content));
                }
                Inline::Code(code) => {
                    marked.at += code.len();
                    out.push(Inline::Code(code));
                }
                Inline::Image { source, alt, span } => {
                    // Made absolute, so that nobody needs to know which page it
                    // came from.
                    let found = self.asset_path(&source);
                    let source = found.map_or(source, |path| format!("/{path}"));
                    out.push(Inline::Image { source, alt, span });
                }
                Inline::Mark(mark) => out.push(Inline::Mark(mark)),
                Inline::SoftBreak => out.push(Inline::SoftBreak),
                Inline::HardBreak => {
                    marked.at += 1;
                    out.push(Inline::HardBreak);
                }
                Inline::FormerAnchor(former) => out.push(Inline::FormerAnchor(former)),
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
        let found = self.destination(&target);
        if let Some(ResolvedLink::Page { page, anchor }) = &found {
            let mut flat = Flat::default();
            flat.push(&content);
            self.citer.linked(
                *page,
                anchor.as_deref(),
                &flat.text,
                &target.span,
                self.heading.as_deref(),
            );
        }
        let content = self.plain(content);
        match found {
            Some(target) => out.push(Inline::Link { target, content }),
            // A link that leads nowhere becomes text again and is joined to the
            // surrounding text.
            None => {
                for inline in content {
                    match inline {
                        Inline::Text(text) => push_text(out, &text),
                        other => out.push(other),
                    }
                }
            }
        }
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
            Err(Problem::NotInternal) => {
                let found = self.mistyped(written, target.span.clone());
                self.diagnostics.push(found);
                None
            }
            Err(problem) => {
                let found = problem.into_diagnostic(written, target.span.clone());
                self.diagnostics.extend(found);
                None
            }
        }
    }

    /// What was meant by a link that is neither a page nor an address.
    fn mistyped(&self, written: &str, span: Span) -> Diagnostic {
        let error = |message: String| Diagnostic::error("broken-link", span, message);
        let drive =
            matches!(written.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
        let local = drive || written.starts_with("\\\\") || written.starts_with("file:");
        let page = self.targets.named(self.folder, written);
        if local {
            let found = error(format!("“{written}”是本机位置，读者无法打开"));
            return match page {
                Some(page) => found.hint(format!("写作 @/{page}")),
                None => found.hint("将文件复制到页面所在文件夹，此处填写文件名"),
            };
        }
        if let Some(page) = page {
            return error(format!("“{written}”不符合站内链接的写法"))
                .hint(format!("写作 @/{page}"));
        }
        let name = written.rsplit(['/', '\\']).next().unwrap_or(written);
        let is_address = written.contains("//") || written.starts_with("www.");
        if is_address {
            return error(format!("“{written}”不是完整的网址"))
                .hint("站外网址以 https:// 或 http:// 开头");
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_file =
            (2..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_file && ending != "md" {
            return error(format!("未找到附件 {written}")).hint(
                "附件放入页面所在文件夹，此处填写文件名；文件名只用小写英文字母、数字、\
                    连字符和下划线，扩展名应一致",
            );
        }
        error(format!("“{written}”不符合站内链接的写法"))
            .hint("站内页面写作 @/practices/x.md，站外网址以 https:// 开头，本页标题写作 #锚点")
    }

    fn anchor(&mut self, anchor: &str, target: &WrittenLink) -> Option<ResolvedLink> {
        let known = match self.page {
            Some(page) => self.targets.check_anchor(page, anchor),
            None if self.anchors.contains(anchor) => Ok(()),
            None => Err(Problem::NoAnchor(None)),
        };
        match known {
            Ok(()) => Some(ResolvedLink::Anchor(anchor.to_owned())),
            Err(problem) => {
                let found = problem.into_diagnostic(&target.destination, target.span.clone());
                self.diagnostics.extend(found);
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
        let path = beside(self.folder, written);
        self.targets.has_asset(&path).then_some(path)
    }

    fn image(&mut self, source: &str, span: Span) {
        if source.starts_with("https://") || source.starts_with("http://") {
            self.diagnostics.push(
                Diagnostic::error("external-image", span, "图片位于其他网站")
                    .hint("页面不得引用外站图片；将图片存入页面所在文件夹，填写文件名"),
            );
        } else if self.asset_path(source).is_none() {
            let message = format!("未找到图片 {source}");
            self.diagnostics.push(
                Diagnostic::error("broken-image", span, message)
                    .hint("图片放入页面所在文件夹，填写文件名；或放入 static/，填写 /文件名"),
            );
        }
    }
}

/// Whether the parser made this link from a title in 《》.
fn is_title(target: &WrittenLink) -> bool {
    target.destination.starts_with('《')
}

/// Running text as one string, for finding citations.
#[derive(Default)]
struct Flat {
    text: String,
    /// Ranges that are already links or code.
    blocked: Vec<Range<usize>>,
}

impl Flat {
    fn push(&mut self, inlines: &[Inline<WrittenLink>]) {
        let mut open = Vec::new();
        text::pieces(inlines, &mut |piece| match piece {
            Piece::Words(text) => self.text.push_str(text),
            Piece::Code(text) => {
                let start = self.text.len();
                self.text.push_str(text);
                self.blocked.push(start..self.text.len());
            }
            Piece::Link(target) => open.push((self.text.len(), is_title(target))),
            Piece::LinkEnd => {
                let (start, title) = open.pop().expect("a link ends that began");
                if !title {
                    self.blocked.push(start..self.text.len());
                }
            }
            Piece::HardBreak => self.text.push('\n'),
            Piece::SoftBreak | Piece::Alt(_) | Piece::Mark(_) | Piece::Html(_) => {}
        });
    }
}

fn flat_length(inlines: &[Inline<WrittenLink>]) -> usize {
    let mut flat = Flat::default();
    flat.push(inlines);
    flat.text.len()
}

/// The parts of the flat text that become links, and how much of it has been
/// written.
struct Marked<'l> {
    links: &'l [LinkedRange],
    at: usize,
}

impl Marked<'_> {
    /// Writes a text and turns parts of it into links.
    fn text(&mut self, out: &mut Vec<Inline<ResolvedLink>>, text: &str) {
        let start = self.at;
        let end = start + text.len();
        while let Some(link) = self.links.first().filter(|link| link.range.start < end) {
            let from = link.range.start.max(self.at);
            let to = link.range.end.min(end);
            push_text(out, &text[self.at - start..from - start]);
            let words = &text[from - start..to - start];
            match out.last_mut() {
                // The link began in an earlier piece of text; but 《甲条例》 and 第七条
                // are two links.
                Some(Inline::Link { target, content })
                    if link.range.start < from && *target == link.link =>
                {
                    push_text(content, words);
                }
                _ => out.push(Inline::Link {
                    target: link.link.clone(),
                    content: vec![Inline::Text(words.to_owned())],
                }),
            }
            self.at = to;
            if link.range.end > end {
                break;
            }
            self.links = &self.links[1..];
        }
        push_text(out, &text[self.at - start..]);
        self.at = end;
    }
}
