//! Plain text of a body, with the links and marks in it.

use std::borrow::Cow;
use std::ops::Range;

use crate::address::{is_safe_link, page_file};
use crate::body::text::{self, How, Piece};
use crate::body::tree::{Block, Inline, Mark};
use crate::library::Library;
use crate::model::ResolvedLink;

/// Running text as exported data.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Running<'a> {
    /// The text; a hard line break is a line feed here.
    pub text: Cow<'a, str>,
    /// Links, by their position in `text`.
    pub links: Vec<Link<'a>>,
    /// Marks of provenance, in order.
    pub marks: Vec<&'a Mark>,
}

/// A link in running text.
#[derive(Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// Byte range in the text.
    pub range: Range<usize>,
    pub target: &'a ResolvedLink,
}

/// How text is exported: raw HTML is included, cells are separated by tabs.
const EXPORTED: How = How {
    html: true,
    cells: Some("\t"),
    ..How::READ
};

impl<'a> Running<'a> {
    /// The text of inlines with its links and marks.
    pub fn of(inlines: &'a [Inline<ResolvedLink>]) -> Self {
        let mut running = Self {
            text: plain(inlines),
            ..Self::default()
        };
        let (mut at, mut open) = (0, Vec::new());
        text::pieces(inlines, &mut |piece| match piece {
            Piece::Words(text) | Piece::Code(text) | Piece::Alt(text) | Piece::Html(text) => {
                at += text.len();
            }
            Piece::HardBreak => at += 1,
            Piece::SoftBreak => {}
            Piece::Mark(mark) => running.marks.push(mark),
            Piece::Link(target) => {
                open.push(running.links.len());
                let range = at..at;
                running.links.push(Link { range, target });
            }
            Piece::LinkEnd => {
                let number = open.pop().expect("a link ends that began");
                running.links[number].range.end = at;
            }
        });
        running
    }
}

/// Only the text of inlines.
pub fn plain(inlines: &[Inline<ResolvedLink>]) -> Cow<'_, str> {
    EXPORTED.inline(inlines)
}

/// Appends the text of blocks other than provisions, one line for each
/// paragraph, item and row.
pub fn lines_of_blocks(blocks: &[Block<ResolvedLink>], out: &mut String) {
    for block in blocks {
        if !matches!(block, Block::Provision(_)) {
            EXPORTED.lines(std::slice::from_ref(block), &mut |line| {
                push_line(out, &line)
            });
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

/// Where a link leads.
pub enum Destination<'l> {
    /// A file of this site, by its path from the root, and an anchor within it.
    File(String, Option<&'l str>),
    /// Another site.
    Other(&'l str),
}

/// Where a link leads from the page or section with this key; `None` if it must
/// not be a link.
pub fn destination<'l>(
    library: &Library,
    key: &str,
    link: &'l ResolvedLink,
) -> Option<Destination<'l>> {
    Some(match link {
        ResolvedLink::Page { page, anchor } => {
            Destination::File(page_file(&library.page(*page).key), anchor.as_deref())
        }
        ResolvedLink::Section { key } => Destination::File(page_file(key), None),
        ResolvedLink::Anchor(anchor) => Destination::File(page_file(key), Some(anchor)),
        ResolvedLink::External(address) if is_safe_link(address) => Destination::Other(address),
        ResolvedLink::External(_) => return None,
    })
}
