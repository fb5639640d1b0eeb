//! Plain text of a body, and what stands in it: links and marks.

use std::borrow::Cow;
use std::ops::Range;

use crate::address::{is_safe_link, page_file};
use crate::body::tree::{Block, Inline, Mark};
use crate::library::{Library, Page};
use crate::model::{Known, ResolvedLink};

/// Running text as data.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Running<'a> {
    /// The words. A soft line break of the source is nothing, a hard one a
    /// line break.
    pub text: Cow<'a, str>,
    /// Links, by their place in `text`.
    pub links: Vec<Link<'a>>,
    /// Marks of provenance, in order.
    pub marks: Vec<&'a Mark>,
}

/// A link in running text.
#[derive(Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// Bytes in the text.
    pub range: Range<usize>,
    /// Where to.
    pub target: &'a ResolvedLink,
}

impl<'a> Running<'a> {
    /// The words of inlines.
    pub fn of(inlines: &'a [Inline<ResolvedLink>]) -> Self {
        let mut running = Self::default();
        // Most texts of a law are one piece; on a large library copying them
        // would be the larger part of the work.
        match inlines {
            [Inline::Text(text)] => running.text = Cow::Borrowed(text),
            _ => running.push(inlines),
        }
        running
    }

    fn push_str(&mut self, text: &str) {
        self.text.to_mut().push_str(text);
    }

    fn push(&mut self, inlines: &'a [Inline<ResolvedLink>]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Code(text) | Inline::Html(text) => self.push_str(text),
                Inline::Strong(content) | Inline::Emphasis(content) => self.push(content),
                Inline::Link { target, content } => {
                    let start = self.text.len();
                    self.push(content);
                    let range = start..self.text.len();
                    self.links.push(Link { range, target });
                }
                Inline::Image { alt, .. } => self.push_str(alt),
                Inline::Mark(mark) => self.marks.push(mark),
                Inline::SoftBreak => {}
                Inline::HardBreak => self.push_str("\n"),
            }
        }
    }
}

/// The words of inlines alone.
pub fn plain(inlines: &[Inline<ResolvedLink>]) -> Cow<'_, str> {
    Running::of(inlines).text
}

/// The words of blocks that are no provisions, a line for each paragraph,
/// item and row; cells are parted by tabs.
pub fn lines_of_blocks(blocks: &[Block<ResolvedLink>], out: &mut String) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                push_line(out, &plain(content));
            }
            Block::List { items, .. } => items.iter().for_each(|item| lines_of_blocks(item, out)),
            Block::Quote(blocks) => lines_of_blocks(blocks, out),
            Block::Table { header, rows } => {
                for row in std::iter::once(header).chain(rows) {
                    let cells: Vec<_> = row.iter().map(|cell| plain(cell)).collect();
                    push_line(out, &cells.join("\t"));
                }
            }
            Block::Code(text) | Block::Html(text) => push_line(out, text.trim_end()),
            Block::Rule | Block::Provision(_) => {}
        }
    }
}

fn push_line(out: &mut String, line: &str) {
    if line.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(line);
}

/// Where a link of `page` leads: a path from the site's root with an anchor,
/// or another site's address; `None` for what must be no link.
pub fn target(library: &Library, page: &Page, link: &ResolvedLink) -> Option<String> {
    let with = |file: String, anchor: &str| format!("{file}#{anchor}");
    match link {
        ResolvedLink::Page { page, anchor } => {
            let file = page_file(&library.page(*page).key);
            Some(match anchor {
                Some(anchor) => with(file, anchor),
                None => file,
            })
        }
        ResolvedLink::Section { key } => Some(page_file(key)),
        ResolvedLink::Anchor(anchor) => Some(with(page_file(&page.key), anchor)),
        ResolvedLink::External(address) => is_safe_link(address).then(|| address.clone()),
    }
}

/// What is known of a value that may not be given at all.
pub fn known<T>(value: &Option<Known<T>>) -> Option<&T> {
    match value {
        Some(Known::Known(value)) => Some(value),
        _ => None,
    }
}
